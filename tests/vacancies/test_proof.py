"""The proof pack: read back from the files, its totals are those of the screen and the sums of its entries."""

import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from shutil import which

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from audit.clock import now, pretend, today
from tests.factories.vacancies import VacancyFactory
from vacancies.amending import release
from vacancies.countersigning import countersign
from vacancies.ledger import standing_of
from vacancies.models import EntryKind, OverrideReason
from vacancies.overriding import LessThanDue
from vacancies.proof import ENTRY_HEADINGS, _style, as_pdf, as_xlsx, pack_of
from vacancies.ring_fence import Standing
from vacancies.ring_fencing import record_level, reserve, take_level_back

pytestmark = pytest.mark.django_db
LESS = LessThanDue(OverrideReason.URGENT, "Winter <pressure> & more", "Sam Reviewer", "sam@example.test")


@pytest.fixture
def history(trust, recruiter, colleague):
    """Four decisions, one of them overridden and countersigned, one given back; an exempt advert."""
    made = [VacancyFactory(trust=trust, posts=posts, title=f"Porter {posts}") for posts in (4, 1, 3, 12)]
    reserve(vacancy=made[0], posts=2, by=recruiter.acting)
    reserve(vacancy=made[1], posts=0, by=recruiter.acting)
    reserve(vacancy=made[2], posts=1, by=recruiter.acting)
    reserve(vacancy=made[3], posts=0, by=recruiter.acting, less=LESS)
    countersign(
        override=made[3].overrides.get(),
        agrees=True,
        remark="Agreed",
        job="Matron",
        department="Surgery",
        apart=True,
        by=colleague.acting,
    )
    release(
        vacancy=made[0],
        posts=1,
        held=2,
        reason="Ward <closed>",
        by=recruiter.acting,
        less=replace(LESS, text="Ward <closed>"),
    )
    VacancyFactory(trust=trust, exemption="rotation")
    return made


@pytest.fixture
def pack(trust, recruiter, history):
    return pack_of(trust=trust, starts_in=2026, day=today(), known_at=None, by=recruiter.acting)


def sheets(data):
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_read_back_says_what_the_ledger_says(pack, trust):
    found = sheets(as_xlsx(pack))
    totals = dict(found["Standing"][1:])
    stands = standing_of(trust.pk, 2026)
    assert (totals["Posts counted"], totals["Posts reserved"]) == (stands.posts, stands.reserved) == (20, 2)
    assert (totals["Adverts counted"], totals["Adverts with a reserved post"]) == (4, 2)
    ledger = found["Ledger"]
    assert ledger[0] == list(ENTRY_HEADINGS)
    for heading, total in (("Posts", 20), ("Reserved", 2), ("Adverts", 4), ("Reserved adverts", 2)):
        place = ledger[0].index(heading)
        assert sum(row[place] for row in ledger[1:]) == total
    assert {len(row[ledger[0].index("Digest")]) for row in ledger[1:]} == {64}
    assert totals["Digest of the last entry"] == ledger[-1][ledger[0].index("Digest")]
    assert [row[0] for row in ledger[1:]] == list(range(1, totals["Entries"].__int__() + 1))
    overrides = [dict(zip(found["Overrides"][0], row, strict=True)) for row in found["Overrides"][1:]]
    assert [
        [row[name] for name in ("Decision", "Due", "Reserved", "Explained", "Signer", "Address", "Answer")]
        for row in overrides
    ] == [
        [
            "Less than due reserved",
            1,
            0,
            "Winter <pressure> & more",
            "Sam Reviewer, Matron, Surgery",
            "sam@example.test",
            "Countersigned",
        ],
        ["Needed posts given back", 2, 1, "Ward <closed>", "Sam Reviewer", "sam@example.test", "Not signed"],
    ]
    assert [row[ledger[0].index("Why")] for row in ledger[1:]] == [*[""] * 6, "Ward <closed>"]
    assert found["Exempt"][1][2] == "Trainee rotation"
    assert found["Months"][0][-3:] == ["Considered", "Interviewed", "Appointed"]
    assert [(*row[:3], *row[-3:]) for row in found["Months"][1:]][-1] == ("November", 20, 2, 0, 0, 0)


def test_the_months_have_the_levels_that_the_screen_has(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, posts=5)
    reserve(vacancy=vacancy, posts=2, by=recruiter.acting)
    for kind, cause in ((EntryKind.CONSIDERED, "one"), (EntryKind.CONSIDERED, "two"), (EntryKind.INTERVIEWED, "one")):
        record_level(vacancy=vacancy, kind=kind, cause=cause, by=recruiter.acting)
    made = pack_of(trust=trust, starts_in=2026, day=today(), known_at=None, by=recruiter.acting)
    assert made.months[-1][-3:] == [2, 1, 0]
    shown = recruiter.client.get("/vacancies/standing/").context["rows"][-1]["levels"]
    assert (shown.considered, shown.interviewed, shown.appointed) == (2, 1, 0)


