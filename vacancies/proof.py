"""The proof pack of a trust's ledger for one financial year: everything that an auditor adds up, as XLSX and as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from audit import chain
from audit.acting import Acting
from audit.clock import LONDON, now, year_words
from jobs.exports import xlsx_bytes
from jobs.paper import numbered
from organisations.models import Organisation
from organisations.services import actor_names
from vacancies.ledger import standing_of
from vacancies.models import Entry, EntryKind, Exemption, Override, Vacancy
from vacancies.month_ends import by_month, levels_by_month
from vacancies.released import reasons_of
from vacancies.ring_fence import Levels, Standing, shortfall
from vacancies.years import DUPLICATE, EXEMPT, counted_in, uncounted

MONTHS = (
    "April", "May", "June", "July", "August", "September",
    "October", "November", "December", "January", "February", "March",
)  # fmt: skip
AFTER = "Since the year ended"
NOBODY = Levels(0, 0, 0, 0)
ENTRY_HEADINGS = (
    "Number", "Day", "Written", "By", "Kind", "Vacancy", "Job title", "Posts", "Reserved", "Adverts", "Reserved adverts",
    "People", "Debt in posts", "Debt in adverts", "Why", "Cause", "Digest",
)  # fmt: skip
RELEASED_HEADINGS = ("Number", "Day", "By", "Vacancy", "Job title", "Reserved", "Why")
MONTH_HEADINGS = (
    "Month", "Posts", "Reserved", "Adverts", "Adverts with a reserved post", "Posts owed", "Adverts owed",
    "Considered", "Interviewed", "Appointed",
)  # fmt: skip
OVERRIDE_HEADINGS = (
    "Override", "Vacancy", "Decision", "Due", "Reserved", "Reason", "Explained", "Made", "Sign by", "Signer", "Address",
    "Answer", "Answered", "Remark", "Declared", "Refused before",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pack:
    """What the pack holds, in rows; the two files are drawn from it and so cannot differ."""

    trust: Organisation
    starts_in: int
    day: date
    made_at: datetime
    standing: Standing
    months: list[list[Any]]
    entries: list[list[Any]]
    overrides: list[list[Any]]
    exempt: list[list[Any]]
    faults: list[str]
    last_digest: str

    @property
    def year(self) -> str:
        return year_words(self.starts_in)

    def figures(self) -> list[tuple[str, Any]]:
        """The totals, as on the screen."""
        short, stands = shortfall(self.standing), self.standing
        return [
            ("Trust", self.trust.name),
            ("Financial year", self.year),
            ("As known at the end of", self.day),
            ("Pack made", self.made_at),
            ("Posts counted", stands.posts),
            ("Posts reserved", stands.reserved),
            ("Adverts counted", stands.adverts),
            ("Adverts with a reserved post", stands.reserved_adverts),
            ("People considered", self.people(EntryKind.CONSIDERED)),
            ("People interviewed", self.people(EntryKind.INTERVIEWED)),
            ("People appointed", self.people(EntryKind.APPOINTED)),
            ("Posts owed from the year before", stands.debt),
            ("Adverts owed from the year before", stands.advert_debt),
            ("Posts short", short.posts),
            ("Adverts short", short.adverts),
            ("Entries", len(self.entries)),
            ("Overrides", len(self.overrides)),
            ("Overrides not countersigned", self.answers().count("Not signed") + self.answers().count("Refused")),
            ("Exempt adverts", len(self.exempt) - self.duplicates()),
            ("Adverts that are the same as another", self.duplicates()),
            ("Chain of entries", "; ".join(self.faults) or "Whole: each entry follows the one before it"),
            ("Digest of the last entry", self.last_digest or "No entries"),
        ]

    def released(self) -> list[list[Any]]:
        """The entries that gave reserved posts back, with the reasons: in the workbook they stand beside each entry."""
        places = [ENTRY_HEADINGS.index(name) for name in RELEASED_HEADINGS]
        kind = ENTRY_HEADINGS.index("Kind")
        return [[row[place] for place in places] for row in self.entries if row[kind] == EntryKind.RELEASE.label]

    def answers(self) -> list[str]:
        """How each override was answered, in words."""
        return [row[OVERRIDE_HEADINGS.index("Answer")] for row in self.overrides]

    def duplicates(self) -> int:
        """How many of the exempt adverts are exempt because they are another advert a second time."""
        return sum(row[2] == Exemption.DUPLICATE.label for row in self.exempt)

    def people(self, kind: EntryKind) -> int:
        """How many people the entries of one level count, what was taken back taken off."""
        said, number = ENTRY_HEADINGS.index("Kind"), ENTRY_HEADINGS.index("People")
        return sum(row[number] for row in self.entries if row[said] == kind.label)


def pack_of(*, trust: Organisation, starts_in: int, day: date, known_at: datetime | None, by: Acting) -> Pack:
    """Everything of a trust's year as it was known at a moment (now unless said), as far as `by` may see it."""
    rows = Entry.objects.visible_to(by).filter(year__trust=trust, year__starts_in=starts_in)
    chained = list(rows.select_related("vacancy").order_by("number"))
    entries = (
        chained if known_at is None else list(rows.counting_at(known_at).select_related("vacancy").order_by("number"))
    )
    said = reasons_of(entries)
    names = actor_names({entry.membership_id for entry in entries if entry.membership_id})
    of_trust = Override.objects.visible_to(by).filter(vacancy__trust=trust, vacancy__in=counted_in(starts_in))
    overrides = of_trust.select_related("vacancy").order_by("made_at")
    left_out = uncounted(Vacancy.objects.visible_to(by).filter(trust=trust), starts_in, day=day)
    exempt = left_out.filter(why__in=(EXEMPT, DUPLICATE)).order_by("opened_on", "pk")
    standing = standing_of(trust.pk, starts_in, known_at=known_at)
    months = by_month(trust.pk, starts_in, standing=standing, known_at=known_at)
    reached = levels_by_month(trust.pk, starts_in, known_at=known_at) or [NOBODY] * len(months)
    by_name = zip((*MONTHS, AFTER), months, reached, strict=True)
    return Pack(
        trust=trust,
        starts_in=starts_in,
        day=day,
        made_at=now(),
        standing=standing,
        months=[_month(name, known, levels) for name, known, levels in by_name if known is not None],
        entries=[_entry(entry, names, said.get(entry.pk, "")) for entry in entries],
        overrides=[_override(each, known_at) for each in overrides if known_at is None or each.made_at <= known_at],
        exempt=[
            [each.reference, each.title, each.get_exemption_display(), each.posts, each.opened_on] for each in exempt
        ],
        faults=list(chain.breaks(chained, of="Ledger")),
        last_digest=entries[-1].digest if entries else "",
    )


