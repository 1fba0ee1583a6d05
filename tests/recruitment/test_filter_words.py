"""What a list or an address of the API cannot read in its filters, it says in this service's words and never in Django's."""

import pytest

from tests.world import build_world

STOCK = ("Select a valid choice", "Enter a valid", "Enter a number", "This field is required")
PAGES = {
    "/people/": "ready",
    "/programmes/": "when",
    "/pipeline/": "late",
    "/vacancies/": "band",
    "/levy/plans/": "level",
}


@pytest.fixture
def ask(client, db):
    world = build_world()

    def asked(address, persona="academy"):
        client.force_login(world.users[persona])
        return client.get(address)

    return asked


@pytest.mark.parametrize(("address", "field"), PAGES.items())
def test_on_pages(ask, address, field):
    page = ask(f"{address}?{field}=nonsense")
    content = page.content.decode()
    assert page.status_code == 200
    assert [each for each in STOCK if each in content] == []
    assert "“nonsense” is none of these. Choose from the list" in content


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("vacancies/?band=two", {"band": ["band is a number, like 3."]}),
        ("vacancies/?closes_from=soon", {"closes_from": ["closes_from is a date, like 2026-03-31."]}),
        (
            "vacancies/?ring_fence=yes%25",
            {
                "ring_fence": [
                    "“yes%” is no ring_fence here. Choose from undecided, reserved, free, exempt, unclassified, outside."
                ]
            },
        ),
        ("candidates/?ready=maybe", {"ready": ["ready is true or false."]}),
        (
            "referrals/?state=lost",
            {
                "state": [
                    "“lost” is no state here. Choose from suggested, offered, accepted, submitted, meets, "
                    "does_not_meet, kept, released, broken, declined, withdrawn, closed."
                ]
            },
        ),
    ],
)
def test_by_the_api(ask, query, said):
    """A trust asks: what it may not see answers with nothing, and a mistake with a sentence all the same."""
    answer = ask(f"/api/v1/{query}", "recruiter")
    assert (answer.status_code, answer.json()) == (400, said)
