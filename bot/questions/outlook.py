"""How will the year end for a unit's readings? Asked as of the check that they are of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from alerts import counting
from alerts.house import House
from alerts.outlook import Outlook, outlook
from alerts.working_time import in_effect
from db import snapshots
from db.engine import Connection
from db.indicators import Moment
from db.read_models import ReadingView, StatusView
from db.records import Forecast, Reading

Named = tuple[str, str | None]  # target, field


def forecasts_of(
    tx: Connection, house: House, unit_id: int, readings: Iterable[ReadingView], as_of: datetime
) -> dict[Named, Forecast]:
    """The year's end of those readings that have one, by what the checks before `as_of` saw."""
    moment = Moment(wall=as_of.astimezone(house.zone), calendar=in_effect(house, tx).calendar)
    fields = snapshots.field_ids(tx)
    counted = [
        Reading(
            target=view.target, unit_id=unit_id, field=view.field,
            field_id=fields[view.field] if view.field else None,
            numerator=view.numerator, denominator=view.denominator,
        )
        for view in readings
    ]  # fmt: skip
    names = {reading.key: (reading.target, reading.field) for reading in counted}
    targets = {target.id: target for target in house.targets}
    seen = counting.forecasts_of(tx, moment, counted, targets)
    return {names[key]: found for key, found in seen.items()}


def outlooks_of(tx: Connection, house: House, view: StatusView) -> dict[Named, Outlook]:
    """What a status says of the year's end, by target and field, where it says anything."""
    if view.as_of is None:
        return {}
    seen = forecasts_of(tx, house, view.unit.id, view.readings, view.as_of)
    found = {}
    for each in view.readings:
        name = (each.target, each.field)
        clause = outlook(
            seen.get(name), each.state, each.reason,
            counted=each.denominator, small_sample=each.small_sample,
        )  # fmt: skip
        if clause is not None:
            found[name] = clause
    return found
