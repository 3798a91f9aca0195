"""What does a row of the list of milestones mean? Each lead unit's list replaces its last one.

Rules: domain reference 1.1 to 1.3 and 4.2.12. The lines of plan item 1 are the yearly grades of the
reform index: a grade counts as published once a row says it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, or_, select

from db.intake.planned import read_planned
from db.intake.refusals import BadValue
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.names import fold
from db.tables import MilestoneRow

COLUMNS = (
    "code", "item", "content", "unit_id", "due", "done", "evidence", "grade", "index_year", "flags",
    "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="milestones", columns=COLUMNS, key=("code",))
INDEX = "1"  # the plan's item whose lines are grades
_ITEM = re.compile(r"\d{1,2}(?:[.,]\d{1,2})*")
_INDEX_CODE = re.compile(r"par[\s_\-./]*(\d{4}|\d{2})\b", re.IGNORECASE)
_NAMED_YEAR = re.compile(r"\bnam (20\d{2})\b|\b(20\d{2})\b")
_HOPED = re.compile(r"\b(du kien|phan dau|tu cham|tu danh gia|muc tieu|chua)\b")
SHORT = 300


def load(taking: Taking, body: Table) -> None:
    by_unit: defaultdict[int, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        values = _row(taking, row, cells, body.columns)
        if values is None:
            continue
        code, unit_id = values[0], values[3]
        for known in by_unit.values():
            if known.pop(code, None) is not None:
                taking.dropped["duplicate"] += 1
                taking.flag(row, code, "duplicate")
        by_unit[unit_id][code] = values
    for unit_id, milestones in by_unit.items():
        _replace(taking, unit_id, milestones)


def _replace(taking: Taking, unit_id: int, milestones: dict[str, tuple[Any, ...]]) -> None:
    newest = taking.tx.scalar(
        select(MilestoneRow.day).where(
            MilestoneRow.unit_id == unit_id, MilestoneRow.day > taking.day
        )
    )
    if newest is not None:
        taking.dropped["older_than_what_is_known"] += len(milestones)
        return
    taking.tx.execute(
        delete(MilestoneRow).where(
            or_(
                MilestoneRow.unit_id == unit_id,
                # A milestone given to another lead unit leaves the list of the old one.
                MilestoneRow.code.in_(milestones),
            ),
            MilestoneRow.day <= taking.day,
        )
    )
    taking.loaded += write_rows(taking.tx, UPSERT, milestones.values())


def _row(
    taking: Taking, row: int, cells: list[str], place: dict[str, int]
) -> tuple[Any, ...] | None:
    def cell(column: str) -> str:
        return cells[place.get(column, -1)]

    code = cell("code")[:60]
    if not code:
        taking.reject(row, "code", "", "the milestone's code is empty (write M2-01)")
        return None
    unit_id = taking.own_unit(row, cell("unit"))
    if unit_id is None:
        return None
    taking.units_seen.add(unit_id)
    flags: list[str] = []

    def flag(name: str, detail: str = "") -> None:
        flags.append(name)
        taking.flag(row, code, name, detail)

    found = _ITEM.search(cell("item"))
    item = found[0].replace(",", ".").removesuffix(".0") if found else ""
    if not item and (found := _INDEX_CODE.match(code)):
        item = INDEX
    if not item:
        flag("no_item")
    grade, index_year = None, None
    if item == INDEX:
        grade = _grade(taking, [cell("status"), cell("product"), cell("evidence")])
        index_year = _index_year(code, cell("content"))
        if index_year is None:
            flag("no_index_year")
    status = None
    if grade is None and cell("status"):
        status = taking.words.meaning_at_start("statuses", cell("status"))
        if status is None:
            taking.meaning(row, code, "statuses", cell("status"), "unknown_status")
    if status == "cancelled":
        taking.dropped["cancelled"] += 1
        return None
    due = _due(taking, cell("due"), flag)
    done = taking.moment(row, code, "done", cell("done"))
    if done is not None and done > taking.day_end:
        flag("future_date")
        done = None
    elif done is None and status == "done":
        flag("finish_without_date")
    return (
        code, item, cell("content")[:SHORT], unit_id, due, done, cell("evidence")[:SHORT] or None,
        grade, index_year, " ".join(flags), taking.day, taking.delivery_id,
    )  # fmt: skip


def _due(taking: Taking, text: str, flag: Callable[..., None]) -> int | None:
    """The last moment of the day, month or quarter by which it is due."""
    try:
        period = read_planned(text, taking.day // 10_000)
    except BadValue as bad:
        flag("bad_date:due", bad.reason)
        return None
    if period is None:
        flag("no_due_date")
        return None
    return period.last


def _grade(taking: Taking, texts: list[str]) -> str | None:
    """The grade that the first telling cell says; a hoped-for or self-given one is none."""
    grades = taking.words.tables["grades"]
    for text in texts:
        folded = fold(text)
        if _HOPED.search(folded):
            return None
        # With marks "kém" is a grade and "kèm" is not; typed without them the whole cell tells.
        found = {
            str(grade)
            for grade in grades.values()
            if re.search(rf"(?<!\w){re.escape(str(grade).casefold())}(?!\w)", text.casefold())
        }
        if not found and text.isascii():
            found = {
                str(grade)
                for word, grade in grades.items()
                if folded in (word, f"loai {word}", f"dat loai {word}", f"dat {word}")
            }
        if len(found) == 1:
            return found.pop()
    return None


def _index_year(code: str, content: str) -> int | None:
    """The year that the index speaks of, by the code (PAR-20) or the content (năm 2020)."""
    if found := _INDEX_CODE.match(code):
        year = int(found[1])
        return year + 2000 if year < 100 else year
    found = _NAMED_YEAR.search(fold(content))
    return int(found[1] or found[2]) if found else None
