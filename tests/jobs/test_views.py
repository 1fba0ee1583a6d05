"""The pages: how far, what came out, what to mend; seen by the organisation and role that asked, by nobody else."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.clock import now
from jobs.models import Job, JobState, Outcome, RowResult
from jobs.services import receive, start
from jobs.services.report import LIVE, Progress
from jobs.views import JOBS_ON_A_PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.users["recruiter"])
    return client


def make(world, persona="recruiter", state=JobState.DONE, **facts):
    membership = world.memberships[persona]
    finished = state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
    if state == JobState.RUNNING:
        facts |= {"lease": "x", "leased_until": now() + timedelta(minutes=1)}
    return Job.unscoped.create(
        kind="tests.departments",
        organisation=membership.organisation,
        membership_id=membership.pk,
        role=membership.role,
        state=state,
        created_at=now(),
        started_at=now(),
        finished_at=now() if finished else None,
        **facts,
    )


def words(response):
    """The text of the page's main part, tags taken out."""
    page = response.content.decode()
    main = re.search(r'<main.*?</main>|<div id="job".*</div>', page, re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_a_running_job_shows_how_far_it_is_and_asks_again(world, client):
    job = make(world, state=JobState.RUNNING, done=1200, total=5000, message="Adding departments")
    response = client.get(job.get_absolute_url())
    assert words(response) == (
        f"Departments Running {job.reference} Adding departments 1,200 of 5,000. "
        "You may leave this page; the work goes on. See how far it is now Cancel"
    )
    page = response.content.decode()
    assert f'<div id="job" hx-get="/jobs/{job.reference}/" hx-trigger="every 2s" hx-swap="outerHTML">' in page
    assert '<progress class="anchor-progress" id="job-progress" value="1200" max="5000">' in page
    assert response.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_a_waiting_job_says_so(world, client):
    job = make(world, state=JobState.QUEUED)
    assert words(client.get(job.get_absolute_url())) == (
        f"Departments Waiting {job.reference} Waiting to begin You may leave this page; the work goes on. "
        "See how far it is now Cancel"
    )


def test_what_this_process_knows_is_shown_before_it_is_written(world, client, monkeypatch):
    job = make(world, state=JobState.RUNNING)
    monkeypatch.setitem(LIVE, job.pk, Progress(7, 9, "Writing"))
    assert "Writing 7 of 9." in words(client.get(job.get_absolute_url()))


def test_for_htmx_the_changing_part_comes_alone_and_ends_asking(world, client):
    job = make(world, result={"counts": {"made": 1}})
    response = client.get(job.get_absolute_url(), headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.startswith('<div id="job" data-focus>')
    assert "hx-get" not in page
    assert "<html" not in page
    assert "HX-Request" in response.headers["Vary"]


def test_a_finished_job_shows_counts_problems_and_what_was_made(world, client, by, csv_file):
    upload = receive(csv_file("Name,Note\nWard A,x\n,y\nWard B,\n"), kind="tests.departments", by=by)
    job = start("tests.departments", by=by, upload=upload)
    response = client.get(job.get_absolute_url())
    assert words(response).startswith(
        f"Departments Done {job.reference}, departments.csv 2 rows added 1 row not accepted "
        "See the departments Rows to mend "
        "Correct these rows in the file and upload it again. Rows that are here already will not be added twice. "
        "Download the rows with problems as a file "
        "Rows that were not accepted, and what to mend Row Column What to mend "
        "Row 3 Name Name is empty. Type it. Started 23 November 2026 at "
    )
    assert '<a class="nhsuk-link" href="/jobs/">See the departments</a>' in response.content.decode()


@pytest.mark.parametrize(
    ("state", "message", "shown"),
    [
        (JobState.FAILED, "Nothing was added: 1 row has a problem.", "Stopped"),
        (JobState.CANCELLED, "Cancelled before it began. Nothing was changed.", "Cancelled"),
    ],
)
def test_a_job_that_changed_nothing_says_why(world, client, state, message, shown):
    job = make(world, state=state, message=message)
    assert words(client.get(job.get_absolute_url())).startswith(
        f"Departments {shown} {job.reference} {message} Started"
    )


def test_what_a_cell_held_is_shown_as_text(world, client):
    job = make(world)
    RowResult.unscoped.create(job=job, row=2, outcome=Outcome.REFUSED, sentence='"<script>x</script>" is not a date.')
    page = client.get(job.get_absolute_url()).content.decode()
    assert "&quot;&lt;script&gt;x&lt;/script&gt;&quot; is not a date." in page


def test_a_hundred_problems_are_shown_and_the_file_holds_all(world, client):
    job = make(world)
    RowResult.unscoped.bulk_create(
        RowResult(job=job, row=row, outcome=Outcome.REFUSED, sentence="Mend it.") for row in range(2, 103)
    )
    page = words(client.get(job.get_absolute_url()))
    assert page.count("Mend it.") == 100
    assert "There are more. The file that you can download holds them all." in page
    assert len(downloaded(client, job)) == 102


def test_rows_that_were_left_out_say_why(world, client):
    """Who looks at them one by one afterwards has to know which they are."""
    job = make(world, result={"counts": {"skipped": 2, "made": 1}})
    RowResult.unscoped.create(job=job, row=2, outcome=Outcome.SKIPPED, sentence="May be here already: CAN-1.")
    RowResult.unscoped.create(job=job, row=3, outcome=Outcome.SKIPPED)
    RowResult.unscoped.create(job=job, row=4, outcome=Outcome.MADE, sentence="Three hours are a guess.")
    page = words(client.get(job.get_absolute_url()))
    assert (
        "Rows left out, and why Row 2: May be here already: CAN-1. To know Row 4: Three hours are a guess. Started"
    ) in page
    assert "Row 3" not in page


def downloaded(client, job):
    response = client.get(reverse("jobs:problems", args=[job.reference]))
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


def test_the_rows_to_mend_are_downloaded_with_nothing_that_runs(client, by, csv_file):
    upload = receive(csv_file('Name,Note\n,"=1+1"\n'), kind="tests.departments", by=by)
    job = start("tests.departments", by=by, upload=upload)
    assert downloaded(client, job) == [
        ["Name", "Note", "Row in your file", "What to mend"],
        ["", "'=1+1", "2", "Name: Name is empty. Type it."],
    ]
    response = client.get(reverse("jobs:problems", args=[job.reference]))
    assert f'filename="Rows-to-mend-{job.reference}.csv"' in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def test_a_job_that_runs_has_no_file_of_problems_yet(world, client):
    job = make(world, state=JobState.RUNNING)
    assert client.get(reverse("jobs:problems", args=[job.reference])).status_code == 404


def test_a_waiting_job_is_cancelled_from_its_page(world, client):
    job = make(world, state=JobState.QUEUED)
    response = client.post(reverse("jobs:cancel", args=[job.reference]), follow=True)
    assert Job.unscoped.get(pk=job.pk).state == JobState.CANCELLED
    assert "Cancelled. Nothing of it is kept." in words(response)


def test_a_finished_job_cannot_be_cancelled(world, client):
    job = make(world)
    response = client.post(reverse("jobs:cancel", args=[job.reference]), follow=True)
    assert f"{job.reference} has finished already." in words(response)
    assert Job.unscoped.get(pk=job.pk).state == JobState.DONE


@pytest.mark.parametrize("name", ["watch", "problems", "cancel"])
@pytest.mark.parametrize("persona", ["colleague", "other_recruiter", "academy", "system_admin", "auditor"])
def test_a_stranger_finds_nothing(world, name, persona):
    job = make(world)
    stranger = Client()
    stranger.force_login(world.users[persona])
    address = reverse(f"jobs:{name}", args=[job.reference])
    response = stranger.post(address) if name == "cancel" else stranger.get(address)
    assert response.status_code == 404


def test_the_list_shows_ones_own_jobs_newest_first(world, client):
    Job.unscoped.all().delete()
    make(world, "other_recruiter")
    make(world, "colleague")
    first = make(world, result={"counts": {"made": 1, "refused": 12}})
    second = make(world, state=JobState.RUNNING)
    page = words(client.get(reverse("jobs:list")))
    started = "23 November 2026 at"
    assert page.startswith(
        "Your imports Imports of your organisation in your role, newest first What When Who Rows to mend Status "
        f"Departments {second.reference} {started}"
    )
    assert re.findall(r"JOB-\w+", page) == [second.reference, first.reference]
    assert re.findall(r"(Recruiter Person, Imperial) (\d+) (\w+)", page) == [
        ("Recruiter Person, Imperial", "0", "Running"),
        ("Recruiter Person, Imperial", "12", "Done"),
    ]


def test_an_empty_list_says_so(world):
    stranger = Client()
    stranger.force_login(world.users["academy"])
    assert words(stranger.get(reverse("jobs:list"))) == (
        "Your imports Nothing has been imported by your organisation in your role yet."
    )


def test_the_list_is_read_page_by_page_without_gaps(world, client):
    Job.unscoped.all().delete()
    jobs = [make(world).reference for _ in range(2 * JOBS_ON_A_PAGE + 3)][::-1]
    address = reverse("jobs:list")
    pages, links = [], []
    query = ""
    while True:
        response = client.get(address + query)
        pages.append(re.findall(r"(JOB-\w+)</a>", response.content.decode()))
        links.append(response.context["links"])
        query = links[-1].next_url
        if not query:
            break
    assert [reference for page in pages for reference in page] == jobs
    assert [len(page) for page in pages] == [JOBS_ON_A_PAGE, JOBS_ON_A_PAGE, 3]
    assert links[0].previous_url == ""
    back = client.get(address + links[2].previous_url)
    assert re.findall(r"(JOB-\w+)</a>", back.content.decode()) == pages[1]
    first = client.get(address + back.context["links"].previous_url)
    assert re.findall(r"(JOB-\w+)</a>", first.content.decode()) == pages[0]
    assert first.context["links"].previous_url == ""


@pytest.mark.parametrize("query", ["?before=x", "?after=-1", "?before=99999999999999999999999", "?after=9999999"])
def test_a_page_that_does_not_exist_is_no_error(client, query):
    assert client.get(reverse("jobs:list") + query).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(world, client, rows, django_assert_num_queries):
    Job.unscoped.all().delete()
    for _ in range(rows):
        make(world)
    with django_assert_num_queries(5):  # session, user, memberships; jobs with their files; who
        client.get(reverse("jobs:list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_job_asks_the_same_number_of_questions(world, client, rows, django_assert_num_queries):
    job = make(world)
    for row in range(rows):
        RowResult.unscoped.create(job=job, row=row, outcome=Outcome.REFUSED, sentence="Mend it.")
    with django_assert_num_queries(5):  # session, user, memberships; the job with its file; its problems
        client.get(job.get_absolute_url())
