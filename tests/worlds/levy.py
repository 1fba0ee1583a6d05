"""Trust A's levy account with a small history, one file taken in, a plan, an offer and a gift that waits for approval."""

from audit.clock import now, today
from jobs.models import Job, JobState
from levy.models import Milestone, Scenario
from tests.factories.levy import (
    AccountFactory,
    ApplicationFactory,
    GiftFactory,
    GiftPaymentFactory,
    IntakeFactory,
    OfferFactory,
    PlanFactory,
    put_in,
)

PREVIEW = {
    "first": "2026-10-08", "last": "2026-10-08", "new": 1, "same": 1, "refused": 1, "remarks": ["Line 2: doubtful."],
    "problems": ["Line 3: Type is wrong."], "months": [["2026-10-01", 1, 1, "-250.50"]],
}  # fmt: skip


def extend(world):
    account = AccountFactory(trust=world.trust)
    put_in(
        account,
        ("2025-06-23", "levy", "1000.12345"),
        ("2026-08-23", "levy", "900"),
        ("2026-10-08", "monthly", "-250.5"),
    )
    plan = PlanFactory(organisation=world.provider, kept_by=world.icb)
    offer = OfferFactory(account=account)
    gift = GiftFactory(offer=offer, plan=plan)
    world.records |= {
        "levy_account": account,
        "intake": IntakeFactory(
            account=account, refused=1, to_mend={"headings": ["Row in your file"], "rows": [[3, "Type is wrong."]]}
        ),
        "look": Job.unscoped.create(
            kind="levy.transactions",
            state=JobState.DONE,
            organisation=world.trust,
            role="trust_hr",
            created_at=now(),
            finished_at=now(),
            result={"preview": PREVIEW},
        ),
        "plan": plan,
        "other_plan": PlanFactory(organisation=world.other_provider, kept_by=world.icb, standard="Early years"),
        "milestone": Milestone.unscoped.create(plan=plan, text="Sign with the provider", due=today()),
        "offer": offer,
        "gift": gift,
        "gift_payment": GiftPaymentFactory(gift=gift, typed=True),
        "application": ApplicationFactory(account=account),
        "scheme": account.schemes.create(reference="120/AB12345"),
        "scenario": Scenario.unscoped.create(account=account, name="More", facts={"leaving": "1"}, at=now()),
    }
