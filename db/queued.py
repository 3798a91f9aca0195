"""What does a queued message say, to whom, and may its person still have it?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from db.people import bindings_of
from db.records import Binding, OutboxMessage, Role
from db.tables import OutboxRow, PersonRow
from db.units import chain

# In these roles somebody is told of a unit, theirs or one below it: in no other, of no unit at all.
HEARS = frozenset({Role.HEAD, Role.LEADER, Role.GROUP})


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
    of it any more, whichever other role they may have.
    """
    bindings, unit_id = bindings_of(tx, person_id, today), payload.get("unit_id")
    if unit_id is None:
        return bool(bindings)
    return hears_of(bindings, chain(tx, int(unit_id)))


def hears_of(bindings: Iterable[Binding], unit_chain: Collection[int]) -> bool:
    """Whether the roles are such that their person may be told of the chain's first unit. Pure."""
    return any(
        held.role is Role.ADMIN or (held.role in HEARS and held.unit_id in unit_chain)
        for held in bindings
    )
