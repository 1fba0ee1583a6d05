"""The one clock: London days and server time, frozen where the demo or a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

LONDON = ZoneInfo("Europe/London")
_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let it be `moment` (aware) inside the block: for the demo's invented history and for tests, nowhere else."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)


def now() -> datetime:
    """The moment, aware; the time of day runs on even when the day is frozen, so that order is kept."""
    if pretended := _pretended.get():
        return pretended
    moment = datetime.now(tz=UTC)  # noqa: TID251 - the one place that asks the machine
    if settings.FROZEN_TODAY:
        local = moment.astimezone(LONDON)
        return datetime.combine(date.fromisoformat(settings.FROZEN_TODAY), local.time(), tzinfo=LONDON).astimezone(UTC)
    return moment


def today() -> date:
    """The day in London."""
    return timezone.localtime(now(), LONDON).date()


def days_ago(days: int) -> date:
    """The day `days` days before today; negative for a day to come."""
    return today() - timedelta(days=days)


def start_of(day: date) -> datetime:
    """Midnight in London at the start of `day`, aware."""
    return datetime.combine(day, time.min, tzinfo=LONDON)


def financial_year(day: date) -> int:
    """The year in which the financial year of `day` began: 1 April - 31 March."""
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1


def year_words(starts_in: int) -> str:
    """A financial year, by the year in which it began, as people write it: 2026/27."""
    return f"{starts_in}/{(starts_in + 1) % 100:02d}"


def last_years(number: int) -> list[int]:
    """The financial years from this one back, by the year in which each began."""
    now_in = financial_year(today())
    return list(range(now_in, now_in - number, -1))
