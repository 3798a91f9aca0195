"""What does a row of the register of petitions, complaints and denunciations mean?

Rules: domain reference 1.7 and 4.2.2. The law protects who denounces: a number, a kind and days are
kept, and whatever else a cell may hold is neither stored nor quoted in a complaint about the row.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from db.indicators import DAY, date_of, day_of
from db.intake.moments import END_OF_DAY, parse_moment
from db.intake.refusals import BadValue
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.names import fold
from db.records import CALENDAR_YEAR, ReportingYear, Workdays
from db.tables import ComplaintRow

COLUMNS = (
    "number", "register_year", "kind", "unit_id", "received", "accepted", "due", "deadline",
    "decided", "year", "on_time", "late", "running", "left_out", "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="complaints", columns=COLUMNS, key=("number", "register_year"))
AT_DECIDED, AT_FLAGS = COLUMNS.index("decided"), COLUMNS.index("flags")
YEAR = 10_000 * DAY
_NUMBER = re.compile(r"\d{1,6}[^\W_]{0,4}(?:[/.\-&][^\W_]{1,12}){0,4}")
_INSTANCE = re.compile(r"(?:lan )?(?:\d|dau|hai)?")
DATES = ("received", "accepted", "due", "extended", "extended_due", "decided")
LISTS = {"kind": "kinds", "status": "statuses", "complexity": "complexities"}
_KIND_BY_SYMBOL = (("kn", "complaint"), ("tc", "denunciation"), ("d", "petition"))
# Ends of a case that say nothing of the office's promise when they come after the due day.
WITHDRAWN = "stopped"
ENDED = frozenset({"done", "forwarded", WITHDRAWN})
# Calendar days from acceptance (Law on Complaints, Law on Denunciations); a petition is sorted out
# within 10 working days. Only where the register leaves the due day blank. By (second time,
# complex); the law gives remote areas more.
_COMPLAINT_DAYS = {(False, False): 30, (False, True): 45, (True, False): 45, (True, True): 60}
_REMOTE_DAYS = {(False, False): 45, (False, True): 60, (True, False): 60, (True, True): 70}
_DENUNCIATION_DAYS = 30
_PETITION_WORKING_DAYS = 10

# year, on_time, late, running, left_out
Settled = tuple[int, int, int, int, str | None]


def hidden_columns(taking: Taking, cells: list[str], place: dict[str, int]) -> frozenset[str]:
    """What the archive may not keep: each cell that is not understood, for it may name somebody."""
    row = _Row(taking, 0, cells, place)
    strange = {c for c in DATES if not row.is_moment(c)}
    strange |= {c for c, table in LISTS.items() if row.find(table, c) is None}
    if not _NUMBER.fullmatch(row.number):
        strange.add("number")
    if not _INSTANCE.fullmatch(fold(row.cell("instance"))):
        strange.add("instance")
    return frozenset(strange)


def load(taking: Taking, body: Table) -> None:
    cases: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        values = _Row(taking, row, cells, body.columns).read()
        if values is None:
            continue
        known = cases.get(values[:2])
        if known is not None:
            taking.dropped["duplicate"] += 1
            taking.flag(row, values[0], "duplicate")
            if known[AT_DECIDED] and not values[AT_DECIDED]:
                continue
        cases[values[:2]] = values
    taking.loaded = write_rows(taking.tx, UPSERT, cases.values())
    _flag_missing(taking)


def _flag_missing(taking: Taking) -> None:
    """Open cases of the units in the file that it no longer names: kept, and looked into."""
    if taking.older:
        return
    missing = select(ComplaintRow.number).where(
        ComplaintRow.unit_id.in_(taking.units_seen),
        ComplaintRow.running == 1,
        ComplaintRow.delivery_id != taking.delivery_id,
        ComplaintRow.register_year == taking.day // 10_000,
    )
    for number in taking.tx.scalars(missing.order_by(ComplaintRow.number)):
        taking.flag(0, number, "not_in_the_file")


class _Row:
    """One row of the register while it is read: its cells, and what is odd about them."""

    def __init__(self, taking: Taking, row: int, cells: list[str], place: dict[str, int]) -> None:
        self.taking, self.row, self.cells, self.place = taking, row, cells, place
        self.number = re.sub(r"\s+", "", re.sub(r"^\s*số\s+", "", self.cell("number"), flags=re.I))
        self.flags: list[str] = []

    def cell(self, column: str) -> str:
        return self.cells[self.place.get(column, -1)]

    def flag(self, name: str) -> None:
        self.flags.append(name)
        self.taking.flag(self.row, self.number, name)

    def moment(self, column: str, *, end_of_day: bool = False) -> int | None:
        try:
            return parse_moment(self.cell(column), end_of_day=end_of_day)
        except BadValue:
            self.flag(f"bad_date:{column}")
            return None

    def is_moment(self, column: str) -> bool:
        try:
            parse_moment(self.cell(column))
        except BadValue:
            return False
        return True

    def find(self, table: str, column: str) -> str | None:
        found = self.taking.words.meaning_at_start(table, self.cell(column))
        return None if found is None else str(found)

    def meaning(self, table: str, column: str, flag: str) -> str | None:
        """What the cell's first words mean; the cell itself may name somebody and is not quoted."""
        found = self.find(table, column)
        if found is None and self.cell(column):
            self.flag(flag)
        return found

    def read(self) -> tuple[Any, ...] | None:
        taking = self.taking
        if not _NUMBER.fullmatch(self.number):
            what = "is not a register number" if self.number else "is empty"
            taking.reject(self.row, "number", "", f"the number {what} (write 01/KN)")
            return None
        unit_id = taking.own_unit(self.row, self.cell("unit"))
        if unit_id is None:
            return None
        taking.units_seen.add(unit_id)
        received, accepted = self.moment("received"), self.moment("accepted")
        decided = self.moment("decided")
        kind = self._kind()
        due = self.moment("due", end_of_day=True) or self._due_by_law(kind, received, accepted)
        deadline = self._deadline(due)
        year, on_time, late, running, left_out = settle(
            status=self.meaning("statuses", "status", "unknown_status"),
            received=received, accepted=accepted, due=due, deadline=deadline, decided=decided,
            day_end=taking.day_end, reporting_year=taking.reporting_year,
        )  # fmt: skip
        decider = taking.who_did(self.cell("unit"), unit_id, decided)
        if decider is None and left_out is None:
            on_time, late, left_out = 0, 0, "before_the_unit"
        if left_out not in (None, "paused", "not_accepted", "withdrawn"):
            self.flag(str(left_out))
        # The number is the register's, and the register begins again on each 1 January.
        register_year = (accepted or received or due or taking.day_end) // YEAR
        return (
            self.number, register_year, kind, decider or unit_id, received, accepted, due,
            deadline, decided, year, on_time, late, running, left_out, " ".join(self.flags),
            taking.day, taking.delivery_id,
        )  # fmt: skip

    def _kind(self) -> str:
        if (kind := self.meaning("kinds", "kind", "unknown_kind")) is not None:
            return kind
        symbol = fold(self.number.partition("/")[2])
        return next((kind for at, kind in _KIND_BY_SYMBOL if symbol.startswith(at)), "unknown")

    def _due_by_law(self, kind: str, received: int | None, accepted: int | None) -> int | None:
        start = accepted or received
        if start is None:
            return None
        day = date_of(start)
        if kind == "complaint":
            again = fold(self.cell("instance")) in {"2", "lan 2", "lan hai", "hai"}
            hard = self.find("complexities", "complexity") == "complex"
            days = _REMOTE_DAYS if self.taking.rules.remote else _COMPLAINT_DAYS
            day += timedelta(days=days[again, hard])
        elif kind == "denunciation":
            day += timedelta(days=_DENUNCIATION_DAYS)
        elif kind == "petition":
            self.flag("due_reckoned")
            return petition_due(start, self.taking.calendar)
        else:
            return None
        self.flag("due_reckoned")
        return day_of(day) * DAY + END_OF_DAY

    def _deadline(self, due: int | None) -> int | None:
        """The due moment, or its extension where one was decided in writing before it passed."""
        decided_on, until = self.moment("extended"), self.moment("extended_due", end_of_day=True)
        if until is None or due is None:
            return due
        if decided_on is None or decided_on > min(due, self.taking.day_end) or until <= due:
            self.flag("extension_not_lawful")
            return due
        return until


