"""The account month by month to come: who is paid, what expires, what is short, and what to do about it by when."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from levy.allowance import year_of_payment
from levy.income import PayBill, Scheme, levy_in
from levy.money import pounds, units
from levy.months import shift, span
from levy.terms import Terms, share_of
from levy.training import AS_PLANNED, Assumptions, Status, Training, expected_payments

HORIZON = 48
Dues = dict[date, Counter[date]]


@dataclass(frozen=True)
class Starts:
    """New apprenticeships of one price (pounds) and length (months), `number` of them begun in `month`."""

    month: date
    number: int
    price: Decimal
    duration: int
    gift: bool = False

    def trainings(self) -> list[Training]:
        """Each of them as a training that waits to start."""
        end = shift(self.month, self.duration)
        return [
            Training(f"{self.month:%Y-%m}/{count}", self.price, self.month, end, Status.WAITING, self.gift)
            for count in range(1, self.number + 1)
        ]


@dataclass(frozen=True)
class Scenario:
    """What is changed beside the plan: new starts, gifts (starts elsewhere), lump gifts by month in pounds, the pay bill."""

    name: str
    starts: tuple[Starts, ...] = ()
    pay_bill: tuple[PayBill, ...] = ()
    lumps: Mapping[date, Decimal] = field(default_factory=dict)


AS_IT_IS = Scenario("As it is")


class ForecastMonth(NamedTuple):
    """One month in pounds: balance = brought_forward - gifts_paid - own_paid + levy - expiring.

    Gifts are paid first and never beyond the balance or the allowance; `gifts_unpaid` falls to the receiver. `shortfall` is
    what the levy cannot pay of our own training; `own_contribution` is the employer's part of it, the government pays the
    rest. `expiring` is by months to live. `needed` is what must be paid beyond the plan, in all from now to the end of the month,
    for nothing of that life or an older one to be lost by then.
    """

    month: date
    brought_forward: Decimal
    gifts_paid: Decimal
    gifts_unpaid: Decimal
    own_due: Decimal
    own_paid: Decimal
    shortfall: Decimal
    own_contribution: Decimal
    government_contribution: Decimal
    levy: Decimal
    expiring: Mapping[int, Decimal]
    needed: Mapping[int, Decimal]
    balance: Decimal


class Advice(NamedTuple):
    """Spend or give `spend` pounds more than planned by the end of `by`, or lose `lose` pounds of `months_to_live` money.

    `spend` is in all from now to then, on top of what is planned, so it is not to be added to that of an earlier row. It may
    be more than the account holds now, for it counts levy still to come. It is more than `lose` because the oldest money is
    used first: that of the losses before, and money not yet about to expire.
    """

    by: date
    months_to_live: int
    lose: Decimal
    spend: Decimal


@dataclass(frozen=True)
class Forecast:
    """A scenario worked out."""

    scenario: str
    months: tuple[ForecastMonth, ...]

    @property
    def lost(self) -> Decimal:
        """All that expires within the forecast, in pounds."""
        return sum((amount for line in self.months for amount in line.expiring.values()), Decimal())


class Stock:
    """Open money by month of entry, oldest used first, in units."""

    def __init__(self, lots: Mapping[date, Decimal], terms: Terms) -> None:
        self.terms = terms
        self.lots = {month: units(lots[month]) for month in sorted(lots)}

    @property
    def balance(self) -> int:
        return sum(self.lots.values())

    def pay(self, wanted: int) -> int:
        """Use up to `wanted`; returns what could be paid."""
        left = wanted
        for month in list(self.lots):
            part = min(left, self.lots[month])
            left -= part
            self.lots[month] -= part
            if self.lots[month] or not left:
                break
        self.lots = {month: amount for month, amount in self.lots.items() if amount}
        return wanted - left

    def add(self, month: date, amount: int) -> None:
        """Money that enters: always the newest."""
        if amount:
            self.lots[month] = self.lots.get(month, 0) + amount

    def lapse(self, now: date) -> dict[int, int]:
        """Let go what expires at the end of a month: by months to live."""
        gone: dict[int, int] = {}
        for month in list(self.lots):
            life = self.terms.life_of_credit(month)
            if shift(month, life) <= now:
                gone[life] = gone.get(life, 0) + self.lots.pop(month)
        return gone

    def needed(self, now: date) -> dict[int, int]:
        """What must be used by the end of a month so that nothing of a life lapses: it, and all that is older."""
        found: dict[int, int] = {}
        older = 0
        for month, amount in self.lots.items():
            older += amount
            life = self.terms.life_of_credit(month)
            if shift(month, life) <= now:
                found[life] = older
        return found


@dataclass
class Purse:
    """Open money, and how much of it may still be given away in each transfer year."""

    stock: Stock
    allowed: dict[int, int]

    def pay(self, month: date, own: Counter[date], gifts: int) -> tuple[int, dict[date, int]]:
        """A month's payments, gifts first: what could be given, and paid of own training by the month it began."""
        year = year_of_payment(month)
        given = self.stock.pay(min(gifts, self.allowed.get(year, gifts)))
        if year in self.allowed:
            self.allowed[year] -= given
        return given, {start: self.stock.pay(own[start]) for start in sorted(own)}


