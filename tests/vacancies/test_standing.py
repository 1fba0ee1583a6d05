"""A trust's standing: by month, as it was known on a past day, what would clear it, and the ledger behind."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from audit.clock import pretend, today
from matching.services import count_for_new
from organisations.models import Organisation, Site
from organisations.services import system
from reports.measures.oversight import by_trust
from reports.measures.ring_fence import m0
from reports.measures.window import financial_year_of
from reports.tables.table import share as reported_share
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.advice import advise
from vacancies.headline import headline, share
from vacancies.history import bring_history, of_vacancy
from vacancies.ledger import standing_of
from vacancies.models import EntryKind, Recommendation
from vacancies.month_ends import by_month
from vacancies.ring_fence import Shortfall, Standing
from vacancies.ring_fencing import lapse, record_level, reserve, void
from vacancies.search import search
from vacancies.todo import todo

pytestmark = pytest.mark.django_db


def moment(month, day):
    return datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.fixture
def history(trust, recruiter):
    """April: 5 posts, 1 reserved. May: 5 more, 1 reserved, and the first one lapses. June: nothing. July: 5, void."""
    made = {}
    for name, month, day in (("first", 4, 10), ("second", 5, 10), ("third", 7, 1)):
        with pretend(moment(month, day)):
            made[name] = VacancyFactory(trust=trust, title=name, posts=5)
            reserve(vacancy=made[name], posts=1, by=recruiter.acting)
    with pretend(moment(5, 31)):
        lapse(vacancy=made["first"], by=recruiter.acting)
    with pretend(moment(7, 20)):
        void(vacancy=made["third"], by=recruiter.acting)
    return made


def counts(standing):
    return (standing.posts, standing.reserved, standing.adverts, standing.reserved_adverts) if standing else None


def test_each_months_end(history, trust):
    assert [counts(each) for each in by_month(trust.pk, 2026, standing=standing_of(trust.pk, 2026))] == [
        (5, 1, 1, 1),
        (10, 1, 2, 1),
        (10, 1, 2, 1),
        *[(10, 1, 2, 1)] * 5,
        *[None] * 4,
        None,
    ]


class TestMonthByMonth:
    """What was owed at each month's end; and how far people got, where there are candidates, for who may see it."""

    def rows(self, who, **query):
        rows = who.client.get("/vacancies/standing/", query).context["rows"]
        return [(row["month"], *row["short"], tuple(row["levels"] or ())) for row in rows]

    def test_without_candidates_only_what_was_owed(self, history, recruiter):
        """May: of 10 posts 2 are needed, and the first one's lapsed."""
        assert self.rows(recruiter)[:3] == [("Apr 26", 0, 0, ()), ("May 26", 1, 0, ()), ("Jun 26", 1, 0, ())]
        page = words(recruiter.client.get("/vacancies/standing/"))
        assert ("Posts owed Adverts owed Apr 26" in page, "Considered" in page) == (True, False)

    def test_people_level_by_level_as_known_then(self, history, trust, recruiter, icb, academy):
        second = history["second"]
        for month, kind in ((6, "considered"), (6, "interviewed"), (8, "appointed")):
            for cause in ("one", "two"):  # two people for one reserved post: each level counts it once
                with pretend(moment(month, 9)):
                    record_level(vacancy=second, kind=EntryKind(kind), cause=cause, by=system())
        found = self.rows(recruiter)
        assert [row[3][1:] for row in found] == [(0, 0, 0)] * 2 + [(1, 1, 0)] * 2 + [(1, 1, 1)] * 4
        assert [row[3][1:] for row in self.rows(recruiter, day="2026-06-30")] == [(0, 0, 0)] * 2 + [(1, 1, 0)]
        assert self.rows(academy, trust=trust.code) == found
        assert {row[3] for row in self.rows(icb, trust=trust.code)} == {()}

    def test_being_short_does_not_look_like_being_well(self, history, recruiter, trust):
        short = recruiter.client.get("/vacancies/standing/").text
        assert ("nhsuk-card--warning" in short, "anchor-next" in short) == (True, False)
        reserve(vacancy=VacancyFactory(trust=trust, posts=3), posts=3, by=recruiter.acting)
        well = recruiter.client.get("/vacancies/standing/").text
        assert ("nhsuk-card--warning" in well, "anchor-next" in well) == (False, True)

    def test_the_title_names_a_past_day(self, history, recruiter):
        page = recruiter.client.get("/vacancies/standing/", {"day": "2026-05-31"}).text
        assert "<title>Trust standing at the end of 31 May 2026" in page


