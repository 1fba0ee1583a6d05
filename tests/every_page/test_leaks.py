"""A trust's people learn nothing of why somebody is eligible: fifty planted values, none on anything they can open.

Whatever a recruiter and the trust's HR lead can reach is opened: each address of the permission table, each link on
those pages until there is no new one, what a form answers to nonsense, closed doors, the API with a session and with
a key, workbooks and PDFs part by part, and every e-mail. The academy's walk finds the values, so this one can fail.
"""

import io
from datetime import timedelta
from functools import partial

import pytest
import xlsxwriter
from django.core import mail
from django.db import transaction
from django.test import Client
from reportlab.pdfgen.canvas import Canvas

from audit.clock import today
from organisations.services import make_token
from outbox.models import Message
from pipeline.models import Referral
from tests.every_page.markup import Page, links
from tests.every_page.planting import Plants, plant, read, words_of
from tests.every_page.visits import body, client_of, rows_of, shared_world
from tests.permissions import all_rows

pytestmark = pytest.mark.django_db
TRUST = ("recruiter", "colleague")
WORD = "zqabcdef"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with shared_world(django_db_blocker) as built:
        built.records["plants"] = plant(built)
        yield built


class Walk:
    """Opens addresses as somebody, and notes for each planted value the first place where it was found."""

    def __init__(self, client, plants, headers=None):
        self.open, self.plants, self.headers = client, plants, headers or {}
        self.seen, self.leaks = {}, {}

    def go(self, address, method="get"):
        """Ask for an address once, and read the answer; whatever it wrote is undone."""
        if (method, address) in self.seen:
            return ""
        with transaction.atomic():
            response = getattr(self.open, method)(address, follow=method == "post", headers=self.headers)
            content = body(response)
            transaction.set_rollback(True)
        self.seen[method, address] = response.status_code
        self.leaks |= {each: f"{method} {address}" for each in self.plants.found_in(words_of(response, content))
                       if each not in self.leaks}  # fmt: skip
        return content.decode() if response.headers.get("Content-Type", "").startswith("text/html") else ""

    def everywhere_from(self, addresses):
        """Follow links until there is no new one; send each form of a page to itself, empty."""
        waiting = list(addresses)
        while waiting:
            address = waiting.pop()
            html = self.go(address)
            if any(
                form.attrs.get("method") == "post" and not form.attrs.get("action") for form in Page(html).all("form")
            ):
                self.go(address, "post")
            waiting += [
                link for link in links(html, address) if ("get", link) not in self.seen and self._leads_on(link)
            ]

    @staticmethod
    def _leads_on(link):
        """Sorting is the same rows in another order, and history the same page of another day."""
        return "sort=" not in link and not link.startswith("/accounts/")


def names_all(what, where):
    """The levy's plan form lists every voluntary organisation that there is: nothing about any person."""
    return what.startswith("provider of") and where.startswith("get /levy/applications/")


def doors(world):
    """Each address of the table, whoever may have it: a closed door says nothing either."""
    return [row.path(world) for row in all_rows() if row.method == "get" and not row.name.startswith("account")]


def steps(world, persona):
    """What may be done to each referral that somebody sees, linked from its page or not."""
    sees = Referral.objects.visible_to(world.acting(persona))
    names = ("decide", "book", "release", "break", "outcome", "feedback", "withdraw", "accept", "submit")
    return [f"{each.get_absolute_url()}{name}/" for each in sees for name in names]


def walked(world, persona):
    walk = Walk(client_of(world, persona), world.plants)
    walk.everywhere_from([*doors(world), *steps(world, persona)])
    return walk


def test_fifty_values_are_planted_and_the_trust_has_four_of_the_five_people(world):
    assert len(world.plants) == 50
    kinds = [what.partition(" of who is ")[0] for what in world.plants.values()]
    assert {kind: kinds.count(kind) for kind in kinds} == dict.fromkeys(
        [
            *("provider's code", "provider", "provider's short name", "postcode"),
            *("small area of the deprivation index", "programme", "cohort", "route", "evidence", "PLUS group"),
        ],
        5,
    )
    seen = [Referral.objects.visible_to(world.acting(each)).count() for each in ("academy", *TRUST)]
    assert seen == [5, 4, 4]


