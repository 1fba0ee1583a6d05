"""The ring-fence's verbs over the ledger."""

from datetime import timedelta

import pytest

from audit.acting import Role
from audit.clock import now, today
from audit.mover import Refused
from organisations.policies import load_initial
from tests.factories.organisations import OrganisationFactory, acting_as
from tests.factories.vacancies import VacancyFactory
from vacancies.ledger import broken_entries, levels_of, standing_of
from vacancies.models import Entry, EntryKind
from vacancies.ring_fence import Due, Levels, Standing
from vacancies.ring_fencing import count_the_undecided, due_for, lapse, record_level, reserve, slots_promised, void

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies():
    load_initial()


@pytest.fixture
def trust():
    return OrganisationFactory()


@pytest.fixture
def recruiter(trust):
    return acting_as(Role.RECRUITER, trust)


def decided(trust, recruiter, posts, reserved):
    vacancy = VacancyFactory(trust=trust, posts=posts)
    reserve(vacancy=vacancy, posts=reserved, by=recruiter)
    return vacancy


def test_one_post_vacancies_are_due_at_the_first_the_sixth_and_the_eleventh(trust, recruiter):
    dues = []
    for _number in range(11):
        vacancy = VacancyFactory(trust=trust)
        owed = due_for(vacancy)
        dues.append(owed.posts)
        reserve(vacancy=vacancy, posts=owed.posts, by=recruiter)
    assert dues == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    assert standing_of(trust.pk, 2026) == Standing(11, 3, 11, 3, 0, 0)
    assert list(broken_entries()) == []


def test_deciding_writes_counted_then_reserved_in_one_chain(trust, recruiter):
    vacancy = decided(trust, recruiter, posts=4, reserved=2)
    rows = Entry.unscoped.filter(vacancy=vacancy).values_list(
        "number", "kind", "posts", "adverts", "reserved", "reserved_adverts"
    )
    assert list(rows) == [(1, "open", 4, 1, 0, 0), (2, "reserve", 0, 0, 2, 1)]
    assert slots_promised(vacancy) == 4


def test_less_than_due_is_refused_without_a_reason_and_writes_nothing(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, posts=6)
    with pytest.raises(Refused, match=r"^2 of 6 posts are due\. Reserve 2, or say why less and who agrees\.$"):
        reserve(vacancy=vacancy, posts=1, by=recruiter)
    assert Entry.unscoped.count() == 0


def test_another_trusts_recruiter_is_refused(trust):
    with pytest.raises(Refused, match="Only the trust's own recruiters and HR change its vacancies"):
        reserve(vacancy=VacancyFactory(trust=trust), posts=1, by=acting_as(Role.RECRUITER))


def test_a_vacancy_is_decided_once(trust, recruiter):
    vacancy = decided(trust, recruiter, posts=1, reserved=1)
    with pytest.raises(Refused, match="has been decided already"):
        reserve(vacancy=vacancy, posts=1, by=recruiter)


def test_undecided_past_its_last_day_is_counted_with_nothing_and_the_next_one_owes(trust, recruiter):
    late = VacancyFactory(trust=trust, posts=3, closes_on=today() + timedelta(days=2))
    in_time = VacancyFactory(trust=trust, posts=3, closes_on=today() + timedelta(days=3))
    assert count_the_undecided() == [late]
    assert standing_of(trust.pk, 2026) == Standing(3, 0, 1, 0, 0, 0)
    assert due_for(in_time) == Due(2, "posts")


def test_a_void_takes_both_sides_back(trust, recruiter):
    vacancy = decided(trust, recruiter, posts=5, reserved=1)
    void(vacancy=vacancy, by=recruiter)
    assert standing_of(trust.pk, 2026) == Standing(0, 0, 0, 0, 0, 0)


def test_a_lapse_takes_the_reservation_back_and_the_next_vacancy_owes_it(trust, recruiter):
    lapse(vacancy=decided(trust, recruiter, posts=5, reserved=1), by=recruiter)
    assert standing_of(trust.pk, 2026) == Standing(5, 0, 1, 0, 0, 0)
    assert due_for(VacancyFactory(trust=trust, posts=1)) == Due(1, "posts")


def test_debt_is_carried_into_the_next_year_and_credit_is_not(trust, recruiter):
    last_year = {"opened_on": today().replace(year=2025), "made_at": now().replace(year=2025)}
    decided_last_year = VacancyFactory(trust=trust, posts=5, **last_year)
    lapse_after = reserve(vacancy=decided_last_year, posts=1, by=recruiter)
    assert lapse_after == Due(1, "posts")
    lapse(vacancy=decided_last_year, by=recruiter)
    assert standing_of(trust.pk, 2026) == Standing(0, 0, 0, 0, 1, 1)
    decided(trust, recruiter, posts=2, reserved=2)
    # 2 posts need 1, and 1 is owed: both reserved. 1 advert needs 1, and 1 is owed: one is still short.
    assert standing_of(trust.pk, 2027) == Standing(0, 0, 0, 0, 0, 1)


def test_levels_count_people_and_are_capped_when_read(trust, recruiter):
    vacancy = decided(trust, recruiter, posts=5, reserved=1)
    for person in range(3):
        record_level(vacancy=vacancy, kind=EntryKind.CONSIDERED, cause=f"p{person}", by=recruiter)
        record_level(vacancy=vacancy, kind=EntryKind.CONSIDERED, cause=f"p{person}", by=recruiter)
    record_level(vacancy=vacancy, kind=EntryKind.INTERVIEWED, cause="p0", by=recruiter)
    assert levels_of([vacancy.pk]) == {vacancy.pk: Levels(1, 1, 1, 0)}
    assert Entry.unscoped.filter(kind=EntryKind.CONSIDERED).count() == 3
