"""Does a file of any kind come in as the same text cells?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest

from db.intake.workbook import Limits, hash_file, open_workbook
from tests.db.intake.made import (
    SAMPLES,
    Cell,
    as_tcvn3,
    make_csv,
    make_html,
    make_ods,
    make_xls,
    make_xlsx,
)

LIMITS = Limits()
HEADER = ["Số hồ sơ", "Ngày tiếp nhận", "Trạng thái"]


def cells_of(path: Path) -> list[list[str]]:
    return list(next(open_workbook(path, limits=LIMITS).sheets).rows)


@pytest.mark.parametrize(
    ("make", "name", "kind"),
    [
        pytest.param(make_csv, "a.csv", "csv", id="a csv"),
        pytest.param(make_xlsx, "a.xlsx", "xlsx", id="a workbook of today"),
        pytest.param(make_xls, "a.xls", "xls", id="a workbook of 1997"),
        pytest.param(make_ods, "a.ods", "ods", id="an OpenDocument sheet"),
        pytest.param(make_html, "a.xls", "html", id="a web page that calls itself .xls"),
        pytest.param(make_xlsx, "a.csv", "xlsx", id="a workbook that calls itself .csv"),
        pytest.param(make_csv, "a.xlsx", "csv", id="a csv that calls itself .xlsx"),
        pytest.param(make_ods, "a.xls", "ods", id="an OpenDocument sheet that calls itself .xls"),
    ],
)
def test_the_content_tells_the_kind_and_the_cells_are_the_same(
    tmp_path: Path, make: Callable[..., Path], name: str, kind: str
) -> None:
    rows = [HEADER, ["000.02.16.H29-210301-0001", "01/03/2021 08:10", "Đã trả kết quả"]]
    book = open_workbook(make(tmp_path / name, rows), limits=LIMITS)
    assert book.kind == kind
    assert list(next(book.sheets).rows) == rows


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        pytest.param(datetime(2021, 3, 1, 8, 10), "01/03/2021 08:10", id="a moment"),  # noqa: DTZ001
        pytest.param(datetime(2021, 3, 1, 8, 10, 5), "01/03/2021 08:10:05", id="with seconds"),  # noqa: DTZ001
        pytest.param(datetime(2021, 3, 1), "01/03/2021", id="midnight is a day"),  # noqa: DTZ001
        pytest.param(date(2021, 3, 1), "01/03/2021", id="a day"),
        pytest.param(time(8, 30), "08:30", id="a clock time"),
        pytest.param(12, "12", id="a whole number"),
        pytest.param(96.55, "96.55", id="a fraction"),
        pytest.param(2.00016e15, "2000160000000000", id="a large number keeps its digits"),
        pytest.param(True, "TRUE", id="a truth value"),
        pytest.param("=3+4", "7", id="a formula gives its stored value"),
        pytest.param("  Hộ tịch\xa0", "Hộ tịch", id="blanks around go"),
        pytest.param("Ðất đai", "Đất đai", id="the Icelandic letter becomes ours"),
        pytest.param("", "", id="an empty cell"),
    ],
)
def test_a_cell_of_a_workbook_reads_as_text(tmp_path: Path, cell: Cell, shown: str) -> None:
    rows = cells_of(make_xlsx(tmp_path / "a.xlsx", [["mốc", "x"], [cell, "x"]]))
    assert rows[1][0] == shown


@pytest.mark.parametrize("make", [make_xls, make_ods], ids=["in .xls", "in .ods"])
def test_dates_and_numbers_of_the_other_workbooks_read_alike(
    tmp_path: Path, make: Callable[..., Path]
) -> None:
    row = [datetime(2021, 3, 1, 8, 10), date(2021, 3, 1), 12, 96.55, True, "Hộ tịch"]  # noqa: DTZ001
    shown = [["01/03/2021 08:10", "01/03/2021", "12", "96.55", "TRUE", "Hộ tịch"]]
    assert cells_of(make(tmp_path / "a.bin", [row])) == shown


def test_a_text_merged_over_rows_shows_in_each_and_a_number_only_once(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["Đơn vị", "Phiếu", "Ngày"],
        ["Xã Lý Nhơn", 25, "a"],
        ["", "", "b"],
        ["", "", "c"],
    ]
    path = make_xlsx(tmp_path / "a.xlsx", rows, merged=[(1, 0, 2, 0), (1, 1, 2, 1)])
    assert cells_of(path) == [
        ["Đơn vị", "Phiếu", "Ngày"],
        ["Xã Lý Nhơn", "25", "a"],
        ["Xã Lý Nhơn", "", "b"],
        ["", "", "c"],
    ]


def test_rows_are_counted_from_the_top_of_the_sheet_even_when_it_begins_empty(
    tmp_path: Path,
) -> None:
    rows = cells_of(make_xlsx(tmp_path / "a.xlsx", [[], [], ["x", "y"]]))
    assert rows == [["", ""], ["", ""], ["x", "y"]]


def test_an_old_font_in_a_workbook_is_repaired_and_unicode_beside_it_is_left(
    tmp_path: Path,
) -> None:
    rows = [["Số hồ sơ", as_tcvn3("Xã Bình Khánh")], ["x", as_tcvn3("thủ tục đất đai")]]
    assert cells_of(make_xlsx(tmp_path / "a.xlsx", rows)) == [
        ["Số hồ sơ", "Xã Bình Khánh"],
        ["x", "thủ tục đất đai"],
    ]


def test_cells_of_a_page_keep_spans_breaks_and_entities(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(
        "<html><body><table><tr><td rowspan=2>Xã&nbsp;A<td colspan=2>Thời<br>gian</tr>"
        "<tr><td>Tiếp nhận<td>Hẹn trả</tr></table>"
        "<table><tr><th>&lt;1&gt;</th></tr></table></body></html>",
        encoding="utf-8",
    )
    assert cells_of(path) == [["Xã A", "Thời gian", ""], ["Xã A", "Tiếp nhận", "Hẹn trả"], ["<1>"]]


def test_empty_sheets_are_passed_over(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("Bìa")
        book.add_worksheet("Dữ liệu").write(0, 0, "x")
        book.add_worksheet("Khác").write(0, 0, "y")
    sheets = open_workbook(tmp_path / "a.xlsx", limits=LIMITS).sheets
    assert [(sheet.name, list(sheet.rows)) for sheet in sheets] == [
        ("Dữ liệu", [["x"]]),
        ("Khác", [["y"]]),
    ]


def test_the_same_bytes_have_the_same_hash(tmp_path: Path) -> None:
    first, second = make_csv(tmp_path / "1.csv", [HEADER]), make_csv(tmp_path / "2.csv", [HEADER])
    other = make_csv(tmp_path / "3.csv", [HEADER, HEADER])
    assert hash_file(first) == hash_file(second) != hash_file(other)


@pytest.mark.parametrize(
    ("name", "width"),
    [("ho_so", 17), ("thu_xin_loi", 12), ("hop_thu", 11), ("van_ban", 13)],
    ids=["dossiers", "letters", "mailboxes", "documents"],
)
def test_the_samples_have_a_header_and_eight_rows(name: str, width: int) -> None:
    assert [len(cells) for cells in cells_of(SAMPLES / f"{name}.csv")] == [width] * 9
