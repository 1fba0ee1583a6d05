"""How the ring-fence is kept, across trusts: the ICB, the auditor and the academy."""

from tests.permissions import Row

READERS = {"icb_analyst", "auditor", "academy"}
ROWS = [
    Row("oversight:page", lambda world: "/reports/oversight/", READERS),
    Row("oversight:page", lambda world: "/reports/oversight/?year=2025&format=xlsx", READERS),
]
