"""Days away: written down, refused with a reason, taken back; and who is there instead."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from alerts.audience import owners_of
from db import absences, audit, people, units
from db.absences import AbsenceRefused
from db.engine import Connection, new_id, reading, writing
from db.records import Absence, Role
from db.tables import UnitRow
from tests.db.test_roles import AN as AN_USER
from tests.db.test_roles import BINH, TODAY, join, make_unit

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)


def day(number: int) -> date:
    return date(2021, 3, number)


def away(
    engine: Engine, person_id: int, first: int, last: int, stand_in: int | None = None
) -> Absence | AbsenceRefused:
    with writing(engine) as tx:
        return absences.set_absence(
            tx, person_id=person_id, first_day=day(first), last_day=day(last), stand_in=stand_in,
            created_by=person_id, now=NOW, today=TODAY,
        )  # fmt: skip


def test_an_absence_covers_its_first_and_its_last_day(engine: Engine) -> None:
    an, binh = join(engine, AN_USER), join(engine, BINH)
    made = away(engine, an, 24, 26, binh)
    assert isinstance(made, Absence)
    with reading(engine) as tx:
        found = {n: absences.on_day(tx, day(n)) for n in (23, 24, 26, 27)}
        assert found == {23: (), 24: (made,), 26: (made,), 27: ()}
        assert absences.of_person(tx, an, day(26)) == (made,)
        assert absences.of_person(tx, an, day(27)) == ()
        assert absences.by_id(tx, made.id) == made
        entry = list(audit.entries(tx))[-1]
    assert (entry.kind, entry.person_id) == ("absence_set", an)
    detail = {"of": an, "first": "2021-03-24", "last": "2021-03-26", "stand_in": binh}
    assert entry.detail == detail


def test_what_is_taken_back_never_was(engine: Engine) -> None:
    an = join(engine, AN_USER)
    made = away(engine, an, 24, 26)
    assert isinstance(made, Absence)
    with writing(engine) as tx:
        assert absences.cancel(tx, made.id, NOW, an) == made
        assert absences.cancel(tx, made.id, NOW, an) is None
    with reading(engine) as tx:
        assert absences.on_day(tx, day(25)) == ()
        assert absences.by_id(tx, made.id) is None
        assert [e.kind for e in audit.entries(tx)][-2:] == ["absence_set", "absence_cancelled"]
    assert isinstance(away(engine, an, 24, 26), Absence)


@pytest.mark.parametrize(
    ("first", "last", "stand_in", "reason"),
    [
        pytest.param(26, 24, None, "turned_round", id="the end before the beginning"),
        pytest.param(20, 22, None, "over", id="days that are over"),
        pytest.param(26, 30, None, "overlaps", id="days that are written down already"),
        pytest.param(28, 29, "self", "own_stand_in", id="nobody stands in for themselves"),
        pytest.param(30, 31, "other", "stands_in_then", id="who is away cannot stand in"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    engine: Engine, first: int, last: int, stand_in: str | None, reason: str
) -> None:
    an, binh = join(engine, AN_USER), join(engine, BINH)
    there, others = away(engine, an, 24, 26), away(engine, binh, 31, 31)
    by_name = {"self": an, "other": binh, None: None}
    refused = away(engine, an, first, last, by_name[stand_in])
    assert isinstance(refused, AbsenceRefused)
    assert refused.reason == reason
    assert refused.other == {"overlaps": there, "stands_in_then": others}.get(reason)
    with reading(engine) as tx:
        assert len(absences.of_person(tx, an, TODAY)) == 1


def test_nobody_is_away_for_more_than_a_year(engine: Engine) -> None:
    an = join(engine, AN_USER)
    for days, kept in ((366, False), (365, True)):
        with writing(engine) as tx:
            made = absences.set_absence(
                tx, person_id=an, first_day=TODAY, last_day=TODAY + timedelta(days=days),
                stand_in=None, created_by=an, now=NOW, today=TODAY,
            )  # fmt: skip
        assert isinstance(made, Absence) is kept


def test_who_stands_in_holds_the_roles_for_those_days(engine: Engine) -> None:
    unit_id = make_unit(engine)
    head = join(engine, AN_USER, Role.HEAD, unit_id=unit_id)
    clerk = join(engine, BINH, Role.OFFICIAL)
    away(engine, head, 24, 25, clerk)

    def held(number: int) -> list[tuple[Role, int | None, date | None]]:
        with reading(engine) as tx:
            bindings = people.bindings_of(tx, clerk, day(number))
        return [(b.role, b.unit_id, b.valid_to) for b in bindings]

    own: tuple[Role, None, None] = (Role.OFFICIAL, None, None)
    assert held(23) == [own]
    assert held(24) == held(25) == [own, (Role.HEAD, unit_id, day(25))]
    assert held(26) == [own]
    with reading(engine) as tx:
        assert all(b.person_id != clerk or b.role is Role.OFFICIAL for b in
                   people.all_bindings(tx, day(24)))  # fmt: skip
        caller = people.caller(tx, BINH, day(24))
    assert caller is not None
    assert {b.role for b in caller.bindings} == {Role.OFFICIAL, Role.HEAD}


def test_a_stand_in_without_a_role_of_their_own_holds_nothing(engine: Engine) -> None:
    unit_id = make_unit(engine)
    head = join(engine, AN_USER, Role.HEAD, unit_id=unit_id)
    clerk = join(engine, BINH, Role.OFFICIAL)
    away(engine, head, 24, 25, clerk)
    with writing(engine) as tx:
        people.end_bindings(tx, clerk, day(23))
    with reading(engine) as tx:
        assert people.bindings_of(tx, clerk, day(24)) == ()
        assert people.caller(tx, BINH, day(24)) is None


# --- the handover, over many days -----------------------------------------------------------------


def _joins(tx: Connection, dice: random.Random, today: date, unit_ids: list[int]) -> None:
    role = dice.choice([Role.HEAD, Role.HEAD, Role.LEADER, Role.OFFICIAL])
    token = people.create_invitation(
        tx, role=role, unit_id=dice.choice(unit_ids), source=None,
        deputy=role is Role.HEAD and dice.random() < 0.3, now=NOW,
        expires_at=NOW + timedelta(days=400),
    )  # fmt: skip
    user = dice.randint(20, 25)
    people.redeem(tx, token, user_id=user, chat_id=user, name=str(user), now=NOW, today=today)


def _ends(tx: Connection, dice: random.Random, today: date, _unit_ids: list[int]) -> None:
    held = [n for one in people.known_people(tx, today) for n in one.bindings]
    people.end_role(tx, dice.choice(held).id, now=NOW, today=today, by=None)


def _leaves(tx: Connection, dice: random.Random, today: date, _unit_ids: list[int]) -> None:
    known = [one.person.id for one in people.known_people(tx, today)]
    first = today + timedelta(days=dice.randint(0, 3))
    absences.set_absence(
        tx, person_id=dice.choice(known), first_day=first, now=NOW, today=today, created_by=1,
        last_day=first + timedelta(days=dice.randint(0, 9)),
        stand_in=dice.choice([None, *known]),
    )  # fmt: skip


def _comes_back(tx: Connection, dice: random.Random, today: date, _unit_ids: list[int]) -> None:
    for absence in absences.on_day(tx, today)[:1]:
        absences.cancel(tx, absence.id, NOW, None)


def _revokes(tx: Connection, dice: random.Random, today: date, _unit_ids: list[int]) -> None:
    known = [one.person.id for one in people.known_people(tx, today)]
    people.revoke(tx, dice.choice(known), now=NOW, today=today, by=None)


HAPPENS: tuple[Callable[..., None], ...] = (
    _joins, _joins, _joins, _ends, _ends, _leaves, _leaves, _comes_back, _revokes,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_at_no_day_is_an_open_item_without_an_owner(engine: Engine, seed: int) -> None:
    """People come, go, are away and come back; whoever owns or hears then holds a role that day."""
    dice = random.Random(seed)
    district, commune = _district_and_commune(engine)
    join(engine, AN_USER)
    today, seen = TODAY, set[Any]()
    for _ in range(40):
        with writing(engine) as tx:
            for happens in dice.sample(HAPPENS, dice.randint(0, 3)):
                happens(tx, dice, today, [district, commune])
            bindings, gone = people.all_bindings(tx, today), absences.on_day(tx, today)
            roles = {b.person_id for b in bindings}
            for unit_id in (district, commune):
                chain = units.chain(tx, unit_id)
                owners = owners_of(chain, bindings, today, gone)
                assert owners, (seed, today)
                away = {a.person_id for a in gone}
                assert set(owners) <= roles
                assert not away.intersection(owners) or away.issuperset(owners)
                assert all(people.bindings_of(tx, person, today) for person in owners)
                seen.add(owners)
        today += timedelta(days=1)
    assert len(seen) > 3


def _district_and_commune(engine: Engine) -> tuple[int, int]:
    since = date(2020, 1, 1)
    with writing(engine) as tx:
        row = {"slug": "huyen_can_gio", "name": "Huyện", "kind": "district", "valid_from": since}
        district = new_id(tx.execute(insert(UnitRow).values(**row)))
        row = {"slug": "xa_ly_nhon", "name": "Xã", "kind": "commune", "valid_from": since}
        commune = new_id(tx.execute(insert(UnitRow).values(**row, parent_id=district)))
    return district, commune
