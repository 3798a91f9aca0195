"""Plan item 6: how much comes online, and how much of the catalogue is offered so?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.commands.why import explanation_of
from tests.db.targets.counted import Counted

DISTRICT = "huyen_can_gio"
DOSSIERS, PROCEDURES = "online_dossiers", "online_procedures"
HEADER = (
    "Mã TTHC,Tên TTHC,Lĩnh vực,Cấp thực hiện,Mức độ DVC,Đủ điều kiện trực tuyến,"
    "Ngày áp dụng trực tuyến,Ngày hết hiệu lực"
)


def with_options(counted: Counted, target: str, **options: int | str) -> None:
    counted.house = replace(
        counted.house,
        targets=tuple(
            replace(t, options={**t.options, **options}) if t.id == target else t
            for t in counted.house.targets
        ),
    )


@pytest.fixture
def sampled(counted: Counted) -> Counted:
    for name in ("ho_so", "tthc"):
        assert counted.sample(name, "2021-03-23").outcome == "accepted"
    counted.check("2021-03-23T07:30")
    return counted


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        pytest.param(DISTRICT, (2, 5, "missed"), id="the district: two of five"),
        pytest.param("xa_binh_khanh", (1, 3, "missed"), id="a commune: one of three"),
        pytest.param("phong_quan_ly_do_thi", (1, 1, "met"), id="withdrawn is resolved as well"),
        pytest.param("phong_tai_chinh_ke_hoach", (0, 1, "missed"), id="by post is not online"),
        pytest.param("thi_tran_can_thanh", (0, 0, "none"), id="a procedure that is not offered"),
        pytest.param("mn_binh_khanh", None, id="schools have no such line"),
    ],
)
def test_the_sample_of_dossiers_counts_as_worked_out_by_hand(
    sampled: Counted, unit: str, expected: tuple[Any, ...] | None
) -> None:
    assert sampled.reading(unit, DOSSIERS) == expected


def test_two_of_five_are_exactly_forty_and_not_above(sampled: Counted) -> None:
    found = sampled.readings(DISTRICT)[DOSSIERS]
    assert (found["value"], found["reason"], found["small_sample"]) == (
        "40.00", "exactly_on_a_strict_goal", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"most_level": 3}, (2, 4, "met")),
        ({"least_level": 4}, (0, 1, "missed")),
    ],
    ids=["level 3 by the letter", "level 4 alone"],
)
def test_the_levels_that_count_are_a_setting(
    sampled: Counted, options: dict[str, int], expected: tuple[Any, ...]
) -> None:
    with_options(sampled, DOSSIERS, **options)
    sampled.check("2021-03-23T14:00")
    assert sampled.reading(DISTRICT, DOSSIERS) == expected


def test_the_procedures_by_which_most_would_be_gained_come_first(counted: Counted) -> None:
    codes = {"1.1": ["Trực tiếp"] * 3 + ["Trực tuyến"], "1.2": ["Trực tiếp"], "1.3": ["Trực tuyến"]}
    counted.table(
        "2021-03-23",
        "Số hồ sơ,Mã TTHC,Đơn vị tiếp nhận,Kênh tiếp nhận,Ngày tiếp nhận,Ngày hẹn trả,"
        "Ngày xử lý xong,Trạng thái",
        *(f"000.02.16.H29-210310-{n:04},{code},Bình Khánh,{channel},10/03/2021,15/03/2021,"
          "12/03/2021,Đã xử lý xong"
          for n, (code, channel) in enumerate(
              (code, channel) for code, channels in codes.items() for channel in channels)),
    )  # fmt: skip
    counted.table(
        "2021-03-23", HEADER, *(f"{c},Thủ tục {c},Hộ tịch,Cấp xã,3,Có,01/03/2020," for c in codes)
    )
    counted.check("2021-03-23T07:30")
    found = [(i.key, i.label, i.field, i.detail, i.note) for i in counted.items(DOSSIERS)]
    assert found == [
        ("1.1", "Thủ tục 1.1", "Hộ tịch", "1/4", "low_online_share"),
        ("1.2", "Thủ tục 1.2", "Hộ tịch", "0/1", "low_online_share"),
    ]
    assert [i.key for i in counted.items(DOSSIERS, "xa_binh_khanh")] == ["1.1", "1.2"]
    assert counted.items(DOSSIERS, "xa_ly_nhon") == ()


def test_without_a_catalogue_nothing_can_be_said(counted: Counted) -> None:
    counted.sample("ho_so", "2021-03-23")
    counted.check("2021-03-23T07:30")
    assert counted.reading(DISTRICT, DOSSIERS) == (None, None, "no_data")
    assert counted.reading(DISTRICT, PROCEDURES) == (None, None, "no_data")


# --- procedures ---


@pytest.mark.parametrize(
    ("base", "expected", "value"),
    [("eligible", (3, 3, "met"), "100.00"), ("all", (3, 5, "met"), "60.00")],
    ids=["of the eligible ones", "of all of them"],
)
def test_the_sample_of_procedures_counts_as_worked_out_by_hand(
    sampled: Counted, base: str, expected: tuple[Any, ...], value: str
) -> None:
    with_options(sampled, PROCEDURES, base=base)
    sampled.check("2021-03-23T14:00")
    assert sampled.reading(DISTRICT, PROCEDURES) == expected
    assert sampled.readings(DISTRICT)[PROCEDURES]["value"] == value
    assert sampled.reading("xa_binh_khanh", PROCEDURES) is None, "the district's alone"


def test_the_readings_stand_side_by_side_with_what_is_left_out(sampled: Counted) -> None:
    why = explanation_of(sampled.house, DISTRICT, PROCEDURES, None)
    assert {(r.name, r.numerator, r.denominator) for r in why.readings} >= {
        ("eligible", 3, 3), ("all", 3, 5),
    }  # fmt: skip
    assert {(x.reason, x.count) for x in why.left_out} == {
        ("not_the_districts", 3), ("not_eligible", 2),
    }  # fmt: skip
    why = explanation_of(sampled.house, DISTRICT, DOSSIERS, None)
    assert {(r.name, r.numerator, r.denominator) for r in why.readings} >= {
        ("level_3", 2, 4), ("levels_3_and_4", 2, 5),
    }  # fmt: skip
    assert [(x.reason, x.count) for x in why.left_out] == [("not_offered_online", 1)]
    own = explanation_of(sampled.house, "xa_binh_khanh", DOSSIERS, None)
    assert {(r.name, r.numerator, r.denominator) for r in own.readings} >= {("level_3", 1, 3)}


def test_the_procedures_to_propose_follow_the_reading(sampled: Counted) -> None:
    assert sampled.items(PROCEDURES) == (), "all that are eligible are online"
    with_options(sampled, PROCEDURES, base="all")
    found = [(i.key[:8], i.note, i.field) for i in sampled.items(PROCEDURES)]
    assert found == [
        ("1.003003", "procedure_to_propose", "Đất đai"),
        ("2.001909", "procedure_to_propose", "Khiếu nại"),
    ]


@pytest.mark.parametrize(
    ("cells", "at", "expected"),
    [
        ("3,Có,01/01/2020,", "2021-03-23T07:30", (1, 2, "met")),
        ("2,Có,,", "2021-03-23T07:30", (0, 2, "on_track")),
        ("2,Có,,", "2025-12-31T07:30", (0, 2, "missed")),
        ("2,Có,,", "2023-12-29T07:30", (0, 2, "behind")),
        ("3,Có,24/03/2021,", "2021-03-23T07:30", (0, 2, "on_track")),
        ("3,Có,01/01/2020,22/03/2021", "2021-03-23T07:30", (0, 1, "on_track")),
        ("3,Có,01/01/2020,23/03/2021", "2021-03-23T07:30", (1, 2, "met")),
        ("Toàn trình,Có,,", "2021-03-23T07:30", (0, 2, "on_track")),
        ("Toàn trình,Có,,", "2022-03-23T07:30", (1, 2, "met")),
    ],
    ids=[
        "online and in force",
        "not online, with years to go",
        "on the last day the goal itself decides",
        "far below the pace",
        "online from tomorrow",
        "abolished yesterday",
        "abolished at the end of today",
        "a class says nothing of 2021",
        "since 2022 a class is online",
    ],
)
def test_a_catalogue_on_a_day(
    counted: Counted, cells: str, at: str, expected: tuple[Any, ...]
) -> None:
    counted.table(
        at[:10], HEADER, f"1.1,Một,Xây dựng,Cấp huyện,{cells}",
        "1.2,Hai,Xây dựng,Cấp huyện,1,Có,,", "1.3,Ba,Hộ tịch,Cấp xã,4,Có,01/01/2020,",
    )  # fmt: skip
    counted.check(at)
    assert counted.reading(DISTRICT, PROCEDURES) == expected
    online = expected[0]
    assert [i.key for i in counted.items(PROCEDURES)] == (
        ["1.2"] if online or expected[1] == 1 else ["1.1", "1.2"]
    )


def test_a_catalogue_is_good_for_ninety_days(sampled: Counted) -> None:
    sampled.check("2021-06-21T07:30")
    assert sampled.reading(DISTRICT, PROCEDURES) == (3, 3, "met")
    sampled.check("2021-06-22T07:30")
    assert sampled.reading(DISTRICT, PROCEDURES) == (3, 3, "stale")
