"""Does the calendar count working days as an office in Vietnam does?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import WorkingCalendar, vietnamese_calendar
from db.records import Workdays

CALENDAR = vietnamese_calendar()
SWAPPED = vietnamese_calendar(days_off=[date(2026, 1, 2)], working_days=[date(2026, 1, 10)])


def test_it_is_the_calendar_that_the_records_floor_asks_for() -> None:
    calendar: Workdays = CALENDAR
    assert calendar.is_working(date(2021, 3, 23))


@pytest.mark.parametrize(
    ("start", "working_days", "expected"),
    [
        pytest.param(date(2021, 2, 1), 12, date(2021, 2, 24), id="Tết lies in between"),
        pytest.param(date(2021, 3, 10), 3, date(2021, 3, 15), id="a weekend lies in between"),
        pytest.param(date(2021, 3, 8), 15, date(2021, 3, 29), id="three whole weeks"),
        pytest.param(date(2021, 3, 20), 0, date(2021, 3, 20), id="none is the day itself"),
        pytest.param(date(2021, 3, 20), 1, date(2021, 3, 22), id="day one after a Saturday"),
        pytest.param(date(2021, 3, 22), -1, date(2021, 3, 19), id="the one before a Monday"),
        pytest.param(date(2021, 3, 21), -1, date(2021, 3, 19), id="the one before a Sunday"),
        pytest.param(date(2021, 2, 17), -1, date(2021, 2, 9), id="the one before Tết"),
        pytest.param(date(2021, 3, 23), -5, date(2021, 3, 16), id="five before a check"),
        pytest.param(date(2031, 12, 31), 3, date(2032, 1, 5), id="after the known years"),
        pytest.param(date(2019, 1, 1), -1, date(2018, 12, 31), id="before the years too"),
    ],
)
def test_adding_working_days(start: date, working_days: int, expected: date) -> None:
    assert CALENDAR.add(start, working_days) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(date(2021, 2, 24), date(2021, 3, 23), 19, id="overdue for nineteen days"),
        pytest.param(date(2021, 3, 12), date(2021, 3, 23), 7, id="a mailbox idle for seven days"),
        pytest.param(date(2021, 3, 15), date(2021, 3, 16), 1, id="one day late"),
        pytest.param(date(2021, 3, 10), date(2021, 3, 23), 9, id="a machine broken for nine days"),
        pytest.param(date(2021, 3, 18), date(2021, 3, 23), 3, id="data three days old"),
        pytest.param(date(2021, 3, 19), date(2021, 3, 21), 0, id="a weekend is nothing"),
        pytest.param(date(2021, 3, 23), date(2021, 3, 23), 0, id="the same day is nothing"),
        pytest.param(date(2021, 3, 23), date(2021, 3, 1), 0, id="never backwards"),
        pytest.param(date(2021, 2, 9), date(2021, 2, 17), 1, id="Tết is nothing"),
    ],
)
def test_working_days_between(start: date, end: date, expected: int) -> None:
    assert CALENDAR.between(start, end) == expected


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    "day",
    days(
        *("2021-01-01", "2021-02-10", "2021-02-11", "2021-02-12", "2021-02-15", "2021-02-16"),
        *("2021-04-21", "2021-04-30", "2021-05-01", "2021-05-03", "2021-09-02", "2021-09-03"),
        *("2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"),
        *("2026-04-26", "2026-04-27", "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01"),
        *("2026-09-02", "2026-11-24"),
    ),
    ids=str,
)
def test_public_holidays_are_days_off(day: date) -> None:
    assert not CALENDAR.is_working(day)


def test_2021_has_no_other_holidays_on_weekdays() -> None:
    year = [date(2021, 1, 1) + timedelta(days=n) for n in range(365)]
    off = [day for day in year if day.weekday() < 5 and not CALENDAR.is_working(day)]
    assert off == days(
        *("2021-01-01", "2021-02-10", "2021-02-11", "2021-02-12", "2021-02-15", "2021-02-16"),
        *("2021-04-21", "2021-04-30", "2021-05-03", "2021-09-02", "2021-09-03"),
    )


def test_a_swap_that_the_public_calendar_knows_makes_its_saturday_work() -> None:
    assert not CALENDAR.is_working(date(2025, 5, 2))
    assert CALENDAR.is_working(date(2025, 4, 26))


def test_the_offices_own_swap_wins_over_the_public_calendar() -> None:
    friday, saturday = date(2026, 1, 2), date(2026, 1, 10)
    assert (CALENDAR.is_working(friday), CALENDAR.is_working(saturday)) == (True, False)
    assert (SWAPPED.is_working(friday), SWAPPED.is_working(saturday)) == (False, True)
    assert SWAPPED.add(date(2025, 12, 31), 1) == date(2026, 1, 5)
    assert SWAPPED.add(date(2026, 1, 9), 1) == saturday


def test_a_holiday_may_be_named_a_working_day() -> None:
    calendar = vietnamese_calendar(working_days=[date(2021, 9, 3)])
    assert calendar.is_working(date(2021, 9, 3))


def test_own_days_outside_the_years_count_too() -> None:
    calendar = vietnamese_calendar(
        range(2021, 2022), days_off=[date(2018, 7, 2)], working_days=[date(2023, 7, 1)]
    )
    assert not calendar.is_working(date(2018, 7, 2))
    assert calendar.is_working(date(2023, 7, 1))


def test_a_day_in_both_lists_is_refused_in_one_sentence() -> None:
    day = date(2026, 1, 10)
    with pytest.raises(ValueError, match="2026-01-10 is both a day off and a working day"):
        vietnamese_calendar(days_off=[day], working_days=[day])


SMALL = vietnamese_calendar(
    range(2021, 2022), days_off=[date(2021, 3, 22)], working_days=[date(2021, 3, 27)]
)
SMALL_DAYS = {date.fromordinal(ordinal) for ordinal in SMALL.days}
NEAR = st.dates(date(2020, 11, 1), date(2022, 3, 1))  # across both ends of the known year


def works(day: date) -> bool:
    return day in SMALL_DAYS if day.year == 2021 else day.weekday() < 5


@given(NEAR)
def test_is_working_agrees_with_a_list_of_days(day: date) -> None:
    assert SMALL.is_working(day) == works(day)


@given(NEAR, NEAR)
def test_between_agrees_with_counting_day_by_day(start: date, end: date) -> None:
    span = max(0, (end - start).days)
    counted = sum(works(start + timedelta(days=n)) for n in range(1, span + 1))
    assert SMALL.between(start, end) == counted


@given(NEAR, st.integers(-90, 90))
def test_add_agrees_with_walking_day_by_day(start: date, working_days: int) -> None:
    day, left = start, abs(working_days)
    while left:
        day += timedelta(days=1 if working_days > 0 else -1)
        left -= works(day)
    assert SMALL.add(start, working_days) == day


@given(NEAR, st.integers(1, 300))
def test_between_undoes_add(start: date, working_days: int) -> None:
    assert SMALL.between(start, SMALL.add(start, working_days)) == working_days


def test_a_calendar_without_holidays_counts_weekdays() -> None:
    calendar = WorkingCalendar(first=1, last=0, days=())
    assert calendar.between(date(2021, 2, 8), date(2021, 2, 15)) == 5
    assert calendar.add(date(2021, 2, 12), 1) == date(2021, 2, 15)
    assert calendar.add(date(2021, 2, 15), -1) == date(2021, 2, 12)
