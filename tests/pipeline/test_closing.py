"""Withdrawing a vacancy, and what becomes of one that closed with nobody decided."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from audit.clock import today
from audit.models import Event
from audit.mover import Refused
from pipeline.closing import settle_closed_vacancies, withdraw_vacancy
from pipeline.models import Referral
from pipeline.services import decide
from tests.factories.pipeline import InterviewFactory, ReferralFactory
from vacancies.ledger import standing_of
from vacancies.models import Hold, HoldKind
from vacancies.services import hold


def states(vacancy):
    return sorted(Referral.unscoped.filter(vacancy=vacancy).values_list("state", "close_reason"))


def standing(vacancy):
    found = standing_of(vacancy.trust_id, 2026)
    return found.posts, found.reserved, found.adverts, found.reserved_adverts


class TestWithdrawing:
    def test_everything_that_hangs_on_it_ends(self, vacancy, referral, recruiter):
        hold(vacancy=vacancy, kind=HoldKind.ANSWER, cause=f"pipeline.Referral:{referral.pk}", due_on=None, by=recruiter)
        ReferralFactory(vacancy=vacancy, state="offered")
        ReferralFactory(vacancy=vacancy, state="does_not_meet")
        promised = decide(referral=ReferralFactory(vacancy=vacancy), by=recruiter)
        booked = InterviewFactory(referral=promised)
        withdrawn = withdraw_vacancy(vacancy=vacancy, reason="The ward closes", by=recruiter)
        booked.refresh_from_db()
        assert (withdrawn.state, booked.state) == ("withdrawn", "off_trust")
        assert states(vacancy) == [
            ("broken", ""),
            ("closed", "vacancy withdrawn"),
            ("closed", "vacancy withdrawn"),
            ("does_not_meet", ""),
        ]
        assert not Hold.unscoped.filter(cleared_at__isnull=True).exists()

    def test_both_sides_of_the_ring_fence_are_void(self, vacancy, recruiter):
        assert standing(vacancy) == (1, 1, 1, 1)
        withdraw_vacancy(vacancy=vacancy, reason="The ward closes", by=recruiter)
        assert standing(vacancy) == (0, 0, 0, 0)

    def test_a_reason_is_needed_and_nothing_half_done(self, vacancy, referral, recruiter):
        with pytest.raises(Refused, match="^Say why the vacancy is withdrawn: people who were put forward will ask.$"):
            withdraw_vacancy(vacancy=vacancy, reason=" ", by=recruiter)
        vacancy.refresh_from_db()
        assert (vacancy.state, states(vacancy)) == ("open", [("submitted", "")])

    @pytest.mark.parametrize("persona", ["academy", "other_recruiter"])
    def test_only_its_own_trust(self, vacancy, world, persona):
        with pytest.raises(Refused, match="^Only the trust's own recruiters and HR change its vacancies.$"):
            withdraw_vacancy(vacancy=vacancy, reason="x", by=world.acting(persona))


@pytest.fixture
def over(vacancy):
    """The vacancy closed last week."""
    vacancy.opened_on, vacancy.closes_on = today() - timedelta(days=30), date(2026, 11, 16)
    vacancy.save()
    return vacancy


def settled():
    return {outcome: [vacancy.pk for vacancy in found] for outcome, found in settle_closed_vacancies().items()}


class TestClosedWithNobodyDecided:
    def test_it_lapses_once_the_answers_are_late(self, over):
        ReferralFactory(vacancy=over, decide_by=date(2026, 11, 20))
        assert settled() == {"lapsed": [over.pk], "shortfall": []}
        assert standing(over) == (1, 0, 1, 0)

    def test_not_while_an_answer_may_come_in_time(self, over):
        ReferralFactory(vacancy=over, decide_by=date(2026, 11, 20))
        ReferralFactory(vacancy=over, decide_by=today())
        assert settled() == {"lapsed": [], "shortfall": []}
        assert standing(over) == (1, 1, 1, 1)

    def test_not_where_somebody_was_decided(self, over, recruiter):
        decide(referral=ReferralFactory(vacancy=over), by=recruiter)
        ReferralFactory(vacancy=over, decide_by=date(2026, 11, 20))
        assert settled() == {"lapsed": [], "shortfall": []}

    def test_nobody_sent_is_a_shortfall_and_the_reservation_stands(self, over):
        ReferralFactory(vacancy=over, state="offered")
        assert settled() == {"lapsed": [], "shortfall": [over.pk]}
        assert standing(over) == (1, 1, 1, 1)
        assert Event.objects.get(verb="supply_shortfall").facts == {"slots": 2}

    def test_an_open_vacancy_is_left_alone(self, vacancy):
        assert settled() == {"lapsed": [], "shortfall": []}

    def test_the_command_says_what_it_did_and_does_it_once(self, over):
        outputs = []
        for _ in range(2):
            out = StringIO()
            call_command("lapse_vacancies", stdout=out)
            outputs.append(out.getvalue())
        assert outputs == [f"lapsed: 0\nshortfall: 1 ({over.reference})\n", "lapsed: 0\nshortfall: 0\n"]
