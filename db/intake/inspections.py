"""What does a row of the plan and log of inspections mean?

Rules: domain reference 1.15, 2.8 and 4.2.8. A planned surprise is known to very few: nothing that
is reported of a file (flags, refusals, suggestions) may name its unit.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from db.indicators import DAY
from db.intake.numbers import is_nothing
from db.intake.planned import Planned, read_planned, whole_day, whole_year
from db.intake.refusals import BadValue
from db.intake.taking import MOST_COUNTED, Table, Taking
from db.intake.values import parse_count, parse_moment, parse_yes_no
from db.intake.writing import Upsert, write_rows
from db.tables import InspectionRow

COLUMNS = (
    "unit_id", "form", "occasion", "planned_from", "planned_to", "inspected", "minutes",
    "concluded", "finished", "covers_head", "recommendations", "remedied", "remedy_due",
    "harassment_found", "harassment_handled", "year", "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="inspections", columns=COLUMNS, key=("unit_id", "form", "occasion"))
AT_INSPECTED = COLUMNS.index("inspected")
PERIODIC, UNKNOWN = "periodic", "unknown"


def load(taking: Taking, body: Table) -> None:
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        read = _Row(taking, row, cells, body.columns)
        values = read.read()
        if values is None:
            continue
        inspected = values[AT_INSPECTED]
        if values[:3] in rows:
            if inspected and rows[values[:3]][AT_INSPECTED] not in (None, inspected):
                # A second one in the same planned month is told apart by its day.
                values = (*values[:2], str(inspected // DAY), *values[3:])
            else:
                taking.dropped["duplicate"] += 1
                read.flag("duplicate")
        rows[values[:3]] = values
    taking.loaded = write_rows(taking.tx, UPSERT, rows.values())
    _flag_missing(taking)


def _flag_missing(taking: Taking) -> None:
    """Planned periodic inspections that the newest book no longer has: kept, and looked into."""
    if taking.older:
        return
    missing = select(InspectionRow.unit_id, InspectionRow.occasion).where(
        InspectionRow.form == PERIODIC,
        InspectionRow.finished == 0,
        InspectionRow.year == taking.year,
        InspectionRow.delivery_id != taking.delivery_id,
    )
    for unit_id, occasion in taking.tx.execute(missing.order_by(InspectionRow.id)):
        known = taking.units.units.get(unit_id)
        taking.flag(0, f"{known.slug if known else unit_id} {occasion}", "not_in_the_file")


class _Row:
    """One row of the book while it is read; `secret` while it is, or may be, a planned surprise."""

    def __init__(self, taking: Taking, row: int, cells: list[str], place: dict[str, int]) -> None:
        self.taking, self.row, self.cells, self.place = taking, row, cells, place
        form = taking.words.meaning_at_start("forms", self.cell("form"))
        self.form = UNKNOWN if form is None else str(form)
        self.flags: list[str] = []
        self.unit_id = taking.units.find_id(self.cell("unit"))
        self.key = "" if self.unit_id is None else taking.units.units[self.unit_id].slug
        self.secret = self.form != PERIODIC  # until its inspection is known to have been
        self.inspected = self.moment("inspected")
        self.concluded = self.moment("concluded")
        held = self.inspected or self.concluded
        if held is not None and held <= taking.day_end:
            self.secret = False

    def cell(self, column: str) -> str:
        return self.cells[self.place.get(column, -1)]

    def flag(self, name: str) -> None:
        self.flags.append(name)
        self.taking.flag(self.row, "" if self.secret else self.key, name)

    def moment(self, column: str, *, end_of_day: bool = False) -> int | None:
        try:
            return parse_moment(self.cell(column), end_of_day=end_of_day)
        except BadValue:
            self.flag(f"bad_date:{column}")
            return None

    def count(self, column: str) -> int | None:
        """A whole number, 0 for an empty cell; None and a flag for what is no count."""
        text = self.cell(column)
        try:
            number = 0 if is_nothing(text) else parse_count(text)
        except BadValue:
            number = None
        if number is None or not 0 <= number <= MOST_COUNTED:
            self.flag(f"bad_number:{column}")
            return None
        return number

    def counted(self, column: str, of_them: str) -> tuple[int, int]:
        """How many there were and how many are done; none where a number cannot be read:
        it would say that something was left undone.
        """
        there, done = self.count(column), self.count(of_them)
        if there is None or done is None:
            return 0, 0
        if done > there:
            self.flag("more_done_than_there_was")
        return there, min(done, there)

    def yes(self, column: str) -> bool | None:
        try:
            return parse_yes_no(self.cell(column))
        except BadValue:
            self.flag(f"neither_yes_nor_no:{column}")
            return None

    def read(self) -> tuple[Any, ...] | None:
        if self.unit_id is None:
            self._reject()
            return None
        self.taking.units_seen.add(self.unit_id)
        if self.form == UNKNOWN:
            self.flag("unknown_form")
        planned = self._planned()
        inspected, finished = self._held()
        if inspected is None and self.inspected is not None and planned is None:
            planned = whole_day(self.inspected // DAY)  # a day to come is a plan
        period = planned or (whole_day(inspected // DAY) if inspected else None)
        if period is None:
            period = planned = whole_year(self.taking.year)
        if self.taking.words.meaning_at_start("statuses", self.cell("status")) == "cancelled":
            self._forget(period)
            return None
        found, handled = self.counted("harassment_found", "harassment_handled")
        recommended, remedied = self.counted("recommendations", "remedied")
        head, conduct = self.yes("covers_head"), self.yes("covers_conduct")
        covered = [answer for answer in (head, conduct) if answer is not None]
        return (
            self.unit_id, self.form, period.name,
            planned.first if planned else None, planned.last if planned else None,
            inspected, self.cell("minutes")[:80] or None, self.concluded, int(finished),
            int(all(covered)) if covered else None,
            recommended, remedied, self.moment("remedy_due", end_of_day=True),
            found, handled, self._year(inspected, period),
            " ".join(self.flags), self.taking.day, self.taking.delivery_id,
        )  # fmt: skip

    def _year(self, inspected: int | None, period: Planned) -> int:
        """The reporting year it counts in; whole months are planned for the year they name."""
        if inspected is None and not period.is_a_day:
            return period.last // (10_000 * DAY)
        return self.taking.reporting_year.of_wall(inspected or period.last)

    def _forget(self, period: Planned) -> None:
        """A cancelled inspection is none; an earlier book may have planned it."""
        self.taking.dropped["cancelled"] += 1
        self.taking.tx.execute(
            delete(InspectionRow).where(
                InspectionRow.unit_id == self.unit_id,
                InspectionRow.form == self.form,
                InspectionRow.occasion == period.name,
                InspectionRow.day <= self.taking.day,
            )
        )

    def _reject(self) -> None:
        """The unit is unknown; the refusal does not quote the cell of a planned surprise."""
        text = self.cell("unit")
        if self.secret and text:
            reason = "the unit is not in the organisation on that day (write its full name)"
            self.taking.reject(self.row, "unit", "", reason)
        else:
            self.taking.own_unit(self.row, text)

    def _planned(self) -> Planned | None:
        try:
            return read_planned(self.cell("planned"), self.taking.year)
        except BadValue:
            self.flag("bad_date:planned")
            return None

    def _held(self) -> tuple[int | None, bool]:
        """When the inspection was, and whether it is finished: minutes or a conclusion are there.

        A day after that of the delivery is no finish: it can only be meant as a plan.
        """
        inspected = self.inspected or self.concluded
        concluded = self.concluded is not None and self.concluded <= self.taking.day_end
        written = bool(self.cell("minutes")) or concluded
        if inspected is not None and inspected > self.taking.day_end:
            if not self.secret:
                self.flag("future_date")
            return None, False
        if inspected is None and written:
            self.flag("finish_without_date")
        return inspected, inspected is not None and written
