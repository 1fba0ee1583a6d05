"""What an apprenticeship costs month by month: 80% in equal instalments, 20% on completion, each paid the month after.

Source: the payments service's public acceptance tests and the levy transfer cost projection (levy.md sections 1 and 2).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from levy.money import pounds, units
from levy.months import between, shift
from levy.terms import share_of

IN_INSTALMENTS = Decimal("0.80")


class Status(StrEnum):
    """Where an apprenticeship stands."""

    WAITING = "waiting to start"
    LIVE = "live"
    PAUSED = "paused"
    STOPPED = "stopped"
    COMPLETED = "completed"


@dataclass(frozen=True)
class Training:
    """One apprenticeship: its whole price in pounds, the months it is planned to start and end in, and how it stands.

    `gift`: paid by transfer to another employer.
    """

    key: str
    price: Decimal
    start: date
    end: date
    status: Status = Status.LIVE
    gift: bool = False

    @property
    def completion_due(self) -> date:
        """The month in which the completion payment is made."""
        return shift(max(self.end, shift(self.start, 1)), 1)


@dataclass(frozen=True)
class Assumptions:
    """How much of the plan comes true. `completing`: share of completion payments that arrive; `leaving`: share of the
    learners still there who leave each month, first counted in the first month of the forecast."""

    completing: Decimal = Decimal(1)
    leaving: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not (0 <= self.completing <= 1 and 0 <= self.leaving <= 1):
            raise ValueError("a share is between 0 and 1")


AS_PLANNED = Assumptions()


def payments(training: Training, *, first: date) -> Iterator[tuple[date, int]]:
    """What is due from the month `first` on, as (month, units of 0.00001 pounds).

    Paused and stopped: nothing. Completed: at most the completion payment. The instalments add up to exactly 80%.
    """
    if training.status in (Status.PAUSED, Status.STOPPED):
        return
    price = units(training.price)
    spread = share_of(price, IN_INSTALMENTS)
    count = max(1, between(training.start, training.end))
    if training.status is not Status.COMPLETED:
        for step in range(max(1, between(training.start, first)), count + 1):
            yield shift(training.start, step), spread * step // count - spread * (step - 1) // count
    if training.completion_due >= first:
        yield training.completion_due, price - spread


def expected_payments(
    training: Training, *, first: date, assumptions: Assumptions = AS_PLANNED
) -> Iterator[tuple[date, int]]:
    """`payments`, weighed with what is assumed about leaving and completing."""
    staying = 1 - assumptions.leaving
    for month, amount in payments(training, first=first):
        weight = staying ** (between(first, month) + 1)
        if month == training.completion_due:
            weight *= assumptions.completing
        yield month, share_of(amount, weight)


def overdue(trainings: Iterable[Training], *, first: date) -> list[Training]:
    """Those planned to end before `first` that are still live: their completion payment may come at any time, or never."""
    return [item for item in trainings if item.status is Status.LIVE and item.completion_due < first]


def completion_of(training: Training) -> Decimal:
    """The completion payment in pounds."""
    price = units(training.price)
    return pounds(price - share_of(price, IN_INSTALMENTS))


def starts_needed(amount: Decimal, *, by: date, start: date, price: Decimal, duration: int) -> int | None:
    """How many apprenticeships begun in `start` spend at least `amount` pounds by the month `by`; None if none could."""
    paid = units(paid_by(by, start=start, price=price, duration=duration))
    return -(-units(amount) // paid) if paid > 0 else None


def paid_by(by: date, *, start: date, price: Decimal, duration: int) -> Decimal:
    """What one apprenticeship begun in `start` has cost by the end of the month `by`, in pounds."""
    one = Training("", price, start, shift(start, duration))
    return pounds(sum(due for month, due in payments(one, first=start) if month <= by))
