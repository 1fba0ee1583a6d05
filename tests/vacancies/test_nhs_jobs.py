"""The feed of NHS Jobs: exact values of both layouts, each fault by itself, and no exception but the reader's own."""

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vacancies.samples_of import sample
from vacancies.sources.contract import Contract
from vacancies.sources.faults import FeedProblem, FeedRefused
from vacancies.sources.feed_file import MOST_NESTED, check_answer
from vacancies.sources.nhs_jobs import Advert, Feed, Location, read_feed

LIVE = sample("nhs_jobs_feed.xml")
DOCUMENT = sample("nhs_jobs_feed_doc_variant.xml")
GMT = timezone(timedelta(0))
BST = timezone(timedelta(hours=1))

FIELDS = {
    "id": "917000009",
    "reference": "C9333-26-1209",
    "title": "Porter - Band 2",
    "description": "Made up.",
    "employer": "Imperial College Healthcare NHS Trust",
    "type": "Permanent",
    "salary": "£30866.00 to £30866.00",
    "closeDate": "2026-12-04",
    "postDate": "2026-11-20T12:18:24.800841778",
    "url": "https://beta.jobs.nhs.uk/candidate/jobadvert/C9333-26-1209",
    "locations": "<location>London, W2 1NY</location>",
}


def advert_xml(**changes):
    """One vacancyDetails; a field set to None is missing."""
    fields = {**FIELDS, **changes}
    return (
        "<vacancyDetails>"
        + "".join(f"<{k}>{v}</{k}>" for k, v in fields.items() if v is not None)
        + "</vacancyDetails>"
    )


def feed_xml(*adverts, pages=1, results=None):
    results = len(adverts) if results is None else results
    totals = f"<totalPages>{pages}</totalPages><totalResults>{results}</totalResults>"
    return f"<nhsJobs>{''.join(adverts)}{totals}</nhsJobs>".encode()


def read_one(**changes) -> tuple[Advert, tuple[FeedProblem, ...]]:
    feed = read_feed(feed_xml(advert_xml(**changes)))
    assert len(feed.adverts) == 1
    return feed.adverts[0], feed.problems


def refusal(data: bytes) -> str:
    with pytest.raises(FeedRefused) as caught:
        read_feed(data)
    return caught.value.sentence


class TestTheLiveLayout:
    def test_every_value_of_the_first_advert(self):
        assert read_feed(LIVE).adverts[0] == Advert(
            id="917000001",
            reference="C9333-26-1201",
            title="Healthcare Support Worker",
            description=(
                "MADE-UP SAMPLE. We are looking for caring people to join our ward team. No experience needed, full "
                "training is given..."
            ),
            employer="Imperial College Healthcare NHS Trust",
            contract=Contract("Permanent", "permanent"),
            salary_text="£30866.00 to £30866.00",
            salary_min=Decimal("30866.00"),
            salary_max=Decimal("30866.00"),
            salary_unit="year",
            closes=date(2026, 12, 4),
            posted=datetime(2026, 11, 20, 12, 18, 24, 800841, tzinfo=GMT),
            url="https://beta.jobs.nhs.uk/candidate/jobadvert/C9333-26-1201",
            locations=(Location("London, W2 1NY", "W2 1NY"),),
        )

    def test_totals_and_nothing_to_complain_about(self):
        feed = read_feed(LIVE)
        assert (len(feed.adverts), feed.total_pages, feed.total_results, feed.problems) == (3, 1, 3, ())

    def test_two_locations_keep_their_order(self):
        assert read_feed(LIVE).adverts[1].locations == (
            Location("Harrow, HA1 3UJ", "HA1 3UJ"),
            Location("London, NW10 7NS", "NW10 7NS"),
        )

    def test_salary_in_words_is_kept_as_words(self):
        advert = read_feed(LIVE).adverts[2]
        assert (advert.salary_text, advert.salary_min, advert.salary_max, advert.salary_unit) == (
            "Depending on experience",
            None,
            None,
            "",
        )

    def test_contract_kinds(self):
        assert [advert.contract for advert in read_feed(LIVE).adverts] == [
            Contract("Permanent", "permanent"),
            Contract("Fixed-Term", "fixed"),
            Contract("Bank", "bank"),
        ]

    def test_several_employers_in_one_file_are_grouped(self):
        assert {name: [a.reference for a in adverts] for name, adverts in read_feed(LIVE).by_employer().items()} == {
            "Imperial College Healthcare NHS Trust": ["C9333-26-1201"],
            "London North West University Healthcare NHS Trust": ["C9395-26-0412"],
            "The Hillingdon Hospitals NHS Foundation Trust": ["C9289-26-0077"],
        }


