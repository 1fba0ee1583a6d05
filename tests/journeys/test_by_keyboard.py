"""The main verbs by keyboard alone: Tab, Enter, Space and typing. The focus is always on something that can be seen."""

import pytest
from playwright.sync_api import expect

from pipeline.models import Referral
from tests.factories.vacancies import VacancyFactory
from tests.world import build_world
from vacancies.models import Vacancy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long demo password"  # of tests/world.py
MOST_TABS = 90
# What has the focus: its words, whether it is on the page, and whether the design system draws it as focused.
FOCUSED = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const label = it.labels && it.labels[0] ? getComputedStyle(it.labels[0], '::before') : style;
  const drawn = [style, label].some(each => each.boxShadow !== 'none' || each.outlineStyle !== 'none');
  const words = (it.labels && it.labels[0] ? it.labels[0].textContent : it.getAttribute('aria-label') || it.textContent);
  return {tag: it.tagName, name: it.name || '', words: words.trim().replace(/\\s+/g, ' '),
          seen: box.width > 0 && box.height > 0 && (drawn || it.matches(':focus-visible'))};
}"""


class Hands:
    """A keyboard, and eyes that look for the focus."""

    def __init__(self, page):
        self.page = page

    def focused(self):
        return self.page.evaluate(FOCUSED)

    def tab_to(self, *, name="", words=""):
        """Press Tab until the focus is there; on the way it is never out of sight."""
        passed = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            at = self.focused()
            passed.append(at)
            assert at["seen"] or at["tag"] == "BODY", f"{self.page.url}: the focus is out of sight on {at}"
            if (name and at["name"] == name) or (words and at["words"] == words):
                return
        raise AssertionError(
            f"{self.page.url}: Tab never comes to {name or words}: {[p['words'][:30] for p in passed]}"
        )

    def type_into(self, name, text):
        self.tab_to(name=name)
        self.page.keyboard.type(text)

    def press(self, words):
        """Go to a button or a link, and press Enter."""
        self.tab_to(words=words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, name):
        """Go to the first of a group, and press Space."""
        self.tab_to(name=name)
        self.page.keyboard.press("Space")


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def hands(page, world):
    """`hands(persona)` signs in by the form, without a mouse."""

    def sign_in(persona):
        page.context.clear_cookies()
        page.goto("/accounts/login/")
        by_keys = Hands(page)
        by_keys.type_into("login", f"{persona}@example.test")
        by_keys.type_into("password", PASSWORD)
        by_keys.press("Sign in")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        return by_keys

    return sign_in


def test_the_skip_link_is_first_and_leads_past_the_menu(hands):
    page = hands("academy").page
    page.goto("/people/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)") is True


def test_a_wrong_password_takes_the_focus_to_the_summary_and_from_there_to_the_box(page, world):
    page.goto("/accounts/login/")
    by_keys = Hands(page)
    by_keys.tab_to(name="login")
    by_keys.press("Sign in")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    by_keys.tab_to(words="Enter your work email address")
    page.keyboard.press("Enter")
    expect(page.locator("[name=login]")).to_be_focused()


def test_somebody_is_enrolled(hands):
    by_keys = hands("academy")
    page = by_keys.page
    page.goto("/people/enrol/")
    by_keys.tab_to(words="Enrol this person")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[name=family_name]")).to_be_focused()
    page.keyboard.type("Lindqvist")
    by_keys.choose("right_to_work")
    by_keys.press("Enrol this person")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lindqvist")


def test_a_vacancy_is_reserved(hands, world):
    vacancy = VacancyFactory(trust=world.trust, title="Cook", posts=60)  # some are due whatever the world holds
    by_keys = hands("recruiter")
    page = by_keys.page
    page.goto(f"{vacancy.get_absolute_url()}reserve/")
    by_keys.press("Save the decision")
    expect(page.get_by_role("heading", level=1)).to_contain_text("reserved")
    assert Vacancy.unscoped.get(pk=vacancy.pk).entries.filter(kind="reserve").count() == 1


def test_a_referral_is_decided(hands, world):
    world.trust.mode = "native"
    world.trust.save()
    Referral.unscoped.filter(pk=world.referral.pk).update(mode="native")
    by_keys = hands("recruiter")
    page = by_keys.page
    page.goto(f"{world.referral.get_absolute_url()}decide/")
    by_keys.press("Save")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    [criterion] = world.pipeline_vacancy.criteria.filter(essential=True)
    by_keys.choose(f"met_{criterion.pk}")
    by_keys.press("Save")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert Referral.unscoped.get(pk=world.referral.pk).state == "meets"
