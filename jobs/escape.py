"""Text cells that a spreadsheet would run, made harmless and given back unchanged. Pure: no Django.

A spreadsheet program runs a text cell that begins with = + - @, a tab or a line break, also after spaces and in the
full-width forms of East Asian keyboards (OWASP, "CSV injection"). One apostrophe before it stops that; reading an
upload takes exactly that one away, so a name that goes out and comes back is the same name.
"""

import re
from typing import Any

# = + - @ in every form that compatibility folding (NFKC) makes of them, the minus sign, and a tab or line break
_LEADS = "=+\\-@\\t\\r\\n\u207a\u207c\u208a\u208c\u2212\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
# passed over on the way there: apostrophes, spaces, control and format characters
_PASSED_OVER = (
    "'\\s\x00-\x20\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_RUNS = re.compile(f"[{_PASSED_OVER}]*[{_LEADS}]")


def escape_cell(value: Any) -> Any:
    """`value` safe to put in a cell: one apostrophe before a text that a spreadsheet would run.

    A text with apostrophes before such a sign gets one more, so that `unescape_cell` gives back what went in.
    Numbers, dates, booleans and None are returned as they are: to a spreadsheet they are not text.
    """
    return f"'{value}" if isinstance(value, str) and _RUNS.match(value) else value


def unescape_cell(value: Any) -> Any:
    """What `escape_cell` was given: one apostrophe less where it had put one."""
    if isinstance(value, str) and value.startswith("'") and _RUNS.match(value, 1):
        return value[1:]
    return value
