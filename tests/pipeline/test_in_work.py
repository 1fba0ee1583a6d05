"""Since when somebody is in work stands with the person, and follows their jobs."""

from datetime import date

import pytest

from candidates.models import Candidate
from pipeline.appointments import end, record_job, start
from pipeline.expected import expected
from pipeline.models import Evidence
from tests.factories.pipeline import EmploymentFactory


@pytest.fixture
def since(ama):
    return lambda: Candidate.unscoped.get(pk=ama.pk).in_work_since


@pytest.fixture
def job(ama, vacancy):
    return EmploymentFactory(candidate=ama, vacancy=vacancy)


def elsewhere(candidate, by, started_on):
    return record_job(
        candidate=candidate,
        employer=None,
        employer_name="Corner Café",
        nhs=False,
        contract="permanent",
        evidence=Evidence.OWN_WORD,
        started_on=started_on,
        title="Barista",
        by=by,
    )


def test_from_the_first_day_to_the_last(job, since, recruiter):
    assert since() is None
    started = start(employment=job, on=date(2026, 11, 20), by=recruiter)
    assert since() == date(2026, 11, 20)
    end(employment=started, on=date(2026, 11, 22), reason="Moved away", by=recruiter)
    assert since() is None


def test_of_two_jobs_the_first_and_then_the_one_that_goes_on(job, since, ama, academy, recruiter):
    cafe = elsewhere(ama, academy, date(2026, 11, 18))
    start(employment=job, on=date(2026, 11, 20), by=recruiter)
    assert since() == date(2026, 11, 18)
    end(employment=cafe, on=date(2026, 11, 19), reason="", by=academy)
    assert since() == date(2026, 11, 20)


@pytest.mark.parametrize("state", ["started", "ended", "offered", "cleared", "fell_through"])
@pytest.mark.parametrize("written", [None, date(2026, 1, 1)])
def test_verify_finds_what_disagrees(ama, vacancy, state, written):
    EmploymentFactory(candidate=ama, vacancy=vacancy, state=state)
    assert list(expected()) == []
    Candidate.unscoped.filter(pk=ama.pk).update(in_work_since=written)
    wrong = [f"Person {ama.reference}: since when they are in work is not what their jobs say."]
    assert list(expected()) == (wrong if (written is None) is (state == "started") or written else [])
