"""Which months does a cell mean, and which of several periods tell most, none of it twice?"""

from __future__ import annotations

import pytest

from db.intake.periods import Period, choose_disjoint, parse_period
from db.intake.refusals import BadValue


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Quý I/2021", "2021-Q1"),
        ("Quý IV năm 2021", "2021-Q4"),
        ("Q.3/2021", "2021-Q3"),
        ("quy 2 2021", "2021-Q2"),
        ("Tháng 3/2021", "2021-03"),
        ("T3/2021", "2021-03"),
        ("T12/2020", "2020-12"),
        ("tháng 03 năm 2021", "2021-03"),
        ("3/2021", "2021-03"),
        ("6 tháng đầu năm 2021", "2021-H1"),
        ("Sáu tháng đầu năm 2021", "2021-H1"),
        ("6 tháng cuối năm 2021", "2021-H2"),
        ("6T/2021", "2021-H1"),
        ("nửa cuối năm 2021", "2021-H2"),
        ("9 tháng năm 2021", "2021-01..09"),
        ("9 tháng cuối năm 2021", "2021-04..12"),
        ("Năm 2021", "2021"),
        ("Cả năm 2021", "2021"),
        ("2021", "2021"),
        ("12 tháng năm 2021", "2021"),
    ],
)
def test_a_period_as_offices_write_it(text: str, key: str) -> None:
    period = parse_period(text)
    assert period.key == key
    assert parse_period(key) == period, "a key is read as it was printed"


@pytest.mark.parametrize(
    "text", ["", "Quý V/2021", "Tháng 13/2021", "T0/2021", "Đợt 1", "2020-2021", "Quý I", "Năm 21"]
)
def test_what_is_no_period_is_refused_with_a_right_example(text: str) -> None:
    with pytest.raises(BadValue, match="Quý I/2021"):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("T3/2021", 20210331235959),
        ("T2/2021", 20210228235959),
        ("T2/2024", 20240229235959),
        ("Quý I/2021", 20210331235959),
        ("Năm 2021", 20211231235959),
    ],
)
def test_a_period_ends_with_its_last_month(text: str, ends: int) -> None:
    assert parse_period(text).ends == ends


QUARTERS = ["2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        pytest.param(["2021-Q1"], ["2021-Q1"], id="one period counts"),
        pytest.param(QUARTERS, QUARTERS, id="periods that follow each other all count"),
        pytest.param([*QUARTERS, "2021"], QUARTERS, id="four quarters stand for their year"),
        pytest.param(["2021-Q1", "2021"], ["2021"], id="a year contains its only quarter"),
        pytest.param(
            ["2021-Q1", "2021-Q2", "2021-H1"], QUARTERS[:2], id="two quarters stand for their half"
        ),
        pytest.param(["2021-Q1", "2021-H1"], ["2021-H1"], id="a half contains its first quarter"),
        pytest.param(
            ["2021-01", "2021-03", "2021-Q1"], ["2021-Q1"], id="two months are no quarter"
        ),
        pytest.param(
            ["2021-01", "2021-02", "2021-03", "2021-Q1", "2021-Q2"],
            ["2021-01", "2021-02", "2021-03", "2021-Q2"],
            id="three months are one, beside the next quarter",
        ),
        pytest.param(
            ["2021-01..09", "2021-H2", "2021-Q4"],
            ["2021-01..09", "2021-Q4"],
            id="of two that overlap, what covers the whole year",
        ),
        pytest.param([], [], id="nothing of nothing"),
    ],
)
def test_no_month_is_counted_twice_and_none_is_lost(given: list[str], chosen: list[str]) -> None:
    found = choose_disjoint(parse_period(key) for key in given)
    assert {period.key for period in found} == set(chosen)
    assert found == choose_disjoint(parse_period(key) for key in reversed(given)), "in any order"
    assert all(isinstance(period, Period) for period in found)
