"""A link with which a hiring manager of Trust A answers, and a finding about an advert of that trust."""

from audit.clock import now
from outbox.services import make_link
from pipeline.replies import PURPOSE, subject_of
from vacancies.models import Finding


def extend(world):
    _link, world.records["reply_token"] = make_link(
        purpose=PURPOSE, subject=subject_of(world.vacancy), days=30, organisation_id=world.trust.pk
    )
    world.records["finding"] = Finding.unscoped.create(
        trust=world.trust, kind="missing", advert="C9-1", title="Porter", source="NHSBSA open data", found_at=now()
    )
