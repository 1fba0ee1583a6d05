"""Dates of a feed that are missing, unreadable or impossible: each is said, and no day is made up."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.models import Outcome
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from tests.vacancies.test_imports import advert, feed, imported
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db

MEND = "Mend the date in the file, or type the vacancy in."


def read(who, data):
    """Upload `data`; the address of the check page."""
    return who.client.post("/vacancies/import/", {"file": SimpleUploadedFile("feed.xml", data)})["Location"]


@pytest.mark.parametrize(
    ("field", "written", "what"),
    [
        ("closeDate", "notadate", "“notadate” is not a date."),
        ("closeDate", "2026-02-31", "“2026-02-31” is not a day that exists (day/month/year)."),
        ("closeDate", "next week", "“next week” is not a date."),
        ("postDate", "2026-11-31T99:00", "“2026-11-31” is not a day that exists (day/month/year)."),
        ("postDate", "soon", "“soon” is not a date."),
        ("postDate", "", "It is missing, and the day on which it opened is not made up."),
    ],
)
def test_a_new_advert_stays_out_with_row_field_value_and_mend(recruiter, field, written, what):
    data = feed(advert("C1"), advert("C2", **{field: written}))
    said = f"Advert 2 (C2), {field}: {what} {MEND}"
    page = words(recruiter.client.get(read(recruiter, data)))
    assert "1 new" in page
    assert f"Adverts with a problem {said}" in page
    job = imported(data, recruiter)
    assert list(job.rows.filter(outcome=Outcome.REFUSED).values_list("row", "sentence")) == [(2, said)]
    assert f"Row 2 The whole row {said}" in words(recruiter.client.get(job.get_absolute_url()))
    assert [vacancy.nhs_jobs_reference for vacancy in Vacancy.unscoped.all()] == ["C1"]


def test_an_advert_without_a_closing_date_comes_in_and_says_so(recruiter):
    data, said = feed(advert("C1", closes="")), "Advert 1 (C1), closeDate: It is missing. Give the closing date:"
    assert f"To know {said}" in words(recruiter.client.get(read(recruiter, data)))
    job = imported(data, recruiter)
    assert f"To know Row 1: {said}" in words(recruiter.client.get(job.get_absolute_url()))
    vacancy = Vacancy.unscoped.get()
    assert (vacancy.opened_on, vacancy.closes_on) == (date(2026, 11, 20), None)


def test_an_advert_that_is_here_keeps_its_dates_and_says_so(trust, recruiter):
    held = {"opened_on": date(2026, 11, 20), "closes_on": date(2026, 12, 10)}
    VacancyFactory(trust=trust, nhs_jobs_reference="C1", title="Porter", **held)
    data = feed(advert("C1", closes="tbc", title="Porter, nights"))
    said = f"Advert 1 (C1), closeDate: “tbc” is not a date. {MEND}"
    assert f"To know {said}" in words(recruiter.client.get(read(recruiter, data)))
    job = imported(data, recruiter)
    [(outcome, sentence)] = job.rows.values_list("outcome", "sentence")
    assert (outcome, sentence.endswith(said)) == (Outcome.CHANGED, True)
    assert f"To know Row 1: {sentence}" in words(recruiter.client.get(job.get_absolute_url()))
    vacancy = Vacancy.unscoped.get()
    assert (vacancy.title, vacancy.closes_on) == ("Porter, nights", date(2026, 12, 10))


def test_of_another_trusts_advert_nothing_is_said(recruiter):
    data = feed(advert("C1"), advert("C2", employer="Elsewhere NHS Trust", closes="tbc"))
    assert "tbc" not in words(recruiter.client.get(read(recruiter, data)))


@pytest.mark.parametrize("data", [b"<nhsJobs></nhsJobs>", feed()])
def test_a_feed_without_an_advert_is_refused_where_it_is_chosen(recruiter, data):
    response = recruiter.client.post("/vacancies/import/", {"file": SimpleUploadedFile("feed.xml", data)})
    assert response.context["form"].errors == {
        "file": ["There is no advert in this file. Search NHS Jobs for your trust, and save what it finds."]
    }
