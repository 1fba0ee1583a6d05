"""An opening balance stands in for history that no file covers; the age of its money can only be estimated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from levy.money import units
from levy.months import shift


class Ages(StrEnum):
    """How old the opening money is taken to be."""

    ESTIMATED = "estimated"
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True)
class Opening:
    """Pounds in the account at the start of `month`.

    ESTIMATED: oldest funds are used first, so what is left is the newest; each earlier month gets `monthly` pounds (default:
    the mean of the first twelve known months of levy) until the balance is reached. OLDEST and NEWEST are the two ends: the
    truth lies between them.
    """

    month: date
    amount: Decimal
    monthly: Decimal | None = None
    ages: Ages = Ages.ESTIMATED


def opening_lots(
    opening: Opening,
    *,
    known: Mapping[date, int],
    frozen: Mapping[tuple[date, int], int],
    rules: Sequence[tuple[date, int]],
) -> dict[date, int]:
    """Units by month of entry, adding up to the opening balance; ValueError if it is negative or nothing could be alive.

    An imported expiry of money older than the opening says what was in that month at least, so it is set aside first.
    """
    left = units(opening.amount)
    if left < 0:
        raise ValueError("opening: the balance is below nought")
    alive = _alive(opening.month, rules)
    if not alive:
        if left:
            raise ValueError(f"opening: no levy could have entered before {opening.month}")
        return {}
    lots = dict.fromkeys(alive, 0)
    for (month, life), amount in sorted(frozen.items()):
        entered = shift(month, -life)
        if entered in lots:
            lots[entered] = min(left, amount)
            left -= lots[entered]
    for month, amount in _spread(left, opening, alive, known):
        lots[month] += amount
    return {month: amount for month, amount in sorted(lots.items()) if amount}


def _alive(month: date, rules: Sequence[tuple[date, int]]) -> list[date]:
    """Earlier months whose money can still be used in `month`, newest first."""
    ordered = sorted(rules, reverse=True)
    longest = max((life for _, life in ordered), default=0)
    earlier = (shift(month, -back) for back in range(1, longest + 1))
    lives = ((entered, next((life for start, life in ordered if start <= entered), 0)) for entered in earlier)
    return [entered for entered, life in lives if life and shift(entered, life) >= month]


def _spread(
    left: int, opening: Opening, alive: Sequence[date], known: Mapping[date, int]
) -> Iterable[tuple[date, int]]:
    """The balance over the months alive (newest first); what does not fit goes to the oldest."""
    if opening.ages is not Ages.ESTIMATED:
        yield (alive[0] if opening.ages is Ages.NEWEST else alive[-1]), left
        return
    monthly = units(opening.monthly) if opening.monthly is not None else _mean(known)
    monthly = monthly if monthly > 0 else -(-left // len(alive))
    for month in alive:
        part = min(left, monthly)
        yield month, part
        left -= part
    yield alive[-1], left


def _mean(known: Mapping[date, int]) -> int:
    first = [known[month] for month in sorted(known)][:12]
    return sum(first) // len(first) if first else 0
