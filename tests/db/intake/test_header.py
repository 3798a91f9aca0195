"""Is the header found under what offices print above it, and its kind and columns known?"""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.intake.header import Header, explain_missing, find_header, fold
from db.intake.words import shipped_words
from db.records import UnreadColumn
from tests.db.intake.made import SAMPLES

WORDS = shipped_words()
PLAIN = ["STT", "Số hồ sơ", "Đơn vị", "Ngày tiếp nhận", "Ngày hẹn trả", "Trạng thái"]
TITLES = [
    ["ỦY BAN NHÂN DÂN HUYỆN CẦN GIỜ", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ", "", "", "Độc lập - Tự do - Hạnh phúc"],
    [],
    ["", "DANH SÁCH HỒ SƠ (Từ ngày 01/01/2021 đến ngày 22/03/2021)"],
    [],
]
GROUPED = [
    ["STT", "Số hồ sơ", "Thủ tục", "Thời gian", "", "", "Trạng thái"],
    ["", "", "", "Tiếp nhận", "Hẹn trả", "Xử lý xong", ""],
]
DATA = ["1", "000.02.16.H29-210301-0001", "Xã Lý Nhơn", "01/03/2021", "02/03/2021", "Đang xử lý"]


def find(rows: list[list[str]], kind: str | None = None) -> Header | None:
    return find_header(rows, WORDS.synonyms, required=WORDS.required, kind=kind)


@pytest.mark.parametrize(
    ("name", "kind", "lacks"),
    [
        ("ho_so", "dossiers", {"payment"}),
        ("thu_xin_loi", "letters", set()),
        ("hop_thu", "mailboxes", {"last_sent"}),
        ("van_ban", "documents", {"note"}),
    ],
)
def test_each_sample_is_known_by_its_header_alone(name: str, kind: str, lacks: set[str]) -> None:
    text = (SAMPLES / f"{name}.csv").read_text(encoding="utf-8")
    header = find(list(csv.reader(text.splitlines())))
    assert header is not None
    assert (header.kind, header.row, header.last_row) == (kind, 1, 1)
    assert (header.unknown, header.duplicated, header.missing) == ((), (), ())
    assert set(WORDS[kind].columns) - set(header.columns) == lacks


def test_a_list_of_units_in_english_is_known() -> None:
    header = find([["slug", "name", "kind", "parent", "code", "valid_from", "valid_to", "aliases"]])
    assert header is not None
    assert header.kind == "units"
    assert list(header.columns.values()) == list(range(8))


def test_the_letterhead_is_passed_and_the_period_is_read() -> None:
    header = find([*TITLES, PLAIN, DATA])
    assert header is not None
    assert (header.row, header.last_row) == (6, 6)
    assert header.period == (20210101, 20210322)
    assert "Độc lập - Tự do - Hạnh phúc" in header.titles


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(GROUPED, id="a group cell shown once over its parts"),
        pytest.param(
            [GROUPED[0], ["STT", "Số hồ sơ", "Thủ tục", *GROUPED[1][3:6], "Trạng thái"]],
            id="cells merged over both rows shown in both",
        ),
        pytest.param(
            [["", "", "", "Thời gian", "Thời gian", "Thời gian", ""],
             ["STT", "Số hồ sơ", "Thủ tục", "Tiếp nhận", "Hẹn trả", "Xử lý xong", "Trạng thái"]],
            id="a group row above a full header",
        ),
    ],
)  # fmt: skip
def test_a_header_of_two_rows_is_joined(rows: list[list[str]]) -> None:
    header = find([*TITLES, *rows, DATA])
    assert header is not None
    assert header.last_row == 7
    assert dict(header.columns) == {
        "ordinal": 0,
        "code": 1,
        "procedure": 2,
        "received": 3,
        "due": 4,
        "finished": 5,
        "status": 6,
    }


def test_a_title_above_a_header_of_one_row_is_not_joined_to_it() -> None:
    header = find([["DANH SÁCH", "", "", "", "", ""], PLAIN, DATA])
    assert header is not None
    assert (header.row, header.last_row) == (2, 2)
    assert len(header.columns) == 6


@pytest.mark.parametrize(
    "text",
    ["NGÀY HẸN TRẢ", "Ngay hen tra", "NgayHenTra", "ngày  hẹn\ntrả:", "Ngày hẹn trả (dd/mm/yyyy)",
     "Ngày hẹn trả *", "Hạn giải quyết", "Nga\u0300y he\u0323n tra\u0309"],
)  # fmt: skip
def test_a_header_is_known_however_it_is_typed(text: str) -> None:
    header = find([["Số hồ sơ", "Trạng thái", text]])
    assert header is not None
    assert header.columns["due"] == 2


def test_unknown_and_repeated_columns_are_told() -> None:
    header = find([["Số hồ sơ", "Ngày nhận", "Ngày nộp", "Màu bìa", "", "Trạng thái", "Đơn vị"]])
    assert header is not None
    assert header.unknown == ((3, "Màu bìa"),)
    assert header.duplicated == (
        UnreadColumn(
            name="received", column=3, heading="Ngày nộp", read=2, read_heading="Ngày nhận"
        ),
    )
    assert header.columns["received"] == 1


def test_a_missing_column_is_named_as_an_office_would_write_it() -> None:
    header = find([["STT", "Số hồ sơ", "Đơn vị tiếp nhận", "Ngày tiếp nhận", "Trạng thái"]])
    assert header is not None
    assert header.missing == ("due",)
    sentence = explain_missing(header, WORDS["dossiers"].spoken)
    assert sentence.startswith("the header in row 1 reads as dossiers but lacks the column")
    assert "'Ngày hẹn trả' (due)" in sentence


def test_the_kind_may_be_given() -> None:
    rows = [["STT", "Số hồ sơ", "Ngày thư", "Ngày hẹn lại", "Trạng thái", "Hạn xử lý"]]
    assert [header.kind if (header := find(rows, kind)) else None for kind in
            ("letters", "dossiers", "mailboxes")] == ["letters", "dossiers", None]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="no rows"),
        pytest.param([["a", "b", "c"]] * 40, id="no known name"),
        pytest.param([["STT", "Trạng thái", "x"]] * 5, id="two known names"),
        pytest.param([[""]] * 30 + [PLAIN], id="a header below the thirtieth row"),
    ],
)
def test_without_three_known_names_there_is_no_header(rows: list[list[str]]) -> None:
    assert find(rows) is None


# Titles are what stands above: no three known headers in one row.
CELL = st.sampled_from(["", "", "UBND xã", "BÁO CÁO", "Quý I/2021", "Số: 12/BC", "x y", "Trang 1"])


@given(titles=st.lists(st.lists(CELL, max_size=8), max_size=28), left=st.integers(0, 3))
def test_any_titles_above_leave_the_header_where_it_is(titles: list[list[str]], left: int) -> None:
    blank = [""] * left
    header = find([*titles, [*blank, *PLAIN], [*blank, *DATA]])
    assert header is not None
    assert header.last_row == len(titles) + 1
    assert header.columns["due"] == left + 4
    assert len(header.columns) == 6


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Số hồ sơ", "so ho so"),
        ("  ĐƠN VỊ:  ", "don vi"),
        ("Ðất", "dat"),
        ("Số, ký hiệu", "so ky hieu"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
