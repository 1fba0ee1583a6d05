"""Organisations, a provider's running cohort and the academy's person; fixtures of people and places as in candidates."""

import pytest

from tests.candidates.conftest import academy, postcodes, provider, recruiter, world
from tests.factories.candidates import CandidateFactory
from tests.factories.programmes import CohortFactory, EnrolmentFactory, ProgrammeFactory

__all__ = ["academy", "postcodes", "provider", "recruiter", "world"]


@pytest.fixture
def programme(world):
    return ProgrammeFactory(name="Care leavers into care", provider=world.provider)


@pytest.fixture
def cohort(world, programme):
    return CohortFactory(programme=programme, name="Autumn 2026", host_trust=world.trust)


@pytest.fixture
def ama(world):
    return CandidateFactory(given_name="Ama", family_name="Mensah", seen_by=[world.academy])


@pytest.fixture
def enrolment(world, cohort, ama):
    """Ama in the cohort, seen by the academy and the provider."""
    return EnrolmentFactory(cohort=cohort, candidate=ama, seen_by=[world.provider])
