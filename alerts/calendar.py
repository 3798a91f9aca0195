"""Which days does the office work, and how many working days lie between two?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise

from db.records import CALENDAR_YEAR, ReportingYear

Span = tuple[time, time]  # from, until
OfficeHours = tuple[Span, ...]  # when the office is open on a working day: rising, apart
_CLOCK = r"((?:[01]\d|2[0-3]):[0-5]\d)"


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingCalendar:
    """The working days of an office; satisfies ``db.records.Workdays``.

    Between ``first`` and ``last`` (ordinals of days, both included) the working days are exactly
    ``days`` (ordinals, rising). Before and after that no holiday is known: there every Monday to
    Friday is a working day. Counting costs one or two bisections, however far apart the days are.
    """

    first: int
    last: int
    days: tuple[int, ...]
    reporting_year: ReportingYear = CALENDAR_YEAR

    def is_working(self, day: date) -> bool:
        ordinal = day.toordinal()
        return self._until(ordinal) > self._until(ordinal - 1)

    def add(self, day: date, working_days: int) -> date:
        """The day that many working days after (before, when negative).

        Day 1 is the next working day, even after a day off; 0 gives the day itself, worked or not.
        """
        if working_days == 0:
            return day
        if working_days > 0:
            return self._nth(self._until(day.toordinal()) + working_days)
        return self._nth(self._until(day.toordinal() - 1) + working_days + 1)

    def between(self, start: date, end: date) -> int:
        """Working days in (start, end]; 0 when end <= start."""
        if end <= start:
            return 0
        return self._until(end.toordinal()) - self._until(start.toordinal())

    def with_days(self, off: Iterable[date], working: Iterable[date]) -> WorkingCalendar:
        """The same calendar, but with those days off and those worked, whatever they were before.

        A day in both is worked.
        """
        worked = {day.toordinal() for day in working}
        changed = worked | {day.toordinal() for day in off}
        if not changed:
            return self
        first, last = self.first, self.last
        if first > last:  # nothing is known yet
            first, last = min(changed), min(changed) - 1
        wide_first, wide_last = min(first, *changed), max(last, *changed)
        # Outside of what was known every weekday was worked.
        added = (*range(wide_first, first), *range(last + 1, wide_last + 1))
        weekdays = (ordinal for ordinal in added if (ordinal - 1) % 7 < 5)
        return replace(
            self,
            first=wide_first,
            last=wide_last,
            days=tuple(sorted(({*self.days, *weekdays} - changed) | worked)),
        )

    def knows(self, day: date) -> bool:
        """Whether the public holidays of that day's year are known."""
        return self.first <= day.toordinal() <= self.last

    def _until(self, ordinal: int) -> int:
        """How many working days there are from day 1 of year 1 to that day."""
        if ordinal < self.first:
            return _weekdays_until(ordinal)
        known = _weekdays_until(self.first - 1) + bisect_right(self.days, ordinal)
        after = _weekdays_until(ordinal) - _weekdays_until(self.last)
        return known + max(0, after)

    def _nth(self, number: int) -> date:
        """The working day with that number, counted from day 1 of year 1."""
        before = _weekdays_until(self.first - 1)
        place = number - before
        if place <= 0:
            return _nth_weekday(number)
        if place <= len(self.days):
            return date.fromordinal(self.days[place - 1])
        return _nth_weekday(place - len(self.days) + _weekdays_until(self.last))


def vietnamese_calendar(
    years: range = range(2019, 2032),
    days_off: Iterable[date] = (),
    working_days: Iterable[date] = (),
    reporting_year: ReportingYear = CALENDAR_YEAR,
) -> WorkingCalendar:
    """Monday to Friday without the public holidays of Vietnam, with the swaps known to `holidays`.

    `days_off` and `working_days` are the office's own changes, as the Government announces them
    days before (a working Saturday makes up for a Friday off); they win over the public calendar,
    and `years` widens to hold them. Raises ValueError for a day that is in both.
    """
    import holidays  # here, not above: it is slow to import and only this function needs it

    off, worked = frozenset(days_off), frozenset(working_days)
    if both := sorted(off & worked):
        raise ValueError(
            f"the calendar: {both[0]:%Y-%m-%d} is both a day off and a working day"
            " (name it in one of the two lists)"
        )
    named = sorted(off | worked)
    first_year = min([years.start, *(day.year for day in named[:1])])
    last_year = max([years.stop - 1, *(day.year for day in named[-1:])])
    public = holidays.country_holidays("VN", years=range(first_year, last_year + 1))
    made_up = public.weekend_workdays
    first, last = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()

    def works(day: date) -> bool:
        if day in worked or day in off:
            return day in worked
        return day not in public and (day.weekday() < 5 or day in made_up)

    every_day = range(first, last + 1)
    return WorkingCalendar(
        first=first,
        last=last,
        days=tuple(ordinal for ordinal in every_day if works(date.fromordinal(ordinal))),
        reporting_year=reporting_year,
    )


def read_span(text: object) -> object:
    """Office hours as HH:MM-HH:MM; what is no text is given back. Raises ValueError."""
    if not isinstance(text, str):
        return text
    found = re.fullmatch(f"{_CLOCK}-{_CLOCK}", text)
    if not found or found[1] >= found[2]:
        raise ValueError("office hours are HH:MM-HH:MM, the earlier time first")
    return time.fromisoformat(found[1]), time.fromisoformat(found[2])


def in_order(spans: OfficeHours) -> OfficeHours:
    """Office hours as they are. Raises ValueError where one begins before another has ended."""
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        raise ValueError("office hours follow each other through the day")
    return spans


def _weekdays_until(ordinal: int) -> int:
    """Mondays to Fridays from day 1 of year 1, which was a Monday, to that day."""
    weeks, days = divmod(ordinal, 7)
    return 5 * weeks + min(days, 5)


def _nth_weekday(number: int) -> date:
    weeks, days = divmod(number - 1, 5)
    return date.fromordinal(7 * weeks + days + 1)
