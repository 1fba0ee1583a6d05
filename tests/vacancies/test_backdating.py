"""A year that is over keeps its standing: a vacancy first known after its end counts in the year in which it became known."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import financial_year, pretend
from audit.mover import Refused
from jobs.services import receive, start
from nhsuk.words import long_day
from tests.factories.vacancies import VacancyFactory
from vacancies.ledger import standing_of, year_of
from vacancies.models import Entry, Source, Vacancy
from vacancies.ring_fence import Standing
from vacancies.ring_fencing import reserve
from vacancies.services import add_typed, correct
from vacancies.taking import take_one
from vacancies.trac_imports import KIND

OVER = date(2024, 1, 1)
CLOSES = date(2026, 12, 18)
FACTS = {"title": "Porter", "band": 2, "posts": 5, "opened_on": OVER, "closes_on": CLOSES}
ABSURD = [date(2018, 3, 31), date(1926, 11, 23), date(2027, 11, 25), date(2206, 11, 23)]


def by_api(who, **facts):
    sent = {**FACTS, "trac_reference": "T-1", **facts}
    return take_one(trust=who.membership.organisation, facts=sent, source=Source.API, by=who.acting).vacancy


def by_hand(who, **facts):
    return add_typed(trust=who.membership.organisation, facts={**FACTS, **facts}, by=who.acting)


def by_file(who, **facts):
    opens = facts.get("opened_on", OVER)
    rows = f"Ref,Title,Band,Posts,Published date,Closing date\nT-1,Porter,Band 2,5,{opens:%d/%m/%Y},{CLOSES:%d/%m/%Y}\n"
    start(KIND, by=who.acting, upload=receive(SimpleUploadedFile("t.csv", rows.encode()), kind=KIND, by=who.acting))
    return Vacancy.unscoped.filter(trac_reference="T-1").first()


pytestmark = pytest.mark.django_db
DOORS = pytest.mark.parametrize("door", [by_api, by_hand, by_file])


@DOORS
def test_a_decision_of_today_leaves_the_year_that_is_over(recruiter, trust, door):
    with pretend(datetime(2024, 1, 15, 12, tzinfo=UTC)):
        reserve(vacancy=VacancyFactory(trust=trust, posts=10), posts=2, by=recruiter.acting)
    before = standing_of(trust.pk, 2023)
    vacancy = door(recruiter)
    reserve(vacancy=vacancy, posts=5, by=recruiter.acting)
    assert (vacancy.opened_on, vacancy.state) == (OVER, "open")
    assert standing_of(trust.pk, 2023) == before == Standing(10, 2, 1, 1)
    assert standing_of(trust.pk, 2026) == Standing(5, 5, 1, 1)
    assert set(Entry.unscoped.filter(vacancy=vacancy).values_list("year__starts_in", flat=True)) == {2026}


@pytest.mark.parametrize("day", ABSURD)
@pytest.mark.parametrize("door", [by_api, by_hand])
def test_a_day_that_cannot_be_is_refused(recruiter, door, day):
    with pytest.raises(Refused, match=f"{long_day(day)} cannot be the day on which the advert opens"):
        door(recruiter, opened_on=day, closes_on=None)
    assert Vacancy.unscoped.count() == 0


def test_a_row_with_such_a_day_stays_out(recruiter):
    assert by_file(recruiter, opened_on=date(1926, 11, 23)) is None


def test_a_draft_is_not_opened_in_a_year_that_is_over(recruiter):
    with pretend(datetime(2024, 1, 15, 12, tzinfo=UTC)):
        by_api(recruiter, opened_on=None)
    taken = take_one(
        trust=recruiter.membership.organisation,
        facts={**FACTS, "trac_reference": "T-1"},
        source=Source.API,
        by=recruiter.acting,
    )
    assert (taken.outcome, taken.vacancy.opened_on, taken.vacancy.state) == ("same", None, "draft")
    assert taken.unsettled == {
        "opened_on": "It opened 1 January 2024 sent, which is too late to say: open it on its page."
    }


@pytest.mark.parametrize("day", [OVER, date(2026, 3, 31), date(2027, 11, 25)])
def test_an_opening_day_is_not_corrected_into_a_year_that_is_over(recruiter, trust, day):
    vacancy = VacancyFactory(trust=trust)
    with pytest.raises(Refused, match="is in a year that is over|cannot be the day"):
        correct(vacancy=vacancy, field="opened_on", value=day, reason="Slip", by=recruiter.acting)


DAYS = st.dates(date(2018, 4, 1), date(2027, 11, 1))


@given(known=DAYS, opened=st.none() | DAYS, authorised=st.none() | DAYS)
def test_no_vacancy_counts_in_a_year_that_was_over_when_it_became_known(known, opened, authorised):
    noon = datetime(known.year, known.month, known.day, 12, tzinfo=UTC)
    vacancy = SimpleNamespace(made_at=noon, opened_on=opened, authorised_on=authorised)
    day = opened or authorised or known
    assert year_of(vacancy) == max(financial_year(known), financial_year(day))


@pytest.mark.parametrize(("hour", "year"), [(22, 2025), (23, 2026)])
def test_the_year_ends_at_midnight_in_london(hour, year):
    """British Summer Time had begun: 23:00 UTC on 31 March is 1 April."""
    known = datetime(2026, 3, 31, hour, 30, tzinfo=UTC)
    assert (
        year_of(SimpleNamespace(made_at=known, opened_on=known.date() - timedelta(days=9), authorised_on=None)) == year
    )
