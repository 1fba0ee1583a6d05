"""What the ICB looks at beside the measures: how the ring-fence is kept, trust by trust, in one financial year.

Counts of vacancies and posts are exact: they are no counts of people. How often people were found not to meet the
criteria is one, and is answered in bands of five per cent, or starred, as `reports.disclosure` has it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from audit.clock import today
from organisations.models import Kind, Organisation
from pipeline.models import Referral
from reports.disclosure import STAR, rate
from vacancies.headline import share
from vacancies.models import Fence, JobFamily, Override, Vacancy, with_fence
from vacancies.month_ends import SINCE, MonthEnd, month_ends, place_of
from vacancies.years import EXEMPT, UNDECIDED, counted_in, uncounted

MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")
SHORT_WINDOW = timedelta(days=7)
DECIDED = ("meets", "does_not_meet", "kept", "released", "broken")
OF_SEVERAL = "Departments not told by themselves"
TOGETHER = "Departments of too few people are told together with others of their trust, or of several trusts."
COUNTED = (Fence.RESERVED, Fence.FREE)
NO_MONTHS: list[MonthEnd | None] = [None] * SINCE


@dataclass(frozen=True, slots=True)
class TrustLine:
    """One trust: month-end shares of posts (None: nothing counted, or not yet), and how the year is kept.

    `history` is how many of the posts were brought as history of a time before this service: they count in their months.
    """

    trust: Organisation
    months: tuple[Decimal | None, ...]
    history: int
    unsigned: int
    overdue: int
    exempt: int
    adverts: int
    short_windows: int
    windows: int

    @property
    def named(self) -> list[tuple[str, Decimal | None]]:
        """The month-end shares with the name of their month."""
        return list(zip(MONTHS, self.months, strict=True))

    @property
    def exempt_share(self) -> Decimal | None:
        return share(self.exempt, self.adverts) if self.adverts else None

    @property
    def short_share(self) -> Decimal | None:
        return share(self.short_windows, self.windows) if self.windows else None


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """One job family over all trusts: how many counted adverts have reserved posts, and how many have none."""

    family: str
    reserved: int
    free: int

    @property
    def reserved_share(self) -> Decimal | None:
        return share(self.reserved, self.reserved + self.free)


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """The share of people who were found not to meet the criteria: a whole per cent in steps of five, or a star."""

    trust: str
    department: str
    not_met: int | str


def trusts() -> list[Organisation]:
    return list(Organisation.objects.filter(kind=Kind.TRUST, closed__isnull=True).order_by("short_name"))


def _counted(starts_in: int) -> Any:
    """The vacancies that this year's ledger counts, with their fence; what was voided since is not among them."""
    rows = with_fence(Vacancy.unscoped.filter(pk__in=counted_in(starts_in)))
    return rows.filter(fence__in=COUNTED)


def _adverts(starts_in: int) -> Iterator[tuple[int, date, date | None, bool]]:
    """Each advert of the year that counts, is exempt or waits to be decided: trust, its two days, whether exempt."""
    columns = ("trust_id", "opened_on", "closes_on")
    for trust_id, opened, closes in _counted(starts_in).values_list(*columns):
        yield trust_id, opened, closes, False
    rest = uncounted(Vacancy.unscoped.all(), starts_in, day=today()).filter(why__in=(EXEMPT, UNDECIDED))
    for trust_id, opened, closes, why in rest.values_list(*columns, "why"):
        yield trust_id, opened, closes, why == EXEMPT


def by_trust(starts_in: int) -> list[TrustLine]:
    """A line for each trust. Six queries, however many trusts and vacancies."""
    ends = month_ends(starts_in)
    exempt, adverts, short, windows = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    for trust_id, opened, closes, is_exempt in _adverts(starts_in):
        adverts[trust_id] += 1
        exempt[trust_id] += is_exempt
        if closes is not None and opened is not None:
            windows[trust_id] += 1
            short[trust_id] += closes - opened < SHORT_WINDOW
    unsigned = _unsigned(starts_in)
    return [
        TrustLine(
            trust=trust,
            months=tuple(map(_month_share, ends.get(trust.pk, NO_MONTHS)[:SINCE])),
            history=max((each.history for each in ends.get(trust.pk, ()) if each), default=0),
            unsigned=len(unsigned[trust.pk]),
            overdue=sum(unsigned[trust.pk]),
            exempt=exempt[trust.pk],
            adverts=adverts[trust.pk],
            short_windows=short[trust.pk],
            windows=windows[trust.pk],
        )
        for trust in trusts()
    ]


