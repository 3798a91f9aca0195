"""How fast may messages follow each other, over all processes? Kept in the database they share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from db.tables import ChatPaceRow

THE_WHOLE_BOT = 0  # the chat id under which the pace over all chats is kept
BURST = timedelta(milliseconds=200)  # what one claim may take ahead of the overall pace
FARTHEST_AHEAD = timedelta(seconds=5)  # an overall pace beyond this was written by another clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast messages may follow each other."""

    per_second: int = 25  # over all chats and all processes
    between: timedelta = timedelta(seconds=1)  # in one chat


def room_now(tx: Connection, now: datetime, pace: Pace) -> int:
    """How many messages may be sent now over all chats.

    Others who ask wait until this transaction ends: so nobody counts the same room twice.
    """
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert
    first = insert(ChatPaceRow).values(chat_id=THE_WHOLE_BOT, next_at=now)
    tx.execute(first.on_conflict_do_nothing(index_elements=[ChatPaceRow.chat_id]))
    locked = select(ChatPaceRow.next_at).where(ChatPaceRow.chat_id == THE_WHOLE_BOT)
    next_at: datetime = tx.execute(locked.with_for_update()).scalar_one()
    if now < next_at <= now + FARTHEST_AHEAD:
        return 0
    return max(1, int(BURST.total_seconds() * pace.per_second))


def advance(tx: Connection, now: datetime, pace: Pace, messages: int) -> None:
    """Takes the room of so many messages."""
    if messages:
        hold_chat(tx, THE_WHOLE_BOT, now + timedelta(seconds=1) / pace.per_second * messages)


def hold_chat(tx: Connection, chat_id: int, until: datetime) -> None:
    """Keeps a chat quiet until a moment."""
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert
    tx.execute(
        insert(ChatPaceRow)
        .values(chat_id=chat_id, next_at=until)
        .on_conflict_do_update(index_elements=[ChatPaceRow.chat_id], set_={"next_at": until})
    )
