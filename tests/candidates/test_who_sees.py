"""Every role, every kind of row about a person, every kind of grant: one table. And every date on which a grant is open."""

from datetime import date, timedelta

import pytest

from audit.acting import Acting, Role
from audit.mover import Refused
from candidates.models import Candidate, Certificate, Check, Consent, Grant, Home, Supporter
from candidates.rules import check_write
from organisations.models import Accession
from tests.factories.candidates import (
    CandidateFactory,
    CertificateFactory,
    CheckFactory,
    GrantFactory,
    HomeFactory,
    SupporterFactory,
)
from tests.factories.organisations import OrganisationFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
ROOM = {
    "person": Candidate,
    "home": Home,
    "supporter": Supporter,
    "consent": Consent,
    "certificate": Certificate,
    "check": Check,
}
EVERYTHING = {"person", "home", "supporter", "consent", "certificate", "check", "sharing"}
OWN = {"person", "home", "supporter", "consent", "certificate", "sharing"}
NOTHING = set()

# What each role sees of a person for whom its organisation holds a grant of the whole record, and of contact alone.
SEEN = {
    Role.ACADEMY: (EVERYTHING, {"person", "certificate", "check"}),
    Role.PROVIDER: (EVERYTHING, {"person", "certificate", "check"}),
    Role.RECRUITER: ({"person", "check"}, {"person", "check"}),
    Role.TRUST_HR: ({"person", "check"}, {"person", "check"}),
    Role.ICB_ANALYST: (NOTHING, NOTHING),
    Role.AUDITOR: (NOTHING, NOTHING),
    Role.SYSTEM_ADMIN: (NOTHING, NOTHING),
    Role.LINK: (NOTHING, NOTHING),
    Role.CANDIDATE: (NOTHING, NOTHING),
    Role.SYSTEM: (EVERYTHING, EVERYTHING),
}


def can_write(*, by, candidate):
    """Whether the room lets somebody change the record."""
    try:
        check_write(by=by, candidate=candidate)
    except Refused:
        return False
    return True


@pytest.fixture
def person(db):
    """Somebody with one row of each kind."""
    candidate = CandidateFactory()
    HomeFactory(candidate=candidate)
    SupporterFactory(candidate=candidate)
    CertificateFactory(candidate=candidate)
    CheckFactory(candidate=candidate)
    Consent.unscoped.create(candidate=candidate, purpose="Photograph", given_on=TODAY)
    return candidate


def acting_in(role, organisation, subject=""):
    return Acting(role, organisation.pk, 1, 1, TODAY, subject)


def seen_by(acting):
    seen = {name for name, model in ROOM.items() if model.objects.visible_to(acting).exists()}
    return seen | ({"sharing"} if Grant.objects.visible_to(acting).exists() else set())


class TestRoles:
    def test_the_table_names_every_role(self):
        assert set(SEEN) == set(Role)

    @pytest.mark.parametrize(("scope", "column"), [("full", 0), ("contact", 1)])
    def test_with_a_grant(self, person, scope, column):
        organisation = OrganisationFactory()
        GrantFactory(candidate=person, organisation=organisation, scope=scope)
        assert {role: seen_by(acting_in(role, organisation)) for role in Role} == {
            role: columns[column] for role, columns in SEEN.items()
        }

    def test_without_a_grant_nobody_but_the_system(self, person):
        GrantFactory(candidate=person, organisation=OrganisationFactory())
        other = OrganisationFactory()
        assert {role for role in Role if seen_by(acting_in(role, other))} == {Role.SYSTEM}

    def test_the_person_sees_what_is_theirs_by_their_link_and_no_checks(self, person):
        organisation = OrganisationFactory()
        GrantFactory(candidate=person, organisation=organisation)
        own = acting_in(Role.CANDIDATE, organisation, f"candidates.Candidate:{person.pk}")
        assert seen_by(own) == OWN

    @pytest.mark.parametrize(
        "subject",
        ["", "candidates.Candidate:", "candidates.Candidate:x", "candidates.Candidate:-1", "pipeline.Referral:{pk}"],
    )
    def test_a_link_to_something_else_shows_nothing(self, person, subject):
        acting = acting_in(Role.CANDIDATE, OrganisationFactory(), subject.format(pk=person.pk))
        assert seen_by(acting) == NOTHING

    def test_nobody_at_all_sees_nothing(self, person):
        GrantFactory(candidate=person, organisation=OrganisationFactory())
        assert list(Grant.objects.visible_to(None)) == []

    @pytest.mark.parametrize(
        ("scope", "writers"),
        [("full", {Role.ACADEMY, Role.PROVIDER, Role.SYSTEM}), ("contact", {Role.SYSTEM})],
    )
    def test_who_may_change_the_record(self, person, scope, writers):
        organisation = OrganisationFactory()
        GrantFactory(candidate=person, organisation=organisation, scope=scope)
        able = {role for role in Role if can_write(by=acting_in(role, organisation), candidate=person)}
        assert able == writers


