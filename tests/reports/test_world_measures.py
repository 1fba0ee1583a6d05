"""M0, M2 and M3 over hand-made worlds: the turn of the year, successions, ended organisations, nothing at all, cancelled work."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from audit import clock
from organisations.models import Organisation, Standing, Succession
from programmes.models import CountedReturn
from reports.measures import financial_year_of, last_month_end, m0, m2, m3
from reports.measures.conversion import IN_WORK, STILL_IN_TIME
from reports.measures.participation import counted_not_named
from reports.measures.trusts import trusts_on
from reports.measures.window import next_month, year_running
from reports.tables import conversion, participation, ring_fence
from reports.tables.counts import Exact
from reports.tables.table import share
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.reports import small_world as world
from vacancies.models import EntryKind
from vacancies.month_ends import SINCE, place_of

THIS, LAST = financial_year_of(2026), financial_year_of(2025)
TODAY = date(2026, 11, 23)


@pytest.fixture
def trusts(db):
    return world.make_trusts()


class TestWindows:
    @pytest.mark.parametrize(
        ("on", "year"),
        [
            (date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2026, 12, 31), 2026), (date(2027, 1, 1), 2026),
            (date(2027, 3, 31), 2026), (date(2028, 2, 29), 2027),
        ],
    )  # fmt: skip
    def test_the_year_of_a_day(self, on, year):
        window = year_running(on)
        assert (window.starts_in, window.starts <= on <= window.ends) == (year, True)

    @pytest.mark.parametrize(
        ("on", "ended"),
        [
            (date(2026, 11, 1), date(2026, 10, 31)), (date(2026, 11, 30), date(2026, 10, 31)),
            (date(2027, 1, 1), date(2026, 12, 31)), (date(2028, 3, 1), date(2028, 2, 29)),
            (date(2027, 3, 31), date(2027, 2, 28)),
        ],
    )  # fmt: skip
    def test_the_latest_month_that_is_over(self, on, ended):
        assert last_month_end(on) == ended

    @pytest.mark.parametrize(
        ("as_at", "months"),
        [(date(2026, 3, 31), 0), (date(2026, 4, 1), 1), (date(2026, 11, 23), 8), (date(2027, 3, 1), 12), (date(2030, 1, 1), 12)],
    )  # fmt: skip
    def test_the_months_that_had_begun(self, as_at, months):
        found = THIS.months(as_at)
        assert len(found) == months
        assert list(found) == [date(2026 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(4, 4 + months)]

    @pytest.mark.parametrize(
        ("day", "place"),
        [(date(2026, 3, 1), 0), (date(2026, 4, 30), 0), (date(2026, 12, 1), 8), (date(2027, 3, 31), 11), (date(2027, 4, 1), SINCE), (date(2028, 5, 1), SINCE)],
    )  # fmt: skip
    def test_a_month_before_the_year_is_april_and_one_after_it_none_of_its_months(self, day, place):
        assert place_of(day, 2026) == place

    def test_every_month_follows_the_one_before(self):
        month = date(2023, 11, 1)
        for _ in range(30):
            following = next_month(month)
            assert (following.day, following - timedelta(days=1) >= month) == (1, True)
            assert (following - timedelta(days=1)).month == month.month
            month = following


class TestShares:
    @pytest.mark.parametrize(
        ("part", "whole", "shown"),
        [
            (1, 3, "33.3"), (2, 3, "66.6"), (1999, 10000, "19.9"), (8, 130, "6.1"), (0, 5, "0.0"), (5, 5, "100.0"),
            (1, 2000, "0.0"),
        ],
    )  # fmt: skip
    def test_what_follows_one_decimal_is_cut_off(self, part, whole, shown):
        assert share(part, whole) == Decimal(shown)

    def test_promises_and_results_go_by_one_rule(self):
        """8 of 130 is 6.15…%: as a rate of people no more than as a share of posts is it shown as 6.2%."""
        assert Exact({"work": 8, "due": 130}).rate("work", "due") == share(8, 130) == Decimal("6.1")

    def test_a_share_of_nothing_is_none(self):
        assert (share(0, 0), share(0, -1)) == (None, None)


@pytest.mark.django_db
class TestTrusts:
    """Hounslow became part of Kingston on 1 November 2024, as RY9 of RAX."""

    @pytest.mark.parametrize(("on", "stands"), [(date(2024, 10, 31), "hounslow"), (date(2024, 11, 1), "kingston")])
    def test_who_stands_for_whom_on_a_day(self, trusts, on, stands):
        assert trusts_on(on).now(trusts.hounslow.pk) == getattr(trusts, stands).pk

    def test_before_its_end_a_trust_is_named_for_itself(self, trusts):
        assert trusts.hounslow.pk in trusts_on(date(2024, 10, 31)).names
        assert trusts.hounslow.pk not in trusts_on(TODAY).names

    def test_a_chain_of_successions(self, trusts):
        newest = OrganisationFactory(short_name="South West", standing=Standing.SIGNATORY)
        Succession.objects.create(predecessor=trusts.kingston, successor=newest, on=date(2026, 4, 1))
        assert trusts_on(TODAY).now(trusts.hounslow.pk) == newest.pk
        assert trusts_on(date(2026, 3, 31)).now(trusts.hounslow.pk) == trusts.kingston.pk

    def test_a_ring_of_successions_comes_to_an_end(self, trusts):
        Succession.objects.create(predecessor=trusts.kingston, successor=trusts.hounslow, on=date(2025, 1, 1))
        assert trusts_on(TODAY).now(trusts.hounslow.pk) in {trusts.hounslow.pk, trusts.kingston.pk}

    def test_a_successor_is_a_party_because_its_predecessor_was(self, trusts):
        heir = OrganisationFactory(short_name="Heir", standing=Standing.NONE)
        Succession.objects.create(predecessor=trusts.imperial, successor=heir, on=date(2026, 6, 1))
        assert trusts_on(TODAY).names[heir.pk] == "Heir"
        assert heir.pk not in trusts_on(date(2026, 5, 31)).names

    def test_who_is_no_party_is_no_local_trust(self, trusts):
        found = trusts_on(TODAY)
        assert (found.is_local_trust(trusts.imperial.pk), found.is_local_trust(trusts.elsewhere.pk)) == (True, False)
        assert found.is_local_trust(None) is False

    def test_two_queries(self, trusts, django_assert_num_queries):
        with django_assert_num_queries(2):
            trusts_on(TODAY)


@pytest.mark.django_db
class TestNothing:
    def test_a_world_without_anybody(self):
        for figure in (m0(THIS, as_at=TODAY), m2(THIS, as_at=TODAY), m3(THIS, as_at=TODAY)):
            assert (figure.numerator, figure.denominator, figure.rows) == (frozenset(), frozenset(), ())

    def test_shares_of_nothing_are_not_nought(self, trusts):
        table, *_ = ring_fence.tables(m0(THIS, as_at=TODAY), trusts_on(TODAY).names, exact=True, trust_id=None)
        assert table.cell("all", "counted") == 0
        assert (table.cell("all", "share"), table.cell("all", "considered_share")) == (None, None)

    def test_a_rate_of_nobody_is_none(self, trusts):
        table, *_ = conversion.tables(m3(THIS, as_at=TODAY), trusts_on(TODAY).names, exact=True, trust_id=None)
        assert (table.cell("all", "due"), table.cell("all", "rate"), table.cell("all", "host_rate")) == (0, None, None)

    @pytest.mark.parametrize("as_at", [date(2026, 3, 31), date(2024, 1, 1)])
    def test_a_year_that_has_not_begun(self, trusts, as_at):
        figure = m0(THIS, as_at=as_at)
        assert {year.months for year in figure.rows} == {()}
        table = ring_fence.by_month(figure, trusts_on(as_at).names, trust_id=None, with_levels=False)
        assert table.rows == ()


@pytest.mark.django_db
class TestTurnOfTheYear:
    @pytest.mark.parametrize(("on", "years"), [(date(2026, 3, 31), (1, 0)), (date(2026, 4, 1), (0, 1))])
    def test_a_start_is_of_the_year_of_its_day(self, trusts, on, years):
        world.started(world.person(), world.cohort(trusts.imperial), on)
        assert tuple(len(m2(window, as_at=TODAY).numerator) for window in (LAST, THIS)) == years

    @pytest.mark.parametrize(("on", "years"), [(date(2026, 3, 31), (1, 0)), (date(2026, 4, 1), (0, 1))])
    def test_an_end_is_of_the_year_of_its_day(self, trusts, on, years):
        world.ended(world.person(), world.cohort(trusts.imperial), date(2026, 1, 5), on)
        assert tuple(len(m3(window, as_at=TODAY).rows) for window in (LAST, THIS)) == years

    def test_who_ends_twice_counts_once_in_each_year(self, trusts):
        who = world.person()
        world.ended(who, world.cohort(trusts.imperial), date(2025, 5, 1), date(2026, 3, 31))
        world.ended(who, world.cohort(trusts.hillingdon), date(2026, 4, 1), date(2026, 4, 30))
        found = [[(row.person_id, row.trust_id) for row in m3(window, as_at=TODAY).rows] for window in (LAST, THIS)]
        assert found == [[(who.pk, trusts.imperial.pk)], [(who.pk, trusts.hillingdon.pk)]]

    def test_a_job_of_the_next_year_counts_for_an_end_of_the_last(self, trusts):
        who = world.person()
        world.ended(who, world.cohort(trusts.imperial), date(2026, 1, 5), date(2026, 3, 31))
        world.job(who, date(2026, 9, 29), employer=trusts.imperial)  # 26 weeks to the day
        (row,) = m3(LAST, as_at=TODAY).rows
        assert row.outcome == "host"

    def test_a_reservation_of_the_last_evening_of_march(self, trusts):
        """23:30 on 31 March is summer time already in 2026: half past ten in UTC."""
        with clock.pretend(clock.start_of(date(2026, 4, 1)) - timedelta(minutes=30)):
            assert clock.now().astimezone(UTC).hour == 22
            assert (clock.today(), clock.financial_year(clock.today())) == (date(2026, 3, 31), 2025)

    def test_what_the_year_began_with_is_owed_by_the_successor(self, trusts):
        world.counted(trusts.hounslow, date(2026, 3, 2), posts=10, starts_in=2025)
        (kingston,) = [row for row in m0(THIS, as_at=TODAY).rows if row.trust_id == trusts.kingston.pk]
        assert (kingston.latest.standing.debt, kingston.short_posts) == (2, 2)


@pytest.mark.django_db
class TestClocks:
    """Summer time ends on 25 October 2026 and began on 29 March."""

    @pytest.mark.parametrize(
        ("at", "places"),
        [
            ("2026-10-31T23:59:59+00:00", (0, 1)),  # winter time: the last second of October
            ("2026-11-01T00:00:00+00:00", (0, 0)),
            ("2026-09-30T22:59:59+00:00", (1, 1)),  # summer time: the last second of September in London
            ("2026-09-30T23:00:00+00:00", (0, 1)),  # and the first of October
        ],
    )
    def test_a_month_ends_at_midnight_in_london(self, trusts, at, places):
        vacancy = VacancyFactory(trust=trusts.imperial, posts=1, opened_on=date(2026, 9, 1), closes_on=None)
        moment = datetime.fromisoformat(at)
        world.ledger(trusts.imperial, date(2026, 9, 1), EntryKind.OPEN, vacancy, at=moment, posts=1, adverts=1)
        (year,) = [row for row in m0(THIS, as_at=TODAY).rows if row.trust_id == trusts.imperial.pk]
        september, october = (year.months[place].standing.posts for place in (5, 6))
        assert (september, october) == places

    @pytest.mark.parametrize(("as_at", "posts"), [(date(2026, 10, 24), 0), (date(2026, 10, 25), 1)])
    def test_the_day_of_25_hours_is_one_day(self, trusts, as_at, posts):
        world.counted(trusts.imperial, date(2026, 10, 25))
        (year,) = [row for row in m0(THIS, as_at=as_at).rows if row.trust_id == trusts.imperial.pk]
        assert year.latest.standing.posts == posts


@pytest.mark.django_db
class TestHosts:
    @pytest.mark.parametrize(
        ("host", "row"),
        [("imperial", "imperial"), ("hounslow", "kingston"), (None, None), ("elsewhere", None)],
    )
    def test_a_start_is_in_the_line_of_its_host(self, trusts, host, row):
        """A host that is no party to the Charter has no line of its own: its people are with those without a host."""
        world.started(world.person(), world.cohort(host and getattr(trusts, host)), date(2026, 5, 4))
        names = trusts_on(TODAY).names
        table, *_ = participation.tables(m2(THIS, as_at=TODAY), (), names, exact=True, trust_id=None)
        wanted = str(getattr(trusts, row).pk) if row else "none"
        assert {found.key for found in table.rows if found.cells[0]} == {wanted, "all"}

    def test_the_parts_of_a_year_add_up_whatever_happens_to_a_person(self, trusts):
        for number in range(6):
            who = world.person()
            world.started(who, world.cohort(trusts.imperial), date(2026, 4 + number % 3, 4))
            world.started(who, world.cohort(trusts.hillingdon, "internship"), date(2026, 7 + number % 2, 4))
        figure = m2(THIS, as_at=TODAY)
        names = trusts_on(TODAY).names
        for table in participation.tables(figure, (), names, exact=True, trust_id=None)[:3]:
            rows = {row.key: row.cells[0] for row in table.rows}
            assert rows.pop("all") == sum(rows.values()) == 6

    def test_cohorts_without_a_host_trust(self, trusts):
        who = world.person()
        world.ended(who, world.cohort(None), date(2026, 3, 2), date(2026, 4, 30))
        world.job(who, date(2026, 6, 1), employer=trusts.imperial)
        (row,) = m3(THIS, as_at=TODAY).rows
        assert (row.trust_id, row.outcome) == (None, "nwl")

    def test_counted_not_named_follows_the_succession_and_stops_at_the_day(self, trusts):
        for month, people in ((4, 10), (11, 20), (12, 40)):
            CountedReturn.objects.create(
                trust=trusts.hounslow,
                kind="volunteering",
                month=date(2026, month, 1),
                people_started=people,
                source="x",
            )
        found = counted_not_named(THIS, as_at=TODAY)
        assert [(row.trust_id, row.month.month, row.people) for row in sorted(found)] == [
            (trusts.kingston.pk, 4, 10),
            (trusts.kingston.pk, 11, 20),
        ]


@pytest.mark.django_db
class TestOutcomesAddUp:
    CASES = (
        # contract, nhs, employer, state, days after the end -> outcome
        ("permanent", True, "imperial", "started", 10, "host"),
        ("fixed", True, "imperial", "ended", 182, "host"),
        ("apprenticeship", True, "kingston", "started", 10, "nwl"),
        ("permanent", True, "elsewhere", "started", 10, "nhs"),
        ("permanent", False, None, "started", 10, "outside"),
        ("bank", True, "imperial", "started", 10, "bank"),
        ("permanent", True, "imperial", "fell_through", 10, "unknown"),
        ("permanent", True, "imperial", "started", 183, "unknown"),
        ("permanent", True, "imperial", "cleared", 10, "unknown"),
    )

    def test_one_of_each(self, trusts):
        ends = date(2026, 4, 30)
        for contract, nhs, employer, state, days, _outcome in self.CASES:
            who = world.person()
            world.ended(who, world.cohort(trusts.imperial), date(2026, 3, 2), ends, seeking=True)
            on = ends + timedelta(days=days)
            employer = employer and getattr(trusts, employer)
            world.job(who, on, employer=employer, nhs=nhs, contract=contract, state=state)
        figure = m3(THIS, as_at=TODAY)
        assert sorted(row.outcome for row in figure.rows) == sorted(case[-1] for case in self.CASES)
        counts = conversion.outcomes(figure.rows)
        assert counts == {
            "still": 0, "host": 2, "nwl": 1, "nhs": 1, "outside": 1, "bank": 1, "unknown": 3, "work": 5, "due": 9,
            "ended": 9,
        }  # fmt: skip
        assert len(figure.numerator) == counts["work"] == sum(counts[kind] for kind in IN_WORK)
        assert len(figure.denominator) == counts["due"]

    @pytest.mark.parametrize("outcome_known", [True, False])
    def test_who_is_still_in_time_is_in_neither_side(self, trusts, outcome_known):
        who = world.person()
        world.ended(who, world.cohort(trusts.imperial), date(2026, 3, 2), date(2026, 8, 31))
        if outcome_known:
            world.job(who, date(2026, 9, 7), employer=trusts.imperial)
        figure = m3(THIS, as_at=TODAY)
        assert (figure.numerator, figure.denominator) == (frozenset(), frozenset())
        assert figure.exclusions[STILL_IN_TIME] == {who.pk}

    def test_an_ended_employer_still_names_the_job(self, trusts):
        """A job at a trust that closed without a successor counts where it was."""
        Organisation.objects.filter(pk=trusts.hillingdon.pk).update(closed=date(2026, 7, 1))
        who = world.person()
        world.ended(who, world.cohort(trusts.imperial), date(2026, 3, 2), date(2026, 4, 30))
        world.job(who, date(2026, 6, 1), employer=trusts.hillingdon)
        (row,) = m3(THIS, as_at=TODAY).rows
        assert row.outcome == "nwl"
