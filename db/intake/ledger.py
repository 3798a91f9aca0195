"""What is written down of a delivered file? The ledger of deliveries, with its details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from db.engine import new_id
from db.indicators import day_of
from db.intake.gate import Previous
from db.intake.taking import Taking
from db.records import Outcome
from db.tables import DeliveryRow, DeliveryUnitRow, RejectRow, RowFlagRow

GOOD = (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REJECTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Of what a file speaks: '*' or one unit's id, the units it names, and since when."""

    of: str
    units: frozenset[int]
    period_from: int


def delivered_before(tx: Connection, sha256: str, source: str | None, day: date) -> Any:
    """The newest good delivery of the same bytes up to that day (and of that source, if named)."""
    conditions = [
        DeliveryRow.sha256 == sha256,
        DeliveryRow.outcome.in_(GOOD),
        DeliveryRow.day <= day_of(day),
    ]
    if source:
        conditions.append(DeliveryRow.source == source)
    found = select(DeliveryRow).where(*conditions).order_by(DeliveryRow.id.desc()).limit(1)
    return tx.execute(found).mappings().one_or_none()


def has_newer(tx: Connection, source: str, day: date) -> bool:
    """Whether a good file of a later day is in already."""
    newest = tx.scalar(
        select(func.max(DeliveryRow.day)).where(
            DeliveryRow.source == source, DeliveryRow.outcome.in_(GOOD)
        )
    )
    return newest is not None and newest > day_of(day)


def previous(tx: Connection, source: str, scope: Scope, day: int) -> Previous | None:
    """The last good file of the same units and the same period."""
    found = tx.execute(
        select(DeliveryRow.rows, DeliveryRow.day)
        .where(
            DeliveryRow.source == source, DeliveryRow.outcome.in_(GOOD),
            DeliveryRow.scope == scope.of, DeliveryRow.period_from == scope.period_from,
            DeliveryRow.day <= day,
        )
        .order_by(DeliveryRow.day.desc(), DeliveryRow.id.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip
    return Previous(rows=found.rows, day=found.day) if found else None


def missing_from(
    tx: Connection, table: str, key: str, delivery_id: int, scope: Scope, source: str, day: int
) -> list[str]:
    """The keys that the last good file of the same units and period had, and this one has not.

    What a file names bears its number: whatever still bears the last one's was not in this one.
    """
    last = tx.scalar(
        select(func.max(DeliveryRow.id)).where(
            DeliveryRow.source == source, DeliveryRow.outcome.in_(GOOD),
            DeliveryRow.scope == scope.of, DeliveryRow.period_from == scope.period_from,
            DeliveryRow.day <= day, DeliveryRow.id != delivery_id,
        )
    )  # fmt: skip
    if last is None:
        return []
    rows = tx.execute(
        text(f"SELECT {key} FROM {table} WHERE delivery_id = :last ORDER BY {key}"), {"last": last}
    )
    return [str(row[0]) for row in rows]


def begin(
    tx: Connection, *, source: str | None, file: str, sha256: str, day: date, now: datetime
) -> int:
    """A new line, as refused until it is closed; answers its number."""
    values: dict[str, Any] = {
        "source": source, "file": file[:255], "sha256": sha256, "day": day_of(day),
        "fresh_day": day_of(day), "taken_at": now, "outcome": Outcome.REFUSED.value, "scope": "",
        "dropped": {}, "flag_counts": {},
    }  # fmt: skip
    return new_id(tx.execute(insert(DeliveryRow).values(**values)))


def close(
    tx: Connection,
    delivery_id: int,
    *,
    source: str | None,
    outcome: Outcome,
    reason: str | None,
    taking: Taking | None,
    scope: Scope | None,
    archive: str | None,
) -> None:
    """What became of the file, with its refused and flagged rows."""
    change: dict[str, Any] = {
        "source": source, "outcome": outcome.value, "reason": reason, "archive": archive,
    }  # fmt: skip
    if taking is not None and scope is not None:
        change |= {
            "rows": taking.rows, "scope": scope.of, "period_from": scope.period_from,
            "dropped": dict(taking.dropped), "flag_counts": dict(taking.flag_counts),
            "loaded": 0 if outcome is Outcome.REFUSED else taking.loaded,
        }  # fmt: skip
        _details(tx, delivery_id, taking, scope.units)
    tx.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**change))


def confirm(tx: Connection, same: Any, file: str, day: date, now: datetime) -> None:
    """The same bytes on a later day: what they say is confirmed, of the units that they named."""
    values = {
        "source": same["source"], "file": file[:255], "sha256": same["sha256"],
        "day": day_of(day), "fresh_day": day_of(day), "taken_at": now, "rows": same["rows"],
        "outcome": Outcome.UNCHANGED.value, "scope": same["scope"], "dropped": {},
        "flag_counts": {}, "archive": same["archive"],
    }  # fmt: skip
    again = new_id(tx.execute(insert(DeliveryRow).values(**values)))
    of = select(DeliveryUnitRow.unit_id).where(DeliveryUnitRow.delivery_id == same["id"])
    _insert(tx, DeliveryUnitRow, again, [{"unit_id": unit_id} for unit_id in tx.scalars(of)])


def _details(tx: Connection, delivery_id: int, taking: Taking, units: frozenset[int]) -> None:
    rejects = [
        {"row": r.row, "column": r.column, "value": r.value, "reason": r.reason}
        for r in taking.rejects
    ]
    flags = [{"row": f.row, "key": f.key, "flag": f.flag, "detail": f.detail} for f in taking.flags]
    _insert(tx, DeliveryUnitRow, delivery_id, [{"unit_id": unit} for unit in sorted(units)])
    _insert(tx, RejectRow, delivery_id, rejects)
    _insert(tx, RowFlagRow, delivery_id, flags)


def _insert(tx: Connection, table: Any, delivery_id: int, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.execute(insert(table), [{"delivery_id": delivery_id, **row} for row in rows])
