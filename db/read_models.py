"""What does a person want to know? One function is one question and answers with one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from db import units
from db.indicators import day_of
from db.records import State, Successor, TakenSnapshot, Unit, kept_by_items
from db.tables import AlertRow, DeliveryRow, FieldRow, OutboxRow, ReadingRow, SnapshotRow


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingView:
    """A judged reading as `/status` shows it; without data there are no numbers."""

    target: str
    field: str | None
    numerator: int
    denominator: int
    answer: str | None
    state: State
    reason: str
    small_sample: bool
    needed: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusView:
    unit: Unit
    as_of: datetime | None  # None: no check yet (on that day)
    readings: tuple[ReadingView, ...] = ()
    ended_on: date | None = None  # its last day, where that is before the day asked for
    successors: tuple[Successor, ...] = ()  # of an ended one


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertView:
    id: int
    unit: Unit
    target: str
    field: str | None
    state: State
    opened_at: datetime
    resolved_at: datetime | None
    numerator: int
    denominator: int
    item_count: int
    by_items: bool = False  # they alone keep it open, whatever the rate says


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryView:
    id: int
    source: str | None
    file: str
    day: int
    outcome: str
    rows: int
    loaded: int
    reason: str | None


def newest_as_of(tx: Connection, on_day: int | None = None) -> datetime | None:
    """The moment of the newest check: the newest of all taken in order, or of one day."""
    wanted = SnapshotRow.in_order if on_day is None else SnapshotRow.day == on_day
    return tx.scalar(select(func.max(SnapshotRow.as_of)).where(wanted))


def status(tx: Connection, unit_id: int, as_of: datetime | None = None) -> StatusView:
    """A unit's readings as of a check (default: the newest)."""
    unit = units.unit_by_id(tx, unit_id)
    moment = as_of or newest_as_of(tx)
    snapshot_id = None
    if moment is not None:
        snapshot_id = tx.scalar(select(SnapshotRow.id).where(SnapshotRow.as_of == moment))
    if snapshot_id is None:
        return StatusView(unit=unit, as_of=None)
    rows = tx.execute(
        select(
            ReadingRow.target, FieldRow.name.label("field"), ReadingRow.numerator,
            ReadingRow.denominator, ReadingRow.answer, ReadingRow.state, ReadingRow.reason,
            ReadingRow.small_sample,
            ReadingRow.needed,
        )
        .outerjoin_from(ReadingRow, FieldRow, FieldRow.id == ReadingRow.field_id)
        .where(ReadingRow.snapshot_id == snapshot_id, ReadingRow.unit_id == unit_id)
        .order_by(ReadingRow.target, FieldRow.name)
    )  # fmt: skip
    readings = tuple(ReadingView(**{**row._mapping, "state": State(row.state)}) for row in rows)
    return StatusView(unit=unit, as_of=moment, readings=readings)


def ended_status(
    tx: Connection, unit_id: int, day: date, as_of: datetime | None = None
) -> StatusView | None:
    """What there is to say of a unit that has ended before a day; None where it has not.

    Its readings are those of its own days: none are carried over, and none added up.
    """
    unit = units.unit_by_id(tx, unit_id)
    if unit.valid_to is None or unit.valid_to >= day:
        return None
    successors = units.successors_of(tx, unit_id)
    return StatusView(unit=unit, as_of=as_of, ended_on=unit.valid_to, successors=successors)


def field_id(tx: Connection, key: str) -> int | None:
    """The field of a folded name."""
    return tx.scalar(select(FieldRow.id).where(FieldRow.key == key))


def open_alerts(
    tx: Connection, unit_ids: Sequence[int] | None = None, *, with_resolved: bool = False
) -> tuple[AlertView, ...]:
    """The open alerts (and, if asked, the ended ones) of some units or of all, the newest first."""
    query = (
        select(
            AlertRow.id, AlertRow.unit_id, AlertRow.target, FieldRow.name.label("field"),
            AlertRow.state, AlertRow.opened_at, AlertRow.resolved_at, AlertRow.numerator,
            AlertRow.denominator, AlertRow.item_keys, AlertRow.good_checks,
        )
        .outerjoin_from(AlertRow, FieldRow, FieldRow.id == AlertRow.field_id)
        .order_by(AlertRow.opened_at.desc(), AlertRow.id.desc())
    )  # fmt: skip
    if not with_resolved:
        query = query.where(AlertRow.resolved_at.is_(None))
    if unit_ids is not None:
        query = query.where(AlertRow.unit_id.in_(list(unit_ids)))
    known: dict[int, Unit] = {}
    found = []
    for row in tx.execute(query):
        if row.unit_id not in known:
            known[row.unit_id] = units.unit_by_id(tx, row.unit_id)
        found.append(
            AlertView(
                id=row.id, unit=known[row.unit_id], target=row.target, field=row.field,
                state=State(row.state), opened_at=row.opened_at, resolved_at=row.resolved_at,
                numerator=row.numerator, denominator=row.denominator,
                item_count=len(row.item_keys),
                by_items=kept_by_items(State(row.state), row.good_checks),
            )
        )  # fmt: skip
    return tuple(found)


def deliveries(tx: Connection, limit: int = 30) -> tuple[DeliveryView, ...]:
    """The newest deliveries, the newest first."""
    columns = (
        DeliveryRow.id, DeliveryRow.source, DeliveryRow.file, DeliveryRow.day, DeliveryRow.outcome,
        DeliveryRow.rows, DeliveryRow.loaded, DeliveryRow.reason,
    )  # fmt: skip
    rows = tx.execute(select(*columns).order_by(DeliveryRow.id.desc()).limit(limit))
    return tuple(DeliveryView(**row._mapping) for row in rows)


def delivered_after(tx: Connection, moment: datetime) -> bool:
    """Whether any accepted delivery came on a day after the moment's (so that counting for that
    day from the tables would know too much).
    """
    newest = tx.scalar(
        select(func.max(DeliveryRow.day)).where(
            DeliveryRow.outcome.in_(("accepted", "accepted_with_rejects"))
        )
    )
    return newest is not None and newest > day_of(moment.date())


def snapshots_of(tx: Connection, day: date) -> tuple[TakenSnapshot, ...]:
    """The snapshots of a day, in the order of what they knew."""
    rows = tx.execute(
        select(SnapshotRow.id, SnapshotRow.as_of, SnapshotRow.taken_at, SnapshotRow.delivery_id)
        .where(SnapshotRow.day == day_of(day))
        .order_by(SnapshotRow.delivery_id, SnapshotRow.as_of)
    )
    return tuple(TakenSnapshot(**row._mapping) for row in rows)


def last_digests(tx: Connection) -> dict[int, tuple[str, int]]:
    """For each person the newest digest that was queued: (its day as ISO text, its snapshot)."""
    newest = (
        select(func.max(OutboxRow.id))
        .where(OutboxRow.template == "digest")
        .group_by(OutboxRow.person_id)
    )
    rows = tx.execute(
        select(OutboxRow.person_id, OutboxRow.payload).where(OutboxRow.id.in_(newest))
    )
    return {
        person_id: (payload["digest"]["day"], payload["snapshot_id"]) for person_id, payload in rows
    }
