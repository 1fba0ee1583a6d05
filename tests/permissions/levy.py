"""The levy: a trust's HR lead keeps the account, the auditor reads it, recruiters know nothing of it."""

from tests.permissions import Row

HR = {"colleague"}
AUDITOR = {"auditor"}


def at(path):
    return lambda world: f"/levy/{path}"


def of_account(path):
    """A page of the trust's own account; the auditor names the trust."""
    return lambda world: f"/levy/{path}?trust=RYJ"


ROWS = [
    Row("levy:imports", of_account("imports/"), HR | AUDITOR),
    Row("levy:upload", at("imports/transactions/"), HR),
    Row("levy:roster_template", at("imports/roster.csv"), HR),
    Row("levy:opening", at("imports/opening-balance/"), HR),
    Row("levy:balance", at("imports/balance/"), HR),
    Row("levy:scheme", at("imports/paye-scheme/"), HR),
    Row("levy:intake", lambda world: f"/levy/imports/{world.intake.reference}/", HR | AUDITOR),
]
