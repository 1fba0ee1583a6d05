"""Eligibility by tables: deciles and readings, dated policies, days that overlap, and how it ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import timeline
from audit.mover import Refused
from candidates.models import Certificate, Home
from candidates.services import move_home
from organisations.models import Policy
from places.models import Area, Borough, Postcode
from programmes.models import Eligibility, Group, Route
from programmes.services import decide_eligibility, default_end, end_eligibility, months_after
from tests.factories.programmes import EnrolmentFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
BRENT = "E09000005"
NOT_KNOWN = (
    "It is not known whether the home is in the most deprived 20%: no place was found for it. "
    "That is not a no. Record or correct the home, or use another route."
)
OVERLAPS = "Eligibility by this route is decided already, until {}. End that first, or start after it."


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [
        (TODAY + 366 * DAY, None, ""),
        (TODAY + 367 * DAY, None, "25 November 2027 is more than a year away. Check the year."),
        (TODAY, TODAY + 3654 * DAY, ""),
        (TODAY, TODAY + 3655 * DAY, "25 November 2036 is more than ten years after it starts. Check the year."),
        (TODAY - 1827 * DAY, None, ""),
        (TODAY - 1828 * DAY, None, "21 November 2021 is more than five years ago. Check the year."),
        (date(1026, 11, 23), None, "23 November 1026 is more than five years ago. Check the year."),
        (TODAY, TODAY, "Eligibility ends after it starts. Check the dates."),
    ],
)
def test_a_year_that_is_mistyped(ama, academy, starts, ends, sentence):
    assert (refusal(decide, ama, academy, starts=starts, ends=ends) if sentence else "") == sentence
    if not sentence:
        assert decide(ama, academy, starts=starts, ends=ends).starts == starts


def sign(key, value, starts=date(2026, 1, 1)):
    Policy.objects.create(key=f"programmes.{key}", value=value, starts=starts, source="Board", verified=True)


def decide(candidate, by, route="plus", group="care_leavers", **more):
    group = group if route == "plus" else ""
    return decide_eligibility(candidate=candidate, route=route, group=group, evidence="Letter", by=by, **more)


def refusal(call, *args, **facts):
    with pytest.raises(Refused) as refused:
        call(*args, **facts)
    return str(refused.value)


class TestCore20ByDecile:
    """The home is moved to a real row of each decile; nobody writes the answer by hand."""

    @pytest.fixture(autouse=True)
    def areas(self, db):
        """NW1 1AA to NW10 1AA: deciles 1 to 10 of England, of which the first four are in the local worst fifth."""
        Borough.objects.get_or_create(code=BRENT, defaults={"name": "Brent", "local": True})
        for decile in range(1, 11):
            area = Area.objects.create(
                code=f"E01{decile:06}",
                borough_code=BRENT,
                rank_2025=decile * 3000,
                decile_2025=decile,
                nwl_fifth_2025=decile <= 4,
            )
            Postcode.objects.create(code=f"NW{decile} 1AA", borough_id=BRENT, lsoa21=area)
        Postcode.objects.create(code="NW11 1AA", borough_id=BRENT)  # a place without a small area

    @pytest.mark.parametrize(("reading", "last"), [("national", 2), ("north_west_london", 4)])
    def test_which_deciles_are_eligible(self, ama, academy, reading, last):
        sign("core20_reading", reading)
        where = {"national": "England", "north_west_london": "North West London"}[reading]
        answers = {}
        for decile in range(1, 11):
            move_home(candidate=ama, postcode=f"nw{decile}1aa", by=academy)
            try:
                decision = decide(ama, academy, route="core20")
            except Refused as refused:
                answers[decile] = str(refused)
            else:
                answers[decile] = decision.found["decile"]
                end_eligibility(eligibility=decision, on=TODAY, reason="Next decile", by=academy)
        no = f"The home is not in the most deprived 20% of {where}. Use another route."
        assert answers == {decile: decile if decile <= last else no for decile in range(1, 11)}

    @pytest.mark.parametrize("reading", ["national", "north_west_london"])
    @pytest.mark.parametrize("postcode", ["N1 9GU", "NW11 1AA", "", "not a postcode"])
    def test_a_place_that_is_not_known_is_never_a_no(self, ama, academy, reading, postcode):
        sign("core20_reading", reading)
        move_home(candidate=ama, postcode=postcode, by=academy)
        home = Home.objects.visible_to(academy).get()
        assert (home.core20, home.core20_nwl) == ("unknown", "unknown")
        assert refusal(decide, ama, academy, route="core20") == NOT_KNOWN

    def test_no_fixed_abode_is_not_a_no_either(self, ama, academy):
        move_home(candidate=ama, no_fixed_abode=True, postcode="NW1 1AA", by=academy)
        assert refusal(decide, ama, academy, route="core20") == NOT_KNOWN

    @pytest.mark.parametrize(
        ("starts", "reading"), [(date(2026, 9, 30), "national"), (date(2026, 10, 1), "north_west_london")]
    )
    def test_the_reading_of_the_first_day_counts(self, ama, academy, starts, reading):
        sign("core20_reading", "north_west_london", starts=date(2026, 10, 1))
        move_home(candidate=ama, postcode="NW1 1AA", by=academy)
        assert decide(ama, academy, route="core20", starts=starts).found["reading"] == reading

    def test_a_decision_stays_when_the_person_moves_away(self, ama, academy):
        move_home(candidate=ama, postcode="NW1 1AA", starts=TODAY - DAY, by=academy)
        decision = decide(ama, academy, route="core20")
        move_home(candidate=ama, postcode="NW9 1AA", by=academy)
        decision.refresh_from_db()
        assert (decision.ends, decision.found["decile"]) == (date(2027, 11, 23), 1)


class TestHowLong:
    @pytest.mark.parametrize(("route", "months"), [(Route.PROGRAMME, 12), (Route.CORE20, 12), (Route.PLUS, 24)])
    def test_the_service_s_own_default(self, world, route, months):
        assert default_end(route, TODAY) == months_after(TODAY, months)

    @pytest.mark.parametrize("route", Route.values)
    def test_a_signed_value_counts_from_its_day(self, world, route):
        sign(f"months_{route}", 6, starts=date(2026, 7, 1))
        sign(f"months_{route}", 3, starts=date(2026, 10, 1))
        ends = [default_end(route, day) for day in (date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1))]
        assert ends == [date(2027, 1, 1), date(2027, 3, 30), date(2027, 1, 1)]

    @pytest.mark.parametrize("group", Group.values)
    def test_every_group_lasts_the_same_and_is_kept_apart(self, ama, academy, group):
        decision = decide(ama, academy, group=group)
        assert (decision.group, decision.ends) == (group, date(2028, 11, 23))
        assert timeline.lines(ama, academy)[0].sentence == "Found eligible"

    @pytest.mark.parametrize(
        ("day", "months", "then"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2027, 11, 30), 3, date(2028, 2, 29)),
            (date(2028, 2, 29), 12, date(2029, 2, 28)),
            (date(2026, 12, 31), 1, date(2027, 1, 31)),
            (date(2026, 5, 31), 0, date(2026, 5, 31)),
            (date(2026, 12, 1), 12, date(2027, 12, 1)),
        ],
    )
    def test_months(self, day, months, then):
        assert months_after(day, months) == then

    @given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
    def test_the_same_day_of_the_month_or_its_last(self, day, months):
        then = months_after(day, months)
        assert (then.year - day.year) * 12 + then.month - day.month == months
        assert then.day == day.day or (then.day < day.day and (then + DAY).day == 1)

    @given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 59))
    def test_a_month_more_is_later(self, day, months):
        assert months_after(day, months) < months_after(day, months + 1)


class TestOverlap:
    """A decision from 1 to 30 June; another of the same route and group may stand before or after it, not across."""

    @pytest.mark.parametrize(
        ("starts", "ends", "fine"),
        [
            (date(2026, 5, 1), date(2026, 6, 1), True),
            (date(2026, 5, 1), date(2026, 6, 2), False),
            (date(2026, 6, 10), date(2026, 6, 20), False),
            (date(2026, 6, 1), date(2026, 6, 30), False),
            (date(2026, 5, 1), date(2026, 7, 30), False),
            (date(2026, 6, 29), date(2026, 7, 30), False),
            (date(2026, 6, 30), date(2026, 7, 30), True),
        ],
    )
    def test_days(self, ama, academy, starts, ends, fine):
        decide(ama, academy, starts=date(2026, 6, 1), ends=date(2026, 6, 30))
        if fine:
            assert decide(ama, academy, starts=starts, ends=ends).starts == starts
        else:
            assert refusal(decide, ama, academy, starts=starts, ends=ends) == OVERLAPS.format("30 June 2026")

    @pytest.mark.parametrize("other", [group for group in Group.values if group != "care_leavers"])
    def test_another_group_stands_beside_it(self, ama, academy, other):
        decide(ama, academy)
        assert decide(ama, academy, group=other).group == other

    def test_an_earlier_import_without_an_end_is_said_so(self, ama, academy):
        decision = decide(ama, academy)
        Eligibility.unscoped.filter(pk=decision.pk).update(ends=None)
        assert refusal(decide, ama, academy) == (
            "Eligibility by this route is decided already, without an end. End that first, or start after it."
        )

    @pytest.mark.parametrize("ends", [TODAY, TODAY - DAY])
    def test_it_ends_after_it_starts(self, ama, academy, ends):
        assert refusal(decide, ama, academy, ends=ends) == "Eligibility ends after it starts. Check the dates."


class TestEnd:
    @pytest.fixture
    def decision(self, ama, academy):
        return decide(ama, academy, starts=TODAY - 10 * DAY, ends=TODAY + 10 * DAY)

    def certificate(self):
        return Certificate.unscoped.get().ends

    @pytest.mark.parametrize(
        ("on", "ends"),
        [
            (TODAY, TODAY),
            (TODAY + 5 * DAY, TODAY + 5 * DAY),
            (TODAY - 10 * DAY, TODAY - 10 * DAY),
            (TODAY - 11 * DAY, TODAY - 10 * DAY),
        ],
    )
    def test_the_certificate_ends_with_it(self, decision, academy, on, ends):
        assert end_eligibility(eligibility=decision, on=on, reason="Moved", by=academy).ends == ends
        assert self.certificate() == ends

    @pytest.mark.parametrize("on", [TODAY + 10 * DAY, TODAY + 99 * DAY])
    def test_not_after_its_end(self, decision, academy, on):
        assert refusal(end_eligibility, eligibility=decision, on=on, reason="Moved", by=academy) == (
            "It ends on 3 December 2026 already."
        )

    @pytest.mark.parametrize("reason", ["", "   ", "\n"])
    def test_not_without_a_reason(self, decision, academy, reason):
        sentence = refusal(end_eligibility, eligibility=decision, on=TODAY, reason=reason, by=academy)
        assert sentence == "Say why eligibility ends."
        assert self.certificate() == TODAY + 10 * DAY

    @pytest.mark.parametrize("persona", ["other_provider", "recruiter", "colleague", "icb_analyst", "system_admin"])
    def test_not_by_a_stranger(self, decision, ama, world, persona):
        by = world.acting(persona)
        assert refusal(end_eligibility, eligibility=decision, on=TODAY, reason="x", by=by) == (
            f"You cannot change the record of {ama.reference}."
        )

    def test_the_timeline_has_the_day_and_the_reason_for_those_who_may_read_it(self, decision, ama, academy):
        end_eligibility(eligibility=decision, on=TODAY, reason="The letter was withdrawn", by=academy)
        line = next(each for each in timeline.lines(ama, academy) if each.sentence == "Eligibility ended")
        assert line.reason == "The letter was withdrawn"

    def test_decided_again_after_it_ended(self, decision, ama, academy):
        end_eligibility(eligibility=decision, on=TODAY, reason="Moved", by=academy)
        assert decide(ama, academy).starts == TODAY


class TestBothAtTheEnd:
    """Read as "both": when the only decision of one kind ends, the other kind's certificate ends too."""

    @pytest.fixture
    def pair(self, world, enrolment, ama, academy):
        sign("eligible_by", "both")
        return decide(ama, academy), decide(ama, academy, route="programme")

    def in_force(self):
        return Certificate.unscoped.in_force(TODAY).count()

    @pytest.mark.parametrize("which", [0, 1])
    def test_either_of_them(self, pair, academy, which):
        assert self.in_force() == 1
        end_eligibility(eligibility=pair[which], on=TODAY, reason="x", by=academy)
        assert self.in_force() == 0

    @pytest.mark.parametrize("on", [TODAY - 9 * DAY, TODAY - DAY])
    def test_ended_on_a_day_before_the_other_began(self, world, enrolment, ama, academy, on):
        sign("eligible_by", "both")
        background = decide(ama, academy, starts=TODAY - 30 * DAY)
        decide(ama, academy, route="programme")
        assert self.in_force() == 1
        end_eligibility(eligibility=background, on=on, reason="The letter was of somebody else", by=academy)
        assert self.in_force() == 0

    def test_a_second_background_keeps_it(self, pair, ama, academy):
        decide(ama, academy, group="send")
        end_eligibility(eligibility=pair[0], on=TODAY, reason="x", by=academy)
        assert self.in_force() == 2


@pytest.mark.parametrize("state", ["referred", "offered", "ineligible"])
def test_a_place_in_a_programme_is_not_yet_taking_part(cohort, ama, academy, state):
    EnrolmentFactory(cohort=cohort, candidate=ama, state=state)
    assert refusal(decide, ama, academy, route="programme") == (
        f"{ama.reference} is in no programme and completed none. Enrol them first, or use another route."
    )
