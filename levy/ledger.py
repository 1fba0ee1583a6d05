"""Each pound of levy from the month it entered the account to its use, its expiry or today. No Django.

The rule is the government's (levy help centre, "Expired funds"; SkillsFundingAgency/das-employer-finance): the oldest funds
are used first, a payment in the expiry month still saves the money, what is left at the end of that month expires.
Money arrives as Decimal pounds, is reckoned in integers of 0.00001 pounds, and leaves as Decimal pounds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from levy.allocation import Push, Slice, allocate, push_back
from levy.money import pounds, units
from levy.months import shift, span
from levy.opening import Opening, opening_lots

Rules = Iterable[tuple[date, int]]
Frozen = Mapping[tuple[date, int], Decimal]


class Expiry(NamedTuple):
    """What expires at the end of `month` of the money that entered `months_to_live` months earlier, in pounds."""

    month: date
    months_to_live: int
    amount: Decimal


class Use(NamedTuple):
    """Part of a lot used by the payments of a month, in pounds."""

    month: date
    amount: Decimal


class Pushed(NamedTuple):
    """A levy adjustment or a refund of `month`, taken off `onto` (None: nothing left to take it off), in pounds."""

    kind: str
    month: date
    onto: date | None
    amount: Decimal


class Difference(NamedTuple):
    """An imported expiry that the rule does not give. `computed` is None where no levy of that month is known."""

    month: date
    months_to_live: int
    imported: Decimal
    computed: Decimal | None


@dataclass(frozen=True)
class Lot:
    """The levy that entered in one month: amount = used + expired + open + unexplained, in pounds.

    `amount` is after adjustments, `credited` before. `unexplained` is nought unless an imported expiry froze the lot and the
    known payments do not account for the rest; below nought where it is more than the lot (`overdrawn`). `assumed` marks money whose age was estimated from an opening balance.
    """

    month: date
    months_to_live: int
    credited: Decimal
    amount: Decimal
    uses: tuple[Use, ...]
    expired: Decimal
    open: Decimal
    unexplained: Decimal
    frozen: bool
    assumed: bool

    @property
    def expires(self) -> date:
        """The last month whose payments can still use this money."""
        return shift(self.month, self.months_to_live)

    @property
    def overdrawn(self) -> Decimal:
        """How much more an imported expiry takes than entered, in pounds."""
        return max(Decimal(), -self.unexplained)

    @property
    def used(self) -> Decimal:
        """What payments have used of it, in pounds."""
        return sum((use.amount for use in self.uses), Decimal())


class Month(NamedTuple):
    """One line of the account in pounds: balance = brought_forward + credited - paid - expired."""

    month: date
    brought_forward: Decimal
    credited: Decimal
    paid: Decimal
    expired: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Ledger:
    """The whole account up to the end of `until`.

    `expiries` are of every lot, those still to come included (as if nothing more were paid). `unfunded` are payments that no
    levy covers. `unmatched` are imported expiries of months whose levy is not known; they still lower the balance.
    """

    until: date
    lots: tuple[Lot, ...]
    expiries: tuple[Expiry, ...]
    months: tuple[Month, ...]
    pushed: tuple[Pushed, ...]
    unfunded: tuple[Use, ...]
    differences: tuple[Difference, ...]
    unmatched: tuple[Expiry, ...]

    @property
    def balance(self) -> Decimal:
        """The balance at the end of `until`, in pounds."""
        return self.months[-1].balance if self.months else Decimal()

    @property
    def stock(self) -> dict[date, Decimal]:
        """Open money by the month it entered: what a forecast starts from."""
        return {lot.month: lot.open for lot in self.lots if lot.open}


def expire(
    funds_in: Mapping[date, Decimal] | None,
    funds_out: Mapping[date, Decimal] | None,
    *,
    rules: Rules,
    already_expired: Frozen | None = None,
) -> list[Expiry]:
    """What expires, and when: one row for each month of funds in, nought included, by month and then the longer life first.

    `funds_in` is pounds by the month the money entered the account (negative: a levy adjustment), `funds_out` pounds by the
    month of payment (negative: a refund), `rules` the months to live by the first month of entry they hold for, and
    `already_expired` freezes the row of an expiry month and a life. ValueError, naming the argument, for None, for a day that
    is not the first of a month, for an amount finer than 0.00001 pounds and for funds in before the first rule.
    """
    credits = _whole("funds_in", funds_in)
    debits = _whole("funds_out", funds_out)
    lives = _lives(credits, rules)
    slices, _ = allocate(push_back(credits)[0], push_back(debits)[0], lives, _frozen(already_expired))
    return _expiries(slices)


def run(
    credits: Mapping[date, Decimal],
    debits: Mapping[date, Decimal],
    *,
    rules: Rules,
    already_expired: Frozen | None = None,
    opening: Opening | None = None,
    until: date | None = None,
) -> Ledger:
    """The ledger at the end of the month `until` (default: the last month of any movement), each use traced to its lot.

    Arguments as for `expire`; movements after `until` are left out. An `opening` balance stands for everything before its
    month, so earlier movements are left out too, and the age of its money is estimated (`levy.opening`).
    """
    rules = tuple(rules)
    frozen = _frozen(already_expired)
    ins, outs = _whole("credits", credits), _whole("debits", debits)
    until = until or max(
        [*ins, *outs, *(month for month, _ in frozen), *([opening.month] if opening else [])], default=None
    )
    if until is None:
        return Ledger(date.min, (), (), (), (), (), (), ())
    first = opening.month if opening else date.min
    ins, outs = _within(ins, first, until), _within(outs, first, until)
    frozen = {key: amount for key, amount in frozen.items() if first <= key[0] <= until}
    assumed = opening_lots(opening, known=ins, frozen=frozen, rules=rules) if opening else {}
    lots_in = {**assumed, **ins}
    lives = _lives(lots_in, rules)
    unmatched = {key: amount for key, amount in frozen.items() if lives.get(shift(key[0], -key[1])) != key[1]}
    frozen = {key: amount for key, amount in frozen.items() if amount or key not in unmatched}
    after, adjusted = push_back(lots_in)
    due, refunded = push_back(outs)
    slices, left = allocate(after, due, lives, frozen)
    lots = tuple(_lot(piece, lots_in[piece.month], until, assumed=piece.month in assumed) for piece in slices)
    expired = _expired_by_month(lots, unmatched)
    return Ledger(
        until=until,
        lots=lots,
        expiries=tuple(_expiries(slices)),
        months=tuple(_months(units(opening.amount) if opening else 0, first, until, ins, outs, expired)),
        pushed=tuple([*_pushed("adjustment", adjusted), *_pushed("refund", refunded)]),
        unfunded=tuple(Use(month, pounds(amount)) for month, amount in left),
        differences=tuple(_differences(after, due, lives, frozen)),
        unmatched=tuple(
            Expiry(month, life, pounds(amount)) for (month, life), amount in sorted(unmatched.items()) if amount
        ),
    )


def _whole(name: str, funds: Mapping[date, Decimal] | None) -> dict[date, int]:
    """Units by month, in order of month."""
    if funds is None:
        raise ValueError(f"{name} is None; an account without any is an empty mapping")
    for month in funds:
        if month.day != 1:
            raise ValueError(f"{name}: {month} is not the first day of a month")
    try:
        return {month: units(funds[month]) for month in sorted(funds)}
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _lives(months: Iterable[date], rules: Rules) -> dict[date, int]:
    """Months to live for each month of entry."""
    ordered = sorted(rules, reverse=True)
    if any(life < 1 for _, life in ordered):
        raise ValueError("rules: money lives for at least one month")
    lives = {}
    for month in months:
        life = next((life for start, life in ordered if start <= month), None)
        if life is None:
            raise ValueError(f"funds_in: {month} is before the first rule")
        lives[month] = life
    return lives


def _frozen(already_expired: Frozen | None) -> dict[tuple[date, int], int]:
    try:
        return {key: units(amount) for key, amount in sorted((already_expired or {}).items())}
    except ValueError as error:
        raise ValueError(f"already_expired: {error}") from error


def _within(funds: Mapping[date, int], first: date, last: date) -> dict[date, int]:
    return {month: amount for month, amount in funds.items() if first <= month <= last}


def _expiries(slices: Iterable[Slice]) -> list[Expiry]:
    rows = (Expiry(shift(piece.month, piece.life), piece.life, pounds(piece.expired)) for piece in slices)
    return sorted(rows, key=lambda row: (row.month, -row.months_to_live))


def _lot(piece: Slice, credited: int, until: date, *, assumed: bool) -> Lot:
    passed = piece.frozen or shift(piece.month, piece.life) <= until
    rest = piece.amount - sum(amount for _, amount in piece.uses)
    return Lot(
        month=piece.month,
        months_to_live=piece.life,
        credited=pounds(credited),
        amount=pounds(piece.amount),
        uses=tuple(Use(month, pounds(amount)) for month, amount in piece.uses),
        expired=pounds(piece.expired if passed else 0),
        open=pounds(0 if passed else rest),
        unexplained=pounds(rest - piece.expired if passed else 0),
        frozen=piece.frozen,
        assumed=assumed,
    )


def _expired_by_month(lots: Iterable[Lot], unmatched: Mapping[tuple[date, int], int]) -> dict[date, int]:
    expired: dict[date, int] = {}
    for lot in lots:
        expired[lot.expires] = expired.get(lot.expires, 0) + units(lot.expired)
    for (month, _), amount in unmatched.items():
        expired[month] = expired.get(month, 0) + amount
    return expired


def _months(
    balance: int,
    first: date,
    last: date,
    ins: Mapping[date, int],
    outs: Mapping[date, int],
    expired: Mapping[date, int],
) -> Iterable[Month]:
    begin = (
        first if first > date.min else min([*ins, *outs, *(month for month in expired if expired[month])], default=last)
    )
    for month in span(begin, last):
        credited, paid, lost = ins.get(month, 0), outs.get(month, 0), expired.get(month, 0)
        after = balance + credited - paid - lost
        yield Month(month, *(pounds(part) for part in (balance, credited, paid, lost, after)))
        balance = after


def _pushed(kind: str, pushes: Iterable[Push]) -> Iterable[Pushed]:
    return (Pushed(kind, push.month, push.onto, pounds(push.amount)) for push in pushes)


def _differences(
    ins: Mapping[date, int], outs: Mapping[date, int], lives: Mapping[date, int], frozen: Mapping[tuple[date, int], int]
) -> Iterable[Difference]:
    """Each imported row against the rule, given the rows imported before it: one early difference is not listed again."""
    earlier: dict[tuple[date, int], int] = {}
    for (month, life), imported in frozen.items():
        slices, _ = allocate(ins, outs, lives, earlier)
        found = {(shift(piece.month, piece.life), piece.life): piece.expired for piece in slices}
        computed = found.get((month, life))
        if computed != imported:
            yield Difference(month, life, pounds(imported), None if computed is None else pounds(computed))
        earlier[month, life] = imported
