"""The one next action of a vacancy, for each state and each thing that may be missing, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from audit.clock import now, today
from tests.vacancies.test_states import acting, vacancy
from vacancies.models import Fence, Override, Vacancy, VacancyState
from vacancies.next_step import Next, moves, next_step
from vacancies.ring_fence import Due

CORRECT = "/vacancies/VAC-000001/correct/{}/"
RESERVE = "/vacancies/VAC-000001/reserve/"


def row(state="open", fence=Fence.UNDECIDED, *, ready_people=0, closes_on=date(2026, 12, 14), **facts):
    """A vacancy that closes on Monday 14 December, so that a decision counts until Wednesday the 9th."""
    made = vacancy(state, **facts)
    made.fence, made.ready_people, made.closes_on = fence, ready_people, closes_on
    return made


def step(made, owed=Due(0, ""), by=None):  # noqa: B008 - a frozen value
    return next_step(made, owed=owed, by=by or acting())


class TestFactsMissing:
    @pytest.mark.parametrize("state", ["draft", "open"])
    def test_the_posts_are_asked_for_first(self, state):
        assert step(row(state, Fence.UNCLASSIFIED, posts=None)) == Next(
            "Say how many posts there are",
            "The source did not say it. Nothing can be reserved before.",
            "Give the posts",
            CORRECT.format("posts"),
        )

    @pytest.mark.parametrize("state", ["draft", "open"])
    def test_then_the_band(self, state):
        assert step(row(state, Fence.UNCLASSIFIED)) == Next(
            "Give the pay band",
            "The source did not say it, so this vacancy is not classified and does not count yet.",
            "Give the band",
            CORRECT.format("band"),
        )

    @pytest.mark.parametrize("fence", [Fence.EXEMPT, Fence.OUTSIDE])
    def test_a_draft_outside_the_20_percent_cannot_open_without_its_posts(self, fence):
        assert step(row("draft", fence, posts=None)) == Next(
            "Say how many posts there are",
            "The source did not say it. It cannot open before.",
            "Give the posts",
            CORRECT.format("posts"),
        )
        assert step(row("open", fence, posts=None)).heading == "Nothing is needed until the advert closes"

    @pytest.mark.parametrize("state", ["closed", "shortlisting", "interviewing"])
    def test_past_closing_they_stop_nothing(self, state):
        assert step(row(state, Fence.UNCLASSIFIED, posts=None)).url != CORRECT.format("posts")


class TestDecision:
    @pytest.mark.parametrize(
        ("owed", "posts", "heading", "button"),
        [
            (1, 1, "Reserve 1 post of 1 by 9 December", "Reserve 1 post"),
            (1, 4, "Reserve 1 post of 4 by 9 December", "Reserve 1 post"),
            (3, 4, "Reserve 3 posts of 4 by 9 December", "Reserve 3 posts"),
        ],
    )
    def test_what_is_due_and_by_when(self, owed, posts, heading, button):
        found = step(row(posts=posts), Due(owed, "posts"))
        assert (found.heading, found.button, found.url, found.verb) == (heading, button, RESERVE, "")

    @pytest.mark.parametrize(
        ("ready", "words"),
        [
            (None, "How many people are ready for it is not known yet."),
            (0, "0 ready people asked for this work and could be placed on it."),
            (1, "1 ready person asked for this work and could be placed on it."),
            (12, "12 ready people asked for this work and could be placed on it."),
        ],
    )
    def test_how_many_are_ready_is_said_plainly(self, ready, words):
        assert step(row(ready_people=ready), Due(1, "posts")).detail == words
        assert step(row(ready_people=ready)).detail == f"{words} You may still reserve."

    def test_nothing_due_is_still_to_be_decided(self):
        found = step(row())
        assert (found.heading, found.button, found.url) == (
            "Decide by 9 December: nothing is due",
            "Decide",
            RESERVE,
        )

    def test_without_a_closing_date_there_is_no_last_day(self):
        made = row(closes_on=None)
        assert step(made, Due(1, "posts")).heading == "Reserve 1 post of 2"
        assert step(made).heading == "Decide: nothing is due"

    @pytest.mark.parametrize(
        ("closes", "until"),
        [(date(2026, 11, 26), "today"), (date(2026, 11, 27), "tomorrow"), (date(2026, 11, 30), "Wednesday")],
    )
    def test_a_near_last_day_by_its_name(self, closes, until):
        assert step(row(closes_on=closes), Due(2, "posts")).heading == f"Reserve 2 posts of 2 by {until}"

    @pytest.mark.parametrize("days", [0, 1, 2])
    def test_too_late_says_what_comes_of_it_and_what_mends_it(self, days):
        found = step(row(closes_on=today() + timedelta(days=days)), Due(1, "posts"))
        assert (found.heading, found.button, found.url) == (
            "The last day to decide has passed",
            "Correct the closing date",
            CORRECT.format("closes_on"),
        )
        assert found.detail.startswith("Tonight it is counted with nothing reserved, and the next vacancy owes")

    @pytest.mark.parametrize("fence", sorted(set(Fence) - {Fence.UNDECIDED, Fence.UNCLASSIFIED}))
    def test_what_is_decided_or_outside_is_asked_no_more(self, fence):
        found = step(row(fence=fence), Due(1, "posts"))
        assert found == Next("Nothing is needed until the advert closes", "It closes 14 December.")

    @pytest.mark.parametrize(("days", "late"), [(3, ""), (-1, " It is published as unsigned until then.")])
    def test_a_countersignature_that_is_waited_for_is_said(self, days, late):
        override = Override(
            reference="OVR-000001",
            vacancy=Vacancy(reference="VAC-000001"),
            signer_name="Sol Reyes",
            sign_by=today() + timedelta(days=days),
        )
        found = next_step(row(fence=Fence.RESERVED), owed=None, by=acting(), overrides=[override])
        assert (found.heading, found.url) == (
            "The decision waits for a countersignature",
            "/vacancies/VAC-000001/ask-to-countersign/?decision=OVR-000001",
        )
        assert (found.detail.startswith("Sol Reyes was asked to answer by "), found.detail.endswith(late)) == (
            True,
            True,
        )

    @pytest.mark.parametrize("answered", ["signed_at", "refused_at"])
    def test_an_answered_one_is_waited_for_no_more(self, answered):
        override = Override(signer_name="Sol Reyes", due=1, sign_by=today(), **{answered: now()})
        made = row(fence=Fence.RESERVED)
        made.held = 1  # what was due is reserved by now
        found = next_step(made, owed=None, by=acting(), overrides=[override])
        assert found.heading == "Nothing is needed until the advert closes"


class TestMoves:
    @pytest.mark.parametrize(
        ("state", "closes", "expected"),
        [
            ("draft", date(2026, 12, 14), Next("Open", "", "Open", verb="open")),
            ("open", date(2026, 11, 22), Next("Close", "", "Close", verb="close")),
            (
                "open",
                date(2026, 11, 23),
                Next("Nothing is needed until the advert closes", "It closes today."),
            ),
            (
                "open",
                None,
                Next("Nothing is needed until the advert closes", "Its closing date is not known."),
            ),
            ("closed", date(2026, 11, 20), Next("Begin shortlisting", "", "Begin shortlisting", verb="shortlist")),
            ("shortlisting", date(2026, 11, 20), Next("Begin interviews", "", "Begin interviews", verb="interview")),
            (
                "interviewing",
                date(2026, 11, 20),
                Next("Say how many posts were filled", "", "Finish", "/vacancies/VAC-000001/finish/"),
            ),
            ("finished", date(2026, 11, 20), None),
            ("withdrawn", date(2026, 11, 20), None),
        ],
    )
    def test_once_it_is_decided(self, state, closes, expected):
        assert step(row(state, Fence.RESERVED, closes_on=closes)) == expected

    def test_answers_that_are_owed_leave_only_the_people_to_see_to(self):
        assert step(row("shortlisting", Fence.RESERVED, answers=2)) is None

    @pytest.mark.parametrize("role", [Role.ACADEMY, Role.ICB_ANALYST, Role.AUDITOR, Role.PROVIDER])
    @pytest.mark.parametrize("state", ["draft", "closed", "shortlisting", "interviewing"])
    def test_who_does_not_belong_to_the_trust_moves_nothing(self, role, state):
        made = row(state, Fence.RESERVED)
        assert moves(made, by=acting(role)) == []
        assert step(made, by=acting(role)) is None

    def test_withdrawing_has_its_page_elsewhere(self):
        verbs = {verb for state in VacancyState.values for verb, _label in moves(row(state), by=acting())}
        assert verbs == {"open", "close", "reopen", "shortlist", "interview", "finish"}


@given(
    state=st.sampled_from(VacancyState.values),
    fence=st.sampled_from(list(Fence)),
    owed=st.integers(0, 3),
    closes=st.none() | st.dates(date(2026, 10, 1), date(2027, 2, 1)),
    posts=st.none() | st.integers(1, 9),
)
def test_whatever_is_offered_can_be_pressed(state, fence, owed, closes, posts):
    made = row(state, fence, closes_on=closes, posts=posts)
    found = step(made, Due(owed, "posts" if owed else ""))
    if found is None:
        assert state in ("finished", "withdrawn")
        return
    assert found.heading
    assert bool(found.button) is bool(found.url or found.verb)
    assert not (found.url and found.verb)
    if found.verb:
        assert found.verb in dict(moves(made, by=acting()))
