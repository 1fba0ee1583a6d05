"""Every step of a referral and every verb of a job by its page: who is offered it, what it says when done, what then is so."""

from datetime import date, time

import pytest
from django.urls import reverse

from candidates.models import Check
from pipeline.forms.interviews import BookForm, moment
from pipeline.models import Employment, Interview, Outcome, Referral
from pipeline.steps import STEPS, job_steps, steps
from pipeline.verbs import JOB_VERBS
from pipeline.verbs import STEPS as PAGES
from tests.factories.candidates import GrantFactory
from tests.factories.pipeline import EmploymentFactory, InterviewFactory, OutcomeFactory, ReferralFactory, at_ten
from tests.pipeline.test_pages import day, post, sign_in, words

__all__ = ["sign_in"]
TODAY = date(2026, 11, 23)
BEFORE_A_DECISION = {
    "suggested": {"offer", "withdraw"},
    "offered": {"accept", "decline", "withdraw"},
    "accepted": {"submit", "withdraw"},
    "submitted": {"withdraw"},
}


def share(referral, world):
    """As it is once the criteria are met."""
    GrantFactory(
        candidate=referral.candidate,
        organisation=world.trust,
        scope="contact",
        cause=f"pipeline.Referral:{referral.pk}",
        agreement=world.agreement,
    )


class TestWhoIsOfferedWhat:
    """`steps` for the academy, the trust's recruiter and another trust's, in every state."""

    @pytest.fixture
    def offered(self, vacancy, ama, world):
        def ask(state, persona, **facts):
            row = ReferralFactory(candidate=ama, vacancy=vacancy, state=state, **facts)
            found = set(steps(Referral.unscoped.get(pk=row.pk), by=world.acting(persona)))
            Referral.unscoped.filter(pk=row.pk).delete()
            return found

        return ask

    def test_every_step_has_a_page_but_the_offer(self):
        assert set(STEPS) - set(PAGES) == {"offer"}

    def test_the_academy(self, offered):
        states = ("suggested", "offered", "accepted", "submitted", "meets", "kept", "released", "broken", "closed")
        assert {state: offered(state, "academy") for state in states} == {
            **BEFORE_A_DECISION,
            "submitted": {"evidence", "withdraw"},  # nothing was sent for the two criteria
            "meets": {"release"},
            **dict.fromkeys(("kept", "released", "broken", "closed"), set()),
        }

    def test_the_trust(self, offered):
        states = ("suggested", "offered", "accepted", "submitted", "meets", "kept", "released", "broken", "closed")
        assert {state: offered(state, "recruiter") for state in states} == {
            **dict.fromkeys(("suggested", "offered", "accepted", "released", "broken", "closed"), set()),
            "submitted": {"decide"},
            "meets": {"book", "release", "break", "take_back"},
            "kept": {"outcome", "take_back"},
        }

    def test_another_trust_nothing(self, offered):
        states = ("submitted", "meets", "kept", "does_not_meet")
        assert {state: offered(state, "other_recruiter") for state in states} == dict.fromkeys(states, set())

    @pytest.mark.parametrize(("number", "more"), [("", {"application"}), ("AR-1", set())])
    def test_where_trac_leads(self, offered, number, more):
        facts = {"mode": "trac", "trac_application_id": number}
        assert offered("submitted", "recruiter", **facts) == {"trac", *more}
        assert offered("submitted", "academy", **facts) == {"withdraw", *more}

    @pytest.mark.parametrize(
        ("days", "trust"),
        [
            (3, {"cancel", "release", "break"}),
            (0, {"held", "absent", "cancel", "release", "break"}),
            (-1, {"held", "absent", "cancel", "release", "break"}),
        ],
    )
    def test_with_an_interview_booked(self, vacancy, ama, world, days, trust):
        row = ReferralFactory(candidate=ama, vacancy=vacancy, state="meets")
        InterviewFactory(referral=row, at=at_ten(days))
        assert set(steps(row, by=world.acting("recruiter"))) == trust
        assert set(steps(row, by=world.acting("academy"))) == {"cancel", "release"}

    @pytest.mark.parametrize(
        ("feedback", "given", "trust", "academy"),
        [
            ("", None, {"feedback", "correct"}, set()),
            ("Well done", None, {"correct"}, {"pass_on"}),
            ("Well done", TODAY, set(), set()),
        ],
    )
    def test_after_the_outcome(self, vacancy, ama, world, feedback, given, trust, academy):
        row = ReferralFactory(candidate=ama, vacancy=vacancy, state="kept", feedback_given_on=given)
        OutcomeFactory(referral=row, feedback=feedback)
        row = Referral.unscoped.get(pk=row.pk)
        assert set(steps(row, by=world.acting("recruiter"))) == trust
        assert set(steps(row, by=world.acting("academy"))) == academy


