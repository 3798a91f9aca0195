"""Is a file that is no table refused with a sentence that names what it is?"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from db.intake.refusals import Limits, UnreadableFile
from db.intake.workbook import open_workbook
from tests.db.intake.made import make_csv, make_html, make_xls, make_xlsx

SMALL = Limits(
    max_bytes=2_000_000,
    max_unpacked=3_000_000,
    max_ratio=50,
    max_rows=50,
    max_columns=20,
    max_cell=500,
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROWS = [["Số hồ sơ", "Ngày"], ["A-1", "01/03/2021"]]


Make = Callable[[Path], object]


def write(content: bytes) -> Make:
    return lambda path: path.write_bytes(content)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def cut_off(path: Path) -> None:
    make_xlsx(path, ROWS)
    path.write_bytes(path.read_bytes()[:-300])


def damaged_inside(path: Path) -> None:
    make_xlsx(path, ROWS)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    content[start : start + 40] = b"\x55" * 40
    path.write_bytes(bytes(content))


def cut_off_xls(path: Path) -> None:
    make_xls(path, ROWS)
    path.write_bytes(path.read_bytes()[:2_000])


def bomb(path: Path) -> None:
    make_xlsx(path, ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", bytes(2_500_000))


def large_inside(path: Path) -> None:
    make_xlsx(path, ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"xl/media/image{number}.bin", bytes(900_000))


def lying_bomb(path: Path) -> None:
    """A part whose directory entry tells a hundredth of its true size."""
    make_xlsx(path, ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", bytes(2_500_000))
    content = path.read_bytes().replace(struct.pack("<L", 2_500_000), struct.pack("<L", 25_000))
    path.write_bytes(content)


def zip_of(name: str) -> Make:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "x")

    return make


def far_cell(row: int, column: int) -> Make:
    def make(path: Path) -> None:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write(0, 0, "x")
            sheet.write(row, column, "y")

    return make


def many(rows: int, columns: int, make: Callable[..., Path]) -> Make:
    return lambda path: make(path, [["x"] * columns] * rows)


def read_all(path: Path, limits: Limits) -> None:
    for sheet in open_workbook(path, limits=limits).sheets:
        for _ in sheet.rows:
            pass


@pytest.mark.parametrize(
    ("make", "name", "code", "says"),
    [
        pytest.param(write(b""), "a.csv", "empty", "0 bytes", id="nothing"),
        pytest.param(write(b"\n , \n"), "a.csv", "empty", "no rows", id="blank lines alone"),
        pytest.param(many(0, 0, make_xlsx), "a.xlsx", "empty", "no rows", id="an empty workbook"),
        pytest.param(many(0, 0, make_html), "a.xls", "empty", "no table", id="a page of no table"),
        pytest.param(write(b"%PDF-1.7"), "a.xlsx", "not_a_table", "a PDF", id="a PDF"),
        pytest.param(write(b"\x89PNG\r\n"), "a.xlsx", "not_a_table", "a PNG", id="a picture"),
        pytest.param(zip_of("a.csv"), "a.xlsx", "not_a_table", "zip archive", id="a zip"),
        pytest.param(zip_of("word/document.xml"), "a.xlsx", "not_a_table", "Word", id="a letter"),
        pytest.param(
            write(OLE + bytes(600) + wide("Root Entry") + wide("WordDocument")),
            *("a.xls", "not_a_table", "old Office"),
            id="an old .doc",
        ),
        pytest.param(
            write(OLE + bytes(600) + wide("EncryptedPackage")),
            *("a.xlsx", "encrypted", "password"),
            id="a workbook with a password",
        ),
        pytest.param(cut_off, "a.xlsx", "corrupt", "cut off", id="a workbook cut off"),
        pytest.param(
            damaged_inside, "a.xlsx", "corrupt", "damaged", id="a workbook damaged inside"
        ),
        pytest.param(cut_off_xls, "a.xls", "corrupt", "damaged", id="an old workbook cut off"),
        pytest.param(bomb, "a.xlsx", "zip_bomb", "times its size", id="a part that swells"),
        pytest.param(large_inside, "a.xlsx", "zip_bomb", "unpacks to", id="too much inside"),
        pytest.param(lying_bomb, "a.xlsx", "corrupt", "damaged", id="a part that lies on its size"),
        pytest.param(far_cell(3, 16_000), "a.xlsx", "too_many_columns", "16001", id="a far column"),
        pytest.param(far_cell(900_000, 2), "a.xlsx", "too_many_rows", "900,001", id="a far row"),
        pytest.param(write(b"x" * 2_000_001), "a.csv", "too_large", "2 MB", id="too many bytes"),
        pytest.param(many(51, 2, make_csv), "a.csv", "too_many_rows", "50", id="too many lines"),
        pytest.param(many(51, 2, make_html), "a.xls", "too_many_rows", "50", id="a long page"),
        pytest.param(many(2, 21, make_csv), "a.csv", "too_many_columns", "21", id="a wide line"),
        pytest.param(many(2, 21, make_html), "a.xls", "too_many_columns", "21", id="a wide page"),
        pytest.param(
            many(2, 21, make_xls), "a.xls", "too_many_columns", "21", id="an old wide one"
        ),
        pytest.param(
            write(b"a,b\nc," + b"d" * 501),
            "a.csv",
            "long_cell",
            "row 2, column 2",
            id="a long cell",
        ),
        pytest.param(
            write(b'a,b\nc,"' + b"d\n" * 300), "a.csv", "long_cell", "quotation", id="an open quote"
        ),
        pytest.param(
            write(b'a,b\nc,"' + b"d\n" * 100_000),
            *("a.csv", "long_cell", "quotation"),
            id="a quote open over a whole file",
        ),
        pytest.param(write(b"a,b\n\x00\x01,c\n"), "a.csv", "binary", "zero bytes", id="zero bytes"),
        pytest.param(
            write("Xã,b\n".encode() + b"x,y\n" * 70_000 + b"\xff\xfe,c\n"),
            *("a.csv", "broken_encoding", "line 70002"),
            id="an encoding that changes on the way",
        ),
        pytest.param(
            write("a\nXã Bình Khánh, hộ tịch\n".encode() + b"\xc3(\n" + "đất đai\n".encode()),
            *("a.csv", "broken_encoding", "line 3"),
            id="one damaged letter",
        ),
        pytest.param(
            write("Номер дела,Дата приёма,Срок\n".encode("cp1251")),
            *("a.csv", "unknown_encoding", "UTF-8"),
            id="letters of another language",
        ),
        pytest.param(
            write(b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'),
            *("a.xls", "xml_spreadsheet", ".xlsx"),
            id="an XML spreadsheet of 2003",
        ),
        pytest.param(
            write(b"\x09\x08\x10\x00"), "a.xls", "old_excel", "1997", id="an Excel of 1993"
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(
    tmp_path: Path, make: Make, name: str, code: str, says: str
) -> None:
    path = tmp_path / name
    make(path)
    limits = Limits() if code in ("broken_encoding", "unknown_encoding") else SMALL
    with pytest.raises(UnreadableFile) as refused:
        read_all(path, limits)
    assert refused.value.reason_code == code
    assert says in refused.value.message
    assert "\n" not in refused.value.message
