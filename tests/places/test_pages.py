"""The two pages in a real browser, wide and on a telephone, with an accessibility run on each."""

import pytest

from places.loading import load_subset
from places.models import Dataset
from tests.browser import PHONE, WIDE, assert_accessible, sign_in
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def academy(live_server):
    load_subset(["W12 0HS"])
    Dataset.objects.create(name="wards_nwl.csv", rows=168, loaded_at="2026-11-23T09:00:00Z")
    return build_world().users["academy"]


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_an_officer_looks_up_a_postcode(open_page, academy, viewport):
    page = open_page(viewport)
    sign_in(page, academy)
    page.goto("/places/locate/")
    assert_accessible(page)
    page.get_by_label("Postcode").fill("W12")
    page.get_by_role("button", name="Look up").click()
    assert page.title().startswith("Error: Look up a postcode")
    assert_accessible(page)
    page.get_by_label("Postcode").fill("w120hs")
    page.get_by_role("button", name="Look up").click()
    answer = page.get_by_role("status").filter(has_text="W12 0HS")
    assert answer.locator("li").first.inner_text() == (
        "Local: it is in Hammersmith and Fulham, one of the eight North West London boroughs."
    )
    assert_accessible(page)
    page.get_by_role("link", name="Where these answers come from").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Data sources and attribution"


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_anybody_reads_where_the_data_came_from(open_page, academy, viewport):
    page = open_page(viewport)
    page.goto("/about/data/")
    assert page.get_by_role("heading", level=1).inner_text() == "Data sources and attribution"
    assert page.get_by_text("Contains OS data © Crown copyright and database right 2025.").is_visible()
    assert_accessible(page)
