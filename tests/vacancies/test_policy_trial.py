"""A new reading of "entry level" tried on history: what would change, and nothing is written."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.clock import today
from organisations.models import Policy
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.models import Classification
from vacancies.policy_trial import try_on_history

pytestmark = pytest.mark.django_db
YEAR = {"since": date(2025, 11, 23), "until": date(2026, 11, 23)}


@pytest.fixture
def history(trust, policies):
    return {
        band: VacancyFactory(trust=trust, band=band, posts=posts, entry_level="yes" if band in (2, 3) else "no")
        for band, posts in ((2, 5), (3, 4), (4, 6), (5, 7))
    }


def test_a_wider_reading(history, icb):
    found = try_on_history({"bands": [2, 3, 4]}, by=icb.acting, **YEAR)
    assert (found.read, found.adverts, found.posts, found.due) == (4, (2, 3), (9, 15), (2, 3))
    (change,) = found.changed
    assert (change.vacancy, change.now, change.then) == (history[4], "Not entry level", "Entry level")
    assert change.because == "Entry level: Band 4."


def test_a_narrower_reading_and_the_same(history, icb):
    assert try_on_history({"bands": [2]}, by=icb.acting, **YEAR).posts == (9, 5)
    assert try_on_history({}, by=icb.acting, **YEAR).changed == ()


def test_exempt_and_older_adverts_are_not_read(trust, icb, policies):
    VacancyFactory(trust=trust, exemption="rotation")
    VacancyFactory(trust=trust, opened_on=date(2025, 11, 22), closes_on=None)
    assert try_on_history({"bands": [4]}, by=icb.acting, **YEAR).read == 0


def test_nothing_is_written_and_queries_stay(history, icb, trust):
    before = Classification.unscoped.count(), Policy.objects.count()
    with CaptureQueriesContext(connection) as queries:
        try_on_history({"bands": [4]}, by=icb.acting, **YEAR)
    assert len(queries) == 2
    assert (Classification.unscoped.count(), Policy.objects.count()) == before


def test_what_is_no_policy_is_said(icb, policies):
    with pytest.raises(ValueError, match="has no “colour”"):
        try_on_history({"colour": "red"}, by=icb.acting, **YEAR)


def test_the_page(history, icb, recruiter):
    page = icb.client.get("/vacancies/entry-level/?bands=2&bands=3&bands=4&levels=2&registration=on&paid_care=on")
    said = words(page)
    assert "1 advert of 4 would change" in said
    assert "15 posts would count 9 now" in said
    assert "What another reading" in words(icb.client.get("/vacancies/entry-level/"))
    assert recruiter.client.get("/vacancies/entry-level/").status_code == 404
    assert today() == date(2026, 11, 23)


@pytest.mark.parametrize(("who", "offered"), [("icb", True), ("recruiter", False)])
def test_the_policys_page_leads_to_it_for_those_who_may(request, who, offered):
    page = request.getfixturevalue(who).client.get("/policies/vacancies.entry_level/")
    assert ("Try another reading on the adverts" in words(page)) == offered
    assert "Try another reading" not in words(
        request.getfixturevalue(who).client.get("/policies/vacancies.notice_days/")
    )
