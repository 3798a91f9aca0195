"""Who hears of a unit, who may see its items, and which role may ask what?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from db.records import Binding, Role

EVERY_ROLE = frozenset(Role)
WITH_ITEMS = frozenset({Role.HEAD, Role.LEADER, Role.ADMIN})
WITH_DATA = frozenset({Role.STEWARD, Role.ADMIN})
ADMIN_ONLY = frozenset({Role.ADMIN})

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
    "imports": WITH_DATA,
    "health": ADMIN_ONLY,
    "people": ADMIN_ONLY,
    "thresholds": ADMIN_ONLY,
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


def who_hears(
    step_unit_chain: Sequence[int], bindings: Sequence[Binding], today: date
) -> tuple[int, ...]:
    """The ids of the persons who are told of a unit's step, rising; empty: tell the admins.

    The chain is the unit first, then its parents up to the district. The first that is anybody is
    told: the unit's head, its deputies, its leaders, then the leaders of the nearest parent that
    has one. The district's own readings go to its leaders before anybody else in it.
    """
    held = [binding for binding in bindings if holds_on(binding, today)]
    for unit_id, role, deputy in _ladder(step_unit_chain):
        people = {
            binding.person_id
            for binding in held
            if (binding.unit_id, binding.role, binding.deputy) == (unit_id, role, deputy)
        }
        if people:
            return tuple(sorted(people))
    return ()


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


def _ladder(chain: Sequence[int]) -> list[tuple[int, Role, bool]]:
    """(unit, role, deputy) in the order in which they are asked."""
    heads = [(unit_id, Role.HEAD, deputy) for unit_id in chain[:1] for deputy in (False, True)]
    leaders = [(unit_id, Role.LEADER, deputy) for unit_id in chain for deputy in (False, True)]
    is_district = len(chain) == 1
    return leaders + heads if is_district else heads + leaders