@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [
        (4, 9, (0, 0, 0, 0)),
        (4, 11, (5, 1, 1, 1)),
        (5, 30, (10, 2, 2, 2)),
        (6, 1, (10, 1, 2, 1)),
        (7, 2, (15, 2, 3, 2)),
        (11, 23, (10, 1, 2, 1)),
    ],
)
def test_as_it_was_known_that_day(history, trust, recruiter, month, day, expected):
    assert counts(standing_of(trust.pk, 2026, known_at=moment(month, day))) == expected
    page = recruiter.client.get("/vacancies/standing/", {"day": f"2026-{month:02}-{day:02}"})
    assert counts(page.context["standing"]) == expected


def test_a_page_about_a_past_day_lists_only_what_was_written_by_then(history, recruiter):
    page = recruiter.client.get("/vacancies/standing/?day=2026-05-30")
    assert [entry.get_kind_display() for entry, *_rest in page.context["entries"]] == [
        "Reserved",
        "Counted",
        "Reserved",
        "Counted",
    ]
    assert page.context["sentence"] == "Nothing was owed."


def typed(day, month, year):
    return {"day_day": day, "day_month": month, "day_year": year}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"day": "2026-02-30"}, "Day must be a real date, like 31 3 2026"),
        ({"day": "tomorrow"}, "Day must be a real date, like 31 3 2026"),
        (typed("30", "2", "2026"), "Day must be a real date, like 31 3 2026"),
        (typed("", "2", "2026"), "Day must include a day"),
        ({"day": "2027-01-01"}, "Enter a day from 2020 to today."),
        (typed("14", "10", "1066"), "Enter a day from 2020 to today."),
    ],
)
def test_a_day_that_is_none_is_said_and_today_is_shown(history, recruiter, asked, sentence):
    page = recruiter.client.get("/vacancies/standing/", asked)
    assert page.context["day"] == today()
    assert page.context["known"].errors == {"day": [sentence]}
    assert sentence in words(page)


def test_a_day_is_typed_in_three_boxes_and_goes_with_the_downloads(history, recruiter):
    page = recruiter.client.get("/vacancies/standing/", typed("30", "may", "2026"))
    assert page.context["day"] == date(2026, 5, 30)
    assert "day_day=30&amp;day_month=may&amp;day_year=2026&amp;format=xlsx" in page.text


def test_the_year_before_shows_its_own_standing(history, recruiter):
    page = recruiter.client.get("/vacancies/standing/?year=2025")
    assert page.context["standing"] == Standing()
    assert "None yet" in words(page)


