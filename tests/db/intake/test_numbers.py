"""Are numbers, and yes and no, understood as offices type them?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.intake.values import BadValue, parse_count, parse_decimal, parse_yes_no


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("12", 12),
        ("1.234", 1234),
        ("1,234", 1234),
        ("1 234 567", 1234567),
        ("1.234,0", 1234),
        ("12.0", 12),
        ("-5", -5),
        ("", None),
        ("-", None),
        ("#DIV/0!", None),
        ("0", 0),
    ],
)
def test_a_count_is_understood(text: str, count: int | None) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize("text", ["1.234,5", "12,5", "mười", "12 hồ sơ", "1.2.3"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="write 1234"):
        parse_count(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("96,55", "96.55"),
        ("91.67", "91.67"),
        ("91,67%", "91.67"),
        ("100,0", "100"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("0,125", "0.125"),
        ("100 %", "100"),
    ],
)
def test_a_fraction_is_understood(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


@given(number=st.integers(0, 10**9))
def test_a_number_grouped_the_vietnamese_way_comes_back(number: int) -> None:
    assert parse_count(f"{number:,}".replace(",", ".")) == number


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *[(word, True) for word in ("Có", "có", "CO", "x", "X", "✓", "TRUE", "1", "Đã có", "Rồi")],
        *[(word, False) for word in ("Không", "khong", "FALSE", "0", "Chưa", "✗", "Chưa có")],
        *[(word, None) for word in ("", " ", "-")],
    ],
)
def test_yes_and_no(text: str, answer: bool | None) -> None:
    assert parse_yes_no(text) is answer


def test_another_word_is_neither() -> None:
    with pytest.raises(BadValue, match="Có or Không"):
        parse_yes_no("có thể")
