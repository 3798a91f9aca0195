"""What does each message in the chats show: a queued message, or an alert's card?

A message shows the queued message that it was sent as, or, once somebody opened it, an alert's
card.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from db.tables import AlertRow, OutboxRow, ShownMessageRow, ToldRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a message in a chat shows just now."""

    person_id: int
    outbox_id: int | None
    alert_id: int | None


def remember(
    tx: Connection,
    chat_id: int,
    message_id: int,
    person_id: int,
    outbox_id: int | None = None,
    alert_id: int | None = None,
) -> None:
    """From now on the message shows this; what it was sent as is kept where none is given."""
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert
    given = {"outbox_id": outbox_id, "alert_id": alert_id}
    kept = {"outbox_id": func.coalesce(outbox_id, ShownMessageRow.outbox_id), "alert_id": alert_id}
    tx.execute(
        insert(ShownMessageRow)
        .values(chat_id=chat_id, message_id=message_id, person_id=person_id, **given)
        .on_conflict_do_update(
            index_elements=[ShownMessageRow.chat_id, ShownMessageRow.message_id], set_=kept
        )
    )


def what_shows(tx: Connection, chat_id: int, message_id: int) -> Shown | None:
    row = tx.execute(
        select(ShownMessageRow.person_id, ShownMessageRow.outbox_id, ShownMessageRow.alert_id)
        .where(ShownMessageRow.chat_id == chat_id, ShownMessageRow.message_id == message_id)
    ).one_or_none()  # fmt: skip
    return Shown(**row._mapping) if row else None


def forget(tx: Connection, chat_id: int, message_id: int) -> None:
    """The message shows no alert any more, or is gone."""
    tx.execute(
        delete(ShownMessageRow).where(
            ShownMessageRow.chat_id == chat_id, ShownMessageRow.message_id == message_id
        )
    )


def forget_old(tx: Connection, before: datetime) -> int:
    """Forgets the messages that were queued before that moment and show no alert that was open at
    it or since: nothing of them will change any more. Answers how many.
    """
    lives = or_(AlertRow.resolved_at.is_(None), AlertRow.resolved_at > before)
    tells = and_(ToldRow.alert_id == AlertRow.id, ToldRow.outbox_id == ShownMessageRow.outbox_id)
    is_old = or_(ShownMessageRow.redraw_at.is_(None), ShownMessageRow.redraw_at <= before)
    forgotten = tx.execute(
        delete(ShownMessageRow).where(
            is_old,
            ~exists().where(AlertRow.id == ShownMessageRow.alert_id, lives),
            ~exists().where(tells, lives),
            ~exists().where(
                OutboxRow.id == ShownMessageRow.outbox_id, OutboxRow.created_at > before
            ),
        )
    )
    return forgotten.rowcount
