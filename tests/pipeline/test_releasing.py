"""Reserved posts are given back only where no interview is promised for them."""

import pytest
from django.test import Client

from audit.mover import Refused
from nhsuk.words import plural
from pipeline.releasing import give_back, most_to_give_back
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from vacancies.ledger import counted_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_reserved(world):
    """Five posts, two reserved: four slots."""
    vacancy = VacancyFactory(trust=world.trust, posts=5)
    reserve_posts(vacancy, posts=2)
    return vacancy


@pytest.mark.parametrize(("people", "free"), [(0, 2), (1, 1), (2, 1), (3, 0), (4, 0)])
def test_only_posts_of_which_no_slot_is_promised(two_reserved, recruiter, people, free):
    for _ in range(people):
        ReferralFactory(vacancy=two_reserved, state="offered")
    assert most_to_give_back(two_reserved) == free
    with pytest.raises(Refused, match=f"at most {plural(free, 'reserved post')} can be given back"):
        give_back(vacancy=two_reserved, posts=free + 1, held=2, reason="x", by=recruiter)
    if free:
        give_back(vacancy=two_reserved, posts=free, held=2, reason="Redeployment", by=recruiter)
    assert counted_of(two_reserved).reserved == 2 - free


def test_the_page(two_reserved, world):
    client = Client()
    client.force_login(world.users["recruiter"])
    url = f"/vacancies/{two_reserved.reference}/give-back/"
    assert "2 of 5 posts are reserved; 2 of them are promised to nobody yet." in client.get(url).content.decode()
    page = client.post(url, {"posts": "1", "held": "2", "reason": "Redeployment"}, follow=True)
    assert "1 reserved post given back. What is given back stays owed." in page.text
    assert "Somebody changed it" in client.post(url, {"posts": "1", "held": "2", "reason": "x"}).content.decode()
    assert counted_of(two_reserved).reserved == 1


def nobody_waits(vacancy):
    return f"No post of {vacancy.reference} is reserved, so none can be given back."


def all_promised(vacancy):
    return (
        f"Interviews are promised to people on every reserved post of {vacancy.reference} (2), so none can be given "
        "back. A post is free again once its people declined, withdrew or did not meet the criteria."
    )


@pytest.mark.parametrize(("people", "given", "sentence"), [(3, 0, all_promised), (0, 2, nobody_waits)])
def test_where_nothing_can_be_given_back_the_page_says_so_without_a_form(
    two_reserved, recruiter, world, people, given, sentence
):
    for _ in range(people):
        ReferralFactory(vacancy=two_reserved, state="offered")
    if given:
        give_back(vacancy=two_reserved, posts=given, held=2, reason="Redeployment", by=recruiter)
    client = Client()
    client.force_login(world.users["recruiter"])
    url = f"/vacancies/{two_reserved.reference}/give-back/"
    for page in (client.get(url), client.post(url, {"posts": "1", "held": str(2 - given), "reason": "x"})):
        assert (page.context["nothing"], 'name="posts"' in page.text) == (sentence(two_reserved), False)
    assert counted_of(two_reserved).reserved == 2 - given