def petition_due(start: int, calendar: Workdays) -> int:
    """When a petition is due that was accepted (else received) at a moment."""
    day = calendar.add(date_of(start), _PETITION_WORKING_DAYS)
    return day_of(day) * DAY + END_OF_DAY


def settle(
    *,
    status: str | None,
    received: int | None,
    accepted: int | None,
    due: int | None,
    deadline: int | None,
    decided: int | None,
    day_end: int,
    reporting_year: ReportingYear = CALENDAR_YEAR,
) -> Settled:
    """Judges one case as far as the calendar cannot change it any more. Pure.

    `status` is a meaning of words.toml. A case stopped, withdrawn or forwarded by its deadline was
    handled in time; one withdrawn after it is no lateness (domain reference 1.7), nor a merit.
    """
    start = accepted or received
    # A day that has not come yet says nothing of the year: it is looked into in that of the file.
    year = reporting_year.of_wall(min(decided or start or day_end, day_end))
    left_out = _why_left_out(status, start, due, decided, day_end)
    if left_out is None and decided is not None and deadline is not None and decided > deadline:
        if status == WITHDRAWN:
            left_out = "withdrawn"
        else:
            return year, 0, 1, 0, None
    if left_out is not None:
        return year, 0, 0, 0, left_out
    if decided is not None:
        return year, 1, 0, 0, None
    return year, 0, 0, 1, None


def _why_left_out(
    status: str | None, start: int | None, due: int | None, decided: int | None, day_end: int
) -> str | None:
    if status == "refused" and decided is None:
        return "not_accepted"
    if due is None:
        return "no_due_date"
    if start is not None:
        if due < start or (decided is not None and decided // DAY < start // DAY):
            return "impossible_order"
        if start > day_end:
            return "future_date"
    if decided is not None:
        return "future_date" if decided > day_end else None
    if status == "paused":
        return "paused"
    return "finish_without_date" if status in ENDED else None
