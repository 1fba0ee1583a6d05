"""The levy: a trust's HR lead keeps the account, ICB and auditor compare trusts, recruiters know nothing of it."""

from tests.permissions import Row

HR = {"colleague"}
AUDITOR = {"auditor"}
BROKERS = {"academy", "icb_analyst"}
READERS = HR | AUDITOR | BROKERS


def at(path):
    return lambda world: f"/levy/{path}"


def of_account(path):
    """A page of the trust's own account; naming the trust opens it to nobody else."""
    return lambda world: f"/levy/{path}?trust=RYJ"


def of_plan(path=""):
    return lambda world: f"/levy/plans/{world.plan.reference}/{path}"


def of_offer(path=""):
    return lambda world: f"/levy/offers/{world.offer.reference}/{path}"


def of_gift(path=""):
    return lambda world: f"/levy/gifts/{world.gift.reference}/{path}"


def posted(name, path, allowed, *, status=302, **more):
    return Row(name, path, allowed, status=status, method="post", **more)


ROWS = [
    Row("levy:imports", of_account("imports/"), HR),
    Row("levy:upload", at("imports/transactions/"), HR),
    Row("levy:roster_template", at("imports/roster.csv"), HR),
    Row("levy:opening", at("imports/opening-balance/"), HR),
    Row("levy:remove_opening", at("imports/opening-balance/remove/"), HR),
    Row("levy:balance", at("imports/balance/"), HR),
    Row("levy:scheme", at("imports/paye-scheme/"), HR),
    Row("levy:look", lambda world: f"/levy/imports/look/{world.look.reference}/", HR),
    Row("levy:mean", at("imports/levy-to-come/"), HR),
    Row("levy:take_back", lambda world: f"/levy/imports/{world.intake.reference}/take-back/", HR),
    Row("levy:intake", lambda world: f"/levy/imports/{world.intake.reference}/", HR),
    Row("levy:to_mend", lambda world: f"/levy/imports/{world.intake.reference}/to-mend.csv", HR),
    Row("levy:overview", of_account(""), HR, statuses={"icb_analyst": 302, "auditor": 302}),
    Row("levy:expiry", of_account("expiry/"), HR),
    Row("levy:lot", of_account("expiry/2025-06/"), HR),
    Row("levy:csv", of_account("figures/months.csv"), HR),
    Row("levy_benefit:xlsx", of_account("figures.xlsx"), HR),
    Row("levy_benefit:board_paper", of_account("board-paper.pdf"), HR),
    Row("levy:scenarios", of_account("scenarios/"), HR),
    posted("levy:forget_scenario", lambda world: f"/levy/scenarios/{world.scenario.pk}/remove/", HR),
    Row("levy:plans", at("plans/"), READERS),
    Row("levy:plans_csv", at("plans.csv"), READERS),
    Row("levy:add_plan", at("plans/add/"), BROKERS),
    Row("levy:adopt", lambda world: f"/levy/applications/{world.application.pk}/plan/", HR),
    Row("levy:plan", of_plan(), READERS),
    Row("levy:change_plan", of_plan("change/"), BROKERS),
    posted("levy:close_plan", of_plan("close/"), BROKERS),
    posted("levy:add_milestone", of_plan("milestones/"), BROKERS),
    posted("levy:reach_milestone", lambda world: f"/levy/milestones/{world.milestone.pk}/reached/", BROKERS),
    Row("levy:gifts", at("gifts/"), READERS),
    Row("levy:add_offer", at("offers/add/"), HR),
    Row("levy:offer", of_offer(), READERS),
    posted("levy:close_offer", of_offer("close/"), HR),
    posted(
        "levy:match",
        lambda world: f"/levy/offers/{world.offer.reference}/match/{world.other_plan.reference}/",
        HR | BROKERS,
    ),
    Row("levy:gift", of_gift(), READERS),
    posted("levy:move", of_gift("step/approve/"), HR | BROKERS),
    posted("levy:pay", of_gift("payments/"), HR, status=200),
    Row("levy:take_out", lambda world: of_gift(f"payments/{world.gift_payment.pk}/take-out/")(world), HR),
    posted("levy:place", of_gift("places/"), BROKERS, status=302),
    Row("levy:schemes", at("paye-schemes/"), {"icb_analyst", "system_admin"}),
    Row("levy:move_scheme", lambda world: f"/levy/paye-schemes/{world.scheme.pk}/", {"icb_analyst", "system_admin"}),
    Row("levy_benefit:trusts", at("trusts/"), {"icb_analyst", "auditor"}),
    Row("levy_benefit:trusts_csv", at("trusts.csv"), {"icb_analyst", "auditor"}),
    Row("levy_benefit:page", lambda world: "/reports/levy/", HR | AUDITOR | {"icb_analyst"}),
    Row("levy_benefit:csv", lambda world: "/reports/levy.csv", HR | AUDITOR | {"icb_analyst"}),
]
