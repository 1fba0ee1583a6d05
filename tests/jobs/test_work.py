"""Starting, running and settling work: one transaction, kept problems, the right sentence at every end."""

import logging

import pytest

from audit.models import Event
from audit.mover import Refused
from jobs.hostile import Refusal
from jobs.kinds import UnknownKind, kind_named, label_of
from jobs.models import Job, JobState, Outcome, RowResult
from jobs.services import cancel, receive, rows_to_mend, runner, start
from jobs.services.report import LIVE, Cancelled, Report
from organisations.models import Department
from organisations.services import end_membership, system

pytestmark = pytest.mark.django_db
NO_COUNTS = {"made": 0, "changed": 0, "same": 0, "skipped": 0, "refused": 0}


def names():
    return sorted(Department.objects.values_list("name", flat=True))


def verbs(job):
    return list(
        Event.objects.filter(kind="jobs.Job", subject_id=job.pk).order_by("number").values_list("verb", flat=True)
    )


@pytest.fixture
def upload(by, csv_file):
    return receive(csv_file("Name\nWard A\nWard B\nWard A\n"), kind="tests.departments", by=by)


def test_a_file_becomes_records_with_counts_and_a_link(by, upload):
    job = start("tests.departments", by=by, upload=upload)
    assert (job.state, job.done, job.total, job.attempts) == (JobState.DONE, 3, 3, 3)
    assert job.result == {
        "counts": {**NO_COUNTS, "made": 2, "same": 1},
        "url": "/jobs/",
        "label": "See the departments",
    }
    assert names() == ["Ward A", "Ward B"]
    ward = Department.objects.get(name="Ward A")
    assert list(job.rows.values_list("row", "outcome", "ref")) == [
        (2, "made", f"organisations.Department:{ward.pk}"),
        (3, "made", f"organisations.Department:{ward.pk + 1}"),
        (4, "same", f"organisations.Department:{ward.pk}"),
    ]
    assert verbs(job) == ["start", "done"]
    assert Event.objects.get(subject_id=job.pk, kind="jobs.Job", verb="done").facts == {
        **NO_COUNTS,
        "made": 2,
        "same": 1,
    }


def test_the_same_file_twice_changes_nothing(by, upload):
    start("tests.departments", by=by, upload=upload)
    again = start("tests.departments", by=by, upload=upload)
    assert again.counts == {**NO_COUNTS, "same": 3}
    assert names() == ["Ward A", "Ward B"]


def test_a_job_remembers_who_asked_and_with_what(by):
    job = start("tests.fault", by=by, works_at=1)
    assert (job.membership_id, job.organisation_id, job.role) == (by.membership_id, by.organisation_id, "recruiter")
    assert job.input == {"works_at": 1}
    assert job.reference.startswith("JOB-")


def test_rows_that_are_not_accepted_are_kept_with_their_sentence(by, csv_file):
    upload = receive(csv_file("Name,Note\nWard A,x\n,y\nWard B,z,more\n"), kind="tests.departments", by=by)
    job = start("tests.departments", by=by, upload=upload)
    assert job.counts == {**NO_COUNTS, "made": 1, "refused": 2}
    assert list(job.rows.filter(outcome=Outcome.REFUSED).values_list("row", "column", "sentence")) == [
        (3, "Name", "Name is empty. Type it."),
        (
            4,
            "",
            "Row 4 has 3 values and there are 2 headings. Put quotation marks round a value that holds a comma, "
            "or remove the values past the last heading.",
        ),
    ]


def test_all_or_nothing_keeps_the_problems_and_nothing_else(by):
    job = start("tests.nothing", by=by)
    assert (job.state, job.message) == (JobState.FAILED, "Nothing was added: 1 row has a problem.")
    assert job.result == {"counts": {**NO_COUNTS, "refused": 1}}
    assert list(job.rows.values_list("row", "column")) == [(3, "Postcode"), (3, "Name")]
    assert names() == []
    assert verbs(job) == ["start", "failed"]


