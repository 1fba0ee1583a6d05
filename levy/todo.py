"""What the levy asks of a reader today."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from audit.acting import Acting, Role
from audit.clock import today
from audit.tasks import Task
from levy.models import Account, Gift, GiftState, Milestone
from levy.months import end_of, shift
from levy.rules import BROKERS
from levy.services.gifts import Limits, deadline_of, limits
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from nhsuk.words import pounds

NEAR = 11  # the coming twelve months, the present one included
MOST = 50
STALE = timedelta(days=40)
SOON = timedelta(days=14)


def todo(acting: Acting) -> list[Task]:
    """For a trust's HR lead the soonest loss, files that are old, gifts to decide; for brokers gifts to chase."""
    if acting.role == Role.TRUST_HR:
        return [*_account_tasks(acting), *_gift_tasks(acting)][:MOST]
    if acting.role in BROKERS:
        return [*_gift_tasks(acting), *_milestone_tasks(acting)][:MOST]
    return []


def _account_tasks(acting: Acting) -> list[Task]:
    account = Account.objects.visible_to(acting).select_related("trust").first()
    position = position_of(account) if account else None
    if position is None:
        return []
    tasks = []
    action = outlook_of(position).next_action
    if action and action.by <= shift(today().replace(day=1), NEAR):
        last = end_of(action.by)
        text = f"Spend or give {pounds(action.spend)} of levy by {last:%B %Y}"
        detail = f"or lose {pounds(action.lose)}"
        tasks.append(Task(text, reverse("levy:overview"), due=last, detail=detail, room="levy"))
    if today() - position.as_at > STALE:
        detail = f"The newest transaction is of {position.as_at.day} {position.as_at:%B %Y}"
        tasks.append(Task("Take in the newest levy transactions", reverse("levy:imports"), detail=detail, room="levy"))
    return tasks


def _gift_tasks(acting: Acting) -> list[Task]:
    rows = Gift.objects.visible_to(acting).filter(state__in=(GiftState.PENDING, GiftState.APPROVED, GiftState.ACCEPTED))
    tasks, within = [], limits()
    for gift in rows.select_related("plan__organisation")[:MOST]:
        task = _task_of(gift, acting, within)
        tasks += [task] if task else []
    return tasks


def _task_of(gift: Gift, acting: Acting, within: Limits) -> Task | None:
    who = gift.plan.organisation.name
    giver = acting.role == Role.TRUST_HR
    if gift.state == GiftState.PENDING:
        text = f"Approve or reject the gift to {who}"
        return Task(text, gift.get_absolute_url(), waiting=not giver, room="levy") if giver else None
    waits = deadline_of(gift, within)
    if waits is None:
        return None
    what = "accept the gift" if waits[0] == "accept" else "start the training"
    return Task(f"Remind {who} to {what}", gift.get_absolute_url(), due=waits[1], waiting=giver, room="levy")


def _milestone_tasks(acting: Acting) -> list[Task]:
    rows = Milestone.objects.visible_to(acting).filter(
        done_on__isnull=True, due__lte=today() + SOON, plan__closed_on__isnull=True
    )
    return [
        Task(f"Check: {row.text}", row.plan.get_absolute_url(), due=row.due, detail=str(row.plan), room="levy")
        for row in rows.select_related("plan__organisation")[:MOST]
    ]
