"""Which alerts are not told, because something greater is the matter?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from alerts.states import FROZEN_STATES
from db.records import Key, OpenAlert, Phase, State, Workdays


def inhibited(
    open_alerts: Iterable[OpenAlert],
    reading_states: Mapping[Key, State],
    *,
    district_id: int,
    now: datetime,
    calendar: Workdays,
    first: Collection[int],
    percent: int,
    least: int,
    working_days: int,
) -> dict[int, str]:
    """alert -> why it is not told now (source_stale or district_wide).

    `reading_states`: the newest state of each reading. `first`: the alerts that began with the
    first data of their source. `percent` is of the units in which the same target and field is
    counted, `least` their number; after `working_days` a common cause explains nothing any more.
    Days are those of `now`'s time zone. It only holds back what is told: no alert moves for it.
    """
    alerts = tuple(alert for alert in open_alerts if alert.phase is not Phase.PENDING)
    found: dict[int, str] = {}

    # Its numbers are old: the source's steward is told of that, and the head of nothing.
    for alert in alerts:
        state = reading_states.get(alert.key, alert.state)
        if state in FROZEN_STATES:
            found[alert.id] = "source_stale"

    counted_in: defaultdict[tuple[str, int | None], set[int]] = defaultdict(set)
    for unit_id, target, field_id in reading_states:
        counted_in[target, field_id].add(unit_id)
    of_the_district = {
        (alert.target, alert.field_id)
        for alert in alerts
        if alert.unit_id == district_id and alert.id not in found
    }
    # With the first data everything opens at once; that says nothing about a common cause. What is
    # past its own day has a cause of its own.
    later = (alert for alert in alerts if alert.id not in first and not alert.by_items)
    for (target, field_id), parts in _opened_together(later, district_id).items():
        all_units = counted_in[target, field_id] - {district_id}
        units = {alert.unit_id for alert in parts} & all_units

        # So many units at once have one cause, and it is not theirs to mend.
        if len(units) < least or 100 * len(units) < percent * len(all_units):
            continue

        # Somebody has to hear of it: where the district's own alert does not fire, each head does.
        if (target, field_id) not in of_the_district:
            continue

        # A cause that nobody mends in a few days is everybody's again.
        opened = parts[0].opened_at.astimezone(now.tzinfo).date()
        if calendar.between(opened, now.date()) > working_days:
            continue

        # What cannot wait is told in any case.
        for alert in parts:
            if not alert.critical and alert.unit_id in units:
                found.setdefault(alert.id, "district_wide")
    return found


def _opened_together(
    alerts: Iterable[OpenAlert], district_id: int
) -> dict[tuple[str, int | None], list[OpenAlert]]:
    """The alerts of units that the largest number of others opened with, by target and field."""
    by_check: defaultdict[tuple[str, int | None], defaultdict[datetime, list[OpenAlert]]]
    by_check = defaultdict(lambda: defaultdict(list))
    for alert in alerts:
        if alert.unit_id != district_id:
            by_check[alert.target, alert.field_id][alert.opened_at].append(alert)
    return {key: max(checks.values(), key=len) for key, checks in by_check.items()}
