"""Keeping filters of the list of vacancies under a name, and forgetting them."""

from __future__ import annotations

from django.db import transaction
from django.http import QueryDict

from audit.acting import Acting
from audit.clock import now
from audit.events import record
from audit.mover import Refused
from vacancies.filters import VacancyFilter
from vacancies.models import SavedView

MOST = 20


def views_of(acting: Acting) -> list[SavedView]:
    """What `acting` saved, by name. One query."""
    return list(SavedView.objects.visible_to(acting).filter(forgotten_at=None))


def filters_in(text: str) -> str:
    """Of an address's query only what the list filters by: no page, no format, nothing that somebody made up."""
    given = QueryDict(text, mutable=True)
    for name in set(given) - set(VacancyFilter.base_filters):
        del given[name]
    return given.urlencode()


@transaction.atomic
def save_view(*, name: str, query: str, by: Acting) -> SavedView:
    """Keep the filters in `query` under `name`; the same name again replaces them. Refused past twenty."""
    name, kept = " ".join(name.split())[:60], filters_in(query)
    if not name:
        raise Refused("Give the view a name.")
    if len(kept) > 600:
        raise Refused("These are more filters than a view can keep.")
    if by.membership_id is None:
        raise Refused("Only somebody who is signed in saves views.")
    others = SavedView.unscoped.filter(membership_id=by.membership_id, forgotten_at=None).exclude(name=name)
    if others.count() >= MOST:
        raise Refused(f"You have {MOST} views. Forget one first.")
    view, _made = SavedView.unscoped.update_or_create(
        membership_id=by.membership_id, name=name, defaults={"query": kept, "forgotten_at": None}
    )
    record(by=by, verb="save_view", on=view)
    return view


@transaction.atomic
def forget_view(*, view: SavedView, by: Acting) -> None:
    """Take a view off one's list."""
    if view.membership_id != by.membership_id:
        raise Refused("This is somebody else's view.")
    view.forgotten_at = now()
    view.save(update_fields=["forgotten_at"])
    record(by=by, verb="forget_view", on=view)
