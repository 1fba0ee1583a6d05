"""Levy accounts, transactions, apprentices, plans and gifts for tests."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import factory
from django.core.files.uploadedfile import SimpleUploadedFile

from audit import clock
from jobs.services import receive, start
from levy.models import (
    Account,
    Application,
    Apprenticeship,
    Gift,
    GiftPayment,
    Intake,
    Offer,
    Plan,
    RosterEntry,
    Source,
    Transaction,
)
from levy.services.accounts import add_up
from tests.factories.base import UnscopedFactory
from tests.factories.organisations import OrganisationFactory

SAMPLES = Path(__file__).parents[1] / "levy" / "samples"


class AccountFactory(UnscopedFactory):
    class Meta:
        model = Account

    trust = factory.SubFactory(OrganisationFactory)


class IntakeFactory(UnscopedFactory):
    class Meta:
        model = Intake

    account = factory.SubFactory(AccountFactory)
    source = Source.TRANSACTIONS
    at = factory.LazyFunction(clock.now)


class TransactionFactory(UnscopedFactory):
    """A payment of 100 pounds of levy; `month` follows `day`."""

    class Meta:
        model = Transaction

    account = factory.SubFactory(AccountFactory)
    intake = factory.SubFactory(IntakeFactory, account=factory.SelfAttribute("..account"))
    line = factory.Sequence(lambda n: n + 2)
    day = date(2026, 10, 8)
    month = factory.LazyAttribute(lambda row: row.day.replace(day=1))
    kind = "monthly"
    amount = Decimal(-100)
    total = factory.SelfAttribute("amount")
    row_key = factory.Sequence(lambda n: f"made-{n}")


class ApprenticeshipFactory(UnscopedFactory):
    class Meta:
        model = Apprenticeship

    account = factory.SubFactory(AccountFactory)
    key = factory.Sequence(lambda n: f"made-{n}")
    course = "Senior healthcare support worker"
    level = 3
    start = date(2026, 3, 1)
    end = date(2027, 9, 1)
    price = Decimal(5000)
    status = "live"
    seen_on = factory.LazyFunction(clock.today)


class ApplicationFactory(UnscopedFactory):
    """Two apprentices at level 2 in Brent, from January 2027, for 8,000 pounds in all."""

    class Meta:
        model = Application

    account = factory.SubFactory(AccountFactory)
    pledge = "Y67WJB"
    application = factory.Sequence(lambda n: f"APP{n}")
    applied = date(2026, 9, 2)
    status = "Awaiting approval"
    employer = "Example Community Kitchen CIC"
    locations = ["Brent"]
    sectors = "Charity"
    role = "Adult care worker"
    level = 2
    apprentices = 2
    start_by = date(2027, 1, 1)
    has_provider = True
    duration = 18
    cost = Decimal(8000)
    cost_this_year = Decimal(4267)


class RosterEntryFactory(UnscopedFactory):
    class Meta:
        model = RosterEntry

    account = factory.SubFactory(AccountFactory)
    key = factory.Sequence(lambda n: f"made-{n}")
    edition = 2025


class PlanFactory(UnscopedFactory):
    """Two adults of 25 or older to be trained as support workers in Brent, ready but for a job."""

    class Meta:
        model = Plan

    organisation = factory.SubFactory(OrganisationFactory, kind="vcse", name="Example Community Kitchen CIC")
    kept_by = factory.SubFactory(OrganisationFactory, kind="icb")
    standard = "Adult care worker"
    level = 2
    learners = 2
    learners_to_24 = 0
    boroughs = ["E09000005"]
    start = date(2027, 1, 1)
    duration = 12
    cost = Decimal(4000)
    provider = "Example College London"
    has_account = True
    learners_found = 2
    jobs_agreed = True


class OfferFactory(UnscopedFactory):
    class Meta:
        model = Offer

    account = factory.SubFactory(AccountFactory)
    amount = Decimal(20000)
    closes = date(2027, 3, 31)


class GiftFactory(UnscopedFactory):
    class Meta:
        model = Gift

    account = factory.SelfAttribute("offer.account")
    offer = factory.SubFactory(OfferFactory)
    plan = factory.SubFactory(PlanFactory)
    learners = 2
    cost = Decimal(4000)
    start = date(2027, 1, 1)
    duration = 12
    proposed_on = date(2026, 11, 2)


class GiftPaymentFactory(UnscopedFactory):
    class Meta:
        model = GiftPayment

    gift = factory.SubFactory(GiftFactory)
    day = date(2026, 11, 8)
    amount = Decimal(600)


def put_in(account, *movements):
    """Transactions of (day as text, kind, pounds), added up: `put_in(account, ("2026-08-23", "levy", 1000))`."""
    intake = IntakeFactory(account=account)
    for day, kind, amount in movements:
        TransactionFactory(
            account=account, intake=intake, day=date.fromisoformat(day), kind=kind, amount=Decimal(str(amount))
        )
    add_up(account)


def take_in(kind, content, *, by, name="file.csv"):
    """Receive and do a levy import as a page does, at once; the finished job."""
    content = content if isinstance(content, bytes) else content.encode()
    upload = receive(SimpleUploadedFile(name, content), kind=kind, by=by)
    return start(kind, by=by, upload=upload)


def sample(name):
    return (SAMPLES / name).read_bytes()
