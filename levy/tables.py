"""The levy's figures as tables: CSV, XLSX and the board paper take the same rows. Pounds are Decimal to the penny."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from levy.forecast import ForecastMonth
from levy.ledger import Lot
from levy.money import pence
from levy.months import end_of
from levy.services.outlook import Outlook
from levy.services.position import Position
from levy.services.scenarios import side_by_side

Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
ACTIONS = (
    "At the end of",
    "Would be lost",
    "Spend or give more, in all from now to then",
    "Months that the money lives",
)
HOW_TO_SAVE = (
    "“Spend or give more” is beyond what is planned, and in all from now to then. Where each row's sum has been paid by the "
    "end of its month, on top of what is planned, nothing of that row or of the rows before it is lost. Of two rows of one "
    "month the first saves the money of the longer life, the second both. A sum may be more than the account holds today, "
    "because levy still to come is part of it: it cannot be paid at once."
)


def months(outlook: Outlook) -> Table:
    """The account month by month."""
    headings = ("Month", "Brought forward", "Entered", "Spent or given", "Lost", "Balance")
    return headings, [
        (line.month, *map(pence, (line.brought_forward, line.credited, line.paid, line.expired, line.balance)))
        for line in outlook.position.months
    ]


def lots(outlook: Outlook) -> Table:
    """Each month's levy: what became of it."""
    headings = (
        "Entered", "Lives (months)", "Last month of use", "Credited", "After adjustments", "Used", "Lost", "Left",
        "Not explained", "As recorded in the download", "Age estimated",
    )  # fmt: skip
    dying = outlook.position.dying
    return headings, [
        (
            lot.month,
            lot.months_to_live,
            end_of(lot.expires),
            pence(lot.credited),
            pence(lot.amount),
            pence(lot.used),
            pence(Decimal() if lot.month in dying else lot.expired),
            pence(dying.get(lot.month, lot.open)),
            pence(lot.unexplained),
            _recorded(outlook.position, lot),
            lot.assumed,
        )
        for lot in outlook.position.ledger.lots
    ]


def _recorded(position: Position, lot: Lot) -> str:
    if lot.month in position.recorded:
        return "Yes"
    return "No row, so nought" if lot.frozen else "No"


def uses(outlook: Outlook) -> Table:
    """Each use of each month's levy."""
    return ("Entered", "Used in", "Pounds"), [
        (lot.month, use.month, pence(use.amount)) for lot in outlook.position.ledger.lots for use in lot.uses
    ]


def actions(outlook: Outlook) -> Table:
    """What to do by when; each sum is in all from now on, so it holds those of the rows before it."""
    return ACTIONS, [
        (end_of(action.by), pence(action.lose), pence(action.spend), action.months_to_live)
        for action in outlook.actions
    ]


def forecast(outlook: Outlook) -> Table:
    """The months to come, after what is still expected of the present one."""
    headings = (
        "Month", "Brought forward", "Gifts", "Own training due", "Paid by levy", "Shortfall", "Own contribution",
        "Government contribution", "Levy", "Lost", "Balance",
    )  # fmt: skip
    return headings, [
        *_present(outlook),
        *(_forecast_row(line) for line in outlook.forecast.months),
    ]


def _present(outlook: Outlook) -> list[tuple[Any, ...]]:
    """The month of the newest transaction, where something of it is still to come: its levy, or what dies at its end."""
    position = outlook.position
    levy, lost = sum(position.levy_to_come.values(), Decimal()), sum(position.dying.values(), Decimal())
    if not (levy or lost) or not outlook.forecast.months:
        return []
    none = [pence(Decimal())] * 6
    after = outlook.forecast.months[0].brought_forward
    return [(position.until, pence(position.balance), *none, pence(levy), pence(lost), pence(after))]


def _forecast_row(line: ForecastMonth) -> tuple[Any, ...]:
    return (
        line.month,
        pence(line.brought_forward),
        pence(line.gifts_paid),
        pence(line.own_due),
        pence(line.own_paid),
        pence(line.shortfall),
        pence(line.own_contribution),
        pence(line.government_contribution),
        pence(line.levy),
        pence(sum(line.expiring.values(), Decimal())),
        pence(line.balance),
    )


def allowances(outlook: Outlook) -> Table:
    """How much may be given, by transfer year."""
    headings = (
        "Transfer year from 20 April",
        "Levy of the year before",
        "Allowance",
        "Sent",
        "Promised",
        "Left",
        "Over",
    )
    return headings, [
        (year.year, *map(pence, (year.levy, year.allowance, year.sent, year.promised, year.remaining, year.over)))
        for year in outlook.allowances
    ]


def differences(outlook: Outlook) -> Table:
    """Expiries in the download that the rule does not give."""
    return ("Month", "Lives (months)", "In the download", "By the rule"), [
        (row.month, row.months_to_live, pence(row.imported), None if row.computed is None else pence(row.computed))
        for row in outlook.position.ledger.differences
    ]


def scenarios(outlook: Outlook) -> Table:
    """The scenarios that are kept beside the account as it is, over the same months, with the page's own headings."""
    headings = (
        "Scenario", "What is different", "Would be lost", "Spent on own training", "Given", "The trust must add",
        "Levy runs out",
    )  # fmt: skip
    return headings, [
        (
            line.name,
            "; ".join(line.words),
            *map(pence, (line.lost, line.paid, line.given, line.contribution)),
            line.runs_out,
        )
        for line in side_by_side(outlook)
    ]


TABLES: dict[str, Callable[[Outlook], Table]] = {
    "months": months,
    "lots": lots,
    "uses": uses,
    "actions": actions,
    "forecast": forecast,
    "allowances": allowances,
    "differences": differences,
    "scenarios": scenarios,
}
SHEETS = {
    "months": "Months",
    "lots": "Levy by month entered",
    "uses": "Uses",
    "actions": "What to do",
    "forecast": "Forecast",
    "allowances": "Transfer allowance",
    "differences": "Differences",
    "scenarios": "Scenarios",
}
