"""Adverts that count together share their slots: who holds one of the first advert's holds it of the re-advert too."""

from datetime import date, timedelta

import pytest
from django.test import Client

from audit.clock import today
from audit.mover import Refused
from pipeline.closing import settle_closed_vacancies
from pipeline.correcting import take_back
from pipeline.far import Far, far_of
from pipeline.releasing import most_to_give_back
from pipeline.rules import check_offer
from pipeline.services import NotMet, decide
from pipeline.slots import Slots, slots_of
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.conftest import somebody_ready
from tests.vacancies.pages import words
from vacancies.chains import join
from vacancies.ledger import counted_of
from vacancies.models import EntryKind, Vacancy
from vacancies.parting import part
from vacancies.ring_fencing import record_level
from vacancies.services import close

pytestmark = pytest.mark.django_db
WRONG = "I ticked the wrong person."


def again(vacancy):
    return Vacancy.unscoped.select_related("trust").get(pk=vacancy.pk)


def joined(earlier, by, **facts):
    """A re-advert of `earlier`, which has ended and stays to be decided."""
    Vacancy.unscoped.filter(pk=earlier.pk).update(opened_on=date(2026, 9, 1), closes_on=date(2026, 9, 30))
    close(vacancy=again(earlier), by=by)
    found = VacancyFactory(trust=earlier.trust, **facts)
    return join(vacancy=again(found), earlier=again(earlier), by=by)


def slots(*vacancies):
    found = slots_of(vacancies)
    return [found[vacancy.pk] for vacancy in vacancies]


@pytest.fixture
def refused_one(referral, criteria, recruiter):
    return decide(referral=referral, not_met=[NotMet(criteria[0], "No example")], feedback="Next time", by=recruiter)


def test_a_refusal_is_taken_back_on_an_advert_whose_count_was_handed_on(refused_one, vacancy, recruiter):
    second = joined(vacancy, recruiter)
    assert slots(vacancy, second) == [Slots(2, 0, True), Slots(2, 0, True)]
    assert take_back(referral=refused_one, reason=WRONG, by=recruiter).state == "submitted"
    assert slots(vacancy, second) == [Slots(2, 1, True), Slots(2, 1, True)]
    assert (counted_of(vacancy).considered, counted_of(second).considered) == (0, 0)


def test_not_once_the_slots_went_to_others_on_the_re_advert(refused_one, vacancy, recruiter):
    ReferralFactory.create_batch(2, vacancy=joined(vacancy, recruiter), state="offered")
    with pytest.raises(Refused) as refused:
        take_back(referral=refused_one, reason=WRONG, by=recruiter)
    assert str(refused.value) == f"The slot was given to somebody else since. No slot of {vacancy.reference} is left."


def test_who_holds_a_slot_of_the_first_holds_it_of_the_last(vacancy, world, recruiter, academy):
    ReferralFactory.create_batch(2, vacancy=vacancy, state="submitted")
    third = joined(joined(vacancy, recruiter), recruiter)
    assert slots(third) == [Slots(2, 2, True)]
    assert most_to_give_back(third) == 0
    with pytest.raises(Refused, match=f"No guaranteed-interview slot of {third.reference} is left"):
        check_offer(candidate=somebody_ready(world.academy), vacancy=third, by=academy)


def test_parted_each_has_its_own_again(vacancy, recruiter):
    ReferralFactory(vacancy=vacancy, state="submitted")
    second = joined(vacancy, recruiter, posts=6)
    part(vacancy=again(second), reason="Another ward", by=recruiter)
    assert [each.promised for each in slots(vacancy, second)] == [2, 2 * counted_of(second).reserved]
    assert [(each.used, each.shared) for each in slots(vacancy, second)] == [(1, False), (0, False)]
    join(vacancy=again(second), earlier=again(vacancy), by=recruiter)
    assert [(each.used, each.shared) for each in slots(vacancy, second)] == [(1, True), (1, True)]


def test_where_posts_were_filled_what_stayed_behind_is_counted_there(world, recruiter):
    first = VacancyFactory(trust=world.trust, posts=5)
    reserve_posts(first, posts=2)
    ReferralFactory(vacancy=first, state="kept")
    record_level(vacancy=first, kind=EntryKind.CONSIDERED, cause="kept", by=recruiter)
    Vacancy.unscoped.filter(pk=first.pk).update(posts_filled=3)
    second = joined(first, recruiter, posts=2)
    assert slots(first, second) == [Slots(2, 1), Slots(2, 0)]


def test_each_advert_tells_how_far_the_promise_of_both_got(vacancy, recruiter):
    ReferralFactory(vacancy=vacancy, state="submitted")
    ReferralFactory(vacancy=vacancy, state="meets")
    record_level(vacancy=vacancy, kind=EntryKind.CONSIDERED, cause="met", by=recruiter)
    second = joined(vacancy, recruiter)
    ReferralFactory(vacancy=second, state="submitted")
    far = Far(slots=2, sent=3, considered=1, interviewed=0, appointed=0)
    assert (far_of(again(vacancy)), far_of(again(second))) == (far, far)


@pytest.mark.parametrize(
    ("state", "late", "outcome"),
    [("submitted", True, "lapsed"), ("submitted", False, ""), ("offered", True, "shortfall"), ("meets", True, "")],
)
def test_a_re_advert_that_closed_is_settled_by_who_was_sent_to_either(vacancy, recruiter, state, late, outcome):
    ReferralFactory(
        vacancy=vacancy,
        state=state,
        submitted_on=None if state == "offered" else vacancy.opened_on,
        decide_by=today() - timedelta(days=int(late)),
    )
    second = joined(vacancy, recruiter, opened_on=date(2026, 10, 20), closes_on=date(2026, 11, 16))
    assert settle_closed_vacancies() == {"lapsed": [], "shortfall": [], **({outcome: [second]} if outcome else {})}


@pytest.mark.parametrize("which", [0, 1])
def test_the_page_of_people_says_so(vacancy, recruiter, world, which):
    ReferralFactory(vacancy=vacancy, state="submitted")
    shown = (vacancy, joined(vacancy, recruiter))[which]
    client = Client()
    client.force_login(world.users["recruiter"])
    assert "2 guaranteed-interview slots promised, 1 left, together with the adverts that it is joined to." in words(
        client.get(f"/vacancies/{shown.reference}/people/")
    )


def test_nothing_handed_on_is_one_query_more(vacancy, django_assert_num_queries):
    others = [vacancy, *VacancyFactory.create_batch(2, trust=vacancy.trust)]
    for rows in (others[:1], others):
        with django_assert_num_queries(4):  # chains, reserved, referrals and the policy
            slots_of(rows)
