"""Referrals: the academy and the person's provider see who; the vacancy's trust sees what was submitted, masked."""

from tests.permissions import ANY_TRUST, PEOPLE, TRUST_A, Row

READERS = {"academy", "provider", "other_provider"} | ANY_TRUST
NOBODY: frozenset[str] = frozenset()


def at(kind, rest=""):
    return lambda world: f"/pipeline/{world.records[kind].reference}/{rest}"


def job(rest=""):
    return lambda world: f"/pipeline/jobs/{world.employment.reference}/{rest}"


def offer(world):
    return f"/pipeline/offer/?candidate={world.candidate.reference}&vacancy={world.pipeline_vacancy.reference}"


ROWS = [
    Row("pipeline:list", lambda world: "/pipeline/", READERS),
    Row("pipeline:list", lambda world: "/pipeline/?view=board&state=all", READERS),
    Row("pipeline:export", lambda world: "/pipeline/export/", READERS),
    Row("pipeline:trac_file", lambda world: "/pipeline/trac/", ANY_TRUST),
    Row("pipeline:trac_check", lambda world: f"/pipeline/trac/{world.trac_upload.reference}/", {"recruiter"}),
    Row("pipeline:offer", lambda world: "/pipeline/offer/", {"academy", "provider", "other_provider"}),
    Row("pipeline:offer", offer, {"academy", "provider", "other_provider"}),
    Row("pipeline:referral", at("referral"), PEOPLE | TRUST_A),
    Row("pipeline:referral", at("kept_referral"), PEOPLE | TRUST_A),
    Row("pipeline:referral", at("offered_referral"), PEOPLE),
    Row("pipeline:step", at("referral", "trac/"), TRUST_A, statuses={"academy": 302, "provider": 302}),
    Row("pipeline:step", at("referral", "withdraw/"), PEOPLE, statuses={"recruiter": 302, "colleague": 302}),
    Row(
        "pipeline:step",
        at("kept_referral", "correct/"),
        NOBODY,
        statuses=dict.fromkeys(("academy", "provider", "recruiter", "colleague"), 302),
    ),
    Row("pipeline:step", at("booked_referral", "cancel/"), PEOPLE | TRUST_A),
    Row("pipeline:step", at("referral", "no-such-step/"), NOBODY),
    Row("pipeline:employment", job(), PEOPLE | TRUST_A),
    Row("pipeline:job_step", job("end/"), PEOPLE | TRUST_A),
    Row("pipeline:job_step", job("no-such-verb/"), NOBODY),
    Row(
        "pipeline:of_vacancy",
        lambda world: f"/vacancies/{world.pipeline_vacancy.reference}/people/",
        {"academy", "provider", "other_provider"} | TRUST_A,
    ),
    Row(
        "pipeline:withdraw_vacancy",
        lambda world: f"/vacancies/{world.pipeline_vacancy.reference}/withdraw/",
        TRUST_A,
    ),
    Row("pipeline:of_candidate", lambda world: f"/people/{world.candidate.reference}/interviews/", PEOPLE),
]
