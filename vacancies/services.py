"""The verbs of a vacancy: adding, classifying, correcting, moving. The ring-fence's own verbs are in `ring_fencing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.acting import Acting
from audit.clock import now, today
from audit.events import record, record_new
from audit.mover import Refused, move
from audit.references import draw
from organisations.models import Organisation
from organisations.policies import in_force
from vacancies.banding import Band
from vacancies.entry_level import EntryLevelPolicy, Facts
from vacancies.entry_level import classify as classify_facts
from vacancies.models import Classification, Criterion, Hold, HoldKind, Recommendation, Source, Vacancy
from vacancies.rules import check_own_trust
from vacancies.states import TABLE

# A person may correct these facts, with a reason; whether a vacancy is entry level follows from them.
CORRECTABLE = {
    "band": "Pay band",
    "apprenticeship_level": "Apprenticeship level",
    "registration_required": "Professional registration",
    "paid_care_required": "Paid care experience",
    "posts": "Posts",
    "audience": "Who may apply",
    "exemption": "Exemption",
    "closes_on": "Closing date",
    "job_family": "Job family",
}


@transaction.atomic
def add_vacancy(
    *, trust: Organisation, facts: Mapping[str, Any], criteria: Iterable[tuple[str, bool]] = (), by: Acting
) -> Vacancy:
    """Add one vacancy as a draft, classified from its facts. `criteria` are (text, essential).

    Refused where the trust is not the acting one. Give `opened_on` among the facts and call `open_vacancy` to open it.
    """
    vacancy = new_vacancy(trust=trust, facts=facts)
    check_own_trust(by=by, row=vacancy)
    vacancy.full_clean(exclude=["reference"])
    vacancy.save()
    set_criteria(vacancy=vacancy, criteria=criteria)
    record(by=by, verb="add", on=vacancy)
    classify([vacancy], by=by)
    return vacancy


def with_reference(*, trust: Organisation, reference: str) -> Vacancy | None:
    """The trust's vacancy that has this reference in NHS Jobs or TRAC, if there is one."""
    either = Q(nhs_jobs_reference=reference) | Q(trac_reference=reference)
    return Vacancy.unscoped.filter(either, trust=trust).first()


def new_vacancy(*, trust: Organisation, facts: Mapping[str, Any]) -> Vacancy:
    """An unsaved vacancy of `trust` with `facts` (field values)."""
    return Vacancy(reference=draw("VAC"), trust=trust, made_at=now(), **facts)


def set_criteria(*, vacancy: Vacancy, criteria: Iterable[tuple[str, bool]]) -> None:
    """Add the criteria that the vacancy lacks, in order."""
    Criterion.unscoped.bulk_create(
        [
            Criterion(vacancy=vacancy, text=text[:300], essential=essential, order=order)
            for order, (text, essential) in enumerate(criteria, start=1)
        ],
        ignore_conflicts=True,
    )


def facts_of(vacancy: Vacancy) -> Facts:
    """The facts that the entry-level policy weighs."""
    return Facts(
        band=Band(vacancy.band) if vacancy.band is not None else None,
        apprenticeship_level=vacancy.apprenticeship_level,
        registration_required=vacancy.registration_required,
        paid_care_experience_required=vacancy.paid_care_required,
    )


@transaction.atomic
def classify(vacancies: Sequence[Vacancy], *, by: Acting) -> list[Classification]:
    """Apply the entry-level policy in force today to each vacancy's facts; the new row stands, the old one stays to be read."""
    policy_row = in_force("vacancies.entry_level")
    policy = EntryLevelPolicy.of(policy_row.value, version=policy_row.policy.pk)
    Classification.unscoped.filter(vacancy__in=vacancies, standing=True).update(standing=False)
    rows = []
    for vacancy in vacancies:
        result = classify_facts(facts_of(vacancy), policy=policy)
        rows.append(
            Classification(
                vacancy=vacancy,
                policy=policy_row.policy,
                result=result.entry_level,
                because=result.reason,
                inputs=[[given.label, given.value, given.effect] for given in result.inputs],
                at=now(),
            )
        )
    return Classification.unscoped.bulk_create(rows, batch_size=500)


