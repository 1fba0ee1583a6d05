"""Pay as an advert words it. Only what is written is read: no pay scale is consulted and no band is guessed."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from vacancies.sources.reading import clean

Unit = Literal["year", "hour", ""]

_AMOUNT = r"£\s*([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]{1,7}(?:\.[0-9]{1,2})?)(?![0-9.,]*[0-9])(?!\s*[kKmM]\b)"
_JOIN = r"\s*(?:(?:a|per|an)\s+(?:year|annum|hour)\s*)?(?:to|and|-|–|—)\s*"  # dashes as adverts write them
_RANGE = re.compile(rf"{_AMOUNT}{_JOIN}{_AMOUNT}", re.IGNORECASE)
_ONE = re.compile(rf"(?:\b(up to|from|starting (?:at|from))\s*)?{_AMOUNT}", re.IGNORECASE)
_TWICE = re.compile(r"(£[0-9,]+(?:\.[0-9]{2})?)(?:\s*(?:to|-|–)\s*\1(?![0-9.,]*[0-9]))")  # a dash of adverts
_BARE = re.compile(r"([0-9][0-9,]*(?:\.[0-9]{1,2})?)(?:\s*(?:to|-)\s*([0-9][0-9,]*(?:\.[0-9]{1,2})?))?")
_HOUR = re.compile(r"\b(?:an hour|per hour|hourly|p/?h|/\s*hour|per hr)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:a year|per year|per annum|annum|annual(?:ly)?|p\.?a|yearly)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:(?:a|per)\s+(?:day|session|week|month|shift|visit|night)|daily|weekly|monthly)\b", re.IGNORECASE
)

LEAST_YEARLY, MOST_HOURLY = Decimal(5000), Decimal(200)  # between them an amount without a unit says nothing


@dataclass(frozen=True, slots=True)
class Salary:
    """Pay in pounds per `unit` (year or hour), exact; minimum and maximum None where the advert says it in words."""

    text: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: Unit = ""


def read_salary(text: str) -> Salary:
    """The pay in `text`; words ("Depending on experience"), day rates and unclear amounts leave the amounts None.

    ValueError where the range is upside down: that is a slip which a person must settle.
    """
    words = clean(text)
    if _OTHER.search(words):
        return Salary(words)
    minimum, maximum = _amounts(words)
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ValueError(f"“{words[:60]}” runs from more to less.")
    unit = _unit(words, [amount for amount in (minimum, maximum) if amount is not None])
    return Salary(words, minimum, maximum, unit) if unit else Salary(words)


def tidy_pay(text: str) -> str:
    """The advert's own words with amounts as a page writes them: "£30866.00 to £30866.00" is "£30,866"."""
    words = re.sub(_AMOUNT, lambda found: money(Decimal(found[1].replace(",", ""))), clean(text))
    return _TWICE.sub(r"\1", words)


def money(amount: Decimal) -> str:
    """£24,000, and £12.50 where there are pence."""
    return f"£{amount:,.0f}" if amount == amount.to_integral_value() else f"£{amount:,.2f}"


def _amounts(words: str) -> tuple[Decimal | None, Decimal | None]:
    if found := _BARE.fullmatch(words):
        return _pounds(found[1]), _pounds(found[2] or found[1])
    if found := _RANGE.search(words):
        return _pounds(found[1]), _pounds(found[2])
    if not (found := _ONE.search(words)):
        return None, None
    limit, amount = (found[1] or "").lower(), _pounds(found[2])
    return (None if limit == "up to" else amount), (amount if limit in ("", "up to") else None)


def _pounds(digits: str) -> Decimal | None:
    amount = Decimal(digits.replace(",", ""))
    return amount if amount else None  # NHS Jobs writes £0.00 where no amount was given


def _unit(words: str, amounts: list[Decimal]) -> Unit:
    if not amounts:
        return ""
    if _HOUR.search(words):
        return "hour"
    if _YEAR.search(words) or min(amounts) >= LEAST_YEARLY:
        return "year"
    return "hour" if max(amounts) <= MOST_HOURLY else ""
