"""Pay and hours as a vacancy's page says them, from whatever facts are there."""

from decimal import Decimal

import pytest

from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.models import Vacancy
from vacancies.pay_words import pay_words
from vacancies.sources.salary import tidy_pay


@pytest.mark.parametrize(
    ("least", "most", "text", "expected"),
    [
        ("24000", "26000", "", "£24,000 to £26,000 a year"),
        ("30866", "30866", "", "£30,866 a year"),
        ("24000.50", None, "", "£24,000.50 a year"),
        (None, "26000", "", "Up to £26,000 a year"),
        (None, None, "", ""),
        (None, None, "£14.79 an hour", "£14.79 an hour"),
        ("30866", "30866", "£30866.00 to £30866.00", "£30,866"),
        ("30462", "32178", "£30,462 to £32,178 a year, pro rata", "£30,462 to £32,178 a year, pro rata"),
        ("31000", "32178", "£30,462 to £32,178 a year", "£31,000 to £32,178 a year"),  # corrected since
        ("30000", None, "£40,000 to £30,000", "£30,000 a year"),
        (None, None, "Depending on experience", "Depending on experience"),
    ],
)
def test_pay_in_words(least, most, text, expected):
    ends = {"salary_least": least and Decimal(least), "salary_most": most and Decimal(most)}
    assert pay_words(Vacancy(**ends, salary_text=text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("£30866.00 to £30866.00", "£30,866"),
        ("£30866.00 to £32178.50", "£30,866 to £32,178.50"),
        ("£12.50 to £12.50 an hour", "£12.50 an hour"),
        ("£1 to £10", "£1 to £10"),
        ("£1000 to £1000000", "£1,000 to £1,000,000"),
        ("", ""),
    ],
)
def test_amounts_are_written_as_on_a_page(text, expected):
    assert tidy_pay(text) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "said"), [("37.0", "37"), ("37.5", "37.5"), ("0.0", "0"), (None, "Not stated")])
def test_the_page_says_pay_and_hours(trust, recruiter, hours, said):
    vacancy = VacancyFactory(trust=trust, hours=hours, salary_least=24000, salary_most=26000)
    page = words(recruiter.client.get(vacancy.get_absolute_url()))
    assert f"Hours a week {said} " in page
    assert "Pay £24,000 to £26,000 a year" in page
