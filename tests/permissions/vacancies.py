"""Vacancies and the ring-fence: a trust changes its own; academy, ICB and auditor read; a provider reads open adverts."""

from tests.permissions import ANY_TRUST, EVERYBODY, TRUST_A, Row, public

READERS = EVERYBODY - {"system_admin"}
OVERVIEW = {"academy", "icb_analyst", "auditor"}
OF_TRUST_A = TRUST_A | OVERVIEW | {"provider", "other_provider"}


def of(kind, rest=""):
    return lambda world: f"/vacancies/{world.records[kind].reference}/{rest}"


ROWS = [
    Row("vacancies:list", lambda world: "/vacancies/", READERS),
    Row("vacancies:list", lambda world: "/vacancies/?format=csv", READERS),
    Row("vacancies:save_view", lambda world: "/vacancies/views/", READERS, status=302, method="post"),
    Row("vacancies:forget_view", lambda world: "/vacancies/views/0/forget/", set(), method="post"),  # nobody's
    Row("vacancies:add", lambda world: "/vacancies/add/", ANY_TRUST),
    Row("vacancies:standing", lambda world: "/vacancies/standing/", ANY_TRUST | OVERVIEW),
    Row("vacancies:standing", lambda world: f"/vacancies/standing/?trust={world.trust.code}", TRUST_A | OVERVIEW),
    Row("vacancies:sites", lambda world: "/vacancies/sites/", ANY_TRUST | OVERVIEW),
    Row("vacancies:sites", lambda world: f"/vacancies/sites/?trust={world.trust.code}", TRUST_A | OVERVIEW),
    Row("vacancies:site", lambda world: f"/vacancies/sites/{world.site.pk}/", {"colleague"}),
    Row("vacancies:site", lambda world: f"/vacancies/sites/{world.other_site.pk}/", set()),  # it has no HR lead here
    Row(
        "vacancies:site",
        lambda world: f"/vacancies/sites/{world.site.pk}/",
        {"colleague"},
        status=302,
        method="post",
        data=lambda world: {"into": "out", "reason": "Far outside"},
    ),
    Row(
        "vacancies:bulk_reserve",
        lambda world: f"/vacancies/reserve/?vacancy={world.undecided_vacancy.reference}",
        TRUST_A,
        statuses={"other_recruiter": 302, "lapsed": 302},
    ),
    Row("vacancies:facts", lambda world: "/vacancies/facts/", ANY_TRUST),
    Row("vacancies:exempt_bank", lambda world: "/vacancies/bank/", ANY_TRUST, status=302, method="post"),
    Row("vacancies:import", lambda world: "/vacancies/import/", ANY_TRUST),
    Row("vacancies:import_check", lambda world: f"/vacancies/import/{world.feed_upload.reference}/", {"recruiter"}),
    public("vacancies:countersign", lambda world: f"/vacancies/countersign/{world.countersign_token}/"),
    Row("vacancies:ask_to_countersign", of("override_vacancy", "ask-to-countersign/"), TRUST_A),
    Row("vacancies:detail", of("vacancy"), OF_TRUST_A),
    Row("vacancies:detail", of("other_vacancy"), OVERVIEW | {"provider", "other_provider", "other_recruiter"}),
    Row("vacancies:reserve", of("undecided_vacancy", "reserve/"), TRUST_A),
    Row(
        "vacancies:move",
        of("vacancy", "move/"),
        TRUST_A,
        status=302,
        method="post",
        data=lambda world: {"verb": "close"},
    ),
    Row("vacancies:finish", of("vacancy", "finish/"), TRUST_A),
    Row("vacancies:correct", of("vacancy", "correct/closes_on/"), TRUST_A),
]
