"""One trust's year on every page that counts it: the proof pack, the standing, the measures and oversight say the same."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from audit.acting import Role
from organisations.models import Kind, Standing
from organisations.policies import load_initial
from organisations.services import acting_of
from reports.measures import financial_year_of, m0
from reports.measures.oversight import by_trust
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.amending import add_posts
from vacancies.models import OverrideReason
from vacancies.overriding import LessThanDue
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db
LESS = LessThanDue(OverrideReason.URGENT, "Winter", "Sam", "sam@example.test")
MARCH = {"opened_on": date(2026, 3, 20), "closes_on": date(2026, 3, 23)}  # of the year before, first known in November


@pytest.fixture
def hr():
    load_initial()
    trust = OrganisationFactory(code="RYJ", short_name="Imperial", standing=Standing.SIGNATORY)
    membership = MembershipFactory(role=Role.TRUST_HR, organisation=trust)
    membership.client = Client()
    membership.client.force_login(membership.user)
    return membership


@pytest.fixture
def year(hr):
    """Two decisions, one below what was due and with posts added later; exempt adverts, one of them known late."""
    trust, by = hr.organisation, acting_of(hr)
    reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=1, by=by)
    less = VacancyFactory(trust=trust, posts=5)
    reserve(vacancy=less, posts=0, by=by, less=LESS)
    add_posts(vacancy=less, posts=4, reserve=2, reason="More beds", by=by)
    for facts in ({}, MARCH):
        VacancyFactory(trust=trust, exemption="rotation", **facts)
        VacancyFactory(trust=trust, exemption="duplicate", **facts)
        VacancyFactory(trust=trust, exemption="rotation", entry_level="no", **facts)
        VacancyFactory(trust=trust, state="closed", **facts)
    return trust


def test_everything_that_is_said_of_a_year_is_the_same(hr, year):
    screen = hr.client.get("/vacancies/standing/").context["standing"]
    book = CalamineWorkbook.from_filelike(BytesIO(hr.client.get("/vacancies/standing/?format=xlsx").content))
    pack = dict(book.get_sheet_by_name("Standing").to_python()[1:])
    (line,) = by_trust(2026)
    (row,) = m0(financial_year_of(2026), as_at=date(2026, 11, 23)).rows
    assert {
        (pack["Posts counted"], pack["Posts reserved"], pack["Adverts counted"], pack["Adverts with a reserved post"]),
        (screen.posts, screen.reserved, screen.adverts, screen.reserved_adverts),
        tuple(getattr(row.latest.standing, name) for name in ("posts", "reserved", "adverts", "reserved_adverts")),
    } == {(14, 3, 2, 2)}
    assert (pack["Exempt adverts"], line.exempt, row.exempt) == (2, 2, 2)
    assert (pack["Overrides not countersigned"], line.unsigned, row.unsigned) == (1, 1, 1)
    assert (line.adverts, line.windows, line.short_windows) == (6, 6, 2)
    assert pack["Adverts that are the same as another"] == len(book.get_sheet_by_name("Exempt").to_python()) - 3 == 2


def test_the_year_before_has_none_of_them(hr, year):
    (line,) = by_trust(2025)
    (row,) = m0(financial_year_of(2025), as_at=date(2026, 11, 23)).rows
    said = hr.client.get("/vacancies/standing/?format=xlsx&year=2025").content
    pack = dict(CalamineWorkbook.from_filelike(BytesIO(said)).get_sheet_by_name("Standing").to_python()[1:])
    found = (pack["Exempt adverts"], pack["Overrides"], line.exempt, line.adverts, line.unsigned, row.exempt)
    assert (*found, row.unsigned) == (0,) * 7


def test_the_icb_reads_the_same_on_its_page(hr, year):
    client = Client()
    icb = MembershipFactory(role=Role.ICB_ANALYST, organisation=OrganisationFactory(kind=Kind.ICB))
    client.force_login(icb.user)
    (line,) = client.get("/reports/oversight/").context["lines"]
    assert (line.exempt, line.adverts, line.unsigned) == (2, 6, 1)
