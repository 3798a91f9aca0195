"""When does the plan's district end, and which day is meant where nobody names one?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from alerts.house import House
from db import read_models, units
from db.engine import Connection
from db.records import Target


def last_day(house: House, tx: Connection, day: date) -> date | None:
    """The last day of the plan's district, as known on a day; None while it goes on."""
    district = units.unit_by_slug(tx, house.district, day)
    return district.valid_to if district is not None else None


def known_end(tx: Connection, district_id: int, knows: int | None) -> date | None:
    """The district's last day, where the lists of units up to that delivery tell it."""
    last = units.unit_by_id(tx, district_id).valid_to
    return last if last is not None and units.end_is_told(tx, last, knows) else None


def ending_on(target: Target, last: date | None) -> Target:
    """The target of a district that ends on that day (domain reference 3.5): the day decides what
    would have been due later.
    """
    if last is None or (target.valid_to is not None and target.valid_to <= last):
        return target
    return replace(target, valid_to=last)


def usual_day(house: House, tx: Connection, today: date) -> date:
    """The day of the newest check; today before the first one.

    Today, too, once the district has ended since the newest check: none will come any more that
    would know the units of today.
    """
    newest = read_models.newest_as_of(tx)
    if newest is None:
        return today
    ended, day = last_day(house, tx, today), house.wall_day(newest)
    return today if ended is not None and day <= ended < today else day


def ended_status(
    house: House,
    tx: Connection,
    unit_id: int,
    day: date | None,
    today: date,
    as_of: datetime | None = None,
) -> read_models.StatusView | None:
    """What there is to say of a unit that has ended by the day asked for, else by the usual one.

    None where it has not; and where nobody asked for a day or took over from it, and the newest
    check saw it: then its last readings say more.
    """
    view = read_models.ended_status(tx, unit_id, day or usual_day(house, tx, today), as_of)
    if view is None or view.ended_on is None or day is not None or view.successors:
        return view
    newest = read_models.newest_as_of(tx)
    return None if newest is not None and house.wall_day(newest) <= view.ended_on else view
