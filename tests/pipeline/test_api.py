"""Referrals by the API: exactly the allow-list for a trust, everything for those who put people forward."""

import pytest

from tests.factories.pipeline import CriterionFactory, ReferralFactory

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


SENT = [
    {"criterion": "Communicates clearly", "evidence": "Ran a stall"},
    {"criterion": "Works in a team", "evidence": "Kept a food bank"},
    {"criterion": "", "evidence": "Drove a van"},
]


@pytest.fixture
def with_evidence(referral, criteria):
    """Evidence in no order, and some for a criterion that was taken out since."""
    first, second = criteria
    gone = CriterionFactory(vacancy=referral.vacancy, text="Drives", order=4)
    referral.evidence = {
        str(gone.pk): "Drove a van",
        str(second.pk): "Kept a food bank",
        str(first.pk): "Ran a stall",
    }
    referral.save()
    gone.delete()
    return referral


@pytest.mark.parametrize("persona", ["recruiter", "academy"])
def test_evidence_stands_by_the_words_of_the_criterion(ask, with_evidence, persona):
    """A number would mean nothing to a reader: no address of the API says what it stands for."""
    [row] = ask(persona).json()["results"]
    assert row["evidence"] == SENT
    assert ask(persona, f"/api/v1/referrals/{with_evidence.reference}/").json()["evidence"] == SENT


@pytest.mark.parametrize("name", ["MaskedReferral", "Referral"])
def test_the_schema_says_how_evidence_is_given(client, world, name):
    client.force_login(world.users["recruiter"])
    schemas = client.get("/api/schema/?format=json").json()["components"]["schemas"]
    assert schemas[name]["properties"]["evidence"]["items"] == {"$ref": "#/components/schemas/Evidence"}
    assert list(schemas["Evidence"]["properties"]) == ["criterion", "evidence"]


def test_one_and_three_cost_the_same(ask, with_evidence, vacancy, django_assert_num_queries):
    ask("recruiter")  # what is asked once in a process
    with django_assert_num_queries(12):
        assert len(ask("recruiter").json()["results"]) == 1
    ReferralFactory.create_batch(2, vacancy=vacancy, state="submitted")
    with django_assert_num_queries(12):
        assert len(ask("recruiter").json()["results"]) == 3
