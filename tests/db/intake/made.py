"""How is a delivered file of each kind made for a test? Small tables in, bytes on disk out."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from html import escape
from pathlib import Path

import xlsxwriter
import xlwt

from db.intake.legacy_fonts import decode_tcvn3

SAMPLES = Path(__file__).parents[2] / "samples"
Cell = str | int | float | bool | datetime | date | time | None
TONES = "\u0300\u0301\u0303\u0309\u0323"


def as_windows_1258(text: str) -> bytes:
    """Windows writes the letter with its hat or horn, and the tone as a mark after it."""
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        parts.append(base + "".join(mark for mark in marks if mark in TONES))
    return "".join(parts).encode("cp1258")


def as_tcvn3(text: str) -> str:
    """The text as a .VnTime font holds it: Latin-1, which only the font shows as Vietnamese."""
    table = {decode_tcvn3(chr(code)): chr(code) for code in range(0xA1, 0x100)}
    return "".join(letter if letter.isascii() else table[letter] for letter in text)


def make_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(",".join(row) + "\r\n" for row in rows).encode(encoding))
    return path


def make_xlsx(
    path: Path, rows: Sequence[Sequence[Cell]], *, merged: Sequence[tuple[int, ...]] = ()
) -> Path:
    """``merged``: (first row, first column, last row, last column), each keeping its first cell."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Dữ liệu")
        formats: dict[type, object] = {
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            time: book.add_format({"num_format": "hh:mm"}),
        }
        for top, left, bottom, right in merged:
            sheet.merge_range(top, left, bottom, right, "")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if type(cell) in formats:
                    sheet.write_datetime(row, column, cell, formats[type(cell)])
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(row, column, cell, None, 7)
                elif cell is not None and cell != "":
                    sheet.write(row, column, cell)
    return path


def make_xls(path: Path, rows: Sequence[Sequence[Cell]]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    styles: dict[type, object] = {
        datetime: xlwt.easyxf(num_format_str="DD/MM/YYYY HH:MM"),
        date: xlwt.easyxf(num_format_str="DD/MM/YYYY"),
    }
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if type(cell) in styles:
                sheet.write(row, column, cell, styles[type(cell)])
            elif cell is not None:
                sheet.write(row, column, cell)
    book.save(str(path))
    return path


def make_ods(path: Path, rows: Sequence[Sequence[Cell]]) -> Path:
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"><manifest:file-entry'
            f' manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{space}:office:1.0"'
            f' xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{lines}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _ods_cell(cell: Cell) -> str:
    if isinstance(cell, datetime):
        value = f'office:value-type="date" office:date-value="{cell:%Y-%m-%dT%H:%M:%S}"'
    elif isinstance(cell, date):
        value = f'office:value-type="date" office:date-value="{cell:%Y-%m-%d}"'
    elif isinstance(cell, bool):
        value = f'office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, int | float):
        value = f'office:value-type="float" office:value="{cell}"'
    elif cell:
        value = 'office:value-type="string"'
    else:
        return "<table:table-cell/>"
    return f"<table:table-cell {value}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def make_html(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n" for cells in rows
    )
    page = f"<html><head><style>td {{x:y}}</style></head><body><table>{lines}</table></body></html>"
    path.write_bytes(page.encode(encoding))
    return path
