"""M3 worked by hand: who of those whose participation ended was in paid work within 26 weeks."""

from datetime import date, timedelta

import pytest

from reports.measures import financial_year_of, m3
from reports.measures.conversion import COUNTED_UNDER_A_LATER_END, STILL_IN_TIME
from tests.reports import small_world as world

pytestmark = pytest.mark.django_db
WINDOW = financial_year_of(world.YEAR)
TODAY = date(2026, 11, 23)
STARTS, ENDS = date(2026, 3, 2), date(2026, 4, 30)  # 26 weeks after the end: 29 October 2026
LAST_DAY = date(2026, 10, 29)


@pytest.fixture
def trusts():
    return world.make_trusts()


def one(as_at=TODAY):
    """The one person of the figure."""
    (row,) = m3(WINDOW, as_at=as_at).rows
    return row


class TestOnePerson:
    @pytest.fixture
    def who(self, trusts):
        who = world.person()
        world.ended(who, world.cohort(trusts.imperial), STARTS, ENDS)
        return who

    def test_no_job_known_stays_in_the_denominator(self, who):
        figure = m3(WINDOW, as_at=TODAY)
        assert (figure.numerator, figure.denominator) == (frozenset(), {who.pk})
        assert one().outcome == "unknown"

    @pytest.mark.parametrize(
        ("on", "outcome"),
        [
            (STARTS - timedelta(days=1), "unknown"),  # a job that was there before says nothing of the programme
            (STARTS, "host"),
            (ENDS - timedelta(days=7), "host"),  # begun before the end
            (LAST_DAY, "host"),
            (LAST_DAY + timedelta(days=1), "unknown"),
        ],
    )
    def test_the_first_day_of_work_is_within_26_weeks(self, who, trusts, on, outcome):
        world.job(who, on, employer=trusts.imperial)
        assert one().outcome == outcome

    def test_a_later_job_counts_within_52_weeks(self, who, trusts):
        world.job(who, LAST_DAY + timedelta(days=1), employer=trusts.imperial)
        row = one(as_at=date(2027, 6, 1))
        assert (row.outcome, row.outcome_52) == ("unknown", "host")

    @pytest.mark.parametrize(
        ("employer", "nhs", "outcome"),
        [
            ("imperial", True, "host"),
            ("hillingdon", True, "nwl"),
            ("hounslow", True, "nwl"),
            ("elsewhere", True, "nhs"),
            (None, True, "nhs"),
            (None, False, "outside"),
        ],
    )
    def test_where(self, who, trusts, employer, nhs, outcome):
        made = world.job(who, date(2026, 6, 1), employer=employer and getattr(trusts, employer), nhs=nhs)
        assert (one().outcome, one().job_id) == (outcome, made.pk)

    def test_several_jobs_count_under_the_one_nearest_to_the_host(self, who, trusts):
        world.job(who, date(2026, 5, 4), nhs=False)
        world.job(who, date(2026, 6, 1), employer=trusts.hillingdon)
        nearest = world.job(who, date(2026, 7, 1), employer=trusts.imperial)
        assert (one().outcome, one().job_id) == ("host", nearest.pk)

    def test_bank_work_alone_is_apart(self, who, trusts):
        world.job(who, date(2026, 5, 4), employer=trusts.imperial, contract="bank")
        figure = m3(WINDOW, as_at=TODAY)
        assert (one().outcome, figure.numerator, figure.denominator) == ("bank", frozenset(), {who.pk})

    def test_bank_work_beside_another_job_takes_nothing_away(self, who, trusts):
        world.job(who, date(2026, 5, 4), employer=trusts.imperial, contract="bank")
        world.job(who, date(2026, 6, 4), nhs=False)
        assert one().outcome == "outside"

    @pytest.mark.parametrize("state", ["offered", "cleared", "fell_through"])
    def test_a_job_that_did_not_begin_does_not_count(self, who, trusts, state):
        world.job(who, date(2026, 6, 1), employer=trusts.imperial, state=state)
        assert one().outcome == "unknown"

    def test_a_job_that_has_ended_counts(self, who, trusts):
        world.job(who, date(2026, 6, 1), employer=trusts.imperial, state="ended")
        assert one().outcome == "host"

    @pytest.mark.parametrize(("as_at", "outcome"), [(LAST_DAY, "still"), (LAST_DAY + timedelta(days=1), "host")])
    def test_nobody_is_judged_before_the_weeks_are_over(self, who, trusts, as_at, outcome):
        world.job(who, date(2026, 6, 1), employer=trusts.imperial)
        figure = m3(WINDOW, as_at=as_at)
        assert one(as_at).outcome == outcome
        assert (who.pk in figure.denominator) is (outcome == "host")
        assert figure.exclusions[STILL_IN_TIME] == (frozenset() if outcome == "host" else {who.pk})

    def test_a_job_at_the_trust_that_the_host_became_part_of_is_at_the_host(self, trusts):
        who = world.person()
        world.ended(who, world.cohort(trusts.hounslow), STARTS, ENDS)
        world.job(who, date(2026, 6, 1), employer=trusts.kingston)
        assert [(row.trust_id, row.outcome) for row in m3(WINDOW, as_at=TODAY).rows if row.person_id == who.pk] == [
            (trusts.kingston.pk, "host")
        ]

    def test_the_job_of_a_merged_record_is_the_persons(self, who, trusts):
        same = world.person(merged_into=who)
        world.job(same, date(2026, 6, 1), employer=trusts.imperial)
        assert (one().person_id, one().outcome) == (who.pk, "host")

    def test_each_counts_under_the_latest_end(self, who, trusts):
        first = one().enrolment_id
        later = world.ended(who, world.cohort(trusts.hillingdon), date(2026, 5, 1), date(2026, 5, 20), left=True)
        figure = m3(WINDOW, as_at=TODAY)
        assert (one().enrolment_id, one().trust_id) == (later.pk, trusts.hillingdon.pk)
        assert figure.exclusions[COUNTED_UNDER_A_LATER_END] == {first}

    def test_a_job_before_the_latest_participation_began_says_nothing_of_it(self, who, trusts):
        world.ended(who, world.cohort(trusts.hillingdon), date(2026, 5, 1), date(2026, 5, 20))
        world.job(who, date(2026, 4, 20), employer=trusts.imperial)
        assert one().outcome == "unknown"


