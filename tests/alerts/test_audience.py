"""Does the right person hear of a unit, and only who may see its items?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.audience import (
    ACCESS,
    holds_on,
    in_charge,
    in_confidence,
    is_away,
    keeps_source,
    may,
    may_act,
    named_group,
    owners_of,
    roles_on,
    sees_items,
    without_head,
)
from db.records import Absence, Binding, Role

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
GROUP = bound(25, Role.GROUP)
SECOND_ADMIN = bound(26, Role.ADMIN, None)
NOT_THESE = [GONE, COMING, ELSEWHERE, HEAD_ABOVE, CLERK, STEWARD, ADMIN, GROUP]


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
        pytest.param([], CHAIN, (), id="nobody is bound at all"),
        pytest.param(NOT_THESE, CHAIN, (24,), id="nobody but the admin, as the last resort"),
        pytest.param(
            [each for each in NOT_THESE if each is not ADMIN],
            CHAIN,
            (),
            id="nobody who holds another role, unit or time",
        ),
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
    assert owners_of(chain, bindings, TODAY) == expected


def away(
    person_id: int, stand_in: int | None = None, first: date = TODAY, last: date = TODAY
) -> Absence:
    return Absence(
        id=person_id, person_id=person_id, first_day=first, last_day=last, stand_in=stand_in
    )


YESTERDAY, TOMORROW = date(2021, 3, 22), date(2021, 3, 24)


@pytest.mark.parametrize(
    ("bindings", "absences", "expected"),
    [
        pytest.param([HEAD, DEPUTY], [away(11)], (12,), id="a head is away: the deputy"),
        pytest.param(
            [HEAD, DEPUTY, CLERK], [away(11, 22)], (12, 22), id="the stand-in and the deputy"
        ),
        pytest.param([HEAD, CLERK], [away(11, 22)], (22,), id="the stand-in alone"),
        pytest.param(
            [HEAD, LEADER_ABOVE, CHAIRMAN], [away(11)], (14,), id="else the nearest leader above"
        ),
        pytest.param(
            [HEAD, SECOND_HEAD, DEPUTY, CLERK], [away(11, 22)], (10, 22),
            id="the other head and the stand-in, not the deputy",
        ),
        pytest.param([HEAD, SECOND_HEAD], [away(11)], (10,), id="the other head alone"),
        pytest.param(
            [HEAD, DEPUTY, CLERK, CHAIRMAN], [away(11), away(12, 22)], (22,),
            id="head and deputy away: the deputy's stand-in",
        ),
        pytest.param(
            [HEAD, CLERK, CHAIRMAN], [away(11, 22), away(22)], (15,),
            id="a stand-in who is away too hears nothing",
        ),
        pytest.param(
            [HEAD, GONE, CHAIRMAN], [away(11, 18)], (15,), id="a former head does not stand in"
        ),
        pytest.param([HEAD, GROUP, CHAIRMAN], [away(11, 25)], (15,), id="nor does a group"),
        pytest.param([HEAD, ELSEWHERE], [away(11, 20)], (20,), id="the head of another unit may"),
        pytest.param(
            [HEAD, DEPUTY], [away(11, last=YESTERDAY, first=YESTERDAY)], (11,), id="back today"
        ),
        pytest.param(
            [HEAD, DEPUTY], [away(11, first=TOMORROW, last=TOMORROW)], (11,), id="not yet away"
        ),
        pytest.param(
            [HEAD, DEPUTY], [away(11, first=YESTERDAY, last=TODAY)], (12,), id="the last day counts"
        ),
        pytest.param(
            [HEAD, CHAIRMAN, VICE_CHAIRMAN], [away(11), away(15)], (16,),
            id="the chairman away: the vice chairman",
        ),
        pytest.param([HEAD, ADMIN], [away(11)], (24,), id="nobody there: the admins"),
        pytest.param([HEAD], [away(20)], (11,), id="somebody else is away"),
    ],
)  # fmt: skip
def test_who_hears_instead_of_who_is_away(
    bindings: list[Binding], absences: list[Absence], expected: tuple[int, ...]
) -> None:
    assert owners_of(CHAIN, bindings, TODAY, absences) == expected


@pytest.mark.parametrize(
    ("bindings", "absences", "expected"),
    [
        pytest.param([HEAD, ADMIN], [], (11,), id="the head, while there is one"),
        pytest.param([ADMIN, SECOND_ADMIN, CLERK], [], (24, 26), id="nobody: all the admins"),
        pytest.param([HEAD, ADMIN], [away(11)], (24,), id="nobody there: the admin"),
        pytest.param([ADMIN, SECOND_ADMIN], [away(24)], (26,), id="the admin who is there"),
        pytest.param([HEAD, ADMIN], [away(11), away(24)], (24,), id="an admin even when away"),
        pytest.param([HEAD], [away(11)], (11,), id="no admin at all: the head, though away"),
        pytest.param([CLERK, GROUP], [], (), id="neither anybody nor an admin"),
    ],
)
def test_who_answers_for_what_is_open(
    bindings: list[Binding], absences: list[Absence], expected: tuple[int, ...]
) -> None:
    assert owners_of(CHAIN, bindings, TODAY, absences) == expected


DAYS = [date(2021, 3, day) for day in range(1, 11)]
ANY_DAY = st.sampled_from(DAYS)
PEOPLE = st.integers(1, 5)
SOME_BINDINGS = st.lists(
    st.builds(
        Binding,
        person_id=PEOPLE,
        role=st.sampled_from(Role),
        unit_id=st.sampled_from([*CHAIN, OTHER, None]),
        deputy=st.booleans(),
        valid_from=ANY_DAY,
        valid_to=st.none() | ANY_DAY,
    ),
    max_size=8,
)
SOME_ABSENCES = st.lists(
    st.builds(
        Absence,
        id=st.just(1),
        person_id=PEOPLE,
        first_day=ANY_DAY,
        last_day=ANY_DAY,
        stand_in=st.none() | PEOPLE,
    ),
    max_size=6,
)


@given(bindings=SOME_BINDINGS, absences=SOME_ABSENCES)
def test_at_no_day_is_an_open_item_without_an_owner(
    bindings: list[Binding], absences: list[Absence]
) -> None:
    everybody = [*bindings, bound(6, Role.ADMIN, None, since=DAYS[0])]
    for day in DAYS:
        assert owners_of(CHAIN, everybody, day, absences)


@given(bindings=SOME_BINDINGS, absences=SOME_ABSENCES)
def test_whoever_hears_holds_a_role_that_day_and_may_act(
    bindings: list[Binding], absences: list[Absence]
) -> None:
    for day in DAYS:
        gone = {a.person_id for a in absences if is_away(a, day)}
        roles = {b.person_id: b for b in bindings if holds_on(b, day) and b.role is not Role.GROUP}
        heard = owners_of(CHAIN, bindings, day, absences)
        assert not gone.intersection(heard) or gone.issuperset(heard), "all are away, or none"
        for person_id in heard:
            assert person_id in roles
            assert may_act(bindings, CHAIN, day, absences, person_id=person_id)


@pytest.mark.parametrize(
    ("person_id", "absences", "expected"),
    [
        pytest.param(11, [], True, id="the head may"),
        pytest.param(12, [], True, id="so may a deputy, while the head is there"),
        pytest.param(13, [], True, id="a leader of the unit"),
        pytest.param(15, [], True, id="the chairman"),
        pytest.param(22, [], False, id="an official may not"),
        pytest.param(24, [], False, id="an admin as such may not"),
        pytest.param(20, [], False, id="nor a head of another unit"),
        pytest.param(21, [], False, id="nor the head of the unit above"),
        pytest.param(18, [], False, id="nor a former head"),
        pytest.param(25, [], False, id="nor a group"),
        pytest.param(22, [away(11, 22)], True, id="who stands in may"),
        pytest.param(11, [away(11, 22)], False, id="who is away does not"),
        pytest.param(12, [away(11, 22)], True, id="the deputies may beside the stand-in"),
        pytest.param(22, [away(11, 22), away(22)], False, id="a stand-in who is away does not"),
        pytest.param(24, [away(11, 24)], True, id="an admin who stands in may"),
    ],
)
def test_who_may_act(person_id: int, absences: list[Absence], expected: bool) -> None:
    everybody = [HEAD, DEPUTY, LEADER_HERE, CHAIRMAN, *NOT_THESE]
    assert may_act(everybody, CHAIN, TODAY, absences, person_id=person_id) is expected


def test_where_all_are_away_all_may_act() -> None:
    assert in_charge(CHAIN, [HEAD, DEPUTY], TODAY, [away(11), away(12)]) == {11, 12}


@pytest.mark.parametrize(
    ("bindings", "absences", "expected"),
    [
        pytest.param([CLERK, ADMIN], [], {24}, id="nobody is bound: the admin may"),
        pytest.param([HEAD, ADMIN], [], {11}, id="an admin may not where there is a head"),
        pytest.param([HEAD, ADMIN], [away(11)], {11, 24}, id="the head is away: the admin too"),
        pytest.param([CLERK], [], set(), id="without an admin nobody"),
    ],
)
def test_admins_act_as_the_last_resort(
    bindings: list[Binding], absences: list[Absence], expected: set[int]
) -> None:
    assert in_charge(CHAIN, bindings, TODAY, absences) == expected


def test_a_group_is_told_numbers_and_asks_for_nothing() -> None:
    second = bound(30, Role.GROUP)
    ended = bound(31, Role.GROUP, until=YESTERDAY)
    elsewhere = bound(32, Role.GROUP, OTHER)
    groups = [second, GROUP, ended, elsewhere, HEAD]
    assert named_group(groups, COMMUNE, TODAY) == (25, 30)
    assert named_group(groups, DISTRICT, TODAY) == ()
    assert not any(may([Role.GROUP], action) for action in ACCESS)
    assert not sees_items([GROUP], CHAIN, TODAY)


def test_a_unit_without_head_deputy_or_leader_is_named() -> None:
    everybody = [HEAD, bound(40, Role.LEADER, DISTRICT), bound(41, Role.GROUP, OTHER), GONE]
    assert without_head([OTHER, COMMUNE, DISTRICT, DEPARTMENT], everybody, TODAY) == (
        OTHER,
        DEPARTMENT,
    )
    assert without_head([COMMUNE], [GONE, COMING], TODAY) == (COMMUNE,)


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


KEEPER = Binding(person_id=60, role=Role.STEWARD, source="inspections", valid_from=date(2021, 1, 1))
INSPECTIONS = ("inspections",)


@pytest.mark.parametrize(
    ("binding", "sources", "expected"),
    [
        pytest.param(KEEPER, INSPECTIONS, True, id="the steward of inspections"),
        pytest.param(CHAIRMAN, INSPECTIONS, True, id="the leader of the district"),
        pytest.param(VICE_CHAIRMAN, INSPECTIONS, True, id="a deputy leader of the district"),
        pytest.param(ADMIN, INSPECTIONS, False, id="no admin"),
        pytest.param(LEADER_ABOVE, INSPECTIONS, False, id="no leader below the district"),
        pytest.param(OFFICE_HEAD, INSPECTIONS, False, id="no head in the district's office"),
        pytest.param(HEAD, INSPECTIONS, False, id="no head of a unit that is to be surprised"),
        pytest.param(STEWARD, INSPECTIONS, False, id="no steward of nothing in particular"),
        pytest.param(CLERK, INSPECTIONS, False, id="no official"),
        pytest.param(
            replace(KEEPER, source="dossiers"), INSPECTIONS, False, id="no steward of other data"
        ),
        pytest.param(
            replace(KEEPER, valid_to=date(2021, 3, 22)), INSPECTIONS, False, id="no former steward"
        ),
        pytest.param(
            replace(CHAIRMAN, valid_to=date(2021, 3, 22)), INSPECTIONS, False, id="nor chairman"
        ),
        pytest.param(
            KEEPER, ("inspections", "dossiers"), False, id="not where other items are among them"
        ),
        pytest.param(
            replace(KEEPER, source="dossiers"), ("dossiers",), False, id="no dossiers for theirs"
        ),
        pytest.param(KEEPER, (), False, id="nor of a target without a source"),
    ],
)
def test_who_knows_of_what_is_planned_without_notice(
    binding: Binding, sources: tuple[str, ...], expected: bool
) -> None:
    assert in_confidence([binding], sources, DISTRICT, TODAY) is expected


def test_a_leader_of_the_district_is_no_steward() -> None:
    assert not keeps_source([CHAIRMAN], INSPECTIONS, TODAY)
    assert keeps_source([CHAIRMAN, KEEPER], INSPECTIONS, TODAY)


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
        assert all(may([role], action) for role in Role if role is not Role.GROUP)
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
        pytest.param(Role.HEAD, "absence", True, id="a head says when they are away"),
        pytest.param(Role.LEADER, "absence", True, id="so does a leader"),
        pytest.param(Role.OFFICIAL, "absence", False, id="nobody waits for an official"),
        pytest.param(Role.STEWARD, "imports", True, id="a steward sees the imports"),
        pytest.param(Role.LEADER, "health", False, id="the machine is the admin's matter"),
        pytest.param(Role.ADMIN, "no_such_command", False, id="what is not listed is nobody's"),
    ],
)
def test_who_may_give_which_command(role: Role, action: str, expected: bool) -> None:
    assert may([role], action) is expected


def test_the_commands_are_named_as_telegram_wants_them() -> None:
    assert all(re.fullmatch(r"[a-z]{1,32}", action) for action in ACCESS)
