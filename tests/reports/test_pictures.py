"""The headline figures and pictures: made of the edition's own tables, with what changed, and silent where a star is."""

from datetime import date
from decimal import Decimal

import pytest

from reports import files, words
from reports.measures import financial_year_of
from reports.pictures import (
    Stages,
    conversion_stages,
    headlines,
    known,
    moved,
    participation_chart,
    ring_fence_chart,
)
from reports.tables import STAR, Column, Edition, Row, Table

YEAR = financial_year_of(2026)
HIDDEN = "No rate: too few people came to one of the outcomes, and a rate would tell how many"
SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)


def months(*rows):
    """The ring-fence by month: (label, posts, reserved, share, adverts, reserved, share)."""
    keys = ("posts", "reserved", "share", "short", "adverts", "reserved_adverts", "advert_share")
    made = tuple(Row(label, label, (posts, got, part, 0, 0, 0, adverts)) for label, posts, got, part, adverts in rows)
    return Table("m0-months", "m0", "Ring-fence at each month's end", "Month", tuple(Column(k, k) for k in keys), made)


def people(*rows, whole, counted=0):
    made = (*(Row(label, label, (n, 0)) for label, n in rows), Row("all", "All", (whole, counted), total=True))
    columns = (Column("people", "People who started"), Column("counted", "Counted, not named"))
    return Table("m2-months", "m2", "Participation by month of start", "Month", columns, made)


def readings(**cells):
    return line("m3-readings", **cells)


def line(key, **cells):
    columns = tuple(Column(name, name) for name in cells)
    return Table(key, "m3", "Conversion", "Of whom", columns, (Row("all", "Everybody", tuple(cells.values())),))


def edition(*tables, as_at=OCTOBER, exact=True, marking=""):
    measures = tuple(sorted({table.measure for table in tables}))
    return Edition(YEAR, as_at, exact, None, marking, measures, {}, tables)


class TestMoved:
    @pytest.mark.parametrize(
        ("now", "before", "said"),
        [
            (12, 10, ". Up 2 since 30 September"),
            (10, 12, ". Down 2 since 30 September"),
            (10, 10, ". No change since 30 September"),
            (Decimal("20.5"), Decimal("19.0"), ". Up 1.5 since 30 September"),
            (1500, 0, ". Up 1,500 since 30 September"),
            (STAR, 10, ""),
            (10, STAR, ""),
            (None, 10, ""),
            (10, None, ""),
        ],
    )
    def test_what_is_said_of_a_change(self, now, before, said):
        assert moved(now, before, "", SEPTEMBER) == said

    @pytest.mark.parametrize(("value", "is_known"), [(0, True), (Decimal(0), True), (STAR, False), (None, False)])
    def test_nought_is_known(self, value, is_known):
        assert known(value) is is_known


class TestRingFence:
    def test_the_headline_says_how_it_moved_in_points(self):
        table = months(
            ("September 2026", 100, 19, Decimal("19.0"), None), ("October 2026", 120, 25, Decimal("20.8"), None)
        )
        (found,) = headlines(edition(table), None)
        assert (found.value, found.detail) == ("20.8%", "25 of 120 posts. Up 1.8 points since 30 September")

    def test_in_april_there_is_nothing_to_compare_with(self):
        (found,) = headlines(edition(months(("April 2026", 5, 1, Decimal("20.0"), None))), None)
        assert (found.value, found.detail) == ("20%", "1 of 5 posts")

    def test_a_year_that_is_over_says_no_change(self):
        table = months(("February 2027", 9, 1, Decimal("11.1"), None), ("March 2027", 10, 2, Decimal("20.0"), None))
        (found,) = headlines(edition(table, as_at=date(2027, 6, 30)), None)
        assert found.detail == "2 of 10 posts"

    def test_nothing_counted_and_nothing_begun(self):
        (none_yet,) = headlines(edition(months(("April 2026", 0, 0, None, None))), None)
        (not_begun,) = headlines(edition(months()), None)
        assert (none_yet.value, none_yet.detail) == ("None", "0 of 0 posts")
        assert (not_begun.value, not_begun.detail) == ("None", "The year has not begun")

    @pytest.mark.parametrize(
        ("share", "finding"),
        [
            ("20.0", "20% of entry-level posts were reserved by October 2026: at or above 20%."),
            ("19.9", "19.9% of entry-level posts were reserved by October 2026: below 20%."),
            (None, "No entry-level vacancy has been counted yet."),
        ],
    )
    def test_the_chart_says_what_it_shows(self, share, finding):
        share = share and Decimal(share)
        chart = ring_fence_chart(edition(months(("October 2026", 5, 1, share, Decimal("33.3")))))
        assert (chart.finding, chart.target, chart.categories) == (finding, 20, ("Oct 26",))
        assert [series.values for series in chart.series] == [(share,), (Decimal("33.3"),)]

    def test_a_year_without_a_month_has_an_empty_chart(self):
        chart = ring_fence_chart(edition(months()))
        assert (chart.categories, chart.finding) == ((), "No entry-level vacancy has been counted yet.")


