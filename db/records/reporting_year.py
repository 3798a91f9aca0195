"""From which day to which does a reporting year run, and in which one does a day lie?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

_WRITTEN = re.compile(r"(\d\d)-(\d\d)")
_A_YEAR = 10_000  # a day is written YYYYMMDD, so a year is this far from the next
_TIME_OF_DAY = 1_000_000  # ... and a wall moment YYYYMMDDHHMMSS


@dataclass(frozen=True, slots=True)
class ReportingYear:
    """The calendar year, or a year that begins in December and has the name of the next one.

    Older reports of the City run from 15 December to 14 December (domain reference 1.0.3): the
    year 2021 of (12, 15) is that from 15/12/2020 to 14/12/2021.
    """

    month: int = 1
    day: int = 1
    # Added to a wall moment it moves the first day of a year to 1 January: what is left of the
    # month and the time is the year. One addition, because imports do it a million times.
    shift: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        begins = self.month * 100 + self.day
        shift = 0 if begins == 101 else _A_YEAR - begins
        object.__setattr__(self, "shift", shift * _TIME_OF_DAY)

    @classmethod
    def read(cls, text: str) -> ReportingYear:
        """A first day as MM-DD. Raises ValueError where no reporting year begins so."""
        found = _WRITTEN.fullmatch(text)
        month, day = (int(found[1]), int(found[2])) if found else (0, 0)
        if (month, day) != (1, 1) and not (month == 12 and 2 <= day <= 31):
            raise ValueError("a reporting year begins on 01-01, or from 12-02 to 12-31")
        return cls(month, day)

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"

    def of(self, day: date) -> int:
        """The year that a day lies in."""
        return day.year + (self.shift > 0 and (day.month, day.day) >= (self.month, self.day))

    def of_wall(self, moment: int) -> int:
        """The year that a wall moment (YYYYMMDDHHMMSS) lies in."""
        return (moment + self.shift) // (_A_YEAR * _TIME_OF_DAY)

    def first_day(self, year: int) -> date:
        return date(year - (self.shift > 0), self.month, self.day)

    def last_day(self, year: int) -> date:
        return self.first_day(year + 1) - timedelta(days=1)


CALENDAR_YEAR = ReportingYear()
