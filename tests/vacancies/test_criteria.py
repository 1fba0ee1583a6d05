"""The person specification: corrected as a whole, recorded, protected once people are judged; compared line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event, Reason
from audit.mover import Refused
from tests.factories.pipeline import CriterionFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.criteria import (
    Change,
    can_correct,
    change_between,
    correct_criteria,
    criteria_of,
    facts_in,
    once_each,
)
from vacancies.models import Criterion
from vacancies.rules import standing_result

KIND, PUNCTUAL, TYPING = ("Kind", True), ("Punctual", True), ("Typing", False)
lines = st.lists(st.tuples(st.text(max_size=12), st.booleans()), max_size=6)


class TestLines:
    """Without a database."""

    @pytest.mark.parametrize(
        ("given_lines", "kept"),
        [
            ([], ()),
            ([("  Kind  to   people ", True)], (("Kind to people", True),)),
            ([KIND, KIND, TYPING], (KIND, TYPING)),
            ([("", True), (" ", False), KIND], (KIND,)),
            ([KIND, ("Kind", False)], (KIND, ("Kind", False))),
        ],
    )
    def test_each_once_with_single_spaces(self, given_lines, kept):
        assert once_each(given_lines) == kept

    @pytest.mark.parametrize(
        ("before", "after", "change"),
        [
            ((KIND,), (KIND,), Change((), ())),
            ((KIND,), (("kind", True),), Change((), ())),
            ((KIND,), (KIND, PUNCTUAL), Change((PUNCTUAL,), ())),
            ((KIND, PUNCTUAL), (KIND,), Change((), (PUNCTUAL,))),
            ((KIND,), (("Kind", False),), Change((("Kind", False),), (KIND,))),
            ((), (KIND,), Change((KIND,), ())),
        ],
    )
    def test_what_differs(self, before, after, change):
        assert change_between(before, after) == change
        assert bool(change_between(before, after)) == bool(change.added or change.removed)

    @given(lines, lines)
    def test_turned_round_added_and_removed_change_places(self, first, second):
        before, after = once_each(first), once_each(second)
        there, back = change_between(before, after), change_between(after, before)
        assert (there.added, there.removed) == (back.removed, back.added)
        assert not change_between(before, before)

    @given(lines)
    def test_tidying_twice_is_tidying_once(self, drawn):
        assert once_each(once_each(drawn)) == once_each(drawn)

    @pytest.mark.parametrize(
        ("given_lines", "facts"),
        [
            ([KIND], {}),
            ([("Registered nurse", True)], {"registration_required": True}),
            ([("Registered nurse", False)], {}),
            ([("Six months of paid care experience", True)], {"paid_care_required": True}),
            ([("Paid or unpaid care experience", True)], {}),
        ],
    )
    def test_two_facts_are_read_from_essential_lines_only(self, given_lines, facts):
        assert facts_in(given_lines) == facts


@pytest.mark.django_db
class TestCorrecting:
    @pytest.fixture
    def vacancy(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        correct_criteria(vacancy=vacancy, criteria=[KIND, PUNCTUAL, TYPING], by=recruiter.acting)
        return vacancy

    def test_first_lines_need_no_reason(self, vacancy):
        assert criteria_of(vacancy) == (KIND, PUNCTUAL, TYPING)
        event = Event.objects.get(verb="criteria")
        assert (event.facts["added"], event.facts["removed"]) == (3, 0)

    def test_a_line_that_stays_keeps_its_row_and_moves(self, vacancy, recruiter):
        kept = Criterion.unscoped.get(text="Kind").pk
        lines_now = [("Careful", True), KIND]
        change = correct_criteria(vacancy=vacancy, criteria=lines_now, reason="As advertised", by=recruiter.acting)
        assert change == Change((("Careful", True),), (PUNCTUAL, TYPING))
        assert criteria_of(vacancy) == (("Careful", True), KIND)
        assert Criterion.unscoped.get(text="Kind").pk == kept
        assert Reason.objects.get(event__facts__removed=2).text == "As advertised"

    def test_known_lines_change_with_a_reason_only(self, vacancy, recruiter):
        with pytest.raises(Refused, match="Say why the criteria change"):
            correct_criteria(vacancy=vacancy, criteria=[KIND], by=recruiter.acting)
        assert len(criteria_of(vacancy)) == 3

    def test_the_same_lines_write_nothing(self, vacancy, recruiter):
        assert not correct_criteria(vacancy=vacancy, criteria=[KIND, PUNCTUAL, TYPING], by=recruiter.acting)
        assert Event.objects.filter(verb="criteria").count() == 1

    def test_what_they_require_is_weighed(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        correct_criteria(vacancy=vacancy, criteria=[("Registered nurse", True)], by=recruiter.acting)
        vacancy.refresh_from_db()
        assert (vacancy.registration_required, standing_result(vacancy)) == (True, "no")

    def test_what_a_person_said_is_not_overruled(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, registration_required=False)
        correct_criteria(vacancy=vacancy, criteria=[("Registered nurse", True)], by=recruiter.acting)
        vacancy.refresh_from_db()
        assert (vacancy.registration_required, standing_result(vacancy)) == (False, "yes")

    def test_none_is_cut_in_silence(self, vacancy, recruiter):
        with pytest.raises(Refused, match="has 301 characters. Shorten it to 300, or split it."):
            correct_criteria(vacancy=vacancy, criteria=[("x" * 301, True)], reason="r", by=recruiter.acting)

    @pytest.mark.parametrize(
        ("state", "may"),
        [
            ("draft", True),
            ("open", True),
            ("closed", True),
            ("shortlisting", False),
            ("interviewing", False),
            ("finished", False),
            ("withdrawn", False),
        ],
    )
    def test_until_shortlisting(self, vacancy, recruiter, state, may):
        vacancy.state = state
        assert can_correct(vacancy, by=recruiter.acting) is may

    def test_others_may_not(self, vacancy, stranger, icb, academy):
        assert [can_correct(vacancy, by=who.acting) for who in (stranger, icb, academy)] == [False] * 3


@pytest.mark.django_db
class TestThePage:
    def address(self, vacancy):
        return f"/vacancies/{vacancy.reference}/criteria/"

    def test_it_is_reached_from_the_vacancy_and_saves(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        assert self.address(vacancy) in recruiter.client.get(vacancy.get_absolute_url()).content.decode()
        typed = {"essential": "Kind\n\n Punctual \nKind", "desirable": "Typing", "reason": ""}
        saved = recruiter.client.post(self.address(vacancy), typed, follow=True)
        assert "Criteria saved: 3 added, 0 removed." in words(saved)
        assert criteria_of(vacancy) == (KIND, PUNCTUAL, TYPING)
        assert "Criteria changed: 3 added, 0 removed" in words(saved)

    def test_what_was_typed_stays_when_the_reason_lacks(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        correct_criteria(vacancy=vacancy, criteria=[KIND], by=recruiter.acting)
        page = recruiter.client.post(self.address(vacancy), {"essential": "Careful", "desirable": ""})
        assert page.context["form"].errors == {"reason": ["Say why it changes"]}
        assert "Careful" in page.content.decode()
        assert criteria_of(vacancy) == (KIND,)

    def test_once_shortlisting_began_there_is_no_page(self, trust, recruiter):
        vacancy = CriterionFactory(vacancy__trust=trust, vacancy__state="shortlisting").vacancy
        assert recruiter.client.get(self.address(vacancy)).status_code == 404
        assert self.address(vacancy) not in recruiter.client.get(vacancy.get_absolute_url()).content.decode()

    def test_strangers_and_readers(self, trust, colleague, stranger, icb, academy):
        vacancy = VacancyFactory(trust=trust)
        got = [who.client.get(self.address(vacancy)).status_code for who in (colleague, stranger, icb, academy)]
        assert got == [200, 404, 404, 404]
