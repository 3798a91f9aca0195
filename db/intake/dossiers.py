"""What does a row of the one-stop software's export mean? One row is one dossier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, text

from db.calendar_days import clock_stops, stop_book
from db.indicators import DAY, date_of
from db.intake.codes import clean_code, code_day
from db.intake.moments import is_month_first, parse_moment
from db.intake.moved import AT_THE_END, settle_moved
from db.intake.naming import Names
from db.intake.owners import Owners
from db.intake.pauses import REMEMBER, REMEMBER_OLDER, told
from db.intake.refusals import BadValue
from db.intake.settling import (
    IN_PROGRESS,
    STOPPED,
    WITHDRAWN,
    returned_at_the_end,
    settle,
)
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.names import fold
from db.tables import DossierRow

COLUMNS = (
    "code", "paper_unit_id", "unit_id", "owner_id", "received_by", "holder", "field_id",
    "procedure_id", "channel", "received", "due_first", "due", "due_again", "deadline",
    "pause_from", "pause_to", "finished", "returned", "status", "handler", "year", "on_time",
    "late", "running", "resolved", "online", "paid", "left_out", "flags",
    "first_day", "day", "delivery_id",
)  # fmt: skip
RESOLVED = frozenset({None, "no_due_date"})  # a finish under these has resolved the dossier
ONLINE = 2  # of the national portal's channels, as words.toml numbers them
ORDINARY = frozenset({"paused", "no_due_date", "not_accepted"})  # reasons that need no flag
BACKWARDS = "status_backwards"
_KEPT_FROM_THE_FIRST = ("code", "paper_unit_id", "due_first", "first_day", "flags")

# The first due date ever seen stays, and so do pauses that another one displaces; what hangs on
# them is settled again. Of two rows of one file the more advanced one stays.
UPSERT = Upsert(
    table="dossiers",
    columns=COLUMNS,
    key=("code", "paper_unit_id"),
    changes=(
        *(f"{c} = excluded.{c}" for c in COLUMNS if c not in _KEPT_FROM_THE_FIRST),
        # An ended dossier that is open again: taken as it is now, and looked into.
        f"flags = CASE WHEN dossiers.status >= {WITHDRAWN} AND excluded.status < {WITHDRAWN}"
        f" THEN TRIM(excluded.flags || ' {BACKWARDS}') ELSE excluded.flags END",
        "due_first = COALESCE(dossiers.due_first, excluded.due_first)",
        REMEMBER,
    ),
    rank=("status", "finished"),
)


def load(taking: Taking, body: Table) -> None:
    """Loads the rows; afterwards settles what moved and finds duplicates."""
    rows: Iterator[tuple[Any, ...]] = _rows(taking, body)
    if taking.older:
        rows = _with_older_facts(taking, rows)
    taking.loaded = write_rows(taking.tx, UPSERT, rows)
    settle_moved(taking)
    _note_backwards(taking)
    if not taking.older:
        _note_duplicates(taking)


def _with_older_facts(taking: Taking, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """An old file that comes late tells of earlier due dates than those taken for the first, and of
    pauses that nobody has told of.
    """
    sql = text(
        "UPDATE dossiers SET due_first = :due, first_day = :day"
        " WHERE code = :code AND paper_unit_id = :paper AND first_day > :day"
    )
    due_at, start_at, end_at = (COLUMNS.index(name) for name in ("due", "pause_from", "pause_to"))
    for row in rows:
        which = {"day": taking.day, "code": row[0], "paper": row[1]}
        if row[due_at] is not None:
            taking.tx.execute(sql, {"due": row[due_at], **which})
        if (start := row[start_at]) is not None:
            kept = f" {told(taking.day, start, row[end_at])}"
            taking.tx.execute(text(REMEMBER_OLDER), {"told": kept, "start": start, **which})
        yield row


def _rows(taking: Taking, body: Table) -> Iterator[tuple[Any, ...]]:
    """One tuple a dossier, in the order of COLUMNS. The hot loop: a few microseconds a row."""
    place = body.columns
    at_code, at_unit, at_status = place["code"], place["unit"], place.get("status", -1)
    at_field, at_procedure = place.get("field", -1), place.get("procedure", -1)
    at_procedure_code, at_holder = place.get("procedure_code", -1), place.get("holder", -1)
    at_channel, at_handler = place.get("channel", -1), place.get("handler", -1)
    at_received, at_due = place.get("received", -1), place.get("due", -1)
    at_again, at_pause = place.get("due_again", -1), place.get("pause_from", -1)
    at_resumed, at_finished = place.get("pause_to", -1), place.get("finished", -1)
    at_returned = place.get("returned", -1)
    statuses, channels = taking.words.tables["statuses"], taking.words.tables["channels"]
    payments, at_paid = taking.words.tables["payments"], place.get("payment", -1)
    owners = Owners(taking)
    names = Names(taking.tx)
    owned, fields, procedures = owners.known, names.fields_by_text, names.procedures
    channel_of: dict[str, int | None] = {}

    def channel(text_: str) -> int | None:
        found = channels.get(fold(text_))
        channel_of[text_] = found if isinstance(found, int) else None
        return channel_of[text_]

    paid_of: dict[str, int] = {}

    def paid(text_: str) -> int:
        paid_of[text_] = int(payments.get(fold(text_)) == "electronic")
        return paid_of[text_]

    calendar, day, day_end = taking.calendar, taking.day, taking.day_end
    stops = stop_book(clock_stops(taking.tx))
    everywhere, stops_of = stops.everywhere, stops.of_units
    delivery_id = taking.delivery_id
    status_of: dict[str, Any] = {}
    working: dict[int, bool] = {}
    began = taking.units.began
    find_unit, seen, flag = taking.units.find_id, taking.units_seen, taking.flag

    for row, cells in body:
        # A column that the file lacks reads as an empty cell.
        cells.append("")
        taking.rows += 1
        try:
            code, well_formed = clean_code(cells[at_code])
        except BadValue as bad:
            taking.reject(row, "code", cells[at_code], bad.reason)
            continue
        if not code:
            taking.reject(row, "code", "", "the dossier's code is empty")
            continue
        unit_id = find_unit(cells[at_unit])
        if unit_id is None:
            taking.own_unit(row, cells[at_unit])
            continue
        flags = ""
        if not well_formed:
            flags = "odd_code"
            flag(row, code, "odd_code")
        seen.add(unit_id)

        # Spelled out, not looped over: this is where an import spends its time.
        try:
            received = parse_moment(cell) if (cell := cells[at_received]) else None
            due = parse_moment(cell, end_of_day=True) if (cell := cells[at_due]) else None
            due_again = parse_moment(cell, end_of_day=True) if (cell := cells[at_again]) else None
            pause_from = parse_moment(cell) if (cell := cells[at_pause]) else None
            pause_to = parse_moment(cell) if (cell := cells[at_resumed]) else None
            finished = parse_moment(cell) if (cell := cells[at_finished]) else None
            returned = parse_moment(cell) if (cell := cells[at_returned]) else None
            # Day and month may be swapped: the code says which it was.
            agrees = not well_formed or received is None or received // DAY == code_day(code)
        except BadValue:
            agrees = False
        if not agrees:
            received, due, due_again, pause_from, pause_to, finished, returned = _moments_again(
                taking, row, code, cells, place
            )

        word = cells[at_status]
        if (status := status_of.get(word, 0)) == 0:
            status = status_of[word] = statuses.get(fold(word))
        if status is None:
            taking.meaning(row, code, "statuses", word, "unknown_status")
            status = IN_PROGRESS

        if (found := owned.get((unit_id, cells[at_holder]))) is None:
            found = owners.decide(unit_id, cells[at_holder])
        counted, owner, holder, unknown = found
        if unknown:
            flag(row, code, "unknown_holder", holder or "")
        deadline, year, on_time, late, running, left_out = settle(
            status=status, received=received, due_first=due, pause_from=pause_from,
            pause_to=pause_to, finished=finished or returned, day_end=day_end, calendar=calendar,
            stops=stops_of.get(counted, everywhere),
        )  # fmt: skip
        cell = cells[at_channel]
        by_channel = channel_of[cell] if cell in channel_of else channel(cell)
        cell = cells[at_paid]
        is_paid = paid_of[cell] if cell in paid_of else paid(cell)
        if unit_id in began and (ended := finished or returned) is not None:
            then, why = owners.of_finished(code, cells[at_unit], unit_id, ended)
            if then is not None:
                counted = owner = then
            elif why is not None and left_out is None:
                on_time, late, left_out = 0, 0, why
        if status == STOPPED and returned_at_the_end(
            status=status, on_time=on_time, received=received, ended=finished or returned,
            deadline=deadline, calendar=calendar,
        ):  # fmt: skip
            flags = f"{flags} {AT_THE_END}".strip()
            flag(row, code, AT_THE_END)
        if left_out is not None and left_out not in ORDINARY:
            flags = f"{flags} {left_out}".strip()
            flag(row, code, left_out)
        if due is not None:
            due_day = due // DAY
            if due_day not in working:
                working[due_day] = calendar.is_working(date_of(due_day))
            if not working[due_day]:
                flag(row, code, "due_on_a_day_off")
        yield (
            code,
            0 if well_formed else unit_id if unit_id not in began
            else owners.paper_unit(code, unit_id, received),
            counted, owner, unit_id, holder,
            fields.get(cells[at_field]) or names.field(cells[at_field]),
            procedures.get((cells[at_procedure_code], cells[at_procedure]))
            or names.procedure(cells[at_procedure_code], cells[at_procedure]),
            by_channel,
            received, due, due, due_again, deadline,
            pause_from, pause_to, finished, returned, status, cells[at_handler][:40] or None, year,
            on_time, late, running, int(left_out in RESOLVED and bool(finished or returned)),
            int(by_channel == ONLINE), is_paid, left_out, flags, day, day, delivery_id,
        )  # fmt: skip


def _moments_again(
    taking: Taking, row: int, code: str, cells: list[str], place: dict[str, int]
) -> list[int | None]:
    """The seven moments with the code's day as a hint; a cell that is no date leaves a flag."""
    hint = code_day(code)
    # A row written month first is so in all its cells; its receipt and the code's day tell.
    month_first = is_month_first(cells[place.get("received", -1)], hint)
    return [
        taking.moment(
            row, code, column, cells[place.get(column, -1)], month_first=month_first,
            hint=hint if column == "received" else None, end_of_day=column.startswith("due"),
        )
        for column in (
            "received", "due", "due_again", "pause_from", "pause_to", "finished", "returned",
        )
    ]  # fmt: skip


def _note_backwards(taking: Taking) -> None:
    """Dossiers that had ended and are open again in this file."""
    table = DossierRow.__table__
    ended = select(table.c.code).where(
        table.c.delivery_id == taking.delivery_id, table.c.flags.like(f"%{BACKWARDS}%")
    )
    for code in taking.tx.scalars(ended):
        taking.flag(0, code, BACKWARDS)


def _note_duplicates(taking: Taking) -> None:
    """Rows of the file that named a dossier twice: fewer dossiers than rows carry its mark."""
    kept = taking.tx.scalar(
        text("SELECT COUNT(*) FROM dossiers WHERE delivery_id = :d"), {"d": taking.delivery_id}
    )
    if kept is not None and kept < taking.loaded:
        taking.dropped["duplicate"] += taking.loaded - kept
        taking.loaded = kept
