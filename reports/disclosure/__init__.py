"""Small-number suppression: what may be published of counts of people, and of what derives from them.

No Django here. One door for screen, CSV, XLSX, PDF, API, chart labels and alternative text: `cell`, `rate` and `pounds`
for one figure; `protect` for a table whose totals stand beside their parts, `rates` and `pounds_table` for what is
published next to it; `one_category`, `exposed` and `releasable` for whether to publish it at all.

The primary rule is NHS England's for hospital and emergency statistics (since 2018): 1-7 is a star, the rest is rounded
to the nearest 5. On small tables that leaks (1, 8, 8 of 17 is published as `*, 10, 10` of 15, and the star can only be
1), so `protect` works out what a reader could, and stars more until every small count keeps three possible values.

A star never says why it is there. Publish `protect`'s first answer only: with the second (which stars are secondary)
some small counts can be worked out again. Counts of vacancies, programmes and organisations are not counts of people
and do not come here.
"""

from .figures import STAR, Star, cell, one_category, pounds, rate
from .tables import exposed, pounds_table, protect, rates, releasable

__all__ = [
    "STAR",
    "Star",
    "cell",
    "exposed",
    "one_category",
    "pounds",
    "pounds_table",
    "protect",
    "rate",
    "rates",
    "releasable",
]
