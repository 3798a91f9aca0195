"""Is a cell a dossier code, which one, and which day does it name?

The form is set by Circular 01/2018/TT-VPCP, article 19 (unit, receiving day, number of the day);
since Decision 20/2020/QD-TTg the unit is written from the top (H29.16 for 000.00.16.H29).
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from db.intake.refusals import BadValue

# Letters O in the digit places are zeros typed by hand.
_OLD = re.compile(
    r"([0-9O]{3})\.([0-9O]{2})\.([0-9O]{2})\.([A-Z])([0-9O]{2})-([0-9O]{6})-([0-9O]{4,5})"
)
_NEW = re.compile(r"([A-Z])([0-9O]{2})((?:\.[0-9O]{1,3}){0,3})-([0-9O]{6})-([0-9O]{4,5})")
_WELL_FORMED_DAY = re.compile(r"(?:.*)-(\d{6})-\d{4,5}")
_ROUNDED = re.compile(r"\d{13,}")  # a number cell of a workbook: its last digits are lost
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_OLD_LENGTHS = (25, 26)  # with four or five digits for the running number
_UNIT_PREFIX = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}-")

_MEND = str.maketrans(
    {
        **{ord(dash): "-" for dash in "‐‑‒–—―−﹣－"},
        **{0xFF01 + place: chr(0x21 + place) for place in range(94)},
        **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\xad"), ""),
        **dict.fromkeys(map(ord, "\xa0\u202f\u3000"), " "),
    }
)

# Unit prefixes met so far, "000.02.16.H29-": some dozens in a district's lifetime.
_PREFIXES: set[str] = set()
_MOST_PREFIXES = 10_000


def clean_code(text: str) -> tuple[str, bool]:
    """The code with typing slips mended, and whether it has the form of the circular.

    A code of another form (an old paper number such as ``123/HS-BK``) is kept as it is typed.
    Raises BadValue for a code that a spreadsheet has turned into a number.
    """
    if (
        text[:14] in _PREFIXES
        and len(text) in _OLD_LENGTHS
        and text[20] == "-"
        and text[14:20].isdigit()
        and text[21:].isdigit()
        and text.isascii()
    ):
        return text, True
    return _clean_slowly(text)


def code_day(code: str) -> int | None:
    """The receiving day (YYYYMMDD) that a well-formed code names; None when it names none."""
    usual = len(code) in _OLD_LENGTHS and code[20] == "-"
    return _read_day(code[14:20] if usual else _day_part(code))


def _clean_slowly(text: str) -> tuple[str, bool]:
    typed = " ".join(text.translate(_MEND).split())
    if _SCIENTIFIC.fullmatch(typed) or _ROUNDED.fullmatch(typed):
        raise BadValue(
            f"the code became a number: {typed!r} (export the column as text,"
            " as 000.02.16.H29-210301-0001)"
        )
    code = typed.replace(" ", "").upper()
    if old := _OLD.fullmatch(code):
        a, b, c, letter, number, day, running = old.groups()
        code = f"{_zeros(a)}.{_zeros(b)}.{_zeros(c)}.{letter}{_zeros(number)}"
        code = f"{code}-{_zeros(day)}-{_zeros(running)}"
    elif new := _NEW.fullmatch(code):
        letter, number, path, day, running = new.groups()
        code = f"{letter}{_zeros(number + path)}-{_zeros(day)}-{_zeros(running)}"
    else:
        return typed, False
    if len(_PREFIXES) < _MOST_PREFIXES and _UNIT_PREFIX.fullmatch(code[:14]):
        _PREFIXES.add(code[:14])
    return code, True


def _zeros(digits: str) -> str:
    return digits.replace("O", "0")


def _day_part(code: str) -> str:
    found = _WELL_FORMED_DAY.fullmatch(code)
    return found[1] if found else ""


@lru_cache(maxsize=65_536)
def _read_day(digits: str) -> int | None:
    if len(digits) != 6 or not digits.isdecimal():
        return None
    year, month, day = 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])
    try:
        date(year, month, day)
    except ValueError:
        return None
    return year * 10_000 + month * 100 + day
