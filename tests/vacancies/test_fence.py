"""How a vacancy stands towards the 20%: each way into each answer, read alone and among all, counted and shown."""

from datetime import timedelta

import pytest

from audit.clock import today
from organisations.services import system
from tests.factories.vacancies import VacancyFactory
from vacancies.chains import join
from vacancies.ledger import Line, lock_year, write
from vacancies.models import EntryKind, Fence, Vacancy, not_answered, only_fence, with_fence, with_ring_fence
from vacancies.ring_fencing import lapse, record_level, reserve, void

pytestmark = pytest.mark.django_db


def days_ago(days):
    return today() - timedelta(days=days)


def counted(trust, *, posts=5, reserved=0, **facts):
    """An entry-level vacancy that the ledger holds with `reserved` of its posts."""
    vacancy = VacancyFactory(trust=trust, posts=posts, **facts)
    lines = [Line(EntryKind.OPEN, f"open:{vacancy.pk}", vacancy, posts=posts, adverts=1)]
    if reserved:
        lines.append(Line(EntryKind.RESERVE, f"reserve:{vacancy.pk}", vacancy, reserved=reserved, reserved_adverts=1))
    write(lock_year(trust.pk, 2026), lines, by=system())
    return vacancy


def lapsed(trust):
    vacancy = counted(trust, reserved=2)
    lapse(vacancy=vacancy, by=system())
    return vacancy


def voided(trust):
    vacancy = counted(trust, reserved=2, state="withdrawn")
    void(vacancy=vacancy, by=system())
    return vacancy


def over(trust):
    """A vacancy that is over and reserved two of its five posts."""
    return counted(trust, reserved=2, opened_on=days_ago(60), closes_on=days_ago(30))


def continued(trust):
    first = over(trust)
    join(vacancy=VacancyFactory(trust=trust, posts=5), earlier=first, by=system())
    return first


def continuing(trust):
    second = VacancyFactory(trust=trust, posts=5)
    join(vacancy=second, earlier=over(trust), by=system())
    return second


def continuing_what_is_filled(trust):
    """All posts of the first advert are filled, so that nothing is left for the second to count."""
    second = VacancyFactory(trust=trust, posts=2)
    first = counted(trust, posts=2, reserved=1, posts_filled=2)
    write(
        lock_year(trust.pk, 2026),
        [Line(EntryKind.OPEN, f"chain in:{first.pk}:{second.pk}", second, posts=0)],
        by=system(),
    )
    return second


def with_people(trust):
    vacancy = counted(trust, reserved=1)
    for kind in (EntryKind.CONSIDERED, EntryKind.INTERVIEWED, EntryKind.APPOINTED):
        record_level(vacancy=vacancy, kind=kind, cause=f"pipeline.Referral:{vacancy.pk}", by=system())
    return vacancy


CASES = {
    "not decided yet": (lambda trust: VacancyFactory(trust=trust), Fence.UNDECIDED),
    "a draft that is not decided": (lambda trust: VacancyFactory(trust=trust, state="draft"), Fence.UNDECIDED),
    "over, and never decided": (lambda trust: VacancyFactory(trust=trust, state="finished"), Fence.UNDECIDED),
    "reserved": (lambda trust: counted(trust, reserved=1), Fence.RESERVED),
    "reserved and withdrawn, not void yet": (
        lambda trust: counted(trust, reserved=1, state="withdrawn"),
        Fence.RESERVED,
    ),
    "reserved, with people in it": (with_people, Fence.RESERVED),
    "counted, nothing reserved": (counted, Fence.FREE),
    "lapsed": (lapsed, Fence.FREE),
    "void": (voided, Fence.OUTSIDE),
    "handed on to its re-advert": (continued, Fence.OUTSIDE),
    "a re-advert that took a reservation over": (continuing, Fence.RESERVED),
    "a re-advert with nothing left to count": (continuing_what_is_filled, Fence.OUTSIDE),
    "withdrawn before it was decided": (lambda trust: VacancyFactory(trust=trust, state="withdrawn"), Fence.OUTSIDE),
    "not entry level": (lambda trust: VacancyFactory(trust=trust, band=5, entry_level="no"), Fence.OUTSIDE),
    "posts not known": (lambda trust: VacancyFactory(trust=trust, posts=None), Fence.UNCLASSIFIED),
    "not classified": (lambda trust: VacancyFactory(trust=trust, entry_level="unclassified"), Fence.UNCLASSIFIED),
    "never looked at": (lambda trust: VacancyFactory(trust=trust, entry_level=False), Fence.UNCLASSIFIED),
    "posts not known, and not entry level": (
        lambda trust: VacancyFactory(trust=trust, posts=None, entry_level="no"),
        Fence.OUTSIDE,
    ),
    "exempt": (lambda trust: VacancyFactory(trust=trust, exemption="rotation"), Fence.EXEMPT),
    "exempt and withdrawn": (
        lambda trust: VacancyFactory(trust=trust, exemption="rotation", state="withdrawn"),
        Fence.EXEMPT,
    ),
}


@pytest.fixture
def one_of_each(trust, policies):
    """A vacancy for each case, all of one trust and beside each other in one ledger."""
    return {case: make(trust) for case, (make, _fence) in CASES.items()}


NOT_ANSWERED = (Fence.UNDECIDED, Fence.UNCLASSIFIED)


def fences(rows):
    return {pk: Fence(fence) for pk, fence in rows.values_list("pk", "fence")}


def test_each_stands_as_it_should_where_it_is_counted_and_where_it_is_shown(one_of_each):
    everything = fences(with_fence(Vacancy.unscoped.all()))
    assert {case: everything[vacancy.pk] for case, vacancy in one_of_each.items()} == {
        case: fence for case, (_make, fence) in CASES.items()
    }
    assert {row.pk: row.fence for row in with_ring_fence(Vacancy.unscoped.all())} == everything


@pytest.mark.parametrize("fence", Fence)
def test_a_list_of_one_kind_is_what_its_tab_counts(one_of_each, fence):
    everything = fences(with_fence(Vacancy.unscoped.all()))
    listed = {row.pk for row in only_fence(Vacancy.unscoped.all(), fence)}
    assert listed == {pk for pk, found in everything.items() if found == fence} != set()


def test_not_answered_are_those_to_decide_and_those_with_facts_missing(one_of_each):
    rows = Vacancy.unscoped.exclude(state="withdrawn").filter(not_answered())
    wanted = {pk for pk, fence in fences(with_fence(Vacancy.unscoped.all())).items() if fence in NOT_ANSWERED}
    assert {row.pk for row in rows} == wanted


@pytest.mark.parametrize("case", CASES)
def test_each_read_alone(trust, policies, case):
    make, fence = CASES[case]
    vacancy = make(trust)
    rows = Vacancy.unscoped.filter(pk=vacancy.pk)
    assert (with_ring_fence(rows).get().fence, with_fence(rows).get().fence) == (fence, fence)


def test_what_is_held_and_counted_is_summed_for_each(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, posts=10)
    reserve(vacancy=vacancy, posts=3, by=recruiter.acting)
    VacancyFactory(trust=trust)
    found = with_ring_fence(Vacancy.unscoped.all()).order_by("pk")
    assert list(found.values_list("counted", "counted_posts", "held", "result", "ready_people")) == [
        (True, 10, 3, "yes", None),
        (False, 0, 0, "yes", None),
    ]
