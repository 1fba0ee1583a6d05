"""Which plans fit an offer, with which reasons, or what stops them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from levy.fitting import BEGUN, Need, Rules, Wish, fit, gainers, readiness, readiness_words

TODAY = date(2026, 11, 23)
RULES = Rules(
    fully_funded_to=[(date(2024, 4, 1), 21), (date(2026, 8, 1), 24)],
    level_7_to=[(date(2017, 5, 1), 120), (date(2026, 1, 1), 21)],
    shortest=[(date(2017, 5, 1), 12), (date(2025, 8, 1), 8)],
)
WISH = Wish(
    left=Decimal(10000),
    levels=frozenset(),
    boroughs=frozenset(),
    sector="",
    core20_only=False,
    closes=date(2027, 3, 31),
    today=TODAY,
)
NEED = Need(
    level=2,
    boroughs=frozenset({"E09000005"}),
    sector="Charity",
    learners=3,
    to_24=0,
    core20=2,
    start=date(2027, 1, 1),
    duration=12,
    cost=Decimal(3000),
    pays_levy=False,
    gaps=(),
)
NAMES = {"E09000005": "Brent"}


def test_a_plan_that_fits_says_why():
    found = fit(NEED, WISH, RULES, names=NAMES)
    assert found.stop == ""
    assert found.reasons == (
        "Serves Brent.",
        "2 of 3 learners expected from the most deprived fifth of England.",
        "Ready to start.",
    )
    assert (found.payable, found.affordable) == (3, 3)


@pytest.mark.parametrize(
    ("need", "wish", "sentence"),
    [
        ({}, {"closes": date(2026, 11, 22)}, "The offer has closed."),
        ({"start": date(2026, 11, 23)}, {}, "It has begun: a transfer must be agreed before the start."),
        (
            {"to_24": 3},
            {},
            "Every learner is fully funded already (16 to 24 at an employer that pays no levy): a transfer gains nothing.",
        ),
        ({"level": 7}, {}, "Level 7 is funded only up to the age of 21."),
        ({"duration": 7}, {}, "An apprenticeship lasts at least 8 months."),
        ({}, {"levels": frozenset({3})}, "Level 2 is not what this offer is for."),
        ({}, {"boroughs": frozenset({"E09000033"})}, "It serves none of the boroughs of this offer."),
        ({}, {"sector": "digital"}, "It is of another sector than this offer."),
        (
            {"core20": None},
            {"core20_only": True},
            "It does not say that it expects learners from the most deprived fifth of England.",
        ),
        ({}, {"left": Decimal(2999)}, "What is left of the offer does not pay for one learner."),
        ({}, {"left": Decimal(-5000)}, "What is left of the offer does not pay for one learner."),
    ],
)
def test_the_first_thing_that_stops_it(need, wish, sentence):
    found = fit(replace(NEED, **need), replace(WISH, **wish), RULES, names=NAMES)
    assert (found.stop, found.reasons, found.possible) == (sentence, (), False)


def test_part_of_a_plan():
    found = fit(
        replace(NEED, to_24=1, core20=None, gaps=("the jobs",)), replace(WISH, left=Decimal(3500)), RULES, names={}
    )
    assert found.reasons == (
        "Serves E09000005.",
        "Deprivation served is not known.",
        "1 of 3 learners are fully funded already (16 to 24): a transfer gains nothing for them.",
        "The offer can pay for 1 of 2.",
        "Still open: the jobs.",
    )


@pytest.mark.parametrize(
    ("need", "gaining"),
    [
        ({"to_24": 2}, 1),
        ({"to_24": 2, "pays_levy": True}, 3),
        ({"to_24": 2, "start": date(2026, 7, 31)}, 3),
    ],
    ids=["16 to 24 are funded", "a levy payer's are not", "before August 2026 only to 21"],
)
def test_who_gains(need, gaining):
    assert gainers(replace(NEED, **need), RULES) == gaining


@pytest.mark.parametrize(
    ("facts", "where", "words"),
    [
        ({}, "Ready", "Ready to start."),
        ({"taken": 2}, "Ready", "Ready to start."),
        ({"gaps": ("the jobs",)}, "Getting ready", "Still open: the jobs."),
        ({"start": date(2026, 11, 24)}, "Ready", "Ready to start."),
        ({"start": TODAY, "gaps": ("the jobs",)}, "Has begun", BEGUN),
        ({"start": date(2026, 11, 22), "taken": 2}, "Has begun", BEGUN),
        ({"start": TODAY, "taken": 3}, "All places taken", "All its places that gain by a transfer are taken."),
        ({"taken": 3}, "All places taken", "All its places that gain by a transfer are taken."),
        ({"to_24": 1, "taken": 2}, "All places taken", "All its places that gain by a transfer are taken."),
        (
            {"to_24": 3, "gaps": ("the jobs",)},
            "Gains nothing",
            "Every learner is fully funded already (16 to 24 at an employer that pays no levy): a transfer gains nothing.",
        ),
        ({"duration": 7, "to_24": 3}, "Cannot be funded", "An apprenticeship lasts at least 8 months."),
        ({"level": 7}, "Cannot be funded", "Level 7 is funded only up to the age of 21."),
    ],
)
def test_where_a_plan_stands(facts, where, words):
    need = replace(NEED, **facts)
    assert (readiness(need, RULES, today=TODAY), readiness_words(need, RULES, today=TODAY)) == (where, words)
