"""The levy room's part of the demo: three trusts with thirty months of transactions, apprentices, plans and gifts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from audit.clock import now
from audit.hashing import keyed
from levy.flows import Flows
from levy.imports.transactions import FIELDS
from levy.ledger import run
from levy.models import Account, Apprenticeship, Intake, OpeningBalance, PayeScheme, RosterEntry, Source, Transaction
from levy.money import pounds, units
from levy.months import first_of, shift, span
from levy.policies import terms_in_force
from levy.services.accounts import add_up
from levy.services.payments import link_transfers
from levy.sources.rows import Kind
from levy.training import Status, Training, payments
from organisations.models import Organisation
from places.bulk import insert
from places.models import Area, Edition
from places.services import is_core20, is_local
from recruitment.demo.cast import Cast
from recruitment.demo.levy_gifts import add_gifts

# Trust, PAYE schemes, pay bill of a month in pounds, apprentices who start each month.
TRUSTS = (("RYJ", ("120/AN10001", "120/AN10002"), 60_000_000, 13), ("RKL", ("120/AN20001",), 17_000_000, 8), ("R1K", ("120/AN30001",), 75_000_000, 9))  # fmt: skip
# Course, level, price in pounds, length in months, how often.
COURSES = (
    ("Healthcare support worker", 2, 3000, 12, 6),
    ("Senior healthcare support worker", 3, 5000, 18, 6),
    ("Business administrator", 3, 5000, 18, 3),
    ("Nursing associate", 5, 15000, 24, 4),
    ("Registered nurse degree", 6, 26000, 42, 2),
    ("Diagnostic radiographer degree", 6, 24000, 36, 1),
    ("Operations or departmental manager", 5, 7000, 24, 2),
)
PROVIDERS = ("Harrowfield College", "Made-Up Training Ltd", "University of Example")
MONTHS = 30
OPENED = ("RKL", Decimal(420_000))  # a trust whose files begin late, so that its dates are uncertain
# To whom a trust sent a transfer in each of the last three months, and how much in units of 0.00001 pounds.
SENT = {"RYJ": ("GRAND UNION FUTURES", 93_333_333), "RKL": ("RIVERSIDE ADVICE HUB", 25_000_000)}


@dataclass
class Line:
    """A transaction to be written, money in units of 0.00001 pounds."""

    day: date
    kind: Kind
    amount: int
    more: dict[str, Any]


def add_levy(*, cast: Cast, random: Random, today: date) -> int:
    """Write levy accounts for three trusts of `cast`, then plans and gifts; the number of transactions."""
    areas = list(Area.objects.filter(decile_2025__isnull=False).only("borough_code", "decile_2025").order_by("code"))
    rows = 0
    for code, payes, pay_bill, starts in TRUSTS:
        trust = cast.organisations.get(code)
        if trust is not None:
            rows += _account(trust, payes, pay_bill, starts, areas=areas, random=random, today=today)
    add_gifts(cast=cast, today=today)
    for account in Account.unscoped.all():
        link_transfers(account=account, by=cast.system())
    return rows


def _account(
    trust: Organisation,
    payes: tuple[str, ...],
    pay_bill: int,
    starts: int,
    *,
    areas: list[Area],
    random: Random,
    today: date,
) -> int:
    account = Account.unscoped.create(trust=trust, name=trust.name)
    PayeScheme.unscoped.bulk_create([PayeScheme(account=account, reference=paye) for paye in payes])
    first = shift(first_of(today), 1 - MONTHS)
    learners = list(_learners(account, first, starts, random, today))
    Apprenticeship.unscoped.bulk_create([learner for learner, _ in learners], batch_size=500)
    RosterEntry.unscoped.bulk_create(list(_roster(account, learners, areas, random)), batch_size=500)
    lines = [
        *_levy(payes, pay_bill, first, today),
        *_payments(learners, first, today),
        *_transfers(trust.code, today),
    ]
    lines += _expired(lines, today)
    intake = Intake.unscoped.create(
        account=account,
        source=Source.TRANSACTIONS,
        name="esfaTransactions_demo.csv",
        at=now(),
        layout="version 2",
        first=min(line.day for line in lines),
        last=max(line.day for line in lines),
        read=len(lines),
        new=len(lines),
    )
    lines.sort(key=lambda line: line.day)
    insert(Transaction, FIELDS, (_values(account, intake, number, line) for number, line in enumerate(lines, start=2)))
    add_up(account)
    if trust.code == OPENED[0]:
        OpeningBalance.unscoped.create(account=account, month=first, amount=OPENED[1], at=now())
    return len(lines)


def _learners(
    account: Account, first: date, starts: int, random: Random, today: date
) -> Iterator[tuple[Apprenticeship, date | None]]:
    """Apprentices who began in the 18 months before the files or since, and the day they stopped, if they did."""
    number = 0
    weights = [course[4] for course in COURSES]
    for month in span(shift(first, -18), shift(first_of(today), 2)):
        for _ in range(random.randint(starts - 3, starts + 3)):
            number += 1
            course, level, price, duration, _often = random.choices(COURSES, weights)[0]
            end = shift(month, duration)
            status, stopped = _status(month, end, random, today)
            yield (
                Apprenticeship(
                    account=account,
                    key=f"demo-{number}",
                    uln_hash=keyed(f"{account.trust.code}-{number}", purpose="demo"),
                    own_reference=f"ESR-{account.trust.code}-{number:05}",
                    cohort=f"D{number % 90:05}",
                    course=course,
                    level=level,
                    provider=PROVIDERS[number % 3],
                    start=month,
                    end=end,
                    paused=first_of(today) if status is Status.PAUSED else None,
                    price=Decimal(price),
                    status=status.value,
                    seen_on=today,
                ),
                stopped,
            )


def _status(start: date, end: date, random: Random, today: date) -> tuple[Status, date | None]:
    chance = random.random()
    if start > today:
        return Status.WAITING, None
    if chance < 0.12:
        return Status.STOPPED, min(shift(start, random.randint(2, 9)), first_of(today))
    if end <= shift(first_of(today), -1):
        return Status.COMPLETED, None
    return (Status.PAUSED if chance < 0.15 else Status.LIVE), None


def _levy(payes: tuple[str, ...], pay_bill: int, first: date, today: date) -> Iterator[Line]:
    english = 98_20000
    for step, month in enumerate(span(first, first_of(today))):
        day = month.replace(day=23)
        if day > today:
            continue
        for place, paye in enumerate(payes):
            share = pay_bill // len(payes) * (100 + step // 12 * 3) // 100
            declared = (share * 5 // 1000 - (15000 // 12 if place == 0 else 0)) * 100_000
            levy = declared * english // 100_00000
            top_up = levy // 10 if month <= date(2026, 7, 1) else 0
            more = {"paye": paye, "payroll_month": shift(month, -1), "declared": declared, "english": english}
            yield Line(day, Kind.LEVY, levy + top_up, {**more, "top_up": top_up, "total": levy + top_up})


def _payments(learners: list[tuple[Apprenticeship, date | None]], first: date, today: date) -> Iterator[Line]:
    for learner, stopped in learners:
        training = Training(learner.key, learner.price, learner.start, learner.end)
        for month, amount in payments(training, first=shift(learner.start, 1)):
            day = month.replace(day=8)
            if month < first or day > today or (stopped and month > stopped):
                continue
            done = month == training.completion_due
            if done and learner.status != Status.COMPLETED:
                continue
            facts = {
                "cohort": learner.cohort,
                "provider": learner.provider,
                "uln_hash": learner.uln_hash,
                "course": learner.course,
                "level": learner.level,
                "course_type": "Apprenticeship",
            }
            yield Line(day, Kind.COMPLETION if done else Kind.MONTHLY, -amount, facts)


def _transfers(code: str, today: date) -> Iterator[Line]:
    if code in SENT:
        name, amount = SENT[code]
        for back in (2, 1, 0):
            day = shift(first_of(today), -back).replace(day=8)
            if day <= today:
                yield Line(day, Kind.SENT, -amount, {"counterparty": name})


def _expired(lines: list[Line], today: date) -> list[Line]:
    """What the government's job recorded as expired by the end of last month."""
    flows = Flows({}, {}, {})
    for line in lines:
        into = flows.credits if line.kind is Kind.LEVY else flows.debits
        month = first_of(line.day)
        amount = line.amount if line.kind is Kind.LEVY else -line.amount
        into[month] = pounds(units(into.get(month, Decimal())) + amount)
    until = shift(first_of(today), -1)
    ledger = run(flows.credits, flows.debits, rules=terms_in_force().lives, until=until)
    return [
        Line(lot.expires.replace(day=28), Kind.EXPIRED_24, -units(lot.expired), {})
        for lot in ledger.lots
        if lot.expires <= until and lot.expired
    ]


