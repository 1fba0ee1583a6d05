"""Essential criteria against the last advert of the same job: what the ICB looks for."""

from datetime import date, timedelta

import pytest

from audit.clock import today
from organisations.models import Site
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import rows_of, words
from vacancies.criteria import Change
from vacancies.inflation import compared, job_of, of_vacancy
from vacancies.models import Criterion, Vacancy

pytestmark = pytest.mark.django_db


def advert(trust, days_ago, *essential, desirable=(), **facts):
    opened = today() - timedelta(days=days_ago)
    vacancy = VacancyFactory(trust=trust, opened_on=opened, closes_on=opened + timedelta(14), **facts)
    lines = [(text, True) for text in essential] + [(text, False) for text in desirable]
    Criterion.unscoped.bulk_create(
        [Criterion(vacancy=vacancy, text=text, essential=kind, order=order) for order, (text, kind) in enumerate(lines)]
    )
    return vacancy


def found(who):
    rows = Vacancy.objects.visible_to(who.acting).select_related("trust", "site")
    return [(each.vacancy, each.earlier, each.change) for each in compared(rows, by=who.acting)]


def test_the_same_job_is_trust_title_and_site(trust):
    site = Site(pk=7, organisation=trust, name="St Mary's")
    first = Vacancy(trust=trust, title="Ward  Clerk", site=site)
    assert job_of(first) == job_of(Vacancy(trust=trust, title="ward clerk", site=site))
    assert job_of(first) != job_of(Vacancy(trust=trust, title="Ward Clerk"))
    assert job_of(first) != job_of(Vacancy(trust=OrganisationFactory(), title="Ward Clerk", site=site))


def test_each_advert_against_the_one_before_it(trust, icb):
    first = advert(trust, 90, "Kind")
    second = advert(trust, 60, "Kind", "NVQ level 2")
    third = advert(trust, 30, "NVQ level 2", desirable=["Typing"])
    assert found(icb) == [
        (third, second, Change((), (("Kind", True),))),
        (second, first, Change((("NVQ level 2", True),), ())),
    ]


def test_desirable_lines_case_and_other_jobs_are_no_difference(trust, icb):
    advert(trust, 90, "Kind", desirable=["Typing"])
    advert(trust, 60, "KIND")
    advert(trust, 30, "Degree", title="Porter")
    assert found(icb) == []


def test_an_advert_without_criteria_is_passed_over(trust, icb):
    first = advert(trust, 90, "Kind")
    advert(trust, 60)
    third = advert(trust, 30, "Kind", "Degree")
    assert found(icb) == [(third, first, Change((("Degree", True),), ()))]


def test_a_trust_sees_its_own_only(trust, recruiter, stranger):
    advert(trust, 90, "Kind")
    advert(trust, 60, "Degree")
    assert (len(found(recruiter)), found(stranger)) == (1, [])


@pytest.mark.parametrize("pairs", [1, 3])
def test_two_queries_however_many(trust, icb, pairs, django_assert_num_queries):
    for place in range(pairs):
        advert(trust, 90, "Kind", title=f"Job {place}")
        advert(trust, 60, "Degree", title=f"Job {place}")
    with django_assert_num_queries(2):
        assert len(found(icb)) == pairs


def test_of_one_vacancy(trust, recruiter):
    first, second = advert(trust, 90, "Kind"), advert(trust, 60, "Degree")
    it = of_vacancy(second, by=recruiter.acting)
    assert (it.earlier, it.change) == (first, Change((("Degree", True),), (("Kind", True),)))
    assert of_vacancy(first, by=recruiter.acting) is None
    assert of_vacancy(VacancyFactory(trust=trust, state="draft", opened_on=None), by=recruiter.acting) is None


def test_the_pages(trust, recruiter, icb, academy):
    first = advert(trust, 90, "Kind")
    second = advert(trust, 60, "Kind", "Degree")
    page = icb.client.get("/vacancies/criteria/")
    assert "1 advert differs, 1 of them asks more than before." in words(page)
    assert rows_of(page) == [
        [
            f"{second.title} {second.reference}",
            "Imperial",
            f"{second.opened_on.day} Sep 2026",
            first.reference,
            "Asked more Degree",
        ]
    ]
    detail = words(recruiter.client.get(second.get_absolute_url()))
    assert "Essential criteria against the last advert of this job" in detail
    assert academy.client.get("/vacancies/criteria/").status_code == 404


def test_adverts_older_than_a_year_are_only_compared_with(trust, icb):
    advert(trust, 500, "Kind")
    advert(trust, 400, "Degree")
    late = advert(trust, 300, "Kind")
    page = icb.client.get("/vacancies/criteria/").context["page"]
    assert [(each.vacancy, each.vacancy.opened_on) for each in page] == [(late, date(2026, 11, 23) - timedelta(300))]