def test_the_pack_adds_up(pack, trust):
    places = [ENTRY_HEADINGS.index(name) for name in ("Posts", "Reserved", "Adverts", "Reserved adverts")]
    summed = Standing(*(sum(row[place] for row in pack.entries) for place in places))
    assert summed == standing_of(trust.pk, 2026) == Standing(20, 2, 4, 2)
    assert pack.faults == []


def test_the_downloads_equal_the_screen(recruiter, history):
    screen = recruiter.client.get("/vacancies/standing/").context["standing"]
    response = recruiter.client.get("/vacancies/standing/?format=xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="Ring-fence-ledger-RYJ-2026-27.xlsx"'
    totals = dict(sheets(response.content)["Standing"][1:])
    assert (totals["Posts reserved"], totals["Posts counted"]) == (screen.reserved, screen.posts) == (2, 20)
    pdf = recruiter.client.get("/vacancies/standing/?format=pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_the_summary_says_how_many_people_were_considered_interviewed_and_appointed(trust, recruiter, history):
    for cause, kinds in (("one", ("considered", "interviewed", "appointed")), ("two", ("considered", "interviewed"))):
        for kind in kinds:
            record_level(vacancy=history[0], kind=EntryKind(kind), cause=cause, by=recruiter.acting)
    take_level_back(vacancy=history[0], kind=EntryKind.INTERVIEWED, cause="two", by=recruiter.acting)
    pack = pack_of(trust=trust, starts_in=2026, day=today(), known_at=None, by=recruiter.acting)
    said = dict(pack.figures())
    assert [said[f"People {level}"] for level in ("considered", "interviewed", "appointed")] == [2, 1, 1]


def test_every_page_of_the_pdf_says_how_many_there_are(pack):
    pages = PdfReader(BytesIO(as_pdf(pack))).pages
    said = [f"Page {number} of {len(pages)}" in page.extract_text() for number, page in enumerate(pages, start=1)]
    assert said == [True] * len(pages)


@pytest.mark.parametrize(
    ("column", "style"),
    [([1, 22, None], "numbers"), (["Porter", 2], "small"), ([None, ""], "small"), ([], "small"), ([0], "numbers")],
)
def test_columns_of_numbers_stand_to_the_right(column, style):
    assert _style(column).name == style


@pytest.mark.skipif(which("pdftotext") is None, reason="needs pdftotext (poppler-utils)")
def test_the_paper_says_the_same(pack):
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=as_pdf(pack), capture_output=True, check=True)
    said = " ".join(text.stdout.decode().split())
    for part in (
        "Ring-fence ledger of Imperial College Healthcare NHS Trust, 2026/27",
        "Posts counted 20",
        "Posts reserved 2",
        "Adverts with a reserved post 2",
        "Whole: each entry follows the one before it",
        "Countersigned",
        "Winter <pressure> & more",
        "Needed posts",
        "Declares to work elsewhere and to have taken no part in this decision",
        "Reserved posts given back, and why",
        "Ward <closed>",
        "Sum 20 2 4 2 0 0 0",
        "Page 2",
    ):
        assert part in said, part


def test_as_it_was_known_then(trust, recruiter, history):
    then = now()
    later = VacancyFactory(trust=trust, posts=9)
    with pretend(now() + timedelta(minutes=5)):
        reserve(vacancy=later, posts=5, by=recruiter.acting)
    pack = pack_of(trust=trust, starts_in=2026, day=today(), known_at=then, by=recruiter.acting)
    assert pack.standing == Standing(20, 2, 4, 2)
    assert (
        len(pack.entries)
        == len(pack_of(trust=trust, starts_in=2026, day=today(), known_at=None, by=recruiter.acting).entries) - 2
    )


def test_another_trust_gets_nothing(trust, stranger, history):
    assert stranger.client.get(f"/vacancies/standing/?trust={trust.code}&format=pdf").status_code == 404
    assert pack_of(trust=trust, starts_in=2026, day=today(), known_at=None, by=stranger.acting).entries == []


def test_many_entries_fill_many_pages(trust, recruiter):
    for _ in range(30):
        vacancy = VacancyFactory(trust=trust, posts=5)
        reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    pack = pack_of(trust=trust, starts_in=2026, day=today(), known_at=None, by=recruiter.acting)
    assert as_pdf(pack).count(b"/Type /Page\n") >= 3
