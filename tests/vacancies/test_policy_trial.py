"""A new reading of "entry level" tried on history: what would change, and nothing is written."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.acting import Role
from audit.clock import today
from organisations.models import Policy
from organisations.policies import in_force
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.conftest import somebody
from tests.vacancies.pages import words
from vacancies.models import Classification
from vacancies.policy_trial import try_on_history

pytestmark = pytest.mark.django_db
YEAR = {"since": date(2025, 11, 23), "until": date(2026, 11, 23)}


@pytest.fixture
def auditor(policies):
    return somebody(Role.AUDITOR, OrganisationFactory())


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


@pytest.mark.parametrize(
    ("who", "said"),
    [("icb", "Try and sign a new value"), ("auditor", "Try another reading on the adverts"), ("recruiter", "")],
)
def test_the_policys_page_leads_to_it_for_those_who_may(request, who, said):
    page = words(request.getfixturevalue(who).client.get("/policies/vacancies.entry_level/"))
    found = [each for each in ("Try and sign a new value", "Try another reading on the adverts") if each in page]
    assert (found, "JSON" in page, "Sign a new value " in page) == ([said] if said else [], False, False)


class TestSigning:
    """The result comes first: what is signed is what was tried, and what was seen."""

    READING = {"bands": ["2", "3", "4"], "levels": ["2"], "registration": "on"}
    SAID = {"source": "Steering Group, 12 November", "reason": "Band 4 is open to all", "verified": "on"}

    @pytest.fixture
    def admin(self, policies):
        return somebody(Role.SYSTEM_ADMIN, OrganisationFactory())

    def sign(self, who, seen="1 of 4", **more):
        starts = {"starts_day": "1", "starts_month": "12", "starts_year": "2026"}
        return who.client.post("/vacancies/entry-level/", {**self.READING, **self.SAID, **starts, "seen": seen, **more})

    def value(self):
        return in_force("vacancies.entry_level", on=date(2026, 12, 1)).value

    @pytest.mark.parametrize("name", ["icb", "admin"])
    def test_tried_then_signed(self, request, history, name):
        who = request.getfixturevalue(name)
        first = who.client.get("/vacancies/entry-level/")
        assert (first.context["signature"], first.context["form"]["bands"].value()) == (None, ["2", "3"])
        tried = who.client.get("/vacancies/entry-level/", self.READING)
        assert "1 advert of 4 would change" in words(tried)
        assert tried.context["signature"].initial["seen"] == "1 of 4"
        assert 'name="bands" value="4"' in tried.content.decode()
        assert self.sign(who).url == "/policies/vacancies.entry_level/"
        assert self.value() == {
            "bands": [2, 3, 4],
            "apprenticeship_levels": [2],
            "registration_excludes": True,
            "paid_care_experience_excludes": False,
        }
        signed = Policy.objects.get(key="vacancies.entry_level", starts=date(2026, 12, 1))
        assert (signed.signed_by_id, signed.verified, signed.source) == (
            who.membership.pk,
            True,
            "Steering Group, 12 November",
        )

    @pytest.mark.parametrize(
        ("more", "errors"),
        [
            ({"seen": ""}, {"__all__"}),
            ({"seen": "0 of 3"}, {"__all__"}),
            ({"source": ""}, {"source"}),
            ({"reason": " "}, {"reason"}),
            ({"starts_month": "13"}, {"starts"}),
            ({"starts_day": "22", "starts_month": "11"}, {"starts"}),  # yesterday
            ({"starts_year": "2020"}, {"starts"}),
        ],
    )
    def test_what_was_not_seen_or_said_is_not_signed(self, icb, history, more, errors):
        answer = self.sign(icb, **more)
        assert (set(answer.context["signature"].errors), self.value()["bands"]) == (errors, [2, 3])
        assert answer.context["signature"]["seen"].value() == "1 of 4"  # seen now, so that the next one may be sent

    def test_a_reading_that_lets_nothing_in_is_refused(self, icb, history):
        answer = icb.client.post("/vacancies/entry-level/", {**self.SAID, "registration": "on", "seen": "2 of 4"})
        assert (list(answer.context["form"].errors), answer.context["signature"]) == (["bands"], None)
        assert "Select a pay band" in words(icb.client.get("/vacancies/entry-level/?try=1"))

    def test_others_sign_nothing(self, auditor, recruiter, history):
        assert [self.sign(who).status_code for who in (auditor, recruiter)] == [404, 404]
        tried = auditor.client.get("/vacancies/entry-level/", self.READING)
        assert (tried.context["signature"], "1 advert of 4" in words(tried)) == (None, True)
        assert self.value()["bands"] == [2, 3]

    def test_an_administrator_sees_what_changes_and_opens_no_vacancy(self, admin, history):
        page = admin.client.get("/vacancies/entry-level/", self.READING)
        assert history[4].title in words(page)
        assert history[4].get_absolute_url() not in page.content.decode()

    def test_it_is_not_signed_beside_the_trial(self, icb, history):
        assert icb.client.post("/policies/vacancies.entry_level/", {"value": "{}"}).status_code == 404
