"""M5, who benefits from the levy: the only page that publishes pounds by where people live, and it suppresses.

The ICB analyst and the auditor see every trust beside each other; a trust's HR lead sees the own trust. All of them see the
protected edition: a split by deprivation is never a plain total. The window is the twelve months to the last month end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from audit.acting import Role
from audit.clock import today
from jobs.exports import csv_response
from levy.models import Account
from levy.money import pence, pounds
from levy.months import first_of, shift
from levy.services.benefit import Benefit, Learner, Level, Place, Staff, benefit_of
from nhsuk.charts import Chart, Series
from reports.disclosure import STAR, one_category, pounds_table, protect

READERS = frozenset({Role.TRUST_HR, Role.ICB_ANALYST, Role.AUDITOR})
YEAR = 12
TOTAL = "Total"
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
    own = next((table for table in tables if table.key == "own"), None)
    context = {
        "tables": tables,
        "chart": _chart(own) if own and len(own.lines) > 1 else None,
        "first": first,
        "last": last,
        "accounts": accounts,
        "trust": accounts[0].trust if request.acting.role == Role.TRUST_HR and accounts else None,
    }
    return render(request, "reports/levy.html", context)


def who_benefits_csv(request: Any) -> HttpResponseBase:
    """The same tables as CSV."""
    _accounts, tables, _first, _last = _published(request)
    rows = [(table.title, line.label, line.people, line.pounds) for table in tables for line in table.lines]
    return csv_response("Who benefits from the levy.csv", ("Table", "Group", "People", "Pounds"), rows)


def _published(request: Any) -> tuple[list[Account], list[Table], Any, Any]:
    if request.acting.role not in READERS:
        raise Http404
    accounts = list(Account.objects.visible_to(request.acting).select_related("trust").order_by("trust__name"))
    last = shift(first_of(today()), -1)
    first = shift(last, 1 - YEAR)
    return accounts, tables_of(benefit_of(accounts, first=first, last=last), accounts), first, last


def tables_of(found: Benefit, accounts: Sequence[Account]) -> list[Table]:
    """Every table, protected together where people stand in several of them."""
    named = {account.pk: account.trust.name for account in accounts}
    unnamed = sum(found.unnamed.values())
    made = [
        _table("own", "Own apprentices by where they lived", "Lived", found.own, "place", Place, extra=unnamed),
        _table("lower", "Own apprentices at levels 2 and 3", "Lived", _at(found.own, Level.LOWER), "place", Place),
        _table("higher", "Own apprentices at level 4 and above", "Lived", _at(found.own, Level.HIGHER), "place", Place),
        _table("staff", "Own apprentices: new recruits and existing staff", "Who", found.own, "staff", Staff),
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
    return publish(made)


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
    for table in counted:
        whole, total = (table.key, TOTAL), sum(table.people.values())
        values[whole], amounts[whole] = total, pounds(sum(table.amounts.values()))
        if _only_total(table):
            continue
        parts = [(table.key, group) for group in table.people]
        for group, count in table.people.items():
            values[table.key, group], amounts[table.key, group] = count, pounds(table.amounts[group])
        lines.append((whole, parts))
    trusts = [table.key for table in counted if table.key.startswith("trust-")]
    across = [group for group in (TOTAL, *map(str, Place)) if all((key, group) in values for key in ("own", *trusts))]
    if trusts:
        lines += [(("own", group), [(key, group) for key in trusts]) for group in across]
    people, _secondary = protect(values, lines)
    money = pounds_table(amounts, people, lines)
    return [_as_published(table, people, money) for table in counted]


def _only_total(table: Counted) -> bool:
    """Rule 6: where everybody is in one group, only the total is published."""
    return one_category(table.people.values())


def _as_published(table: Counted, people: Mapping[Key, Any], money: Mapping[Key, Any]) -> Table:
    shown = [group for group in (*table.people, TOTAL) if (table.key, group) in people]
    lines = tuple(
        Line(group, people[table.key, group], _pounds(money[table.key, group]), total=group == TOTAL) for group in shown
    )
    return Table(table.key, table.title, table.heading, lines)


def _pounds(amount: Any) -> Decimal | str:
    return STAR if amount == STAR else pence(amount)


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
