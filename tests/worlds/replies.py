"""A link with which a hiring manager of Trust A answers, and a finding about an advert of that trust."""

from django.core.files.uploadedfile import SimpleUploadedFile

from audit.clock import now
from jobs.services import receive
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
    table = SimpleUploadedFile("trac.csv", b"Reference,Job title\n290-1,Porter\n")
    world.records["trac_vacancies"] = receive(table, kind="vacancies.trac", by=world.acting("recruiter"))
