"""Who benefits (M5): pounds paid and people trained by where they lived at the start. True counts: publish through `reports`.

A learner of the transactions is found in the roster by the hash of the learner number, else by the own reference of the list
of apprentices, else by the cohort reference. Whoever is not found, or whose place the files do not hold, is unknown: never "no", never left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Max, Sum

from audit.clock import today
from levy.models import Account, Apprenticeship, GiftLearner, GiftPayment, RosterEntry, Transaction
from levy.money import pounds, units
from levy.months import first_of, shift
from levy.sources.rows import PAYMENTS

YEAR = 12
PAYMENT_KINDS = tuple(kind.value for kind in PAYMENTS)
HIGHER = 4
COHORT = "cohort:"


class Place(StrEnum):
    """Where a learner lived: each in exactly one."""

    BOTH = "Local and most deprived fifth"
    LOCAL = "Local only"
    CORE20 = "Most deprived fifth only"
    NEITHER = "Neither"
    UNKNOWN = "Unknown"


class Level(StrEnum):
    """The level of the course."""

    LOWER = "Levels 2 and 3"
    HIGHER = "Level 4 and above"
    UNKNOWN = "Level not stated"


class Staff(StrEnum):
    """Whether the trust took the learner on for this."""

    NEW = "New recruits"
    EXISTING = "Existing staff"
    UNKNOWN = "Unknown"


class Learner(NamedTuple):
    """One learner of one account in the window: pounds paid in units of 0.00001."""

    account_id: int
    place: Place
    level: Level
    staff: Staff
    paid: int


@dataclass
class Share:
    """People, and pounds paid for them."""

    people: int = 0
    amount: int = 0

    @property
    def pounds(self) -> Decimal:
        """The amount in pounds."""
        return pounds(self.amount)


@dataclass
class Benefit:
    """The learners of some accounts; `unnamed` is what was paid for nobody whom the file names, in units."""

    own: list[Learner] = field(default_factory=list)
    gifted: list[Learner] = field(default_factory=list)
    unnamed: Counter[int] = field(default_factory=Counter)

    def of(self, account_id: int) -> tuple[int, int]:
        """What one account paid for own learners, and for those of its gifts, in units."""
        own = sum(learner.paid for learner in self.own if learner.account_id == account_id)
        gifted = sum(learner.paid for learner in self.gifted if learner.account_id == account_id)
        return own + self.unnamed[account_id], gifted

    def total(self) -> Decimal:
        """All that was paid for own learners, in pounds: place shares add up to it."""
        return pounds(sum(learner.paid for learner in self.own) + sum(self.unnamed.values()))


def place_of(local: str, core20: str) -> Place:
    """Both answers known, or unknown."""
    if "unknown" in (local, core20):
        return Place.UNKNOWN
    if local == "yes":
        return Place.BOTH if core20 == "yes" else Place.LOCAL
    return Place.CORE20 if core20 == "yes" else Place.NEITHER


def latest_year() -> tuple[date, date]:
    """The first and the last of the twelve months to the last month end."""
    last = shift(first_of(today()), -1)
    return shift(last, 1 - YEAR), last


def benefit_of(accounts: Sequence[Account], *, first: date, last: date) -> Benefit:
    """Everybody for whom these accounts paid in the months from first to last, in seven queries."""
    found = Benefit()
    roster = Roster(accounts)
    rows = (
        Transaction.unscoped.filter(account__in=accounts, kind__in=PAYMENT_KINDS, month__range=(first, last))
        .values("account_id", "uln_hash", "cohort")
        .annotate(total=Sum("amount"), level=Max("level"))
        .order_by("account_id", "uln_hash", "cohort")
    )
    people: dict[tuple[int, str], Paid] = defaultdict(Paid)
    for row in rows:
        account, paid = row["account_id"], -units(row["total"])
        who = row["uln_hash"] or roster.only_one_of(account, row["cohort"])
        if not who:
            found.unnamed[account] += paid
            continue
        people[account, who].add(paid, row["level"], row["cohort"])
    for (account, who), person in people.items():
        entry = roster.entry(account, who, person.cohorts)
        found.own.append(Learner(account, _place(entry), level_of(person.level), _staff(entry), person.amount))
    found.gifted = list(_gifted(accounts, first, last))
    return found


@dataclass
class Paid:
    """What was paid for one learner, in units, and what the payments say of the course."""

    amount: int = 0
    level: int | None = None
    cohorts: set[str] = field(default_factory=set)

    def add(self, amount: int, level: int | None, cohort: str) -> None:
        """One more sum of payments."""
        self.amount += amount
        self.level = max((each for each in (self.level, level) if each is not None), default=None)
        self.cohorts.add(cohort)


def level_of(level: int | None) -> Level:
    """The group of a course's level."""
    if level is None:
        return Level.UNKNOWN
    return Level.HIGHER if level >= HIGHER else Level.LOWER