class TestParticipation:
    def test_the_chart_leaves_the_total_out_and_a_star_in(self):
        chart = participation_chart(edition(people(("April 2026", 10), ("May 2026", STAR), whole=15)))
        assert chart.series[0].values == (10, STAR)
        assert chart.finding == "15 people started in the period."

    def test_too_few_to_say(self):
        finding = "Not shown: too few people, or hidden to protect another figure."
        assert participation_chart(edition(people(whole=STAR))).finding == finding

    def test_the_headline(self):
        now, before = people(whole=1205, counted=40), people(whole=1190)
        found = headlines(edition(months(), now), edition(months(), before, as_at=SEPTEMBER))[1]
        assert (found.value, found.detail) == ("1,205", "40 more counted, not named. Up 15 since 30 September")


class TestConversion:
    CELLS = {"due": 60, "work": 30, "host": 15, "rate": Decimal("50.0"), "host_rate": Decimal("25.0")}

    def found(self, *more, before=None, **cells):
        now = edition(months(), people(whole=0), readings(**self.CELLS | cells), *more)
        was = before and edition(months(), people(whole=0), readings(**self.CELLS | before), as_at=SEPTEMBER)
        return [(found.value, found.detail) for found in headlines(now, was)[2:]]

    def test_both_headlines(self):
        assert self.found(before={"rate": Decimal("47.5")}) == [
            ("50%", "30 of 60 people. Up 2.5 points since 30 September"),
            ("25%", "15 of 60 people. No change since 30 September"),
        ]

    def test_nobodys_weeks_are_over(self):
        assert self.found(due=0, work=0, host=0, rate=None, host_rate=None) == [
            ("None yet", "Nobody's 26 weeks are over"),
            ("None yet", "Nobody's 26 weeks are over"),
        ]

    def test_a_star_says_what_two_years_together_say(self):
        pooled = line("m3-pooled", rate=15, host_rate=STAR)
        assert self.found(pooled, rate=STAR, host=STAR, host_rate=STAR) == [
            ("15%", f"In this year alone 30 of 60 people. {HIDDEN}"),
            ("*", f"* of 60 people. {HIDDEN}"),
        ]
        now = edition(months(), people(whole=0), readings(**self.CELLS | {"rate": STAR}), pooled)
        assert [found.label for found in headlines(now, None)[2:]] == [
            "in work within 26 weeks, over two years together",
            "at work in the host trust",
        ]

    @pytest.mark.parametrize(
        ("due", "why"),
        [
            (10, "No rate: it takes 30 people"),
            (25, "No rate: it takes 30 people"),
            (30, "No rate: fewer than 30 people before rounding, or too few of one outcome, which a rate would tell"),
            (35, "No rate: too few people came to one of the outcomes, and a rate would tell how many"),
            (STAR, "No rate: fewer than 30 people, or too few of one outcome, which a rate would tell"),
        ],
    )
    def test_a_star_gives_the_reason_that_the_reader_may_know(self, due, why):
        """30 is shown of 28 and of 32 people alike: which of the two reasons it is may not be said."""
        assert self.found(due=due, rate=STAR)[0] == ("*", f"30 of {due} people. {why}")

    def test_a_rate_that_is_shown_needs_no_other(self):
        assert self.found(line("m3-pooled", rate=15, host_rate=15))[0] == ("50%", "30 of 60 people")

    def test_the_stages_are_counts(self):
        assert conversion_stages(edition(readings(**self.CELLS | {"host": STAR}))) == Stages(
            "From the end of participation to work",
            [("26 weeks over", 60), ("In work", 30), ("At the host trust", STAR)],
        )

    @pytest.mark.parametrize(
        ("year", "both", "shown"),
        [(STAR, 30, 30), (STAR, STAR, STAR), (15, 30, 15)],
        ids=["two years", "neither", "the year"],
    )
    def test_the_stages_of_two_years_stand_in_where_the_year_hides_one(self, year, both, shown):
        pooled = line("m3-pooled", due=60, work=45, host=both)
        found = conversion_stages(edition(readings(**self.CELLS | {"host": year}), pooled))
        assert found.stages[2] == ("At the host trust", shown)
        assert found.title.endswith("over two years together") == (shown == 30)


