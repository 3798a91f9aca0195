"""Which alerts are open, and what has each check done to them? Episodes and their steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from db.engine import new_id
from db.records import Move, OpenAlert, Step
from db.tables import AlertRow, AlertStepRow


def open_alerts(tx: Connection) -> dict[tuple[int, str, int | None], OpenAlert]:
    """The open alerts by (unit, target, field), with the numbers of their newest step."""
    rows = tx.execute(
        select(
            AlertRow.id, AlertRow.unit_id, AlertRow.target, AlertRow.field_id, AlertRow.opened_at,
            AlertRow.numerator, AlertRow.denominator, AlertRow.item_keys,
        ).where(AlertRow.resolved_at.is_(None))
    )  # fmt: skip
    found = {}
    for row in rows:
        values = {**row._mapping, "item_keys": frozenset(row.item_keys)}
        found[row.unit_id, row.target, row.field_id] = OpenAlert(**values)
    return found


def record_steps(
    tx: Connection, snapshot_id: int, steps: Iterable[Step], at: datetime
) -> tuple[int, ...]:
    """Writes each step and its alert's new standing; answers the alerts' ids in the same order.

    A frozen alert keeps its numbers and gets no new step where its last one was the same.
    """
    ids = []
    for step in steps:
        standing = {
            "state": step.state.value, "numerator": step.numerator, "denominator": step.denominator,
        }  # fmt: skip
        keys = {"item_keys": sorted(item.key for item in step.items)}
        if step.alert_id is None:
            values = {
                "unit_id": step.unit_id, "target": step.target, "field_id": step.field_id,
                "opened_at": at, **standing, **keys,
            }  # fmt: skip
            alert_id = new_id(tx.execute(insert(AlertRow).values(**values)))
        else:
            alert_id = step.alert_id
            change: dict[str, object] = {"state": step.state.value}
            if step.move is not Move.FROZEN:
                change = {**standing, **keys}
            if step.move is Move.RESOLVED:
                change["resolved_at"] = at
            tx.execute(update(AlertRow).where(AlertRow.id == alert_id).values(**change))
        ids.append(alert_id)
        if step.move is Move.STILL_OPEN and step.reason == "nothing_changed":
            continue  # not a move: the readings tell it
        tx.execute(
            insert(AlertStepRow).values(
                alert_id=alert_id, snapshot_id=snapshot_id, at=at, move=step.move.value,
                reason=step.reason, numerator=step.numerator, denominator=step.denominator,
                new_keys=sorted(step.new_keys), gone_keys=sorted(step.gone_keys),
            )
        )  # fmt: skip
    return tuple(ids)


def moves_after(tx: Connection, snapshot_id: int) -> dict[int, Move]:
    """The newest telling move (not a frozen one) of each alert after a snapshot."""
    rows = tx.execute(
        select(AlertStepRow.alert_id, AlertStepRow.move)
        .where(AlertStepRow.snapshot_id > snapshot_id, AlertStepRow.move != Move.FROZEN.value)
        .order_by(AlertStepRow.id)
    )
    return {alert_id: Move(move) for alert_id, move in rows}


def ended_after(tx: Connection, snapshot_id: int) -> dict[tuple[int, str, int | None], int]:
    """The alerts resolved after a snapshot: (unit, target, field) -> alert."""
    rows = tx.execute(
        select(AlertRow.id, AlertRow.unit_id, AlertRow.target, AlertRow.field_id)
        .join(AlertStepRow, AlertStepRow.alert_id == AlertRow.id)
        .where(AlertStepRow.snapshot_id > snapshot_id, AlertStepRow.move == Move.RESOLVED.value)
        .order_by(AlertRow.id)
    )
    return {(row.unit_id, row.target, row.field_id): row.id for row in rows}
