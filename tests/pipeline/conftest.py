"""Organisations and people who act; a vacancy of the trust with two slots and two essential criteria; somebody ready."""

import pytest

from tests.candidates.conftest import academy, provider, recruiter, world
from tests.factories.candidates import CandidateFactory, CertificateFactory
from tests.factories.pipeline import CriterionFactory, ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory

__all__ = ["academy", "provider", "recruiter", "world"]


@pytest.fixture
def hr(world):
    return world.acting("colleague")


@pytest.fixture
def native(world):
    """The trust works in this service, not in TRAC."""
    world.trust.mode = "native"
    world.trust.save()


@pytest.fixture
def vacancy(world, native):
    """Healthcare support worker at the trust: one post reserved, so two slots; two essential criteria, one desirable."""
    vacancy = VacancyFactory(trust=world.trust)
    CriterionFactory(vacancy=vacancy, text="Communicates clearly", order=1)
    CriterionFactory(vacancy=vacancy, text="Works in a team", order=2)
    CriterionFactory(vacancy=vacancy, text="Has cared for somebody", essential=False, order=3)
    reserve_posts(vacancy)
    return vacancy


@pytest.fixture
def criteria(vacancy):
    return list(vacancy.criteria.filter(essential=True))


def somebody_ready(organisation, **facts):
    candidate = CandidateFactory(seen_by=[organisation], **facts)
    CertificateFactory(candidate=candidate)
    return candidate


@pytest.fixture
def ama(world):
    return somebody_ready(
        world.academy,
        given_name="Ama",
        family_name="Mensah",
        email="ama@example.org",
        adjustments_interview="A quiet room",
        share_adjustments=True,
    )


@pytest.fixture
def referral(vacancy, ama):
    """Ama, submitted to the trust."""
    return ReferralFactory(candidate=ama, vacancy=vacancy, state="submitted")
