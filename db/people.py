"""Who are the people of the bot: how do they join, which roles do they hold, how to reach them?"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db import units
from db.records import Binding, Person, Role, Successor, Unit
from db.tables import BindingRow, GuessRow, InvitationRow, PersonRow, UnitRow

GUESSING_WINDOW = timedelta(hours=1)
ROLES_WITH_UNIT = (Role.HEAD, Role.LEADER)


class InvitationWrong(Exception):
    """The invitation asks for what cannot be; the message says what would be right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """The person now holds the role; `new` is False where they had joined by this link before."""

    person: Person
    binding: Binding
    new: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnedAway:
    reason: str  # unknown, expired, used, too_many


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Somebody who wrote to the bot, with the roles that they hold on that day."""

    person: Person
    bindings: tuple[Binding, ...]


def create_invitation(
    tx: Connection,
    *,
    role: Role,
    unit_id: int | None,
    deputy: bool,
    source: str | None,
    now: datetime,
    expires_at: datetime,
) -> str:
    """A one-time token (128 bits, fit for a deep link); only its SHA-256 is kept."""
    if role in ROLES_WITH_UNIT and unit_id is None:
        raise InvitationWrong(f"the role {role} needs a unit (add --unit xa_binh_khanh)")
    if deputy and role is not Role.HEAD:
        raise InvitationWrong(f"only a head has a deputy (use --role head, not --role {role})")
    if role is Role.STEWARD and source is None:
        raise InvitationWrong("a steward needs the source they own (add --source dossiers)")
    if unit_id is not None:
        _refuse_ended(units.unit_by_id(tx, unit_id), units.successors_of(tx, unit_id), now.date())
    token = secrets.token_urlsafe(16)
    row = {"role": role.value, "unit_id": unit_id, "deputy": deputy, "source": source}
    tx.execute(
        _insert(tx, InvitationRow).values(
            token_hash=_hash(token), created_at=now, expires_at=expires_at, **row
        )
    )
    return token


def redeem(
    tx: Connection,
    token: str,
    *,
    user_id: int,
    chat_id: int,
    name: str,
    now: datetime,
    today: date,
    guesses_per_hour: int = 5,
) -> Joined | TurnedAway:
    """Lets somebody in for a token; who wins a token used twice is settled by one UPDATE."""
    if _recent_guesses(tx, user_id, now) >= guesses_per_hour:
        return TurnedAway(reason="too_many")
    mine = InvitationRow.token_hash == _hash(token)
    claimed = tx.execute(
        update(InvitationRow)
        .where(mine, InvitationRow.used_at.is_(None), InvitationRow.expires_at > now)
        .where(or_(InvitationRow.unit_id.is_(None), InvitationRow.unit_id.not_in(_ended(today))))
        .values(used_at=now)
        .returning(*_INVITED)
    ).one_or_none()
    if claimed is None:
        return _why_not(tx, mine, user_id=user_id, now=now)
    person = _person(tx, user_id=user_id, chat_id=chat_id, name=name, now=now)
    binding = _bound(person, claimed, today)
    tx.execute(
        update(InvitationRow).where(InvitationRow.id == claimed.id).values(used_by=person.id)
    )
    _bind(tx, binding)
    return Joined(person=person, binding=binding)


def ensure_admin(
    tx: Connection, *, user_id: int, chat_id: int, name: str, now: datetime, today: date
) -> Person:
    """The person of a Telegram user whom the settings name as admin, made on first sight."""
    person = _person(tx, user_id=user_id, chat_id=chat_id, name=name, now=now)
    _bind(tx, Binding(person_id=person.id, role=Role.ADMIN, valid_from=today))
    return person


def person_by_user(tx: Connection, user_id: int) -> Person | None:
    row = tx.execute(select(*_PERSON).where(PersonRow.user_id == user_id)).one_or_none()
    return Person(**row._mapping) if row else None


def caller(tx: Connection, user_id: int, day: date) -> Caller | None:
    """The known person with a role on that day; None for a stranger (and for a former head)."""
    person = person_by_user(tx, user_id)
    bindings = bindings_of(tx, person.id, day) if person else ()
    return Caller(person=person, bindings=bindings) if person and bindings else None


def bindings_of(tx: Connection, person_id: int, day: date) -> tuple[Binding, ...]:
    """The roles of a person on a day (both ends of a binding are included).

    A role over a unit ends with the unit at the latest.
    """
    rows = tx.execute(_held(day).where(BindingRow.person_id == person_id))
    return tuple(_binding(row) for row in rows)


def all_bindings(tx: Connection, day: date) -> tuple[Binding, ...]:
    """Every role that somebody holds on a day, in the order in which they were given."""
    return tuple(_binding(row) for row in tx.execute(_held(day)))


def end_bindings(tx: Connection, person_id: int, last_day: date) -> int:
    """Ends all open roles of a person after that day; answers how many."""
    ended = tx.execute(
        update(BindingRow)
        .where(BindingRow.person_id == person_id, BindingRow.valid_to.is_(None))
        .values(valid_to=last_day)
    )
    return ended.rowcount


def set_language(tx: Connection, person_id: int, language: str) -> None:
    tx.execute(update(PersonRow).where(PersonRow.id == person_id).values(language=language))


def mark_reachable(tx: Connection, chat_id: int, reachable: bool) -> None:
    """Remembers whether a chat takes our messages (it does not after 'blocked by the user')."""
    tx.execute(update(PersonRow).where(PersonRow.chat_id == chat_id).values(reachable=reachable))


def mark_unreachable(tx: Connection, chat_id: int) -> None:
    mark_reachable(tx, chat_id, False)


def move_chat(tx: Connection, old: int, new: int) -> None:
    """A chat got a new id (Telegram says so in the answer to a message)."""
    tx.execute(update(PersonRow).where(PersonRow.chat_id == old).values(chat_id=new))


def callers(tx: Connection, day: date) -> tuple[Caller, ...]:
    """Everybody who has a role on that day and whose chat takes messages, by id."""
    rows = tx.execute(select(*_PERSON).where(PersonRow.reachable).order_by(PersonRow.id))
    held: dict[int, list[Binding]] = {}
    for binding in all_bindings(tx, day):
        held.setdefault(binding.person_id, []).append(binding)
    return tuple(
        Caller(person=Person(**row._mapping), bindings=tuple(held[row.id]))
        for row in rows
        if row.id in held
    )


def _refuse_ended(unit: Unit, after: Sequence[Successor], day: date) -> None:
    if unit.valid_to is None or unit.valid_to >= day:
        return
    named = " or ".join(f"{s.unit.slug} ({s.unit.name})" for s in after)
    raise InvitationWrong(
        f"{unit.slug} ({unit.name}) ended on {unit.valid_to:%d/%m/%Y}"
        + (f": invite for its successor {named}" if named else " and has no successor")
    )


def _ended(day: date) -> Any:
    return select(UnitRow.id).where(UnitRow.valid_to < day)


# --- how it is kept -------------------------------------------------------------------------------

_PERSON = (PersonRow.id, PersonRow.user_id, PersonRow.chat_id, PersonRow.name, PersonRow.language)
_BINDING = (
    BindingRow.person_id,
    BindingRow.role,
    BindingRow.unit_id,
    BindingRow.deputy,
    BindingRow.source,
    BindingRow.valid_from,
    BindingRow.valid_to,
)
_INVITED = (
    InvitationRow.id,
    InvitationRow.role,
    InvitationRow.unit_id,
    InvitationRow.deputy,
    InvitationRow.source,
    InvitationRow.expires_at,
    InvitationRow.used_by,
)


def _insert(tx: Connection, table: Any) -> Any:
    return (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(table)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _recent_guesses(tx: Connection, user_id: int, now: datetime) -> int:
    tx.execute(delete(GuessRow).where(GuessRow.at <= now - GUESSING_WINDOW))
    counted = select(func.count()).select_from(GuessRow).where(GuessRow.user_id == user_id)
    return int(tx.execute(counted).scalar_one())


def _why_not(tx: Connection, mine: Any, *, user_id: int, now: datetime) -> Joined | TurnedAway:
    row = tx.execute(select(*_INVITED, InvitationRow.used_at).where(mine)).one_or_none()
    if row is None:
        tx.execute(_insert(tx, GuessRow).values(user_id=user_id, at=now))
        return TurnedAway(reason="unknown")
    if row.used_at is None:
        return TurnedAway(reason="expired")
    person = person_by_user(tx, user_id)
    if person and row.used_by == person.id:  # they tapped their own link once more
        return Joined(person=person, binding=_bound(person, row, row.used_at.date()), new=False)
    return TurnedAway(reason="used")


def _person(tx: Connection, *, user_id: int, chat_id: int, name: str, now: datetime) -> Person:
    upsert = _insert(tx, PersonRow).values(
        user_id=user_id, chat_id=chat_id, name=name, joined_at=now
    )
    row = tx.execute(
        upsert.on_conflict_do_update(
            index_elements=[PersonRow.user_id],
            set_={"chat_id": chat_id, "name": name, "reachable": True},
        ).returning(*_PERSON)
    ).one()
    return Person(**row._mapping)


def _bound(person: Person, row: Any, day: date) -> Binding:
    return Binding(
        person_id=person.id,
        role=Role(row.role),
        unit_id=row.unit_id,
        deputy=bool(row.deputy),
        source=row.source,
        valid_from=day,
    )


def _held(day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(*_BINDING, UnitRow.valid_to.label("unit_ends"))
        .outerjoin_from(BindingRow, UnitRow, UnitRow.id == BindingRow.unit_id)
        .where(
            BindingRow.valid_from <= day,
            or_(BindingRow.valid_to.is_(None), BindingRow.valid_to >= day),
            or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= day),
        )
        .order_by(BindingRow.id)
    )


def _binding(row: Any) -> Binding:
    values = dict(row._mapping)
    ends = [day for day in (values["valid_to"], values.pop("unit_ends")) if day is not None]
    values["valid_to"] = min(ends, default=None)
    return Binding(**{**values, "role": Role(values["role"]), "deputy": bool(values["deputy"])})


def _bind(tx: Connection, binding: Binding) -> None:
    held = bindings_of(tx, binding.person_id, binding.valid_from)
    same = (binding.role, binding.unit_id, binding.deputy, binding.source)
    if all((b.role, b.unit_id, b.deputy, b.source) != same for b in held):
        values = {column.key: getattr(binding, column.key) for column in _BINDING}
        tx.execute(_insert(tx, BindingRow).values(**{**values, "role": binding.role.value}))
