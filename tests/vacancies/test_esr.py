"""ESR: the GO2 file, its versions and faults, the join key, and lists by mapping."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vacancies.samples_of import sample
from vacancies.banding import Band
from vacancies.sources.contract import Contract
from vacancies.sources.esr import (
    ASSIGNMENT,
    PERSON,
    EsrAssignment,
    EsrPerson,
    JoinKey,
    esr_reference,
    join_key,
    read_go2,
    same_vacancy,
)
from vacancies.sources.esr_lists import HEADINGS, EsrListRow, read_list_row
from vacancies.sources.faults import FeedRefused
from vacancies.sources.rows import guess, mapped

SAMPLE = sample("esr_go2_outbound.txt")
PRA, ASA, LEAVER, ASD = SAMPLE.decode().splitlines()


def go2(*lines):
    return read_go2("\r\n".join(lines).encode())


class TestTheSample:
    def test_persons(self):
        assert read_go2(SAMPLE).persons == (
            EsrPerson(
                person_id="90000001",
                employee_number="29000001",
                hired=date(2026, 11, 2),
                left=None,
                leaving_reason="",
                nhs_start=date(2026, 11, 2),
                effective_from=date(2026, 11, 2),
                effective_to=None,
                first_name="Amina",
                last_name="Example",
                date_of_birth=date(2004, 3, 15),
            ),
            EsrPerson(
                person_id="90000002",
                employee_number="29000002",
                hired=date(2026, 5, 4),
                left=date(2026, 9, 18),
                leaving_reason="Voluntary Resignation - Other/Not Known",
                nhs_start=None,
                effective_from=date(2026, 5, 4),
                effective_to=None,
                first_name="Tariq",
                last_name="Sample",
                date_of_birth=date(1999, 8, 1),
            ),
        )

    def test_assignments(self):
        assert read_go2(SAMPLE).assignments == (
            EsrAssignment(
                person_id="90000001",
                assignment_id="91000001",
                number="29000001",
                status="ACTIVE_ASSIGN",
                contract=Contract("Permanent", "permanent"),
                primary=True,
                hours=Decimal("37.5"),
                fte=Decimal(1),
                position_number="1000001",
                title="Healthcare Support Worker",
                grade="NHS|XR02|Review Body Band 2",
                band=Band(2),
                in_grade_since=date(2026, 11, 2),
                salary=Decimal(25272),
                staff_group="Additional Clinical Services",
                role="Healthcare Assistant",
                vacancy="12345",
                contract_end=None,
                last_working_day=None,
                ended=None,
                effective_from=date(2026, 11, 2),
                effective_to=None,
            ),
        )

    def test_the_rest(self):
        read = read_go2(SAMPLE)
        assert (read.deleted_assignments, read.deleted_persons, read.others, read.vpd, read.problems) == (
            ("91000002",),
            (),
            (),
            "",
            (),
        )

    def test_positions_are_those_of_the_published_list(self):
        names = {
            "PRA": {
                "PersonId": "person_id",
                "EmployeeNumber": "employee_number",
                "HireDate": "hired",
                "ActualTerminationDate": "left",
                "TerminationReason": "leaving_reason",
                "DateOfBirth": "date_of_birth",
                "FirstName": "first_name",
                "LastName": "last_name",
                "NhsStartDate": "nhs_start",
            },
            "ASA": {
                "PersonId": "person_id",
                "AssignmentId": "assignment_id",
                "AssignmentCategory": "category",
                "NormalHours": "hours",
                "Fte": "fte",
                "PositionName": "position",
                "Grade": "grade",
                "StartDateInGrade": "in_grade_since",
                "AnnualSalaryValue": "salary",
                "JobName": "job",
                "VacancyId": "vacancy",
                "ContractEndDate": "contract_end",
                "LastWorkingDay": "last_working_day",
                "AssignmentEndDate": "ended",
                "PrimaryAssignment": "primary",
            },
        }
        for block, places in zip(
            sample("esr_go2_columns.txt").decode().split("\n\n"), (PERSON, ASSIGNMENT), strict=True
        ):
            title, *lines = block.strip().splitlines()
            published = {name: int(number) for number, name in (line.split() for line in lines)}
            wanted = names[title[:3]]
            assert {ours: published[theirs] for theirs, ours in wanted.items()} == {
                ours: places[ours] for ours in wanted.values()
            }

    def test_names_and_birth_are_not_printed(self):
        assert not any(word in repr(read_go2(SAMPLE)) for word in ("Amina", "Example", "2004", "Tariq"))

    def test_sensitive_fields_are_never_taken(self):
        assert {12, 14, 22, 23, 24, 39, 41} & set(PERSON.values()) == set()  # sex, NI number, ethnic origin, ...


class TestVersions:
    def test_header_and_trailer(self):
        read = go2("HDR~GO_290_GO2_20261103_00001.DAT~20261103 101500", PRA, ASA, "FTR~GO_290_GO2_20261103_00001.DAT~2")
        assert (len(read.persons), len(read.assignments), read.vpd, read.problems) == (1, 1, "290", ())

    def test_header_and_trailer_with_commas_counting_themselves(self):
        read = go2('HDR,"GO_290_GO2.DAT"', PRA, "FTR,GO_290_GO2.DAT,3")
        assert (read.vpd, read.problems) == ("290", ())

    def test_more_fields_at_the_end_of_a_newer_version(self):
        assert go2(PRA + "~new~fields", ASA + "~20270101~more") == go2(PRA, ASA)

    def test_an_earlier_version_without_the_last_fields(self):
        read = go2("~".join(ASA.split("~")[:40]))
        assert (read.assignments[0].vacancy, read.assignments[0].ended, read.problems) == ("12345", None, ())

    def test_rows_of_other_kinds_are_counted(self):
        read = go2("LOA~1~2", PRA, "LOA~3", "PHA~1", "!~?")
        assert (read.others, read.problems) == ((("LOA", 2), ("PHA", 1), ("not understood", 1)), ())

    def test_deleted_persons(self):
        assert go2("PRD~90000003").deleted_persons == ("90000003",)

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
    def test_encodings(self, encoding):
        text = PRA.replace("Example", "Peña")
        assert read_go2(text.encode(encoding)).persons[0].last_name == "Peña"


class TestFaults:
    def test_a_row_that_is_cut_off(self):
        read = go2(PRA, "ASA~90000001~91000001~20261102")
        assert (len(read.persons), read.assignments) == (1, ())
        assert [(str(problem), problem.skipped) for problem in read.problems] == [
            (
                "Line 2: The ASA row has 4 fields and needs at least 40: it was cut off and left out. Ask for the "
                "file again.",
                True,
            )
        ]

    def test_a_row_of_nobody(self):
        read = go2(PRA, LEAVER.replace("90000002", ""))
        assert [problem.what for problem in read.problems] == ["The PRA row has no person number and was left out."]

    def test_a_day_that_does_not_exist(self):
        read = go2(PRA.replace("~~~20261102~~", "~~~20261131~~"))
        assert (read.persons[0].hired, read.persons[0].employee_number) == (None, "29000001")
        assert [(p.where, p.what) for p in read.problems] == [
            ("Line 1, column “hired”", "“20261131” is not a day that exists (day/month/year).")
        ]

    def test_a_header_without_a_trailer(self):
        assert [str(problem) for problem in go2("HDR~x", PRA).problems] == [
            "End of file: The header has no trailer: the file may be cut off. Ask for the file again."
        ]

    def test_another_count_than_announced(self):
        assert [str(problem) for problem in go2(PRA, "FTR~x~9").problems] == [
            "Trailer: The trailer announces 9 rows and the file holds 1. Ask for the file again to see whether "
            "rows are missing."
        ]

    @pytest.mark.parametrize("data", [b"Name,Age\nA,1", b"<html></html>", b"HDR~x\nFTR~x~0", b"LOA~1", b"PRD~"])
    def test_another_file(self, data):
        with pytest.raises(FeedRefused, match="^This is not the GO2 file that ESR sends"):
            read_go2(data)

    def test_empty(self):
        with pytest.raises(FeedRefused, match="^The file is empty."):
            read_go2(b"")

    @given(st.binary(max_size=300))
    def test_any_bytes(self, data):
        self.only_its_own(data)

    @given(st.lists(st.text(max_size=12), max_size=60), st.sampled_from(["PRA", "ASA", "ASD", "HDR", "FTR"]))
    def test_any_fields(self, fields, kind):
        self.only_its_own("~".join([kind, *fields]).encode("utf-8", "replace"))

    def only_its_own(self, data):
        try:
            read = read_go2(data)
        except FeedRefused:
            return
        assert all(person.person_id for person in read.persons)


class TestJoinKey:
    @pytest.mark.parametrize(
        ("reference", "vpd", "key"),
        [
            ("C9123-1001", "123", "123-C9123-1001"),
            ("C9333-26-1201", "290", "290-C9333-26-1201"),
            (" c9123-1001 ", "123456", "123-C9123-1001"),
            ("290-MIC-1234", "290", "290-MIC-1234"),
            ("291-MIC-1234", "290", "290-291-MIC-1234"),
        ],
    )
    def test_esr_reference(self, reference, vpd, key):
        assert esr_reference(reference, vpd=vpd) == key

    @pytest.mark.parametrize("vpd", ["", "12", "RYJ"])
    def test_not_a_vpd(self, vpd):
        with pytest.raises(ValueError, match="is not a VPD number"):
            esr_reference("C9123-1001", vpd=vpd)

    @pytest.mark.parametrize(
        ("esr", "key"),
        [
            ("123-C9123-1001", JoinKey("123", "C9123-1001")),
            ("290-mic-1234", JoinKey("290", "MIC-1234")),
            ("12345", None),
            ("", None),
            ("290-", None),
        ],
    )
    def test_join_key(self, esr, key):
        assert join_key(esr) == key

    @pytest.mark.parametrize(
        ("reference", "esr", "same"),
        [
            ("C9123-1001", "123-C9123-1001", True),
            ("c9123-1001 ", "123-C9123-1001", True),
            ("290-MIC-1234", "290-MIC-1234", True),
            ("291-MIC-1234", "290-MIC-1234", False),
            ("C9123-1002", "123-C9123-1001", False),
            ("12345", "12345", False),
            ("", "", False),
        ],
    )
    def test_same_vacancy(self, reference, esr, same):
        assert same_vacancy(reference, esr) is same

    @given(
        st.from_regex(r"[A-Z][0-9]{4}-[0-9]{2}-[0-9]{4}", fullmatch=True), st.from_regex(r"[0-9]{3}", fullmatch=True)
    )
    def test_there_and_back(self, reference, vpd):
        assert join_key(esr_reference(reference, vpd=vpd)) == JoinKey(vpd, reference)
        assert same_vacancy(reference, esr_reference(reference, vpd=vpd))


class TestLists:
    def test_the_sample(self):
        (row,) = csv.DictReader(io.StringIO(sample("esr_bi_staff_in_post_UNVERIFIED.csv").decode()))
        mapping = guess(row, HEADINGS)
        assert set(row) - set(mapping) == {"Org L2"}
        result = read_list_row(mapped(row, mapping), where="Row 2")
        assert result.problems == ()
        assert result.value == EsrListRow(
            organisation="290 Imperial College Healthcare NHS Trust",
            department="Ward A",
            employee_number="29000001",
            assignment_number="29000001",
            title="Healthcare Support Worker",
            staff_group="Additional Clinical Services",
            role="Healthcare Assistant",
            grade="NHS|XR02|Review Body Band 2",
            band=Band(2),
            fte=Decimal("1.00"),
            contract=Contract("Permanent", "permanent"),
            started=date(2026, 11, 2),
            left=None,
            leaving_reason="",
            vacancy="290-C9333-26-1201",
            hours_paid=None,
            basic_pay=None,
            high_cost_supplement=None,
            home_postcode="",
            first_name="",
            last_name="",
            date_of_birth=None,
        )

    def test_a_row_of_nobody(self):
        result = read_list_row({"title": "Porter"}, where="Row 9")
        assert result.value is None
        assert [str(problem) for problem in result.problems] == [
            "Row 9, column “employee number”: It has no employee or assignment number, vacancy or postcode, so "
            "the row was "
            "left out. Map one of these columns."
        ]

    def test_a_postcode_alone_is_enough_and_is_not_printed(self):
        result = read_list_row({"home_postcode": "w21ny", "grade": "Band 3"}, where="Row 2")
        assert (result.value.home_postcode, result.value.band, "W2 1NY" in repr(result)) == ("W2 1NY", Band(3), False)

    @pytest.mark.parametrize(
        ("values", "what"),
        [
            ({"home_postcode": "nowhere"}, "It is not a postcode; the place counts as unknown."),
            (
                {"started": "02/11/2026", "left": "01/11/2026"},
                "The person left (1 November 2026) before starting (2 November 2026).",
            ),
            ({"assignment_number": "2.9E+07"}, "“2.9E+07” was shortened by Excel and its digits are lost."),
        ],
    )
    def test_faults_keep_the_row(self, values, what):
        result = read_list_row({"employee_number": "29000001", **values}, where="Row 2")
        assert (result.value.employee_number, [p.what for p in result.problems]) == ("29000001", [what])

    @given(
        st.dictionaries(
            st.sampled_from(sorted(set(HEADINGS.values()))), st.one_of(st.text(max_size=30), st.floats(), st.dates())
        )
    )
    def test_any_cells_give_a_row_or_a_reason(self, values):
        result = read_list_row(values, where="Row 2")
        assert result.value is not None or any(problem.skipped for problem in result.problems)
