"""From two overlapping downloads to a gift that was paid: a trust's HR lead, and a broker, in a browser."""

import io
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import which

import pytest
from python_calamine import CalamineWorkbook

from audit.acting import Role
from levy.models import Account, Gift, Transaction
from levy.money import pence
from levy.paper import call_of
from levy.services.outlook import outlook_of
from levy.services.position import position_of
from organisations.models import Membership, Organisation, User
from organisations.policies import load_initial
from places.loading import load_subset
from tests.browser import assert_accessible, sign_in
from tests.factories.levy import PlanFactory, sample
from tests.factories.organisations import acting_as

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(which("pdftoppm") is None, reason="needs pdftoppm (apt install poppler-utils)"),
]
HEAD, *LINES = sample("hand_worked_v2.csv").decode().splitlines()
EARLIER = "\r\n".join([HEAD, *LINES[:14]]).encode()
LATER = "\r\n".join([HEAD, *LINES[8:]]).encode()
ROSTER = (
    "ULN,Your reference,ESR assignment number,Home postcode at start,Start date,New recruit or existing staff\n"
    "3914177763,ESR-100001,1,UB1 3HW,01/09/2025,New recruit\n"
    "4982597919,ESR-100003,3,,01/01/2025,Existing staff\n"
)


def as_user(open_page, acting):
    page = open_page()
    sign_in(page, User.objects.get(pk=acting.user_id))
    return page


def upload(page, label, name, content):
    page.goto(f"{page.site}/levy/imports/")
    form = page.locator("form", has=page.get_by_text(label, exact=True))
    form.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content if isinstance(content, bytes) else content.encode()}
    )
    form.get_by_role("button", name="Upload").click()
    page.get_by_role("link", name="See what was taken in").click()


def figure(page, words):
    return page.locator(".anchor-figures > *", has_text=words).first.inner_text()


def sees(page, text):
    """Wait until the text stands on the page."""
    page.get_by_text(text).first.wait_for()


def words_of(paper):
    """The text of each page of a PDF."""
    done = subprocess.run([which("pdftotext"), "-layout", paper, "-"], capture_output=True, text=True, check=True)
    return [" ".join(page.split()) for page in done.stdout.split("\f") if page.strip()]


def pictures_of(paper, folder):
    """Each page of a PDF as a grey picture: its bytes, one for a dot, after the heading of the format."""
    subprocess.run([which("pdftoppm"), "-r", "40", "-gray", paper, folder / "page"], check=True)
    return [file.read_bytes() for file in sorted(folder.glob("page*.pgm"))]


def dark_share(picture):
    """How much of a picture is not paper."""
    dots = picture.split(b"\n", 3)[3]
    return sum(dot < 128 for dot in dots) / len(dots)


def fill_day(page, name, day):
    for part in ("day", "month", "year"):
        page.locator(f"[name={name}_{part}]").fill(str(getattr(day, part)))


