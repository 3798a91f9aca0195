"""How far does a stopped clock move a deadline? As far as walking day by day would."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alerts.calendar import vietnamese_calendar
from db.indicators import DAY, date_of, day_of
from db.intake.settling import Stops, apart, deadline_of, settle

CALENDAR = vietnamese_calendar(range(2021, 2023))
CLOSED = (date(2021, 7, 9), date(2021, 9, 15))  # Directive 16: Friday to Wednesday


def wall(day: str) -> int:
    return day_of(date.fromisoformat(day)) * DAY + 170000


@pytest.mark.parametrize(
    ("received", "due", "stops", "expected"),
    [
        pytest.param("2021-07-05", "2021-07-08", (CLOSED,), "2021-07-08", id="due before it"),
        pytest.param("2021-07-05", "2021-07-12", (CLOSED,), "2021-09-17",
                     id="two days were left, and are left after it"),
        pytest.param("2021-07-20", "2021-07-27", (CLOSED,), "2021-09-22",
                     id="received meanwhile: all five days come after it"),
        pytest.param("2021-09-15", "2021-09-20", (CLOSED,), "2021-09-20",
                     id="received on its last day"),
        pytest.param("2021-07-08", "2021-07-09", ((date(2021, 7, 10), date(2021, 7, 11)),),
                     "2021-07-09", id="a stop of a weekend stops nothing"),
        pytest.param(None, "2021-07-12", (CLOSED,), "2021-07-12",
                     id="without a receipt nothing is known"),
    ],
)  # fmt: skip
def test_a_stop_is_like_a_pause(
    received: str | None, due: str, stops: Stops, expected: str
) -> None:
    start = wall(received) if received else None
    assert deadline_of(wall(due), (), CALENDAR, start, stops) == wall(expected)


def test_days_that_are_paused_and_stopped_count_once() -> None:
    paused = [(wall("2021-09-13"), wall("2021-09-17"))]
    moved = deadline_of(wall("2021-07-12"), paused, CALENDAR, wall("2021-07-05"), (CLOSED,))
    # Stopped until the 15th, paused on the 16th and 17th: two days are left from the 20th on.
    assert moved == wall("2021-09-21")


def test_a_finish_within_the_moved_deadline_is_on_time() -> None:
    facts = {"status": 9, "received": wall("2021-07-05"), "due_first": wall("2021-07-12"),
             "pause_from": None, "pause_to": None, "finished": wall("2021-09-17"),
             "day_end": wall("2021-09-30"), "calendar": CALENDAR}  # fmt: skip
    assert settle(**facts, stops=(CLOSED,))[2:4] == (1, 0)  # type: ignore[arg-type]
    assert settle(**facts)[2:4] == (0, 1)  # type: ignore[arg-type]


def test_stops_that_meet_are_one_and_turned_round_ones_none() -> None:
    days = [date(2021, 7, n) for n in range(1, 32)]
    given_ = [(days[8], days[10]), (days[4], days[6]), (days[10], days[12]), (days[7], days[3])]
    assert apart(given_) == ((days[4], days[6]), (days[8], days[12]))


DATES = st.dates(date(2021, 1, 4), date(2021, 12, 1))
PERIODS = st.tuples(DATES, st.integers(0, 60)).map(lambda p: (p[0], p[0] + timedelta(days=p[1])))


def walked(received: date, working_days: int, still: set[date]) -> date:
    day = received
    while working_days:
        day += timedelta(days=1)
        working_days -= CALENDAR.is_working(day) and day not in still
    return day


@settings(max_examples=150)
@given(DATES, st.integers(1, 40), st.lists(PERIODS, max_size=3), st.lists(PERIODS, max_size=3))
def test_it_agrees_with_walking_day_by_day(
    received: date,
    working_days: int,
    periods: list[tuple[date, date]],
    paused: list[tuple[date, date]],
) -> None:
    stops = apart(periods)
    due = day_of(CALENDAR.add(received, working_days)) * DAY + 170000
    start = day_of(received) * DAY + 80000
    still = {f + timedelta(days=n) for f, e in stops for n in range((e - f).days + 1)}
    pauses, free = [], received
    for first, last in sorted(paused):
        assume(free <= first < walked(received, working_days, still))
        pauses.append((day_of(first) * DAY + 90000, day_of(last) * DAY + 90000))
        still |= {first + timedelta(days=n + 1) for n in range((last - first).days)}
        free = last
    moved = deadline_of(due, pauses, CALENDAR, start, stops)
    assert date_of(moved) == walked(received, working_days, still)
    assert moved % DAY == 170000
