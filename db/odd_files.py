"""In which of the files that came lately is something odd that was not in the one before?"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from db.indicators import date_of, day_of
from db.intake.ledger import GOOD
from db.records import OddFile
from db.tables import DeliveryRow


def odd_files(tx: Connection, first: date, last: date) -> tuple[OddFile, ...]:
    """The good files of those days, as they came; without those in which nothing new is odd."""
    rows = tx.execute(
        select(
            DeliveryRow.id, DeliveryRow.source, DeliveryRow.file, DeliveryRow.day,
            DeliveryRow.rows, DeliveryRow.news,
        )
        .where(
            DeliveryRow.day >= day_of(first), DeliveryRow.day <= day_of(last),
            DeliveryRow.outcome.in_(GOOD), DeliveryRow.source.is_not(None),
        )
        .order_by(DeliveryRow.id)
    )  # fmt: skip
    return tuple(
        OddFile(
            delivery_id=row.id, source=str(row.source), file=row.file, day=date_of(row.day),
            rows=row.rows, news=row.news,
        )
        for row in rows
        if row.news
    )  # fmt: skip