class TestTheDocumentLayout:
    def test_every_value(self):
        assert read_feed(DOCUMENT) == Feed(
            adverts=(
                Advert(
                    id="917000010",
                    reference="C9222-26-0550",
                    title="Apprentice Healthcare Assistant",
                    description="MADE-UP SAMPLE in the element order of the V1.07 document's example.",
                    employer="West London NHS Trust",
                    contract=Contract("Apprenticeship", "apprenticeship"),
                    salary_text="£29,974 a year",
                    salary_min=Decimal(29974),
                    salary_max=Decimal(29974),
                    salary_unit="year",
                    closes=date(2026, 12, 4),
                    posted=datetime(2026, 11, 20, 10, tzinfo=GMT),
                    url="https://www.jobs.nhs.uk/candidate/jobadvert/C9222-26-0550",
                    locations=(Location("Southall, UB1 3EU", "UB1 3EU"),),
                ),
            ),
            total_pages=1,
            total_results=1,
            problems=(),
        )


class TestLayoutsAreFree:
    @given(st.permutations(list(FIELDS)))
    def test_element_order_does_not_matter(self, order):
        row = "".join(f"<{name}>{FIELDS[name]}</{name}>" for name in order)
        assert read_feed(feed_xml(f"<vacancyDetails>{row}</vacancyDetails>")) == read_feed(feed_xml(advert_xml()))

    def test_totals_may_stand_first(self):
        data = f"<nhsJobs><totalResults>1</totalResults><totalPages>1</totalPages>{advert_xml()}</nhsJobs>".encode()
        assert read_feed(data) == read_feed(feed_xml(advert_xml()))

    @pytest.mark.parametrize("child", ["location", "locations", "place", "LOCATION"])
    def test_any_child_of_locations(self, child):
        advert, problems = read_one(locations=f"<{child}>Ealing, W5 2HL</{child}>")
        assert (advert.locations, problems) == ((Location("Ealing, W5 2HL", "W5 2HL"),), ())

    def test_a_location_in_parts_is_joined(self):
        advert, _ = read_one(locations="<location><town>Ealing</town><postcode>w5  2hl</postcode></location>")
        assert advert.locations == (Location("Ealing, w5 2hl", "W5 2HL"),)

    def test_text_straight_in_locations(self):
        assert read_one(locations="Ealing")[0].locations == (Location("Ealing", ""),)

    def test_the_same_place_twice_is_one(self):
        twice = "<location>Ealing, W5 2HL</location>" * 2
        assert read_one(locations=twice)[0].locations == (Location("Ealing, W5 2HL", "W5 2HL"),)

    def test_a_namespace_is_ignored(self):
        data = feed_xml(advert_xml()).replace(b"<nhsJobs>", b'<nhsJobs xmlns="https://example.test/feed">')
        assert read_feed(data) == read_feed(feed_xml(advert_xml()))

    def test_fields_that_are_not_known_are_ignored(self):
        assert read_one(staffGroup="Additional Clinical Services") == read_one()

    def test_an_empty_feed_is_an_answer_and_not_a_fault(self):
        assert read_feed(feed_xml(results=0)) == Feed((), 1, 0, ())

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_encodings(self, encoding):
        text = feed_xml(advert_xml(title="Café Assistant")).decode()
        assert read_feed(text.encode(encoding)).adverts[0].title == "Café Assistant"


