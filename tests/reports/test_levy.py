"""Who benefits from the levy: linked, counted, and published without telling anybody apart."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from levy.money import units
from levy.services.benefit import Benefit, Learner, Level, Place, Staff, benefit_of, place_of
from organisations.models import User
from organisations.policies import load_initial
from reports.levy import TOTAL, tables_of
from tests.factories.levy import (
    AccountFactory,
    ApprenticeshipFactory,
    GiftFactory,
    GiftPaymentFactory,
    IntakeFactory,
    OfferFactory,
    RosterEntryFactory,
    TransactionFactory,
)
from tests.factories.organisations import acting_as

WINDOW = {"first": date(2025, 11, 1), "last": date(2026, 10, 1)}


@pytest.mark.parametrize(
    ("local", "core20", "place"),
    [
        ("yes", "yes", Place.BOTH),
        ("yes", "no", Place.LOCAL),
        ("no", "yes", Place.CORE20),
        ("no", "no", Place.NEITHER),
        ("unknown", "yes", Place.UNKNOWN),
        ("no", "unknown", Place.UNKNOWN),
    ],
)
def test_each_place_is_one(local, core20, place):
    assert place_of(local, core20) is place


@pytest.fixture
def account(db):
    load_initial()
    return AccountFactory()


def paid(account, uln, amount, **more):
    TransactionFactory(
        account=account, intake=IntakeFactory(account=account), uln_hash=uln, amount=Decimal(f"-{amount}"), **more
    )


@pytest.mark.django_db
class TestLinking:
    def test_by_learner_number_then_by_own_reference_else_unknown(self, account):
        RosterEntryFactory(account=account, uln_hash="a", local="yes", core20="yes", new_recruit=True)
        RosterEntryFactory(account=account, own_reference="ESR-2", local="yes", core20="no", new_recruit=False)
        RosterEntryFactory(account=account, assignment="77", local="no", core20="no")
        ApprenticeshipFactory(account=account, uln_hash="b", own_reference="ESR-2")
        ApprenticeshipFactory(account=account, uln_hash="c", own_reference="77")
        for uln, amount, level in (
            ("a", "10.5", 3),
            ("a", "1", 3),
            ("b", 20, 4),
            ("c", 30, None),
            ("d", 40, 2),
            ("", 50, 2),
        ):
            paid(account, uln, amount, level=level)
        found = benefit_of([account], **WINDOW)
        assert [(row.place, row.level, row.staff, row.paid) for row in found.own] == [
            (Place.BOTH, Level.LOWER, Staff.NEW, units(Decimal("11.5"))),
            (Place.LOCAL, Level.HIGHER, Staff.EXISTING, units(20)),
            (Place.NEITHER, Level.UNKNOWN, Staff.UNKNOWN, units(30)),
            (Place.UNKNOWN, Level.LOWER, Staff.UNKNOWN, units(40)),
        ]
        assert dict(found.unnamed) == {account.pk: units(50)}
        assert found.total() == Decimal("151.5")

    def test_another_trusts_roster_says_nothing(self, account):
        RosterEntryFactory(uln_hash="a", local="yes", core20="yes")
        paid(account, "a", 10)
        assert benefit_of([account], **WINDOW).own[0].place is Place.UNKNOWN

    def test_only_the_window_counts_and_levy_is_no_payment(self, account):
        paid(account, "a", 10, day=date(2025, 10, 31))
        paid(account, "a", 10, day=date(2026, 11, 1))
        paid(account, "a", 10, day=date(2026, 1, 1), kind="sent")
        assert benefit_of([account], **WINDOW).own == []

    def test_gifts_count_when_paid_and_are_parted_over_their_learners(self, account):
        gift = GiftFactory(offer=OfferFactory(account=account), learners=3)
        assert benefit_of([account], **WINDOW).gifted == []
        GiftPaymentFactory(gift=gift, day=date(2026, 10, 8), amount=Decimal("0.00010"))
        found = benefit_of([account], **WINDOW).gifted
        assert [(row.place, row.paid) for row in found] == [(Place.UNKNOWN, 3), (Place.UNKNOWN, 3), (Place.UNKNOWN, 4)]

    def test_queries_do_not_grow(self, account, django_assert_num_queries):
        for uln in "abcdef":
            paid(account, uln, 10)
        with django_assert_num_queries(4):
            benefit_of([account], **WINDOW)


def learners(*counts, account_id=1, each=100_000):
    return [
        Learner(account_id, place, Level.LOWER, Staff.NEW if number % 2 else Staff.EXISTING, each)
        for place, count in zip(Place, counts, strict=False)
        for number in range(count)
    ]


def published(found, accounts=()):
    return {
        table.key: {line.label: (line.people, line.pounds) for line in table.lines}
        for table in tables_of(found, accounts)
    }


def test_small_groups_are_starred_and_unknown_is_shown():
    """30, 3, 12, 20 and 11 learners at £1. The 3 is a star; its pounds take the smallest others with them, for pounds are
    exact and one star would be the total less the rest."""
    own = published(Benefit(own=learners(30, 3, 12, 20, 11)))["own"]
    assert own == {
        str(Place.BOTH): (30, 30),
        str(Place.LOCAL): ("*", "*"),
        str(Place.CORE20): (10, 12),
        str(Place.NEITHER): (20, 20),
        str(Place.UNKNOWN): (10, "*"),
        TOTAL: (75, 76),
    }


def test_pounds_of_fewer_than_eight_people_are_a_star():
    gifted = published(Benefit(gifted=learners(0, 0, 0, 0, 3)))["gifted"]
    assert gifted == {TOTAL: ("*", "*")}


@given(st.lists(st.integers(0, 25), min_size=5, max_size=5))
def test_no_star_stands_alone_on_a_line(counts):
    """A single star among pounds is the total less the others."""
    for table in tables_of(Benefit(own=learners(*counts)), ()):
        stars = sum(line.pounds == "*" for line in table.lines)
        assert stars != 1 or len(table.lines) == 1


@given(st.lists(st.integers(0, 20), min_size=10, max_size=10))
def test_nor_across_trusts(counts):
    """Two trusts and the whole: a place's pounds cannot be worked out from the other trust's."""
    one, two = AccountFactory.build(pk=1, trust__name="One"), AccountFactory.build(pk=2, trust__name="Two")
    own = [*learners(*counts[:5]), *learners(*counts[5:], account_id=2)]
    found = published(Benefit(own=own), (one, two))
    for group in found["own"]:
        parts = [found[key].get(group) for key in ("own", "trust-1", "trust-2")]
        if all(parts):
            assert sum(pounds == "*" for _, pounds in parts) != 1


@pytest.mark.django_db
def test_readers(client, account):
    for role, status in ((Role.TRUST_HR, 200), (Role.ICB_ANALYST, 200), (Role.RECRUITER, 404), (Role.ACADEMY, 404)):
        client.force_login(User.objects.get(pk=acting_as(role).user_id))
        assert client.get("/reports/levy/").status_code == status
