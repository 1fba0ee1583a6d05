import re
from html import unescape

import pytest
from django.urls import reverse

from places.loading import BUNDLED
from places.models import Dataset
from tests.places.test_data import ATTRIBUTION
from tests.world import build_world

pytestmark = pytest.mark.django_db
LOOK_UP, SOURCES = "/places/locate/", "/about/data/"
W12_0HS = [
    "Local: it is in Hammersmith and Fulham, one of the eight North West London boroughs.",
    "CORE20: no. The area is in decile 3 of 10 (1 is the most deprived), IMD 2025.",
    "It is not in the most deprived fifth within North West London.",
    "In the 2019 Index it was in the most deprived fifth of England (decile 2).",
]


@pytest.fixture
def as_persona(client, subset):
    world = build_world()

    def sign_in(persona):
        client.force_login(world.users[persona])
        return client

    return sign_in


def text_of(response):
    """What a reader reads, in one line."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)
    shown = re.sub(r"<[^>]+>", " ", main[0] if main else response.content.decode())
    return " ".join(unescape(shown).split())


def items(response):
    found = re.findall(r"<li>(.*?)</li>", response.content.decode(), re.S)
    return [unescape(item) for item in found]


def test_addresses():
    assert (reverse("places:locate"), reverse("places:sources")) == (LOOK_UP, SOURCES)


class TestLookUp:
    def test_the_empty_page_asks(self, as_persona):
        response = as_persona("academy").get(LOOK_UP)
        assert text_of(response) == (
            "Look up a postcode Postcode In full, like W12 0HS. Spaces and capitals do not matter. Look up "
            "Where these answers come from"
        )

    @pytest.mark.parametrize("typed", ["W12 0HS", "w120hs", "WI2 OHS"])
    def test_the_answer_in_words(self, as_persona, typed):
        response = as_persona("provider").get(LOOK_UP, {"postcode": typed})
        assert "<strong>W12 0HS</strong>" in response.content.decode()
        assert [item for item in items(response) if "<" not in item] == W12_0HS

    def test_htmx_gets_the_answer_alone(self, as_persona):
        response = as_persona("academy").get(LOOK_UP, {"postcode": "W12 0HS"}, headers={"HX-Request": "true"})
        assert text_of(response) == " ".join(["W12 0HS", *W12_0HS])
        assert response.content.decode().strip().startswith('<div id="place-answer" role="status">')
        assert "HX-Request" in response["Vary"]
        assert "no-store" in response["Cache-Control"]

    def test_what_is_not_held_is_unknown(self, as_persona):
        response = as_persona("academy").get(LOOK_UP, {"postcode": "AB1 0AA"}, headers={"HX-Request": "true"})
        assert items(response) == [
            "AB1 0AA is not in the files held here, so local and CORE20 are not known. Unknown is not counted as no."
        ]

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("W12", "“W12” is not a full postcode. Type both parts, like W12 0HS."),
            ("", "Enter the postcode"),
            ("<b>x</b>", "“<b>x</b>” has characters that no postcode has. Use letters and numbers only, like W12 0HS."),
        ],
    )
    def test_what_is_no_postcode_says_how_to_mend_it(self, as_persona, typed, sentence):
        client = as_persona("academy")
        fragment = client.get(LOOK_UP, {"postcode": typed}, headers={"HX-Request": "true"})
        assert (fragment.status_code, text_of(fragment)) == (200, sentence)
        assert "<b>" not in fragment.content.decode()
        page = client.get(LOOK_UP, {"postcode": typed})
        assert page.status_code == 200
        assert text_of(page).startswith("There is a problem")
        assert text_of(page).count(sentence) == 2

    @pytest.mark.parametrize("persona", ["recruiter", "colleague", "other_recruiter", "lapsed", "auditor"])
    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_for_a_trusts_people_there_is_no_such_page(self, as_persona, persona, headers):
        response = as_persona(persona).get(LOOK_UP, {"postcode": "NW10 8DF"}, headers=headers)
        assert response.status_code == 404
        shown = response.content.decode()
        assert [word for word in ("NW10", "Brent", "CORE20", "decile") if word in shown] == []

    def test_nobody_signed_in_is_sent_to_sign_in(self, client, subset):
        assert client.get(LOOK_UP, {"postcode": "W12 0HS"}).status_code == 302

    def test_one_query_more_than_the_empty_page(self, as_persona, django_assert_num_queries):
        client = as_persona("academy")
        client.get(LOOK_UP)
        with django_assert_num_queries(3):
            client.get(LOOK_UP, headers={"HX-Request": "true"})
        with django_assert_num_queries(4):
            client.get(LOOK_UP, {"postcode": "W12 0HS"}, headers={"HX-Request": "true"})


class TestSources:
    def test_anybody_reads_the_attribution_word_for_word(self, client):
        response = client.get(SOURCES)
        assert response.status_code == 200
        assert ATTRIBUTION in text_of(response)

    def test_with_nothing_loaded_it_says_so(self, client):
        assert "Nothing is loaded yet, so every postcode is not known." in text_of(client.get(SOURCES))

    def test_what_is_loaded_with_its_rows_and_day(self, client, everything_noted):
        shown = client.get(SOURCES).content.decode()
        rows = re.findall(r"<tr class=\"nhsuk-table__row\">(.*?)</tr>", shown, re.S)
        cells = [
            [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.split("</t[hd]>", row)] for row in rows
        ]
        assert [row[:3] for row in cells] == [
            ["Official postcode directory, imported here ONSPD Nov 2025 (new layout)", "180,792", "23 November 2026"],
            ["Postcodes of North West London 49,748 in use, 48,830 ended", "98,578", "23 November 2026"],
        ]

    @pytest.mark.parametrize("files", [1, 3])
    def test_a_signed_out_reader_costs_one_query(self, client, django_assert_num_queries, everything_noted, files):
        for name in BUNDLED[:files]:
            Dataset.objects.create(name=name, rows=1, loaded_at="2026-11-23T09:00:00Z")
        with django_assert_num_queries(1):
            client.get(SOURCES)


@pytest.fixture
def everything_noted(db):
    noted = {
        "postcodes_nwl.csv.gz": (98_578, "49,748 in use, 48,830 ended"),
        "official postcodes": (180_792, "ONSPD Nov 2025 (new layout)"),
    }
    for name, (rows, detail) in noted.items():
        Dataset.objects.create(name=name, rows=rows, detail=detail, loaded_at="2026-11-23T09:00:00Z")
