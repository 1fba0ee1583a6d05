"""What a trust sees of a person, state by state: an allow-list that never grows by itself."""

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.models import Candidate
from pipeline.masking import IDENTIFIED, MaskedReferral, masked, masked_many
from pipeline.models import Referral, ReferralState
from vacancies.models import Vacancy

IDENTITY = ("name", "phone", "email")
# What a trust may ever read of a referral: whoever adds to this has read the charter's page on masking.
ALLOWED = [
    "reference",
    "neutral_code",
    "state",
    "state_label",
    "vacancy_reference",
    "vacancy_title",
    "evidence",
    "adjustments",
    "submitted_on",
    "decide_by",
    "decided_on",
    "interview_by",
    "trac_application_id",
    "name",
    "phone",
    "email",
]


def person(**facts):
    """Somebody about whom much is known that no trust may read."""
    given = {
        "given_name": "Ama",
        "family_name": "Mensah",
        "preferred_name": "",
        "email": "ama@example.org",
        "phone": "07700 900123",
        "neutral_code": "K7Q2-9",
        "reference": "CAN-SECRET",
        "adjustments_interview": "A quiet room",
        "share_adjustments": True,
    } | facts
    known = {field.name for field in Candidate._meta.get_fields()}
    return Candidate(pk=4, **{name: value for name, value in given.items() if name in known})


def referral(state="submitted", *, candidate=None, **facts):
    return Referral(
        pk=9,
        reference="REF-1",
        candidate=candidate or person(),
        vacancy=Vacancy(pk=2, reference="VAC-1", title="Porter"),
        state=state,
        **{
            "evidence": {"Works in a team": "Ran a food bank"},
            "submitted_on": date(2026, 11, 20),
            "decide_by": date(2026, 11, 27),
            "decided_on": None,
            "interview_by": None,
            "trac_application_id": "A-77",
        }
        | facts,
    )


def test_the_list_is_what_was_agreed():
    assert [field.name for field in fields(MaskedReferral)] == ALLOWED


@pytest.mark.parametrize("identified", [False, True])
@pytest.mark.parametrize("state", ReferralState.values)
def test_identity_only_with_a_grant_and_from_meets_on(state, identified):
    found = masked(referral(state), identified=identified)
    shown = identified and state in ("meets", "kept", "released", "broken")
    assert [getattr(found, name) for name in IDENTITY] == (
        [person().name, "07700 900123", "ama@example.org"] if shown else ["", "", ""]
    )


def test_the_states_that_may_show_it_are_those_after_the_criteria():
    assert set(IDENTIFIED) < set(ReferralState.values)
    assert not {"suggested", "offered", "accepted", "submitted", "does_not_meet"} & set(IDENTIFIED)


@pytest.mark.parametrize("state", ReferralState.values)
def test_what_is_neutral_is_the_same_in_every_state(state):
    found = masked(referral(state), identified=True)
    assert (found.reference, found.neutral_code, found.vacancy_reference, found.vacancy_title) == (
        "REF-1",
        "K7Q2-9",
        "VAC-1",
        "Porter",
    )
    assert (found.state, found.state_label) == (state, ReferralState(state).label)
    assert found.evidence == {"Works in a team": "Ran a food bank"}
    assert (found.submitted_on, found.decide_by, found.trac_application_id) == (
        date(2026, 11, 20),
        date(2026, 11, 27),
        "A-77",
    )


@pytest.mark.parametrize(
    ("share", "wanted", "shown"),
    [(True, "A quiet room", "A quiet room"), (False, "A quiet room", ""), (True, "", ""), (False, "", "")],
)
@pytest.mark.parametrize("identified", [False, True])
def test_adjustments_only_where_the_person_shares_them(share, wanted, shown, identified):
    who = person(share_adjustments=share, adjustments_interview=wanted)
    assert masked(referral("meets", candidate=who), identified=identified).adjustments == shown


def test_the_evidence_is_a_copy():
    row = referral()
    masked(row, identified=False).evidence["Works in a team"] = "Changed"
    assert row.evidence == {"Works in a team": "Ran a food bank"}


def test_of_many_each_by_its_own_grant():
    known, unknown = referral("meets"), referral("meets")
    unknown.candidate = Candidate(pk=5, given_name="Bea", family_name="Ode", neutral_code="X1X1-1")
    found = masked_many([known, unknown], granted_ids={4})
    assert [each.name for each in found] == [person().name, ""]
    assert [each.neutral_code for each in found] == ["K7Q2-9", "X1X1-1"]


def test_none_of_many():
    assert masked_many([], granted_ids={4}) == []


@given(
    state=st.sampled_from(ReferralState.values),
    grants=st.sets(st.integers(1, 8)),
    phone=st.text(min_size=6, max_size=12),
)
def test_no_planted_value_without_a_grant(state, grants, phone):
    planted = f"planted-{phone}"
    row = referral(state, candidate=person(phone=planted, email=f"{planted}@example.org", family_name=planted))
    (found,) = masked_many([row], granted_ids=grants)
    values = [value for field in fields(found) if isinstance(value := getattr(found, field.name), str)]
    assert any(planted in value for value in values) is (4 in grants and state in IDENTIFIED)