def _unsigned(starts_in: int) -> dict[int, list[bool]]:
    """By trust, of each decision for less than was due that is not countersigned: whether nobody answered in time."""
    found: dict[int, list[bool]] = defaultdict(list)
    rows = Override.unscoped.filter(signed_at=None, vacancy__in=counted_in(starts_in))
    for trust_id, sign_by, refused_at in rows.values_list("vacancy__trust_id", "sign_by", "refused_at"):
        found[trust_id].append(refused_at is None and sign_by < today())
    return found


def below_due(starts_in: int) -> Any:
    """The year's decisions below what was due, newest first: less reserved, or posts given back that were needed."""
    rows = Override.unscoped.filter(vacancy__in=counted_in(starts_in))
    return rows.select_related("vacancy__trust").order_by("-made_at", "-pk")


def _month_share(end: MonthEnd | None) -> Decimal | None:
    """The share of posts reserved at a month's end as it was known then; None where nothing counted."""
    return share(end.standing.reserved, end.standing.posts) if end and end.standing.posts > 0 else None


def last_month(starts_in: int) -> int:
    """The place of the last month of the year that has begun, 0 for April."""
    return min(SINCE - 1, place_of(today(), starts_in))


def by_family(starts_in: int) -> list[FamilyLine]:
    """The mix of job families of reserved adverts against free ones: hard-to-fill only would show here. One query."""
    counts = Counter(_counted(starts_in).filter(fence__in=COUNTED).values_list("job_family", "fence"))
    families = sorted({family for family, _fence in counts}, key=lambda family: JobFamily(family).label)
    return [
        FamilyLine(JobFamily(family).label, counts[family, Fence.RESERVED.value], counts[family, Fence.FREE.value])
        for family in families
    ]


def not_met_by_department(starts_in: int) -> list[DepartmentLine]:
    """How often people are found not to meet the criteria, by department; protected. One query."""
    rows = Referral.unscoped.filter(
        state__in=DECIDED, decided_on__gte=date(starts_in, 4, 1), decided_on__lt=date(starts_in + 1, 4, 1)
    ).values_list("vacancy__trust__short_name", "vacancy__department__name", "state")
    return protected_rates(rows)


def protected_rates(rows: Iterable[tuple[str, str | None, str]]) -> list[DepartmentLine]:
    """The rate of each (trust, department) of `rows`; where it cannot be said, of as few of them together as it can.

    Departments that would be starred are told together, by trust; trusts that would be starred still, together. Each
    person is in one line only, and no count stands beside it, so that no star can be worked out from other lines.
    """
    groups: dict[tuple[str, str], Counted] = {}
    for trust, department, state in rows:
        key = (trust, department or "Department not stated")
        groups[key] = groups.get(key, Counted()).plus(met=state != "does_not_meet")
    return [_line(members, groups) for members in coarsened(groups)]


@dataclass(frozen=True, slots=True)
class Counted:
    """People who were decided, and of them those found not to meet the criteria."""

    decided: int = 0
    not_met: int = 0

    def plus(self, *, met: bool) -> Counted:
        return Counted(self.decided + 1, self.not_met + (not met))


Group = tuple[str, str]


def coarsened(groups: Mapping[Group, Counted]) -> list[list[Group]]:
    """The groups in lines of as few as can be said: each by itself, else those of its trust, else those of all trusts."""
    lines = [[key] for key in sorted(groups) if _rate([key], groups) != STAR]
    left: dict[str, list[Group]] = defaultdict(list)
    for key in sorted(groups):
        if [key] not in lines:
            left[key[0]].append(key)
    rest: list[Group] = []
    for of_trust in left.values():
        if _rate(of_trust, groups) != STAR:
            lines.append(of_trust)
        else:
            rest += of_trust
    return sorted(lines) + ([rest] if rest else [])


def _rate(members: Iterable[Group], groups: Mapping[Group, Counted]) -> int | str:
    found = [groups[key] for key in members]
    return rate(sum(each.not_met for each in found), sum(each.decided for each in found))


def _line(members: list[Group], groups: Mapping[Group, Counted]) -> DepartmentLine:
    trusts_in = sorted({trust for trust, _department in members})
    if len(trusts_in) > 1:
        return DepartmentLine(listed(trusts_in), OF_SEVERAL, _rate(members, groups))
    return DepartmentLine(trusts_in[0], listed([department for _trust, department in members]), _rate(members, groups))


def listed(words: Sequence[str]) -> str:
    """ "Medicine, Surgery and Outpatients" """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def any_starred(lines: Iterable[DepartmentLine]) -> bool:
    return any(line.not_met == STAR for line in lines)
