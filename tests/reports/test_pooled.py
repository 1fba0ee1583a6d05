"""Conversion over two years together: counted once, given where one year is too small, and never a key to one year's stars."""

from datetime import date

import pytest
from django.test import Client
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit.acting import Role
from organisations.models import Kind
from organisations.services import acting_of
from reports.disclosure import STAR, cell, rate
from reports.measures import financial_year_of
from reports.measures.window import two_years_to
from reports.tables import edition_of
from reports.tables.conversion import ALL, DUE, PARTS, lines_of
from reports.tables.counts import Protected
from reports.tables.pooled import NOTHING, beside_the_years
from tests.factories.organisations import AgreementFactory, MembershipFactory, OrganisationFactory, accede
from tests.reports import small_world as world
from tests.reports.disclosure.reader import weak
from tests.reports.page_tables import read

THIS = financial_year_of(2026)
WORK = ("host", "nwl", "nhs", "outside")


def counts_of(*parts):
    """Still, host, nwl, nhs, outside, bank, unknown, and the sums of them."""
    found = dict(zip(PARTS, parts, strict=True))
    found["work"] = sum(found[part] for part in WORK)
    found["due"] = sum(found[part] for part in DUE)
    return found | {"ended": found["due"] + found["still"]}


def alone(counts):
    """One year as it is published by itself."""
    return Protected({(ALL, part): n for part, n in counts.items()}, lines_of(ALL))


def together(before, now, twice=None):
    twice = twice or counts_of(*[0] * 7)
    both = {part: before[part] + now[part] - twice[part] for part in before}
    return both, beside_the_years(both, [(before, alone(before)), (now, alone(now))])


def shown(found, *parts):
    return [found.count((ALL, part)) for part in parts]


class TestByHand:
    def test_two_years_too_small_for_a_rate_make_one(self):
        """20 due in each year, 8 of them at work: no rate of 20, but 16 of 40 is 40%."""
        year = counts_of(10, 8, 0, 0, 0, 0, 12)
        assert alone(year).rate((ALL, "work"), (ALL, "due")) == STAR
        _both, found = together(year, year)
        assert shown(found, "ended", "due", "work", "host", "unknown") == [60, 40, 15, 15, 25]
        assert (found.rate((ALL, "work"), (ALL, "due")), found.rate((ALL, "host"), (ALL, "due"))) == (40, 40)

    def test_what_would_tell_a_star_is_starred(self):
        """7 on bank work, a star; 42 the year after, shown as 40: 49 is shown as 50, and 50 - 40 leaves 6 or 7 alone."""
        before, now = counts_of(0, 60, 0, 0, 0, 7, 60), counts_of(0, 60, 0, 0, 0, 42, 60)
        assert (alone(before).count((ALL, "bank")), alone(now).count((ALL, "bank"))) == (STAR, 40)
        _both, found = together(before, now)
        assert found.count((ALL, "bank")) == STAR
        assert found.rate((ALL, "work"), (ALL, "due")) == STAR

    def test_what_tells_nothing_is_shown(self):
        """3, a star, and 42: 45 is shown as 45, and 45 - 40 leaves 1 to 7."""
        _both, found = together(counts_of(0, 60, 0, 0, 0, 3, 60), counts_of(0, 60, 0, 0, 0, 42, 60))
        assert found.count((ALL, "bank")) == 45

    def test_everybody_in_one_outcome_is_not_told(self):
        _both, found = together(counts_of(0, 0, 0, 0, 0, 0, 40), counts_of(0, 0, 0, 0, 0, 0, 40))
        assert found is NOTHING
        assert set(shown(found, *PARTS, "ended")) == {STAR}

    def test_who_is_in_both_years_counts_once(self):
        year = counts_of(10, 20, 0, 0, 0, 0, 20)
        both, found = together(year, year, twice=counts_of(0, 10, 0, 0, 0, 0, 0))
        assert (both["host"], found.count((ALL, "host"))) == (30, 30)

    def test_a_rate_is_of_the_true_counts(self):
        """19 of 58, not 20 of 60: 32.8%, shown as 35."""
        _both, found = together(counts_of(0, 9, 0, 0, 0, 0, 20), counts_of(0, 10, 0, 0, 0, 0, 19))
        assert shown(found, "host", "due") == [20, 60]
        assert found.rate((ALL, "work"), (ALL, "due")) == rate(19, 58) == 35


some = st.one_of(st.integers(0, 9), st.integers(0, 60))
years = st.builds(counts_of, *[some] * 7)


class TestNobodyIsFound:
    @settings(max_examples=60)
    @given(years, years)
    def test_no_small_count_of_a_year_is_left_with_fewer_than_three_values(self, before, now):
        both, found = together(before, now)
        assume(found is not NOTHING)  # then there is no third line to learn from
        values, lines, hidden = as_a_reader_has_it([(before, alone(before)), (now, alone(now)), (both, found)])
        already = {key for key in weak(*as_a_reader_has_it([(before, alone(before)), (now, alone(now))])) if key[0] < 2}
        assert {key for key in weak(values, lines, hidden) if key[0] < 2} <= already

    @settings(max_examples=60)
    @given(years, years)
    def test_what_is_shown_is_the_count_rounded(self, before, now):
        both, found = together(before, now)
        for part, n in both.items():
            assert found.count((ALL, part)) in (STAR, cell(n))
        for part in ("work", "host"):
            assert found.rate((ALL, part), (ALL, "due")) in (STAR, rate(both[part], both["due"]))

    @settings(max_examples=60)
    @given(years, years)
    def test_a_line_with_a_star_has_no_rate(self, before, now):
        _both, found = together(before, now)
        if STAR in shown(found, "work", "bank", "unknown", "due"):
            assert found.rate((ALL, "work"), (ALL, "due")) == STAR


