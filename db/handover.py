"""What becomes of the open files of a unit that has ended? Its heir answers for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, case, or_, select, update

from db import successions
from db.tables import ComplaintRow, DossierRow, UnitRow

# Not ended: the clock runs, or waits for the citizen or for a due date.
_OPEN_DOSSIER = and_(
    DossierRow.finished.is_(None),
    DossierRow.returned.is_(None),
    or_(DossierRow.running == 1, DossierRow.left_out.in_(("paused", "no_due_date"))),
)
_OPEN_COMPLAINT = and_(
    ComplaintRow.decided.is_(None),
    or_(ComplaintRow.running == 1, ComplaintRow.left_out == "paused"),
)


def hand_over(tx: Connection, day: date) -> int:
    """Gives what ended units have left open on a day to their heirs; answers how many rows.

    Due dates stay, and what had ended stays with who ended it (domain reference 3.5). An export
    that names another holder later is followed.
    """
    ended = set(tx.scalars(select(UnitRow.id).where(UnitRow.valid_to < day)))
    if not ended:
        return 0
    moved = 0
    for table, columns, is_open in (
        (DossierRow, (DossierRow.unit_id, DossierRow.owner_id), _OPEN_DOSSIER),
        (ComplaintRow, (ComplaintRow.unit_id,), _OPEN_COMPLAINT),
    ):
        held = tx.execute(select(*columns).where(is_open).distinct()).all()
        left = ended & {unit_id for row in held for unit_id in row}
        moved += _move(tx, table, columns, is_open, successions.heirs(tx, sorted(left), day))
    return moved


def _move(
    tx: Connection, table: Any, columns: tuple[Any, ...], is_open: Any, heirs: dict[int, int]
) -> int:
    if not heirs:
        return 0
    ended = list(heirs)
    done = tx.execute(
        update(table)
        .where(is_open, or_(*(column.in_(ended) for column in columns)))
        .values({column: case(heirs, value=column, else_=column) for column in columns})
    )
    return int(done.rowcount)
