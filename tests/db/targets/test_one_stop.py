"""Plan item 10: does every one-stop shop have what it must have, and does it work?"""

from __future__ import annotations

from typing import Any

import pytest

from bot.commands.why import explanation_of
from tests.db.targets.counted import Counted

DISTRICT, SHOP = "huyen_can_gio", "bp_mot_cua_huyen"
OWN, COMMUNES = "one_stop_district", "one_stop_communes"
HEADER = (
    "Đơn vị,Mã thiết bị,Tên thiết bị,Bắt buộc,Số lượng yêu cầu,Số lượng hiện có,Tình trạng,"
    "Ngày báo hỏng,Ngày sửa xong,Ngày kiểm kê"
)


@pytest.fixture
def sampled(counted: Counted) -> Counted:
    assert counted.sample("thiet_bi", "2021-03-23").outcome == "accepted"
    counted.check("2021-03-23T07:30")
    return counted


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        pytest.param(DISTRICT, (3, 7, "missed"), id="three communes of seven"),
        pytest.param("xa_binh_khanh", (0, 1, "missed"), id="one scanner of two"),
        pytest.param("xa_thanh_an", (1, 1, "met"), id="its camera was repaired"),
        pytest.param("xa_ly_nhon", (0, 1, "missed"), id="never provided with a rating device"),
        pytest.param("thi_tran_can_thanh", (1, 1, "met"), id="an air conditioner is not mandatory"),
        pytest.param("xa_long_hoa", (1, 1, "met"), id="everything is there"),
        pytest.param("xa_tam_thon_hiep", (None, None, "no_data"), id="no inventory came"),
        pytest.param("xa_an_thoi_dong", (None, None, "no_data"), id="nor from here"),
        pytest.param(SHOP, None, id="the district's shop is no commune's"),
    ],
)
def test_the_sample_of_communes_counts_as_worked_out_by_hand(
    sampled: Counted, unit: str, expected: tuple[Any, ...] | None
) -> None:
    assert sampled.reading(unit, COMMUNES) == expected


def test_the_districts_kiosk_has_been_broken_for_nine_working_days(sampled: Counted) -> None:
    found = sampled.readings(DISTRICT)[OWN]
    assert (found["answer"], found["state"], found["goal"], found["value"]) == (
        "no", "missed", "meets the modern standard", None,
    )  # fmt: skip
    [kiosk] = sampled.items(OWN)
    assert (kiosk.key, kiosk.label, kiosk.days_late, kiosk.note, kiosk.detail) == (
        "KIOSK-01", "Kiosk tra cứu hồ sơ", 9, "equipment_broken", None,
    )  # fmt: skip
    assert sampled.items(OWN, SHOP) == (kiosk,)
    assert sampled.reading(SHOP, OWN) == (1, 2, "info"), "it sees what the district is judged by"
    assert sampled.reading("xa_binh_khanh", OWN) is None


def test_what_the_communes_lack_is_named_and_who_sent_no_inventory(sampled: Counted) -> None:
    assert [(i.key, i.label, i.note, i.detail) for i in sampled.items(COMMUNES)] == [
        ("DG-01", "Thiết bị đánh giá hài lòng", "equipment_missing", "0/1"),
        ("SC-01", "Máy quét", "equipment_too_few", "1/2"),
        ("xa_an_thoi_dong", "UBND xã An Thới Đông", "no_inventory", None),
        ("xa_tam_thon_hiep", "UBND xã Tam Thôn Hiệp", "no_inventory", None),
    ]
    assert [i.key for i in sampled.items(COMMUNES, "xa_binh_khanh")] == ["SC-01"]
    assert sampled.items(COMMUNES, "xa_thanh_an") == ()


@pytest.mark.parametrize(
    ("cells", "met"),
    [
        ("1,1,Tốt,,,15/03/2021", True),
        ("2,3,Tốt,,,15/03/2021", True),
        ("2,1,Tốt,,,15/03/2021", False),
        ("1,1,Hỏng,16/03/2021,,22/03/2021", True),
        ("1,1,Hỏng,15/03/2021,,22/03/2021", False),
        ("1,1,Hỏng,13/03/2021,,22/03/2021", False),
        ("1,1,Hỏng,01/03/2021,22/03/2021,22/03/2021", True),
        ("2,1,Hỏng,22/03/2021,,22/03/2021", False),
        ("1,1,Chưa trang bị,,,22/03/2021", False),
    ],
    ids=[
        "there and working",
        "more than required",
        "fewer than required",
        "broken for five working days",
        "broken for six",
        "broken on a Saturday",
        "repaired",
        "too few, and what is there broken since yesterday",
        "there on paper only",
    ],
)
@pytest.mark.parametrize("unit", ["UBND xã Long Hòa", "Bộ phận Một cửa huyện"])
def test_a_mandatory_piece_on_a_day(counted: Counted, cells: str, met: bool, unit: str) -> None:
    counted.table("2021-03-23", HEADER, f"{unit},A,Máy quét,Có,{cells}")
    counted.check("2021-03-23T07:30")
    if unit == "UBND xã Long Hòa":
        found = counted.reading("xa_long_hoa", COMMUNES)
        assert found == ((1, 1, "met") if met else (0, 1, "missed"))
        assert [i.key for i in counted.items(COMMUNES, "xa_long_hoa")] == ([] if met else ["A"])
    else:
        assert counted.readings(DISTRICT)[OWN]["answer"] == ("yes" if met else "no")
        assert [i.key for i in counted.items(OWN)] == ([] if met else ["A"])


