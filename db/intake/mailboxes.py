"""What does a row of the mail console's list mean? The list of each unit replaces its last one.

Rules: domain reference 1.12. Names of people are read by nobody here; only the address is kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from sqlalchemy import delete, select

from db.indicators import DAY
from db.intake.moments import parse_moment
from db.intake.refusals import BadValue
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.names import fold
from db.tables import MailboxRow

COLUMNS = (
    "address", "local_part", "unit_id", "active", "created", "last_used", "absent_from",
    "absent_to", "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="mailboxes", columns=COLUMNS, key=("address",))
FOR_EVER = 99991231235959
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}")
LEFT = "left"  # retired or moved: to be withdrawn, but counted until it is locked


def load(taking: Taking, body: Table) -> None:
    by_unit: defaultdict[int, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        values = _row(taking, row, cells, body.columns)
        if values is None:
            continue
        address, unit_id = values[0], values[2]
        if any(address in known for known in by_unit.values()):
            taking.dropped["duplicate"] += 1
            taking.flag(row, address, "duplicate")
        by_unit[unit_id][address] = values
    for unit_id, mailboxes in by_unit.items():
        newest = taking.tx.scalar(
            select(MailboxRow.day).where(MailboxRow.unit_id == unit_id, MailboxRow.day > taking.day)
        )
        if newest is not None:
            taking.dropped["older_than_what_is_known"] += len(mailboxes)
            continue
        taking.tx.execute(delete(MailboxRow).where(MailboxRow.unit_id == unit_id))
        taking.loaded += write_rows(taking.tx, UPSERT, mailboxes.values())


def _row(
    taking: Taking, row: int, cells: list[str], place: dict[str, int]
) -> tuple[Any, ...] | None:
    def cell(column: str) -> str:
        return cells[place.get(column, -1)]

    address = cell("address").lower()
    if not _ADDRESS.fullmatch(address):
        shown = f"'{address[:80]}' is not an address (write name.office@tphcm.gov.vn)"
        taking.reject(row, "address", address, shown if address else "the address is empty")
        return None
    unit_id = taking.own_unit(row, cell("unit"))
    if unit_id is None:
        return None
    taking.units_seen.add(unit_id)
    state = taking.meaning(row, address, "states", cell("state"), "unknown_state")
    used = [
        taking.moment(row, address, column, cell(column)) for column in ("last_used", "last_sent")
    ]
    last_used = max((m for m in used if m is not None), default=None)
    if last_used is not None and last_used > taking.day_end:
        taking.flag(row, address, "future_date")
        last_used = None
    absent_from, absent_to, flags = _absence(taking, row, address, cell("absence"))
    return (
        address, address.partition("@")[0], unit_id, int(state != "locked"),
        taking.moment(row, address, "created", cell("created")), last_used, absent_from, absent_to,
        flags, taking.day, taking.delivery_id,
    )  # fmt: skip


def hidden_columns(
    taking: Taking, cells: list[str], place: dict[str, int]
) -> frozenset[str] | None:
    """A reason of absence that is not recognised decides nothing, and may be an illness."""
    text = cells[place["absence"]] if "absence" in place else ""
    known = not text or taking.words.meaning_at_start("absences", text) is not None
    return frozenset() if known else frozenset({"absence"})


def _absence(
    taking: Taking, row: int, address: str, text: str
) -> tuple[int | None, int | None, str]:
    """The days for which the owner is excused, and what is to be noted of it."""
    if not text:
        return None, None, ""
    folded = fold(text)
    kinds = [
        kind for words, kind in taking.words.tables["absences"].items() if folded.startswith(words)
    ]
    if not kinds:
        taking.flag(row, address, "absence_not_recognised")
        return None, None, ""
    if LEFT in kinds:
        return None, None, "to_withdraw"
    try:
        days = [parse_moment(found) or 0 for found in _DATE.findall(text)[:2]]
    except BadValue:
        taking.flag(row, address, "bad_date:absence")
        return None, None, ""
    first = days[0] if days else 0
    last = days[1] // DAY * DAY + 235959 if len(days) > 1 else FOR_EVER
    return first, last, ""
