"""How does somebody join: by which one-time link, to which role, and who is turned away?"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from db import units
from db.bindings import bind
from db.contacts import insert_into, person_by_user, remember_person
from db.records import Binding, Person, Role, Successor, Unit
from db.tables import GuessRow, InvitationRow, UnitRow

GUESSING_WINDOW = timedelta(hours=1)
ROLES_WITH_UNIT = (Role.HEAD, Role.LEADER, Role.GROUP)
INVITED = (
    InvitationRow.id,
    InvitationRow.role,
    InvitationRow.unit_id,
    InvitationRow.deputy,
    InvitationRow.source,
    InvitationRow.expires_at,
    InvitationRow.used_by,
)


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
    reason: str  # unknown, expired, used, too_many, for_a_group, for_a_person


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
    if source is not None and role is not Role.STEWARD:
        raise InvitationWrong(f"only a steward owns a source (use --role steward, not {role})")
    if unit_id is not None:
        _refuse_ended(units.unit_by_id(tx, unit_id), units.successors_of(tx, unit_id), now.date())
    token = secrets.token_urlsafe(16)
    row = {"role": role.value, "unit_id": unit_id, "deputy": deputy, "source": source}
    tx.execute(
        insert_into(tx, InvitationRow).values(
            token_hash=_hash(token), created_at=now, expires_at=expires_at, **row
        )
    )
    return token


def link_of(bot: str, token: str, role: Role) -> str:
    """The deep link that brings the token to the bot: in private, or into a group."""
    return f"https://t.me/{bot}?{'startgroup' if role is Role.GROUP else 'start'}={token}"


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
    thread_id: int | None = None,
) -> Joined | TurnedAway:
    """Lets somebody in for a token; who wins a token used twice is settled by one UPDATE.

    `user_id` is who typed it; in a group (its `chat_id` is negative) the group itself joins, told
    in its topic `thread_id`. A token for a group is worth nothing elsewhere, and the other way.
    """
    if _recent_guesses(tx, user_id, now) >= guesses_per_hour:
        return TurnedAway(reason="too_many")
    in_group = chat_id < 0
    joins = chat_id if in_group else user_id
    is_group = InvitationRow.role == Role.GROUP.value
    mine = InvitationRow.token_hash == _hash(token)
    claimed = tx.execute(
        update(InvitationRow)
        .where(mine, InvitationRow.used_at.is_(None), InvitationRow.expires_at > now)
        .where(is_group if in_group else ~is_group)
        .where(or_(InvitationRow.unit_id.is_(None), InvitationRow.unit_id.not_in(_ended(today))))
        .values(used_at=now)
        .returning(*INVITED)
    ).one_or_none()
    if claimed is None:
        return _why_not(tx, mine, user_id=user_id, joins=joins, now=now)
    person = remember_person(
        tx, user_id=joins, chat_id=chat_id, name=name, now=now, thread_id=thread_id
    )
    binding = _bound(person, claimed, today)
    tx.execute(
        update(InvitationRow).where(InvitationRow.id == claimed.id).values(used_by=person.id)
    )
    bind(tx, binding, now)
    return Joined(person=person, binding=binding)


def ensure_admin(
    tx: Connection, *, user_id: int, chat_id: int, name: str, now: datetime, today: date
) -> Person:
    """The person of a Telegram user whom the settings name as admin, made on first sight."""
    person = remember_person(tx, user_id=user_id, chat_id=chat_id, name=name, now=now)
    bind(tx, Binding(person_id=person.id, role=Role.ADMIN, valid_from=today), now)
    return person


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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _recent_guesses(tx: Connection, user_id: int, now: datetime) -> int:
    tx.execute(delete(GuessRow).where(GuessRow.at <= now - GUESSING_WINDOW))
    counted = select(func.count()).select_from(GuessRow).where(GuessRow.user_id == user_id)
    return int(tx.execute(counted).scalar_one())


def _why_not(
    tx: Connection, mine: Any, *, user_id: int, joins: int, now: datetime
) -> Joined | TurnedAway:
    row = tx.execute(select(*INVITED, InvitationRow.used_at).where(mine)).one_or_none()
    if row is None:
        tx.execute(insert_into(tx, GuessRow).values(user_id=user_id, at=now))
        return TurnedAway(reason="unknown")
    if row.used_at is None:
        if row.expires_at > now and (row.role == Role.GROUP.value) != (joins < 0):
            return TurnedAway(reason="for_a_group" if joins > 0 else "for_a_person")
        return TurnedAway(reason="expired")
    person = person_by_user(tx, joins)
    if person and row.used_by == person.id:  # they tapped their own link once more
        return Joined(person=person, binding=_bound(person, row, row.used_at.date()), new=False)
    return TurnedAway(reason="used")


def _bound(person: Person, row: Any, day: date) -> Binding:
    return Binding(
        person_id=person.id,
        role=Role(row.role),
        unit_id=row.unit_id,
        deputy=bool(row.deputy),
        source=row.source,
        valid_from=day,
    )
