"""The academy and a provider act for the people shared with them: each verb refuses for anybody else's, and moves nothing."""

from datetime import date

import pytest

from audit.models import Event
from audit.mover import Refused
from pipeline.appointments import record_job
from pipeline.models import Employment, Referral
from pipeline.services import accept, decline, offer, release, submit, suggest, withdraw
from tests.factories.pipeline import ReferralFactory


def sentence(person):
    return f"{person.reference} is not among the people shared with your organisation."


VERBS = {
    "accept": ("offered", lambda row, by: accept(referral=row, through="phone", by=by)),
    "decline": ("offered", lambda row, by: decline(referral=row, through="phone", reason="", by=by)),
    "submit": ("accepted", lambda row, by: submit(referral=row, evidence={}, by=by)),
    "withdraw": ("submitted", lambda row, by: withdraw(referral=row, reason="Took another job", by=by)),
    "release": ("meets", lambda row, by: release(referral=row, reason="Took another job", by=by)),
}


@pytest.fixture
def stranger(world):
    """A provider with whom nobody has shared Ama."""
    return world.acting("other_provider")


@pytest.mark.parametrize("verb", VERBS)
def test_a_provider_moves_no_referral_of_somebody_elses_person(verb, vacancy, ama, stranger):
    state, do = VERBS[verb]
    row = ReferralFactory(candidate=ama, vacancy=vacancy, state=state)
    with pytest.raises(Refused) as refused:
        do(row, stranger)
    assert str(refused.value) == sentence(ama)
    row.refresh_from_db()
    assert row.state == state


def test_nor_puts_them_forward(vacancy, ama, stranger):
    for verb in (suggest, offer):
        with pytest.raises(Refused) as refused:
            verb(candidate=ama, vacancy=vacancy, by=stranger)
        assert str(refused.value) == sentence(ama)
    assert Referral.unscoped.count() == 0


def test_nor_records_a_job_for_them(ama, stranger):
    before = Event.objects.count()
    with pytest.raises(Refused) as refused:
        record_job(
            candidate=ama,
            employer=None,
            employer_name="A shop",
            nhs=False,
            contract="permanent",
            evidence="candidate",
            started_on=date(2026, 11, 2),
            title="Assistant",
            by=stranger,
        )
    assert str(refused.value) == sentence(ama)
    assert (Employment.unscoped.count(), Event.objects.count()) == (0, before)