@pytest.mark.parametrize("unreadable", ["ba", "99999999999999999999", "#DIV/0!"])
@pytest.mark.parametrize(
    ("place", "unit", "target", "expected"),
    [
        ("UBND xã Long Hòa", "xa_long_hoa", COMMUNES, (1, 1, "met")),
        ("Bộ phận Một cửa huyện", DISTRICT, OWN, (1, 1, "met")),
    ],
)
def test_a_count_that_cannot_be_read_accuses_nobody(
    counted: Counted, place: str, unit: str, target: str, expected: object, unreadable: str
) -> None:
    counted.table(
        "2021-03-23", HEADER,
        f"{place},A,Máy quét,Có,3,{unreadable},Tốt,,,15/03/2021",
        f"{place},B,Máy in,Có,1,1,Tốt,,,15/03/2021",
    )  # fmt: skip
    counted.check("2021-03-23T07:30")
    assert counted.reading(unit, target) == expected
    assert [i.key for i in counted.items(target, "xa_long_hoa")] == []
    assert [i.key for i in counted.items(target, SHOP)] == []
    why = explanation_of(counted.house, unit, target, None)
    assert [(out.reason, out.count) for out in why.left_out] == [("unreadable_count", 1)]


def test_a_count_that_can_no_more_be_read_is_no_recovery(counted: Counted) -> None:
    for day, present in (("2021-03-23", "1"), ("2021-03-24", "hai")):
        line = f"UBND xã Long Hòa,A,Máy quét,Có,2,{present},Tốt,,,15/03/2021"
        counted.table(day, HEADER, line)
        counted.check(f"{day}T07:30")
        assert counted.reading("xa_long_hoa", COMMUNES) == (0, 1, "missed")
        assert [i.detail for i in counted.items(COMMUNES, "xa_long_hoa")] == ["1/2"]


def test_an_inventory_of_which_nothing_can_be_read_is_none(counted: Counted) -> None:
    counted.table("2021-03-23", HEADER, "UBND xã Long Hòa,A,Máy quét,Có,2,ba,Tốt,,,15/03/2021")
    counted.check("2021-03-23T07:30")
    assert counted.reading("xa_long_hoa", COMMUNES) == (0, 0, "none")
    assert [i.note for i in counted.items(COMMUNES, "xa_long_hoa")] == ["no_inventory"]


def test_a_fault_becomes_one_by_the_calendar_alone(counted: Counted) -> None:
    counted.table("2021-03-23", HEADER, "Long Hòa,A,Máy quét,Có,1,1,Hỏng,22/03/2021,,22/03/2021")
    counted.check("2021-03-29T07:30")
    assert counted.reading("xa_long_hoa", COMMUNES) == (1, 1, "met")
    counted.check("2021-03-30T07:30")
    assert counted.reading("xa_long_hoa", COMMUNES) == (0, 1, "missed")


def test_seven_communes_with_everything_meet_the_goal(counted: Counted) -> None:
    places = ("Bình Khánh", "Lý Nhơn", "Long Hòa", "Thạnh An", "An Thới Đông", "Tam Thôn Hiệp",
              "Thị trấn Cần Thạnh")  # fmt: skip
    rows = [f"{place},A,Máy quét,Có,1,1,Tốt,,,22/03/2021" for place in places]
    counted.table("2021-03-23", HEADER, *rows)
    counted.check("2021-03-23T07:30")
    assert counted.reading(DISTRICT, COMMUNES) == (7, 7, "met")


def test_an_inventory_is_good_for_ninety_five_days_where_it_came_from(sampled: Counted) -> None:
    counted = sampled
    counted.table("2021-06-25", HEADER, "Long Hòa,A,Máy quét,Có,1,1,Tốt,,,25/06/2021")
    counted.check("2021-06-25T07:30")
    assert counted.reading("xa_thanh_an", COMMUNES) == (1, 1, "met")
    counted.check("2021-06-28T07:30")
    assert counted.reading("xa_thanh_an", COMMUNES) == (1, 1, "stale")
    assert counted.reading("xa_long_hoa", COMMUNES) == (1, 1, "met")


def test_the_same_inventory_again_confirms_it_and_says_nothing_of_the_others(
    sampled: Counted,
) -> None:
    sampled.sample("thiet_bi", "2021-06-28")
    sampled.check("2021-06-28T07:30")
    assert sampled.reading("xa_thanh_an", COMMUNES) == (1, 1, "met")
    assert sampled.reading("xa_tam_thon_hiep", COMMUNES) == (None, None, "no_data")
