"""Does a plan fit an offer of levy: the reasons for, or the first thing that stops it. No Django.

Sources: levy transfer rules and funding rules, by policy (levy.md section 1). Pounds are Decimal, months are first days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from levy.terms import Dated, value_on

OLDEST_OF_YOUNG = 24
FULLY_FUNDED = (
    "Every learner is fully funded already (16 to 24 at an employer that pays no levy): a transfer gains nothing."
)
BEGUN = "It has begun: a transfer must be agreed before the start."


@dataclass(frozen=True)
class Rules:
    """Dated rules by the start of the apprenticeship: ages in years, length in months."""

    fully_funded_to: Dated[int]
    level_7_to: Dated[int]
    shortest: Dated[int]


@dataclass(frozen=True)
class Wish:
    """What an offer still has and asks for; an empty criterion takes anything."""

    left: Decimal
    levels: frozenset[int]
    boroughs: frozenset[str]
    sector: str
    core20_only: bool
    closes: date
    today: date


@dataclass(frozen=True)
class Need:
    """What a plan asks for. `to_24` of the `learners` are 16 to 24; `core20` None: not known. `cost` is for one learner.

    `taken` places are paid for by gifts already, whichever trust gives them.
    """

    level: int
    boroughs: frozenset[str]
    sector: str
    learners: int
    to_24: int
    core20: int | None
    start: date
    duration: int
    cost: Decimal
    pays_levy: bool
    gaps: tuple[str, ...]
    taken: int = 0


class Fit(NamedTuple):
    """`stop` is empty where a gift would do good; `payable` learners gain by it, and the offer can pay `affordable`."""

    stop: str
    reasons: tuple[str, ...]
    payable: int
    affordable: int
    order: tuple[int, ...]

    @property
    def possible(self) -> bool:
        """Whether a gift can be made."""
        return not self.stop


def gainers(need: Need, rules: Rules) -> int:
    """How many learners a transfer would help: those whom the government does not fund fully anyway.

    Since August 2026 that is everybody from 16 to 24 at an employer that pays no levy. Where full funding ends below 24, how
    many are young enough is not known, so nobody is left out.
    """
    if need.pays_levy or _value(rules.fully_funded_to, need.start, 0) < OLDEST_OF_YOUNG:
        return need.learners
    return need.learners - need.to_24


def fit(need: Need, wish: Wish, rules: Rules, *, names: Mapping[str, str]) -> Fit:
    """Whether and why a plan fits an offer; `names` are boroughs by code."""
    payable = max(0, gainers(need, rules) - need.taken)
    affordable = max(0, min(payable, int(wish.left // need.cost)))
    stop = _stop(need, wish, rules, payable, affordable)
    reasons = () if stop else tuple(_reasons(need, wish, payable, affordable, names))
    share = 0 if not need.core20 else -100 * need.core20 // need.learners
    order = (len(need.gaps), share, -len(need.boroughs & wish.boroughs), payable - affordable)
    return Fit(stop, reasons, payable, affordable, order)


def _stop(need: Need, wish: Wish, rules: Rules, payable: int, affordable: int) -> str:
    return next((sentence for sentence in _stops(need, wish, rules, payable, affordable) if sentence), "")


def _stops(need: Need, wish: Wish, rules: Rules, payable: int, affordable: int) -> Iterable[str]:
    yield "" if wish.closes >= wish.today else "The offer has closed."
    yield "" if need.start > wish.today else BEGUN
    yield "" if payable or need.taken else FULLY_FUNDED
    yield "" if payable or not need.taken else f"All its places that gain by a transfer ({need.taken}) are taken."
    yield from unfunded(need, rules)
    yield "" if not wish.levels or need.level in wish.levels else f"Level {need.level} is not what this offer is for."
    yield "" if not wish.boroughs or wish.boroughs & need.boroughs else "It serves none of the boroughs of this offer."
    same = not wish.sector or wish.sector.casefold() in need.sector.casefold()
    yield "" if same else "It is of another sector than this offer."
    yield (
        ""
        if not wish.core20_only or need.core20
        else ("It does not say that it expects learners from the most deprived fifth of England.")
    )
    yield "" if affordable else "What is left of the offer does not pay for one learner."


def _reasons(need: Need, wish: Wish, payable: int, affordable: int, names: Mapping[str, str]) -> Iterable[str]:
    shared = need.boroughs & wish.boroughs or need.boroughs
    if shared:
        yield f"Serves {listed(names.get(code, code) for code in sorted(shared))}."
    if need.core20 is None:
        yield "Deprivation served is not known."
    else:
        yield f"{need.core20} of {need.learners} learners expected from the most deprived fifth of England."
    gaining = payable + need.taken
    if need.taken:
        yield f"{need.taken} of {gaining} places are taken by other gifts."
    if gaining < need.learners:
        yield (
            f"{need.learners - gaining} of {need.learners} learners are fully funded already (16 to 24): "
            "a transfer gains nothing for them."
        )
    if affordable < payable:
        yield f"The offer can pay for {affordable} of {payable}."
    yield _still_open(need)


class Readiness(StrEnum):
    """Where a plan stands, the first that is true of it."""

    UNFUNDED = "Cannot be funded"
    GAINLESS = "Gains nothing"
    TAKEN = "All places taken"
    BEGUN = "Has begun"
    OPEN = "Getting ready"
    READY = "Ready"


def readiness(need: Need, rules: Rules, *, today: date) -> Readiness:
    """Where a plan stands, its `taken` places counted: ready only where a gift can still do good and nothing is open."""
    found = (
        (bool(unfunded(need, rules)), Readiness.UNFUNDED),
        (not gainers(need, rules), Readiness.GAINLESS),
        (gainers(need, rules) <= need.taken, Readiness.TAKEN),
        (need.start <= today, Readiness.BEGUN),
        (bool(need.gaps), Readiness.OPEN),
    )
    return next((where for true, where in found if true), Readiness.READY)


def readiness_words(need: Need, rules: Rules, *, today: date) -> str:
    """The same in a sentence, with the reason."""
    where = readiness(need, rules, today=today)
    if where is Readiness.UNFUNDED:
        return unfunded(need, rules)[0]
    if where is Readiness.GAINLESS:
        return FULLY_FUNDED
    if where is Readiness.TAKEN:
        return "All its places that gain by a transfer are taken."
    if where is Readiness.BEGUN:
        return BEGUN
    return _still_open(need)


def unfunded(need: Need, rules: Rules) -> tuple[str, ...]:
    """Why the levy would pay for nobody of a plan, whoever gives: age at level 7, and length."""
    level_7_to, shortest = _value(rules.level_7_to, need.start, 120), _value(rules.shortest, need.start, 0)
    too_old = need.level == 7 and level_7_to < OLDEST_OF_YOUNG and need.to_24 < need.learners
    stops = (
        (too_old, f"Level 7 is funded only up to the age of {level_7_to}."),
        (need.duration < shortest, f"An apprenticeship lasts at least {shortest} months."),
    )
    return tuple(sentence for true, sentence in stops if true)


def _still_open(need: Need) -> str:
    return f"Still open: {listed(need.gaps)}." if need.gaps else "Ready to start."


def _value(dated: Dated[int], day: date, otherwise: int) -> int:
    try:
        return value_on(dated, day, "")
    except ValueError:
        return otherwise


def listed(words: Iterable[str]) -> str:
    """Words as a sentence has them: a, b and c."""
    parts = list(words)
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
