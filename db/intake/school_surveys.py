"""What does a row of a survey of parents and pupils mean? The ratings of one school.

Rules: domain reference 1.5 (public schools of the district only; the school year's survey counts
for the year in which it ended) and 4.2.7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from db.intake.schools import why_not_ours
from db.intake.surveys import count_ballots
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.records import UnitKind

COLUMNS = (
    "school_year", "unit_id", "satisfied", "valid", "ended", "year", "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="school_surveys", columns=COLUMNS, key=("school_year", "unit_id"))
_SCHOOL_YEAR = re.compile(r"(?:năm học\s*)?(\d{4})\s*[-–—/]\s*(\d{4})", re.IGNORECASE)


def load(taking: Taking, body: Table) -> None:
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for row, values in _rows(taking, body):
        if values[:2] in rows:
            taking.dropped["duplicate"] += 1
            taking.flag(row, taking.units.units[values[1]].slug, "duplicate")
        rows[values[:2]] = values
    taking.loaded = write_rows(taking.tx, UPSERT, rows.values())
    if rows:
        taking.period = int(min(key[0] for key in rows)[:4]) * 10_000 + 901


def _rows(taking: Taking, body: Table) -> Iterator[tuple[int, tuple[Any, ...]]]:
    place = body.columns
    for row, cells in body:
        cells.append("")
        taking.rows += 1

        def cell(column: str, cells: list[str] = cells) -> str:
            return cells[place.get(column, -1)]

        reason = why_not_ours(taking, cell("unit"), cell("level"), cell("ownership"))
        if reason is not None:
            taking.dropped[reason] += 1
            continue
        found = _SCHOOL_YEAR.fullmatch(cell("school_year"))
        if found is None or int(found[2]) != int(found[1]) + 1:
            shown = f"'{cell('school_year')[:40]}' is not a school year (write 2020-2021)"
            taking.reject(row, "school_year", cell("school_year"), shown)
            continue
        unit_id = taking.own_unit(row, cell("unit"))
        if unit_id is None:
            continue
        unit = taking.units.units[unit_id]
        if unit.kind is not UnitKind.SCHOOL:
            shown = f"'{cell('unit')[:80]}' is {unit.name}, which is no school"
            taking.reject(row, "unit", cell("unit"), f"{shown} (write Trường Tiểu học …)")
            continue
        taking.units_seen.add(unit_id)
        ended = taking.moment(row, unit.slug, "ended", cell("ended"))
        if ended is None:
            taking.flag(row, unit.slug, "survey_not_ended")
        ballots = count_ballots(taking, row, unit.slug, cells, place)
        year = int(found[2]) if ended is None else taking.reporting_year.of_wall(ended)
        yield (
            row,
            (
                f"{found[1]}-{found[2]}", unit_id, ballots.satisfied, ballots.valid, ended, year,
                "" if ballots.possible else "impossible_counts", taking.day, taking.delivery_id,
            ),
        )  # fmt: skip
