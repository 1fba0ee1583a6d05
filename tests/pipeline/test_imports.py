"""TRAC's application file: each row as far as it says, the same file again, and rows that need somebody."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Event
from candidates.models import Check
from jobs.models import Job, Outcome
from jobs.services import receive, start
from outbox.models import Message
from pipeline.imports import KIND
from pipeline.models import Employment, Referral
from pipeline.rules import last_record
from pipeline.slots import slots_left
from tests.factories.candidates import GrantFactory
from tests.factories.pipeline import ReferralFactory
from tests.pipeline.conftest import somebody_ready
from vacancies.models import Hold

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
        "Appointed: recorded. Write the feedback. Identity: complete. Disclosure and Barring Service: with third party. "
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


@pytest.mark.parametrize(
    "second", [{"Shortlist_result": "N"}, {"Shortlist_result": "Y", "Interview_date": "31/02/2026"}]
)
def test_two_rows_that_differ_are_both_a_problem(trac, recruiter, second):
    job = take(recruiter, row(Shortlist_result="Y"), row(**second))
    sentence = "AR-1 stands in rows 2 and 3, and they differ: nothing of it was recorded. Keep the row that is right."
    assert said(job)[0] == (2, Outcome.REFUSED, "", sentence)
    assert (job.counts["refused"], state()) == (2, "submitted")


def test_two_rows_that_say_the_same_are_one(trac, recruiter):
    job = take(recruiter, row(Shortlist_result="Y"), row(Shortlist_result="Y"))
    assert said(job) == [
        (2, Outcome.CHANGED, "", "Shortlisted: recorded."),
        (3, Outcome.SAME, "", "Says the same as row 2."),
    ]
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
    page = checked.content.decode()
    assert (
        "applications.csv has 1 row. 1 application is of people who were put forward to you; the others are left out."
        in page
    )
    assert "<li>Row 2: Shortlisted: recorded. Interview on 16 November 2026: booked." in page
    assert (state(), trac.interviews.count(), Message.unscoped.count()) == ("submitted", 0, 0)  # nothing was done
    chosen = {f"column_{name}": heading for name, heading in checked.context["form"].guess.chosen.items()}
    done = client.post(checked.request["PATH_INFO"], chosen, follow=True)
    assert done.request["PATH_INFO"].startswith("/jobs/")
    assert state() == "kept"


class TestWithdrawn:
    @pytest.mark.parametrize(
        ("facts", "ends", "sentence"),
        [
            ({}, "closed", "Withdrawn in TRAC: the referral is closed."),
            (
                {"Shortlist_result": "Y"},
                "released",
                "Shortlisted: recorded. Withdrawn in TRAC: recorded as given up by the candidate. "
                "Fewer than two times for the interview were offered, so it does not count as kept.",
            ),
            (
                {"Shortlist_result": "N"},
                "does_not_meet",
                "Not shortlisted: recorded. Write the feedback. "
                "TRAC says withdrawn; here it does not meet the criteria. Look at both.",
            ),
            (
                {"Shortlist_result": "Y", "Interview_date": "16/11/2026", "Interview_attended": "Y"},
                "kept",
                "Shortlisted: recorded. Interview on 16 November 2026: booked. Interview held: recorded. "
                "TRAC says withdrawn; the interview was held, so the guarantee is kept. Record the outcome.",
            ),
        ],
    )
    def test_ends_the_referral_as_far_as_it_can(self, trac, recruiter, facts, ends, sentence):
        job = take(recruiter, row(Stage="Withdrawn", **facts))
        assert (state(), said(job)) == (ends, [(2, Outcome.CHANGED, "", sentence)])

    def test_the_slot_is_free_and_nothing_is_owed(self, trac, vacancy, recruiter):
        before = slots_left(vacancy)
        take(recruiter, row(Stage="Withdrew", Shortlist_result="Y"))
        assert slots_left(vacancy) == before + 1
        assert not Hold.unscoped.filter(vacancy=vacancy, cleared_at=None).exists()
        again = take(recruiter, row(Stage="Withdrew", Shortlist_result="Y"))
        assert again.counts["same"] == 1

    def test_after_the_offer_the_job_falls_through(self, trac, recruiter):
        take(recruiter, {**FULL, "Stage": "Withdrawn", "Agreed start date": ""})
        assert (state(), Employment.unscoped.get().state) == ("kept", "fell_through")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"Stage": "Rejected"}, "The stage “Rejected” is not known here: nothing was taken from it."),
        ({"Shortlist_result": "Reserve"}, "TRAC has them in reserve for an interview: nothing is decided yet."),
        ({"Stage": "Shortlisting"}, ""),
    ],
)
def test_what_nothing_was_taken_from_is_told(trac, recruiter, facts, sentence):
    assert said(take(recruiter, row(**facts))) == [(2, Outcome.SAME, "", sentence)]
    assert state() == "submitted"


def test_an_offer_that_is_not_here_cannot_be_withdrawn(trac, recruiter):
    job = take(recruiter, row(Stage="Offer withdrawn"))
    assert said(job)[0][3] == (
        "Shortlisted: recorded. TRAC says that the offer was withdrawn; here no job was offered."
    )


def test_a_stage_after_the_end_is_told(trac, recruiter):
    take(recruiter, row(Shortlist_result="N"))
    job = take(recruiter, row(Stage="Reserve"))
    sentence = "TRAC says reserve list; here it does not meet the criteria. Look at both."
    assert said(job) == [(2, Outcome.SAME, "", sentence)]


class TestTheDayOfTheOffer:
    def test_is_the_files(self, trac, recruiter):
        take(recruiter, {**FULL, "Stage": "Offer: Conditional", "Agreed start date": ""})
        trac.refresh_from_db()
        assert (trac.outcome.on, Employment.unscoped.get().offered_on) == (date(2026, 11, 17), date(2026, 11, 17))

    def test_when_it_comes_a_week_later(self, trac, recruiter):
        without = {**FULL, "Stage": "Offer: Conditional", "Offer: Conditional date": "", "Agreed start date": ""}
        take(recruiter, without)
        assert Employment.unscoped.get().offered_on == date(2026, 11, 23)
        job = take(recruiter, {**without, "Offer: Conditional date": "18/11/2026"})
        assert said(job) == [(2, Outcome.CHANGED, "", "Job offered on 18 November 2026: recorded.")]
        assert Employment.unscoped.get().offered_on == date(2026, 11, 18)

    def test_still_to_come_is_a_problem_of_its_column(self, trac, recruiter):
        job = take(recruiter, {**FULL, "Offer: Conditional date": "30/11/2026"})
        sentence = "30 November 2026 is still to come. Write the day on which the offer was made."
        assert said(job) == [(2, Outcome.REFUSED, "Offer: Conditional date", sentence)]
        assert (state(), Employment.unscoped.count()) == ("submitted", 0)

    def test_before_the_interview_is_refused(self, trac, recruiter):
        job = take(recruiter, {**FULL, "Offer: Conditional date": "13/11/2026"})
        sentence = "13 November 2026 is before the interview, on 16 November 2026. Check the date."
        assert (said(job), state()) == ([(2, Outcome.REFUSED, "", sentence)], "submitted")


class TestTheCheckPage:
    @pytest.fixture
    def checked(self, trac, world, client):
        """The check page of a good row and one with a problem."""
        client.force_login(world.users["recruiter"])
        bad = {"Application ID": "AR-9", "Shortlist result": "Perhaps"}
        return client.post("/pipeline/trac/", {"file": file_of(row(Shortlist_result="Y"), bad)}, follow=True)

    def test_shows_both(self, checked):
        assert [(each.row, each.sentence) for each in checked.context["good"]] == [(2, "Shortlisted: recorded.")]
        assert [(each.row, each.column) for each in checked.context["problems"]] == [(3, "Shortlist result")]

    @pytest.mark.parametrize(("chosen", "ends"), [("yes", "submitted"), ("", "meets")])
    def test_all_or_nothing_or_the_good_rows(self, checked, client, chosen, ends):
        columns = {f"column_{name}": heading for name, heading in checked.context["form"].guess.chosen.items()}
        client.post(checked.request["PATH_INFO"], {**columns, "all_or_nothing": chosen})
        assert state() == ends
        stopped = "Nothing was recorded: 1 row has a problem. Mend them and upload the file again."
        assert Job.unscoped.get(kind=KIND).message == (stopped if chosen else "")

    def test_it_records_nothing(self, checked, client):
        assert client.get(checked.request["PATH_INFO"]).context["counts"]["changed"] == 1
        assert (state(), Event.objects.filter(verb="meets").count()) == ("submitted", 0)
