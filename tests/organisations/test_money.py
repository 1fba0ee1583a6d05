"""Exact pounds: what is written is read, and sums are exact on both databases."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Max, Min, Sum
from hypothesis import given
from hypothesis import strategies as st

from organisations.money import MoneyField, to_pounds, to_units
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Vacancy

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=5)


@given(amounts)
def test_units_and_back(pounds):
    assert to_pounds(to_units(pounds)) == pounds


@given(st.lists(amounts, max_size=20))
def test_sums_of_units_are_sums_of_pounds(pounds):
    assert to_pounds(sum(to_units(each) for each in pounds)) == sum(pounds, Decimal())


@pytest.mark.parametrize("wrong", [0.1, Decimal("0.000001"), "ten", ""])
def test_what_is_not_exact_is_refused(wrong):
    with pytest.raises(ValueError, match="Decimal|finer|not an amount"):
        to_units(wrong)


@pytest.mark.parametrize("wrong", ["0.000001", "a lot"])
def test_a_form_says_so(wrong):
    with pytest.raises(ValidationError):
        MoneyField().to_python(wrong)


@pytest.mark.django_db
def test_sums_are_exact_in_the_database():
    for pounds in ("41.03", "0.00854", "-0.1", "0.1"):
        VacancyFactory(salary_least=Decimal(pounds))
    VacancyFactory(salary_least=None)
    found = Vacancy.unscoped.aggregate(all=Sum("salary_least"), least=Min("salary_least"), most=Max("salary_least"))
    assert found == {"all": Decimal("41.03854"), "least": Decimal("-0.1"), "most": Decimal("41.03")}


@pytest.mark.django_db
def test_nothing_sums_to_nothing():
    assert Vacancy.unscoped.aggregate(all=Sum("salary_least")) == {"all": None}
