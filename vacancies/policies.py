"""The Charter readings that this room follows, and their first values."""

from datetime import date

from organisations.policies import Initial, Key
from vacancies.entry_level import DEFAULT_POLICY, EntryLevelPolicy

CHARTER = "Anchor Institutions Charter, guaranteed interviews; the service's default reading"
FIRST = date(2020, 4, 1)


def readable(value: dict) -> EntryLevelPolicy:
    """The policy in a stored value; ValueError says what is wrong with it."""
    return EntryLevelPolicy.of(value, version=0)


KEYS = (
    Key(
        "vacancies.entry_level",
        "What counts as entry level",
        dict,
        help="Bands, apprenticeship levels and exclusions that the classification applies to imported facts.",
        check=readable,
        initial=(Initial(FIRST, DEFAULT_POLICY.as_value(), CHARTER, verified=False),),
    ),
    Key(
        "vacancies.slots_per_post",
        "Interview slots that a reserved post promises",
        int,
        unit="slots",
        initial=(Initial(FIRST, 2, CHARTER, verified=False),),
    ),
    Key(
        "vacancies.countersign_days",
        "Days within which an override is countersigned",
        int,
        unit="working days",
        initial=(Initial(FIRST, 5, CHARTER, verified=False),),
    ),
    Key(
        "vacancies.notice_days",
        "How far ahead the service recommends what to reserve",
        int,
        unit="days",
        initial=(Initial(FIRST, 14, CHARTER, verified=False),),
    ),
)
