"""What holds for any cohort file: the order of rows does not matter, twice is once, and a bad row never half-writes."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from audit.events import broken_chains
from candidates.models import Candidate, Grant, Home
from programmes.models import Enrolment
from tests.factories.programmes import CohortFactory, ProgrammeFactory
from tests.programmes.test_imports import csv_of, everything, row, run
from tests.world import build_world

FEW = settings(max_examples=8)
GOOD = (
    {"own_reference": "1", "family_name": "Abara", "state": "Referred"},
    {"own_reference": "2", "family_name": "Begum", "started_on": "01/10/2026"},
    {"own_reference": "3", "family_name": "Chowdhury", "started_on": "01/10/2026", "ended_on": "30/10/2026"},
    {"own_reference": "", "family_name": "Diallo"},
    {"own_reference": "5", "family_name": "Eze", "date_of_birth": ""},
    {"own_reference": "6", "family_name": "Farah", "cohort": "Spring 2026"},
    {"own_reference": "7", "family_name": "Farah", "given_name": "Amina", "postcode": "N1 9GU"},
    {"own_reference": "8", "family_name": "Diallo", "cohort": "Spring 2026"},  # Diallo of row 4, in another cohort
)
BAD = (
    {"own_reference": "90", "family_name": ""},
    {"own_reference": "91", "family_name": "Gill", "phone": "x"},
    {"own_reference": "92", "family_name": "Hussain", "date_of_birth": "31/02/2004"},
    {"own_reference": "93", "family_name": "Ibrahim", "programme": "Astronauts"},
    {"own_reference": "94", "family_name": "=1+1"},
    {"own_reference": "95", "family_name": "Jama", "state": "Started"},
    {"own_reference": "96", "family_name": "Khan", "hours_least": "30", "hours_most": "10"},
)
ORDERS = st.permutations(GOOD)
SOME_BAD = st.lists(st.sampled_from(BAD), unique_by=lambda facts: facts["own_reference"], max_size=3)


def people():
    """Everything that the file said, without what is drawn: references, codes and keys."""
    return sorted(
        Enrolment.unscoped.values_list(
            "own_reference",
            "candidate__given_name",
            "candidate__family_name",
            "cohort__name",
            "state",
            "started_on",
            "ended_on",
        ),
        key=str,
    )


class TestAnyFile(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.world = build_world(rooms=())
        programme = ProgrammeFactory(name="Care leavers into care", provider=cls.world.provider)
        CohortFactory(programme=programme, name="Autumn 2026")
        CohortFactory(programme=programme, name="Spring 2026", starts=date(2026, 3, 1), ends=date(2026, 12, 1))

    def do(self, rows, **how):
        return run(csv_of(*(row(**facts) for facts in rows)), self.world.acting("academy"), **how)

    @FEW
    @given(order=ORDERS)
    def test_the_order_of_the_rows_does_not_matter(self, order):
        job = self.do(order)
        assert job.counts["made"] == len(GOOD)
        assert people() == sorted(
            [
                ("", "Zoë", "Diallo", "Autumn 2026", "enrolled", None, None),
                ("1", "Zoë", "Abara", "Autumn 2026", "referred", None, None),
                ("2", "Zoë", "Begum", "Autumn 2026", "started", date(2026, 10, 1), None),
                ("3", "Zoë", "Chowdhury", "Autumn 2026", "completed", date(2026, 10, 1), date(2026, 10, 30)),
                ("5", "Zoë", "Eze", "Autumn 2026", "enrolled", None, None),
                ("6", "Zoë", "Farah", "Spring 2026", "enrolled", None, None),
                ("7", "Amina", "Farah", "Autumn 2026", "enrolled", None, None),
                ("8", "Zoë", "Diallo", "Spring 2026", "enrolled", None, None),
            ],
            key=str,
        )
        assert Candidate.unscoped.count() == Home.unscoped.count() == len(GOOD) - 1  # Diallo is one person
        assert list(broken_chains()) == []

    @FEW
    @given(order=ORDERS, again=ORDERS)
    def test_twice_in_any_order_is_once(self, order, again):
        self.do(order)
        before = everything()
        assert self.do(again).counts == {"made": 0, "changed": 0, "same": len(GOOD), "skipped": 0, "refused": 0}
        assert everything() == before

    @FEW
    @given(first=st.integers(0, len(GOOD)))
    def test_in_two_files_is_as_in_one(self, first):
        for rows in (GOOD[:first], GOOD[first:]):
            if rows:
                self.do(rows)
        in_two = people()
        before = everything()
        self.do(GOOD)
        assert (people(), everything()) == (in_two, before)
        assert len(in_two) == len(GOOD)

    @FEW
    @given(order=ORDERS, bad=SOME_BAD, data=st.data())
    def test_all_or_nothing(self, order, bad, data):
        rows = data.draw(st.permutations([*order, *bad]))
        before = everything()
        job = self.do(rows, all_or_nothing=True)
        assert job.counts["refused"] == len(bad)
        if bad:
            assert everything() == before
        else:
            assert len(people()) == len(GOOD)

    @FEW
    @given(bad=SOME_BAD, data=st.data())
    def test_the_good_rows_are_done_and_each_bad_one_is_told(self, bad, data):
        rows = data.draw(st.permutations([*GOOD, *bad]))
        job = self.do(rows, all_or_nothing=False)
        told = {each.row for each in job.rows.filter(outcome="refused")}
        assert told == {number for number, facts in enumerate(rows, start=2) if facts in bad}
        assert (job.counts["made"], len(people())) == (len(GOOD), len(GOOD))
        assert Grant.objects.filter(organisation=self.world.academy).count() == len(GOOD) - 1
