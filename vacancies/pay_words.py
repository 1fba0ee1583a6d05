"""What a vacancy pays, in words, from whatever facts are there."""

from __future__ import annotations

from decimal import Decimal

from vacancies.models import Vacancy
from vacancies.sources.salary import money, read_salary, tidy_pay


def pay_words(vacancy: Vacancy) -> str:
    """ "£24,000 to £26,000 a year"; the advert's own words where they say no other amounts; "" where nothing is known."""
    least, most, text = vacancy.salary_least, vacancy.salary_most, vacancy.salary_text
    if text and (not (least or most) or _agrees(text, least, most)):
        return tidy_pay(text)
    if least and most and least != most:
        return f"{money(least)} to {money(most)} a year"
    if not least and most:
        return f"Up to {money(most)} a year"
    return f"{money(least)} a year" if least else ""


def _agrees(text: str, least: Decimal | None, most: Decimal | None) -> bool:
    try:
        stated = read_salary(text)
    except ValueError:
        return False
    said = [(stated.minimum, least), (stated.maximum, most)]
    return stated.unit == "year" and all(fact is None or fact == words for words, fact in said)
