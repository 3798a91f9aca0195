"""Is the inventory of a one-stop shop understood: what must be there, and what is broken?"""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.intake.delivering import Desk
from tests.db.intake.made import SAMPLES

HEADER = (
    "Đơn vị", "Mã thiết bị", "Tên thiết bị", "Bắt buộc", "Số lượng yêu cầu", "Số lượng hiện có",
    "Tình trạng", "Ngày báo hỏng", "Ngày sửa xong", "Ngày kiểm kê",
)  # fmt: skip
STANDS = "mandatory, required, present, working, broken_since"


def piece(**given: str) -> list[str]:
    """A working scanner of Bình Khánh that has to be there; cells of it change."""
    row = {
        "unit": "UBND xã Bình Khánh", "code": "SC-01", "name": "Máy quét", "mandatory": "Có",
        "required": "1", "present": "1", "state": "Tốt", "broken": "", "repaired": "",
        "counted": "15/03/2021",
    }  # fmt: skip
    return list((row | given).values())


def test_the_sample_is_taken_as_it_is_written(desk: Desk) -> None:
    report = desk.take(SAMPLES / "thiet_bi.csv")
    assert (report.source, report.outcome, report.loaded) == ("equipment", "accepted", 8)
    assert (report.rejects, report.flags) == ((), ())
    assert desk.known(f"code, {STANDS}", "equipment") == [
        ("CAM-01", 1, 2, 2, 1, None), ("DG-01", 1, 1, 0, 0, None), ("DH-01", 0, 2, 2, 1, None),
        ("KIOSK-01", 1, 1, 1, 0, 20210310000000), ("LSTT-01", 1, 1, 1, 1, None),
        ("MT-01", 1, 3, 3, 1, None), ("QR-01", 1, 1, 1, 1, None), ("SC-01", 1, 2, 1, 1, None),
    ]  # fmt: skip


BROKEN = {"state": "Hỏng", "broken": "10/03/2021"}


@pytest.mark.parametrize(
    ("given", "working", "since", "flags"),
    [
        (BROKEN, 0, 20210310000000, []),
        (BROKEN | {"repaired": "12/03/2021"}, 1, None, []),
        (BROKEN | {"repaired": "09/03/2021"}, 0, 20210310000000, ["repaired_before_broken"]),
        (BROKEN | {"repaired": "30/03/2021"}, 0, 20210310000000, ["future_date"]),
        (BROKEN | {"broken": ""}, 0, 20210315000000, ["no_broken_day"]),
        (BROKEN | {"broken": "", "counted": ""}, 0, 20210323000000, ["no_broken_day"]),
        ({"broken": "10/03/2021"}, 1, None, []),
        ({"broken": "18/03/2021"}, 0, 20210318000000, []),
        ({"state": "", "broken": "10/03/2021"}, 0, 20210310000000, []),
        ({"state": "", "broken": ""}, 1, None, []),
        ({"state": "Chưa trang bị"}, 0, None, []),
        ({"state": "Lạ lùng"}, 1, None, ["unknown_state"]),
    ],
    ids=[
        "broken since its day",
        "repaired it works again",
        "repaired once and broken anew",
        "a repair of next week has not happened",
        "without a day it was broken when it was counted",
        "without any day it is broken today",
        "counted as good after it was broken",
        "broken after it was counted as good",
        "without a state the report tells",
        "without a state and a report it works",
        "never provided it does not work",
        "a state that nobody knows",
    ],
)
def test_how_a_piece_stands(
    desk: Desk, given: dict[str, str], working: int, since: int | None, flags: list[str]
) -> None:
    report = desk.table(HEADER, piece(**given))
    assert desk.known(STANDS, "equipment") == [(1, 1, 1, working, since)]
    assert [f.flag for f in report.flags] == flags


@pytest.mark.parametrize("unreadable", ["ba", "99999999999999999999", "-1", "#DIV/0!"])
@pytest.mark.parametrize("column", ["required", "present"])
def test_a_count_that_cannot_be_read_keeps_what_the_last_list_said(
    desk: Desk, column: str, unreadable: str
) -> None:
    desk.table(HEADER, piece(required="3", present="2"))
    report = desk.table(HEADER, piece(**{"required": "3", "present": "2", column: unreadable}))
    assert desk.known(f"{STANDS}, flags", "equipment") == [(1, 3, 2, 1, None, "")]
    assert "unreadable_count" in {f.flag for f in report.flags}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, (1, None, "unreadable_count"), id="works: it is counted nowhere"),
        pytest.param(BROKEN, (0, 20210310000000, ""), id="its fault can be read"),
        pytest.param({"state": "Chưa trang bị"}, (0, None, ""), id="never provided, in words"),
    ],
)
def test_a_count_that_nobody_ever_read(
    desk: Desk, given: dict[str, str], expected: tuple[int, int | None, str]
) -> None:
    for day in (date(2021, 3, 23), date(2021, 3, 24)):
        desk.table(HEADER, piece(**{"present": "ba", **given}), day=day)
        assert desk.known("working, broken_since, flags", "equipment") == [expected]


