"""The verbs of a vacancy: adding, classifying, correcting, moving. The ring-fence's own verbs are in `ring_fencing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.acting import Acting
from audit.clock import financial_year, now, today
from audit.events import record, record_many, record_new
from audit.mover import Refused, move
from audit.references import draw
from nhsuk.words import long_day, tidy
from organisations.models import Department, Organisation, Site
from organisations.policies import in_force
from vacancies.banding import Band
from vacancies.entry_level import EntryLevelPolicy, Facts
from vacancies.entry_level import classify as classify_facts
from vacancies.fact_words import fact_words
from vacancies.models import Classification, Criterion, Hold, HoldKind, Recommendation, Source, Vacancy
from vacancies.rules import check_own_trust, is_counted, problem_of_late_opening, problem_of_opening
from vacancies.sources.salary import money
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
    "title": "Job title",
    "site": "Site",
    "contract": "Contract",
    "hours": "Hours a week",
    "salary_least": "Pay from, a year",
    "salary_most": "Pay to, a year",
    "opened_on": "Opening date",
    "nhs_jobs_reference": "NHS Jobs reference",
    "trac_reference": "TRAC reference",
}
# Of these, what an advert that is over keeps as it was; of them only the site is weighed: it may be out of scope.
# What stays as it was counted once the ledger has the vacancy.
AS_COUNTED = frozenset(("posts", "exemption", "opened_on"))
WHILE_OPEN = frozenset(
    (
        "title",
        "site",
        "contract",
        "hours",
        "salary_least",
        "salary_most",
        "opened_on",
        "nhs_jobs_reference",
        "trac_reference",
    )
)
MENDABLE_STATES = ("draft", "open")
_REFERENCES = ("nhs_jobs_reference", "trac_reference")


@transaction.atomic
def add_vacancy(
    *, trust: Organisation, facts: Mapping[str, Any], criteria: Iterable[tuple[str, bool]] = (), by: Acting
) -> Vacancy:
    """Add one vacancy as a draft, classified from its facts. `criteria` are (text, essential).

    Refused where the trust is not the acting one. Give `opened_on` among the facts and call `open_vacancy` to open it.
    """
    vacancy = new_vacancy(trust=trust, facts=facts)
    check_own_trust(by=by, row=vacancy)
    if said := problem_of_opening(vacancy.opened_on):
        raise Refused(said)
    vacancy.full_clean(exclude=["reference"])
    vacancy.save()
    set_criteria(vacancy=vacancy, criteria=criteria)
    record(by=by, verb="add", on=vacancy)
    _tell_exempt([vacancy], by=by)
    classify([vacancy], by=by)
    return vacancy


@transaction.atomic
def add_typed(
    *, trust: Organisation, facts: Mapping[str, Any], criteria: Iterable[tuple[str, bool]] = (), by: Acting
) -> Vacancy:
    """Add a vacancy that a person types in: open at once where its first day has come, else a draft.

    Refused, and nothing is added, where `add_vacancy` or `open_vacancy` refuses.
    """
    vacancy = add_vacancy(trust=trust, facts=facts, criteria=criteria, by=by)
    if vacancy.opened_on and vacancy.opened_on <= today():
        vacancy = open_vacancy(vacancy=vacancy, by=by)
    return vacancy


def _tell_exempt(vacancies: Iterable[Vacancy], *, by: Acting) -> None:
    """Who took these out of the 20% as they came in, and by which code, stands on the page of each."""
    exempt = [vacancy for vacancy in vacancies if vacancy.exemption]
    record_many(
        by=by,
        verb="exempt",
        rows=[(vacancy, (), {"exemption": fact_words("exemption", vacancy.exemption)}) for vacancy in exempt],
    )


def twin_of(*, trust: Organisation, facts: Mapping[str, Any]) -> Vacancy | None:
    """A vacancy of the trust that is not over and is called, advertised and sized just so: perhaps typed twice."""
    same = {name: facts.get(name) for name in ("opened_on", "closes_on", "posts", "band", "site")}
    rows = Vacancy.unscoped.filter(trust=trust, title__iexact=facts["title"], **same)
    return rows.exclude(state__in=("finished", "withdrawn")).order_by("pk").first()


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


def out_of_scope(vacancies: Iterable[Vacancy]) -> dict[int, str]:
    """By id, the names of the sites of these vacancies whose posts the Charter does not mean. One query, or none."""
    sites = {vacancy.site_id for vacancy in vacancies} - {None}
    found = Site.objects.filter(pk__in=sites, in_scope=False).values_list("pk", "name") if sites else ()
    return dict(found)


def facts_of(vacancy: Vacancy, *, outside: Mapping[int, str]) -> Facts:
    """The facts that the entry-level policy weighs; `outside` as `out_of_scope` found it."""
    return Facts(
        band=Band(vacancy.band) if vacancy.band is not None else None,
        apprenticeship_level=vacancy.apprenticeship_level,
        registration_required=vacancy.registration_required,
        paid_care_experience_required=vacancy.paid_care_required,
        site_out_of_scope=outside.get(vacancy.site_id or 0, ""),
    )


@transaction.atomic
def classify(vacancies: Sequence[Vacancy], *, by: Acting) -> list[Classification]:
    """Apply the entry-level policy in force today to each vacancy's facts; the new row stands, the old one stays to be read."""
    policy_row = in_force("vacancies.entry_level")
    policy = EntryLevelPolicy.of(policy_row.value, version=policy_row.policy.pk)
    Classification.unscoped.filter(vacancy__in=vacancies, standing=True).update(standing=False)
    rows, outside = [], out_of_scope(vacancies)
    for vacancy in vacancies:
        result = classify_facts(facts_of(vacancy, outside=outside), policy=policy)
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
    """Correct one imported fact, with a reason, and classify again. Refused once the ledger counts the vacancy by that fact.

    A fact that no source gave needs no reason, for there is nothing to explain: the timeline says who gave it and when,
    and the reconciliation lists a band that another list has otherwise.
    """
    vacancy = Vacancy.unscoped.select_for_update(of=("self",)).select_related("trust").get(pk=vacancy.pk)
    check_own_trust(by=by, row=vacancy)
    if field not in CORRECTABLE:
        raise Refused(f"{field} is not a fact that can be corrected here.")
    _check_correctable(vacancy, field, value)
    was = getattr(vacancy, field)
    if was is not None and was != "" and not reason:
        raise Refused(f"Say why the {CORRECTABLE[field].lower()} changes.")
    level = _entry_level(vacancy)
    setattr(vacancy, field, value)
    vacancy.full_clean(validate_unique=False)
    if level not in ("unclassified", becomes := _entry_level(vacancy)) and not reason:
        raise Refused(f"Say why: {_FLIPS[becomes]}.")
    vacancy.save(update_fields=[field])
    forget_ready_people([vacancy])
    before, after = (as_text(each) for each in (was, value))
    change = f": {fact_words(field, before)} → {fact_words(field, after)}"
    record(
        by=by, verb="correct", on=vacancy, reason=reason,
        field=CORRECTABLE[field], before=before, after=after, change=change,
    )  # fmt: skip
    if field not in WHILE_OPEN or field == "site":
        classify([vacancy], by=by)
    return vacancy


