"""The states of a gift, total: every state x every verb x everybody, each with the sentence it is refused by. No database."""

from itertools import product

import pytest

from audit.acting import Role
from audit.mover import Refused, check_move, possible
from levy.models import OPEN_STATES, PROMISED_STATES, Account, Gift, GiftState
from levy.states import DATES, GIFTS
from tests.levy.asking import TODAY, nobody

GIVER, OTHER = 1, 2

# Verb -> (the state it needs, where it leads, who takes it). Written down apart from the product's own table.
WANTED = {
    "approve": ("pending", "approved", "giver"),
    "reject": ("pending", "rejected", "giver"),
    "withdraw": ("pending", "withdrawn", "party"),
    "undo_approval": ("approved", "pending", "giver"),
    "accept": ("approved", "accepted", "party"),
    "decline": ("approved", "declined", "party"),
    "use": ("accepted", "used", "party"),
    "withdraw_late": ("accepted", "withdrawn_late", "party"),
    "expire": ("accepted", "expired", "giver"),
}
NEEDS = {
    "pending": "a gift that waits for approval",
    "approved": "an approved gift",
    "accepted": "an accepted gift",
}
SAID = {
    "pending": "pending",
    "approved": "approved",
    "accepted": "accepted",
    "used": "funds used",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
    "declined": "declined",
    "withdrawn_late": "withdrawn after acceptance",
    "expired": "funds expired",
}
PEOPLE = {
    "the giver's HR lead": (nobody(Role.TRUST_HR, GIVER), {"giver", "party"}),
    "another trust's HR lead": (nobody(Role.TRUST_HR, OTHER), set()),
    "the giver's recruiter": (nobody(Role.RECRUITER, GIVER), set()),
    "the ICB": (nobody(Role.ICB_ANALYST, 3), {"party"}),
    "the academy": (nobody(Role.ACADEMY, 4), {"party"}),
    "an auditor": (nobody(Role.AUDITOR, 3), set()),
    "an auditor at the giver": (nobody(Role.AUDITOR, GIVER), set()),
    "a provider": (nobody(Role.PROVIDER, 5), set()),
    "an administrator": (nobody(Role.SYSTEM_ADMIN, GIVER), set()),
    "a link": (nobody(Role.LINK), set()),
    "a candidate": (nobody(Role.CANDIDATE), set()),
    "the system": (nobody(Role.SYSTEM), set()),
}
REFUSALS = {
    "giver": "Only the HR lead of the giving trust decides this.",
    "party": "Only the giving trust, or a broker for the organisation, records this.",
}


def gift_in(state):
    return Gift(reference="GFT-1", state=state, account=Account(trust_id=GIVER), start=TODAY)


def refusal(verb, state, by):
    """The sentence by which a step is refused; nothing where it may be taken."""
    try:
        check_move(gift_in(state), verb, table=GIFTS, by=by)
    except Refused as refused:
        return str(refused)
    return ""


def wanted_refusal(verb, state, may):
    source, _target, who = WANTED[verb]
    if state != source:
        return f"GFT-1 is {SAID[state]}; this needs {NEEDS[source]}."
    return "" if who in may else REFUSALS[who]


@pytest.mark.parametrize(("state", "verb"), list(product(GiftState.values, WANTED)))
def test_every_state_verb_and_person(state, verb):
    found = {name: refusal(verb, state, by) for name, (by, _may) in PEOPLE.items()}
    assert found == {name: wanted_refusal(verb, state, may) for name, (_by, may) in PEOPLE.items()}


@pytest.mark.parametrize("state", GiftState.values)
@pytest.mark.parametrize("person", PEOPLE)
def test_the_buttons_are_the_steps_that_may_be_taken(state, person):
    by, may = PEOPLE[person]
    wanted = [verb for verb, (source, _to, who) in WANTED.items() if source == state and who in may]
    assert sorted(possible(gift_in(state), table=GIFTS, by=by)) == sorted(wanted)


def test_the_table_holds_these_steps_and_no_others():
    assert {verb: (step.sources, step.target) for verb, step in GIFTS.items()} == {
        verb: ((source,), target) for verb, (source, target, _who) in WANTED.items()
    }


def test_every_state_is_reached_and_the_closed_ones_are_ends():
    leads_on = {step.sources[0] for step in GIFTS.values()}
    assert {step.target for step in GIFTS.values()} == set(GiftState.values)
    assert set(GiftState.values) - leads_on == {
        "used", "rejected", "withdrawn", "declined", "withdrawn_late", "expired",
    }  # fmt: skip


def test_every_step_has_a_label_and_a_sentence_in_the_timeline():
    assert [verb for verb, step in GIFTS.items() if not step.label] == []
    assert set(GIFTS) <= set(Gift.VERBS)


@pytest.mark.parametrize("verb", GIFTS)
def test_each_end_of_a_gift_dates_itself(verb):
    target = GIFTS[verb].target
    ends = {"rejected", "withdrawn", "declined", "withdrawn_late", "expired"}
    assert (DATES.get(verb) == "ended_on") is (target in ends)


def test_money_is_promised_from_approval_to_use():
    assert set(PROMISED_STATES) == {"approved", "accepted", "used"}
    assert set(OPEN_STATES) == {"pending", *PROMISED_STATES}
