"""How else could a target be counted, and what is left out of it? Runs a target's optional files.

`<id>.why.sql` returns name, unit_id, field_id, numerator, denominator: the formulas that compete
for the words of the plan. `<id>.left_out.sql` returns unit_id, field_id, reason, count.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from db import snapshots
from db.indicators import Moment, optional_statement, statement, used
from db.records import Key, LeftOut, NamedCount, Target


def prepare(
    tx: Connection, target: Target, moment: Moment, *, district_id: int, folders: Sequence[Path]
) -> None:
    """Makes the scopes and tallies that the files read; ask in the same transaction afterwards."""
    snapshots.fill_scopes(tx, moment, district_id)
    texts = [optional_statement(target.id, ending, folders) or "" for ending in ENDINGS]
    snapshots.fill_tallies(tx, texts, moment)


ENDINGS = (".why.sql", ".left_out.sql")


def competing_counts(
    tx: Connection,
    target: Target,
    moment: Moment,
    *,
    unit_id: int,
    field_id: int | None,
    folders: Sequence[Path] = (),
) -> tuple[NamedCount, ...]:
    """Every formula's count for a unit, of one field or of all; none where there is no file."""
    sql = optional_statement(target.id, ".why.sql", folders)
    if sql is None:
        return ()
    ours = _ours(field_id)
    # Summed over everything, so that a formula is named where this unit has nothing to count.
    whole = (
        f"SELECT q.name, SUM(CASE WHEN {ours} THEN q.numerator ELSE 0 END) AS numerator,"
        f" SUM(CASE WHEN {ours} THEN q.denominator ELSE 0 END) AS denominator"
        f" FROM ({sql}\n) q GROUP BY q.name ORDER BY q.name"
    )
    return tuple(
        NamedCount(
            name=row.name, numerator=int(row.numerator or 0), denominator=int(row.denominator or 0)
        )
        for row in tx.execute(text(whole), _parameters(whole, target, moment, unit_id, field_id))
    )


def left_out(
    tx: Connection,
    target: Target,
    moment: Moment,
    *,
    unit_id: int,
    field_id: int | None,
    folders: Sequence[Path] = (),
) -> tuple[LeftOut, ...]:
    """What is in no rate of a unit, by reason; none where there is no file."""
    sql = optional_statement(target.id, ".left_out.sql", folders)
    if sql is None:
        return ()
    whole = (
        f"SELECT q.reason, SUM(q.count) AS many FROM ({sql}\n) q WHERE {_ours(field_id)}"
        " GROUP BY q.reason HAVING SUM(q.count) > 0 ORDER BY q.reason"
    )
    return tuple(
        LeftOut(reason=row.reason, count=int(row.many))
        for row in tx.execute(text(whole), _parameters(whole, target, moment, unit_id, field_id))
    )


def counted(
    tx: Connection, target: Target, moment: Moment, *, district_id: int, folders: Sequence[Path]
) -> dict[Key, tuple[int, int]]:
    """What a target counts to in each unit and field, by the options that it has: numerator and
    denominator, stored nowhere.
    """
    sql = statement(target.id, ".sql", folders)
    snapshots.fill_scopes(tx, moment, district_id)
    snapshots.fill_tallies(tx, [sql], moment)
    whole = f"SELECT q.unit_id, q.field_id, q.numerator, q.denominator FROM ({sql}\n) q"
    rows = tx.execute(text(whole), used(whole, moment.parameters(target.options)))
    return {
        (row.unit_id, target.id, row.field_id): (int(row.numerator), int(row.denominator))
        for row in rows
    }


def _ours(field_id: int | None) -> str:
    field = "" if field_id is None else " AND q.field_id = :of_field"
    return f"q.unit_id = :of_unit{field}"


def _parameters(
    sql: str, target: Target, moment: Moment, unit_id: int, field_id: int | None
) -> dict[str, Any]:
    given = moment.parameters(target.options) | {"of_unit": unit_id, "of_field": field_id}
    return used(sql, given)
