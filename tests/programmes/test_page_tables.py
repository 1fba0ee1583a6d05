"""The pages of the room: each refusal where it belongs, what a page says when it is done, and the same queries for 1 and 3."""

from datetime import date, timedelta

import pytest

from candidates.models import Check
from programmes.models import Cohort, Eligibility, Enrolment, Programme, Session
from programmes.services import decide_eligibility
from tests.factories.candidates import CandidateFactory, CertificateFactory, GrantFactory
from tests.factories.programmes import (
    AttendanceFactory,
    CohortFactory,
    EligibilityFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    SessionFactory,
)
from tests.programmes.test_pages_of_people import sign_in, text_of
from tests.programmes.test_pages_of_programmes import dated

__all__ = ["sign_in"]
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def said(response):
    """The messages that a page shows after what was posted."""
    return [str(message) for message in response.context["messages"]]


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


class TestProgrammes:
    def facts(self, world, **changes):
        return {"name": "Step in", "kind": "swap", "provider": world.provider.pk} | changes

    def test_saved_is_said(self, sign_in, programme, world):
        client = sign_in("academy")
        page = client.post(f"{programme.get_absolute_url()}edit/", self.facts(world), follow=True)
        assert said(page) == ["Step in: saved."]

    def test_a_name_that_another_has(self, sign_in, programme, world):
        ProgrammeFactory(name="Step in", provider=world.provider)
        page = sign_in("academy").post(f"{programme.get_absolute_url()}edit/", self.facts(world, name="STEP in"))
        assert errors(page) == {"__all__": ["Open Doors West London has a programme called STEP in already."]}

    def test_its_own_name_in_other_letters(self, sign_in, programme, world):
        facts = self.facts(world, name="CARE leavers into care")
        sign_in("academy").post(f"{programme.get_absolute_url()}edit/", facts)
        programme.refresh_from_db()
        assert programme.name == "CARE leavers into care"

    def test_another_provider_while_nobody_is_in_it(self, sign_in, programme, cohort, world):
        facts = self.facts(world, provider=world.other_provider.pk)
        sign_in("academy").post(f"{programme.get_absolute_url()}edit/", facts)
        programme.refresh_from_db()
        assert programme.provider == world.other_provider

    def test_not_another_provider_while_the_present_one_sees_people_because_of_it(
        self, sign_in, programme, enrolment, world
    ):
        facts = self.facts(world, name=programme.name, provider=world.other_provider.pk)
        page = sign_in("academy").post(f"{programme.get_absolute_url()}edit/", facts)
        assert errors(page) == {
            "__all__": [
                "Open Doors West London sees people because they are in Care leavers into care. "
                "Add a programme of First Step Harrow instead."
            ]
        }
        programme.refresh_from_db()
        assert programme.provider == world.provider

    @pytest.mark.parametrize(
        ("note", "review", "shown"),
        [
            ("", None, "None"),
            ("For care leavers", None, "For care leavers"),
            ("For care leavers", date(2027, 4, 1), "For care leavers To be reviewed on 1 April 2027."),
        ],
    )
    def test_the_positive_action_note(self, sign_in, world, note, review, shown):
        row = ProgrammeFactory(provider=world.provider, positive_action=note, positive_action_review=review)
        facts = dict(sign_in("provider").get(row.get_absolute_url()).context["facts"])
        assert facts["Positive-action note"] == shown

    @pytest.mark.parametrize(
        ("boroughs", "groups", "where", "whom"),
        [
            ([], [], "All", "Everybody"),
            (["E09000005", "E09000009"], ["care_leavers", "send"], "Brent, Ealing", None),
            (["E07000008"], ["others"], "E07000008", "others"),
        ],
    )
    def test_where_and_whom(self, sign_in, world, boroughs, groups, where, whom):
        row = ProgrammeFactory(provider=world.provider, boroughs=boroughs, groups=groups)
        facts = dict(sign_in("academy").get(row.get_absolute_url()).context["facts"])
        assert facts["Boroughs"] == where
        assert facts["Groups served"] == (
            whom or "Care leavers, Young people with special educational needs or disabilities"
        )

    @pytest.mark.parametrize(
        ("missing", "sentence"),
        [("name", "Enter the name"), ("kind", "Select the kind of programme"), ("provider", "Select the provider")],
    )
    def test_what_is_missing_is_asked_for(self, sign_in, world, missing, sentence):
        page = sign_in("academy").post("/programmes/add/", self.facts(world, **{missing: ""}))
        assert list(errors(page)) == [missing]
        assert (Programme.unscoped.count(), sentence in text_of(page)) == (0, True)

    @pytest.mark.parametrize("persona", ["provider", "other_provider", "recruiter", "icb_analyst", "auditor"])
    def test_only_the_academy_has_the_pages_that_change(self, sign_in, programme, cohort, persona):
        client = sign_in(persona)
        pages = (
            "/programmes/add/",
            f"{programme.get_absolute_url()}edit/",
            f"{programme.get_absolute_url()}cohorts/add/",
            f"{cohort.get_absolute_url()}edit/",
        )
        assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)


