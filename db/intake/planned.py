"""For which days is something planned: a day, a month, a quarter, a half-year, a year?"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass

from db.indicators import DAY
from db.intake.moments import END_OF_DAY, parse_moment
from db.intake.periods import Period, parse_period
from db.intake.refusals import BadValue

_NAMES_A_YEAR = re.compile(r"(?:19|20)\d{2}")
_MONTHS = re.compile(r"(tháng|thang|t)\s*(\d{1,2})\s*(?:-|–|,|và|đến)\s*(\d{1,2})\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """Some days as planned; `name` is the same however they were typed (2021-03, 2021-Q2)."""

    name: str
    first: int  # wall moments, both inclusive
    last: int

    @property
    def is_a_day(self) -> bool:
        return self.first // DAY == self.last // DAY


def read_planned(text: str, year: int) -> Planned | None:
    """The days that a cell means; None for an empty one.

    `year` stands for one that is not written. Raises BadValue where the cell means no time.
    """
    cell = text.strip()
    if not cell:
        return None
    with contextlib.suppress(BadValue):
        moment = parse_moment(cell)
        return None if moment is None else whole_day(moment // DAY)
    dated = cell if _NAMES_A_YEAR.search(cell) else f"{cell} {year}"
    if found := _MONTHS.match(dated):
        first = parse_period(f"{found[1]} {found[2]} {dated[found.end() :]}")
        last = parse_period(f"{found[1]} {found[3]} {dated[found.end() :]}")
        if first.first <= last.last:
            return _of_months(Period(year=first.year, first=first.first, last=last.last))
    try:
        return _of_months(parse_period(dated))
    except BadValue:
        raise BadValue(
            f"not a planned time: {cell[:40]!r} (write Tháng 3/2021, Quý II/2021 or 15/03/2021)"
        ) from None


def whole_day(day: int) -> Planned:
    return Planned(name=str(day), first=day * DAY, last=day * DAY + END_OF_DAY)


def whole_year(year: int) -> Planned:
    return _of_months(Period(year=year, first=1, last=12))


def _of_months(period: Period) -> Planned:
    first = (period.year * 10_000 + period.first * 100 + 1) * DAY
    return Planned(name=period.key, first=first, last=period.ends)
