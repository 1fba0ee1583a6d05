"""TRAC's application file: each row as far as it says, the same file again, and rows that need somebody."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from candidates.models import Check
from jobs.models import Job, Outcome
from jobs.services import receive, start
from pipeline.imports import KIND
from pipeline.models import Employment, Referral
from pipeline.rules import last_record
from tests.factories.candidates import GrantFactory
from tests.factories.pipeline import ReferralFactory
from tests.pipeline.conftest import somebody_ready

HEADINGS = (
    "Application ID",
    "Stage",
    "Shortlist result",
    "Interview date",
    "Interview attended",
    "Offer: Conditional date",
    "Agreed start date",
    "ID check",
    "DBS",
)


SUBMITTED = date(2026, 11, 9)


@pytest.fixture
def trac(vacancy, ama):
    """Ama's application AR-1, submitted to a trust that works in TRAC."""
    return ReferralFactory(
        candidate=ama, vacancy=vacancy, mode="trac", trac_application_id="AR-1", submitted_on=SUBMITTED
    )


def file_of(*rows, headings=HEADINGS):
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([row.get(heading, "") for heading in headings] for row in rows)
    return SimpleUploadedFile("applications.csv", out.getvalue().encode())


def take(by, *rows, **more):
    """Import rows (heading -> value); the job, with what became of each row."""
    upload = receive(file_of(*rows, **more), kind=KIND, by=by)
    return Job.unscoped.get(pk=start(KIND, by=by, upload=upload).pk)


def said(job):
    return [(row.row, row.outcome, row.column, row.sentence) for row in job.rows.order_by("row", "pk")]


def row(**facts):
    return {"Application ID": "AR-1", **{name.replace("_", " "): value for name, value in facts.items()}}


def state():
    return Referral.unscoped.get(trac_application_id="AR-1").state


FULL = {
    "Application ID": "AR-1",
    "Stage": "Started",
    "Shortlist result": "Shortlisted",
    "Interview date": "16/11/2026",
    "Interview attended": "Y",
    "Offer: Conditional date": "17/11/2026",
    "Agreed start date": "23/11/2026",
    "ID check": "Complete",
    "DBS": "With third party",
}


def test_a_row_takes_somebody_all_the_way(trac, recruiter):
    job = take(recruiter, FULL)
    assert job.counts == {"made": 0, "changed": 1, "same": 0, "skipped": 0, "refused": 0}
    assert said(job)[0][3] == (
        "Shortlisted: recorded. Interview on 16 November 2026: booked. Interview held: recorded. "
        "Appointed: recorded. Write the feedback. Identity: complete. Dbs: with third party. "
        "Started on 23 November 2026: recorded."
    )
    trac.refresh_from_db()
    employment = Employment.unscoped.get(referral=trac)
    assert (trac.state, trac.kept_on, trac.outcome.result) == ("kept", date(2026, 11, 16), "appointed")
    assert (employment.state, employment.started_on, employment.evidence) == ("started", date(2026, 11, 23), "employer")
    assert dict(Check.unscoped.values_list("kind", "status")) == {
        "identity": "complete",
        "dbs": "third",
        "health": "needed",
    }


def test_the_same_file_again_changes_nothing(trac, recruiter):
    take(recruiter, FULL)
    job = take(recruiter, FULL)
    assert job.counts == {"made": 0, "changed": 0, "same": 1, "skipped": 0, "refused": 0}
    assert (Employment.unscoped.count(), trac.interviews.count()) == (1, 1)


def test_the_weeks_follow_each_other(trac, recruiter):
    states = []
    for facts in (
        {"Shortlist_result": "Pending"},
        {"Shortlist_result": "Shortlisted"},
        {"Shortlist_result": "Shortlisted", "Interview_date": "30/11/2026"},
    ):
        take(recruiter, row(**facts))
        states.append((state(), trac.interviews.count()))
    assert states == [("submitted", 0), ("meets", 0), ("meets", 1)]


