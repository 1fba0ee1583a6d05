"""Scenarios: kept under a name, worked out side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.acting import Acting
from audit.clock import now
from audit.events import record
from audit.mover import Refused
from levy.allowance import year_of_payment
from levy.forecast import Forecast, Scenario, Starts
from levy.income import PayBill
from levy.models import Scenario as Kept
from levy.services.accounts import account_for
from levy.services.outlook import Outlook, foresee
from levy.training import AS_PLANNED, Assumptions
from nhsuk.words import pounds

MOST = 6
PERCENT = Decimal(100)


@dataclass(frozen=True)
class Compared:
    """A scenario beside the account as it is: pounds lost, paid and short within the forecast."""

    kept: Kept | None
    forecast: Forecast
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return self.forecast.scenario

    @property
    def lost(self) -> Decimal:
        """What expires."""
        return self.forecast.lost

    @property
    def paid(self) -> Decimal:
        """What levy pays of own training."""
        return sum((line.own_paid for line in self.forecast.months), Decimal())

    @property
    def given(self) -> Decimal:
        """What is given away."""
        return sum((line.gifts_paid for line in self.forecast.months), Decimal())

    @property
    def contribution(self) -> Decimal:
        """What the trust itself must add once the levy has run out."""
        return sum((line.own_contribution for line in self.forecast.months), Decimal())

    @property
    def runs_out(self) -> date | None:
        """The first month in which the levy does not pay everything."""
        return next((line.month for line in self.forecast.months if line.shortfall), None)


@transaction.atomic
def keep(*, facts: Mapping[str, Any], by: Acting) -> Kept:
    """Keep a scenario of the acting trust under its name; the same name again replaces it. Refused beyond six."""
    account = account_for(by=by)
    given = {name: _stored(value) for name, value in facts.items() if name != "name" and value is not None}
    held = Kept.unscoped.filter(account=account)
    if held.exclude(name=facts["name"]).count() >= MOST:
        raise Refused(f"{MOST} scenarios are kept. Remove one first.")
    row, _made = Kept.unscoped.update_or_create(
        account=account, name=facts["name"], defaults={"facts": given, "at": now()}
    )
    record(by=by, verb="keep", on=row)
    return row


@transaction.atomic
def remove(*, scenario: Kept, by: Acting) -> None:
    """Forget a scenario of the acting trust."""
    if scenario.account_id != account_for(by=by).pk:
        raise Refused("This scenario belongs to another trust.")
    record(by=by, verb="remove", on=scenario)
    scenario.delete()


def _stored(value: Any) -> Any:
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def side_by_side(outlook: Outlook) -> list[Compared]:
    """As it is, and each scenario that is kept of the account: for whoever may read the outlook."""
    return compare(outlook, list(Kept.unscoped.filter(account=outlook.position.account)))


def compare(outlook: Outlook, kept: Sequence[Kept]) -> list[Compared]:
    """As it is, and each scenario, over the same months and from the same files."""
    found = [Compared(None, outlook.forecast, ("What is planned and promised now",))]
    for row in kept:
        made = foresee(
            outlook.position,
            outlook.committed,
            outlook.allowances,
            scenario=as_scenario(row),
            assumptions=assumptions_of(row),
        )
        found.append(Compared(row, made, (*words_of(row), *cuts_of(row, made, outlook.forecast))))
    return found


def as_scenario(row: Kept) -> Scenario:
    """The kept facts as the forecast takes them."""
    facts = row.facts
    starts: tuple[Starts, ...] = ()
    if "starts_month" in facts:
        starts = (
            Starts(
                date.fromisoformat(facts["starts_month"]),
                int(facts["starts_number"]),
                Decimal(facts["starts_price"]),
                int(facts["starts_duration"]),
            ),
        )
    lumps = {date.fromisoformat(facts["gift_month"]): Decimal(facts["gift_amount"])} if "gift_month" in facts else {}
    changes = (_pay_bill(facts),) if "pay_month" in facts else ()
    return Scenario(row.name, starts, changes, lumps)


def _pay_bill(facts: Mapping[str, Any]) -> PayBill:
    return PayBill(date.fromisoformat(facts["pay_month"]), Decimal(facts["pay_change"]) / PERCENT)


def cuts_of(row: Kept, made: Forecast, as_it_is: Forecast) -> tuple[str, ...]:
    """What of a scenario's gift could not be given, and why; and the promised gifts whose place it would take."""
    if "gift_month" not in row.facts:
        return ()
    month, wanted = date.fromisoformat(row.facts["gift_month"]), Decimal(row.facts["gift_amount"])
    pairs = {line.month: (line, plain) for line, plain in zip(made.months, as_it_is.months, strict=True)}
    if month not in pairs:
        return (f"This gift is not counted: the forecast begins in {made.months[0].month:%B %Y}",)
    unpaid = {at: max(Decimal(), line.gifts_unpaid - plain.gifts_unpaid) for at, (line, plain) in pairs.items()}
    said, cut = [], unpaid.pop(month)
    if cut:
        line = pairs[month][0]
        year = year_of_payment(month)
        why = (
            "the account then holds no more"
            if line.gifts_paid == line.brought_forward
            else f"the allowance from 20 April {year} to 19 April {year + 1} leaves no more"
        )
        said.append(f"Cut to {pounds(wanted - cut)}: {why}")
    if displaced := sum(unpaid.values(), Decimal()):
        said.append(f"{pounds(displaced)} of what is promised to others could then not be given")
    return tuple(said)


def assumptions_of(row: Kept) -> Assumptions:
    """How much of the plan comes true."""
    leaving, completing = row.facts.get("leaving"), row.facts.get("completing")
    return Assumptions(
        completing=Decimal(completing) / PERCENT if completing else AS_PLANNED.completing,
        leaving=Decimal(leaving) / PERCENT if leaving else AS_PLANNED.leaving,
    )


def words_of(row: Kept) -> tuple[str, ...]:
    """What is different, in words."""
    facts = row.facts
    said = []
    if "starts_month" in facts:
        month = date.fromisoformat(facts["starts_month"])
        said.append(
            f"{facts['starts_number']} more starts in {month:%B %Y} at {pounds(Decimal(facts['starts_price']))} "
            f"over {facts['starts_duration']} months"
        )
    if "gift_month" in facts:
        said.append(f"{pounds(Decimal(facts['gift_amount']))} given in {date.fromisoformat(facts['gift_month']):%B %Y}")
    if "pay_month" in facts:
        change = Decimal(facts["pay_change"])
        said.append(
            f"Pay bill {abs(change).normalize():f}% {'less' if change < 0 else 'more'} "
            f"from {date.fromisoformat(facts['pay_month']):%B %Y}: "
            f"the levy that enters in {_pay_bill(facts).first_levy:%B %Y} is the first that changes"
        )
    if "leaving" in facts:
        said.append(f"{facts['leaving']}% of learners leave each month")
    if "completing" in facts:
        said.append(f"{facts['completing']}% complete")
    return tuple(said)
