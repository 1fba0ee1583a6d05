"""Access, keys, signed values and agreements."""

from django.urls import reverse

from tests.permissions import EVERYBODY, Row

SYSTEM_ADMIN = frozenset({"system_admin"})


def at(name, *args):
    return lambda world: reverse(name, args=args)


def of(name, key):
    return lambda world: reverse(name, args=[world.records[key].pk])


ROWS = [
    Row("organisations:none", at("organisations:none"), EVERYBODY, status=302, ended=200),
    Row("organisations:switch", at("organisations:switch"), EVERYBODY),
    Row(
        "organisations:accept",
        lambda world: reverse("organisations:accept", args=[world.records["invitation_token"]]),
        EVERYBODY,
        ended=200,
        anonymous=200,
    ),
    Row("organisations:accept", at("organisations:accept", "forged"), set(), ended=404, anonymous=404),
    Row("organisations:people", at("organisations:people"), {"system_admin", "colleague", "auditor"}),
    Row("organisations:invite", at("organisations:invite"), SYSTEM_ADMIN),
    Row("organisations:end", of("organisations:end", "membership"), SYSTEM_ADMIN),
    Row("organisations:tokens", at("organisations:tokens"), EVERYBODY),
    Row("organisations:revoke", of("organisations:revoke", "token"), {"recruiter"}, status=302, method="post"),
    Row(
        "organisations:agreements",
        at("organisations:agreements"),
        {"system_admin", "icb_analyst", "auditor", "academy", "colleague"},
    ),
    Row("organisations:policies", at("organisations:policies"), EVERYBODY),
    Row("organisations:policy", at("organisations:policy", "vacancies.slots_per_post"), EVERYBODY),
    Row(
        "organisations:policy",
        at("organisations:policy", "vacancies.slots_per_post"),
        {"system_admin", "icb_analyst"},
        method="post",
    ),
    Row("organisations:policy", at("organisations:policy", "nothing.of_the_kind"), set()),
]