@pytest.mark.parametrize(
    ("right_to_work", "permitted"),
    [("any", True), ("restricted", True), ("volunteer", False), ("unknown", False)],
)
def test_permitted_to_work(right_to_work, permitted):
    who = world.person()
    type(who).unscoped.filter(pk=who.pk).update(right_to_work=right_to_work)
    world.ended(who, world.cohort(), STARTS, ENDS)
    assert one().permitted is permitted


def test_what_a_person_may_do_is_that_of_the_record_merged_into():
    main = world.person(right_to_work="any")
    same = world.person(right_to_work="unknown", merged_into=main)
    world.ended(same, world.cohort(), STARTS, ENDS)
    assert one().permitted is True


@pytest.mark.parametrize(("seeking", "counts"), [(True, True), (False, False), (None, False)])
def test_seeking_work(seeking, counts):
    world.ended(world.person(), world.cohort(), STARTS, ENDS, seeking=seeking)
    assert one().seeking is counts


@pytest.mark.parametrize("people", [1, 3])
def test_the_number_of_queries_is_constant(people, trusts, django_assert_num_queries):
    for _ in range(people):
        who = world.person()
        world.ended(who, world.cohort(trusts.imperial), STARTS, ENDS)
        world.job(who, date(2026, 6, 1))
    with django_assert_num_queries(4):
        m3(WINDOW, as_at=TODAY)
