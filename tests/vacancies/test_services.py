"""A vacancy that a person types in."""

from datetime import date

import pytest

from audit.mover import Refused
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.models import Vacancy
from vacancies.ring_fencing import reserve
from vacancies.services import add_typed, open_vacancy

pytestmark = pytest.mark.django_db
FACTS = {"title": "Porter", "band": 2, "posts": 5, "closes_on": date(2026, 12, 18)}


@pytest.mark.parametrize(
    ("opened_on", "state"),
    [
        (None, "draft"),
        (date(2026, 11, 22), "open"),
        (date(2026, 11, 23), "open"),
        (date(2026, 11, 24), "draft"),
    ],
)
def test_it_is_open_at_once_where_its_first_day_has_come(trust, recruiter, opened_on, state):
    facts = {**FACTS, "opened_on": opened_on}
    vacancy = add_typed(trust=trust, facts=facts, criteria=[("Can lift", True)], by=recruiter.acting)
    assert (vacancy.state, vacancy.opened_on) == (state, opened_on)
    assert list(vacancy.criteria.values_list("text", "essential")) == [("Can lift", True)]


def test_where_it_cannot_open_nothing_is_added(trust, recruiter):
    facts = {**FACTS, "posts": None, "opened_on": date(2026, 11, 23)}
    with pytest.raises(Refused, match="Say how many posts"):
        add_typed(trust=trust, facts=facts, by=recruiter.acting)
    assert not Vacancy.unscoped.exists()


@pytest.mark.parametrize("planned", [date(2026, 11, 20), date(2026, 12, 1), date(2027, 5, 1), None])
def test_the_day_on_which_it_opens_stands(trust, recruiter, planned):
    draft = VacancyFactory(trust=trust, state="draft", opened_on=planned, closes_on=date(2027, 6, 1))
    opened = open_vacancy(vacancy=draft, by=recruiter.acting)
    assert opened.opened_on == min(planned or date(2026, 11, 23), date(2026, 11, 23))


def test_what_was_decided_in_the_next_year_waits_for_it_and_can_be_looked_at(trust, recruiter):
    assert "2027/28" not in words(recruiter.client.get("/vacancies/standing/"))
    draft = VacancyFactory(trust=trust, state="draft", opened_on=date(2027, 5, 1), closes_on=date(2027, 6, 1))
    reserve(vacancy=draft, posts=1, by=recruiter.acting)
    with pytest.raises(Refused) as refused:
        open_vacancy(vacancy=draft, by=recruiter.acting)
    assert str(refused.value) == (
        f"{draft.reference} was decided as an advert of 1 May 2027, in the year to come. "
        "Open it in that year, or withdraw it and add one that opens today."
    )
    page = recruiter.client.get("/vacancies/standing/?year=2027")
    assert (page.context["standing"].posts, page.context["standing"].reserved) == (1, 1)
    assert "2027/28" in words(page)