def test_from_files_to_a_gift_that_was_paid(open_page, tmp_path, settings):
    load_initial()
    load_subset()
    hr, icb = acting_as(Role.TRUST_HR), acting_as(Role.ICB_ANALYST)
    # Payments from June 2027 on: the allowance of 2026 is nought, for no levy entered in the year before it.
    broker_of = Organisation.objects.get(pk=icb.organisation_id)
    plan = PlanFactory(kept_by=broker_of, cost=Decimal(300), learners=2, start=date(2027, 5, 1))
    page = as_user(open_page, hr)

    # Two overlapping exports and a roster are taken in
    upload(page, "Levy transactions", "esfaTransactions_20261001090000.csv", EARLIER)
    assert "14" in figure(page, "new")
    upload(page, "Levy transactions", "esfaTransactions_20261123090000.csv", LATER)
    assert ("8" in figure(page, "new"), "6" in figure(page, "already here")) == (True, True)
    assert_accessible(page)
    upload(page, "Apprentice roster", "roster.csv", ROSTER)
    assert "2" in figure(page, "new")
    assert Transaction.unscoped.count() == len(LINES)

    # What will expire is read
    page.get_by_role("link", name="Levy", exact=True).first.click()
    sees(page, "Spend or give £1,956 more by 31 August 2027, or lose £1,047.")
    assert "£3,301" in figure(page, "in the account")
    assert_accessible(page)
    page.get_by_role("link", name="Every pound").click()
    page.get_by_role("link", name="July 2026").click()
    page.get_by_role("link", name="October 2026").click()
    sees(page, "£170.50")
    assert_accessible(page)

    # Two scenarios are tried
    page.goto(f"{page.site}/levy/scenarios/")
    page.get_by_label("Name", exact=True).fill("A gift of 1,047")
    page.locator("[name=gift_month]").select_option("2027-06-01")
    page.locator("[name=gift_amount]").fill("1047")
    page.get_by_role("button", name="Work it out").click()
    page.get_by_label("Name", exact=True).fill("Three starts")
    page.locator("[name=starts_month]").select_option("2026-12-01")
    for name, value in (("number", "3"), ("price", "1000"), ("duration", "12")):
        page.locator(f"[name=starts_{name}]").fill(value)
    page.get_by_role("button", name="Work it out").click()
    sees(page, "“Three starts” is worked out below.")
    rows = page.locator("table").first.locator("tbody tr")
    assert [row.locator("th").inner_text().split("\n")[0] for row in rows.all()] == [
        "As it is", "A gift of 1,047", "Three starts",
    ]  # fmt: skip
    assert_accessible(page)

    # An offer is made and the plan that fits is put forward and approved
    page.goto(f"{page.site}/levy/gifts/")
    page.get_by_role("button", name="Offer levy").click()
    page.locator("[name=amount]").fill("600")
    fill_day(page, "closes", date(2027, 3, 31))
    page.get_by_role("button", name="Make the offer").click()
    sees(page, "£0.00 can still be offered this transfer year.")
    assert_accessible(page)
    page.locator("[name=reason]").fill("The training begins in May 2027")
    page.get_by_role("button", name="Make the offer").click()
    sees(page, "Serves Brent.")
    assert_accessible(page)
    page.get_by_role("button", name="Put forward").click()
    page.get_by_role("button", name="Approve").click()
    sees(page, "The gift is approved.")
    gift = Gift.unscoped.get()
    assert (gift.state, gift.learners, gift.plan_id) == ("approved", 2, plan.pk)

    # The broker records that they accept, and where a learner lived
    broker = as_user(open_page, icb)
    broker.goto(f"{broker.site}{gift.get_absolute_url()}")
    broker.get_by_role("button", name="Record acceptance").click()
    sees(broker, "The acceptance is recorded.")
    broker.get_by_text("Note where a learner lived").click()
    broker.locator("[name=postcode]").fill("UB1 3HW")
    broker.get_by_role("button", name="Note the place").click()
    sees(broker, "Not all yet")
    assert_accessible(broker)
    broker.goto(f"{broker.site}/levy/trusts/")
    assert_accessible(broker)

    # It is paid once it has begun, and only then counts
    page.goto(f"{page.site}{gift.get_absolute_url()}")
    sees(page, "It is planned to start on 1 May 2027")
    assert page.get_by_role("button", name="Training has started").count() == 0
    day, settings.FROZEN_TODAY = settings.FROZEN_TODAY, "2027-06-08"
    Membership.unscoped.update(ends=date(2027, 12, 31))
    page.reload()
    page.get_by_text("Note a payment that the download does not show yet").click()
    fill_day(page, "day", date(2027, 6, 8))
    page.locator("[name=amount]").fill("40")
    page.get_by_role("button", name="Note payment").click()
    sees(page, "Funds used")
    page.goto(f"{page.site}/levy/gifts/")
    assert "£40" in figure(page, "given")
    assert_accessible(page)
    settings.FROZEN_TODAY = day
    page.goto(f"{page.site}/reports/levy/")
    assert_accessible(page)

    # The board paper is the ledger, and each page has something on it
    position = position_of(Account.unscoped.select_related("trust").get())
    with page.expect_download() as taken:
        page.goto(f"{page.site}/levy/")
        page.get_by_role("link", name="Board paper (PDF)").click()
    pages = words_of(Path(taken.value.path()))
    assert call_of(outlook_of(position)) in pages[0]
    assert all(f"£{line.balance:,.2f}" in " ".join(pages) for line in position.months[-12:])
    assert min(dark_share(picture) for picture in pictures_of(Path(taken.value.path()), tmp_path)) > 0.005

    # The workbook is the ledger
    with page.expect_download() as taken:
        page.goto(f"{page.site}/levy/")
        page.get_by_role("link", name="All figures (XLSX)").click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(Path(taken.value.path()).read_bytes()))
    months = [line[-1] for line in book.get_sheet_by_name("Months").to_python()[1:]]
    assert [Decimal(str(balance)) for balance in months] == [pence(line.balance) for line in position.months]
    last = book.get_sheet_by_name("Months").to_python()[-1]
    assert Decimal(str(last[-1])) == position.balance == 3301
