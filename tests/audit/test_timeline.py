"""A timeline shows an event only to those who may see its subject, and to a trust nobody's name outside it."""

import pytest

from audit import timeline as audit_timeline
from audit.acting import Role
from audit.events import record
from organisations.services import acting_of
from organisations.timelines import timeline
from pipeline.models import Referral
from tests.factories.candidates import CandidateFactory, GrantFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, UserFactory, acting_as
from tests.factories.vacancies import VacancyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def academy():
    return OrganisationFactory(kind="academy", short_name="Skills Academy")


@pytest.fixture
def provider():
    return OrganisationFactory(kind="provider", short_name="Open Doors")


@pytest.fixture
def candidate(academy, provider):
    return CandidateFactory(seen_by=[academy, provider])


def member(organisation, role, name):
    return acting_of(MembershipFactory(organisation=organisation, role=role, user=UserFactory(name=name)))


def test_an_event_shows_on_its_subject_and_its_threads(academy, candidate):
    by = member(academy, Role.ACADEMY, "Amara")
    vacancy = VacancyFactory()
    record(by=by, verb="enrol", on=candidate)
    record(by=by, verb="close", on=vacancy, threads=[candidate])
    found = timeline(candidate, by)
    assert [(line.sentence, line.who) for line in found] == [
        ("Closed", "Amara, Skills Academy"),
        ("Record made", "Amara, Skills Academy"),
    ]


def test_a_subject_that_is_not_visible_does_not_show(academy, candidate):
    by = member(academy, Role.ACADEMY, "Amara")
    hidden = CandidateFactory()
    record(by=by, verb="merge", on=hidden, threads=[candidate], into=candidate.reference)
    assert timeline(candidate, by) == []
    GrantFactory(candidate=hidden, organisation=academy, cause=f"candidates.Candidate:{hidden.pk}")
    assert [line.sentence for line in timeline(candidate, by)] == [
        f"Found to be the same person as {candidate.reference}"
    ]


def test_a_stranger_sees_no_line(academy, candidate):
    record(by=member(academy, Role.ACADEMY, "Amara"), verb="enrol", on=candidate)
    assert timeline(candidate, acting_as(Role.ACADEMY, OrganisationFactory(kind="academy"))) == []
    assert timeline(candidate, acting_as(Role.RECRUITER)) == []


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.TRUST_HR])
def test_to_a_trust_everybody_outside_is_the_academy(academy, provider, candidate, role):
    vacancy = VacancyFactory()
    recruiter = member(vacancy.trust, role, "Meera")
    for by in (
        member(academy, Role.ACADEMY, "Amara"),
        member(provider, Role.PROVIDER, "Bilal"),
        member(OrganisationFactory(), Role.RECRUITER, "Stranger"),
        recruiter,
    ):
        record(by=by, verb="close", on=vacancy)
    found = timeline(vacancy, recruiter)
    assert [line.who for line in found] == [
        f"Meera, {vacancy.trust.short_name}",
        "The academy",
        "The academy",
        "The academy",
    ]
    assert "Open Doors" not in str(found)


def test_free_text_stays_with_its_writer_and_the_academy(academy, provider, candidate):
    record(by=member(provider, Role.PROVIDER, "Bilal"), verb="enrol", on=candidate, reason="Leaving care soon")
    GrantFactory(candidate=candidate, organisation=(trust := OrganisationFactory()), cause="x")
    readers = (
        member(academy, Role.ACADEMY, "Amara"),
        member(provider, Role.PROVIDER, "Other"),
        member(trust, Role.RECRUITER, "Meera"),
    )
    assert [timeline(candidate, reader)[0].reason for reader in readers] == [
        "Leaving care soon",
        "Leaving care soon",
        "",
    ]


def test_the_newest_first_and_no_more_than_asked(academy, candidate):
    by = member(academy, Role.ACADEMY, "Amara")
    for part in ("names", "contact", "work wanted"):
        record(by=by, verb="change", on=candidate, parts=part)
    assert [line.sentence for line in audit_timeline.lines(candidate, by, most=2)] == [
        "Record changed: work wanted",
        "Record changed: contact",
    ]


def test_queries_do_not_grow_with_events(academy, candidate, django_assert_num_queries):
    by = member(academy, Role.ACADEMY, "Amara")
    for _ in range(2):
        record(by=by, verb="enrol", on=candidate)
        with django_assert_num_queries(3):
            timeline(candidate, by)


def test_a_referral_that_was_not_submitted_does_not_show_to_its_trust(academy, candidate):
    vacancy = VacancyFactory()
    referral = Referral.unscoped.create(
        reference="REF-TEST22", candidate=candidate, vacancy=vacancy, mode="trac", made_at=vacancy.made_at, shuffle="a"
    )
    record(by=member(academy, Role.ACADEMY, "Amara"), verb="suggest", on=referral, threads=[candidate, vacancy])
    assert timeline(vacancy, acting_as(Role.RECRUITER, vacancy.trust)) == []
