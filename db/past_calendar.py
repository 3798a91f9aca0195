"""Which working time was in effect at a past moment? Takes back, from the ledger of changes,
what was changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from db import reporting_years
from db.calendar_days import DayKind
from db.indicators import date_of
from db.records import CALENDAR_YEAR, ReportingYear
from db.tables import CalendarChangeRow, CalendarDayRow, ClockStopRow


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingTimeThen:
    """The days that admins had entered, the stopped clocks as rows of their table, and by which
    reporting year the facts were dated.
    """

    days: tuple[tuple[date, DayKind], ...] = ()
    stops: tuple[Mapping[str, Any], ...] = ()
    reporting_year: ReportingYear = CALENDAR_YEAR


def working_time_at(tx: Connection, moment: datetime | None = None) -> WorkingTimeThen:
    """What was entered at a moment (None: now); a change of that very moment had been made."""
    entered = tx.execute(select(CalendarDayRow.day, CalendarDayRow.kind))
    days = {row.day: row.kind for row in entered}
    stops = {row["id"]: dict(row) for row in tx.execute(select(ClockStopRow.__table__)).mappings()}
    if moment is not None:
        since = (
            select(CalendarChangeRow.day, CalendarChangeRow.stop_id, CalendarChangeRow.old)
            .where(CalendarChangeRow.at > moment)
            .order_by(CalendarChangeRow.id.desc())
        )
        for change in tx.execute(since):
            if change.day is not None:
                _take_back(days, change.day, change.old and change.old["kind"])
            else:
                stop = stops.get(change.stop_id, {})
                _take_back(stops, change.stop_id, change.old and {**stop, **change.old})
    return WorkingTimeThen(
        days=tuple((date_of(day), DayKind(days[day])) for day in sorted(days)),
        stops=tuple(stops[stop_id] for stop_id in sorted(stops)),
        reporting_year=reporting_years.in_force(tx, moment),
    )


def _take_back(kept: dict[int, Any], key: int, old: Any) -> None:
    if old is None:
        kept.pop(key, None)
    else:
        kept[key] = old
