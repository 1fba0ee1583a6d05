"""TRAC exports of any headings, and pasted rows: one vacancy for each reference, whichever door it came through."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import Job, MappingProfile, RowResult, Upload
from jobs.services import receive, rows_to_mend, start
from organisations.models import Department, Site
from tests.factories.feed import advert as feed_advert
from tests.factories.feed import feed
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.models import Source, Vacancy
from vacancies.trac_imports import KIND

pytestmark = pytest.mark.django_db
SAMPLE = (Path(__file__).parent / "samples" / "trac_vacancies_UNVERIFIED.csv").read_bytes()
HEADINGS = "Ref,Post title,Band,Posts,Advert start,Closes,Contract"


def table(*rows):
    return "\n".join([HEADINGS, *(",".join(row) for row in rows)]).encode()


def imported(data, who, name="trac.csv", **given):
    upload = receive(SimpleUploadedFile(name, data), kind=KIND, by=who.acting)
    return start(KIND, by=who.acting, upload=upload, **given)


def counts(job):
    return {name: number for name, number in job.result["counts"].items() if number}


def sentences(job):
    return list(RowResult.unscoped.filter(job=job).order_by("row").values_list("row", "sentence"))


PORTER = ("290-1", "Porter", "Band 2", "3", "20/11/2026", "10/12/2026", "Permanent")


class TestWhatIsAdded:
    def test_the_sample(self, recruiter):
        assert counts(imported(SAMPLE, recruiter)) == {"made": 1}
        vacancy = Vacancy.unscoped.get()
        assert (vacancy.trac_reference, vacancy.band, vacancy.posts, vacancy.state) == ("290-MIC-1234", 2, 4, "open")
        assert (vacancy.position_number, vacancy.hours) == ("1000001", Decimal("37.5"))
        assert (vacancy.authorised_on, vacancy.opened_on) == (date(2026, 11, 16), date(2026, 11, 20))
        assert (vacancy.department, vacancy.source) == (Department.objects.get(name="Medicine"), Source.TRAC)
        assert vacancy.classifications.get(standing=True).result == "yes"

    @pytest.mark.parametrize(
        ("opens", "closes", "state"),
        [
            ("20/11/2026", "10/12/2026", "open"),
            ("01/10/2026", "20/10/2026", "closed"),
            ("", "", "draft"),
            ("01/12/2026", "10/12/2026", "draft"),
        ],
    )
    def test_the_state_follows_the_dates(self, recruiter, opens, closes, state):
        imported(table(("290-1", "Porter", "Band 2", "3", opens, closes, "Permanent")), recruiter)
        assert Vacancy.unscoped.get().state == state


class TestTwoDoors:
    def test_the_same_file_twice_changes_nothing(self, recruiter):
        imported(table(PORTER), recruiter)
        assert counts(imported(table(PORTER), recruiter)) == {"same": 1}
        assert Vacancy.unscoped.count() == 1

    def test_what_came_from_nhs_jobs_is_completed(self, recruiter, trust):
        vacancy = VacancyFactory(
            trust=trust, nhs_jobs_reference="290-1", title="Porter", band=None, posts=None, entry_level="unclassified"
        )
        job = imported(table((*PORTER[:5], f"{vacancy.closes_on:%d/%m/%Y}", PORTER[6])), recruiter)
        assert counts(job) == {"changed": 1}
        assert sentences(job) == [(2, "Changed: pay band, posts.")]
        vacancy.refresh_from_db()
        assert (Vacancy.unscoped.count(), vacancy.band, vacancy.posts) == (1, 2, 3)
        assert vacancy.classifications.get(standing=True).result == "yes"

    def test_what_differs_is_said_and_left(self, recruiter, trust):
        vacancy = VacancyFactory(trust=trust, trac_reference="290-1", title="Porter", band=4, posts=1)
        job = imported(table((*PORTER[:5], f"{vacancy.closes_on:%d/%m/%Y}", PORTER[6])), recruiter)
        assert sentences(job) == [
            (
                2,
                "Band 2 in the file, Band 4 here: correct it on its page. "
                "3 posts in the file, 1 posts here: correct it on its page.",
            )
        ]
        vacancy.refresh_from_db()
        assert (vacancy.band, vacancy.posts) == (4, 1)

    def test_another_trusts_vacancy_of_that_reference_is_not_touched(self, recruiter):
        other = VacancyFactory(trac_reference="290-1", title="Theirs")
        assert counts(imported(table(PORTER), recruiter)) == {"made": 1}
        other.refresh_from_db()
        assert other.title == "Theirs"


LINKED = (
    "Ref No.,Trust,Dept,Post,AfC,How many,Opening date,Closing,Link to NHS Jobs,Type\n"
    "{},Imperial College Healthcare NHS Trust,Medicine,Porter,NHS AfC: Band 2,3,20/11/2026,10/12/2026,{},Permanent\n"
)


class TestTheReferenceInNhsJobs:
    @pytest.mark.parametrize(
        ("ref", "link"),
        [
            ("290-1", "C1234-26-0001"),
            ("290-1", "https://beta.jobs.nhs.uk/candidate/jobadvert/C1234-26-0001?from=trac"),
            ("290-1", "006-C1234-26-0001"),
            ("006-C1234-26-0001", ""),
        ],
    )
    def test_one_advert_through_two_doors_is_one_vacancy_at_once(self, recruiter, ref, link):
        jobs = feed([feed_advert(1, reference="C1234-26-0001", title="Porter", closeDate="2026-12-10")])
        start(
            "vacancies.feed",
            by=recruiter.acting,
            upload=receive(SimpleUploadedFile("feed.xml", jobs), kind="vacancies.feed", by=recruiter.acting),
        )
        assert counts(imported(LINKED.format(ref, link).encode(), recruiter)) == {"changed": 1}
        vacancy = Vacancy.unscoped.get()
        assert (vacancy.nhs_jobs_reference, vacancy.trac_reference) == ("C1234-26-0001", ref)
        assert (vacancy.band, vacancy.posts) == (2, 3)

    def test_the_other_way_round_as_well(self, recruiter):
        assert counts(imported(LINKED.format("290-1", "C1234-26-0001").encode(), recruiter)) == {"made": 1}
        assert Vacancy.unscoped.get().nhs_jobs_reference == "C1234-26-0001"
        jobs = feed([feed_advert(1, reference="C1234-26-0001", title="Porter", closeDate="2026-12-10")])
        kept = receive(SimpleUploadedFile("feed.xml", jobs), kind="vacancies.feed", by=recruiter.acting)
        assert counts(start("vacancies.feed", by=recruiter.acting, upload=kept)) == {"changed": 1}
        assert Vacancy.unscoped.count() == 1

    @pytest.mark.parametrize("link", ["", "n/a", "to follow"])
    def test_no_reference_is_none(self, recruiter, link):
        imported(LINKED.format("290-1", link).encode(), recruiter)
        assert Vacancy.unscoped.get().nhs_jobs_reference == ""

    def test_two_vacancies_that_are_one_are_told(self, trust, recruiter):
        one = VacancyFactory(trust=trust, trac_reference="290-1", title="Porter", band=2, posts=3)
        two = VacancyFactory(trust=trust, nhs_jobs_reference="C1234-26-0001", title="Porter")
        [(_row, said)] = sentences(imported(LINKED.format("290-1", "C1234-26-0001").encode(), recruiter))
        assert said.endswith(
            f"Its reference in NHS Jobs belongs to {two.reference} here, so these are one advert: say so on the page of "
            f"{one.reference}."
        )
        one.refresh_from_db()
        assert one.nhs_jobs_reference == ""

    def test_one_reference_in_two_rows(self, recruiter):
        row = LINKED.format("290-1", "C1234-26-0001")
        data = row + row.splitlines()[1].replace("290-1", "290-2") + "\n"
        assert sentences(imported(data.encode(), recruiter)) == [
            (2, ""), (3, "C1234-26-0001 stands in the file twice. Remove one of the rows."),
        ]  # fmt: skip


def test_the_usual_headings_are_guessed_and_a_missing_reference_is_named(recruiter):
    data = LINKED.format("", "").encode()
    page = recruiter.client.post("/vacancies/import/trac/", {"file": SimpleUploadedFile("trac.csv", data)}, follow=True)
    chosen = {name: field.initial for name, field in page.context["form"].fields.items() if field.initial}
    assert chosen == {
        "column_reference": "Ref No.", "column_nhs_jobs_reference": "Link to NHS Jobs", "column_title": "Post",
        "column_employer": "Trust", "column_department": "Dept", "column_grade": "AfC", "column_contract": "Type",
        "column_posts": "How many", "column_published": "Opening date", "column_closes": "Closing",
    }  # fmt: skip
    said = "It is missing, so the row was left out. Fill it in and import the file again."
    assert f"Row 2, column “Ref No.”: {said}" in words(page)
    job = imported(data, recruiter)
    assert list(RowResult.unscoped.filter(job=job).values_list("row", "column", "sentence")) == [(2, "Ref No.", said)]


class TestRowsThatStayOut:
    def test_each_says_why(self, recruiter):
        extra = HEADINGS + ",Stage,Employer"
        rows = [
            (*PORTER, "Advertised", ""),
            (*PORTER, "Advertised", ""),
            ("", *PORTER[1:], "Advertised", ""),
            ("290-2", *PORTER[1:], "Withdrawn", ""),
            ("290-3", *PORTER[1:], "Advertised", "Somebody else"),
            ("290-4", "Porter", "Band 2", "3", "20/11/2026", "10/11/2026", "Permanent", "Advertised", ""),
        ]
        job = imported("\n".join([extra, *(",".join(row) for row in rows)]).encode(), recruiter)
        assert counts(job) == {"made": 1, "refused": 3, "skipped": 2}
        said = dict(sentences(job))
        assert said[3] == "290-1 stands in the file twice. Remove one of the rows."
        assert said[4].startswith("It is missing, so the row was left out.")
        assert said[5] == "Left out: withdrawn. Withdraw it on its page if it is here."
        assert said[6] == "Left out: Somebody else is not a name of your trust."
        assert said[7].startswith("It closes (10 November 2026) before it was published")

    def test_without_a_needed_column_nothing_is_done(self, recruiter):
        job = imported(b"Ref,Band\n1,2\n", recruiter)
        assert (job.state, Vacancy.unscoped.count()) == ("failed", 0)
        assert 'no column "Job title"' in job.message

    def test_queries_do_not_grow_with_new_rows(self, recruiter):
        found = []
        for count in (2, 12):  # SQLite writes a larger batch in two
            rows = [(f"290-{count}-{number}", *PORTER[1:]) for number in range(count)]
            with CaptureQueriesContext(connection) as queries:
                imported(table(*rows), recruiter)
            found.append(len(queries))
        assert found[0] == found[1]


class TestSites:
    @pytest.fixture(autouse=True)
    def sites(self, trust):
        for name, code, postcode in (("St Mary's Hospital", "RYJ01", "W2 1NY"), ("Hammersmith", "RYJ03", "W12 0HS")):
            Site.objects.create(organisation=trust, name=name, code=code, postcode=postcode)
        Site.objects.create(organisation=trust, name="Hammersmith annexe", code="RYJ09", postcode="W12 0HS")

    @pytest.mark.parametrize("heading", ["Site", "Location", "Place of work"])
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ("St Mary's Hospital", "RYJ01"),
            ("st marys hospital", "RYJ01"),
            ("ryj03", "RYJ03"),
            ("w21ny", "RYJ01"),
            ("Hammersmith; W12 0HS", None),
            ('"Hammersmith, London, W12 0HS"', "RYJ03"),
            ("W12 0HS", None),
            ("Elsewhere", None),
        ],
    )
    def test_by_name_code_or_postcode_else_the_row_is_taken_without(self, recruiter, heading, said, code):
        job = imported(f"{HEADINGS},{heading}\n{','.join(PORTER)},{said}\n".encode(), recruiter)
        vacancy = Vacancy.unscoped.get()
        assert counts(job) == {"made": 1}
        assert (vacancy.site and vacancy.site.code) == code
        remark = "" if code else f"Your trust has no one site “{said}”: taken without a site."
        assert sentences(job) == [(2, remark)]

    def test_a_site_that_was_not_known_is_filled_in_and_a_known_one_stays(self, recruiter):
        imported(table(PORTER), recruiter)
        for said, outcome in (("RYJ01", "changed"), ("RYJ03", "same")):
            rows = f"{HEADINGS},Site\n{','.join(PORTER)},{said}\n".encode()
            assert counts(imported(rows, recruiter)) == {outcome: 1}
            assert Vacancy.unscoped.get().site.code == "RYJ01"


UNREADABLE = [("290-2", *PORTER[1:3], "two", *PORTER[4:]), ("290-3", *PORTER[1:5], "31/13/2026", PORTER[6])]


class TestUnreadableCells:
    def test_such_rows_stay_out_whole_and_come_back_as_a_file(self, recruiter):
        job = imported(table(PORTER, *UNREADABLE), recruiter)
        assert counts(job) == {"made": 1, "refused": 2}
        assert list(Vacancy.unscoped.values_list("trac_reference", flat=True)) == ["290-1"]
        assert dict(sentences(job))[3] == "“two” is not a number. Write digits only, for example 37.5."
        headings, rows = rows_to_mend(job)
        assert headings[:4] == ["Ref", "Post title", "Band", "Posts"]
        assert [(row[0], row[3], row[5]) for row in rows] == [
            ("290-2", "two", "10/12/2026"),
            ("290-3", "3", "31/13/2026"),
        ]

    def test_all_or_nothing(self, recruiter):
        job = imported(table(PORTER, *UNREADABLE), recruiter, all_or_nothing=True)
        assert (job.state, Vacancy.unscoped.count()) == ("failed", 0)
        assert job.message == "Nothing was imported: 2 rows have a problem. Mend them and upload the file again."

    @pytest.mark.parametrize(("choice", "made"), [("yes", 0), ("", 1)])
    def test_the_page_asks(self, recruiter, choice, made):
        file = SimpleUploadedFile("t.csv", table(PORTER, *UNREADABLE))
        check = recruiter.client.post("/vacancies/import/trac/", {"file": file})["Location"]
        page = words(recruiter.client.get(check))
        assert "Row 3, column “Posts”: “two” is not a number." in page
        assert "All or nothing" in page
        chosen = {"column_reference": "Ref", "column_title": "Post title", "column_posts": "Posts"}
        recruiter.client.post(check, chosen | {"column_closes": "Closes", "all_or_nothing": choice})
        assert Vacancy.unscoped.count() == made

    def test_the_page_asks_nothing_where_all_can_be_read(self, recruiter):
        file = SimpleUploadedFile("t.csv", table(PORTER))
        check = recruiter.client.post("/vacancies/import/trac/", {"file": file})["Location"]
        assert "All or nothing" not in words(recruiter.client.get(check))


class TestThePages:
    def test_upload_match_import_and_the_second_time_it_is_remembered(self, recruiter):
        client = recruiter.client
        odd = b"Our ref,What,Grade\n290-1,Porter,Band 2\n"
        response = client.post("/vacancies/import/trac/", {"file": SimpleUploadedFile("odd.csv", odd)})
        check = response["Location"]
        assert "no columns" in words(client.get(check))
        assert client.post(check, {"column_reference": "Our ref"}).status_code == 200
        chosen = {"column_reference": "Our ref", "column_title": "What", "column_grade": "Grade"}
        assert client.post(check, chosen)["Location"].startswith("/jobs/")
        assert Vacancy.unscoped.get().title == "Porter"
        assert MappingProfile.objects.get(kind=KIND).headings["title"] == "What"
        again = client.post("/vacancies/import/trac/", {"file": SimpleUploadedFile("odd.csv", odd)})["Location"]
        assert "Row 2: Porter, 290-1, Band 2" in words(client.get(again))

    def test_pasted_rows(self, recruiter):
        rows = "Reference\tJob title\tBand\tPosts\n290-1\tPorter\tBand 2\t3\n290-2\tWard clerk\tBand 2\t1\n"
        check = recruiter.client.post("/vacancies/import/trac/", {"rows": rows})["Location"]
        assert "Row 3: Ward clerk, 290-2, Band 2, 1 post" in words(recruiter.client.get(check))
        recruiter.client.post(
            check,
            {
                "column_reference": "Reference",
                "column_title": "Job title",
                "column_grade": "Band",
                "column_posts": "Posts",
            },
        )
        assert set(Vacancy.unscoped.values_list("source", "posts")) == {("pasted", 3), ("pasted", 1)}

    def test_nothing_pasted(self, recruiter):
        assert "Paste the rows, with their headings" in words(
            recruiter.client.post("/vacancies/import/trac/", {"rows": ""})
        )
        assert (Upload.unscoped.count(), Job.unscoped.count()) == (0, 0)
