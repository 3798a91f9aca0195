"""What does every target count to at a moment, and is it good enough?

Facts and history may lie in two databases: a past day is counted in a scratch one, while the checks
that were told to people (from which forecasts are made) are in the main one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from alerts.forecast import Forecast, forecast_year, foresee, has_forecast
from alerts.house import House
from alerts.judge import judge
from alerts.thresholds import InForce
from db import snapshots, thresholds, units
from db.engine import Connection
from db.freshness import FreshnessBook
from db.indicators import Moment, items_of
from db.recent import Key, recent_counts
from db.records import Item, JudgedReading, Reading, Target, Unit

ItemsByKey = Mapping[Key, tuple[Item, ...]]


class DistrictMissing(Exception):
    """The unit that settings.toml calls the district is not in the organisation, or no more."""


def district_unit(house: House, tx: Connection, day: date) -> Unit:
    found = units.unit_by_slug(tx, house.district, day)
    if found is None:
        raise DistrictMissing(
            f"district.unit: there is no unit '{house.district}' on {day:%d/%m/%Y}"
            " (run: dunghen migrate; or name a slug that `dunghen units` lists)"
        )
    if found.valid_to is not None and found.valid_to < day:
        plans = sorted({target.plan for target in house.targets if target.plan})
        ended = f"the plan ({', '.join(plans)})" if plans else "the plan"
        raise DistrictMissing(
            f"district.unit: {found.name} ended on {found.valid_to:%d/%m/%Y} and {ended} with it:"
            f" nothing is checked for {day:%d/%m/%Y} (name the unit that goes on, e.g. one of"
            f" `dunghen units --day {day.isoformat()}`); the readings of its own days stay"
        )
    return found


def count_all(
    house: House,
    facts: Connection,
    moment: Moment,
    district_id: int,
    now: datetime,
    *,
    history: Connection,
) -> tuple[int, tuple[JudgedReading, ...]]:
    """Takes the snapshot of a moment in the database of the facts: its id, its judged readings."""
    snapshot_id = snapshots.take_snapshot(
        facts,
        house.targets_on(moment.day),
        moment,
        district_id=district_id,
        now=now,
        folders=house.sql_folders,
    )
    judged = judge_all(house, facts, snapshot_id, moment, district_id, history=history)
    snapshots.store_verdicts(facts, snapshot_id, judged)
    return snapshot_id, judged


def judge_all(
    house: House,
    facts: Connection,
    snapshot_id: int,
    moment: Moment,
    district_id: int,
    *,
    history: Connection,
) -> tuple[JudgedReading, ...]:
    targets = {target.id: target for target in house.targets}
    book = FreshnessBook(facts, moment.day, district_id)
    kinds = {unit.id: unit.kind for unit in units.units_on(facts, moment.day)}
    readings = [r for r in snapshots.readings_of(facts, snapshot_id) if r.target in targets]
    seen = forecasts_of(history, moment, readings, targets)
    in_force = InForce.at(thresholds.changes(history), moment.wall)
    ages = in_force.ages(house.ages)
    chains = units.chains(history) if in_force.changes else {}
    judged = []
    for reading in readings:
        target = in_force.target(targets[reading.target], chains.get(reading.unit_id, ()))
        fresh = book.of_all(target.sources, reading.unit_id)
        verdict = judge(
            reading,
            target,
            fresh,
            ages,
            house.calendar,
            moment.day,
            informs=kinds.get(reading.unit_id) in target.informs,
        )
        key = (reading.unit_id, reading.target, reading.field_id)
        verdict = foresee(verdict, reading, target, seen.get(key))
        days = [each.newest_day for each in fresh]
        oldest = None if None in days else min(day for day in days if day is not None)
        judged.append(JudgedReading(reading=reading, verdict=verdict, data_day=oldest))
    return tuple(judged)


def forecasts_of(
    history: Connection,
    moment: Moment,
    readings: Iterable[Reading],
    targets: Mapping[str, Target],
) -> dict[Key, Forecast]:
    """The year's end of each reading that has one, by what the stored checks saw lately."""
    asked = {
        (reading.unit_id, reading.target, reading.field_id): reading
        for reading in readings
        if reading.target in targets
        and reading.denominator > 0
        and has_forecast(targets[reading.target])
    }
    if not asked:
        return {}
    recent = recent_counts(history, moment, asked.values())
    found = {}
    for key, reading in asked.items():
        seen = forecast_year(
            targets[reading.target], reading, recent[key], moment.day, moment.calendar
        )
        if seen is not None:
            found[key] = seen
    return found


def items_by_key(
    house: House,
    tx: Connection,
    moment: Moment,
    judged: Iterable[JudgedReading],
    district_id: int,
) -> ItemsByKey:
    """Every target's items, by whom and in which field they are to be acted on.

    One query a target: the district's own reading has them all.
    """
    asked = {j.reading.target for j in judged}
    found: defaultdict[Key, list[Item]] = defaultdict(list)
    for target in house.targets:
        if target.id not in asked:
            continue
        fields = snapshots.field_ids(tx) if target.per_field else {}
        for item in items_of(tx, target, moment, unit_id=None, folders=house.sql_folders):
            field_id = fields.get(item.field or "") if target.per_field else None
            owners = {item.unit_id or district_id, district_id}
            for owner in owners:
                found[owner, target.id, field_id].append(item)
    return {key: tuple(items) for key, items in found.items()}
