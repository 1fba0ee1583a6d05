"""The style guide in a browser: wide, on a phone, without JavaScript, after a swap, on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible, assert_reflows

PAGES = ["/", "/form/", "/vacancies/?trust=RYJ&page=2", "/record/", "/reports/", "/sign-in/", "/swap/"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("guide"), pytest.mark.django_db(transaction=True)]


def test_wide(page):
    for path in PAGES:
        page.goto(path)
        assert_accessible(page, contrast=True)


def test_on_a_phone(phone):
    for path in PAGES:
        phone.goto(path)
        assert_accessible(phone, contrast=True)


def test_without_javascript(no_js):
    for path in PAGES:
        no_js.goto(path)
        assert no_js.locator("h1").count() == 1
        assert_reflows(no_js, width=1280)
        assert_reflows(no_js)


def test_a_faulty_form_takes_the_focus_to_its_summary_and_from_there_to_the_inputs(page):
    page.goto("/form/")
    page.get_by_role("button", name="Save vacancy").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    assert_accessible(page, contrast=True)
    page.get_by_role("link", name="Enter the closing date").click()
    expect(page.get_by_label("Day")).to_be_focused()
    page.get_by_role("link", name="Select the pay band").click()
    expect(page.get_by_label("Band 2")).to_be_focused()


def test_a_faulty_form_works_without_javascript(no_js):
    no_js.goto("/form/")
    no_js.get_by_role("button", name="Save vacancy").click()
    expect(no_js.locator(".nhsuk-error-summary")).to_be_visible()
    no_js.get_by_role("link", name="Enter the job title").click()
    expect(no_js.get_by_label("Job title")).to_be_focused()


def test_after_a_swap_components_start_and_the_focus_is_where_the_server_said(page):
    page.goto("/swap/")
    page.get_by_role("button", name="Reserve").click()
    expect(page.get_by_text("1 post reserved")).to_be_focused()
    page.get_by_role("button", name="Show password").click()
    expect(page.get_by_label("Your password", exact=True)).to_have_attribute("type", "text")
    expect(page.get_by_text("Reserved, said a message.")).to_be_visible()
    assert_accessible(page, contrast=True)


def test_a_refused_form_is_swapped_in(page):
    page.watch.allow("422")
    page.goto("/swap/")
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()


def test_back_after_a_swap_shows_a_whole_page_with_its_scripts(page):
    page.goto("/swap/")
    page.get_by_role("link", name="Next piece").click()
    expect(page.get_by_text("The second piece")).to_be_visible()
    assert page.url.endswith("/swap/?piece=2")
    page.go_back()
    expect(page.get_by_role("button", name="Reserve")).to_be_visible()
    expect(page.locator("body")).to_have_class(re.compile("js-enabled nhsuk-frontend-supported"))
    kept = page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
    assert set(kept) <= {"htmx-current-path-for-history"}  # an address, never a page


def test_a_slash_goes_to_the_search_box_but_not_while_typing(page):
    page.goto("/form/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search by name or reference")).to_be_focused()
    page.get_by_label("Job title").click()
    page.keyboard.type("a/b")
    expect(page.get_by_label("Job title")).to_have_value("a/b")


def test_the_skip_link_goes_to_the_content(page):
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#maincontent")).to_be_focused()


def test_the_links_wrap_until_the_menu_stands(phone):
    """Its module comes late on a slow line, or never: meanwhile the page does not scroll sideways."""
    phone.watch.allow("nhsuk-frontend")
    phone.watch.allow("ERR_FAILED")
    phone.route("**/nhsuk-frontend.min.js*", lambda route: route.abort())
    phone.goto("/")
    links = "document.querySelector('.nhsuk-header__navigation-list')"
    phone.evaluate(f"for (let n = 0; n < 4; n++) {links}.prepend({links}.firstElementChild.cloneNode(true))")
    assert_reflows(phone)


def test_filters_are_open_on_a_desk_and_closed_on_a_phone(page, phone):
    page.goto("/vacancies/")
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible()
    phone.goto("/vacancies/")
    expect(phone.get_by_role("button", name="Apply filters")).to_be_hidden()
    phone.locator("details.anchor-filters > summary").click()
    expect(phone.get_by_role("button", name="Apply filters")).to_be_visible()


def test_a_phone_sorts_by_links_in_sight(phone):
    phone.goto("/vacancies/")
    links = phone.locator("thead [data-sort] a")
    assert links.all_inner_texts() == ["Job", "Closes", "Posts", "Reserved"]
    for link in links.all():
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= phone.viewport_size["width"]
    expect(phone.locator("thead th:not([data-sort])").first).to_have_css("width", "1px")


def test_a_header_is_a_quarter_of_a_phone_at_most(phone):
    phone.goto("/vacancies/")
    assert phone.locator("header").bounding_box()["height"] <= phone.viewport_size["height"] / 4 + 1


def test_what_opens_on_request_is_open_on_paper(page):
    page.goto("/reports/")
    table = page.get_by_role("row", name="Mar 27 £12,000 £21,000")
    expect(table).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(table).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(table).to_be_hidden()


def test_one_drawing_of_each_chart_at_a_time(page, phone):
    for each, shown, hidden in ((page, "wide", "narrow"), (phone, "narrow", "wide")):
        each.goto("/reports/")
        assert each.locator(f".anchor-chart__drawing--{shown}:visible").count() == 2
        assert each.locator(f".anchor-chart__drawing--{hidden}:visible").count() == 0


def test_the_figures_of_a_chart_open_as_a_table(page):
    page.goto("/reports/")
    page.get_by_text("See these figures as a table").first.click()
    expect(page.get_by_role("row", name="Mar 27 £12,000 £21,000")).to_be_visible()
    assert_accessible(page, contrast=True)


def test_targets_are_24_pixels_high(page):
    """WCAG 2.2, 2.5.8: what stands alone; links within a sentence are exempt."""
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(SMALL_TARGETS) == []


SMALL_TARGETS = """() => [...document.querySelectorAll("main button, main input:not([type=hidden]), main select, main summary,"
          + ".anchor-chip, .anchor-tabs__link, .nhsuk-pagination a, header a, header button")]
          .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 24)
          .map((each) => each.outerHTML.slice(0, 120))"""


def test_paper_has_the_content_and_no_controls(page):
    page.goto("/vacancies/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Vacancies", exact=True)).to_be_visible()
    for control in (".anchor-filters", ".nhsuk-header__search", ".nhsuk-pagination", ".nhsuk-footer"):
        expect(page.locator(control)).to_be_hidden()


def test_forced_colours_keep_the_current_page_and_the_buttons(open_page):
    page = open_page(forced_colors="active")
    page.goto("/vacancies/")
    expect(page.locator(".nhsuk-header__navigation-item--current")).to_be_visible()
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible()
