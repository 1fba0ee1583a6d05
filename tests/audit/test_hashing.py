"""Keyed hashes, references, who acts, and what a room says to Today: small things that everything rests on."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import MEMBER_ROLES, TRUST_ROLES, Acting, Role
from audit.hashing import keyed
from audit.references import ALPHABET, draw
from audit.tasks import Hit, Task

ACTING = Acting(Role.RECRUITER, 1, 2, 3, date(2026, 11, 23))


class TestKeyed:
    def test_a_known_answer(self, settings):
        settings.HASH_KEY = "key"
        assert keyed("value", purpose="token") == "9d69ff098eb2d77aa37d064aeeb796d401890474e666bcda902d5858214fb355"

    def test_another_key_another_hash(self, settings):
        settings.HASH_KEY = "one"
        first = keyed("value", purpose="token")
        settings.HASH_KEY = "two"
        assert keyed("value", purpose="token") != first

    @given(value=st.text(max_size=30), other=st.text(max_size=30), purpose=st.text(max_size=8))
    def test_equal_values_alone_are_equal(self, value, other, purpose):
        assert (keyed(value, purpose=purpose) == keyed(other, purpose=purpose)) == (value == other)

    @given(value=st.text(max_size=30))
    def test_purposes_are_apart(self, value):
        assert keyed(value, purpose="token") != keyed(value, purpose="link")

    @given(value=st.text(min_size=6, max_size=30))
    def test_nothing_of_the_value_is_in_it(self, value):
        found = keyed(value, purpose="token")
        assert (set(found) <= set("0123456789abcdef"), value in found) == (True, False)


class TestReferences:
    @given(prefix=st.sampled_from(["CAN", "VAC", "REF"]), length=st.integers(1, 12))
    def test_prefix_and_length(self, prefix, length):
        found = draw(prefix, length)
        assert (found[: len(prefix) + 1], len(found)) == (f"{prefix}-", len(prefix) + 1 + length)
        assert set(found.removeprefix(f"{prefix}-")) <= set(ALPHABET)

    @pytest.mark.parametrize("sign", "01AEIOUYabc -")
    def test_nothing_that_is_heard_or_read_as_something_else(self, sign):
        assert sign not in ALPHABET

    def test_every_sign_of_the_alphabet_stands_once(self):
        assert (len(ALPHABET), len(set(ALPHABET))) == (28, 28)

    def test_two_thousand_draws_are_all_different(self):
        assert len({draw("CAN", 8) for _ in range(2000)}) == 2000


class TestActing:
    @pytest.mark.parametrize("field", ["role", "organisation_id", "membership_id", "user_id", "on", "subject"])
    def test_it_cannot_be_changed(self, field):
        with pytest.raises(FrozenInstanceError):
            setattr(ACTING, field, None)

    def test_two_memberships_of_one_user_are_two_people(self):
        assert replace(ACTING, membership_id=9) != ACTING

    @pytest.mark.parametrize(
        ("roles", "has"), [((Role.RECRUITER,), True), ((Role.ACADEMY, Role.RECRUITER), True), ((), False)]
    )
    def test_one_of_several_roles(self, roles, has):
        assert ACTING.has(*roles) == has

    def test_no_membership_is_a_link_s_a_candidate_s_or_the_system_s(self):
        assert set(Role) - set(MEMBER_ROLES) == {Role.LINK, Role.CANDIDATE, Role.SYSTEM}

    def test_the_trust_s_roles_are_memberships(self):
        assert set(MEMBER_ROLES) > TRUST_ROLES


class TestWords:
    def test_a_task_waits_for_nobody_unless_it_says_so(self):
        task = Task("Decide", "/")
        assert (task.due, task.detail, task.waiting, task.room) == (None, "", False, "")

    def test_equal_words_are_equal(self):
        assert Hit("a", "b", "/", "People") == Hit("a", "b", "/", "People")
        assert Task("a", "/") != Task("a", "/", waiting=True)
