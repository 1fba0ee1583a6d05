"""The countersignature of a decision below what is due: asked for by link, reminded, given or refused, else published.

Whoever is asked has five working days. The system reminds them on the working day before the last one, and on the last.
A decision that nobody answered by then is published as unsigned; the link still takes an answer while it lasts.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from audit.acting import Acting
from audit.clock import now, today
from audit.events import kind_of, record
from audit.mover import Refused
from nhsuk.words import long_day
from organisations.services import system
from outbox.services import make_link, revoke_links, send
from vacancies.models import Override
from vacancies.rules import check_own_trust
from vacancies.signers import check_signer
from vacancies.working_days import add_working_days, is_working_day

PURPOSE = "countersign"
LINK_DAYS = 30


@transaction.atomic
def ask_again(*, override: Override, signer_name: str, signer_email: str, by: Acting) -> Override:
    """Send a new link about a decision that nobody answered, to the same person or to another; earlier links stop.

    The day by which it was to be signed stays: until then, and from then on as unsigned, the decision is published.
    """
    override = Override.unscoped.select_for_update(of=("self",)).select_related("vacancy").get(pk=override.pk)
    check_own_trust(by=by, row=override.vacancy)
    if override.signed_at or override.refused_at:
        raise Refused("This decision has been answered already.")
    check_signer(signer_email, trust_id=override.vacancy.trust_id, by=by)
    override.signer_name, override.signer_email = signer_name, signer_email.lower()
    override.save(update_fields=["signer_name", "signer_email"])
    ask_to_countersign(override)
    record(by=by, verb="ask_again", on=override, threads=[override.vacancy])
    return override


def ask_to_countersign(override: Override) -> str:
    """Send the signer a link that is good for 30 days and for this override only; the address of the link."""
    address, name = _new_link(override)
    send(
        to=override.signer_email,
        subject="A ring-fence decision waits for your countersignature",
        body=f"Please read the decision and answer by {long_day(override.sign_by)}:\n\n{address}\n",
        cause=f"{PURPOSE}:{override.pk}:{name}",
    )
    return address


def _subject(override: Override) -> str:
    return f"{kind_of(override)}:{override.pk}"


def _new_link(override: Override) -> tuple[str, str]:
    """The address of a fresh link, and its first letters; earlier links of the same decision stop."""
    revoke_links(purpose=PURPOSE, subject=_subject(override))
    _link, token = make_link(
        purpose=PURPOSE, subject=_subject(override), days=LINK_DAYS, organisation_id=override.vacancy.trust_id
    )
    return settings.PUBLIC_ADDRESS + reverse("vacancies:countersign", args=[token]), token[:8]


@transaction.atomic
def countersign(*, override: Override, agrees: bool, remark: str, job: str, department: str, by: Acting) -> Override:
    """Record the countersignature, or its refusal; every link to it stops. Refused if it was answered before.

    `job` and `department` are the signer's own word, published with the answer. Refused from within the hiring department.
    """
    rows = Override.unscoped.select_for_update(of=("self",)).select_related("vacancy__department")
    override = rows.get(pk=override.pk)
    if override.signed_at or override.refused_at:
        raise Refused("This decision has been answered already.")
    if by.membership_id and by.membership_id == override.membership_id:
        raise Refused("Somebody else has to countersign: you made this decision.")
    if not job.strip() or not department.strip():
        raise Refused("Say what your job is and in which department: it is published with your answer.")
    if problem := problem_of_department(override, department):
        raise Refused(problem)
    if agrees:
        override.signed_at = now()
    else:
        override.refused_at = now()
    override.remark, override.signer_job, override.signer_department = remark, job.strip(), department.strip()
    override.save(update_fields=["signed_at", "refused_at", "remark", "signer_job", "signer_department"])
    revoke_links(purpose=PURPOSE, subject=_subject(override))
    verb = "countersign" if agrees else "not_countersign"
    record(by=by, verb=verb, on=override, threads=[override.vacancy])
    return override


def problem_of_department(override: Override, department: str) -> str:
    """What is wrong with a signer's department, in a sentence; "" where nothing is, as where the vacancy has none."""
    hiring = override.vacancy.department
    if hiring is None or " ".join(department.split()).casefold() != hiring.name.casefold():
        return ""
    return f"{hiring.name} is the hiring department, so somebody else has to answer. Tell whoever sent you the link."


def chase() -> int:
    """Remind whoever was asked and has not answered, on the working day before the last one and on the last; how many.

    A day on which this did not run is made up for on the next, until the last. Run again the same day, it does nothing.
    """
    if not is_working_day(today()):
        return 0
    unanswered = Override.unscoped.filter(signed_at=None, refused_at=None)
    soon = unanswered.filter(sign_by__gte=today(), sign_by__lte=add_working_days(today(), 1))
    waiting = soon.filter(Q(reminded_on=None) | Q(reminded_on__lt=today())).exclude(made_at__date=today())
    return sum(_remind(pk) for pk in waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int) -> bool:
    override = Override.unscoped.select_for_update(of=("self",)).select_related("vacancy").get(pk=pk)
    if override.signed_at or override.refused_at or override.reminded_on == today():
        return False  # answered, or another process was faster
    override.reminded_on = today()
    override.save(update_fields=["reminded_on"])
    address, _name = _new_link(override)
    last = "today" if override.sign_by == today() else f"by {long_day(override.sign_by)}"
    send(
        to=override.signer_email,
        subject="A reminder: a ring-fence decision waits for your countersignature",
        body=f"Please read the decision and answer {last}. After that it is published as not countersigned.\n\n"
        f"{address}\n\nEarlier links to this decision work no more.\n",
        cause=f"chase {PURPOSE}:{override.pk}:{today()}",
    )
    record(by=system(), verb="remind", on=override, threads=[override.vacancy])
    return True


def publish_unsigned() -> int:
    """Write of each decision whose last day has passed unanswered that it is published as unsigned; how many.

    Its link works on: a late answer is shown as given, beside what was published until then.
    """
    late = Override.unscoped.filter(signed_at=None, refused_at=None, unsigned_at=None, sign_by__lt=today())
    return sum(_publish(pk) for pk in late.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _publish(pk: int) -> bool:
    override = Override.unscoped.select_for_update(of=("self",)).select_related("vacancy").get(pk=pk)
    if override.signed_at or override.refused_at or override.unsigned_at:
        return False
    override.unsigned_at = now()
    override.save(update_fields=["unsigned_at"])
    record(by=system(), verb="unsigned", on=override, threads=[override.vacancy])
    return True
