"""The four tables of the room are total: every state with every verb by every role does what the design says."""

from itertools import permutations

import pytest

from audit.acting import Acting, Role
from audit.mover import Refused, check_move, move
from pipeline.models import EmploymentState, InterviewState, ReferralState, Result
from pipeline.states import EMPLOYMENT, INTERVIEW, OUTCOME, REFERRAL
from tests.factories.organisations import OrganisationFactory, acting_as
from tests.factories.pipeline import EmploymentFactory, InterviewFactory, OutcomeFactory, ReferralFactory

# The design's lines, by hand: (from, verb) > to.
REFERRAL_ARROWS = {
    ("suggested", "offer"): "offered",
    ("offered", "accept"): "accepted",
    ("offered", "decline"): "declined",
    ("accepted", "submit"): "submitted",
    ("submitted", "meets"): "meets",
    ("submitted", "does_not_meet"): "does_not_meet",
    ("meets", "keep"): "kept",
    ("meets", "release"): "released",
    ("meets", "break"): "broken",
    ("meets", "take_back_decision"): "submitted",
    ("does_not_meet", "take_back_decision"): "submitted",
    ("kept", "take_back_interview"): "meets",
    **{(state, "withdraw"): "withdrawn" for state in ("suggested", "offered", "accepted", "submitted")},
    **{(state, "close"): "closed" for state in ("suggested", "offered", "accepted", "submitted")},
}
INTERVIEW_ARROWS = {
    ("booked", "hold"): "held",
    ("booked", "absent"): "absent",
    ("booked", "cancel_by_candidate"): "off_candidate",
    ("booked", "cancel_by_trust"): "off_trust",
    ("booked", "rearrange"): "moved",
    ("held", "take_back"): "booked",
    ("absent", "take_back"): "booked",
}
OUTCOME_ARROWS = {
    ("reserve", "appoint"): "appointed",
    **{(was, f"correct_to_{now}"): now for was, now in permutations(("appointed", "reserve", "not_appointed"), 2)},
}
EMPLOYMENT_ARROWS = {
    ("offered", "clear"): "cleared",
    ("offered", "start"): "started",
    ("cleared", "start"): "started",
    ("started", "end"): "ended",
    ("offered", "fall_through"): "fell_through",
    ("cleared", "fall_through"): "fell_through",
    ("fell_through", "offer_again"): "offered",
}
PUTS_FORWARD = {Role.ACADEMY, Role.PROVIDER, Role.CANDIDATE, Role.SYSTEM}
TRUST = {Role.RECRUITER, Role.TRUST_HR, Role.LINK, Role.SYSTEM}
REFERRAL_ROLES = {
    **dict.fromkeys(("offer", "accept", "decline", "submit", "withdraw"), PUTS_FORWARD),
    **dict.fromkeys(("meets", "does_not_meet", "keep", "break", "take_back_decision", "take_back_interview"), TRUST),
    **dict.fromkeys(("release", "close"), PUTS_FORWARD | TRUST),
}
INTERVIEW_ROLES = {
    **dict.fromkeys(("hold", "absent", "cancel_by_trust", "rearrange", "take_back"), TRUST),
    "cancel_by_candidate": PUTS_FORWARD | TRUST,
}
OUTCOME_ROLES = dict.fromkeys({verb for _state, verb in OUTCOME_ARROWS}, TRUST)
EMPLOYMENT_ROLES = {
    **dict.fromkeys(
        ("clear", "start", "end", "fall_through", "offer_again"),
        {Role.ACADEMY, Role.PROVIDER, Role.SYSTEM, Role.RECRUITER, Role.TRUST_HR},
    )
}


@pytest.mark.parametrize(
    ("table", "arrows"),
    [
        (REFERRAL, REFERRAL_ARROWS),
        (INTERVIEW, INTERVIEW_ARROWS),
        (OUTCOME, OUTCOME_ARROWS),
        (EMPLOYMENT, EMPLOYMENT_ARROWS),
    ],
)
def test_each_table_is_the_designs(table, arrows):
    assert {(source, verb): step.target for verb, step in table.items() for source in step.sources} == arrows


def by_role(role, organisation):
    """Somebody in `role` for `organisation`; a link, a candidate and the system have no membership."""
    if role in (Role.LINK, Role.CANDIDATE, Role.SYSTEM):
        return Acting(role, organisation.pk if role is Role.LINK else None, None, None, acting_as(Role.AUDITOR).on)
    return acting_as(role, organisation)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("table", "arrows", "roles", "factory", "states"),
    [
        (REFERRAL, REFERRAL_ARROWS, REFERRAL_ROLES, ReferralFactory, ReferralState),
        (INTERVIEW, INTERVIEW_ARROWS, INTERVIEW_ROLES, InterviewFactory, InterviewState),
        (OUTCOME, OUTCOME_ARROWS, OUTCOME_ROLES, OutcomeFactory, Result),
        (EMPLOYMENT, EMPLOYMENT_ARROWS, EMPLOYMENT_ROLES, EmploymentFactory, EmploymentState),
    ],
    ids=["referral", "interview", "outcome", "employment"],
)
def test_each_state_with_each_verb_and_role(role, table, arrows, roles, factory, states):
    found, wanted = {}, {}
    by = None
    for state in states.values:
        row = factory(state=state)
        trust = row.employer if table is EMPLOYMENT else (getattr(row, "referral", row)).vacancy.trust
        by = by_role(role, trust)
        for verb in table:
            wanted[state, verb] = (state, verb) in arrows and role in roles[verb]
            try:
                check_move(row, verb, table=table, by=by)
            except Refused:
                found[state, verb] = False
            else:
                found[state, verb] = True
    assert found == wanted


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "factory"), [(REFERRAL, ReferralFactory), (EMPLOYMENT, EmploymentFactory)])
def test_another_trust_may_do_nothing_of_a_trusts(table, factory):
    stranger = acting_as(Role.RECRUITER, OrganisationFactory())
    for verb, step in table.items():
        row = factory(state=step.sources[0])
        with pytest.raises(Refused):
            check_move(row, verb, table=table, by=stranger)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "verb", "sentence"),
    [
        ("suggested", "accept", "{reference} is suggested; this needs an offer."),
        ("offered", "submit", "{reference} is offered; this needs an accepted offer."),
        ("submitted", "offer", "{reference} is submitted; this needs a suggestion."),
        ("kept", "release", "{reference} is interview held; this needs a referral that meets the criteria."),
        ("meets", "withdraw", "{reference} meets the criteria; this needs a referral that is not decided."),
    ],
)
def test_a_refusal_is_a_sentence(state, verb, sentence):
    row = ReferralFactory(state=state)
    with pytest.raises(Refused) as refused:
        move(row, verb, table=REFERRAL, by=acting_as(Role.ACADEMY))
    assert str(refused.value) == sentence.format(reference=row.reference)


@pytest.mark.django_db
def test_who_may_not_is_told_who_may():
    row = ReferralFactory(state="submitted")
    with pytest.raises(Refused, match="^Only the trust of the vacancy does this.$"):
        check_move(row, "meets", table=REFERRAL, by=acting_as(Role.ACADEMY))
    with pytest.raises(Refused, match="^Only the academy, the provider or the candidate does this.$"):
        check_move(row, "withdraw", table=REFERRAL, by=acting_as(Role.RECRUITER, row.vacancy.trust))
