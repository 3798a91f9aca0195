"""Which moment of the district's clock does a cell mean, however it was typed?

A moment is an int YYYYMMDDHHMMSS, a day an int YYYYMMDD: they order and compare as they read.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from db.intake.refusals import BadValue

FIRST_YEAR, LAST_YEAR = 1990, 2100
END_OF_DAY = 235959
_EPOCH = date(1899, 12, 30)  # day 0 of Excel's calendar, after its leap-year error of 1900
_DISTRICT_OFFSET = 7 * 60  # minutes ahead of UTC
_DASHES = {"-", "–", "—", "--", "---"}

# Ordinary exports repeat a few hundred days and clock times: each is worked out once. They hold
# only plain dd/mm/yyyy days of 1990..2100 and HH:MM[:SS] times, so they cannot grow without end.
_DAYS: dict[str, int] = {}  # "01/03/2021" -> 20210301000000
_CLOCKS: dict[str, int] = {}  # " 08:10" -> 81000


def parse_moment(
    text: str, *, hint: int | None = None, end_of_day: bool = False, month_first: bool = False
) -> int | None:
    """The moment that the cell means, None for an empty cell (or a dash).

    A cell without an hour, or with 00:00 as exports fill it in, is the start of its day, or
    23:59:59 of it with ``end_of_day`` (what a due date means). ``hint`` is a day that the cell is
    likely to mean (from the dossier's code): it decides between day/month and month/day when both
    are possible, else ``month_first`` does. Raises BadValue when the cell holds no date.
    """
    day = _DAYS.get(text[:10])
    if (
        day is not None
        and not month_first
        # The hint matters only when day and month could be exchanged.
        and (hint is None or day == hint * 1_000_000 or day // 1_000_000 % 100 > 12)
    ):
        rest = text[10:]
        if not rest:
            return day + END_OF_DAY if end_of_day else day
        clock = _CLOCKS.get(rest)
        if clock:
            return day + clock
    return _parse_any(text, hint, end_of_day, month_first)


def parse_day(text: str, *, hint: int | None = None, month_first: bool = False) -> int | None:
    """The day (YYYYMMDD) that the cell means; an hour in it is left out."""
    moment = parse_moment(text, hint=hint, month_first=month_first)
    return None if moment is None else moment // 1_000_000


def is_month_first(text: str, day: int | None) -> bool:
    """Whether the cell means ``day`` only when read as month/day/year (a row of US dates)."""
    if day is None:
        return False
    found = _DAY_MONTH.match(text)
    if found is None:
        return False
    month, in_month = int(found[1]), int(found[2])
    rest = day % 10_000
    return rest == month * 100 + in_month and rest != in_month * 100 + month


_DAY_MONTH = re.compile(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-]\d")
_CLOCK = (
    r"(?P<hour>\d{1,2})\s*(?::|h|g|giờ|gio)\s*(?:(?P<minute>\d{1,2})\s*(?:phút|phut|p)?)?"
    r"(?:\s*:\s*(?P<second>\d{1,2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>sa|ch|am|pm|sáng|chiều|a\.m\.|p\.m\.)?"
    r"\s*(?P<zone>z|[+-]\d{2}:?\d{2})?"
)
_DMY = r"(?P<first>\d{1,2})\s*[/.\-]\s*(?P<second_>\d{1,2})\s*[/.\-]\s*(?P<year>\d{4}|\d{2})"
_YMD = r"(?P<year>\d{4})[/.\-](?P<month>\d{1,2})[/.\-](?P<day>\d{1,2})"
_WORDS = r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+(?P<year>\d{4})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?:ngày\s+)?{_DMY}(?:[\s,t]+(?:lúc\s+)?{_CLOCK})?",
        rf"{_YMD}(?:[\s,t]+{_CLOCK})?",
        rf"{_CLOCK}[\s,]+(?:ngày\s+)?{_DMY}",
        rf"(?:{_CLOCK}[\s,]+)?(?:ngày\s+)?{_WORDS}",
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
_PLAIN_CLOCK = re.compile(r"[ T]\d\d:\d\d(?::\d\d)?")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_MORNING = {"sa", "am", "sáng", "a.m."}


@lru_cache(maxsize=65_536)
def _parse_any(text: str, hint: int | None, end_of_day: bool, month_first: bool) -> int | None:
    cell = text.strip()
    if not cell or cell in _DASHES:
        return None
    if _SERIAL.fullmatch(cell):
        day, clock = _read_serial(cell)
    else:
        found = next(filter(None, (form.fullmatch(cell.lower()) for form in _FORMS)), None)
        if found is None:
            raise BadValue(f"not a date: {cell[:40]!r} (write 22/03/2021 or 22/03/2021 08:30)")
        parts = found.groupdict()
        day = _read_day(parts, cell, hint, month_first)
        clock = _read_clock(parts, cell)
        if parts.get("zone"):
            day, clock = _to_district(day, clock or 0, parts["zone"])
    _remember(cell, day, clock)
    if not clock:
        clock = END_OF_DAY if end_of_day else 0
    return day * 1_000_000 + clock


def _read_day(parts: dict[str, str | None], cell: str, hint: int | None, month_first: bool) -> int:
    year = int(parts["year"] or 0)
    if year < 100:
        year += 2000
    if parts.get("month"):
        return _check_day(year, int(parts["month"] or 0), int(parts["day"] or 0), cell)
    first, second = int(parts["first"] or 0), int(parts["second_"] or 0)
    if second > 12 >= first:
        return _check_day(year, first, second, cell)
    if first <= 12 and second <= 12 and first != second:
        by_day = year * 10_000 + second * 100 + first
        by_month = year * 10_000 + first * 100 + second
        if by_month == hint or (month_first and by_day != hint):
            return _check_day(year, first, second, cell)
    return _check_day(year, second, first, cell)


def _check_day(year: int, month: int, day: int, cell: str) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadValue(f"the year of {cell[:40]!r} is outside {FIRST_YEAR}..{LAST_YEAR}")
    try:
        date(year, month, day)
    except ValueError:
        raise BadValue(
            f"no such day: {cell[:40]!r} (write day/month/year, as 22/03/2021)"
        ) from None
    return year * 10_000 + month * 100 + day


def _read_clock(parts: dict[str, str | None], cell: str) -> int | None:
    if not parts.get("hour"):
        return None
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    second = int(parts["second"] or 0)
    half = parts.get("half")
    if half in _MORNING:
        hour = 0 if hour == 12 else hour if hour < 12 else 99
    elif half and hour < 12:
        hour += 12
    if (hour, minute, second) == (24, 0, 0):
        return END_OF_DAY
    if hour > 23 or minute > 59 or second > 59:
        raise BadValue(f"no such time of day: {cell[:40]!r} (write 22/03/2021 08:30)")
    return hour * 10_000 + minute * 100 + second


def _read_serial(cell: str) -> tuple[int, int | None]:
    """A spreadsheet's count of days since 1899-12-30, with the time as a fraction."""
    serial = float(cell.replace(",", "."))
    seconds = round(serial % 1 * 86_400)
    day = _EPOCH + timedelta(days=int(serial) + seconds // 86_400)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadValue(f"not a date: {cell!r} (write 22/03/2021 or 22/03/2021 08:30)")
    seconds %= 86_400
    clock = seconds // 3_600 * 10_000 + seconds // 60 % 60 * 100 + seconds % 60
    return int(f"{day:%Y%m%d}"), clock or None


def _to_district(day: int, clock: int, zone: str | None) -> tuple[int, int]:
    """A moment with its offset from UTC, on the district's clock (UTC+7)."""
    offset = 0
    if zone and zone != "z":
        digits = zone.replace(":", "")
        offset = (int(digits[1:3]) * 60 + int(digits[3:5])) * (-1 if digits[0] == "-" else 1)
    minutes = clock // 10_000 * 60 + clock // 100 % 100 + _DISTRICT_OFFSET - offset
    moved = date(day // 10_000, day // 100 % 100, day % 100) + timedelta(days=minutes // 1_440)
    minutes %= 1_440
    return int(f"{moved:%Y%m%d}"), minutes // 60 * 10_000 + minutes % 60 * 100 + clock % 100


def _remember(cell: str, day: int, clock: int | None) -> None:
    year, month, in_month = day // 10_000, day // 100 % 100, day % 100
    plain = (f"{in_month:02}/{month:02}/{year}", f"{year}-{month:02}-{in_month:02}")
    if cell[:10] in plain:
        _DAYS[cell[:10]] = day * 1_000_000
        if clock and _PLAIN_CLOCK.fullmatch(cell, 10):
            _CLOCKS[cell[10:]] = clock
