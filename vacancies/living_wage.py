"""What a vacancy pays for an hour against the London Living Wage, from dated and signed values, each with its source.

Paid means basic pay and high-cost area supplement together (measure M1). The Living Wage Foundation announces a rate in
October; employers owe it from the next 1 May at the latest. Where a value was not verified, the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from audit.clock import today
from nhsuk.words import long_day
from organisations.models import Policy
from organisations.policies import InForce, NoPolicy, in_force
from vacancies.models import Contract, Vacancy
from vacancies.sources.salary import Salary, read_salary

RATE = "vacancies.london_living_wage"
PAY = "vacancies.agenda_for_change"
ZONES = "vacancies.high_cost_zones"
HOURS_A_YEAR = Decimal("37.5") * 365 / 7  # the full-time week of Agenda for Change, in a year of 365 days
PENNY = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Pay:
    """Pounds for an hour at the least, where they come from in a sentence, and whether the values were verified."""

    hourly: Decimal
    basis: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """`verdict` is "pays", "below", "unknown" or "apart" (not weighed); `sentence` says it, `notes` say on what it rests.

    `doubts` are what was not verified or not entered: shown beside the verdict, not below it.
    """

    verdict: str
    sentence: str
    notes: tuple[str, ...] = ()
    hourly: Decimal | None = None
    rate: Decimal | None = None
    doubts: tuple[str, ...] = ()


def per_hour(yearly: Decimal | int) -> Decimal:
    """Yearly full-time pounds as pounds and pence for an hour: £29,880 is £15.28."""
    return (Decimal(yearly) / HOURS_A_YEAR).quantize(PENNY, ROUND_HALF_UP)


def announced_by(on: date) -> date:
    """The last day on which a rate was announced that every accredited employer owes on the day `on`."""
    return date(on.year if on >= date(on.year, 5, 1) else on.year - 1, 4, 30)


def rate_due(on: date) -> InForce:
    """The London Living Wage that binds on a day. NoPolicy where none is known for it."""
    return in_force(RATE, on=announced_by(on))


def is_out_of_date(rate: Policy, on: date) -> bool:
    """Whether a newer rate must have been announced by then, and binds, that was not entered here."""
    return announced_by(on).year - rate.starts.year > 1


def pay_of(vacancy: Vacancy, *, on: date) -> Pay | None:
    """The least that a vacancy pays for an hour: as the advert says, else by band and zone; None where neither is known."""
    return _as_advertised(vacancy) or _by_band(vacancy, on)


def _as_advertised(vacancy: Vacancy) -> Pay | None:
    if vacancy.salary_least:
        return Pay(per_hour(vacancy.salary_least), "from the yearly pay that the advert states", verified=True)
    try:
        stated = read_salary(vacancy.salary_text)
    except ValueError:
        stated = Salary(vacancy.salary_text)
    if stated.minimum is None or not stated.unit:
        return None
    if stated.unit == "hour":
        return Pay(stated.minimum.quantize(PENNY), "as the advert states for an hour", verified=True)
    return Pay(per_hour(stated.minimum), "from the yearly pay that the advert states", verified=True)


def zone_of(vacancy: Vacancy, *, on: date) -> tuple[str, bool]:
    """The high-cost area of the vacancy's site ("inner", "outer"), or "", and whether the list of areas was verified."""
    if vacancy.site is None or not vacancy.site.borough_code:
        return "", True
    zones = in_force(ZONES, on=on)
    return zones.value.get(vacancy.site.borough_code, ""), zones.policy.verified


def _by_band(vacancy: Vacancy, on: date) -> Pay | None:
    if vacancy.band is None:
        return None
    try:
        zone, zone_verified = zone_of(vacancy, on=on)
        table = in_force(PAY, on=on, scope=zone) if zone else None
    except NoPolicy:
        return None
    yearly = table.value.get(str(vacancy.band)) if table else None
    if table is None or yearly is None:
        return None
    basis = f"from Band {vacancy.band}, {zone} London, in the pay year from {long_day(table.policy.starts)}"
    return Pay(per_hour(yearly), basis, verified=table.policy.verified and zone_verified)


def weigh(vacancy: Vacancy, *, on: date | None = None) -> Weighed:
    """How a vacancy's pay stands against the rate of a day: of its opening unless said."""
    day = on or vacancy.opened_on or today()
    if vacancy.contract == Contract.APPRENTICESHIP or vacancy.apprenticeship_level is not None:
        return Weighed("apart", "Apprenticeships are counted apart: the London Living Wage does not bind them.")
    try:
        rate = rate_due(day)
    except NoPolicy:
        return Weighed("unknown", f"No London Living Wage is known here that binds on {long_day(day)}.")
    pay = pay_of(vacancy, on=day)
    if pay is None:
        said = "What it pays for an hour is not known: the advert does not say it, and band or site is missing."
        return Weighed("unknown", said, rate=rate.value)
    enough = pay.hourly >= rate.value
    words = "at least" if enough else "less than"
    sentence = f"It pays £{pay.hourly} an hour, {words} the London Living Wage of £{rate.value} that is due."
    verdict, doubts = "pays" if enough else "below", _doubts(pay, rate, day)
    return Weighed(verdict, sentence, _notes(pay, rate), pay.hourly, rate.value, doubts)


def _notes(pay: Pay, rate: InForce) -> tuple[str, ...]:
    return (f"Pay {pay.basis}.", f"Rate announced {long_day(rate.policy.starts)} ({rate.policy.source}).")


def _doubts(pay: Pay, rate: InForce, day: date) -> tuple[str, ...]:
    found = []
    if not pay.verified:
        found.append("The pay table was not verified against its publisher.")
    if not rate.policy.verified:
        found.append("The rate was not verified against its publisher.")
    if is_out_of_date(rate.policy, day):
        found.append("A newer rate must bind by then, and was not entered here yet: see Policies.")
    elif year := not_entered(day):
        found.append(f"The rate of October {year}, owed from 1 May {year + 1}, was not entered and verified here yet.")
    return tuple(found)


def not_entered(day: date) -> int | None:
    """The year of the last October by `day` whose announced rate is not among the policies; None where it is."""
    year = day.year if day >= date(day.year, 11, 1) else day.year - 1
    return None if in_force(RATE, on=max(day, date(year, 12, 31))).policy.starts.year >= year else year
