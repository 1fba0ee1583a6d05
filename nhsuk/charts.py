"""Where every mark of a chart stands. No Django and no drawing: SVG templates and PDF pages use the same numbers.

Coordinates are those of SVG: pixels from the top left corner, y downwards, rounded to hundredths. Values are exact
(int, Decimal or Fraction); None and "*" leave a gap, for an unknown or suppressed figure has no place on a scale.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TypeGuard

from nhsuk.words import AXES, STARRED, WRITERS

Figure = int | float | Decimal | Fraction
Value = Figure | str | None  # the str is the star of a suppressed figure
Ends = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Look:
    """How a series is drawn; no two looks differ by colour alone: lines have dashes and points have shapes."""

    fill: str
    stroke: str
    dash: str = ""
    shape: str = "circle"


LOOKS = {
    "blue": Look("#005eb8", "#005eb8"),
    "green": Look("#007f3b", "#007f3b", "7 4", "square"),
    "purple": Look("#330072", "#330072", "2 4", "diamond"),
    "pink": Look("#ae2573", "#ae2573", "10 4 2 4", "triangle"),
    "grey": Look("#768692", "#768692", "4 4", "square"),
    "pale": Look("#c7dcef", "#005eb8", "1 3", "circle"),
    "outline": Look("#ffffff", "#d5281b", "6 3", "diamond"),
}


@dataclass(frozen=True)
class Series:
    """One row of values, one for each category; `look` is a key of LOOKS."""

    name: str
    values: tuple[Value, ...]
    look: str = "blue"

    def __post_init__(self) -> None:
        if self.look not in LOOKS:
            raise ValueError(f"no look {self.look!r}; choose from {', '.join(LOOKS)}")


@dataclass(frozen=True)
class Chart:
    """What a chart says. `key` is unique on the page, `finding` the one sentence to take away.

    `unit` is number, pounds or percent; `whole` is for counts, whose axis has no fractions; `target` is a value
    with a line across the chart; `heading` names the categories in the table ("Month").
    """

    key: str
    title: str
    finding: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = "number"
    whole: bool = False
    target: Figure | None = None
    heading: str = "Month"

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(f"{series.name} has {len(series.values)} values for {len(self.categories)} categories")

    def known(self, at: int) -> list[tuple[int, Series, Fraction]]:
        """Of one category: which series, the series, and its value, where it has one."""
        values = [(which, series, series.values[at]) for which, series in enumerate(self.series)]
        return [(which, series, exact(value)) for which, series, value in values if is_known(value)]

    def rows(self) -> list[tuple[str, list[str]]]:
        """The figures as a table: each category with one text for each series."""
        write = WRITERS[self.unit]
        return [
            (name, [write(series.values[place]) for series in self.series])
            for place, name in enumerate(self.categories)
        ]


@dataclass(frozen=True)
class Frame:
    """The size of a drawing and the margins around its plot, in pixels; `font` is the height of its text."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    font: int


WIDE = Frame(width=900, height=330, left=68, right=12, top=14, bottom=40, font=16)
NARROW = Frame(width=340, height=280, left=52, right=8, top=12, bottom=36, font=13)


@dataclass(frozen=True)
class Tick:
    """A line across at height `y`, with its value in words."""

    y: float
    label: str


@dataclass(frozen=True)
class Label:
    """Text centred at `x`."""

    x: float
    text: str


@dataclass(frozen=True)
class Rect:
    """A bar; `words` says what it stands for."""

    x: float
    y: float
    width: float
    height: float
    look: Look
    words: str


@dataclass(frozen=True)
class Point:
    """A point of a line; `words` says what it stands for."""

    x: float
    y: float
    look: Look
    words: str


@dataclass(frozen=True)
class Stroke:
    """A line through points that follow each other without a gap."""

    points: tuple[tuple[float, float], ...]
    look: Look


