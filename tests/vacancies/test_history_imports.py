"""A file of history: any headings, two layouts, a preview, every problem by row, all or nothing, the same file twice nothing."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from jobs.columns import MONTHS, CellProblem
from jobs.models import Job
from jobs.reading import read_table
from jobs.services import receive, start
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.conftest import somebody
from tests.vacancies.pages import words
from vacancies.history_imports import COLUMNS, KIND, layout_problem, parse_month, plan_history
from vacancies.ledger import standing_of
from vacancies.models import Entry
from vacancies.ring_fence import Standing

BY_MONTH = "Month,Entry-level posts,Reserved posts,Adverts,Adverts with a reserved post\n"
BY_VACANCY = "Reference,Opening date,Posts,Ring-fenced posts\n"


class TestMonths:
    @pytest.mark.parametrize(
        "written",
        [
            "April 2025",
            "april 2025",
            "Apr 2025",
            "Apr-2025",
            "APR. 2025",
            "2025-04",
            "2025/4",
            "04/2025",
            "4/2025",
            "30/04/2025",
            "2025-04-01",
            datetime(2025, 4, 30),  # noqa: DTZ001 - as a workbook's cell comes
            date(2025, 4, 17),
            45763,
        ],
    )
    def test_one_month_in_many_ways(self, written):
        assert parse_month(written) == date(2025, 4, 1)

    @pytest.mark.parametrize("blank", [None, "", "   "])
    def test_a_blank_is_nothing(self, blank):
        assert parse_month(blank) is None

    @pytest.mark.parametrize(
        "written", ["Aprile 2025", "Ap 2025", "13/2025", "2025", "2025-00", "Q1 2025", "soon", True]
    )
    def test_what_is_no_month(self, written):
        with pytest.raises(CellProblem) as problem:
            parse_month(written)
        assert problem.value.sentence == f'"{written}" is not a month. Write it like April 2025.'

    @given(year=st.integers(2018, 2030), month=st.integers(1, 12), letters=st.integers(3, 9))
    def test_every_month_shortened_or_not_is_understood(self, year, month, letters):
        assert parse_month(f"{MONTHS[month - 1][:letters].title()} {year}") == date(year, month, 1)


def matched(headings):
    return COLUMNS.guess(headings.strip().split(","))


class TestLayouts:
    @pytest.mark.parametrize(
        ("headings", "sentence"),
        [
            (BY_MONTH, ""),
            (BY_VACANCY, ""),
            ("Period,Posts,Reserved,Vacancies,Reserved adverts", ""),
            ("Month,Posts,Reserved", 'A file month by month also needs "Adverts" and "Adverts with a reserved post".'),
            ("Month,Posts,Reserved,Adverts", 'A file month by month also needs "Adverts with a reserved post".'),
            (
                "Posts,Reserved",
                "Say which column holds the month; or, for a file vacancy by vacancy, "
                '"Vacancy reference" and "Opened on".',
            ),
            (
                "Reference,Posts,Reserved",
                'Say which column holds the month; or, for a file vacancy by vacancy, "Opened on".',
            ),
        ],
    )
    def test_which_columns_a_file_lacks(self, headings, sentence):
        assert layout_problem(matched(headings)) == sentence

    def test_a_file_without_posts(self):
        assert layout_problem(matched("Month,Reserved")).startswith('The file has no column "Entry-level posts".')


def plan(text, trust):
    table = read_table(text.encode(), "history.csv")
    return plan_history(table, COLUMNS.guess(table.headings), trust=trust)


def told(found):
    return [(each.row, each.column, each.sentence) for each in found.problems]


@pytest.mark.django_db
class TestPlan:
    def test_both_layouts_are_read(self, trust, policies):
        months = plan(BY_MONTH + "April 2025,10,2,4,2\nMay 2025,5,1,3,1\n", trust)
        assert [(number, past.key, outcome) for number, past, outcome in months.rows] == [
            (2, "month 2025-04", "made"),
            (3, "month 2025-05", "made"),
        ]
        vacancies = plan(BY_VACANCY + "T-1,06/05/2025,5,1\n", trust)
        assert [(past.key, past.day, past.figures.adverts) for _n, past, _o in vacancies.rows] == [
            ("vacancy T-1", date(2025, 5, 6), 1)
        ]

    def test_every_problem_names_its_row_and_its_mend(self, trust, policies):
        VacancyFactory(trust=trust, trac_reference="T-9")
        text = BY_VACANCY + (
            "T-1,06/05/2025,five,1\n"
            ",06/05/2025,5,1\n"
            "T-2,31/02/2025,5,1\n"
            "T-3,06/05/2025,1,2\n"
            "T-4,06/05/2025,5,1\n"
            "T-4,06/05/2025,5,1\n"
            "T-9,06/05/2025,5,1\n"
            "T-5,06/05/2030,5,1\n"
        )
        found = plan(text, trust)
        assert told(found) == [
            (2, "Posts", '"five" is not a whole number. Write a whole number, like 12.'),
            (3, "Reference", "Vacancy reference is empty. Type it, or remove the row."),
            (4, "Opening date", '"31/02/2025" is not a day in the calendar. Check the day and the month.'),
            (5, "", "More is reserved than was counted. Check the two figures."),
            (7, "", "T-4 stands in the file twice. Remove one of the rows."),
            (8, "", "T-9 is a vacancy of this service, which counts it itself. Remove the row."),
            (9, "", "6 May 2030 is not between 1 April 2018 and today. Check the date."),
        ]
        assert [past.name for _number, past, _outcome in found.rows] == ["T-4"]

    def test_reading_costs_the_same_queries_for_one_row_and_for_three(self, trust, policies, django_assert_num_queries):
        for rows in (1, 3):
            text = BY_MONTH + "".join(f"{each}/2025,5,1,3,1\n" for each in range(4, 4 + rows))
            with django_assert_num_queries(5):
                plan(text, trust)


def imported(text, who):
    upload = receive(SimpleUploadedFile("history.csv", text.encode()), kind=KIND, by=who.acting)
    return start(KIND, by=who.acting, upload=upload)


@pytest.mark.django_db
class TestTheWork:
    def test_rows_become_entries_that_name_the_work(self, trust, colleague):
        job = imported(BY_MONTH + "April 2025,10,2,4,2\nMay 2025,5,1,3,1\n", colleague)
        assert (job.state, job.counts["made"], job.result["url"]) == ("done", 2, "/vacancies/standing/?year=2025")
        assert standing_of(trust.pk, 2025) == Standing(15, 3, 7, 3)
        refs = dict(job.rows.values_list("row", "ref"))
        assert refs == {
            2 + place: f"vacancies.Entry:{pk}" for place, pk in enumerate(Entry.unscoped.values_list("pk", flat=True))
        }
        assert all(cause.endswith(job.reference) for cause in Entry.unscoped.values_list("cause", flat=True))

    def test_the_same_file_twice_and_a_corrected_one(self, trust, colleague):
        text = BY_MONTH + "April 2025,10,2,4,2\nMay 2025,5,1,3,1\n"
        imported(text, colleague)
        again = imported(text, colleague)
        assert (again.counts["made"], again.counts["same"], Entry.unscoped.count()) == (0, 2, 2)
        corrected = imported(BY_MONTH + "April 2025,11,2,4,2\nMay 2025,5,1,3,1\n", colleague)
        assert (corrected.counts["changed"], corrected.counts["same"]) == (1, 1)
        assert standing_of(trust.pk, 2025) == Standing(16, 3, 7, 3)

    def test_one_problem_and_nothing_is_brought(self, trust, colleague):
        job = imported(BY_MONTH + "April 2025,10,2,4,2\nMay 2025,1,5,1,1\n", colleague)
        assert (Entry.unscoped.count(), job.counts["refused"]) == (0, 1)
        assert job.message == "Nothing was brought. Mend the rows below and upload the file again."
        assert list(job.rows.values_list("row", "sentence")) == [
            (3, "More is reserved than was counted. Check the two figures.")
        ]

    def test_a_file_of_something_else(self, trust, colleague):
        job = imported("Name,Postcode\nQuinn,W2 1NY\n", colleague)
        assert (job.state, Entry.unscoped.count()) == ("failed", 0)
        assert job.message == (
            'The file has no columns "Entry-level posts" and "Reserved posts". It has "Name", "Postcode". '
            "Say which columns hold them, or add them to the file."
        )


@pytest.mark.django_db
class TestPages:
    ADDRESS = "/vacancies/standing/history/"

    def chosen(self, who, text):
        return who.client.post(self.ADDRESS, {"file": SimpleUploadedFile("history.csv", text.encode())})

    def test_choose_look_and_bring(self, trust, colleague):
        page = colleague.client.get(self.chosen(colleague, BY_MONTH + "April 2025,10,2,4,2\n")["Location"])
        said = words(page)
        assert "1 row would be brought, 0 rows changed, 0 rows are here already." in said
        assert "2025/26 10 2 4 2" in said
        columns = {f"column_{name}": heading for name, heading in page.context["form"].guess.chosen.items()}
        job = colleague.client.post(page.request["PATH_INFO"], columns)
        assert job["Location"] == Job.unscoped.get().get_absolute_url()
        assert standing_of(trust.pk, 2025) == Standing(10, 2, 4, 2)
        assert "Imported history 30 April 2025" in words(colleague.client.get("/vacancies/standing/?year=2025"))

    def test_columns_of_other_names_are_looked_at_before_anything_is_brought(self, colleague):
        text = "When,How many,Kept,Ads,Kept ads\nApril 2025,10,2,4,2\n"
        address = self.chosen(colleague, text)["Location"]
        assert 'has no columns "Entry-level posts" and "Reserved posts"' in words(colleague.client.get(address))
        columns = {
            "column_month": "When",
            "column_posts": "How many",
            "column_reserved": "Kept",
            "column_adverts": "Ads",
            "column_reserved_adverts": "Kept ads",
            "look": "yes",
        }
        assert colleague.client.post(address, columns)["Location"] == address
        assert "1 row would be brought" in words(colleague.client.get(address))
        assert Entry.unscoped.count() == 0

    def test_problems_are_seen_before(self, colleague):
        page = colleague.client.get(self.chosen(colleague, BY_MONTH + "April 2025,1,5,1,1\n")["Location"])
        assert "Row 2: More is reserved than was counted. Check the two figures." in words(page)

    def test_a_picture_is_refused_on_the_page(self, colleague):
        page = colleague.client.post(self.ADDRESS, {"file": SimpleUploadedFile("history.xlsx", b"\x89PNG....")})
        assert (page.status_code, bool(page.context["form"].errors)) == (200, True)

    def test_recruiters_and_strangers_have_no_such_page(self, trust, recruiter, colleague, stranger, icb):
        address = self.chosen(colleague, BY_MONTH + "April 2025,10,2,4,2\n")["Location"]
        other = somebody(Role.TRUST_HR, stranger.membership.organisation)
        got = [who.client.get(address).status_code for who in (colleague, recruiter, stranger, other, icb)]
        assert got == [200, 404, 404, 404, 404]
        assert [who.client.get(self.ADDRESS).status_code for who in (recruiter, icb, other)] == [404, 404, 200]
