"""Every dated value that a room declares: there from its first day, of its type, changed by signature and never before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.acting import Role
from audit.clock import today
from nhsuk.words import long_day
from organisations.policies import NoPolicy, from_stored, in_force, keys, load_initial, to_stored, value_of
from organisations.services import sign_policy
from tests.factories.organisations import acting_as

EVERY = sorted(keys())
STEPS = [(name, first) for name in EVERY for first in keys()[name].initial]
CHOICES = [name for name in EVERY if keys()[name].choices]


@pytest.fixture
def loaded(db):
    load_initial()


def named(step):
    name, first = step
    return f"{name}-{first.starts}-{first.scope}"


@pytest.mark.parametrize("name", EVERY)
class TestDeclared:
    def test_its_room_is_in_its_name(self, name):
        room, _, rest = name.partition(".")
        assert (room in ("programmes", "vacancies", "pipeline", "levy", "matching"), bool(rest)) == (True, True)

    def test_it_has_words_and_a_beginning(self, name):
        key = keys()[name]
        assert (key.label[:1].isupper(), bool(key.initial)) == (True, True)

    def test_each_initial_value_has_its_source(self, name):
        assert [first.starts for first in keys()[name].initial if not first.source.strip()] == []

    def test_what_is_stored_reads_back(self, name):
        key = keys()[name]
        for first in key.initial:
            assert from_stored(key, to_stored(key, first.value)) == first.value

    def test_another_type_is_refused(self, name):
        with pytest.raises(ValueError, match=r"^.+ is \w+, not bytes\.$"):
            to_stored(keys()[name], b"no")

    def test_nobody_has_to_type_code_to_sign_it(self, name):
        key = keys()[name]
        assert key.type in (int, Decimal, str, bool) or bool(key.parts) != bool(key.page)
        for first in key.initial if key.parts else ():
            assert set(first.value) == set(key.parts)
            assert first.scope in (key.scopes or {""})
            assert not key.part_choices or set(first.value.values()) <= set(dict(key.part_choices))

    def test_no_two_begin_on_one_day(self, name):
        begins = [(first.scope, first.starts) for first in keys()[name].initial]
        assert len(begins) == len(set(begins))


@pytest.mark.parametrize("step", STEPS, ids=map(named, STEPS))
def test_a_value_is_in_force_from_its_first_day(loaded, step):
    name, first = step
    found = in_force(name, on=first.starts, scope=first.scope)
    assert (found.value, found.policy.source, found.policy.verified) == (first.value, first.source, first.verified)


@pytest.mark.parametrize("step", STEPS, ids=map(named, STEPS))
def test_the_day_before_there_was_another_or_none(loaded, step):
    name, first = step
    eve = first.starts - timedelta(days=1)
    before = [each for each in keys()[name].initial if each.scope == first.scope and each.starts <= eve]
    if before:
        latest = max(before, key=lambda each: each.starts)
        assert value_of(name, on=eve, scope=first.scope) == latest.value
    else:
        with pytest.raises(NoPolicy, match=f"is in force on {long_day(eve)}"):
            value_of(name, on=eve, scope=first.scope)


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_one_of_its_own(name):
    key = keys()[name]
    assert [to_stored(key, choice) for choice in key.choices] == list(key.choices)
    with pytest.raises(ValueError, match=f"^{key.label} is one of {', '.join(key.choices)}\\.$"):
        to_stored(key, "neither")


NUMBERS = [name for name in EVERY if keys()[name].type in (int, Decimal) and not keys()[name].choices]


@pytest.mark.parametrize("name", NUMBERS)
def test_signed_for_a_day_to_come_it_changes_nothing_until_then(loaded, name):
    scope = keys()[name].initial[0].scope
    was = value_of(name, scope=scope)
    new = was + (1 if isinstance(was, int) else Decimal("0.001"))
    day = today() + timedelta(days=30)
    facts = {"source": "Board of 23/11/2026", "verified": True, "reason": "Agreed", "scope": scope}
    sign_policy(key=name, value=new, starts=day, by=acting_as(Role.ICB_ANALYST), **facts)
    assert (value_of(name, scope=scope), value_of(name, on=day - timedelta(days=1), scope=scope)) == (was, was)
    assert value_of(name, on=day, scope=scope) == new


def test_an_unknown_key_is_nobody_s(loaded):
    with pytest.raises((NoPolicy, KeyError)):
        value_of("vacancies.nothing_of_the_kind")


def test_another_scope_has_no_value_of_its_own(loaded):
    with pytest.raises(NoPolicy):
        value_of("vacancies.slots_per_post", scope="RYJ", on=date(2026, 1, 1))
