"""Are the ratings of a satisfaction survey taken from its counts, whatever percentage it prints?"""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.intake.delivering import Desk
from tests.db.intake.made import SAMPLES

HEADER = (
    "Kỳ", "Đơn vị", "Lĩnh vực", "Số phiếu hợp lệ", "Rất hài lòng", "Hài lòng", "Bình thường",
    "Không hài lòng", "Rất không hài lòng", "Tỷ lệ hài lòng (%)",
)  # fmt: skip
PERIOD, UNIT, FIELD = "Quý I/2021", "UBND xã Bình Khánh", "Hộ tịch"
COUNTS = "satisfied, neutral, valid"


def row(*counts: str, period: str = PERIOD, unit: str = UNIT, field: str = FIELD) -> list[str]:
    return [period, unit, field, *counts]


def test_the_sample_is_taken_without_a_flag(desk: Desk) -> None:
    report = desk.take(SAMPLES / "khao_sat.csv")
    assert (report.source, report.outcome, report.rows, report.loaded) == (
        "surveys", "accepted", 8, 8,
    )  # fmt: skip
    assert (report.rejects, report.flags) == ((), ())
    assert desk.known(COUNTS, "surveys", "valid") == [
        (0, 0, 0), (19, 1, 20), (22, 2, 24), (27, 1, 28), (40, 0, 40), (56, 1, 58), (97, 0, 97),
        (99, 5, 108),
    ]  # fmt: skip
    assert set(desk.known("period", "surveys", "id")) == {"2021-Q1"}


@pytest.mark.parametrize(
    ("counts", "known", "flags"),
    [
        pytest.param(["58", "40", "16", "1", "1", "0", "96,55"], (56, 1, 58), [], id="as printed"),
        pytest.param(
            ["58", "40", "16", "1", "1", "0", "96.5517"], (56, 1, 58), [], id="with a point"
        ),
        pytest.param(["58", "40", "16", "1", "1", "0", "96,6%"], (56, 1, 58), [], id="rounded"),
        pytest.param(
            ["58", "40", "16", "1", "1", "0", "0,965517"], (56, 1, 58), [], id="as a fraction"
        ),
        pytest.param(
            ["58", "40", "16", "1", "1", "0", "98,00"], (56, 1, 58), ["printed_rate_differs"],
            id="another rate than the counts give",
        ),
        pytest.param(
            ["58", "40", "16", "1", "1", "0", "cao"], (56, 1, 58), ["bad_number:rate"],
            id="a rate that is none",
        ),
        pytest.param(["0", "0", "0", "0", "0", "0", "#DIV/0!"], (0, 0, 0), [], id="nobody asked"),
        pytest.param(
            ["60", "40", "16", "1", "1", "0", ""], (56, 1, 60), ["ratings_do_not_add_up"],
            id="two ballots without a rating stay in the whole",
        ),
        pytest.param(
            ["", "40", "16", "1", "1", "0", ""], (56, 1, 58), ["valid_not_given"],
            id="where no valid ballots are given, the ratings",
        ),
        pytest.param(
            ["50", "40", "16", "1", "1", "0", ""], (0, 0, 0),
            ["ratings_do_not_add_up", "impossible_counts"], id="more satisfied than asked",
        ),
        pytest.param(
            ["58", "bốn mươi", "16", "1", "1", "0", ""], (0, 0, 0),
            ["bad_number:very_satisfied", "impossible_counts"],
            id="a count that is none is not taken for 0",
        ),
        pytest.param(
            ["58", "-40", "16", "1", "1", "0", ""], (0, 0, 0),
            ["bad_number:very_satisfied", "impossible_counts"], id="less than nobody",
        ),
        pytest.param(
            ["58", "#REF!", "16", "1", "1", "0", ""], (0, 0, 0), ["impossible_counts"],
            id="a broken formula is not taken for 0",
        ),
        pytest.param(
            ["18", "#REF!", "16", "1", "1", "0", ""], (16, 1, 18), [],
            id="unless the others are all the ballots",
        ),
        pytest.param(
            ["", "#REF!", "16", "1", "1", "0", ""], (0, 0, 0), ["impossible_counts"],
            id="which nobody knows where the ballots are not told",
        ),
        pytest.param(["18", "-", "16", "1", "1", "", ""], (16, 1, 18), [], id="a dash is nobody"),
    ],
)  # fmt: skip
def test_a_row_of_ratings(
    desk: Desk, counts: list[str], known: tuple[int, ...], flags: list[str]
) -> None:
    report = desk.table(HEADER, row(*counts))
    assert report.rejects == ()
    assert desk.known(COUNTS, "surveys", "id") == [known]
    assert [f.flag for f in report.flags] == flags


def test_a_scale_of_three_steps_has_no_neutral_answer(desk: Desk) -> None:
    header = ("Kỳ", "Đơn vị", "Lĩnh vực", "Rất hài lòng", "Hài lòng", "Không hài lòng")
    report = desk.table(header, [PERIOD, UNIT, FIELD, "40", "16", "2"])
    assert (report.outcome, report.flags) == ("accepted", ())
    assert desk.known(COUNTS, "surveys", "id") == [(56, 0, 58)]


