"""Can a target's two statements be run at all? Asked where a count fails, and by `doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import StatementError

from db import snapshots
from db.engine import said_by
from db.indicators import IndicatorMissing, Moment, statement, used
from db.records import Target

# What each file has to give; a row is never asked for.
GIVEN = {
    ".sql": "unit_id, field_id, numerator, denominator",
    ".items.sql": "unit_id, field_id, key, label, due, late_from, late_until, note, detail, place",
}


class IndicatorWrong(Exception):
    """A target's .sql is there and cannot be run; the text names the file and what is wrong."""


def faults_of(
    tx: Connection,
    targets: Sequence[Target],
    moment: Moment,
    *,
    district_id: int,
    folders: Sequence[Path] = (),
) -> list[str]:
    """One line for each .sql that is missing or cannot be run. Makes the scopes and tallies."""
    texts: dict[tuple[str, str], str] = {}
    faults = []
    for target in targets:
        for ending in GIVEN:
            try:
                texts[target.id, ending] = statement(target.id, ending, folders)
            except IndicatorMissing as missing:
                faults.append(str(missing))
    snapshots.fill_scopes(tx, moment, district_id)
    snapshots.fill_tallies(tx, texts.values(), moment)
    by_id = {target.id: target for target in targets}
    for (target_id, ending), sql in texts.items():
        if (why := _fault(tx, by_id[target_id], ending, sql, moment)) is not None:
            faults.append(f"targets.{target_id}: {target_id}{ending} cannot be run: {why}")
    return faults


def _fault(tx: Connection, target: Target, ending: str, sql: str, moment: Moment) -> str | None:
    options = dict(target.options)
    if target.goal is not None:
        options["goal_percent"] = target.goal.percent
    whole = f"SELECT {GIVEN[ending]} FROM ({sql}\n) q WHERE 1 = 0"
    try:
        # PostgreSQL ends a transaction with its first fault: a savepoint lets the others be tried.
        with tx.begin_nested():
            tx.execute(text(whole), used(whole, moment.parameters(options)))
    except StatementError as error:
        return said_by(error)
    return None
