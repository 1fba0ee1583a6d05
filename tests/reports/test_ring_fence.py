"""M0 worked by hand: month ends, levels apart, debts, what closed with nobody sent, and what does not count."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.clock import LONDON, now
from reports.measures import financial_year_of, m0
from tests.factories.vacancies import VacancyFactory
from tests.reports import small_world as world
from vacancies.models import EntryKind, Override
from vacancies.ring_fence import Levels, Standing
from vacancies.years import DUPLICATE, EXEMPT, NOT_ENTRY_LEVEL, UNCLASSIFIED, UNDECIDED, WITHDRAWN

pytestmark = pytest.mark.django_db
WINDOW = financial_year_of(world.YEAR)
TODAY = date(2026, 11, 23)


@pytest.fixture
def trusts():
    return world.make_trusts()


def year_of(trust, as_at=TODAY):
    return next(year for year in m0(WINDOW, as_at=as_at).rows if year.trust_id == trust.pk)


def test_each_month_end_is_what_had_been_written_by_then(trusts):
    world.counted(trusts.imperial, date(2026, 4, 30), posts=4, reserved=1)
    world.counted(trusts.imperial, date(2026, 5, 1), posts=6)
    year = year_of(trusts.imperial)
    assert [at.standing for at in year.months[:3]] == [
        Standing(4, 1, 1, 1),
        Standing(10, 1, 2, 1),
        Standing(10, 1, 2, 1),
    ]
    assert len(year.months) == 8  # April to November
    assert (year.short_posts, year.short_adverts) == (1, 0)


def test_what_was_opened_earlier_and_written_later_counts_from_when_it_was_written(trusts):
    world.counted(trusts.imperial, date(2026, 6, 2), posts=5, reserved=1, opened_on=date(2026, 5, 20))
    assert [at.standing.posts for at in year_of(trusts.imperial).months[:3]] == [0, 0, 5]


def test_an_earlier_day_knows_less(trusts):
    world.counted(trusts.imperial, date(2026, 6, 2), posts=5, reserved=1)
    year = year_of(trusts.imperial, as_at=date(2026, 6, 1))
    assert [at.standing.posts for at in year.months] == [0, 0, 0]


def test_midnight_in_london_divides_the_months(trusts):
    world.counted(trusts.imperial, date(2026, 5, 31), posts=1)
    assert datetime(2026, 5, 31, 23, 30, tzinfo=LONDON).utcoffset() == timedelta(hours=1)
    assert [at.standing.posts for at in year_of(trusts.imperial).months[:2]] == [0, 1]


def test_levels_are_apart_and_never_above_the_one_before(trusts):
    two, one = (
        world.counted(trusts.imperial, date(2026, 4, 10), posts=5, reserved=2),
        world.counted(trusts.imperial, date(2026, 4, 11), posts=1, reserved=1),
    )
    world.reached(two, date(2026, 5, 4), EntryKind.CONSIDERED, times=5)  # five people for two posts
    world.reached(two, date(2026, 5, 20), EntryKind.INTERVIEWED)
    world.reached(one, date(2026, 5, 21), EntryKind.CONSIDERED)
    world.reached(one, date(2026, 6, 1), EntryKind.INTERVIEWED, times=2)
    world.reached(one, date(2026, 6, 2), EntryKind.APPOINTED)
    months = year_of(trusts.imperial).months
    assert [at.posts for at in months[:3]] == [Levels(3, 0, 0, 0), Levels(3, 3, 1, 0), Levels(3, 3, 2, 1)]
    assert [at.adverts for at in months[:3]] == [Levels(2, 0, 0, 0), Levels(2, 2, 1, 0), Levels(2, 2, 2, 1)]


def test_a_lapse_takes_reservation_and_level_back(trusts):
    vacancy = world.counted(trusts.imperial, date(2026, 4, 10), posts=1, reserved=1)
    world.ledger(trusts.imperial, date(2026, 5, 2), EntryKind.LAPSE, vacancy, reserved=-1, reserved_adverts=-1)
    months = year_of(trusts.imperial).months
    assert [at.posts.reserved for at in months[:2]] == [1, 0]
    assert year_of(trusts.imperial).short_posts == 1


def test_a_voided_vacancy_is_in_neither_side(trusts):
    kept = world.counted(trusts.imperial, date(2026, 4, 10), posts=5, reserved=1)
    gone = world.counted(trusts.imperial, date(2026, 4, 11), posts=5, reserved=1)
    amounts = {"posts": -5, "adverts": -1, "reserved": -1, "reserved_adverts": -1}
    world.ledger(trusts.imperial, date(2026, 4, 12), EntryKind.VOID, gone, **amounts)
    figure = m0(WINDOW, as_at=TODAY)
    assert (figure.numerator, figure.denominator) == ({kept.pk}, {kept.pk})
    assert figure.exclusions[WITHDRAWN] == {gone.pk}
    assert year_of(trusts.imperial).latest.standing == Standing(5, 1, 1, 1)


def test_debt_comes_from_the_year_before_and_credit_does_not(trusts):
    world.counted(trusts.imperial, date(2026, 3, 2), posts=10, starts_in=2025)
    world.counted(trusts.hillingdon, date(2026, 3, 2), posts=10, reserved=9, starts_in=2025)
    world.counted(trusts.imperial, date(2026, 4, 2), posts=1, reserved=1)
    assert year_of(trusts.imperial).latest.standing == Standing(1, 1, 1, 1, 2, 1)
    assert (year_of(trusts.imperial).short_posts, year_of(trusts.hillingdon).short_posts) == (2, 0)


def test_a_trust_without_a_line_this_year_still_owes(trusts):
    world.counted(trusts.imperial, date(2026, 3, 2), posts=10, starts_in=2025)
    assert year_of(trusts.imperial).short_posts == 2


def test_what_was_written_after_the_last_day_is_in_the_year_and_in_no_month(trusts):
    world.counted(trusts.imperial, date(2026, 4, 2), posts=5, reserved=1, opened_on=date(2026, 3, 30), starts_in=2025)
    (year,) = [row for row in m0(financial_year_of(2025), as_at=TODAY).rows if row.trust_id == trusts.imperial.pk]
    assert [at.standing.posts for at in year.months] == [0] * 12
    assert year.latest.standing == Standing(5, 1, 1, 1)


def test_a_trust_that_became_part_of_another_is_counted_with_it(trusts):
    world.counted(trusts.hounslow, date(2026, 4, 2), posts=5, reserved=1)
    world.counted(trusts.kingston, date(2026, 4, 2), posts=5, reserved=1)
    assert year_of(trusts.kingston).latest.standing == Standing(10, 2, 2, 2)
    assert trusts.hounslow.pk not in {year.trust_id for year in m0(WINDOW, as_at=TODAY).rows}


def test_reserved_posts_that_closed_with_nobody_sent(trusts):
    day = date(2026, 5, 4)
    offered = world.counted(trusts.imperial, day, posts=9, reserved=2, state="closed")
    nobody = world.counted(trusts.imperial, day, posts=9, reserved=3, state="finished")
    sent = world.counted(trusts.imperial, day, posts=9, reserved=4, state="shortlisting")
    world.counted(trusts.imperial, day, posts=9, reserved=5, state="open")
    world.referral(world.person(), offered, offered=day, state="declined")
    world.referral(world.person(), nobody, state="suggested")
    world.referral(world.person(), sent, offered=day, submitted=day, state="submitted")
    year = year_of(trusts.imperial)
    assert (year.no_taker, year.nobody_to_offer) == (2, 3)


def test_what_does_not_count_says_why(trusts):
    facts = {"trust": trusts.imperial, "opened_on": date(2026, 5, 1), "closes_on": None}
    exempt = VacancyFactory(exemption="redeployment", **facts)
    senior = VacancyFactory(entry_level="no", **facts)
    unclear = VacancyFactory(entry_level="unclassified", **facts)
    no_posts = VacancyFactory(posts=None, **facts)
    undecided = VacancyFactory(**facts)
    twice = VacancyFactory(exemption="duplicate", **facts)
    outside = VacancyFactory(exemption="rotation", entry_level="no", **facts)  # outside the 20% whatever its code
    gone = VacancyFactory(state="withdrawn", **facts)
    march = {"trust": trusts.imperial, "opened_on": date(2026, 3, 31), "closes_on": None}
    VacancyFactory(made_at=datetime(2026, 3, 31, 12, tzinfo=UTC), **march)  # of the year before
    known_late = VacancyFactory(**march)  # first known in November: it counts in the year in which it became known
    figure = m0(WINDOW, as_at=TODAY)
    assert figure.denominator == frozenset()
    assert figure.exclusions == {
        EXEMPT: {exempt.pk},
        DUPLICATE: {twice.pk},
        NOT_ENTRY_LEVEL: {senior.pk, outside.pk},
        UNCLASSIFIED: {unclear.pk, no_posts.pk},
        UNDECIDED: {undecided.pk, known_late.pk},
        WITHDRAWN: {gone.pk},
    }
    assert year_of(trusts.imperial).exempt == 1


def test_decisions_for_less_without_a_countersignature(trusts):
    for signed_at in (None, now()):
        Override.unscoped.create(
            reference=f"OVR-{signed_at is None}",
            vacancy=world.counted(trusts.imperial, date(2026, 5, 4), posts=5),
            due=1,
            reserved=0,
            reason="other",
            text="A reason",
            made_at=now(),
            membership_id=1,
            sign_by=TODAY,
            signer_email="signer@example.test",
            signer_name="Signer",
            signed_at=signed_at,
        )
    assert year_of(trusts.imperial).unsigned == 1


def test_one_trust_alone(trusts):
    mine = world.counted(trusts.imperial, date(2026, 4, 2), posts=5, reserved=1)
    world.counted(trusts.hillingdon, date(2026, 4, 2), posts=5, reserved=1)
    figure = m0(WINDOW, as_at=TODAY, trust_id=trusts.imperial.pk)
    assert ([row.trust_id for row in figure.rows], figure.numerator) == ([trusts.imperial.pk], {mine.pk})


@pytest.mark.parametrize("vacancies", [1, 3])
def test_the_number_of_queries_is_constant(vacancies, trusts, django_assert_num_queries):
    for _ in range(vacancies):
        world.counted(trusts.imperial, date(2026, 4, 2), posts=5, reserved=1, state="closed")
    with django_assert_num_queries(7):
        m0(WINDOW, as_at=TODAY)
