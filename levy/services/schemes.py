"""A PAYE scheme that stands in the wrong trust's account, moved to the right one with the lines that came by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q

from audit.acting import Acting
from audit.clock import now
from audit.events import record
from audit.mover import Refused
from levy.models import Account, GiftPayment, Intake, PayeScheme, Source, Transaction
from levy.rules import check_scheme_keeper
from levy.services.accounts import add_up
from organisations.models import Kind, Organisation

MOVED = "Moved"  # how the note of a move begins, which stands among the files of both accounts


@dataclass(frozen=True)
class Moved:
    """What a move did, in lines of the download; `loosened` payments of gifts stand without their line since."""

    scheme: PayeScheme
    lines: int
    doubles: int
    loosened: int


def lines_of(scheme: PayeScheme) -> Any:
    """The lines that go with a scheme: its levy, and all of a file whose levy is of this scheme alone.

    A payment names no scheme; it is the scheme's where the file that brought it knows no other.
    """
    here = Transaction.unscoped.filter(account_id=scheme.account_id)
    others = here.exclude(paye__in=("", scheme.reference)).values("intake")
    files = set(here.filter(paye=scheme.reference).exclude(intake__in=others).values_list("intake", flat=True))
    return here.filter(Q(paye=scheme.reference) | Q(paye="", intake__in=files)).order_by()


def counts_of(schemes: Iterable[PayeScheme]) -> dict[str, int]:
    """How many levy lines each scheme has, in one query."""
    references = [scheme.reference for scheme in schemes]
    found = Transaction.unscoped.filter(paye__in=references).values("paye").annotate(lines=Count("pk")).order_by()
    return {row["paye"]: row["lines"] for row in found}


@transaction.atomic
def move_scheme(*, scheme: PayeScheme, to: Organisation, reason: str, by: Acting) -> Moved:
    """Give a scheme and its lines to the account of another trust, and make the figures of both anew.

    Refused for other roles than the ICB and the system administrator, without a reason, to the trust that has it, and to
    what is not a trust that is open.
    """
    check_scheme_keeper(by)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the scheme is moved: both trusts read it.")
    if to.kind != Kind.TRUST or to.closed is not None:
        raise Refused("Choose an NHS trust that is open.")
    target, _made = Account.unscoped.get_or_create(trust=to, defaults={"name": to.name})
    ids = [target.pk, scheme.account_id]
    locked = Account.unscoped.select_for_update(of=("self",)).select_related("trust").filter(pk__in=ids).order_by("pk")
    held = {row.pk: row for row in locked}
    scheme = PayeScheme.unscoped.select_for_update(of=("self",)).get(pk=scheme.pk)
    source = held.get(scheme.account_id)
    if source is None:
        raise Refused("Somebody else has moved this scheme just now. Look again.")
    if source.pk == target.pk:
        raise Refused(f"{scheme.reference} is in the account of {to.name} already.")
    moved = _move_lines(scheme, source=source, target=target)
    scheme.account = target
    scheme.save(update_fields=["account"])
    for account in (source, target):
        add_up(account)
    facts: dict[str, Any] = {"source": source.trust.short_name, "target": to.short_name, "lines": moved.lines}
    record(by=by, verb="move", on=scheme, threads=[source, target], reason=reason, **facts)
    return moved


def _move_lines(scheme: PayeScheme, *, source: Account, target: Account) -> Moved:
    """Lines that the target has already are dropped: a file of its own brought them."""
    lines = lines_of(scheme)
    before = lines.count()
    loosened = GiftPayment.unscoped.filter(transaction__in=lines.values("pk")).update(transaction=None)
    known = Transaction.unscoped.filter(account=target).values("row_key")
    doubles, _each = lines.filter(row_key__in=known).delete()
    span = lines.aggregate(first=Min("day"), last=Max("day"))
    moved = before - doubles
    words = f"{moved:,} lines of PAYE scheme {scheme.reference}"
    arrived = _note(
        target, f"{MOVED} from {source.trust.short_name}", f"{words} came from {source.trust.name}.", **span
    )
    Intake.unscoped.filter(pk=arrived.pk).update(read=before, new=moved, same=doubles)
    _note(source, f"{MOVED} to {target.trust.short_name}", f"{words} went to {target.trust.name}.", **span)
    lines.update(account=target, intake=arrived)
    return Moved(scheme, moved, doubles, loosened)


def _note(account: Account, name: str, remark: str, **span: Any) -> Intake:
    return Intake.unscoped.create(
        account=account, source=Source.TRANSACTIONS, name=name[:100], at=now(), remarks=[remark], **span
    )
