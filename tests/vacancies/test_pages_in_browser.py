"""The recruiter's pages in a browser: wide, on a phone, without JavaScript, by keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible, assert_reflows, sign_in
from tests.factories.vacancies import VacancyFactory
from tests.world import build_world
from vacancies.ledger import standing_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAMPLE = Path(__file__).parent / "samples" / "nhs_jobs_feed.xml"


@pytest.fixture
def world():
    return build_world()


def addresses(world):
    vacancy, undecided = world.vacancy.get_absolute_url(), world.undecided_vacancy.get_absolute_url()
    return [
        "/vacancies/?state=open&band=2",
        "/vacancies/?q=nothing",
        "/vacancies/add/",
        "/vacancies/standing/",
        "/vacancies/import/",
        f"/vacancies/reserve/?vacancy={world.undecided_vacancy.reference}",
        f"/vacancies/countersign/{world.countersign_token}/",
        vacancy,
        world.override_vacancy.get_absolute_url(),
        undecided,
        f"{undecided}reserve/",
        f"{undecided}correct/closes_on/",
        f"{vacancy}finish/",
    ]


@pytest.mark.full  # at 320 pixels tests/every_page looks each time
def test_on_a_phone(world, phone):
    """At a desk tests/every_page opens them."""
    sign_in(phone, world.users["recruiter"])
    for address in addresses(world):
        phone.goto(address)
        assert_accessible(phone)


def test_less_than_due_by_keyboard_and_countersigned_on_a_phone(world, page, phone):
    sign_in(page, world.users["recruiter"])
    vacancy = VacancyFactory(trust=world.trust, posts=60)  # so large that some posts are due whatever the world holds
    page.goto(f"{vacancy.get_absolute_url()}reserve/")
    page.get_by_label("Posts to reserve").focus()
    page.keyboard.press("Home")
    expect(page.get_by_label("Who agrees?")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Save the decision").press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.get_by_label("Urgent patient-safety need").check()
    page.get_by_label("Explain it in a sentence or two").fill("Winter pressure.")
    page.get_by_label("Who agrees?").fill("Sam Reviewer")
    page.get_by_label("Their e-mail address").fill("sam@example.test")
    page.get_by_role("button", name="Save the decision").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Decided: nothing reserved")
    phone.goto(f"/vacancies/countersign/{world.countersign_token}/")
    phone.get_by_label("Yes, I agree").tap()
    phone.get_by_label("Your job title").fill("Matron")
    phone.get_by_label("Your department").fill("Surgery")
    phone.get_by_label("took no part in this decision").check()
    phone.get_by_role("button", name="Send your answer").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    phone.watch.allow("404")
    phone.goto(f"/vacancies/countersign/{world.countersign_token}/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("This link does not work")


def test_from_feed_file_to_a_reservation_without_javascript(world, no_js):
    sign_in(no_js, world.users["recruiter"])
    no_js.goto("/vacancies/import/")
    no_js.set_input_files("input[type=file]", SAMPLE)
    no_js.get_by_role("button", name="Read the file").click()
    expect(no_js.get_by_role("heading", level=1)).to_contain_text("Check the import")
    no_js.wait_for_load_state()
    assert_reflows(no_js)
    no_js.get_by_role("button", name="1 post each").click()
    expect(no_js.get_by_label("Posts of Healthcare Support Worker, C9333-26-1201")).to_have_value("1")
    no_js.get_by_label("Pay band of Healthcare Support Worker, C9333-26-1201").select_option("Band 2")
    no_js.get_by_role("button", name="Import", exact=True).click()
    no_js.get_by_role("link", name="See which vacancies are due").click()
    before = standing_of(world.trust.pk, 2026)
    no_js.get_by_label("Select Healthcare Support Worker").check()
    no_js.get_by_role("button", name="Reserve posts on selected vacancies").click()
    no_js.get_by_role("button", name="Reserve and decide them all").click()
    expect(no_js.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\d posts? reserved on 1 vacancy$"))
    assert standing_of(world.trust.pk, 2026).posts == before.posts + 1
