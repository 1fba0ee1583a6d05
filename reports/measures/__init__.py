"""The measures: versioned definitions, each with the ids behind its numbers.

Everything here counts whole records without saying for whom, in a constant number of queries. Who may see what of it is
decided in `reports.tables`: nothing of this room reaches a page, a file or the API by another way.
"""

from .conversion import m3
from .figure import Figure
from .participation import m2
from .ring_fence import m0
from .window import Window, financial_year_of, last_month_end

__all__ = ["Figure", "Window", "financial_year_of", "last_month_end", "m0", "m2", "m3"]
