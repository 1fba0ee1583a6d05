"""The clocks of the pipeline, and their first values."""

from datetime import date

from organisations.policies import Initial, Key

READING = "Anchor Institutions Charter, guaranteed interviews; the service's default reading"
FIRST = date(2020, 4, 1)

KEYS = (
    Key(
        "pipeline.answer_days",
        "Days for a candidate to answer an offer",
        int,
        unit="working days",
        initial=(Initial(FIRST, 5, READING, verified=False),),
    ),
    Key(
        "pipeline.decide_days",
        "Days from submission to the trust's decision",
        int,
        unit="working days",
        initial=(Initial(FIRST, 5, READING, verified=False),),
    ),
    Key(
        "pipeline.interview_days",
        "Days from a met criterion check to the interview held",
        int,
        unit="working days",
        initial=(Initial(FIRST, 20, READING, verified=False),),
    ),
)
