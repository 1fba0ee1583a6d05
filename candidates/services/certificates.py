"""What other rooms need to know of a person without knowing why: eligible or not, and the status of checks."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from audit.acting import Acting
from audit.clock import today
from audit.events import record
from audit.mover import Refused
from candidates.choices import AFTER_OFFER, CheckKind, CheckStatus
from candidates.models import Candidate, Certificate, Check
from candidates.rules import check_check, check_write
from nhsuk.words import long_day


@transaction.atomic
def certify(*, candidate: Candidate, cause: str, starts: date, ends: date | None, by: Acting) -> Certificate:
    """Certify a person eligible from `starts` until before `ends`, never saying why. The same cause again changes nothing."""
    check_write(by=by, candidate=candidate)
    if ends is not None and ends <= starts:
        raise Refused("A certificate ends after it starts.")
    certificate, made = Certificate.unscoped.get_or_create(
        cause=cause, defaults={"candidate": candidate, "starts": starts, "ends": ends}
    )
    if made:
        record(by=by, verb="certify", on=certificate, threads=[candidate], starts=long_day(starts))
    return certificate


@transaction.atomic
def end_certificate(*, cause: str, on: date, by: Acting) -> Certificate | None:
    """End the certificate of `cause` on a day; None if there is none. Repeated, or after its end, it does nothing."""
    certificate = (
        Certificate.unscoped.select_for_update(of=("self",)).select_related("candidate").filter(cause=cause).first()
    )
    if certificate is None or (certificate.ends is not None and certificate.ends <= on):
        return certificate
    check_write(by=by, candidate=certificate.candidate)
    certificate.ends = max(on, certificate.starts)
    certificate.save(update_fields=["ends"])
    record(
        by=by,
        verb="end_certificate",
        on=certificate,
        threads=[certificate.candidate],
        ends=long_day(certificate.ends),
    )
    return certificate


@transaction.atomic
def record_check(*, candidate: Candidate, kind: str, status: str, by: Acting, on: date | None = None) -> Check:
    """Record the status of one pre-employment check. Refused for health and DBS before a conditional offer."""
    Candidate.unscoped.select_for_update(of=("self",)).get(pk=candidate.pk)
    check_check(by=by, candidate=candidate, kind=kind)
    kind, status = CheckKind(kind), CheckStatus(status)
    check = Check.unscoped.filter(candidate=candidate, kind=kind).first() or Check(candidate=candidate, kind=kind)
    if check.pk and check.status == status:
        return check
    check.status, check.on = status, on or today()
    check.save()
    record(by=by, verb="record_check", on=check, threads=[candidate], check=kind.label, status=status.label.lower())
    return check


@transaction.atomic
def unlock_checks(*, candidate: Candidate, cause: str, by: Acting) -> list[Check]:
    """After a conditional offer (`cause`) health and DBS may begin. Repeated, it does nothing."""
    Candidate.unscoped.select_for_update(of=("self",)).get(pk=candidate.pk)
    held = set(Check.unscoped.filter(candidate=candidate, kind__in=AFTER_OFFER).values_list("kind", flat=True))
    opened = []
    for kind in sorted(AFTER_OFFER - held):
        check = Check.unscoped.create(
            candidate=candidate, kind=kind, status=CheckStatus.NEEDED, on=today(), offer_cause=cause
        )
        record(by=by, verb="unlock_checks", on=check, threads=[candidate], check=CheckKind(kind).label)
        opened.append(check)
    return opened


@transaction.atomic
def lock_checks(*, cause: str, by: Acting) -> int:
    """The offer of `cause` fell through: its checks that are not complete stop; the number of these."""
    open_now = Check.unscoped.select_for_update(of=("self",)).filter(offer_cause=cause)
    stopped = list(
        open_now.exclude(status__in=[CheckStatus.COMPLETE, CheckStatus.NOT_NEEDED]).select_related("candidate")
    )
    for check in stopped:
        check.status, check.on = CheckStatus.NOT_NEEDED, today()
        check.save(update_fields=["status", "on"])
        record(by=by, verb="lock_checks", on=check, threads=[check.candidate], check=check.get_kind_display())
    return len(stopped)
