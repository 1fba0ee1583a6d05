"""The pages of programmes, cohorts and enrolments."""

from datetime import date, timedelta

import pytest

from programmes.models import Attendance, Cohort, Eligibility, Enrolment, Programme, Session
from tests.factories.programmes import AttendanceFactory, CohortFactory, EnrolmentFactory, SessionFactory
from tests.programmes.test_pages_of_people import sign_in, text_of

__all__ = ["sign_in"]
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def dated(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


class TestProgrammes:
    def test_added_with_a_first_cohort(self, sign_in, world, academy):
        client = sign_in("academy")
        response = client.post(
            "/programmes/add/",
            {
                "name": "Step in",
                "kind": "swap",
                "provider": world.provider.pk,
                "groups": ["send"],
                "boroughs": ["E09000005"],
            },
        )
        programme = Programme.objects.visible_to(academy).get()
        assert (response["Location"], programme.groups, programme.boroughs) == (
            programme.get_absolute_url(),
            ["send"],
            ["E09000005"],
        )
        facts = {"name": "A", "host_trust": world.trust.pk, "places": "12"}
        client.post(f"{response['Location']}cohorts/add/", facts | dated("starts", TODAY) | dated("ends", TODAY + DAY))
        cohort = Cohort.objects.visible_to(academy).get()
        assert (cohort.name, cohort.host_trust, cohort.places, cohort.ends) == ("A", world.trust, 12, TODAY + DAY)

    def test_a_name_that_is_there_is_said_at_the_name(self, sign_in, programme, world):
        facts = {"name": programme.name, "kind": "swap", "provider": world.provider.pk}
        page = text_of(sign_in("academy").post("/programmes/add/", facts))
        assert "Open Doors West London has a programme called Care leavers into care already." in page

    def test_changed(self, sign_in, programme, cohort, world):
        client = sign_in("academy")
        facts = {"name": "New", "kind": "refugee", "provider": world.provider.pk}
        client.post(f"{programme.get_absolute_url()}edit/", facts)
        client.post(
            f"{cohort.get_absolute_url()}edit/", {"name": "Newer"} | dated("starts", TODAY) | dated("ends", TODAY)
        )
        programme.refresh_from_db()
        cohort.refresh_from_db()
        assert (programme.name, programme.kind, cohort.name, cohort.starts) == ("New", "refugee", "Newer", TODAY)

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Coming", "Autumn 2026", "Past"]),
            ("when=now", ["Autumn 2026"]),
            ("when=coming", ["Coming"]),
            ("when=ended", ["Past"]),
            ("q=autumn", ["Autumn 2026"]),
            ("q=nothing", []),
        ],
    )
    def test_the_list_of_cohorts(self, sign_in, cohort, programme, query, names):
        CohortFactory(programme=programme, name="Coming", starts=TODAY + DAY)
        CohortFactory(programme=programme, name="Past", starts=TODAY - 99 * DAY, ends=TODAY - DAY)
        response = sign_in("academy").get(f"/programmes/?{query}")
        assert [row["cohort"].name for row in response.context["rows"]] == names

    def test_a_provider_sees_its_own(self, sign_in, cohort):
        assert [row["cohort"] for row in sign_in("provider").get("/programmes/").context["rows"]] == [cohort]
        response = sign_in("other_provider").get("/programmes/")
        assert (response.context["rows"], response.context["programmes"]) == ([], [])

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_same_queries(self, sign_in, world, programme, django_assert_num_queries, number):
        for _ in range(number):
            EnrolmentFactory(cohort=CohortFactory(programme=programme), seen_by=[world.academy])
        client = sign_in("academy")
        with django_assert_num_queries(7):
            client.get("/programmes/")