class Roster:
    """The roster of some accounts, found by learner number, else by own reference, else by cohort reference.

    The list of apprentices leads from a number or a cohort to an own reference. A cohort leads to somebody only where one
    apprentice is in it, and never to one who has another number.
    """

    def __init__(self, accounts: Sequence[Account]) -> None:
        self.by_uln: dict[tuple[int, str], RosterEntry] = {}
        self.by_reference: dict[tuple[int, str], RosterEntry] = {}
        for entry in RosterEntry.unscoped.filter(account__in=accounts).order_by("pk"):
            if entry.uln_hash:
                self.by_uln[entry.account_id, entry.uln_hash] = entry
            for reference in (entry.own_reference, entry.assignment):
                if reference:
                    self.by_reference[entry.account_id, reference] = entry
        self.references: dict[tuple[int, str], str] = {}
        self.cohorts: dict[tuple[int, str], set[tuple[str, str]]] = defaultdict(set)
        listed = Apprenticeship.unscoped.filter(account__in=accounts)
        for account, uln, reference, cohort in listed.values_list(
            "account_id", "uln_hash", "own_reference", "cohort"
        ).order_by("pk"):
            if uln and reference:
                self.references[account, uln] = reference
            if cohort:
                self.cohorts[account, cohort].add((uln, reference))

    def only_one_of(self, account_id: int, cohort: str) -> str:
        """Who is paid for where the payment has no number: the one apprentice of its cohort; empty if there is none, or more."""
        uln, reference = self._alone(account_id, cohort)
        return uln or (f"{COHORT}{cohort}" if reference else "")

    def _alone(self, account_id: int, cohort: str) -> tuple[str, str]:
        found = self.cohorts.get((account_id, cohort), set())
        return next(iter(found)) if len(found) == 1 else ("", "")

    def entry(self, account_id: int, who: str, cohorts: Iterable[str] = ()) -> RosterEntry | None:
        """The learner's entry; None if there is none."""
        direct = self.by_uln.get((account_id, who))
        if direct is not None:
            return direct
        references = [self.references.get((account_id, who), "")]
        for cohort in sorted(cohorts):
            uln, reference = self._alone(account_id, cohort)
            references += [] if uln and uln != who else [reference]
        found = (self.by_reference.get((account_id, reference)) for reference in references if reference)
        return next((entry for entry in found if entry is not None), None)


def _place(entry: RosterEntry | None) -> Place:
    return Place.UNKNOWN if entry is None else place_of(entry.local, entry.core20)


def _staff(entry: RosterEntry | None) -> Staff:
    if entry is None or entry.new_recruit is None:
        return Staff.UNKNOWN
    return Staff.NEW if entry.new_recruit else Staff.EXISTING


def _gifted(accounts: Sequence[Account], first: date, last: date) -> Iterable[Learner]:
    """Learners of gifts that were paid in the window, each with an equal part; whose place is not noted is unknown."""
    paid: Counter[int] = Counter()
    payments = GiftPayment.unscoped.filter(gift__account__in=accounts, day__gte=first, day__lt=_after(last))
    gifts = {}
    for payment in payments.select_related("gift__plan"):
        paid[payment.gift_id] += units(payment.amount)
        gifts[payment.gift_id] = payment.gift
    places: dict[int, list[Place]] = defaultdict(list)
    for person in GiftLearner.unscoped.filter(gift__in=gifts).order_by("pk"):
        places[person.gift_id].append(place_of(person.local, person.core20))
    for pk, gift in gifts.items():
        known = places[pk] + [Place.UNKNOWN] * (gift.learners - len(places[pk]))
        for number, place in enumerate(known):
            part = paid[pk] * (number + 1) // len(known) - paid[pk] * number // len(known)
            yield Learner(gift.account_id, place, level_of(gift.plan.level), Staff.UNKNOWN, part)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def shares(learners: Iterable[Learner], by: str) -> dict[str, Share]:
    """People and pounds by `place`, `level` or `staff`, every group named."""
    groups: dict[str, type[StrEnum]] = {"place": Place, "level": Level, "staff": Staff}
    found: dict[str, Share] = {group: Share() for group in groups[by]}
    for learner in learners:
        share = found[getattr(learner, by)]
        share.people += 1
        share.amount += learner.paid
    return found
