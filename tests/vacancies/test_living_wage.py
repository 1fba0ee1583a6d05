"""Pay for an hour against the London Living Wage of the day."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsuk.words import long_day
from organisations.models import Policy, Site
from organisations.policies import load_initial
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.living_wage import announced_by, is_out_of_date, not_entered, per_hour, rate_due, weigh
from vacancies.policies import PAY_2025, PAY_2026

HAMMERSMITH, HARROW = "E09000013", "E09000015"


@pytest.fixture(autouse=True)
def policies(db):
    load_initial()


def vacancy(borough=HARROW, **facts):
    trust = OrganisationFactory()
    site = Site.objects.create(organisation=trust, name="Main site", borough_code=borough) if borough else None
    return VacancyFactory(trust=trust, site=site, **facts)


@pytest.mark.parametrize(
    ("yearly", "hourly"), [(24465, "12.51"), (29880, "15.28"), (31354, "16.03"), (33094, "16.92"), (26572, "13.59")]
)
def test_a_year_in_hours_as_the_pay_tables_have_it(yearly, hourly):
    assert per_hour(yearly) == Decimal(hourly)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2023, 4, 30), None),
        (date(2023, 5, 1), "11.95"),
        (date(2024, 4, 30), "11.95"),
        (date(2024, 5, 1), "13.15"),
        (date(2025, 10, 22), "13.85"),
        (date(2026, 4, 30), "13.85"),
        (date(2026, 5, 1), "14.80"),
        (date(2026, 11, 23), "14.80"),
        (date(2027, 4, 30), "14.80"),
    ],
)
def test_a_rate_binds_from_the_first_of_may_after_it_was_announced(day, rate):
    if rate is None:
        assert (
            weigh(vacancy(), on=day).sentence == f"No London Living Wage is known here that binds on {long_day(day)}."
        )
    else:
        assert rate_due(day).value == Decimal(rate)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_what_binds_was_announced_at_most_a_year_and_a_half_before(day):
    assert 1 <= (day - announced_by(day)).days <= 366
    assert (announced_by(day).month, announced_by(day).day) == (4, 30)


def test_a_rate_that_was_never_entered_is_said():
    held = rate_due(date(2027, 5, 1)).policy
    assert (is_out_of_date(held, date(2027, 4, 30)), is_out_of_date(held, date(2027, 5, 1))) == (False, True)
    said = "A newer rate must bind by then, and was not entered here yet: see Policies."
    assert said in weigh(vacancy(), on=date(2027, 5, 1)).doubts
    assert said not in weigh(vacancy(), on=date(2027, 4, 1)).doubts


@pytest.mark.parametrize(
    ("borough", "band", "hourly"),
    [(HARROW, 2, "15.33"), (HARROW, 3, "15.58"), (HAMMERSMITH, 2, "15.79"), (HAMMERSMITH, 4, "17.42")],
)
def test_by_band_and_high_cost_area(borough, band, hourly):
    found = weigh(vacancy(borough, band=band))
    assert (found.verdict, found.hourly, found.rate) == ("pays", Decimal(hourly), Decimal("14.80"))
    assert found.doubts[0] == "The pay table was not verified against its publisher."


def test_by_the_table_of_the_day():
    assert weigh(vacancy(opened_on=date(2026, 3, 31), closes_on=None)).hourly == Decimal("14.84")


@pytest.mark.parametrize(
    ("facts", "verdict", "hourly"),
    [
        ({"salary_least": Decimal(31000)}, "pays", "15.85"),
        ({"salary_least": Decimal(27000)}, "below", "13.81"),
        ({"salary_text": "£14.79 an hour"}, "below", "14.79"),
        ({"salary_text": "£14.80 an hour"}, "pays", "14.80"),
        ({"salary_text": "£30,000 a year"}, "pays", "15.34"),
        ({"salary_text": "Depending on experience"}, "pays", "15.33"),  # so by band
        ({"salary_text": "£40,000 to £30,000"}, "pays", "15.33"),
    ],
)
def test_what_the_advert_states_comes_first(facts, verdict, hourly):
    found = weigh(vacancy(**facts))
    assert (found.verdict, found.hourly) == (verdict, Decimal(hourly))


@pytest.mark.parametrize("facts", [{"borough": None}, {"borough": "E09000001"}, {"band": None}, {"band": 8}])
def test_not_known_is_said(facts):
    found = weigh(vacancy(**facts))
    assert (found.verdict, found.hourly, found.notes) == ("unknown", None, ())


@pytest.mark.parametrize("facts", [{"contract": "apprenticeship"}, {"apprenticeship_level": 2}])
def test_apprentices_are_apart(facts):
    assert weigh(vacancy(**facts)).verdict == "apart"


def test_the_sentence_and_what_it_rests_on():
    found = weigh(vacancy(salary_text="£14.79 an hour"))
    assert found.sentence == "It pays £14.79 an hour, less than the London Living Wage of £14.80 that is due."
    assert found.notes == (
        "Pay as the advert states for an hour.",
        "Rate announced 22 October 2025 (Living Wage Foundation, as reported by the press).",
    )


@pytest.mark.parametrize(
    ("day", "entered", "year"),
    [
        (date(2026, 10, 31), None, None),  # the rate of October 2025 is here
        (date(2026, 11, 1), None, 2026),
        (date(2027, 4, 30), None, 2026),
        (date(2026, 11, 1), date(2026, 10, 20), None),
        (date(2027, 4, 30), date(2026, 10, 20), None),
    ],
)
def test_a_rate_announced_and_not_entered_is_said_beside_the_verdict(day, entered, year):
    if entered:
        Policy.objects.create(
            key="vacancies.london_living_wage", value="15.50", starts=entered, source="X", verified=True
        )
    said = f"The rate of October {year}, owed from 1 May {(year or 0) + 1}, was not entered and verified here yet."
    assert (not_entered(day), said in weigh(vacancy(), on=day).doubts) == (year, year is not None)


def test_an_unverified_rate_says_so():
    Policy.objects.filter(key="vacancies.london_living_wage").update(verified=False)
    assert "The rate was not verified against its publisher." in weigh(vacancy()).doubts


def test_the_tables_are_the_reference_figures():
    """3.3% on 2025/26, to the pound, but for what the reference rounded by parts."""
    for zone, table in PAY_2025.items():
        for band, yearly in table.items():
            assert abs(PAY_2026[zone][band] - yearly * 1.033) < 2, (zone, band)
