"""Which days does the invented district work? A fixed calendar, so its past never moves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

# The public days off of 2021 on weekdays (domain 2.10); the invented world lives in that year only.
DAYS_OFF = frozenset(
    date(2021, month, day)
    for month, day in (
        (1, 1),
        *((2, n) for n in (10, 11, 12, 15, 16)),  # Tết
        (4, 21),
        (4, 30),
        (5, 3),
        (9, 2),
        (9, 3),
    )
)
BEGINS = date(2020, 12, 14)  # the first dossiers that the year's list carries over
YEAR = date(2021, 1, 1)
ENDS = date(2021, 12, 31)


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in DAYS_OFF


def after(day: date, working_days: int) -> date:
    """The day that many working days after (before, when negative); 0 gives the day itself."""
    step = timedelta(days=1 if working_days >= 0 else -1)
    left = abs(working_days)
    while left:
        day += step
        left -= is_working(day)
    return day


def working_days(start: date, end: date) -> tuple[date, ...]:
    """The working days in [start, end)."""
    span = (start + timedelta(days=n) for n in range((end - start).days))
    return tuple(day for day in span if is_working(day))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment as the district's clocks show it; the exports know no time zone."""
    return datetime.combine(day, time(hour, minute))
