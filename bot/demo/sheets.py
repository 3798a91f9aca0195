"""How do the offices' programs lay out a list? Excel with titles and totals, HTML, CSV with `;`."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter

from bot.demo import dossiers
from bot.demo.days import YEAR

Rows = Sequence[Mapping[str, object]]
# Files of one day are the same bytes whenever they are made.
_CREATED = datetime(2021, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def write_dossiers(path: Path, rows: Rows, day: date, *, whole: bool = True) -> None:
    """The one-stop software's report: titles, a header of two rows, groups, totals, signatures."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("Danh sách hồ sơ")
        bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
        group = book.add_format({"bold": True})
        last = len(dossiers.COLUMNS) - 1
        _titles(sheet, bold, last, _title(day))
        lead = len(dossiers.LEADING)
        for place, name in enumerate(dossiers.COLUMNS):
            if lead <= place < lead + len(dossiers.TIMES):
                sheet.write(6, place, name, bold)
            else:
                sheet.merge_range(5, place, 6, place, name, bold)
        sheet.merge_range(5, lead, 5, lead + len(dossiers.TIMES) - 1, "Thời gian", bold)
        line = 7
        parts = groupby(rows, key=lambda row: row[dossiers.FIELD])
        for number, (field, members) in enumerate(parts, 1):
            sheet.write(line, 0, _roman(number), group)
            sheet.merge_range(line, 1, line, last, f"Lĩnh vực: {field}", group)
            line += 1
            start = line
            for count, row in enumerate(members, 1):
                sheet.write_number(line, 0, count)
                for place, name in enumerate(dossiers.COLUMNS[1:], 1):
                    if row[name]:
                        sheet.write_string(line, place, str(row[name]))
                line += 1
            if whole:
                sheet.write(line, 1, f"Cộng lĩnh vực {field}: {line - start} hồ sơ", group)
                line += 1
        if whole:
            sheet.write(line, 1, "TỔNG CỘNG", group)
            sheet.write_number(line, 2, len(rows), group)
            _signatures(sheet, line + 2, day)


def write_book(path: Path, title: str, columns: Sequence[str], rows: Rows, day: date) -> None:
    """A book kept by hand in Excel: a title, one header row, real dates and a signature block."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("Sổ theo dõi")
        bold = book.add_format({"bold": True, "align": "center"})
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        _titles(sheet, bold, len(columns) - 1, title)
        for place, name in enumerate(columns):
            sheet.write(5, place, name, bold)
        for line, row in enumerate(rows, 6):
            for place, name in enumerate(columns):
                value = row[name]
                if name == "Ngày thư" and line % 2:  # some clerks type a date, some a text
                    typed = datetime.strptime(str(value), "%d/%m/%Y")  # noqa: DTZ007
                    sheet.write_datetime(line, place, typed, as_date)
                elif isinstance(value, int):
                    sheet.write_number(line, place, value)
                elif value:
                    sheet.write_string(line, place, str(value))
        _signatures(sheet, 7 + len(rows), day)


def write_html(path: Path, title: str, columns: Sequence[str], rows: Rows) -> None:
    """What the document system calls .xls: an HTML table."""
    out = io.StringIO()
    out.write('<html><head><meta charset="utf-8"></head><body>\n')
    out.write(f"<h3>{html.escape(title)}</h3>\n<table border='1'>\n<tr>")
    out.writelines(f"<th>{html.escape(name)}</th>" for name in columns)
    out.write("</tr>\n")
    for row in rows:
        cells = "".join(f"<td>{html.escape(str(row[name]))}</td>" for name in columns)
        out.write(f"<tr>{cells}</tr>\n")
    out.write("</table></body></html>\n")
    path.write_text(out.getvalue(), "utf-8", newline="\n")


def write_csv(path: Path, columns: Sequence[str], rows: Rows) -> None:
    """The mail console's list: UTF-8 with a byte order mark, `;` between cells."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([row[name] for name in columns] for row in rows)


def _title(day: date) -> str:
    until = date.fromordinal(day.toordinal() - 1)
    return f"DANH SÁCH HỒ SƠ (Từ ngày {YEAR:%d/%m/%Y} đến ngày {until:%d/%m/%Y})"


def _titles(sheet: xlsxwriter.worksheet.Worksheet, bold: object, last: int, title: str) -> None:
    half = last // 2
    sheet.merge_range(0, 0, 0, half, "ỦY BAN NHÂN DÂN HUYỆN CẦN GIỜ", bold)
    sheet.merge_range(0, half + 1, 0, last, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold)
    sheet.merge_range(1, 0, 1, half, "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ", bold)
    sheet.merge_range(1, half + 1, 1, last, "Độc lập - Tự do - Hạnh phúc", bold)
    sheet.merge_range(3, 0, 3, last, title, bold)


def _signatures(sheet: xlsxwriter.worksheet.Worksheet, line: int, day: date) -> None:
    sheet.write(line, 2, f"Cần Giờ, ngày {day.day} tháng {day.month} năm {day.year}")
    sheet.write(line + 1, 1, "NGƯỜI LẬP BIỂU")
    sheet.write(line + 1, 3, "TRƯỞNG BỘ PHẬN")


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text
