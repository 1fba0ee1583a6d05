"""Evidence is refused where it tells a trust by which programme or group a person is eligible."""

import pytest

from audit.mover import Refused
from pipeline.telltale import check_evidence
from programmes.models import Eligibility
from recruitment.kept_phrases import phrases_of
from tests.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ama():
    """Somebody of the world's programme, who is eligible as a care leaver."""
    person = build_world().candidate
    Eligibility.unscoped.filter(candidate=person).update(route="plus", group="care_leavers")
    return person


def test_the_persons_own_programme_provider_and_group(ama):
    names = set(phrases_of(ama))
    assert {"Open Doors West London", "Open Doors", "care leaver"} <= names
    assert "refugee" not in names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("At OPEN  DOORS she lifted boxes", "Open Doors"),
        ("As a care leaver I know how to cope", "care leaver"),
        ("Two care leavers and I cooked", "care leaver"),
    ],
)
def test_what_tells_it_is_refused(ama, text, found):
    with pytest.raises(Refused) as refused:
        check_evidence(ama, text)
    assert str(refused.value) == (
        f"Leave “{found}” out of the evidence: the trust must not know why the person is eligible. Say what they did."
    )


def test_what_others_are_eligible_by_is_experience(ama):
    check_evidence(ama, "I taught English to refugees and was careful at an open door")


def test_many_texts_ask_for_the_phrases_once(ama, django_assert_num_queries):
    with django_assert_num_queries(2):
        check_evidence(ama, "Lifted boxes", "Cooked for 20", "Kept the till")
