"""Which files are refused whole: too many bad rows, too few rows, none at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from db.intake.gate import Previous, judge_file, may_be_one_page
from tests.db.intake.delivering import RULES, Desk, codes, dossier

MONDAY, TUESDAY = date(2021, 3, 22), date(2021, 3, 23)
NEW_YEAR = date(2022, 1, 4)


def judged(**given: Any) -> str | None:
    facts = {"rows": 100, "bad": 0, "printed_total": None, "previous": None, "rules": RULES}
    refusal = judge_file(**(facts | given))
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("rows", "bad", "code"),
    [
        pytest.param(100, 0, None, id="no bad row"),
        pytest.param(4, 3, None, id="three bad rows never refuse a file"),
        pytest.param(8, 4, "bad_rows", id="four of eight are many"),
        pytest.param(80, 4, None, id="four of eighty are five per cent"),
        pytest.param(79, 4, "bad_rows", id="four of seventy-nine are more than five per cent"),
        pytest.param(100, 5, None, id="five of a hundred are not more than five per cent"),
        pytest.param(100, 6, "bad_rows", id="six of a hundred are"),
        pytest.param(0, 0, "no_rows", id="a header with no rows below"),
    ],
)
def test_bad_rows(rows: int, bad: int, code: str | None) -> None:
    assert judged(rows=rows, bad=bad) == code


def test_the_limits_are_the_settings() -> None:
    strict = replace(RULES, bad_rows_percent=0, bad_rows_free=0)
    assert judged(bad=1, rules=strict) == "bad_rows"
    assert judged(rows=15, previous=Previous(rows=19, day=20210322)) is None
    lists = replace(RULES, fewer_rows_from=10)
    assert judged(rows=15, previous=Previous(rows=19, day=20210322), rules=lists) == "fewer_rows"


@pytest.mark.parametrize(
    ("rows", "previous", "total", "code"),
    [
        pytest.param(80, 100, None, None, id="a fifth fewer passes"),
        pytest.param(79, 100, None, "fewer_rows", id="more than a fifth fewer does not"),
        pytest.param(300, 100, None, None, id="more rows are welcome"),
        pytest.param(1, 19, None, None, id="a short list may shrink"),
        pytest.param(1, 20, None, "fewer_rows", id="a list of twenty may not"),
        pytest.param(80, None, 100, None, id="a fifth fewer than it prints passes"),
        pytest.param(79, None, 100, "fewer_than_printed", id="fewer than it prints of itself"),
        pytest.param(100, None, 80, None, id="more than it prints"),
    ],
)
def test_far_fewer_rows(
    rows: int, previous: int | None, total: int | None, code: str | None
) -> None:
    before = Previous(rows=previous, day=20210322) if previous else None
    assert judged(rows=rows, previous=before, printed_total=total) == code


def test_a_refusal_says_the_numbers_and_what_to_do() -> None:
    refusal = judge_file(
        rows=10, bad=0, printed_total=None, previous=Previous(rows=40, day=20210322), rules=RULES
    )
    assert refusal is not None
    assert refusal.text == ("it has only 10 rows, the file of 22/03/2021 had 40: export all of it")
    assert refusal.facts == {"rows": 10, "previous": 40, "day": 20210322}


def many(count: int, unit: str = "UBND xã Bình Khánh", number: str = "02") -> list[dict[str, str]]:
    return [dossier(code, unit=unit) for code in codes(count, number)]


def test_fewer_rows_are_compared_with_the_same_units_only(desk: Desk) -> None:
    whole = many(20) + many(5, "UBND xã Lý Nhơn", "07")
    assert desk.dossiers(*whole, day=MONDAY).outcome == "accepted"
    assert desk.dossiers(*many(3), day=TUESDAY).outcome == "accepted", "a commune's own file"
    short = desk.dossiers(*many(5), *many(2, "UBND xã Lý Nhơn", "07"), day=TUESDAY)
    assert (short.outcome, short.reason_code) == ("refused", "fewer_rows")
    assert (short.loaded, len(desk.known("code"))) == (0, 25)


def test_fewer_rows_are_compared_with_the_same_period_only(desk: Desk) -> None:
    quarter = "Từ ngày 01/01/2021 đến ngày 31/03/2021"
    march = "Từ ngày 01/03/2021 đến ngày 23/03/2021"
    assert desk.dossiers(*many(25), day=MONDAY, title=quarter).outcome == "accepted"
    assert desk.dossiers(*many(4), day=TUESDAY, title=march).outcome == "accepted"
    again = desk.dossiers(*many(5), day=TUESDAY, title=quarter)
    assert again.reason_code == "fewer_rows"


def test_fewer_rows_are_never_compared_across_a_new_year(desk: Desk) -> None:
    assert desk.dossiers(*many(25), day=date(2021, 12, 31)).outcome == "accepted"
    assert desk.dossiers(*many(3), day=NEW_YEAR).outcome == "accepted"


def test_a_refused_file_is_no_measure_for_the_next(desk: Desk) -> None:
    desk.dossiers(*many(25), day=MONDAY)
    assert desk.dossiers(*many(4), day=MONDAY).outcome == "refused"
    assert desk.dossiers(*many(5), day=TUESDAY).reason_facts["previous"] == 25


def test_the_printed_total_is_compared(desk: Desk) -> None:
    report = desk.dossiers(*many(7), {"Số hồ sơ": "Tổng cộng: 10 hồ sơ"})
    assert (report.outcome, report.reason_code) == ("refused", "fewer_than_printed")
    assert report.reason_facts == {"rows": 7, "total": 10}
    good = desk.dossiers(*many(8), {"Số hồ sơ": "Tổng cộng: 8 hồ sơ"})
    assert (good.outcome, good.rows, good.dropped) == ("accepted", 8, {"total": 1})


def test_rows_dropped_on_purpose_are_not_bad_rows(desk: Desk) -> None:
    header = ("Số ký hiệu", "Ngày ban hành", "Đơn vị ban hành", "Nơi nhận", "Loại nơi nhận",
              "Hình thức gửi", "Độ mật")  # fmt: skip
    row = ("15/03/2021", "UBND xã Bình Khánh", "Phòng Nội vụ", "Cơ quan hành chính", "Điện tử")
    secret = [(f"{n}/UBND", *row, "Mật") for n in range(20)]
    report = desk.table(header, *secret, ("99/UBND", *row, ""))
    assert (report.outcome, report.rows, report.loaded) == ("accepted", 21, 1)
    assert report.dropped == {"secret": 20}


@pytest.mark.parametrize(
    ("rows", "total", "previous", "doubted"),
    [
        pytest.param(500, None, None, True, id="500 rows in a first file"),
        pytest.param(1000, None, None, True, id="1000 rows in a first file"),
        pytest.param(501, None, None, False, id="501 rows"),
        pytest.param(500, 500, None, False, id="500 rows, as it prints itself"),
        pytest.param(500, 520, None, True, id="500 rows of the 520 that it prints"),
        pytest.param(500, None, 498, False, id="500 rows after 498"),
        pytest.param(500, None, 500, True, id="500 rows again"),
    ],
)
def test_a_file_as_long_as_a_page_is_doubted(
    rows: int, total: int | None, previous: int | None, doubted: bool
) -> None:
    before = Previous(rows=previous, day=20210322) if previous else None
    assert may_be_one_page(rows=rows, printed_total=total, previous=before) is doubted


def test_a_page_of_dossiers_is_taken_and_doubted(desk: Desk) -> None:
    report = desk.dossiers(*many(500))
    assert (report.outcome, [d.kind for d in report.doubts]) == ("accepted", ["one_page"])
    assert report.doubts[0].facts == {"rows": 500}