class TestDone:
    @pytest.fixture
    def do(self, sign_in, vacancy, ama, world):
        """Post one step of a referral in `state` as a persona; the referral afterwards and the page."""

        def done(persona, state, step, *, interview=None, **data):
            row = ReferralFactory(candidate=ama, vacancy=vacancy, state=state)
            if state in ("meets", "kept"):
                share(row, world)
            if interview is not None:
                InterviewFactory(referral=row, at=at_ten(interview))
            page = post(sign_in(persona), row.reference, step, **data)
            return Referral.unscoped.get(pk=row.pk), words(page)

        return done

    @pytest.mark.parametrize(
        ("way", "who", "kept"),
        [
            ("By letter", "", "By letter"),
            ("Through a supporter", "Grace Bell", "Through a supporter: Grace Bell"),
        ],
    )
    def test_a_no_keeps_how_it_was_heard(self, do, way, who, kept):
        row, page = do("academy", "offered", "decline", way=way, who=who, reason="Found work")
        assert (row.state, row.answered_through, row.closed_on) == ("declined", kept, TODAY)
        assert "The candidate’s no is recorded. The slot is free." in page

    def test_withdrawn(self, do):
        row, page = do("academy", "submitted", "withdraw", reason="Moved away")
        assert (row.state, "Withdrawn. The slot is free." in page) == ("withdrawn", True)

    @pytest.mark.parametrize("step", ["withdraw", "break"])
    def test_a_reason_is_needed(self, do, step):
        persona, state = {"withdraw": ("academy", "submitted"), "break": ("recruiter", "meets")}[step]
        row, page = do(persona, state, step, reason="  ")
        assert (row.state, "There is a problem Enter the reason" in page) == (state, True)

    def test_broken_by_the_trust(self, do):
        row, page = do("recruiter", "meets", "break", interview=3, reason="The post was cut")
        assert (row.state, Interview.unscoped.get().state) == ("broken", "off_trust")
        assert "The promise is broken, and the reason is recorded." in page

    @pytest.mark.parametrize(("persona", "times"), [("academy", 2), ("recruiter", 0), ("academy", 20)])
    def test_given_up(self, do, persona, times):
        row, page = do(persona, "meets", "release", interview=3, times=times, reason="Found work")
        assert (row.state, row.times_offered, Interview.unscoped.get().state) == ("released", times, "off_candidate")
        assert "Recorded as given up." in page

    @pytest.mark.parametrize("times", ["", "-1", "21", "two"])
    def test_the_number_of_times_is_a_number(self, do, times):
        row, _page = do("academy", "meets", "release", times=times, reason="x")
        assert row.state == "meets"

    @pytest.mark.parametrize(
        ("persona", "who", "then"),
        [
            ("recruiter", "trust", "off_trust"),
            ("recruiter", "candidate", "off_candidate"),
            ("academy", "candidate", "off_candidate"),
        ],
    )
    def test_cancelled(self, do, persona, who, then):
        row, page = do(persona, "meets", "cancel", interview=3, who=who, reason="Ill")
        assert (row.state, Interview.unscoped.get().state) == ("meets", then)
        assert "The interview is cancelled. Book another." in page

    def test_the_academy_cannot_say_that_the_trust_cancelled(self, do):
        do("academy", "meets", "cancel", interview=3, who="trust", reason="Ill")
        assert Interview.unscoped.get().state == "booked"

    def test_who_did_not_come(self, do):
        row, page = do("recruiter", "meets", "absent", interview=0)
        assert (row.state, Interview.unscoped.get().state) == ("meets", "absent")
        assert "Book another time, or record that they gave it up." in page

    def test_feedback_is_written_and_passed_on(self, sign_in, vacancy, ama, world):
        row = ReferralFactory(candidate=ama, vacancy=vacancy, state="kept")
        share(row, world)
        OutcomeFactory(referral=row, feedback="")
        assert "The academy passes the feedback on." in words(
            post(sign_in("recruiter"), row.reference, "feedback", text="Warm and clear.")
        )
        assert Outcome.unscoped.get().feedback == "Warm and clear."
        page = post(sign_in("academy"), row.reference, "pass_on", way="By letter", who="")
        row.refresh_from_db()
        assert (row.feedback_given_on, "The feedback was passed on." in words(page)) == (TODAY, True)

    def test_the_trac_number_is_added_later_and_belongs_to_one(self, sign_in, vacancy, ama):
        ReferralFactory(vacancy=vacancy, mode="trac", trac_application_id="AR-1")
        row = ReferralFactory(candidate=ama, vacancy=vacancy, mode="trac")
        client = sign_in("academy")
        taken = words(post(client, row.reference, "application", application_id="AR-1"))
        assert "AR-1 belongs to another referral of this vacancy. Check the number in TRAC." in taken
        post(client, row.reference, "application", application_id="AR-2")
        row.refresh_from_db()
        assert row.trac_application_id == "AR-2"

    def test_an_outcome_has_its_remarks_by_criterion(self, sign_in, vacancy, ama, world, criteria):
        row = ReferralFactory(candidate=ama, vacancy=vacancy, state="kept")
        share(row, world)
        InterviewFactory(referral=row, state="held", at=at_ten(-1))
        remark = {f"criterion_{criteria[0].pk}": "Very clear"}
        post(sign_in("recruiter"), row.reference, "outcome", result="reserve", feedback="Thank you.", **remark)
        outcome = Outcome.unscoped.get()
        assert (outcome.result, outcome.by_criterion) == ("reserve", {str(criteria[0].pk): "Very clear"})

    @pytest.mark.parametrize("step", ["dance", "offer", "book/", ""])
    def test_no_other_step(self, sign_in, referral, step):
        assert sign_in("academy").get(f"/pipeline/{referral.reference}/{step}x/").status_code == 404

    @pytest.mark.parametrize("persona", ["other_recruiter", "other_provider", "auditor", "icb_analyst", "lapsed"])
    def test_a_stranger_has_no_step_at_all(self, sign_in, referral, persona):
        for step in PAGES:
            at = reverse("pipeline:step", args=[referral.reference, step])
            assert sign_in(persona).post(at, {"reason": "x"}).status_code == 404
        referral.refresh_from_db()
        assert referral.state == "submitted"


