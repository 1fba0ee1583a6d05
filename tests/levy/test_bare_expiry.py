"""“Expired Levy” without a life is read as 24-month money, and that this is assumed is said."""

import pytest
from django.test import Client

from levy.imports.transactions import BARE_EXPIRY
from levy.models import Intake, Transaction
from levy.sources.transactions import Transactions
from organisations.models import User
from tests.factories.levy import sample, take_in

HEAD, *LINES = sample("hand_worked_v2.csv").decode().splitlines()
EXPIRED = next(line for line in LINES if ",Expired" in line or "Expired Levy" in line)


def as_type(words):
    cells = EXPIRED.split(",")
    cells[1] = words
    return ",".join(cells)


def rows_of(*lines):
    source = Transactions([(at, line.split(",")) for at, line in enumerate((HEAD, *lines), start=1)])
    return source, list(source)


@pytest.mark.parametrize(
    ("words", "kind", "assumed"),
    [
        ("Expired Levy", "expired_24", True),
        ("Expired levy ", "expired_24", True),
        ("EXPIRED LEVY", "expired_24", True),
        ("Expired Levy 24 month", "expired_24", False),
        ("Expired Levy 24 months", "expired_24", False),
        ("Expired Levy 12 month", "expired_12", False),
        ("Expired Levy 12 months", "expired_12", False),
    ],
)
def test_a_life_that_is_not_said_is_assumed(words, kind, assumed):
    source, (row,) = rows_of(as_type(words))
    assert (row.kind.value, source.assumes_a_life) == (kind, assumed)


def test_a_file_without_expiries_assumes_nothing():
    source, _rows = rows_of(*(line for line in LINES if "Expired" not in line))
    assert source.assumes_a_life is False


@pytest.mark.django_db
class TestSaid:
    @pytest.mark.parametrize(("words", "remarks"), [("Expired Levy", [BARE_EXPIRY]), ("Expired Levy 24 month", [])])
    def test_with_what_was_taken_in(self, hr, words, remarks):
        job = take_in("levy.transactions", "\r\n".join([HEAD, LINES[0], as_type(words)]), by=hr)
        assert (job.counts["made"], Intake.unscoped.get().remarks) == (2, remarks)
        assert Transaction.unscoped.filter(kind="expired_24").count() == 1

    @pytest.mark.parametrize(("lines", "said"), [((LINES[0], as_type("Expired Levy")), True), ((LINES[0],), False)])
    def test_on_the_page_of_every_pound(self, hr, lines, said):
        take_in("levy.transactions", "\r\n".join([HEAD, *lines]), by=hr)
        client = Client()
        client.force_login(User.objects.get(pk=hr.user_id))
        text = " ".join(client.get("/levy/expiry/").content.decode().split())
        assert ("we assume money that lives 24 months" in text) is said
