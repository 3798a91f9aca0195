"""How do the units stand with the sources that the plan is counted from?"""

from __future__ import annotations

from alerts.house import House
from db import units
from db.engine import Connection
from db.freshness import FreshnessBook
from db.indicators import Moment
from db.records import Freshness, Unit


def standing_of_sources(
    house: House, tx: Connection, moment: Moment, district: Unit
) -> list[tuple[Unit, Freshness]]:
    """Each source for the district; then for each unit below it that ever delivered on its own: a
    unit speaks for itself only there.
    """
    book = FreshnessBook(tx, moment.day, district.id)
    below = [unit for unit in units.units_on(tx, moment.day) if unit.parent_id == district.id]
    used = sorted({s for target in house.targets_on(moment.day) for s in target.sources})
    standing = [(district, book.of(source, district.id)) for source in used]
    standing += [
        (unit, book.of(source, unit.id))
        for source in used
        for unit in below
        if book.has_own(source, unit.id)
    ]
    return standing
