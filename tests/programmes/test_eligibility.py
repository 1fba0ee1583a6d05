"""Why a person is eligible: decided by people with evidence, unknown never taken for no, the certificate silent."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import timeline
from audit.mover import Refused
from candidates.models import Certificate
from candidates.readiness import gaps
from candidates.services import share
from organisations.models import Policy
from programmes.models import Eligibility
from programmes.services import decide_eligibility, end_eligibility, months_after
from tests.factories.candidates import CandidateFactory, HomeFactory
from tests.factories.programmes import EnrolmentFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
LETTER = "Letter from the leaving-care team"


def sign(key, value):
    Policy.objects.create(key=key, value=value, starts=date(2026, 1, 1), source="Board", verified=True)


def decide(candidate, by, **more):
    facts = {"candidate": candidate, "route": "plus", "group": "care_leavers", "evidence": LETTER} | more
    return decide_eligibility(**facts, by=by)


def certificates(acting):
    return [(each.starts, each.ends) for each in Certificate.objects.visible_to(acting).order_by("pk")]


class TestDecide:
    @pytest.mark.parametrize(
        ("route", "group", "ends"),
        [
            ("plus", "care_leavers", date(2028, 11, 23)),
            ("core20", "", date(2027, 11, 23)),
            ("programme", "", date(2027, 11, 23)),
        ],
    )
    def test_each_route_lasts_as_long_as_its_policy_says(self, enrolment, ama, academy, route, group, ends):
        HomeFactory(candidate=ama)
        eligibility = decide(ama, academy, route=route, group=group)
        assert (eligibility.starts, eligibility.ends, eligibility.decided_on) == (TODAY, ends, TODAY)
        assert certificates(academy) == [(TODAY, ends)]
        assert "certificate" not in {gap.key for gap in gaps(ama)}

    def test_dates_may_be_said(self, ama, academy):
        decide(ama, academy, starts=TODAY - DAY, ends=TODAY + 9 * DAY)
        assert certificates(academy) == [(TODAY - DAY, TODAY + 9 * DAY)]

    def test_what_was_found_that_day_is_kept_without_the_postcode(self, ama, academy):
        HomeFactory(candidate=ama, postcode="NW10 8AA", decile=1)
        assert decide(ama, academy).found == {
            "reading": "national",
            "decile": 1,
            "core20": "yes",
            "core20_nwl": "yes",
            "local": "yes",
            "edition": "IMD 2025",
        }

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"evidence": "  "}, "Say which evidence you saw, such as a letter from the council."),
            ({"group": ""}, "Choose the PLUS group."),
            ({"group": "tall_people"}, "Choose one of the PLUS groups."),
            ({"route": "core20"}, "A group goes with the PLUS route only."),
            ({"route": "luck"}, "Choose the route: a programme, CORE20, or a PLUS group."),
            ({"ends": TODAY}, "Eligibility ends after it starts. Check the dates."),
        ],
    )
    def test_refused(self, ama, academy, facts, sentence):
        with pytest.raises(Refused) as refused:
            decide(ama, academy, **facts)
        assert str(refused.value) == sentence
        assert certificates(academy) == []

    def test_one_decision_at_a_time_for_a_route(self, ama, academy):
        decide(ama, academy)
        with pytest.raises(Refused) as refused:
            decide(ama, academy, starts=TODAY + DAY)
        assert str(refused.value) == (
            "Eligibility by this route is decided already, until 23 November 2028. End that first, or start after it."
        )
        decide(ama, academy, starts=date(2028, 11, 23))
        decide(ama, academy, group="send")
        assert Eligibility.objects.visible_to(academy).count() == 3

    @pytest.mark.parametrize("persona", ["other_provider", "recruiter", "colleague", "icb_analyst", "auditor"])
    def test_a_stranger_decides_nothing(self, world, enrolment, ama, persona):
        with pytest.raises(Refused, match=f"^You cannot change the record of {ama.reference}.$"):
            decide(ama, world.acting(persona))

    def test_the_provider_of_the_person_may(self, enrolment, ama, provider):
        assert decide(ama, provider).route == "plus"

    def test_not_on_a_record_that_was_joined(self, ama, world, academy):
        joined = CandidateFactory(merged_into=ama, seen_by=[world.academy])
        with pytest.raises(Refused, match="^This record is joined to another. Decide there.$"):
            decide(joined, academy)


class TestCore20:
    @pytest.mark.parametrize(
        ("reading", "core20", "core20_nwl", "sentence"),
        [
            ("national", "yes", "no", ""),
            ("national", "no", "yes", "The home is not in the most deprived 20% of England. Use another route."),
            ("north_west_london", "no", "yes", ""),
            (
                "north_west_london",
                "yes",
                "no",
                "The home is not in the most deprived 20% of North West London. Use another route.",
            ),
            (
                "national",
                "unknown",
                "yes",
                "It is not known whether the home is in the most deprived 20%: no place was found for it. "
                "That is not a no. Record or correct the home, or use another route.",
            ),
        ],
    )
    def test_by_the_reading_in_force(self, ama, academy, reading, core20, core20_nwl, sentence):
        sign("programmes.core20_reading", reading)
        HomeFactory(candidate=ama, core20=core20, core20_nwl=core20_nwl)
        if not sentence:
            assert decide(ama, academy, route="core20", group="").found["reading"] == reading
            return
        with pytest.raises(Refused) as refused:
            decide(ama, academy, route="core20", group="")
        assert str(refused.value) == sentence

    def test_no_home_is_unknown(self, ama, academy):
        with pytest.raises(Refused, match="^It is not known whether"):
            decide(ama, academy, route="core20", group="")

    def test_the_present_home_counts_not_an_earlier_one(self, ama, academy):
        HomeFactory(candidate=ama, starts=TODAY - 99 * DAY, core20="yes")
        HomeFactory(candidate=ama, starts=TODAY, core20="no")
        with pytest.raises(Refused, match="^The home is not in the most deprived"):
            decide(ama, academy, route="core20", group="")


class TestProgrammeRoute:
    @pytest.mark.parametrize(
        ("state", "counts"),
        [
            ("enrolled", True),
            ("started", True),
            ("paused", True),
            ("completed", True),
            ("referred", False),
            ("offered", False),
            ("declined", False),
            ("left", False),
            ("did_not_start", False),
        ],
    )
    def test_who_takes_part_or_completed(self, cohort, ama, academy, state, counts):
        dates = {"started_on": TODAY - 9 * DAY} if state in ("started", "paused", "completed", "left") else {}
        dates |= {"ended_on": TODAY} if state in ("completed", "left") else {}
        EnrolmentFactory(cohort=cohort, candidate=ama, state=state, **dates)
        if counts:
            assert decide(ama, academy, route="programme", group="").route == "programme"
            return
        with pytest.raises(Refused, match=f"^{ama.reference} is in no programme and completed none."):
            decide(ama, academy, route="programme", group="")


class TestBoth:
    """The Charter read as "both": a certificate stands only while one of each kind is in force."""

    @pytest.fixture(autouse=True)
    def read_as_both(self, world):
        sign("programmes.eligible_by", "both")

    def test_one_kind_alone_certifies_nobody(self, enrolment, ama, academy):
        decide(ama, academy)
        decide(ama, academy, group="send")
        assert certificates(academy) == []

    def test_the_second_kind_certifies_for_the_days_of_both(self, enrolment, ama, academy):
        decide(ama, academy, starts=TODAY - DAY, ends=TODAY + 50 * DAY)
        decide(ama, academy, route="programme", group="", starts=TODAY, ends=TODAY + 90 * DAY)
        assert certificates(academy) == [(TODAY, TODAY + 50 * DAY)]

    def test_ending_either_ends_it(self, enrolment, ama, academy):
        background = decide(ama, academy)
        decide(ama, academy, route="programme", group="")
        end_eligibility(eligibility=background, on=TODAY + DAY, reason="Found in error", by=academy)
        assert certificates(academy) == [(TODAY, TODAY + DAY)]


class TestEnd:
    def test_the_certificate_ends_with_it_and_the_reason_is_kept(self, ama, academy):
        eligibility = decide(ama, academy)
        ended = end_eligibility(eligibility=eligibility, on=TODAY + 3 * DAY, reason="Moved away", by=academy)
        assert ended.ends == TODAY + 3 * DAY
        assert certificates(academy) == [(TODAY, TODAY + 3 * DAY)]
        lines = {line.sentence: line.reason for line in timeline.lines(ama, academy)}
        assert lines == {
            "Eligibility ended": "Moved away",
            "Certificate ends on 26 November 2026": "",
            "Found eligible": "",
            "Certified eligible from 23 November 2026": "",
        }

    def test_not_twice_and_not_without_a_reason(self, ama, academy):
        eligibility = decide(ama, academy)
        with pytest.raises(Refused, match="^Say why eligibility ends.$"):
            end_eligibility(eligibility=eligibility, on=TODAY, reason=" ", by=academy)
        end_eligibility(eligibility=eligibility, on=TODAY, reason="x", by=academy)
        with pytest.raises(Refused, match="^It ends on 23 November 2026 already.$"):
            end_eligibility(eligibility=eligibility, on=TODAY, reason="x", by=academy)


def test_a_trust_that_sees_the_person_sees_no_decision(world, ama, academy, recruiter):
    decide(ama, academy)
    share(candidate=ama, organisation=world.trust, scope="contact", cause="pipeline.Referral:1", by=academy)
    assert list(Eligibility.objects.visible_to(recruiter)) == []
    assert timeline.lines(ama, recruiter) == []


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
    ],
)
def test_months_after(day, months, then):
    assert months_after(day, months) == then


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(0, 60))
def test_months_after_is_that_many_months_and_never_a_later_day_of_the_month(day, months):
    then = months_after(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day <= day.day
