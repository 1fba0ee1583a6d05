"""What a vacancy's page shows beside its facts: the Living Wage, its chain of adverts, and how a decision is changed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from audit.acting import Acting, Role
from vacancies import doubles
from vacancies.amending import can_amend, can_reserve_more
from vacancies.chains import proposals
from vacancies.criteria import can_correct
from vacancies.doubles import WAITING, Double
from vacancies.inflation import of_vacancy
from vacancies.ledger import counted_of
from vacancies.living_wage import weigh
from vacancies.models import Vacancy
from vacancies.parting import can_part


def extras(vacancy: Any, acting: Acting, *, own: bool) -> dict[str, Any]:
    """For the page's template; `own` says that the reader is of the vacancy's trust."""
    found: dict[str, Any] = {"living_wage": weigh(vacancy), "changes": [], "proposal": None}
    if acting.role is not Role.PROVIDER:
        rows = Vacancy.objects.visible_to(acting)
        found["first_advert"] = rows.filter(pk=vacancy.readvertises_id).first() if vacancy.readvertises_id else None
        found["next_advert"] = rows.filter(readvertises=vacancy).first()
        found["compared"] = of_vacancy(vacancy, by=acting)
    if own:
        found["may_correct_criteria"] = can_correct(vacancy, by=acting)
        found["changes"] = changes_possible(vacancy, acting)
        found["may_give_back"] = bool(found["changes"]) and vacancy.held > 0
        found["may_part"] = vacancy.readvertises_id is not None and can_part(vacancy, by=acting)
        found["proposal"] = next(iter(proposals(by=acting, only=vacancy)), None)
        found["double"] = double_of(vacancy, acting)
    return found


def double_of(vacancy: Vacancy, acting: Acting) -> Double | None:
    """The vacancy that may be the same advert as this one, seen from this one; None where there is none."""
    if vacancy.state not in WAITING:
        return None
    found = next((each for each in doubles.proposals(by=acting, only=vacancy)), None)
    if found and found.other.pk == vacancy.pk:
        return Double(found.other, found.vacancy, found.why)
    return found


def changes_possible(vacancy: Any, acting: Acting) -> list[tuple[str, str]]:
    """(words, address) of each change of a decision that is possible now."""
    counted = counted_of(vacancy) if vacancy.counted else None
    if counted is None or not can_amend(vacancy, counted, by=acting):
        return []
    found = [("Add posts", reverse("vacancies:add_posts", args=[vacancy.reference]))]
    if can_reserve_more(vacancy, counted, by=acting):
        found.append(("Reserve more posts", reverse("vacancies:reserve_more", args=[vacancy.reference])))
    return found