def as_text(value: Any) -> Any:
    """A fact as an event keeps it: a site or department by its name, a number without noughts behind the point."""
    if isinstance(value, Decimal):
        return f"{tidy(value):f}"
    return value.name if isinstance(value, (Site, Department)) else value


def _check_correctable(vacancy: Vacancy, field: str, value: Any) -> None:
    """Raise Refused where the vacancy is past correcting this fact, or where the new value cannot be."""
    words = CORRECTABLE[field].lower() if field not in _REFERENCES else CORRECTABLE[field]
    if field in WHILE_OPEN and vacancy.state not in MENDABLE_STATES:
        raise Refused(
            f"{vacancy.reference} is {vacancy.get_state_display().lower()}, so this can be corrected no more."
        )
    if field in AS_COUNTED and vacancy.entries.exists():
        stay = "stays" if field == "opened_on" else "stay"
        raise Refused(f"{vacancy.reference} is in the ledger already, so its {words} {stay} as counted.")
    if field == "opened_on" and (said := problem_of_late_opening(value)):
        raise Refused(said)
    if field == "opened_on" and vacancy.state == "open" and value > today():
        raise Refused("It is open already, so it opened today or before.")
    if field == "site" and value is not None and value.organisation_id != vacancy.trust_id:
        raise Refused("Choose a site of this trust.")
    if field in _REFERENCES and value:
        there = with_reference(trust=vacancy.trust, reference=value)
        if there and there.pk != vacancy.pk:
            raise Refused(f"{there.reference} {there.title} has this reference already.")
    least = value if field == "salary_least" else vacancy.salary_least
    most = value if field == "salary_most" else vacancy.salary_most
    if field in ("salary_least", "salary_most") and least and most and least > most:
        raise Refused(f"The pay would run from {money(least)} down to {money(most)}. Correct the other end first.")


