"""From when on may somebody be disturbed?"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import vietnamese_calendar
from alerts.telling.quiet import can_tell, hold_until, is_quiet

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = vietnamese_calendar(range(2021, 2022))
NIGHT = (time(18), time(7))
NOON = (time(11, 30), time(13))
NEVER = (time(0), time(0))


def at(text: str) -> datetime:
    return datetime.strptime(f"2021 {text}", "%Y %d/%m %H:%M").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "quiet", "expected"),
    [
        pytest.param("23/03 07:30", NIGHT, "23/03 07:30", id="on a working morning, at once"),
        pytest.param("23/03 07:00", NIGHT, "23/03 07:00", id="quiet hours are over at their end"),
        pytest.param("23/03 06:59", NIGHT, "23/03 07:00", id="early in the morning, at their end"),
        pytest.param("23/03 17:59", NIGHT, "23/03 17:59", id="a minute before them, at once"),
        pytest.param("23/03 18:00", NIGHT, "24/03 07:00", id="in the evening, the next morning"),
        pytest.param("26/03 18:00", NIGHT, "29/03 07:00", id="on Friday evening, on Monday"),
        pytest.param("27/03 10:00", NIGHT, "29/03 07:00", id="on Saturday, on Monday"),
        pytest.param("09/02 19:00", NIGHT, "17/02 07:00", id="before Tết, after it"),
        pytest.param("23/03 12:00", NOON, "23/03 13:00", id="a quiet noon ends the same day"),
        pytest.param("23/03 20:00", NOON, "23/03 20:00", id="and leaves the evening free"),
        pytest.param("23/03 03:00", NEVER, "23/03 03:00", id="the same time twice means none"),
        pytest.param("27/03 10:00", NEVER, "29/03 00:00", id="but a day off stays one"),
    ],
)
def test_the_moment_from_which_a_push_may_go(
    now: str, quiet: tuple[time, time], expected: str
) -> None:
    assert hold_until(at(now), CALENDAR, *quiet) == at(expected)


@given(
    st.integers(0, 364 * 24 * 60),
    st.times(),
    st.times(),
)
def test_it_is_never_earlier_never_quiet_and_holds_itself(
    minutes: int, quiet_from: time, quiet_until: time
) -> None:
    now = at("01/01 00:00") + timedelta(minutes=minutes)
    found = hold_until(now, CALENDAR, quiet_from, quiet_until)
    assert found >= now
    assert CALENDAR.is_working(found.date())
    assert hold_until(found, CALENDAR, quiet_from, quiet_until) == found
    assert found.tzinfo is ZONE
    assert is_quiet(now, CALENDAR, quiet_from, quiet_until) is (found != now)
    assert not is_quiet(found, CALENDAR, quiet_from, quiet_until)


@pytest.mark.parametrize(
    ("at", "quiet", "tells"),
    [
        pytest.param(time(7), NIGHT, True, id="at the end of the night"),
        pytest.param(time(6, 59), NIGHT, False, id="a minute before it"),
        pytest.param(time(18), NIGHT, False, id="in the evening"),
        pytest.param(time(12), NOON, False, id="in a quiet noon"),
        pytest.param(time(13), NOON, True, id="after it"),
        pytest.param(time(3), NEVER, False, id="without quiet hours, but before the digests"),
        pytest.param(time(23), NEVER, True, id="without quiet hours, late"),
    ],
)
def test_which_checks_of_a_day_may_tell_anything(
    at: time, quiet: tuple[time, time], tells: bool
) -> None:
    assert can_tell(at, time(6), *quiet) is tells
