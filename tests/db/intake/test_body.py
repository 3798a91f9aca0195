"""Are data rows alone walked, and is what stands between them understood?"""

from __future__ import annotations

import pytest

from db.intake.body import Body, read_table
from db.intake.header import Header
from db.intake.words import shipped_words
from tests.db.intake.test_header import GROUPED, TITLES

WORDS = shipped_words()
HEADER = ["STT", "Số hồ sơ", "Thủ tục", "Ngày tiếp nhận", "Ngày hẹn trả", "Trạng thái"]


def code(number: int) -> str:
    return f"000.02.16.H29-210301-{number:04}"


def row(number: int) -> list[str]:
    return [str(number), code(number), "Đăng ký khai sinh", "01/03/2021", "02/03/2021", "Đã trả"]


def walk(rows: list[list[str]]) -> tuple[Header, Body, list[tuple[int, list[str]]]]:
    found = read_table(iter(rows), WORDS.synonyms, required=WORDS.required, keys=WORDS.keys)
    assert found is not None
    header, body = found
    return header, body, [(number, list(cells)) for number, cells in body]


def codes(rows: list[list[str]]) -> list[str]:
    header, _, walked = walk(rows)
    return [cells[header.columns["code"]] for _, cells in walked]


def test_a_raw_sheet_gives_its_dossiers_and_tells_what_it_left_out() -> None:
    rows = [
        *TITLES,
        *GROUPED,
        ["I", "Lĩnh vực: Hộ tịch"],
        ["1", code(1), "Đăng ký khai sinh", "01/03/2021 08:10", "01/03/2021 17:00", "", "Đã trả"],
        ["2", code(2), "Đăng ký kết hôn", "01/03/2021 08:10", "01/03/2021 17:00", "", "Đã trả"],
        ["", "Cộng lĩnh vực Hộ tịch: 2 hồ sơ"],
        ["II", "Lĩnh vực: Đất đai"],
        ["3", code(3), "Cấp giấy", "01/03/2021 08:10", "01/03/2021 17:00", "", "Đang xử lý"],
        ["", "TỔNG CỘNG", "3"],
        [],
        ["", "", "Cần Giờ, ngày 23 tháng 3 năm 2021"],
        ["NGƯỜI LẬP BIỂU", "", "TRƯỞNG PHÒNG"],
        [],
        ["Nguyễn Văn A", "", "Trần B"],
    ]
    header, body, walked = walk(rows)
    at_field = body.columns["field"]
    assert header.last_row == 7
    assert [(number, cells[1], cells[at_field]) for number, cells in walked] == [
        (9, code(1), "Hộ tịch"),
        (10, code(2), "Hộ tịch"),
        (13, code(3), "Đất đai"),
    ]
    assert body.dropped == {"group": 2, "total": 2, "blank": 2, "signature": 3}
    assert body.printed_total == 3


