"""A link with which a hiring manager of Trust A answers."""

from outbox.services import make_link
from pipeline.replies import PURPOSE, subject_of


def extend(world):
    _link, world.records["reply_token"] = make_link(
        purpose=PURPOSE, subject=subject_of(world.vacancy), days=30, organisation_id=world.trust.pk
    )