@dataclass
class Saver(Purse):
    """The account of a trust that pays beyond its plan what saves all, and no sooner than it must: the least that does.

    What is paid sooner could only take the place of what is planned.
    """

    paid: int = 0

    def save(self, now: date, lost: Iterable[int] = ()) -> dict[int, int]:
        """Pay what saves all that would lapse at the end of a month: in all so far, for each life of `lost`, oldest first."""
        needed, found, enough = self.stock.needed(now), {}, self.paid
        for life in lost:
            found[life] = enough = max(enough, self.paid + needed.get(life, 0))
        self.paid += self.stock.pay(max(needed.values(), default=0))
        return found


def forecast(
    stock: Mapping[date, Decimal],
    trainings: Iterable[Training],
    schemes: Sequence[Scheme],
    *,
    first: date,
    terms: Terms,
    scenario: Scenario = AS_IT_IS,
    assumptions: Assumptions = AS_PLANNED,
    allowances: Mapping[int, Decimal] | None = None,
    dying: Mapping[date, Decimal] | None = None,
    months: int = HORIZON,
) -> Forecast:
    """The account from the month `first` on, in the order in which a month goes: gifts, own training, levy, expiry.

    `stock` is the open money by month of entry (`Ledger.stock`), `schemes` what is expected to come in (`income.schemes`),
    `allowances` the pounds that may still be sent in each transfer year (a year that is not named has no limit). `dying` is
    money that expires before `first` and can still be saved: it counts in what is needed from now on, and nowhere else.
    """
    own, gifts = _dues([*trainings, *_new(scenario)], first, assumptions)
    for month, amount in scenario.lumps.items():
        gifts[month] += units(amount)
    horizon = list(span(first, shift(first, months - 1)))
    incoming = levy_in(schemes, horizon, terms=terms, pay_bill=scenario.pay_bill)
    allowed = {year: units(amount) for year, amount in (allowances or {}).items()}
    account, saver = Purse(Stock(stock, terms), dict(allowed)), Saver(Stock({**stock, **(dying or {})}, terms), allowed)
    saver.save(shift(first, -1))
    lines = [_month(month, account, saver, own[month], gifts[month], units(incoming[month])) for month in horizon]
    return Forecast(scenario.name, tuple(lines))


def _new(scenario: Scenario) -> list[Training]:
    return [training for starts in scenario.starts for training in starts.trainings()]


def _dues(trainings: Iterable[Training], first: date, assumptions: Assumptions) -> tuple[Dues, Counter[date]]:
    """Own payments by month and start of the apprenticeship; gifts by month."""
    own: Dues = defaultdict(Counter)
    gifts: Counter[date] = Counter()
    for training in trainings:
        for month, amount in expected_payments(training, first=first, assumptions=assumptions):
            if training.gift:
                gifts[month] += amount
            else:
                own[month][training.start] += amount
    return own, gifts


def _month(month: date, account: Purse, saver: Saver, own: Counter[date], gifts: int, levy: int) -> ForecastMonth:
    before, terms = account.stock.balance, account.stock.terms
    given, parts = account.pay(month, own, gifts)
    saver.pay(month, own, gifts)
    for purse in (account, saver):
        purse.stock.add(month, levy)
    gone = account.stock.lapse(month)
    needed = saver.save(month, gone)
    paid = sum(parts.values())
    short = own.total() - paid
    shares = sum(share_of(own[start] - part, terms.own_share_of_start(start)) for start, part in parts.items())
    return ForecastMonth(
        month=month,
        brought_forward=pounds(before),
        gifts_paid=pounds(given),
        gifts_unpaid=pounds(gifts - given),
        own_due=pounds(own.total()),
        own_paid=pounds(paid),
        shortfall=pounds(short),
        own_contribution=pounds(shares),
        government_contribution=pounds(short - shares),
        levy=pounds(levy),
        expiring={life: pounds(amount) for life, amount in sorted(gone.items(), reverse=True)},
        needed={life: pounds(amount) for life, amount in sorted(needed.items(), reverse=True)},
        balance=pounds(account.stock.balance),
    )


def advice(found: Forecast) -> list[Advice]:
    """Each loss to come with what would avert it: "spend or give X by month Y or lose Z", in order of month."""
    return [
        Advice(line.month, life, lose=line.expiring[life], spend=line.needed[life])
        for line in found.months
        for life in line.expiring
        if line.expiring[life]
    ]


def double_window(terms: Terms) -> tuple[date, date] | None:
    """The months in which money of two lives expires, first and last; None if lives never get shorter.

    When lives went from 24 to 12 months on 1 August 2026: August 2027 to July 2028.
    """
    ordered = sorted(terms.lives)
    for (_, longer), (start, shorter) in zip(ordered, ordered[1:], strict=False):
        if shorter < longer:
            return shift(start, shorter), shift(start, longer - 1)
    return None
