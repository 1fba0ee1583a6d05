"""Values as publishers write them: encoded text, dates, moments, postcodes, spreadsheet cells."""

import codecs
import html
import math
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 1900, 2199  # outside this a date is a slip of the keyboard
PIVOT = 50  # a two-digit year from here on is of the last century: dates of birth in staff lists

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Only references that end in a semicolon: "&copy=2" in an address is not a copyright sign.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_POSTCODE = re.compile(
    r"(?<![A-Z0-9])(GIR|[A-PR-UWYZ](?:[0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9]{1,2}|[A-HK-Y][0-9][ABEHMNPRVWXY]))"
    r"[ \u00a0]{0,3}([0-9][ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])",
    re.IGNORECASE,
)
_CLOCK = r"(?:[T ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:Z|[+-][0-9]{2}:?[0-9]{2}|[AaPp][Mm])?)?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_CLOCK}")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?: [0-9]{6})?")
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{4}}|[0-9]{{2}}){_CLOCK}")
_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},? )?([0-9]{1,2})(?:st|nd|rd|th)?[- ]([A-Za-z]{3,9})\.?,?[- ]([0-9]{4}|[0-9]{2})" + _CLOCK
)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}


def text_of(data: bytes) -> str:
    """`data` as text: by its byte-order mark, else UTF-16 if many bytes are nought, else UTF-8, else Windows-1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    head = data[:400]
    if len(head) > 3 and head[1::2].count(0) > len(head) // 3:
        return data.decode("utf-16-le", errors="replace")
    if len(head) > 3 and head[::2].count(0) > len(head) // 3:
        return data.decode("utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def clean(text: str) -> str:
    """One line of plain text: entities decoded (twice-encoded ones too), no tags, no control characters."""
    for _ in range(3):  # once, twice and, in text pasted from a page, three times encoded
        decoded = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
        if decoded == text:
            break
        text = decoded
    text = _TAG.sub(" ", text)
    return " ".join("".join(ch if ch.isprintable() else " " * ch.isspace() for ch in text).split())


def read_date(text: str) -> date:
    """A date in any form seen in these files; day before month always. ValueError says what is wrong with it."""
    words = " ".join(text.split())
    year, month, day = _parts_of(words)
    if len(year) == 2:
        year = ("19" if int(year) >= PIVOT else "20") + year
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(f"“{words[:40]}” has a year outside {FIRST_YEAR} to {LAST_YEAR}.")
    try:
        return date(int(year), month, int(day))
    except ValueError:
        raise ValueError(f"“{words[:40]}” is not a day that exists (day/month/year).") from None


def _parts_of(words: str) -> tuple[str, int, str]:
    """Year, month and day as written, or ValueError."""
    if found := _YEAR_FIRST.fullmatch(words) or _COMPACT.fullmatch(words):
        return found[1], int(found[2]), found[3]
    if found := _DAY_FIRST.fullmatch(words):
        return found[3], int(found[2]), found[1]
    if (found := _NAMED.fullmatch(words)) and (month := _MONTHS.get(found[2].lower())):
        return found[3], month, found[1]
    raise ValueError(f"“{words[:40]}” is not a date.")


def read_moment(text: str) -> datetime:
    """A moment in UK time: no zone means UK local time, Z or an offset is converted; at most 9 decimals, cut to 6.

    A date alone is midnight. ValueError says what is wrong with it.
    """
    words = " ".join(text.split())
    found = _MOMENT.fullmatch(words)
    if not found:
        day = read_date(words)
        return datetime(day.year, day.month, day.day, tzinfo=LONDON)
    day = read_date(found[1])
    micro = int((found[5] or "0").ljust(6, "0")[:6])
    try:
        local = datetime(day.year, day.month, day.day, int(found[2]), int(found[3]), int(found[4] or 0), micro)  # noqa: DTZ001 (its zone is read next)
        if not found[6]:
            # By way of UTC, so that an hour that the clocks skip becomes one that exists.
            return local.replace(tzinfo=LONDON).astimezone(UTC).astimezone(LONDON)
        offset = "+00:00" if found[6].upper() == "Z" else found[6]
        return datetime.fromisoformat(local.isoformat() + offset).astimezone(LONDON)
    except (ValueError, OverflowError):
        raise ValueError(f"“{words[:40]}” is not a time that exists.") from None


def postcode_in(text: str) -> str:
    """The last postcode in `text`, in capitals with one space ("W2 1NY"), or "" if there is none."""
    found = _POSTCODE.findall(text)
    return f"{found[-1][0]} {found[-1][1]}".upper() if found else ""


def cell(value: object) -> str:
    """A spreadsheet cell as the text a person sees: 29000001.0 is "29000001", a date is "2026-12-04", None is ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else value.isoformat(sep=" ")
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return clean(str(value))
