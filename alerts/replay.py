"""Do the archived files still give the readings that were stored for a day? Counts it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from alerts.counting import count_all, district_unit
from alerts.house import House
from alerts.working_time import calendar_then
from db import read_models, snapshots, units
from db.engine import Connection, reading, writing
from db.indicators import Moment
from db.past_calendar import WorkingTimeThen, working_time_at
from db.records import JudgedReading, Key, TakenSnapshot
from db.scratch import Scratch, opened_scratch


class NothingToReplay(Exception):
    """No snapshot was taken on that day; the text says what would make one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A database that holds what was delivered up to a day, and the newest delivery in it."""

    facts: Connection
    newest_delivery: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A reading that is not what the archive gives; None where there is no such reading."""

    as_of: datetime
    unit: str  # slug
    target: str
    field: str | None
    stored: JudgedReading | None
    recomputed: JudgedReading | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    day: date
    snapshots: int
    differences: tuple[Difference, ...] = ()


@contextmanager
def past_facts(house: House, moment: Moment) -> Iterator[Past | None]:
    """The facts of a past day, where the tables know of later days; None where they do not.

    Raises ArchiveDamaged where a file that is needed for it is not there any more.
    """
    with ExitStack() as stack:
        scratch = None
        with reading(house.engine) as main:
            knows_more = read_models.delivered_after(main, moment.wall)
            if knows_more and snapshots.told_at(main, moment.wall) is None:
                # The check itself first dates the facts by the year of the settings.
                year = house.calendar.reporting_year
                now = replace(working_time_at(main), reporting_year=year)
                scratch = stack.enter_context(_scratch(house, main, moment.day, now))
                scratch.take_until(snapshots.newest_delivery(main))
        if scratch is None:
            yield None
            return
        facts = stack.enter_context(writing(scratch.engine))
        yield Past(facts=facts, newest_delivery=scratch.newest_delivery)


def replay_day(house: House, day: date, now: datetime) -> Replayed:
    """Counts every stored snapshot of a day again, each from the files that it knew and by the
    working time that was in effect when it was taken.

    Raises NothingToReplay, ArchiveDamaged.
    """
    differences: list[Difference] = []
    with reading(house.engine) as main:
        taken = read_models.snapshots_of(main, day)
        if not taken:
            raise NothingToReplay(
                f"no check was taken on {day:%d/%m/%Y}"
                f" (run: dunghen check --at {day.isoformat()}T07:30)"
            )
        slugs = {unit.id: unit.slug for unit in units.units_on(main, day)}
        for then, group in groupby(taken, lambda each: working_time_at(main, each.taken_at)):
            of_then = replace(house, calendar=calendar_then(house.calendar, then))
            with _scratch(house, main, day, then) as scratch:
                for snapshot in group:
                    stored = snapshots.judged_of(main, snapshot.id)
                    again = _count_again(of_then, main, scratch, snapshot, now)
                    wall = snapshot.as_of.astimezone(house.zone)
                    differences += compare(wall, stored, again, slugs)
    return Replayed(day=day, snapshots=len(taken), differences=tuple(differences))


def _count_again(
    house: House, main: Connection, scratch: Scratch, snapshot: TakenSnapshot, now: datetime
) -> tuple[JudgedReading, ...]:
    scratch.take_until(snapshot.delivery_id)
    moment = Moment(wall=snapshot.as_of.astimezone(house.zone), calendar=house.calendar)
    district = district_unit(house, main, moment.day)
    with writing(scratch.engine) as facts:
        _, again = count_all(
            house, facts, moment, district.id, now, history=main, knows=snapshot.delivery_id
        )
    return again


def compare(
    as_of: datetime,
    stored: Sequence[JudgedReading],
    again: Sequence[JudgedReading],
    slugs: Mapping[int, str],
) -> tuple[Difference, ...]:
    """The readings whose numbers, answer or state differ, in the order of unit, target, field."""
    ours, theirs = _by_key(stored), _by_key(again)
    keys = sorted(ours.keys() | theirs.keys(), key=lambda key: (key[0], key[1], key[2] or 0))
    found = []
    for key in keys:
        before, after = ours.get(key), theirs.get(key)
        if _told(before) == _told(after, before):
            continue
        either = before or after
        field = either.reading.field if either else None
        slug = slugs.get(key[0], f"#{key[0]}")
        found.append(
            Difference(
                as_of=as_of, unit=slug, target=key[1], field=field, stored=before, recomputed=after
            )
        )
    return tuple(found)


def _told(
    judged: JudgedReading | None, stored: JudgedReading | None = None
) -> tuple[object, ...] | None:
    """What is compared; an answer only where the stored reading has one: some came to have one."""
    if judged is None:
        return None
    reading = judged.reading
    answer = reading.answer if stored is None or stored.reading.answer else None
    return (reading.numerator, reading.denominator, answer, judged.verdict.state)


def _by_key(readings: Sequence[JudgedReading]) -> dict[Key, JudgedReading]:
    return {j.reading.key: j for j in readings}


def _scratch(
    house: House, main: Connection, day: date, then: WorkingTimeThen
) -> AbstractContextManager[Scratch]:
    return opened_scratch(
        main,
        day=day,
        archive=house.archive,
        rules=house.intake,
        calendar=calendar_then(house.calendar, then),
        stops=then.stops,
    )
