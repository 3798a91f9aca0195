"""Plan item 4: are citizens, parents and pupils satisfied, in which field and at which school?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.commands.shapes import status_json
from bot.commands.why import explanation_of
from db import read_models
from db.engine import reading
from settings import ZONE
from tests.db.targets.counted import Counted

DISTRICT = "huyen_can_gio"
SERVICES, EDUCATION = "satisfaction_services", "satisfaction_education"
HEADER = "Kỳ,Đơn vị,Lĩnh vực,Số phiếu hợp lệ,Rất hài lòng,Hài lòng,Bình thường,Không hài lòng"


def by_field(counted: Counted, unit: str) -> dict[str, dict[str, Any]]:
    """field -> the unit's reading of satisfaction with services."""
    targets = {target.id: target for target in counted.house.targets}
    with reading(counted.house.engine) as tx:
        view = read_models.status(tx, counted._unit(tx, unit), counted.at)
    found = status_json(view, targets, ZONE)["readings"]
    return {r["field"]: r for r in found if r["target"] == SERVICES}


@pytest.fixture
def surveyed(counted: Counted) -> Counted:
    assert counted.sample("khao_sat", "2021-04-05").outcome == "accepted"
    counted.check("2021-04-05T07:30")
    return counted


@pytest.mark.parametrize(
    ("unit", "field", "value", "state", "reason", "small"),
    [
        pytest.param(DISTRICT, "Hộ tịch", "95.12", "at_risk", "inside_the_margin", False,
                     id="the district adds the communes' ballots up: 78 of 82"),
        pytest.param(DISTRICT, "Bảo trợ xã hội", "95.00", "missed", "exactly_on_a_strict_goal",
                     True, id="19 of 20 are exactly 95 and not above"),
        pytest.param(DISTRICT, "Đất đai", "91.67", "missed", "below_the_goal", False,
                     id="99 of 108, printed with a percent sign"),
        pytest.param(DISTRICT, "Xây dựng", "96.43", "met", "meets_the_goal", True,
                     id="27 of 28, a small sample"),
        pytest.param(DISTRICT, "Chứng thực", "100.00", "met", "meets_the_goal", False,
                     id="everybody"),
        pytest.param("xa_binh_khanh", "Hộ tịch", "96.55", "met", "meets_the_goal", False,
                     id="a commune's own field"),
        pytest.param("xa_ly_nhon", "Hộ tịch", "91.67", "missed", "below_the_goal", True,
                     id="a commune with few ballots"),
        pytest.param("xa_thanh_an", "Hộ tịch", None, "none", "nothing_to_count", False,
                     id="nobody was asked: a division by zero is nothing to count"),
        pytest.param("xa_long_hoa", None, None, "unpublished", "not_published_yet", False,
                     id="a commune that no survey of the year names yet"),
    ],
)  # fmt: skip
def test_the_sample_counts_as_worked_out_by_hand(
    surveyed: Counted,
    unit: str,
    field: str | None,
    value: str | None,
    state: str,
    reason: str,
    small: bool,
) -> None:
    found = by_field(surveyed, unit)[field]  # type: ignore[index]
    assert (found["value"], found["state"], found["reason"], found["small_sample"]) == (
        value, state, reason, small,
    )  # fmt: skip


def test_without_any_ballots_of_the_year_the_survey_is_not_out(counted: Counted) -> None:
    counted.table("2021-01-05", HEADER, "Quý IV/2020,Bình Khánh,Hộ tịch,50,40,8,1,1")
    counted.check("2021-01-05T07:30")
    for unit in (DISTRICT, "xa_binh_khanh"):
        found = by_field(counted, unit)
        assert {name: (r["state"], r["reason"]) for name, r in found.items()} == {
            None: ("unpublished", "not_published_yet")
        }


