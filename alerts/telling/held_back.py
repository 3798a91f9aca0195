"""Which alerts does a check tell nobody of, because of a silence or because of a greater cause?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alerts.house import House
from alerts.telling.inhibition import inhibited
from db import alert_store, mutes, snapshots
from db.engine import Connection
from db.indicators import Moment
from db.records import JudgedReading, Key, Mute, OpenAlert

LOOKS_BACK = 60  # checks: more than the longest holidays have


def inhibited_alerts(
    house: House,
    tx: Connection,
    alerts: Mapping[int, OpenAlert],
    judged: Mapping[Key, JudgedReading],
    moment: Moment,
    district_id: int,
) -> dict[int, str]:
    """alert -> why nobody is told of it now: something greater is the matter."""
    return inhibited(
        alerts.values(),
        {key: j.verdict.state for key, j in judged.items()},
        district_id=district_id,
        now=moment.wall,
        calendar=moment.calendar,
        first=_of_first_data(house, tx, alerts, moment),
        percent=house.district_wide_percent,
        least=house.district_wide_units,
        working_days=house.district_wide_working_days,
    )


def _of_first_data(
    house: House, tx: Connection, alerts: Mapping[int, OpenAlert], moment: Moment
) -> frozenset[int]:
    """The alerts that began at the first check which had data of their source and moved alerts.

    Only those are asked for that a cause in the whole district may still explain.
    """
    explained = house.district_wide_working_days
    recent = {
        a.id: a
        for a in alerts.values()
        if moment.calendar.between(house.wall_day(a.opened_at), moment.day) <= explained
    }
    began = alert_store.moments_of(tx, recent)
    had_data = {at: _data_before(house, tx, at, moment) for at in set(began.values())}
    return frozenset(
        alert_id
        for alert_id, at in began.items()
        if (recent[alert_id].unit_id, recent[alert_id].target) not in had_data[at]
    )


def _data_before(
    house: House, tx: Connection, at: datetime, moment: Moment
) -> frozenset[tuple[int, str]]:
    """What the check before that one had data of; one on a day off moved no alerts."""
    before = snapshots.checks_before(tx, at, LOOKS_BACK)
    worked = (b for b in before if moment.calendar.is_working(house.wall_day(b)))
    newest = next(worked, None)
    return snapshots.with_data_at(tx, newest) if newest is not None else frozenset()


def muted_alerts(
    tx: Connection, alerts: Mapping[int, OpenAlert], moment: Moment
) -> dict[int, tuple[Mute, ...]]:
    """alert -> the silences that it is under."""
    in_force = mutes.active(tx, moment.wall)
    found = {
        a.id: tuple(m for m in in_force if mutes.covers(m, a.unit_id, a.target, a.id))
        for a in alerts.values()
    }
    return {alert_id: silences for alert_id, silences in found.items() if silences}
