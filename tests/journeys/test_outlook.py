"""Does `status` say how the year will end, and is what will be missed at risk before it is?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.db.intake.made import make_csv
from tests.journeys.installation import DAY, SAMPLES, Installation

HEADER = (
    "Số hồ sơ", "Lĩnh vực", "Đơn vị tiếp nhận", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày xử lý xong",
    "Trạng thái",
)  # fmt: skip
MONDAY = "2021-03-22"
EVE, DAY_SIXTY = "2021-06-16", "2021-06-17"  # 59 and 60 working days after


def export(path: Path, *months: tuple[int, int, int]) -> Path:
    """The year so far: of each month how many were finished in time, and how many late."""
    rows = [HEADER]
    for month, in_time, late in months:
        for number in range(in_time + late):
            finished = f"1{number >= in_time:d}/{month:02}/2021"
            code = f"000.02.16.H29-21{month:02}01-{number + 1:04}"
            rows.append(
                (code, "Hộ tịch", "UBND xã Bình Khánh", f"01/{month:02}/2021",
                 f"10/{month:02}/2021", finished, "Đã trả kết quả")
            )  # fmt: skip
    return make_csv(path, rows)


def on_time(installation: Installation, day: str) -> dict[str, Any]:
    answer = installation.answer("status", "xa_binh_khanh", "--day", day)
    found: dict[str, Any] = next(r for r in answer["readings"] if r["target"] == "on_time")
    return found


def deliver(installation: Installation, day: str, *months: tuple[int, int, int]) -> dict[str, Any]:
    path = export(installation.folder / f"{day}.csv", *months)
    installation.must("import", path, "--day", day)
    installation.must("check", "--at", f"{day}T07:30")
    return on_time(installation, day)


MARCH = (3, 400, 0)


def test_a_year_that_goes_well(installation: Installation) -> None:
    reading = deliver(installation, MONDAY, MARCH)
    assert (reading["state"], reading["value"]) == ("met", "100.00")
    # 51 working days since New Year, 199 are left: 400 * 199 / 51 = 1561 are to come.
    # r = 419/420; (400 + 1561 r) / 1961; one standard error is the root of r (1 - r) / 420.
    # ceil(0.05 * 1961) - 1 may be late.
    assert reading["forecast"] == {
        "value": "99.81", "low": "99.62", "high": "100.00", "volume": 1961,
        "late_budget": 98, "unreachable_on": None,
    }  # fmt: skip


def test_what_will_be_missed_is_at_risk_while_it_is_still_met(installation: Installation) -> None:
    deliver(installation, MONDAY, MARCH)
    # No check is 60 working days old yet: the year itself is all that there is to go by.
    reading = deliver(installation, EVE, MARCH, (6, 48, 12))
    assert (reading["numerator"], reading["denominator"]) == (448, 460)
    assert (reading["state"], reading["reason"]) == ("met", "meets_the_goal")

    # The next day Monday's check is. 61 came since, 12 of them late; 139 days are left, so 141 are
    # to come at r = (49 + 19) / (61 + 20): (449 + 141 r) / 602 = 94.25.
    reading = deliver(installation, DAY_SIXTY, MARCH, (6, 49, 12))
    assert (reading["numerator"], reading["denominator"]) == (449, 461)
    assert (reading["state"], reading["reason"]) == ("at_risk", "forecast_to_miss")
    assert reading["needed"] == 0
    assert reading["forecast"]["value"] == "94.25"
    # ceil(0.05 * 602) - 1 = 30 may be late, 12 are; the 19th further one comes after
    # 19 * 139 / (141 * 13/81) = 116.7 working days.
    assert reading["forecast"]["late_budget"] == 18
    assert reading["forecast"]["unreachable_on"] == "2021-12-01"
    assert installation.answer("replay", DAY_SIXTY)["same"], "a forecast can be repeated too"

    # And whoever asks is told so, in the status, in the explanation and at a terminal.
    assert installation.answer("why", "xa_binh_khanh", "on_time")["forecast"] == reading["forecast"]
    texts = [installation.must(*of, "xa_binh_khanh", *more).out.splitlines() for of, more in (
        (("status",), ()), (("why",), ("on_time",)),
    )]  # fmt: skip
    assert any(line.startswith("   5 on_time") and line.endswith("  forecast 94.25 %")
               for line in texts[0])  # fmt: skip
    assert (
        "forecast: 94.25 % (93.29-95.20 %) of 602 in the whole year; 18 more may fail" in (texts[1])
    )
    assert "  out of reach from 2021-12-01" in texts[1]


def test_only_yearly_ratios_with_data_have_a_forecast(installation: Installation) -> None:
    installation.must("import", *SAMPLES.glob("*.csv"), "--day", DAY)
    installation.must("check", "--at", f"{DAY}T08:00")
    found: dict[str, set[bool]] = {}
    for unit in ("huyen_can_gio", "xa_binh_khanh"):
        for r in installation.answer("status", unit)["readings"]:
            judged = r["state"] in ("met", "at_risk", "missed") and r["denominator"]
            yearly = r["target"] in (
                "on_time", "on_time_complaints", "online_dossiers", "satisfaction_services",
                "satisfaction_education",
            )  # fmt: skip
            assert (r["forecast"] is not None) == bool(judged and yearly), r
            found.setdefault(r["target"], set()).add(r["forecast"] is not None)
    assert found["on_time"] == {True, False}, "a field in which nothing happened has none"
    assert found["apology_letters"] == {False}
