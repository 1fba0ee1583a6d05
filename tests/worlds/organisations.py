"""An invitation, a key of the recruiter's and a membership that could be ended."""

from datetime import timedelta

from audit.acting import Role
from audit.clock import today
from organisations import services


def extend(world):
    _invitation, world.records["invitation_token"] = services.invite(
        email="new@example.test",
        name="New Person",
        organisation=world.organisations["trust"],
        role=Role.RECRUITER,
        membership_ends=today() + timedelta(days=90),
        by=world.acting("system_admin"),
    )
    world.records["token"], world.records["key"] = services.make_token(
        label="Power BI", expires=today() + timedelta(days=90), by=world.acting("recruiter")
    )
    world.records["membership"] = world.memberships["other_recruiter"]
