"""The board paper: one A4 that a board can act on, then the detail. ReportLab draws the pages' own chart geometry.

Every figure comes from the same tables as the CSV and the XLSX.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, PolyLine, Rect, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    CondPageBreak,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from jobs.paper import GREY, numbered
from levy import charts, tables
from levy.months import end_of, first_of
from levy.services.outlook import Outlook
from nhsuk.charts import LOOKS, Chart, Frame, Look, columns, is_known, lines
from nhsuk.charts import Drawing as Geometry
from nhsuk.words import pounds, pounds_pence

BLUE, INK, PALE = (colors.HexColor(code) for code in ("#005eb8", "#212b32", "#e8edee"))
RED = colors.HexColor("#d5281b")
FRAME = Frame(width=680, height=215, left=52, right=8, top=10, bottom=26, font=12)
MARGIN, FRAME_PADDING = 18 * mm, 6  # ReportLab's own padding, within its margin
WIDTH = A4[0] - 2 * MARGIN
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=13, textColor=INK, spaceAfter=5)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8, leading=10, textColor=GREY, spaceAfter=3)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=7.5, leading=9, spaceAfter=0)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=17, leading=21, spaceAfter=2)
HEADING = ParagraphStyle(
    "heading", parent=BODY, fontName="Helvetica-Bold", fontSize=12, leading=15, spaceBefore=7, spaceAfter=3
)
ACTION = ParagraphStyle(
    "action", parent=BODY, fontName="Helvetica-Bold", fontSize=12.5, leading=16, textColor=colors.white
)
ACTIONS, DETAIL_MONTHS = 5, 24
MILLIONS = "£9,999,999"
HEAD_AND_ROWS = 30 * mm  # no heading at the foot of a page without rows
ROOM_FOR_PENCE = 7  # columns; wider tables are in whole pounds


@dataclass(frozen=True)
class Addition:
    """What a room that stands above this one adds: a sentence for the first page, its tables, and all of them as a sheet."""

    title: str
    said: str
    note: str
    chart: Chart | None
    parts: tuple[tuple[str, tables.Table], ...]
    sheet: tables.Table


class Paper(SimpleDocTemplate):
    """A document whose headings become bookmarks."""

    def afterFlowable(self, flowable: Any) -> None:
        if getattr(flowable, "style", None) in (TITLE, HEADING):
            text = flowable.getPlainText()
            key = f"{self.page}-{text}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(text, key, level=0 if flowable.style is TITLE else 1, closed=False)


def board_paper(outlook: Outlook, *, on: date, more: Addition | None = None) -> bytes:
    """The paper as a PDF; `on` is the day it is made."""
    trust = outlook.position.account.trust.name
    out = BytesIO()
    document = Paper(
        out,
        pagesize=A4,
        leftMargin=MARGIN - FRAME_PADDING,
        rightMargin=MARGIN - FRAME_PADDING,
        topMargin=15 * mm,
        bottomMargin=17 * mm,
        title=f"Apprenticeship levy: {trust}",
        author=trust,
        subject="Board paper",
        lang="en-GB",
    )
    where, as_at = outlook.position.account.trust.short_name, _day(outlook.position.as_at)
    said = f"Apprenticeship levy, {where}. Made on {_day(on)} from transactions up to {as_at}."

    story = [*_first_page(outlook, on, more.said if more else ""), PageBreak()]
    if more:
        story += [*_added(more), Spacer(1, 14)]
    document.build([*story, *_detail(outlook)], canvasmaker=numbered(said, margin=MARGIN))
    return out.getvalue()


def _added(more: Addition) -> list[Any]:
    story: list[Any] = [Paragraph(_text(more.title), TITLE), Paragraph(_text(more.note), SMALL)]
    if more.said:
        story.append(Paragraph(_text(more.said), BODY))
    if more.chart and any(is_known(value) and value for series in more.chart.series for value in series.values):
        story.append(_chart(more.chart))
    for title, (headings, rows) in more.parts:
        story += _section(title, headings, list(rows), left_out=0, write=pounds)
    return story


def _first_page(outlook: Outlook, on: date, said: str) -> list[Any]:
    position = outlook.position
    story: list[Any] = [
        Paragraph("Apprenticeship levy", TITLE),
        Paragraph(
            f"{_text(position.account.trust.name)}. Board paper of {_day(on)}. Figures as at {_day(position.as_at)}.",
            SMALL,
        ),
        Spacer(1, 4),
        _call(outlook),
        Spacer(1, 7),
        _headlines(outlook),
        Spacer(1, 5),
        *([Paragraph(_text(said), BODY)] if said else []),
        _chart(charts.expiry_chart(outlook.actions, first=first_of(on))),
        _chart(charts.balance_chart(position.months, outlook.forecast.months), across=True),
        Paragraph("What to do", HEADING),
        *[Paragraph(f"{number}. {line}", BODY) for number, line in enumerate(_advice(outlook), start=1)],
    ]
    if position.uncertain:
        story.append(Paragraph(UNCERTAIN, SMALL))
    return story


UNCERTAIN = (
    "The files do not go back far enough to know when every pound entered, so part of these dates is an estimate. "
    "Transactions of at least 24 months settle it."
)


def call_of(outlook: Outlook) -> str:
    """The one sentence: spend or give so much by when, or lose so much."""
    action = outlook.next_action
    if action is None:
        return "Nothing will be lost in the coming 48 months if what is planned happens."
    return f"Spend or give {pounds(action.spend)} more by {_day(end_of(action.by))}, or lose {pounds(action.lose)}."


def _call(outlook: Outlook) -> Table:
    box = Table([[Paragraph(call_of(outlook), ACTION)]], colWidths=[WIDTH])
    fill = RED if outlook.next_action else BLUE
    box.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), fill),
                ("LEFTPADDING", (0, 0), (-1, -1), 9),
                ("TOPPADDING", (0, 0), (-1, -1), 7),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
            ]
        )  # fmt: skip
    )
    return box


def headlines(outlook: Outlook) -> list[tuple[str, str]]:
    """The figures at the top: amount and what it is."""
    found = [
        (pounds(outlook.position.balance), "in the account"),
        (pounds(outlook.lost_within(12)), "will be lost in 12 months"),
        (pounds(outlook.this_year.remaining), "can still be given this year"),
    ]
    if outlook.window:
        first, last = outlook.window
        found.append((pounds(outlook.lost_in_window), f"will be lost {first:%b %Y} to {last:%b %Y}"))
    return found


def _headlines(outlook: Outlook) -> Table:
    found = headlines(outlook)
    big = ParagraphStyle("big", parent=BODY, fontName="Helvetica-Bold", fontSize=16, leading=19, spaceAfter=0)
    cells = [[[Paragraph(amount, big), Paragraph(what, SMALL)] for amount, what in found]]
    table = Table(cells, colWidths=[WIDTH / len(found)] * len(found))
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEABOVE", (0, 0), (-1, 0), 1.2, BLUE), ("LEFTPADDING", (0, 0), (0, 0), 0)]))  # fmt: skip
    return table


def _advice(outlook: Outlook) -> list[str]:
    said = [
        f"By {_day(end_of(action.by))}: spend or give {pounds(action.spend)} more in all from now, or lose {pounds(action.lose)} "
        f"({action.months_to_live}-month money)."
        for action in outlook.actions[:ACTIONS]
    ]
    if outlook.window and outlook.lost_in_window:
        first, last = outlook.window
        said.append(
            f"From {first:%B %Y} to {last:%B %Y} money of two lives expires in the same months, oldest used first: "
            "spending only what comes in each month does not save the newer money."
        )
    return said or ["Nothing needs to be done now. Look again when the next month's transactions are in."]


def _detail(outlook: Outlook) -> list[Any]:
    story: list[Any] = [Paragraph("The figures behind it", TITLE)]
    chart = charts.flow_chart(outlook.position.months)
    story += [_chart(chart, grouped=True)]
    sections = (
        ("What to do, month by month", tables.actions, DETAIL_MONTHS, tables.HOW_TO_SAVE),
        ("The account, month by month", tables.months, -DETAIL_MONTHS, ""),
        ("Levy by the month it entered", tables.lots, -DETAIL_MONTHS, ""),
        ("Forecast", tables.forecast, DETAIL_MONTHS, ""),
        ("How much may be given away", tables.allowances, None, ""),
        ("Where the download and the rule differ", tables.differences, None, ""),
    )
    for title, make, most, said in sections:
        headings, rows = make(outlook)
        rows = list(rows)
        shown = rows[most:] if most and most < 0 else rows[:most]
        story += _section(title, headings, shown, left_out=len(rows) - len(shown))
        if said and rows:
            story.append(Paragraph(_text(said), SMALL))
    return story


def _section(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]], *, left_out: int, write: Any = None
) -> list[Any]:
    heading = Paragraph(title, HEADING)
    if not rows:
        return [KeepTogether([heading, Paragraph("None.", BODY)])]
    right = ParagraphStyle("right", parent=CELL, alignment=2)
    write = write or (pounds_pence if len(headings) <= ROOM_FOR_PENCE else pounds)
    head = [Paragraph(f"<b>{_text(name)}</b>", right if place else CELL) for place, name in enumerate(headings)]
    body = [[Paragraph(_text(_written(value, write)), CELL if place == 0 else right) for place, value in enumerate(row)] for row in rows]  # fmt: skip
    table = Table([head, *body], colWidths=widths(headings), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, BLUE),
                ("LINEBELOW", (0, 1), (-1, -1), 0.25, PALE),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )  # fmt: skip
    )
    note = [Paragraph(f"{left_out} further rows are in the XLSX.", SMALL)] if left_out else []
    return [CondPageBreak(HEAD_AND_ROWS), heading, table, *note]


def widths(headings: Sequence[str]) -> list[float]:
    """Columns as wide as the longest word of their heading and as millions of pounds; what is left over is shared."""
    least = [
        max(stringWidth(word, "Helvetica-Bold", CELL.fontSize) for word in (*name.split(), MILLIONS)) + 5
        for name in headings
    ]
    over = (WIDTH - sum(least)) / len(headings)
    return [width + over for width in least]


def _written(value: Any, write: Callable[[Decimal], str]) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value:%b %Y}"
    if isinstance(value, Decimal):
        return write(value)
    return "none" if value in (None, "") else str(value)


def _chart(chart: Chart, *, across: bool = False, grouped: bool = False) -> KeepTogether:
    geometry = lines(chart, FRAME) if across else columns(chart, FRAME, grouped=grouped)
    return KeepTogether(
        [Paragraph(_text(chart.title), HEADING), Paragraph(_text(chart.finding), BODY), draw(chart, geometry)]
    )


def draw(chart: Chart, geometry: Geometry) -> Drawing:
    """The geometry of a page's chart as a drawing on paper: the y axis turned round, key above."""
    frame, scale = geometry.frame, WIDTH / geometry.frame.width
    key = 16
    picture = Drawing(WIDTH, (frame.height + key) * scale)
    group = Group(transform=(scale, 0, 0, -scale, 0, frame.height * scale))
    words = Group(transform=(scale, 0, 0, scale, 0, 0))
    for tick in geometry.ticks:
        group.add(Line(frame.left, tick.y, frame.width - frame.right, tick.y, strokeColor=PALE, strokeWidth=1))
        words.add(_word(frame.left - 6, frame.height - tick.y - 4, tick.label, "end", frame.font))
    for label in geometry.labels:
        words.add(_word(label.x, 8, label.text, "middle", frame.font))
    for bar in geometry.rects:
        group.add(_box(bar.x, bar.y, bar.width, bar.height, bar.look))
    for stroke in geometry.strokes:
        dash = [int(part) for part in stroke.look.dash.split()]
        flat = [place for point in stroke.points for place in point]
        line = PolyLine(flat, strokeColor=colors.HexColor(stroke.look.stroke), strokeWidth=2.2)
        if dash:
            line.strokeDashArray = dash
        group.add(line)
    for point in geometry.points:
        group.add(Circle(point.x, point.y, 2.4, fillColor=colors.HexColor(point.look.stroke), strokeColor=None))
    group.add(
        Line(frame.left, geometry.base, frame.width - frame.right, geometry.base, strokeColor=GREY, strokeWidth=1)
    )
    _key(words, chart, frame)
    picture.add(group)
    picture.add(words)
    return picture


def _key(words: Group, chart: Chart, frame: Frame) -> None:
    place = float(frame.left)
    for series in chart.series:
        look = LOOKS[series.look]
        words.add(_box(place, frame.height + 3, 10, 10, look))
        words.add(_word(place + 15, frame.height + 4, series.name, "start", frame.font))
        place += 30 + len(series.name) * frame.font * 0.55


def _box(x: float, y: float, width: float, height: float, look: Look) -> Rect:
    box = Rect(x, y, width, height)
    box.fillColor, box.strokeColor = colors.HexColor(look.fill), colors.HexColor(look.stroke)
    return box


def _word(x: float, y: float, text: str, anchor: Literal["start", "middle", "end"], size: int) -> String:
    return String(x, y, text, textAnchor=anchor, fontName="Helvetica", fontSize=size, fillColor=INK)


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
