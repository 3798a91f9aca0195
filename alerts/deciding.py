"""Which alerts move at a check? Each reading with its alert, its policy and who is in charge."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.circumstances import Circumstances
from alerts.items import ItemsByKey
from alerts.lifecycle import FROZEN_STATES, end_without_proof, next_step
from db.records import (
    JudgedReading,
    Key,
    OpenAlert,
    Reading,
    State,
    Step,
    Verdict,
    Workdays,
)


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


def with_empty(
    judged: Sequence[JudgedReading],
    open_now: Iterable[OpenAlert],
    fields: Mapping[int, str],
    ended_units: Collection[int],
    targets: Collection[str],
) -> tuple[JudgedReading, ...]:
    """The readings, and an empty one for each open alert whose reading the check does not have: in
    a new year nothing is counted yet in a field.

    It stands as its target does in the unit, or else in any: where data cannot be trusted nothing
    is known of it, else there is nothing to count. Alerts that end with their unit or with their
    target (`end_uncounted`) are left out.
    """
    known = {each.reading.key for each in judged}
    beside: dict[tuple[str, int | None], JudgedReading] = {}
    for each in judged:
        beside.setdefault((each.reading.target, each.reading.unit_id), each)
        beside.setdefault((each.reading.target, None), each)
    empty = []
    for alert in open_now:
        places = ((alert.target, alert.unit_id), (alert.target, None))
        other = next((beside[place] for place in places if place in beside), None)
        ends = alert.unit_id in ended_units or alert.target not in targets
        if other is None or ends or alert.key in known:
            continue
        field = fields.get(alert.field_id) if alert.field_id is not None else None
        reading = Reading(
            target=alert.target, unit_id=alert.unit_id, field_id=alert.field_id, field=field,
            numerator=0, denominator=0,
        )  # fmt: skip
        state, reason = other.verdict.state, other.verdict.reason
        if state not in FROZEN_STATES:
            state, reason = State.NONE, "nothing_to_count"
        verdict = Verdict(state=state, reason=reason)
        empty.append(replace(other, reading=reading, verdict=verdict))
    return (*judged, *empty)


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
