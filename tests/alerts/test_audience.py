"""Does the right person hear of a unit, and only who may see its items?"""

from __future__ import annotations

import re
from datetime import date

import pytest

from alerts.audience import ACCESS, holds_on, may, roles_on, sees_items, who_hears
from db.records import Binding, Role

TODAY = date(2021, 3, 23)
COMMUNE, DEPARTMENT, DISTRICT, OTHER = 3, 2, 1, 9
CHAIN = [COMMUNE, DEPARTMENT, DISTRICT]


def bound(
    person_id: int,
    role: Role,
    unit_id: int | None = COMMUNE,
    *,
    deputy: bool = False,
    since: date = date(2021, 1, 1),
    until: date | None = None,
) -> Binding:
    return Binding(
        person_id=person_id,
        role=role,
        unit_id=unit_id,
        deputy=deputy,
        valid_from=since,
        valid_to=until,
    )


HEAD = bound(11, Role.HEAD)
SECOND_HEAD = bound(10, Role.HEAD)
DEPUTY = bound(12, Role.HEAD, deputy=True)
LEADER_HERE = bound(13, Role.LEADER)
LEADER_ABOVE = bound(14, Role.LEADER, DEPARTMENT)
CHAIRMAN = bound(15, Role.LEADER, DISTRICT)
VICE_CHAIRMAN = bound(16, Role.LEADER, DISTRICT, deputy=True)
OFFICE_HEAD = bound(17, Role.HEAD, DISTRICT)
GONE = bound(18, Role.HEAD, until=date(2021, 3, 22))
COMING = bound(19, Role.HEAD, since=date(2021, 3, 24))
ELSEWHERE = bound(20, Role.HEAD, OTHER)
HEAD_ABOVE = bound(21, Role.HEAD, DEPARTMENT)
CLERK = bound(22, Role.OFFICIAL)
STEWARD = bound(23, Role.STEWARD, None)
ADMIN = bound(24, Role.ADMIN, None)
NOT_THESE = [GONE, COMING, ELSEWHERE, HEAD_ABOVE, CLERK, STEWARD, ADMIN]


@pytest.mark.parametrize(
    ("bindings", "chain", "expected"),
    [
        pytest.param([HEAD, DEPUTY, LEADER_HERE, CHAIRMAN], CHAIN, (11,), id="the head alone"),
        pytest.param([HEAD, SECOND_HEAD], CHAIN, (10, 11), id="both heads, in order"),
        pytest.param([HEAD, HEAD], CHAIN, (11,), id="a person bound twice hears once"),
        pytest.param([DEPUTY, LEADER_HERE, CHAIRMAN], CHAIN, (12,), id="no head: the deputy"),
        pytest.param([LEADER_HERE, LEADER_ABOVE], CHAIN, (13,), id="no deputy: the unit's leader"),
        pytest.param([LEADER_ABOVE, CHAIRMAN], CHAIN, (14,), id="then the nearest parent's leader"),
        pytest.param(
            [CHAIRMAN, VICE_CHAIRMAN], CHAIN, (15,), id="then the chairman of the district"
        ),
        pytest.param(
            [VICE_CHAIRMAN], CHAIN, (16,), id="or the vice chairman when there is no other"
        ),
        pytest.param([], CHAIN, (), id="nobody is bound: the admins must know"),
        pytest.param(NOT_THESE, CHAIN, (), id="nobody who holds another role, unit or time"),
        pytest.param([GONE, DEPUTY], CHAIN, (12,), id="a head who left yesterday is no head"),
        pytest.param(
            [bound(30, Role.HEAD, until=TODAY)], CHAIN, (30,), id="the last day still counts"
        ),
        pytest.param(
            [bound(31, Role.HEAD, since=TODAY)], CHAIN, (31,), id="the first day already counts"
        ),
        pytest.param(
            [OFFICE_HEAD, CHAIRMAN, HEAD], [DISTRICT], (15,), id="the district speaks to its leader"
        ),
        pytest.param(
            [OFFICE_HEAD, HEAD], [DISTRICT], (17,), id="a district without leader has its head"
        ),
        pytest.param([HEAD], [], (), id="no unit, nobody"),
    ],
)
def test_who_hears(bindings: list[Binding], chain: list[int], expected: tuple[int, ...]) -> None:
    assert who_hears(chain, bindings, TODAY) == expected


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        pytest.param(HEAD, True, id="the head of the unit"),
        pytest.param(DEPUTY, True, id="its deputy"),
        pytest.param(LEADER_HERE, True, id="its leader"),
        pytest.param(LEADER_ABOVE, True, id="a leader of the parent"),
        pytest.param(CHAIRMAN, True, id="the chairman of the district"),
        pytest.param(ADMIN, True, id="an admin"),
        pytest.param(CLERK, False, id="no official, not even the unit's own"),
        pytest.param(STEWARD, False, id="no steward of a source"),
        pytest.param(ELSEWHERE, False, id="no head of another unit"),
        pytest.param(HEAD_ABOVE, False, id="no head of a parent: only leaders see below"),
        pytest.param(GONE, False, id="nobody whose role has ended"),
        pytest.param(COMING, False, id="nobody whose role has not begun"),
        pytest.param(
            bound(40, Role.ADMIN, None, until=date(2021, 3, 1)), False, id="no past admin"
        ),
        pytest.param(bound(41, Role.LEADER, OTHER), False, id="no leader of another unit"),
        pytest.param(bound(42, Role.LEADER, None), False, id="no leader of nothing"),
    ],
)
def test_who_sees_the_items_of_a_unit(binding: Binding, expected: bool) -> None:
    assert sees_items([binding], CHAIN, TODAY) is expected