def test_a_row_without_its_period_or_unit_is_refused_and_the_others_are_taken(desk: Desk) -> None:
    counts = ("58", "40", "16", "1", "1", "0", "")
    report = desk.table(
        HEADER,
        row(*counts, period="Đợt 1"),
        row(*counts, unit="UBND xã Không Có"),
        row(*counts),
    )
    assert [(r.row, r.column, r.value) for r in report.rejects] == [
        (2, "Kỳ", "Đợt 1"), (3, "Đơn vị", "UBND xã Không Có"),
    ]  # fmt: skip
    assert (report.outcome, report.loaded) == ("accepted_with_rejects", 1)


def test_the_sum_under_the_table_is_not_taken_for_a_count_of_rows(desk: Desk) -> None:
    report = desk.table(
        HEADER,
        row("58", "40", "16", "1", "1", "0", "96,55"),
        ["", "TỔNG CỘNG", "", "58", "40", "16", "1", "1", "0", ""],
    )
    assert (report.outcome, report.rows, dict(report.dropped)) == ("accepted", 1, {"total": 1})


def test_a_survey_delivered_again_takes_the_place_of_its_old_numbers(desk: Desk) -> None:
    desk.table(HEADER, row("58", "40", "16", "1", "1", "0", ""))
    desk.table(HEADER, row("60", "41", "17", "1", "1", "0", ""), day=date(2021, 3, 24))
    desk.table(HEADER, row("10", "1", "1", "8", "0", "0", ""), day=date(2021, 3, 22))
    assert desk.known(COUNTS, "surveys", "id") == [(58, 1, 60)], "an older file changes nothing"


def test_the_last_of_two_rows_for_one_field_stays_and_is_flagged(desk: Desk) -> None:
    report = desk.table(
        HEADER, row("10", "10", "0", "0", "0", "0", ""), row("20", "20", "0", "0", "0", "0", "")
    )
    assert [f.flag for f in report.flags] == ["duplicate"]
    assert desk.known(COUNTS, "surveys", "id") == [(20, 0, 20)]


@pytest.mark.parametrize(
    ("periods", "counting"),
    [
        (["Quý I/2021", "Quý II/2021"], ["2021-Q1", "2021-Q2"]),
        (["Quý I/2021", "6 tháng đầu năm 2021"], ["2021-H1"]),
        (["Quý I/2021", "Quý II/2021", "6 tháng đầu năm 2021"], ["2021-Q1", "2021-Q2"]),
        (["Năm 2021", "Tháng 3/2021"], ["2021"]),
        (["Năm 2020", "Tháng 3/2021"], ["2020", "2021-03"]),
    ],
    ids=[
        "two quarters are both told",
        "a half-year contains its quarter",
        "two quarters are finer than their half-year",
        "a year contains its month",
        "two years are told apart",
    ],
)
def test_no_ballot_counts_twice_when_periods_overlap(
    desk: Desk, periods: list[str], counting: list[str]
) -> None:
    for period in periods:
        counts = row("10", "10", "0", "0", "0", "0", "", period=period)
        desk.table(HEADER, counts, day=date(2021, 12, 31))
    found = desk.rows("SELECT period, counts FROM surveys ORDER BY period")
    assert [survey["period"] for survey in found if survey["counts"]] == counting


def test_a_period_that_has_not_begun_is_in_no_rate_until_a_later_file_tells_of_it(
    desk: Desk,
) -> None:
    report = desk.table(HEADER, row("10", "9", "0", "1", "0", "0", "", period="Quý IV/2021"))
    assert [f.flag for f in report.flags] == ["future_date"]
    assert desk.known("counts, flags", "surveys", "id") == [(0, "future_date")]
    later = row("20", "19", "0", "1", "0", "0", "", period="Quý IV/2021")
    desk.table(HEADER, later, day=date(2021, 10, 1))
    assert desk.known("counts, flags", "surveys", "id") == [(1, "")]


def test_what_cannot_be_covers_no_period(desk: Desk) -> None:
    desk.table(HEADER, row("10", "9", "0", "0", "0", "0", "", period="Quý I/2021"))
    desk.table(HEADER, row("10", "90", "0", "0", "0", "0", "", period="6 tháng đầu năm 2021"))
    found = desk.rows("SELECT period, counts FROM surveys ORDER BY period")
    assert [(s["period"], s["counts"]) for s in found] == [("2021-H1", 0), ("2021-Q1", 1)]


def test_a_later_quarter_with_fewer_rows_is_not_held_against_the_first(desk: Desk) -> None:
    counts = ("10", "10", "0", "0", "0", "0", "")
    many = [row(*counts, field=f"Lĩnh vực {n}") for n in range(40)]
    few = [row(*counts, field=f"Lĩnh vực {n}", period="Quý II/2021") for n in range(20)]
    assert desk.table(HEADER, *many).outcome == "accepted"
    assert desk.table(HEADER, *few, day=date(2021, 7, 1)).outcome == "accepted"
    again = desk.table(HEADER, *many[:20], day=date(2021, 7, 2))
    assert (again.outcome, again.reason_code) == ("refused", "fewer_rows")
