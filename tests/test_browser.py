"""The browser helpers notice what they are for: each is shown a page that breaks its rule."""

import pytest

from organisations.models import User
from tests.browser import PHONE, Watch, assert_accessible, assert_reflows, sign_in, violations

pytestmark = pytest.mark.browser
GOOD = """<!doctype html><html lang="en"><head><title>Good</title></head><body><main><h1>Good</h1>
<p>Words.</p></main></body></html>"""
NO_ALT = GOOD.replace("<p>Words.</p>", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="9" height="9">')
WIDE_TABLE = GOOD.replace("Words.", '<span style="display: inline-block; width: 700px">Wide</span>')


@pytest.fixture
def blank(chromium):
    """A page without a server, watched as if its site were example.test."""
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.watch = Watch(context, "http://example.test")
    yield page
    context.close()


def serve(page, html, *, headers=None):
    """Let http://example.test/ answer with `html`, and go there."""
    page.context.route(
        "http://example.test/**", lambda route: route.fulfill(body=html, content_type="text/html", headers=headers)
    )
    page.goto("http://example.test/")


def test_a_good_page_passes(blank):
    serve(blank, GOOD)
    assert_accessible(blank)
    assert blank.watch.unexpected() == []


def test_a_picture_without_words_is_named_with_its_rule(blank):
    serve(blank, NO_ALT)
    found = violations(blank)
    assert [line.split(" ")[0] for line in found] == ["image-alt"]
    assert "<img src=" in found[0]
    assert violations(blank, without={"image-alt"}) == []


def test_sideways_scroll_is_noticed(blank):
    serve(blank, WIDE_TABLE)
    with pytest.raises(AssertionError, match="scrolls sideways"):
        assert_accessible(blank)
    with pytest.raises(AssertionError, match="at 320 pixels"):
        assert_reflows(blank)
    assert blank.viewport_size == PHONE


def test_a_request_off_the_site_is_stopped_and_noted(blank):
    serve(blank, GOOD.replace("Words.", '<img alt="Far" src="http://elsewhere.test/a.png">'))
    assert blank.watch.unexpected()[0] == "request off the site: http://elsewhere.test/a.png"


def test_a_breach_of_the_policy_is_noted(blank):
    page = GOOD.replace("</body>", "<script>document.title = 'Changed'</script></body>")
    serve(blank, page, headers={"Content-Security-Policy": "script-src 'self'"})
    assert blank.title() == "Good"
    assert len(blank.watch.unexpected()) == 1
    assert "Content Security Policy" in blank.watch.unexpected()[0]


def test_an_error_of_a_script_is_noted_unless_allowed(blank):
    serve(blank, GOOD.replace("</body>", "<script>throw new Error('lost')</script></body>"))
    assert blank.watch.unexpected() == ["uncaught: lost"]
    blank.watch.allow("lost")
    assert blank.watch.unexpected() == []


@pytest.mark.django_db(transaction=True)
class TestOnTheSite:
    """The watched pages against the real server, its policy and its static files."""

    def test_a_signed_in_page_is_accessible_on_a_desk_and_on_a_telephone(self, page, phone):
        someone = User.objects.create_user(email="someone@example.test", name="Someone")
        for each in (page, phone):
            sign_in(each, someone)
            each.goto("/")
            assert "/accounts/login/" not in each.url
            assert each.locator("h1").count() == 1
            assert_accessible(each)

    def test_the_sign_in_page_works_without_javascript(self, no_js):
        no_js.goto("/accounts/login/")
        assert no_js.locator("form input[type=password]").count() == 1
