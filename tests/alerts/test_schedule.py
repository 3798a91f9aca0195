"""Which slot runs when: tables of moments, and the weeks that a daemon may have been away."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.slots import Nothing, RunNow, newest_slot, slot_decision

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CHECKS = (time(7, 30), time(14, 0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("checks", "now", "newest"),
    [
        pytest.param(
            CHECKS, "2021-03-23T07:30", "2021-03-23T07:30",
            id="a slot begins at its very moment",
        ),
        pytest.param(
            CHECKS, "2021-03-23T07:29:59.999999", "2021-03-22T14:00",
            id="just before the first slot, yesterday's last is the newest",
        ),
        pytest.param(
            CHECKS, "2021-03-23T13:59", "2021-03-23T07:30",
            id="between the slots",
        ),
        pytest.param(
            CHECKS, "2021-03-23T23:59", "2021-03-23T14:00",
            id="after the last slot of the day",
        ),
        pytest.param(
            (time(14, 0), time(7, 30)), "2021-03-23T08:00", "2021-03-23T07:30",
            id="the order in the settings does not matter",
        ),
        pytest.param(
            (time(0, 0),), "2021-01-01T00:00", "2021-01-01T00:00",
            id="midnight belongs to the day that begins",
        ),
        pytest.param(
            (time(7, 30),), "2021-01-01T03:00", "2020-12-31T07:30",
            id="over the turn of the year",
        ),
    ],
)  # fmt: skip
def test_the_newest_slot(checks: tuple[time, ...], now: str, newest: str) -> None:
    assert newest_slot(checks, ZONE, at(now)) == at(newest)
    # The same instant told by another clock: the district's day counts, not UTC's.
    assert newest_slot(checks, ZONE, at(now).astimezone(UTC)) == at(newest)
    assert newest_slot(checks, ZONE, at(now)).tzinfo is ZONE


@pytest.mark.parametrize(
    ("finished", "now", "expected"),
    [
        pytest.param(
            "2021-03-22T14:00", "2021-03-23T07:30",
            RunNow(slot=at("2021-03-23T07:30"), late=False, reason="slot_is_due"),
            id="on the minute it runs, and is not late",
        ),
        pytest.param(
            "2021-03-22T14:00", "2021-03-23T07:40",
            RunNow(slot=at("2021-03-23T07:30"), late=False, reason="slot_is_due"),
            id="exactly the grace is not late",
        ),
        pytest.param(
            "2021-03-22T14:00", "2021-03-23T07:40:00.000001",
            RunNow(slot=at("2021-03-23T07:30"), late=True, reason="slot_was_missed"),
            id="more than the grace is late",
        ),
        pytest.param(
            "2021-03-23T07:30", "2021-03-23T13:59", Nothing(reason="slot_is_done"),
            id="a slot that is done is not done again",
        ),
        pytest.param(
            "2021-03-05T14:00", "2021-03-23T09:00",
            RunNow(slot=at("2021-03-23T07:30"), late=True, reason="slot_was_missed"),
            id="after weeks away only the newest missed slot runs, late",
        ),
        pytest.param(
            "2021-03-05T14:00", "2021-03-23T14:01",
            RunNow(slot=at("2021-03-23T14:00"), late=False, reason="slot_is_due"),
            id="back just in time after weeks away it is not late",
        ),
        pytest.param(
            "2021-03-22T07:30", "2021-03-23T06:00",
            RunNow(slot=at("2021-03-22T14:00"), late=True, reason="slot_was_missed"),
            id="missed yesterday and back before today's first: yesterday's last runs, late",
        ),
        pytest.param(
            None, "2021-03-23T09:00",
            RunNow(slot=at("2021-03-23T07:30"), late=True, reason="slot_was_missed"),
            id="a new installation runs today's newest slot",
        ),
        pytest.param(
            None, "2021-03-23T06:00", Nothing(reason="first_slot_is_still_to_come"),
            id="a new installation does not run yesterday's slot",
        ),
        pytest.param(
            None, "2021-03-23T00:30", Nothing(reason="first_slot_is_still_to_come"),
            id="yesterday is the district's yesterday, though UTC still has the same day",
        ),
        pytest.param(
            "2021-03-25T07:30", "2021-03-23T09:00", Nothing(reason="a_newer_slot_is_done"),
            id="a clock set back repeats nothing",
        ),
    ],
)  # fmt: skip
def test_which_slot_runs_and_whether_it_is_late(
    finished: str | None, now: str, expected: RunNow | Nothing
) -> None:
    moment = at(now).astimezone(UTC)
    newest = newest_slot(CHECKS, ZONE, moment)
    done = at(finished).astimezone(UTC) if finished else None
    assert slot_decision(newest, done, moment) == expected


def test_a_year_of_minutes_away_and_back_runs_each_slot_at_most_once_and_in_order() -> None:
    """A daemon that wakes at odd times, with holes of days: every run is newer than the last."""
    now, done, ran = at("2021-01-01T00:00"), None, []
    steps = (timedelta(minutes=17), timedelta(hours=5, minutes=1), timedelta(days=3, hours=2))
    for turn in range(600):
        decision = slot_decision(newest_slot(CHECKS, ZONE, now), done, now)
        if isinstance(decision, RunNow):
            assert decision.slot == newest_slot(CHECKS, ZONE, now)
            ran.append(decision.slot)
            done = decision.slot
        now += steps[turn % 3]
    assert ran == sorted(set(ran))
    assert len(ran) > 250


def test_daylight_saving_elsewhere_keeps_the_order_of_slots() -> None:
    """Not Vietnam's case, but a rehearsal abroad must not stumble: 02:30 comes twice that night."""
    berlin = ZoneInfo("Europe/Berlin")
    second = datetime(2021, 10, 31, 1, 15, tzinfo=UTC)  # 02:15 for the second time
    assert newest_slot((time(2, 30), time(1, 0)), berlin, second).astimezone(UTC) == datetime(
        2021, 10, 31, 0, 30, tzinfo=UTC
    )
