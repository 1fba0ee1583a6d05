"""The pages of django-allauth speak as the rest of the service does: sentence case, "two-step sign-in", "sign in"."""

import ast
import gettext
import re
import time
from importlib.resources import files
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from tests.every_page.markup import Page, headings
from tests.factories.organisations import MembershipFactory

CATALOGUE = Path(__file__).parents[2] / "organisations" / "locale" / "en_GB" / "LC_MESSAGES" / "django.po"
PASSWORD = "a long enough password"
SIGNED_OUT = {
    "/accounts/login/": "Sign in",
    "/accounts/signup/": "Accounts are by invitation",
    "/accounts/inactive/": "Your account is switched off",
    "/accounts/confirm-email/": "Look at your email",
    "/accounts/confirm-email/forged/": "Confirm your email address",
    "/accounts/password/reset/": "Reset your password",
    "/accounts/password/reset/done/": "Look at your email",
    "/accounts/password/reset/key/1-forged/": "This link has ended",
    "/accounts/password/reset/key/done/": "Choose a new password",
    "/accounts/3rdparty/login/cancelled/": "You did not sign in",
}
SIGNED_IN = {
    "/accounts/logout/": "Sign out",
    "/accounts/password/change/": "Change your password",
    "/accounts/reauthenticate/": "Confirm that it is you",
    "/accounts/2fa/": "Two-step sign-in",
    "/accounts/2fa/totp/activate/": "Set up an authenticator app",
    "/accounts/2fa/webauthn/": "Passkeys and security keys",
    "/accounts/2fa/webauthn/add/": "Add a passkey or security key",
    "/accounts/3rdparty/": "Other ways to sign in",
}
PROPER = {"ICB", "NHS", "API", "QR"}


@pytest.fixture
def user(db):
    user = MembershipFactory().user
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def signed_in(user):
    """Somebody who has just given the password again, as the second step is changed by nobody else."""
    cache.clear()  # else the tests before this one would have used up how often one may ask
    client = Client()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def shouted(html):
    """Headings, buttons, labels and the title in which a word after the first has a capital for no reason."""
    parts = Page(html).all("h1", "h2", "button", "label")
    words = [" ".join(each.text.split()) for each in parts if not each.inside("header") and not each.inside("footer")]
    return [each for each in words if any(word[0].isupper() and word not in PROPER for word in each.split()[1:])]


def test_shouting_would_be_noticed():
    page = "<h1>Two-Factor Authentication</h1><h2>Your NHS account</h2><button>Sign In</button><header><h2>A B</h2></header>"
    assert shouted(page) == ["Two-Factor Authentication", "Sign In"]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "heading"), SIGNED_OUT.items())
def test_signed_out(address, heading):
    page = Client().get(address, follow=True).text
    assert headings(page) == [heading]
    assert shouted(page) == []


@pytest.mark.parametrize(("address", "heading"), SIGNED_IN.items())
def test_signed_in(signed_in, address, heading):
    page = signed_in.get(address, follow=True).text
    assert headings(page) == [heading]
    assert shouted(page) == []


