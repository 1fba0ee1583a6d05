"""The shell and its pages, asked without a browser."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template, render_to_string
from django.test import Client, override_settings

from tests.nhsuk.styleguide import VacancyForm

PAGES = ["/", "/form/", "/vacancies/?trust=RYJ&page=2", "/record/", "/reports/", "/sign-in/"]
FOLDERS = [*settings.BASE_DIR.glob("*/templates"), settings.BASE_DIR / "templates"]
INLINE = re.compile(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|hx-on|<style|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE)

pytestmark = pytest.mark.usefixtures("guide")


@pytest.fixture
def visitor():
    return Client()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_style_or_script(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert INLINE.findall(html) == []
    assert SCRIPT.findall(html) == []
    assert set(re.findall(r"https?://[^\"'\s<]+", html)) == set()


def test_no_template_of_any_room_has_inline_style_or_script():
    templates = [path for folder in FOLDERS for path in folder.rglob("*.html")]
    assert len(templates) > 20
    guilty = [path.name for path in templates if INLINE.search(path.read_text()) or SCRIPT.search(path.read_text())]
    assert guilty == []


def test_the_policy_allows_nothing_but_the_site(visitor):
    policy = visitor.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


class TestShell:
    def test_who_acts_is_in_the_header(self, visitor):
        html = visitor.get("/").content.decode()
        header = html[html.index("<header") : html.index("</header>")]
        assert "Recruiter, Imperial College Healthcare NHS Trust" in header
        assert '<a class="nhsuk-header__account-link" href="/switch/">' in header
        assert 'action="/sign-out/" method="post"' in header
        assert "csrfmiddlewaretoken" in header
        assert "Demonstration: people and figures are invented" in header

    def test_the_present_page_is_marked_once(self, visitor):
        html = visitor.get("/vacancies/").content.decode()
        menu = html[html.index('aria-label="Menu"') : html.index("</header>")]
        assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == ["/vacancies/"]

    def test_support_links(self, visitor):
        html = visitor.get("/").content.decode()
        footer = html[html.index("<footer") :]
        assert re.findall(r'href="([^"]+)">([^<]+)<', footer) == [
            ("/accessibility/", "Accessibility statement"),
            ("/how/", "How we calculate figures"),
            ("/sources/", "Data sources and attribution"),
            ("/api/docs/", "API"),
        ]

    def test_signed_out_shows_neither_menu_nor_search_nor_account(self, visitor):
        html = visitor.get("/sign-in/").content.decode()
        assert '<a class="nhsuk-skip-link" href="#maincontent"' in html
        assert [part for part in ('id="search"', 'aria-label="Menu"', 'aria-label="Account"') if part in html] == []

    def test_the_search_box_shows_what_was_searched(self, visitor):
        assert 'value="&lt;porter&gt;"' in visitor.get("/vacancies/?q=<porter>").content.decode()

    def test_title_names_the_page_the_service_and_an_error(self, visitor):
        title = re.compile(r"<title>(.*?)</title>")
        assert title.search(visitor.get("/form/").content.decode())[1] == "Add a vacancy – Guaranteed interviews"
        faulty = visitor.post("/form/", {}).content.decode()
        assert title.search(faulty)[1] == "Error: Add a vacancy – Guaranteed interviews"

    def test_htmx_keeps_no_pages_and_evaluates_nothing(self, visitor):
        html = visitor.get("/").content.decode()
        config = re.search(r"name=\"htmx-config\" content='([^']+)'", html)[1]
        assert '"historyCacheSize":0' in config
        assert '"allowEval":false' in config
        assert '"includeIndicatorStyles":false' in config


class TestForm:
    GOOD = {
        "title": "Porter",
        "trust": "RYJ",
        "band": "2",
        "posts": "3",
        "pay": "13.85",
        "internal": "no",
        "shifts": ["early"],
        "closes_day": "31",
        "closes_month": "3",
        "closes_year": "2027",
        "password": "secret",
        "agreed": "on",
    }

    def test_errors_lead_to_inputs_that_exist(self, visitor):
        html = visitor.post("/form/", {}).content.decode()
        targets = re.findall(r'<li><a href="#([^"]+)">', html)
        assert len(targets) == 11
        assert [target for target in targets if f'id="{target}"' not in html] == []

    def test_every_id_is_used_once(self, visitor):
        for path in PAGES:
            found = re.findall(r'\sid="([^"]+)"', visitor.post(path, {}).content.decode())
            assert sorted(found) == sorted(set(found))

    def test_each_description_exists(self, visitor):
        html = visitor.post("/form/", {}).content.decode()
        named = {one for names in re.findall(r'aria-describedby="([^"]+)"', html) for one in names.split()}
        assert len(named) > 10
        assert [one for one in named if f'id="{one}"' not in html] == []

    def test_a_good_form_is_answered_with_messages(self, visitor, tmp_path):
        advert = tmp_path / "advert.txt"
        advert.write_text("Porter wanted")
        with advert.open("rb") as file:
            html = visitor.post("/form/", {**self.GOOD, "advert": file}, follow=True).content.decode()
        assert "nhsuk-notification-banner--success" in html
        assert "Vacancy NWL-0042 saved." in html
        assert re.findall(r'id="(banner-\d-title)"', html) == ["banner-1-title", "banner-2-title"]
        assert re.findall(r'role="(alert|region)" aria-labelledby="banner', html) == ["alert", "region"]

    def test_a_password_is_not_sent_back(self, visitor):
        assert "secret" not in visitor.post("/form/", {"password": "secret"}).content.decode()

    def test_the_form_of_the_guide_has_every_kind(self):
        kinds = {field.kind for field in VacancyForm()}
        assert kinds == {
            "input", "select", "radios", "number", "checkboxes", "date", "textarea", "file", "password", "checkbox",
        }  # fmt: skip


class TestErrorPages:
    def test_not_found_and_forbidden(self, visitor, rf):
        answer = visitor.get("/nothing/")
        assert answer.status_code == 404
        assert '<h1 class="nhsuk-heading-l">Page not found</h1>' in answer.content.decode()
        request = rf.get("/")
        request.session = {}
        assert "You cannot do this" in render_to_string("403.html", {}, request)
        assert "The page was open for too long" in render_to_string("403.html", {"expired": True}, request)

    def test_a_breakdown_needs_no_context_and_no_look_up(self):
        html = get_template("500.html").render()
        assert "there is a problem with the service" in html
        assert INLINE.findall(html) == []
        source = (settings.BASE_DIR / "templates" / "500.html").read_text()
        assert "{%" not in source
        assert "{{" not in source


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Static files as production collects them, once for all tests."""
    built = settings.BASE_DIR / "static_built" / "nhsuk"
    if not built.is_dir():
        pytest.skip("needs the design system's files (python -m nhsuk.assets, or ./run test)")
    folder = tmp_path_factory.mktemp("collected")
    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": storage}
    with override_settings(STATIC_ROOT=folder, STATICFILES_DIRS=[("nhsuk", built)], STORAGES=storages):
        call_command("collectstatic", "--noinput", verbosity=0)
        yield folder


