"""By which reporting year are the stored facts dated? Dates them anew when the settings change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, text

from db.calendar_days import hold_still
from db.records import CALENDAR_YEAR, ReportingYear
from db.tables import ReportingYearRow

# What a row is dated by, as its import does it: a day after the file's own says nothing of a year.
_FILE_ENDS = "day * 1000000 + 235959"
_FILE_ENDS_AT_MOST = "CASE WHEN {at} > " + _FILE_ENDS + " THEN " + _FILE_ENDS + " ELSE {at} END"
_DOSSIER = f"COALESCE(finished, returned, received, {_FILE_ENDS})"
_CASE = f"COALESCE(decided, accepted, received, {_FILE_ENDS})"
# Whole months are planned for the year that they name; so are surveys, which are not here.
_DATED = {
    "dossiers": (_FILE_ENDS_AT_MOST.format(at=_DOSSIER), "1 = 1"),
    "complaints": (_FILE_ENDS_AT_MOST.format(at=_CASE), "1 = 1"),
    "documents": (_FILE_ENDS_AT_MOST.format(at="issued"), "1 = 1"),
    "inspections": (
        "COALESCE(inspected, planned_to)",
        "inspected IS NOT NULL OR planned_from / 1000000 = planned_to / 1000000",
    ),
    "school_surveys": ("ended", "ended IS NOT NULL"),
}


def in_force(tx: Connection, moment: datetime | None = None) -> ReportingYear:
    """The reporting year that the rows were dated by at a moment (None: now)."""
    return _newest(tx, moment)[0]


def since(tx: Connection) -> datetime | None:
    """From when on checks have counted by the present reporting year; None: always."""
    return _newest(tx, None)[1]


def keep_to(tx: Connection, year: ReportingYear, now: datetime) -> int:
    """Dates the stored facts by a reporting year, where they are not; how many rows moved."""
    if in_force(tx) == year:
        return 0
    # Imports that date by the old one have ended, or wait.
    hold_still(tx, changing=True)
    if in_force(tx) == year:
        return 0
    moved = 0
    for table, (at, which) in _DATED.items():
        dated = f"(({at}) + :shift) / 10000000000"
        change = text(f"UPDATE {table} SET year = {dated} WHERE ({which}) AND year <> {dated}")
        moved += tx.execute(change, {"shift": year.shift}).rowcount
    tx.execute(insert(ReportingYearRow).values(begins=str(year), settled_at=now))
    return moved


def _newest(tx: Connection, moment: datetime | None) -> tuple[ReportingYear, datetime | None]:
    query = select(ReportingYearRow.begins, ReportingYearRow.settled_at)
    if moment is not None:
        query = query.where(ReportingYearRow.settled_at <= moment)
    row = tx.execute(query.order_by(ReportingYearRow.id.desc()).limit(1)).one_or_none()
    return (CALENDAR_YEAR, None) if row is None else (ReportingYear.read(row[0]), row[1])
