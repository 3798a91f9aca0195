"""How is a target counted, and what does it name? Finds its two .sql files and runs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause, text

from db.records import Item, Target, Workdays

DAY = 1_000_000  # a wall moment is its day times this, and the time of day
SHIPPED = Path(__file__).parent
ITEMS_AT_MOST = 5000
PLANNED_SURPRISE = "planned_surprise"  # the note of what only very few may know


class IndicatorMissing(Exception):
    """A target of settings.toml has no .sql file."""


def wall_of(moment: datetime) -> int:
    """A datetime of the district's clock as a wall moment."""
    return int(moment.strftime("%Y%m%d%H%M%S"))


def day_of(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def date_of(number: int) -> date:
    """The date of a day or of a wall moment."""
    day = number // DAY if number >= 10**9 else number
    return date(day // 10000, day // 100 % 100, day % 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """When a count is taken: the district's clock and its working calendar."""

    wall: datetime  # in the district's zone
    calendar: Workdays

    @property
    def day(self) -> date:
        return self.wall.date()

    @property
    def year_begins(self) -> date:
        """The first day of the reporting year that it lies in."""
        year = self.calendar.reporting_year
        return year.first_day(year.of(self.day))

    def parameters(self, options: Mapping[str, int | str | bool] | None = None) -> dict[str, Any]:
        """What every .sql file may use: :now :today :today_start :year :year_start, the options.

        :year is the reporting year, :year_start the first moment of its first day.

        An option ending in _working_days also gives :…_ago, the start of the day that many working
        days before, and one ending in _days that of calendar days; one ending in _days_ahead gives
        :…_end, the end of the day that many calendar days after. :today is ISO text, which compares
        with CAST(… AS TEXT) of a date.
        """
        given: dict[str, Any] = {
            "now": wall_of(self.wall),
            "today": self.day.isoformat(),
            "today_start": day_of(self.day) * DAY,
            "year": self.calendar.reporting_year.of(self.day),
            "year_start": day_of(self.year_begins) * DAY,
        }
        for name, value in (options or {}).items():
            given[name] = int(value) if isinstance(value, bool) else value
            if name.endswith("_working_days"):
                given[f"{name}_ago"] = day_of(self.calendar.add(self.day, -int(value))) * DAY
            elif name.endswith("_days"):
                given[f"{name}_ago"] = day_of(self.day - timedelta(days=int(value))) * DAY
            elif name.endswith("_days_ahead"):
                last = self.day + timedelta(days=int(value))
                given[f"{name}_end"] = day_of(last) * DAY + 235959
        return given


@lru_cache(maxsize=256)
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def statement(target_id: str, ending: str, folders: Sequence[Path] = ()) -> str:
    """The text of `<id>.sql` or `<id>.items.sql`: looked up in the folders, then in our own."""
    for folder in (*folders, SHIPPED / "targets"):
        path = folder / f"{target_id}{ending}"
        if path.exists():
            return _read(path)
    raise IndicatorMissing(
        f"targets.{target_id}: there is no {target_id}{ending}"
        " (put it into a folder targets/ beside the settings file)"
    )


def optional_statement(target_id: str, ending: str, folders: Sequence[Path] = ()) -> str | None:
    """The text of a file that a target may do without (.why.sql, .left_out.sql, .history.sql)."""
    try:
        return statement(target_id, ending, folders)
    except IndicatorMissing:
        return None


def tally(source: str) -> str:
    return _read(SHIPPED / "tallies" / f"{source}.sql")


def tallies() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (SHIPPED / "tallies").glob("*.sql")))


@lru_cache(maxsize=256)
def parsed(sql: str) -> TextClause:
    """A statement whose parameters have been looked for: once, not at each check."""
    return text(sql)


def used(sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a statement names: drivers refuse the others."""
    names = parsed(sql)._bindparams
    return {name: value for name, value in parameters.items() if name in names}


def items_of(
    tx: Connection,
    target: Target,
    moment: Moment,
    *,
    unit_id: int | None,
    field_id: int | None = None,
    folders: Sequence[Path] = (),
    limit: int = ITEMS_AT_MOST,
    confidential: bool = False,
) -> tuple[Item, ...]:
    """What there is to act on for a target, the most pressing first.

    `unit_id` None: of the whole district. Columns of an .items.sql: unit_id, field_id, key, label,
    due, late_from, late_until (None: still), note, detail, place (order), and, where lateness is
    not counted in working days, counted_in ('days'), where there is a new appointment due_again;
    of a ratio it may use :goal_percent.
    `confidential` True: with planned surprises, for the steward of inspections and the leader of
    the district alone.
    """
    sql = statement(target.id, ".items.sql", folders)
    options = dict(target.options)
    if target.goal is not None:
        options["goal_percent"] = target.goal.percent
    return _items(tx, sql, moment, options, unit_id, field_id, limit, confidential)


def due_soon(
    tx: Connection, moment: Moment, working_days: int, *, unit_id: int | None
) -> tuple[Item, ...]:
    """The open dossiers and complaints that fall due within so many working days, the first due
    first; an overdue dossier with its new appointment.
    """
    until = moment.calendar.add(moment.day, working_days)
    options = {"until": (day_of(until) + 1) * DAY}
    return _items(
        tx, _read(SHIPPED / "targets" / "due.items.sql"), moment, options, unit_id, None, 5000
    )


def _items(
    tx: Connection,
    sql: str,
    moment: Moment,
    options: Mapping[str, int | str | bool],
    unit_id: int | None,
    field_id: int | None,
    limit: int,
    confidential: bool = False,
) -> tuple[Item, ...]:
    conditions = ["1 = 1"]
    if not confidential:
        conditions.append(f"COALESCE(q.note, '') <> '{PLANNED_SURPRISE}'")
    parameters = moment.parameters(options)
    if unit_id is not None:
        conditions.append("q.unit_id = :of_unit")
        parameters["of_unit"] = unit_id
    if field_id is not None:
        conditions.append("q.field_id = :of_field")
        parameters["of_field"] = field_id
    parameters["at_most"] = limit
    whole = (
        f"SELECT q.*, f.name AS field FROM ({sql}\n) q LEFT JOIN fields f ON f.id = q.field_id"
        f" WHERE {' AND '.join(conditions)}"
        " ORDER BY q.place, COALESCE(q.due, q.late_from, 99999999999999), q.key LIMIT :at_most"
    )
    rows = tx.execute(text(whole), used(whole, parameters)).mappings()
    return tuple(_item(row, moment) for row in rows)


def _item(row: Mapping[Any, Any], moment: Moment) -> Item:
    days = None
    if row["late_from"] is not None:
        until = moment.day if row["late_until"] is None else date_of(row["late_until"])
        since = date_of(row["late_from"])
        if row.get("counted_in") == "days":
            days = max(0, (until - since).days)
        else:
            days = moment.calendar.between(since, until)
    again = row.get("due_again")
    return Item(
        key=row["key"], label=row["label"] or row["key"], field=row["field"], due=row["due"],
        days_late=days, note=row["note"], unit_id=row["unit_id"], detail=row["detail"],
        due_again=again if again and again > (row["due"] or 0) else None,
    )  # fmt: skip


def missing_files(targets: Iterable[Target], folders: Sequence[Path] = ()) -> list[str]:
    """What `doctor` says of targets whose .sql is not there."""
    complaints = []
    for target in targets:
        for ending in (".sql", ".items.sql"):
            try:
                statement(target.id, ending, folders)
            except IndicatorMissing as error:
                complaints.append(str(error))
    return complaints
