"""Which value does a cell hold? The front door to moments, codes and numbers as typed."""

from __future__ import annotations

from db.intake.codes import clean_code, code_day
from db.intake.moments import is_month_first, parse_day, parse_moment
from db.intake.numbers import parse_count, parse_decimal, parse_yes_no
from db.intake.refusals import BadValue

__all__ = [
    "BadValue",
    "clean_code",
    "code_day",
    "is_month_first",
    "parse_count",
    "parse_day",
    "parse_decimal",
    "parse_moment",
    "parse_yes_no",
]
