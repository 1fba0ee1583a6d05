"""The API: the same doors as the pages; 401 without a key or a membership in force."""

from importlib.util import find_spec

from tests.permissions import ANY_TRUST, EVERYBODY, PEOPLE, TRUST_A, api
from tests.permissions.levy import READERS as LEVY_READERS
from tests.permissions.reports import OF_PEOPLE, READERS
from tests.permissions.vacancies import OF_TRUST_A


def at(address, kind=""):
    return lambda world: f"/api/v1/{address}/" + (f"{world.records[kind].reference}/" if kind else "")


def of_room(module, rows):
    """The rows of a room that has its view sets."""
    return rows if find_spec(module) else []


ROWS = [
    api("api:api-root", lambda world: "/api/v1/", EVERYBODY),
    api("api_schema", lambda world: "/api/schema/", EVERYBODY),
    api("api_docs", lambda world: "/api/docs/", EVERYBODY),
    api("api:vacancies-list", at("vacancies"), EVERYBODY),
    api("api:vacancies-detail", at("vacancies", "vacancy"), OF_TRUST_A),
    # Whoever is signed in writes on the pages; the API takes a key that may write.
    api("api:vacancies-list", at("vacancies"), set(), others=403, method="post"),
    api("api:standings-list", at("standings"), EVERYBODY),
    api("api:measures-list", at("measures"), READERS),
    api("api:measures-detail", lambda world: "/api/v1/measures/m0/", READERS),
    api("api:measures-detail", lambda world: "/api/v1/measures/m3/", OF_PEOPLE),
    api("api:measures-detail", lambda world: "/api/v1/measures/m0/?trust=0", ANY_TRUST),
    *of_room(
        "levy.api",
        [
            api("api:levy-list", at("levy"), EVERYBODY),
            api("api:levy-detail", lambda world: "/api/v1/levy/RYJ/", {"colleague"}),
            api("api:levy-plans-list", at("levy-plans"), EVERYBODY),
            api("api:levy-plans-detail", at("levy-plans", "plan"), LEVY_READERS),
        ],
    ),
    *of_room(
        "pipeline.api",
        [
            api("api:referrals-list", at("referrals"), EVERYBODY),
            api("api:referrals-detail", at("referrals", "referral"), PEOPLE | TRUST_A),
        ],
    ),
    *of_room(
        "programmes.api",
        [
            api("api:candidates-list", at("candidates"), EVERYBODY),
            api("api:candidates-detail", at("candidates", "candidate"), PEOPLE),
            api("api:enrolments-list", at("enrolments"), EVERYBODY),
            api("api:enrolments-detail", at("enrolments", "enrolment"), PEOPLE),
        ],
    ),
]
