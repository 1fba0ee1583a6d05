"""An import of many adverts is watched: it says how far it is, may be cancelled on the way, and leaves all or nothing."""

import pytest

from jobs.models import JobState
from jobs.services.report import Report
from tests.vacancies.test_imports import advert, feed, imported
from vacancies import imports
from vacancies.models import Classification, Vacancy

pytestmark = pytest.mark.django_db
REFERENCES = [f"C9333-26-000{number}" for number in range(5)]


@pytest.fixture(autouse=True)
def two_at_once(monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 2)


@pytest.fixture
def told(monkeypatch):
    """What the job says of its progress, in order, each word once."""
    said = []
    say = Report.__call__

    def note(report, done, total, sentence=""):
        if not said or said[-1] != (done, total, sentence):
            said.append((done, total, sentence))
        say(report, done, total, sentence)

    monkeypatch.setattr(Report, "__call__", note)
    return said


def adverts(closes="2026-12-10"):
    return feed(*(advert(reference, closes=closes) for reference in REFERENCES))


def of(told, words):
    return [(done, total) for done, total, sentence in told if sentence == words]


def test_new_adverts_are_told_in_lots(trust, recruiter, told):
    job = imported(adverts(), recruiter)
    assert of(told, "Adding vacancies") == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert (job.state, job.result["counts"]["made"]) == (JobState.DONE, 5)
    assert sorted(Vacancy.unscoped.values_list("nhs_jobs_reference", flat=True)) == REFERENCES
    assert Classification.unscoped.filter(standing=True).count() == 5


def test_each_row_leads_to_its_own_vacancy(trust, recruiter):
    job = imported(adverts(), recruiter)
    references = {f"vacancies.Vacancy:{row.pk}": row.nhs_jobs_reference for row in Vacancy.unscoped.all()}
    assert [references[ref] for ref in job.rows.order_by("row").values_list("ref", flat=True)] == REFERENCES


def test_changes_are_told_in_lots(trust, recruiter, told):
    imported(adverts(), recruiter)
    told.clear()
    job = imported(adverts(closes="2026-12-17"), recruiter)
    assert of(told, "Changing vacancies") == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert job.result["counts"]["changed"] == 5


def test_the_same_file_changes_nothing(trust, recruiter, told):
    imported(adverts(), recruiter)
    told.clear()
    job = imported(adverts(), recruiter)
    assert of(told, "Changing vacancies") == []
    assert job.result["counts"] == {"made": 0, "changed": 0, "same": 5, "skipped": 0, "refused": 0}


@pytest.mark.parametrize("after", [0, 2, 4])
def test_cancelled_between_two_lots_nothing_is_left(trust, recruiter, monkeypatch, after):
    say = Report.__call__

    def cancel_then(report, done, total, sentence=""):
        report.cancelled = sentence == "Adding vacancies" and done == after
        say(report, done, total, sentence)

    monkeypatch.setattr(Report, "__call__", cancel_then)
    job = imported(adverts(), recruiter)
    assert job.state == JobState.CANCELLED
    assert Vacancy.unscoped.count() == 0