def test_not_shortlisted(trac, recruiter):
    job = take(recruiter, row(Shortlist_result="Not shortlisted"))
    assert (state(), said(job)) == (
        "does_not_meet",
        [(2, Outcome.CHANGED, "", "Not shortlisted: recorded. Write the feedback.")],
    )


def test_who_did_not_come_may_come_again(trac, recruiter):
    take(recruiter, row(Shortlist_result="Y", Interview_date="16/11/2026", Interview_attended="N"))
    assert (state(), [each.state for each in trac.interviews.all()]) == ("meets", ["absent"])
    take(recruiter, row(Shortlist_result="Y", Interview_date="25/11/2026"))
    assert [each.state for each in trac.interviews.order_by("at")] == ["absent", "booked"]


def test_an_interview_that_trac_moved_is_rearranged(trac, recruiter):
    take(recruiter, row(Shortlist_result="Y", Interview_date="25/11/2026"))
    job = take(recruiter, row(Shortlist_result="Y", Interview_date="26/11/2026"))
    sentence = "Interview moved from 25 November 2026 to 26 November 2026: rearranged."
    assert said(job) == [(2, Outcome.CHANGED, "", sentence)]
    rows = [(each.state, each.at.date()) for each in trac.interviews.order_by("pk")]
    assert rows == [("moved", date(2026, 11, 25)), ("booked", date(2026, 11, 26))]
    assert (state(), Referral.unscoped.get().times_offered) == ("meets", 2)
    take(recruiter, row(Shortlist_result="Y", Interview_date="25/11/2026"))  # and back to the first day
    assert [each.state for each in trac.interviews.order_by("pk")] == ["moved", "moved", "booked"]


@pytest.mark.parametrize(("attended", "then"), [("Y", ("kept", "held")), ("N", ("meets", "absent"))])
def test_what_became_of_a_moved_one_comes_with_its_day(trac, recruiter, attended, then):
    """Booked here for the thirtieth; TRAC says that it was on the twentieth."""
    take(recruiter, row(Shortlist_result="Y", Interview_date="30/11/2026"))
    job = take(recruiter, row(Shortlist_result="Y", Interview_date="20/11/2026", Interview_attended=attended))
    assert said(job)[0][3].startswith("Interview moved from 30 November 2026 to 20 November 2026: rearranged. ")
    moved, came = trac.interviews.order_by("pk")
    assert (moved.state, (state(), came.state)) == ("moved", then)
    assert last_record(Referral.unscoped.get()) == came.state  # and it can be taken back
    again = take(recruiter, row(Shortlist_result="Y", Interview_date="20/11/2026", Interview_attended=attended))
    assert again.counts["same"] == 1


def test_what_became_of_one_to_come_without_a_day_says_the_mend(trac, recruiter):
    take(recruiter, row(Shortlist_result="Y", Interview_date="30/11/2026"))
    job = take(recruiter, row(Shortlist_result="Y", Interview_attended="Y"))
    sentence = (
        "TRAC tells how the interview went and gives no interview date; here it is booked for 30 November 2026. "
        "Add the interview date in TRAC and export again."
    )
    assert (said(job), state()) == ([(2, Outcome.REFUSED, "", sentence)], "meets")


def test_a_refused_row_leaves_nothing_and_the_others_stand(trac, vacancy, world, recruiter):
    other = somebody_ready(world.academy)
    second = ReferralFactory(candidate=other, vacancy=vacancy, mode="trac", trac_application_id="AR-2")
    job = take(
        recruiter,
        row(Shortlist_result="Y", Interview_date="30/11/2026", Interview_attended="Y"),
        {"Application ID": "AR-2", "Shortlist result": "Y"},
    )
    sentence = (
        "TRAC tells how the interview of 30 November 2026 went, and that day is still to come. "
        "Correct the interview date in TRAC and export again."
    )
    assert said(job)[0] == (2, Outcome.REFUSED, "", sentence)
    second.refresh_from_db()
    assert (state(), trac.interviews.count(), second.state) == ("submitted", 0, "meets")


