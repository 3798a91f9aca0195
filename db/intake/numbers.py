"""Which number, or which yes or no, does a cell mean as Vietnamese offices type it?"""

from __future__ import annotations

import re
from decimal import Decimal

from db.intake.header import fold
from db.intake.refusals import BadValue

# What stands for "nothing": a dash, or the error that a spreadsheet printed instead of a number.
_NOTHING = {"", "-", "–", "—", "--", "n/a", "na", "#n/a"}
_ERRORS = {"#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!"}
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,\s])\d{3})(?:\1\d{3})*")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_GROUPED_FRACTION = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:,\d{3})+\.\d+")

_YES = {"co", "x", "v", "true", "yes", "y", "1", "roi", "da", "dat", "dung", "da co"}
_NO = {"khong", "k", "false", "no", "n", "0", "chua", "khong co", "chua co", "khong dat", "sai"}
_TICKS = {"✓", "✔", "☑", "√", "●", "🗹"}
_CROSSES = {"✗", "✘", "☐", "□"}


def is_nothing(text: str) -> bool:
    """An empty cell or a dash: nothing was counted there, which a broken formula does not say."""
    return text.strip().casefold() in _NOTHING


def parse_count(text: str) -> int | None:
    """A whole number; None for an empty cell, a dash or ``#DIV/0!``. ``1.234`` is 1234.

    Raises BadValue for anything else, a fraction included.
    """
    if text.isdecimal():
        return int(text)
    number = parse_decimal(text)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise BadValue(f"not a whole number: {text.strip()[:40]!r} (write 1234)")
    return int(number)


def parse_decimal(text: str) -> Decimal | None:
    """A number with a decimal comma or point, a percent sign left out; None as in parse_count.

    A single group of exactly three digits after one mark is thousands (``1.234`` is 1234), as
    Vietnamese offices write them, unless the number begins with a zero.
    """
    cell = text.strip()
    if is_nothing(cell) or cell.casefold() in _ERRORS:
        return None
    cell = cell.removesuffix("%").strip()
    if _GROUPED.fullmatch(cell) and not cell.lstrip("+-").startswith("0"):
        return Decimal(re.sub(r"[.,\s]", "", cell))
    if _PLAIN.fullmatch(cell):
        return Decimal(cell.replace(",", "."))
    if _GROUPED_FRACTION.fullmatch(cell):
        comma_last = cell.rfind(",") > cell.rfind(".")
        plain = cell.replace(".", "").replace(",", ".") if comma_last else cell.replace(",", "")
        return Decimal(plain)
    raise BadValue(f"not a number: {text.strip()[:40]!r} (write 1234 or 96,55)")


def parse_yes_no(text: str) -> bool | None:
    """Có/Không, x, ✓, TRUE and the like; None for an empty cell or a dash. Raises BadValue."""
    cell = text.strip()
    if cell in _TICKS:
        return True
    if cell in _CROSSES:
        return False
    if is_nothing(cell):
        return None
    word = fold(cell)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadValue(f"neither yes nor no: {cell[:40]!r} (write Có or Không)")
