"""Today of a trust: what the reconciliation found and likely re-adverts are one line each, with their number."""

from datetime import date

import pytest

from audit.clock import now
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Finding
from vacancies.todo import todo

pytestmark = pytest.mark.django_db


def found(trust, number):
    for place in range(number):
        Finding.unscoped.create(
            trust=trust, kind="missing", advert=f"C-{place}", title="Porter", source="NHS Jobs feed", found_at=now()
        )


def unanswered(who):
    return [(task.text, task.url) for task in todo(who.acting) if task.text.startswith(("Explain", "Say of"))]


@pytest.mark.parametrize(("number", "words"), [(1, "1 difference"), (3, "3 differences")])
def test_findings_are_counted_for_their_trust_only(trust, recruiter, colleague, stranger, icb, number, words):
    found(trust, number)
    line = [
        (f"Explain {words} between the ledger and outside lists of adverts", "/vacancies/reconciliation/?state=open")
    ]
    assert [unanswered(who) for who in (recruiter, colleague, stranger, icb)] == [line, line, [], []]


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 advert whether it is a re-advert"), (2, "2 adverts whether they are re-adverts")]
)
def test_likely_re_adverts_are_counted(trust, recruiter, stranger, number, words):
    for place in range(number):
        VacancyFactory(
            trust=trust,
            position_number=f"P{place}",
            state="closed",
            opened_on=date(2026, 9, 1),
            closes_on=date(2026, 9, 30),
        )
        VacancyFactory(trust=trust, position_number=f"P{place}")
    assert (unanswered(recruiter), unanswered(stranger)) == ([(f"Say of {words}", "/vacancies/re-adverts/")], [])


def test_nothing_to_answer_is_no_line(trust, recruiter):
    assert unanswered(recruiter) == []