@pytest.mark.parametrize("persona", TRUST)
def test_a_trust_finds_none(world, persona):
    walk = walked(world, persona)
    opened = [address for (_method, address), status in walk.seen.items() if status == 200]
    assert {what: where for what, where in walk.leaks.items() if not names_all(what, where)} == {}
    assert {status for status in walk.seen.values() if status >= 500} == set()
    assert len(opened) > 80, "the walk came nowhere"
    assert sum("format=" in each or each.endswith((".csv", ".xlsx", ".pdf")) for each in opened) > 5


@pytest.mark.parametrize("persona", TRUST)
def test_a_key_opens_no_more_than_a_session(world, persona):
    _token, key = make_token(label="Power BI", expires=today() + timedelta(days=30), by=world.acting(persona))
    walk = Walk(Client(raise_request_exception=False), world.plants, {"Authorization": f"Bearer {key}"})
    for address in doors(world):
        if address.startswith("/api/"):
            walk.go(address)
            walk.go(f"{address}?q=zq&search=zq&page=1")
    referrals = Referral.objects.visible_to(world.acting(persona))
    for referral in referrals:
        walk.go(f"/api/v1/referrals/{referral.reference}/")
    assert walk.leaks == {}
    assert [walk.seen["get", f"/api/v1/referrals/{each.reference}/"] for each in referrals] == [200] * 4


def test_no_email_says_one(world):
    said = [f"{each.to} {each.subject} {each.body}" for each in Message.unscoped.all()]
    said += [f"{each.to} {each.subject} {each.body}" for each in mail.outbox]
    assert len(said) > 0
    assert set().union(*(world.plants.found_in(each) for each in said)) == set()


def test_a_search_for_one_finds_nothing_but_the_question(world):
    """The word that was asked for stands in the box; nothing is found by it."""
    for persona in TRUST:
        client = client_of(world, persona)
        for word in world.plants:
            page = client.get("/search/", {"q": word})
            assert page.context["groups"] == {}


def test_the_academy_finds_them(world):
    """The same reading of the table's pages, by those whom it concerns: the test above can fail."""
    walk = Walk(client_of(world, "academy"), world.plants)
    people = [each.candidate.get_absolute_url() for each in Referral.unscoped.select_related("candidate")]
    for address in [*(row.path(world) for row in rows_of("academy")), *people]:
        walk.go(address)
    shown = {what.partition(" of who is ")[0] for what in walk.leaks}
    assert shown == {
        *("provider", "provider's short name", "postcode"),
        *("programme", "cohort", "route", "evidence", "PLUS group"),
    }


def workbook(write):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        write(book, book.add_worksheet("Shown"), book.add_worksheet("Other"))
    return file.getvalue()


def comment(book, shown, other):
    other.write_comment("A1", WORD)


def hidden_sheet(book, shown, other):
    other.write("B2", WORD)
    other.very_hidden()


def hidden_row(book, shown, other):
    shown.write("A9", WORD)
    shown.set_row(8, options={"hidden": True})


def properties(book, shown, other):
    book.set_properties({"author": WORD})


def name_of_sheet(book, shown, other):
    book.add_worksheet(WORD)


def header_on_paper(book, shown, other):
    shown.set_header(f"&L{WORD}")


@pytest.mark.parametrize("where", [comment, hidden_sheet, hidden_row, properties, name_of_sheet, header_on_paper])
def test_every_part_of_a_workbook_is_read(where):
    plants = Plants()
    plants[WORD] = "it"
    assert plants.found_in(read(workbook(where))) == {f"it: {WORD}"}
    assert plants.found_in(read(workbook(lambda book, shown, other: shown.write("A1", "Nothing")))) == set()


@pytest.mark.parametrize("where", ["drawn", "title"])
def test_every_part_of_a_pdf_is_read(where):
    file = io.BytesIO()
    canvas = Canvas(file)
    say = {"drawn": partial(canvas.drawString, 50, 50), "title": canvas.setTitle}[where]
    say(WORD.upper())
    canvas.showPage()
    canvas.save()
    plants = Plants()
    plants[WORD] = "it"
    assert plants.found_in(read(file.getvalue())) == {f"it: {WORD}"}


@pytest.mark.parametrize("text", ["Zqab cdef", "ZQABCDEF", '{"a": "zqabcdef"}', "zqab\n  cdef"])
def test_a_value_is_found_however_it_is_written(text):
    plants = Plants()
    plants[WORD] = "it"
    assert plants.found_in(text) == {f"it: {WORD}"}
    assert plants.found_in(text.replace("b", "x").replace("B", "X")) == set()
