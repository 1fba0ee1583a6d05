"""One advert that came through two doors under two references: which pairs are proposed, where, and which are not."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.clock import today
from jobs.models import RowResult
from jobs.services import receive, start
from organisations.models import Site
from tests.factories.feed import advert, feed
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies import imports, trac_imports
from vacancies.doubles import keep_two, proposals
from vacancies.models import Vacancy
from vacancies.todo import todo

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(trust):
    return Site.objects.create(organisation=trust, name="Northwick Park")


@pytest.fixture
def first(trust, site):
    return VacancyFactory(trust=trust, site=site, title="Ward Clerk", trac_reference="290-1")


def second(first, **facts):
    """The same from NHS Jobs."""
    given = {"title": "Ward clerk (Band 2)", "nhs_jobs_reference": "C1", "site": first.site, "source": "nhs_jobs"}
    return VacancyFactory(**{"trust": first.trust, **given, **facts})


def found(who, **more):
    return [(each.vacancy.pk, each.other.pk, each.why) for each in proposals(by=who.acting, **more)]


def test_one_job_in_two_systems_is_proposed_once(first, recruiter):
    later = second(first)
    pair = (later.pk, first.pk, "the same title, site, pay band, closing day and opening day")
    assert found(recruiter) == found(recruiter, only=first) == found(recruiter, only=later) == [pair]


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "agreed"),
    [
        ({"site": None}, "pay band, closing day and opening day"),
        ({"band": None, "entry_level": "unclassified"}, "site, closing day and opening day"),
        ({"opened_on": date(2026, 11, 20), "closes_on": None}, "site and pay band"),
        ({"closes_on": date(2026, 12, 17)}, "site, pay band and opening day"),  # three days after the first one
        ({"site": None, "band": None}, "closing day and opening day"),
        ({"state": "closed"}, "site, pay band, closing day and opening day"),
        ({"exemption": "bank_register"}, "site, pay band, closing day and opening day"),
        (
            {"state": "draft", "opened_on": None, "authorised_on": date(2026, 10, 1), "closes_on": None},
            "site and pay band",
        ),
    ],
)
def test_what_is_not_known_stops_nothing(first, recruiter, facts, agreed):
    words_of = f"the same title, {agreed}"
    assert [why for _later, _first, why in found(recruiter, only=second(first, **facts))] in ([words_of], [])
    assert [why for _later, _first, why in found(recruiter)] == [words_of]


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "Ward manager"},
        {"band": 3},
        {"site": "another"},
        {"closes_on": date(2026, 12, 18)},  # four days later
        {"opened_on": date(2026, 11, 19)},  # four days before
        {"site": None, "band": None, "closes_on": None},  # a title is not enough
        {"trac_reference": "290-2"},  # two references of one system are two adverts
        {"trac_reference": "290-2", "nhs_jobs_reference": ""},
        {"state": "withdrawn"},
        {"state": "finished"},
        {"exemption": "duplicate"},
        {"state": "draft", "opened_on": None, "authorised_on": date(2026, 9, 1), "closes_on": None},
        {"trust": "another"},
    ],
)
def test_not_where_something_contradicts(first, recruiter, stranger, facts):
    if "site" in facts and facts["site"]:
        facts = {"site": Site.objects.create(organisation=first.trust, name="Ealing")}
    if "trust" in facts:
        facts = {"trust": stranger.membership.organisation}
    second(first, **facts)
    assert found(recruiter) == []


def test_a_typed_one_may_be_the_imported_one_but_two_typed_ones_are_two(trust, recruiter, site):
    typed = VacancyFactory(trust=trust, site=site, title="Porter")
    VacancyFactory(trust=trust, site=site, title="Cook")
    VacancyFactory(trust=trust, site=site, title="Cook")
    imported = VacancyFactory(trust=trust, site=site, title="Porter", nhs_jobs_reference="C2")
    pair = (imported.pk, typed.pk, "the same title, site, pay band, closing day and opening day")
    assert found(recruiter) == found(recruiter, only=typed) == found(recruiter, only=imported) == [pair]


def test_of_several_the_likeliest_and_each_once(first, recruiter, site):
    less = VacancyFactory(trust=first.trust, title="Ward clerk", trac_reference="290-2")  # no site
    likely, left = second(first), second(first, nhs_jobs_reference="C2", site=None)
    assert [(later, other) for later, other, _why in found(recruiter)] == [(left.pk, less.pk), (likely.pk, first.pk)]


def test_an_answer_stands(first, recruiter, colleague):
    later = second(first)
    keep_two(vacancy=later, other=first, reason="Two wards", by=recruiter.acting)
    assert found(colleague) == found(colleague, only=first) == []


def test_constant_in_queries(first, recruiter):
    second(first)
    counts = []
    for number in (1, 8):
        for extra in range(number):
            other = VacancyFactory(trust=first.trust, title=f"Cook {number}{extra}", trac_reference=f"T{number}{extra}")
            second(other, title=other.title, nhs_jobs_reference=f"N{number}{extra}")
        with CaptureQueriesContext(connection) as queries:
            proposals(by=recruiter.acting)
        counts.append(len(queries))
    assert counts == [3, 3]


class TestWhereItIsSaid:
    def test_on_today_in_the_list_and_on_both_pages(self, first, recruiter):
        later = second(first)
        (task,) = [task for task in todo(recruiter.acting) if "twice" in task.text]
        assert (task.text, task.url) == ("Say of 1 advert whether it came in twice", "/vacancies/re-adverts/")
        answer = f"/vacancies/{later.reference}/same-as/{first.reference}/"
        page = recruiter.client.get(task.url)
        assert (answer in page.content.decode(), "Ward clerk (Band 2)" in words(page)) == (True, True)
        for one, other in ((first, later), (later, first)):
            page = recruiter.client.get(one.get_absolute_url())
            assert f"/vacancies/{one.reference}/same-as/{other.reference}/" in page.content.decode()
            assert f"Is this here twice? {other.reference} has the same title, site" in words(page)

    def test_before_anything_is_decided(self, first, recruiter):
        later = second(first)
        said = f"It may be the same advert as {first.reference}. Say whether it is before you decide"
        assert said in words(recruiter.client.get(f"/vacancies/{later.reference}/reserve/"))
        check = words(recruiter.client.get(f"/vacancies/reserve/?vacancy={later.reference}"))
        assert f"Ward clerk (Band 2): {later.reference} and {first.reference}" in check

    def test_another_trust_and_the_icb_are_not_asked(self, first, recruiter, stranger, icb):
        later = second(first)
        assert [task for task in todo(stranger.acting) if "twice" in task.text] == []
        assert "Is this here twice?" not in words(icb.client.get(later.get_absolute_url()))

    def test_an_import_says_it_of_what_it_added(self, first, recruiter):
        name = "Imperial College Healthcare NHS Trust"
        data = feed(
            [advert(1, title="Ward clerk", postDate="2026-11-23T09:00:00", closeDate="2026-12-14", employer=name)]
        )
        upload = receive(SimpleUploadedFile("feed.xml", data), kind=imports.KIND, by=recruiter.acting)
        job = start(imports.KIND, by=recruiter.acting, upload=upload, answers={"C9333-26-0001": [2, 1, ""]})
        said = RowResult.unscoped.get(job=job).sentence
        assert said == f"It may be the same advert as {first.reference}: say so on its page."

    def test_so_does_trac(self, trust, recruiter):
        there = VacancyFactory(trust=trust, title="Porter", nhs_jobs_reference="C7", closes_on=today() + 17 * DAY)
        rows = b"Ref,Post title,Band,Posts,Advert start,Closes,Contract\n290-1,Porter,Band 2,3,20/11/2026,10/12/2026,Permanent"
        upload = receive(SimpleUploadedFile("trac.csv", rows), kind=trac_imports.KIND, by=recruiter.acting)
        job = start(trac_imports.KIND, by=recruiter.acting, upload=upload)
        assert RowResult.unscoped.get(job=job).sentence == (
            f"It may be the same advert as {there.reference}: say so on its page."
        )
        assert Vacancy.unscoped.count() == 2
