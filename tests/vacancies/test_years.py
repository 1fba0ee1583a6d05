"""The year of a vacancy, asked of one and asked of all: the same rule, at its edges."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.amending import add_posts
from vacancies.ledger import year_counted, year_of
from vacancies.models import Vacancy
from vacancies.ring_fencing import reserve
from vacancies.years import counted_in, in_year

pytestmark = pytest.mark.django_db
DAYS = (None, date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1))
KNOWN = (  # the last is midnight in London, an hour before it in Greenwich
    datetime(2025, 3, 31, 12, tzinfo=UTC),
    datetime(2026, 3, 31, 22, 59, tzinfo=UTC),
    datetime(2026, 3, 31, 23, 0, tzinfo=UTC),
)


def test_one_and_all_are_asked_the_same():
    trust = OrganisationFactory()
    for opened, authorised, made_at in product(DAYS, DAYS, KNOWN):
        VacancyFactory(
            trust=trust,
            state="open" if opened else "draft",
            opened_on=opened,
            authorised_on=authorised,
            closes_on=None,
            made_at=made_at,
            entry_level=False,
        )
    for year in (2023, 2024, 2025, 2026):
        asked_of_one = {vacancy.pk for vacancy in Vacancy.unscoped.all() if year_of(vacancy) == year}
        assert set(in_year(Vacancy.unscoped.all(), year).values_list("pk", flat=True)) == asked_of_one
    sizes = [in_year(Vacancy.unscoped.all(), year).count() for year in (2023, 2024, 2025, 2026)]
    assert sizes == [0, 7, 31, 37]


def test_what_is_counted_twice_over_is_there_once(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, posts=4)
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    add_posts(vacancy=vacancy, posts=5, reserve=1, reason="More beds", by=recruiter.acting)
    assert list(counted_in(2026).values_list("vacancy", flat=True).distinct()) == [vacancy.pk]
    assert (year_counted(vacancy), list(counted_in(2025))) == (2026, [])
