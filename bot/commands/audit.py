"""What does the command line say of the ledger of notices: is it whole, and what stands in it?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from alerts.house import House
from bot.commands.answers import unit_named
from bot.commands.options import WrongUse
from bot.commands.shapes import moment_text
from db import audit, contacts, units
from db.audit import UNREADABLE, AuditEntry
from db.engine import reading

COLUMNS = ("row", "at", "kind", "unit", "person", "alert", "message", "detail")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would reckon with such a cell


def verified(house: House) -> dict[str, Any]:
    """The contract's `audit verify --json`, and the newest hash to keep elsewhere."""
    with reading(house.engine) as tx:
        found = audit.verify(tx)
    return {
        "rows": found.rows,
        "intact": found.intact,
        "first_bad": found.first_bad,
        "newest": found.newest or None,
    }


def verified_lines(document: dict[str, Any]) -> Iterator[str]:
    if document["intact"]:
        yield f"intact: {document['rows']} rows, the newest hash is {document['newest'] or 'none'}"
    else:
        yield f"NOT intact: row {document['first_bad']} does not fit ({document['rows']} do)"


def exported(house: House, words: str | None, month: str | None) -> list[dict[str, Any]]:
    """The rows of a unit (all units: None) and a month (`2021-03`; all: None), oldest first.

    Names of people stand as they are known today; a row that cannot be read stands as it is
    stored (`kind` unreadable). Raises NotFound, WrongUse (the month).
    """
    first, before = _month(house, month) if month else (None, None)
    with reading(house.engine) as tx:
        unit = unit_named(house, tx, words, None) if words is not None else None
        names, slugs = contacts.names(tx), units.slugs(tx)
        entries = audit.entries(tx, first, before, unit.id if unit else None)
        return [_row(house, entry, slugs, names) for entry in entries]


def unreadable(rows: list[dict[str, Any]]) -> str | None:
    """One sentence of the rows that cannot be read; None: all can."""
    torn = [str(row["row"]) for row in rows if row["kind"] == UNREADABLE]
    if not torn:
        return None
    some = ", ".join(torn[:10]) + (f" and {len(torn) - 10} more" if len(torn) > 10 else "")
    return (
        f"cannot be read, so exported as it is stored: row {some}"
        " (dunghen audit verify names the first row that was changed)"
    )


def as_csv(rows: list[dict[str, Any]]) -> str:
    """The rows for a spreadsheet: UTF-8 with a mark, no cell that it would take for a formula."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        detail = json.dumps(row["detail"], ensure_ascii=False, sort_keys=True)
        cells = [*(row[name] for name in COLUMNS[:-1]), detail]
        writer.writerow(_plain(cell) for cell in cells)
    return text.getvalue()


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _month(house: House, text: str) -> tuple[datetime, datetime]:
    """The first moment of a month, and that of the next. Raises WrongUse."""
    try:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=house.zone)
    except ValueError:
        raise WrongUse(f"'{text}' is not a month (write --month 2021-03)") from None
    year, month = divmod(first.year * 12 + first.month, 12)
    return first, first.replace(year=year, month=month + 1)


def _row(
    house: House, entry: AuditEntry, slugs: dict[int, str], names: dict[int, str]
) -> dict[str, Any]:
    return {
        "row": entry.id,
        "at": moment_text(entry.at, house.zone),
        "kind": entry.kind,
        "unit": _named(slugs, entry.unit_id),
        "person": _named(names, entry.person_id),
        "alert": entry.alert_id,
        "message": entry.outbox_id,
        "detail": dict(entry.detail),
    }


def _named(names: Mapping[int, str], number: int | None) -> str | None:
    """The name of a number; of one that nobody has, the number."""
    return names.get(number, f"({number})") if number is not None else None