def _month(name: str, standing: Standing, levels: Levels) -> list[Any]:
    counted = (standing.posts, standing.reserved, standing.adverts, standing.reserved_adverts)
    return [name, *counted, *shortfall(standing), levels.considered, levels.interviewed, levels.appointed]


def _entry(entry: Entry, names: dict[int, str], why: str) -> list[Any]:
    vacancy = entry.vacancy
    return [
        entry.number,
        entry.day,
        entry.at.astimezone(LONDON),
        names.get(entry.membership_id or 0, "The system"),
        entry.get_kind_display(),
        vacancy.reference if vacancy else "",
        vacancy.title if vacancy else "",
        entry.posts,
        entry.reserved,
        entry.adverts,
        entry.reserved_adverts,
        entry.level,
        entry.debt,
        entry.advert_debt,
        why,
        entry.cause,
        entry.digest,
    ]


def _override(override: Override, known_at: datetime | None) -> list[Any]:
    """An answer that came after the moment of the pack was not known then."""
    answered = override.signed_at or override.refused_at
    if answered and known_at and answered > known_at:
        answered = None
    words = ("Countersigned" if override.signed_at else "Refused") if answered else "Not signed"
    return [
        override.reference,
        override.vacancy.reference,
        override.what,
        override.due,
        override.reserved,
        override.get_reason_display(),
        override.text,
        override.made_at.astimezone(LONDON),
        override.sign_by,
        override.signer if answered else override.signer_name,
        override.signer_email,
        words,
        answered.astimezone(LONDON) if answered else None,
        override.remark if answered else "",
        override.declared if answered else "",
        override.refused_before if known_at is None else "",
    ]


def as_xlsx(pack: Pack) -> bytes:
    """The pack as a workbook: totals, months, every entry, overrides with their signatures, exempt adverts."""
    return xlsx_bytes(
        {
            "Standing": (("What", "Figure"), pack.figures()),
            "Months": (MONTH_HEADINGS, pack.months),
            "Ledger": (ENTRY_HEADINGS, pack.entries),
            "Overrides": (OVERRIDE_HEADINGS, pack.overrides),
            "Exempt": (("Vacancy", "Job title", "Exemption", "Posts", "Opened"), pack.exempt),
        }
    )


