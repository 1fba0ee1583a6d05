"""Reserved posts are given back only where no interview is promised for them."""

import re
from dataclasses import replace
from html import escape

import pytest
from django.test import Client

from audit.mover import Refused
from nhsuk.words import plural
from outbox.models import Message
from pipeline.releasing import give_back, most_to_give_back
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from vacancies.amending import reserve_more
from vacancies.ledger import counted_of
from vacancies.models import OverrideReason
from vacancies.overriding import LessThanDue

pytestmark = pytest.mark.django_db
LESS = LessThanDue(OverrideReason.URGENT, "Ward closed", "Sam Reviewer", "sam@example.test")
ASKED = {"reason": "urgent", "signer_name": "Sam Reviewer", "signer_email": "sam@example.test"}


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
        give_back(vacancy=two_reserved, posts=free + 1, held=2, reason="x", by=recruiter, less=LESS)
    if free:
        give_back(vacancy=two_reserved, posts=free, held=2, reason="Redeployment", by=recruiter, less=LESS)
    assert counted_of(two_reserved).reserved == 2 - free


def test_the_page(two_reserved, world):
    client = Client()
    client.force_login(world.users["recruiter"])
    url = f"/vacancies/{two_reserved.reference}/give-back/"
    assert "2 of 5 posts are reserved; 2 of them are promised to nobody yet." in client.get(url).content.decode()
    assert client.post(url, {"posts": "1", "held": "2", "text": " "}).context["why"].errors == {
        "text": ["Say why reserved posts are given back"]
    }
    page = client.post(url, {"posts": "1", "held": "2", "text": "Redeployment"}, follow=True)
    assert page.redirect_chain == [(two_reserved.get_absolute_url(), 302)]
    assert "1 reserved post given back. " in page.text
    assert "countersign" not in page.text
    asked = {"posts": "1", "held": "2", "text": "x", **ASKED}
    assert client.post(url, asked).context["form"].errors == {
        "posts": ["Somebody changed it in between: 1 posts are reserved now. Look again."]
    }
    assert counted_of(two_reserved).reserved == 1


def test_the_page_asks_by_name_for_what_is_needed(two_reserved, world):
    """Of 5 posts 1 is needed: the second of the two that are reserved."""
    client = Client()
    client.force_login(world.users["recruiter"])
    url = f"/vacancies/{two_reserved.reference}/give-back/"
    assert list(client.get(url).context["form"].fields["posts"].choices) == [
        ("1", "1 post: more than is needed"),
        ("2", "2 posts: 1 of them needed for the 20%"),
    ]
    assert [name in client.get(url).text for name in ('name="text"', 'name="signer_email"')] == [True, False]
    for page in (
        client.get(f"{url}?posts=2", headers={"HX-Request": "true"}),
        client.post(url, {"posts": "2", "held": "2", "text": "x"}),
    ):
        assert "1 of these 2 posts is needed for the 20%." in page.text
        assert 'name="signer_email"' in page.text
    assert counted_of(two_reserved).reserved == 2
    missing = client.post(url, {"posts": "2", "held": "2", "text": "Ward closed", **ASKED, "reason": ""})
    assert missing.context["why"].errors == {"reason": ["Select why less than due is reserved"]}
    own = client.post(url, {"posts": "2", "held": "2", "text": "Ward closed", **ASKED, "signer_email": "a@gmail.com"})
    assert (list(own.context["form"].errors), list(own.context["why"].errors)) == ([], ["signer_email"])
    done = client.post(url, {"posts": "2", "held": "2", "text": "Ward closed", **ASKED}, follow=True)
    sentence = "2 reserved posts given back. What was needed stays owed. Sam Reviewer is asked to countersign by 30 November 2026"
    assert sentence in done.text
    assert "2 reserved posts were given back: 0 posts stayed reserved, and 1 would have been needed." in done.text
    override = two_reserved.overrides.get()
    assert (override.due, override.reserved, override.text) == (1, 0, "Ward closed")
    signed = Client().get(re.search(r"/vacancies/countersign/[^/]+/", Message.unscoped.get().body)[0]).text
    assert (
        "2 posts that were reserved for guaranteed interviews were given back. 0 posts stay reserved, and 1" in signed
    )


def test_a_link_to_ask_again_is_of_one_decision(two_reserved, world, recruiter):
    for posts, held in ((1, 2), (1, 1)):
        less = LESS if held == 1 else None
        give_back(vacancy=two_reserved, posts=posts, held=held, reason="Ward closed", by=recruiter, less=less)
    reserve_more(vacancy=two_reserved, posts=1, held=0, by=recruiter)
    give_back(
        vacancy=two_reserved, posts=1, held=1, reason="Ward", by=recruiter, less=replace(LESS, signer_name="Jo Next")
    )
    first, second = two_reserved.overrides.order_by("pk")
    client = Client()
    client.force_login(world.users["recruiter"])
    url = f"/vacancies/{two_reserved.reference}/ask-to-countersign/"
    assert [
        client.get(each).context["form"]["signer_name"].value() for each in (url, first.ask_url, second.ask_url)
    ] == [
        "Sam Reviewer",
        "Sam Reviewer",
        "Jo Next",
    ]
    assert client.get(f"{url}?decision=OVR-000000").status_code == 404
    page = client.get(two_reserved.get_absolute_url()).text
    assert [page.count(escape(each.ask_url)) for each in (first, second)] == [2, 1]  # the first is the next step too


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
        give_back(vacancy=two_reserved, posts=given, held=2, reason="Redeployment", by=recruiter, less=LESS)
    client = Client()
    client.force_login(world.users["recruiter"])
    url = f"/vacancies/{two_reserved.reference}/give-back/"
    for page in (client.get(url), client.post(url, {"posts": "1", "held": str(2 - given), "reason": "x"})):
        assert (page.context["nothing"], 'name="posts"' in page.text) == (sentence(two_reserved), False)
    assert counted_of(two_reserved).reserved == 2 - given
