"""What is still to be said, who is saying it just now, and what came of it?

A message is queued in the transaction that decided it. A sender claims it, commits, sends it, and
settles it: a crash in between lets the lease run out, and only that one message is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from db import audit, queued, tellings
from db.alert_store import TELLING_MOVES, newest_steps
from db.due import is_due
from db.pace import Pace, advance, hold_chat, room_now
from db.records import Move, NewMessage, OutboxMessage, Telling
from db.tables import ChatPaceRow, OutboxRow, PersonRow

ENDS = (Move.RESOLVED, Move.DROPPED)
AT_ONCE = 500  # names that one question holds
# Whoever is told of a pending alert knows of it too.
MAKE_KNOWN = (*TELLING_MOVES, Move.PENDING, Move.DROPPED)


def not_queued(tx: Connection, messages: Sequence[NewMessage]) -> tuple[NewMessage, ...]:
    """Those of the messages that `enqueue` would queue: of each `dedupe` the first, and once."""
    first = {message.dedupe: message for message in reversed(messages)}
    names = list(first)
    known: set[str] = set()
    for start in range(0, len(names), AT_ONCE):
        some = OutboxRow.dedupe.in_(names[start : start + AT_ONCE])
        known.update(tx.scalars(select(OutboxRow.dedupe).where(some)))
    return tuple(m for m in messages if first[m.dedupe] is m and m.dedupe not in known)


def enqueue(tx: Connection, messages: Sequence[NewMessage], now: datetime) -> int:
    """Queues what is not queued yet (by `dedupe`); answers how many were new.

    With each goes what its person knows from then on, and a row of the ledger.
    """
    insert = (postgresql if tx.dialect.name == "postgresql" else sqlite).insert
    new = 0
    for message in messages:
        outbox_id = tx.scalar(
            insert(OutboxRow)
            .values(
                dedupe=message.dedupe,
                person_id=message.person_id,
                template=message.template,
                payload=dict(message.payload),
                created_at=now,
                not_before=message.not_before,
            )
            .on_conflict_do_nothing(index_elements=[OutboxRow.dedupe])
            .returning(OutboxRow.id)
        )
        if outbox_id is None:
            continue
        new += 1
        if message.alert_ids:
            kind = Telling(message.template)
            newest = newest_steps(tx, message.alert_ids, moves=MAKE_KNOWN)
            tellings.record(
                tx,
                outbox_id=outbox_id,
                person_id=message.person_id,
                steps={a: newest[a][0] if a in newest else 0 for a in message.alert_ids},
                kind=kind,
                at=now,
                ended={a for a, (_step, move) in newest.items() if move in ENDS},
            )
        audit.append(
            tx, "queued", now, person_id=message.person_id, outbox_id=outbox_id,
            unit_id=message.payload.get("unit_id"),
            detail={"template": message.template, "alerts": list(message.alert_ids)},
        )  # fmt: skip
    return new


def anything_due(tx: Connection, now: datetime) -> bool:
    """Whether only the pace over all chats can keep a claim from finding something.

    Cheap, and without the write lock: this is asked all the time.
    """
    return tx.execute(_ready(now).limit(1)).first() is not None


def claim_due(
    tx: Connection,
    *,
    owner: str,
    now: datetime,
    today: date,
    lease: timedelta,
    limit: int,
    pace: Pace,
) -> tuple[OutboxMessage, ...]:
    """Claims at most `limit` messages that may be sent now, at most one of each chat.

    Who sends to whom at the same time is settled in the database: by the lock on the overall pace
    and by the conditional UPDATE. A message to somebody who may no longer have it is settled here.
    """
    room = min(limit, room_now(tx, now, pace))
    if room <= 0:
        return ()
    _drop_unreachable(tx, now)
    ids = tx.scalars(_first_of_each_chat(now).limit(room)).all()
    claimed = tx.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids), is_due(now))
        .values(
            claimed_by=owner,
            claimed_until=now + lease,
            attempts=OutboxRow.attempts + 1,
        )
        .returning(OutboxRow.id)
    ).scalars()
    messages = queued.messages(tx, list(claimed))
    allowed = _still_theirs(tx, messages, today)
    for message in messages:
        if message not in allowed:
            _settle(tx, message, owner, now, outcome="refused", last_error="no longer bound")
            _refused(tx, message.id, message.person_id, message.payload, now, "no longer bound")
    advance(tx, now, pace, len(allowed))
    return allowed


def mark_sent(
    tx: Connection, message: OutboxMessage, now: datetime, *, message_id: int, pace: Pace
) -> bool:
    """The message arrived; False where it had been settled before.

    The one settlement that needs no lease: that it arrived is true whoever claims it meanwhile,
    and saying so keeps it from being sent once more.
    """
    hold_chat(tx, message.chat_id, now + pace.between)
    settled = tx.execute(
        update(OutboxRow)
        .where(OutboxRow.id == message.id, OutboxRow.settled_at.is_(None))
        .values(
            settled_at=now,
            claimed_until=None,
            outcome="sent",
            message_id=message_id,
            last_error=None,
        )
    )
    return settled.rowcount == 1


def mark_failed(
    tx: Connection, message: OutboxMessage, owner: str, now: datetime, *, outcome: str, why: str
) -> bool:
    """The message will never arrive (`outcome`: refused, given_up)."""
    return _settle(tx, message, owner, now, outcome=outcome, last_error=why)


def put_back(
    tx: Connection,
    message: OutboxMessage,
    owner: str,
    *,
    at: datetime,
    why: str,
    not_before: datetime | None = None,
) -> bool:
    """The message is to be tried again from that moment on, or from `not_before`; its chat gets
    nothing before the first.
    """
    hold_chat(tx, message.chat_id, at)
    return _change(
        tx, message, owner, claimed_by=None, claimed_until=None, not_before=not_before or at,
        last_error=why,
    )  # fmt: skip


def is_on_its_way(tx: Connection, chat_id: int, now: datetime) -> bool:
    """Whether a message to the chat is being sent, or has just arrived and is not settled yet."""
    return tx.execute(_chats_in_flight(now).where(PersonRow.chat_id == chat_id)).first() is not None


# --- how it is kept -------------------------------------------------------------------------------


def _chats_in_flight(now: datetime, message: Any = OutboxRow, receiver: Any = PersonRow) -> Any:
    """The chats to which somebody is sending just now."""
    return (
        select(receiver.chat_id)
        .join(message, message.person_id == receiver.id)
        .where(message.settled_at.is_(None), message.claimed_until > now)
    )


def _ready(now: datetime) -> Any:
    """What may be sent for all that its chat knows, with its place in the chat."""
    in_flight = _chats_in_flight(now, aliased(OutboxRow), aliased(PersonRow))
    return (
        select(
            OutboxRow.id,
            OutboxRow.not_before,
            func.row_number()
            .over(
                partition_by=PersonRow.chat_id,
                order_by=(OutboxRow.not_before, OutboxRow.id),
            )
            .label("place"),
        )
        .join(PersonRow, PersonRow.id == OutboxRow.person_id)
        .outerjoin(ChatPaceRow, ChatPaceRow.chat_id == PersonRow.chat_id)
        .where(
            is_due(now),
            or_(ChatPaceRow.next_at.is_(None), ChatPaceRow.next_at <= now),
            PersonRow.chat_id.not_in(in_flight),
        )
    )


def _first_of_each_chat(now: datetime) -> Any:
    ready = _ready(now).subquery()
    first = select(ready.c.id).where(ready.c.place == 1)
    return (
        select(OutboxRow.id)
        .where(OutboxRow.id.in_(first))
        .order_by(OutboxRow.not_before, OutboxRow.id)
        .with_for_update(skip_locked=True)  # compiled away on SQLite
    )


def _still_theirs(
    tx: Connection, messages: Sequence[OutboxMessage], today: date
) -> tuple[OutboxMessage, ...]:
    """What its person may still have: a former head gets nothing of the unit any more."""
    return tuple(
        message
        for message in messages
        if message.person_id is not None
        and queued.may_have(tx, message.person_id, message.payload, today)
    )


def _drop_unreachable(tx: Connection, now: datetime) -> None:
    gone = select(PersonRow.id).where(PersonRow.reachable.is_(False))
    why = "the chat takes no messages"
    dropped = tx.execute(
        update(OutboxRow)
        .where(is_due(now), OutboxRow.person_id.in_(gone))
        .values(settled_at=now, outcome="refused", last_error=why)
        .returning(OutboxRow.id, OutboxRow.person_id, OutboxRow.payload)
    ).all()
    for outbox_id, person_id, payload in dropped:
        _refused(tx, outbox_id, person_id, payload, now, why)


def _refused(
    tx: Connection,
    outbox_id: int,
    person_id: int | None,
    payload: Mapping[str, Any],
    now: datetime,
    why: str,
) -> None:
    """The ledger's row of a message that is not even tried."""
    audit.append(
        tx, "refused", now, person_id=person_id, unit_id=payload.get("unit_id"),
        outbox_id=outbox_id, detail={"why": why},
    )  # fmt: skip


def _settle(
    tx: Connection, message: OutboxMessage, owner: str, now: datetime, **values: object
) -> bool:
    return _change(tx, message, owner, settled_at=now, claimed_until=None, **values)


def _change(tx: Connection, message: OutboxMessage, owner: str, **values: object) -> bool:
    """Changes a message that is still claimed by this owner in this attempt."""
    changed = tx.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == message.id,
            OutboxRow.claimed_by == owner,
            OutboxRow.attempts == message.attempt,
            OutboxRow.settled_at.is_(None),
        )
        .values(**values)
    )
    return changed.rowcount == 1
