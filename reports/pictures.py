"""The pictures and headline figures of the overview, from the edition's own tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from nhsuk import charts
from nhsuk.words import number, percent
from reports.measures import last_month_end
from reports.tables import STAR, Edition, Table, Value

TARGET = 20


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure at the top: its value in words, what it is, what it is made of, and how it changed."""

    measure: str
    value: str
    label: str
    detail: str


def known(value: Value) -> bool:
    return value is not None and value != STAR


def moved(now: Value, before: Value, unit: str, since: date) -> str:
    """What to say of a change: up, down or none, and since when; empty where either figure is not shown."""
    if not known(now) or not known(before):
        return ""
    difference = Decimal(str(now)) - Decimal(str(before))
    words = f"{'Up' if difference > 0 else 'Down'} {number(abs(difference))}{unit}" if difference else "No change"
    return f". {words} since {since.day} {since:%B}"


def ring_fence_chart(edition: Edition) -> charts.Chart:
    """Shares of posts and of adverts at each month's end, with the 20% across."""
    table = edition.table("m0-months")
    posts = tuple(row.cells[table.place("share")] for row in table.rows)
    adverts = tuple(row.cells[table.place("advert_share")] for row in table.rows)
    return charts.Chart(
        key="m0-chart",
        title=table.title.replace("Ring-fence", "Share reserved"),
        finding=_finding(table.rows[-1].label if table.rows else "", posts[-1] if posts else None),
        categories=tuple(row.label[:3] + " " + row.label[-2:] for row in table.rows),
        series=(charts.Series("Posts", posts), charts.Series("Adverts", adverts, "green")),
        unit="percent",
        target=TARGET,
    )


def _finding(month: str, share: Any) -> str:
    if share is None:
        return "No entry-level vacancy has been counted yet."
    words = "at or above" if share >= TARGET else "below"
    return f"{percent(share)} of entry-level posts were reserved by {month}: {words} 20%."


def participation_chart(edition: Edition) -> charts.Chart:
    """People who started in each month; a month that is not shown leaves a gap."""
    table = edition.table("m2-months")
    rows = [row for row in table.rows if not row.total]
    values = tuple(row.cells[0] for row in rows)
    whole = table.cell("all", "people")
    return charts.Chart(
        key="m2-chart",
        title="People who started, by month",
        finding=f"{number(whole)} people started in the period."
        if known(whole)
        else "Not shown: too few people, or hidden to protect another figure.",
        categories=tuple(row.label[:3] + " " + row.label[-2:] for row in rows),
        series=(charts.Series("People who started", values),),
        whole=True,
    )


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of a funnel under their title."""

    title: str
    stages: list[tuple[str, Value]]


def conversion_stages(edition: Edition) -> Stages:
    """From the end of participation to work at the host trust, of those whose 26 weeks are over.

    Of two years together where the year itself hides one of the numbers and they do not. Counts only: a percentage of
    rounded counts would mislead, and would show a rate that the table stars.
    """
    title = "From the end of participation to work"
    found = _stages(edition.table("m3-readings"))
    pooled = next((table for table in edition.tables if table.key == "m3-pooled"), None)
    if pooled is not None and not _all_known(found) and _all_known(both := _stages(pooled)):
        return Stages(f"{title}, over two years together", both)
    return Stages(title, found)


def _all_known(stages: list[tuple[str, Value]]) -> bool:
    return all(known(value) for _name, value in stages)


def _stages(table: Table) -> list[tuple[str, Value]]:
    stages = (("26 weeks over", "due"), ("In work", "work"), ("At the host trust", "host"))
    return [(name, table.cell("all", key)) for name, key in stages]


LEAST_PEOPLE = 30


def headlines(edition: Edition, before: Edition | None) -> list[Headline]:
    """The figures at the top, with the change since the month's end before, where both are shown."""
    found = [_ring_fence(edition)]
    if "m2" in edition.measures:
        found.append(_participation(edition, before))
    if "m3" in edition.measures:
        found += _conversion(edition, before)
    return found


def _ring_fence(edition: Edition) -> Headline:
    table = edition.table("m0-months")
    if not table.rows:
        return Headline("m0", "None", "of entry-level posts reserved", "The year has not begun")
    last = table.rows[-1]
    posts, reserved, share = (last.cells[table.place(key)] for key in ("posts", "reserved", "share"))
    change = ""
    if len(table.rows) > 1 and edition.as_at <= edition.window.ends:
        was = table.rows[-2].cells[table.place("share")]
        change = moved(share, was, " points", last_month_end(edition.as_at))
    value = "None" if share is None else percent(share)
    detail = f"{number(reserved)} of {number(posts)} posts{change}"
    return Headline("m0", value, "of entry-level posts reserved", detail)


def _participation(edition: Edition, before: Edition | None) -> Headline:
    table = edition.table("m2-months")
    people = table.cell("all", "people")
    change = moved(people, before.table("m2-months").cell("all", "people"), "", before.as_at) if before else ""
    detail = f"{number(table.cell('all', 'counted'))} more counted, not named{change}"
    return Headline("m2", number(people), "people started a programme", detail)


def _conversion(edition: Edition, before: Edition | None) -> list[Headline]:
    table = edition.table("m3-readings")
    found = []
    for rate, part, label in (
        ("rate", "work", "in work within 26 weeks"),
        ("host_rate", "host", "at work in the host trust"),
    ):
        share = table.cell("all", rate)
        change = moved(share, before.table("m3-readings").cell("all", rate), " points", before.as_at) if before else ""
        detail = f"{number(table.cell('all', part))} of {number(table.cell('all', 'due'))} people{change}"
        if share is None:
            detail = "Nobody's 26 weeks are over"
        if share == STAR:
            detail += f". {_why_no_rate(table.cell('all', 'due'))}"
            if known(both := _over_two_years(edition, rate)):
                share, label, detail = both, f"{label}, over two years together", f"In this year alone {detail}"
        found.append(Headline("m3", "None yet" if share is None else percent(share), label, detail))
    return found


def _why_no_rate(people: Value) -> str:
    """Why a rate is a star, from the number of people that the reader sees and nothing else.

    Whether a number is hidden as a small one or for another's sake is not said: it would tell which.
    """
    if isinstance(people, int) and people < LEAST_PEOPLE:
        return f"No rate: it takes {LEAST_PEOPLE} people"
    if isinstance(people, int) and people > LEAST_PEOPLE:
        return "No rate: too few people came to one of the outcomes, and a rate would tell how many"
    rounded = " before rounding" if people == LEAST_PEOPLE else ""
    return f"No rate: fewer than {LEAST_PEOPLE} people{rounded}, or too few of one outcome, which a rate would tell"


def _over_two_years(edition: Edition, rate: str) -> Value:
    """The rate of two years together, or a star; where the year itself has none, it stands in."""
    return next((table.cell("all", rate) for table in edition.tables if table.key == "m3-pooled"), STAR)
