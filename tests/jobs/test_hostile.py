"""Every kind of file that is not a plain table is refused, with a sentence that says what, and how to mend it."""

import dataclasses
import zipfile

import pytest

from jobs.hostile import DEFAULT, MB, Refusal, check_workbook, display_name, kind_of
from jobs.reading import read_table
from tests.jobs import files

SAVE_AS = "Open it in Excel, choose Save as, Excel workbook (.xlsx) or CSV UTF-8, and upload that file."
HONEST = files.workbook(("People", [["Name", "Postcode"], ["Ama", "NW10 7NS"]]))


def refused(data, filename, **how):
    with pytest.raises(Refusal) as caught:
        read_table(data, filename, **how)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("data", "filename", "what"),
    [
        (b"%PDF-1.7\n...", "people.pdf", '"people.pdf" is a PDF document'),
        (b"%PDF-1.7\n...", "people.csv", '"people.csv" is a PDF document'),
        (b"%PDF-1.7\n...", "people.xlsx", '"people.xlsx" is a PDF document'),
        (b"<!DOCTYPE html><html><body>Sign in", "list.csv", '"list.csv" is a web page'),
        (b"\n <table><tr><td>a", "list.xls", '"list.xls" is a web page'),
        (b"\xef\xbb\xbf<?xml version='1.0'?><nhsJobs/>", "feed.csv", '"feed.csv" is an XML file'),
        (b'{"message": "past the last page"}', "a.csv", '"a.csv" is a JSON message'),
        (b'[{"a": 1}]', "a.csv", '"a.csv" is a JSON message'),
        (b"\x1f\x8b\x08\x00aaaa", "a.csv", '"a.csv" is a compressed (gzip) file'),
        (b"\x89PNG\r\n\x1a\n", "sheet.csv", '"sheet.csv" is a picture'),
        (b"MZ\x90\x00\x03\x00", "people.csv", '"people.csv" is a program'),
        (b"{\\rtf1 hello", "people.csv", '"people.csv" is a rich-text document'),
        (files.old_office("Workbook"), "people.xls", '"people.xls" is an old Excel workbook (.xls)'),
        (files.old_office("Workbook"), "people.xlsx", '"people.xlsx" is an old Excel workbook (.xls)'),
        (files.old_office("WordDocument"), "a.csv", '"a.csv" is an old Word document (.doc)'),
        (files.zipped({"word/document.xml": "<a/>"}), "cv.xlsx", '"cv.xlsx" is a Word document'),
        (files.zipped({"ppt/presentation.xml": "<a/>"}), "a.xlsx", '"a.xlsx" is a PowerPoint presentation'),
        (files.zipped({"content.xml": "<a/>"}), "a.xlsx", '"a.xlsx" is an OpenDocument spreadsheet'),
        (files.zipped({"xl/workbook.bin": "x"}), "a.xlsx", '"a.xlsx" is a binary Excel workbook (.xlsb)'),
        (files.zipped({"a.csv": "a,b"}), "a.xlsx", '"a.xlsx" is a zip file that holds no workbook'),
    ],
)
def test_another_kind_of_file_is_named_for_what_it_is(data, filename, what):
    assert refused(data, filename) == f"{what}, not a table that this service reads. {SAVE_AS}"


@pytest.mark.parametrize(
    ("data", "filename", "sentence"),
    [
        (HONEST, "people.xlsm", f'"people.xlsm" is named as an Excel workbook that can hold macros (.xlsm). {SAVE_AS}'),
        (HONEST, "people.docx", f'"people.docx" is named as a Word document. {SAVE_AS}'),
        (b"a,b\n1,2", "people.xls", f'"people.xls" is named as an old Excel workbook (.xls). {SAVE_AS}'),
        (
            b"a,b\n1,2",
            "a.xlsx",
            '"a.xlsx" is named as an Excel workbook but holds plain text. Rename it to end in .csv.',
        ),
        (HONEST, "a.csv", '"a.csv" is an Excel workbook named as a text file. Rename it to end in .xlsx.'),
        (b"a,b\n1,2", "a.exe", f'"a.exe" ends in ".exe", which this service does not read. {SAVE_AS}'),
    ],
)
def test_a_name_that_does_not_agree_with_the_content_is_refused(data, filename, sentence):
    assert refused(data, filename) == sentence


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 50])
def test_an_empty_file_is_refused(data):
    assert refused(data, "a.csv") == '"a.csv" is empty. Check that the export finished, and upload it again.'


@pytest.mark.parametrize("heading", [b"MZ number,b", b"BZh,b", b"[Ref],b", b"GIF8,b"])
def test_a_heading_that_begins_like_another_kind_of_file_is_still_text(heading):
    assert kind_of(heading + b"\n1,2", "a.csv") == "text"


def test_a_file_above_the_size_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(21 * MB)
    expected = '"big.csv" is 21.0 MB; the most this service reads is 20 MB. Split it into smaller files.'
    assert refused(path, "big.csv") == expected
    assert refused(b"a" * (21 * MB), "big.csv") == expected


def test_a_zip_bomb_is_refused_by_its_directory():
    expected = '"b.xlsx" unpacks to 200 MB; the most this service opens is 20 MB. Split it, or save it as CSV.'
    assert refused(files.zip_bomb(200), "b.xlsx") == expected


