"""The password pages: in this service's words, and offered to those who are signed in."""

import pytest
from django.test import Client

from tests.factories.organisations import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in():
    client = Client()
    client.force_login(MembershipFactory().user)
    return client


@pytest.mark.parametrize(
    ("address", "heading", "labels"),
    [
        ("/accounts/password/reset/", "Reset your password", ["Work email address"]),
        (
            "/accounts/password/change/",
            "Change your password",
            ["Current password", "New password", "New password (again)"],
        ),
    ],
)
def test_a_password_page_is_in_sentence_case(signed_in, address, heading, labels):
    client = signed_in if "change" in address else Client()
    page = client.get(address)
    assert f'<h1 class="nhsuk-heading-l">{heading}</h1>' in page.text
    assert [field.label for field in page.context["form"]] == labels
    assert [field.field.widget.attrs.get("placeholder") for field in page.context["form"]] == [None] * len(labels)


def test_the_same_answer_whether_or_not_an_address_has_an_account(signed_in, mailoutbox):
    known = MembershipFactory().user.email
    pages = [
        Client().post("/accounts/password/reset/", {"email": each}, follow=True) for each in (known, "no@one.test")
    ]
    assert ["Look at your email" in page.text for page in pages] == [True, True]


def test_own_pages_and_the_api_are_offered_to_those_signed_in_only(signed_in):
    addresses = ("/accounts/password/change/", "/accounts/2fa/", "/api/docs/")
    pages = [client.get("/about/accessibility/").text for client in (signed_in, Client())]
    assert [[f'href="{each}"' in page for each in addresses] for page in pages] == [[True] * 3, [False] * 3]
