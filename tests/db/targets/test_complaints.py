"""Plan item 5, its exception: are petitions, complaints and denunciations decided in time?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.db.targets.counted import Counted

DISTRICT, TARGET = "huyen_can_gio", "on_time_complaints"
HEADER = (
    "Số thụ lý,Loại đơn,Ngày nhận đơn,Ngày thụ lý,Hạn giải quyết,Ngày gia hạn,Hạn sau gia hạn,"
    "Ngày ban hành kết quả,Trạng thái,Đơn vị tham mưu"
)


@pytest.fixture
def sampled(counted: Counted) -> Counted:
    report = counted.sample("don_thu", "2021-03-23")
    assert (report.source, report.outcome, report.loaded) == ("complaints", "accepted", 8)
    assert (report.rejects, report.flags) == ((), ())
    counted.check("2021-03-23T07:30")
    return counted


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        pytest.param(DISTRICT, (4, 6, "missed"), id="the district: four of six"),
        pytest.param(
            "phong_tai_nguyen_moi_truong", (1, 2, "missed"), id="one decided a week after its day"
        ),
        pytest.param("thanh_tra_huyen", (2, 2, "met"), id="on the last day, and stopped in time"),
        pytest.param("ban_tiep_cong_dan", (1, 2, "missed"), id="one forwarded, one open and past"),
        pytest.param("ban_bt_gpmb", (0, 0, "none"), id="its only case is open within its time"),
        pytest.param("phong_tu_phap", None, id="a unit without cases has no reading"),
    ],
)
def test_the_sample_counts_as_worked_out_by_hand(
    sampled: Counted, unit: str, expected: tuple[Any, ...] | None
) -> None:
    assert sampled.reading(unit, TARGET) == expected


def test_the_district_has_the_rate_the_goal_and_the_small_sample(sampled: Counted) -> None:
    found = sampled.readings(DISTRICT)[TARGET]
    assert (found["value"], found["goal"], found["field"]) == ("66.67", ">= 90 %", None)
    assert found["small_sample"] is True


def test_an_item_shows_number_kind_and_calendar_days_and_nothing_else(sampled: Counted) -> None:
    found = [(i.key, i.label, i.due, i.days_late, i.note, i.detail) for i in sampled.items(TARGET)]
    assert found == [
        ("16/Đ", "Đơn kiến nghị, phản ánh", 20210316235959, 7, "complaint_overdue", None),
        ("02/KN", "Khiếu nại", 20210311235959, 7, "complaint_late", None),
    ]
    own = sampled.items(TARGET, "phong_tai_nguyen_moi_truong")
    assert [item.key for item in own] == ["02/KN"]


def test_a_case_that_falls_due_soon_is_named_by_number_and_day_alone(sampled: Counted) -> None:
    def soon(at: str) -> list[tuple[Any, ...]]:
        sampled.check(at)
        return [
            (i.key, i.label, i.field, i.due, i.days_late, i.note, i.detail)
            for i in sampled.due_soon()
        ]

    case = ("03/KN", "03/KN", None, 20210331235959, None)
    assert soon("2021-03-23T07:30") == [(*case, "complaint_due_soon", None)]
    assert soon("2021-03-31T07:30") == [
        (*case, "complaint_due_today", None),
        ("02/TC", "02/TC", None, 20210409235959, None, "complaint_due_soon", None),
    ]
    assert [found[0] for found in soon("2021-04-01T07:30")] == ["02/TC"], "what is late is no more"
    assert sampled.due_soon(unit="phong_tu_phap") == ()
    assert [i.key for i in sampled.due_soon(unit="thanh_tra_huyen")] == ["02/TC"]


def test_open_cases_become_late_by_the_calendar_alone(sampled: Counted) -> None:
    sampled.check("2021-03-31T14:00")
    assert sampled.reading("ban_bt_gpmb", TARGET) == (0, 0, "stale"), "eight days without news"
    sampled.check("2021-04-01T07:30")
    assert {i.key for i in sampled.items(TARGET)} == {"16/Đ", "02/KN", "03/KN"}
    sampled.check("2021-04-12T07:30")
    assert "02/TC" in {i.key for i in sampled.items(TARGET)}, "past its extension to 09/04"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,11/01/2021,10/02/2021,,,10/02/2021,Đã giải quyết",
            (1, 1), id="decided on its last day",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,11/01/2021,10/02/2021,,,11/02/2021,Đã giải quyết",
            (0, 1), id="decided a day late",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,11/01/2021,10/02/2021,09/02/2021,12/03/2021,12/03/2021,"
            "Đã giải quyết", (1, 1), id="decided on the last day of its written extension",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,11/01/2021,10/02/2021,17/02/2021,12/03/2021,12/03/2021,"
            "Đã giải quyết", (0, 1), id="an extension decided when it was late already is none",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,11/01/2021,10/02/2021,,12/03/2021,12/03/2021,Đã giải quyết",
            (0, 1), id="an extension without the day of its decision is none",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,11/01/2021,10/02/2021,,,,Đang giải quyết",
            (0, 1), id="open and past its day",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/03/2021,11/03/2021,10/04/2021,,,,Đang giải quyết",
            (0, 0), id="open within its time",
        ),
        pytest.param(
            "01/TC,Tố cáo,04/01/2021,11/01/2021,10/02/2021,,,01/02/2021,Rút tố cáo - đình chỉ",
            (1, 1), id="withdrawn in time",
        ),
        pytest.param(
            "01/TC,Tố cáo,04/01/2021,11/01/2021,10/02/2021,,,01/03/2021,Rút tố cáo",
            (0, 0), id="withdrawn after its day is neither late nor a merit",
        ),
        pytest.param(
            "01/Đ,Đơn,04/01/2021,04/01/2021,18/01/2021,,,18/01/2021,Đã chuyển đơn",
            (1, 1), id="forwarded in time",
        ),
        pytest.param(
            "01/Đ,Đơn,04/01/2021,04/01/2021,18/01/2021,,,19/01/2021,Đã chuyển đơn",
            (0, 1), id="forwarded late",
        ),
        pytest.param(
            "01/TC,Tố cáo,04/01/2021,11/01/2021,10/02/2021,,,,Tạm đình chỉ",
            (0, 0), id="suspended: its clock stands",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,,10/02/2021,,,,Không thụ lý",
            (0, 0), id="not taken on",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,11/01/2021,10/02/2021,,,,Đã giải quyết",
            (0, 0), id="decided without a day counts nowhere",
        ),
        pytest.param(
            "01/KN,Khiếu nại,04/01/2021,11/01/2021,10/02/2021,,,05/01/2021,Đã giải quyết",
            (0, 0), id="decided before it was taken on counts nowhere",
        ),
        pytest.param(
            "01/KN,Khiếu nại,23/11/2020,30/11/2020,30/12/2020,,,04/01/2021,Đã giải quyết",
            (0, 1), id="carried over and decided late counts in the year of the decision",
        ),
        pytest.param(
            "01/KN,Khiếu nại,23/11/2020,30/11/2020,30/12/2020,,,,Đang giải quyết",
            (0, 0), id="overdue since last year counted in last year",
        ),
    ],
)  # fmt: skip
def test_a_case_counts(counted: Counted, row: str, expected: tuple[int, int]) -> None:
    counted.table("2021-03-23", HEADER, f"{row},Thanh tra huyện")
    counted.check("2021-03-23T07:30")
    found = counted.reading(DISTRICT, TARGET)
    assert found is not None
    assert found[:2] == expected


def test_the_literal_formula_leaves_open_cases_out(counted: Counted) -> None:
    counted.sample("don_thu", "2021-03-23")
    counted.house = replace(
        counted.house,
        targets=tuple(
            replace(target, options={"formula": "finished"}) if target.id == TARGET else target
            for target in counted.house.targets
        ),
    )
    counted.check("2021-03-23T07:30")
    assert counted.reading(DISTRICT, TARGET) == (4, 5, "missed")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param({}, (0, 1), id="a status that nobody knows: decided late"),
        pytest.param({"Thôi giải quyết": "stopped"}, (0, 0), id="the office's word for withdrawn"),
    ],
)
def test_an_offices_own_status_word(
    counted: Counted, statuses: dict[str, int | str], expected: tuple[int, int]
) -> None:
    intake = counted.house.intake
    words = intake.words.extended("complaints", statuses=statuses)
    counted.house = replace(counted.house, intake=replace(intake, words=words))
    row = "01/TC,Tố cáo,04/01/2021,11/01/2021,10/02/2021,,,01/03/2021,Thôi giải quyết theo đơn"
    counted.table("2021-03-23", HEADER, f"{row},Thanh tra huyện")
    counted.check("2021-03-23T07:30")
    found = counted.reading(DISTRICT, TARGET)
    assert found is not None
    assert found[:2] == expected
