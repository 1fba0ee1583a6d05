"""The person specification of a vacancy: brought by a source, corrected by a person, compared with the last advert of the job."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError

from audit.acting import Acting
from audit.events import record
from audit.mover import Refused
from vacancies.models import Criterion, Vacancy
from vacancies.requirements import paid_care_experience_in, registration_in
from vacancies.rules import check_own_trust
from vacancies.services import classify, forget_ready_people

LONGEST = 300  # characters of one line
CORRECTABLE_STATES = ("draft", "open", "closed")
Lines = tuple[tuple[str, bool], ...]  # (text, essential)


def once_each(lines: Iterable[tuple[str, bool]]) -> Lines:
    """The lines with single spaces, each once, in order; empty ones left out."""
    cleaned = ((" ".join(text.split()), essential) for text, essential in lines)
    return tuple(dict.fromkeys(line for line in cleaned if line[0]))


def facts_in(lines: Iterable[tuple[str, bool]]) -> dict[str, bool]:
    """What the essential lines say outright of two facts that the classification weighs; what they do not say is left out."""
    essential = [text for text, is_essential in lines if is_essential]
    said = {
        "registration_required": bool(registration_in(essential)),
        "paid_care_required": bool(paid_care_experience_in(essential)),
    }
    return {name: value for name, value in said.items() if value}


def criteria_of(vacancy: Vacancy) -> Lines:
    """The lines of the vacancy, essential ones first."""
    return tuple(Criterion.unscoped.filter(vacancy=vacancy).values_list("text", "essential"))


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two person specifications."""

    added: Lines
    removed: Lines

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def change_between(before: Lines, after: Lines) -> Change:
    """What `after` has that `before` lacks, and the other way round; case and spaces make no difference."""
    was = {(text.casefold(), essential) for text, essential in before}
    now_has = {(text.casefold(), essential) for text, essential in after}
    return Change(
        tuple(line for line in after if (line[0].casefold(), line[1]) not in was),
        tuple(line for line in before if (line[0].casefold(), line[1]) not in now_has),
    )


def check_correctable(vacancy: Vacancy, *, by: Acting) -> None:
    """Raise Refused unless `by` may change the criteria now: people who apply are judged by what was advertised."""
    check_own_trust(by=by, row=vacancy)
    if vacancy.state not in CORRECTABLE_STATES and not _waits_for_its_first(vacancy):
        raise Refused(
            f"{vacancy.reference} is {vacancy.get_state_display().lower()}: people are judged by the criteria as they stand."
        )


def _waits_for_its_first(vacancy: Vacancy) -> bool:
    """In shortlisting without an essential criterion: nobody can be decided until there is one."""
    return vacancy.state == "shortlisting" and not vacancy.criteria.filter(essential=True).exists()


def can_correct(vacancy: Vacancy, *, by: Acting) -> bool:
    try:
        check_correctable(vacancy, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def correct_criteria(
    *, vacancy: Vacancy, criteria: Iterable[tuple[str, bool]], by: Acting, reason: str = "", source: str = ""
) -> Change:
    """Make `criteria` (text, essential) the whole person specification; what changed. The vacancy is classified again.

    A line that stays keeps its row. Refused without a reason where lines were known, for a line longer than 300
    characters, once shortlisting began by an essential line, and for a line by which somebody was judged.
    """
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=vacancy.pk)
    check_correctable(vacancy, by=by)
    wanted = once_each(criteria)
    if long := next((text for text, _essential in wanted if len(text) > LONGEST), ""):
        raise Refused(f"“{long[:40]}…” has {len(long)} characters. Shorten it to {LONGEST}, or split it.")
    held = {(row.text, row.essential): row for row in Criterion.unscoped.filter(vacancy=vacancy)}
    added = tuple(line for line in wanted if line not in held)
    removed = tuple(line for line in held if line not in wanted)
    if held and (added or removed) and not reason.strip():
        raise Refused("Say why the criteria change: the ICB sees what was added and removed.")
    _remove([held[line].pk for line in removed])
    kept = []
    for order, line in enumerate(wanted, start=1):
        if line in held:
            held[line].order = order
            kept.append(held[line])
    Criterion.unscoped.bulk_update(kept, ["order"])
    Criterion.unscoped.bulk_create(
        [
            Criterion(vacancy=vacancy, text=text, essential=essential, order=order)
            for order, (text, essential) in enumerate(wanted, start=1)
            if (text, essential) in added
        ]
    )
    if added or removed:
        record(by=by, verb="criteria", on=vacancy, reason=reason, added=len(added), removed=len(removed), source=source)
        _weigh_again(vacancy, wanted, by=by)
        forget_ready_people([vacancy])
    return Change(added, removed)


def _remove(pks: list[int]) -> None:
    try:
        Criterion.unscoped.filter(pk__in=pks).delete()
    except ProtectedError:
        raise Refused("Somebody was judged by a criterion that you removed, so it stays. Put it back.") from None


def _weigh_again(vacancy: Vacancy, wanted: Lines, *, by: Acting) -> None:
    """Two facts follow from the essential lines where no source and no person stated them."""
    found = {name: value for name, value in facts_in(wanted).items() if getattr(vacancy, name) is None}
    if found:
        for name, value in found.items():
            setattr(vacancy, name, value)
        vacancy.save(update_fields=list(found))
    classify([vacancy], by=by)
