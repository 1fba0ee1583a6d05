"""The weights of suitability, a named and dated version."""

from datetime import date

from matching.fit import DEFAULT_WEIGHTS, check_weights
from organisations.policies import Initial, Key

KEYS = (
    Key(
        "matching.weights",
        "Weights of suitability",
        dict,
        help="Points for each part of a match; they add up to 1000. A person decides; the order is a proposal.",
        check=check_weights,
        unit="points",
        parts={
            "skills": "Skills",
            "family": "Kind of work wanted",
            "programme": "Has completed a programme",
            "travel": "Travel",
            "hours": "Hours",
            "start": "First day",
            "waiting": "Time since the last interview",
        },
        initial=(Initial(date(2020, 4, 1), DEFAULT_WEIGHTS, "The service's default", verified=False),),
    ),
)
