"""Uploads are hostile until proved otherwise: what a file is, and whether it is safe to open.

Nothing here parses a cell. The checks look at the first bytes and at the zip directory, so that a bomb is refused
before anything unpacks it. Pure: no Django. Limits follow the product's security decisions (zip: 200 entries, 20 MB
unpacked, ratio 100; child process: 1 GB and 10 seconds).
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath

MB = 1024 * 1024


class Refusal(Exception):
    """A file that is not accepted; `sentence` says what is wrong, where, and how to mend it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Bytes, counts, characters and seconds."""

    file_bytes: int = 20 * MB
    xml_bytes: int = 10 * MB
    zip_entries: int = 200
    unpacked_bytes: int = 20 * MB
    zip_ratio: int = 100
    rows: int = 100_000
    columns: int = 250
    cells: int = 10_000_000  # blank ones too
    line_characters: int = 1_000_000
    cell_characters: int = 32_767  # Excel's own limit
    child_memory_bytes: int = 512 * MB
    child_seconds: int = 10
    child_output_bytes: int = 100 * MB


DEFAULT = Limits()

TEXT_ENDINGS = {".csv", ".txt", ".tsv", ".tab"}
WORKBOOK_ENDINGS = {".xlsx"}
PROTECTED = "protected with a password"
SAVE_AS = "Open it in Excel, choose Save as, Excel workbook (.xlsx) or CSV UTF-8, and upload that file."
RATIO_MATTERS_FROM = 64 * 1024  # a few bytes of repeated XML may compress a hundredfold without harm

_ENDINGS_REFUSED = {
    ".xls": "an old Excel workbook (.xls)",
    ".xlsm": "an Excel workbook that can hold macros (.xlsm)",
    ".xlsb": "a binary Excel workbook (.xlsb)",
    ".xltx": "an Excel template (.xltx)",
    ".ods": "an OpenDocument spreadsheet (.ods)",
    ".numbers": "an Apple Numbers file",
    ".pdf": "a PDF document",
    ".doc": "a Word document",
    ".docx": "a Word document",
    ".html": "a web page",
    ".htm": "a web page",
    ".json": "a JSON file",
    ".xml": "an XML file",
    ".zip": "a zip file",
}
_MAGIC = [
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed (7-Zip) file"),
    (b"Rar!", "a compressed (RAR) file"),
    (b"BZh", "a compressed (bzip2) file"),
    (b"\xfd7zXZ\x00", "a compressed (xz) file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
]
_ALSO_WORDS = {b"MZ", b"BZh", b"GIF8", b"Rar!"}  # a heading may begin with these letters; such a file has zeros
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ZIP_EMPTY = b"PK\x05\x06"
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta|script)\b", re.I | re.S)
_JSON = re.compile(rb"^\s*(?:\{|\[\s*[\{\[\]])")
_XML = re.compile(rb"^\s*<\?xml\b", re.I)
_WIDE = "utf-16-le"


def display_name(filename: str) -> str:
    """The file's own name for a sentence: no folders, no control characters, at most 80 characters."""
    name = PurePath(filename.replace("\\", "/")).name
    name = "".join(letter for letter in name if letter.isprintable()).strip()
    return (name[:77] + "...") if len(name) > 80 else (name or "The file")


def kind_of(data: bytes, filename: str) -> str:
    """`"text"` or `"workbook"`, by content, when the file's name agrees; else Refusal naming what the file is."""
    name = display_name(filename)
    ending = PurePath(name).suffix.lower()
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise Refusal(f'"{name}" is empty. Check that the export finished, and upload it again.')
    content = _content_of(data)
    if content == PROTECTED:
        raise Refusal(f'"{name}" is {PROTECTED}. Remove the password in Excel, and upload it again.')
    if content not in {"text", "workbook"}:
        raise Refusal(f'"{name}" is {content}, not a table that this service reads. {SAVE_AS}')
    if ending in _ENDINGS_REFUSED:
        raise Refusal(f'"{name}" is named as {_ENDINGS_REFUSED[ending]}. {SAVE_AS}')
    if content == "text" and ending in WORKBOOK_ENDINGS:
        raise Refusal(f'"{name}" is named as an Excel workbook but holds plain text. Rename it to end in .csv.')
    if content == "workbook" and ending in TEXT_ENDINGS:
        raise Refusal(f'"{name}" is an Excel workbook named as a text file. Rename it to end in .xlsx.')
    if ending not in TEXT_ENDINGS | WORKBOOK_ENDINGS | {""}:
        raise Refusal(f'"{name}" ends in "{ending}", which this service does not read. {SAVE_AS}')
    return content


