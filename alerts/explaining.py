"""How did a reading of the newest check come about? Gathers what an explanation is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from alerts.counting import district_unit, forecasts_of
from alerts.explain import Explanation, explain
from alerts.forecast import JUDGED
from alerts.history import history
from alerts.house import House
from alerts.lately import KNOWN, Lately, has_lately, is_early, lately
from alerts.thresholds.counted import counted_by
from alerts.thresholds.in_force import InForce
from alerts.working_time import in_effect
from db import competing, snapshots, thresholds, units
from db.engine import Connection
from db.indicators import Moment, items_of
from db.last_good import trusted_moment
from db.records import (
    CALENDAR_YEAR,
    Forecast,
    JudgedReading,
    SamePeriod,
    Target,
    TargetKind,
    Unit,
    UnitKind,
    Workdays,
    YearlyMean,
)
from db.rolling import rolling_counts, same_period
from db.yearly_mean import yearly_mean


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
    in_force = InForce.at(thresholds.changes(tx), moment.wall)
    options, target = counted_by(target, in_force), in_force.counted(target)
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
    target = in_force.target(target, units.chain(tx, unit.id) if in_force.changes else ())
    recent, then = _beside_the_year(house, tx, target, moment, judged)
    return explain(
        unit, target, as_of, judged, rivals, left, items,
        field=field, lately=recent, a_year_ago=then, counted_by=options,
        forecast=_year_end(tx, target, moment, judged),
        year=_year(target, moment), history=history(house, tx, unit, target, moment),
        mean=_mean(house, tx, target, as_of, calendar, judged),
    )  # fmt: skip


def _year(target: Target, moment: Moment) -> tuple[date, date] | None:
    """The first and last day of the year that a yearly line counts; None of the calendar year."""
    reporting = moment.calendar.reporting_year
    yearly = target.kind in (TargetKind.RATIO, TargetKind.INFO)
    if reporting == CALENDAR_YEAR or not yearly or target.stock or target.due is not None:
        return None
    return moment.year_begins, reporting.last_day(reporting.of(moment.day))


def _mean(
    house: House,
    tx: Connection,
    target: Target,
    as_of: datetime,
    calendar: Workdays,
    judged: Sequence[JudgedReading],
) -> YearlyMean | None:
    """The mean of the year's days until the check, whatever today's data are worth."""
    if not target.yearly_mean or len(judged) != 1:
        return None
    moment = Moment(wall=as_of.astimezone(house.zone), calendar=calendar)
    return yearly_mean(tx, moment, judged[0].reading)


def _year_end(
    tx: Connection, target: Target, moment: Moment, judged: Sequence[JudgedReading]
) -> Forecast | None:
    """How the year will end for the one reading that is judged; a sum of fields is not."""
    if len(judged) != 1 or judged[0].verdict.state not in JUDGED:
        return None
    reading = judged[0].reading
    return forecasts_of(tx, moment, [reading], {target.id: target}).get(reading.key)


def _beside_the_year(
    house: House, tx: Connection, target: Target, moment: Moment, judged: Sequence[JudgedReading]
) -> tuple[Lately | None, SamePeriod | None]:
    """What the last days came to, and early in a year last year's count of the same day; of
    several fields their sum.
    """
    if not has_lately(target) or any(j.verdict.state not in KNOWN for j in judged):
        return None, None
    year, several = judged[0].reading, len(judged) > 1
    if several:
        year = replace(
            year,
            field_id=None,
            field=None,
            numerator=sum(j.reading.numerator for j in judged),
            denominator=sum(j.reading.denominator for j in judged),
        )
    windows = rolling_counts(tx, moment, [year], days=house.recent_days, over_fields=several)
    then = {}
    if is_early(moment):
        then = same_period(tx, moment, [year], over_fields=several)
    return lately(target.goal, year, windows.get(year.key)), then.get(year.key)
