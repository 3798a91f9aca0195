"""Who are the people of the bot, with which roles on a day? Joining, roles and chats lie beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from db.bindings import (
    Ended,
    LastAdmin,
    NumberedBinding,
    all_bindings,
    bindings_of,
    end_bindings,
    end_role,
    numbered_bindings,
    numbered_by_person,
    own_bindings,
    revoke,
)
from db.contacts import (
    COLUMNS,
    mark_reachable,
    mark_unreachable,
    person_by_id,
    person_by_user,
    set_language,
)
from db.invitations import (
    InvitationWrong,
    Joined,
    TurnedAway,
    create_invitation,
    ensure_admin,
    link_of,
    redeem,
)
from db.records import Binding, Person
from db.regrouping import move_chat
from db.tables import PersonRow

__all__ = [
    "Caller",
    "Ended",
    "InvitationWrong",
    "Joined",
    "Known",
    "LastAdmin",
    "NumberedBinding",
    "TurnedAway",
    "all_bindings",
    "bindings_of",
    "caller",
    "callers",
    "create_invitation",
    "end_bindings",
    "end_role",
    "ensure_admin",
    "known",
    "known_people",
    "link_of",
    "mark_reachable",
    "mark_unreachable",
    "move_chat",
    "numbered_bindings",
    "own_bindings",
    "person_by_id",
    "person_by_user",
    "redeem",
    "revoke",
    "set_language",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Somebody who wrote to the bot, with the roles that they hold on that day."""

    person: Person
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A person or a group as an admin sees them: the roles given to them, and their chat."""

    person: Person
    bindings: tuple[NumberedBinding, ...]
    reachable: bool

    @property
    def is_group(self) -> bool:
        return self.person.user_id < 0


def caller(tx: Connection, user_id: int, day: date) -> Caller | None:
    """The known person with a role on that day; None for a stranger (and for a former head)."""
    person = person_by_user(tx, user_id)
    bindings = bindings_of(tx, person.id, day) if person else ()
    return Caller(person=person, bindings=bindings) if person and bindings else None


def callers(tx: Connection, day: date) -> tuple[Caller, ...]:
    """Everybody with a role on that day whose chat takes messages, by id; no groups."""
    people = sorted(known_people(tx, day), key=lambda one: one.person.id)
    return tuple(
        Caller(person=one.person, bindings=tuple(n.binding for n in one.bindings))
        for one in people
        if one.reachable and not one.is_group
    )


def known(tx: Connection, person_id: int, day: date) -> Known | None:
    """One person as an admin sees them, also without any role."""
    row = tx.execute(_SEEN.where(PersonRow.id == person_id)).one_or_none()
    return None if row is None else _known(row, numbered_bindings(tx, person_id, day))


def known_people(tx: Connection, day: date) -> tuple[Known, ...]:
    """Everybody, and every group, with a role on that day; by name."""
    held = numbered_by_person(tx, day)
    found = [_known(row, held[row.id]) for row in tx.execute(_SEEN) if row.id in held]
    return tuple(sorted(found, key=lambda one: (one.person.name, one.person.id)))


_SEEN = select(*COLUMNS, PersonRow.reachable)


def _known(row: Any, bindings: tuple[NumberedBinding, ...]) -> Known:
    values = dict(row._mapping)
    reachable = bool(values.pop("reachable"))
    return Known(person=Person(**values), bindings=bindings, reachable=reachable)