def _content_of(data: bytes) -> str:
    """What the bytes are: "text", "workbook", or the words for what they are instead."""
    if data.startswith((_ZIP, _ZIP_EMPTY)):
        return "workbook"
    if data.startswith(_OLE):
        return _old_office(data)
    for magic, words in _MAGIC:
        if data.startswith(magic) and (magic not in _ALSO_WORDS or b"\x00" in data[:1024]):
            return words
    start = data[:2048].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(start):
        return "a web page"
    if _XML.match(start):
        return "an XML file"
    if _JSON.match(start):
        return "a JSON message"
    return "text"


def _old_office(data: bytes) -> str:
    if "EncryptedPackage".encode(_WIDE) in data:
        return PROTECTED
    if "WordDocument".encode(_WIDE) in data:
        return "an old Word document (.doc)"
    return "an old Excel workbook (.xls)"


def check_size(size: int, filename: str, *, limits: Limits = DEFAULT) -> None:
    """Refuse a file above `limits.file_bytes`."""
    if size > limits.file_bytes:
        raise Refusal(
            f'"{display_name(filename)}" is {size / MB:.1f} MB; the most this service reads is '
            f"{limits.file_bytes / MB:.0f} MB. Split it into smaller files."
        )


def check_workbook(data: bytes, filename: str, *, limits: Limits = DEFAULT) -> None:
    """Refuse a zip that is a bomb, is encrypted, holds macros or other files, or is not an .xlsx workbook.

    Every entry is unpacked once, counted and checked against its checksum, so that a directory which lies about
    sizes is found here and not by the reader. External links and embedded pictures are never followed or read.
    """
    name = display_name(filename)
    _check_directory(data, name, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, name, limits)
            _check_parts({entry.filename for entry in entries}, archive, name)
            _unpack(archive, entries, name, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, struct.error) as error:
        raise Refusal(f'"{name}" is damaged and cannot be opened. Save it again in Excel, and upload it.') from error


def _check_directory(data: bytes, name: str, limits: Limits) -> None:
    """The directory's own size, before Python builds an object for each of its entries."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if place < 0 or len(data) < place + 22:
        raise Refusal(f'"{name}" is cut short. Check that the download or export finished, and upload it again.')
    entries, size, offset = struct.unpack("<HII", data[place + 10 : place + 20])
    too_many = entries > limits.zip_entries or size > limits.zip_entries * 512 or 0xFFFFFFFF in {size, offset}
    if too_many:
        raise Refusal(
            f'"{name}" holds more than {limits.zip_entries} parts, which no ordinary workbook does. '
            "Copy the rows into a new workbook, and upload that."
        )


def _check_entries(entries: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refusal(f'"{name}" is {PROTECTED}. Remove the password in Excel, and upload it again.')
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise Refusal(f'"{name}" is compressed in a way that Excel does not use. Save it again in Excel.')
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Refusal(f'"{name}" holds the same part twice. Save it again in Excel, and upload it.')
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise Refusal(
            f'"{name}" unpacks to {unpacked / MB:.0f} MB; the most this service opens is '
            f"{limits.unpacked_bytes / MB:.0f} MB. Split it, or save it as CSV."
        )
    if any(_bomb(entry, limits) for entry in entries):
        raise Refusal(
            f'"{name}" is compressed more than {limits.zip_ratio} times, as a zip bomb is. '
            "Copy the rows into a new workbook, and upload that."
        )


def _bomb(entry: zipfile.ZipInfo, limits: Limits) -> bool:
    large = entry.file_size > RATIO_MATTERS_FROM
    return large and entry.file_size > limits.zip_ratio * max(entry.compress_size, 1)


def _check_parts(names: set[str], archive: zipfile.ZipFile, name: str) -> None:
    """By the parts it holds: a workbook without macros, or the words for what it is."""
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise Refusal(f'"{name}" holds macros. Save it as an Excel workbook without macros (.xlsx), and upload that.')
    if "xl/workbook.xml" in names:
        if "[Content_Types].xml" in names and b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise Refusal(f'"{name}" can hold macros. Save it as an Excel workbook (.xlsx), and upload that.')
        return
    kinds = [
        ("word/document.xml", "a Word document"),
        ("ppt/presentation.xml", "a PowerPoint presentation"),
        ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
        ("content.xml", "an OpenDocument spreadsheet"),
    ]
    words = next((words for part, words in kinds if part in names), "a zip file that holds no workbook")
    raise Refusal(f'"{name}" is {words}, not a table that this service reads. {SAVE_AS}')


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    total = 0
    for entry in entries:
        with archive.open(entry) as part:
            start = part.read(4096)
            if start.startswith((_ZIP, _OLE)):
                raise Refusal(f'"{name}" holds another file inside it. Copy the rows into a new workbook.')
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise Refusal(f'"{name}" declares its own XML entities, as no workbook from Excel does.')
            total += len(start)
            while chunk := part.read(1 * MB):
                total += len(chunk)
        if total > limits.unpacked_bytes:
            raise Refusal(f'"{name}" unpacks to more than {limits.unpacked_bytes / MB:.0f} MB. Save it as CSV.')
