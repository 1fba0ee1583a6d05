"""The states of a gift and the steps between them, as the government's levy transfer matching has them."""

from __future__ import annotations

from audit.mover import Step
from levy.models import GiftState as State
from levy.rules import check_begun, check_giver, check_party

GIFTS = {
    "approve": Step((State.PENDING,), State.APPROVED, "a gift that waits for approval", check_giver, "Approve"),
    "reject": Step((State.PENDING,), State.REJECTED, "a gift that waits for approval", check_giver, "Reject"),
    "withdraw": Step((State.PENDING,), State.WITHDRAWN, "a gift that waits for approval", check_party, "Withdraw"),
    "undo_approval": Step((State.APPROVED,), State.PENDING, "an approved gift", check_giver, "Take approval back"),
    "accept": Step((State.APPROVED,), State.ACCEPTED, "an approved gift", check_party, "Record acceptance"),
    "decline": Step((State.APPROVED,), State.DECLINED, "an approved gift", check_party, "Record that they decline"),
    "use": Step((State.ACCEPTED,), State.USED, "an accepted gift", check_begun, "Training has started"),
    "withdraw_late": Step((State.ACCEPTED,), State.WITHDRAWN_LATE, "an accepted gift", check_party, "Withdraw"),
    "expire": Step((State.ACCEPTED,), State.EXPIRED, "an accepted gift", check_giver, "It was not used in time"),
}
UNUSED = {
    "unuse": Step((State.USED,), State.ACCEPTED, "a gift in use", check_giver)
}  # no button: it follows its payments
DATES = {
    "approve": "approved_on",
    "accept": "accepted_on",
    "use": "used_on",
    "reject": "ended_on",
    "withdraw": "ended_on",
    "decline": "ended_on",
    "withdraw_late": "ended_on",
    "expire": "ended_on",
}