def test_everybody_else_stays_out(trac, recruiter):
    job = take(recruiter, {"Application ID": "AR-9", "Shortlist result": "Y"})
    assert said(job) == [(2, Outcome.SKIPPED, "", "AR-9 is nobody who was put forward here, so it was left out.")]
    assert state() == "submitted"


def test_another_trusts_application_is_nobodys(trac, world):
    job = take(world.acting("other_recruiter"), row(Shortlist_result="Y"))
    assert (job.counts["skipped"], state()) == (1, "submitted")


def test_twice_in_one_file(trac, recruiter):
    job = take(recruiter, row(Shortlist_result="Y"), row(Shortlist_result="N"))
    assert said(job)[-1] == (3, Outcome.REFUSED, "", "AR-1 stands in the file twice. Remove the older row.")
    assert state() == "meets"


@pytest.mark.parametrize(
    ("facts", "column", "start_of_sentence"),
    [
        ({"Application ID": "", "Stage": "New"}, "Application ID", "It is missing, so the row was left out."),
        ({"Application ID": "2.9E+07"}, "Application ID", "“2.9E+07” was shortened by Excel"),
        ({"Application ID": "AR-1", "Shortlist result": "Y", "Interview date": "31/02/2026"}, "Interview date", ""),
        ({"Application ID": "AR-1", "Shortlist result": "Perhaps"}, "Shortlist result", ""),
    ],
)
def test_what_cannot_be_read_names_row_and_column(trac, recruiter, facts, column, start_of_sentence):
    job = take(recruiter, facts)
    found = said(job)[0]
    assert (found[0], found[1], found[2]) == (2, Outcome.REFUSED, column)
    assert found[3].startswith(start_of_sentence)
    assert state() == "submitted"


def test_a_file_without_the_id_is_refused_whole(trac, recruiter):
    job = take(recruiter, {"Stage": "x"}, headings=("Stage",))
    assert job.message == (
        'The file has no column "Application ID". It has "Stage". Say which column holds it, or add it to the file.'
    )


def test_health_and_dbs_wait_for_the_offer(trac, recruiter):
    job = take(recruiter, row(Shortlist_result="Y", DBS="Complete", ID_check="Complete"))
    assert (state(), job.counts["refused"]) == ("meets", 0)
    assert not Check.unscoped.exists()


def test_a_withdrawn_offer_falls_through(trac, recruiter):
    take(recruiter, {**FULL, "Stage": "Offer: Conditional", "Agreed start date": ""})
    take(recruiter, {**FULL, "Stage": "Offer withdrawn", "Offer: Conditional date": "", "Agreed start date": ""})
    assert Employment.unscoped.get().state == "fell_through"


def test_an_agreed_day_to_come_is_noted(trac, recruiter):
    take(recruiter, {**FULL, "Stage": "Offer: Unconditional", "Agreed start date": "07/12/2026"})
    employment = Employment.unscoped.get()
    assert (employment.state, employment.agreed_start) == ("cleared", date(2026, 12, 7))


def test_the_pages_lead_from_file_to_job(trac, world, client):
    GrantFactory(candidate=trac.candidate, organisation=world.trust, agreement=world.agreement, cause="x")
    client.force_login(world.users["recruiter"])
    checked = client.post("/pipeline/trac/", {"file": file_of(FULL)}, follow=True)
    assert "applications.csv has 1 row. 1 application is of people" in checked.content.decode()
    chosen = {f"column_{name}": heading for name, heading in checked.context["form"].guess.chosen.items()}
    done = client.post(checked.request["PATH_INFO"], chosen, follow=True)
    assert done.request["PATH_INFO"].startswith("/jobs/")
    assert state() == "kept"
