"""Memberships, invitations, tokens, agreements, policies and the scope of sites: the verbs that write them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import now, today
from audit.events import record
from audit.hashing import keyed
from audit.mover import Refused
from organisations.models import (
    Accession,
    ApiToken,
    Invitation,
    Membership,
    Organisation,
    Policy,
    Site,
    Succession,
    User,
)
from organisations.policies import keys, to_stored

LONGEST_MEMBERSHIP = timedelta(days=366)
INVITATION_DAYS = 7


class NotInForce(Exception):
    """The membership has ended, has not begun, or its user was closed."""


def acting_for_membership(membership_id: int, *, on: date | None = None) -> Acting:
    """Who acts by this membership today. NotInForce with a sentence if it has ended: jobs and tokens ask anew each time."""
    day = on or today()
    membership = Membership.unscoped.in_force(day).filter(pk=membership_id).first()
    if membership is None:
        raise NotInForce("This membership is no longer in force.")
    return acting_of(membership, on=day)


def acting_of(membership: Membership, *, on: date | None = None) -> Acting:
    """The acting value of a membership that is known to be in force."""
    return Acting(
        role=Role(membership.role),
        organisation_id=membership.organisation_id,
        membership_id=membership.pk,
        user_id=membership.user_id,
        on=on or today(),
    )


def system(*, on: date | None = None) -> Acting:
    """The system itself: commands, chasers and lapses."""
    return Acting(role=Role.SYSTEM, organisation_id=None, membership_id=None, user_id=None, on=on or today())


def by_link(*, subject: str, organisation_id: int | None = None) -> Acting:
    """Somebody who opened a magic link: sees the one record `subject` ("vacancies.Override:12") and nothing else."""
    return Acting(
        role=Role.LINK, organisation_id=organisation_id, membership_id=None, user_id=None, on=today(), subject=subject
    )


def memberships_in_force(user: User) -> list[Membership]:
    """The user's memberships today, by organisation and role."""
    found = Membership.unscoped.in_force(today()).filter(user=user).select_related("organisation")
    return list(found.order_by("organisation__name", "role"))


