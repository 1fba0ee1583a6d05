"""M2 worked by hand: distinct people, each once, under the latest start."""

from datetime import date

import pytest

from programmes.models import CountedReturn
from reports.measures import financial_year_of, m2
from reports.measures.participation import COUNTED_UNDER_A_LATER_START, counted_not_named
from tests.factories.programmes import EnrolmentFactory
from tests.reports import small_world as world

pytestmark = pytest.mark.django_db
WINDOW = financial_year_of(world.YEAR)
TODAY = date(2026, 11, 23)


def count(as_at=TODAY):
    return m2(WINDOW, as_at=as_at)


def test_each_person_counts_once_under_the_latest_start():
    trusts = world.make_trusts()
    who = world.person()
    first = world.started(who, world.cohort(trusts.imperial), date(2026, 5, 4))
    last = world.started(who, world.cohort(trusts.hillingdon, "internship"), date(2026, 9, 1))
    figure = count()
    assert figure.numerator == figure.denominator == {who.pk}
    assert figure.rows == ((who.pk, last.pk, trusts.hillingdon.pk, date(2026, 9, 1), "internship"),)
    assert figure.exclusions == {COUNTED_UNDER_A_LATER_START: {first.pk}}


def test_two_starts_on_one_day_count_once():
    who, day = world.person(), date(2026, 9, 1)
    world.started(who, world.cohort(), day)
    second = world.started(who, world.cohort(), day)
    assert [row.enrolment_id for row in count().rows] == [second.pk]


def test_merged_records_are_one_person():
    one = world.person()
    other = world.person(merged_into=one)
    world.started(one, world.cohort(), date(2026, 5, 4))
    later = world.started(other, world.cohort(), date(2026, 6, 4))
    figure = count()
    assert figure.numerator == {one.pk}
    assert [(row.person_id, row.enrolment_id) for row in figure.rows] == [(one.pk, later.pk)]


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), True),
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), False),  # after the day as at which we count
    ],
)
def test_the_edges_of_the_window(on, counts):
    world.started(world.person(), world.cohort(), on)
    assert len(count().numerator) == counts


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ("referred", False),
        ("enrolled", False),
        ("did_not_start", False),
        ("declined", False),
        ("started", True),
        ("paused", True),
        ("completed", True),
        ("left", True),
    ],
)
def test_only_those_who_started_count(state, counts):
    EnrolmentFactory(
        cohort=world.cohort(), state=state, started_on=date(2026, 5, 1), ended_on=date(2026, 6, 1), referred_on=TODAY
    )
    assert len(count().numerator) == counts


def test_a_trust_that_became_part_of_another_counts_under_it():
    trusts = world.make_trusts()
    world.started(world.person(), world.cohort(trusts.hounslow), date(2026, 5, 4))
    assert [row.trust_id for row in count().rows] == [trusts.kingston.pk]


def test_an_earlier_day_knows_less():
    world.started(world.person(), world.cohort(), date(2026, 11, 2))
    assert (len(count(date(2026, 10, 31)).numerator), len(count().numerator)) == (0, 1)


def test_counted_not_named_is_kept_apart():
    trusts = world.make_trusts()
    for trust, people in ((trusts.hounslow, 40), (trusts.imperial, 9)):
        CountedReturn.objects.create(
            trust=trust, kind="volunteering", month=date(2026, 6, 1), people_started=people, source="Better Impact"
        )
    CountedReturn.objects.create(
        trust=trusts.imperial, kind="volunteering", month=date(2026, 3, 1), people_started=99, source="Better Impact"
    )
    found = counted_not_named(WINDOW, as_at=TODAY)
    assert sorted((row.trust_id, row.people) for row in found) == sorted(
        [(trusts.kingston.pk, 40), (trusts.imperial.pk, 9)]
    )
    assert count().numerator == frozenset()


@pytest.mark.parametrize("people", [1, 3])
def test_the_number_of_queries_is_constant(people, django_assert_num_queries):
    for _ in range(people):
        world.started(world.person(), world.cohort(), date(2026, 5, 4))
    with django_assert_num_queries(3):
        count()