def _entry_level(vacancy: Vacancy) -> str:
    """What the policy in force makes of the facts as they are."""
    policy = in_force("vacancies.entry_level")
    facts = facts_of(vacancy, outside=out_of_scope([vacancy]))
    return classify_facts(facts, policy=EntryLevelPolicy.of(policy.value, version=policy.policy.pk)).entry_level


_FLIPS = {
    "yes": "with this it becomes entry level and counts towards the 20%",
    "no": "with this it is no longer entry level and leaves the 20%",
    "unclassified": "with this it is no longer classified and leaves the 20%",
}


def open_vacancy(*, vacancy: Vacancy, by: Acting, on: date | None = None) -> Vacancy:
    """The advert goes out on a day (today unless said): that day stands, though a later one was planned.

    Refused where it was decided as an advert of a year to come: its count stands in that year.
    """
    planned, day = vacancy.opened_on, on or today()
    if planned and planned > day and financial_year(planned) != financial_year(day) and is_counted(vacancy):
        raise Refused(
            f"{vacancy.reference} was decided as an advert of {long_day(planned)}, in the year to come. "
            "Open it in that year, or withdraw it and add one that opens today."
        )
    return move(vacancy, "open", table=TABLE, by=by, opened_on=min(planned or day, day))


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
    """Something is owed on this vacancy until `clear_hold` with the same cause; what was cleared is owed again."""
    owed = {"due_on": due_on, "cleared_at": None}
    Hold.unscoped.update_or_create(cause=cause, kind=kind, defaults=owed, create_defaults={**owed, "vacancy": vacancy})


def clear_hold(*, kind: HoldKind, cause: str, by: Acting) -> None:
    Hold.unscoped.filter(cause=cause, kind=kind, cleared_at__isnull=True).update(cleared_at=now())


@transaction.atomic
def recommend(*, counts: Mapping[int, int], by: Acting) -> None:
    """Note for each vacancy how many ready people are right for it; a number, and never who."""
    Recommendation.unscoped.bulk_create(
        [Recommendation(vacancy_id=pk, ready_people=people, made_at=now()) for pk, people in counts.items()],
        update_conflicts=True,
        unique_fields=["vacancy"],
        update_fields=["ready_people", "made_at"],
    )


def forget_ready_people(vacancies: Iterable[Vacancy]) -> None:
    """What these vacancies ask has changed: their number is no longer known, and is counted again before it is shown."""
    Recommendation.unscoped.filter(vacancy__in=list(vacancies)).delete()


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
    _tell_exempt(made, by=by)
    classify(made, by=by)
    return made
