"""Readings of the Charter that decide who is eligible, and for how long."""

from datetime import date

from organisations.policies import Initial, Key

CHARTER = "Anchor Institutions Charter, guaranteed interviews; the service's default reading"
OWN = "The service's own default; the Charter says nothing"
FIRST = date(2020, 4, 1)

NATIONAL, NORTH_WEST_LONDON = "national", "north_west_london"
EITHER, BOTH = "either", "both"

KEYS = (
    Key(
        "programmes.core20_reading",
        "Most deprived 20%: of England, or of North West London",
        str,
        help="national: deciles 1 and 2 of the Index for England. north_west_london: the most deprived fifth there.",
        choices=(NATIONAL, NORTH_WEST_LONDON),
        initial=(Initial(FIRST, NATIONAL, CHARTER, verified=False),),
    ),
    Key(
        "programmes.eligible_by",
        "CORE20PLUS background and pre-work programme: either, or both",
        str,
        help="both: a certificate stands only while one of each is in force.",
        choices=(EITHER, BOTH),
        initial=(Initial(FIRST, EITHER, CHARTER, verified=False),),
    ),
    Key(
        "programmes.months_programme",
        "How long eligibility by a programme lasts",
        int,
        unit="months",
        initial=(Initial(FIRST, 12, OWN, verified=False),),
    ),
    Key(
        "programmes.months_core20",
        "How long eligibility by CORE20 lasts",
        int,
        unit="months",
        help="People move: where they live is looked at again when it ends.",
        initial=(Initial(FIRST, 12, OWN, verified=False),),
    ),
    Key(
        "programmes.months_plus",
        "How long eligibility by a PLUS group lasts",
        int,
        unit="months",
        initial=(Initial(FIRST, 24, OWN, verified=False),),
    ),
    Key(
        "programmes.provider_days",
        "How long a provider sees a person after the programme ended",
        int,
        unit="days",
        initial=(Initial(FIRST, 365, OWN, verified=False),),
    ),
)
