"""How did a reading of the newest check come about? Gathers what an explanation is made of."""

from __future__ import annotations

from alerts.counting import district_unit
from alerts.explain import Explanation, explain
from alerts.house import House
from alerts.thresholds.in_force import InForce
from alerts.working_time import in_effect
from db import competing, snapshots, thresholds, units
from db.engine import Connection
from db.indicators import Moment, items_of
from db.last_good import trusted_moment
from db.records import Target, Unit, UnitKind


def explanation(
    house: House,
    tx: Connection,
    unit: Unit,
    target: Target,
    *,
    field_id: int | None = None,
    field: str | None = None,
) -> Explanation | None:
    """The unit's reading of the target (of one field), explained from what the tables hold now.

    None before the first check, and where the unit has no such reading.
    """
    as_of = snapshots.newest_as_of(tx)
    taken = snapshots.snapshot_at(tx, as_of) if as_of is not None else None
    if as_of is None or taken is None:
        return None
    judged = [
        j
        for j in snapshots.judged_of(tx, taken)
        if j.reading.unit_id == unit.id
        and j.reading.target == target.id
        and field_id in (None, j.reading.field_id)
    ]
    if not judged:
        return None
    calendar = in_effect(house, tx).calendar
    known = trusted_moment(tx, as_of, unit.id, target.id)
    moment = Moment(wall=known.astimezone(house.zone), calendar=calendar)
    folders = house.sql_folders
    district = district_unit(house, tx, moment.day)
    competing.prepare(tx, target, moment, district_id=district.id, folders=folders)
    rivals = competing.competing_counts(
        tx, target, moment, unit_id=unit.id, field_id=field_id, folders=folders
    )
    left = competing.left_out(
        tx, target, moment, unit_id=unit.id, field_id=field_id, folders=folders
    )
    whole = unit.kind is UnitKind.DISTRICT or unit.slug == house.district
    items = items_of(
        tx,
        target,
        moment,
        unit_id=None if whole else unit.id,
        field_id=field_id,
        folders=folders,
    )
    in_force = InForce.at(thresholds.changes(tx), moment.wall)
    target = in_force.target(target, units.chain(tx, unit.id) if in_force.changes else ())
    return explain(unit, target, as_of, judged, rivals, left, items, field=field)