class TestCohort:
    @pytest.fixture
    def people(self, world, cohort):
        return [EnrolmentFactory(cohort=cohort, seen_by=[world.academy, world.provider]) for _ in range(3)]

    def states(self, people):
        return [Enrolment.unscoped.get(pk=each.pk).state for each in people]

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_same_queries(self, sign_in, world, cohort, django_assert_num_queries, number):
        for _ in range(number):
            EnrolmentFactory(cohort=cohort, seen_by=[world.provider])
        client = sign_in("provider")
        with django_assert_num_queries(9):
            client.get(cohort.get_absolute_url())

    def test_one_thing_for_those_ticked_and_a_reason_for_the_others(self, sign_in, people, cohort):
        client = sign_in("provider")
        AttendanceFactory(enrolment=people[0], session=SessionFactory(cohort=cohort))
        facts = {"verb": "start", "enrolment": [people[0].reference, people[1].reference]}
        response = client.post(cohort.get_absolute_url(), facts, follow=True)
        assert self.states(people) == ["started", "enrolled", "enrolled"]
        assert [str(message) for message in response.context["messages"]] == [
            "Recorded for 1 of 2.",
            f"{people[1].candidate.name}: No session was attended yet. Record attendance, or enter the first day.",
        ]

    def test_a_day_may_be_said_for_all(self, sign_in, people, cohort):
        facts = {"verb": "start", "enrolment": [each.reference for each in people]}
        sign_in("provider").post(cohort.get_absolute_url(), facts | dated("day", TODAY))
        assert self.states(people) == ["started", "started", "started"]

    def test_somebody_must_be_ticked(self, sign_in, people, cohort):
        page = text_of(sign_in("provider").post(cohort.get_absolute_url(), {"verb": "start"}))
        assert "Tick the people to whom it happened." in page

    def test_eligible_by_this_programme_with_evidence(self, sign_in, people, cohort, academy):
        client = sign_in("academy")
        facts = {"verb": "eligible", "enrolment": [people[0].reference]}
        assert "Say which evidence you saw." in text_of(client.post(cohort.get_absolute_url(), facts))
        client.post(cohort.get_absolute_url(), facts | {"evidence": "The register"})
        found = Eligibility.objects.visible_to(academy).get()
        assert (found.candidate_id, found.route, found.evidence) == (
            people[0].candidate_id,
            "programme",
            "The register",
        )

    def test_nobody_of_another_cohort(self, sign_in, people, cohort, world):
        stranger = EnrolmentFactory(
            cohort=CohortFactory(programme__provider=world.other_provider), seen_by=[world.academy]
        )
        sign_in("academy").post(
            cohort.get_absolute_url(), {"verb": "no_show", "enrolment": [stranger.reference, people[0].reference]}
        )
        assert self.states([stranger, people[0]]) == ["enrolled", "did_not_start"]


class TestAttendance:
    @pytest.fixture
    def people(self, world, cohort):
        return [EnrolmentFactory(cohort=cohort, seen_by=[world.provider]) for _ in range(2)]

    def marks(self):
        return sorted(Attendance.unscoped.values_list("session__title", "enrolment", "present"))

    def test_sessions_every_week(self, sign_in, cohort):
        at = f"{cohort.get_absolute_url()}sessions/"
        sign_in("provider").post(at, {"title": "Skills", "weeks": "3"} | dated("day", TODAY))
        assert list(Session.unscoped.values_list("day", flat=True)) == [TODAY, TODAY + 7 * DAY, TODAY + 14 * DAY]

    def test_outside_the_cohort_is_said(self, sign_in, cohort):
        at = f"{cohort.get_absolute_url()}sessions/"
        page = text_of(sign_in("provider").post(at, {"title": "Skills", "weeks": "30"} | dated("day", TODAY)))
        assert "is outside the cohort, which runs from 24 September 2026 to 22 January 2027." in page
        assert Session.unscoped.count() == 0

    def test_the_grid_is_saved_and_changed(self, sign_in, cohort, people):
        one, two = people
        first, second = SessionFactory(cohort=cohort, title="A"), SessionFactory(cohort=cohort, title="B")
        SessionFactory(cohort=cohort, title="To come", day=TODAY + DAY)
        client = sign_in("provider")
        at = f"{cohort.get_absolute_url()}attendance/"
        assert [each.title for each in client.get(at).context["sessions"]] == ["A", "B"]
        client.post(at, {f"s{first.pk}-{one.reference}": "p", f"s{first.pk}-{two.reference}": "a"})
        assert self.marks() == [("A", one.pk, True), ("A", two.pk, False)]
        empty = {f"s{second.pk}-{each.reference}": "" for each in people}
        client.post(
            at,
            empty | {f"s{second.pk}-{one.reference}": "a", "everyone": second.pk, f"s{first.pk}-{one.reference}": ""},
        )
        assert self.marks() == [("A", two.pk, False), ("B", one.pk, False), ("B", two.pk, True)]

    def test_one_session_alone_for_a_phone(self, sign_in, cohort, people):
        sessions = [SessionFactory(cohort=cohort, day=TODAY - days * DAY) for days in range(7)]
        client = sign_in("provider")
        at = f"{cohort.get_absolute_url()}attendance/"
        assert client.get(f"{at}?only={sessions[2].pk}").context["sessions"] == [sessions[2]]
        assert client.get(at).context["sessions"] == sessions[4::-1]
        assert client.get(f"{at}?page=2").context["sessions"] == [sessions[6], sessions[5]]

    def test_those_who_came_have_started_at_one_press(self, sign_in, cohort, people):
        session = SessionFactory(cohort=cohort)
        client = sign_in("provider")
        client.post(f"{cohort.get_absolute_url()}attendance/", {f"s{session.pk}-{people[0].reference}": "p"})
        assert "1 person came to a session and is not marked as started." in text_of(
            client.get(cohort.get_absolute_url())
        )
        client.post(f"{cohort.get_absolute_url()}start/")
        assert [Enrolment.unscoped.get(pk=each.pk).state for each in people] == ["started", "enrolled"]

    def test_a_session_outside_the_cohort_is_said_and_nobody_starts(self, sign_in, cohort, people):
        session = SessionFactory(cohort=cohort, day=cohort.starts - DAY)
        AttendanceFactory(session=session, enrolment=people[0])
        response = sign_in("provider").post(f"{cohort.get_absolute_url()}start/", follow=True)
        assert "is outside the cohort, which runs from 24 September 2026" in text_of(response)
        assert Enrolment.unscoped.get(pk=people[0].pk).state == "enrolled"

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_same_queries(self, sign_in, world, cohort, django_assert_num_queries, number):
        SessionFactory(cohort=cohort)
        for _ in range(number):
            EnrolmentFactory(cohort=cohort, seen_by=[world.provider])
        client = sign_in("provider")
        with django_assert_num_queries(7):
            client.get(f"{cohort.get_absolute_url()}attendance/")


