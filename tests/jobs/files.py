"""Files made for the tests: honest workbooks, and the hostile ones."""

import io
import struct
import zipfile
from datetime import date, datetime, time, timedelta

import xlsxwriter

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.{kind}+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*sheets, hidden=()):
    """An honest workbook; each sheet is (name, rows)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        forms = {
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            time: book.add_format({"num_format": "hh:mm"}),
            timedelta: book.add_format({"num_format": "[hh]:mm"}),
        }
        for name, rows in sheets:
            page = book.add_worksheet(name)
            if name in hidden:
                page.hide()
            else:
                page.activate()
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    page.write(number, place, value, forms.get(type(value)))
    return buffer.getvalue()


def parts(cells="", *, kind="main", calculate="", prefix=""):
    """The parts of a small workbook whose one sheet holds `cells`, raw XML of rows."""
    return {
        "[Content_Types].xml": TYPES.format(kind=kind),
        "_rels/.rels": f'{RELATIONS}<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<?xml version="1.0"?>{prefix}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="S" sheetId="1" r:id="rId1"/></sheets>{calculate}</workbook>',
        "xl/_rels/workbook.xml.rels": f'{RELATIONS}<Relationship Id="rId1" Type="{OFFICE}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }


def zipped(entries, *, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def raw_workbook(cells, **how):
    return zipped(parts(cells, **how))


def text_row(number, *values):
    cells = "".join(
        f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for place, value in enumerate(values)
    )
    return f'<row r="{number}">{cells}</row>'


def zip_bomb(megabytes=200):
    return zipped({**parts(), "xl/worksheets/sheet1.xml": b"0" * (megabytes * 1024 * 1024)})


def lying_bomb():
    """A zip whose directory claims that its large entry is small."""
    data = bytearray(zip_bomb(30))
    size = struct.pack("<I", 30 * 1024 * 1024)
    small = struct.pack("<I", 1000)
    return bytes(data.replace(size, small))


def encrypted_zip():
    data = bytearray(raw_workbook(text_row(1, "a", "b")))
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


def old_office(marker):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + marker.encode("utf-16-le") + b"\x00" * 600


def wide_grid():
    """Two cells at the far corners of the grid: a reader that makes the grid needs hundreds of gigabytes."""
    return raw_workbook('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def shared_text_bomb():
    """One long text that hundreds of thousands of cells point at."""
    long = "x" * 32_000
    cells = "".join(f'<c r="A{number}" t="s"><v>0</v></c>' for number in range(1, 50_001))
    entries = parts(f"<row>{cells}</row>")
    entries["xl/sharedStrings.xml"] = f'<?xml version="1.0"?><sst xmlns="{MAIN}"><si><t>{long}</t></si></sst>'
    entries["xl/_rels/workbook.xml.rels"] = entries["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    return zipped(entries)
