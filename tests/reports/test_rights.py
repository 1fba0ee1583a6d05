"""Who reads which page, file and record of the reports, and what a wrong address is answered: every role by table."""

import io
from datetime import date

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from audit.acting import Role
from candidates.models import Candidate
from organisations.models import Kind
from organisations.policies import load_initial
from reports.words import FALLS
from tests.factories.candidates import GrantFactory
from tests.factories.organisations import AgreementFactory, MembershipFactory, OrganisationFactory, accede, acting_as
from tests.factories.vacancies import VacancyFactory
from tests.reports import small_world as world
from tests.reports.page_tables import read
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db
ALL, FENCE = ("m0", "m2", "m3"), ("m0",)
READS = {
    Role.ACADEMY: ALL,
    Role.ICB_ANALYST: ALL,
    Role.AUDITOR: ALL,
    Role.PROVIDER: ALL,
    Role.TRUST_HR: ALL,
    Role.RECRUITER: FENCE,
    Role.SYSTEM_ADMIN: (),
}
OPENS = {Role.ACADEMY: ALL, Role.TRUST_HR: FENCE, Role.RECRUITER: FENCE}


@pytest.fixture
def trusts():
    """Somebody of Imperial's who started, ended and found work, and a vacancy of each of two trusts."""
    made = world.make_trusts()
    accede(AgreementFactory(), made.imperial)
    who = world.person(family_name="Zzyzzx")
    world.started(who, world.cohort(made.imperial), date(2026, 5, 4))
    world.ended(who, world.cohort(made.imperial), date(2026, 4, 2), date(2026, 4, 30))
    world.job(who, date(2026, 6, 1), employer=made.imperial)
    world.counted(made.imperial, date(2026, 5, 4), posts=5, reserved=1)
    world.counted(made.hillingdon, date(2026, 5, 4), posts=10, reserved=1)
    return made


def client_for(role, organisation):
    client = Client()
    client.force_login(MembershipFactory(role=role, organisation=organisation).user)
    return client


@pytest.fixture
def reader(trusts):
    def sign_in(role):
        mine = role in (Role.TRUST_HR, Role.RECRUITER)
        return client_for(role, trusts.imperial if mine else OrganisationFactory(kind=Kind.ICB))

    return sign_in


@pytest.mark.parametrize("role", READS)
class TestEveryRole:
    def test_the_page_has_the_measures_of_the_role(self, reader, role):
        response = reader(role).get("/reports/")
        assert response.status_code == (200 if READS[role] else 404)
        if READS[role]:
            assert tuple(part["key"] for part in response.context["sections"]) == READS[role]

    @pytest.mark.parametrize("measure", ALL)
    def test_files_and_records(self, reader, role, measure):
        client = reader(role)
        answers = [client.get(f"/reports/{measure}{more}").status_code for more in (".csv", ".xlsx", "/records/")]
        reads = 200 if measure in READS[role] else 404
        assert answers == [reads, reads, 200 if measure in OPENS.get(role, ()) else 404]

    @pytest.mark.parametrize("measure", ALL)
    def test_the_api_is_the_page(self, reader, role, measure):
        client = reader(role)
        answer = client.get(f"/api/v1/measures/{measure}/")
        assert answer.status_code == (200 if measure in READS[role] else 404)
        listed = client.get("/api/v1/measures/")
        assert (listed.status_code, [row["key"] for row in listed.json()] if READS[role] else []) == (
            200 if READS[role] else 404, list(READS[role]),
        )  # fmt: skip

    def test_only_who_opens_records_has_links_to_them(self, reader, role):
        if READS[role]:
            page = reader(role).get("/reports/").content.decode()
            assert {measure for measure in ALL if f"/reports/{measure}/records/" in page} == set(OPENS.get(role, ()))


