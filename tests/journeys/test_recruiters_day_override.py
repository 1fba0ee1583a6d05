"""Less than due: countersigned on a phone by link; another one unsigned in time, so published as unsigned, then refused.

Worked by hand. Ward host has 6 posts: 2 are due, none is reserved. Theatre porter has 6 more: of 12 posts 3 are needed
and none is there, so 3 are due; 1 is reserved. The debt stays: 12 posts, 1 reserved, 2 short; 1 of 2 adverts has one.
"""

import re
from datetime import date

import pytest

from outbox.models import Message
from tests.browser import assert_accessible
from tests.factories.vacancies import VacancyFactory
from tests.journeys.steps import figures, follow, heading, press, rows, said, signed_in, words
from tests.world import build_world
from vacancies.models import Override

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGNED = "How each trust keeps the ring-fence"


@pytest.fixture
def world():
    return build_world(rooms=())


def advertised(world, title):
    return VacancyFactory(trust=world.trust, title=title, posts=6, closes_on=date(2026, 12, 18))


def test_less_than_due_is_signed_by_link_or_published_as_unsigned(world, page, phone, settings):
    host, porter = advertised(world, "Ward host"), advertised(world, "Theatre porter")
    signed_in(page, world.users["recruiter"])
    reserve_less(page, host, due=2, reserve=0, signer="Sam Reviewer")
    sign_on_a_phone(phone, link_to("sam.reviewer@example.test"), "Yes, I agree")
    page.goto(host.get_absolute_url())
    said(page, "Countersigned by Sam Reviewer, Matron, Surgery (example.test) on 23 November 2026. “Seen.”")

    reserve_less(page, porter, due=3, reserve=1, signer="Jo Absent")
    the_page_says(page, porter, "Waiting for a countersignature: Jo Absent (example.test), by 30 November 2026.")
    settings.FROZEN_TODAY = "2026-12-01"  # the fifth working day after the 23rd was the 30th
    the_page_says(
        page,
        porter,
        "Not countersigned in time: Jo Absent (example.test), by 30 November 2026. It is published as unsigned.",
    )
    published(page, world, signed_in(phone, world.users["icb_analyst"]), missing=1, overdue=1)

    earlier = link_to("jo.absent@example.test")
    ask_somebody_else(page)
    phone.context.clear_cookies()
    phone.watch.allow("404")
    phone.goto(earlier)
    heading(phone, "This link does not work")
    sign_on_a_phone(phone, link_to("kim.other@example.test"), "No, I do not agree")
    the_page_says(
        page,
        porter,
        "Countersignature refused by Kim Other, Matron, Surgery (example.test) on 1 December 2026. “Seen.”",
    )
    published(page, world, signed_in(phone, world.users["icb_analyst"]), missing=1, overdue=0)
    the_debt_stays(page)


def reserve_less(page, vacancy, *, due, reserve, signer):
    """Less than due asks why and who agrees, and is effective at once."""
    page.goto(f"{vacancy.get_absolute_url()}reserve/")
    page.get_by_label("Posts to reserve").select_option(str(reserve))
    said(page, f"{due} posts are due. You may reserve less at once, by name")
    assert_accessible(page)
    page.get_by_label("Urgent patient-safety need").check()
    page.get_by_label("Explain it in a sentence or two").fill("The ward opens on Monday.")
    page.get_by_label("Who agrees?").fill(signer)
    page.get_by_label("Their e-mail address").fill(f"{signer.lower().replace(' ', '.')}@example.test")
    press(page, "Save the decision")
    heading(page, f"{reserve} post reserved" if reserve else "Decided: nothing reserved")
    override = Override.unscoped.get(vacancy=vacancy)
    assert (override.due, override.reserved) == (due, reserve)


def link_to(email):
    """The link in the last e-mail to somebody; the e-mail names no candidate and asks for no sign-in."""
    return re.search(r"/vacancies/countersign/[^/\s]+/", Message.unscoped.filter(to=email).last().body)[0]


def sign_on_a_phone(phone, address, answer):
    phone.goto(address)
    heading(phone, "Countersign a decision")
    said(phone, "The ward opens on Monday.")
    assert_accessible(phone)
    phone.get_by_label(answer).tap()
    phone.get_by_label("Your job title").fill("Matron")
    phone.get_by_label("Your department").fill("Surgery")
    phone.get_by_label("took no part in this decision").check()
    phone.get_by_label("Remark").fill("Seen.")
    press(phone, "Send your answer")
    heading(phone, "Thank you")
    assert_accessible(phone)


def the_page_says(page, vacancy, sentence):
    page.goto(vacancy.get_absolute_url())
    assert sentence in words(page)


def published(page, world, icb, *, missing, overdue):
    """The ICB sees for each trust how many signatures are missing, and how many of them are late."""
    icb.goto("/reports/oversight/")
    found = {row[0]: row[1:3] for row in rows(icb, SIGNED)}
    assert found[world.trust.short_name] == [str(missing), str(overdue)]
    assert found[world.other_trust.short_name] == ["0", "0"]


def ask_somebody_else(page):
    page.goto("/")
    follow(page, "Ask again for the countersignature of Jo Absent: Theatre porter")
    assert page.get_by_label("Who agrees?").input_value() == "Jo Absent"
    assert_accessible(page)
    page.get_by_label("Who agrees?").fill("Kim Other")
    page.get_by_label("Their e-mail address").fill("kim.other@example.test")
    press(page, "Send the link")
    said(page, "Link sent to kim.other@example.test.")


def the_debt_stays(page):
    page.goto("/vacancies/standing/")
    said(page, "You are 2 posts short. No undecided vacancy of the next 14 days could clear it.")
    assert figures(page) == [
        "8.3% of entry-level posts reserved",
        "50.0% of entry-level adverts with a reserved post",
        "2 posts short",
        "0 adverts short",
    ]
