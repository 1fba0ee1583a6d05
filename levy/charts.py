"""The levy's charts as geometry-free facts: pages and the board paper draw them from the same numbers. No Django."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from levy.forecast import Advice, Forecast, ForecastMonth
from levy.ledger import Month
from levy.months import shift, span
from nhsuk.charts import Chart, Series
from nhsuk.words import pounds

PAST, AHEAD = 12, 24
LOOKS = ("blue", "green", "purple", "pink", "grey", "outline", "pale")


def expiry_chart(actions: Iterable[Advice], *, first: date, months: int = AHEAD) -> Chart:
    """What will be lost at the end of each coming month, by the life of the money."""
    found = {(action.by, action.months_to_live): action.lose for action in actions}
    horizon = list(span(first, shift(first, months - 1)))
    lives = sorted({life for month, life in found if month in set(horizon)}, reverse=True) or [24]
    total = sum((found.get((month, life), Decimal()) for month in horizon for life in lives), Decimal())
    series = tuple(
        Series(f"{life}-month money", tuple(found.get((month, life), Decimal()) for month in horizon), look)
        for life, look in zip(lives, ("blue", "outline", "pink"), strict=False)
    )
    said = f"{pounds(total)} will be lost by the end of {horizon[-1]:%B %Y} unless more is spent or given."
    return Chart(
        key="expiry",
        title="Levy that will be lost, by month",
        finding=said if total else "Nothing will be lost if what is planned happens.",
        categories=_names(horizon),
        series=series,
        unit="pounds",
    )


def balance_chart(past: Sequence[Month], ahead: Sequence[ForecastMonth], *, months: int = AHEAD) -> Chart:
    """The balance at the end of each month: as it was, and as forecast."""
    was, will = list(past[-PAST:]), list(ahead[:months])
    names = [line.month for line in was] + [line.month for line in will]
    joined = was[-1].balance if was else None
    last = will[-1] if will else None
    gap = [None] * max(0, len(was) - 1)
    return Chart(
        key="balance",
        title="Balance at the end of each month",
        finding=(
            f"The balance will be {pounds(last.balance)} at the end of {last.month:%B %Y}, after what is lost."
            if last
            else "There is no forecast yet."
        ),
        categories=_names(names),
        series=(
            Series("As it was", tuple([*(line.balance for line in was), *([None] * len(will))])),
            Series("Forecast", tuple([*gap, *([joined] if was else []), *(line.balance for line in will)]), "green"),
        ),
        unit="pounds",
    )


def flow_chart(past: Sequence[Month], *, months: int = PAST) -> Chart:
    """What entered, was paid and expired in each past month."""
    lines = list(past[-months:])
    paid, lost = (sum((getattr(line, name) for line in lines), Decimal()) for name in ("paid", "expired"))
    return Chart(
        key="flow",
        title="Levy in and out, by month",
        finding=f"In {len(lines)} months {pounds(paid)} was spent or given and {pounds(lost)} was lost.",
        categories=_names([line.month for line in lines]),
        series=(
            Series("Entered", tuple(line.credited for line in lines), "pale"),
            Series("Spent or given", tuple(line.paid for line in lines), "blue"),
            Series("Lost", tuple(line.expired for line in lines), "outline"),
        ),
        unit="pounds",
    )


def scenario_chart(forecasts: Sequence[Forecast]) -> Chart:
    """What has been saved by each month under each scenario beside the first, every third month; equal ones are one line.

    Not the balance, for levy that is spent instead of lost leaves the same balance behind; and not all that is lost, beside
    which what a scenario changes is too little to be seen.
    """
    planned, *others = forecasts
    before = _lost_by(planned)
    together: dict[tuple[Decimal, ...], list[str]] = {}
    for found in others:
        saved = tuple(was - now for was, now in zip(before, _lost_by(found), strict=True))
        together.setdefault(saved, []).append(found.scenario)
    return Chart(
        key="scenarios",
        title=f"Levy saved by then, beside “{planned.scenario}”",
        finding=_best_words(planned, others),
        categories=_names([line.month for line in planned.months[2::3]]),
        series=tuple(
            Series("; ".join(names), values[2::3], look)
            for (values, names), look in zip(together.items(), LOOKS, strict=False)
        ),
        unit="pounds",
    )


def _lost_by(found: Forecast) -> tuple[Decimal, ...]:
    """What has been lost by the end of each month, in pounds."""
    return tuple(accumulate(sum(line.expiring.values(), Decimal()) for line in found.months))


def _best_words(planned: Forecast, others: Sequence[Forecast]) -> str:
    best = min(others, key=lambda found: found.lost)
    saved = planned.lost - best.lost
    if saved <= 0:
        return f"None saves anything: {pounds(planned.lost)} is lost in {len(planned.months)} months all the same."
    return f"Most is saved under “{best.scenario}”: {pounds(saved)} of {pounds(planned.lost)} in {len(planned.months)} months."


def trusts_chart(lost: Mapping[str, Decimal]) -> Chart:
    """What each trust will lose in the coming year."""
    return Chart(
        key="trusts",
        title="Levy that will be lost in the next 12 months, by trust",
        finding=f"{pounds(sum(lost.values(), Decimal()))} will be lost in all unless more is spent or given.",
        categories=tuple(lost),
        series=(Series("Will be lost", tuple(lost.values()), "outline"),),
        unit="pounds",
        heading="Trust",
    )


def _names(months: Iterable[date]) -> tuple[str, ...]:
    return tuple(f"{month:%b %y}" for month in months)
