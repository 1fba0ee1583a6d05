"""XML of feeds: bounded, without document types or entities; every fault has a sentence."""

from pathlib import Path

import pytest

from jobs.hostile import MB, Refusal
from jobs.reading import read_xml

SAMPLES = Path(__file__).parent / "samples"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 10))
    + "]><lolz>&lol9;</lolz>"
)
ENTITIES = (
    '"feed.xml" declares a document type or entities, which can be used to attack a reader. '
    "Save the feed again as it came, without them."
)


def refused(data):
    with pytest.raises(Refusal) as caught:
        read_xml(data, "feed.xml")
    return caught.value.sentence


@pytest.mark.parametrize(("name", "adverts"), [("nhs_jobs_feed.xml", None), ("nhs_jobs_feed_doc_variant.xml", 1)])
def test_both_layouts_of_the_nhs_jobs_feed_are_read(name, adverts):
    root = read_xml((SAMPLES / name).read_bytes(), name)
    found = root.findall("vacancyDetails")
    assert root.tag == "nhsJobs"
    assert len(found) == (adverts or (SAMPLES / name).read_text().count("<vacancyDetails>"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_read(encoding):
    assert read_xml("<a>Zoë</a>".encode(encoding)).text == "Zoë"


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]><a/>',
        "<!DOCTYPE a><a/>",
    ],
)
def test_document_types_and_entities_are_refused(text):
    assert refused(text.encode()) == ENTITIES


def test_entities_in_utf_16_are_refused():
    assert refused(LAUGHS.replace('<?xml version="1.0"?>', "").encode("utf-16")) == ENTITIES


def test_broken_xml_is_refused_with_its_line():
    assert refused(b"<a>\n<b>\n</a>") == (
        '"feed.xml" is broken or cut short at line 3, character 3. Download it again, and upload it.'
    )
    assert refused(b"<a><b>").startswith('"feed.xml" is broken or cut short at line 1')


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", '"feed.xml" is empty. Download the feed again, and upload it.'),
        (b"\xef\xbb\xbf \n", '"feed.xml" is empty. Download the feed again, and upload it.'),
        (
            b'{"message":"no page"}',
            '"feed.xml" holds a JSON message, as the feed sends past its last page or in error, not XML.',
        ),
        (b"<!DOCTYPE html><p>", '"feed.xml" is a web page, not the feed itself. Save the feed from its own address.'),
        (b"<html><p>", '"feed.xml" is a web page, not the feed itself. Save the feed from its own address.'),
        (b"id,title\n1,2", '"feed.xml" is not XML. Save the feed as it came (.xml), and upload that.'),
        (
            b'<?xml version="1.0" encoding="klingon"?><a/>',
            '"feed.xml" is in an encoding that cannot be read. Save it as UTF-8, and upload it.',
        ),
    ],
)
def test_what_is_not_the_feed_is_refused(data, sentence):
    assert refused(data) == sentence


def test_depth_number_and_size_are_bounded():
    expected = "The XML holds more parts than a feed does. Save a page of the feed at a time, and upload that."
    assert refused(b"<a>" * 61 + b"</a>" * 61) == expected
    assert refused(b"<r>" + b"<a/>" * 500_001 + b"</r>") == expected
    assert refused(b"<a>" + b" " * (10 * MB) + b"</a>").startswith('"feed.xml" is 10.0 MB')
    assert refused(b"<a " + b" ".join(b'a%d=""' % number for number in range(5000)) + b"/>") == (
        '"feed.xml" holds a tag of more than 20,000 characters, as no feed does. Download it again.'
    )
