"""Long work: seen by the organisation and the role that asked for it, by nobody else."""

from tests.permissions import EVERYBODY, Row

OWN = {"recruiter"}

ROWS = [
    Row("jobs:list", lambda world: "/jobs/", EVERYBODY),
    Row("jobs:watch", lambda world: f"/jobs/{world.job.reference}/", OWN),
    Row("jobs:problems", lambda world: f"/jobs/{world.job.reference}/problems.csv", OWN),
    Row("jobs:cancel", lambda world: f"/jobs/{world.job.reference}/cancel/", OWN, status=302, method="post"),
]
