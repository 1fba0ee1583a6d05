"""The measures: a trust's people get their own trust, the ICB protected tables, a recruiter the ring-fence alone."""

from tests.permissions import ANY_TRUST, Row

READERS = frozenset({"academy", "provider", "other_provider", "icb_analyst", "auditor"}) | ANY_TRUST
OF_PEOPLE = READERS - {"recruiter", "other_recruiter", "lapsed"}
ACADEMY = frozenset({"academy"})

ROWS = [
    Row("reports:overview", lambda world: "/reports/", READERS),
    Row("reports:overview", lambda world: "/reports/?year=2025", READERS),
    Row("reports:overview", lambda world: "/reports/?year=1999", set()),
    Row("reports:overview", lambda world: f"/reports/?trust={world.trust.pk}", READERS),
    Row("reports:overview", lambda world: "/reports/?trust=0", ANY_TRUST),  # a trust has no choice to make
    Row("reports:download", lambda world: "/reports/m0.csv", READERS),
    Row("reports:download", lambda world: "/reports/m0.xlsx", READERS),
    Row("reports:download", lambda world: "/reports/m2.csv", OF_PEOPLE),
    Row("reports:download", lambda world: "/reports/m3.xlsx", OF_PEOPLE),
    Row("reports:records", lambda world: "/reports/m0/records/", ACADEMY | ANY_TRUST),
    Row("reports:records", lambda world: "/reports/m0/records/?part=everything", set()),
    Row("reports:records", lambda world: "/reports/m2/records/", ACADEMY),
    Row("reports:records", lambda world: "/reports/m3/records/", ACADEMY),
    Row("reports:records", lambda world: "/reports/m3/records/?part=host&trust=none", ACADEMY),
    Row("reports:records", lambda world: "/reports/m3/records/?part=everything", set()),
]
