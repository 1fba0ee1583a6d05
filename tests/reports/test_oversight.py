"""What the ICB sees of how trusts keep the ring-fence: exact where it counts adverts, protected where it counts people."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from audit.acting import Role
from audit.clock import pretend, today
from organisations.models import Department, Kind
from organisations.policies import load_initial
from reports.measures.oversight import (
    Counted,
    _rate,
    below_due,
    by_family,
    by_trust,
    coarsened,
    not_met_by_department,
    protected_rates,
)
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_as
from tests.factories.pipeline import ReferralFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.amending import release
from vacancies.models import Override, OverrideReason
from vacancies.overriding import LessThanDue
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db
LESS = LessThanDue(OverrideReason.URGENT, "Winter", "Sam", "sam@example.test")


@pytest.fixture
def trust():
    load_initial()
    return OrganisationFactory(short_name="Imperial")


@pytest.fixture
def recruiter(trust):
    return acting_as(Role.RECRUITER, trust)


def decided(trust, recruiter, posts, reserved, *, day=None, less=None, **facts):
    day = day or today()
    with pretend(datetime(day.year, day.month, day.day, 10, tzinfo=UTC)):
        vacancy = VacancyFactory(trust=trust, posts=posts, opened_on=day, closes_on=day + timedelta(21), **facts)
        reserve(vacancy=vacancy, posts=reserved, by=recruiter, less=less)
    return vacancy


def test_month_ends_as_they_were_known_then(trust, recruiter):
    decided(trust, recruiter, 5, 2, day=date(2026, 6, 10))
    decided(trust, recruiter, 5, 0, day=date(2026, 9, 10))
    (line,) = [line for line in by_trust(2026) if line.trust == trust]
    forty, twenty = Decimal("40.0"), Decimal("20.0")
    assert line.months == (None, None, forty, forty, forty, twenty, twenty, twenty, None, None, None, None)


def test_a_month_to_come_says_nothing(trust, recruiter):
    """April and May before the first advert are not counted; December to March are to come."""
    decided(trust, recruiter, 5, 2, day=date(2026, 6, 10))
    page = signed_in(Role.ICB_ANALYST).get("/reports/oversight/").text
    assert page.count("None counted") == 2


def test_signatures_that_are_missing(trust, recruiter):
    for _ in range(3):
        decided(trust, recruiter, 5, 0, less=LESS)
    first, second, _third = Override.unscoped.order_by("pk")
    Override.unscoped.filter(pk=first.pk).update(signed_at=datetime(2026, 11, 23, tzinfo=UTC))
    Override.unscoped.filter(pk=second.pk).update(sign_by=today() - timedelta(days=1))
    (line,) = by_trust(2026)
    assert (line.unsigned, line.overdue) == (2, 1)
    Override.unscoped.filter(pk=second.pk).update(refused_at=datetime(2026, 11, 23, tzinfo=UTC))
    (line,) = by_trust(2026)
    assert (line.unsigned, line.overdue) == (2, 0)  # somebody answered, and did not sign


def test_decisions_below_what_was_due_are_listed_with_their_answers(trust, recruiter):
    """5 posts with none of the 1 due; then 5 with 2 reserved, both needed by then, one of them given back."""
    decided(trust, recruiter, 5, 0, less=LESS, title="Porter")
    cook = decided(trust, recruiter, 5, 2, title="Cook")
    with pretend(datetime(2026, 11, 23, 15, tzinfo=UTC)):
        release(
            vacancy=cook, posts=1, held=2, reason="Ward closed", by=recruiter, less=replace(LESS, text="Ward closed")
        )
    client = signed_in(Role.ICB_ANALYST)
    found = [(each.vacancy.title, each.what, each.due, each.reserved) for each in below_due(2026)]
    assert found == [("Cook", "Needed posts given back", 2, 1), ("Porter", "Less than due reserved", 1, 0)]
    assert by_trust(2026)[0].unsigned == 2
    page = words(client.get("/reports/oversight/"))
    assert "Needed posts given back: 1 post, 1 of 2 needed stayed" in page
    assert (
        "Urgent patient-safety need Ward closed Waiting for a countersignature Sam (example.test), by 30 November 2026"
        in page
    )
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/reports/oversight/?format=xlsx").content))
    headings, *rows = book.get_sheet_by_name("Below due").to_python()
    assert [[row[headings.index(name)] for name in ("Trust", "Decision", "Explained", "Answer")] for row in rows] == [
        ["Imperial", "Needed posts given back", "Ward closed", "Waiting for a countersignature"],
        ["Imperial", "Less than due reserved", "Winter", "Waiting for a countersignature"],
    ]


def test_exempt_and_short(trust, recruiter):
    VacancyFactory(trust=trust, exemption="rotation")
    VacancyFactory(trust=trust, exemption="duplicate")
    VacancyFactory(trust=trust, entry_level="no")
    VacancyFactory(trust=trust, closes_on=today() + timedelta(days=6))
    VacancyFactory(trust=trust, closes_on=today() + timedelta(days=7))
    march = {"trust": trust, "opened_on": date(2026, 3, 31), "closes_on": None}
    VacancyFactory(made_at=datetime(2026, 3, 31, 12, tzinfo=UTC), exemption="rotation", **march)  # of the year before
    VacancyFactory(trust=trust, exemption="rotation", entry_level="no")  # outside the 20% whatever its code
    (line,) = by_trust(2026)
    assert (line.exempt, line.adverts, line.short_windows, line.windows) == (1, 3, 1, 3)
    assert line.exempt_share == Decimal("33.3")


def test_the_mix_of_job_families(trust, recruiter):
    decided(trust, recruiter, 5, 1, job_family="portering")
    decided(trust, recruiter, 1, 1, job_family="portering")
    decided(trust, recruiter, 1, 0, job_family="admin")
    VacancyFactory(trust=trust, job_family="catering")
    assert [(line.family, line.reserved, line.free) for line in by_family(2026)] == [
        ("Administration and clerical", 0, 1),
        ("Portering", 2, 0),
    ]


class TestPeople:
    def test_a_department_of_few_is_a_star(self, trust):
        department = Department.objects.create(organisation=trust, name="Medicine")
        vacancy = VacancyFactory(trust=trust, department=department)
        for state in ["does_not_meet"] * 3 + ["meets"]:
            ReferralFactory(vacancy=vacancy, state=state)
        (line,) = not_met_by_department(2026)
        assert (line.trust, line.department, line.not_met) == ("Imperial", "Medicine", "*")

    @given(st.integers(0, 200), st.integers(0, 200))
    def test_only_rates_that_hide_small_numbers_are_said(self, not_met, met):
        rows = [("T", "D", "does_not_meet")] * not_met + [("T", None, "meets")] * 0 + [("T", "D", "meets")] * met
        for line in protected_rates(rows):
            small = not_met + met < 30 or 0 < not_met <= 7 or 0 < met <= 7
            assert (line.not_met == "*") is small
            assert small or line.not_met % 5 == 0

    def test_what_is_too_small_is_told_together_with_as_few_as_can_be(self):
        def people(trust, department, met, not_met):
            return [(trust, department, "meets")] * met + [(trust, department, "does_not_meet")] * not_met

        rows = [
            *people("Imperial", "Medicine", 30, 10),  # said by itself
            *people("Imperial", "Surgery", 20, 5),
            *people("Imperial", None, 10, 5),  # said with Surgery: 10 of 40
            *people("Hillingdon", "Estates", 12, 6),
            *people("Kingston", "Estates", 12, 6),  # said with Hillingdon: 12 of 36
        ]
        assert [(line.trust, line.department, line.not_met) for line in protected_rates(rows)] == [
            ("Imperial", "Department not stated and Surgery", 25),
            ("Imperial", "Medicine", 25),
            ("Hillingdon and Kingston", "Departments not told by themselves", 35),
        ]

    @given(
        st.dictionaries(
            st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz")),
            st.builds(lambda met, not_met: Counted(met + not_met, not_met), st.integers(0, 40), st.integers(0, 20)),
        )
    )
    def test_everybody_is_in_one_line_and_no_line_is_coarser_than_it_has_to_be(self, groups):
        lines = coarsened(groups)
        assert sorted(key for line in lines for key in line) == sorted(groups)
        sayable = [line for line in lines if _rate(line, groups) != "*"]
        assert len(lines) - len(sayable) <= 1  # what is left over cannot be said even all together
        for line in lines:
            if len(line) > 1:
                assert {_rate([key], groups) for key in line} == {"*"}
            if len({trust for trust, _department in line}) > 1:
                for trust in {trust for trust, _department in line}:
                    assert _rate([key for key in line if key[0] == trust], groups) == "*"

    def test_no_count_of_people_is_on_the_page(self, trust):
        vacancy = VacancyFactory(trust=trust)
        for _ in range(13):
            ReferralFactory(vacancy=vacancy, state="does_not_meet")
        page = signed_in(Role.ICB_ANALYST).get("/reports/oversight/").content.decode()
        assert "Department not stated" in page
        assert ">13<" not in page


def signed_in(role):
    client = Client()
    client.force_login(MembershipFactory(role=role, organisation=OrganisationFactory(kind=Kind.ICB)).user)
    return client


def test_constant_in_queries(trust, recruiter):
    counts = []
    client = signed_in(Role.ICB_ANALYST)
    for number in range(2):
        for _ in range(number * 3 + 1):
            other = OrganisationFactory()
            decided(other, acting_as(Role.RECRUITER, other), 5, 1)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/reports/oversight/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
