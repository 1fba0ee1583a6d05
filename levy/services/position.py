"""Where an account stands: its ledger, its balance today, and what must be spent or given by when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from audit.clock import today
from levy.apart import Apart, apart
from levy.flows import Flows
from levy.following import Range, expiry_ranges
from levy.forecast import Advice, Stock
from levy.income import Declared, Scheme, levy_in, schemes
from levy.ledger import Ledger, Month, run
from levy.models import Account, Entry, MonthSum, OpeningBalance, Transaction, TypedBalance
from levy.money import pounds, units
from levy.months import first_of, shift
from levy.opening import Opening
from levy.policies import terms_in_force
from levy.sources.rows import CREDITS, EXPIRIES, Kind
from levy.terms import Terms

HISTORY_WANTED = 24
CREDIT_KINDS = tuple(kind.value for kind in CREDITS)


class TieOut(NamedTuple):
    """The balance that HR typed in for a day beside the ledger's: `difference` = typed - ledger, in pounds."""

    day: date
    typed: Decimal
    ledger: Decimal
    difference: Decimal

    @property
    def less(self) -> Decimal:
        """How much less the service showed, where it did."""
        return -self.difference


@dataclass(frozen=True)
class Position:
    """One account as its files have it, up to the end of `until`: the month of the newest transaction.

    `lines` are levy lines (day, pounds); `sent` transfers (day, pounds above nought).
    """

    account: Account
    terms: Terms
    flows: Flows
    opening: Opening | None
    ledger: Ledger
    until: date
    as_at: date
    declared: tuple[Declared, ...]
    lines: tuple[tuple[date, Decimal], ...]
    sent: tuple[tuple[date, Decimal], ...]
    own: Decimal
    government: Decimal
    transactions: int

    @cached_property
    def schemes(self) -> list[Scheme]:
        """What each PAYE scheme is expected to declare."""
        return schemes(self.declared, last=self.account.mean_months)

    @cached_property
    def dying(self) -> dict[date, Decimal]:
        """Open money whose last month is the one we are in: it expires at the month's end and not before."""
        if self.until < first_of(today()):
            return {}
        return {
            lot.month: lot.expired
            for lot in self.ledger.lots
            if lot.expires == self.until and lot.expired and not lot.frozen
        }

    @cached_property
    def recorded(self) -> frozenset[date]:
        """Months of entry whose expiry is a row of a download. Other frozen lots have none, so it is taken as nought."""
        return frozenset(
            lot.month for lot in self.ledger.lots if (lot.expires, lot.months_to_live) in self.flows.expired
        )

    @property
    def balance(self) -> Decimal:
        """Pounds in the account as at the newest transaction; what dies at the end of this month is still there."""
        return self.ledger.balance + sum(self.dying.values(), Decimal())

    @cached_property
    def apart(self) -> Apart:
        """Why the balance and what is left of the months differ, where they do."""
        return apart(self.ledger)

    @property
    def left(self) -> Decimal:
        """What is left of every month's levy, in pounds: what the advice rests on."""
        return self.balance - self.apart.more

    @property
    def months(self) -> tuple[Month, ...]:
        """The ledger's months; in the last, what dies at its end is still in the balance."""
        if not self.dying:
            return self.ledger.months
        *before, last = self.ledger.months
        dying = sum(self.dying.values(), Decimal())
        return (*before, last._replace(expired=last.expired - dying, balance=last.balance + dying))

    @cached_property
    def levy_to_come(self) -> dict[date, Decimal]:
        """The levy of the newest month where the file ends before it arrived (about the 23rd), as expected."""
        if any(first_of(day) == self.until for day, _ in self.lines) or not self.lines:
            return {}
        return levy_in(self.schemes, [self.until], terms=self.terms)

    @property
    def stock(self) -> dict[date, Decimal]:
        """Open money by month of entry at the end of `until`: what the forecast starts from."""
        return {**self.ledger.stock, **{month: pounds for month, pounds in self.levy_to_come.items() if pounds}}

    @property
    def first(self) -> date:
        """The first month of the forecast."""
        return shift(self.until, 1)

    @cached_property
    def urgent(self) -> list[Advice]:
        """What must be spent or given before this very month ends."""
        if not self.dying:
            return []
        stock = Stock({**self.ledger.stock, **self.dying}, self.terms)
        needed = stock.needed(self.until)
        gone = stock.lapse(self.until)
        return [Advice(self.until, life, lose=pounds(gone[life]), spend=pounds(needed[life])) for life in gone]

    @property
    def uncertain(self) -> bool:
        """Whether the age of the money is partly unknown: an opening balance stands for history, or history is short.

        Where the account was empty at first, there is no money of unknown age.
        """
        return self.opening.amount > 0 if self.opening else not self.complete

    @property
    def complete(self) -> bool:
        """Whether the files go back far enough that every pound's month of entry is known."""
        if not self.ledger.months:
            return True
        first = self.ledger.months[0].month
        return shift(first, HISTORY_WANTED) <= self.until or first <= min(month for month, _ in self.terms.lives)

    def ranges(self) -> list[Range]:
        """Every expiry at its least, as estimated and at its most; empty without an opening balance."""
        if self.opening is None:
            return []
        return expiry_ranges(
            self.flows.credits,
            self.flows.debits,
            rules=self.terms.lives,
            opening=self.opening,
            already_expired=self.flows.recorded,
            until=self.until,
        )


