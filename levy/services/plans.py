"""The broker's list of plans: added, changed, closed, with milestones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model

from audit.acting import Acting
from audit.clock import today
from audit.events import record
from audit.mover import Refused
from levy.models import Milestone, Plan
from levy.rules import check_broker
from levy.services.gifts import gaining_of, taken_of
from organisations.models import Kind, Organisation


@transaction.atomic
def add_plan(*, facts: Mapping[str, Any], by: Acting, new_name: str = "", new_code: str = "") -> Plan:
    """Write down a plan; an organisation that is not listed is added by name and charity or company number."""
    check_broker(by)
    return write_plan(facts=facts, by=by, new_name=new_name, new_code=new_code)


def write_plan(
    *, facts: Mapping[str, Any], by: Acting, new_name: str, new_code: str, threads: Iterable[Model] = ()
) -> Plan:
    """The writing of a plan, by whoever was found to be allowed to."""
    given = dict(facts)
    if not given.get("organisation"):
        given["organisation"] = _organisation(new_name, new_code)
    plan = Plan.unscoped.create(kept_by_id=by.organisation_id, **given)
    record(by=by, verb="add", on=plan, threads=threads)
    return plan


def _organisation(name: str, code: str) -> Organisation:
    code = code.strip().upper()
    if not name or not code:
        raise Refused("Choose the organisation, or enter its name and number.")
    found = Organisation.objects.filter(code=code).first()
    if found is not None and found.name.casefold() != name.casefold():
        raise Refused(f"The number {code} is that of {found.name}. Choose it in the list, or check the number.")
    return found or Organisation.objects.create(
        code=code, kind=Kind.VCSE, name=name, short_name=name[:60], source="A broker's list of levy plans"
    )


@transaction.atomic
def change_plan(*, plan: Plan, facts: Mapping[str, Any], by: Acting) -> Plan:
    """Change a plan; gifts that were made of it keep what was agreed. Refused if it would have fewer places than are taken."""
    check_broker(by)
    row = _open_plan(plan)
    for name, value in facts.items():
        setattr(row, name, value)
    taken, gaining = taken_of([row])[row.pk], gaining_of(row)
    if gaining < taken:
        raise Refused(f"{taken} of its places are promised by gifts, and only {gaining} would gain by a transfer then.")
    row.save(update_fields=list(facts))
    record(by=by, verb="change", on=row)
    return row


@transaction.atomic
def close_plan(*, plan: Plan, by: Acting) -> Plan:
    """Take a plan off the list; gifts under way go on."""
    check_broker(by)
    if plan.closed_on is not None:
        raise Refused("This plan is closed already.")
    plan.closed_on = today()
    plan.save(update_fields=["closed_on"])
    record(by=by, verb="close", on=plan)
    return plan


@transaction.atomic
def add_milestone(*, plan: Plan, text: str, due: date, by: Acting) -> Milestone:
    """Add a step that should happen by a day."""
    check_broker(by)
    _open_plan(plan)
    milestone = Milestone.unscoped.create(plan=plan, text=text, due=due)
    record(by=by, verb="milestone", on=plan, what="added")
    return milestone


@transaction.atomic
def reach_milestone(*, milestone: Milestone, by: Acting) -> Milestone:
    """Say that a step has happened, today."""
    check_broker(by)
    if milestone.done_on is not None:
        raise Refused("This milestone was reached already.")
    milestone.done_on = today()
    milestone.save(update_fields=["done_on"])
    record(by=by, verb="milestone", on=milestone.plan, what="reached")
    return milestone


def _open_plan(plan: Plan) -> Plan:
    """The plan, locked; Refused where it was taken off the list."""
    row = Plan.unscoped.select_for_update(of=("self",)).get(pk=plan.pk)
    if row.closed_on is not None:
        raise Refused("This plan is closed. Add a new one.")
    return row
