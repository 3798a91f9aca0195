"""Plan item 9: who was inspected, what do the minutes cover, and does a surprise stay one?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.commands.shapes import import_json, items_json
from db import people, read_models, units
from db.engine import reading, writing
from db.records import Role
from tests.db.targets.counted import Counted

DISTRICT = "huyen_can_gio"
HEADER = (
    "STT,Đơn vị được kiểm tra,Hình thức,Thời gian dự kiến,Ngày kiểm tra,Số biên bản,Ngày kết luận,"
    "Kiểm tra trách nhiệm người đứng đầu,Số kiến nghị,Đã khắc phục,Hạn khắc phục"
)


@pytest.fixture
def sampled(counted: Counted) -> Counted:
    report = counted.sample("kiem_tra", "2021-03-26")
    assert (report.source, report.outcome, report.loaded) == ("inspections", "accepted", 8)
    assert (report.rejects, report.flags) == ((), ())
    counted.check("2021-03-26T07:30")
    return counted


def named(counted: Counted, target: str = "inspections", **how: Any) -> list[tuple[Any, ...]]:
    found = counted.items(target, **how)
    return [(i.key, i.due, i.note, i.detail) for i in found if i.note != "not_inspected"]


@pytest.mark.parametrize(
    ("unit", "target", "expected"),
    [
        pytest.param(
            DISTRICT, "inspections", (2, 25, "on_track"), id="two units, one of them twice"
        ),
        pytest.param("xa_binh_khanh", "inspections", (1, 1, "info"), id="inspected twice is once"),
        pytest.param("thi_tran_can_thanh", "inspections", (1, 1, "info"), id="minutes will do"),
        pytest.param("xa_ly_nhon", "inspections", (0, 1, "info"), id="planned is not inspected"),
        pytest.param("xa_long_hoa", "inspections", (0, 1, "info"), id="nor is a planned surprise"),
        pytest.param("thcs_binh_khanh", "inspections", None, id="a school is not in the list"),
        pytest.param(DISTRICT, "inspections_conduct", (2, 3, "info"), id="two of three minutes"),
        pytest.param("xa_binh_khanh", "inspections_conduct", None, id="the district's alone"),
        pytest.param(DISTRICT, "harassment", (0, 0, "none"), id="no harassment was found"),
    ],
)
def test_the_sample_counts_as_worked_out_by_hand(
    sampled: Counted, unit: str, target: str, expected: tuple[Any, ...] | None
) -> None:
    assert sampled.reading(unit, target) == expected


def test_a_unit_is_told_the_day_of_its_first_inspection(sampled: Counted) -> None:
    def answer(slug: str) -> str | None:
        with reading(sampled.house.engine) as tx:
            unit = units.unit_by_slug(tx, slug, sampled.at.date())
            assert unit is not None
            view = read_models.status(tx, unit.id, sampled.at)
        return next(r.answer for r in view.readings if r.target == "inspections")

    assert answer("xa_binh_khanh") == "20210318", "inspected again on the 22nd"
    assert answer("xa_ly_nhon") is None
    assert answer(DISTRICT) is None, "its reading is a rate"


def test_the_reading_says_how_many_are_still_needed(sampled: Counted) -> None:
    found = sampled.readings(DISTRICT)["inspections"]
    assert (found["value"], found["goal"], found["needed"]) == ("8.00", ">= 30 %", 6)
    assert sampled.readings(DISTRICT)["inspections_conduct"]["goal"] == "no number"


def test_recommendations_not_carried_out_are_named_with_how_many_are_left(
    sampled: Counted,
) -> None:
    own = named(sampled, unit="xa_binh_khanh")
    assert own == [("01/BB-KT", 20210430235959, "remedy_open", "2")]
    assert named(sampled) == [*own, ("02/BB-KT", None, "remedy_open", "2")]
    assert named(sampled, "inspections_conduct") == [
        ("03/BB-KT", None, "conduct_not_covered", None)
    ]


def test_units_that_nobody_has_inspected_are_listed_with_what_is_openly_planned(
    sampled: Counted,
) -> None:
    found = {i.key: i.due for i in sampled.items("inspections") if i.note == "not_inspected"}
    assert len(found) == 23
    assert found["xa_ly_nhon"] == 20210430235959
    assert found["xa_long_hoa"] is None, "a planned surprise gives no date away"
    assert not {"xa_binh_khanh", "thi_tran_can_thanh"} & set(found)


def test_an_inspection_past_its_planned_month_is_named(sampled: Counted) -> None:
    sampled.check("2021-04-29T07:30")
    assert "inspection_overdue" not in {i.note for i in sampled.items("inspections")}
    sampled.check("2021-05-04T07:30")
    overdue = [i for i in sampled.items("inspections") if i.note == "inspection_overdue"]
    assert [(i.key, i.label, i.due, i.days_late) for i in overdue] == [
        ("xa_ly_nhon 2021-04", "UBND xã Lý Nhơn", 20210430235959, 1)
    ]  # fmt: skip


def test_an_inspection_without_minutes_does_not_count_and_is_named(counted: Counted) -> None:
    counted.table(
        "2021-03-26", HEADER, "1,UBND xã Bình Khánh,Định kỳ,Tháng 3/2021,18/03/2021,,,,,,"
    )
    counted.check("2021-03-26T07:30")
    assert counted.reading(DISTRICT, "inspections") == (0, 25, "behind")
    assert named(counted) == [
        ("xa_binh_khanh 2021-03", 20210331235959, "inspection_without_minutes", None)
    ]


@pytest.mark.parametrize(
    ("day", "form", "missing"),
    [
        ("2021-09-30", "Định kỳ", []),
        ("2021-10-01", "Định kỳ", ["surprise"]),
        ("2021-10-01", "Đột xuất", ["periodic"]),
    ],
    ids=["not before October", "no surprise inspection yet", "no periodic inspection yet"],
)
def test_a_form_of_inspection_that_the_year_lacks(
    counted: Counted, day: str, form: str, missing: list[str]
) -> None:
    counted.table(day, HEADER, f"1,UBND xã Bình Khánh,{form},,18/03/2021,01/BB-KT,,Có,0,0,")
    counted.check(f"{day}T07:30")
    assert [i.key for i in counted.items("inspections") if i.note == "kind_missing"] == missing


def test_eight_of_twenty_five_are_enough(counted: Counted) -> None:
    counted.table(
        "2021-03-26", HEADER,
        *(f"1,{unit},Định kỳ,,18/03/2021,0{n}/BB-KT,,Có,0,0," for n, unit in enumerate((
            "Bình Khánh", "Lý Nhơn", "Cần Thạnh", "Thạnh An", "Phòng Tư pháp", "Phòng Y tế",
            "Phòng Kinh tế", "Thanh tra huyện", "Trường THCS Bình Khánh",
        ))),
    )  # fmt: skip
    counted.check("2021-03-26T07:30")
    assert counted.reading(DISTRICT, "inspections") == (8, 25, "met")
    with_schools = tuple(
        replace(t, options={**t.options, "include_schools": True}) if t.id == "inspections" else t
        for t in counted.house.targets
    )
    counted.house = replace(counted.house, targets=with_schools)
    counted.check("2021-03-26T14:00")
    found = counted.reading(DISTRICT, "inspections")
    assert found is not None
    assert (found[0], found[2]) == (9, "on_track"), "the schools came into the list as well"


def test_harassment_cases_not_decided_on_are_named(counted: Counted) -> None:
    counted.table(
        "2021-03-26", HEADER + ",Số vụ nhũng nhiễu,Đã xử lý",
        "1,UBND xã Bình Khánh,Định kỳ,,18/03/2021,01/BB-KT,,Có,0,0,,3,1",
        "2,UBND xã Lý Nhơn,Định kỳ,,19/03/2021,02/BB-KT,,Có,0,0,,1,1",
    )  # fmt: skip
    counted.check("2021-03-26T07:30")
    assert counted.reading(DISTRICT, "harassment") == (2, 4, "info")
    assert named(counted, "harassment") == [("01/BB-KT", None, "harassment_open", "2")]


def test_a_planned_surprise_is_shown_only_in_confidence(sampled: Counted) -> None:
    shown = [
        i for i in sampled.items("inspections", confidential=True) if i.note == "planned_surprise"
    ]
    assert [(i.key, i.label, i.due) for i in shown] == [
        ("xa_long_hoa 2021-09", "UBND xã Long Hòa", 20210930235959)
    ]
    assert "planned_surprise" not in {i.note for i in sampled.items("inspections")}
    assert named(sampled, unit="xa_long_hoa") == []


def join(counted: Counted, number: int, role: Role, unit: str) -> None:
    now, engine = counted.at, counted.house.engine
    with writing(engine) as tx:
        found = units.unit_by_slug(tx, unit, now.date())
        assert found is not None
        token = people.create_invitation(
            tx, role=role, unit_id=found.id, deputy=False, source=None, now=now,
            expires_at=now + timedelta(hours=1),
        )  # fmt: skip
        people.redeem(
            tx, token, user_id=number, chat_id=number, name="Cán bộ", now=now, today=now.date()
        )


def test_a_planned_surprise_stays_out_of_everything_that_is_told(counted: Counted) -> None:
    join(counted, 11, Role.LEADER, DISTRICT)
    join(counted, 12, Role.HEAD, "xa_long_hoa")
    join(counted, 13, Role.HEAD, "xa_thanh_an")
    report = counted.table(
        "2021-10-04", HEADER,
        "1,UBND xã Long Hòa,Đột xuất,Tháng 9/2021,,,,,,,",
        "2,UBND xã Long Hoàa,Đột xuất,Tháng 9/2021,,,,,,,",
        "3,UBND xã Long Hòa,Đột xuất,một ngày đẹp trời,15/10/2021,,,mập mờ,nhiều,,",
        "4,UBND xã Long Hòa,kiểu mới,Tháng 11/2021,,,,,,,",
        "5,UBND xã Bình Khánh,Đột xuất,,18/03/2021,01/BB-KT,,Có,0,0,",
    )  # fmt: skip
    counted.check("2021-10-04T07:30")

    secret = [
        (i.key, i.note) for i in counted.items("inspections", confidential=True)
        if i.note == "planned_surprise"
    ]  # fmt: skip
    assert secret == [
        ("xa_long_hoa 2021-09", "planned_surprise"),
        ("xa_long_hoa 20211015", "planned_surprise"),
        ("xa_long_hoa 2021-11", "planned_surprise"),
    ]

    def stored(*tables: str) -> list[Any]:
        with reading(counted.house.engine) as tx:
            found = [tx.execute(text(f"SELECT * FROM {table}")).mappings() for table in tables]
            return [dict(row) for rows in found for row in rows]

    of_the_file = [import_json([report]), stored("row_flags", "rejects", "delivery_units")]
    assert [r.reason for r in report.rejects] == [
        "the unit is not in the organisation on that day (write its full name)"
    ]
    assert {(f.row, f.key, f.flag) for f in report.flags} >= {
        (4, "", "bad_date:planned"), (5, "", "unknown_form"),
    }  # fmt: skip
    assert words_in(of_the_file, "Long Hòa", "long_hoa", "đẹp trời", "mập mờ") == []

    # That nobody has inspected Long Hòa this year is no secret; that somebody will, is.
    messages = stored("outbox")
    assert messages, "the leader and the heads got their digests"
    told = [
        messages, stored("alerts", "alert_steps"), items_json(counted.due_soon()),
        [items_json(counted.items(target.id)) for target in counted.house.targets],
    ]  # fmt: skip
    surprises = ("planned_surprise", "2021-09", "20210930", "20211015", "2021-11", "20211130")
    assert words_in(told, *surprises) == []
    assert words_in(told, "not_inspected", "long_hoa") == ["not_inspected", "long_hoa"]


def words_in(told: object, *words: str) -> list[str]:
    printed = json.dumps(told, ensure_ascii=False, default=str)
    return [word for word in words if word in printed]


def test_a_surprise_that_has_been_is_no_secret_any_more(counted: Counted) -> None:
    planned = "1,UBND xã Long Hòa,Đột xuất,Tháng 9/2021,,,,,,,"
    counted.table("2021-09-01", HEADER, planned)
    counted.check("2021-09-01T07:30")
    assert named(counted) == []
    counted.table(
        "2021-09-13", HEADER,
        "1,UBND xã Long Hòa,Đột xuất,Tháng 9/2021,10/09/2021,09/BB-KT,,Có,1,0,30/09/2021",
    )  # fmt: skip
    counted.check("2021-09-13T07:30")
    assert named(counted, confidential=True) == [("09/BB-KT", 20210930235959, "remedy_open", "1")]
    assert counted.reading("xa_long_hoa", "inspections") == (1, 1, "info")
