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


def asked_for_dates(who):
    return [(task.text, task.url, task.number) for task in todo(who.acting) if task.text.startswith("Give the closing")]


def test_an_undecided_vacancy_without_a_closing_date_asks_for_it_and_for_the_decision(trust, recruiter, stranger):
    one = VacancyFactory(trust=trust, title="Porter", closes_on=None)
    VacancyFactory(trust=trust, title="Outside", closes_on=None, entry_level="no")
    VacancyFactory(trust=trust, title="Dated")
    line = ("Give the closing date of Porter", f"{one.get_absolute_url()}correct/closes_on/", 1)
    assert (asked_for_dates(recruiter), asked_for_dates(stranger)) == ([line], [])
    assert "Decide how many posts to reserve: Porter" in [task.text for task in todo(recruiter.acting)]


def test_many_without_a_closing_date_are_one_line_to_their_list(trust, recruiter):
    for title in ("A", "B", "C", "D"):
        VacancyFactory(trust=trust, title=title, closes_on=None)
    VacancyFactory(trust=trust, title="Dated")
    ((words, url, number),) = asked_for_dates(recruiter)
    assert (words, number) == ("Give the closing dates of 4 vacancies", 4)
    assert recruiter.client.get(url).context["page"].paginator.count == 4