class TestEntities:
    @pytest.mark.parametrize(
        "written", ["Bank &amp; Ward Clerk", "Bank &amp;amp; Ward Clerk", "Bank &amp;amp;amp; Ward Clerk"]
    )
    def test_twice_encoded_text_is_decoded(self, written):
        assert read_one(title=written)[0].title == "Bank & Ward Clerk"

    def test_numeric_and_named(self):
        assert (
            read_one(title="Porter &amp;#8211; St Mary&amp;rsquo;s&amp;nbsp;site")[0].title == "Porter – St Mary’s site"
        )

    def test_twice_encoded_html_in_a_description_becomes_text(self):
        advert, _ = read_one(description="&lt;p&gt;Join us&lt;/p&gt;&lt;script&gt;x&lt;/script&gt; 2 &lt; 3")
        assert advert.description == "Join us x 2 < 3"

    def test_an_address_is_not_mangled(self):
        advert, _ = read_one(url="https://www.jobs.nhs.uk/candidate/jobadvert/A1?x=1&amp;amp;copy=2")
        assert advert.url == "https://www.jobs.nhs.uk/candidate/jobadvert/A1?x=1&copy=2"


class TestTimes:
    @pytest.mark.parametrize(
        ("written", "posted"),
        [
            ("2026-11-20T12:18:24.800841778", datetime(2026, 11, 20, 12, 18, 24, 800841, tzinfo=GMT)),
            ("2026-11-20T12:18:24.8", datetime(2026, 11, 20, 12, 18, 24, 800000, tzinfo=GMT)),
            ("2026-11-20T12:18:24.000000001", datetime(2026, 11, 20, 12, 18, 24, tzinfo=GMT)),
            ("2026-11-20T12:18", datetime(2026, 11, 20, 12, 18, tzinfo=GMT)),
            ("2026-07-20T12:18:24", datetime(2026, 7, 20, 12, 18, 24, tzinfo=BST)),
            ("2026-07-20T12:18:24Z", datetime(2026, 7, 20, 13, 18, 24, tzinfo=BST)),
            ("2026-07-20T23:30:00Z", datetime(2026, 7, 21, 0, 30, tzinfo=BST)),
            ("2026-07-20T12:18:24+02:00", datetime(2026, 7, 20, 11, 18, 24, tzinfo=BST)),
            ("2026-11-20", datetime(2026, 11, 20, tzinfo=GMT)),
            ("2026-03-29T01:30:00", datetime(2026, 3, 29, 2, 30, tzinfo=BST)),  # the hour that the clocks skip
        ],
    )
    def test_posted(self, written, posted):
        advert, problems = read_one(postDate=written)
        assert (advert.posted, advert.posted.utcoffset(), problems) == (posted, posted.utcoffset(), ())
        assert advert.posted.tzinfo.key == "Europe/London"

    def test_an_impossible_time(self):
        advert, problems = read_one(postDate="2026-11-20T25:00:00")
        assert advert.posted is None
        assert problems == (
            FeedProblem(
                "“2026-11-20T25:00:00” is not a time that exists.",
                "Advert 1 (C9333-26-1209), postDate",
                "Mend the date in the file, or type the vacancy in.",
            ),
        )
        assert advert.unread == (str(problems[0]),)

    def test_a_time_at_the_edge_of_the_calendar_is_a_problem(self):
        advert, problems = read_one(postDate="0001-01-01T00:00:00Z")
        assert (advert.posted, len(problems)) == (None, 1)


