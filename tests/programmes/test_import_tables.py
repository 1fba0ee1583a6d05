"""Files as people have them: each wrong one gets its sentence and leaves nothing; the odd but honest ones are read."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from candidates.models import Candidate
from jobs.hostile import Refusal
from jobs.models import JobState
from jobs.services import receive, table_of
from programmes.imports.columns import KIND
from programmes.models import Enrolment
from tests.factories.programmes import CohortFactory, SessionFactory
from tests.jobs.files import encrypted_zip, old_office, raw_workbook, text_row, wide_grid, workbook, zip_bomb
from tests.programmes.test_imports import HEADINGS, csv_of, everything, row, run, told

HEADING = "Your reference,Given names,Family name,Date of birth,Programme,Cohort"
LINE = "A1,Zoë,Smith-Jones,06/05/2004,Care leavers into care,Autumn 2026"
NAMES = ("own_reference", "given_name", "family_name", "date_of_birth", "programme", "cohort")


@pytest.fixture(autouse=True)
def ground(world, cohort, postcodes):
    """The cohort of `row()`, and the postcodes."""


def file_of(*lines, ends="\r\n"):
    return ends.join([HEADING, *lines, ""])


class TestHonestFiles:
    @pytest.mark.parametrize(
        "data",
        [
            file_of(LINE).encode(),
            file_of(LINE).encode("utf-8-sig"),
            file_of(LINE).encode("cp1252"),
            file_of(LINE).encode("utf-16"),
            file_of(LINE, ends="\n").encode(),
            file_of(LINE, ends="\r").encode(),
            file_of(LINE).replace(",", ";").encode(),
            file_of(LINE).replace(",", "\t").encode(),
            file_of(f"{LINE},,,").encode(),
            file_of(LINE, ",,,,,", "").encode(),
            file_of(LINE).replace("Your reference", ' "Your reference" ').encode(),
        ],
        ids=["utf-8", "bom", "cp1252", "utf-16", "lf", "cr", "semicolons", "tabs", "commas after", "blank", "quoted"],
    )
    def test_encodings_separators_and_line_ends(self, academy, data):
        job = run(data, academy)
        assert (job.state, told(job)) == (JobState.DONE, [(2, "made", "", "")])
        assert Candidate.unscoped.get().name == "Zoë Smith-Jones"

    @pytest.mark.parametrize(
        "born",
        ["06/05/2004", "6.5.2004", "6-5-2004", "2004-05-06", "6 May 2004", "6th May 2004", "06-May-2004", "6 MAY 2004"],
    )
    def test_one_day_in_many_ways(self, academy, born):
        run(csv_of(row(date_of_birth=born)), academy)
        assert Candidate.unscoped.get().date_of_birth == date(2004, 5, 6)

    @pytest.mark.parametrize("born", [date(2004, 5, 6), datetime(2004, 5, 6, 9, 30), 38113, "06/05/2004"])  # noqa: DTZ001 - as Excel has it
    def test_one_day_in_a_workbook(self, academy, born):
        facts = row(date_of_birth=born)
        rows = [[HEADINGS[name] for name in NAMES], [facts[name] for name in NAMES]]
        run(workbook(("People", rows)), academy, name="people.xlsx")
        assert Candidate.unscoped.get().date_of_birth == date(2004, 5, 6)

    @pytest.mark.parametrize(
        "name", ["O’Leary", "Ngũgĩ", "李", "محمد", "’t Hooft", "Smith\u00a0Jones", "van der Berg", "D'Souza, Jr"]
    )
    def test_names_of_the_world_stay_as_typed(self, academy, name):
        run(csv_of(row(family_name=name)), academy)
        assert Candidate.unscoped.get().family_name == " ".join(name.split())

    @pytest.mark.parametrize(
        ("council", "code"),
        [
            ("Brent", "E09000005"),
            ("brent council", "E09000005"),
            ("London Borough of Brent", "E09000005"),
            ("LB Brent", "E09000005"),
        ],
    )
    def test_a_council_by_any_of_its_names(self, academy, council, code):
        run(csv_of(row(responsible_authority=council)), academy)
        assert Candidate.unscoped.get().homes.get().responsible_authority == code

    @pytest.mark.parametrize(
        ("typed", "state"),
        [
            ("", "enrolled"),
            ("Active", "enrolled"),
            ("REFERRED", "referred"),
            ("Place offered", "offered"),
            ("DNS", "did_not_start"),
            ("Not eligible", "ineligible"),
            ("declined", "declined"),
        ],
    )
    def test_where_somebody_stands_in_a_providers_words(self, academy, typed, state):
        run(csv_of(row(state=typed)), academy)
        assert Enrolment.unscoped.get().state == state

    def test_by_references_instead_of_names(self, academy, programme, cohort):
        run(csv_of(row(programme=programme.reference, cohort=cohort.reference.lower())), academy)
        assert Enrolment.unscoped.get().cohort == cohort

    def test_a_day_of_two_sessions_is_attendance_at_both(self, academy, cohort):
        SessionFactory(cohort=cohort, title="Morning")
        SessionFactory(cohort=cohort, title="Afternoon")
        run(csv_of(row(attended="20/11/2026")), academy)
        enrolment = Enrolment.unscoped.get()
        assert (enrolment.state, enrolment.started_on) == ("started", date(2026, 11, 20))
        assert sorted(enrolment.attendances.values_list("session__title", flat=True)) == ["Afternoon", "Morning"]

    def test_two_cohorts_whose_names_differ_by_a_hyphen(self, academy, programme, cohort):
        other = CohortFactory(programme=programme, name="Autumn-2026")
        job = run(csv_of(row()), academy)
        assert told(job) == [
            (
                2,
                "refused",
                "Cohort",
                'More than one cohort of Care leavers into care is called "Autumn 2026". Write its reference: '
                f"{cohort.reference} (Autumn 2026) or {other.reference} (Autumn-2026).",
            )
        ] or told(job)[0][3].endswith(f"{other.reference} (Autumn-2026) or {cohort.reference} (Autumn 2026).")


SAVE_AS = "Open it in Excel, choose Save as, Excel workbook (.xlsx) or CSV UTF-8, and upload that file."
NO_TABLE = f"not a table that this service reads. {SAVE_AS}"
EMPTY = "is empty. Check that the export finished, and upload it again."
NO_PASSWORD = "is protected with a password. Remove the password in Excel, and upload it again."
FILES = [
    ("people.pdf", b"%PDF-1.7 x", f'"people.pdf" is a PDF document, {NO_TABLE}'),
    ("people.csv", b"%PDF-1.7 x", f'"people.csv" is a PDF document, {NO_TABLE}'),
    ("people.csv", b"\x89PNG\r\n\x1a\n", f'"people.csv" is a picture, {NO_TABLE}'),
    ("people.xls", b"<html><table><tr><td>Family name</td></tr></table>", f'"people.xls" is a web page, {NO_TABLE}'),
    ("people.csv", b'{"family_name": "A"}', f'"people.csv" is a JSON message, {NO_TABLE}'),
    ("people.xls", old_office("Workbook"), f'"people.xls" is an old Excel workbook (.xls), {NO_TABLE}'),
    ("people.csv", b"", f'"people.csv" {EMPTY}'),
    ("people.csv", b"  \r\n \r\n", f'"people.csv" {EMPTY}'),
    (
        "people.csv",
        HEADING.encode(),
        "The file holds headings (row 1) and no rows under them. Add the rows, or check the export.",
    ),
    ("people.xlsx", old_office("EncryptedPackage"), f'"people.xlsx" {NO_PASSWORD}'),
    ("people.xlsx", encrypted_zip(), f'"people.xlsx" {NO_PASSWORD}'),
    (
        "people.xlsx",
        b"PK\x03\x04 not a workbook",
        '"people.xlsx" is cut short. Check that the download or export finished, and upload it again.',
    ),
    (
        "people.xlsm",
        raw_workbook(text_row(1, "a", "b")),
        f'"people.xlsm" is named as an Excel workbook that can hold macros (.xlsm). {SAVE_AS}',
    ),
    (
        "people.ods",
        raw_workbook(text_row(1, "a", "b")),
        f'"people.ods" is named as an OpenDocument spreadsheet (.ods). {SAVE_AS}',
    ),
    (
        "people.xlsx",
        wide_grid(),
        '"people.xlsx" takes more memory or time to open than an ordinary workbook. '
        "Copy the rows into a new workbook, or save the sheet as CSV, and upload that.",
    ),
]


def refusal_of(academy, name, data):
    with pytest.raises(Refusal) as refused:
        table_of(receive(SimpleUploadedFile(name, data), kind=KIND, by=academy))
    return refused.value.sentence


class TestWrongFiles:
    @pytest.mark.parametrize(
        ("name", "data", "sentence"), FILES, ids=[f"{each[0]}-{n}" for n, each in enumerate(FILES)]
    )
    def test_said_with_the_mend_and_nothing_is_written(self, academy, name, data, sentence):
        before = everything()
        assert refusal_of(academy, name, data) == sentence
        assert everything() == before

    def test_a_zip_bomb_is_refused_before_it_is_unpacked(self, academy):
        assert refusal_of(academy, "people.xlsx", zip_bomb(30)) == (
            '"people.xlsx" unpacks to 30 MB; the most this service opens is 20 MB. Split it, or save it as CSV.'
        )


CELLS = [
    (
        {"given_name": "+44 7700"},
        "Given names",
        "“+44 7700” begins like a spreadsheet’s formula. Type the person’s name instead.",
    ),
    (
        {"known_as": "@SUM(A1)"},
        "Known as",
        "“@SUM(A1)” begins like a spreadsheet’s formula. Type the person’s name instead.",
    ),
    ({"family_name": "12345"}, "Family name", "“12345” has no letter. Type the person’s name."),
    (
        {"date_of_birth": "06/05/2016"},
        "Date of birth",
        "The date of birth, 6 May 2016, would make the person 10. People enrolled are between 14 and 100. Check the year.",
    ),
    (
        {"date_of_birth": "05/14/2004"},
        "Date of birth",
        '"05/14/2004" has no month 14. Write the day first: 14/05/2004.',
    ),
    ({"postcode": "NW10"}, "Postcode", "“NW10” is not a full postcode. Type both parts, like W12 0HS."),
    ({"hours_most": "61"}, "Most hours a week", '"61" is too large. The most here is 60.'),
    ({"hours_most": "0"}, "Most hours a week", '"0" is too small. The least here is 1.'),
    ({"travel_km": "201"}, "Travel in kilometres", '"201" is too large. The most here is 200.'),
    (
        {"state": "Started", "started_on": "24/11/2026"},
        "First day",
        "The first day, 24 November 2026, is in the future. Record it once it has come.",
    ),
    (
        {"started_on": "10/10/2026", "ended_on": "09/10/2026"},
        "Last day",
        "The last day is before the first day, 10 October 2026.",
    ),
    (
        {"leaving_reason": "Health", "state": "Completed", "started_on": "10/10/2026", "ended_on": "11/10/2026"},
        "Why they left",
        "A reason goes with somebody who left early, and only with them. Type it, or remove it.",
    ),
    (
        {"cohort": "Winter 1999"},
        "Cohort",
        '"Winter 1999" is not a cohort of Care leavers into care here. Check the name, or ask the Skills Academy to add it.',
    ),
    (
        {"responsible_authority": "Atlantis"},
        "Care leaver’s council",
        '"Atlantis" is not a council here. Check the name, or ask the Skills Academy to add it.',
    ),
    (
        {"supporter_email": "grace@example.org"},
        "Supporter",
        "The supporter has no name. Type it, or remove the rest about them.",
    ),
    (
        {"own_reference": "1.23457E+15"},
        "Your reference",
        '"1.23457E+15" has lost digits in Excel. Format the column as Text, enter the value again, and upload the file.',
    ),
]


class TestWrongCells:
    @pytest.mark.parametrize(
        ("facts", "column", "sentence"), CELLS, ids=[f"{each[1]}-{n}" for n, each in enumerate(CELLS)]
    )
    def test_row_column_and_mend(self, academy, facts, column, sentence):
        before = everything()
        job = run(csv_of(row(own_reference="0", family_name="Good", date_of_birth=""), row(**facts)), academy)
        assert (job.state, told(job)) == (JobState.FAILED, [(3, "refused", column, sentence)])
        assert everything() == before

    def test_every_problem_of_a_row_is_told_at_once(self, academy):
        job = run(csv_of(row(family_name="=1", phone="x", hours_least="9", hours_most="3")), academy)
        assert [(number, column) for number, _outcome, column, _sentence in told(job)] == [
            (2, "Telephone"),
            (2, "Family name"),
            (2, "Fewest hours a week"),
        ]

    def test_the_heading_of_the_file_is_named_not_ours(self, academy):
        data = csv_of(row(phone="x")).decode().replace("Telephone", "Mobile").encode()
        assert [column for _number, _outcome, column, _sentence in told(run(data, academy))] == ["Mobile"]

    def test_a_quoted_line_break_does_not_shift_the_numbers(self, academy):
        job = run(csv_of(row(letter_address="1 High Road\nBrent"), row(own_reference="2", phone="x")), academy)
        assert {number for number, *_rest in told(job)} == {3}  # as a spreadsheet counts its rows
