"""Does the formula that the settings choose decide what on time means, of dossiers and of cases?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.explain import Explanation
from bot.commands.why import explanation_of
from tests.db.targets.counted import Counted

DISTRICT = "huyen_can_gio"
DOSSIERS, CASES = "on_time", "on_time_complaints"
EXTRA = "Số hồ sơ,Lĩnh vực,Đơn vị tiếp nhận,Ngày tiếp nhận,Ngày hẹn trả,Ngày xử lý xong,Trạng thái"


def counted_by(counted: Counted, formula: str) -> Counted:
    counted.house = replace(
        counted.house,
        targets=tuple(
            replace(t, options={**t.options, "formula": formula})
            if t.id in (DOSSIERS, CASES)
            else t
            for t in counted.house.targets
        ),
    )
    counted.sample("ho_so", "2021-03-23")
    counted.sample("don_thu", "2021-03-23")
    counted.check("2021-03-23T07:30")
    return counted


def why(counted: Counted, unit: str, target: str) -> Explanation:
    return explanation_of(counted.house, unit, target, None)


def rivals(why: Explanation) -> dict[str, tuple[int, int]]:
    return {r.name: (r.numerator, r.denominator) for r in why.readings}


@pytest.mark.parametrize(
    ("formula", "dossiers", "cases"),
    [
        pytest.param("finished_and_overdue", (4, 6), (4, 6), id="what is open and past is late"),
        pytest.param("finished", (4, 5), (4, 5), id="what is open is in no rate"),
        pytest.param("portal_766", (5, 7), (6, 8), id="what is open within its time is on time"),
    ],
)
def test_the_formula_in_force_is_the_reading(
    counted: Counted, formula: str, dossiers: tuple[int, int], cases: tuple[int, int]
) -> None:
    counted_by(counted, formula)
    for target, expected in ((DOSSIERS, dossiers), (CASES, cases)):
        found = why(counted, DISTRICT, target)
        assert (found.numerator, found.denominator) == expected == rivals(found)[formula]
    communes = ("xa_binh_khanh", "thi_tran_can_thanh", "phong_quan_ly_do_thi")
    agencies = ("thanh_tra_huyen", "ban_bt_gpmb", "ban_tiep_cong_dan")
    for target, units in ((DOSSIERS, communes), (CASES, agencies)):
        for unit in units:
            found = why(counted, unit, target)
            assert (found.numerator, found.denominator) == rivals(found)[formula], unit


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("01/04/2021,,Đang xử lý", (1, 1), id="open within its time"),
        pytest.param("22/03/2021,,Đang xử lý", (0, 1), id="open and past it"),
        pytest.param("31/12/2020,,Đang xử lý", (0, 1), id="past it since last year"),
        pytest.param("01/04/2021,,Yêu cầu bổ sung giấy tờ", (1, 1), id="waiting for its citizen"),
        pytest.param("01/04/2021,,Không được tiếp nhận", (0, 0), id="never accepted"),
        pytest.param(",,Đang xử lý", (0, 0), id="without a due date"),
        pytest.param("19/03/2021,22/03/2021,Đã xử lý xong", (0, 1), id="finished late"),
        pytest.param("31/12/2020,30/12/2020,Đã xử lý xong", (0, 0), id="finished last year"),
    ],
)
def test_the_portals_formula_takes_in_what_is_open(
    counted: Counted, row: str, expected: tuple[int, int]
) -> None:
    code = "000.03.16.H29-201201-0001"
    counted.table("2021-03-23", EXTRA, f"{code},Hộ tịch,Xã Lý Nhơn,01/12/2020 08:00,{row}")
    counted_by(counted, "portal_766")
    found = why(counted, "xa_ly_nhon", DOSSIERS)
    assert (found.numerator, found.denominator) == expected == rivals(found)["portal_766"]


@pytest.mark.parametrize(
    ("formula", "complaints", "denunciations", "petitions"),
    [
        pytest.param("finished_and_overdue", (1, 2), (2, 2), (1, 2), id="as the plan is read"),
        pytest.param("finished", (1, 2), (2, 2), (1, 1), id="without the open petition"),
        pytest.param("portal_766", (2, 3), (3, 3), (1, 2), id="with what is open in its time"),
    ],
)
def test_each_kind_of_case_is_shown_beside_the_one_figure(
    counted: Counted,
    formula: str,
    complaints: tuple[int, int],
    denunciations: tuple[int, int],
    petitions: tuple[int, int],
) -> None:
    counted_by(counted, formula)
    found = why(counted, DISTRICT, CASES)
    kinds = {name: counts for name, counts in rivals(found).items() if name.startswith("within_")}
    assert kinds == {
        "within_complaints": complaints,
        "within_denunciations": denunciations,
        "within_petitions": petitions,
    }
    whole = tuple(sum(counts[i] for counts in kinds.values()) for i in (0, 1))
    assert whole == (found.numerator, found.denominator), "the kinds add up to the one figure"
