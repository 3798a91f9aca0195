"""How is a person (or a group) found again, in which language, and does the chat take messages?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.names import as_seen
from db.records import Person
from db.tables import PersonRow

COLUMNS = (
    PersonRow.id,
    PersonRow.user_id,
    PersonRow.chat_id,
    PersonRow.name,
    PersonRow.language,
    PersonRow.thread_id,
)


def insert_into(tx: Connection, table: Any) -> Any:
    """The INSERT of this database, which knows ON CONFLICT."""
    return (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(table)


def remember_person(
    tx: Connection,
    *,
    user_id: int,
    chat_id: int,
    name: str,
    now: datetime,
    thread_id: int | None = None,
) -> Person:
    """The person of a Telegram user, made on first sight; of a group the user id is its chat's.

    Whose name cannot be seen is called by their number: an alert says who has taken it.
    """
    called = as_seen(name) or f"ID {user_id}"
    seen = {"chat_id": chat_id, "name": called, "thread_id": thread_id}
    upsert = insert_into(tx, PersonRow).values(user_id=user_id, joined_at=now, **seen)
    row = tx.execute(
        upsert.on_conflict_do_update(
            index_elements=[PersonRow.user_id], set_={**seen, "reachable": True}
        ).returning(*COLUMNS)
    ).one()
    return Person(**row._mapping)


def person_by_user(tx: Connection, user_id: int) -> Person | None:
    row = tx.execute(select(*COLUMNS).where(PersonRow.user_id == user_id)).one_or_none()
    return Person(**row._mapping) if row else None


def person_by_id(tx: Connection, person_id: int) -> Person | None:
    row = tx.execute(select(*COLUMNS).where(PersonRow.id == person_id)).one_or_none()
    return Person(**row._mapping) if row else None


def names(tx: Connection) -> dict[int, str]:
    """What everybody who ever joined is called, groups too."""
    return {row.id: row.name for row in tx.execute(select(PersonRow.id, PersonRow.name))}


def set_language(tx: Connection, person_id: int, language: str) -> None:
    tx.execute(update(PersonRow).where(PersonRow.id == person_id).values(language=language))


def mark_reachable(tx: Connection, chat_id: int, reachable: bool) -> None:
    """Remembers whether a chat takes our messages (it does not after 'blocked by the user')."""
    tx.execute(update(PersonRow).where(PersonRow.chat_id == chat_id).values(reachable=reachable))


def mark_unreachable(tx: Connection, chat_id: int) -> None:
    mark_reachable(tx, chat_id, False)
