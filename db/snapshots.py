"""What did every target count to, for every unit, at a moment? Takes snapshots; repeatable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ClauseElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
    update,
)

from db import units
from db.engine import new_id
from db.indicators import Moment, day_of, parsed, statement, tallies, tally, used
from db.records import JudgedReading, Reading, State, Target, TargetKind, UnitKind, Verdict
from db.tables import DeliveryRow, FieldRow, ReadingRow, SnapshotRow, UnitRow

ANSWERING = frozenset({TargetKind.GRADE, TargetKind.YES_NO})  # their .sql gives an `answer`;
GIVES_ANSWER = re.compile(r"\bAS\s+answer\b", re.IGNORECASE)  # another's may, to tell more


def newest_as_of(tx: Connection) -> datetime | None:
    """The moment of the newest check; None before the first."""
    return tx.scalar(select(func.max(SnapshotRow.as_of)).where(SnapshotRow.in_order))


def snapshot_at(tx: Connection, as_of: datetime) -> int | None:
    return tx.scalar(select(SnapshotRow.id).where(SnapshotRow.as_of == as_of))


def told_at(tx: Connection, as_of: datetime) -> int | None:
    """The snapshot of a check that moved alerts at that moment: it is never taken again."""
    return tx.scalar(select(SnapshotRow.id).where(SnapshotRow.as_of == as_of, SnapshotRow.in_order))


def checks_of(tx: Connection, day: date) -> tuple[datetime, ...]:
    """The moments of a day's checks that moved alerts, rising."""
    rows = tx.scalars(
        select(SnapshotRow.as_of)
        .where(SnapshotRow.day == day_of(day), SnapshotRow.in_order)
        .order_by(SnapshotRow.as_of)
    )
    return tuple(rows)


def checks_before(tx: Connection, moment: datetime, most: int) -> tuple[datetime, ...]:
    """The newest checks in order before a moment, the latest first."""
    rows = tx.scalars(
        select(SnapshotRow.as_of)
        .where(SnapshotRow.as_of < moment, SnapshotRow.in_order)
        .order_by(SnapshotRow.as_of.desc())
        .limit(most)
    )
    return tuple(rows)


def with_data_at(tx: Connection, as_of: datetime) -> frozenset[tuple[int, str]]:
    """The units and targets that a check had ever got data of."""
    rows = tx.execute(
        select(ReadingRow.unit_id, ReadingRow.target)
        .join(SnapshotRow, SnapshotRow.id == ReadingRow.snapshot_id)
        .where(SnapshotRow.as_of == as_of, ReadingRow.state != State.NO_DATA.value)
        .distinct()
    )
    return frozenset((row.unit_id, row.target) for row in rows)


def newest_delivery(tx: Connection) -> int:
    """The id of the newest delivery; 0 before the first."""
    return tx.scalar(select(func.max(DeliveryRow.id))) or 0


def take_snapshot(
    tx: Connection,
    targets: Sequence[Target],
    moment: Moment,
    *,
    district_id: int,
    now: datetime,
    folders: Sequence[Path] = (),
) -> int:
    """Counts every target as of the moment and answers the snapshot's id.

    An older snapshot of the same moment is replaced: a snapshot can be taken again for any moment.
    """
    snapshot_id = _begin(tx, moment, now, newest_delivery(tx))
    fill_scopes(tx, moment, district_id)
    texts = {target.id: statement(target.id, ".sql", folders) for target in targets}
    fill_tallies(tx, texts.values(), moment)
    for target in targets:
        _count(tx, snapshot_id, target, texts[target.id], moment)
    return snapshot_id


def _begin(tx: Connection, moment: Moment, now: datetime, knows: int) -> int:
    """An empty snapshot of the moment: a new one, or the old one without its readings."""
    values = {"taken_at": now, "delivery_id": knows}
    old = snapshot_at(tx, moment.wall)
    if old is None:
        values |= {"as_of": moment.wall, "day": day_of(moment.day)}
        return new_id(tx.execute(insert(SnapshotRow).values(**values)))
    tx.execute(delete(ReadingRow).where(ReadingRow.snapshot_id == old))
    tx.execute(update(SnapshotRow).where(SnapshotRow.id == old).values(**values))
    return old


