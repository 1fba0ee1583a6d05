"""Pages of people and programmes: the academy's and the provider's; for a trust, an analyst or an auditor there are none."""

from tests.permissions import PEOPLE, Row

ACADEMY = frozenset({"academy"})
WITH_PEOPLE = PEOPLE | {"other_provider"}


def person(name, end="", **more):
    return Row(f"programmes:{name}", lambda world: f"/people/{world.candidate.reference}/{end}", PEOPLE, **more)


def cohort(name, end="", allowed=PEOPLE, **more):
    return Row(
        f"programmes:{name}", lambda world: f"/programmes/cohorts/{world.cohort.reference}/{end}", allowed, **more
    )


def programme(name, end="", allowed=PEOPLE):
    return Row(f"programmes:{name}", lambda world: f"/programmes/{world.programme.reference}/{end}", allowed)


ROWS = [
    Row("programmes:people", lambda world: "/people/", WITH_PEOPLE),
    Row("programmes:enrol", lambda world: "/people/enrol/", WITH_PEOPLE),
    Row("programmes:duplicates", lambda world: "/people/enrol/duplicates/", WITH_PEOPLE, method="post"),
    # The academy is asked for its password again before a file of people leaves.
    Row("programmes:export", lambda world: "/people/export/", WITH_PEOPLE, statuses={"academy": 302}),
    person("candidate"),
    person("of_candidate", "programmes/"),
    person("checks", "checks/"),
    person("sharing", "sharing/"),
    person("timeline", "timeline/"),
    person("edit", "edit/contact/"),
    person("eligibility", "eligibility/"),
    Row("programmes:join", lambda world: f"/people/{world.candidate.reference}/join/", ACADEMY),
    Row(
        "programmes:end_supporter",
        lambda world: f"/people/{world.candidate.reference}/supporters/{world.supporter.pk}/end/",
        PEOPLE,
        method="post",
        status=302,
    ),
    Row(
        "programmes:end_eligibility",
        lambda world: f"/people/{world.candidate.reference}/eligibility/{world.eligibility.pk}/end/",
        PEOPLE,
    ),
    Row("programmes:programmes", lambda world: "/programmes/", WITH_PEOPLE),
    Row("programmes:add", lambda world: "/programmes/add/", ACADEMY),
    programme("programme"),
    programme("edit_programme", "edit/", ACADEMY),
    programme("new_cohort", "cohorts/add/", ACADEMY),
    cohort("cohort"),
    cohort("edit_cohort", "edit/", ACADEMY),
    cohort("sessions", "sessions/"),
    cohort("attendance", "attendance/"),
    cohort("start_those", "start/", method="post", status=302),
    Row("programmes:enrolment", lambda world: f"/programmes/enrolments/{world.enrolment.reference}/", PEOPLE),
    Row(
        "programmes:move",
        lambda world: f"/programmes/enrolments/{world.enrolment.reference}/start/",
        PEOPLE,
        method="post",
    ),
]
ROWS += [
    Row("programmes:import", lambda world: "/programmes/import/", WITH_PEOPLE),
    Row("programmes:import_file", lambda world: "/programmes/import/files/cohort-sample.csv", WITH_PEOPLE),
    Row("programmes:preview", lambda world: f"/programmes/import/{world.cohort_upload.reference}/", ACADEMY),
    Row("programmes:columns", lambda world: f"/programmes/import/{world.cohort_upload.reference}/columns/", ACADEMY),
]
