"""What was published for each year so far? Runs a target's optional `<id>.history.sql`.

It returns unit_id, year, answer: one row a year, for lines whose result comes out once a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, text

from db import snapshots
from db.indicators import Moment, optional_statement, used
from db.records import PublishedYear, Target


def published_years(
    tx: Connection,
    target: Target,
    moment: Moment,
    *,
    unit_id: int,
    district_id: int,
    folders: Sequence[Path] = (),
) -> tuple[PublishedYear, ...]:
    """What is known at the moment of a unit's years, the newest first; none where there is no
    file.
    """
    sql = optional_statement(target.id, ".history.sql", folders)
    if sql is None:
        return ()
    snapshots.fill_scopes(tx, moment, district_id)
    whole = (
        f"SELECT q.year, q.answer FROM ({sql}\n) q WHERE q.unit_id = :of_unit ORDER BY q.year DESC"
    )
    given = moment.parameters(target.options) | {"of_unit": unit_id}
    return tuple(
        PublishedYear(year=int(row.year), answer=row.answer)
        for row in tx.execute(text(whole), used(whole, given))
    )
