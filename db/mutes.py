"""Which alerts are silenced, by whom and until when?

A silence keeps its start for ever. When its end has passed it is over: it cannot be moved to life
again, a new silence is a new row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from db.engine import new_id
from db.records import Mute
from db.tables import MuteRow, PersonRow

A_DAY = timedelta(days=1)


def add(
    tx: Connection,
    *,
    reason: str,
    by: int,
    starts_at: datetime,
    ends_at: datetime,
    alert_id: int | None = None,
    unit_id: int | None = None,
    target: str | None = None,
    document: str | None = None,
) -> int:
    """Silences an alert, a target (in one unit or in all) or a whole unit; answers its number.

    Raises ValueError where it names nothing, or an alert and something else, or ends too early.
    """
    if (alert_id is None) == (unit_id is None and target is None):
        raise ValueError("a silence is of one alert, or else of a target, a unit or both")
    if ends_at <= starts_at:
        raise ValueError("a silence ends after it starts")
    values = {
        "reason": reason, "by": by, "starts_at": starts_at, "ends_at": ends_at,
        "alert_id": alert_id, "unit_id": unit_id, "target": target, "document": document,
    }  # fmt: skip
    return new_id(tx.execute(insert(MuteRow).values(**values)))


def move_end(
    tx: Connection, mute_id: int, ends_at: datetime, reason: str, *, now: datetime
) -> bool:
    """Another end for a silence that is in force, and why; its start stays. False where it is over.

    Whoever was reminded of its old end is reminded of the new one.
    """
    moved = tx.execute(
        update(MuteRow)
        .where(MuteRow.id == mute_id, _in_force(now))
        .values(ends_at=ends_at, reason=reason, reminded_at=None)
    )
    return moved.rowcount > 0


def end(tx: Connection, mute_id: int, now: datetime) -> bool:
    """Ends a silence before its time. False where it was over already."""
    ended = tx.execute(
        update(MuteRow).where(MuteRow.id == mute_id, _in_force(now)).values(ended_at=now)
    )
    return ended.rowcount > 0


def mute_by_id(tx: Connection, mute_id: int) -> Mute | None:
    """One silence, over or not."""
    return next(iter(_mutes(tx, MuteRow.id == mute_id)), None)


def active(tx: Connection, now: datetime) -> tuple[Mute, ...]:
    """What is silent at a moment, the first to end first; at its end it is over."""
    return _mutes(tx, _in_force(now))


def since(tx: Connection, first: datetime, now: datetime) -> tuple[Mute, ...]:
    """What was silent at any time from a moment on, over or not, the first to end first."""
    over = func.coalesce(MuteRow.ended_at, MuteRow.ends_at)
    return _mutes(tx, MuteRow.starts_at <= now, over > first)


def to_remind(tx: Connection, now: datetime, *, ahead: timedelta = A_DAY) -> tuple[Mute, ...]:
    """The silences in force that end within so long, and of which nobody was reminded.

    One that was so short from the start is not worth a reminder.
    """
    soon = _mutes(tx, _in_force(now), MuteRow.ends_at <= now + ahead, MuteRow.reminded_at.is_(None))
    return tuple(mute for mute in soon if mute.ends_at - mute.starts_at > A_DAY)


def ended_unsummed(tx: Connection, now: datetime) -> tuple[Mute, ...]:
    """The silences that are over, and of which nobody was told yet what went on meanwhile."""
    over = or_(MuteRow.ended_at.is_not(None), MuteRow.ends_at <= now)
    return _mutes(tx, over, MuteRow.summed_up_at.is_(None))


def was_reminded(tx: Connection, mute_id: int, now: datetime) -> None:
    tx.execute(update(MuteRow).where(MuteRow.id == mute_id).values(reminded_at=now))


def was_summed_up(tx: Connection, mute_id: int, now: datetime) -> None:
    tx.execute(update(MuteRow).where(MuteRow.id == mute_id).values(summed_up_at=now))


def covers(mute: Mute, unit_id: int, target: str, alert_id: int | None) -> bool:
    """Whether a silence is of this alert: of it, of its target, or of its whole unit. Pure."""
    if mute.alert_id is not None:
        return mute.alert_id == alert_id
    return mute.unit_id in (None, unit_id) and mute.target in (None, target)


# --- how it is kept -------------------------------------------------------------------------------


def _in_force(now: datetime) -> ColumnElement[bool]:
    return and_(MuteRow.ended_at.is_(None), MuteRow.starts_at <= now, MuteRow.ends_at > now)


def _mutes(tx: Connection, *conditions: ColumnElement[bool]) -> tuple[Mute, ...]:
    names: list[Any] = [
        getattr(MuteRow, name) for name in Mute.__dataclass_fields__ if name != "by_name"
    ]
    rows = tx.execute(
        select(*names, PersonRow.name.label("by_name"))
        .join(PersonRow, PersonRow.id == MuteRow.by)
        .where(*conditions)
        .order_by(MuteRow.ends_at, MuteRow.id)
    )
    return tuple(Mute(**row._mapping) for row in rows)
