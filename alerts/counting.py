"""What does every target count to at a moment, and is it good enough?

Facts and history may lie in two databases: a past day is counted in a scratch one, while the checks
that were told to people (from which forecasts are made) are in the main one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from alerts.ending import ending_on, known_end
from alerts.forecast import forecast_year, foresee, has_forecast
from alerts.house import House
from alerts.judge import judge
from alerts.thresholds.counted import as_counted
from alerts.thresholds.in_force import InForce
from db import engine, proving, snapshots, thresholds, units
from db.engine import Connection
from db.freshness import FreshnessBook
from db.indicators import Moment
from db.last_good import OUTDATED, LastGood, Place, last_good
from db.recent import recent_counts
from db.records import Forecast, JudgedReading, Key, Reading, Target, Unit, Verdict


class DistrictMissing(Exception):
    """The unit that settings.toml calls the district is not in the organisation, or no more.

    `why` and its facts: district_unknown (slug), district_ended (name, last_day).
    """

    def __init__(self, words: str, why: str, **facts: str) -> None:
        super().__init__(words)
        self.why, self.facts = why, facts


def district_unit(house: House, tx: Connection, day: date) -> Unit:
    found = units.unit_by_slug(tx, house.district, day)
    if found is None:
        raise DistrictMissing(
            f"district.unit: there is no unit '{house.district}' on {day:%d/%m/%Y}"
            " (run: dunghen migrate; or name a slug that `dunghen units` lists)",
            "district_unknown",
            slug=house.district,
        )
    if found.valid_to is not None and found.valid_to < day:
        plans = sorted({target.plan for target in house.targets if target.plan})
        ended = f"the plan ({', '.join(plans)})" if plans else "the plan"
        raise DistrictMissing(
            f"district.unit: {found.name} ended on {found.valid_to:%d/%m/%Y} and {ended} with it:"
            f" nothing is checked for {day:%d/%m/%Y} (name the unit that goes on, e.g. one of"
            f" `dunghen units --day {day.isoformat()}`); the readings of its own days stay",
            "district_ended",
            name=found.name,
            last_day=found.valid_to.isoformat(),
        )
    return found


def wrong_statements(house: House, moment: Moment) -> list[str]:
    """One line for each target's .sql that is missing or cannot be run on the house's database."""
    with engine.reading(house.engine) as tx:
        district = district_unit(house, tx, moment.day)
        return proving.faults_of(
            tx, house.targets, moment, district_id=district.id, folders=house.sql_folders
        )


def count_all(
    house: House,
    facts: Connection,
    moment: Moment,
    district_id: int,
    now: datetime,
    *,
    history: Connection,
    knows: int | None = None,
) -> tuple[int, tuple[JudgedReading, ...]]:
    """Takes the snapshot of a moment in the database of the facts: its id, its judged readings.

    `knows`: the newest delivery of `history` that may be known of; None: all of them.
    """
    snapshot_id = snapshots.take_snapshot(
        facts,
        [as_counted(history, each, moment.wall) for each in house.targets_on(moment.day)],
        moment,
        district_id=district_id,
        now=now,
        folders=house.sql_folders,
    )
    judged = judge_all(house, facts, snapshot_id, moment, district_id, history=history, knows=knows)
    kept = keep_last_good(judged, last_good(history, moment.wall, _outdated(judged)))
    snapshots.replace_readings(facts, snapshot_id, kept)
    snapshots.store_verdicts(facts, snapshot_id, kept)
    return snapshot_id, kept


def keep_last_good(
    judged: Sequence[JudgedReading], good: Mapping[Place, LastGood]
) -> tuple[JudgedReading, ...]:
    """The readings, where those that cannot be trusted have the numbers of the last good check.

    Old rows under today's clock would drift: an open dossier grows later, a finished one cannot be
    seen. The state and its reason are those of now.
    """
    verdicts = {
        (j.reading.unit_id, j.reading.target): j.verdict for j in reversed(judged)
    }  # the same in every field: a source is old, or refused, for the whole unit
    kept: list[JudgedReading] = []
    seen: set[Place] = set()
    for each in judged:
        place = (each.reading.unit_id, each.reading.target)
        if place not in good:
            kept.append(each)
        elif place not in seen:
            seen.add(place)
            verdict = Verdict(state=verdicts[place].state, reason=verdicts[place].reason)
            kept += [
                JudgedReading(reading=reading, verdict=verdict, kept_from=good[place].as_of)
                for reading in good[place].readings
            ]
    return tuple(kept)


def _outdated(judged: Iterable[JudgedReading]) -> set[Place]:
    return {(j.reading.unit_id, j.reading.target) for j in judged if j.verdict.reason in OUTDATED}


def judge_all(
    house: House,
    facts: Connection,
    snapshot_id: int,
    moment: Moment,
    district_id: int,
    *,
    history: Connection,
    knows: int | None = None,
) -> tuple[JudgedReading, ...]:
    last = known_end(history, district_id, knows)
    targets = {target.id: ending_on(target, last) for target in house.targets}
    book = FreshnessBook(facts, moment.day, district_id)
    kinds = {unit.id: unit.kind for unit in units.units_on(facts, moment.day)}
    readings = [r for r in snapshots.readings_of(facts, snapshot_id) if r.target in targets]
    # On its last day nothing is still to come that a forecast could speak of.
    over = last is not None and last <= moment.day
    seen = {} if over else forecasts_of(history, moment, readings, targets)
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
        forecast = seen.get(reading.key)
        verdict = foresee(verdict, reading, target, forecast)
        days = [each.newest_day for each in fresh]
        oldest = None if None in days else min(day for day in days if day is not None)
        judged.append(
            JudgedReading(reading=reading, verdict=verdict, data_day=oldest, forecast=forecast)
        )
    return tuple(judged)


def forecasts_of(
    history: Connection,
    moment: Moment,
    readings: Iterable[Reading],
    targets: Mapping[str, Target],
) -> dict[Key, Forecast]:
    """The year's end of each reading that has one, by what the stored checks saw lately."""
    asked = {
        reading.key: reading
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
