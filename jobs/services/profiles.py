"""Which heading holds which field: remembered for an organisation, so that the second file needs no question."""

from __future__ import annotations

from django.db import transaction

from audit.acting import Acting
from audit.clock import now
from audit.events import record
from audit.mover import Refused
from jobs.hostile import Refusal
from jobs.mapping import ColumnMap, Matched
from jobs.models import Job, MappingProfile
from jobs.reading import Table
from jobs.services.uploads import table_of


def own(by: Acting) -> int:
    """The acting organisation; Refused for the system, which has no files of its own."""
    if by.organisation_id is None:
        raise Refused("Only an organisation keeps how its files are laid out.")
    return by.organisation_id


def match(table: Table, columns: ColumnMap, *, kind: str, by: Acting) -> Matched:
    """The table's headings matched to fields, as the acting organisation last confirmed for this kind, then by guess."""
    profile = MappingProfile.objects.filter(organisation_id=own(by), kind=kind).first()
    return columns.guess(table.headings, profile.headings if profile else None)


def table_and_columns(job: Job, columns: ColumnMap, *, by: Acting) -> tuple[Table, Matched]:
    """A job's uploaded table, with its columns as who began the work chose them (`headings` of its input), else by `match`.

    Raises Refusal with a sentence where there is no file, it cannot be read, or a column that has to be there is not.
    """
    if job.upload is None:
        raise Refusal("There is no file. Upload it again.")
    table = table_of(job.upload)
    chosen = job.input.get("headings")
    matched = (
        columns.chosen_by_person(table.headings, chosen) if chosen else match(table, columns, kind=job.kind, by=by)
    )
    if matched.sentence:
        raise Refusal(matched.sentence)
    return table, matched


@transaction.atomic
def remember(matched: Matched, *, kind: str, by: Acting) -> MappingProfile:
    """Keep a confirmed match for the acting organisation; what is the same already is not written again."""
    profile = MappingProfile.objects.select_for_update(of=("self",)).filter(organisation_id=own(by), kind=kind).first()
    chosen = dict(matched.chosen)
    if profile is not None and profile.headings == chosen:
        return profile
    profile, _ = MappingProfile.objects.update_or_create(
        organisation_id=own(by),
        kind=kind,
        defaults={"headings": chosen, "saved_at": now(), "saved_by": by.membership_id},
    )
    record(by=by, verb="save_mapping", on=profile, kind=kind)
    return profile
