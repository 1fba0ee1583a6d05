"""The levy's board paper and workbook say who benefits as the page does: the same lines, the same stars."""

import io
from decimal import Decimal

import pandas
import pytest
from pypdf import PdfReader

from audit.acting import Role
from levy.services.benefit import Benefit, Place
from nhsuk.words import number, pounds
from organisations.policies import load_initial
from reports.disclosure import STAR
from reports.levy import TOTAL, Line, Table, said_of, tables_of
from tests.factories.levy import (
    AccountFactory,
    GiftFactory,
    GiftPaymentFactory,
    IntakeFactory,
    OfferFactory,
    RosterEntryFactory,
    TransactionFactory,
    put_in,
)
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, words_of
from tests.reports.page_tables import read
from tests.reports.test_levy_page import by_level

SAID = "Of the pounds spent on own apprentices, 53% reached local people, 53% reached CORE20 people, 47% unknown."


def own_of(*amounts):
    """The published table of own apprentices with these pounds by place."""
    known = [amount for amount in amounts if amount != STAR]
    lines = [Line(str(place), 10, amount) for place, amount in zip(Place, amounts, strict=True)]
    total = Line(TOTAL, 50, sum(known, Decimal()), total=True)
    return [Table("own", "Own", "Lived", (*lines, total))]


class TestTheSentence:
    """By place: both, local only, CORE20 only, neither, unknown."""

    @pytest.mark.parametrize(
        ("amounts", "said"),
        [
            ((20, 30, 10, 20, 20), "50% reached local people, 30% reached CORE20 people, 20% unknown"),
            ((1, 0, 0, 2, 0), "33% reached local people, 33% reached CORE20 people, 0% unknown"),
            ((20, STAR, 10, 50, 20), "30% reached CORE20 people, 20% unknown"),
            ((20, 30, STAR, 20, STAR), "71% reached local people"),
            ((10, 20, 30, 40, STAR), "30% reached local people, 40% reached CORE20 people"),
        ],
    )
    def test_it_is_of_what_is_published(self, amounts, said):
        made = own_of(*(amount if amount == STAR else Decimal(amount) for amount in amounts))
        assert said_of(made) == f"Of the pounds spent on own apprentices, {said}."

    @pytest.mark.parametrize(
        "tables",
        [
            [],
            [Table("own", "Own", "Lived", (Line(TOTAL, 10, Decimal(5), total=True),))],
            own_of(STAR, STAR, STAR, 0, STAR),
        ],
    )
    def test_it_says_nothing_where_nothing_is_published(self, tables):
        assert said_of(tables) == ""

    def test_a_hidden_group_is_in_no_share(self):
        """Six people of both kinds: neither the local nor the CORE20 share is said, or the six would be had from it."""
        found = tables_of(Benefit(own=by_level((6, 20, 20, 20, 20), (0, 20, 20, 20, 20))), ())
        assert "local" not in said_of(found)
        assert "CORE20" not in said_of(found)


@pytest.mark.django_db
class TestFiles:
    @pytest.fixture
    def trust(self):
        """Ten learners of the most deprived fifth, nine unknown, £2 each in October 2026; £90 given for nine others."""
        load_initial()
        acting = acting_as(Role.TRUST_HR)
        account = AccountFactory(trust_id=acting.organisation_id)
        put_in(account, ("2026-10-23", "levy", 5000))
        intake = IntakeFactory(account=account)
        for who in range(19):
            if who < 10:
                RosterEntryFactory(account=account, uln_hash=f"u{who}", local="yes", core20="yes", new_recruit=True)
            TransactionFactory(account=account, intake=intake, uln_hash=f"u{who}", amount=Decimal(-2), level=3)
        gift = GiftFactory(offer=OfferFactory(account=account), learners=9)
        GiftPaymentFactory(gift=gift, day="2026-10-08", amount=Decimal(90))
        return acting

    def on_page(self, acting):
        """The tables of the page by title: rows of text."""
        found = read(client_of(acting).get("/reports/levy/").content)
        return {title: rows[0][1:] for title, rows in found.items() if title and rows[0][0][1] == "People"}

    def test_the_page_begins_with_the_sentence(self, trust):
        assert SAID in words_of(client_of(trust).get("/reports/levy/"))

    def test_the_sheet_is_the_page(self, trust):
        content = io.BytesIO(client_of(trust).get("/levy/figures.xlsx").content)
        sheet = pandas.read_excel(content, sheet_name="Who benefits", engine="calamine", dtype=object)
        assert list(sheet.columns) == ["Table", "Group", "People", "Pounds"]
        wanted = [(title, *row) for title, lines in self.on_page(trust).items() for row in lines]
        assert [
            (title, group, number(people), pounds(paid)) for title, group, people, paid in sheet.itertuples(index=False)
        ] == wanted
        assert ("Learners of other organisations, by gift", TOTAL, "10", "£90") in wanted

    def test_the_paper_says_it_first_and_has_every_table(self, trust):
        reader = PdfReader(io.BytesIO(client_of(trust).get("/levy/board-paper.pdf").content))
        first, second, third, *_detail = (" ".join(page.extract_text().split()) for page in reader.pages)
        assert SAID in first
        assert second.startswith("Who benefits November 2025 to October 2026.")
        for title, lines in self.on_page(trust).items():
            assert title in second + third
            for row in lines:
                assert " ".join(row) in second + third

    def test_it_is_the_trusts_own_edition(self, trust):
        """Another trust's people are not in the paper of this one."""
        other = AccountFactory(trust__name="Birch NHS Trust")
        TransactionFactory(account=other, intake=IntakeFactory(account=other), uln_hash="x", amount=Decimal(-500))
        reader = PdfReader(io.BytesIO(client_of(trust).get("/levy/board-paper.pdf").content))
        assert SAID in " ".join(reader.pages[0].extract_text().split())
        assert "Birch" not in "".join(page.extract_text() for page in reader.pages)
