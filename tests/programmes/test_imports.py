"""The cohort file: previewed, imported once, refused with row, column and mend, and never half."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from audit.events import broken_chains
from audit.models import Event
from candidates.models import Candidate, Grant, Home, Supporter
from jobs.models import Job, JobState
from jobs.reading import read_table
from jobs.services import receive, start
from organisations.models import Accession
from programmes.imports import job as cohort_job
from programmes.imports.columns import COLUMNS, KIND
from programmes.imports.plan import make_plan, read_rows
from programmes.models import Attendance, Enrolment
from tests.factories.candidates import CandidateFactory
from tests.factories.programmes import CohortFactory, EnrolmentFactory, ProgrammeFactory, SessionFactory
from tests.jobs.files import workbook
from tests.programmes.test_pages_of_people import sign_in, text_of

__all__ = ["sign_in"]
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
HEADINGS = {column.field: column.label for column in COLUMNS.columns}


def row(**facts):
    return {
        "own_reference": "A1",
        "given_name": "Zoë",
        "family_name": "Smith-Jones",
        "date_of_birth": "06/05/2004",
        "programme": "Care leavers into care",
        "cohort": "Autumn 2026",
    } | facts


def csv_of(*rows):
    """A CSV with a column for each field that any row names."""
    names = list(dict.fromkeys(name for each in rows for name in each))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([HEADINGS[name] for name in names])
    writer.writerows([[each.get(name, "") for name in names] for each in rows])
    return out.getvalue().encode()


def run(data, by, *, name="people.csv", all_or_nothing=True, leave_out_likely=False):
    upload = receive(SimpleUploadedFile(name, data), kind=KIND, by=by)
    return start(KIND, by=by, upload=upload, all_or_nothing=all_or_nothing, leave_out_likely=leave_out_likely)


def told(job):
    return [(each.row, each.outcome, each.column, each.sentence) for each in job.rows.all()]


def everything():
    return [
        model.count()
        for model in (
            Candidate.unscoped,
            Home.unscoped,
            Supporter.unscoped,
            Enrolment.unscoped,
            Attendance.unscoped,
            Grant.objects,
            Event.objects.exclude(kind__startswith="jobs."),
        )
    ]


@pytest.fixture(autouse=True)
def ground(world, cohort, postcodes):
    """The cohort of `row()`, and the postcodes."""


class TestImported:
    def test_a_person_with_everything(self, academy, provider, cohort):
        session = SessionFactory(cohort=cohort, day=TODAY - 3 * DAY)
        data = csv_of(
            row(
                phone="07700 900123",
                email="ZOE@example.org",
                postcode="nw108aa",
                responsible_authority="London Borough of Brent",
                state="Started",
                attended="20/11/2026",
                right_to_work="Any work",
                work_wanted="Catering; Portering",
                hours_least="10",
                hours_most="30",
                shifts="Days",
                travel_km="9",
                start_from="01/12/2026",
                adjustments_interview="A quiet room",
                share_adjustments="Yes",
                supporter_name="Grace",
                supporter_phone="020 7946 0018",
            )
        )
        job = run(data, academy)
        assert (job.state, job.counts) == (
            JobState.DONE,
            {"made": 1, "changed": 0, "same": 0, "skipped": 0, "refused": 0},
        )
        assert job.result["url"] == cohort.get_absolute_url()
        person = Candidate.objects.visible_to(provider).get()
        assert (person.name, person.phone, person.email) == ("Zoë Smith-Jones", "07700900123", "zoe@example.org")
        assert (person.work_wanted, person.shifts, person.start_from) == (
            ["catering", "portering"],
            ["days"],
            date(2026, 12, 1),
        )
        assert (person.adjustments_interview, person.share_adjustments) == ("A quiet room", True)
        home = Home.objects.visible_to(academy).get()
        assert (home.core20, home.local, home.responsible_authority) == ("yes", "yes", "E09000005")
        enrolment = Enrolment.objects.visible_to(provider).get()
        assert (enrolment.state, enrolment.started_on, enrolment.start_evidence, enrolment.own_reference) == (
            "started",
            session.day,
            "attended a session",
            "A1",
        )
        assert Attendance.objects.visible_to(provider).get().session == session
        assert Supporter.objects.visible_to(academy).get().phone == "02079460018"
        assert list(broken_chains()) == []

    def test_history_at_any_state(self, academy):
        began = {"started_on": "01/10/2026"}
        job = run(
            csv_of(
                row(own_reference="1", family_name="One", state="Referred"),
                row(own_reference="2", family_name="Two", **began),
                row(own_reference="3", family_name="Three", ended_on="30/10/2026", **began),
                row(own_reference="4", family_name="Four", ended_on="30/10/2026", leaving_reason="Health", **began),
                row(own_reference="5", family_name="Five", state="Did not start"),
                row(own_reference="6", family_name="Six"),
            ),
            academy,
        )
        assert job.state == JobState.DONE
        rows = Enrolment.objects.visible_to(academy).order_by("own_reference")
        assert [(each.state, each.start_evidence) for each in rows] == [
            ("referred", ""),
            ("started", "first day in an imported file"),
            ("completed", "first day in an imported file"),
            ("left", "first day in an imported file"),
            ("did_not_start", ""),
            ("enrolled", ""),
        ]

    def test_whom_the_provider_sees_afterwards(self, academy, provider):
        run(
            csv_of(
                row(own_reference="1", family_name="Here"),
                row(own_reference="2", family_name="Never came", state="Did not start"),
                row(own_reference="3", family_name="Done", started_on="01/10/2026", ended_on="30/10/2026"),
            ),
            academy,
        )
        seen = Candidate.objects.visible_to(provider).order_by("pk")
        assert [each.family_name for each in seen] == ["Here", "Done"]
        ends = Grant.objects.filter(candidate=seen[1], organisation__code="VCSE1").get().ends
        assert ends == date(2027, 10, 30)

    def test_an_unknown_postcode_is_accepted_with_a_note_and_stays_unknown(self, academy):
        job = run(csv_of(row(postcode="N1 9GU")), academy)
        assert told(job) == [
            (2, "made", "", "N1 9GU is not in the files held here: local and CORE20 stay unknown."),
        ]
        home = Home.objects.visible_to(academy).get()
        assert (home.postcode, home.local, home.core20) == ("N1 9GU", "unknown", "unknown")

    def test_a_workbook_with_dates_and_mangled_numbers(self, academy):
        names = ["given_name", "family_name", "date_of_birth", "phone", "programme", "cohort"]
        good = ["Ama", "Mensah", date(2004, 5, 6), 7700900123, "Care leavers into care", "Autumn 2026"]
        rows = [[HEADINGS[name] for name in names], good]
        job = run(workbook(("People", rows)), academy, name="people.xlsx")
        assert job.state == JobState.DONE
        person = Candidate.objects.visible_to(academy).get()
        assert (person.date_of_birth, person.phone) == (date(2004, 5, 6), "07700900123")

    def test_a_formula_in_a_name_is_refused_with_row_column_and_mend(self, academy):
        job = run(csv_of(row(), row(family_name='=HYPERLINK("http://x")', own_reference="A2")), academy)
        assert told(job)[-1] == (
            3,
            "refused",
            "Family name",
            '“=HYPERLINK("http://x” begins like a spreadsheet’s formula. Type the person’s name instead.',
        )
        assert not Candidate.objects.visible_to(academy).exists()

    def test_a_formula_that_was_here_before_is_harmless_in_a_file(self, academy, client, world):
        CandidateFactory(family_name='=HYPERLINK("http://x")', seen_by=[world.academy])
        client.force_login(world.users["academy"])
        client.post("/accounts/reauthenticate/", {"password": "a long demo password"})
        response = client.post("/people/export/", {"reason": "x"})
        line = next(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig").splitlines()[1])))
        assert line[2] == '\'=HYPERLINK("http://x")'

    def test_somebody_in_two_cohorts_of_one_file_is_one_person(self, academy, programme):
        CohortFactory(programme=programme, name="Spring")
        job = run(csv_of(row(), row(cohort="Spring", own_reference="B9")), academy)
        assert job.counts["made"] == 2
        assert Candidate.objects.visible_to(academy).count() == 1
        assert job.result["url"] == "/people/"

    def test_somebody_who_is_here_already_is_put_in_the_cohort(self, academy, world):
        here = CandidateFactory(
            given_name="zoe",
            family_name="SMITH JONES",
            date_of_birth=date(2004, 5, 6),
            phone="07700900999",
            seen_by=[world.academy],
        )
        job = run(csv_of(row(phone="07700 900123")), academy)
        assert told(job) == [
            (2, "made", "", f"Here already as {here.reference}: put in the cohort, the record stays as it is.")
        ]
        here.refresh_from_db()
        assert (Candidate.unscoped.count(), here.phone) == (1, "07700900999")
        assert Enrolment.objects.visible_to(academy).get().candidate == here

    def test_a_provider_imports_its_own_and_shares_with_the_academy(self, provider, academy, world):
        assert run(csv_of(row()), provider).state == JobState.DONE
        assert Candidate.objects.visible_to(academy).count() == 1
        assert Candidate.objects.visible_to(world.acting("other_provider")).count() == 0


class TestTwice:
    @pytest.mark.parametrize("persona", ["academy", "provider"])
    def test_the_same_file_twice_changes_nothing(self, world, persona):
        by = world.acting(persona)
        data = csv_of(
            row(postcode="NW10 8AA"),
            row(own_reference="", family_name="No reference"),
            row(own_reference="B2", family_name="No birthday", date_of_birth=""),
            row(own_reference="B3", family_name="Never came", state="Did not start"),
        )
        run(data, by)
        before = everything()
        again = run(data, by)
        assert again.counts == {"made": 0, "changed": 0, "same": 4, "skipped": 0, "refused": 0}
        assert everything() == before

    def test_a_reference_is_believed_when_the_name_was_corrected(self, academy):
        run(csv_of(row()), academy)
        assert run(csv_of(row(family_name="Smyth-Jones")), academy).counts["same"] == 1

    def test_but_not_for_somebody_else(self, academy):
        run(csv_of(row()), academy)
        job = run(csv_of(row(given_name="Kofi", family_name="Boateng", date_of_birth="01/01/1990")), academy)
        assert told(job) == [
            (
                2,
                "refused",
                "Your reference",
                '"A1" is the reference of another person in Autumn 2026. Check the reference and the name.',
            )
        ]

    def test_without_a_reference_name_and_birthday_are_enough(self, academy):
        run(csv_of(row()), academy)
        assert (
            run(csv_of(row(own_reference="", given_name="ZOE", family_name="Smith Jones")), academy).counts["same"] == 1
        )


PROBLEMS = [
    ({"family_name": ""}, "Family name", "Family name is empty. Type it, or remove the row."),
    (
        {"date_of_birth": "31/02/2004"},
        "Date of birth",
        '"31/02/2004" is not a day in the calendar. Check the day and the month.',
    ),
    (
        {"date_of_birth": "06/05/2030"},
        "Date of birth",
        "The date of birth, 6 May 2030, is in the future. Check the year.",
    ),
    (
        {"phone": "7.7E+09"},
        "Telephone",
        '"7.7E+09" has lost digits in Excel. Format the column as Text, enter the value again, and upload the file.',
    ),
    (
        {"programme": "Care leaver into car"},
        "Programme",
        '"Care leaver into car" is not a programme here. Did you mean "Care leavers into care"?',
    ),
    (
        {"programme": "Astronauts"},
        "Programme",
        '"Astronauts" is not a programme here. Check the name, or ask the Skills Academy to add it.',
    ),
    (
        {"cohort": "Autum 2026"},
        "Cohort",
        '"Autum 2026" is not a cohort of Care leavers into care here. Did you mean "Autumn 2026"?',
    ),
    (
        {"responsible_authority": "Brentt"},
        "Care leaver’s council",
        '"Brentt" is not a council here. Did you mean "Brent"?',
    ),
    (
        {"hours_least": "30", "hours_most": "10"},
        "Fewest hours a week",
        "The fewest hours (30) are above the most hours (10). Swap them.",
    ),
    (
        {"postcode": "NW10 8AA", "no_fixed_abode": "yes"},
        "No fixed abode",
        "The row has a postcode and no fixed abode. Remove one of them.",
    ),
    (
        {"supporter_phone": "07700 900123"},
        "Supporter",
        "The supporter has no name. Type it, or remove the rest about them.",
    ),
    (
        {"state": "Started"},
        "First day",
        "Somebody who has started needs a first day. Type it, or change the column that says they started.",
    ),
    (
        {"state": "Enrolled", "started_on": "01/10/2026"},
        "First day",
        "A first day belongs to somebody who has started. Remove it, or change the column that says otherwise.",
    ),
    (
        {"started_on": "01/09/2026"},
        "First day",
        "The first day, 1 September 2026, is outside the cohort, which runs from 24 September 2026 to 22 January 2027.",
    ),
    (
        {"started_on": "01/10/2026", "ended_on": "01/12/2026"},
        "Last day",
        "The last day, 1 December 2026, is in the future. Record it once it has come.",
    ),
    (
        {"state": "Completed", "started_on": "01/10/2026"},
        "Last day",
        "Somebody who completed or left needs a last day. Type it.",
    ),
    (
        {"state": "Enrolled", "ended_on": "01/10/2026"},
        "Last day",
        "A last day belongs to somebody who completed or left. Remove it.",
    ),
    (
        {"state": "Left early", "started_on": "01/10/2026", "ended_on": "02/10/2026"},
        "Why they left",
        "A reason goes with somebody who left early, and only with them. Type it, or remove it.",
    ),
    (
        {"attended": "20/11/2026"},
        "Sessions attended",
        "No session of Autumn 2026 is on 20 November 2026. Add it on the cohort’s page, or remove it.",
    ),
]


class TestRefused:
    @pytest.mark.parametrize(("facts", "column", "sentence"), PROBLEMS, ids=[each[2][:30] for each in PROBLEMS])
    def test_row_column_and_mend(self, academy, facts, column, sentence):
        job = run(csv_of(row(own_reference="0", family_name="Good", date_of_birth=""), row(**facts)), academy)
        assert (job.state, told(job)) == (JobState.FAILED, [(3, "refused", column, sentence)])
        assert Candidate.unscoped.count() == 0

    def test_all_or_nothing(self, academy):
        before = everything()
        job = run(csv_of(row(), row(own_reference="A2", phone="x"), row(own_reference="A3", phone="y")), academy)
        assert (job.state, job.message) == (
            JobState.FAILED,
            "Nothing was added: 2 rows have a problem. Mend them and upload the file again.",
        )
        assert everything() == before

    def test_the_good_rows_and_the_bad_ones_back_as_a_file(self, academy, client, world):
        data = csv_of(row(), row(own_reference="A2", family_name="Bad", phone="x"))
        job = run(data, academy, all_or_nothing=False)
        assert (job.state, job.counts["made"], job.counts["refused"]) == (JobState.DONE, 1, 1)
        client.force_login(world.users["academy"])
        response = client.get(f"/jobs/{job.reference}/problems.csv")
        lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert lines[1].startswith("A2,Zoë,Bad,")

    def test_the_same_person_twice_in_the_file(self, academy):
        job = run(csv_of(row(), row(own_reference=""), row(family_name="Other")), academy)
        assert told(job) == [
            (3, "refused", "", "Row 2 is the same person in the same cohort. Remove one of the rows."),
            (4, "refused", "Your reference", "Row 2 has the same reference. Remove one, or correct it."),
        ]

    def test_a_missing_column(self, academy):
        job = run(b"First name,DOB\nAma,06/05/2004\n", academy)
        assert job.message == (
            'The file has no columns "Family name", "Programme" and "Cohort". It has "First name", "DOB". '
            "Say which columns hold them, or add them to the file."
        )

    def test_a_provider_is_not_told_of_other_providers_programmes(self, world, cohort):
        job = run(csv_of(row()), world.acting("other_provider"))
        assert told(job) == [
            (
                2,
                "refused",
                "Programme",
                '"Care leavers into care" is not a programme here. Check the name, or ask the Skills Academy to add it.',
            )
        ]

    def test_two_providers_with_a_programme_of_one_name(self, world, academy, programme):
        other = ProgrammeFactory(name=programme.name, provider=world.other_provider)
        job = run(csv_of(row()), academy)
        references = f"{programme.reference} (Open Doors) or {other.reference} (First Step)"
        assert told(job)[0][3] == (
            f'More than one programme is called "Care leavers into care". Write its reference: {references}.'
        )
        assert run(csv_of(row(programme=programme.reference)), academy).state == JobState.DONE

    def test_an_agreement_that_lapsed(self, world, academy):
        Accession.objects.filter(organisation=world.provider).update(ends=TODAY - DAY)
        job = run(csv_of(row()), academy)
        assert job.message.startswith("No data-sharing agreement between Skills Academy and Open Doors is in force")
        assert Candidate.unscoped.count() == 0

    def test_broken_off_in_the_middle_nothing_is_left(self, academy, monkeypatch):
        before = everything()

        def breaks(**facts):
            raise IntegrityError("in the middle")

        monkeypatch.setattr(cohort_job, "enrol_many", breaks)
        with pytest.raises(IntegrityError):
            run(csv_of(row()), academy)
        assert everything() == before
        assert Job.unscoped.get().state == JobState.FAILED


class TestLikelyDuplicates:
    DATA = csv_of(row(given_name="Zoey"))

    @pytest.fixture(autouse=True)
    def zoe(self, world):
        return CandidateFactory(
            given_name="Zoe", family_name="Smith-Jones", date_of_birth=date(2004, 5, 6), seen_by=[world.academy]
        )

    def test_left_out_or_added_as_somebody_chooses(self, academy, zoe):
        job = run(self.DATA, academy, leave_out_likely=True)
        sentence = f"May be here already: {zoe.reference}, same date of birth and similar name."
        assert told(job) == [(2, "skipped", "", sentence)]
        job = run(self.DATA, academy)
        assert told(job) == [(2, "made", "", sentence)]
        assert Candidate.unscoped.count() == 2

    def test_a_provider_learns_nothing_of_them(self, provider):
        assert told(run(self.DATA, provider, leave_out_likely=True)) == [(2, "made", "", "")]


class TestCost:
    @pytest.mark.parametrize("number", [1, 3, 120])
    def test_the_plan_asks_once_for_a_whole_file(self, academy, django_assert_num_queries, number):
        rows = [row(own_reference=f"R{n}", family_name=f"Family {n}", postcode="NW10 8AA") for n in range(number)]
        table = read_table(csv_of(*rows), "people.csv")
        matched = COLUMNS.guess(table.headings)
        with django_assert_num_queries(8):
            plan = make_plan(read_rows(table, matched), matched, by=academy)
        assert plan.counts()["made"] == number

    @pytest.mark.parametrize("number", [1, 3, 20])
    def test_doing_it_costs_the_same_for_many(self, academy, cohort, django_assert_num_queries, number):
        SessionFactory(cohort=cohort)
        rows = [row(own_reference=f"R{n}", family_name=f"Family {n}", attended="20/11/2026") for n in range(number)]
        table = read_table(csv_of(*rows), "people.csv")
        matched = COLUMNS.guess(table.headings)
        plan = make_plan(read_rows(table, matched), matched, by=academy)

        class Quiet:
            def __call__(self, *args):
                """Progress goes nowhere."""

            def row(self, *args, **facts):
                """So do row results."""

        with django_assert_num_queries(31):
            cohort_job._apply(plan, by=academy, report=Quiet())
        assert Attendance.unscoped.count() == number


class TestPages:
    def upload(self, client, data, name="people.csv"):
        response = client.post("/programmes/import/", {"file": SimpleUploadedFile(name, data)})
        assert response.status_code == 302, text_of(response)
        return response["Location"]

    def test_previewed_before_anything_is_written_then_imported(self, sign_in, academy):
        client = sign_in("academy")
        at = self.upload(client, csv_of(row(), row(own_reference="A2", family_name="Bad", phone="x")))
        before = everything()
        response = client.get(at)
        assert (response.context["new"], response.context["bad"], everything()) == (1, 1, before)
        assert "is not a telephone number" in text_of(response)
        said = (">row to add<", ">rows here already<", ">row with a problem<")
        assert [each in text_of(response) for each in said] == [True, True, True]
        client.post(at, {"which": "good"})
        assert Candidate.objects.visible_to(academy).count() == 1
        again = text_of(client.get(at))
        assert "Mend the rows in your file and upload it again." in again

    @pytest.mark.parametrize(
        ("places", "sentences"),
        [(3, []), (2, ["{}, Autumn 2026, has 2 places; with this file 3 people would take part."]), (None, [])],
    )
    def test_a_cohort_with_fewer_places_than_people_is_said(self, sign_in, enrolment, places, sentences):
        cohort = enrolment.cohort
        cohort.places = places
        cohort.save()
        two = (row(), row(own_reference="A2", family_name="Other"))
        bad = row(own_reference="A3", family_name="Bad", phone="x")
        client = sign_in("academy")
        response = client.get(self.upload(client, csv_of(*two, bad)))
        assert response.context["over_full"] == [each.format(cohort.reference) for each in sentences]
        assert all(each in text_of(response) for each in response.context["over_full"])

    def test_all_or_nothing_is_the_first_choice(self, sign_in):
        client = sign_in("academy")
        at = self.upload(client, csv_of(row(), row(own_reference="A2", phone="x", family_name="Bad")))
        assert client.get(at).context["form"]["which"].value() == "all"
        job = client.post(at, {"which": "all"})
        assert "Nothing was added: 1 row has a problem." in text_of(client.get(job["Location"]))

    def test_the_same_file_says_so(self, sign_in):
        client = sign_in("academy")
        client.post(self.upload(client, csv_of(row())), {"which": "all"})
        page = text_of(client.get(self.upload(client, csv_of(row()))))
        assert "The very same file was uploaded on 23 November 2026" in page
        assert "Everybody in this file is here already. There is nothing to add." in page

    def test_columns_are_asked_and_remembered(self, sign_in):
        client = sign_in("academy")
        data = b"Who,Scheme,Wave\nMensah,Care leavers into care,Autumn 2026\n"
        at = self.upload(client, data)
        response = client.get(at)
        assert response["Location"] == f"{at}columns/"
        assert "The file has no columns &quot;Family name&quot;" in text_of(client.get(response["Location"]))
        answers = {"column_family_name": "Who", "column_programme": "Scheme", "column_cohort": "Wave"}
        assert client.post(f"{at}columns/", answers)["Location"] == at
        assert client.get(at).context["new"] == 1
        assert client.get(self.upload(client, data + b"\n")).context["new"] == 1

    @pytest.mark.parametrize(
        ("name", "data", "sentence"),
        [
            ("people.pdf", b"%PDF-1.7 x", "CSV"),
            ("people.csv", b"", "empty"),
            ("people.csv", b"Family name\n", "no rows under them"),
            ("people.xlsx", b"PK\x03\x04 not a workbook", "workbook"),
        ],
    )
    def test_a_wrong_file_is_said_at_once(self, sign_in, name, data, sentence):
        response = sign_in("academy").post("/programmes/import/", {"file": SimpleUploadedFile(name, data)})
        assert sentence in text_of(response)

    def test_another_organisations_upload_is_not_there(self, sign_in):
        at = self.upload(sign_in("provider"), csv_of(row()))
        assert sign_in("other_provider").get(at).status_code == 404
        assert sign_in("academy").get(at).status_code == 404

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_sample_imports_as_it_is(self, sign_in, academy, ending):
        client = sign_in("academy")
        response = client.get(f"/programmes/import/files/cohort-sample.{ending}")
        data = b"".join(response.streaming_content) if response.streaming else response.content
        at = self.upload(client, data, f"sample.{ending}")
        found = client.get(at).context
        assert (found["new"], found["bad"], found["unused"]) == (6, 0, ())
        client.post(at, {"which": "all"})
        assert Candidate.objects.visible_to(academy).count() == 6

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_template_has_every_column(self, sign_in, ending):
        response = sign_in("academy").get(f"/programmes/import/files/cohort-template.{ending}")
        assert response.status_code == 200
        if ending == "csv":
            heading = b"".join(response.streaming_content).decode("utf-8-sig").strip()
            assert next(csv.reader([heading])) == list(HEADINGS.values())

    def test_no_other_file(self, sign_in):
        assert sign_in("academy").get("/programmes/import/files/secrets.csv").status_code == 404

    def test_a_reference_of_a_declined_place_does_not_break_the_file(self, sign_in, provider, cohort):
        EnrolmentFactory(cohort=cohort, own_reference="A1", state="declined", candidate__family_name="Gone")
        job = run(csv_of(row(date_of_birth="")), provider)
        assert (job.state, job.counts["same"]) == (JobState.DONE, 1)