class TestNobodyIsNamed:
    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.RECRUITER, Role.ICB_ANALYST, Role.AUDITOR, Role.PROVIDER])
    @pytest.mark.parametrize("path", ["/reports/", "/reports/m2.csv", "/reports/m3.csv", "/api/v1/measures/m3/"])
    def test_in_no_page_or_file_of_others(self, reader, role, path):
        response = reader(role).get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"Zzyzzx" not in body
        assert b"CAN-" not in body

    def test_a_trust_learns_of_no_programme(self, reader, trusts):
        page = reader(Role.TRUST_HR).get("/reports/").content.decode()
        assert "by kind of programme" not in page
        assert "Ready for work" not in page

    def test_the_academy_opens_the_person_with_a_grant(self, trusts):
        academy = OrganisationFactory(kind=Kind.ACADEMY)
        GrantFactory(candidate=Candidate.unscoped.get(), organisation=academy)
        client = client_for(Role.ACADEMY, academy)
        for path in ("m2/records/", "m3/records/?part=host"):
            (line,) = client.get(f"/reports/{path}").context["lines"]
            assert line.url == Candidate.unscoped.get().get_absolute_url()


class TestWrongAddresses:
    @pytest.mark.parametrize(
        "query", ["year=2023", "year=2027", "year=abc", "year=", "trust=0", "trust=abc", "trust=-1"]
    )
    def test_of_the_page(self, reader, query):
        assert reader(Role.ICB_ANALYST).get(f"/reports/?{query}").status_code == 404

    @pytest.mark.parametrize(
        ("query", "status", "said"),
        [
            ("year=2019", 400, {"year": ["Choose one of 2026, 2025, 2024."]}),
            ("year=x", 400, {"year": ["Choose one of 2026, 2025, 2024."]}),
            ("trust=Imperial", 400, {"trust": ["Give the id of a trust."]}),
            ("trust=99999999", 404, None),
            ("year=2025", 200, None),
        ],
    )
    def test_of_the_api(self, reader, query, status, said):
        answer = reader(Role.ICB_ANALYST).get(f"/api/v1/measures/m0/?{query}")
        assert answer.status_code == status
        assert said is None or answer.json() == said

    @pytest.mark.parametrize(
        "path",
        [
            "m0/records/?part=all", "m3/records/?part=counted", "m3/records/?trust=abc", "m2/records/?year=1999",
            "m1/records/", "m4.csv", "m0.pdf",
        ],
    )  # fmt: skip
    def test_of_records_and_files(self, reader, path):
        assert reader(Role.ACADEMY).get(f"/reports/{path}").status_code == 404

    def test_a_trusts_own_reader_gets_the_own_trust_whatever_is_asked(self, reader, trusts):
        client, other = reader(Role.TRUST_HR), trusts.hillingdon.pk
        tables = client.get(f"/api/v1/measures/m0/?trust={other}").json()["tables"]
        assert {row["label"] for table in tables[:3] for row in table["rows"]} == {"Imperial"}
        assert b"Hillingdon" not in b"".join(client.get(f"/reports/m0.csv?trust={other}").streaming_content)


class TestRecordsPage:
    @pytest.mark.parametrize(
        ("query", "title", "count"),
        [
            ("", "Counted", 2), ("?part=reserved", "With a post reserved", 2), ("?part=exempt by code", "Exempt by code", 1),
            ("?part=not entry level", "Not entry level", 1), ("?part=not yet decided", "Not yet decided", 0),
        ],
    )  # fmt: skip
    def test_what_was_counted_and_what_was_left_out(self, reader, trusts, query, title, count):
        VacancyFactory(trust=trusts.imperial, exemption="rotation", opened_on=date(2026, 5, 1), closes_on=None)
        VacancyFactory(trust=trusts.imperial, entry_level="no", opened_on=date(2026, 5, 1), closes_on=None)
        page = reader(Role.ACADEMY).get(f"/reports/m0/records/{query}")
        assert (page.context["selection"].title, len(page.context["lines"])) == (title, count)

    def test_fifty_on_a_page(self, reader, trusts):
        for _ in range(51):
            world.counted(trusts.kingston, date(2026, 6, 2))
        client = reader(Role.ACADEMY)
        found = [len(client.get(f"/reports/m0/records/?page={page}").context["lines"]) for page in (1, 2)]
        assert found == [50, 3]

    def test_the_way_back_keeps_year_and_trust_and_nothing_else(self, reader, trusts):
        page = reader(Role.ACADEMY).get(f"/reports/m0/records/?year=2026&trust={trusts.imperial.pk}&part=reserved")
        assert page.context["back"] == f"/reports/?year=2026&trust={trusts.imperial.pk}"


