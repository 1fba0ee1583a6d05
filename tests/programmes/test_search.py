"""Search finds what the reader works with, and nothing else."""

import pytest

from candidates.services import share
from programmes.search import search
from tests.factories.candidates import CandidateFactory, CertificateFactory


def found(acting, text):
    return [(hit.kind, hit.title, hit.detail) for hit in search(acting, text)]


def test_a_person_by_name_and_by_reference(ama, academy):
    hit = ("People", "Ama Mensah", f"{ama.reference}, 1 thing missing to ready")
    for text in ("ama", "mens", "MENSAH ama", "áma", ama.reference, ama.reference.lower()[4:]):
        assert found(academy, text) == [hit]
    assert found(academy, "ensah") == []
    assert found(academy, "%") == []
    assert found(academy, " ") == []


@pytest.mark.parametrize("family_name", ["O’Freshpair", "O'Freshpair", "Mac-Freshpair"])
def test_a_family_name_after_its_apostrophe_or_hyphen(world, academy, family_name):
    person = CandidateFactory(given_name="Siân", family_name=family_name, seen_by=[world.academy])
    CandidateFactory(family_name="Unfreshpair", seen_by=[world.academy])
    for text in ("Freshpair", "freshp sian"):
        assert [title for _, title, _ in found(academy, text)] == [person.name]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900123", 1),
        ("+44 7700 900123", 1),
        ("(07700) 900-123", 1),
        ("07700 900124", 0),
        ("07700 90012", 0),
        ("900123", 0),
    ],
)
def test_a_whole_telephone_number_and_nothing_less(world, academy, text, number):
    CandidateFactory(phone="07700900123", seen_by=[world.academy])
    CandidateFactory(phone="07700900123")
    CandidateFactory(phone="", seen_by=[world.academy])
    assert len(found(academy, text)) == number


def test_ready_is_said(ama, academy):
    CertificateFactory(candidate=ama)
    assert found(academy, "ama") == [("People", "Ama Mensah", f"{ama.reference}, ready")]


def test_cohorts_and_programmes(cohort, programme, academy):
    assert found(academy, "autumn") == [
        ("Cohorts", "Care leavers into care: Autumn 2026", f"{cohort.reference}, 24 September 2026 to 22 January 2027")
    ]
    assert found(academy, "care leavers") == [
        ("Programmes", "Care leavers into care", f"{programme.reference}, Open Doors")
    ]


@pytest.mark.parametrize(
    ("persona", "people", "cohorts"),
    [
        ("academy", 1, 1),
        ("provider", 1, 1),
        ("other_provider", 0, 0),
        ("recruiter", 0, 0),
        ("colleague", 0, 0),
        ("icb_analyst", 0, 0),
        ("auditor", 0, 0),
        ("system_admin", 0, 0),
    ],
)
def test_only_what_the_reader_works_with(world, enrolment, ama, academy, persona, people, cohorts):
    share(candidate=ama, organisation=world.trust, scope="contact", cause="pipeline.Referral:1", by=academy)
    acting = world.acting(persona)
    assert (len(found(acting, "ama")), len(found(acting, "autumn"))) == (people, cohorts)


@pytest.mark.parametrize("number", [1, 3])
def test_the_same_queries(world, academy, django_assert_num_queries, number):
    for _ in range(number):
        CandidateFactory(family_name="Okafor", seen_by=[world.academy])
    with django_assert_num_queries(5):
        assert len(search(academy, "okafor")) == number


def test_a_joined_record_is_not_found(world, ama, academy):
    CandidateFactory(family_name="Mensah", merged_into=ama, seen_by=[world.academy])
    assert len(found(academy, "mensah")) == 1
