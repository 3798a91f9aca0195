"""Who is in charge on a day, and what have people set? Read once a check; then only asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from alerts.audience import in_charge, named_group, owners_of
from alerts.house import House
from alerts.thresholds.in_force import InForce, for_alerts
from db import absences, people, thresholds, units
from db.engine import Connection
from db.queued import hears_of
from db.records import (
    CALENDAR_YEAR,
    Absence,
    Binding,
    JudgedReading,
    Policy,
    ReportingYear,
    Target,
)


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """All that a day's decisions know of people; the answers are kept, for there are many asks."""

    day: date
    bindings: tuple[Binding, ...]
    absences: tuple[Absence, ...]
    thresholds: InForce
    chains: Mapping[int, tuple[int, ...]]  # of every unit: it and those above it
    targets: Mapping[str, Target]
    reporting_year: ReportingYear = CALENDAR_YEAR
    _policies: dict[tuple[str, int], Policy] = field(default_factory=dict)
    _targets: dict[tuple[str, int], Target] = field(default_factory=dict)
    _in_charge: dict[int, frozenset[int]] = field(default_factory=dict)

    def chain(self, unit_id: int) -> tuple[int, ...]:
        return self.chains.get(unit_id, (unit_id,))

    def hear(self, unit_id: int) -> tuple[int, ...]:
        """Who is told of the unit: never nobody, while there is an admin."""
        return owners_of(self.chain(unit_id), self.bindings, self.day, self.absences)

    def groups(self, unit_id: int) -> tuple[int, ...]:
        return named_group(self.bindings, unit_id, self.day)

    def in_charge(self, unit_id: int) -> frozenset[int]:
        """Who may act on the unit's alerts."""
        if unit_id not in self._in_charge:
            chain = self.chain(unit_id)
            self._in_charge[unit_id] = in_charge(chain, self.bindings, self.day, self.absences)
        return self._in_charge[unit_id]

    def may_still_hear(self, person_id: int, unit_id: int) -> bool:
        """Whether somebody who was told of a unit may be told of it now: a former head may not."""
        held = (b for b in self.bindings if b.person_id == person_id)
        return hears_of(held, self.chain(unit_id)) or person_id in self.in_charge(unit_id)

    def target(self, target: str, unit_id: int) -> Target:
        """The target as it is judged in the unit, with what admins set."""
        key = (target, unit_id)
        if key not in self._targets:
            line = self.line_of(target)
            self._targets[key] = self.thresholds.target(line, self.chain(unit_id))
        return self._targets[key]

    def policy(self, target: str, unit_id: int) -> Policy:
        key = (target, unit_id)
        if key not in self._policies:
            line = self.line_of(target)
            self._policies[key] = self.thresholds.policy(line, self.chain(unit_id))
        return self._policies[key]

    def line_of(self, target: str) -> Target:
        """The line of the plan; of one that settings.toml names no more only its id is known."""
        return self.targets.get(target) or Target(
            id=target, item="", goal=None, sources=(), applies_to=frozenset()
        )

    def as_alerts_take_it(self, judged: JudgedReading) -> JudgedReading:
        """The reading judged by the unit's own goal, where an admin has set one."""
        reading = judged.reading
        target = self.target(reading.target, reading.unit_id)
        return for_alerts(judged, target, self.day, self.reporting_year)


def circumstances(house: House, tx: Connection, day: date) -> Circumstances:
    return Circumstances(
        day=day,
        bindings=people.all_bindings(tx, day),
        absences=absences.on_day(tx, day),
        thresholds=InForce(changes=thresholds.changes(tx), day=day),
        chains=units.chains(tx),
        targets={target.id: target for target in house.targets},
        reporting_year=house.calendar.reporting_year,
    )


def with_thresholds(house: House, tx: Connection, day: date) -> House:
    """The house with the ages of sources that admins have set."""
    in_force = InForce(changes=thresholds.changes(tx), day=day)
    return replace(house, ages=in_force.ages(house.ages)) if in_force.changes else house
