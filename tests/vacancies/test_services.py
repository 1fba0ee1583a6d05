"""A vacancy that a person types in."""

from datetime import date

import pytest

from audit.mover import Refused
from vacancies.models import Vacancy
from vacancies.services import add_typed

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
