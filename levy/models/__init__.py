"""The levy room's records: accounts and their transactions, apprentices without names, plans and gifts."""

from levy.models.accounts import (
    Account,
    Entry,
    Intake,
    MonthSum,
    OpeningBalance,
    PayeScheme,
    Scenario,
    Source,
    Transaction,
    TypedBalance,
)
from levy.models.apprentices import Application, Apprenticeship, RosterEntry, Status
from levy.models.gifts import (
    OPEN_STATES,
    PROMISED_STATES,
    Gift,
    GiftLearner,
    GiftPayment,
    GiftState,
    Milestone,
    Offer,
    Plan,
)

__all__ = [
    "OPEN_STATES",
    "PROMISED_STATES",
    "Account",
    "Application",
    "Apprenticeship",
    "Entry",
    "Gift",
    "GiftLearner",
    "GiftPayment",
    "GiftState",
    "Intake",
    "Milestone",
    "MonthSum",
    "Offer",
    "OpeningBalance",
    "PayeScheme",
    "Plan",
    "RosterEntry",
    "Scenario",
    "Source",
    "Status",
    "Transaction",
    "TypedBalance",
]
