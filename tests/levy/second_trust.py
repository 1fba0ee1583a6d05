"""A second trust, worked by hand to the penny, as rows of the account: two schemes, transfers both ways, refunds, co-investment.

Levy by month of entry (24 months to live up to July 2026, 12 from August 2026):

    Oct 2024  1,000.00
    Nov 2024    600.00
    Jan 2026  2,400.00
    Mar 2026   -400.00  an adjustment: taken off January 2026, which leaves 2,000.00
    Jul 2026  1,200.00
    Sep 2026    900.00  of two schemes, 500 and 400
    Oct 2026    900.00

Out:

    Feb 2025    250.00  own
    Sep 2025    350.00  own
    Dec 2025   -100.00  a refund: taken off September 2025, whose payments are then 250.00
    Jun 2026    500.00  sent to another employer
    Aug 2026    700.00  of which 175 are ours and 525 the government's: nothing of levy
    Sep 2026     50.00  received from another employer: it comes in by itself and lowers what is paid
    Oct 2026    150.00  own

Uses, oldest first:

    Oct 2024  February 2025 250, September 2025 250, June 2026 500: 1,000 used, nothing lost in October 2026.
    Nov 2024  October 2026 150; September's 50 received was taken off June 2026 (450), so June takes 450 of October 2024 and
              October 2026 takes 50 of October 2024 and 100 of November 2024. 500 are left, lost at the end of November 2026.
    Jan 2026  2,000 open until January 2028. July 1,200 until July 2028. September and October 2026 900 each, until 2027.
"""

from datetime import date
from decimal import Decimal

from levy.models import PayeScheme
from levy.services.accounts import add_up
from tests.factories.levy import ApprenticeshipFactory, IntakeFactory, TransactionFactory

ONE, TWO = "200/BB1", "200/BB2"
DECLARED = (
    # day, payroll month, kind, scheme, declared, amount
    ("2024-10-23", "2024-09-01", "levy", ONE, 1000, "1000"),
    ("2024-11-23", "2024-10-01", "levy", ONE, 600, "600"),
    ("2026-01-23", "2025-12-01", "levy", ONE, 2400, "2400"),
    ("2026-03-23", "2026-02-01", "adjustment", ONE, -400, "-400"),
    ("2026-07-23", "2026-06-01", "levy", ONE, 1200, "1200"),
    ("2026-09-23", "2026-08-01", "levy", ONE, 500, "500"),
    ("2026-09-23", "2026-08-01", "levy", TWO, 400, "400"),
    ("2026-10-23", "2026-09-01", "levy", ONE, 500, "500"),
    ("2026-10-23", "2026-09-01", "levy", TWO, 400, "400"),
)
MOVED = (
    # day, kind, levy, own contribution, the government's
    ("2025-02-08", "monthly", "-250", 0, 0),
    ("2025-09-08", "monthly", "-350", 0, 0),
    ("2025-12-08", "monthly", "100", 0, 0),
    ("2026-06-08", "sent", "-500", 0, 0),
    ("2026-08-08", "completion", "0", 175, 525),
    ("2026-09-08", "received", "50", 0, 0),
    ("2026-10-08", "monthly", "-150", 0, 0),
)


def write_into(account):
    """The history above as transactions of one file, added up."""
    intake = IntakeFactory(account=account)
    for reference in (ONE, TWO):
        PayeScheme.unscoped.create(account=account, reference=reference)
    for day, payroll, kind, paye, declared, amount in DECLARED:
        TransactionFactory(
            account=account, intake=intake, day=_day(day), payroll_month=_day(payroll), kind=kind, paye=paye,
            declared=Decimal(declared), english=Decimal(100), amount=Decimal(amount),
        )  # fmt: skip
    for day, kind, amount, own, government in MOVED:
        TransactionFactory(
            account=account, intake=intake, day=_day(day), kind=kind, amount=Decimal(amount), own=Decimal(own),
            government=Decimal(government), uln_hash="a" if kind == "monthly" else "", course="Adult care worker",
        )  # fmt: skip
    add_up(account)


def train(account):
    """One apprenticeship: 6,000 over 12 months from December 2026: 400 a month from January, 1,200 in January 2028."""
    ApprenticeshipFactory(account=account, start=_day("2026-12-01"), end=_day("2027-12-01"), price=Decimal(6000))


def _day(text):

    return date.fromisoformat(text)
