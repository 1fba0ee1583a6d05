"""Where the marks of charts stand, in exact numbers."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsuk import charts
from nhsuk.charts import Chart, Frame, Label, Series, Stage, Tick

PLAIN = Frame(width=200, height=120, left=0, right=0, top=10, bottom=10, font=10)  # a plot of 200 by 100
BLUE, OUTLINE, GREEN = (charts.LOOKS[name] for name in ("blue", "outline", "green"))


def chart(*series, categories=("A", "B"), **options):
    return Chart("key", "Title", "Finding.", categories, series, **options)


@pytest.mark.parametrize(
    ("low", "high", "options", "ticks"),
    [
        (0, 33000, {}, (0, 10000, 20000, 30000, 40000)),
        (0, 26, {}, (0, 10, 20, 30)),
        (0, 10, {}, (0, Fraction(5, 2), 5, Fraction(15, 2), 10)),
        (0, 10, {"whole": True}, (0, 5, 10)),
        (0, 100, {"whole": True}, (0, 25, 50, 75, 100)),
        (0, 3, {"whole": True}, (0, 1, 2, 3)),
        (0, 1, {"whole": True}, (0, 1)),
        (0, 1, {}, (0, Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), 1)),
        (0, 0, {"whole": True}, (0, 1)),
        (-3, 9, {}, (-5, 0, 5, 10)),
        (-8, -2, {}, (-8, -6, -4, -2, 0)),
        (5, 8, {}, (0, 2, 4, 6, 8)),
    ],
)
def test_ticks_are_round_numbers(low, high, options, ticks):
    assert charts.nice_ticks(low, high, **options) == ticks


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.booleans())
def test_ticks_hold_everything_and_nought_in_at_most_six_even_steps(one, other, whole):
    low, high = sorted((one, other))
    ticks = charts.nice_ticks(low, high, whole=whole)
    steps = {after - before for before, after in zip(ticks, ticks[1:], strict=False)}
    assert ticks[0] <= min(low, 0)
    assert ticks[-1] >= max(high, 0)
    assert 0 in ticks
    assert len(steps) == 1
    assert 2 <= len(ticks) <= 7
    assert not whole or all(tick.denominator == 1 for tick in ticks)


def test_columns_stand_on_each_other():
    drawing = charts.columns(chart(Series("Used", (10, 20)), Series("Lost", (30, None), "outline")), PLAIN)
    assert drawing.ticks == (
        Tick(110.0, "0"),
        Tick(85.0, "10"),
        Tick(60.0, "20"),
        Tick(35.0, "30"),
        Tick(10.0, "40"),
    )
    assert drawing.base == 110.0
    assert drawing.rects == (
        charts.Rect(18.0, 85.0, 64.0, 25.0, BLUE, "A, Used: 10"),
        charts.Rect(18.0, 10.0, 64.0, 75.0, OUTLINE, "A, Lost: 30"),
        charts.Rect(118.0, 60.0, 64.0, 50.0, BLUE, "B, Used: 20"),
    )
    assert drawing.labels == (Label(50.0, "A"), Label(150.0, "B"))
    assert (drawing.strokes, drawing.points, drawing.target) == ((), (), None)


def test_columns_side_by_side():
    drawing = charts.columns(chart(Series("Used", (10, 0)), Series("Lost", (20, "*"), "outline")), PLAIN, grouped=True)
    assert [tick.label for tick in drawing.ticks] == ["0", "5", "10", "15", "20"]
    assert drawing.rects == (
        charts.Rect(18.0, 60.0, 32.0, 50.0, BLUE, "A, Used: 10"),
        charts.Rect(50.0, 10.0, 32.0, 100.0, OUTLINE, "A, Lost: 20"),
    )


def test_columns_below_nought_hang_from_the_base():
    drawing = charts.columns(chart(Series("In", (10, 0)), Series("Out", (-10, 0), "outline")), PLAIN)
    assert [tick.label for tick in drawing.ticks] == ["-10", "-5", "0", "5", "10"]
    assert drawing.base == 60.0
    assert [(rect.y, rect.height) for rect in drawing.rects] == [(10.0, 50.0), (60.0, 50.0)]


def test_narrow_columns_keep_seven_tenths_of_their_place():
    drawing = charts.columns(chart(Series("Used", (1,) * 10), categories=tuple("ABCDEFGHIJ")), PLAIN)
    assert {rect.width for rect in drawing.rects} == {14.0}
    assert [rect.x for rect in drawing.rects[:2]] == [3.0, 23.0]


def test_pounds_have_short_words_on_the_axis_and_full_ones_on_the_bar():
    drawing = charts.columns(chart(Series("Used", (Decimal("21000.50"), 40000)), unit="pounds"), PLAIN)
    assert [tick.label for tick in drawing.ticks] == ["£0", "£10k", "£20k", "£30k", "£40k"]
    assert drawing.rects[0].words == "A, Used: £21,001"


def test_a_line_is_broken_where_a_value_is_missing():
    series = Series("Share", (10, 20, None, "*", 40, None, 5.5), "green")
    drawing = charts.lines(chart(series, categories=tuple("ABCDEFG"), unit="percent"), PLAIN)
    assert drawing.strokes == (charts.Stroke(((14.29, 85.0), (42.86, 60.0)), GREEN),)
    assert drawing.points == (
        charts.Point(14.29, 85.0, GREEN, "A, Share: 10%"),
        charts.Point(42.86, 60.0, GREEN, "B, Share: 20%"),
        charts.Point(128.57, 10.0, GREEN, "E, Share: 40%"),
        charts.Point(185.71, 96.25, GREEN, "G, Share: 5.5%"),
    )


def test_the_target_is_on_the_scale_even_when_every_value_is_below_it():
    drawing = charts.lines(chart(Series("Share", (1, 2)), unit="percent", target=20), PLAIN)
    assert drawing.target == Tick(10.0, "Target 20%")
    assert drawing.ticks[-1] == Tick(10.0, "20%")


def test_a_chart_of_nothing_known_still_has_a_scale():
    for draw in (charts.lines, charts.columns):
        drawing = draw(chart(Series("Share", (None, "*")), whole=True), PLAIN)
        assert drawing.ticks == (Tick(110.0, "0"), Tick(10.0, "1"))
        assert (drawing.rects, drawing.points, drawing.strokes) == ((), (), ())
    assert charts.columns(chart(categories=()), PLAIN).labels == ()


def test_names_that_would_run_into_each_other_are_thinned_and_the_last_is_kept():
    names = tuple(f"Month {number:02}" for number in range(12))
    values = Series("Used", (1,) * 12)
    assert [label.text for label in charts.columns(chart(values, categories=names), PLAIN).labels] == [
        "Month 02",
        "Month 05",
        "Month 08",
        "Month 11",
    ]
    assert len(charts.columns(chart(values, categories=names), charts.WIDE).labels) == 6
    short = chart(values, categories=tuple(f"M{number}" for number in range(12)))
    assert len(charts.columns(short, charts.WIDE).labels) == 12


values = st.lists(st.one_of(st.none(), st.just("*"), st.integers(-(10**6), 10**6)), min_size=3, max_size=3)


@given(values, values, st.one_of(st.none(), st.integers(-1000, 1000)), st.booleans())
def test_every_mark_is_inside_its_frame(one, two, target, grouped):
    both = chart(Series("One", tuple(one)), Series("Two", tuple(two), "pink"), categories=tuple("ABC"), target=target)
    for frame in (charts.WIDE, charts.NARROW):
        columns, lines = charts.columns(both, frame, grouped=grouped), charts.lines(both, frame)
        floor, right = frame.height - frame.bottom + 0.01, frame.width - frame.right + 0.01
        for rect in columns.rects:
            assert frame.left <= rect.x <= rect.x + rect.width <= right
            assert frame.top <= rect.y <= rect.y + rect.height <= floor
        for point in lines.points:
            assert frame.left <= point.x <= right
            assert frame.top <= point.y <= floor
        known = [value for value in one + two if charts.is_known(value)]
        assert len(lines.points) == len(known)
        assert len(columns.rects) == len([value for value in known if value])


class TestSharesInATable:
    @pytest.mark.parametrize(
        ("share", "target", "scale", "bar"),
        [
            (Decimal("18.8"), 20, 100, charts.Bar(18.8, 20.0, met=False)),
            (18.8, 20, 40, charts.Bar(47.0, 50.0, met=False)),
            (20, 20, 40, charts.Bar(50.0, 50.0, met=True)),
            (Fraction(100, 3), None, 100, charts.Bar(33.33, None, met=False)),
            (0, 20, 100, charts.Bar(0.0, 20.0, met=False)),
            (90, 20, 40, charts.Bar(100.0, 50.0, met=True)),
            (10, 60, 40, charts.Bar(25.0, 100.0, met=False)),
        ],
    )
    def test_bar(self, share, target, scale, bar):
        assert charts.share_bar(share, target, scale=scale) == bar

    def test_a_share_a_hair_below_the_target_has_not_met_it(self):
        assert charts.share_bar(Fraction(1999, 100), 20).met is False

    def test_no_scale(self):
        with pytest.raises(ValueError, match="scale must be above 0"):
            charts.share_bar(1, scale=0)

    @pytest.mark.parametrize(
        ("shares", "target", "scale"),
        [
            ([7.6, 27.8], 20, 40),
            ([7.6, 41], 20, 50),
            ([None, "*"], 20, 40),
            ([99], 20, 100),
            ([5], 80, 100),
            ([], 1, 10),
        ],
    )
    def test_scale(self, shares, target, scale):
        assert charts.bar_scale(shares, target) == scale


class TestFunnel:
    def test_bars_of_the_first_and_shares_of_the_stage_before(self):
        assert charts.funnel([("Enrolled", 48), ("Ready", 42), ("Offered", 0), ("Started", 0)]) == [
            Stage("Enrolled", 48, 100.0, None),
            Stage("Ready", 42, 87.5, Fraction(175, 2)),
            Stage("Offered", 0, 0.0, Fraction(0)),
            Stage("Started", 0, 0.0, None),
        ]

    def test_a_star_gives_nothing_away(self):
        assert charts.funnel([("Enrolled", 50), ("Ready", "*"), ("Started", 10)]) == [
            Stage("Enrolled", 50, 100.0, None),
            Stage("Ready", "*", 0.0, None),
            Stage("Started", 10, 20.0, None),
        ]

    def test_nobody(self):
        assert charts.funnel([("Enrolled", 0), ("Ready", 0)]) == [
            Stage("Enrolled", 0, 0.0, None),
            Stage("Ready", 0, 0.0, None),
        ]


class TestMistakes:
    def test_too_few_values(self):
        with pytest.raises(ValueError, match="Used has 1 values for 2 categories"):
            chart(Series("Used", (1,)))

    def test_an_unknown_look(self):
        with pytest.raises(ValueError, match="no look 'red'; choose from blue, green"):
            Series("Used", (1,), "red")


def test_the_table_has_every_figure_in_words():
    both = chart(Series("Used", (1200, None)), Series("Lost", ("*", 0), "outline"), unit="pounds")
    assert both.rows() == [("A", ["£1,200", "*"]), ("B", ["unknown", "£0"])]


def test_no_two_looks_of_lines_are_alike_without_colour():
    marks = [(look.dash, look.shape) for look in charts.LOOKS.values()]
    assert len(set(marks)) == len(marks)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("look", charts.LOOKS.values(), ids=charts.LOOKS)
def test_every_look_stands_out_from_white_paper(look):
    """WCAG 2.2, 1.4.11: 3 to 1 for the parts of a picture."""
    assert 1.05 / (luminance(look.stroke) + 0.05) >= 3
