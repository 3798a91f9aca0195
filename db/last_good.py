"""What was the newest reading that could be trusted, before a moment? A source that is old, or
whose last file was refused, keeps the numbers that it had while it was good.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from db.records import Reading, State
from db.tables import FieldRow, ReadingRow, SnapshotRow

OUTDATED = ("older_than_allowed", "last_file_refused")  # the reasons of a reading not to be trusted
FIRST_LOOK = 1  # checks: the one before is nearly always enough
LOOKS_GROW = 8
MOST_AT_ONCE = 512

Place = tuple[int, str]  # unit, target


@dataclass(frozen=True, kw_only=True, slots=True)
class LastGood:
    """The readings that a unit had of a target at the last check that could trust them."""

    as_of: datetime
    readings: tuple[Reading, ...]


def last_good(tx: Connection, before: datetime, places: Collection[Place]) -> dict[Place, LastGood]:
    """For each unit and target the last trusted check before the moment; none where there was none.

    Only checks in their order are looked at: one that was taken later for an earlier moment would
    change what is counted again for a past day.
    """
    missing, found = set(places), dict[Place, LastGood]()
    until, size = before, FIRST_LOOK
    while missing:
        checks = tx.execute(
            select(SnapshotRow.id, SnapshotRow.as_of)
            .where(SnapshotRow.in_order, SnapshotRow.as_of < until)
            .order_by(SnapshotRow.as_of.desc())
            .limit(size)
        ).all()
        if not checks:
            break
        seen = _trusted(tx, [check.id for check in checks], missing)
        for check in checks:
            for place, readings in seen.get(check.id, {}).items():
                if place not in missing:
                    continue
                missing.discard(place)
                # Before its first delivery there was nothing to keep.
                if readings[0][1] is not State.NO_DATA:
                    kept = tuple(reading for reading, _ in readings)
                    found[place] = LastGood(as_of=check.as_of, readings=kept)
        until, size = checks[-1].as_of, min(size * LOOKS_GROW, MOST_AT_ONCE)
    return found


def trusted_moment(tx: Connection, as_of: datetime, unit_id: int, target: str) -> datetime:
    """The moment as of which a unit's items of a target are known: the check's own, or that of the
    last one that could trust the source.
    """
    taken = select(SnapshotRow.id).where(SnapshotRow.as_of == as_of)
    reason = tx.scalar(
        select(ReadingRow.reason)
        .where(
            ReadingRow.snapshot_id == taken.scalar_subquery(),
            ReadingRow.unit_id == unit_id,
            ReadingRow.target == target,
        )
        .limit(1)
    )
    if reason not in OUTDATED:
        return as_of
    kept = last_good(tx, as_of, {(unit_id, target)}).get((unit_id, target))
    return kept.as_of if kept else as_of


def _trusted(
    tx: Connection, snapshot_ids: Collection[int], places: Collection[Place]
) -> dict[int, dict[Place, list[tuple[Reading, State]]]]:
    """snapshot -> place -> its readings there, where they were not outdated."""
    rows = tx.execute(
        select(
            ReadingRow.snapshot_id, ReadingRow.state, ReadingRow.target, ReadingRow.unit_id,
            ReadingRow.field_id, FieldRow.name.label("field"), ReadingRow.numerator,
            ReadingRow.denominator, ReadingRow.answer,
        )
        .outerjoin_from(ReadingRow, FieldRow, FieldRow.id == ReadingRow.field_id)
        .where(
            ReadingRow.snapshot_id.in_(list(snapshot_ids)),
            ReadingRow.target.in_(sorted({target for _, target in places})),
            ReadingRow.unit_id.in_(sorted({unit_id for unit_id, _ in places})),
            ReadingRow.reason.not_in(OUTDATED),
        )
        .order_by(FieldRow.name)
    )  # fmt: skip
    found: dict[int, dict[Place, list[tuple[Reading, State]]]] = {}
    for row in rows:
        if (row.unit_id, row.target) not in places:
            continue
        values = dict(row._mapping)
        snapshot_id, state = values.pop("snapshot_id"), State(values.pop("state"))
        at = found.setdefault(snapshot_id, {}).setdefault((row.unit_id, row.target), [])
        at.append((Reading(**values), state))
    return found
