"""What does an admin want to know of the people? Roles with their units, and who is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alerts.audience import IN_CHARGE, owners_of, without_head
from alerts.house import House
from db import absences, people, units
from db.engine import Connection
from db.names import fold
from db.people import Known, NumberedBinding
from db.records import Absence, Binding, Unit, UnitKind

# A school and a one-stop desk are items of somebody else's targets.
HEADED_BY_OTHERS = frozenset({UnitKind.SCHOOL, UnitKind.ONE_STOP})
CHOICES = 6  # people who are offered for an unclear name


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleView:
    """A role with its unit; `id` is its number, by which it can be ended."""

    id: int
    binding: Binding
    unit: Unit | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AbsenceView:
    absence: Absence
    stand_in: str | None  # a name


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonView:
    known: Known
    roles: tuple[RoleView, ...]
    absences: tuple[AbsenceView, ...] = ()  # those that are not over


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleView:
    """Everybody with a role: one line a role, in the order of the organisation."""

    lines: tuple[tuple[RoleView, Known], ...]
    count: int
    headless: tuple[Unit, ...]


def people_on(tx: Connection, house: House, today: date) -> PeopleView:
    known = people.known_people(tx, today)
    organisation = units.units_on(tx, today)
    place = {unit.id: number for number, unit in enumerate(organisation)}
    by_id = {unit.id: unit for unit in organisation}
    lines = [(_role(tx, numbered, by_id), one) for one in known for numbered in one.bindings]
    lines.sort(
        key=lambda line: (
            place.get(line[0].binding.unit_id or 0, len(place)),
            line[0].binding.role.value != "leader",
            line[0].binding.deputy,
            line[1].person.name,
        )
    )
    return PeopleView(
        lines=tuple(lines), count=len(known), headless=headless_units(tx, house, today)
    )


def headless_units(tx: Connection, house: House, today: date) -> tuple[Unit, ...]:
    """The units that are to answer for a target, and that nobody heads."""
    asked = {kind for target in house.targets_on(today) for kind in target.applies_to}
    found = {
        unit.id: unit for unit in units.units_on(tx, today) if unit.kind in asked - HEADED_BY_OTHERS
    }
    return tuple(found[n] for n in without_head(found, people.all_bindings(tx, today), today))


def person_view(tx: Connection, person_id: int, today: date) -> PersonView | None:
    known = people.known(tx, person_id, today)
    if known is None:
        return None
    return PersonView(
        known=known,
        roles=tuple(_role(tx, numbered, {}) for numbered in known.bindings),
        absences=tuple(
            AbsenceView(absence=absence, stand_in=name_of(tx, absence.stand_in))
            for absence in absences.of_person(tx, person_id, today)
        ),
    )


def role_view(tx: Connection, binding_id: int, today: date) -> tuple[PersonView, RoleView] | None:
    """The role of that number with its person; None where it does not hold any more."""
    for known in people.known_people(tx, today):
        for numbered in known.bindings:
            if numbered.id == binding_id:
                view = person_view(tx, known.person.id, today)
                return (view, _role(tx, numbered, {})) if view else None
    return None


def roles_of_bindings(tx: Connection, held: tuple[Binding, ...]) -> tuple[RoleView, ...]:
    return tuple(_role(tx, NumberedBinding(id=0, binding=one), {}) for one in held)


def name_of(tx: Connection, person_id: int | None) -> str | None:
    person = people.person_by_id(tx, person_id) if person_id is not None else None
    return person.name if person else None


def meant_people(tx: Connection, text: str, absent: int, today: date) -> tuple[Known, ...]:
    """Who may be meant by a name: exactly so named, else all whose name has its words; no group."""
    others = [
        one
        for one in people.known_people(tx, today)
        if not one.is_group and one.person.id != absent
    ]
    wanted = fold(text)
    exact = [one for one in others if fold(one.person.name) == wanted]
    words = set(wanted.split())
    return tuple(exact or [o for o in others if words <= set(fold(o.person.name).split())])


def colleagues(tx: Connection, absent: int, today: date) -> tuple[Known, ...]:
    """Those of the same units as somebody, and of the units above: who may stand in for them."""
    own = people.own_bindings(tx, absent, today)
    near = {u for b in own if b.unit_id is not None for u in units.chain(tx, b.unit_id)}
    return tuple(
        one
        for one in people.known_people(tx, today)
        if not one.is_group
        and one.person.id != absent
        and near & {numbered.binding.unit_id for numbered in one.bindings}
    )[:CHOICES]


def heard_instead(tx: Connection, absence: Absence, today: date) -> tuple[str, ...]:
    """The names of those who hear of the absent person's units on the first day away."""
    day = max(absence.first_day, today)
    bindings, away = people.all_bindings(tx, day), absences.on_day(tx, day)
    mine = {
        b.unit_id
        for b in bindings
        if b.person_id == absence.person_id and b.role in IN_CHARGE and b.unit_id is not None
    }
    heard = {
        person_id
        for unit_id in mine
        for person_id in owners_of(units.chain(tx, unit_id), bindings, day, away)
    } - {absence.person_id}
    return tuple(name for person_id in sorted(heard) if (name := name_of(tx, person_id)))


def _role(tx: Connection, numbered: NumberedBinding, known: dict[int, Unit]) -> RoleView:
    unit_id = numbered.binding.unit_id
    unit = None
    if unit_id is not None:
        unit = known.get(unit_id) or units.unit_by_id(tx, unit_id)
    return RoleView(id=numbered.id, binding=numbered.binding, unit=unit)
