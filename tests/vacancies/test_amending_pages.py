"""The pages that change a decision, answer for re-adverts, and bring opening balances."""

from datetime import date

import pytest

from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.ledger import counted_of, standing_of
from vacancies.models import Vacancy
from vacancies.ring_fence import Standing
from vacancies.ring_fencing import reserve
from vacancies.services import close

pytestmark = pytest.mark.django_db


@pytest.fixture
def vacancy(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, posts=5)
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    return vacancy


@pytest.fixture
def first(trust, recruiter):
    """Decided while open in September, closed since."""
    vacancy = VacancyFactory(trust=trust, posts=5, opened_on=date(2026, 9, 1), position_number="P77")
    reserve(vacancy=vacancy, posts=2, by=recruiter.acting)
    Vacancy.unscoped.filter(pk=vacancy.pk).update(closes_on=date(2026, 9, 30))
    return vacancy


def url(vacancy, rest):
    return f"/vacancies/{vacancy.reference}/{rest}/"


def test_the_page_of_a_decided_vacancy_leads_to_its_changes(recruiter, vacancy):
    page = recruiter.client.get(vacancy.get_absolute_url()).content.decode()
    for rest in ("add-posts", "reserve-more", "give-back", "ask"):
        assert url(vacancy, rest) in page


def test_an_undecided_one_has_none(recruiter, trust, icb, vacancy):
    fresh = VacancyFactory(trust=trust)
    assert "Change the decision" not in recruiter.client.get(fresh.get_absolute_url()).content.decode()
    assert "Change the decision" not in icb.client.get(vacancy.get_absolute_url()).content.decode()


def test_added_posts_reserve_what_is_due_unless_said(recruiter, vacancy):
    response = recruiter.client.post(url(vacancy, "add-posts"), {"posts": "6", "reserve": "", "reason": "New ward"})
    assert response.status_code == 302
    assert standing_of(vacancy.trust_id, 2026) == Standing(11, 3, 1, 1)


def test_less_than_due_keeps_what_was_typed(recruiter, vacancy):
    page = recruiter.client.post(url(vacancy, "add-posts"), {"posts": "6", "reserve": "1", "reason": "New ward"})
    said = words(page)
    assert "2 of the added posts are due. Reserve at least 2." in said
    assert 'value="New ward"' in page.content.decode()
    assert counted_of(vacancy).posts == 5


def test_reserving_more_is_done_once(recruiter, vacancy):
    for expected in (302, 200):
        found = recruiter.client.post(url(vacancy, "reserve-more"), {"posts": "2", "held": "1"})
        assert found.status_code == expected
    assert "Somebody changed it in between: 3 posts are reserved now" in words(found)
    assert counted_of(vacancy).reserved == 3


class TestNothingMoreToReserve:
    """The page says so in a sentence, and has no form to fill in vain."""

    @pytest.fixture
    def of_kind(self, trust, recruiter):
        def made(kind):
            found = VacancyFactory(trust=trust, posts=2)
            if kind != "undecided":
                reserve(vacancy=found, posts=2 if kind == "full" else 1, by=recruiter.acting)
            if kind == "closed":
                close(vacancy=found, by=recruiter.acting)
            return found

        return made

    @pytest.mark.parametrize(
        ("kind", "sentence"),
        [
            ("full", "Every post of {} is reserved already (2 of 2). Add posts first."),
            ("closed", "{} has closed: a reservation now would promise what nobody can apply for."),
            ("undecided", "{} is not counted by itself, so there is no decision to change."),
        ],
    )
    def test_it_is_said(self, recruiter, of_kind, kind, sentence):
        vacancy = of_kind(kind)
        held = counted_of(vacancy).reserved
        address = url(vacancy, "reserve-more")
        for page in (
            recruiter.client.get(address),
            recruiter.client.post(address, {"posts": "1", "held": str(held)}),
        ):
            assert (page.status_code, page.context["nothing"]) == (200, sentence.format(vacancy.reference))
            assert (sentence.format(vacancy.reference) in words(page), 'name="posts"' in page.text) == (True, False)
        assert counted_of(vacancy).reserved == held

    def test_one_post_is_hinted_as_one(self, recruiter, vacancy, trust):
        reserve(vacancy=(two := VacancyFactory(trust=trust, posts=2)), posts=1, by=recruiter.acting)
        hints = [
            recruiter.client.get(url(each, "reserve-more")).context["form"].fields["posts"].help_text
            for each in (vacancy, two)
        ]
        assert hints == ["From 1 to 4", "1 at most"]


class TestReAdverts:
    @pytest.fixture
    def second(self, trust, first):
        return VacancyFactory(trust=trust, posts=6, position_number="P77")

    def test_it_is_asked_on_the_page_and_in_the_list(self, recruiter, second, first):
        link = url(second, f"re-advert-of/{first.reference}")
        assert link in recruiter.client.get(second.get_absolute_url()).content.decode()
        assert link in recruiter.client.get("/vacancies/re-adverts/").content.decode()

    def test_yes_joins_them(self, recruiter, second, first):
        page = recruiter.client.get(url(second, f"re-advert-of/{first.reference}"))
        assert "takes over 5 posts, 2 of them reserved; its 1 further post are" in words(page)
        recruiter.client.post(url(second, f"re-advert-of/{first.reference}"), {"answer": "join"})
        assert (counted_of(first).posts, counted_of(second).posts) == (0, 6)
        assert "No advert looks like a re-advert" in words(recruiter.client.get("/vacancies/re-adverts/"))
        assert f"This re-advertises {first.reference}" in words(recruiter.client.get(second.get_absolute_url()))
        assert f"Re-advertised as {second.reference}" in words(recruiter.client.get(first.get_absolute_url()))

    def test_no_needs_a_reason_and_is_not_asked_again(self, recruiter, second, first):
        link = url(second, f"re-advert-of/{first.reference}")
        assert "Say why it is not a re-advert" in words(recruiter.client.post(link, {"answer": "apart"}))
        recruiter.client.post(link, {"answer": "apart", "reason": "Another ward"})
        assert link not in recruiter.client.get(second.get_absolute_url()).content.decode()
        assert counted_of(second).posts == 0

    def test_a_refusal_is_said(self, recruiter, trust, first):
        page = recruiter.client.post(
            url(VacancyFactory(trust=trust, posts=None), f"re-advert-of/{first.reference}"), {"answer": "join"}
        )
        assert "Say how many posts" in words(page)


class TestOpening:
    FIGURES = {"year": "2026", "posts": "40", "reserved": "6", "adverts": "30", "reserved_adverts": "5"}

    def test_it_becomes_an_entry(self, colleague, trust):
        given = {**self.FIGURES, "debt": "2", "advert_debt": "0", "reason": "Spreadsheet"}
        assert colleague.client.post("/vacancies/standing/opening/", given)["Location"] == (
            "/vacancies/standing/?year=2026"
        )
        assert standing_of(trust.pk, 2026) == Standing(40, 6, 30, 5, 2, 0)

    def test_what_cannot_be_is_said(self, colleague, trust):
        given = {**self.FIGURES, "reserved": "41", "debt": "0", "advert_debt": "0", "reason": "Spreadsheet"}
        page = colleague.client.post("/vacancies/standing/opening/", given)
        assert "More is reserved than was counted" in words(page)
        assert standing_of(trust.pk, 2026) == Standing()