class TestFaultsOfOneRow:
    def problem(self, **changes) -> FeedProblem:
        advert, problems = read_one(**changes)
        assert len(problems) == 1
        return problems[0]

    @pytest.mark.parametrize("field", ["title", "employer"])
    def test_without_a_title_or_employer_only_that_row_is_left_out(self, field):
        feed = read_feed(feed_xml(advert_xml(**{field: None}), advert_xml(reference="C9333-26-1300")))
        assert [advert.reference for advert in feed.adverts] == ["C9333-26-1300"]
        assert feed.problems == (
            FeedProblem(
                "It is missing, so this advert was left out.",
                f"Advert 1 (C9333-26-1209), {field}",
                "Save the feed again, or type the vacancy in.",
                skipped=True,
            ),
        )

    def test_every_missing_field_is_named(self):
        feed = read_feed(feed_xml("<vacancyDetails/>"))
        assert feed.adverts == ()
        assert [problem.where for problem in feed.problems] == [
            "Advert 1, reference",
            "Advert 1, title",
            "Advert 1, employer",
        ]

    def test_a_missing_reference_is_taken_from_the_address(self):
        advert, problems = read_one(reference=None)
        assert advert.reference == "C9333-26-1209"
        assert [str(problem) for problem in problems] == [
            "Advert 1 (C9333-26-1209), reference: It is missing; C9333-26-1209 was taken from the advert's "
            "address. Check it."
        ]

    def test_a_missing_reference_and_another_address(self):
        feed = read_feed(feed_xml(advert_xml(reference=None, url="https://example.test/some/page")))
        assert (feed.adverts, feed.problems[0].skipped, feed.problems[0].where) == ((), True, "Advert 1, reference")

    @pytest.mark.parametrize(
        ("field", "mend"),
        [
            ("closeDate", "Give the closing date: the last day to decide follows from it."),
            ("postDate", "Mend the date in the file, or type the vacancy in."),
            ("salary", "Give the pay on the page of the vacancy."),
            ("locations", "Choose the site on the page of the vacancy."),
            ("url", "The page of the vacancy will have no link to the advert."),
        ],
    )
    def test_the_row_is_kept_without(self, field, mend):
        problem = self.problem(**{field: None})
        assert (problem.where, problem.mend, problem.skipped) == (f"Advert 1 (C9333-26-1209), {field}", mend, False)

    def test_a_missing_contract_type_is_other(self):
        advert, problems = read_one(type=None)
        assert (advert.contract, problems[0].what) == (Contract("", "other"), "The contract type is missing.")

    def test_a_day_that_does_not_exist(self):
        problem = self.problem(closeDate="2026-02-30")
        assert problem.what == "“2026-02-30” is not a day that exists (day/month/year)."
        assert problem.mend == "Mend the date in the file, or type the vacancy in."

    def test_a_title_that_a_spreadsheet_would_run_is_told(self):
        advert, problems = read_one(title="=cmd()Porter")
        assert [str(problem) for problem in problems] == [
            "Advert 1 (C9333-26-1209), title: “=cmd()Porter” begins as a formula of a spreadsheet does. Check it; files "
            "from here hold it as text."
        ]
        assert (advert.title, advert.unread) == ("=cmd()Porter", ())

    def test_a_closing_date_in_words(self):
        assert read_one(closeDate="4 December 2026")[0].closes == date(2026, 12, 4)

    def test_it_closes_before_it_opened(self):
        problem = self.problem(closeDate="2026-11-19")
        assert problem.what == "It closes (19 November 2026) before it opened (20 November 2026)."

    def test_it_may_close_on_the_day_it_opened(self):
        assert read_one(closeDate="2026-11-20")[1] == ()

    def test_a_range_upside_down(self):
        advert, problems = read_one(salary="£37796.00 to £31049.00")
        assert (advert.salary_min, advert.salary_text) == (None, "£37796.00 to £31049.00")
        assert problems[0].what == "“£37796.00 to £31049.00” runs from more to less."

    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)",
            "ftp://example.test/x",
            "//example.test",
            "https://",
            "https://a b.test/",
            "https://[bad",
        ],
    )
    def test_an_address_that_no_page_may_link_to(self, address):
        advert, problems = read_one(url=address)
        assert (advert.url, [p.what for p in problems]) == ("", ["It is not a web address and was left out."])

    def test_a_reference_that_stands_twice(self):
        feed = read_feed(feed_xml(advert_xml(), advert_xml(), advert_xml(title="Another")))
        assert [(advert.title, len(feed.adverts)) for advert in feed.adverts] == [("Porter - Band 2", 1)]
        assert [(problem.where, problem.what, problem.skipped) for problem in feed.problems] == [
            (
                "Advert 2 (C9333-26-1209)",
                "The reference stands a second time in this file and is the same; the first was kept.",
                True,
            ),
            (
                "Advert 3 (C9333-26-1209)",
                "The reference stands a second time in this file and differs from the first; the first was kept.",
                True,
            ),
        ]

    def test_fewer_adverts_than_announced(self):
        feed = read_feed(feed_xml(advert_xml(), results=5))
        assert [problem.what for problem in feed.problems] == ["The feed announces 5 adverts and holds 1."]

    def test_one_page_of_several_is_no_fault(self):
        assert read_feed(feed_xml(advert_xml(), pages=3, results=201)).problems == ()

    @pytest.mark.parametrize(
        ("written", "what"),
        [("many", "“many” is not a count."), ("", "The feed does not say it."), ("-1", "“-1” is not a count.")],
    )
    def test_totals_that_are_no_number(self, written, what):
        feed = read_feed(feed_xml(advert_xml(), pages=written))
        assert (len(feed.adverts), feed.total_pages) == (1, None)
        assert [(problem.where, problem.what) for problem in feed.problems] == [("totalPages", what)]


