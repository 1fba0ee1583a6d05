"""Who benefits, as published: page and CSV alike, the window, the reader's own trust, and nobody found by subtraction."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.acting import Role
from levy.services.benefit import Benefit, Learner, Level, Place, Staff, level_of, shares
from organisations.models import Organisation
from organisations.policies import load_initial
from reports.disclosure import STAR
from reports.levy import TOTAL, tables_of
from tests.factories.levy import (
    AccountFactory,
    GiftFactory,
    GiftPaymentFactory,
    IntakeFactory,
    OfferFactory,
    RosterEntryFactory,
    TransactionFactory,
)
from tests.factories.organisations import acting_as
from tests.levy.asking import client_of, words_of
from tests.reports.disclosure.reader import weak
from tests.reports.page_tables import read

BOTH, LOCAL, CORE20, NEITHER, UNKNOWN = map(str, Place)
OWN, LOWER, HIGHER = (
    "Own apprentices by where they lived",
    "Own apprentices at levels 2 and 3",
    "Own apprentices at level 4 and above",
)


def learners(place, level, number, *, paid=100_000, staff=Staff.EXISTING, account_id=1):
    return [Learner(account_id, place, level, staff, paid) for _ in range(number)]


def by_level(lower, higher, unknown=(0, 0, 0, 0, 0)):
    """Learners by place: so many at each level, each paid £1."""
    counts = ((Level.LOWER, lower), (Level.HIGHER, higher), (Level.UNKNOWN, unknown))
    return [
        learner
        for level, numbers in counts
        for place, number in zip(Place, numbers, strict=True)
        for learner in learners(place, level, number)
    ]


def published(own, **more):
    found = tables_of(Benefit(own=own, **more), ())
    return {table.key: {line.label: (line.people, line.pounds) for line in table.lines} for table in found}


class TestByHand:
    def test_a_level_cannot_be_had_from_the_other(self):
        """23 people both local and deprived, 17 of them at levels 2-3: the 6 above are a star, and their pounds would be
        all less the others'. So the pounds of the lower level are a star as well."""
        found = published(by_level((17, 20, 20, 20, 20), (6, 20, 20, 20, 20)))
        assert found["higher"][BOTH] == (STAR, STAR)
        assert STAR in (found["lower"][BOTH][1], found["own"][BOTH][1])

    def test_where_one_level_is_all_in_one_place_neither_is_parted(self):
        """All 10 above level 3 are local: rule 6 shows their total alone, and the lower level's parts would tell the rest."""
        found = published(by_level((20, 20, 20, 20, 20), (0, 10, 0, 0, 0)))
        assert (list(found["lower"]), list(found["higher"])) == ([TOTAL], [TOTAL])
        assert list(found["own"]) == [BOTH, LOCAL, CORE20, NEITHER, UNKNOWN, TOTAL]

    def test_levels_that_hide_nothing_are_shown_exactly_in_pounds(self):
        found = published(by_level((10, 20, 30, 40, 50), (20, 20, 20, 20, 20)))
        assert found["lower"][NEITHER] == (40, 40)
        assert found["higher"][NEITHER] == (20, 20)
        assert found["own"][NEITHER] == (60, 60)
        assert found["own"][TOTAL] == (250, 250)

    def test_a_learner_without_a_level_is_not_had_by_subtraction(self):
        found = published(by_level((20, 20, 20, 20, 20), (20, 20, 20, 20, 20), (1, 0, 0, 0, 0)))
        assert STAR in {found[key][BOTH][1] for key in ("own", "lower", "higher")}
        assert "unlevelled" not in found

    def test_staff_have_the_total_of_all(self):
        own = [*learners(Place.BOTH, Level.LOWER, 20, staff=Staff.NEW), *learners(Place.LOCAL, Level.LOWER, 20)]
        found = published(own, unnamed={1: 500_000})
        assert found["staff"][TOTAL] == found["own"][TOTAL] == (40, 45)
        assert found["staff"][str(Staff.UNKNOWN)] == found["own"][UNKNOWN] == (0, 5)  # for nobody whom the file names

    def test_nobody_at_all(self):
        found = published([])
        assert found["own"] == dict.fromkeys([BOTH, LOCAL, CORE20, NEITHER, UNKNOWN, TOTAL], (0, 0))

    @pytest.mark.parametrize(
        ("level", "group"),
        [(None, Level.UNKNOWN), (2, Level.LOWER), (3, Level.LOWER), (4, Level.HIGHER), (7, Level.HIGHER)],
    )
    def test_levels(self, level, group):
        assert level_of(level) is group

    @pytest.mark.parametrize("by", ["place", "level", "staff"])
    def test_shares_name_every_group_and_lose_no_pound(self, by):
        own = by_level((1, 0, 2, 0, 3), (0, 4, 0, 0, 0))
        found = shares(own, by)
        assert sum(share.people for share in found.values()) == 10
        assert sum(share.pounds for share in found.values()) == 10
        assert len(found) == {"place": 5, "level": 3, "staff": 3}[by]


