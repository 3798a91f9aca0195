"""From which moment on may a person be disturbed?"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from db.records import Workdays


def hold_until(now: datetime, calendar: Workdays, quiet_from: time, quiet_until: time) -> datetime:
    """`now`, or the first moment after it that is neither in quiet hours nor on a day off.

    `now` is of the district's clock. Quiet hours begin at `quiet_from` and are over at
    `quiet_until`, past midnight where that is earlier (18:00 to 07:00); the same time twice: none.
    """
    moment = now
    while True:
        day, clock = moment.date(), moment.timetz().replace(tzinfo=None)

        # Nobody is at work: the next working day, from its first minute on.
        if not calendar.is_working(day):
            moment = datetime.combine(calendar.add(day, 1), time(), tzinfo=now.tzinfo)
            continue

        # Quiet until later the same day: hours by day, or the small hours of a night.
        night = quiet_until < quiet_from
        if (clock < quiet_until) if night else (quiet_from <= clock < quiet_until):
            return moment.replace(
                hour=quiet_until.hour, minute=quiet_until.minute, second=0, microsecond=0
            )

        # Quiet from this evening on: tomorrow decides.
        if night and clock >= quiet_from:
            moment = datetime.combine(day + timedelta(days=1), time(), tzinfo=now.tzinfo)
            continue

        return moment


def is_quiet(moment: datetime, calendar: Workdays, quiet_from: time, quiet_until: time) -> bool:
    """Whether nobody may be disturbed at that moment of the district's clock."""
    return hold_until(moment, calendar, quiet_from, quiet_until) != moment


def can_tell(at: time, digest_from: time, quiet_from: time, quiet_until: time) -> bool:
    """Whether a check at that time of a working day may tell anybody anything."""
    if quiet_from <= quiet_until:
        return at >= digest_from and not quiet_from <= at < quiet_until
    return at >= digest_from and quiet_until <= at < quiet_from