def test_a_file_that_cannot_be_read_stops_the_job_with_its_sentence(by, upload):
    upload.path.write_bytes(b"Name\n")
    job = start("tests.departments", by=by, upload=upload)
    assert (job.state, job.message) == (
        JobState.FAILED,
        "The file holds headings (row 1) and no rows under them. Add the rows, or check the export.",
    )


def test_a_fault_is_told_without_what_was_in_the_cell_and_leaves_nothing(by, caplog):
    with caplog.at_level(logging.ERROR, "jobs"), pytest.raises(KeyError):
        start("tests.fault", by=by)
    job = Job.unscoped.get(kind="tests.fault")
    assert job.state == JobState.FAILED
    assert (
        job.message
        == f"Stopped by a fault of the service. Nothing was changed. Try again, or tell support {job.reference}."
    )
    assert names() == []
    assert "Ama" not in caplog.text
    assert f"{job.reference} (tests.fault) broke with KeyError at work.py:" in caplog.text


def test_what_was_read_before_the_transaction_is_given_to_the_work(by):
    job = start("tests.prepared", by=by)
    assert (job.state, job.message, job.done, job.total) == (JobState.DONE, "2 departments added.", 2, 2)
    assert names() == ["A", "B"]


@pytest.mark.parametrize("url", ["https://elsewhere.test/", "//elsewhere.test/", "/\\elsewhere.test", "javascript:x"])
def test_a_result_never_leads_off_the_site(by, url):
    with pytest.raises(ValueError, match="path of this site"):
        start("tests.elsewhere", by=by, url=url)
    assert names() == []


def test_work_of_somebody_whose_membership_ended_is_not_done(world, by):
    end_membership(membership=world.memberships["recruiter"], on=by.on.replace(day=1), by=system())
    job = start("tests.prepared", by=by)
    assert (job.state, job.message) == (
        JobState.FAILED,
        "Stopped: the membership that asked for this is no longer in force. Nothing was changed.",
    )
    assert names() == []


def test_the_system_may_ask_for_work(world):
    job = start("tests.plain", by=system())
    assert (job.state, job.role, job.membership_id, job.organisation_id) == (JobState.DONE, "system", None, None)


def test_a_kind_that_was_removed_stops_with_a_sentence(by, settings):
    settings.JOBS_INLINE = False
    job = start("tests.plain", by=by)
    settings.JOB_KINDS = {}
    with pytest.raises(UnknownKind):
        start("tests.plain", by=by)
    from_queue(job)
    assert job.message == "Stopped: this service does not do this kind of work any more. Nothing was changed."
    assert label_of("tests.plain") == "tests.plain"


def from_queue(job):
    runner.run_inline(job)
    job.refresh_from_db()


def test_a_role_that_may_not_do_this_is_refused(world, upload):
    academy = world.acting("academy")
    with pytest.raises(Refused, match="Your role cannot use this: departments."):
        start("tests.departments", by=academy)
    with pytest.raises(Refused, match="Your role cannot use this: departments."):
        receive(None, kind="tests.departments", by=academy)


@pytest.mark.parametrize("persona", ["other_recruiter", "colleague"])
def test_the_file_of_another_organisation_or_role_is_refused(world, upload, persona):
    with pytest.raises(Refused, match="This file was not uploaded for this. Upload it here."):
        start("tests.departments", by=world.acting(persona), upload=upload)


def test_a_file_for_another_kind_is_refused(by, upload):
    with pytest.raises(Refused, match="This file was not uploaded for this. Upload it here."):
        start("tests.feed", by=by, upload=upload)


def test_a_waiting_job_is_cancelled_at_once(by, settings):
    settings.JOBS_INLINE = False
    job = cancel(job=start("tests.prepared", by=by), by=by)
    assert (job.state, job.message) == (JobState.CANCELLED, "Cancelled before it began. Nothing was changed.")
    with pytest.raises(Refused, match=f"{job.reference} has finished already."):
        cancel(job=job, by=by)
    assert verbs(job) == ["start", "cancel"]