def position_of(account: Account) -> Position | None:
    """The position of one account; None before its first file. Five queries."""
    return positions([account]).get(account.pk)


def positions(accounts: Sequence[Account]) -> dict[int, Position]:
    """The positions of several accounts by their id, in five queries however many there are."""
    ids = [account.pk for account in accounts]
    terms = terms_in_force()
    sums: dict[int, list[MonthSum]] = defaultdict(list)
    for line in MonthSum.unscoped.filter(account__in=ids).order_by("month", "kind"):
        sums[line.account_id].append(line)
    openings: dict[int, OpeningBalance] = {}
    for opening in OpeningBalance.unscoped.filter(account__in=ids).order_by("at", "pk"):
        openings[opening.account_id] = opening
    told: dict[int, list[Transaction]] = defaultdict(list)
    wanted = Q(kind__in=CREDIT_KINDS) | Q(kind=Entry.SENT)
    fields = ("account_id", "day", "month", "kind", "amount", "paye", "payroll_month", "declared", "english")
    for row in Transaction.unscoped.filter(wanted, account__in=ids).only(*fields).order_by("day", "pk"):
        told[row.account_id].append(row)
    return {
        account.pk: _position(account, terms, sums[account.pk], openings.get(account.pk), told[account.pk])
        for account in accounts
        if sums[account.pk]
    }


def _position(
    account: Account, terms: Terms, sums: list[MonthSum], opened: OpeningBalance | None, told: list[Transaction]
) -> Position:
    flows = flows_of(sums)
    opening = Opening(opened.month, opened.amount, opened.monthly) if opened else None
    until = max([*(line.month for line in sums), *([opened.month] if opened else [])])
    credits = [row for row in told if row.kind in CREDITS]
    return Position(
        account=account,
        terms=terms,
        flows=flows,
        opening=opening,
        ledger=run(
            flows.credits,
            flows.debits,
            rules=terms.lives,
            already_expired=flows.recorded,
            opening=opening,
            until=until,
        ),
        until=until,
        as_at=max(line.last_day for line in sums),
        declared=tuple(
            Declared(row.paye, row.payroll_month or shift(row.month, -1), row.declared, row.english) for row in credits
        ),
        lines=tuple((row.day, row.amount) for row in credits),
        sent=tuple((row.day, -row.amount) for row in told if row.kind == Kind.SENT),
        own=sum((line.own for line in sums), Decimal()),
        government=sum((line.government for line in sums), Decimal()),
        transactions=sum(line.rows for line in sums),
    )


def flows_of(sums: Iterable[MonthSum]) -> Flows:
    """Monthly sums as the ledger takes them: in, out and expired by month, in pounds."""
    credits: Counter[date] = Counter()
    debits: Counter[date] = Counter()
    expired: Counter[tuple[date, int]] = Counter()
    for line in sums:
        if line.kind in CREDITS:
            credits[line.month] += units(line.amount)
        elif line.kind in EXPIRIES:
            expired[line.month, EXPIRIES[Kind(line.kind)]] -= units(line.amount)
        else:
            debits[line.month] -= units(line.amount)
    return Flows(
        credits={month: pounds(amount) for month, amount in credits.items()},
        debits={month: pounds(amount) for month, amount in debits.items()},
        expired={key: pounds(amount) for key, amount in expired.items()},
    )


def tie_out(position: Position) -> TieOut | None:
    """The newest balance that HR typed in beside the ledger's on that day; None if none was typed in, or none can be tied.

    The ledger's: the balance at the end of the month before, and that month's transactions up to the day.
    """
    typed = TypedBalance.unscoped.filter(account=position.account).first()
    if typed is None or not position.ledger.months:
        return None
    month = first_of(typed.day)
    first = position.ledger.months[0]
    if month < first.month or month > shift(position.until, 1):
        return None
    before = next((line.balance for line in position.ledger.months if line.month == shift(month, -1)), None)
    start = first.brought_forward if before is None else before
    rows = Transaction.unscoped.filter(account=position.account, month=month, day__lte=typed.day)
    moved = sum((units(amount) for amount in rows.values_list("amount", flat=True)), 0)
    ledger = start + pounds(moved)
    return TieOut(typed.day, typed.amount, ledger, typed.amount - ledger)
