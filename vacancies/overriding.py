"""Going below what is due, on purpose and by name: less is reserved than is due, or posts are given back that are needed.

It is effective at once. Somebody outside the hiring department is asked by link to countersign within the policy's
working days; unsigned it is published as unsigned. Source: Anchor Institutions Charter, guaranteed interviews; the
reading is in the design, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.acting import Acting
from audit.clock import now, today
from audit.events import record
from audit.mover import Refused
from audit.references import draw
from organisations.policies import value_of
from vacancies.countersigning import ask_to_countersign
from vacancies.models import Override, OverrideReason, Recommendation, Vacancy
from vacancies.rules import problem_of_nobody_ready
from vacancies.signers import check_signer
from vacancies.working_days import add_working_days


@dataclass(frozen=True, slots=True)
class LessThanDue:
    """Why a decision goes below what is due, and who outside the hiring department is asked to countersign."""

    reason: OverrideReason
    text: str
    signer_name: str
    signer_email: str


def write_override(
    vacancy: Vacancy, *, due: int, reserved: int, less: LessThanDue, by: Acting, given_back: int = 0
) -> Override:
    """Record that `reserved` posts are reserved where `due` should be, and ask for the countersignature.

    `given_back` says how many reserved posts went back in this decision; 0 where less was reserved to begin with. To be
    called under the lock of the year. Refused where nothing is explained, the signer decides or is at no address at work, or the reason is not so.
    """
    if not less.text.strip():
        raise Refused("Say in a sentence why less than due is reserved.")
    check_signer(less.signer_email, trust_id=vacancy.trust_id, by=by)
    ready = Recommendation.unscoped.filter(vacancy=vacancy).values_list("ready_people", flat=True).first()
    if said := problem_of_nobody_ready(less.reason, ready):
        raise Refused(said)
    override = Override.unscoped.create(
        reference=draw("OVR"),
        vacancy=vacancy,
        due=due,
        reserved=reserved,
        given_back=given_back,
        reason=less.reason,
        text=less.text,
        made_at=now(),
        membership_id=by.membership_id,
        sign_by=add_working_days(today(), value_of("vacancies.countersign_days")),
        signer_email=less.signer_email.lower(),
        signer_name=less.signer_name,
    )
    ask_to_countersign(override)
    verb = "give_back" if given_back else "override"
    record(by=by, verb=verb, on=override, threads=[vacancy], reserved=reserved, due=due)
    return override