def test_the_rows_to_mend_come_back_as_they_came(by, csv_file):
    upload = receive(
        csv_file('Name,Phone,Note\nWard A,1,x\n,+44 20 7946 0018,"=1+1"\n'), kind="tests.departments", by=by
    )
    job = start("tests.departments", by=by, upload=upload)
    headings, rows = rows_to_mend(job)
    assert headings == ["Name", "Phone", "Note", "Row in your file", "What to mend"]
    assert list(rows) == [[None, "+44 20 7946 0018", "=1+1", 3, "Name: Name is empty. Type it."]]


def test_a_file_of_rows_to_mend_can_be_uploaded_again(by, csv_file):
    again = "Name,Row in your file,What to mend,Note\n,3,Name: Name is empty. Type it.,x\nWard C,4,,\n"
    job = start("tests.departments", by=by, upload=receive(csv_file(again), kind="tests.departments", by=by))
    headings, rows = rows_to_mend(job)
    assert headings == ["Name", "Note", "Row in your file", "What to mend"]
    assert list(rows) == [[None, "x", 2, "Name: Name is empty. Type it."]]


def test_without_the_file_the_rows_to_mend_are_numbers_and_sentences(by, upload):
    job = start("tests.nothing", by=by)
    headings, rows = rows_to_mend(job)
    assert headings == ["Row in your file", "What to mend"]
    assert list(rows) == [[3, "Postcode: Postcode is empty. Type it. Name: Name is empty. Type it."]]


def test_a_feed_is_read_and_rows_can_be_counted_without_a_line_each(by, csv_file):
    upload = receive(csv_file("<nhsJobs><a/><b/></nhsJobs>", "feed.xml"), kind="tests.feed", by=by)
    job = start("tests.feed", by=by, upload=upload)
    assert (job.counts, job.rows.count()) == ({**NO_COUNTS, "same": 2}, 0)
    with pytest.raises(Refusal, match="not XML"):
        receive(csv_file("a,b", "feed.xml"), kind="tests.feed", by=by)


def test_a_report_counts_a_row_once_and_joins_its_sentences():
    report = Report(1)
    report.row(2, Outcome.MADE)
    report.problem(3, "One.", column="A")
    report.problem(3, "Two.", column="A")
    report.problem(3, "Three.", column="B")
    report.row(2, Outcome.CHANGED, "Corrected.")
    report.count(Outcome.SAME, 5)
    assert report.counts() == {**NO_COUNTS, "changed": 1, "same": 5, "refused": 1}
    assert [(row.row, row.column, row.sentence) for row in report.rows.values()] == [
        (2, "", "Corrected."),
        (3, "A", "One. Two."),
        (3, "B", "Three."),
    ]
    assert report.only_refused() == {**NO_COUNTS, "refused": 1}


def test_a_report_stops_the_work_when_somebody_asked():
    report = Report(1)
    report(5, 3, "Too many")
    assert (report.progress.done, report.progress.total) == (3, 3)
    report.cancelled = True
    with pytest.raises(Cancelled):
        report(1, 2)
    LIVE.clear()


def test_a_kind_without_words_of_its_own_is_open_to_members(world):
    kind = kind_named("tests.plain")
    assert (kind.label, kind.reads, kind.prepare) == ("tests.plain", "table", None)
    assert world.acting("provider").role in kind.roles


def test_what_is_seen_of_a_job(world, by, upload):
    job = start("tests.departments", by=by, upload=upload)
    seen = {
        persona: (
            Job.objects.visible_to(world.acting(persona)).filter(pk=job.pk).count(),
            RowResult.objects.visible_to(world.acting(persona)).filter(job=job).count(),
        )
        for persona in world.memberships
    }
    assert {persona: found for persona, found in seen.items() if found != (0, 0)} == {
        "recruiter": (1, 3),
        "ended": (1, 3),  # the same role and organisation: acting_for_membership refuses it before it comes here
    }
