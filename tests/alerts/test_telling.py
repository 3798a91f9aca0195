"""Is a person told when there is something to say, and only then?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import vietnamese_calendar
from alerts.telling.need import Need, needs_telling
from db.records import Telling, Told

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = vietnamese_calendar(range(2021, 2022))
TUESDAY = datetime(2021, 3, 23, 7, 30, tzinfo=ZONE)
FRIDAY = datetime(2021, 3, 19, 7, 30, tzinfo=ZONE)
DAY = timedelta(days=1)


def told(alert_id: int, step_id: int, *, ended: bool = False) -> Told:
    return Told(
        person_id=1, alert_id=alert_id, step_id=step_id, at=FRIDAY, kind=Telling.DIGEST, ended=ended
    )


def need(
    known: tuple[Told, ...] = (),
    firing: Mapping[int, int] | None = None,
    ended: Mapping[int, int] | None = None,
    *,
    last_at: datetime | None = TUESDAY - DAY,
    every: int = 3,
    now: datetime = TUESDAY,
) -> Need | None:
    return needs_telling(
        {one.alert_id: one for one in known},
        firing or {},
        ended or {},
        last_at=last_at if known else None,
        repeat_working_days=every,
        now=now,
        calendar=CALENDAR,
    )


TABLE = {
    "no entry sends only when something fires": [
        (need(firing={1: 10}), Need(reason="first_telling", alert_ids=(1,))),
        (need(), None),
    ],
    "a new member of a group sends": [
        (
            need((told(1, 10),), {1: 10, 2: 11}),
            Need(reason="new_alert", alert_ids=(2,)),
        ),
        (
            need((told(1, 10), told(2, 11)), {1: 10, 3: 12}, {2: 13}),
            Need(reason="new_alert", alert_ids=(3,), ended_ids=(2,)),
        ),
    ],
    "a newer step sends": [
        (need((told(1, 10),), {1: 12}), Need(reason="changed", alert_ids=(1,))),
        (need((told(1, 10),), {1: 10}), None),
        (need((told(1, 10),), {1: 12, 2: 13}), Need(reason="new_alert", alert_ids=(1, 2))),
    ],
    "all resolved sends when the group had fired": [
        (need((told(1, 10),), ended={1: 12}), Need(reason="all_resolved", ended_ids=(1,))),
        (
            need((told(1, 10), told(2, 10)), ended={1: 12, 2: 13}),
            Need(reason="all_resolved", ended_ids=(1, 2)),
        ),
    ],
    "an end is told while others still fire, or are silent": [
        (
            need((told(1, 10), told(2, 10)), {2: 10}, {1: 12}),
            Need(reason="some_resolved", ended_ids=(1,)),
        ),
        (
            need((told(1, 10), told(2, 10)), {}, {1: 12}),
            Need(reason="some_resolved", ended_ids=(1,)),
        ),
    ],
    "repeat only after its interval and only when something still fires": [
        (need((told(1, 10),), {1: 10}, last_at=TUESDAY - DAY, every=2), None),
        (
            need((told(1, 10),), {1: 10}, last_at=FRIDAY, every=2),
            Need(reason="repeat", alert_ids=(1,)),
        ),
        (need((told(1, 10),), {}, last_at=FRIDAY, every=2), None),
        (need((told(1, 10),), {1: 10}, last_at=FRIDAY, every=3), None),
        (need((told(1, 10),), {1: 10}, last_at=FRIDAY, every=0), None),
    ],
    "the interval counts the district's days, whatever zone the last telling is written in": [
        (
            need(
                (told(1, 10),), {1: 10}, every=2,
                last_at=datetime(2021, 3, 18, 23, 30, tzinfo=UTC),  # Friday morning in the district
            ),
            Need(reason="repeat", alert_ids=(1,)),
        ),
        (
            need(
                (told(1, 10),), {1: 10}, every=3,
                last_at=datetime(2021, 3, 18, 23, 30, tzinfo=UTC),
            ),
            None,
        ),
    ],
    "resolved before the first send sends nothing": [
        (need(ended={1: 12}), None),
        (need((told(2, 10),), {2: 10}, {1: 12}), None),
        (need(firing={2: 11}, ended={1: 12}), Need(reason="first_telling", alert_ids=(2,))),
    ],
    "an end that was told is not told again": [
        (need((told(1, 12, ended=True),), ended={1: 12}), None),
        (
            need((told(1, 12, ended=True), told(2, 10)), {2: 10}, {1: 12}),
            None,
        ),
    ],
    "after a full end a new episode is a first telling": [
        (
            need((told(1, 12, ended=True),), {2: 20}),
            Need(reason="first_telling", alert_ids=(2,)),
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize("cases", TABLE.values(), ids=TABLE.keys())
def test_who_is_told(cases: list[tuple[Need | None, Need | None]]) -> None:
    for found, expected in cases:
        assert found == expected


STEPS = st.dictionaries(st.integers(1, 5), st.integers(1, 9), max_size=5)


@given(STEPS, STEPS, STEPS, st.sets(st.integers(1, 5)))
def test_a_message_leaves_nothing_new_to_say(
    known: dict[int, int], firing: dict[int, int], over: dict[int, int], heard_end: set[int]
) -> None:
    over = {alert: step for alert, step in over.items() if alert not in firing}
    entries = {a: told(a, step, ended=a in heard_end) for a, step in known.items()}

    def again() -> Need | None:
        return needs_telling(
            entries, firing, over, last_at=TUESDAY, repeat_working_days=1, now=TUESDAY,
            calendar=CALENDAR,
        )  # fmt: skip

    found = again()
    if found is not None:
        assert found.alert_ids or found.ended_ids
        assert set(found.alert_ids) <= firing.keys()
        assert set(found.ended_ids) <= over.keys() & known.keys() - heard_end
        entries |= {alert: told(alert, firing[alert]) for alert in found.alert_ids}
        entries |= {alert: told(alert, over[alert], ended=True) for alert in found.ended_ids}
        assert again() is None