def fill_tallies(tx: Connection, texts: Iterable[str], moment: Moment) -> None:
    """The tallies that any of these statements reads."""
    read = list(texts)
    for source in tallies():
        # CREATE … AS is what PostgreSQL runs in parallel; one pass serves every target.
        if any(f"tally_{source}" in sql for sql in read):
            sql = tally(source)
            bound = text(sql).bindparams(**used(sql, moment.parameters()))
            _make_table(tx, f"tally_{source}", bound)


def fill_scopes(tx: Connection, moment: Moment, district_id: int) -> None:
    """scopes(unit_id, part_id, kind): a unit is its own part; the district is made of all.

    speakers(unit_id, kind) has each of these units once.
    """
    own = units.valid_on(moment.day), UnitRow.id != district_id
    its = units.in_the_time_of(tx, district_id)
    district = literal(district_id).label("unit_id"), literal(UnitKind.DISTRICT.value).label("kind")
    _make_table(
        tx, "speakers",
        union_all(select(UnitRow.id.label("unit_id"), UnitRow.kind).where(*own), select(*district)),
    )  # fmt: skip
    _make_table(
        tx, "scopes",
        union_all(
            select(UnitRow.id.label("unit_id"), UnitRow.id.label("part_id"), UnitRow.kind)
            .where(*own),
            select(district[0], UnitRow.id.label("part_id"), district[1]).where(its),
        ),
    )  # fmt: skip
    tx.exec_driver_sql("CREATE INDEX scopes_by_part ON scopes (part_id, unit_id)")


def _make_table(tx: Connection, name: str, query: ClauseElement) -> None:
    # DDL takes no parameters: our own numbers, days and words are written into the text.
    literals = query.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True})
    tx.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    tx.exec_driver_sql(f"CREATE TEMP TABLE {name} AS {literals}")


def _count(tx: Connection, snapshot_id: int, target: Target, sql: str, moment: Moment) -> None:
    kinds = ", ".join(f"'{kind.value}'" for kind in sorted(target.applies_to))
    answers = target.kind in ANSWERING or GIVES_ANSWER.search(sql)
    answer = "q.answer" if answers else "CAST(NULL AS TEXT)"
    # A unit with nothing to count has a reading too; judging says if that is "none" or "no data".
    # A line that is not everywhere speaks only of the district and of the units that it names.
    silent = (
        ""
        if target.everywhere
        else f" AND (s.kind = '{UnitKind.DISTRICT.value}' OR q.unit_id IS NOT NULL)"
    )
    counted = (
        "INSERT INTO readings (snapshot_id, target, unit_id, field_id, numerator, denominator,"
        " answer, state, reason, small_sample)"
        " SELECT CAST(:of_snapshot AS INTEGER), CAST(:of_target AS TEXT), s.unit_id, q.field_id,"
        " CASE WHEN q.unit_id IS NULL THEN 0 ELSE q.numerator END,"
        " CASE WHEN q.unit_id IS NULL THEN 0 ELSE q.denominator END,"
        f" {answer}, '', '', :no"
        f" FROM speakers s LEFT JOIN ({sql}\n) q ON q.unit_id = s.unit_id"
        # In the order of the key, which is the cheapest for its index.
        f" WHERE s.kind IN ({kinds}){silent} ORDER BY s.unit_id, q.field_id"
    )
    parameters = moment.parameters(target.options) | {
        "of_snapshot": snapshot_id, "of_target": target.id, "no": False,
    }  # fmt: skip
    tx.execute(parsed(counted), used(counted, parameters))


def readings_of(tx: Connection, snapshot_id: int) -> tuple[Reading, ...]:
    """The readings of a snapshot, in the order of unit, target and field."""
    rows = tx.execute(
        select(
            ReadingRow.target, ReadingRow.unit_id, ReadingRow.field_id,
            FieldRow.name.label("field"), ReadingRow.numerator, ReadingRow.denominator,
            ReadingRow.answer,
        )
        .outerjoin_from(ReadingRow, FieldRow, FieldRow.id == ReadingRow.field_id)
        .where(ReadingRow.snapshot_id == snapshot_id)
        .order_by(ReadingRow.unit_id, ReadingRow.target, FieldRow.name)
    )  # fmt: skip
    return tuple(Reading(**row._mapping) for row in rows)