class TestWhatWouldClearIt:
    def test_the_vacancy_with_most_ready_people_is_named(self, history, trust, recruiter):
        site = Site.objects.create(organisation=trust, name="Northwick Park")
        for title, people, days in (("Porter", 1, 9), ("Healthcare support worker", 4, 3)):
            vacancy = VacancyFactory(
                trust=trust, site=site, title=title, posts=5, closes_on=today() + timedelta(days=days + 2)
            )
            Recommendation.unscoped.create(vacancy=vacancy, ready_people=people, made_at=moment(11, 23))
        said = "You are 1 post short; Healthcare support worker, Northwick Park (closes Saturday) would clear it."
        assert advise(trust.pk, by=recruiter.acting).sentence == said
        assert recruiter.client.get("/vacancies/standing/").context["sentence"] == said

    def test_the_sentence_leads_to_the_vacancy_that_it_names(self, history, trust, recruiter, icb):
        vacancy = VacancyFactory(trust=trust, title="Porter", posts=5, closes_on=today() + timedelta(days=20))
        page = recruiter.client.get("/").content.decode()
        assert f'href="/vacancies/{vacancy.reference}/reserve/">Reserve on {vacancy.reference}</a>' in page
        for who in (recruiter, icb):
            page = who.client.get(f"/vacancies/standing/?trust={trust.code}").content.decode()
            assert f'href="{vacancy.get_absolute_url()}">Porter, {vacancy.reference}</a>' in page

    def test_one_that_opens_within_the_notice_window_counts(self, history, trust, recruiter):
        opens = today() + timedelta(days=3)
        VacancyFactory(
            trust=trust, title="Porter", posts=5, state="draft", opened_on=opens, closes_on=opens + timedelta(20)
        )
        VacancyFactory(trust=trust, title="Too far", state="draft", opened_on=today() + timedelta(15), closes_on=None)
        assert advise(trust.pk, by=recruiter.acting).sentence == (
            "You are 1 post short; Porter (opens Thursday) would clear it. Nobody is ready for it yet."
        )

    @pytest.mark.parametrize(
        ("posts", "words"), [(1, "would keep it from growing"), (2, "would reduce it"), (5, "would clear it")]
    )
    def test_what_a_vacancy_would_do_counts_its_own_posts_too(self, trust, recruiter, posts, words):
        with pretend(moment(5, 1)):
            vacancy = VacancyFactory(trust=trust, posts=10)
            reserve(vacancy=vacancy, posts=2, by=recruiter.acting)
            lapse(vacancy=vacancy, by=recruiter.acting)
        VacancyFactory(trust=trust, title="Porter", posts=posts)
        found = advise(trust.pk, by=recruiter.acting)
        assert (found.short, found.sentence) == (
            Shortfall(2, 1),
            f"You are 2 posts short; Porter (closes 14 December) {words}. Nobody is ready for it yet.",
        )

    def test_without_any_it_says_so(self, history, trust, recruiter):
        assert advise(trust.pk, by=recruiter.acting).sentence == (
            "You are 1 post short. No undecided vacancy of the next 14 days could clear it."
        )

    def test_nothing_owed(self, trust, recruiter):
        assert advise(trust.pk, by=recruiter.acting).sentence == (
            "Nothing is owed: at least 20% of posts and of adverts are reserved."
        )


class TestReaders:
    def test_a_trust_reads_its_own_only(self, history, trust, recruiter, stranger):
        address = f"/vacancies/standing/?trust={trust.code}"
        assert (recruiter.client.get(address).status_code, stranger.client.get(address).status_code) == (200, 404)

    def test_the_icb_chooses_a_trust_and_is_not_called_you(self, history, trust, icb):
        assert "Choose a trust." in words(icb.client.get("/vacancies/standing/"))
        page = icb.client.get(f"/vacancies/standing/?trust={trust.code}")
        assert page.context["sentence"] == (
            "Imperial is 1 post short. No undecided vacancy of the next 14 days could clear it."
        )

    @pytest.mark.parametrize("number", [1, 3])
    def test_queries_do_not_grow_with_entries(self, trust, recruiter, django_assert_num_queries, number):
        for _ in range(number):
            reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=1, by=recruiter.acting)
        count_for_new(by=system())
        with django_assert_num_queries(11):
            recruiter.client.get("/vacancies/standing/")


def test_the_proof_pack_equals_the_page(history, trust, recruiter):
    page = recruiter.client.get("/vacancies/standing/")
    book = CalamineWorkbook.from_filelike(BytesIO(recruiter.client.get("/vacancies/standing/?format=xlsx").content))
    figures = dict(book.get_sheet_by_name("Standing").to_python()[1:])
    ledger = book.get_sheet_by_name("Ledger").to_python()[1:]
    known = page.context["standing"]
    assert (figures["Posts counted"], figures["Posts reserved"]) == (known.posts, known.reserved) == (10, 1)
    assert [sum(row[place] for row in ledger) for place in (7, 8, 9, 10)] == [10, 1, 2, 1]
    assert [row[0] for row in ledger] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("reserved", "counted", "expected"),
    [(110, 584, "18.8"), (1, 8, "12.5"), (25, 99, "25.2"), (1999, 10_000, "19.9"), (0, 5, "0.0"), (5, 5, "100.0")],
)
def test_share_has_one_decimal_rounded_down_as_the_reports_round_it(reserved, counted, expected):
    assert share(reserved, counted) == Decimal(expected) == reported_share(reserved, counted)