def as_a_reader_has_it(published):
    """Values, lines and secondary stars of years side by side; where there are three, the third is the sum of the others."""
    values, lines, hidden = {}, [], set()
    for number, (counts, found) in enumerate(published):
        values |= {(number, part): n for part, n in counts.items()}
        lines += [((number, total[1]), [(number, part[1]) for part in parts]) for total, parts in lines_of(ALL)]
        hidden |= {(number, part) for part, n in counts.items() if n > 7 and found.count((ALL, part)) == STAR}
    if len(published) == 3:
        lines += [((2, part), [(0, part), (1, part)]) for part in published[0][0]]
    return values, lines, hidden


@pytest.mark.django_db
class TestEditions:
    @pytest.fixture
    def trusts(self):
        """Imperial: 9 ended in each year and 8 found work there; one of Hillingdon's 9 ended twice."""
        made = world.make_trusts()
        for trust, at_work in ((made.imperial, 8), (made.hillingdon, 0)):
            for ends in (date(2025, 6, 30), date(2026, 4, 30)):
                for number in range(9):
                    who = world.person()
                    world.ended(who, world.cohort(trust), date(ends.year, 3, 2), ends)
                    if number < at_work:
                        world.job(who, date(ends.year, 7, 1), employer=trust)
        again = world.person()
        for ends in (date(2025, 6, 30), date(2026, 4, 30)):
            world.ended(again, world.cohort(made.hillingdon), date(ends.year, 3, 2), ends)
        return made

    def edition(self, role, organisation=None, window=THIS):
        organisation = organisation or OrganisationFactory(kind=Kind.ICB)
        return edition_of(acting_of(MembershipFactory(role=role, organisation=organisation)), window)

    def test_the_academy_by_trust(self, trusts):
        table = self.edition(Role.ACADEMY).table("m3-pooled")
        assert table.title == "Conversion over two years together, April 2025 to March 2027"
        found = {row.label: (row.cells[0], row.cells[3]) for row in table.rows if row.cells[0]}
        assert found == {"Imperial": (18, 16), "Hillingdon": (19, 0), "All": (37, 16)}

    def test_hr_the_own_trust(self, trusts):
        accede(AgreementFactory(), trusts.imperial)
        (row,) = self.edition(Role.TRUST_HR, trusts.imperial).table("m3-pooled").rows
        assert (row.label, row.cells[0], str(row.cells[4])) == ("Imperial", 18, "88.8")

    @pytest.mark.parametrize("role", [Role.ICB_ANALYST, Role.AUDITOR, Role.PROVIDER])
    def test_others_everybody_in_one_protected_line(self, trusts, role):
        (row,) = self.edition(role).table("m3-pooled").rows
        assert row.label == "All"
        assert all(value == STAR or value % 5 == 0 for value in row.cells)

    @pytest.mark.parametrize("role", [Role.ACADEMY, Role.ICB_ANALYST])
    def test_only_beside_the_running_year(self, trusts, role):
        with pytest.raises(KeyError):
            self.edition(role, window=financial_year_of(2025)).table("m3-pooled")

    def test_its_figures_open_no_records_of_one_year(self, trusts):
        client = Client()
        client.force_login(MembershipFactory(role=Role.ACADEMY).user)
        sections = client.get("/reports/").context["sections"]
        laid = [laid for part in sections for laid in part["tables"] if laid["table"].key == "m3-pooled"]
        assert [cell["url"] for found in laid for row in found["rows"] for cell in row["cells"] if cell["url"]] == []

    def test_the_page_leads_to_every_table_and_back(self, trusts):
        client = Client()
        client.force_login(MembershipFactory(role=Role.ACADEMY).user)
        response = client.get("/reports/")
        html = response.content.decode()
        for part in response.context["sections"]:
            for key in (part["key"], *(laid["table"].key for laid in part["tables"])):
                assert (html.count(f'href="#{key}"'), html.count(f'id="{key}"')) == (1, 1), key
        assert html.count('href="#maincontent"') >= len(response.context["sections"])
        assert len(read(response.content)) >= 12

    @pytest.mark.parametrize(("trust", "said"), [("imperial", False), ("kingston", True)])
    def test_a_trust_that_hosts_nobody_is_told_why(self, trusts, trust, said):
        trust = getattr(trusts, trust)
        accede(AgreementFactory(), trust)
        client = Client()
        client.force_login(MembershipFactory(role=Role.TRUST_HR, organisation=trust).user)
        response = client.get("/reports/")
        assert response.context["no_cohorts"] is said
        assert ("No programme is hosted by your trust in this period" in response.content.decode()) is said


def test_two_years_end_with_the_later_one():
    window = two_years_to(THIS)
    assert (window.starts, window.ends, window.key) == (date(2025, 4, 1), date(2027, 3, 31), "2025-2026")
