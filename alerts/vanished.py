"""What does a check say of an alert whose reading it does not have any more?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from alerts.states import FROZEN_STATES
from db.records import JudgedReading, OpenAlert, Reading, State, Verdict


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
    target (`alerts/deciding.py`) are left out.
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
