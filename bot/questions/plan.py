"""What does each screen need of the records? One question is answered from one view of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.audience import in_confidence
from alerts.ending import ended_status, usual_day
from alerts.explain import Explanation
from alerts.explaining import explanation
from alerts.history import history
from alerts.house import House
from alerts.telling.reminders import falls_due
from alerts.thresholds.counted import as_counted
from alerts.thresholds.setting import warned_ahead
from alerts.working_time import in_effect
from db import read_models, snapshots, units
from db.engine import Connection
from db.indicators import Moment, day_of, items_of
from db.last_good import trusted_moment
from db.people import Caller
from db.records import Binding, Item, PublishedYear, State, Target, Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The unit that is meant, its chain upwards and those of the units that took over from it (for
    the question who may see what).
    """

    unit: Unit
    chain: tuple[int, ...]
    later_chains: tuple[tuple[int, ...], ...] = ()


def found_by_words(
    tx: Connection, house: House, words: str, day: date | None, today: date
) -> Found | tuple[Unit, ...]:
    """The unit that somebody named, on the day asked for, else on the usual one.

    Where none is called so: at most three proposals.
    """
    lookup_day = day or usual_day(house, tx, today)
    answer = units.find_unit(tx, words, lookup_day, house.intake.aliases)
    if isinstance(answer, Unit):
        return found_by_id(tx, answer.id)
    return answer


def found_by_id(tx: Connection, unit_id: int) -> Found:
    return Found(
        unit=units.unit_by_id(tx, unit_id),
        chain=units.chain(tx, unit_id),
        later_chains=units.later_chains(tx, unit_id),
    )


def units_by_id(tx: Connection, unit_ids: Sequence[int]) -> tuple[Unit, ...]:
    return tuple(units.unit_by_id(tx, unit_id) for unit_id in unit_ids)


def organisation(tx: Connection, house: House, today: date) -> tuple[Unit, ...]:
    return units.units_on(tx, usual_day(house, tx, today))


def status_on(
    tx: Connection, house: House, unit_id: int, day: date | None, today: date
) -> read_models.StatusView:
    """A unit's readings of the newest check, or of a day's last check; of one that has ended by
    then, who took over from it.
    """
    if (ended := ended_status(house, tx, unit_id, day, today)) is not None:
        return ended
    if day is None:
        return read_models.status(tx, unit_id)
    as_of = read_models.newest_as_of(tx, day_of(day))
    if as_of is None:
        return read_models.StatusView(unit=units.unit_by_id(tx, unit_id), as_of=None)
    return read_models.status(tx, unit_id, as_of)


def newest_published(
    tx: Connection, house: House, view: read_models.StatusView
) -> dict[str, PublishedYear]:
    """Of the lines of a status whose newest year is not out: the newest year that is, by target."""
    waiting = {r.target for r in view.readings if r.state in (State.UNPUBLISHED, State.STALE)}
    found = {}
    for target in house.targets:
        if view.as_of is not None and target.id in waiting:
            moment = Moment(wall=view.as_of.astimezone(house.zone), calendar=house.calendar)
            for newest in history(house, tx, view.unit, target, moment)[:1]:
                found[target.id] = newest
    return found


def items_now(
    tx: Connection,
    house: House,
    unit: Unit,
    target: Target,
    now: datetime,
    bindings: Sequence[Binding],
) -> tuple[Item, ...]:
    """The items behind a reading of the newest check, as a person with these bindings may see
    them.
    """
    as_of = read_models.newest_as_of(tx) or now
    today = house.wall_day(now)
    district = units.unit_by_slug(tx, house.district, today)
    confidential = district is not None and in_confidence(
        bindings, target.sources, district.id, today
    )
    known = trusted_moment(tx, as_of, unit.id, target.id)
    moment = Moment(wall=known.astimezone(house.zone), calendar=in_effect(house, tx).calendar)
    scope = None if unit.slug == house.district else unit.id
    return items_of(
        tx,
        as_counted(tx, target, moment.wall),
        moment,
        unit_id=scope,
        folders=house.sql_folders,
        confidential=confidential,
    )


def has_no_data(tx: Connection, unit: Unit, target: Target) -> bool:
    """Whether the newest check had nothing of a source of the unit's target: no items are known."""
    states = {r.state for r in read_models.status(tx, unit.id).readings if r.target == target.id}
    return states == {State.NO_DATA}


def why_now(
    tx: Connection, house: House, unit: Unit, target: Target, field_id: int
) -> tuple[Explanation | None, tuple[tuple[int, str], ...]]:
    """A reading explained, and the fields that it can be asked for, where none was."""
    names = {number: name for name, number in snapshots.field_ids(tx).items()}
    why = explanation(house, tx, unit, target, field_id=field_id or None, field=names.get(field_id))
    if not target.per_field or field_id:
        return why, ()
    view = read_models.status(tx, unit.id)
    asked = {r.field for r in view.readings if r.target == target.id and r.field}
    return why, tuple((number, name) for number, name in names.items() if name in asked)


def due_now(
    tx: Connection, house: House, unit: Unit, now: datetime
) -> tuple[int, tuple[Item, ...]]:
    """The early-warning days of the unit, and what falls due from now on within them (a milestone:
    within the days of its target).
    """
    moment = Moment(wall=now.astimezone(house.zone), calendar=in_effect(house, tx).calendar)
    scope = None if unit.slug == house.district else unit.id
    days = warned_ahead(tx, house, unit.id, moment.day)
    return days, falls_due(tx, house, moment, days, scope)


def roles_of(tx: Connection, caller: Caller) -> list[tuple[str, bool, Unit | None, str | None]]:
    """A person's roles as the welcome tells them: (role, deputy, unit, source)."""
    return [
        (
            binding.role.value,
            binding.deputy,
            units.unit_by_id(tx, binding.unit_id) if binding.unit_id is not None else None,
            binding.source,
        )
        for binding in caller.bindings
    ]