def test_an_empty_count_is_none(desk: Desk) -> None:
    report = desk.table(HEADER, piece(present="-"))
    assert desk.known("required, present, flags", "equipment") == [(1, 0, "")]
    assert [f.flag for f in report.flags] == ["no_count"]


def test_a_later_list_without_the_day_keeps_the_day_that_is_known(desk: Desk) -> None:
    desk.table(HEADER, piece(**BROKEN))
    desk.table(HEADER, piece(state="Hỏng", counted="15/06/2021"), day=date(2021, 6, 15))
    assert desk.known("broken_since", "equipment") == [20210310000000]


@pytest.mark.parametrize(
    ("unit", "slug"),
    [
        ("Bộ phận Một cửa huyện", "bp_mot_cua_huyen"),
        ("Bộ phận Một cửa xã Bình Khánh", "xa_binh_khanh"),
        ("Bộ phận Tiếp nhận và Trả kết quả UBND xã Lý Nhơn", "xa_ly_nhon"),
        ("Bộ phận TN&TKQ thị trấn Cần Thạnh", "thi_tran_can_thanh"),
        ("TT. Cần Thạnh", "thi_tran_can_thanh"),
    ],
)
def test_whose_one_stop_shop_it_is(desk: Desk, unit: str, slug: str) -> None:
    assert desk.table(HEADER, piece(unit=unit)).rejects == ()
    assert desk.known("unit_id", "equipment") == [desk.unit(slug)]


def test_a_row_of_an_unknown_unit_or_without_code_and_name_is_refused(desk: Desk) -> None:
    report = desk.table(
        HEADER, piece(unit="Bộ phận Một cửa xã Không Có"), piece(code="", name=""), piece()
    )
    assert [(r.row, r.column) for r in report.rejects] == [(2, "Đơn vị"), (3, "Mã thiết bị")]
    assert report.loaded == 1


def test_a_piece_without_a_code_goes_by_its_name(desk: Desk) -> None:
    report = desk.table(HEADER, piece(code=""))
    assert [f.flag for f in report.flags] == ["no_code"]
    assert desk.known("code, name", "equipment") == [("may quet", "Máy quét")]


def test_a_list_without_the_column_names_only_what_has_to_be_there(desk: Desk) -> None:
    header = ("Đơn vị", "Mã thiết bị", "Tên thiết bị", "Số lượng hiện có")
    desk.table(header, ["Bình Khánh", "SC-01", "Máy quét", "0"])
    assert desk.known(STANDS, "equipment") == [(1, 1, 0, 1, None)]


def test_each_units_list_replaces_its_last_one_and_no_others(desk: Desk) -> None:
    lyn = {"unit": "UBND xã Lý Nhơn"}
    desk.table(HEADER, piece(code="A"), piece(code="B"), piece(code="C", **lyn))
    desk.table(HEADER, piece(code="B"), day=date(2021, 6, 1))
    assert desk.known("code", "equipment") == ["B", "C"]
    report = desk.table(HEADER, piece(code="A"), piece(code="D", **lyn), day=date(2021, 4, 1))
    assert dict(report.dropped) == {"older_than_what_is_known": 1}
    assert desk.known("code", "equipment") == ["B", "D"], "only Bình Khánh has a newer list"


def test_the_same_file_again_confirms_only_the_units_that_it_names(desk: Desk) -> None:
    desk.take(SAMPLES / "thiet_bi.csv")
    again = desk.take(SAMPLES / "thiet_bi.csv", date(2021, 6, 1))
    assert again.outcome == "unchanged"
    [newest] = desk.rows(
        "SELECT COUNT(u.unit_id) AS units FROM deliveries d"
        " JOIN delivery_units u ON u.delivery_id = d.id WHERE d.day = 20210601"
    )
    assert newest["units"] == 6