@dataclass(frozen=True)
class Drawing:
    """A chart ready to be drawn; `base` is the height of nought, `target` that of the target line."""

    frame: Frame
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    base: float
    rects: tuple[Rect, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    points: tuple[Point, ...] = ()
    target: Tick | None = None


def columns(chart: Chart, frame: Frame = WIDE, *, grouped: bool = False) -> Drawing:
    """Upright bars by category: stacked on each other, or `grouped` side by side."""
    place = Scale.of(chart, frame, extremes(chart, stacked=not grouped))
    draw = group if grouped else stack
    rects = [rect for at in range(len(chart.categories)) for rect in draw(chart, place, at)]
    return Drawing(
        frame, place.ticks(chart), place.labels(chart), place.y(0), rects=tuple(rects), target=place.target(chart)
    )


def lines(chart: Chart, frame: Frame = WIDE) -> Drawing:
    """A line for each series, broken where a value is missing."""
    place = Scale.of(chart, frame, extremes(chart, stacked=False))
    strokes, points = [], []
    for series in chart.series:
        look = LOOKS[series.look]
        for run in runs(series.values):
            spots = tuple((place.x(at), place.y(value)) for at, value in run)
            strokes += [Stroke(spots, look)] if len(spots) > 1 else []
            points += [Point(x, y, look, words(chart, series, at)) for (at, _), (x, y) in zip(run, spots, strict=True)]
    return Drawing(
        frame,
        place.ticks(chart),
        place.labels(chart),
        place.y(0),
        strokes=tuple(strokes),
        points=tuple(points),
        target=place.target(chart),
    )


@dataclass(frozen=True)
class Bar:
    """A bar across a table's cell, in percent of the cell's width; `target` is where the line stands, if any."""

    width: float
    target: float | None
    met: bool


def share_bar(share: Figure, target: Figure | None = None, *, scale: Figure = 100) -> Bar:
    """The bar of a percentage on a cell that stands for `scale` percent; longer ones are cut off at its end."""
    full = exact(scale)
    if full <= 0:
        raise ValueError("scale must be above 0")
    length = min(max(exact(share) * 100 / full, Fraction(0)), Fraction(100))
    mark = None if target is None else pixels(min(exact(target) * 100 / full, Fraction(100)))
    return Bar(pixels(length), mark, target is not None and exact(share) >= exact(target))


def bar_scale(shares: Iterable[Value], target: Figure) -> int:
    """A round number of percent for the whole cell, so that bars are long enough to compare: at most 100.

    At least twice the target, so that its line stands in the middle or left of it.
    """
    most = max([2 * exact(target), *(exact(share) for share in shares if is_known(share))])
    return min(100, int(-(-most // 10) * 10))


@dataclass(frozen=True)
class Stage:
    """A stage of a funnel: the bar's width in percent of the first stage, and the percentage of the stage before."""

    name: str
    count: int | str
    width: float
    kept: Fraction | None


def funnel(stages: list[tuple[str, int | str]]) -> list[Stage]:
    """Stages with their bars. A suppressed count has no bar, and no percentage leads to or from it."""
    most = max((exact(count) for _, count in stages if is_known(count)), default=Fraction(0))
    before = [None, *(count for _, count in stages)]
    return [
        Stage(
            name, count, pixels(exact(count) * 100 / most) if is_known(count) and most else 0.0, kept(count, previous)
        )
        for (name, count), previous in zip(stages, before, strict=False)
    ]


def kept(count: Value, previous: Value) -> Fraction | None:
    """The percentage of the stage before; None where either is missing, suppressed or nought before."""
    if not (is_known(count) and is_known(previous) and previous):
        return None
    return exact(count) * 100 / exact(previous)


def nice_ticks(low: Figure, high: Figure, *, whole: bool = False, about: int = 4) -> tuple[Fraction, ...]:
    """Round numbers from at or below `low` to at or above `high`, some `about` steps of 1, 2, 2.5 or 5 times a ten.

    `whole` keeps fractions out: no 2.5, no step below 1. Nought is always among them.
    """
    low, high = min(exact(low), Fraction(0)), max(exact(high), Fraction(0))
    if low == high:
        high = Fraction(1)
    step = nice_step((high - low) / about, whole=whole)
    first, last = low // step, -(-high // step)
    return tuple(step * at for at in range(int(first), int(last) + 1))


def nice_step(least: Fraction, *, whole: bool) -> Fraction:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `least`, and whole where it must be."""
    least = max(least, Fraction(1)) if whole else least
    ten = Fraction(1)
    while ten > least:
        ten /= 10
    while ten * 10 <= least:
        ten *= 10
    steps = (ten * each for each in (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10)))
    return next(step for step in steps if step >= least and (not whole or step.denominator == 1))


@dataclass(frozen=True)
class Scale:
    """Places values and categories inside a frame."""

    frame: Frame
    values: tuple[Fraction, ...]
    count: int

    @classmethod
    def of(cls, chart: Chart, frame: Frame, ends: Ends) -> "Scale":
        return cls(frame, nice_ticks(*ends, whole=chart.whole), len(chart.categories))

    @property
    def slot(self) -> Fraction:
        """The width that each category has."""
        return Fraction(self.frame.width - self.frame.left - self.frame.right, max(self.count, 1))

    def y(self, value: Figure) -> float:
        low, high = self.values[0], self.values[-1]
        plot = self.frame.height - self.frame.top - self.frame.bottom
        return pixels(self.frame.top + plot * (high - exact(value)) / (high - low))

    def x(self, at: int) -> float:
        """The middle of a category."""
        return pixels(self.frame.left + self.slot * at + self.slot / 2)

    def ticks(self, chart: Chart) -> tuple[Tick, ...]:
        write = AXES[chart.unit]
        return tuple(Tick(self.y(value), write(value)) for value in self.values)

    def target(self, chart: Chart) -> Tick | None:
        if chart.target is None:
            return None
        return Tick(self.y(chart.target), f"Target {WRITERS[chart.unit](chart.target)}")

    def labels(self, chart: Chart) -> tuple[Label, ...]:
        """Names of categories, only every so many where all would run into each other; the last is kept."""
        longest = max((len(name) for name in chart.categories), default=0)
        needed = Fraction(longest * self.frame.font * 11, 20) + Fraction(self.frame.font, 2)
        every = max(1, int(-(-needed // self.slot)))
        last = self.count - 1
        return tuple(Label(self.x(at), name) for at, name in enumerate(chart.categories) if (last - at) % every == 0)


def stack(chart: Chart, place: Scale, at: int) -> list[Rect]:
    """The bars of one category on each other, debts below the line."""
    up = down = Fraction(0)
    rects = []
    for _, series, value in chart.known(at):
        if not value:
            continue
        start = up if value > 0 else down
        end = start + value
        up, down = (end, down) if value > 0 else (up, end)
        rects.append(upright(chart, place, series, at, ends=(start, end), part=(0, 1)))
    return rects


def group(chart: Chart, place: Scale, at: int) -> list[Rect]:
    """The bars of one category side by side."""
    return [
        upright(chart, place, series, at, ends=(Fraction(0), value), part=(which, len(chart.series)))
        for which, series, value in chart.known(at)
        if value
    ]


def upright(chart: Chart, place: Scale, series: Series, at: int, *, ends: Ends, part: tuple[int, int]) -> Rect:
    """A bar from one value to another, in `part` (which, of how many) of seven tenths of the category's width."""
    which, of = part
    whole = min(place.slot * 7 / 10, Fraction(64))
    left = exact(place.frame.left) + place.slot * at + (place.slot - whole) / 2 + whole * which / of
    top, bottom = sorted(place.y(end) for end in ends)
    height = pixels(Fraction(str(bottom)) - Fraction(str(top)))
    return Rect(pixels(left), top, pixels(whole / of), height, LOOKS[series.look], words(chart, series, at))


def words(chart: Chart, series: Series, at: int) -> str:
    """What a mark stands for: "Mar 27, will expire: £21,000"."""
    return f"{chart.categories[at]}, {series.name}: {WRITERS[chart.unit](series.values[at])}"


def extremes(chart: Chart, *, stacked: bool) -> Ends:
    """The lowest and highest value that the scale must hold, the target among them."""
    by_category = [[value for _, _, value in chart.known(at)] for at in range(len(chart.categories))]
    heights = [value for values in by_category for value in values]
    if stacked:
        heights = [
            sum((each for each in values if (each > 0) == up), Fraction(0))
            for values in by_category
            for up in (True, False)
        ]
    heights += [exact(chart.target)] if chart.target is not None else []
    return min(heights, default=Fraction(0)), max(heights, default=Fraction(0))


def runs(values: tuple[Value, ...]) -> list[list[tuple[int, Figure]]]:
    """The values with their places, cut where one is missing."""
    known = [(at, value) for at, value in enumerate(values) if is_known(value)]
    cuts = [0, *(place + 1 for place, (one, two) in enumerate(pairwise(known)) if two[0] != one[0] + 1), len(known)]
    return [known[start:end] for start, end in pairwise(cuts) if start < end]


def is_known(value: Value) -> TypeGuard[Figure]:
    return value is not None and value != STARRED


def exact(value: Figure) -> Fraction:
    """The value as a fraction; a float by its shortest text, so that 18.8 is 18.8."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def pixels(length: Figure) -> float:
    """A length for a drawing, in hundredths."""
    return float(round(Fraction(length), 2))
