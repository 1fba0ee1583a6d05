"""Pounds paid for fewer than eight people: a star on every page and in every file of those without record rights."""

import csv
import io
import re
from decimal import Decimal

import pandas
import pytest
from pypdf import PdfReader

from audit.acting import Role
from organisations.models import Organisation
from organisations.policies import load_initial
from tests.factories.levy import AccountFactory, IntakeFactory, RosterEntryFactory, TransactionFactory, put_in
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, words_of

pytestmark = pytest.mark.django_db
SMALL, EACH, WHOLE = 3, Decimal("1111.11"), Decimal("3333.33")


@pytest.fixture
def hr():
    """Three learners of both kinds at 1,111.11, twenty of neither at 10 and twelve unknown at 2 pounds, in one month."""
    load_initial()
    acting = acting_as(Role.TRUST_HR)
    account = AccountFactory(trust_id=acting.organisation_id)
    put_in(account, ("2026-10-23", "levy", 50_000))
    intake = IntakeFactory(account=account)

    def learners(count, pounds, local, core20):
        for _ in range(count):
            who = f"u{account.transactions.count()}"
            if local:
                RosterEntryFactory(account=account, uln_hash=who, local=local, core20=core20, new_recruit=True)
            TransactionFactory(account=account, intake=intake, uln_hash=who, amount=-Decimal(pounds), level=3)

    learners(SMALL, EACH, "yes", "yes")
    learners(20, 10, "no", "no")
    learners(12, 2, "", "")
    return acting


def numbers(text):
    """Every amount that a text holds, as a number."""
    return {Decimal(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def of_hr(acting):
    client = client_of(acting)
    sheets = pandas.read_excel(
        io.BytesIO(client.get("/levy/figures.xlsx").content), sheet_name="Who benefits", engine="calamine", dtype=object
    )
    paper = PdfReader(io.BytesIO(client.get("/levy/board-paper.pdf").content))
    return {
        "page": words_of(client.get("/reports/levy/")),
        "CSV": b"".join(client.get("/reports/levy.csv").streaming_content).decode(),
        "XLSX": sheets.to_csv(),
        "PDF": " ".join(page.extract_text() for page in paper.pages),
    }


def of_icb(acting):
    client = client_of(acting)
    return {
        "page": words_of(client.get("/reports/levy/")),
        "CSV": b"".join(client.get("/reports/levy.csv").streaming_content).decode(),
        "trusts": words_of(client.get("/levy/trusts/")),
        "trusts CSV": b"".join(client.get("/levy/trusts.csv").streaming_content).decode(),
        "API": client.get("/api/v1/levy/").content.decode(),
    }


def readings(hr):
    return {
        **{f"HR {what}": text for what, text in of_hr(hr).items()},
        **{f"ICB {what}": text for what, text in of_icb(acting_as(Role.ICB_ANALYST)).items()},
    }


def test_it_is_nowhere(hr):
    """Neither for one of them nor for all three, to the penny or to the pound."""
    hidden = {EACH, WHOLE, Decimal(1111), Decimal(3333)}
    assert {what: numbers(text) & hidden for what, text in readings(hr).items()} == dict.fromkeys(readings(hr), set())


@pytest.mark.parametrize("of", [of_hr, of_icb], ids=["HR", "ICB"])
def test_nor_is_it_what_is_left_of_a_total(hr, of):
    """In each table where pounds are starred, two or more are: none are had by taking away. People are rounded, too."""
    acting = hr if of is of_hr else acting_as(Role.ICB_ANALYST)
    tables = {}
    for title, group, people, pounds in list(csv.reader(io.StringIO(of(acting)["CSV"].lstrip("\ufeff"))))[1:]:
        tables.setdefault(title, []).append((group, people, pounds))
    own = dict((group, (people, pounds)) for group, people, pounds in tables["Own apprentices by where they lived"])
    assert own["Local and most deprived fifth"] == ("*", "*")
    for rows in tables.values():
        assert sum(pounds == "*" for _group, _people, pounds in rows) != 1
        assert all(people == "*" or int(people) % 5 == 0 for _group, people, _pounds in rows)


def test_a_trust_is_not_had_by_taking_another_from_both(hr):
    """Beside a second trust whose figures are all shown, the first one's three stay hidden."""
    other = AccountFactory(trust__name="Birch NHS Trust")
    intake = IntakeFactory(account=other)
    for who in range(40):
        lives = "yes" if who < 20 else "no"
        RosterEntryFactory(account=other, uln_hash=f"o{who}", local=lives, core20=lives, new_recruit=True)
        TransactionFactory(account=other, intake=intake, uln_hash=f"o{who}", amount=Decimal(-7), level=3)
    content = of_icb(acting_as(Role.ICB_ANALYST))["CSV"].lstrip("\ufeff")
    found = {(title, group): (people, pounds) for title, group, people, pounds in csv.reader(io.StringIO(content))}
    name = Organisation.objects.get(pk=hr.organisation_id).name
    both = "Local and most deprived fifth"
    cells = [found["Own apprentices by where they lived", both], found[f"{name}: own apprentices", both]]
    cells.append(found["Birch NHS Trust: own apprentices", both])
    assert cells[1] == ("*", "*")
    assert sum(pounds == "*" for _people, pounds in cells) >= 2
