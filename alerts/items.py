"""What is to be acted on, by whom and in which field? The items of all targets at a check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from alerts.house import House
from alerts.thresholds.counted import as_counted
from db import snapshots
from db.engine import Connection
from db.indicators import Moment, items_of
from db.records import Item, JudgedReading, Key

ItemsByKey = Mapping[Key, tuple[Item, ...]]


def items_by_key(
    house: House,
    tx: Connection,
    moment: Moment,
    judged: Iterable[JudgedReading],
    district_id: int,
    history: Connection,
) -> ItemsByKey:
    """Every target's items, by whom and in which field they are to be acted on.

    One query a target: the district's own reading has them all. (Of what cannot be trusted now: one
    more, as of the check whose numbers are kept.) `history`: where thresholds are known.
    """
    moments: defaultdict[str, dict[int, datetime]] = defaultdict(dict)
    for j in judged:
        moments[j.reading.target][j.reading.unit_id] = j.kept_from or moment.wall
    found: defaultdict[Key, list[Item]] = defaultdict(list)
    for target in house.targets:
        fields = snapshots.field_ids(tx) if target.per_field else {}
        as_of = moments[target.id]
        for wall in sorted(set(as_of.values())):
            at = replace(moment, wall=wall.astimezone(house.zone))
            by = as_counted(history, target, at.wall)
            for item in items_of(tx, by, at, unit_id=None, folders=house.sql_folders):
                field_id = fields.get(item.field or "") if target.per_field else None
                owners = {item.unit_id or district_id, district_id}
                for owner in owners:
                    if as_of.get(owner, wall) == wall:
                        found[owner, target.id, field_id].append(item)
    return {key: tuple(items) for key, items in found.items()}
