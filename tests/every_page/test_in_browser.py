"""Every page in Chromium: axe finds nothing, nothing scrolls sideways at 320 pixels, no error, no breach, one heading."""

import pytest

from tests.browser import NARROWEST, WIDE, scrolls_sideways, sign_in, violations
from tests.every_page.visits import ANONYMOUS, DOCUMENTATION, is_page, one_visit_each
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Each group of readers has a world of its own, so that they can be walked side by side.
GROUPS = {
    "academy": {"academy", "provider", "other_provider"},
    "trust": {"recruiter", "other_recruiter", "lapsed"},
    "leads": {"colleague", "system_admin", "ended", ANONYMOUS},
    "system": {"icb_analyst", "auditor"},
}


def pages_of(group, world):
    """(persona, path) of each page of a group, by persona; a fragment for htmx is no page."""
    visits = [visit for visit in one_visit_each() if visit.persona in GROUPS[group] and not visit.row.headers]
    found = [(each.persona, each.path(world)) for each in visits
             if each.row.name != DOCUMENTATION and is_page(each.path(world), each.row.name)]  # fmt: skip
    return sorted(found)


def look(page, path):
    """What is wrong with one page, as sentences: at a desk, and in a narrow window."""
    before = len(page.watch.unexpected())
    status = page.goto(page.site + path).status
    found = [] if status == 200 else [f"answers {status}"]
    headings = [each.strip() for each in page.locator("h1").all_inner_texts()]
    if len(headings) != 1 or not headings[0] or not page.title().strip():
        found.append(f"headings {headings}, title {page.title()!r}")
    found += violations(page)
    found += ["scrolls sideways"] * scrolls_sideways(page)
    page.set_viewport_size({**WIDE, "width": NARROWEST})
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found += [f"scrolls sideways at {NARROWEST} pixels"] * scrolls_sideways(page)
    found += [
        f"at {NARROWEST} pixels: {each}" for each in violations(page, contrast=False)
    ]  # colours stay as they were
    page.set_viewport_size(WIDE)
    return [f"{path}: {each}" for each in (*found, *page.watch.unexpected()[before:])]


def test_each_address_is_visited_once_by_one_group():
    visits = one_visit_each()
    assert len({visit.row.name for visit in visits}) > 120
    assert sorted(persona for group in GROUPS.values() for persona in group) == sorted(
        {visit.persona for visit in visits} | set().union(*GROUPS.values())
    )


@pytest.mark.parametrize("group", GROUPS)
def test_every_page_is_accessible_and_quiet(group, open_page):
    world, desks, found = build_world(), {}, []
    for persona, path in pages_of(group, world):
        if persona not in desks:
            desks[persona] = open_page()
            if persona in world.users:
                sign_in(desks[persona], world.users[persona])
        found += look(desks[persona], path)
    assert "\n".join(found) == ""