class TestDates:
    """A grant is open from its first day until before its last; its agreement must hold, and its consent."""

    @pytest.fixture
    def open_on(self, world, person):
        """Whether the trust of Imperial sees the person today with a grant of these facts."""

        def ask(**facts):
            GrantFactory(candidate=person, organisation=world.trust, scope="contact", **facts)
            return Candidate.objects.visible_to(world.acting("recruiter")).filter(pk=person.pk).exists()

        return ask

    @pytest.mark.parametrize(
        ("starts", "ends", "is_open"),
        [
            (TODAY - DAY, None, True),
            (TODAY, None, True),
            (TODAY + DAY, None, False),
            (TODAY - DAY, TODAY + DAY, True),
            (TODAY - DAY, TODAY, False),
            (TODAY - DAY, TODAY - DAY, False),
            (TODAY, TODAY, False),
            (TODAY + DAY, TODAY + 2 * DAY, False),
        ],
    )
    def test_first_and_last_day(self, open_on, starts, ends, is_open):
        assert open_on(starts=starts, ends=ends) is is_open

    @pytest.mark.parametrize(
        ("starts", "ends", "is_open"),
        [
            (TODAY - 9 * DAY, None, True),
            (TODAY, None, True),
            (TODAY + DAY, None, False),
            (TODAY - 9 * DAY, TODAY, True),
            (TODAY - 9 * DAY, TODAY - DAY, False),
        ],
    )
    def test_the_trusts_part_in_the_agreement(self, open_on, world, starts, ends, is_open):
        Accession.objects.filter(organisation=world.trust).update(starts=starts, ends=ends)
        assert open_on(agreement=world.agreement) is is_open

    @pytest.mark.parametrize(
        ("starts", "ends", "is_open"),
        [
            (TODAY, TODAY, True),
            (TODAY + DAY, TODAY + 9 * DAY, False),
            (TODAY - 9 * DAY, TODAY - DAY, False),
        ],
    )
    def test_the_agreement_itself(self, open_on, world, starts, ends, is_open):
        world.agreement.starts, world.agreement.ends = starts, ends
        world.agreement.save()
        assert open_on(agreement=world.agreement) is is_open

    @pytest.mark.parametrize(
        ("withdrawn", "is_open"),
        [(None, True), (TODAY + DAY, True), (TODAY, False), (TODAY - DAY, False)],
    )
    def test_the_consent(self, open_on, person, withdrawn, is_open):
        consent = Consent.unscoped.create(
            candidate=person, purpose="Case study", given_on=TODAY - 9 * DAY, withdrawn_on=withdrawn
        )
        assert open_on(consent=consent) is is_open

    def test_one_open_grant_among_closed_ones_is_enough(self, open_on, world):
        assert open_on(ends=TODAY, cause="pipeline.Referral:1") is False
        assert open_on(starts=TODAY + DAY, cause="pipeline.Referral:2") is False
        assert open_on(cause="pipeline.Referral:3") is True

    def test_several_grants_show_the_person_once(self, world, person):
        for number in range(3):
            GrantFactory(candidate=person, organisation=world.trust, cause=f"pipeline.Referral:{number}")
        assert list(Candidate.objects.visible_to(world.acting("recruiter"))) == [person]
