"""Who hears of a unit, who may see its items, and which role may ask what?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from db.records import Absence, Binding, Role

EVERY_ROLE = frozenset(Role) - {Role.GROUP}  # a group is told, and asks for nothing
WITH_ITEMS = frozenset({Role.HEAD, Role.LEADER, Role.ADMIN})
WITH_DATA = frozenset({Role.STEWARD, Role.ADMIN})
ADMIN_ONLY = frozenset({Role.ADMIN})
IN_CHARGE = frozenset({Role.HEAD, Role.LEADER})
# Sources of which a part is planned without notice: their stewards see the items, planned ones too.
CONFIDENTIAL_SOURCES = frozenset({"inspections"})

# Which roles may give a command. What a command shows of a unit's items, `sees_items` decides.
ACCESS: dict[str, frozenset[Role]] = {
    "start": EVERY_ROLE,
    "help": EVERY_ROLE,
    "language": EVERY_ROLE,
    "status": EVERY_ROLE,
    "units": EVERY_ROLE,
    "alerts": EVERY_ROLE,
    "why": EVERY_ROLE,
    "trend": EVERY_ROLE,
    "rank": EVERY_ROLE,
    "report": EVERY_ROLE,
    "items": WITH_ITEMS,
    "due": WITH_ITEMS,
    "letters": WITH_ITEMS,
    "absence": IN_CHARGE | ADMIN_ONLY,
    "imports": WITH_DATA,
    "health": ADMIN_ONLY,
    "people": ADMIN_ONLY,
    "thresholds": frozenset({Role.LEADER, Role.ADMIN}),  # a leader: a goal below the plan's
    "calendar": ADMIN_ONLY,
}


def may(roles: Collection[Role], action: str) -> bool:
    """Whether one of the roles may give the command; an unknown command is nobody's."""
    return not ACCESS.get(action, frozenset()).isdisjoint(roles)


def holds_on(binding: Binding, day: date) -> bool:
    """Whether the role is held on that day; both the first and the last day count."""
    return binding.valid_from <= day and (binding.valid_to is None or day <= binding.valid_to)


def roles_on(bindings: Iterable[Binding], day: date) -> frozenset[Role]:
    return frozenset(binding.role for binding in bindings if holds_on(binding, day))


def owners_of(
    chain: Sequence[int],
    bindings: Sequence[Binding],
    today: date,
    absences: Sequence[Absence] = (),
) -> tuple[int, ...]:
    """The ids of the persons who are told of a unit and answer for its open items, rising.

    The chain is the unit first, then its parents up to the district. It is the first that is
    anybody: the unit's head, its deputies, its leaders, then the leaders of the nearest parent that
    has one. The district's own readings go to its leaders before anybody else in it. For whoever
    is away it is their stand-in, and the deputies where nobody else of their rank is there.

    Where that is nobody, it is the admins; where everybody is away, those who would be asked if
    they were not. Empty only where there is neither anybody nor an admin.
    """
    held, away = _on(bindings, absences, today)
    admins = {binding.person_id for binding in held if binding.role is Role.ADMIN}
    people = (
        _nearest(chain, held, away) or admins - away.keys() or admins or _nearest(chain, held, {})
    )
    return tuple(sorted(people))


def in_charge(
    chain: Sequence[int],
    bindings: Sequence[Binding],
    today: date,
    absences: Sequence[Absence] = (),
) -> frozenset[int]:
    """The persons who may act on a unit's alerts: its heads and deputies, its leaders and those
    above it. Whoever is away does not, their stand-in does; where all are away, all may, and where
    nobody is there, so may the admins who answer for it then.
    """
    held, away = _on(bindings, absences, today)
    people = {
        binding.person_id
        for unit_id, role in _offices(chain)
        for binding in held
        if (binding.unit_id, binding.role) == (unit_id, role)
    }
    present = _present(people, held, away)
    return frozenset(present or people.union(owners_of(chain, bindings, today, absences)))


def may_act(
    bindings: Sequence[Binding],
    chain: Sequence[int],
    today: date,
    absences: Sequence[Absence] = (),
    *,
    person_id: int,
) -> bool:
    """Whether a person may take, or claim done, an alert of the chain's first unit.

    `bindings` are everybody's: who stands in for somebody may do what they may. An admin as such
    may silence an alert, and answers for it only where there is nobody else.
    """
    return person_id in in_charge(chain, bindings, today, absences)


def at_work_on(
    unit_id: int,
    role: Role,
    bindings: Sequence[Binding],
    absences: Sequence[Absence],
    day: date,
    *,
    ranks: Sequence[bool],
) -> frozenset[int]:
    """Who does the work of an office on a day, of the ranks (deputy or not) in the order asked."""
    held, away = _on(bindings, absences, day)
    return frozenset(_at_work(held, away, unit_id, role, ranks))


