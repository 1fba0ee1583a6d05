"""M5, who benefits from the levy: the only page that publishes pounds by where people live, and it suppresses.

The ICB analyst and the auditor see every trust beside each other; a trust's HR lead sees the own trust. All of them see the
protected edition: a split by deprivation is never a plain total. The window is the twelve months to the last month end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from audit.acting import Role
from jobs.exports import csv_response
from levy.models import Account
from levy.money import pence, pounds
from levy.services.benefit import Benefit, Learner, Level, Place, Staff, benefit_of, latest_year
from nhsuk.charts import Chart, Series
from nhsuk.words import percent, rounded
from reports.disclosure import STAR, one_category, pounds_table, protect

READERS = frozenset({Role.TRUST_HR, Role.ICB_ANALYST, Role.AUDITOR})
TOTAL = "Total"
GIVERS = "givers"
UNLEVELLED = "unlevelled"  # counted to protect the two levels, and not published
LEVELS = ("lower", "higher", UNLEVELLED)
SAME_PEOPLE = {"staff": "own", GIVERS: "gifted"}
Key = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One published line: people and pounds, either may be "*"."""

    label: str
    people: int | str
    pounds: Decimal | str
    total: bool = False


@dataclass(frozen=True)
class Table:
    """One published table."""

    key: str
    title: str
    heading: str
    lines: tuple[Line, ...]


def who_benefits(request: Any) -> HttpResponse:
    """Pounds and people by place, level and staff; own learners and gifts apart."""
    accounts, tables, first, last = _published(request)
    context = {
        "tables": tables,
        "said": said_of(tables),
        "chart": chart_of(tables),
        "first": first,
        "last": last,
        "accounts": accounts,
        "trust": accounts[0].trust if request.acting.role == Role.TRUST_HR and accounts else None,
    }
    return render(request, "reports/levy.html", context)


def who_benefits_csv(request: Any) -> HttpResponseBase:
    """The same tables as CSV."""
    _accounts, tables, _first, _last = _published(request)
    return csv_response("Who benefits from the levy.csv", ("Table", "Group", "People", "Pounds"), lines_of(tables))


def lines_of(tables: Iterable[Table]) -> list[tuple[str, str, int | str, Decimal | str]]:
    """Every published line under the title of its table."""
    return [(table.title, line.label, line.people, line.pounds) for table in tables for line in table.lines]


def _published(request: Any) -> tuple[list[Account], list[Table], date, date]:
    if request.acting.role not in READERS:
        raise Http404
    accounts = list(Account.objects.visible_to(request.acting).select_related("trust").order_by("trust__name"))
    return accounts, *published_of(accounts)


def published_of(accounts: Sequence[Account]) -> tuple[list[Table], date, date]:
    """What is published of these accounts, and the first and last month of its window."""
    first, last = latest_year()
    return tables_of(benefit_of(accounts, first=first, last=last), accounts), first, last


def tables_of(found: Benefit, accounts: Sequence[Account]) -> list[Table]:
    """Every table, protected together where people stand in several of them."""
    named = {account.pk: account.trust.name for account in accounts}
    unnamed = sum(found.unnamed.values())
    made = [
        _table("own", "Own apprentices by where they lived", "Lived", found.own, "place", Place, extra=unnamed),
        _table("lower", "Own apprentices at levels 2 and 3", "Lived", _at(found.own, Level.LOWER), "place", Place),
        _table("higher", "Own apprentices at level 4 and above", "Lived", _at(found.own, Level.HIGHER), "place", Place),
        _table(UNLEVELLED, "", "", _at(found.own, Level.UNKNOWN), "place", Place),
        _table(
            "staff", "Own apprentices: new recruits and existing staff", "Who", found.own, "staff", Staff, extra=unnamed
        ),
        _table("gifted", "Learners of other organisations, by gift", "Lived", found.gifted, "place", Place),
    ]
    if len(named) > 1:
        made += [
            _table(
                f"trust-{pk}",
                f"{name}: own apprentices",
                "Lived",
                [learner for learner in found.own if learner.account_id == pk],
                "place",
                Place,
                extra=found.unnamed[pk],
            )
            for pk, name in named.items()
        ]
        made.append(_givers(found.gifted, named))
    return publish(made)


def _givers(gifted: Iterable[Learner], named: Mapping[int, str]) -> Counted:
    """The learners of gifts by the trust that gave."""
    people, amounts = (dict.fromkeys(named.values(), 0) for _ in range(2))
    for learner in gifted:
        people[named[learner.account_id]] += 1
        amounts[named[learner.account_id]] += learner.paid
    return Counted(GIVERS, "Learners of other organisations, by the trust that gave", "Trust", people, amounts)


def _at(learners: Iterable[Learner], level: Level) -> list[Learner]:
    return [learner for learner in learners if learner.level is level]


@dataclass(frozen=True)
class Counted:
    """A table before it is published: true people and units by group."""

    key: str
    title: str
    heading: str
    people: Mapping[str, int]
    amounts: Mapping[str, int]

    @property
    def whole(self) -> Key:
        """Its total; a second table of the same people has that of the first."""
        return (SAME_PEOPLE.get(self.key, self.key), TOTAL)