@transaction.atomic
def invite(
    *, email: str, name: str, organisation: Organisation, role: str, membership_ends: date, by: Acting
) -> tuple[Invitation, str]:
    """Invite somebody to one role; the invitation, and the secret of its link (shown once, kept as a digest)."""
    if by.role not in (Role.SYSTEM_ADMIN, Role.SYSTEM):
        raise Refused("Only a system administrator invites people.")
    if not today() < membership_ends <= today() + LONGEST_MEMBERSHIP:
        raise Refused("A membership ends after today and within twelve months. Choose an earlier end date.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.unscoped.create(
        email=email.lower(),
        name=name,
        organisation=organisation,
        role=role,
        membership_ends=membership_ends,
        token_digest=keyed(token, purpose="invitation"),
        made_at=now(),
        expires=now() + timedelta(days=INVITATION_DAYS),
    )
    record(by=by, verb="invite", on=invitation, role=role)
    return invitation, token


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a link that is still good, else None."""
    return (
        Invitation.unscoped.filter(
            token_digest=keyed(token, purpose="invitation"), accepted_at__isnull=True, expires__gt=now()
        )
        .select_related("organisation")
        .first()
    )


def is_known(invitation: Invitation) -> bool:
    """Whether the invited address has an account already, so that no new password is asked for."""
    return User.objects.filter(email=invitation.email).exists()


def send_invitation(invitation: Invitation, *, link: str) -> None:
    """Send the link of an invitation to its address. The secret is in this e-mail only, so the outbox does not keep it."""
    body = (
        f"You are invited to {settings.NAME_OF_SERVICE} as {invitation.get_role_display()}, {invitation.organisation}.\n\n"
        f"Open this link within a week to begin:\n\n{link}\n"
    )
    send_mail(f"Your invitation to {settings.NAME_OF_SERVICE}", body, settings.DEFAULT_FROM_EMAIL, [invitation.email])


@transaction.atomic
def accept_invitation(*, token: str, password: str) -> Membership:
    """Make the user (or use the one with that address) and the membership. Refused if the link is used or too old."""
    invitation = open_invitation(token)
    if invitation is None:
        raise Refused("This invitation has been used or has run out. Ask for a new one.")
    invitation = Invitation.unscoped.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.accepted_at:
        raise Refused("This invitation has been used. Sign in instead.")
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = User.objects.create_user(invitation.email, password, name=invitation.name)
    membership = add_membership(
        user=user,
        organisation=invitation.organisation,
        role=invitation.role,
        starts=today(),
        ends=invitation.membership_ends,
        by=system(),
    )
    invitation.accepted_at, invitation.membership = now(), membership
    invitation.save(update_fields=["accepted_at", "membership"])
    return membership


@transaction.atomic
def add_membership(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    starts: date,
    ends: date,
    by: Acting,
    covers: Membership | None = None,
    department: Any = None,
) -> Membership:
    """Give somebody a role in an organisation between two days, both inclusive, at most twelve months."""
    if ends - starts > LONGEST_MEMBERSHIP:
        raise Refused("A membership lasts at most twelve months.")
    membership = Membership.unscoped.create(
        user=user, organisation=organisation, role=role, starts=starts, ends=ends, covers=covers, department=department
    )
    record(by=by, verb="join", on=membership, role=role)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, on: date, by: Acting) -> Membership:
    """End a membership on a day; what hangs on it (sessions, tokens, jobs) stops at its next use."""
    if by.role not in (Role.SYSTEM_ADMIN, Role.SYSTEM):
        raise Refused("Only a system administrator ends memberships.")
    membership = Membership.unscoped.select_for_update(of=("self",)).get(pk=membership.pk)
    membership.ends = max(on, membership.starts)
    membership.save(update_fields=["ends"])
    record(by=by, verb="leave", on=membership, ends=membership.ends)
    return membership


@transaction.atomic
def make_token(*, label: str, expires: date, by: Acting, may_write: bool = False) -> tuple[ApiToken, str]:
    """A key to the API for the acting membership: the row, and the key itself, shown once.

    A key only reads unless `may_write`, which only a trust's recruiters and HR may ask for.
    """
    if not today() < expires <= today() + LONGEST_MEMBERSHIP:
        raise Refused("A key ends after today and within twelve months. Choose an earlier end date.")
    if by.membership_id is None:
        raise Refused("A key belongs to a membership. Sign in with one to make it.")
    if may_write and by.role not in TRUST_ROLES:
        raise Refused("Only a trust's recruiters and HR have keys that may write.")
    key = "gi_" + secrets.token_urlsafe(32)
    token = ApiToken.unscoped.create(
        membership_id=by.membership_id,
        label=label,
        may_write=may_write,
        digest=keyed(key, purpose="token"),
        made_at=now(),
        expires=expires,
    )
    record(by=by, verb="make_token", on=token, may_write=may_write)
    return token, key


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Acting) -> ApiToken:
    if token.membership_id != by.membership_id:
        raise Refused("This key belongs to somebody else.")
    token.revoked_at = now()
    token.save(update_fields=["revoked_at"])
    record(by=by, verb="revoke_token", on=token)
    return token


def token_in_force(key: str) -> tuple[ApiToken, Acting] | None:
    """The row of an API key and who acts by it, or None: unknown, revoked, past its day, or its membership has ended."""
    token = ApiToken.unscoped.filter(
        digest=keyed(key, purpose="token"), revoked_at__isnull=True, expires__gte=today()
    ).first()
    if token is None:
        return None
    try:
        acting = acting_for_membership(token.membership_id)
    except NotInForce:
        return None
    if token.last_used != acting.on:
        ApiToken.unscoped.filter(pk=token.pk).update(last_used=acting.on)
    return token, acting


def accession_in_force(on: date, prefix: str = "") -> Q:
    """Condition on accessions (reached by `prefix`): the party and the agreement are both in force on a day."""
    return (
        Q(**{f"{prefix}starts__lte": on})
        & (Q(**{f"{prefix}ends__isnull": True}) | Q(**{f"{prefix}ends__gte": on}))
        & Q(**{f"{prefix}agreement__starts__lte": on, f"{prefix}agreement__ends__gte": on})
    )


def shared_agreement(first: Organisation, second: Organisation, *, on: date | None = None) -> Any:
    """The agreement in force to which both are parties, or None: no agreement, no flow."""
    day = on or today()
    both = Accession.objects.filter(accession_in_force(day), organisation=first).values("agreement")
    accession = (
        Accession.objects.filter(accession_in_force(day), organisation=second, agreement__in=both)
        .select_related("agreement")
        .order_by("agreement__starts", "pk")
        .first()
    )
    return accession.agreement if accession else None


def successors(*, on: date) -> dict[int, int]:
    """Each organisation that has become part of another by a day, by id, and the one that stands for it then. One query."""
    became = dict(Succession.objects.filter(on__lte=on).values_list("predecessor", "successor"))
    return {first: _last_of_chain(first, became) for first in became}


def _last_of_chain(organisation_id: int, became: Mapping[int, int]) -> int:
    passed: set[int] = set()
    while organisation_id in became and organisation_id not in passed:  # wrong data may go round in a ring
        passed.add(organisation_id)
        organisation_id = became[organisation_id]
    return organisation_id


@transaction.atomic
def sign_policy(
    *, key: str, value: Any, starts: date, source: str, verified: bool, reason: str, by: Acting, scope: str = ""
) -> Policy:
    """Sign a value from a day on. Nothing is edited: the new row follows the old one. Refused for a wrong type or role."""
    if by.role not in (Role.ICB_ANALYST, Role.SYSTEM_ADMIN):
        raise Refused("Policies are signed by the ICB or a system administrator.")
    try:
        stored = to_stored(keys()[key], value)
    except ValueError as error:
        raise Refused(str(error)) from error
    policy = Policy.objects.create(
        key=key,
        scope=scope,
        value=stored,
        starts=starts,
        source=source,
        verified=verified,
        signed_by_id=by.membership_id,
        signed_at=now(),
        reason=reason,
    )
    record(by=by, verb="sign_policy", on=policy, key=key)
    return policy


@transaction.atomic
def set_scope(*, site: Site, in_scope: bool, reason: str, by: Acting) -> bool:
    """Sign whether posts at a site count towards the Charter; False, and nothing written, where that was so already.

    Only the verb: what hangs on it is weighed anew by `vacancies.sites.set_scope`, in the same transaction.
    """
    site = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if by.role is not Role.TRUST_HR or by.organisation_id != site.organisation_id:
        raise Refused("Only the trust's own HR lead says which of its sites are in scope.")
    if not reason.strip():
        raise Refused("Say why the scope of this site changes.")
    if site.in_scope == in_scope:
        return False
    site.in_scope = in_scope
    site.save(update_fields=["in_scope"])
    record(by=by, verb="set_scope", on=site, reason=reason.strip(), site=site.name, in_scope=in_scope)
    return True


def actor_names(membership_ids: set[int]) -> dict[int, str]:
    """By membership: the person's name and organisation, for timelines; one query."""
    rows = Membership.unscoped.filter(pk__in=membership_ids).values_list("pk", "user__name", "organisation__short_name")
    return {pk: f"{name}, {organisation}" for pk, name, organisation in rows}
