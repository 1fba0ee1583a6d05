"""What may be decided about a vacancy, by whom and until when: each refusal with its sentence."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import today
from audit.mover import Refused
from organisations.services import system
from tests.factories.vacancies import VacancyFactory
from vacancies.ledger import Line, lock_year, write
from vacancies.models import EntryKind, Vacancy
from vacancies.rules import (
    check_decidable,
    check_own_trust,
    is_counted,
    last_day_to_decide,
    standing_result,
)
from vacancies.working_days import is_working_day, working_days_between

OURS, THEIRS = 7, 8
NOT_OURS = "Only the trust's own recruiters and HR change its vacancies."


def acting(role, organisation=OURS):
    return Acting(role=role, organisation_id=organisation, membership_id=1, user_id=1, on=today())


def sentence(check, *args, **given):
    """What a check refuses with; None where it lets pass."""
    try:
        check(*args, **given)
    except Refused as refused:
        return str(refused)
    return None


class TestOwnTrust:
    @pytest.mark.parametrize("role", Role)
    def test_each_role_at_the_trust_itself(self, role):
        may = role in TRUST_ROLES or role is Role.SYSTEM
        said = sentence(check_own_trust, by=acting(role), row=Vacancy(trust_id=OURS))
        assert said == (None if may else NOT_OURS)

    @pytest.mark.parametrize("role", Role)
    def test_each_role_of_another_organisation(self, role):
        said = sentence(check_own_trust, by=acting(role, THEIRS), row=Vacancy(trust_id=OURS))
        assert said == (None if role is Role.SYSTEM else NOT_OURS)

    def test_who_acts_for_no_organisation_owns_nothing(self):
        assert sentence(check_own_trust, by=acting(Role.RECRUITER, None), row=Vacancy(trust_id=OURS)) == NOT_OURS


class TestLastDay:
    @pytest.mark.parametrize(
        ("closes", "last_day"),
        [
            (None, None),
            (date(2026, 11, 27), date(2026, 11, 24)),  # Friday: Tuesday
            (date(2026, 11, 30), date(2026, 11, 25)),  # Monday: Wednesday before
            (date(2026, 11, 29), date(2026, 11, 25)),  # Sunday: as the Monday after it
            (date(2026, 12, 29), date(2026, 12, 22)),  # over Christmas and the Boxing Day in lieu
            (date(2027, 1, 4), date(2026, 12, 29)),  # over New Year's Day
            (date(2027, 3, 30), date(2027, 3, 23)),  # over Easter
        ],
    )
    def test_three_working_days_before_closing(self, closes, last_day):
        assert last_day_to_decide(Vacancy(closes_on=closes)) == last_day

    @given(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
    def test_it_is_a_working_day_and_three_of_them_are_left(self, closes):
        last_day = last_day_to_decide(Vacancy(closes_on=closes))
        assert is_working_day(last_day)
        assert working_days_between(last_day, closes) == (3 if is_working_day(closes) else 2)


def counted(trust, **facts):
    vacancy = VacancyFactory(trust=trust, **facts)
    write(
        lock_year(trust.pk, 2026),
        [Line(EntryKind.OPEN, f"open:{vacancy.pk}", vacancy, posts=1, adverts=1)],
        by=system(),
    )
    return vacancy


REFUSED = {
    "closed": ({"state": "closed"}, "{} is closed; only an open vacancy is decided."),
    "shortlisting": ({"state": "shortlisting"}, "{} is shortlisting; only an open vacancy is decided."),
    "interviewing": ({"state": "interviewing"}, "{} is interviewing; only an open vacancy is decided."),
    "finished": ({"state": "finished"}, "{} is finished; only an open vacancy is decided."),
    "withdrawn": ({"state": "withdrawn"}, "{} is withdrawn; only an open vacancy is decided."),
    "redeployment": (
        {"exemption": "redeployment"},
        "{} is exempt (statutory redeployment), so nothing is due on it.",
    ),
    "rotation": ({"exemption": "rotation"}, "{} is exempt (trainee rotation), so nothing is due on it."),
    "bank": ({"exemption": "bank_register"}, "{} is exempt (bank register), so nothing is due on it."),
    "posts not known": ({"posts": None}, "Say how many posts {} has first."),
    "not classified": (
        {"band": None, "entry_level": "unclassified"},
        "{} is not classified yet: give its pay band first.",
    ),
    "never looked at": ({"entry_level": False}, "{} is not classified yet: give its pay band first."),
    "not entry level": (
        {"band": 6, "entry_level": "no"},
        "{} is not an entry-level vacancy, so it is outside the 20%.",
    ),
}
LATE = "A decision on {} counted until {}. It is counted with nothing reserved."


@pytest.mark.django_db
class TestDecidable:
    @pytest.mark.parametrize("case", REFUSED)
    def test_what_stands_against_it_is_said(self, trust, recruiter, case):
        facts, expected = REFUSED[case]
        vacancy = VacancyFactory(trust=trust, **facts)
        assert sentence(check_decidable, vacancy, by=recruiter.acting) == expected.format(vacancy.reference)

    @pytest.mark.parametrize("state", ["draft", "open"])
    def test_owner_and_colleague_decide_and_the_stranger_does_not(self, trust, recruiter, colleague, stranger, state):
        vacancy = VacancyFactory(trust=trust, state=state)
        said = [sentence(check_decidable, vacancy, by=who.acting) for who in (recruiter, colleague, stranger)]
        assert said == [None, None, NOT_OURS]

    def test_who_looks_over_all_trusts_decides_for_none(self, trust, icb, academy):
        vacancy = VacancyFactory(trust=trust)
        assert [sentence(check_decidable, vacancy, by=who.acting) for who in (icb, academy)] == [NOT_OURS, NOT_OURS]

    def test_once(self, trust, recruiter):
        vacancy = counted(trust)
        assert (
            sentence(check_decidable, vacancy, by=recruiter.acting) == f"{vacancy.reference} has been decided already."
        )

    def test_the_first_thing_in_the_way_is_said_first(self, trust, recruiter, stranger):
        vacancy = counted(trust, state="closed", exemption="rotation", closes_on=today())
        assert sentence(check_decidable, vacancy, by=stranger.acting) == NOT_OURS
        assert sentence(check_decidable, vacancy, by=recruiter.acting) == (
            f"{vacancy.reference} is closed; only an open vacancy is decided."
        )

    @pytest.mark.parametrize(
        ("days", "last_day"),
        [(0, "18 November 2026"), (1, "19 November 2026"), (2, "20 November 2026")],
    )
    def test_too_late_for_a_person(self, trust, recruiter, days, last_day):
        vacancy = VacancyFactory(trust=trust, closes_on=today() + timedelta(days=days))
        assert sentence(check_decidable, vacancy, by=recruiter.acting) == LATE.format(vacancy.reference, last_day)

    @pytest.mark.parametrize("days", [3, 4, 7, 21])
    def test_in_time_for_a_person(self, trust, recruiter, days):
        vacancy = VacancyFactory(trust=trust, closes_on=today() + timedelta(days=days))
        assert sentence(check_decidable, vacancy, by=recruiter.acting) is None

    def test_without_a_closing_date_it_is_never_too_late(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, closes_on=None)
        assert sentence(check_decidable, vacancy, by=recruiter.acting) is None

    def test_the_system_is_not_bound_by_the_last_day(self, trust):
        assert sentence(check_decidable, VacancyFactory(trust=trust, closes_on=today()), by=system()) is None


@pytest.mark.django_db
class TestFacts:
    @pytest.mark.parametrize(
        ("given", "result"),
        [(None, "yes"), ("no", "no"), ("unclassified", "unclassified"), (False, "unclassified")],
    )
    def test_what_the_standing_classification_says(self, trust, given, result):
        assert standing_result(VacancyFactory(trust=trust, entry_level=given)) == result

    def test_only_the_standing_one_is_read(self, trust):
        vacancy = VacancyFactory(trust=trust)
        vacancy.classifications.update(standing=False)
        assert standing_result(vacancy) == "unclassified"

    def test_counted_is_what_the_ledger_holds(self, trust):
        assert is_counted(counted(trust)) is True
        assert is_counted(VacancyFactory(trust=trust)) is False

    def test_a_level_alone_counts_nothing(self, trust):
        vacancy = VacancyFactory(trust=trust)
        write(lock_year(trust.pk, 2026), [Line(EntryKind.CONSIDERED, "considered:1", vacancy, level=1)], by=system())
        assert is_counted(vacancy) is False