def test_where_not_everybody_was_satisfied_is_named_the_lowest_first(surveyed: Counted) -> None:
    found = [(i.key, i.field, i.detail, i.note) for i in surveyed.items(SERVICES)]
    assert found == [
        ("huyen_can_gio", "Đất đai", "99/108", "ratings_dissatisfied"),
        ("xa_ly_nhon", "Hộ tịch", "22/24", "ratings_neutral"),
        ("xa_binh_khanh", "Bảo trợ xã hội", "19/20", "ratings_neutral"),
        ("huyen_can_gio", "Xây dựng", "27/28", "ratings_neutral"),
        ("xa_binh_khanh", "Hộ tịch", "56/58", "ratings_dissatisfied"),
    ]
    own = surveyed.items(SERVICES, "xa_ly_nhon")
    assert [(i.label, i.detail) for i in own] == [("UBND xã Lý Nhơn", "22/24")]


def test_the_neutral_answer_may_be_left_out_of_the_ballots(surveyed: Counted) -> None:
    surveyed.house = replace(
        surveyed.house,
        targets=tuple(
            replace(t, options={"neutral_counts_out": True}) if t.id == SERVICES else t
            for t in surveyed.house.targets
        ),
    )
    surveyed.check("2021-04-05T14:00")
    found = by_field(surveyed, DISTRICT)["Bảo trợ xã hội"]
    assert (found["numerator"], found["denominator"], found["state"]) == (19, 19, "met")
    assert {i.field for i in surveyed.items(SERVICES)} == {"Đất đai", "Hộ tịch"}


def test_the_year_adds_its_periods_up_and_no_ballot_twice(counted: Counted) -> None:
    rows = (
        "Quý I/2021,Bình Khánh,Hộ tịch,50,40,8,1,1",
        "Quý II/2021,Bình Khánh,Hộ tịch,50,50,0,0,0",
        "6 tháng đầu năm 2021,Bình Khánh,Hộ tịch,100,90,8,1,1",
        "6 tháng đầu năm 2021,Lý Nhơn,Hộ tịch,100,97,0,3,0",
        "Quý I/2020,Bình Khánh,Hộ tịch,50,0,0,0,50",
    )
    counted.table("2021-07-05", HEADER, *rows)
    counted.check("2021-07-05T07:30")
    found = by_field(counted, DISTRICT)["Hộ tịch"]
    assert (found["numerator"], found["denominator"]) == (98 + 97, 200)
    why = explanation_of(counted.house, DISTRICT, SERVICES, "Hộ tịch")
    assert [(x.reason, x.count) for x in why.left_out] == [("told_by_another_period", 1)]
    assert {(r.name, r.numerator, r.denominator) for r in why.readings} >= {
        ("neutral_counts", 195, 200), ("neutral_counts_out", 195, 196),
    }  # fmt: skip


def test_a_survey_is_good_for_two_hundred_days(surveyed: Counted) -> None:
    surveyed.check("2021-10-22T07:30")
    assert by_field(surveyed, DISTRICT)["Đất đai"]["state"] == "missed"
    surveyed.check("2021-10-25T07:30")
    assert by_field(surveyed, DISTRICT)["Đất đai"]["state"] == "stale"


def test_a_communes_own_survey_says_nothing_of_the_others(counted: Counted) -> None:
    counted.table("2021-04-05", HEADER, "Quý I/2021,Bình Khánh,Hộ tịch,50,40,8,1,1")
    counted.check("2021-04-05T07:30")
    assert by_field(counted, "xa_binh_khanh")["Hộ tịch"]["value"] == "96.00"
    assert by_field(counted, DISTRICT)["Hộ tịch"]["denominator"] == 50
    assert counted.reading("xa_ly_nhon", SERVICES) == (None, None, "no_data")


# --- education ---


@pytest.fixture
def schooled(counted: Counted) -> Counted:
    assert counted.sample("khao_sat_gd", "2021-06-01").outcome == "accepted"
    counted.check("2021-06-01T07:30")
    return counted