class TestEnrolmentPage:
    def test_what_may_happen_next_and_nothing_else(self, sign_in, enrolment):
        response = sign_in("provider").get(enrolment.get_absolute_url())
        assert [name for name, _, _ in response.context["verbs"]] == ["start", "no_show"]

    def test_done_with_its_facts(self, sign_in, enrolment):
        client = sign_in("provider")
        at = enrolment.get_absolute_url()
        client.post(f"{at}start/", dated("start-first_day", TODAY - 9 * DAY))
        client.post(f"{at}leave/", dated("leave-on", TODAY) | {"leave-leaving_reason": "study"})
        enrolment.refresh_from_db()
        assert (enrolment.state, enrolment.started_on, enrolment.ended_on, enrolment.leaving_reason) == (
            "left",
            TODAY - 9 * DAY,
            TODAY,
            "study",
        )

    def test_refused_with_the_sentence(self, sign_in, enrolment):
        page = text_of(sign_in("provider").post(f"{enrolment.get_absolute_url()}start/", {}))
        assert "No session was attended yet." in page
        assert "is enrolled; this needs somebody who is paused" in text_of(
            sign_in("provider").post(f"{enrolment.get_absolute_url()}resume/", {})
        )

    def test_who_never_came_leaves_the_providers_pages(self, sign_in, enrolment, cohort):
        response = sign_in("provider").post(f"{enrolment.get_absolute_url()}no_show/", {})
        assert response["Location"] == cohort.get_absolute_url()
        assert sign_in("provider").get(enrolment.get_absolute_url()).status_code == 404

    def test_a_verb_that_is_none(self, sign_in, enrolment):
        assert sign_in("provider").post(f"{enrolment.get_absolute_url()}explode/", {}).status_code == 404

    def test_another_cohort_from_the_persons_page(self, sign_in, ama, cohort, academy):
        at = f"/people/{ama.reference}/programmes/"
        client = sign_in("academy")
        client.post(at, {"cohort": cohort.reference, "state": "referred"})
        assert Enrolment.objects.visible_to(academy).get().state == "referred"
        page = text_of(client.post(at, {"cohort": cohort.reference, "state": "referred"}))
        assert f"{ama.reference} is in Autumn 2026 already." in page


@pytest.mark.parametrize(
    ("ends", "state", "people"),
    [
        (date(2026, 11, 22), "completed", "1 of 12 started"),
        (
            date(2026, 11, 22),
            "started",
            '1 of 12<span class="anchor-table__under">1 started',
        ),  # over, and somebody's end is still to be recorded
        (date(2026, 11, 23), "completed", '0 of 12<span class="anchor-table__under">1 started'),
    ],
)
def test_a_cohort_that_is_over_counts_who_started(sign_in, world, programme, ama, ends, state, people):
    over = CohortFactory(programme=programme, name="Over", starts=date(2026, 9, 7), ends=ends, places=12)
    ended = {"ended_on": date(2026, 11, 20)} if state == "completed" else {}
    EnrolmentFactory(cohort=over, candidate=ama, state=state, started_on=date(2026, 9, 7), **ended)
    assert people in text_of(sign_in("academy").get("/programmes/"))