class TestCohorts:
    def test_a_name_that_the_programme_has(self, sign_in, programme, cohort):
        facts = {"name": "autumn 2026"} | dated("starts", TODAY) | dated("ends", TODAY)
        page = sign_in("academy").post(f"{programme.get_absolute_url()}cohorts/add/", facts)
        assert errors(page) == {"__all__": ["Care leavers into care has a cohort called autumn 2026 already."]}
        assert Cohort.unscoped.count() == 1

    @pytest.mark.parametrize("page", ["{programme}cohorts/add/", "{cohort}edit/"])
    def test_the_last_day_is_not_before_the_first(self, sign_in, programme, cohort, page):
        at = page.format(programme=programme.get_absolute_url(), cohort=cohort.get_absolute_url())
        facts = {"name": "B"} | dated("starts", TODAY) | dated("ends", TODAY - DAY)
        assert errors(sign_in("academy").post(at, facts)) == {
            "__all__": ["The last day is before the first day. Swap them, or check the year."]
        }

    @pytest.mark.parametrize(
        ("starts", "ends", "when"),
        [
            (TODAY - 9 * DAY, TODAY - DAY, ("Ended", "grey")),
            (TODAY - 9 * DAY, TODAY, ("Running", "green")),
            (TODAY, TODAY + DAY, ("Running", "green")),
            (TODAY + DAY, TODAY + DAY, ("To come", "blue")),
        ],
    )
    def test_when_it_runs(self, sign_in, programme, starts, ends, when):
        CohortFactory(programme=programme, starts=starts, ends=ends)
        [row] = sign_in("provider").get("/programmes/").context["rows"]
        assert row["when"] == when

    def test_how_many_are_under_way_and_have_started(self, sign_in, world, cohort):
        days = {"started_on": TODAY - 9 * DAY}
        for state, facts in {
            "referred": {},
            "enrolled": {},
            "started": days,
            "paused": days,
            "completed": days | {"ended_on": TODAY},
            "left": days | {"ended_on": TODAY},
            "declined": {},
        }.items():
            EnrolmentFactory(cohort=cohort, state=state, seen_by=[world.provider], **facts)
        [row] = sign_in("provider").get("/programmes/").context["rows"]
        assert (row["under_way"], row["started"]) == (4, 4)

    @pytest.mark.parametrize(("weeks", "sentence"), [(1, "1 session is added."), (3, "3 sessions are added.")])
    def test_sessions_are_counted_in_words(self, sign_in, cohort, weeks, sentence):
        facts = {"title": "Skills", "weeks": weeks} | dated("day", TODAY - 21 * DAY)
        page = sign_in("provider").post(f"{cohort.get_absolute_url()}sessions/", facts, follow=True)
        assert (said(page), Session.unscoped.count()) == ([sentence], weeks)

    @pytest.mark.parametrize(("people", "words"), [(0, "0 people"), (1, "1 person"), (2, "2 people")])
    def test_those_who_came_are_counted_in_words(self, sign_in, world, cohort, people, words):
        session = SessionFactory(cohort=cohort)
        for _ in range(people):
            AttendanceFactory(session=session, enrolment=EnrolmentFactory(cohort=cohort, seen_by=[world.provider]))
        page = sign_in("provider").post(f"{cohort.get_absolute_url()}start/", follow=True)
        assert said(page) == [f"The start of {words} is recorded."]

    def test_eligible_by_this_programme_needs_the_evidence(self, sign_in, enrolment, cohort):
        facts = {"verb": "eligible", "enrolment": enrolment.reference}
        page = sign_in("academy").post(cohort.get_absolute_url(), facts)
        assert errors(page) == {"evidence": ["Say which evidence you saw."]}
        assert Eligibility.unscoped.count() == 0

    @pytest.mark.parametrize(
        ("state", "verb", "then"),
        [
            ("referred", "offer", "offered"),
            ("offered", "enrol", "enrolled"),
            ("enrolled", "start", "started"),
            ("started", "complete", "completed"),
            ("enrolled", "no_show", "did_not_start"),
        ],
    )
    def test_one_thing_for_several(self, sign_in, world, cohort, state, verb, then):
        begun = {"started_on": TODAY - 9 * DAY} if state == "started" else {}
        rows = [EnrolmentFactory(cohort=cohort, state=state, seen_by=[world.provider], **begun) for _ in range(2)]
        data = {"verb": verb, "enrolment": [each.reference for each in rows]} | dated("day", TODAY)
        page = sign_in("provider").post(cohort.get_absolute_url(), data, follow=True)
        assert said(page) == ["Recorded for 2 of 2."]
        assert set(Enrolment.unscoped.values_list("state", flat=True)) == {then}