some = st.lists(st.one_of(st.integers(0, 9), st.integers(0, 30)), min_size=5, max_size=5)


class TestNobodyIsFound:
    @settings(max_examples=40)
    @given(some, some, st.lists(st.integers(0, 2), min_size=5, max_size=5))
    @example([23, 20, 20, 20, 20], [6, 20, 20, 20, 20], [0] * 5)
    def test_no_pounds_by_subtraction(self, lower, higher, unknown):
        """On every line that a reader can draw (place, level, or all) there is no star or there are two."""
        found = published(by_level(lower, higher, unknown))
        for group in found["own"]:
            cells = [found[key].get(group) for key in ("own", "lower", "higher")]
            if all(cells):
                hidden = sum(pounds == STAR for _people, pounds in cells)
                missing = unknown[list(map(str, Place)).index(group)] if group != TOTAL else sum(unknown)
                assert missing > 7 or hidden + (missing > 0) != 1  # eight or more without a level hide each other
        for table in found.values():
            assert len(table) == 1 or sum(pounds == STAR for _people, pounds in table.values()) != 1

    @settings(max_examples=40)
    @given(some, some)
    def test_no_small_count_by_subtraction(self, lower, higher):
        found = published(by_level(lower, higher))
        true = {"own": [a + b for a, b in zip(lower, higher, strict=True)], "lower": lower, "higher": higher}
        values, lines, hidden = {}, [], set()
        for key, counts in true.items():
            values[key, TOTAL] = sum(counts)
            if len(found[key]) > 1:
                values |= {(key, str(place)): n for place, n in zip(Place, counts, strict=True)}
                lines.append(((key, TOTAL), [(key, str(place)) for place in Place]))
        for group in found["own"]:
            if all((key, group) in values for key in true):
                lines.append((("own", group), [("lower", group), ("higher", group)]))
        hidden = {key for key, n in values.items() if n > 7 and found[key[0]][key[1]][0] == STAR}
        avoidable = weak(values, lines, {key for key, n in values.items() if n > 7})
        assert weak(values, lines, hidden).keys() <= avoidable.keys()

    @settings(max_examples=40)
    @given(some, some)
    def test_what_is_shown_is_true(self, lower, higher):
        found = published(by_level(lower, higher))
        for place, one, two in zip(Place, lower, higher, strict=True):
            shown = found["own"].get(str(place), (STAR, STAR))
            assert shown[0] == STAR or abs(shown[0] - one - two) <= 2
            assert shown[1] in (STAR, one + two)


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def paid(self, policies):
        """Ten learners of the most deprived fifth, nine that nobody knows, £2 each in October 2026."""
        account = AccountFactory(trust__name="Alder NHS Trust")
        intake = IntakeFactory(account=account)
        for number in range(19):
            if number < 10:
                RosterEntryFactory(account=account, uln_hash=f"u{number}", local="yes", core20="yes", new_recruit=True)
            TransactionFactory(account=account, intake=intake, uln_hash=f"u{number}", amount=Decimal(-2), level=3)
        gift = GiftFactory(offer=OfferFactory(account=account), learners=9)
        GiftPaymentFactory(gift=gift, day=date(2026, 10, 8), amount=Decimal(90))
        return account

    @pytest.fixture
    def policies(self, db):
        load_initial()

    def hr_of(self, account):
        return acting_as(Role.TRUST_HR, Organisation.objects.get(pk=account.trust_id))

    @pytest.mark.parametrize("role", [Role.TRUST_HR, Role.ICB_ANALYST, Role.AUDITOR])
    def test_unknown_is_shown_beside_the_known(self, paid, role):
        by = self.hr_of(paid) if role == Role.TRUST_HR else acting_as(role)
        tables = read(client_of(by).get("/reports/levy/").content)
        ((_headings, *own),) = tables[OWN]
        assert own == [
            [BOTH, "10", "£20"], [LOCAL, "0", "£0"], [CORE20, "0", "£0"], [NEITHER, "0", "£0"],
            [UNKNOWN, "10", "£18"], [TOTAL, "20", "£38"],
        ]  # fmt: skip
        ((_headings, *gifted),) = tables["Learners of other organisations, by gift"]
        assert gifted == [[TOTAL, "10", "£90"]]  # all of them unknown: rule 6

    def test_the_csv_is_the_page(self, paid):
        client = client_of(acting_as(Role.ICB_ANALYST))
        tables = read(client.get("/reports/levy/").content)
        body = b"".join(client.get("/reports/levy.csv").streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(body)))
        on_page = [(title, *row) for title, found in tables.items() if title for row in found[0][1:]]
        assert [(row["Table"], row["Group"], row["People"], whole(row["Pounds"])) for row in rows] == on_page[
            len(on_page) - len(rows) :
        ]

    def test_a_trust_sees_itself_alone(self, paid):
        other = AccountFactory(trust__name="Birch NHS Trust")
        TransactionFactory(account=other, intake=IntakeFactory(account=other), uln_hash="x", amount=Decimal(-500))
        words = words_of(client_of(self.hr_of(paid)).get("/reports/levy/"))
        assert "Alder NHS Trust" in words
        assert "Birch" not in words
        assert "£38" in words

    def test_the_window_is_twelve_months_to_the_last_months_end(self, paid):
        intake = IntakeFactory(account=paid)
        for day in (date(2025, 10, 31), date(2026, 11, 1)):
            TransactionFactory(account=paid, intake=intake, uln_hash="u1", amount=Decimal(-1000), day=day)
        words = words_of(client_of(self.hr_of(paid)).get("/reports/levy/"))
        assert "November 2025 to October 2026, twelve months to the last month end" in words
        assert "£38" in words
        assert "£1,0" not in words

    def test_before_any_file(self, policies):
        words = words_of(client_of(acting_as(Role.TRUST_HR)).get("/reports/levy/"))
        assert "No levy transactions have been taken in yet." in words

    @pytest.mark.parametrize("role", [Role.RECRUITER, Role.ACADEMY, Role.PROVIDER, Role.SYSTEM_ADMIN])
    @pytest.mark.parametrize("path", ["/reports/levy/", "/reports/levy.csv"])
    def test_strangers_find_nothing(self, paid, role, path):
        assert client_of(acting_as(role)).get(path).status_code == 404

    def test_who_is_not_signed_in_signs_in_first(self, paid):
        response = Client().get("/reports/levy/")
        assert (response.status_code, "/reports/levy/" in response.url) == (302, True)


def whole(text):
    """Pounds of the CSV as the page has them."""
    return text if text == STAR else f"£{Decimal(text):,.0f}"
