"""Which message that nobody has tried to send yet takes in what comes after it?

What is gathered is one message with an entry for each that it has taken in: the template and the
payload that it would have had alone, and the name by which it is told once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, update

from db import audit
from db.records import NewMessage
from db.tables import OutboxRow, PersonRow

GATHERED = "gathered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A queued message that no sender has touched."""

    id: int
    person_id: int
    not_before: datetime


def waiting_for(tx: Connection, person_id: int, templates: Collection[str]) -> Waiting | None:
    """The person's newest untouched message of these templates, or gathered of such.

    Until the end of the transaction nobody else gathers for this person.
    """
    one = select(PersonRow.id).where(PersonRow.id == person_id)
    tx.execute(one.with_for_update(key_share=True))
    found = _waiting(tx, OutboxRow.person_id == person_id, OutboxRow.template.in_(_all(templates)))
    return found[-1] if found else None


def put_off(tx: Connection, now: datetime, templates: Collection[str]) -> tuple[Waiting, ...]:
    """The untouched messages of these templates, or gathered of such, whose time is still to come;
    by person.
    """
    later = OutboxRow.not_before > now
    found = _waiting(tx, later, OutboxRow.template.in_(_all(templates)))
    return tuple(sorted(found, key=lambda each: (each.person_id, each.id)))


def was_gathered(tx: Connection, message: NewMessage, since: datetime) -> bool:
    """Whether a gathered message of that time or later has it."""
    payloads = tx.scalars(
        select(OutboxRow.payload).where(
            OutboxRow.person_id == message.person_id,
            OutboxRow.template == GATHERED,
            OutboxRow.not_before >= since,
        )
    )
    return any(
        message.dedupe == entry["dedupe"] for payload in payloads for entry in payload["entries"]
    )


def take_in(tx: Connection, waiting: Waiting, message: NewMessage, now: datetime) -> bool:
    """Adds a message to one that waits; False where a sender was quicker."""
    asked = select(OutboxRow.template, OutboxRow.payload, OutboxRow.dedupe)
    asked = asked.where(OutboxRow.id == waiting.id, _untouched())
    row = tx.execute(asked.with_for_update()).first()
    if row is None:
        return False
    entries = (
        row.payload["entries"]
        if row.template == GATHERED
        else [_entry(row.template, row.payload, row.dedupe)]
    )
    entry = _entry(message.template, message.payload, message.dedupe)
    tx.execute(
        update(OutboxRow)
        .where(OutboxRow.id == waiting.id)
        .values(template=GATHERED, payload={"entries": [*entries, entry]})
    )
    audit.append(
        tx, "queued", now, person_id=message.person_id, outbox_id=waiting.id,
        detail={"template": message.template, "alerts": list(message.alert_ids)},
    )  # fmt: skip
    return True


def move(tx: Connection, waiting: Waiting, at: datetime) -> None:
    """An untouched message goes out from that moment on."""
    tx.execute(
        update(OutboxRow).where(OutboxRow.id == waiting.id, _untouched()).values(not_before=at)
    )


# --- how it is kept -------------------------------------------------------------------------------


def _all(templates: Collection[str]) -> list[str]:
    return [*templates, GATHERED]


def _untouched() -> ColumnElement[bool]:
    return and_(OutboxRow.settled_at.is_(None), OutboxRow.attempts == 0)


def _waiting(tx: Connection, *conditions: ColumnElement[bool]) -> list[Waiting]:
    asked = select(OutboxRow.id, OutboxRow.person_id, OutboxRow.not_before)
    rows = tx.execute(asked.where(_untouched(), *conditions).order_by(OutboxRow.id))
    return [Waiting(**row._mapping) for row in rows]


def _entry(template: str, payload: Any, dedupe: str) -> dict[str, Any]:
    return {"template": template, "payload": dict(payload), "dedupe": dedupe}