class TestPerson:
    def test_in_another_cohort(self, sign_in, ama, programme):
        cohort = CohortFactory(programme=programme, name="Spring")
        facts = {"cohort": cohort.reference, "state": "offered"}
        page = sign_in("academy").post(f"/people/{ama.reference}/programmes/", facts, follow=True)
        assert said(page) == ["Ama Mensah is in Spring."]

    def test_in_the_same_cohort_again(self, sign_in, ama, enrolment, cohort):
        facts = {"cohort": cohort.reference, "state": "offered"}
        page = sign_in("academy").post(f"/people/{ama.reference}/programmes/", facts)
        assert errors(page) == {"__all__": [f"{ama.reference} is in Autumn 2026 already."]}

    def test_a_cohort_that_has_ended_is_not_offered(self, sign_in, ama, programme):
        cohort = CohortFactory(programme=programme, starts=TODAY - 9 * DAY, ends=TODAY - DAY)
        facts = {"cohort": cohort.reference, "state": "enrolled"}
        page = sign_in("academy").post(f"/people/{ama.reference}/programmes/", facts)
        assert list(errors(page)) == ["cohort"]

    @pytest.mark.parametrize("kind", ["health", "dbs"])
    def test_a_check_before_its_time(self, sign_in, ama, kind):
        page = sign_in("academy").post(f"/people/{ama.reference}/checks/", {"kind": kind, "status": "needed"})
        assert list(errors(page)) == ["kind"]
        assert Check.unscoped.count() == 0

    def test_a_decision_ended_twice(self, sign_in, ama, academy):
        decision = decide_eligibility(
            candidate=ama, route="plus", group="send", evidence="Plan", ends=TODAY + 5 * DAY, by=academy
        )
        at = f"/people/{ama.reference}/eligibility/{decision.pk}/end/"
        facts = {"reason": "Moved"} | dated("on", TODAY + 5 * DAY)
        assert errors(sign_in("academy").post(at, facts)) == {"__all__": ["It ends on 28 November 2026 already."]}

    def test_somebody_elses_decision_is_not_there(self, sign_in, ama, world):
        other = EligibilityFactory(candidate=CandidateFactory(seen_by=[world.academy]))
        assert sign_in("academy").get(f"/people/{ama.reference}/eligibility/{other.pk}/end/").status_code == 404

    @pytest.mark.parametrize(
        ("into", "sentence"),
        [
            ("CAN-NOBODY", "No record CAN-NOBODY that you can see. Check the reference."),
            (" can-nobody ", "No record CAN-NOBODY that you can see. Check the reference."),
        ],
    )
    def test_joining_to_nobody(self, sign_in, ama, into, sentence):
        page = sign_in("academy").post(f"/people/{ama.reference}/join/", {"into": into})
        assert errors(page) == {"into": [sentence]}

    @pytest.mark.parametrize(
        ("cause", "why"),
        [
            ("candidates.Candidate:1", "Made the record"),
            ("programmes.Enrolment:1", "Runs their programme"),
            ("pipeline.Referral:1", "They met the criteria of a vacancy"),
            ("matching.Proposal:1", "Recorded"),
        ],
    )
    def test_why_somebody_sees_the_person(self, sign_in, ama, world, cause, why):
        GrantFactory(candidate=ama, organisation=world.trust, cause=cause, agreement=world.agreement)
        rows = sign_in("academy").get(f"/people/{ama.reference}/sharing/").context["rows"]
        [row] = [each for each in rows if each["grant"].organisation == world.trust]
        assert (row["why"], row["open"]) == (why, True)


class TestTheSameQueries:
    """Each list of the room, with one row and with three."""

    @pytest.fixture
    def costs(self, sign_in, django_assert_num_queries):
        def ask(persona, page, queries):
            client = sign_in(persona)
            client.get(page)  # what is asked once and kept
            with django_assert_num_queries(queries):
                assert client.get(page).status_code == 200

        return ask

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_cohorts_of_a_programme(self, costs, world, programme, number):
        for _ in range(number):
            EnrolmentFactory(
                cohort=CohortFactory(programme=programme, host_trust=world.trust), seen_by=[world.provider]
            )
        costs("provider", programme.get_absolute_url(), 7)

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_enrolments_and_decisions_of_a_person(self, costs, world, programme, ama, number):
        for _ in range(number):
            EnrolmentFactory(cohort=CohortFactory(programme=programme), candidate=ama)
            EligibilityFactory(candidate=ama)
        costs("academy", f"/people/{ama.reference}/programmes/", 11)

    @pytest.mark.parametrize("number", [1, 3])
    def test_what_is_shared(self, costs, world, ama, number):
        for cause in range(number):
            GrantFactory(candidate=ama, organisation=world.trust, cause=f"x:{cause}", agreement=world.agreement)
        costs("academy", f"/people/{ama.reference}/sharing/", 10)

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_timeline(self, costs, ama, academy, number):
        for group in ("send", "refugees", "disabled")[:number]:
            decide_eligibility(candidate=ama, route="plus", group=group, evidence="Plan", by=academy)
        costs("academy", f"/people/{ama.reference}/timeline/", 12)

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_decisions_in_force(self, costs, ama, number):
        for _ in range(number):
            EligibilityFactory(candidate=ama)
            CertificateFactory(candidate=ama)
        costs("academy", f"/people/{ama.reference}/eligibility/", 15)