def code_of(secret):
    """What the app on the phone shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def with_app(signed_in):
    """A client of somebody who set up an authenticator app, and the secret in it."""
    page = signed_in.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    answer = signed_in.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return signed_in, secret


def test_a_wrong_code_is_answered_with_a_sentence(signed_in):
    page = signed_in.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert page.context["form"].errors == {"code": ["This code is not right. Enter the one that the app shows now."]}


def test_the_second_step_from_setting_up_to_switching_off(with_app):
    client, _secret = with_app
    pages = {
        "/accounts/2fa/": "Two-step sign-in",
        "/accounts/2fa/recovery-codes/": "Recovery codes",
        "/accounts/2fa/recovery-codes/generate/": "Recovery codes",
        "/accounts/2fa/totp/deactivate/": "Switch off the authenticator app",
    }
    found = {address: client.get(address).text for address in pages}
    assert {address: headings(page) for address, page in found.items()} == {a: [h] for a, h in pages.items()}
    assert [shouted(page) for page in found.values()] == [[]] * 4
    assert "You sign in with a code from an app on your phone." in found["/accounts/2fa/"]
    assert "10 of 10 recovery codes are not used yet." in found["/accounts/2fa/recovery-codes/"]


def test_the_second_step_is_asked_for_at_the_next_sign_in(with_app, user):
    _client, _secret = with_app
    later = Client()
    asked = later.post("/accounts/login/", {"login": user.email, "password": PASSWORD}, follow=True)
    assert asked.redirect_chain == [("/accounts/2fa/authenticate/", 302)]
    assert headings(asked.text) == ["Two-step sign-in"]
    assert shouted(asked.text) == []
    assert later.get("/").status_code == 302


@pytest.mark.parametrize("known", [True, False])
def test_the_email_about_a_forgotten_password(user, mailoutbox, known):
    address = user.email if known else "stranger@example.org"
    Client().post("/accounts/password/reset/", {"email": address})
    [message] = mailoutbox
    first = (
        "somebody asked to reset the password of your account. If it was you, follow the link and choose a new one."
        if known
        else f"somebody asked to reset the password of an account with the address {address}. There is no such account."
    )
    assert message.to == [address]
    assert message.body.splitlines()[:3] == ["Hello,", "", first]
    assert re.findall(r"\b(log ?in|sign up|Thank you)\b", message.body) == []


def entries():
    """msgid -> its translations, read from the text of the catalogue."""
    found, msgid = {}, None
    for line in CATALOGUE.read_text().splitlines():
        kind, _, quoted = line.partition(" ")
        if kind == "msgid":
            msgid = ast.literal_eval(quoted)
            found[msgid] = []
        elif kind.startswith("msgstr"):
            found[msgid].append(ast.literal_eval(quoted))
        elif line.startswith('"'):
            found[msgid][-1] += ast.literal_eval(line)
    return found


def catalogue(path):
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def msgids(compiled):
    return {key if isinstance(key, str) else key[0] for key in compiled._catalog}


def test_the_compiled_catalogue_is_the_one_that_is_read():
    compiled = catalogue(CATALOGUE.with_suffix(".mo"))
    plural = {msgid: strings for msgid, strings in entries().items() if len(strings) > 1}
    single = {msgid: strings[0] for msgid, strings in entries().items() if len(strings) == 1}
    assert {msgid: compiled.gettext(msgid) for msgid in single if msgid} == {m: s for m, s in single.items() if m}
    assert {m: [compiled.ngettext(m, m + "s", number) for number in (1, 2)] for m in plural} == plural
    assert msgids(compiled) == set(entries())


def test_every_phrase_is_still_one_of_theirs():
    """A release of allauth that words something anew would otherwise bring its words back unseen."""
    theirs = [catalogue(path / "LC_MESSAGES" / "django.mo") for path in (files("allauth") / "locale").iterdir()]
    known = {msgid for each in theirs for msgid in msgids(each)}
    assert [msgid for msgid in entries() if msgid not in known] == []


def refusals(response):
    """The lines of the error summary."""
    found = re.search(r"nhsuk-error-summary__list.*?</ul>", response.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in re.findall(r"<li.*?</li>", found[0], re.DOTALL)]


@pytest.mark.parametrize(
    ("address", "typed", "said"),
    [
        (
            "login/",
            {"login": "ama", "password": "x"},
            ["Work email address must be an e-mail address, like ama@example.org"],
        ),
        (
            "login/",
            {"login": "ama@example.org", "password": "x"},
            ["The email address or the password is not right. Try again, or choose a new password."],
        ),
        ("password/reset/", {"email": "ama"}, ["Work email address must be an e-mail address, like ama@example.org"]),
    ],
)
def test_what_is_refused_at_the_door(db, address, typed, said):
    cache.clear()
    assert refusals(Client().post(f"/accounts/{address}", typed)) == said


@pytest.mark.parametrize(
    ("address", "typed", "said"),
    [
        (
            "password/change/",
            {},
            ["Enter the current password", "Enter the new password", "Enter the new password (again)"],
        ),
        (
            "password/change/",
            {"oldpassword": "x", "password1": "another long one 7", "password2": "another long one 7"},
            ["That is not your present password. Type it again."],
        ),
        ("reauthenticate/", {"password": ""}, ["Enter the password"]),
        ("reauthenticate/", {"password": "x"}, ["That is not your password. Type it again."]),
        ("2fa/totp/activate/", {"code": ""}, ["Enter the authenticator code"]),
        (
            "2fa/totp/activate/",
            {"code": "000"},
            ["This code is not right. Enter the one that the app shows now."],
        ),
    ],
)
def test_what_is_refused_within(signed_in, address, typed, said):
    assert refusals(signed_in.post(f"/accounts/{address}", typed)) == said
