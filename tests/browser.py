"""Chromium for the tests: pages that are watched, signed in without a form, and checked for accessibility."""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client

# The shell is the same engine without a desktop's window around each page: a page costs it two fifths of the work.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
LONG = {"run": False}  # whether this is a run with --full
NARROWEST = 320  # WCAG 2.2, 1.4.10 Reflow
# No other host is found. A route that stopped requests would ask this process about each, and turn the cache off.
HERE_ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_chromium():
    """The system's Chromium; None if there is none."""
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


class Watch:
    """Notes each request off the site, each console error and each breach of the CSP; the fixture fails on any."""

    def __init__(self, context, site):
        self.site = urlsplit(site).netloc
        self.problems = []
        self.allowed = []
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"uncaught: {error.error}"))

    def allow(self, part):
        """Let problems pass that contain `part`: for a test that provokes one, such as a page that answers 404."""
        self.allowed.append(part)

    def unexpected(self):
        """The problems that no `allow` covers."""
        return [problem for problem in self.problems if not any(part in problem for part in self.allowed)]

    def _is_ours(self, url):
        parts = urlsplit(url)
        return parts.scheme in {"data", "blob", "about"} or parts.netloc == self.site

    def _request(self, request):
        if not self._is_ours(request.url):
            self._note(f"request off the site: {request.url}")

    def _console(self, message):
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _note(self, problem):
        self.problems.append(problem)


def kept(serve):
    """Static files that the browser may keep for an hour, as in production (WhiteNoise), and not ask for on each page."""

    def serve_to_keep(handler, request):
        response = serve(handler, request)
        response["Cache-Control"] = "max-age=3600"
        return response

    return serve_to_keep


@pytest.fixture(scope="session")
def chromium():
    """One browser for each test process."""
    executable = find_chromium()
    if not executable:
        pytest.skip("needs a browser: no Chromium found (apt install chromium)")
    if not (Path(settings.BASE_DIR) / "static_built" / "nhsuk").is_dir():
        pytest.skip("browser tests need the design system's files (python -m nhsuk.assets, or ./run test)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to load, and only browser tests need it

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv(
            "DJANGO_ALLOW_ASYNC_UNSAFE", "1"
        )  # Playwright's loop runs in this thread; Django is not async here
        patch.setattr(StaticFilesHandler, "serve", kept(StaticFilesHandler.serve))
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", HERE_ALONE])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, live_server):
    """open_page(viewport, **context options): a watched page; several in one test are several people."""
    opened = []

    def make(viewport=WIDE, **options):
        context = chromium.new_context(viewport=viewport, base_url=live_server.url, locale="en-GB", **options)
        context.set_default_timeout(30_000)  # a busy machine takes its time over the first page
        watch = Watch(context, live_server.url)
        page = context.new_page()
        page.watch = watch
        page.site = live_server.url
        opened.append((context, watch))
        return page

    yield make
    for context, _ in opened:
        context.close()
    problems = [problem for _, watch in opened for problem in watch.unexpected()]
    assert problems == []


@pytest.fixture
def page(open_page):
    """A page on a desk: 1280 pixels wide. `page.watch.allow(...)` for problems that the test provokes."""
    return open_page(WIDE)


@pytest.fixture
def phone(open_page):
    """A page on a telephone: 390 pixels wide, touch."""
    return open_page(PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def no_js(open_page):
    """A page without JavaScript."""
    return open_page(WIDE, java_script_enabled=False)


def sign_in(page, user, **session_values):
    """Give `page` a session of `user` without the sign-in form; `session_values` are put into the session."""
    client = Client()
    client.force_login(user)
    if session_values:
        session = client.session
        session.update(session_values)
        session.save()
    take_session(page, client)


def take_session(page, client):
    """Put the session cookie of a Django test client into the browser."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.site}])


def scrolls_sideways(page):
    """Whether the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def assert_reflows(page, *, width=NARROWEST):
    """The page fits a window `width` pixels wide without sideways scroll."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": before["height"]})
    for _ in range(20):  # the menu is laid out anew a moment after the window changes
        too_wide = scrolls_sideways(page)
        if not too_wide:
            break
        page.wait_for_timeout(50)
    page.set_viewport_size(before)
    assert not too_wide, f"{page.url} scrolls sideways at {width} pixels"


def violations(page, *, without=(), contrast=True):
    """What axe finds: one readable line for each element, rules in `without` left out.

    Contrast is most of axe's time. tests/every_page and the pages of every component measure it each time, journeys
    through the same pages with --full.
    """
    from axe_playwright_python.base import AXE_SCRIPT  # noqa: PLC0415 - only browser tests need it

    page.wait_for_load_state()  # a page that is still arriving has a title and no body yet
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}  # of what passes no list
    if not contrast:
        options["rules"] = {"color-contrast": {"enabled": False}}
    found = page.evaluate("options => axe.run(document, options).then(results => results.violations)", options)
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {' '.join(map(str, node['target']))}: {node['html'][:160]}"
        for rule in found
        if rule["id"] not in without
        for node in rule["nodes"]
    ]


def assert_accessible(page, *, without=(), contrast=False):
    """axe finds nothing on the page as it is now, and it does not scroll sideways, here or at 320 pixels."""
    found = violations(page, without=without, contrast=contrast or LONG["run"])
    assert not found, "\n".join([f"{page.url}: axe finds {len(found)}", *found])
    assert not scrolls_sideways(page), f"{page.url} scrolls sideways"
    assert_reflows(page)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A test that uses a browser fixture is a browser test, marked or not."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_configure(config):
    LONG["run"] = bool(config.getoption("--full", default=False))
    os.environ.setdefault("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
