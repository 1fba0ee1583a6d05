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


@pytest.mark.parametrize(
    ("least", "most", "errors"),
    [
        ("30,000", "20000", ["Pay to must be 30,000.00 or more, as pay begins there. Or swap the two"]),
        ("£24,000.50", "£24,000.50", None),
        ("", "20000", None),
        ("24000", "x", ["Pay to, a year must be an amount in pounds, like 24,000.50"]),
    ],
)
def test_pay_is_in_order_and_typed_as_people_write_it(least, most, errors):
    form = VacancyForm({"salary_least": least, "salary_most": most}, trust=OrganisationFactory())
    assert form.errors.get("salary_most") == errors
    assert "salary_least" not in form.errors