@pytest.mark.parametrize(
    ("odd", "sort"),
    [
        pytest.param(["", "", ""], "blank", id="a blank row"),
        pytest.param(["TỔNG CỘNG", "8"], "total", id="a total whose number stands under the codes"),
        pytest.param(["Tổng số: 8 hồ sơ"], "total", id="a total in one cell"),
        pytest.param(["", "Tong cong", "8"], "total", id="a total without marks"),
        pytest.param(["", "Cộng xã Bình Khánh", "3"], "total", id="a subtotal"),
        pytest.param(["", "Cộng", "", "3"], "total", id="a bare subtotal"),
        pytest.param(HEADER, "header", id="the header again, on a new page"),
        pytest.param(["", "Người lập biểu"], "signature", id="who made the table"),
        pytest.param(
            ["", "", "Cần Giờ, ngày 23 tháng 3 năm 2021"], "signature", id="the date line"
        ),
        pytest.param(["", "", "Cần Giờ, ngày … tháng … năm 2021"], "signature", id="a blank date"),
        pytest.param(["KT. CHỦ TỊCH", "", "PHÓ CHỦ TỊCH"], "signature", id="a deputy signs"),
        pytest.param(["A", "Lĩnh vực: Đất đai"], "group", id="a group of a field"),
        pytest.param(["I. Lĩnh vực: Đất đai"], "group", id="a group numbered in its own cell"),
        pytest.param(["Đơn vị: UBND xã Lý Nhơn"], "group", id="a group of a unit"),
        pytest.param(["IV", "Đất đai"], "group", id="a group told by its Roman number alone"),
    ],
)
def test_a_row_that_is_no_data_is_left_out(odd: list[str], sort: str) -> None:
    _, body, walked = walk([HEADER, row(1), odd, row(2)])
    assert [(number, cells[1]) for number, cells in walked] == [(2, code(1)), (4, code(2))]
    assert body.dropped == {sort: 1}


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(["7", "", "Tổng hợp", "01/03/2021", "02/03/2021", "x"], id="no code at all"),
        pytest.param(["7", "12 cũ", "Khai sinh", "01/03/2021", "", ""], id="a code with a blank"),
        pytest.param(["7", "1234", "Khai sinh", "01/03/2021", "", ""], id="a bare number"),
        pytest.param(["7", "123/HS-BK", "Tổng cộng", "", "", ""], id="a paper number"),
        pytest.param(["7", "Công an xã", "x", "01/03/2021", "02/03/2021", "y"], id="Công an"),
        pytest.param(["", "Tổng hợp số liệu", "x", "01/03/2021", "", ""], id="Tổng hợp"),
        pytest.param(["7", code(7)], id="a code and nothing else"),
    ],
)
def test_a_row_that_may_be_data_is_kept_for_the_loader_to_judge(odd: list[str]) -> None:
    _, body, walked = walk([HEADER, row(1), odd, row(2)])
    assert [number for number, _ in walked] == [2, 3, 4]
    assert walked[1][1][: len(odd)] == odd
    assert not body.dropped


@pytest.mark.parametrize(
    "numbers",
    [["1", "2", "3", "4", "5", "6"], ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
     ["A", "B", "1", "2", "3", "4"]],
    ids=["plain numbers", "in brackets", "letters and numbers"],
)  # fmt: skip
def test_a_row_that_numbers_the_columns_is_left_out(numbers: list[str]) -> None:
    assert codes([HEADER, numbers, row(1)]) == [code(1)]


def test_groups_nest_in_the_order_in_which_they_come() -> None:
    rows = [
        HEADER,
        ["A", "Đơn vị: UBND xã Lý Nhơn"],
        ["I", "Lĩnh vực: Hộ tịch"],
        row(1),
        ["II", "Lĩnh vực: Đất đai"],
        row(2),
        ["B", "Đơn vị: UBND xã Long Hòa"],
        row(3),
    ]
    _, body, walked = walk(rows)
    field, unit = body.columns["field"], body.columns["unit"]
    assert [(cells[unit], cells[field]) for _, cells in walked] == [
        ("UBND xã Lý Nhơn", "Hộ tịch"),
        ("UBND xã Lý Nhơn", "Đất đai"),
        ("UBND xã Long Hòa", ""),
    ]


def test_a_group_fills_only_the_cells_that_are_blank() -> None:
    header = ["Số hồ sơ", "Lĩnh vực", "Ngày tiếp nhận", "Ngày hẹn trả"]
    rows = [header, ["Lĩnh vực: Hộ tịch"], [code(1), "", "", ""], [code(2), "Đất đai", "", ""]]
    _, body, walked = walk(rows)
    assert [cells[body.columns["field"]] for _, cells in walked] == ["Hộ tịch", "Đất đai"]


@pytest.mark.parametrize(
    ("total", "count"),
    [
        (["", "TỔNG CỘNG", "8"], 8),
        (["Tổng cộng: 1.234 hồ sơ"], 1234),
        (["Tổng số hồ sơ", "", "12"], 12),
        (["", "Cộng lĩnh vực Hộ tịch: 3 hồ sơ"], None),
        (["", "Tổng cộng"], None),
    ],
    ids=["beside", "in the same cell", "further on", "a subtotal", "no number"],
)
def test_the_printed_total_is_read(total: list[str], count: int | None) -> None:
    _, body, _ = walk([HEADER, row(1), total])
    assert body.printed_total == count


def test_short_rows_are_made_as_wide_as_the_header() -> None:
    _, body, walked = walk([HEADER, ["1", code(1)]])
    assert len(walked[0][1]) == body.width == len(HEADER) + 2  # the field and the unit, from groups
