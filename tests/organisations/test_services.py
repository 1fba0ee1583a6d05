"""Memberships in force, invitations good once, tokens that end with their membership, agreements that lapse."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.acting import Role
from audit.clock import now, pretend, today
from audit.models import Event
from audit.mover import Refused
from organisations.models import Accession, Invitation, Membership, User
from organisations.services import (
    LONGEST_MEMBERSHIP,
    NotInForce,
    accept_invitation,
    acting_for_membership,
    add_membership,
    end_membership,
    invite,
    make_token,
    memberships_in_force,
    open_invitation,
    revoke_token,
    shared_agreement,
    system,
    token_in_force,
)
from tests.factories.organisations import (
    AgreementFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    accede,
    acting_as,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PASSWORD = "a long enough password"


class TestMembershipsInForce:
    @pytest.mark.parametrize(
        ("starts", "ends", "held"),
        [
            (-1, 1, True),
            (0, 0, True),
            (-5, 0, True),
            (0, 5, True),
            (-5, -1, False),
            (1, 5, False),
        ],
    )
    def test_both_days_are_inclusive(self, starts, ends, held):
        membership = MembershipFactory(starts=today() + starts * DAY, ends=today() + ends * DAY)
        assert (memberships_in_force(membership.user) == [membership]) is held

    def test_a_closed_user_has_none(self):
        membership = MembershipFactory(user=UserFactory(is_active=False))
        assert memberships_in_force(membership.user) == []
        with pytest.raises(NotInForce, match=r"^This membership is no longer in force\.$"):
            acting_for_membership(membership.pk)

    def test_acting_is_made_anew_and_stops_after_the_last_day(self):
        membership = MembershipFactory(role=Role.ICB_ANALYST, ends=today())
        acting = acting_for_membership(membership.pk)
        assert (acting.role, acting.organisation_id, acting.membership_id, acting.user_id, acting.on) == (
            Role.ICB_ANALYST,
            membership.organisation_id,
            membership.pk,
            membership.user_id,
            today(),
        )
        with pretend(now() + DAY), pytest.raises(NotInForce):
            acting_for_membership(membership.pk)

    def test_two_memberships_are_two_people(self):
        user = UserFactory()
        one, two = MembershipFactory(user=user), MembershipFactory(user=user, role=Role.TRUST_HR)
        assert acting_for_membership(one.pk) != acting_for_membership(two.pk)
        assert len(memberships_in_force(user)) == 2

    def test_at_most_twelve_months(self):
        facts = {"user": UserFactory(), "organisation": OrganisationFactory(), "role": Role.RECRUITER, "by": system()}
        add_membership(**facts, starts=today(), ends=today() + LONGEST_MEMBERSHIP)
        with pytest.raises(Refused, match="at most twelve months"):
            add_membership(**facts, starts=today() + DAY, ends=today() + LONGEST_MEMBERSHIP + 2 * DAY)
        assert Membership.unscoped.count() == 1

    def test_the_database_holds_the_order_of_days(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            MembershipFactory(starts=today(), ends=today() - DAY)

    @pytest.mark.parametrize("role", [Role.ACADEMY, Role.TRUST_HR, Role.RECRUITER, Role.AUDITOR])
    def test_only_a_system_administrator_ends_one(self, role):
        membership = MembershipFactory()
        with pytest.raises(Refused, match="Only a system administrator"):
            end_membership(membership=membership, on=today(), by=acting_as(role))

    def test_an_ended_membership_is_on_record(self):
        membership = MembershipFactory()
        end_membership(membership=membership, on=today() - DAY, by=acting_as(Role.SYSTEM_ADMIN))
        assert memberships_in_force(membership.user) == []
        assert Event.objects.filter(kind="organisations.Membership", verb="leave").count() == 1


class TestInvitations:
    @pytest.fixture
    def invited(self):
        return invite(
            email="New.Person@Example.test",
            name="New Person",
            organisation=OrganisationFactory(),
            role=Role.RECRUITER,
            membership_ends=today() + 90 * DAY,
            by=acting_as(Role.SYSTEM_ADMIN),
        )

    def test_good_once(self, invited):
        invitation, token = invited
        membership = accept_invitation(token=token, password=PASSWORD)
        assert (membership.user.email, membership.role, membership.starts, membership.ends) == (
            "new.person@example.test",
            "recruiter",
            today(),
            today() + 90 * DAY,
        )
        assert membership.user.check_password(PASSWORD)
        with pytest.raises(Refused, match="used or has run out"):
            accept_invitation(token=token, password="another password")
        assert membership.user.check_password(PASSWORD)

    def test_good_for_a_week(self, invited):
        _, token = invited
        with pretend(now() + timedelta(days=6, hours=23)):
            assert open_invitation(token) is not None
        with pretend(now() + timedelta(days=7, minutes=1)):
            assert open_invitation(token) is None
            with pytest.raises(Refused):
                accept_invitation(token=token, password=PASSWORD)
        assert not User.objects.filter(email="new.person@example.test").exists()

    def test_a_forged_link_opens_nothing(self, invited):
        invitation, token = invited
        for forged in ("", "x", token[:-1], token + "a", invitation.token_digest):
            assert open_invitation(forged) is None

    def test_the_secret_is_not_kept(self, invited):
        invitation, token = invited
        kept = Invitation.unscoped.values().get(pk=invitation.pk)
        assert token not in [str(value) for value in kept.values()]

    def test_somebody_known_keeps_name_and_password(self, invited):
        known = User.objects.create_user("new.person@example.test", PASSWORD, name="Known")
        _, token = invited
        membership = accept_invitation(token=token, password="ignored password")
        assert membership.user == known
        known.refresh_from_db()
        assert (known.name, known.check_password(PASSWORD)) == ("Known", True)

    @pytest.mark.parametrize("days", [0, -1, 367])
    def test_refused_for_an_end_that_cannot_be(self, days):
        with pytest.raises(Refused, match="within twelve months"):
            invite(
                email="a@example.test",
                name="A",
                organisation=OrganisationFactory(),
                role=Role.RECRUITER,
                membership_ends=today() + days * DAY,
                by=system(),
            )

    @pytest.mark.parametrize("role", [Role.ACADEMY, Role.RECRUITER, Role.TRUST_HR, Role.ICB_ANALYST, Role.AUDITOR])
    def test_others_invite_nobody(self, role):
        with pytest.raises(Refused, match=r"^Only a system administrator invites people\.$"):
            invite(
                email="a@example.test",
                name="A",
                organisation=OrganisationFactory(),
                role=role,
                membership_ends=today() + DAY,
                by=acting_as(role),
            )
        assert Invitation.unscoped.count() == 0


class TestTokens:
    @pytest.fixture
    def membership(self):
        return MembershipFactory(ends=today() + 10 * DAY)

    @pytest.fixture
    def made(self, membership):
        return make_token(label="Dashboard", expires=today() + 30 * DAY, by=acting_for_membership(membership.pk))

    def test_stands_for_its_membership(self, made, membership):
        token, key = made
        assert token_in_force(key) == (token, acting_for_membership(membership.pk))
        token.refresh_from_db()
        assert token.last_used == today()

    def test_ends_with_its_membership(self, made, membership):
        _, key = made
        with pretend(now() + 11 * DAY):
            assert token_in_force(key) is None

    def test_ends_on_its_own_day(self, membership):
        _, key = make_token(label="Short", expires=today() + DAY, by=acting_for_membership(membership.pk))
        with pretend(now() + DAY):
            assert token_in_force(key) is not None
        with pretend(now() + 2 * DAY):
            assert token_in_force(key) is None

    def test_revoked_at_once(self, made, membership):
        token, key = made
        revoke_token(token=token, by=acting_for_membership(membership.pk))
        assert token_in_force(key) is None

    def test_nobody_else_revokes_it(self, made):
        token, key = made
        with pytest.raises(Refused, match="somebody else"):
            revoke_token(token=token, by=acting_as(Role.SYSTEM_ADMIN))
        assert token_in_force(key) is not None

    @pytest.mark.parametrize("forged", ["", "gi_", "gi_" + "a" * 43])
    def test_a_forged_key_is_nobody(self, made, forged):
        assert token_in_force(forged) is None

    def test_the_key_is_not_kept(self, made):
        token, key = made
        assert key.startswith("gi_")
        assert token.digest != key
        assert key not in token.digest

    def test_a_link_or_the_system_gets_none(self):
        with pytest.raises(Refused, match="belongs to a membership"):
            make_token(label="x", expires=today() + DAY, by=system())


class TestAgreements:
    @pytest.fixture
    def pair(self):
        return OrganisationFactory(), OrganisationFactory()

    def test_none_without_both(self, pair):
        agreement = AgreementFactory()
        accede(agreement, pair[0])
        assert shared_agreement(*pair) is None
        accede(agreement, pair[1])
        assert shared_agreement(*pair) == agreement

    def test_two_agreements_with_one_party_each_are_none(self, pair):
        for organisation in pair:
            accede(AgreementFactory(), organisation)
        assert shared_agreement(*pair) is None

    def test_lapses_when_one_leaves(self, pair):
        agreement = AgreementFactory()
        accede(agreement, *pair)
        Accession.objects.filter(organisation=pair[1]).update(ends=today())
        assert shared_agreement(*pair) == agreement
        assert shared_agreement(*pair, on=today() + DAY) is None

    def test_lapses_when_it_ends(self, pair):
        agreement = AgreementFactory(starts=date(2025, 4, 1), ends=date(2028, 3, 31))
        accede(agreement, *pair)
        days = (date(2025, 3, 31), date(2025, 4, 1), date(2028, 3, 31), date(2028, 4, 1))
        assert [shared_agreement(*pair, on=day) for day in days] == [None, agreement, agreement, None]
