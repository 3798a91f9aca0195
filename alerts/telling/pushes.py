"""How often is each person disturbed on a day, and how many checks may still do so?"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from alerts.house import House
from db import snapshots, tellings
from db.engine import Connection
from db.indicators import Moment


def pushes_of(house: House, tx: Connection, moment: datetime) -> dict[int, int]:
    """Person -> the pushes of the day of that moment, without what is put off until after it."""
    start = midnight(house, moment)
    return tellings.pushes_of_day(tx, start, start + timedelta(days=1), put_off_after=moment)


def checks_after(house: House, wall: datetime) -> int:
    """The checks later that day which may push; `wall` is of the district's clock."""
    later = (wall.replace(hour=at.hour, minute=at.minute, second=0) for at in house.checks)
    return sum(at > wall and not house.is_quiet(at) for at in later)


def midnight(house: House, moment: datetime) -> datetime:
    """The first moment, of the district's clock, of the day that the moment is on."""
    return moment.astimezone(house.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def is_first_from(first: time, house: House, tx: Connection, moment: Moment) -> bool:
    """Whether this is the day's first check from that time on, of those that push."""
    before = (at.astimezone(house.zone) for at in snapshots.checks_of(tx, moment.day))
    return moment.wall.time() >= first and not any(
        at < moment.wall and at.time() >= first and not house.is_quiet(at) for at in before
    )