@pytest.mark.parametrize(
    ("binding", "later_chains", "expected"),
    [
        pytest.param(bound(50, Role.HEAD, OTHER), [[OTHER, DISTRICT]], True, id="the new head"),
        pytest.param(bound(51, Role.LEADER, 7), [[OTHER, 7]], True, id="the new unit's leader"),
        pytest.param(bound(52, Role.HEAD, 8), [[OTHER], [8]], True, id="the head of either part"),
        pytest.param(bound(53, Role.HEAD, 7), [[OTHER, 7]], False, id="not the head above it"),
        pytest.param(bound(54, Role.OFFICIAL, OTHER), [[OTHER]], False, id="nor an official"),
        pytest.param(bound(55, Role.HEAD, OTHER), [], False, id="nor who took over nothing"),
    ],
)
def test_who_may_see_a_unit_may_see_the_past_of_its_predecessors(
    binding: Binding, later_chains: list[list[int]], expected: bool
) -> None:
    assert sees_items([binding], CHAIN, TODAY, later_chains) is expected


def test_one_of_several_roles_is_enough() -> None:
    assert sees_items([CLERK, GONE, LEADER_ABOVE], CHAIN, TODAY)
    assert not sees_items([], CHAIN, TODAY)


def test_roles_are_those_held_on_the_day() -> None:
    assert roles_on([GONE, CLERK, ADMIN], TODAY) == {Role.OFFICIAL, Role.ADMIN}
    assert roles_on([GONE], date(2021, 3, 22)) == {Role.HEAD}
    assert not holds_on(COMING, TODAY)


@pytest.mark.parametrize("action", sorted(ACCESS))
def test_every_role_may_do_what_an_official_may(action: str) -> None:
    if may([Role.OFFICIAL], action):
        assert all(may([role], action) for role in Role)
    assert may([Role.ADMIN], action)
    assert not may([], action)


@pytest.mark.parametrize(
    ("role", "action", "expected"),
    [
        pytest.param(Role.OFFICIAL, "status", True, id="an official asks for any unit's readings"),
        pytest.param(Role.OFFICIAL, "items", False, id="an official sees no items"),
        pytest.param(Role.HEAD, "items", True, id="a head sees items"),
        pytest.param(Role.LEADER, "due", True, id="a leader sees what falls due"),
        pytest.param(Role.HEAD, "people", False, id="a head appoints nobody"),
        pytest.param(Role.STEWARD, "imports", True, id="a steward sees the imports"),
        pytest.param(Role.LEADER, "health", False, id="the machine is the admin's matter"),
        pytest.param(Role.ADMIN, "no_such_command", False, id="what is not listed is nobody's"),
    ],
)
def test_who_may_give_which_command(role: Role, action: str, expected: bool) -> None:
    assert may([role], action) is expected


def test_the_commands_are_named_as_telegram_wants_them() -> None:
    assert all(re.fullmatch(r"[a-z]{1,32}", action) for action in ACCESS)