class TestRefusals:
    def test_json_error_page(self):
        assert refusal(b'{"status": 404, "message": "Page not found"}') == (
            "NHS Jobs answered with an error instead of adverts (JSON). It says: “Page not found”. "
            "A page past the last one does this: ask for an earlier page."
        )

    @pytest.mark.parametrize("data", [b"[]", b'{"broken', b"[" * 100_000, b'{"message": null}'])
    def test_json_without_a_message(self, data):
        assert refusal(data) == (
            "NHS Jobs answered with an error instead of adverts (JSON). A page past the last one does this: ask "
            "for an earlier page."
        )

    @pytest.mark.parametrize("data", [b"", b"   \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00\x00"])
    def test_empty(self, data):
        assert refusal(data) == (
            "The file is empty. Choose the XML file that NHS Jobs saves again; if it is still empty, export it "
            "once more."
        )

    @pytest.mark.parametrize(
        "data",
        [b"<!DOCTYPE html><html></html>", b"\n<HTML lang='en'>", b"<!-- moved --><html>", b"<head><title>502</title>"],
    )
    def test_html(self, data):
        assert refusal(data) == (
            "This is a web page (HTML), not the XML file that NHS Jobs saves. Open the feed's address itself and "
            "save what it shows."
        )

    def test_plain_text(self):
        assert refusal(b"Service unavailable") == "This is not an XML file. Choose the XML file that NHS Jobs saves."

    def test_a_workbook(self):
        assert refusal(b"PK\x03\x04....") == (
            "This is a zip or Excel workbook, not the XML file that NHS Jobs saves. Nothing was read. Choose the "
            "XML file that NHS Jobs saves."
        )

    @pytest.mark.parametrize("kept", [0.3, 0.5, 0.99])
    def test_half_a_file(self, kept):
        assert refusal(LIVE[: int(len(LIVE) * kept)]) == (
            "The file stops part of the way through (line 2): it was not saved to its end. Nothing was read. Save "
            "the feed again."
        )

    def test_not_well_formed(self):
        data = feed_xml(advert_xml(title="Bank & Ward"))
        assert refusal(data) == (
            f"The file is not well-formed XML at line 1, character {data.index(b'& Ward') + 2}. Nothing was read. "
            "Save the feed again, unedited."
        )

    def test_another_root(self):
        assert refusal(b"<rss><channel/></rss>") == (
            "This XML file begins with <rss>, not with <nhsJobs>: it is not the feed of NHS Jobs. Choose the XML "
            "file that NHS Jobs saves."
        )

    @pytest.mark.parametrize(
        "declaration",
        [
            '<!DOCTYPE nhsJobs SYSTEM "https://example.test/x.dtd">',
            '<!DOCTYPE nhsJobs [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
            '<!DOCTYPE nhsJobs [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        ],
    )
    def test_document_types_and_entities(self, declaration):
        assert refusal(declaration.encode() + feed_xml(advert_xml(title="&b;"))).startswith(
            "The file declares a document type or entities, which the feed of NHS Jobs never does. It was not opened."
        )

    def test_an_encoding_that_nobody_knows(self):
        sentence = refusal(b"<?xml version='1.0' encoding='klingon'?><nhsJobs/>")
        assert sentence.startswith(("The file's encoding cannot be read.", "The file is not well-formed XML at line 1"))

    def test_deep_nesting(self):
        deep = b"<nhsJobs>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</nhsJobs>"
        assert (
            refusal(deep)
            == f"The file nests elements more than {MOST_NESTED} deep, which the feed never does. It was not read."
        )


class TestAnswersOfTheWeb:
    def test_200_passes(self):
        assert check_answer(status=200) is None

    @pytest.mark.parametrize(
        ("status", "sentence"),
        [
            (500, "NHS Jobs is out of order (500). Nothing was lost; the import carries on later."),
            (503, "NHS Jobs is out of order (503). Nothing was lost; the import carries on later."),
            (429, "NHS Jobs asks for fewer requests (429). Nothing was lost; the import carries on later."),
            (404, "NHS Jobs refused the request (404). Check the employer and band that were asked for."),
        ],
    )
    def test_errors(self, status, sentence):
        with pytest.raises(FeedRefused, match=f"^{re.escape(sentence)}$"):
            check_answer(status=status)

    def test_a_redirect_names_the_address_and_is_not_followed(self):
        with pytest.raises(FeedRefused) as caught:
            check_answer(status=302, location="https://elsewhere.example.test/feed")
        assert caught.value.sentence == (
            "NHS Jobs has moved to another address (https://elsewhere.example.test/feed). Redirects are not followed. "
            "Check the new address and ask the system administrator to set it."
        )


class TestNeverAnotherException:
    @given(st.binary(max_size=400))
    def test_any_bytes(self, data):
        self.read(data)

    @given(st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def test_any_text_behind_a_bracket(self, data):
        self.read(b"<" + data)

    @given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=80)))
    def test_any_text_in_any_field(self, changes):
        safe = {k: v.replace("&", "&amp;").replace("<", "&lt;") for k, v in changes.items()}
        self.read(feed_xml(advert_xml(**safe)).decode().encode("utf-8", "replace"))

    @given(st.integers(0, len(LIVE)), st.integers(0, len(LIVE)), st.binary(max_size=6))
    def test_any_part_of_the_sample_replaced(self, start, end, piece):
        self.read(LIVE[: min(start, end)] + piece + LIVE[max(start, end) :])

    def read(self, data):
        try:
            feed = read_feed(data)
        except FeedRefused:
            return
        for advert in feed.adverts:
            assert advert.reference
            assert advert.title
            assert advert.employer
            assert "\x00" not in advert.title + advert.description + advert.salary_text
            assert advert.posted is None or advert.posted.utcoffset() is not None
        assert all(problem.what and problem.where and problem.mend for problem in feed.problems)
