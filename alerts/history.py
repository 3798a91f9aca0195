"""Which grades came out, year by year, and did each keep the promise? Domain reference 1.1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from alerts.counting import district_unit
from alerts.house import House
from alerts.judge import grade_keeps
from db.engine import Connection
from db.indicators import Moment
from db.published import published_years
from db.records import PublishedYear, Target, TargetKind, Unit


def history(
    house: House, tx: Connection, unit: Unit, target: Target, moment: Moment
) -> tuple[PublishedYear, ...]:
    """The unit's published years, the newest first; none of what has no such years."""
    if target.kind is not TargetKind.GRADE:
        return ()
    district = district_unit(house, tx, moment.day)
    found = published_years(
        tx, target, moment,
        unit_id=unit.id, district_id=district.id, folders=house.sql_folders,
    )  # fmt: skip
    return judged_years(target, found)


def judged_years(target: Target, years: Iterable[PublishedYear]) -> tuple[PublishedYear, ...]:
    """Each year on its own: one that failed stays failed, and does not touch the others.

    The plan asks for the years whose grades come out while its line is in force.
    """
    first = target.valid_from.year - 1 if target.valid_from else None
    last = target.valid_to.year if target.valid_to else None
    return tuple(
        replace(each, kept=grade_keeps(target, each.answer))
        if (first is None or each.year >= first) and (last is None or each.year <= last)
        else each
        for each in years
    )
