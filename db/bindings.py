"""Which roles does somebody hold on a day, and how do they end?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, or_, select, update

from db import audit
from db.absences import lent_to
from db.contacts import insert_into
from db.records import Binding, Role
from db.tables import BindingRow, PersonRow, UnitRow

COLUMNS = (
    BindingRow.person_id,
    BindingRow.role,
    BindingRow.unit_id,
    BindingRow.deputy,
    BindingRow.source,
    BindingRow.valid_from,
    BindingRow.valid_to,
)
YESTERDAY = timedelta(days=-1)


@dataclass(frozen=True, kw_only=True, slots=True)
class LastAdmin:
    """Refused: after it nobody could appoint anybody."""

    person_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """These roles hold no more from today on; so the person can be invited to them again."""

    person_id: int
    held: tuple[Binding, ...]
    # Their Telegram user is an admin by the settings: /start makes them one again.
    admin_by_settings: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberedBinding:
    id: int
    binding: Binding


def bindings_of(tx: Connection, person_id: int, day: date) -> tuple[Binding, ...]:
    """The roles that a person fills on a day: their own, and those of whom they stand in for.

    Both ends of a binding are included; a role over a unit ends with the unit at the latest. Who
    holds no role of their own stands in for nobody.
    """
    own = own_bindings(tx, person_id, day)
    if not own:
        return ()
    absences = lent_to(tx, person_id, day)
    lent = [
        Binding(
            person_id=person_id,
            role=held.role,
            unit_id=held.unit_id,
            deputy=held.deputy,
            valid_from=max(held.valid_from, absence.first_day),
            valid_to=min(absence.last_day, held.valid_to or absence.last_day),
        )
        for absence in absences
        for held in own_bindings(tx, absence.person_id, day)
        if held.role in (Role.HEAD, Role.LEADER)
    ]
    return own + tuple(lent)


def own_bindings(tx: Connection, person_id: int, day: date) -> tuple[Binding, ...]:
    """The roles that were given to a person, as they stand on a day."""
    return tuple(n.binding for n in numbered_bindings(tx, person_id, day))


def numbered_bindings(tx: Connection, person_id: int, day: date) -> tuple[NumberedBinding, ...]:
    rows = tx.execute(_held(day).where(BindingRow.person_id == person_id))
    return tuple(_numbered(row) for row in rows)


def numbered_by_person(tx: Connection, day: date) -> dict[int, tuple[NumberedBinding, ...]]:
    """Every role that was given to somebody, as it stands on a day, by the person who has it."""
    found: dict[int, tuple[NumberedBinding, ...]] = {}
    for row in tx.execute(_held(day)):
        found[row.person_id] = (*found.get(row.person_id, ()), _numbered(row))
    return found


def all_bindings(tx: Connection, day: date) -> tuple[Binding, ...]:
    """Every role that was given to somebody, as it stands on a day, in the order of giving."""
    return tuple(_numbered(row).binding for row in tx.execute(_held(day)))


def predecessor_of(tx: Connection, unit_id: int, person_id: int, day: date) -> str:
    """The name of whoever headed a unit last and does no more; empty: nobody did. Whoever heads it
    beside this person has not gone.
    """
    name = tx.scalar(
        select(PersonRow.name)
        .join(BindingRow, BindingRow.person_id == PersonRow.id)
        .where(
            BindingRow.unit_id == unit_id,
            BindingRow.role == Role.HEAD.value,
            BindingRow.deputy.is_(False),
            BindingRow.person_id != person_id,
            BindingRow.valid_from <= day,
            BindingRow.valid_to < day,
        )
        .order_by(BindingRow.valid_to.desc(), BindingRow.id.desc())
        .limit(1)
    )
    return name or ""


def bind(tx: Connection, binding: Binding, now: datetime) -> None:
    """Gives the role from its first day on; does nothing where it is held already."""
    held = own_bindings(tx, binding.person_id, binding.valid_from)
    same = (binding.role, binding.unit_id, binding.deputy, binding.source)
    if any((b.role, b.unit_id, b.deputy, b.source) == same for b in held):
        return
    values = {column.key: getattr(binding, column.key) for column in COLUMNS}
    tx.execute(insert_into(tx, BindingRow).values(**{**values, "role": binding.role.value}))
    audit.append(
        tx, "person_joined", now, person_id=binding.person_id, unit_id=binding.unit_id,
        detail=_told(binding),
    )  # fmt: skip


def end_bindings(tx: Connection, person_id: int, last_day: date) -> int:
    """Ends all open roles of a person after that day; answers how many."""
    ended = tx.execute(
        update(BindingRow)
        .where(BindingRow.person_id == person_id, BindingRow.valid_to.is_(None))
        .values(valid_to=last_day)
    )
    return ended.rowcount


def end_role(
    tx: Connection,
    binding_id: int,
    *,
    now: datetime,
    today: date,
    by: int | None,
    admins: Collection[int] = (),
) -> Ended | LastAdmin | None:
    """Ends one role now: it does not hold today. None where it does not hold anyway.

    `by` is the person who ends it; `admins` are the Telegram users whom the settings name: they
    count as admins.
    """
    row = tx.execute(_held(today).where(BindingRow.id == binding_id)).one_or_none()
    return None if row is None else _end(tx, (_numbered(row),), now, today, by, admins)


def revoke(
    tx: Connection,
    person_id: int,
    *,
    now: datetime,
    today: date,
    by: int | None,
    admins: Collection[int] = (),
) -> Ended | LastAdmin | None:
    """Ends every role of a person now (a lost telephone). None where they hold none."""
    held = numbered_bindings(tx, person_id, today)
    return _end(tx, held, now, today, by, admins) if held else None


def _end(
    tx: Connection,
    held: tuple[NumberedBinding, ...],
    now: datetime,
    today: date,
    by: int | None,
    admins: Collection[int],
) -> Ended | LastAdmin:
    person_id = held[0].binding.person_id
    user_id = tx.execute(select(PersonRow.user_id).where(PersonRow.id == person_id)).scalar_one()
    is_admin = any(n.binding.role is Role.ADMIN for n in held)
    if is_admin and not _other_admins(tx, person_id, user_id, today, admins):
        return LastAdmin(person_id=person_id)
    tx.execute(
        update(BindingRow)
        .where(BindingRow.id.in_([n.id for n in held]))
        .values(valid_to=today + YESTERDAY)
    )
    for ended in held:
        detail = {"of": person_id, **_told(ended.binding)}
        audit.append(
            tx, "role_ended", now, person_id=by, unit_id=ended.binding.unit_id, detail=detail
        )
    return Ended(
        person_id=person_id,
        held=tuple(n.binding for n in held),
        admin_by_settings=user_id in admins,
    )


def _told(binding: Binding) -> dict[str, Any]:
    """A role as the ledger tells it."""
    return {"role": binding.role.value, "deputy": binding.deputy, "source": binding.source}


def _other_admins(
    tx: Connection, person_id: int, user_id: int, day: date, by_settings: Collection[int]
) -> bool:
    # Locked, so that of two admins who end each other's role at the same moment one is refused.
    held = tx.scalars(
        select(BindingRow.person_id)
        .where(BindingRow.role == Role.ADMIN.value, *_holds(day))
        .with_for_update()
    ).all()
    return bool(set(held) - {person_id}) or bool(set(by_settings) - {user_id})


def _holds(day: date) -> tuple[Any, ...]:
    return (
        BindingRow.valid_from <= day,
        or_(BindingRow.valid_to.is_(None), BindingRow.valid_to >= day),
    )


def _held(day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(BindingRow.id, *COLUMNS, UnitRow.valid_to.label("unit_ends"))
        .outerjoin_from(BindingRow, UnitRow, UnitRow.id == BindingRow.unit_id)
        .where(*_holds(day), or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= day))
        .order_by(BindingRow.id)
    )


def _numbered(row: Any) -> NumberedBinding:
    values = dict(row._mapping)
    ends = [day for day in (values["valid_to"], values.pop("unit_ends")) if day is not None]
    values["valid_to"] = min(ends, default=None)
    number = values.pop("id")
    binding = Binding(**{**values, "role": Role(values["role"]), "deputy": bool(values["deputy"])})
    return NumberedBinding(id=number, binding=binding)
