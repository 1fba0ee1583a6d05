"""Changing a decision, re-adverts and opening balances: the vacancy's own trust, and the HR lead for openings."""

from tests.permissions import ANY_TRUST, TRUST_A, Row


def of(kind, rest):
    return lambda world: f"/vacancies/{world.records[kind].reference}/{rest}"


ROWS = [
    Row("vacancies:add_posts", of("vacancy", "add-posts/"), TRUST_A),
    Row("vacancies:reserve_more", of("vacancy", "reserve-more/"), TRUST_A),
    Row("vacancies:chains", lambda world: "/vacancies/re-adverts/", ANY_TRUST),
    Row(
        "vacancies:join",
        lambda world: (
            f"/vacancies/{world.undecided_vacancy.reference}/re-advert-of/{world.override_vacancy.reference}/"
        ),
        TRUST_A,
    ),
    Row(
        "vacancies:part",
        of("vacancy", "part/"),
        set(),  # nobody: it is joined to nothing
    ),
    Row("vacancies:opening", lambda world: "/vacancies/standing/opening/", {"colleague"}),
]
TRIES = {"icb_analyst", "auditor", "system_admin"}
READS_FINDINGS = ANY_TRUST | {"icb_analyst", "auditor"}
ROWS += [
    Row("vacancies:reconciliation", lambda world: "/vacancies/reconciliation/", READS_FINDINGS),
    Row(
        "vacancies:finding",
        lambda world: f"/vacancies/reconciliation/{world.finding.pk}/",
        TRUST_A | {"icb_analyst", "auditor"},
    ),
]
ROWS += [
    Row("vacancies:trac", lambda world: "/vacancies/import/trac/", ANY_TRUST),
    Row(
        "vacancies:trac_check", lambda world: f"/vacancies/import/trac/{world.trac_vacancies.reference}/", {"recruiter"}
    ),
    Row(
        "vacancies:fetch",
        lambda world: "/vacancies/import/fetch/",
        ANY_TRUST,
        status=302,
        method="post",
    ),
]
ROWS += [
    Row("vacancies:trial", lambda world: "/vacancies/entry-level/", TRIES),
    Row("vacancies:trial", lambda world: "/vacancies/entry-level/?bands=2&levels=2", TRIES),
    Row(
        "vacancies:trial",
        lambda world: "/vacancies/entry-level/",
        TRIES - {"auditor"},
        method="post",
        data=lambda world: {"bands": "2"},
    ),
]
ROWS += [
    Row("vacancies:history", lambda world: "/vacancies/standing/history/", {"colleague"}),
    Row(
        "vacancies:history_check",
        lambda world: f"/vacancies/standing/history/{world.history_upload.reference}/",
        {"colleague"},
    ),
]
ROWS += [
    Row("vacancies:criteria", of("undecided_vacancy", "criteria/"), TRUST_A),
    Row("vacancies:advert_page", of("undecided_vacancy", "advert-page/"), TRUST_A, method="post"),
    Row("vacancies:criteria_changes", lambda world: "/vacancies/criteria/", READS_FINDINGS),
]
ROWS += [
    Row(
        "pipeline:same_advert",
        lambda world: f"/vacancies/{world.undecided_vacancy.reference}/same-as/{world.vacancy.reference}/",
        TRUST_A,
    ),
    Row(
        "pipeline:same_advert",
        lambda world: f"/vacancies/{world.undecided_vacancy.reference}/same-as/{world.other_vacancy.reference}/",
        set(),  # of two trusts: nobody's
    ),
]
