"""The plan and log of inspections: when is one planned, when is it finished, what is not told?"""

from __future__ import annotations

import gzip
from datetime import date
from typing import Any

import pytest

from tests.db.intake.delivering import Desk

HEADER = (
    "Đơn vị được kiểm tra", "Hình thức", "Thời gian dự kiến", "Ngày kiểm tra", "Trưởng đoàn",
    "Số biên bản", "Ngày kết luận", "Kiểm tra trách nhiệm người đứng đầu", "Số kiến nghị",
    "Đã khắc phục", "Hạn khắc phục", "Ghi chú",
)  # fmt: skip
PLACES = {
    "unit": 0, "form": 1, "planned": 2, "inspected": 3, "leader": 4, "minutes": 5, "concluded": 6,
    "covers_head": 7, "recommendations": 8, "remedied": 9, "remedy_due": 10, "note": 11,
}  # fmt: skip


def inspection(**given: str) -> list[str]:
    """A finished periodic inspection of Bình Khánh on 18/03; columns of it change."""
    row = ["UBND xã Bình Khánh", "Định kỳ", "Tháng 3/2021", "18/03/2021", "", "01/BB-KT", "", "Có",
           "", "", "", ""]  # fmt: skip
    for name, value in given.items():
        row[PLACES[name]] = value
    return row


def planned(**given: str) -> list[str]:
    return inspection(inspected="", minutes="", covers_head="", **given)


def known(desk: Desk, columns: str) -> list[Any]:
    return desk.known(columns, "inspections", "unit_id, occasion")


@pytest.mark.parametrize(
    ("row", "expected", "flags"),
    [
        (inspection(), (20210318000000, 1), []),
        (inspection(minutes="", concluded="22/03/2021"), (20210318000000, 1), []),
        (inspection(inspected="", minutes="", concluded="22/03/2021"), (20210322000000, 1), []),
        (inspection(minutes=""), (20210318000000, 0), []),
        (inspection(minutes="", concluded="25/03/2021"), (20210318000000, 0), []),
        (planned(), (None, 0), []),
        (inspection(inspected=""), (None, 0), ["finish_without_date"]),
        (inspection(inspected="24/03/2021"), (None, 0), ["future_date"]),
    ],
    ids=[
        "minutes finish it",
        "so does a conclusion",
        "a conclusion alone tells the day",
        "neither: it is not finished",
        "a conclusion to come is none",
        "planned",
        "minutes without any day",
        "a day to come is a plan",
    ],
)
def test_when_an_inspection_is_finished(
    desk: Desk, row: list[str], expected: tuple[int | None, int], flags: list[str]
) -> None:
    report = desk.table(HEADER, row)
    assert known(desk, "inspected, finished") == [expected]
    assert [(flag.key, flag.flag) for flag in report.flags] == [
        ("xa_binh_khanh", flag) for flag in flags
    ]


@pytest.mark.parametrize(
    ("text", "occasion", "first", "last"),
    [
        ("Tháng 3/2021", "2021-03", 20210301000000, 20210331235959),
        ("T3/2021", "2021-03", 20210301000000, 20210331235959),
        ("Tháng 3", "2021-03", 20210301000000, 20210331235959),
        ("Tháng 3-4/2021", "2021-03..04", 20210301000000, 20210430235959),
        ("Quý II/2021", "2021-Q2", 20210401000000, 20210630235959),
        ("Quý 2 năm 2021", "2021-Q2", 20210401000000, 20210630235959),
        ("6 tháng cuối năm 2021", "2021-H2", 20210701000000, 20211231235959),
        ("Năm 2021", "2021", 20210101000000, 20211231235959),
        ("15/04/2021", "20210415", 20210415000000, 20210415235959),
        ("", "2021", 20210101000000, 20211231235959),
    ],
)
def test_for_when_an_inspection_is_planned(
    desk: Desk, text: str, occasion: str, first: int, last: int
) -> None:
    desk.table(HEADER, planned(planned=text))
    assert known(desk, "occasion, planned_from, planned_to") == [(occasion, first, last)]


def test_what_was_planned_is_found_again_when_it_is_done(desk: Desk) -> None:
    desk.table(HEADER, planned(planned="Tháng 3/2021"), day=date(2021, 3, 1))
    desk.table(HEADER, inspection(planned="T3/2021"))
    assert known(desk, "occasion, finished") == [("2021-03", 1)]


def test_inspections_are_told_apart_by_their_day_where_no_plan_does(desk: Desk) -> None:
    report = desk.table(
        HEADER,
        inspection(form="Đột xuất", planned="", inspected="05/03/2021"),
        inspection(form="Đột xuất", planned="", inspected="22/03/2021"),
        inspection(),
        inspection(inspected="19/03/2021"),
        inspection(),
    )
    assert known(desk, "form, occasion") == [
        ("periodic", "2021-03"),
        ("surprise", "20210305"),
        ("periodic", "20210319"),
        ("surprise", "20210322"),
    ]
    assert report.dropped == {"duplicate": 1}