SHEET = getSampleStyleSheet()
SMALL = ParagraphStyle("small", parent=SHEET["BodyText"], fontSize=7, leading=8.5)
NUMBERS = ParagraphStyle("numbers", parent=SMALL, alignment=TA_RIGHT)
HEADS = {style.name: ParagraphStyle(f"{style.name} head", parent=style, splitLongWords=0) for style in (SMALL, NUMBERS)}
HEADING = ParagraphStyle("heading", parent=SHEET["Heading2"], keepWithNext=1)
BLUE = colors.HexColor("#005eb8")


def as_pdf(pack: Pack) -> bytes:
    """The same on paper (A4 across), every page numbered. Digests are shortened there; the workbook has them whole."""
    buffer = BytesIO()
    title = f"Ring-fence ledger of {pack.trust.name}, {pack.year}"
    page = SimpleDocTemplate(
        buffer, pagesize=landscape(A4), title=title, leftMargin=12 * mm, rightMargin=12 * mm,
        topMargin=14 * mm, bottomMargin=14 * mm, author="Guaranteed interviews",
    )  # fmt: skip
    story: list[Flowable] = [
        Paragraph(escape(title), SHEET["Title"]),
        _table([("What", "Figure"), *pack.figures()], (70, 190)),
        Spacer(1, 6 * mm),
        Paragraph("Standing at each month’s end, as known then", HEADING),
        _table([MONTH_HEADINGS, *pack.months], (35, 20, 20, 20, 40, 25, 25, 25, 25, 25)),
    ]
    if pack.overrides:
        story += [
            Paragraph("Overrides and their signatures", HEADING),
            _table(
                [row[:-2] for row in (OVERRIDE_HEADINGS, *pack.overrides)],
                (22, 22, 24, 10, 16, 28, 44, 22, 18, 30, 30, 22, 18, 20),
            ),
            Paragraph("What signers declared, and who refused before", HEADING),
            _table([(row[0], *row[-2:]) for row in (OVERRIDE_HEADINGS, *pack.overrides)], (30, 110, 130)),
        ]
    if released := pack.released():
        story += [
            Paragraph("Reserved posts given back, and why", HEADING),
            _table([RELEASED_HEADINGS, *released], (15, 25, 35, 25, 60, 18, 95)),
        ]
    if pack.exempt:
        headings = ("Vacancy", "Job title", "Exemption", "Posts", "Opened")
        story += [
            Paragraph("Exempt adverts", HEADING),
            _table([headings, *pack.exempt], (30, 110, 60, 20, 30)),
        ]
    story += [PageBreak(), Paragraph("Every entry", HEADING), _entries(pack)]
    page.build(story, canvasmaker=numbered(title, margin=12 * mm, height=8 * mm, size=7))
    return buffer.getvalue()


def _entries(pack: Pack) -> Flowable:
    """The entries with the sum of each column at the end, so that a reader can check it against the totals."""
    kept = [place for place, name in enumerate(ENTRY_HEADINGS) if name not in ("Cause", "Why")]
    rows = [[_short(row[place], ENTRY_HEADINGS[place]) for place in kept] for row in pack.entries]
    first, last = ENTRY_HEADINGS.index("Posts"), ENTRY_HEADINGS.index("Debt in adverts")
    sums = [
        "",
        "",
        "",
        "",
        "Sum",
        "",
        "",
        *(sum(row[place] for row in pack.entries) for place in range(first, last + 1)),
        "",
    ]
    headings = [ENTRY_HEADINGS[place] for place in kept]
    return _table([headings, *rows, sums], (14, 17, 24, 34, 22, 21, 36, 11, 15, 13, 15, 13, 13, 14, 20))


def _short(value: Any, heading: str) -> Any:
    return f"{value[:10]}…" if heading == "Digest" else value


def _table(rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> Table:
    scale = 273 / sum(widths) if sum(widths) > 273 else 1
    styles = [_style(column) for column in zip(*rows[1:], strict=True)] or [SMALL] * len(widths)
    heads = [HEADS[style.name] for style in styles]
    table = Table(
        [
            [Paragraph(escape(_words(value)), style) for value, style in zip(row, chosen, strict=True)]
            for row, chosen in zip(rows, [heads, *[styles] * (len(rows) - 1)], strict=True)
        ],
        colWidths=[width * scale * mm for width in widths],
        repeatRows=1,
        hAlign="LEFT",
    )
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 1, BLUE),
                ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.HexColor("#d8dde0")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return table


def _style(column: Sequence[Any]) -> ParagraphStyle:
    """Numbers stand under one another to the right; what is mixed, as in the totals, reads from the left."""
    said = [value for value in column if value not in (None, "")]
    return NUMBERS if said and all(isinstance(value, int) for value in said) else SMALL


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(LONDON):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)