@pytest.mark.parametrize(
    ("unit", "expected", "small"),
    [
        pytest.param(DISTRICT, (860, 893, "met"), False, id="the district is weighted by ballots"),
        pytest.param("thcs_binh_khanh", (171, 180, "missed"), False, id="exactly 95 is not above"),
        pytest.param("th_doi_lau", (54, 60, "missed"), False, id="90 of a hundred"),
        pytest.param("th_thanh_an", (28, 28, "met"), True, id="everybody, of few"),
        pytest.param("mn_long_hoa", (80, 80, "met"), False, id="Long Hoà is Long Hòa"),
        pytest.param("thcs_ly_nhon", (73, 75, "met"), False, id="without the word Trường"),
        pytest.param("mn_an_thoi_dong", (0, 0, "unpublished"), False, id="a school not asked yet"),
    ],
)
def test_the_sample_of_schools_counts_as_worked_out_by_hand(
    schooled: Counted, unit: str, expected: tuple[Any, ...], small: bool
) -> None:
    assert schooled.reading(unit, EDUCATION) == expected
    assert schooled.readings(unit)[EDUCATION]["small_sample"] is small


def test_the_district_prints_its_rate(schooled: Counted) -> None:
    assert schooled.readings(DISTRICT)[EDUCATION]["value"] == "96.30"
    assert schooled.reading("xa_binh_khanh", EDUCATION) is None, "communes have no such line"


def test_the_schools_that_do_not_lie_above_the_goal_are_named(schooled: Counted) -> None:
    assert [(i.key, i.detail, i.note) for i in schooled.items(EDUCATION)] == [
        ("th_doi_lau", "54/60", "school_below_goal"),
        ("thcs_binh_khanh", "171/180", "school_below_goal"),
    ]
    assert [i.label for i in schooled.items(EDUCATION, "th_doi_lau")] == ["Trường Tiểu học Doi Lầu"]
    assert schooled.items(EDUCATION, "mn_long_hoa") == ()


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2021-05-27T14:00", "unpublished"),
        ("2021-05-28T07:30", "met"),
        ("2021-12-31T14:00", "met"),
        ("2022-01-10T07:30", "unpublished"),
        ("2022-06-24T07:30", "unpublished"),
        ("2022-06-27T07:30", "stale"),
    ],
    ids=[
        "not before the survey ends",
        "on the day on which it ends",
        "until the end of that year",
        "the next year waits for its own survey",
        "for four hundred days",
        "and then it is overdue",
    ],
)
def test_a_survey_counts_for_the_year_in_which_it_ended(
    counted: Counted, at: str, state: str
) -> None:
    counted.sample("khao_sat_gd", "2021-05-21")
    counted.check(at)
    found = counted.reading(DISTRICT, EDUCATION)
    assert found is not None
    assert found[2] == state


def test_of_two_surveys_that_end_in_one_year_the_newer_counts(counted: Counted) -> None:
    header = (
        "Năm học,Trường,Số phiếu hợp lệ,Hài lòng,Rất hài lòng,Không hài lòng,Ngày kết thúc khảo sát"
    )
    counted.table(
        "2021-12-20", header,
        "2020-2021,THCS Lý Nhơn,100,50,20,30,28/05/2021",
        "2021-2022,THCS Lý Nhơn,80,40,40,0,15/12/2021",
        "2020-2021,Trường Tiểu học Doi Lầu,60,33,21,6,28/05/2021",
    )  # fmt: skip
    counted.check("2021-12-14T07:30")
    assert counted.reading(DISTRICT, EDUCATION) == (None, None, "no_data")
    counted.check("2021-12-20T07:30")
    assert counted.reading("thcs_ly_nhon", EDUCATION) == (80, 80, "met")
    assert counted.reading(DISTRICT, EDUCATION) == (134, 140, "at_risk")
    assert [i.key for i in counted.items(EDUCATION)] == ["th_doi_lau"]