@pytest.mark.parametrize(
    ("columns", "cells", "covers"),
    [
        ((), ("Có",), 1),
        ((), ("Không",), 0),
        ((), ("",), None),
        (("Quy tắc ứng xử",), ("Có", "Có"), 1),
        (("Quy tắc ứng xử",), ("Có", "Không"), 0),
        (("Quy tắc ứng xử",), ("", "Có"), 1),
    ],
    ids=[
        "the head is covered", "is not", "nobody says", "and the code of conduct too",
        "but not the code of conduct", "only the code of conduct is spoken of",
    ],
)  # fmt: skip
def test_what_the_minutes_cover(
    desk: Desk, columns: tuple[str, ...], cells: tuple[str, ...], covers: int | None
) -> None:
    desk.table((*HEADER, *columns), [*inspection(covers_head=cells[0]), *cells[1:]])
    assert known(desk, "covers_head") == [covers]


def test_recommendations_are_counted_and_a_word_for_a_number_is_flagged(desk: Desk) -> None:
    report = desk.table(
        HEADER,
        inspection(recommendations="3", remedied="1", remedy_due="30/04/2021"),
        inspection(unit="Lý Nhơn", recommendations="2", remedied="5"),
        inspection(unit="Thạnh An", recommendations="nhiều"),
    )
    assert set(known(desk, "recommendations, remedied, remedy_due")) == {
        (3, 1, 20210430235959),
        (2, 2, None),
        (0, 0, None),
    }
    assert [(flag.key, flag.flag) for flag in report.flags] == [
        ("xa_ly_nhon", "more_done_than_there_was"),
        ("xa_thanh_an", "bad_number:recommendations"),
    ]


@pytest.mark.parametrize("unreadable", ["ba", "-1", "99999999999999999999", "#DIV/0!"])
@pytest.mark.parametrize("column", ["recommendations", "remedied"])
def test_a_number_that_cannot_be_read_leaves_nothing_undone(
    desk: Desk, column: str, unreadable: str
) -> None:
    given = {"recommendations": "3", "remedied": "1", column: unreadable}
    report = desk.table(HEADER, inspection(**given))
    assert known(desk, "recommendations, remedied") == [(0, 0)]
    assert [flag.flag for flag in report.flags] == [f"bad_number:{column}"]


def test_who_inspects_and_remarks_are_not_kept(desk: Desk) -> None:
    desk.table(HEADER, inspection(leader="Nguyễn Văn Kiểm", note="ông Tám đi vắng"))
    kept = [gzip.decompress(path.read_bytes()).decode() for path in desk.archive.rglob("*.gz")]
    told = "".join(kept) + str(desk.rows("SELECT * FROM inspections"))
    assert "01/BB-KT" in kept[0]
    assert "Nguyễn Văn Kiểm" not in told
    assert "ông Tám" not in told


def test_a_cancelled_inspection_leaves_the_plan(desk: Desk) -> None:
    header = (*HEADER, "Trạng thái")
    desk.table(header, [*planned(), ""], [*planned(unit="Lý Nhơn"), ""])
    report = desk.table(
        header, [*planned(), "Hủy"], [*planned(unit="Lý Nhơn"), ""], day=date(2021, 3, 24)
    )
    assert report.dropped == {"cancelled": 1}
    assert known(desk, "unit_id") == [desk.unit("xa_ly_nhon")]


def test_a_planned_one_that_the_newest_book_lacks_is_kept_and_flagged_unless_a_surprise(
    desk: Desk,
) -> None:
    desk.table(
        HEADER, planned(planned="Tháng 5/2021"), planned(unit="Long Hòa", form="Đột xuất"),
        inspection(unit="Thạnh An"),
    )  # fmt: skip
    report = desk.table(HEADER, planned(unit="Lý Nhơn"), day=date(2021, 3, 24))
    assert [(flag.row, flag.key, flag.flag) for flag in report.flags] == [
        (0, "xa_binh_khanh 2021-05", "not_in_the_file")
    ]
    assert len(known(desk, "id")) == 4


def test_a_file_that_knows_only_one_unit_speaks_of_the_whole_district(desk: Desk) -> None:
    desk.table(HEADER, planned(unit="Long Hòa", form="Đột xuất"))
    assert desk.rows("SELECT * FROM delivery_units") == [], "or the ledger would name the unit"
    assert desk.known("scope", "deliveries", "id") == ["*"]
