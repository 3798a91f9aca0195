"""Which alerts move at a check? Each reading with its alert, its policy and who is in charge."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from alerts.circumstances import Circumstances
from alerts.items import ItemsByKey
from alerts.lifecycle import end_without_proof, next_step
from alerts.remedy import owed, without_coming
from db.records import Item, JudgedReading, Key, OpenAlert, Step, Workdays


def decide(
    judged: Iterable[JudgedReading],
    open_now: Mapping[Key, OpenAlert],
    items: ItemsByKey,
    circumstances: Circumstances,
    now: datetime,
    calendar: Workdays,
) -> tuple[Step, ...]:
    """The steps of a check; `now` is its moment by the district's clock."""
    judged = tuple(judged)
    speaking = {(j.reading.unit_id, j.reading.target) for j in judged}
    steps = []
    for official in judged:
        j = circumstances.as_alerts_take_it(official)
        unit_id, target = j.reading.unit_id, j.reading.target
        key = (unit_id, target, j.reading.field_id)
        found = without_coming(items.get(key, ()))
        theirs = (item for item in found if _is_for(item, unit_id, target, speaking))
        step = next_step(
            open_now.get(key),
            j,
            found,
            circumstances.policy(target, unit_id),
            now,
            calendar,
            owed=owed(j.verdict.state, theirs),
            in_charge=circumstances.in_charge(unit_id),
            goal=(own := circumstances.target(target, unit_id)).own_goal or own.goal,
        )
        if step is not None:
            steps.append(step)
    return tuple(steps)


def _is_for(item: Item, unit_id: int, target: str, speaking: Collection[tuple[int, str]]) -> bool:
    """Whether the item is the unit's to act on. The district has every unit's items beside its own:
    of those, only where the unit has no reading of the target.
    """
    return item.unit_id in (None, unit_id) or (item.unit_id, target) not in speaking


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
