"""What is to come: the forecast of an account under a scenario, what to do by when, and how much may be given away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from audit.clock import today
from levy.allowance import AllowanceYear, allowance_years, transfer_year, year_of_payment
from levy.forecast import AS_IT_IS, Advice, Forecast, Scenario, advice, double_window, forecast
from levy.income import levy_in
from levy.models import PROMISED_STATES, Account, Apprenticeship, Gift
from levy.money import pounds
from levy.months import first_of, shift, span
from levy.services.position import Position
from levy.training import AS_PLANNED, Assumptions, Status, Training, payments

YEARS_AHEAD = 5
SHOWN = 12
LEVY_DAY = 23


@dataclass(frozen=True)
class Committed:
    """What an account has promised: its own apprenticeships, and gifts to others."""

    own: tuple[Training, ...] = ()
    gifts: tuple[Training, ...] = ()

    def promised(self, first: date) -> dict[date, Decimal]:
        """Pounds of gifts by month of payment, from `first` on."""
        return spread(self.gifts, first=first)


@dataclass(frozen=True)
class Outlook:
    """An account's forecast as it is, and what follows from it."""

    position: Position
    committed: Committed
    forecast: Forecast
    allowances: tuple[AllowanceYear, ...]
    window: tuple[date, date] | None = field(default=None)

    @property
    def actions(self) -> list[Advice]:
        """Each loss to come and the payment that would avert it, soonest first; this month's included."""
        return [*self.position.urgent, *advice(self.forecast)]

    @property
    def next_action(self) -> Advice | None:
        """The soonest."""
        return next(iter(self.actions), None)

    def lost_within(self, months: int) -> Decimal:
        """Pounds that will be lost in the coming months, the present one included, if nothing changes."""
        last = shift(first_of(today()), months - 1)
        return sum((action.lose for action in self.actions if action.by <= last), Decimal())

    @property
    def lost_in_window(self) -> Decimal:
        """Pounds that will be lost in the months when money of both lives expires."""
        if self.window is None:
            return Decimal()
        first, last = self.window
        return sum((action.lose for action in self.actions if first <= action.by <= last), Decimal())

    @property
    def this_year(self) -> AllowanceYear:
        """The allowance of the present transfer year."""
        return self.allowances[0]


def spread(trainings: Iterable[Training], *, first: date) -> dict[date, Decimal]:
    """What trainings cost by month, in pounds, from `first` on."""
    due: Counter[date] = Counter()
    for training in trainings:
        for month, amount in payments(training, first=first):
            due[month] += amount
    return {month: pounds(due[month]) for month in sorted(due)}


def commitments(accounts: Sequence[Account]) -> dict[int, Committed]:
    """What each account has promised, in two queries however many there are."""
    own: dict[int, list[Training]] = defaultdict(list)
    for row in Apprenticeship.unscoped.filter(account__in=accounts).only(
        "account_id", "price", "start", "end", "status"
    ):
        own[row.account_id].append(
            Training(str(row.pk), row.price, first_of(row.start), first_of(row.end), Status(row.status))
        )
    gifts: dict[int, list[Training]] = defaultdict(list)
    for gift in Gift.unscoped.filter(account__in=accounts, state__in=PROMISED_STATES):
        gifts[gift.account_id].append(gift_training(gift))
    return {account.pk: Committed(tuple(own[account.pk]), tuple(gifts[account.pk])) for account in accounts}


def gift_training(gift: Gift) -> Training:
    """A gift as one training: all its learners begin and end together."""
    start = first_of(gift.start)
    return Training(
        gift.reference, gift.cost * gift.learners, start, shift(start, gift.duration), Status.LIVE, gift=True
    )


def cost_by_year(gift: Gift) -> list[tuple[int, Decimal]]:
    """What a gift costs in each transfer year, in pounds, as planned."""
    found: Counter[int] = Counter()
    for month, amount in payments(gift_training(gift), first=first_of(gift.start)):
        found[year_of_payment(month)] += amount
    return [(year, pounds(found[year])) for year in sorted(found)]


def outlook_of(position: Position, committed: Committed | None = None) -> Outlook:
    """The forecast of an account as it is: 48 months from the end of its files."""
    committed = commitments([position.account])[position.account.pk] if committed is None else committed
    years = allowances_of(position, committed)
    return Outlook(
        position, committed, foresee(position, committed, years), tuple(years), double_window(position.terms)
    )


def foresee(
    position: Position,
    committed: Committed,
    years: Sequence[AllowanceYear],
    *,
    scenario: Scenario = AS_IT_IS,
    assumptions: Assumptions = AS_PLANNED,
) -> Forecast:
    """The forecast of an account under a scenario, gifts held to what may still be sent in each transfer year."""
    return forecast(
        position.stock,
        [*committed.own, *committed.gifts],
        position.schemes,
        first=position.first,
        terms=position.terms,
        scenario=scenario,
        assumptions=assumptions,
        allowances={year.year: max(Decimal(), year.allowance - year.sent) for year in years},
        dying=position.dying,
    )


def allowances_of(position: Position, committed: Committed) -> list[AllowanceYear]:
    """How much may be given in this transfer year and the next four, with what was sent and what is promised."""
    first = transfer_year(today())
    months = list(span(position.first, shift(position.first, 12 * YEARS_AHEAD)))
    expected = levy_in(position.schemes, months, terms=position.terms)
    to_come = [(month.replace(day=LEVY_DAY), amount) for month, amount in expected.items()]
    late = [(month.replace(day=LEVY_DAY), amount) for month, amount in position.levy_to_come.items()]
    return allowance_years(
        [*position.lines, *late, *to_come],
        sent=position.sent,
        promised=committed.promised(position.first),
        years=range(first, first + YEARS_AHEAD),
        terms=position.terms,
    )


def by_month(actions: Iterable[Advice]) -> Mapping[date, dict[int, Decimal]]:
    """What will be lost by month and life, in pounds."""
    found: dict[date, dict[int, Decimal]] = defaultdict(dict)
    for action in actions:
        found[action.by][action.months_to_live] = action.lose
    return found
