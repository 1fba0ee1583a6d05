"""Is this person here already?"""

from datetime import date

import pytest

from candidates.services import Particulars, likely_duplicates, likely_duplicates_of
from tests.factories.candidates import CandidateFactory, GrantFactory, HomeFactory

BORN = date(2004, 5, 6)


@pytest.fixture
def zoe(world):
    person = CandidateFactory(
        given_name="Zoë",
        family_name="Smith-Jones",
        date_of_birth=BORN,
        phone="07700900123",
        email="zoe@example.org",
        seen_by=[world.academy],
    )
    HomeFactory(candidate=person, postcode="NW10 8AA")
    return person


def found(by, **asked):
    return [(each.candidate.family_name, each.why) for each in likely_duplicates(**asked, by=by)]


ZOE = {"given_name": "Zoe", "family_name": "Smith Jones"}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (ZOE | {"date_of_birth": BORN}, "same date of birth and same name"),
        (
            {"given_name": "Smith Jones", "family_name": "Zoe", "date_of_birth": BORN},
            "same date of birth and names swapped",
        ),
        (
            {"given_name": "Z", "family_name": "SMITH-JONES", "date_of_birth": BORN},
            "same date of birth and same initial and family name",
        ),
        (
            {"given_name": "Zoey", "family_name": "Smith Jones", "date_of_birth": BORN},
            "same date of birth and similar name",
        ),
        (ZOE | {"date_of_birth": date(2004, 6, 5)}, "day and month of birth swapped and same name"),
        (ZOE, "same name; one of them has no date of birth"),
        (ZOE | {"date_of_birth": date(1980, 1, 1), "postcode": "nw108aa"}, "same postcode and same name"),
        ({"given_name": "Ada", "family_name": "Obi", "phone": "+44 7700 900123"}, "same telephone number"),
        ({"given_name": "Ada", "family_name": "Obi", "email": "ZOE@example.org "}, "same email address"),
        (
            ZOE | {"date_of_birth": BORN, "phone": "07700 900 123"},
            "same date of birth and same name, same telephone number",
        ),
    ],
)
def test_found_and_why(zoe, academy, asked, why):
    assert found(academy, **asked) == [("Smith-Jones", why)]


@pytest.mark.parametrize(
    "asked",
    [
        {"given_name": "Ada", "family_name": "Obi", "date_of_birth": BORN},
        {"given_name": "Ada", "family_name": "Obi", "postcode": "NW10 8AA"},
        ZOE | {"date_of_birth": date(1980, 1, 1)},
        {},
        {"given_name": "", "family_name": "", "date_of_birth": BORN, "postcode": "no"},
    ],
)
def test_not_found(zoe, academy, asked):
    assert found(academy, **asked) == []


def test_the_most_alike_first(zoe, world, academy):
    CandidateFactory(given_name="Zo", family_name="Smithjones", date_of_birth=None, phone="", seen_by=[world.academy])
    CandidateFactory(given_name="Ada", family_name="Obi", phone="07700900123", seen_by=[world.academy])
    asked = ZOE | {"date_of_birth": BORN, "phone": "07700900123"}
    assert found(academy, **asked) == [
        ("Smith-Jones", "same date of birth and same name, same telephone number"),
        ("Obi", "same telephone number"),
    ]


def test_at_most_ten(world, academy):
    CandidateFactory.create_batch(12, phone="07700900123", seen_by=[world.academy])
    assert len(found(academy, phone="07700900123")) == 10


def test_nobody_is_told_of_people_whom_they_may_not_see(zoe, world):
    asked = ZOE | {"date_of_birth": BORN}
    GrantFactory(candidate=zoe, organisation=world.trust, scope="contact", agreement=world.agreement)
    seen = {persona: found(world.acting(persona), **asked) for persona in ("provider", "recruiter", "icb_analyst")}
    assert seen == {"provider": [], "recruiter": [], "icb_analyst": []}


def test_not_the_record_itself_and_none_that_is_joined(zoe, world, academy):
    CandidateFactory(**ZOE, date_of_birth=BORN, merged_into=zoe, seen_by=[world.academy])
    asked = ZOE | {"date_of_birth": BORN}
    assert [each.candidate for each in likely_duplicates(**asked, by=academy)] == [zoe]
    assert likely_duplicates(**asked, by=academy, other_than=zoe) == []


@pytest.mark.parametrize("number", [1, 3, 150])
def test_two_queries_for_a_whole_file(zoe, academy, django_assert_num_queries, number):
    people = [Particulars(**ZOE, date_of_birth=BORN, postcode="NW10 8AA") for _ in range(number)]
    with django_assert_num_queries(2):
        assert [len(each) for each in likely_duplicates_of(people, by=academy)] == [1] * number
