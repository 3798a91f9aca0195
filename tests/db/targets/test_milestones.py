"""Plan items 1 to 3: is the index's grade out and good enough, and are milestones kept?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from alerts.explaining import explanation
from alerts.history import judged_years
from bot.questions.plan import newest_published
from db import read_models
from db.engine import reading
from db.records import PublishedYear
from db.units import unit_by_slug
from tests.db.targets.counted import Counted

DISTRICT = "huyen_can_gio"
HEADER = (
    "Mã mốc,Chỉ tiêu,Nội dung công việc,Đơn vị chủ trì,Hạn hoàn thành,Sản phẩm,Ngày hoàn thành,"
    "Số văn bản,Trạng thái"
)
INDEX = "Chỉ số CCHC năm 2020,Phòng Nội vụ,30/06/2021"


@pytest.fixture
def sampled(counted: Counted) -> Counted:
    report = counted.sample("moc_cong_viec", "2021-04-01")
    assert (report.source, report.outcome, report.loaded) == ("milestones", "accepted", 8)
    assert (report.rejects, report.flags) == ((), ())
    counted.check("2021-04-01T07:30")
    return counted


def named(counted: Counted, target: str, unit: str | None = None) -> list[tuple[Any, ...]]:
    return [(i.key, i.due, i.days_late, i.note, i.detail) for i in counted.items(target, unit)]


@pytest.mark.parametrize(
    ("unit", "target", "expected"),
    [
        pytest.param(DISTRICT, "organisation", (0, 1, "info"), id="the district: one due, overdue"),
        pytest.param("phong_tu_phap", "organisation", (0, 1, "info"), id="its lead unit"),
        pytest.param("phong_noi_vu", "organisation", (0, 0, "none"), id="nothing of it is due yet"),
        pytest.param("phong_tai_chinh_ke_hoach", "organisation", None, id="leads none of them"),
        pytest.param(DISTRICT, "workforce", (1, 1, "info"), id="done three days before its day"),
        pytest.param("phong_noi_vu", "workforce", (1, 1, "info"), id="by its lead unit"),
        pytest.param(DISTRICT, "par_index", (0, 0, "unpublished"), id="the index is not out"),
        pytest.param("phong_noi_vu", "par_index", None, id="the index is the district's alone"),
    ],
)
def test_the_sample_counts_as_worked_out_by_hand(
    sampled: Counted, unit: str, target: str, expected: tuple[Any, ...] | None
) -> None:
    assert sampled.reading(unit, target) == expected


def test_the_goals_are_the_words_of_the_plan(sampled: Counted) -> None:
    goals = {target: r["goal"] for target, r in sampled.readings(DISTRICT).items()}
    assert goals["organisation"] == goals["workforce"] == "milestones, no number"
    assert goals["par_index"] == "grade Tốt or higher"


def test_the_overdue_milestone_is_named_to_its_lead_unit_and_to_the_district(
    sampled: Counted,
) -> None:
    overdue = [("M2-02", 20210331235959, 1, "milestone_overdue", None)]
    assert named(sampled, "organisation", "phong_tu_phap") == overdue
    assert named(sampled, "organisation") == overdue
    assert named(sampled, "organisation", "phong_noi_vu") == []
    assert named(sampled, "par_index") == [
        ("PAR-20", 20210630235959, None, "par_index_unpublished", None)
    ]


@pytest.mark.parametrize(
    ("at", "notes"),
    [
        ("2021-03-30T07:30", []),
        ("2021-03-31T07:30", [("M3-02", "milestone_due_soon")]),
        ("2021-04-15T14:00", [("M3-02", "milestone_due_soon")]),
        ("2021-04-16T07:30", [("M3-02", "milestone_overdue")]),
    ],
    ids=[
        "sixteen days before nothing is said",
        "fifteen days before it is named",
        "on its day it is still due",
        "the day after it is overdue",
    ],
)
def test_a_milestone_is_named_in_time(
    counted: Counted, at: str, notes: list[tuple[str, str]]
) -> None:
    counted.sample("moc_cong_viec", "2021-03-23")
    counted.check(at)
    found = counted.items("workforce")
    assert [(i.key, i.note) for i in found if i.key == "M3-02"] == notes


def test_a_milestone_done_late_lowers_the_share_and_is_no_longer_named(counted: Counted) -> None:
    counted.table(
        "2021-04-01", HEADER,
        "M2-01,2,Báo cáo,Phòng Tư pháp,15/03/2021,,20/03/2021,412/TB-UBND,Hoàn thành trễ",
        "M2-02,2,Báo cáo,Phòng Tư pháp,15/03/2021,,15/03/2021,413/TB-UBND,Hoàn thành",
        "M2-03,2,Báo cáo,Phòng Tư pháp,15/03/2021,,,,Hoàn thành",
    )  # fmt: skip
    counted.check("2021-04-01T07:30")
    assert counted.reading("phong_tu_phap", "organisation") == (1, 2, "info")
    assert named(counted, "organisation") == [
        ("M2-03", 20210315235959, None, "milestone_without_day", None)
    ]


@pytest.mark.parametrize(
    ("cells", "at", "expected"),
    [
        (",12/04/2021,15/QĐ-UBND,Tốt", "2021-04-13T07:30", ("Tốt", "met")),
        (",12/04/2021,15/QĐ-UBND,Đạt loại Xuất sắc", "2021-04-13T07:30", ("Xuất sắc", "met")),
        (",12/04/2021,15/QĐ-UBND,Đạt loại Khá", "2021-04-13T07:30", ("Khá", "missed")),
        ("Xếp loại Tốt,12/04/2021,15/QĐ-UBND,", "2021-04-13T07:30", ("Tốt", "met")),
        (",,,Dự kiến loại Tốt", "2021-04-13T07:30", (None, "unpublished")),
        (",,,Chưa công bố", "2021-06-30T14:00", (None, "unpublished")),
        (",,,Chưa công bố", "2021-07-01T07:30", (None, "stale")),
    ],
    ids=[
        "the grade that is asked for",
        "a better one",
        "a lower one",
        "said by the product's cell",
        "hoped for only",
        "until the end of June it is merely not out",
        "after June it is overdue",
    ],
)
def test_the_index_is_judged_by_the_published_grade(
    counted: Counted, cells: str, at: str, expected: tuple[str | None, str]
) -> None:
    counted.table(at[:10], HEADER, f"PAR-20,1,{INDEX},{cells}")
    counted.check(at)
    found = counted.readings(DISTRICT)["par_index"]
    assert (found["answer"], found["state"]) == expected


def test_the_grade_before_is_shown_while_the_new_one_is_not_out(counted: Counted) -> None:
    counted.table(
        "2021-07-05", HEADER,
        "PAR-19,1,Chỉ số CCHC năm 2019,Phòng Nội vụ,30/06/2020,,01/06/2020,9/QĐ-UBND,Khá",
        f"PAR-20,1,{INDEX},,,,Chưa công bố",
    )  # fmt: skip
    counted.check("2021-07-05T07:30")
    assert named(counted, "par_index", "phong_noi_vu") == [
        ("PAR-20", 20210630235959, 3, "par_index_overdue", "Khá (2019)")
    ]
    assert counted.reading(DISTRICT, "par_index") == (0, 0, "stale")


def test_a_grade_out_this_year_is_last_years_and_next_year_asks_for_the_next(
    counted: Counted,
) -> None:
    row = f"PAR-20,1,{INDEX},,12/04/2021,15/QĐ-UBND,Tốt"
    counted.table("2021-04-13", HEADER, row)
    counted.check("2021-04-13T07:30")
    assert counted.readings(DISTRICT)["par_index"]["answer"] == "Tốt"
    assert named(counted, "par_index") == []
    counted.table(
        "2022-01-10",
        HEADER,
        row,
        "PAR-21,1,Chỉ số CCHC năm 2021,Phòng Nội vụ,30/06/2022,,,,Chưa công bố",
    )
    counted.check("2022-01-10T07:30")
    assert counted.reading(DISTRICT, "par_index") == (0, 0, "unpublished")
    assert named(counted, "par_index") == [
        ("PAR-21", 20220630235959, None, "par_index_unpublished", "Tốt (2020)")
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("M8-01,8.3,Ký hợp đồng,Phòng Tư pháp,15/03/2021,,,,", (None, None, "no_data"),
                     id="a list without a milestone of item 2 says nothing of it"),
        pytest.param("M2-01,2,Báo cáo,Phòng Tư pháp,30/06/2021,,,,", (0, 0, "none"),
                     id="one is entered and not yet due"),
        pytest.param("M2-01,2,Báo cáo,Phòng Tư pháp,,,,,", (0, 0, "none"),
                     id="one is entered that has no due day"),
        pytest.param("M2-01,2,Báo cáo,Phòng Tư pháp,15/03/2021,,,,Hoàn thành", (0, 0, "none"),
                     id="one is said to be done on no day"),
        pytest.param("M2-01,2,Báo cáo,Phòng Tư pháp,15/03/2021,,,,", (0, 1, "info"),
                     id="one has come due"),
    ],
)  # fmt: skip
def test_no_milestone_entered_is_no_data_and_none_due_is_none(
    counted: Counted, row: str, expected: tuple[Any, ...]
) -> None:
    counted.table("2021-04-01", HEADER, row)
    counted.check("2021-04-01T07:30")
    assert counted.reading(DISTRICT, "organisation") == expected
    own = None if row.startswith("M8") else expected
    assert counted.reading("phong_tu_phap", "organisation") == own, "a unit is not asked for any"
    assert counted.reading(DISTRICT, "workforce") == (None, None, "no_data")


def test_a_list_older_than_five_weeks_is_stale(sampled: Counted) -> None:
    sampled.check("2021-05-06T07:30")
    assert sampled.reading(DISTRICT, "organisation") == (0, 1, "info")
    sampled.check("2021-05-07T07:30")
    assert sampled.reading(DISTRICT, "organisation") == (0, 1, "stale")


# --- the years of the index -----------------------------------------------------------------------


def years(counted: Counted, at: str) -> list[tuple[int, str, bool | None]]:
    """What an explanation lists of the index at a moment: year, grade, whether it will do."""
    counted.check(at)
    (target,) = [t for t in counted.house.targets if t.id == "par_index"]
    with reading(counted.house.engine) as tx:
        unit = unit_by_slug(tx, DISTRICT, counted.at.date())
        assert unit is not None
        why = explanation(counted.house, tx, unit, target)
    assert why is not None
    return [(x.year, x.answer, x.kept) for x in why.history]


def index(year: int, grade: str, published: str) -> str:
    """One line of the list: the index of a year."""
    name = f"Chỉ số CCHC năm {year}"
    return f"PAR-{year},1,{name},Phòng Nội vụ,30/06/{year + 1},,{published},9/QĐ-UBND,{grade}"


GRADES = (
    index(2019, "Khá", "01/06/2020"), index(2020, "Trung bình", "12/04/2021"),
    index(2021, "Tốt", "10/05/2022"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("at", "out", "expected", "state"),
    [
        ("2021-01-18T07:30", 1, [(2019, "Khá", None)], "unpublished"),
        ("2021-04-13T07:30", 2, [(2020, "Trung bình", False), (2019, "Khá", None)], "missed"),
        ("2022-01-18T07:30", 2, [(2020, "Trung bình", False), (2019, "Khá", None)], "unpublished"),
        ("2022-05-11T07:30", 3,
         [(2021, "Tốt", True), (2020, "Trung bình", False), (2019, "Khá", None)], "met"),
    ],
    ids=[
        "before the plan's first index is out, there is the year before, which it does not judge",
        "the first year fails",
        "it stays failed while the next is not out",
        "and when the next is good, which is judged by itself",
    ],
)  # fmt: skip
def test_each_year_of_the_index_keeps_its_own_result(
    counted: Counted, at: str, out: int, expected: list[tuple[int, str, bool | None]], state: str
) -> None:
    counted.table(at[:10], HEADER, *GRADES[:out])
    assert years(counted, at) == expected
    assert counted.readings(DISTRICT)["par_index"]["state"] == state


def test_the_last_index_of_the_plan_is_judged_in_the_year_after_it(counted: Counted) -> None:
    (target,) = [t for t in counted.house.targets if t.id == "par_index"]
    (other,) = [t for t in counted.house.targets if t.id == "organisation"]
    assert [target.holds_on(date(2026, *day)) for day in ((1, 1), (12, 31))] == [True, True]
    assert not target.holds_on(date(2027, 1, 1))
    assert not target.holds_on(date(2020, 12, 31))
    assert not other.holds_on(date(2026, 1, 1))
    judged = judged_years(
        target, [PublishedYear(year=year, answer="Khá") for year in (2026, 2025, 2020, 2019)]
    )
    assert [x.kept for x in judged] == [None, False, False, None]


def test_while_the_index_is_not_out_a_status_shows_the_newest_one(counted: Counted) -> None:
    counted.table("2022-07-05", HEADER, *GRADES[:2])
    counted.check("2022-07-05T07:30")
    assert counted.readings(DISTRICT)["par_index"]["state"] == "stale"
    with reading(counted.house.engine) as tx:
        unit = unit_by_slug(tx, DISTRICT, counted.at.date())
        assert unit is not None
        view = read_models.status(tx, unit.id, counted.at)
        newest = newest_published(tx, counted.house, view)
    assert newest == {"par_index": PublishedYear(year=2020, answer="Trung bình", kept=False)}
