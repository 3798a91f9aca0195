"""What do the screens of thresholds ask the records: who may, what holds, how things are called?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from alerts.house import House
from alerts.thresholds.in_force import InForce, value_in_force
from alerts.thresholds.kinds import THRESHOLDS, Measure, Scope
from alerts.thresholds.rules import Wish, fits
from alerts.thresholds.setting import value_now
from alerts.thresholds.simulation import Simulated
from bot.render import Renderer
from bot.screens.thresholds import HeldValue, OwnValue
from db import people, thresholds, units
from db.engine import Connection
from db.records import Goal, Role, Target, ThresholdChange

DRAFT = "threshold"  # the kind of a draft


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """How one language calls targets, sources, thresholds, values and the usual reasons."""

    targets: Mapping[str, str]
    sources: Mapping[str, str]
    names: Mapping[str, str]
    reasons: Mapping[str, str]
    value: Callable[[str, Measure], str]

    @classmethod
    def of(cls, renderer: Renderer, language: str) -> Saying:
        words = renderer.words(language)
        return cls(
            targets=renderer.target_names(language),
            sources=words.sources,
            names=words.threshold_names,
            reasons=words.threshold_why,
            value=lambda value, measure: str(words.threshold_value(value, measure)).strip(),
        )


def roles_over_the_district(
    tx: Connection, house: House, person_id: int, today: date
) -> frozenset[Role]:
    """What somebody is to the whole district: an admin, its leader, or nothing.

    A deputy and whoever stands in for the leader are nothing: a goal below the plan's is set, as an
    alert is exempted, by the leader in person.
    """
    district = units.unit_by_slug(tx, house.district, today)
    return frozenset(
        b.role
        for b in people.own_bindings(tx, person_id, today)
        if b.role is Role.ADMIN
        or (
            b.role is Role.LEADER
            and not b.deputy
            and district is not None
            and b.unit_id == district.id
        )
    )


def may_set(tx: Connection, house: House, person_id: int, today: date) -> bool:
    """Whether somebody has a threshold to set at all."""
    return bool(roles_over_the_district(tx, house, person_id, today))


def own_values(tx: Connection, house: House, today: date) -> tuple[OwnValue, ...]:
    """What admins have set: what holds and is not the settings' own, and what will hold; by place,
    in the order of the days.
    """
    places: defaultdict[tuple[Any, ...], list[ThresholdChange]] = defaultdict(list)
    for change in thresholds.changes(tx):
        if change.name in THRESHOLDS and change.undone_at is None:
            places[change.name, change.target, change.unit_id, change.source].append(change)
    found: list[ThresholdChange] = []
    for changes in places.values():
        by_day = sorted(changes, key=lambda change: (change.valid_from, change.id))
        held = [change for change in by_day if change.valid_from <= today][-1:]
        found += [change for change in held if change.new is not None]
        # Of two for the same day the one that was set last holds.
        coming = {change.valid_from: change for change in by_day if change.valid_from > today}
        found += coming.values()
    return tuple(_own_value(tx, house, change) for change in found)


def _own_value(tx: Connection, house: House, change: ThresholdChange) -> OwnValue:
    return OwnValue(
        id=change.id, name=change.name, target=change.target, source=change.source,
        measure=measure_of(house, change.name, change.source),
        unit=unit_name(tx, change.unit_id), value=change.new,
        valid_from=change.valid_from, by=change.by,
    )  # fmt: skip


def held_values(
    tx: Connection, house: House, target: Target | None, today: date
) -> tuple[HeldValue, ...]:
    """What holds for all units: of a target, or of everything and of each source."""
    in_force = InForce(changes=thresholds.changes(tx), day=today)
    target_id = target.id if target else None
    places: list[tuple[str, str | None]] = [
        (name, None)
        for name, each in THRESHOLDS.items()
        if (fits(name, target) if target else each.scope in (Scope.ANY, Scope.UNITS))
    ]
    if target is None:
        places += [("max_age_days", source) for source in house.ages]
    return tuple(
        HeldValue(
            name=name,
            measure=measure_of(house, name, source),
            value=value_now(house, _place(name, target_id, source, today), (), in_force),
            own=value_in_force(
                name, in_force.changes, today, target=target_id, source=source
            ) is not None,
            source=source,
        )
        for name, source in places
    )  # fmt: skip


def _place(name: str, target: str | None, source: str | None, day: date) -> Wish:
    return Wish(name=name, target=target, source=source, new=None, valid_from=day, reason="")


def measure_of(house: House, name: str, source: str | None) -> Measure:
    """In what a threshold is counted: the age of some sources in working days."""
    if source and source in house.ages and house.ages[source].in_working_days:
        return Measure.WORKING_DAYS
    return THRESHOLDS[name].measure


def unit_name(tx: Connection, unit_id: int | None) -> str | None:
    return None if unit_id is None else units.unit_by_id(tx, unit_id).name


def names_in(tx: Connection, effect: Simulated | None) -> Mapping[str, Mapping[int, str]]:
    """The names of the units and persons that a look back counts."""
    if effect is None:
        return {"units": {}, "people": {}}
    told = [person_id for person_id, _before, _after in effect.people]
    found = {person_id: people.person_by_id(tx, person_id) for person_id in told}
    return {
        "units": {u: units.unit_by_id(tx, u).name for u in (*effect.starts, *effect.stops)},
        "people": {person_id: person.name for person_id, person in found.items() if person},
    }


def wish_kept(wish: Wish) -> dict[str, Any]:
    """A wish as a draft keeps it."""
    return {
        "name": wish.name, "target": wish.target, "unit_id": wish.unit_id,
        "source": wish.source, "new": wish.new, "valid_from": wish.valid_from.isoformat(),
        "reason": wish.reason, "document": wish.document,
    }  # fmt: skip


def own_goals(tx: Connection, house: House, unit_id: int, now: datetime) -> dict[str, Goal]:
    """What a unit's alerts go by today instead of the plan's goals, by target, where it is set."""
    changes = thresholds.changes(tx)
    if not changes:
        return {}
    held, chain = InForce(changes=changes, day=house.wall_day(now)), units.chain(tx, unit_id)
    found = {target.id: held.target(target, chain).own_goal for target in house.targets}
    return {target: goal for target, goal in found.items() if goal is not None}
