"""What was read at the checks of the last weeks? The readings that a look back needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from db.records import JudgedReading, Reading, State, Verdict
from db.tables import ReadingRow, SnapshotRow

MISSED = (State.MISSED.value, State.BEHIND.value)
AT_MOST = 150_000  # readings that a look back loads: a shorter time rather than a longer wait


@dataclass(frozen=True, kw_only=True, slots=True)
class PastCheck:
    """The readings of one check that moved alerts, as they were judged then."""

    as_of: datetime
    judged: tuple[JudgedReading, ...]


def past_checks(
    tx: Connection,
    first: datetime,
    *,
    targets: Collection[str],
    unit_ids: Collection[int] | None = None,
    at_most: int = AT_MOST,
) -> tuple[PastCheck, ...]:
    """The checks from a moment on that moved alerts, the oldest first, with two kinds of readings:
    all of the `targets`, and of the others those that missed their goal at one of these checks.

    `unit_ids`: only these units'. Where there are more than `at_most` readings, the oldest checks
    are left out.
    """
    snapshots = and_(SnapshotRow.in_order, SnapshotRow.as_of >= first)
    if unit_ids is not None:
        snapshots = and_(snapshots, ReadingRow.unit_id.in_(unit_ids))
    told = or_(ReadingRow.target.in_(targets), ReadingRow.state.in_(MISSED))
    field = func.coalesce(ReadingRow.field_id, 0)
    keys = (
        select(ReadingRow.unit_id, ReadingRow.target, field.label("field"))
        .join(SnapshotRow, SnapshotRow.id == ReadingRow.snapshot_id)
        .where(snapshots, told)
        .distinct()
        .subquery()
    )
    same = and_(
        keys.c.unit_id == ReadingRow.unit_id, keys.c.target == ReadingRow.target,
        keys.c.field == field,
    )  # fmt: skip
    counts = tx.execute(
        select(SnapshotRow.id, func.count(ReadingRow.id))
        .join(ReadingRow, ReadingRow.snapshot_id == SnapshotRow.id)
        .join(keys, same)
        .where(snapshots)
        .group_by(SnapshotRow.id, SnapshotRow.as_of)
        .order_by(SnapshotRow.as_of.desc())
    )
    taken: list[int] = []
    room = at_most
    for snapshot_id, count in counts:
        room -= count
        if room < 0:
            break
        taken.append(snapshot_id)
    moments = dict(
        tx.execute(
            select(SnapshotRow.id, SnapshotRow.as_of)
            .where(SnapshotRow.id.in_(taken))
            .order_by(SnapshotRow.as_of)
        ).all()
    )
    rows = tx.execute(
        select(
            ReadingRow.snapshot_id, ReadingRow.target, ReadingRow.unit_id, ReadingRow.field_id,
            ReadingRow.numerator, ReadingRow.denominator, ReadingRow.answer, ReadingRow.state,
            ReadingRow.reason, ReadingRow.small_sample, ReadingRow.needed,
        )
        .join(keys, same)
        .where(ReadingRow.snapshot_id.in_(taken))
        .order_by(ReadingRow.id)
    )  # fmt: skip
    found: dict[int, list[JudgedReading]] = {snapshot_id: [] for snapshot_id in moments}
    for row in rows:
        found[row.snapshot_id].append(
            JudgedReading(
                reading=Reading(
                    target=row.target, unit_id=row.unit_id, field_id=row.field_id, field=None,
                    numerator=row.numerator, denominator=row.denominator, answer=row.answer,
                ),
                verdict=Verdict(
                    state=State(row.state), reason=row.reason, small_sample=row.small_sample,
                    needed=row.needed,
                ),
            )
        )  # fmt: skip
    return tuple(
        PastCheck(as_of=moments[snapshot_id], judged=tuple(judged))
        for snapshot_id, judged in found.items()
    )
