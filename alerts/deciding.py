"""Which alerts move at a check? Each reading with its alert, its policy and who is in charge."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from alerts.circumstances import Circumstances
from alerts.items import ItemsByKey
from alerts.lifecycle import end_without_proof, next_step
from db.records import JudgedReading, Key, OpenAlert, Step, Workdays


def decide(
    judged: Iterable[JudgedReading],
    open_now: Mapping[Key, OpenAlert],
    items: ItemsByKey,
    circumstances: Circumstances,
    now: datetime,
    calendar: Workdays,
) -> tuple[Step, ...]:
    """The steps of a check; `now` is its moment by the district's clock."""
    steps = []
    for official in judged:
        j = circumstances.as_alerts_take_it(official)
        unit_id, target = j.reading.unit_id, j.reading.target
        key = (unit_id, target, j.reading.field_id)
        step = next_step(
            open_now.get(key),
            j,
            items.get(key, ()),
            circumstances.policy(target, unit_id),
            now,
            calendar,
            in_charge=circumstances.in_charge(unit_id),
            goal=(own := circumstances.target(target, unit_id)).own_goal or own.goal,
        )
        if step is not None:
            steps.append(step)
    return tuple(steps)


def end_uncounted(
    open_now: Iterable[OpenAlert], ended_units: Collection[int], targets: Collection[str]
) -> tuple[Step, ...]:
    """The last steps of alerts that nothing is counted for any more: their unit has ended, or their
    target is none of the `targets` that are in force.
    """
    return tuple(
        end_without_proof(alert, "unit_ended" if alert.unit_id in ended_units else "target_ended")
        for alert in open_now
        if alert.unit_id in ended_units or alert.target not in targets
    )