class TestStaticFiles:
    def test_all_files_are_collected_hashed_and_named_on_the_page(self, collected, visitor):
        html = visitor.get("/").content.decode()
        names = re.findall(r'(?:href|src)="/static/([^"]+)"', html)
        assert [re.sub(r"\.[0-9a-f]{12}\.", ".", name) for name in names] == [
            "anchor/favicon.svg",
            "nhsuk/nhsuk-frontend.min.css",
            "anchor/anchor.css",
            "nhsuk/nhsuk-frontend.min.js",
            "django_htmx/htmx-2.min.js",
            "anchor/anchor.js",
            "anchor/js-enabled.js",
        ]
        assert all((collected / name).is_file() for name in names)
        assert all(re.search(r"\.[0-9a-f]{12}\.", name) for name in names)

    def test_the_style_sheet_asks_for_pictures_that_are_there(self, collected):
        for sheet in collected.glob("*/*.css"):
            for address in re.findall(r"url\([\"']?([^)\"']+)", sheet.read_text()):
                assert (sheet.parent / address).is_file()

    def test_neither_logo_nor_fonts_nor_icons_of_others_are_shipped(self, collected):
        names = {path.name for path in (collected / "nhsuk").rglob("*")}
        assert [name for name in names if re.search(r"logo|favicon|mask|opengraph|woff|manifest|\.map$", name)] == []


def test_own_styles_hold_to_the_pages_and_add_no_address():
    css = Path(settings.BASE_DIR / "nhsuk" / "static" / "anchor" / "anchor.css").read_text()
    assert "url(" not in css
    assert "@import" not in css
    assert "!important" not in css
