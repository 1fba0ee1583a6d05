"""What verify finds beyond the chain: a ledger whose last rows are gone, and sums that cannot be. On both databases."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.append_only import create_triggers, drop_triggers
from tests.factories.vacancies import VacancyFactory
from vacancies.amending import Opening, bring_opening
from vacancies.expected import expected
from vacancies.history import bring_history, of_vacancy
from vacancies.ledger import broken_entries
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db(transaction=True)


def force(statement):
    """Past the triggers, as somebody with the database's password could."""
    drop_triggers(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        create_triggers(connection)


@pytest.fixture
def ledger(trust, recruiter, colleague):
    """An opening of last year's debt, one vacancy of the past, one decided now: entries 1 in 2024, 1 in 2025, 2 in 2026."""
    bring_opening(trust=trust, starts_in=2024, opening=Opening(debt=1), reason="Spreadsheet", by=colleague.acting)
    rows = [of_vacancy("T-1", date(2025, 6, 1), posts=5, reserved=2)]
    bring_history(trust=trust, rows=rows, source="JOB-222222", by=colleague.acting)
    vacancy = VacancyFactory(trust=trust, posts=5)
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    return vacancy


def test_a_whole_ledger(ledger):
    assert [*broken_entries(), *expected()] == []


@pytest.mark.parametrize(
    ("statement", "sentences"),
    [
        (
            "DELETE FROM vacancies_entry WHERE kind = 'reserve'",
            ["Ledger: 1 posts of {vacancy} were reserved, and no entry says so."],
        ),
        (
            "DELETE FROM vacancies_entry WHERE kind IN ('reserve', 'open')",
            [
                "Ledger: {vacancy} was decided, and no entry counts it.",
                "Ledger: 1 posts of {vacancy} were reserved, and no entry says so.",
            ],
        ),
        (
            "DELETE FROM vacancies_entry WHERE kind = 'history'",
            ["Ledger of trust {trust}: 1 entries of imported history were written, 0 are here."],
        ),
        (
            "DELETE FROM vacancies_entry WHERE kind = 'opening'",
            ["Ledger of trust {trust}: 1 entries of opening balance were written, 0 are here."],
        ),
        (
            "UPDATE vacancies_entry SET reserved = 9 WHERE kind = 'history'",
            ["Ledger of trust {trust}, 2025: 9 of 5 posts and 1 of 1 adverts cannot be reserved."],
        ),
    ],
)
def test_rows_taken_off_the_end_and_sums_that_cannot_be(ledger, statement, sentences):
    force(statement)
    names = {"vacancy": ledger.reference, "trust": ledger.trust_id}
    assert list(expected()) == [sentence.format(**names) for sentence in sentences]


def test_the_command_says_it(ledger, capsys):
    force("DELETE FROM vacancies_entry WHERE kind = 'history'")
    with pytest.raises(CommandError, match=r"^1 problem\.$"):
        call_command("verify")
    assert "1 entries of imported history were written, 0 are here" in capsys.readouterr().err
