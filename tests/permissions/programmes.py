"""Pages of people and programmes."""

from tests.permissions import Row

NOBODY: frozenset[str] = frozenset()
ROWS = [
    Row("programmes:candidate", lambda world: "/people/CAN-1/", NOBODY),
    Row("programmes:programme", lambda world: "/programmes/PRG-1/", NOBODY),
    Row("programmes:cohort", lambda world: "/programmes/cohorts/COH-1/", NOBODY),
    Row("programmes:enrolment", lambda world: "/programmes/enrolments/ENR-1/", NOBODY),
]