class TestJobs:
    @pytest.fixture
    def do(self, sign_in, vacancy, ama, world):
        """Post one verb of a job in `state`; the job afterwards and the page."""

        def done(persona, state, verb, **data):
            row = EmploymentFactory(candidate=ama, vacancy=vacancy, employer=world.trust, state=state)
            GrantFactory(candidate=ama, organisation=world.trust, scope="contact", cause="x", agreement=world.agreement)
            at = reverse("pipeline:job_step", args=[row.reference, verb])
            page = sign_in(persona).post(at, data, follow=True)
            return Employment.unscoped.get(pk=row.pk), words(page)

        return done

    @pytest.mark.parametrize("persona", ["academy", "recruiter"])
    def test_cleared_with_the_day_that_was_agreed(self, do, persona):
        row, page = do(persona, "offered", "clear", cleared="on", **day("agreed_start", date(2026, 12, 7)))
        assert (row.state, row.agreed_start) == ("cleared", date(2026, 12, 7))
        assert "The checks are cleared." in page

    def test_cleared_without_a_day(self, do):
        assert do("recruiter", "offered", "clear", cleared="on")[0].state == "cleared"

    def test_not_cleared_without_a_word_of_it(self, do, ama):
        Check.unscoped.create(candidate=ama, kind="referees", status="third", on=TODAY)
        Check.unscoped.create(candidate=ama, kind="identity", status="complete", on=TODAY)
        row, page = do("recruiter", "offered", "clear")
        assert row.state == "offered"
        assert "Tick that the trust has cleared them to start" in page
        assert (
            "Not recorded as complete: Right to work, Referees, Qualifications, Address history, Occupational health, "
            "Disclosure and Barring Service."
        ) in page

    @pytest.mark.parametrize(
        ("on", "state", "sentence"),
        [
            (TODAY, "started", "The start is recorded, and counts."),
            (date(2026, 11, 24), "cleared", "24 November 2026 is still to come. Record the start on or after the day."),
        ],
    )
    def test_started(self, do, on, state, sentence):
        row, page = do("recruiter", "cleared", "start", **day("on", on), evidence="employer")
        assert (row.state, sentence in page) == (state, True)

    @pytest.mark.parametrize(
        ("on", "state", "sentence"),
        [
            (TODAY, "ended", "The end is recorded."),
            (date(2026, 11, 24), "started", "24 November 2026 is still to come. Record the end on or after the day."),
            (date(2026, 11, 15), "started", "The job began on 16 November 2026; it cannot end before that."),
        ],
    )
    def test_ended(self, do, on, state, sentence):
        row, page = do("academy", "started", "end", **day("on", on), reason="")
        assert (row.state, sentence in page) == (state, True)

    def test_an_offer_that_fell_through(self, do):
        row, page = do("recruiter", "cleared", "fall_through", reason="Found other work")
        assert (row.state, "Recorded. Checks that it opened stop." in page) == ("fell_through", True)

    def test_what_is_not_open_now_is_said(self, do):
        row, page = do("recruiter", "ended", "start", **day("on", TODAY), evidence="employer")
        assert (row.state, f"{row.reference} is ended; this is not open to you now." in page) == ("ended", True)

    def test_no_other_verb(self, do, sign_in):
        row, _page = do("academy", "offered", "dance")
        assert row.state == "offered"
        assert sign_in("academy").get(f"/pipeline/jobs/{row.reference}/dance/").status_code == 404

    def test_each_state_and_reader(self, vacancy, ama, world):
        found = {}
        for state in ("offered", "cleared", "started", "ended", "fell_through"):
            row = EmploymentFactory(candidate=ama, vacancy=vacancy, employer=world.trust, state=state)
            for persona in ("academy", "recruiter", "other_recruiter", "auditor"):
                found[state, persona] = job_steps(row, by=world.acting(persona))
        open_to = {
            "offered": ["clear", "start", "fall_through"],
            "cleared": ["start", "fall_through"],
            "started": ["end"],
            "ended": [],
            "fell_through": [],
        }
        assert found == {
            (state, persona): verbs if persona in ("academy", "recruiter") else []
            for state, verbs in open_to.items()
            for persona in ("academy", "recruiter", "other_recruiter", "auditor")
        }
        assert set(JOB_VERBS) == {"clear", "start", "end", "fall_through"}


