"""In which reporting year does a day lie, and from which day to which does one run?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.indicators import DAY, day_of
from db.records import CALENDAR_YEAR, ReportingYear

BEGINS = st.one_of(
    st.just(CALENDAR_YEAR), st.integers(2, 31).map(lambda day: ReportingYear(12, day))
)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("begins", "day", "year"),
    [
        pytest.param("01-01", date(2020, 12, 31), 2020, id="the calendar year ends on 31 December"),
        pytest.param("01-01", date(2021, 1, 1), 2021, id="and begins on 1 January"),
        pytest.param("12-15", date(2020, 12, 14), 2020, id="the older year ends on 14 December"),
        pytest.param("12-15", date(2020, 12, 15), 2021, id="and 15 December opens the next one"),
        pytest.param("12-15", date(2021, 12, 14), 2021, id="which has the name of its last day"),
        pytest.param("12-31", date(2020, 12, 31), 2021, id="one that opens on the last day"),
    ],
)
def test_the_year_of_a_day(begins: str, day: date, year: int) -> None:
    assert ReportingYear.read(begins).of(day) == year


@given(BEGINS, DAYS, st.integers(0, 235959))
def test_a_wall_moment_lies_in_the_year_of_its_day(
    year: ReportingYear, day: date, time_of_day: int
) -> None:
    assert year.of_wall(day_of(day) * DAY + time_of_day) == year.of(day)


@given(BEGINS, DAYS)
def test_years_follow_each_other_without_a_gap(year: ReportingYear, day: date) -> None:
    number = year.of(day)
    assert year.first_day(number) <= day <= year.last_day(number)
    assert year.first_day(number + 1) == year.last_day(number) + timedelta(days=1)
    assert ReportingYear.read(str(year)) == year


@pytest.mark.parametrize("text", ["12-01", "02-29", "11-15", "12-32", "1-1", "15/12", ""])
def test_other_first_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="begins on 01-01, or from 12-02 to 12-31"):
        ReportingYear.read(text)