def _values(account: Account, intake: Intake, number: int, line: Line) -> tuple[Any, ...]:
    blank: dict[str, Any] = dict.fromkeys(FIELDS, "") | {
        "payroll_month": None,
        "level": None,
        **dict.fromkeys(("declared", "english", "top_up", "own", "government"), 0),
    }
    row = {
        **blank,
        "account": account.pk,
        "intake": intake.pk,
        "line": number,
        "day": line.day,
        "month": first_of(line.day),
        "kind": line.kind.value,
        "amount": line.amount,
        "total": line.amount,
        "row_key": f"demo-{number}",
        **line.more,
    }
    return tuple(row[name] for name in FIELDS)


def _roster(
    account: Account, learners: list[tuple[Apprenticeship, date | None]], areas: list[Area], random: Random
) -> Iterator[RosterEntry]:
    """Six of seven have a place: a third of them in the most deprived fifth."""
    local = [area for area in areas if is_local(area.borough_code) == "yes"] or areas
    poor = [area for area in local if is_core20(area.decile_2025) == "yes"] or local
    for learner, _stopped in learners:
        if random.random() < 0.14:
            continue
        area = random.choice(poor if random.random() < 0.3 else local if random.random() < 0.7 else areas)
        yield RosterEntry(
            account=account,
            key=learner.uln_hash,
            uln_hash=learner.uln_hash,
            own_reference=learner.own_reference,
            start=learner.start + timedelta(days=6),
            new_recruit=random.random() < 0.4,
            lsoa=area.code,
            decile=area.decile_2025,
            local=is_local(area.borough_code).value,
            core20=is_core20(area.decile_2025).value,
            edition=int(Edition.IMD_2025),
        )