@transaction.atomic
def correct(*, vacancy: Vacancy, field: str, value: Any, reason: str, by: Acting) -> Vacancy:
    """Correct one imported fact, with a reason, and classify again. Refused once the ledger counts the vacancy by that fact."""
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=vacancy.pk)
    check_own_trust(by=by, row=vacancy)
    if field not in CORRECTABLE:
        raise Refused(f"{field} is not a fact that can be corrected here.")
    if field in ("posts", "exemption") and vacancy.entries.exists():
        raise Refused(
            f"{vacancy.reference} is in the ledger already, so its {CORRECTABLE[field].lower()} stay as counted."
        )
    was = getattr(vacancy, field)
    if was is not None and was != "" and not reason:
        raise Refused(f"Say why the {CORRECTABLE[field].lower()} changes.")
    setattr(vacancy, field, value)
    vacancy.full_clean(validate_unique=False)
    vacancy.save(update_fields=[field])
    record(by=by, verb="correct", on=vacancy, reason=reason, field=CORRECTABLE[field], before=was, after=value)
    classify([vacancy], by=by)
    return vacancy


def open_vacancy(*, vacancy: Vacancy, by: Acting, on: date | None = None) -> Vacancy:
    """The advert goes out on a day (today unless said)."""
    return move(vacancy, "open", table=TABLE, by=by, opened_on=vacancy.opened_on or on or today())


def close(*, vacancy: Vacancy, by: Acting) -> Vacancy:
    return move(vacancy, "close", table=TABLE, by=by)


def reopen(*, vacancy: Vacancy, by: Acting) -> Vacancy:
    return move(vacancy, "reopen", table=TABLE, by=by)


def shortlist(*, vacancy: Vacancy, by: Acting) -> Vacancy:
    return move(vacancy, "shortlist", table=TABLE, by=by)


def interview(*, vacancy: Vacancy, by: Acting) -> Vacancy:
    return move(vacancy, "interview", table=TABLE, by=by)


def finish(*, vacancy: Vacancy, posts_filled: int, by: Acting) -> Vacancy:
    """Finish a vacancy with the number of posts filled. Refused while promises are open, or for more posts than it has."""
    if vacancy.posts is not None and posts_filled > vacancy.posts:
        raise Refused(f"{vacancy.reference} has {vacancy.posts} posts; {posts_filled} cannot have been filled.")
    return move(vacancy, "finish", table=TABLE, by=by, posts_filled=posts_filled, said={"filled": posts_filled})


def hold(*, vacancy: Vacancy, kind: HoldKind, cause: str, due_on: date | None, by: Acting) -> None:
    """Something is owed on this vacancy until `clear_hold` with the same cause."""
    Hold.unscoped.get_or_create(cause=cause, kind=kind, defaults={"vacancy": vacancy, "due_on": due_on})


def clear_hold(*, kind: HoldKind, cause: str, by: Acting) -> None:
    Hold.unscoped.filter(cause=cause, kind=kind, cleared_at__isnull=True).update(cleared_at=now())


@transaction.atomic
def recommend(*, counts: Mapping[int, int], by: Acting) -> None:
    """Note for each vacancy how many ready people could be placed on it; a number, and never who."""
    Recommendation.unscoped.bulk_create(
        [Recommendation(vacancy_id=pk, ready_people=people, made_at=now()) for pk, people in counts.items()],
        update_conflicts=True,
        unique_fields=["vacancy"],
        update_fields=["ready_people", "made_at"],
    )


@transaction.atomic
def add_imported(
    *, vacancies: Sequence[Vacancy], criteria: Mapping[str, Iterable[tuple[str, bool]]], source: Source, by: Acting
) -> list[Vacancy]:
    """Write many new vacancies at once, already open where they carry `state="open"`; constant in queries."""
    made = Vacancy.unscoped.bulk_create(list(vacancies), batch_size=500)
    rows = [
        Criterion(vacancy=vacancy, text=text[:300], essential=essential, order=order)
        for vacancy in made
        for order, (text, essential) in enumerate(criteria.get(vacancy.reference, ()), start=1)
    ]
    Criterion.unscoped.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    record_new(by=by, verb="import", rows=[(vacancy, (), {"source": source.label}) for vacancy in made])
    classify(made, by=by)
    return made