def named_group(bindings: Iterable[Binding], unit_id: int, today: date) -> tuple[int, ...]:
    """The groups of a unit (as persons), rising: they are told numbers, and no items with names."""
    return tuple(
        sorted(
            {
                binding.person_id
                for binding in bindings
                if binding.role is Role.GROUP
                and binding.unit_id == unit_id
                and holds_on(binding, today)
            }
        )
    )


def without_head(
    unit_ids: Iterable[int], bindings: Iterable[Binding], today: date
) -> tuple[int, ...]:
    """The units, in their order, that nobody is bound to as head, deputy or leader: what is to be
    done in them is for the leaders above, and the admins are to find somebody.
    """
    led = {
        binding.unit_id
        for binding in bindings
        if binding.role in IN_CHARGE and holds_on(binding, today)
    }
    return tuple(unit_id for unit_id in unit_ids if unit_id not in led)


def is_away(absence: Absence, day: date) -> bool:
    """Whether the person is away on that day; both the first and the last day count."""
    return absence.first_day <= day <= absence.last_day


def sees_items(
    bindings: Sequence[Binding],
    unit_chain: Sequence[int],
    today: date,
    later_chains: Iterable[Sequence[int]] = (),
) -> bool:
    """Whether a person with these bindings sees the named items of the chain's first unit.

    Its head and deputies do, leaders of it or of a parent, and admins; who may ask for any unit's
    readings (an official, a steward) does not. Who may see a unit may see the past of those that
    it came from: `later_chains` are the chains of the units that took over from this one.
    """
    chains = (unit_chain, *later_chains)
    allowed = {(Role.LEADER, unit_id) for chain in chains for unit_id in chain}
    allowed |= {(Role.HEAD, unit_id) for chain in chains for unit_id in chain[:1]}
    return any(
        binding.role is Role.ADMIN or (binding.role, binding.unit_id) in allowed
        for binding in bindings
        if holds_on(binding, today)
    )


def keeps_source(bindings: Iterable[Binding], sources: Collection[str], today: date) -> bool:
    """Whether a person is the steward of all the confidential sources of a target that has no
    other sources: who writes the plan of inspections sees what there is to act on of it.
    """
    kept = {b.source for b in bindings if b.role is Role.STEWARD and holds_on(b, today)}
    return bool(sources) and CONFIDENTIAL_SOURCES.issuperset(sources) and kept.issuperset(sources)


def in_confidence(
    bindings: Sequence[Binding], sources: Collection[str], district_id: int, today: date
) -> bool:
    """Whether a person may know of what is planned without notice: its steward, and the leaders of
    the district. Nobody else may, no admin either.
    """
    leads = any(
        b.role is Role.LEADER and b.unit_id == district_id and holds_on(b, today) for b in bindings
    )
    return leads or keeps_source(bindings, sources, today)


Held = Sequence[Binding]
Away = dict[int, set[int]]  # a person who is away -> those who stand in


def _on(bindings: Iterable[Binding], absences: Iterable[Absence], day: date) -> tuple[Held, Away]:
    held = [binding for binding in bindings if holds_on(binding, day)]
    away: Away = {}
    for absence in absences:
        if is_away(absence, day):
            standing = {absence.stand_in} - {None}
            away.setdefault(absence.person_id, set()).update(standing)  # type: ignore[arg-type]
    return held, away


def _offices(chain: Sequence[int]) -> list[tuple[int, Role]]:
    """(unit, role) in the order in which they are asked."""
    heads = [(unit_id, Role.HEAD) for unit_id in chain[:1]]
    leaders = [(unit_id, Role.LEADER) for unit_id in chain]
    is_district = len(chain) == 1
    return leaders + heads if is_district else heads + leaders


def _nearest(chain: Sequence[int], held: Held, away: Away) -> set[int]:
    """Those of the first office that has anybody who is there."""
    found = (_at_work(held, away, unit_id, role) for unit_id, role in _offices(chain))
    return next((people for people in found if people), set())


def _at_work(
    held: Held, away: Away, unit_id: int, role: Role, ranks: Sequence[bool] = (False, True)
) -> set[int]:
    """Who does the work of an office: its holders, else its deputies; those who stand in always."""
    found: set[int] = set()
    for deputy in ranks:
        people = {
            binding.person_id
            for binding in held
            if (binding.unit_id, binding.role, binding.deputy) == (unit_id, role, deputy)
        }
        found |= _present(people, held, away)
        if people - away.keys():
            break
    return found


def _present(people: set[int], held: Held, away: Away) -> set[int]:
    """The people who are there, and those who stand in for the others.

    Who stands in holds a role themselves, else a former head would hear; and is there.
    """
    known = {binding.person_id for binding in held if binding.role is not Role.GROUP}
    standing = {other for person in people & away.keys() for other in away[person]}
    return (people | (standing & known)) - away.keys()