def test_headline_of_a_trust_and_of_all(history, trust, recruiter, icb):
    own, everybody = headline(recruiter.acting), headline(icb.acting)
    assert (own["value"], own["detail"]) == (
        "10.0%",
        "1 of 10 entry-level posts from 1 April to 23 November 2026. Target 20%",
    )
    assert own["sentence"].startswith("You are 1 post short")
    assert (everybody["value"], everybody["sentence"]) == ("10.0%", "1 of 1 trusts is short.")


class TestToday:
    def test_what_asks_for_the_recruiter_and_by_when(self, trust, recruiter):
        due = VacancyFactory(trust=trust, title="Due", closes_on=today() + timedelta(days=7))
        band = VacancyFactory(trust=trust, title="Band", band=None, entry_level="unclassified", closes_on=None)
        posts = VacancyFactory(trust=trust, title="Posts", posts=None, closes_on=today() + timedelta(days=8))
        over = VacancyFactory(trust=trust, title="Over", entry_level="no", opened_on=today() - timedelta(9),
                              closes_on=today() - timedelta(days=1))  # fmt: skip
        assert [(task.text, task.url, task.due) for task in todo(recruiter.acting)] == [
            ("Close Over", over.get_absolute_url(), today() - timedelta(days=1)),
            ("Decide how many posts to reserve: Due", f"{due.get_absolute_url()}reserve/", today() + timedelta(days=2)),
            ("Give how many posts Posts has", f"{posts.get_absolute_url()}correct/posts/", today() + timedelta(days=3)),
            ("Give the pay band of Band", f"{band.get_absolute_url()}correct/band/", None),
        ]

    @pytest.mark.parametrize("number", [1, 3])
    def test_constant_queries(self, trust, recruiter, django_assert_num_queries, number):
        for _ in range(number):
            VacancyFactory(trust=trust)
        with django_assert_num_queries(8):  # two of them look for adverts that came in twice
            todo(recruiter.acting)

    def test_others_have_nothing_to_do_here(self, trust, icb, academy, stranger):
        VacancyFactory(trust=trust)
        assert [todo(who.acting) for who in (icb, academy, stranger)] == [[], [], []]


def test_search_finds_titles_and_the_beginnings_of_references(trust, recruiter, stranger):
    vacancy = VacancyFactory(trust=trust, title="Theatre porter", nhs_jobs_reference="C9-77")
    for text in ("porter", "c9-77", "C9-7", vacancy.reference.lower()):
        assert [hit.url for hit in search(recruiter.acting, text)] == [vacancy.get_absolute_url()]
        assert search(stranger.acting, text) == []
    assert search(recruiter.acting, "9-77") == []


def test_entries_do_not_tell_the_icb_what_its_reports_suppress(history, trust, recruiter, icb, academy):
    record_level(vacancy=history["second"], kind=EntryKind.CONSIDERED, cause="one", by=recruiter.acting)
    address = f"/vacancies/standing/?trust={trust.code}"
    seen = {name: who.client.get(address) for name, who in (("icb", icb), ("academy", academy))}
    kinds = {name: {entry.kind for entry, *_rest in page.context["entries"]} for name, page in seen.items()}
    assert kinds == {
        "icb": {"open", "reserve", "lapse", "void"},
        "academy": {"open", "reserve", "lapse", "void", "considered"},
    }
    assert ["format=xlsx" in seen[name].text for name in ("icb", "academy")] == [False, True]
    codes = [
        who.client.get(f"{address}&format={kind}").status_code for who in (icb, academy) for kind in ("xlsx", "pdf")
    ]
    assert codes == [404, 404, 200, 200]


