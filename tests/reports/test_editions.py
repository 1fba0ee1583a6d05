"""One edition for screen, CSV, XLSX and API; who gets which; and that published tables stand still."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pandas
import pytest
from django.test import Client

from audit import clock
from audit.acting import Role
from organisations.models import Kind
from organisations.services import acting_of
from programmes.models import Enrolment
from reports.measures import financial_year_of
from reports.models import Publication
from reports.tables import STAR, edition_of
from tests.factories.candidates import GrantFactory
from tests.factories.organisations import AgreementFactory, MembershipFactory, OrganisationFactory, accede
from tests.reports import small_world as world
from tests.reports.page_tables import read
from vacancies.models import EntryKind

pytestmark = pytest.mark.django_db
WINDOW = financial_year_of(world.YEAR)


@pytest.fixture
def trusts():
    """Imperial: 12 people ended, 9 of them at work there; Hillingdon: 9 ended, 1 at work; Kingston: 3, nobody known."""
    made = world.make_trusts()
    for trust, people, at_work in ((made.imperial, 12, 9), (made.hillingdon, 9, 1), (made.kingston, 3, 0)):
        where = world.cohort(trust)
        for number in range(people):
            who = world.person()
            world.ended(who, where, date(2026, 4, 2 + number), date(2026, 4, 30), seeking=True)
            if number < at_work:
                world.job(who, date(2026, 6, 1), employer=trust)
    vacancy = world.counted(made.imperial, date(2026, 5, 4), posts=10, reserved=2)
    world.reached(vacancy, date(2026, 6, 1), EntryKind.CONSIDERED)
    world.counted(made.hillingdon, date(2026, 11, 2), posts=5)
    return made


def member(role, organisation=None):
    organisation = organisation or OrganisationFactory(kind=Kind.ICB)
    return MembershipFactory(role=role, organisation=organisation)


def client_of(membership):
    client = Client()
    client.force_login(membership.user)
    return client


def edition_for(role, organisation=None, **more):
    return edition_of(acting_of(member(role, organisation)), WINDOW, **more)


def cells(table, row):
    found = next(each for each in table.rows if each.key == str(row))
    return dict(zip([column.key for column in table.columns], found.cells, strict=True))


class TestWhoGetsWhat:
    def test_the_academy_gets_true_counts_of_everybody(self, trusts):
        edition = edition_for(Role.ACADEMY, OrganisationFactory(kind=Kind.ACADEMY))
        assert (edition.exact, edition.as_at, edition.marking) == (True, date(2026, 11, 23), "")
        imperial = cells(edition.table("m3-trusts"), trusts.imperial.pk)
        assert imperial == {
            "ended": 12,
            "still": 0,
            "due": 12,
            "work": 9,
            "rate": Decimal("75.0"),
            "host": 9,
            "host_rate": Decimal("75.0"),
            "nwl": 0,
            "nhs": 0,
            "outside": 0,
            "bank": 0,
            "unknown": 3,
        }
        assert cells(edition.table("m3-trusts"), "all")["rate"] == Decimal("41.6")  # 10 of 24
        assert cells(edition.table("m2-trusts"), "all") == {"people": 24, "counted": 0}
        assert cells(edition.table("m0-posts"), trusts.imperial.pk) == {
            "counted": 10,
            "reserved": 2,
            "share": Decimal("20.0"),
            "short": 0,
            "considered": 1,
            "considered_share": Decimal("10.0"),
            "interviewed": 0,
            "appointed": 0,
        }
        everybody = cells(edition.table("m0-posts"), "all")
        assert (everybody["share"], everybody["considered_share"]) == (Decimal("13.3"), Decimal("6.6"))  # 2, 1 of 15

    def test_the_icb_gets_protected_tables_as_at_the_last_months_end(self, trusts):
        edition = edition_for(Role.ICB_ANALYST)
        assert (edition.exact, edition.as_at) == (False, date(2026, 10, 31))
        table = edition.table("m3-trusts")
        assert "pooled" in {row.key for row in table.rows}, "Kingston has three people: never alone"
        assert str(trusts.kingston.pk) not in {row.key for row in table.rows}
        people = {"m2-trusts", "m2-months", "m2-kinds", "m3-trusts", "m3-readings", "m3-months"}
        for key in people:
            for row in edition.table(key).rows:
                assert [cell for cell in row.cells if cell != STAR and cell % 5] == [], (key, row)
        assert cells(edition.table("m0-posts"), trusts.imperial.pk)["considered"] == STAR
        assert cells(edition.table("m0-posts"), trusts.imperial.pk)["considered_share"] == STAR
        assert cells(edition.table("m0-posts"), trusts.imperial.pk)["share"] == Decimal("20.0")
        assert cells(edition.table("m0-posts"), trusts.hillingdon.pk)["counted"] == 0  # written in November
        with pytest.raises(KeyError):
            edition.table("m2-grid")

    @pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.AUDITOR, Role.PROVIDER])
    def test_choosing_a_trust_changes_no_table_of_people(self, trusts, role):
        everything = edition_for(role)
        chosen = edition_for(role, trust_id=trusts.imperial.pk)
        same = [table for table in everything.tables if table.key != "m0-months"]
        assert [table for table in chosen.tables if table.key != "m0-months"] == same
        assert chosen.table("m0-months").cell("2026-05-01", "posts") == 10
        assert [column.key for column in chosen.table("m0-months").columns][-1] == "advert_share"

    def test_hr_gets_the_own_trust_in_plain_totals_and_never_by_programme(self, trusts):
        accede(AgreementFactory(), trusts.imperial)
        edition = edition_for(Role.TRUST_HR, trusts.imperial)
        assert edition.marking.startswith("OFFICIAL-SENSITIVE")
        assert [row.key for row in edition.table("m3-trusts").rows] == [str(trusts.imperial.pk)]
        assert cells(edition.table("m3-trusts"), trusts.imperial.pk)["host"] == 9
        assert edition.table("m2-months").cell("all", "people") == 12
        assert {row.key for row in edition.table("m0-posts").rows} == {str(trusts.imperial.pk)}
        assert "m2-kinds" not in {table.key for table in edition.tables}

    def test_hr_of_a_trust_without_an_agreement_gets_the_ring_fence_alone(self, trusts):
        edition = edition_for(Role.TRUST_HR, trusts.imperial)
        assert (edition.measures, edition.marking) == (("m0",), "")

    def test_a_recruiter_gets_the_own_ring_fence_alone(self, trusts):
        accede(AgreementFactory(), trusts.imperial)
        edition = edition_for(Role.RECRUITER, trusts.imperial)
        assert {table.measure for table in edition.tables} == {"m0"}
        assert edition.table("m0-months").cell("2026-06-01", "considered") == 1

    @pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN])
    def test_nobody_else_gets_anything(self, trusts, role):
        assert edition_for(role).tables == ()


@pytest.mark.parametrize("role", [Role.ACADEMY, Role.ICB_ANALYST])
def test_the_picture_of_stages_makes_no_rate_of_rounded_counts(trusts, role):
    page = client_of(member(role)).get("/reports/")
    ((headings, *rows),) = read(page.content)["From the end of participation to work"]
    assert headings == ["Stage reached", "People"]
    assert [row[0] for row in rows] == ["26 weeks over", "In work", "At the host trust"]


class TestStandingStill:
    def test_a_correction_does_not_show_before_the_month_is_over(self, trusts):
        before = edition_for(Role.ICB_ANALYST)
        for _ in range(20):
            world.ended(world.person(), world.cohort(trusts.imperial), date(2026, 5, 1), date(2026, 5, 2))
        assert edition_for(Role.AUDITOR).tables == before.tables
        with clock.pretend(clock.start_of(date(2026, 12, 1)) + timedelta(hours=9)):
            after = edition_for(Role.AUDITOR)
        assert after.as_at == date(2026, 11, 30)
        assert after.table("m2-trusts").cell("all", "people") == 45  # 24 and 20, rounded

    def test_it_is_kept_once_and_read_again_as_it_was(self, trusts):
        first, second = edition_for(Role.ICB_ANALYST), edition_for(Role.ICB_ANALYST)
        assert first == second
        assert Publication.objects.count() == 1

    def test_true_counts_are_never_kept(self, trusts):
        edition_for(Role.ACADEMY)
        assert Publication.objects.count() == 0


def as_text(value):
    """A figure as files and the API write it, whatever its type became on the way."""
    if value is None or (isinstance(value, float) and pandas.isna(value)):
        return ""
    if isinstance(value, str) and value in ("", STAR):
        return value
    return f"{Decimal(str(value)).normalize():f}"


@pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.ACADEMY, Role.TRUST_HR])
@pytest.mark.parametrize("measure", ["m0", "m2", "m3"])
class TestOneEdition:
    """Screen, CSV, XLSX and API, read back and compared cell by cell."""

    @pytest.fixture
    def membership(self, trusts, role):
        accede(AgreementFactory(), trusts.imperial)
        return member(role, trusts.imperial if role == Role.TRUST_HR else None)

    @pytest.fixture
    def wanted(self, membership, measure):
        return edition_of(acting_of(membership), WINDOW).of(measure)

    def test_csv(self, membership, measure, wanted):
        answer = client_of(membership).get(f"/reports/{measure}.csv")
        body = b"".join(answer.streaming_content)
        frame = pandas.read_csv(io.BytesIO(body), dtype=str, keep_default_na=False, encoding="utf-8-sig")
        about = frame[frame["Table"] == "About"]
        assert {"Definition", "As at", "Source", "Version"} <= set(about["Row"])
        found = [
            (row.Table, row.Row, row.Figure, as_text(row.Value))
            for row in frame[frame["Table"] != "About"].itertuples()
        ]
        assert found == [
            (table.title, row.label, column.label, as_text(value))
            for table in wanted
            for row in table.rows
            for column, value in zip(table.columns, row.cells, strict=True)
        ]

    def test_xlsx(self, membership, measure, wanted):
        answer = client_of(membership).get(f"/reports/{measure}.xlsx")
        sheets = pandas.read_excel(io.BytesIO(answer.content), sheet_name=None, engine="calamine", dtype=object)
        assert list(sheets) == ["About", *(table.key for table in wanted)]
        assert "As at" in set(sheets["About"]["About"])
        for table in wanted:
            frame = sheets[table.key]
            found = [[row[0], *(as_text(value) for value in row[1:])] for row in frame.itertuples(index=False)]
            assert found == [[row.label, *(as_text(value) for value in row.cells)] for row in table.rows]

    def test_api(self, membership, measure, wanted):
        answer = client_of(membership).get(f"/api/v1/measures/{measure}/").json()
        assert [table["key"] for table in answer["tables"]] == [table.key for table in wanted]
        for found, table in zip(answer["tables"], wanted, strict=True):
            assert [
                (row["label"], [as_text(row["cells"][column.key]) for column in table.columns]) for row in found["rows"]
            ] == [(row.label, [as_text(value) for value in row.cells]) for row in table.rows]

    def test_screen(self, membership, measure, wanted):
        html = client_of(membership).get("/reports/").content
        tables = read(html)
        for table in wanted:
            ((headings, *rows),) = tables[table.title]
            assert headings == [table.heading, *(column.label for column in table.columns)]
            assert [[row[0], *(shown(text) for text in row[1:])] for row in rows] == [
                [row.label, *(as_text(value) for value in row.cells)] for row in table.rows
            ]


def shown(text):
    """A cell of the page as the files write it."""
    return "" if text == "–" else as_text(text.rstrip("%").replace(",", ""))


class TestRecords:
    @pytest.fixture
    def officer(self, trusts):
        academy = OrganisationFactory(kind=Kind.ACADEMY)
        for enrolment in Enrolment.unscoped.select_related("candidate"):
            GrantFactory(candidate=enrolment.candidate, organisation=academy)
        return client_of(member(Role.ACADEMY, academy))

    def test_as_many_records_as_the_figure_counted(self, officer, trusts):
        for query, count in (
            ("m3/records/?part=host", 10),
            (f"m3/records/?part=host&trust={trusts.imperial.pk}", 9),
            (f"m3/records/?part=unknown&trust={trusts.kingston.pk}", 3),
            ("m3/records/?part=work&trust=none", 0),
            ("m3/records/?month=2026-04-01", 24),
            ("m3/records/?month=2026-05-01", 0),
            (f"m2/records/?trust={trusts.hillingdon.pk}", 9),
            ("m2/records/?kind=job_skills", 24),
            ("m2/records/?kind=internship", 0),
            ("m0/records/", 2),
            ("m0/records/?part=reserved", 1),
        ):
            page = officer.get(f"/reports/{query}")
            assert (query, page.context["page"].paginator.count) == (query, count)
            assert len(page.context["lines"]) == count

    def test_people_by_reference_with_what_they_came_to(self, officer, trusts):
        page = officer.get(f"/reports/m3/records/?part=host&trust={trusts.hillingdon.pk}")
        (line,) = page.context["lines"]
        assert line.reference.startswith("CAN-")
        facts = dict(line.facts)
        assert (facts["Host trust"], facts["Came to"], facts["Ended"]) == (
            "Hillingdon",
            "Host trust",
            date(2026, 4, 30),
        )
        assert facts["Job"].endswith("from 1 June 2026")

    def test_a_record_without_a_grant_is_counted_and_not_named(self, trusts):
        page = client_of(member(Role.ACADEMY, OrganisationFactory(kind=Kind.ACADEMY))).get("/reports/m3/records/")
        assert {line.reference for line in page.context["lines"]} == {"A record that you may not open"}
        assert b"CAN-" not in page.content

    def test_a_recruiter_opens_the_own_vacancies_whatever_is_asked(self, trusts):
        client = client_of(member(Role.RECRUITER, trusts.imperial))
        page = client.get(f"/reports/m0/records/?trust={trusts.hillingdon.pk}")
        assert [dict(line.facts)["Trust"] for line in page.context["lines"]] == ["Imperial"]

    def test_every_link_of_the_page_opens_as_many_records_as_it_says(self, officer):
        page = officer.get("/reports/")
        links = [
            (cell["url"], cell["value"])
            for part in page.context["sections"]
            for laid in part["tables"]
            for row in laid["rows"]
            for cell in row["cells"]
            if cell["url"] and laid["table"].key != "m0-posts"  # it counts posts, and its records are vacancies
        ]
        assert len(links) > 30
        for url, value in links:
            assert (url, officer.get(url).context["page"].paginator.count) == (url, value)


@pytest.mark.parametrize("role", [Role.ACADEMY, Role.ICB_ANALYST])
def test_the_pages_queries_do_not_grow(role, trusts, django_assert_max_num_queries):
    client = client_of(member(role))
    client.get("/reports/")
    with django_assert_max_num_queries(50) as first:
        client.get("/reports/")
    world.ended(world.person(), world.cohort(trusts.imperial), date(2026, 5, 1), date(2026, 5, 2))
    world.counted(trusts.imperial, date(2026, 5, 4), posts=2, reserved=1, state="closed")
    with django_assert_max_num_queries(50) as second:
        client.get("/reports/")
    assert len(second) == len(first) == {Role.ACADEMY: 49, Role.ICB_ANALYST: 9}[role]


@pytest.mark.parametrize("asked", ["abc", "other"])
def test_a_trusts_own_page_takes_no_other_trust(trusts, asked):
    client = client_of(member(Role.TRUST_HR, trusts.imperial))
    asked = str(trusts.hillingdon.pk) if asked == "other" else asked
    answer = client.get(f"/reports/?trust={asked}")
    assert answer.status_code == 200
    assert f"trust={trusts.hillingdon.pk}&" not in answer.content.decode()
    assert answer.context["headlines"] == client.get("/reports/").context["headlines"]


@pytest.mark.parametrize("asked", ["abc", "99999999999999999999"])
def test_a_trust_that_is_none_is_not_there(trusts, asked):
    client = client_of(member(Role.ICB_ANALYST))
    assert client.get(f"/reports/?trust={asked}").status_code == 404
