"""What does a row of the schools' e-payment list mean? The newest list replaces the last like it.

Rules: domain reference 1.14 (who uses e-payment: its channel is active and collects) and 4.2.10.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from db.intake.periods import parse_period
from db.intake.refusals import BadValue
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.names import fold
from db.records import UnitKind
from db.tables import SchoolRow

COLUMNS = (
    "code", "unit_id", "name", "is_public", "in_use", "last_period", "transactions",
    "collections", "state", "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="schools", columns=COLUMNS, key=("code",))
PRIVATE, UPPER_SECONDARY = "private", "upper_secondary"
IN_USE, UNKNOWN = "in_use", "unknown"


def why_not_ours(taking: Taking, name: str, level: str, ownership: str) -> str | None:
    """Why a school is none of the district's public ones: private, upper_secondary; else None.

    Upper-secondary schools belong to the city's department.
    """
    tables = taking.words.tables
    owned = tables["ownerships"].get(fold(ownership))
    words = f" {fold(name)} "
    if owned == PRIVATE or any(f" {word} " in words for word in tables["private_names"]):
        return PRIVATE
    if "thpt" in f"{words} {fold(level)}".split() or "trung hoc pho thong" in words:
        return UPPER_SECONDARY
    return None


def load(taking: Taking, body: Table) -> None:
    rows: dict[str, tuple[Any, ...]] = {}
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        values = _row(taking, row, cells, body.columns)
        if values is None:
            continue
        if values[0] in rows:
            taking.dropped["duplicate"] += 1
            taking.flag(row, values[0], "duplicate")
        rows[values[0]] = values
    if taking.older:
        taking.dropped["older_than_what_is_known"] += len(rows)
        return
    # Several files add up, of one day or of several: preschools may come apart from the others.
    taking.named = set(rows)
    taking.tx.execute(
        delete(SchoolRow).where(
            SchoolRow.day < taking.day, SchoolRow.delivery_id.in_(taking.earlier())
        )
    )
    taking.loaded = write_rows(taking.tx, UPSERT, rows.values())
    _flag_missing(taking)


def _row(
    taking: Taking, row: int, cells: list[str], place: dict[str, int]
) -> tuple[Any, ...] | None:
    def cell(column: str) -> str:
        return cells[place.get(column, -1)]

    code, name = cell("code"), cell("name")
    if not code:
        taking.reject(row, "code", "", "the school's code is empty")
        return None
    reason = why_not_ours(taking, name, cell("level"), cell("ownership"))
    if reason == UPPER_SECONDARY:
        taking.dropped[reason] += 1
        return None
    taking.meaning(row, code, "ownerships", cell("ownership"), "unknown_ownership")
    unit_id = taking.units.find_id(name) if reason is None else None
    if unit_id is not None and taking.units.units[unit_id].kind is not UnitKind.SCHOOL:
        unit_id = None
    if unit_id is None and reason is None:
        taking.flag(row, code, "unknown_school", name[:80])
    if unit_id is not None:
        taking.units_seen.add(unit_id)
    state = taking.meaning(row, code, "states", cell("state"), "unknown_state")
    # Where the list does not say how a school stands, a channel is taken for an active one.
    in_use = state == IN_USE or (not cell("state") and bool(cell("channel")))
    transactions = taking.count(row, code, "transactions", cell("transactions")) or 0
    collections = taking.count(row, code, "collections", cell("collections")) or 0
    if "collections" in place and transactions > collections:
        taking.flag(row, code, "more_than_collected", f"{transactions} of {collections}")
    return (
        code[:60], unit_id, name[:200], int(reason is None), int(in_use),
        _last_period(taking, row, code, cell("last_period")), transactions, collections,
        str(state or UNKNOWN), "", taking.day, taking.delivery_id,
    )  # fmt: skip


def _last_period(taking: Taking, row: int, code: str, text: str) -> int | None:
    """The end of the fee period last collected: of a month or a quarter, or a day."""
    if not text:
        return None
    try:
        period = parse_period(text)
        ends, too_early = period.ends, period.begins > _next_month(taking.day)
    except BadValue:
        moment = taking.moment(row, code, "last_period", text, end_of_day=True)
        if moment is None:
            return None
        ends, too_early = moment, moment > taking.day_end
    if too_early:
        taking.flag(row, code, "future_date")
        return None
    return ends


def _next_month(day: int) -> int:
    """The first moment of the month after a day's: its fees may be collected already."""
    year, month = divmod(day // 100 // 100 * 12 + day // 100 % 100, 12)
    return (year * 10_000 + (month + 1) * 100 + 1) * 1_000_000


def _flag_missing(taking: Taking) -> None:
    """The schools of the organisation that the day's list does not name."""
    named = set(taking.tx.scalars(select(SchoolRow.unit_id)))
    for unit in taking.units.units.values():
        if unit.kind is UnitKind.SCHOOL and unit.id not in named:
            taking.flag(0, unit.slug, "school_missing", unit.name)