class TestBookForm:
    @pytest.fixture
    def form(self, vacancy, ama, recruiter):
        row = ReferralFactory(candidate=ama, vacancy=vacancy, state="meets", submitted_on=date(2026, 11, 23))
        facts = {"first_time": "9:30", "chosen": "first", "place": "Room 2", "kind": "interview"}

        def filled(**changes):
            data = {**day("first_day", date(2026, 11, 25)), **facts, **changes}
            return BookForm({name: str(value) for name, value in data.items()}, referral=row, by=recruiter)

        return filled

    @pytest.mark.parametrize(
        ("typed", "then"),
        [
            ("9:30", time(9, 30)),
            ("09:30", time(9, 30)),
            ("14.00", time(14)),
            ("2pm", time(14)),
            ("9:30am", time(9, 30)),
            ("12:15pm", time(12, 15)),
        ],
    )
    def test_times_as_people_type_them(self, form, typed, then):
        filled = form(first_time=typed)
        assert filled.is_valid()
        assert filled.cleaned_data["at"] == moment(date(2026, 11, 25), then)

    @pytest.mark.parametrize("typed", ["25:00", "noon", "9", "9:75"])
    def test_what_is_no_time_is_said(self, form, typed):
        assert form(first_time=typed).errors == {
            "first_time": ["First time offered: time must be a time, like 10:30 or 14:00"]
        }

    @pytest.mark.parametrize(
        ("changes", "name", "sentence"),
        [
            ({"second_time": "14:00"}, "second_time", "Give both the date and the time of the second one, or neither"),
            (
                day("second_day", date(2026, 11, 26)),
                "second_time",
                "Give both the date and the time of the second one, or neither",
            ),
            (
                {"chosen": "second"},
                "chosen",
                "Only the first time was given, so they cannot have chosen the second",
            ),
        ],
    )
    def test_a_second_time_is_whole(self, form, changes, name, sentence):
        assert form(**changes).errors == {name: [sentence]}

    @pytest.mark.parametrize(("chosen", "at", "other"), [("first", 25, 26), ("second", 26, 25)])
    def test_which_was_chosen(self, form, chosen, at, other):
        filled = form(**day("second_day", date(2026, 11, 26)), second_time="9:30", chosen=chosen)
        assert filled.is_valid()
        assert (filled.cleaned_data["at"].day, filled.cleaned_data["also_offered"].day) == (at, other)

    @pytest.mark.parametrize(("month", "offset"), [(1, "+00:00"), (6, "+01:00")])
    def test_a_moment_is_in_london(self, month, offset):
        assert moment(date(2027, month, 10), time(9, 30)).isoformat() == f"2027-{month:02}-10T09:30:00{offset}"

    @pytest.mark.parametrize(("given_day", "given_time"), [(None, time(9)), (date(2027, 1, 1), None), (None, None)])
    def test_no_moment_without_both(self, given_day, given_time):
        assert moment(given_day, given_time) is None
