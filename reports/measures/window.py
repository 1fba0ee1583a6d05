"""Periods of which figures are published: financial years, and the months in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from audit.clock import financial_year

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A period, first and last day inclusive."""

    key: str
    label: str
    starts: date
    ends: date

    def months(self, as_at: date) -> tuple[date, ...]:
        """The first day of each month of the period that had begun on a day."""
        found, month = [], self.starts
        while month <= min(self.ends, as_at):
            found.append(month)
            month = next_month(month)
        return tuple(found)

    @property
    def starts_in(self) -> int:
        """The year in which the financial year began."""
        return self.starts.year


def financial_year_of(starts_in: int) -> Window:
    """1 April of a year to 31 March of the next."""
    return Window(
        key=str(starts_in),
        label=f"April {starts_in} to March {starts_in + 1}",
        starts=date(starts_in, 4, 1),
        ends=date(starts_in + 1, 3, 31),
    )


def two_years_to(window: Window) -> Window:
    """A financial year and the one before it, as one period."""
    before = financial_year_of(window.starts_in - 1)
    label = f"April {before.starts_in} to March {window.starts_in + 1}"
    return Window(f"{before.key}-{window.key}", label, before.starts, window.ends)


def next_month(month: date) -> date:
    """The first day of the month after that of a day."""
    return (month.replace(day=28) + 4 * DAY).replace(day=1)


def last_month_end(on: date) -> date:
    """The last day of the latest month that is over: 31 October on any day of November."""
    return on.replace(day=1) - DAY


def year_running(on: date) -> Window:
    """The financial year of a day."""
    return financial_year_of(financial_year(on))