def _table(
    key: str, title: str, heading: str, learners: Iterable[Learner], by: str, groups: type[StrEnum], *, extra: int = 0
) -> Counted:
    """Counts by group; `extra` units were paid for nobody whom the file names: they are with the unknown."""
    people, amounts = ({str(group): 0 for group in groups} for _ in range(2))
    for learner in learners:
        group = str(getattr(learner, by))
        people[group] += 1
        amounts[group] += learner.paid
    amounts["Unknown"] = amounts.get("Unknown", 0) + extra
    return Counted(key, title, heading, people, amounts)


def publish(counted: Sequence[Counted]) -> list[Table]:
    """Protect all tables at once: parts to totals, levels to the whole, trusts to the whole."""
    values: dict[Key, int] = {}
    amounts: dict[Key, Decimal] = {}
    lines: list[tuple[Key, list[Key]]] = []
    alone = _totals_alone(counted)
    for table in counted:
        total = sum(table.people.values())
        values[table.whole], amounts[table.whole] = total, pounds(sum(table.amounts.values()))
        if table.key in alone:
            continue
        parts = [(table.key, group) for group in table.people]
        for group, count in table.people.items():
            values[table.key, group], amounts[table.key, group] = count, pounds(table.amounts[group])
        lines.append((table.whole, parts))
    trusts = [table.key for table in counted if table.key.startswith("trust-")]
    lines += [*_across(LEVELS, values), *_across(trusts, values)]
    people, _secondary = protect(values, lines)
    money = pounds_table(amounts, people, lines)
    return [_as_published(table, people, money) for table in counted if table.key != UNLEVELLED]


def _across(tables: Sequence[str], values: Mapping[Key, int]) -> list[tuple[Key, list[Key]]]:
    """The lines by which some tables add up to all own apprentices, group by group."""
    groups = [group for group in (TOTAL, *map(str, Place)) if all((key, group) in values for key in ("own", *tables))]
    return [(("own", group), [(key, group) for key in tables]) for group in groups] if tables else []


def _totals_alone(counted: Sequence[Counted]) -> set[str]:
    """The tables of which only the total is published (rule 6); one level's parts would be all less the other's."""
    alone = {table.key for table in counted if _only_total(table)} - {UNLEVELLED}
    return alone | set(LEVELS) if alone & set(LEVELS) else alone


def _only_total(table: Counted) -> bool:
    """Rule 6: where everybody is in one group, only the total is published. Who gave is no attribute of a learner."""
    return table.key != GIVERS and one_category(table.people.values())


def _as_published(table: Counted, people: Mapping[Key, Any], money: Mapping[Key, Any]) -> Table:
    shown = [(group, (table.key, group)) for group in table.people if (table.key, group) in people]
    lines = [Line(group, people[key], _pounds(money[key])) for group, key in shown]
    lines.append(Line(TOTAL, people[table.whole], _pounds(money[table.whole]), total=True))
    return Table(table.key, table.title, table.heading, tuple(lines))


def _pounds(amount: Any) -> Decimal | str:
    return STAR if amount == STAR else pence(amount)


def said_of(tables: Iterable[Table]) -> str:
    """The shares of the pounds in one sentence, each only where its pounds are published; "" where none is."""
    shown = {line.label: line.pounds for table in tables if table.key == "own" for line in table.lines}
    total = shown.get(TOTAL, STAR)
    if isinstance(total, str) or not total:
        return ""
    known = [(_sum(shown.get(str(group), STAR) for group in groups), words) for words, groups in SHARES]
    said = [f"{percent(rounded(100 * part / total, '1'))} {words}" for part, words in known if part is not None]
    return f"Of the pounds spent on own apprentices, {', '.join(said)}." if said else ""


def _sum(parts: Iterable[Decimal | str]) -> Decimal | None:
    found = list(parts)
    amounts = [part for part in found if isinstance(part, Decimal)]
    return sum(amounts, Decimal()) if len(amounts) == len(found) else None


SHARES = (
    ("reached local people", (Place.BOTH, Place.LOCAL)),
    ("reached CORE20 people", (Place.BOTH, Place.CORE20)),
    ("unknown", (Place.UNKNOWN,)),
)


def chart_of(tables: Iterable[Table]) -> Chart | None:
    """The chart of own apprentices; None where only their total is published."""
    own = next((table for table in tables if table.key == "own"), None)
    return _chart(own) if own and len(own.lines) > 1 else None


def _chart(table: Table) -> Chart:
    parts = [line for line in table.lines if not line.total]
    return Chart(
        key="benefit",
        title="Levy spent on own apprentices, by where they lived",
        finding="Unknown is shown, and never counted as no.",
        categories=tuple(SHORT.get(line.label, line.label) for line in parts),
        series=(Series("Pounds", tuple(line.pounds for line in parts)),),
        unit="pounds",
        heading="Lived",
    )


SHORT = {
    Place.BOTH.value: "Both",
    Place.LOCAL.value: "Local only",
    Place.CORE20.value: "CORE20 only",
    Place.NEITHER.value: "Neither",
    Place.UNKNOWN.value: "Unknown",
}
