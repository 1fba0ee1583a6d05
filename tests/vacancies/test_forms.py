"""What the page for a typed vacancy says of what it cannot keep."""

import pytest

from tests.factories.organisations import OrganisationFactory
from vacancies.forms import VacancyForm

pytestmark = pytest.mark.django_db


def errors_of(name, text):
    form = VacancyForm({name: text}, trust=OrganisationFactory())
    form.is_valid()
    return form.errors.get(name)


def test_a_criterion_that_is_too_long_is_said_and_not_cut():
    assert errors_of("essential", "Kind\n" + "x" * 301) == [
        "Line 2 has 301 characters. Shorten it to 300, or split it."
    ]


@pytest.mark.parametrize("name", ["essential", "desirable"])
def test_a_criterion_of_three_hundred_characters_fits(name):
    assert errors_of(name, "x" * 300) is None