def test_a_row_about_people_says_how_many_and_no_posts(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, title="Porter", posts=5)
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    record_level(vacancy=vacancy, kind=EntryKind.CONSIDERED, cause="1", by=recruiter.acting)
    said = words(recruiter.client.get("/vacancies/standing/"))
    assert "3 Considered 1 person Porter 23 November" in said
    assert "2 Reserved Porter 0 1 23 November" in said
    assert "1 Counted Porter 5 0 23 November" in said


class TestCatchUpInApril:
    """What was decided after the year's last day is in no month of it, on whichever page the months stand."""

    @pytest.fixture
    def year(self, trust, recruiter):
        """2025/26: 5 posts, 1 reserved, in each of three months; in April 4 more reserved posts, in May one lapses."""
        made = {}
        for month in (4, 9, 12):
            with pretend(datetime(2025, month, 10, 12, tzinfo=UTC)):
                made[month] = VacancyFactory(trust=trust, posts=5, closes_on=None)
                reserve(vacancy=made[month], posts=1, by=recruiter.acting)
        with pretend(datetime(2025, 12, 11, 12, tzinfo=UTC)):
            late = VacancyFactory(trust=trust, posts=5, closes_on=None)
        with pretend(moment(4, 9)):
            reserve(vacancy=late, posts=4, by=recruiter.acting)
        with pretend(moment(5, 9)):
            lapse(vacancy=made[9], by=recruiter.acting)
        bring_history(
            trust=trust, rows=[of_vacancy("T-1", date(2025, 4, 2), posts=10, reserved=4)], source="JOB-1", by=system()
        )
        return trust

    def test_every_month_is_what_the_page_of_its_last_day_says(self, year, recruiter, icb):
        (line,) = icb.client.get("/reports/oversight/?year=2025").context["lines"]
        rows = recruiter.client.get("/vacancies/standing/?year=2025").context["rows"]
        book = recruiter.client.get("/vacancies/standing/?year=2025&format=xlsx").content
        sheet = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_name("Months").to_python()[1:]
        assert [row["month"] for row in rows[11:]] == ["Mar 26", "Since 2025/26 ended"]
        assert [row[0] for row in sheet[11:]] == ["March", "Since the year ended"]
        for place in range(12):
            ends = date(2025 + (place > 7), (place + 4) % 12 + 1, 1) - timedelta(days=1)
            page = recruiter.client.get(f"/vacancies/standing/?year=2025&day={ends}")
            known = page.context["standing"]
            assert line.months[place] == share(known.reserved, known.posts) == rows[place]["share"]
            assert counts(rows[place]["standing"]) == counts(known) == tuple(sheet[place][1:5])
        now_is = standing_of(year.pk, 2025)
        assert counts(rows[12]["standing"]) == counts(now_is) == tuple(sheet[12][1:5]) == (30, 10, 5, 4)
        assert (line.months[11], line.history) == (Decimal("28.0"), 10)

    def test_a_past_day_says_how_much_of_it_nobody_could_see_then(self, year, recruiter, icb):
        said = "Of the posts counted, 10 posts are imported history that was brought after this day"
        assert said in words(recruiter.client.get("/vacancies/standing/?day=2025-04-30"))
        assert "that was brought after" not in words(recruiter.client.get("/vacancies/standing/?year=2025"))
        assert "nobody could see it here then: Imperial 10 posts." in words(
            icb.client.get("/reports/oversight/?year=2025")
        )

    def test_the_published_months_are_the_same(self, year):
        Organisation.objects.filter(pk=year.pk).update(standing="signatory")
        (found,) = [row for row in m0(financial_year_of(2025), as_at=today()).rows if row.trust_id == year.pk]
        shares = [share(month.standing.reserved, month.standing.posts) for month in found.months]
        (line,) = [line for line in by_trust(2025) if line.trust == year]
        assert tuple(shares) == line.months
        assert counts(found.latest.standing) == (30, 10, 5, 4)