def store_verdicts(tx: Connection, snapshot_id: int, judged: Iterable[JudgedReading]) -> None:
    sql = text(
        "UPDATE readings SET state = :state, reason = :reason, small_sample = :small,"
        " needed = CAST(:needed AS INTEGER) WHERE snapshot_id = :snapshot AND unit_id = :unit"
        " AND target = :target AND COALESCE(field_id, 0) = :field"
    )
    rows = [
        {
            "state": j.verdict.state.value, "reason": j.verdict.reason,
            "small": j.verdict.small_sample, "needed": j.verdict.needed,
            "snapshot": snapshot_id, "unit": j.reading.unit_id, "target": j.reading.target,
            "field": j.reading.field_id or 0,
        }
        for j in judged
    ]  # fmt: skip
    if rows:
        tx.execute(sql, rows)


def replace_readings(tx: Connection, snapshot_id: int, kept: Iterable[JudgedReading]) -> None:
    """Puts kept readings into a snapshot, instead of what was counted for their unit and target."""
    instead = [j for j in kept if j.kept_from is not None]
    places = {(j.reading.unit_id, j.reading.target) for j in instead}
    gone = [
        {"of_snapshot": snapshot_id, "of_unit": unit_id, "of_target": target}
        for unit_id, target in sorted(places)
    ]
    if gone:
        tx.execute(
            delete(ReadingRow.__table__).where(  # type: ignore[arg-type]
                ReadingRow.snapshot_id == bindparam("of_snapshot"),
                ReadingRow.unit_id == bindparam("of_unit"),
                ReadingRow.target == bindparam("of_target"),
            ),
            gone,
        )
    if instead:
        tx.execute(insert(ReadingRow), [_row(snapshot_id, j) for j in instead])


def store_snapshot(
    tx: Connection, moment: Moment, judged: Sequence[JudgedReading], *, now: datetime, knows: int
) -> int:
    """Stores a snapshot that was counted elsewhere; answers its id."""
    snapshot_id = _begin(tx, moment, now, knows)
    if rows := [_row(snapshot_id, j) for j in judged]:
        tx.execute(insert(ReadingRow), rows)
    return snapshot_id


def _row(snapshot_id: int, j: JudgedReading) -> dict[str, Any]:
    return {
        "snapshot_id": snapshot_id, "target": j.reading.target, "unit_id": j.reading.unit_id,
        "field_id": j.reading.field_id, "numerator": j.reading.numerator,
        "denominator": j.reading.denominator, "answer": j.reading.answer,
        "state": j.verdict.state.value, "reason": j.verdict.reason,
        "small_sample": j.verdict.small_sample, "needed": j.verdict.needed,
    }  # fmt: skip


def judged_of(tx: Connection, snapshot_id: int) -> tuple[JudgedReading, ...]:
    """The readings of a snapshot as they were judged when it was taken."""
    rows = tx.execute(
        select(ReadingRow.__table__, FieldRow.name.label("field"))
        .outerjoin_from(ReadingRow, FieldRow, FieldRow.id == ReadingRow.field_id)
        .where(ReadingRow.snapshot_id == snapshot_id)
        .order_by(ReadingRow.unit_id, ReadingRow.target, FieldRow.name)
    )
    return tuple(
        JudgedReading(
            reading=Reading(
                target=row.target, unit_id=row.unit_id, field_id=row.field_id, field=row.field,
                numerator=row.numerator, denominator=row.denominator, answer=row.answer,
            ),
            verdict=Verdict(
                state=State(row.state), reason=row.reason, small_sample=row.small_sample,
                needed=row.needed,
            ),
        )
        for row in rows
    )  # fmt: skip


def mark_in_order(tx: Connection, snapshot_id: int) -> None:
    tx.execute(update(SnapshotRow).where(SnapshotRow.id == snapshot_id).values(in_order=True))


def field_ids(tx: Connection) -> dict[str, int]:
    """The id of each field by its name."""
    return {row.name: row.id for row in tx.execute(select(FieldRow.name, FieldRow.id))}