class TestOversight:
    @pytest.fixture
    def decided(self, trusts):
        load_initial()
        vacancy = VacancyFactory(trust=trusts.imperial, posts=5, job_family="portering")
        reserve(vacancy=vacancy, posts=1, by=acting_as(Role.RECRUITER, trusts.imperial))

    @pytest.mark.parametrize("role", READS)
    def test_who_reads_it(self, reader, role):
        allowed = role in (Role.ICB_ANALYST, Role.AUDITOR, Role.ACADEMY)
        client = reader(role)
        for path in ("/reports/oversight/", "/reports/oversight/?format=xlsx"):
            assert client.get(path).status_code == (200 if allowed else 404)
        if allowed:
            assert client.post("/reports/oversight/").status_code == 405

    @pytest.mark.parametrize(
        ("asked", "year"),
        [("", 2026), ("2025", 2025), ("2023", 2023), ("2022", 2026), ("2027", 2026), ("abc", 2026), ("２０２５", 2026)],
    )
    def test_the_last_four_years(self, reader, asked, year):
        context = reader(Role.ICB_ANALYST).get(f"/reports/oversight/?year={asked}").context
        assert context["year"] == year
        assert [label for _year, label in context["years"]] == ["2026/27", "2025/26", "2024/25", "2023/24"]

    def test_the_workbook_is_the_page(self, reader, decided):
        client = reader(Role.ICB_ANALYST)
        context = client.get("/reports/oversight/").context
        response = client.get("/reports/oversight/?format=xlsx")
        book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
        assert book.sheet_names == ["Trusts", "Below due", "Job families", "Not met", "Notes"]
        assert book.get_sheet_by_name("Notes").to_python()[1][1].endswith(FALLS)
        assert FALLS in client.get("/reports/oversight/").content.decode()
        (_headings, *rows) = book.get_sheet_by_name("Trusts").to_python()
        assert [(row[0], row[8], *row[13:]) for row in rows] == [
            (line.trust.name, "" if line.months[7] is None else float(line.months[7]), line.history, line.unsigned, line.overdue,
             line.exempt, line.adverts, line.short_windows)
            for line in context["lines"]
        ]  # fmt: skip
        (_headings, *families) = book.get_sheet_by_name("Job families").to_python()
        assert families == [[line.family, line.reserved, line.free] for line in context["families"]]
        assert ["Portering", 1, 0] in families


def test_the_page_says_when_and_of_whom(reader):
    words = reader(Role.ICB_ANALYST).get("/reports/").content.decode()
    assert "April 2026 to March 2027, as at 31 October 2026" in words
    assert "How small numbers are protected" in words
    exact = reader(Role.ACADEMY).get("/reports/").content.decode()
    assert "April 2026 to March 2027, as at 23 November 2026" in exact
    assert "How small numbers are protected" not in exact


def test_a_choice_of_trust_is_said_to_change_only_the_ring_fence(reader, trusts):
    response = reader(Role.ICB_ANALYST).get(f"/reports/?trust={trusts.hillingdon.pk}")
    assert "Only the ring-fence by month is of the trust that you chose." in response.content.decode()
    ((_headings, *rows),) = read(response.content)["Ring-fence at each month's end, Hillingdon"]
    assert rows[1][1:3] == ["10", "1"]
