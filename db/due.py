"""Which queued messages may be sent now, and which of them wait for another moment?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from db.tables import OutboxRow


def is_due(now: datetime) -> ColumnElement[bool]:
    """It is not settled, its time has come, and nobody is sending it."""
    return and_(OutboxRow.settled_at.is_(None), OutboxRow.not_before <= now, _is_free(now))


def due_since(tx: Connection, now: datetime) -> dict[int, datetime]:
    """What waits to be sent and is due: message -> from when on it was."""
    rows = tx.execute(select(OutboxRow.id, OutboxRow.not_before).where(is_due(now)))
    return {row.id: row.not_before for row in rows}


def postpone(tx: Connection, ids: Sequence[int], now: datetime, until: datetime) -> None:
    """These messages wait until that moment, unless somebody is sending them just now."""
    if ids:
        these = OutboxRow.id.in_(list(ids))
        tx.execute(update(OutboxRow).where(these, is_due(now)).values(not_before=until))


def waiting(tx: Connection) -> int:
    """How many messages are not settled yet."""
    counted = select(func.count()).select_from(OutboxRow).where(OutboxRow.settled_at.is_(None))
    return int(tx.execute(counted).scalar_one())


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until <= now)