class TestFiles:
    def test_a_file_says_what_it_is(self):
        about = dict(files.about(edition(people(whole=0), exact=False), "m2"))
        assert list(about) == ["Measure", "Definition", "Version", "Period", "As at", "Small numbers", "Source"]
        assert (about["Period"], about["As at"], about["Small numbers"]) == (
            "April 2026 to March 2027", "31 October 2026", words.SUPPRESSED,
        )  # fmt: skip

    def test_true_counts_are_marked_first(self):
        (marking, *rest) = files.about(edition(people(whole=0), marking="OFFICIAL-SENSITIVE"), "m2")
        assert marking == ("Marking", "OFFICIAL-SENSITIVE")
        assert dict(rest)["Small numbers"] == words.EXACT

    @pytest.mark.parametrize(
        ("marking", "name"),
        [("", "m2-2026-as-at-2026-10-31.csv"), ("X", "m2-2026-as-at-2026-10-31-official-sensitive.csv")],
    )
    def test_its_name_says_how_to_treat_it(self, marking, name):
        assert files.filename(edition(people(whole=0), marking=marking), "m2", "csv") == name

    def test_every_figure_is_on_a_line_of_its_own(self):
        table = people(("April 2026", 10), whole=STAR)
        rows = [row for row in files.long_rows(edition(table), "m2") if row[0] != "About"]
        assert rows == [
            (table.title, label, column, "number", value)
            for label, values in (("April 2026", (10, 0)), ("All", (STAR, 0)))
            for column, value in zip(("People who started", "Counted, not named"), values, strict=True)
        ]

    @pytest.mark.parametrize(("unit", "label"), [("number", "Rate"), ("percent", "Rate (%)")])
    def test_a_sheet_says_where_a_column_is_percent(self, unit, label):
        assert files.label(Column("rate", "Rate", unit)) == label


class TestTable:
    TABLE = people(("April 2026", 10), whole=20)

    def test_a_cell_by_row_and_column(self):
        assert (self.TABLE.cell("April 2026", "people"), self.TABLE.cell("all", "counted")) == (10, 0)

    @pytest.mark.parametrize(("row", "column"), [("May 2026", "people"), ("all", "share")])
    def test_what_is_not_there_is_an_error(self, row, column):
        with pytest.raises(KeyError):
            self.TABLE.cell(row, column)

    def test_an_edition_without_a_table_says_which(self):
        with pytest.raises(KeyError, match="m2-kinds"):
            edition(self.TABLE).table("m2-kinds")
