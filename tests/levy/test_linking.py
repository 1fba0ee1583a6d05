"""Who a payment was for: by learner number, own reference or cohort; whoever is not found is unknown and still counted."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from levy.models import Apprenticeship, RosterEntry, Transaction
from levy.money import pounds
from levy.services.benefit import Level, Place, Staff, benefit_of, shares
from tests.factories.levy import (
    AccountFactory,
    ApprenticeshipFactory,
    IntakeFactory,
    RosterEntryFactory,
    TransactionFactory,
    sample,
    take_in,
)

pytestmark = pytest.mark.django_db
WINDOW = {"first": date(2025, 11, 1), "last": date(2026, 10, 1)}
HERE = {"local": "yes", "core20": "yes", "new_recruit": True}


@pytest.fixture
def account(db):
    return AccountFactory()


@pytest.fixture
def intake(account):
    return IntakeFactory(account=account)


def pay(intake, amount, uln="", cohort="", **more):
    TransactionFactory(
        account=intake.account, intake=intake, uln_hash=uln, cohort=cohort, amount=Decimal(-amount), **more
    )


def listed(account, uln="", reference="", cohort=""):
    ApprenticeshipFactory(account=account, uln_hash=uln, own_reference=reference, cohort=cohort)


def found(account):
    """Places and pounds of the learners, and what was paid for nobody named."""
    benefit = benefit_of([account], **WINDOW)
    people = sorted((learner.place.name, int(pounds(learner.paid))) for learner in benefit.own)
    return people, int(pounds(sum(benefit.unnamed.values())))


class TestByCohort:
    def test_a_payment_without_a_number_goes_to_the_only_apprentice_of_its_cohort(self, account, intake):
        listed(account, reference="ESR-1", cohort="C1")
        RosterEntryFactory(account=account, own_reference="ESR-1", **HERE)
        pay(intake, 100, cohort="C1")
        assert found(account) == ([("BOTH", 100)], 0)

    def test_not_where_two_are_in_the_cohort(self, account, intake):
        listed(account, reference="ESR-1", cohort="C1")
        listed(account, reference="ESR-2", cohort="C1")
        RosterEntryFactory(account=account, own_reference="ESR-1", **HERE)
        pay(intake, 100, cohort="C1")
        assert found(account) == ([], 100)

    def test_a_number_that_the_list_lacks_is_found_by_its_cohort(self, account, intake):
        listed(account, reference="ESR-1", cohort="C1")
        RosterEntryFactory(account=account, own_reference="ESR-1", **HERE)
        pay(intake, 100, uln="a", cohort="C1")
        assert found(account) == ([("BOTH", 100)], 0)

    def test_never_by_the_cohort_of_somebody_with_another_number(self, account, intake):
        listed(account, uln="b", reference="ESR-1", cohort="C1")
        RosterEntryFactory(account=account, own_reference="ESR-1", **HERE)
        pay(intake, 100, uln="a", cohort="C1")
        assert found(account) == ([("UNKNOWN", 100)], 0)

    def test_number_before_reference_before_cohort(self, account, intake):
        listed(account, uln="a", reference="ESR-1", cohort="C1")
        RosterEntryFactory(account=account, own_reference="ESR-1", local="yes", core20="no")
        pay(intake, 100, uln="a", cohort="C1")
        assert found(account) == ([("LOCAL", 100)], 0)
        RosterEntryFactory(account=account, uln_hash="a", local="no", core20="no")
        assert found(account) == ([("NEITHER", 100)], 0)

    def test_payments_with_and_without_the_number_are_one_person(self, account, intake):
        listed(account, uln="a", cohort="C1")
        RosterEntryFactory(account=account, uln_hash="a", **HERE)
        pay(intake, 100, uln="a", cohort="C1")
        pay(intake, 50, cohort="C1")
        assert found(account) == ([("BOTH", 150)], 0)

    def test_one_learner_on_two_courses_is_one_person(self, account, intake):
        listed(account, uln="a", cohort="C1")
        listed(account, uln="a", cohort="C2")
        pay(intake, 100, uln="a", cohort="C1", level=2)
        pay(intake, 70, uln="a", cohort="C2", level=5)
        (learner,) = benefit_of([account], **WINDOW).own
        assert (pounds(learner.paid), learner.level) == (170, Level.HIGHER)

    def test_an_apprentice_without_number_or_reference_links_nothing(self, account, intake):
        listed(account, cohort="C1")
        pay(intake, 100, cohort="C1")
        assert found(account) == ([], 100)

    def test_another_trusts_cohort_says_nothing(self, account, intake):
        other = AccountFactory()
        listed(other, reference="ESR-1", cohort="C1")
        RosterEntryFactory(account=other, own_reference="ESR-1", **HERE)
        pay(intake, 100, cohort="C1")
        assert found(account) == ([], 100)

    def test_somebody_listed_but_not_in_the_roster_is_unknown_and_counted(self, account, intake):
        listed(account, reference="ESR-1", cohort="C1")
        pay(intake, 100, cohort="C1")
        assert found(account) == ([("UNKNOWN", 100)], 0)

    def test_assignment_numbers_link_too(self, account, intake):
        listed(account, reference="77001", cohort="C1")
        RosterEntryFactory(account=account, assignment="77001", **HERE)
        pay(intake, 100, cohort="C1")
        assert found(account)[0] == [("BOTH", 100)]

    def test_as_many_queries_for_many_cohorts(self, account, intake, django_assert_num_queries):
        for number in range(5):
            listed(account, reference=f"ESR-{number}", cohort=f"C{number}")
            pay(intake, 10, cohort=f"C{number}")
        with django_assert_num_queries(4):
            benefit_of([account], **WINDOW)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["", "a", "b", "c"]),
        st.sampled_from(["", "C1", "C2"]),
        st.integers(1, 900),
        st.sampled_from([None, 2, 3, 5]),
    ),
    max_size=12,
)
LISTED = st.lists(
    st.tuples(st.sampled_from(["", "a", "b"]), st.sampled_from(["", "E1", "E2"]), st.sampled_from(["", "C1", "C2"])),
    max_size=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PEOPLE, LISTED)
def test_every_pound_is_of_somebody_or_of_nobody_named(account, payments, apprentices):
    """I8: local, CORE20, neither and unknown add up to all that was paid, however the rows are linked."""
    Transaction.unscoped.all().delete()
    Apprenticeship.unscoped.all().delete()
    RosterEntry.unscoped.all().delete()
    intake = IntakeFactory(account=account)
    RosterEntryFactory(account=account, own_reference="E1", **HERE)
    for uln, cohort, amount, level in payments:
        pay(intake, amount, uln, cohort, level=level)
    for who in apprentices:
        listed(account, *who)
    benefit = benefit_of([account], **WINDOW)
    paid = sum(amount for *_, amount, _level in payments)
    assert benefit.total() == paid
    for group in ("place", "level", "staff"):
        parts = shares(benefit.own, group)
        assert sum(part.amount for part in parts.values()) + sum(benefit.unnamed.values()) == paid * 100_000
        assert sum(part.people for part in parts.values()) == len(benefit.own)
    assert len(benefit.own) >= len({uln for uln, *_ in payments if uln})


def test_files_link_from_number_to_home(hr, places):
    """The real files: the payment has a number, the list of apprentices its reference, the roster the home."""
    take_in("levy.transactions", sample("hand_worked_v2.csv"), by=hr)
    take_in("levy.apprentices", sample("levy_apprenticeships.csv"), by=hr)
    roster = (
        "ULN,Your reference,ESR assignment number,Home postcode at start,Start date,New recruit or existing staff\n"
        f",ESR-100001,,{places['core20'].code},01/09/2025,New recruit\n"
    )
    before = Counter(learner.place for learner in benefit_of(own(hr), **WINDOW).own)
    take_in("levy.roster", roster, by=hr)
    after = benefit_of(own(hr), **WINDOW).own
    assert before[Place.BOTH] == 0
    assert [(learner.staff, learner.place) for learner in after if learner.place is Place.BOTH] == [
        (Staff.NEW, Place.BOTH)
    ]
    assert len(after) == sum(before.values())


def own(hr):
    row = Transaction.unscoped.select_related("account__trust").first()
    return [row.account]
