"""Referrals by the API: exactly the allow-list for a trust, everything for those who put people forward."""

import pytest

MASKED = {
    "reference",
    "neutral_code",
    "state",
    "vacancy",
    "evidence",
    "adjustments",
    "submitted_on",
    "decide_by",
    "decided_on",
    "interview_by",
    "trac_application_id",
    "name",
}


@pytest.fixture
def ask(client, world, referral):
    def asked(persona, address="/api/v1/referrals/"):
        client.force_login(world.users[persona])
        return client.get(address)

    return asked


def test_a_trust_gets_the_allow_list(ask, referral):
    [row] = ask("recruiter").json()["results"]
    assert set(row) == MASKED
    assert (row["reference"], row["neutral_code"], row["name"], row["adjustments"]) == (
        referral.reference,
        referral.candidate.neutral_code,
        "",
        "A quiet room",
    )


def test_the_academy_gets_the_person(ask, referral):
    [row] = ask("academy").json()["results"]
    assert (row["candidate"], row["name"], row["trust"]) == (referral.candidate.reference, "Ama Mensah", "RYJ")


@pytest.mark.parametrize("persona", ["other_recruiter", "lapsed", "provider", "icb_analyst", "auditor"])
def test_others_get_nothing(ask, referral, persona):
    assert ask(persona).json()["results"] == []
    assert ask(persona, f"/api/v1/referrals/{referral.reference}/").status_code == 404


def test_one_by_its_reference(ask, referral):
    assert ask("recruiter", f"/api/v1/referrals/{referral.reference}/").json()["state"] == "submitted"


@pytest.mark.parametrize(("query", "count"), [("state=submitted", 1), ("state=meets", 0)])
def test_filters(ask, query, count):
    assert len(ask("recruiter", f"/api/v1/referrals/?{query}").json()["results"]) == count
