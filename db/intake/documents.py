"""What does a row of the document system's list mean? Secret documents stop at this door.

Rules: domain reference 1.11. Of a secret row nothing is kept but that there was one; subjects and
the names of citizens are never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from db.intake.refusals import BadValue
from db.intake.taking import Table, Taking
from db.intake.values import parse_yes_no
from db.intake.writing import Upsert, write_rows
from db.names import fold

COLUMNS = (
    "unit_id", "number", "issued", "receiver", "counts", "electronic", "signed", "sent", "year",
    "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="documents", columns=COLUMNS, key=("unit_id", "number", "issued", "receiver"))
# A stamp in the note or the number: MẬT, TỐI MẬT, TUYỆT MẬT, (TM), "độ A".
_STAMP = re.compile(r"(?<![^\W_])(MẬT|TM|TuM|T\.M)(?![^\W_])|độ\s*(mật|A|B|C)(?![^\W_])")
AGENCY = "agency"
GONE = frozenset({"recalled", "draft"})


def is_secret(taking: Taking, cells: list[str], place: dict[str, int]) -> bool:
    """Whether the row bears any mark of secrecy; a blank mark is none, an unknown one is."""
    mark = cells[place["secrecy"]] if "secrecy" in place else ""
    if mark and taking.words.tables["secrecies"].get(fold(mark)) != "none":
        return True
    return any(
        _STAMP.search(cells[place[column]]) is not None
        for column in ("note", "number")
        if column in place
    )


def hidden_columns(
    taking: Taking, cells: list[str], place: dict[str, int]
) -> frozenset[str] | None:
    """What the archive may not keep: all of a secret row, the name of a private receiver."""
    if is_secret(taking, cells, place):
        return None
    kind = cells[place["receiver_kind"]] if "receiver_kind" in place else ""
    official = taking.words.tables["receiver_kinds"].get(fold(kind)) == AGENCY
    return frozenset() if official else frozenset({"receiver"})


def load(taking: Taking, body: Table) -> None:
    rows = {}
    for row, values in _rows(taking, body):
        key = values[:4]
        if key in rows:
            taking.dropped["duplicate"] += 1
            taking.flag(row, values[1], "duplicate")
        rows[key] = values
    taking.loaded = write_rows(taking.tx, UPSERT, rows.values())


def _rows(taking: Taking, body: Table) -> Iterator[tuple[int, tuple[Any, ...]]]:
    place = body.columns
    tables = taking.words.tables
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        if is_secret(taking, cells, place):
            taking.dropped["secret"] += 1
            continue

        def cell(column: str, cells: list[str] = cells) -> str:
            return cells[place.get(column, -1)]

        if tables["exchange_states"].get(fold(cell("exchange_state"))) in GONE:
            taking.dropped["recalled"] += 1
            continue
        number = cell("number")
        if not number:
            taking.reject(row, "number", "", "the document's number is empty")
            continue
        unit_id = taking.own_unit(row, cell("unit"))
        if unit_id is None:
            continue
        issued = taking.moment(row, number, "issued", cell("issued"))
        if issued is None:
            taking.reject(row, "issued", cell("issued"), "the day of issue is not a date")
            continue
        taking.units_seen.add(unit_id)
        sender = taking.who_did(cell("unit"), unit_id, issued)
        kind = taking.meaning(row, number, "receiver_kinds", cell("receiver_kind"), "unknown_kind")
        form = taking.meaning(row, number, "forms", cell("form"), "unknown_form")
        sent = taking.moment(row, number, "sent", cell("sent"))
        signed = _signed(cell("signed"))
        counts, mark = int(kind == AGENCY), ""
        for flag, holds in (
            ("future_date", issued > taking.day_end),
            ("before_the_unit", sender is None),
            ("impossible_order", sent is not None and sent < issued),
        ):
            if holds:
                counts, mark = 0, mark or flag
                taking.flag(row, number, flag)
        if counts and form == "both":
            mark = "paper_beside"  # it counts all the same: `why` tells how many are so
            taking.flag(row, number, mark)
        if counts and form in ("electronic", "both") and not signed:
            taking.flag(row, number, "not_signed")
        yield (
            row,
            (
                sender or unit_id, number[:80], issued,
                fold(cell("receiver"))[:120] if counts else "", counts,
                int(form in ("electronic", "both")), int(signed), sent,
                taking.reporting_year.of_wall(min(issued, taking.day_end)), mark, taking.day,
                taking.delivery_id,
            ),
        )  # fmt: skip


def _signed(text: str) -> bool:
    try:
        return bool(parse_yes_no(text))
    except BadValue:
        return False
