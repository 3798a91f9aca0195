"""Do an admin's days win over the public calendar?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import WorkingCalendar, vietnamese_calendar
from alerts.working_time import stop_clock, why_not, with_days
from db.calendar_days import Change, DayKind

PUBLIC = vietnamese_calendar(range(2020, 2028))


@pytest.mark.parametrize(
    ("received", "working_days", "due"),
    [
        pytest.param("2021-02-01", 12, "2021-02-24", id="Tết lies in between"),
        pytest.param("2021-03-10", 3, "2021-03-15", id="a weekend lies in between"),
        pytest.param("2021-03-08", 15, "2021-03-29", id="three weeks"),
    ],
)
def test_day_one_is_the_next_working_day(received: str, working_days: int, due: str) -> None:
    start = date.fromisoformat(received)
    assert PUBLIC.add(start, working_days) == date.fromisoformat(due)


@pytest.mark.parametrize("year", range(2020, 2028))
def test_the_holidays_of_each_year_are_known(year: int) -> None:
    fixed = [(1, 1), (4, 30), (5, 1), (9, 2)]
    assert not any(PUBLIC.is_working(date(year, month, day)) for month, day in fixed)
    off = [d for n in range(120) if (d := date(year, 1, 2) + timedelta(days=n)).weekday() < 5
           and not PUBLIC.is_working(d)]  # fmt: skip
    assert len(off) >= 6, "Tết, the Hùng Kings and 30 April are more than five weekdays"


def test_the_swap_of_january_2026_is_what_the_admin_entered() -> None:
    friday, saturday = date(2026, 1, 2), date(2026, 1, 10)
    assert PUBLIC.is_working(friday)
    assert not PUBLIC.is_working(saturday)
    swapped = with_days(PUBLIC, [(friday, DayKind.OFF), (saturday, DayKind.WORKING)])
    assert not swapped.is_working(friday)
    assert swapped.is_working(saturday)
    assert swapped.add(date(2025, 12, 31), 1) == date(2026, 1, 5)
    assert swapped.between(date(2025, 12, 31), date(2026, 1, 10)) == 6


def test_an_admins_day_wins_over_the_settings_and_the_public_calendar() -> None:
    tet = date(2021, 2, 10)
    worked_by_settings = vietnamese_calendar(range(2021, 2022), working_days=[tet])
    assert not with_days(worked_by_settings, [(tet, DayKind.OFF)]).is_working(tet)
    assert with_days(PUBLIC, [(tet, DayKind.WORKING)]).is_working(tet)


NEAR = st.dates(date(2020, 12, 1), date(2022, 2, 1))
SMALL = vietnamese_calendar(range(2021, 2022))


@given(st.dictionaries(NEAR, st.sampled_from(DayKind), max_size=8), NEAR)
def test_days_change_themselves_and_no_other(days: dict[date, DayKind], asked: date) -> None:
    changed = with_days(SMALL, days.items())
    expected = days[asked] is DayKind.WORKING if asked in days else SMALL.is_working(asked)
    assert changed.is_working(asked) == expected
    assert changed.between(asked - timedelta(days=1), asked) == int(expected)


def test_a_calendar_that_knows_no_holiday_takes_days_too() -> None:
    bare = WorkingCalendar(first=1, last=0, days=())
    changed = with_days(bare, [(date(2021, 3, 23), DayKind.OFF)])
    assert changed.between(date(2021, 3, 19), date(2021, 3, 26)) == 4


OFF: dict[str, Any] = {"kind": "off", "note": "", "document": "12/BNV"}
WORKED: dict[str, Any] = OFF | {"kind": "working"}


@pytest.mark.parametrize(
    ("day", "new", "old", "reason"),
    [
        pytest.param("2026-01-02", OFF, None, None, id="a Friday may become a day off"),
        pytest.param("2026-01-10", WORKED, None, None, id="a Saturday may be made up for"),
        pytest.param("2026-01-01", WORKED, None, None, id="a holiday may be worked"),
        pytest.param("2026-01-10", OFF, None, "already_off", id="a Saturday is off anyway"),
        pytest.param("2026-01-09", WORKED, None, "already_working", id="a Friday is worked anyway"),
        pytest.param("2026-01-02", WORKED, OFF, "entered_off", id="both: it is entered as off"),
        pytest.param("2026-01-10", OFF, WORKED, "entered_working", id="both: entered as worked"),
        pytest.param("2026-01-02", OFF, OFF, "nothing_changes", id="twice the same"),
        pytest.param("2026-01-02", OFF, OFF | {"note": "bão"}, None, id="another note replaces it"),
        pytest.param("2026-01-02", OFF | {"document": ""}, None, "no_document", id="no document"),
        pytest.param("2026-01-02", OFF | {"note": "x" * 201}, None, "text_too_long", id="too long"),
        pytest.param("2032-01-02", OFF, None, "year_unknown", id="holidays nobody knows yet"),
    ],
)
def test_what_may_be_entered(
    day: str, new: dict[str, Any], old: dict[str, Any] | None, reason: str | None
) -> None:
    assert why_not(date.fromisoformat(day), new, old, PUBLIC) == reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param({}, None, id="with reason, document and approval"),
        pytest.param({"approved_by": " "}, "stop_unfounded", id="nobody has approved it"),
        pytest.param(
            {"last": date(2021, 7, 8)}, "stop_turned_round", id="it ends before it begins"
        ),
        pytest.param({"last": date(2022, 7, 10)}, "stop_too_long", id="longer than a year"),
    ],
)
def test_which_stops_may_be_entered(given: dict[str, Any], reason: str | None) -> None:
    facts: dict[str, Any] = {
        "first": date(2021, 7, 9), "last": date(2021, 9, 15), "reason": "Chỉ thị 16",
        "document": "16/CT-TTg", "approved_by": "Chủ tịch",
    } | given  # fmt: skip
    answer = stop_clock(facts.pop("first"), facts.pop("last"), unit_id=None, **facts)
    assert (None if isinstance(answer, Change) else answer.reason) == reason
