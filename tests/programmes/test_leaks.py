"""Values planted in everything private about a person: none of them on a page of a role that has no right to it."""

import pytest

from candidates.services import SupporterFacts, add_supporter, move_home, record_check, share
from programmes.services import decide_eligibility, enrol, reject
from tests.factories.candidates import CandidateFactory
from tests.factories.programmes import CohortFactory, ProgrammeFactory

PLANTED = {
    "given_name": "Canarygiven",
    "family_name": "Canaryfamily",
    "known_as": "Canaryknown",
    "phone": "07700900999",
    "email": "canary@example.org",
    "letter_address": "Canary Wharf 1",
    "safe_contact": "Canarysafe",
    "languages": "Canarian",
    "adjustments_interview": "Canaryroom",
    "adjustments_work": "Canarydesk",
    "safeguarding_lead": "Canarylead",
}
WORDS = ["canary", "07700 900999", *PLANTED.values(), "Canaryprogramme", "Canarycohort", "Canaryevidence", "NW10 8AA"]
# Every page of these rooms, and those of other rooms on which a person may show.
ADDRESSES = [
    "/people/",
    "/people/?q=can",
    "/people/enrol/",
    "/people/export/",
    "/people/{candidate}/",
    "/people/{candidate}/programmes/",
    "/people/{candidate}/checks/",
    "/people/{candidate}/sharing/",
    "/people/{candidate}/timeline/",
    "/people/{candidate}/edit/contact/",
    "/people/{candidate}/edit/home/",
    "/people/{candidate}/eligibility/",
    "/people/{candidate}/join/",
    "/programmes/",
    "/programmes/{programme}/",
    "/programmes/cohorts/{cohort}/",
    "/programmes/cohorts/{cohort}/attendance/",
    "/programmes/enrolments/{enrolment}/",
    "/programmes/import/",
    "/programmes/import/files/cohort-sample.csv",
    "/search/?q=can",
    "/",
]


@pytest.fixture
def planted(world, academy, postcodes):
    candidate = CandidateFactory(**PLANTED, seen_by=[world.academy])
    programme = ProgrammeFactory(name="Canaryprogramme", provider=world.provider)
    cohort = CohortFactory(programme=programme, name="Canarycohort")
    enrolment = enrol(candidate=candidate, cohort=cohort, by=academy)
    other = CohortFactory(programme=programme, name="Canarycohort two")
    reject(
        enrolment=enrol(candidate=candidate, cohort=other, state="offered", by=academy),
        reason="Canaryreason",
        by=academy,
    )
    move_home(candidate=candidate, postcode="NW10 8AA", by=academy)
    add_supporter(candidate=candidate, supporter=SupporterFacts(name="Canarysupporter"), by=academy)
    decide_eligibility(candidate=candidate, route="plus", group="refugees", evidence="Canaryevidence", by=academy)
    record_check(candidate=candidate, kind="identity", status="complete", by=academy)
    share(candidate=candidate, organisation=world.trust, scope="contact", cause="pipeline.Referral:1", by=academy)
    return {
        "candidate": candidate.reference,
        "programme": programme.reference,
        "cohort": cohort.reference,
        "enrolment": enrolment.reference,
    }


def pages(client, planted):
    for address in ADDRESSES:
        response = client.get(address.format(**planted), follow=True)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        yield address, content.decode(errors="replace")


def leaks(client, planted):
    """(address, word) of what was planted and is there."""
    for address, text in pages(client, planted):
        shown = text.replace('value="canary"', "").replace("“canary”", "").replace("q=can", "")
        for word in WORDS:
            if word.casefold() in shown.casefold():
                yield address, word


@pytest.mark.parametrize(
    "persona",
    ["recruiter", "colleague", "other_recruiter", "lapsed", "other_provider", "icb_analyst", "auditor", "system_admin"],
)
def test_none_is_found(client, world, planted, persona):
    client.force_login(world.users[persona])
    assert list(leaks(client, planted)) == []


@pytest.mark.parametrize("persona", ["academy", "provider"])
def test_the_same_search_finds_them_where_they_belong(client, world, planted, persona):
    """Else the test above would pass on empty pages."""
    client.force_login(world.users[persona])
    found = {word for _, word in leaks(client, planted)}
    assert {"Canarygiven", "07700 900999", "Canaryroom", "Canaryprogramme", "Canaryevidence", "NW10 8AA"} <= found
