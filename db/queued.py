"""What does a queued message say, to whom, and may its person still have it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from db.people import bindings_of
from db.records import OutboxMessage, Role
from db.tables import OutboxRow, PersonRow
from db.units import chain

EVERYWHERE = frozenset({Role.ADMIN, Role.STEWARD})


def messages(tx: Connection, ids: Sequence[int]) -> tuple[OutboxMessage, ...]:
    """Queued messages as their persons would get them now, in the order of the queue."""
    rows = tx.execute(
        select(
            OutboxRow.id,
            OutboxRow.person_id,
            PersonRow.chat_id,
            PersonRow.thread_id,
            PersonRow.language,
            OutboxRow.template,
            OutboxRow.payload,
            OutboxRow.attempts.label("attempt"),
            OutboxRow.not_before,
        )
        .join(PersonRow, PersonRow.id == OutboxRow.person_id)
        .where(OutboxRow.id.in_(ids))
        .order_by(OutboxRow.not_before, OutboxRow.id)
    )
    return tuple(OutboxMessage(**row._mapping) for row in rows)


def message_by_id(tx: Connection, outbox_id: int) -> OutboxMessage | None:
    """A queued message, sent or not, as its person would get it now."""
    return next(iter(messages(tx, [outbox_id])), None)


def sent_at(tx: Connection, outbox_id: int) -> datetime | None:
    """When a message was sent; None: not (yet)."""
    sent = (OutboxRow.id == outbox_id, OutboxRow.outcome == "sent")
    return tx.scalar(select(OutboxRow.settled_at).where(*sent))


def may_have(tx: Connection, person_id: int, payload: Mapping[str, Any], today: date) -> bool:
    """Whether a person may still have what a payload tells of its unit: a former head gets nothing
    of it any more.
    """
    bindings, unit_id = bindings_of(tx, person_id, today), payload.get("unit_id")
    if unit_id is None or any(binding.role in EVERYWHERE for binding in bindings):
        return bool(bindings)
    above = chain(tx, int(unit_id))
    return any(binding.unit_id in above for binding in bindings)
