"""Who was told what, and who did what about it? A ledger whose rows are chained by hash.

Each row's hash covers its own content and the hash of the row before, so that a row that was
changed, taken out or put in between breaks the chain there. It proves nothing against somebody who
may rewrite the whole table; for that, the newest hash is printed and can be kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, text

from db.tables import AlertRow, AuditRow, ToldRow

START = ""  # what stands before the first row
LOCK = 1215_2023  # advisory lock of whoever appends (SQLite has one writer anyway)
AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What became of a look through the whole ledger (the contract's `audit verify`)."""

    rows: int
    intact: bool
    first_bad: int | None = None  # the number of the first row that does not fit
    newest: str = START  # the hash of the last row that fits


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    id: int
    at: datetime
    kind: str
    person_id: int | None
    unit_id: int | None
    alert_id: int | None
    outbox_id: int | None
    detail: Mapping[str, Any]


def append(
    tx: Connection,
    kind: str,
    at: datetime,
    *,
    person_id: int | None = None,
    unit_id: int | None = None,
    alert_id: int | None = None,
    outbox_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Writes one row at the end of the chain; answers its number (1, 2, 3, without gaps)."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
    last = tx.execute(
        select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)
    ).one_or_none()
    number, previous = (last.id + 1, last.hash) if last else (1, START)
    row: dict[str, Any] = {
        "id": number,
        "at": at,
        "kind": kind,
        "person_id": person_id,
        "unit_id": unit_id,
        "alert_id": alert_id,
        "outbox_id": outbox_id,
        "detail": dict(detail or {}),
        "previous": previous,
    }
    tx.execute(insert(AuditRow).values(**row, hash=_hash(row)))
    return number


def has_seen(tx: Connection, outbox_id: int, person_id: int) -> bool:
    """Whether the ledger says already that the person has seen the queued message."""
    seen = (AuditRow.outbox_id == outbox_id, AuditRow.person_id == person_id)
    row = select(AuditRow.id).where(*seen, AuditRow.kind == "seen").limit(1)
    return tx.execute(row).first() is not None


def verify(tx: Connection) -> Verified:
    """Walks the whole chain, and stops at the first row that does not fit; one that cannot even be
    read does not.
    """
    number, previous = 0, START
    rows = _rows(tx)
    while True:
        try:
            row = next(rows, None)
            fits = row is None or (
                row["id"] == number + 1
                and row["previous"] == previous
                and row["hash"] == _hash({k: v for k, v in row.items() if k != "hash"})
            )
        except (TypeError, ValueError):  # no moment, no JSON, no text
            row, fits = None, False
        if not fits:
            return Verified(rows=number, intact=False, first_bad=number + 1, newest=previous)
        if row is None:
            return Verified(rows=number, intact=True, newest=previous)
        number, previous = row["id"], row["hash"]


def entries(
    tx: Connection,
    first: datetime | None = None,
    before: datetime | None = None,
    unit_id: int | None = None,
) -> Iterator[AuditEntry]:
    """The rows from a moment until before another, in their order; of all units, or of one: its
    own, those of its alerts, and those of every message that told anybody of its alerts.
    """
    query = select(*(getattr(AuditRow, name) for name in AuditEntry.__dataclass_fields__))
    if first is not None:
        query = query.where(AuditRow.at >= first)
    if before is not None:
        query = query.where(AuditRow.at < before)
    if unit_id is not None:
        its_alerts = select(AlertRow.id).where(AlertRow.unit_id == unit_id)
        told = select(ToldRow.outbox_id).where(ToldRow.alert_id.in_(its_alerts))
        query = query.where(
            or_(
                AuditRow.unit_id == unit_id,
                AuditRow.alert_id.in_(its_alerts),
                AuditRow.outbox_id.in_(told),
            )
        )
    rows = tx.execution_options(yield_per=AT_ONCE).execute(query.order_by(AuditRow.id))
    for row in rows:
        yield AuditEntry(**row._mapping)


def _rows(tx: Connection) -> Iterator[dict[str, Any]]:
    columns = AuditRow.__table__.columns
    rows = tx.execution_options(yield_per=AT_ONCE).execute(select(*columns).order_by(AuditRow.id))
    for row in rows:
        yield dict(row._mapping)


def _hash(row: Mapping[str, Any]) -> str:
    """SHA-256 of the row as one JSON text; the moment in UTC, so that both databases agree."""
    told = {**row, "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    words = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()
