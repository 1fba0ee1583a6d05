"""How far one vacancy's promise got: each level by itself, and what closed with nobody sent in none of them."""

import pytest
from django.test import Client

from pipeline.far import Far, far_of
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.models import EntryKind
from vacancies.ring_fencing import record_level


def test_each_level_by_itself(vacancy, recruiter):
    for state in ("offered", "submitted", "meets"):
        ReferralFactory(vacancy=vacancy, state=state, submitted_on=None if state == "offered" else vacancy.opened_on)
    record_level(vacancy=vacancy, kind=EntryKind.CONSIDERED, cause="one", by=recruiter)
    assert far_of(vacancy) == Far(slots=2, sent=2, considered=1, interviewed=0, appointed=0)


@pytest.mark.parametrize(
    ("state", "offered", "no_taker", "nobody"),
    [("open", True, 0, 0), ("closed", True, 1, 0), ("finished", False, 0, 1), ("shortlisting", True, 1, 0)],
)
def test_a_reserved_post_that_nobody_was_sent_to_is_told_apart(world, state, offered, no_taker, nobody):
    vacancy = VacancyFactory(trust=world.trust, state=state)
    reserve_posts(vacancy)
    ReferralFactory(
        vacancy=vacancy,
        state="declined" if offered else "suggested",
        submitted_on=None,
        offered_on=vacancy.opened_on if offered else None,
    )
    far = far_of(vacancy)
    assert (far.sent, far.no_taker, far.nobody_to_offer) == (0, no_taker, nobody)


@pytest.mark.parametrize("persona", ["recruiter", "colleague", "academy_officer"])
def test_the_page(world, vacancy, referral, persona):
    client = Client()
    client.force_login(world.users[{"academy_officer": "academy"}.get(persona, persona)])
    page = words(client.get(f"/vacancies/{vacancy.reference}/people/"))
    assert "Interview slots promised 2 People sent 1 Considered 0 Interviewed 0 Appointed 0" in page
