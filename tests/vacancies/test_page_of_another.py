"""A page of another advert: compared before anything is taken; what is known here stays; what changes is written down."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.events import kind_of
from audit.models import Event
from audit.mover import Refused
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from tests.vacancies.samples_of import sample
from tests.vacancies.test_imports import advert, feed, imported
from vacancies.advert_pages import MayBeAnother, read_page, take_page
from vacancies.criteria import criteria_of
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db

PAGE = sample("nhs_jobs_advert.html")  # Healthcare Support Worker, 290-MIC-1234, Imperial, closes 4 December 2026
READ = read_page(PAGE)
STERILE = {"title": "Sterile services technician, team 2", "nhs_jobs_reference": "C9006-26-9002"}


def send(who, vacancy, data=PAGE, **more):
    file = SimpleUploadedFile("advert.html", data, content_type="text/html")
    return who.client.post(f"/vacancies/{vacancy.reference}/advert-page/", {"page": file, **more}, follow=True)


def test_another_title_is_asked_about_and_takes_nothing(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, trac_reference="", **STERILE)
    before = Vacancy.unscoped.values().get()
    page = send(recruiter, vacancy)
    assert page.context["page_form"].errors["page"] == [
        "This page may be of another advert: it is called “Healthcare Support Worker”, and the vacancy “Sterile services "
        "technician, team 2”. Choose the page of this vacancy, or say that it is the same advert."
    ]
    assert "It is the same advert, although it is called otherwise" in words(page)
    assert (Vacancy.unscoped.values().get(), criteria_of(vacancy)) == (before, ())


def test_a_person_says_that_it_is_the_same_by_name(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, trac_reference="", **STERILE)
    said = words(send(recruiter, vacancy, same_advert="on"))
    assert "The advert’s page is called “Healthcare Support Worker”: said to be the same advert" in said
    vacancy.refresh_from_db()
    assert (vacancy.trac_reference, vacancy.title) == ("290-MIC-1234", "Sterile services technician, team 2")


def test_the_question_is_not_put_before_there_is_one(trust, recruiter):
    vacancy = VacancyFactory(trust=trust)
    assert "It is the same advert" not in words(recruiter.client.get(f"/vacancies/{vacancy.reference}/criteria/"))


def test_a_title_in_another_spelling_is_the_same(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, title="HEALTHCARE support-worker, Band 2")
    assert take_page(vacancy=vacancy, page=READ, by=recruiter.acting).changed.endswith("criteria")


def test_a_reference_that_both_have_settles_a_title(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, title="HCA, nights", trac_reference="290-mic-1234")
    assert take_page(vacancy=vacancy, page=READ, by=recruiter.acting).changed.endswith("criteria")


@pytest.mark.parametrize("said", [False, True])
class TestWhatNobodyMaySay:
    def test_another_reference(self, trust, recruiter, said):
        vacancy = VacancyFactory(trust=trust, trac_reference="999-OTHER", title="Healthcare Support Worker")
        with pytest.raises(Refused) as refused:
            take_page(vacancy=vacancy, page=READ, by=recruiter.acting, same_advert=said)
        assert str(refused.value) == (
            "This page is of another advert, 290-MIC-1234 Healthcare Support Worker. Choose the page of 999-OTHER "
            "Healthcare Support Worker."
        )
        assert not isinstance(refused.value, MayBeAnother)

    def test_a_reference_of_another_vacancy(self, trust, recruiter, said):
        other = VacancyFactory(trust=trust, trac_reference="290-MIC-1234", title="Porter")
        vacancy = VacancyFactory(trust=trust, title="Healthcare Support Worker")
        with pytest.raises(Refused) as refused:
            take_page(vacancy=vacancy, page=READ, by=recruiter.acting, same_advert=said)
        assert str(refused.value) == (
            f"This page is of another vacancy: 290-MIC-1234 is Porter, {other.reference}. Bring it there."
        )

    def test_another_employer(self, trust, recruiter, said):
        OrganisationFactory(name="West London NHS Trust")
        page = read_page(PAGE.replace(b"Imperial College Healthcare NHS Trust", b"West London NHS Trust"))
        vacancy = VacancyFactory(trust=trust, title="Healthcare Support Worker")
        with pytest.raises(Refused) as refused:
            take_page(vacancy=vacancy, page=page, by=recruiter.acting, same_advert=said)
        assert str(refused.value) == (
            "This page is of another employer, West London NHS Trust. Choose the page of this vacancy's advert."
        )


def test_what_is_known_stays_and_what_differs_is_shown(trust, recruiter):
    vacancy = VacancyFactory(
        trust=trust, title="Healthcare Support Worker", opened_on=date(2026, 11, 20), closes_on=date(2026, 12, 3), band=3,
        salary_text="£30,000", trac_reference="", description="Ours.", salary_least=None, salary_most=None,
    )  # fmt: skip
    said = words(send(recruiter, vacancy))
    assert (
        "The advert’s page says otherwise: pay band Band 2 there, Band 3 here; closing date 4 December 2026 there, 3 December "
        "2026 here. That stays as it was: correct it if the page is right."
    ) in said
    vacancy.refresh_from_db()
    assert (vacancy.closes_on, vacancy.band, vacancy.salary_text) == (date(2026, 12, 3), 3, "£30,000")
    assert (
        "TRAC reference, lowest pay, highest pay changed by a newer import: TRAC reference not known → 290-MIC-1234;"
        in said
    )
    [event] = Event.objects.filter(kind=kind_of(vacancy), subject_id=vacancy.pk, verb="update")
    kept = {name: value for name, value in event.facts.items() if name.endswith(("_before", "_after"))}
    assert kept == {
        "trac_reference_before": "not known", "trac_reference_after": "290-MIC-1234",
        "salary_least_before": "not known", "salary_least_after": "30866",
        "salary_most_before": "not known", "salary_most_after": "30866",
    }  # fmt: skip


def test_a_change_by_a_feed_is_told_with_both_values(recruiter):
    imported(feed(advert("C1")), recruiter)
    imported(feed(advert("C1", closes="2026-12-20")), recruiter)
    said = words(recruiter.client.get(Vacancy.unscoped.get().get_absolute_url()))
    assert "Closing date changed by a newer import: 10 December 2026 → 20 December 2026" in said
