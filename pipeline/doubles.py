"""One advert that came through two doors becomes one vacancy: the double is withdrawn, and nobody is lost by it."""

from __future__ import annotations

from django.db import transaction

from audit.acting import Acting
from audit.mover import Refused
from pipeline.closing import affected, withdraw_vacancy
from vacancies.doubles import better_kept, check_one_advert, take_over
from vacancies.ledger import lock_year, year_counted
from vacancies.models import Vacancy, VacancyState


def check_unitable(keep: Vacancy, goes: Vacancy, *, by: Acting) -> None:
    """Raise Refused unless `goes` may end as the same advert as `keep`: nobody may wait for it."""
    check_one_advert(keep, goes, by=by)
    if affected(goes).exists():
        where = f"{goes.reference}. Keep that one"
        if affected(keep).exists():
            where = f"both. Withdraw {keep.reference} or {goes.reference} on its page, which tells them, then come back"
        raise Refused(f"People are put forward on {where}.")


def ways_to_unite(one: Vacancy, other: Vacancy, *, by: Acting) -> tuple[list[Vacancy], str]:
    """Which of the two may be kept, the better one first; where neither may, why not."""
    found, why = [], ""
    for keep in better_kept(one, other):
        try:
            check_unitable(keep, other if keep.pk == one.pk else one, by=by)
        except Refused as refused:
            why = why or str(refused)
        else:
            found.append(keep)
    return found, "" if found else why


@transaction.atomic
def unite(*, keep: Vacancy, goes: Vacancy, by: Acting) -> list[str]:
    """Say that two vacancies are one advert: `keep` has both references from now on and what only `goes` knew.

    `goes` is withdrawn; what the ledger counted of it is voided. The facts that passed, in words.
    """
    for starts_in in sorted({year_counted(keep), year_counted(goes)}):
        lock_year(keep.trust_id, starts_in)
    rows = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").order_by("pk")
    locked = {row.pk: row for row in rows.filter(pk__in=[keep.pk, goes.pk])}
    keep, goes = locked[keep.pk], locked[goes.pk]
    check_unitable(keep, goes, by=by)
    if goes.state != VacancyState.WITHDRAWN:
        goes = withdraw_vacancy(vacancy=goes, reason=f"The same advert as {keep.reference}.", by=by)
    return take_over(keep=keep, goes=goes, by=by)
