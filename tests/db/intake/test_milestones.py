"""The list of milestones: what a row means, and how one unit's list replaces its last one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from db.records import Outcome
from tests.db.intake.delivering import Desk

HEADER = (
    "Mã mốc", "Chỉ tiêu", "Nội dung công việc", "Đơn vị chủ trì", "Đơn vị phối hợp",
    "Hạn hoàn thành", "Sản phẩm", "Ngày hoàn thành", "Số văn bản", "Trạng thái",
)  # fmt: skip


def milestone(code: str = "M2-01", **given: str) -> list[str]:
    """An open milestone of the department of justice, due on 31/03; columns of it change."""
    row = [code, "2", "Rà soát chức năng", "Phòng Tư pháp", "", "31/03/2021", "Báo cáo", "", "",
           "Đang thực hiện"]  # fmt: skip
    places = {"item": 1, "content": 2, "unit": 3, "partners": 4, "due": 5, "product": 6, "done": 7,
              "evidence": 8, "status": 9}  # fmt: skip
    for name, value in given.items():
        row[places[name]] = value
    return row


def index(status: str, **given: str) -> list[str]:
    return milestone("PAR-20", item="1", content="Chỉ số CCHC năm 2020", status=status, **given)


def known(desk: Desk, columns: str) -> list[Any]:
    return desk.known(columns, "milestones")


@pytest.mark.parametrize(
    ("text", "due", "flags"),
    [
        ("31/03/2021", 20210331235959, []),
        ("Quý II/2021", 20210630235959, []),
        ("Tháng 4/2021", 20210430235959, []),
        ("Tháng 4", 20210430235959, []),
        ("", None, ["no_due_date"]),
        ("Thường xuyên", None, ["bad_date:due"]),
    ],
    ids=["a day", "a quarter's end", "a month's end", "of this year", "none", "no time at all"],
)
def test_when_a_milestone_is_due(desk: Desk, text: str, due: int | None, flags: list[str]) -> None:
    report = desk.table(HEADER, milestone(due=text))
    assert known(desk, "due") == [due]
    assert [flag.flag for flag in report.flags] == flags


@pytest.mark.parametrize(
    ("code", "text", "item", "flags"),
    [
        ("M2-01", "2", "2", []),
        ("M8-01", "8.3", "8.3", []),
        ("M8-01", "8,3", "8.3", []),
        ("M2-01", "2.0", "2", []),
        ("M2-01", "Chỉ tiêu 2", "2", []),
        ("PAR-20", "", "1", []),
        ("M2-01", "Tổ chức bộ máy", "", ["no_item"]),
    ],
    ids=[
        "its number", "with a point", "with a comma", "as a spreadsheet's number", "in words",
        "the index is item 1", "no number at all",
    ],
)  # fmt: skip
def test_which_item_of_the_plan_it_is_of(
    desk: Desk, code: str, text: str, item: str, flags: list[str]
) -> None:
    report = desk.table(HEADER, milestone(code, item=text))
    assert known(desk, "item") == [item]
    assert [flag.flag for flag in report.flags] == flags


@pytest.mark.parametrize(
    ("row", "grade"),
    [
        (index("Tốt"), "Tốt"),
        (index("Đạt loại Tốt"), "Tốt"),
        (index("XUẤT SẮC"), "Xuất sắc"),
        (index("Loại Trung bình, 62,5 điểm"), "Trung bình"),
        (index("Dat loai Kha"), "Khá"),
        (index("Đã công bố", product="Quyết định công nhận loại Tốt"), "Tốt"),
        (index("Đã công bố", evidence="QĐ 512/QĐ-UBND: loại Khá"), "Khá"),
        (index("Đã công bố", evidence="Công văn kèm theo"), None),
        (index("Chưa công bố"), None),
        (index("Chưa công bố", product="Quyết định loại Tốt"), None),
        (index("Dự kiến loại Tốt"), None),
        (index("Phấn đấu Tốt"), None),
        (index("Tốt (năm trước: Khá)"), None),
        (milestone("M2-01", status="Tốt"), None),
    ],
    ids=[
        "the bare word",
        "in words",
        "in capitals",
        "with its points",
        "without marks",
        "in the product",
        "in the evidence",
        "'kèm' is no grade",
        "not out",
        "not out, whatever the product hopes",
        "expected",
        "aimed at",
        "two grades in one cell tell nothing",
        "only the index has grades",
    ],
)
def test_the_grade_of_the_index(desk: Desk, row: list[str], grade: str | None) -> None:
    desk.table(HEADER, row)
    assert known(desk, "grade") == [grade]


@pytest.mark.parametrize(
    ("code", "content", "year"),
    [
        ("PAR-20", "Chỉ số", 2020),
        ("PAR-2021", "Chỉ số", 2021),
        ("M1-01", "Chỉ số CCHC năm 2020 của huyện", 2020),
        ("M1-01", "Chỉ số CCHC", None),
    ],
    ids=["by two digits", "by four", "by the content", "not at all"],
)
def test_the_year_of_the_index(desk: Desk, code: str, content: str, year: int | None) -> None:
    desk.table(HEADER, milestone(code, item="1", content=content))
    assert known(desk, "index_year") == [year]


@pytest.mark.parametrize(
    ("given", "done", "flags"),
    [
        ({"done": "20/03/2021", "status": "Hoàn thành trễ"}, 20210320000000, []),
        ({"status": "Hoàn thành"}, None, ["finish_without_date"]),
        ({"done": "24/03/2021", "status": "Hoàn thành"}, None, ["future_date"]),
        ({"status": "Chưa hoàn thành"}, None, []),
        ({"status": "mập mờ"}, None, ["unknown_status"]),
    ],
    ids=["on its day", "nobody says when", "a day to come", "not yet", "an unknown word"],
)
def test_when_a_milestone_was_done(
    desk: Desk, given: dict[str, str], done: int | None, flags: list[str]
) -> None:
    report = desk.table(HEADER, milestone(**given))
    assert known(desk, "done") == [done]
    assert [flag.flag for flag in report.flags] == flags


def test_a_units_new_list_replaces_its_old_one_and_no_other(desk: Desk) -> None:
    desk.table(HEADER, milestone("A"), milestone("B"), milestone("C", unit="Phòng Nội vụ"))
    report = desk.table(HEADER, milestone("B"), milestone("D"), day=date(2021, 3, 24))
    assert report.outcome is Outcome.ACCEPTED
    assert known(desk, "code") == ["B", "C", "D"]
    late = desk.table(HEADER, milestone("A"), day=date(2021, 3, 22))
    assert late.dropped == {"older_than_what_is_known": 1}
    assert known(desk, "code") == ["B", "C", "D"]


def test_a_milestone_given_to_another_unit_is_there_once(desk: Desk) -> None:
    desk.table(HEADER, milestone("A"), milestone("B"))
    desk.table(HEADER, milestone("A", unit="Phòng Nội vụ"), day=date(2021, 3, 24))
    units = [desk.unit("phong_noi_vu"), desk.unit("phong_tu_phap")]
    assert known(desk, "code, unit_id") == [("A", units[0]), ("B", units[1])]


def test_a_cancelled_milestone_is_none_and_a_repeated_one_is_one(desk: Desk) -> None:
    report = desk.table(
        HEADER, milestone("A", status="Hủy"), milestone("B"), milestone("B", due="30/04/2021")
    )
    assert report.dropped == {"cancelled": 1, "duplicate": 1}
    assert known(desk, "code, due") == [("B", 20210430235959)]


def test_a_row_without_its_code_or_with_a_strange_unit_is_refused(desk: Desk) -> None:
    report = desk.table(HEADER, milestone(""), milestone("B", unit="Phòng Lạ"), milestone("C"))
    assert report.outcome is Outcome.ACCEPTED_WITH_REJECTS
    assert [(reject.row, reject.column) for reject in report.rejects] == [
        (2, "Mã mốc"), (3, "Đơn vị chủ trì"),
    ]  # fmt: skip
    assert known(desk, "code") == ["C"]
