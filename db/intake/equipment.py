"""What does a row of a one-stop shop's inventory mean? Each unit's list replaces its last one.

Rules: domain reference 1.16, 1.17 and 4.2.11 (what is mandatory must be there, and work).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from sqlalchemy import delete, select

from db.intake.numbers import is_nothing
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.names import fold
from db.tables import EquipmentRow

COLUMNS = (
    "unit_id", "code", "name", "mandatory", "required", "present", "working", "broken_since",
    "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="equipment", columns=COLUMNS, key=("unit_id", "code"))
GOOD, BROKEN = "good", "broken"
UNREADABLE = "unreadable_count"
_SHOP = re.compile(
    r"(bộ phận|bp)\s+(một cửa|tiếp nhận\s+(và|&)\s+trả\s+(kết quả|kq)|tn\s*&\s*tkq)\s+(của\s+)?",
    re.IGNORECASE,
)


def load(taking: Taking, body: Table) -> None:
    by_unit: defaultdict[int, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    broken, counts = _known_as_broken(taking), _known_counts(taking)
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        values = _row(taking, row, cells, body.columns, broken, counts)
        if values is None:
            continue
        unit_id, code = values[0], values[1]
        if code in by_unit[unit_id]:
            taking.dropped["duplicate"] += 1
            taking.flag(row, code, "duplicate")
        by_unit[unit_id][code] = values
    for unit_id, pieces in by_unit.items():
        newer = select(EquipmentRow.day).where(
            EquipmentRow.unit_id == unit_id, EquipmentRow.day > taking.day
        )
        if taking.tx.scalar(newer.limit(1)) is not None:
            taking.dropped["older_than_what_is_known"] += len(pieces)
            continue
        taking.tx.execute(delete(EquipmentRow).where(EquipmentRow.unit_id == unit_id))
        taking.loaded += write_rows(taking.tx, UPSERT, pieces.values())


def _known_as_broken(taking: Taking) -> dict[tuple[int, str], int]:
    """Since when a piece was known as broken: a later list may not print the day."""
    rows = taking.tx.execute(
        select(EquipmentRow.unit_id, EquipmentRow.code, EquipmentRow.broken_since).where(
            EquipmentRow.broken_since.is_not(None)
        )
    )
    return {(unit_id, code): since for unit_id, code, since in rows if since is not None}


def _known_counts(taking: Taking) -> dict[tuple[int, str], tuple[int, int]]:
    """How many of a piece there had to be and were, as the last list said that could be read."""
    rows = taking.tx.execute(
        select(
            EquipmentRow.unit_id, EquipmentRow.code, EquipmentRow.required, EquipmentRow.present
        ).where(EquipmentRow.flags == "")
    )
    return {(unit_id, code): (required, present) for unit_id, code, required, present in rows}


def _row(
    taking: Taking,
    row: int,
    cells: list[str],
    place: dict[str, int],
    broken: dict[tuple[int, str], int],
    counts: dict[tuple[int, str], tuple[int, int]],
) -> tuple[Any, ...] | None:
    def cell(column: str) -> str:
        return cells[place.get(column, -1)]

    code = (cell("code") or fold(cell("name")))[:60]
    if not code:
        taking.reject(row, "code", "", "neither the code nor the name of the equipment is given")
        return None
    unit_id = _whose(taking, row, cell("unit"))
    if unit_id is None:
        return None
    taking.units_seen.add(unit_id)
    if not cell("code"):
        taking.flag(row, code, "no_code", cell("name")[:80])
    # A list without the column names only what has to be there.
    mandatory = "mandatory" not in place or taking.yes_no(row, code, "mandatory", cell("mandatory"))
    required = taking.count(row, code, "required", cell("required"))
    present = taking.count(row, code, "present", cell("present"))
    if present is None and is_nothing(cell("present")):
        taking.flag(row, code, "no_count")
    state = taking.meaning(row, code, "states", cell("state"), "unknown_state")
    since = _broken_since(taking, row, code, cells, place, state)
    if since is not None and not cell("broken"):
        since = min(since, broken.get((unit_id, code), since))
    working, flags = since is None and state in (GOOD, BROKEN, None), ""
    lost = [
        number is None and not is_nothing(cell(column))
        for column, number in (("required", required), ("present", present))
    ]
    if any(lost):
        # Taken for 0 what nobody can read would accuse the unit; left out, it would seem mended.
        taking.flag(row, code, UNREADABLE)
        known = counts.get((unit_id, code))
        flags = UNREADABLE if known is None and working else ""
        needed, there = known or (required or 1, required or 1)
        required, present = needed if lost[0] else required, there if lost[1] else present
    return (
        unit_id, code, cell("name")[:200], int(mandatory),
        1 if required is None else required, present or 0,
        int(working), since, flags, taking.day, taking.delivery_id,
    )  # fmt: skip


def _whose(taking: Taking, row: int, text: str) -> int | None:
    """The unit so called, or the commune of "Bộ phận Một cửa xã …"; None after a refusal."""
    unit_id = taking.units.find_id(text)
    if unit_id is None and _SHOP.match(text):
        unit_id = taking.units.find_id(_SHOP.sub("", text))
    return taking.own_unit(row, text) if unit_id is None else unit_id


def _broken_since(
    taking: Taking, row: int, code: str, cells: list[str], place: dict[str, int], state: object
) -> int | None:
    """The moment from which it is broken; None where it works, was repaired or never was there."""

    def moment(column: str) -> int | None:
        return taking.moment(row, code, column, cells[place.get(column, -1)])

    reported, repaired, counted = moment("broken"), moment("repaired"), moment("counted")
    if repaired is not None and repaired > taking.day_end:
        taking.flag(row, code, "future_date")
        repaired = None
    if repaired is not None and (reported is None or repaired >= reported):
        return None
    if repaired is not None:
        taking.flag(row, code, "repaired_before_broken")
    if state == GOOD:
        # Counted as good, and reported broken only afterwards.
        later = reported is not None and counted is not None and reported > counted
        return reported if later else None
    if state == BROKEN or (state is None and reported is not None):
        if reported is None:
            taking.flag(row, code, "no_broken_day")
        return reported or counted or taking.day * 1_000_000
    return None
