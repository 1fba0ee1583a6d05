"""The countersignature of a decision below what is due: asked for by link, reminded, given or refused, else published.

Whoever is asked has five working days. The system reminds them on the working day before the last one, and on the last.
A decision that nobody answered by then is published as unsigned; the link still takes an answer while it lasts.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from audit.acting import Acting
from audit.clock import LONDON, now, today
from audit.events import kind_of, record
from audit.mover import Refused
from nhsuk.words import long_day
from organisations.services import system
from outbox.services import make_link, revoke_links, send
from vacancies.models import Override
from vacancies.rules import check_own_trust
from vacancies.signers import SignerRefused, check_signer
from vacancies.working_days import add_working_days, is_working_day

PURPOSE = "countersign"
LINK_DAYS = 30
_OF_ANY = frozenset({"the", "of", "department", "dept", "team", "ward", "unit", "service"})


@transaction.atomic
def ask_again(*, override: Override, signer_name: str, signer_email: str, by: Acting) -> Override:
    """Send a new link about a decision that nobody has signed, to the same person or to another; earlier links stop.

    The day by which it was to be signed stays: until then, and from then on as unsigned, the decision is published. Whoever
    did not agree stays published with their reason, and is not asked a second time.
    """
    override = Override.unscoped.select_for_update(of=("self",)).select_related("vacancy").get(pk=override.pk)
    check_own_trust(by=by, row=override.vacancy)
    if override.signed_at:
        raise Refused("This decision has been answered already.")
    if override.refused_at and signer_email.lower() == override.signer_email:
        raise SignerRefused(f"{override.signer_name} did not agree. Ask another person, or reserve what is due.")
    check_signer(signer_email, trust_id=override.vacancy.trust_id, by=by)
    set_aside = _set_refusal_aside(override)
    override.signer_name, override.signer_email = signer_name, signer_email.lower()
    override.save(update_fields=["signer_name", "signer_email", *set_aside])
    ask_to_countersign(override)
    record(by=by, verb="ask_again", on=override, threads=[override.vacancy])
    return override


def _set_refusal_aside(override: Override) -> list[str]:
    """Keep who refused and why, and let somebody else answer; the fields that changed."""
    if override.refused_at is None:
        return []
    on = timezone.localtime(override.refused_at, LONDON).date()
    said = f"{override.signer} ({override.signer_domain}) did not agree on {long_day(on)}: {override.remark}"
    override.refused_before = "\n".join(filter(None, (override.refused_before, said)))
    override.refused_at, override.remark, override.signer_apart = None, "", False
    override.signer_job = override.signer_department = ""
    return ["refused_at", "remark", "refused_before", "signer_apart", "signer_job", "signer_department"]


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
def countersign(
    *, override: Override, agrees: bool, remark: str, job: str, department: str, apart: bool, by: Acting
) -> Override:
    """Record the countersignature, or its refusal; every link to it stops. Refused if it was answered before.

    `job` and `department` are the signer's own word, published with the answer, as is `apart`: that they do not
    work in the hiring department and took no part in the decision. Refused without it, from within that department, and
    where somebody does not agree and does not say why.
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
    if not apart:
        raise Refused(f"Confirm it, or leave the answer to somebody else: {declaration_of(override)}")
    if not agrees and not remark.strip():
        raise Refused("Say why you do not agree: the recruiter reads it and decides again.")
    if agrees:
        override.signed_at = now()
    else:
        override.refused_at = now()
    override.remark, override.signer_job, override.signer_department = remark, job.strip(), department.strip()
    override.signer_apart = apart
    override.save(
        update_fields=["signed_at", "refused_at", "remark", "signer_job", "signer_department", "signer_apart"]
    )
    revoke_links(purpose=PURPOSE, subject=_subject(override))
    verb = "countersign" if agrees else "not_countersign"
    record(by=by, verb=verb, on=override, threads=[override.vacancy])
    return override


def problem_of_department(override: Override, department: str) -> str:
    """What is wrong with a signer's department, in a sentence; "" where nothing is, as where the vacancy has none."""
    hiring = override.vacancy.department
    if hiring is None or sorted(department_words(department)) != sorted(department_words(hiring.name)):
        return ""
    return f"{hiring.name} is the hiring department, so somebody else has to answer. Tell whoever sent you the link."


def department_words(name: str) -> list[str]:
    """The words that tell a department from others: "The Outpatient Dept." and "outpatients" are the same one."""
    words = [_singular(word) for word in re.findall(r"[^\W_]+", re.sub(r"[-'’]", "", name.casefold()))]
    return [word for word in words if word not in _OF_ANY] or words


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def declaration_of(override: Override) -> str:
    """What a signer declares beside the answer."""
    hiring = override.vacancy.department
    return f"I do not work in {hiring.name if hiring else 'the hiring department'} and took no part in this decision."


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
