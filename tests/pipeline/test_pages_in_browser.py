"""The pipeline in Chromium: every state under axe on a phone, a decision by keyboard, a booking without JavaScript."""

import pytest

from pipeline.models import Referral
from tests.browser import assert_accessible, sign_in
from tests.world import build_world

pytestmark = pytest.mark.browser


@pytest.fixture
def world(transactional_db):
    return build_world(rooms=("candidates", "vacancies", "programmes", "pipeline"))


def addresses(world, persona):
    """Pages of the room for one reader, by a short name."""
    submitted, booked, kept, offered = (
        world.records[name].reference for name in ("referral", "booked_referral", "kept_referral", "offered_referral")
    )
    vacancy = world.pipeline_vacancy.reference
    found = {
        "list": "/pipeline/?state=all",
        "board": "/pipeline/?view=board&state=all",
        "submitted": f"/pipeline/{submitted}/",
        "booked": f"/pipeline/{booked}/",
        "kept": f"/pipeline/{kept}/",
        "cancel": f"/pipeline/{booked}/cancel/",
        "people": f"/vacancies/{vacancy}/people/",
        "job": f"/pipeline/jobs/{world.employment.reference}/",
    }
    if persona == "academy":
        return found | {
            "accept": f"/pipeline/{offered}/accept/",
            "offer": f"/pipeline/offer/?candidate={world.candidate.reference}&vacancy={vacancy}",
            "interviews": f"/people/{world.candidate.reference}/interviews/",
        }
    return found | {
        "trac": f"/pipeline/{submitted}/trac/",
        "withdraw": f"/vacancies/{vacancy}/withdraw/",
        "file": "/pipeline/trac/",
        "columns": f"/pipeline/trac/{world.trac_upload.reference}/",
    }


@pytest.mark.full  # at 320 pixels tests/every_page looks each time
@pytest.mark.parametrize("persona", ["academy", "recruiter"])
def test_every_page_is_accessible_on_a_phone_in_the_states_of_the_way(phone, world, persona):
    """tests/every_page opens each address at a desk; these are the states that one record cannot be in at once."""
    sign_in(phone, world.users[persona])
    for address in addresses(world, persona).values():
        phone.goto(address)
        assert_accessible(phone)


def test_a_decision_by_keyboard(page, world):
    world.trust.mode = "native"
    world.trust.save()
    Referral.unscoped.filter(pk=world.referral.pk).update(mode="native")
    sign_in(page, world.users["recruiter"])
    page.goto(f"/pipeline/{world.referral.reference}/")
    page.get_by_role("button", name="Decide by criterion").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Not met").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Say why “Works in a team” is not met").click()
    page.keyboard.type("No example of it")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Does not meet the criteria").first.wait_for()
    assert Referral.unscoped.get(pk=world.referral.pk).state == "does_not_meet"


def test_an_answer_is_recorded_without_javascript(no_js, world):
    sign_in(no_js, world.users["academy"])
    no_js.goto(f"/pipeline/{world.offered_referral.reference}/accept/")
    no_js.get_by_label("By telephone").check()
    no_js.get_by_role("button", name="Save").click()
    assert no_js.get_by_text("The candidate’s yes is recorded.").count() == 1
