"""What does a row of the apology-letters book mean, and whose dossier is each letter for?

Rules: domain reference 1.10 (Decision 5157/QĐ-UBND: what a letter holds, at the latest on the due
day) and 4.2.3 (two letters for one dossier, oral apologies, chat apps, orphans).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select, text

from db.indicators import DAY
from db.intake.codes import clean_code, code_day
from db.intake.refusals import BadValue
from db.intake.taking import Table, Taking
from db.intake.writing import Upsert, write_rows
from db.names import fold
from db.tables import DossierRow, LetterRow

COLUMNS = (
    "code", "number", "written", "due_again", "complete", "flags", "day", "delivery_id",
)  # fmt: skip
UPSERT = Upsert(table="letters", columns=COLUMNS, key=("code", "number"))
SPOKEN = frozenset({"in_person", "telephone"})  # an apology that has no paper, and so no number
CHUNK = 500

# 1: complete and in time, 2: complete but after the due day, 3: only incomplete ones, 0: none.
SETTLE = """
UPDATE dossiers SET letter = found.letter
FROM (SELECT d.id AS id,
             MIN(CASE WHEN l.complete = 0 THEN 3
                      WHEN d.deadline IS NOT NULL AND l.written / 1000000 <= d.deadline / 1000000
                      THEN 1 ELSE 2 END) AS letter
      FROM letters l JOIN dossiers d ON d.code = l.code
      GROUP BY d.id) AS found
WHERE dossiers.id = found.id AND dossiers.letter <> found.letter
"""


def settle_letters(tx: Connection) -> None:
    """Marks each dossier with the best of its letters; after every file of dossiers or letters."""
    tx.execute(text(SETTLE))


def load(taking: Taking, body: Table) -> None:
    rows = list(_rows(taking, body))
    _note_offices(taking, {values[0] for _, values in rows})
    taking.loaded = write_rows(taking.tx, UPSERT, [values for _, values in rows])
    _flag_orphans(taking, [(row, values[0]) for row, values in rows])
    _flag_late_ones(taking, rows)
    _flag_second_appointments(taking, [(row, values[0]) for row, values in rows])


def _rows(taking: Taking, body: Table) -> Iterator[tuple[int, tuple[Any, ...]]]:
    place = body.columns
    for row, cells in body:
        cells.append("")
        taking.rows += 1

        def cell(column: str, cells: list[str] = cells) -> str:
            return cells[place.get(column, -1)]

        try:
            code, well_formed = clean_code(cell("code"))
        except BadValue as bad:
            taking.reject(row, "code", cell("code"), bad.reason)
            continue
        if not code:
            taking.reject(row, "code", "", "the dossier's code is empty")
            continue
        flags = [] if well_formed else ["odd_code"]
        written = taking.moment(row, code, "day", cell("day"))
        if written is None:
            written = taking.moment(row, code, "sent", cell("sent"))
        due_again = taking.moment(row, code, "due_again", cell("due_again"), end_of_day=True)
        form = taking.words.tables["forms"].get(fold(cell("form")))
        number = cell("number")
        if not number:
            flags.append("no_number")
            spoken = written is not None and form in SPOKEN
            number = f"oral:{written // DAY}" if spoken and written else f"row:{row}"
        if form == "chat":
            flags.append("chat_app")
        # What a letter must hold; an apology spoken in person has no number, and counts.
        missing = [
            name
            for name, held in (
                ("number", cell("number") or form in SPOKEN),
                ("day", written),
                ("reason", cell("reason")),
                ("due_again", due_again),
                ("signer", cell("signer") or "signer" not in place),
            )
            if not held
        ]
        if missing:
            flags.append("incomplete")
        for flag in flags:
            taking.flag(row, code, flag, ", ".join(missing) if flag == "incomplete" else "")
        if (written or 0) > taking.day_end:
            taking.flag(row, code, "future_date")
            missing.append("future_date")
        yield (
            row,
            (
                code, number[:80], written, due_again, int(not missing), " ".join(flags),
                taking.day, taking.delivery_id,
            ),
        )  # fmt: skip


def _note_offices(taking: Taking, codes: set[str]) -> None:
    """Whose letters the book holds: by the office in each dossier's code, which stands there before
    any export has named the dossier; a number on paper says only by its dossier whose it is.
    """
    on_paper = set()
    for code in codes:
        office, day, _ = code.rpartition("-")[0].rpartition("-")
        if day and code_day(code) is not None:
            taking.named.add(office)
        else:
            on_paper.add(code)
    asked = select(DossierRow.code, DossierRow.unit_id, DossierRow.received_by)
    ordered = sorted(codes)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        for code, *units in taking.tx.execute(asked.where(DossierRow.code.in_(part))):
            taking.units_seen.update(units)
            if code in on_paper:
                taking.named.add(str(units[0]))


def _flag_orphans(taking: Taking, rows: Sequence[tuple[int, str]]) -> None:
    """Letters for dossiers that no export has named (yet)."""
    known: set[str] = set()
    codes = sorted({code for _, code in rows})
    for start in range(0, len(codes), CHUNK):
        part = codes[start : start + CHUNK]
        known |= set(taking.tx.scalars(select(DossierRow.code).where(DossierRow.code.in_(part))))
    for row, code in rows:
        if code not in known:
            taking.flag(row, code, "orphan", "no dossier has this code")


def _flag_late_ones(taking: Taking, rows: Sequence[tuple[int, tuple[Any, ...]]]) -> None:
    """Letters after the due day: they count, and are called late."""
    written_at, complete_at = COLUMNS.index("written"), COLUMNS.index("complete")
    deadlines: dict[str, int] = {}
    codes = sorted({values[0] for _, values in rows})
    for start in range(0, len(codes), CHUNK):
        known = select(DossierRow.code, DossierRow.deadline).where(
            DossierRow.code.in_(codes[start : start + CHUNK]), DossierRow.deadline.is_not(None)
        )
        deadlines |= {row.code: row.deadline for row in taking.tx.execute(known)}
    for row, values in rows:
        written, deadline = values[written_at], deadlines.get(values[0])
        late = written is not None and deadline is not None and written // DAY > deadline // DAY
        if late and values[complete_at]:
            taking.flag(row, values[0], "after_the_due_day")


def _flag_second_appointments(taking: Taking, rows: Sequence[tuple[int, str]]) -> None:
    """A dossier may be given a new appointment once (Decree 61/2018, as practised)."""
    codes = sorted({code for _, code in rows})
    several: set[str] = set()
    for start in range(0, len(codes), CHUNK):
        part = codes[start : start + CHUNK]
        counted = (
            select(LetterRow.code)
            .where(LetterRow.code.in_(part))
            .group_by(LetterRow.code)
            .having(text("COUNT(*) > 1"))
        )
        several |= set(taking.tx.scalars(counted))
    last = {code: row for row, code in rows if code in several}
    for code, row in last.items():
        taking.flag(row, code, "second_reappointment")
