"""Who was told what, and who did what about it? A ledger whose rows are chained by hash.

Each row's hash covers its own content and the hash of the row before, so that a row that was
changed, taken out or put in between breaks the chain there. It proves nothing against somebody who
may rewrite the whole table; for that, the newest hash is printed and can be kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, Text, cast, insert, or_, select, text
from sqlalchemy.exc import OperationalError

from db.tables import AlertRow, AuditRow, ToldRow

START = ""  # what stands before the first row
LOCK = 1215_2023  # advisory lock of whoever appends (SQLite has one writer anyway)
AT_ONCE = 1000
UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What became of a look through the whole ledger (the contract's `audit verify`)."""

    rows: int
    intact: bool
    first_bad: int | None = None  # the number of the first row that does not fit
    newest: str = START  # the hash of the last row that fits


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One row; of one that cannot be read any more (`kind` unreadable) `detail` has each column
    as it is stored, and the others are empty.
    """

    id: int
    at: datetime | None
    kind: str
    person_id: int | None
    unit_id: int | None
    alert_id: int | None
    outbox_id: int | None
    detail: Mapping[str, Any]


NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(AuditEntry.__dataclass_fields__), "kind": UNREADABLE,
}  # fmt: skip


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
    for _id, row in _rows(tx, select(AuditRow.id)):
        fits = row is not None and (row["id"], row["previous"]) == (number + 1, previous)
        if row is None or not fits or row["hash"] != row["reckoned"]:
            return Verified(rows=number, intact=False, first_bad=number + 1, newest=previous)
        number, previous = row["id"], row["hash"]
    return Verified(rows=number, intact=True, newest=previous)


def entries(
    tx: Connection,
    first: datetime | None = None,
    before: datetime | None = None,
    unit_id: int | None = None,
) -> Iterator[AuditEntry]:
    """The rows from a moment until before another, in their order; of all units, or of one: its
    own, those of its alerts, and those of every message that told anybody of its alerts.

    What is left of a row that cannot be read stands at its place; where that is its moment, only
    among the rows of all times.
    """
    query = select(AuditRow.id)
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
    for number, row in _rows(tx, query):
        if row is None:
            yield AuditEntry(**dict(NOTHING) | {"id": number, "detail": _as_stored(tx, number)})
        else:
            yield AuditEntry(**{name: row[name] for name in NOTHING})


def _rows(tx: Connection, asked: Select[Any]) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """The rows of these numbers in their order, each with the hash that it should have
    (`reckoned`); None: it cannot be read.
    """
    numbers = tx.scalars(asked.order_by(AuditRow.id)).all()
    for first in range(0, len(numbers), AT_ONCE):
        some = numbers[first : first + AT_ONCE]
        rows = _read(tx, some)
        # One that cannot be read takes those that are fetched with it along.
        for at, number in enumerate(some):
            alone = _read(tx, [number]) if rows is None else rows[at : at + 1]
            yield number, alone[0] if alone else None


def _read(tx: Connection, numbers: Sequence[int]) -> list[dict[str, Any]] | None:
    """These rows; None where one of them cannot be read."""
    query = select(*AuditRow.__table__.columns).where(AuditRow.id.in_(numbers))
    try:
        rows = [dict(row._mapping) for row in tx.execute(query.order_by(AuditRow.id))]
        whole = all(isinstance(row["detail"], dict) for row in rows)
        return [{**row, "reckoned": _hash(row)} for row in rows] if whole else None
    except (TypeError, ValueError):  # no moment, no JSON, half a character
        return None
    except OperationalError as error:
        if "decode" not in str(error.orig).lower():
            raise
        return None  # bytes that are no letters


def _as_stored(tx: Connection, number: int) -> dict[str, str | None]:
    # SQLite gives bytes of anything, PostgreSQL text.
    kind = LargeBinary if tx.dialect.name == "sqlite" else Text
    columns = (cast(column, kind).label(column.key) for column in AuditRow.__table__.columns)
    row = tx.execute(select(*columns).where(AuditRow.id == number)).one()
    return {name: _shown(kept) for name, kept in row._mapping.items()}


def _shown(kept: bytes | str | None) -> str | None:
    """What is stored, as letters: a byte that is none stands as \\xff."""
    return kept.decode(errors="backslashreplace") if isinstance(kept, bytes) else kept


def _hash(row: Mapping[str, Any]) -> str:
    """SHA-256 of the row as one JSON text; the moment in UTC, so that both databases agree."""
    told = {**row, "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    told.pop("hash", None)
    words = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()
