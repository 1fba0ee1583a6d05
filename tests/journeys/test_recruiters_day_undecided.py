"""Undecided becomes due, is decided; another is not decided in time, and a reservation lapses: what the standing then says.

Worked by hand, in posts (20% of them rounded up is needed) and adverts:

| when | what happens | posts | reserved | needed | adverts | with one |
|---|---|---|---|---|---|---|
| 23 Nov | Ward host, 6 posts: 2 due, 2 reserved | 6 | 2 | 2 | 1 | 1 |
| 26 Nov | Theatre porter, 5 posts, was to be decided by the 25th | 11 | 2 | 3 | 2 | 1 |
| 26 Nov | Ward clerk, 5 posts: 4 - 2 = 2 due, 2 reserved | 16 | 4 | 4 | 3 | 2 |
| 21 Dec | Ward host closed, one person sent, nobody decided: it lapses | 16 | 2 | 4 | 3 | 1 |
"""

from datetime import date

import pytest
from django.core.management import call_command

from tests.browser import assert_accessible
from tests.factories.pipeline import ReferralFactory
from tests.factories.vacancies import VacancyFactory
from tests.journeys.steps import figures, follow, heading, press, rows, said, signed_in, words
from tests.world import build_world
from vacancies.models import Vacancy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world():
    return build_world(rooms=())


def advertised(world, title, posts, closes_on):
    return VacancyFactory(trust=world.trust, title=title, posts=posts, closes_on=closes_on)


def test_undecided_becomes_due_is_decided_or_counted_without(world, page, settings):
    host = advertised(world, "Ward host", 6, date(2026, 12, 18))
    porter = advertised(world, "Theatre porter", 5, date(2026, 11, 30))
    signed_in(page, world.users["recruiter"])
    today_asks_for_both(page)
    decide_what_is_due(page, "Ward host", due=2)
    stands_at(page, "Nothing is owed: at least 20% of posts and of adverts are reserved.", "33.3%", "100.0%", 0)

    settings.FROZEN_TODAY = "2026-11-26"  # the porter was to be decided by the 25th
    the_last_day_has_passed(page, porter)
    call_command("lapse_undecided")
    it_is_counted_with_nothing(page, porter)
    stands_at(
        page, "You are 1 post short. No undecided vacancy of the next 14 days could clear it.", "18.1%", "50.0%", 1
    )

    advertised(world, "Ward clerk", 5, date(2026, 12, 17))
    stands_at(page, "You are 1 post short; Ward clerk (closes 17 December) would clear it.", "18.1%", "50.0%", 1)
    page.goto("/")
    decide_what_is_due(page, "Ward clerk", due=2)
    stands_at(page, "Nothing is owed: at least 20% of posts and of adverts are reserved.", "25.0%", "66.6%", 0)

    ReferralFactory(vacancy=host, state="submitted")
    settings.FROZEN_TODAY = "2026-12-21"  # the host closed on the 18th, and the answer was owed in November
    call_command("lapse_vacancies")
    stands_at(
        page, "You are 2 posts short. No undecided vacancy of the next 14 days could clear it.", "12.5%", "33.3%", 2
    )
    the_ledger_tells_all_of_it(page)
    assert_accessible(page)


def today_asks_for_both(page):
    page.goto("/")
    found = words(page)
    assert "Decide how many posts to reserve: Theatre porter" in found
    assert "By 25 November" in found  # three working days before Monday the 30th
    assert "Decide how many posts to reserve: Ward host" in found


def decide_what_is_due(page, title, *, due):
    """From Today to the note for TRAC, with nothing to change on the way."""
    follow(page, f"Decide how many posts to reserve: {title}")
    assert f"{due} due now" in figures(page)
    press(page, "Save the decision")
    heading(page, f"{due} posts reserved")
    assert f"up to {due * 2} guaranteed interviews" in words(page)


def the_last_day_has_passed(page, vacancy):
    """Until the night nothing is written, and the page says what the night will do."""
    page.goto(vacancy.get_absolute_url())
    said(page, "Next: The last day to decide has passed")
    page.goto(f"{vacancy.get_absolute_url()}reserve/")
    said(
        page, f"A decision on {vacancy.reference} counted until 25 November 2026. It is counted with nothing reserved."
    )


def it_is_counted_with_nothing(page, vacancy):
    page.goto(vacancy.get_absolute_url())
    said(page, "It is counted with nothing reserved.")
    said(page, "Counted with nothing reserved: not decided in time")
    assert Vacancy.unscoped.get(pk=vacancy.pk).state == "open"


def stands_at(page, sentence, posts, adverts, short):
    page.goto("/vacancies/standing/")
    said(page, sentence)
    assert figures(page) == [
        f"{posts} of entry-level posts reserved",
        f"{adverts} of entry-level adverts with a reserved post",
        f"{short} post{'' if short == 1 else 's'} short",
        "0 adverts short",
    ]


def the_ledger_tells_all_of_it(page):
    """Newest first: kind, vacancy, posts, reserved, and who wrote it."""
    found = [(row[0], row[1], row[2], row[3], row[5]) for row in rows(page, "Entries of the ledger")]
    recruiter = "Recruiter Person, Imperial"
    assert found == [
        ("6 Lapsed", "Ward host", "0", "-2", "The system"),
        ("5 Reserved", "Ward clerk", "0", "2", recruiter),
        ("4 Counted", "Ward clerk", "5", "0", recruiter),
        ("3 Counted", "Theatre porter", "5", "0", "The system"),
        ("2 Reserved", "Ward host", "0", "2", recruiter),
        ("1 Counted", "Ward host", "6", "0", recruiter),
    ]