def test_a_smaller_bomb_is_refused_by_its_ratio():
    expected = (
        '"b.xlsx" is compressed more than 100 times, as a zip bomb is. '
        "Copy the rows into a new workbook, and upload that."
    )
    assert refused(files.zip_bomb(19), "b.xlsx") == expected


def test_a_bomb_that_lies_about_its_size_is_refused():
    expected = '"b.xlsx" is damaged and cannot be opened. Save it again in Excel, and upload it.'
    assert refused(files.lying_bomb(), "b.xlsx") == expected


def test_more_than_200_entries_are_refused():
    entries = {**files.parts(), **{f"xl/media/image{number}.xml": "x" for number in range(200)}}
    expected = (
        '"b.xlsx" holds more than 200 parts, which no ordinary workbook does. '
        "Copy the rows into a new workbook, and upload that."
    )
    assert refused(files.zipped(entries), "b.xlsx") == expected


def test_200_entries_are_read():
    entries = files.parts(files.text_row(1, "a", "b") + files.text_row(2, "c", "d"))
    entries |= {f"xl/media/image{number}.xml": "x" for number in range(200 - len(entries))}
    assert read_table(files.zipped(entries), "b.xlsx").rows[0].cells == ("c", "d")


def test_a_directory_that_hides_how_many_entries_it_has_is_refused():
    data = bytearray(files.zipped({**files.parts(), **{f"m/{n:0200}.xml": "" for n in range(2000)}}))
    place = data.rfind(b"PK\x05\x06")
    data[place + 8 : place + 12] = b"\x05\x00\x05\x00"
    assert refused(bytes(data), "b.xlsx").startswith('"b.xlsx" holds more than 200 parts')


def test_a_zip_inside_the_workbook_is_refused():
    entries = {**files.parts(), "xl/embeddings/inner.bin": files.zip_bomb(5)}
    expected = '"b.xlsx" holds another file inside it. Copy the rows into a new workbook.'
    assert refused(files.zipped(entries), "b.xlsx") == expected


@pytest.mark.parametrize("data", [files.encrypted_zip(), files.old_office("EncryptedPackage")], ids=["zip", "OLE"])
def test_a_password_is_to_be_removed(data):
    expected = '"b.xlsx" is protected with a password. Remove the password in Excel, and upload it again.'
    assert refused(data, "b.xlsx") == expected


def test_another_compression_is_refused():
    data = files.zipped(files.parts(), method=zipfile.ZIP_LZMA)
    expected = '"b.xlsx" is compressed in a way that Excel does not use. Save it again in Excel.'
    assert refused(data, "b.xlsx") == expected


def test_macros_are_refused_by_part_and_by_declared_type():
    with_part = files.zipped({**files.parts(), "xl/vbaProject.bin": "x"})
    with_type = files.raw_workbook("", kind="macroEnabled.main")
    assert refused(with_part, "b.xlsx") == (
        '"b.xlsx" holds macros. Save it as an Excel workbook without macros (.xlsx), and upload that.'
    )
    assert refused(with_type, "b.xlsx") == (
        '"b.xlsx" can hold macros. Save it as an Excel workbook (.xlsx), and upload that.'
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_part_twice_is_refused():
    data = files.zipped(files.parts())
    with_case = files.zipped({**files.parts(), "XL/workbook.xml": "<a/>"})
    check_workbook(data, "b.xlsx")
    assert refused(with_case, "b.xlsx") == '"b.xlsx" holds the same part twice. Save it again in Excel, and upload it.'


@pytest.mark.parametrize(
    "prefix",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_entities_inside_a_workbook_are_refused(prefix):
    expected = '"b.xlsx" declares its own XML entities, as no workbook from Excel does.'
    assert refused(files.raw_workbook("", prefix=prefix), "b.xlsx") == expected


def test_external_links_are_left_alone():
    entries = files.parts(files.text_row(1, "a", "b") + files.text_row(2, "c", "d"))
    entries["xl/externalLinks/externalLink1.xml"] = "<externalLink/>"
    assert read_table(files.zipped(entries), "b.xlsx").rows[0].cells == ("c", "d")


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.99])
def test_half_a_workbook_is_refused(keep):
    sentence = refused(HONEST[: int(len(HONEST) * keep)], "b.xlsx")
    assert sentence == '"b.xlsx" is cut short. Check that the download or export finished, and upload it again.'


def test_every_damaged_byte_gives_a_table_or_a_sentence():
    for place in range(0, len(HONEST), 97):
        data = bytearray(HONEST)
        data[place] ^= 0xFF
        assert answered(bytes(data))


def answered(data):
    """Whether the workbook passes, or is refused in a whole sentence."""
    try:
        check_workbook(data, "b.xlsx")
    except Refusal as refusal:
        return refusal.sentence.endswith(".")
    return True


def test_limits_can_be_widened_for_one_kind():
    wide = dataclasses.replace(DEFAULT, file_bytes=40 * MB)
    data = b"a,b\n" + b"1,2\n" * 10 + b"\n" * (21 * MB)
    assert refused(data, "a.csv").startswith('"a.csv" is 21.0 MB')
    assert refused(data, "a.csv", limits=wide) == (
        "The file has more than 100,000 rows, the most this service reads. Split it into smaller files."
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\fakepath\\people.csv", "people.csv"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\n\u202ecsv.exe", "abcsv.exe"),
        ("", "The file"),
        ("x" * 100 + ".csv", "x" * 77 + "..."),
    ],
)
def test_a_name_in_a_sentence_is_short_and_plain(given, shown):
    assert display_name(given) == shown
