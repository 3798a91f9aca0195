"""Which thresholds have admins set and who did it?"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Select, insert, select, update

from db import audit
from db.engine import new_id
from db.records import ThresholdChange
from db.tables import ThresholdRow

COLUMNS = tuple(getattr(ThresholdRow, name) for name in ThresholdChange.__dataclass_fields__)


def changes(tx: Connection) -> tuple[ThresholdChange, ...]:
    """All that was ever set, undone or not, whatever the day from which it holds; oldest first."""
    return _read(tx, select(*COLUMNS))


def change_by_id(tx: Connection, change_id: int) -> ThresholdChange | None:
    found = _read(tx, select(*COLUMNS).where(ThresholdRow.id == change_id))
    return found[0] if found else None


def add(
    tx: Connection,
    *,
    name: str,
    target: str | None,
    unit_id: int | None,
    source: str | None,
    old: str | None,
    new: str | None,
    valid_from: date,
    reason: str,
    document: str | None,
    by: str,
    person_id: int | None,
    at: datetime,
) -> int:
    """Keeps what was set, and tells the ledger; answers the change's number."""
    set_to = {
        "name": name, "target": target, "source": source, "old": old, "new": new,
        "reason": reason, "document": document, "by": by,
    }  # fmt: skip
    change_id = new_id(
        tx.execute(
            insert(ThresholdRow).values(
                **set_to, unit_id=unit_id, valid_from=valid_from, person_id=person_id, at=at
            )
        )
    )
    detail = {**set_to, "change": change_id, "valid_from": valid_from.isoformat()}
    audit.append(tx, "threshold_set", at, person_id=person_id, unit_id=unit_id, detail=detail)
    return change_id


def undo(
    tx: Connection, change_id: int, *, by: str, person_id: int | None, at: datetime
) -> ThresholdChange | None:
    """Takes a change back: what held before holds again. None where there is nothing to undo."""
    undone = tx.execute(
        update(ThresholdRow)
        .where(ThresholdRow.id == change_id, ThresholdRow.undone_at.is_(None))
        .values(undone_at=at, undone_by=by)
    )
    change = change_by_id(tx, change_id)
    if undone.rowcount != 1 or change is None:
        return None
    detail = {
        "change": change_id, "name": change.name, "target": change.target,
        "source": change.source, "old": change.new, "new": change.old, "by": by,
    }  # fmt: skip
    audit.append(
        tx, "threshold_undone", at, person_id=person_id, unit_id=change.unit_id, detail=detail
    )
    return change


def _read(tx: Connection, query: Select[*tuple[object, ...]]) -> tuple[ThresholdChange, ...]:
    rows = tx.execute(query.order_by(ThresholdRow.id))
    return tuple(ThresholdChange(**row._mapping) for row in rows)
