"""Which days are not as the public calendar says, when did clocks stop, and who said so?"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from db.engine import new_id
from db.indicators import date_of, day_of
from db.intake.settling import Stops, apart
from db.tables import CalendarChangeRow, CalendarDayRow, CalendarDraftRow, ClockStopRow

DRAFT_BITS = 62
LOCK = 2_610_120_26  # of PostgreSQL: any number that nothing else in this database uses


OF_A_DAY = (CalendarDayRow.kind, CalendarDayRow.note, CalendarDayRow.document)
OF_A_STOP = (
    ClockStopRow.unit_id, ClockStopRow.first_day, ClockStopRow.last_day, ClockStopRow.reason,
    ClockStopRow.document, ClockStopRow.approved_by, ClockStopRow.runs_again,
)  # fmt: skip


class DayKind(StrEnum):
    OFF = "off"
    WORKING = "working"


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedDay:
    """A day off, or a day made up for, that an admin has entered; it wins over every calendar."""

    day: date
    kind: DayKind
    note: str
    document: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockStop:
    """A period that counts in no dossier's time; both ends inclusive."""

    id: int
    unit_id: int | None  # None: the whole district
    first_day: date
    last_day: date
    reason: str
    document: str
    approved_by: str
    created_by: str
    created_at: datetime
    runs_again: date | None = None  # the clock runs from this day on, whatever last_day says

    @property
    def period(self) -> tuple[date, date]:
        """The days on which the clock really stands; first > last where it never stood."""
        if self.runs_again is None:
            return self.first_day, self.last_day
        before = date.fromordinal(self.runs_again.toordinal() - 1)
        return self.first_day, min(self.last_day, before)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change: of a day, or of a stop (a new one has no id yet). None: there is nothing.

    `old` and `new` hold the columns as they are kept, so that an undo is the change turned round.
    """

    day: date | None = None
    stop_id: int | None = None
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None

    def to_payload(self) -> dict[str, Any]:
        day = self.day.isoformat() if self.day else None
        old, new = (None if side is None else dict(side) for side in (self.old, self.new))
        return {"day": day, "stop_id": self.stop_id, "old": old, "new": new}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Change:
        day = payload["day"]
        return cls(**{**payload, "day": date.fromisoformat(day) if day else None})


@dataclass(frozen=True, kw_only=True, slots=True)
class PastChange:
    id: int
    at: datetime
    by: str
    change: Change
    moved: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StopBook:
    """The stops of each unit, as the settling of dossiers asks for them."""

    everywhere: Stops = ()
    of_units: Mapping[int, Stops]

    def of(self, unit_id: int) -> Stops:
        return self.of_units.get(unit_id, self.everywhere)

    @property
    def empty(self) -> bool:
        return not self.everywhere and not self.of_units


def named_days(tx: Connection, year: int | None = None) -> tuple[NamedDay, ...]:
    """All that was entered, or what was entered of a year; by day."""
    query = select(CalendarDayRow.__table__).order_by(CalendarDayRow.day)
    if year is not None:
        query = query.where(CalendarDayRow.day.between(year * 10000, year * 10000 + 9999))
    return tuple(
        NamedDay(**{**row, "day": date_of(row["day"]), "kind": DayKind(row["kind"])})
        for row in tx.execute(query).mappings()
    )


def clock_stops(tx: Connection) -> tuple[ClockStop, ...]:
    """Every stop that was ever entered, by its first day."""
    query = select(ClockStopRow.__table__).order_by(ClockStopRow.first_day, ClockStopRow.id)
    return tuple(
        ClockStop(
            id=row["id"], unit_id=row["unit_id"], first_day=date_of(row["first_day"]),
            last_day=date_of(row["last_day"]), reason=row["reason"], document=row["document"],
            approved_by=row["approved_by"], created_by=row["created_by"],
            created_at=row["created_at"],
            runs_again=date_of(row["runs_again"]) if row["runs_again"] else None,
        )
        for row in tx.execute(query).mappings()
    )  # fmt: skip


def stop_book(stops: tuple[ClockStop, ...]) -> StopBook:
    everywhere = [stop.period for stop in stops if stop.unit_id is None]
    units = {stop.unit_id for stop in stops if stop.unit_id is not None}
    return StopBook(
        everywhere=apart(everywhere),
        of_units={
            unit_id: apart([*everywhere, *(s.period for s in stops if s.unit_id == unit_id)])
            for unit_id in units
        },
    )


def hold_still(tx: Connection, *, changing: bool) -> None:
    """Until the transaction ends nobody else changes the working time (nor, `changing`, uses it).

    An import that settles dossiers by one calendar while another is being entered would leave
    deadlines of the old one. SQLite has one writer at a time anyway.
    """
    if tx.dialect.name == "postgresql":
        how = "pg_advisory_xact_lock" if changing else "pg_advisory_xact_lock_shared"
        tx.execute(text(f"SELECT {how}(:lock)"), {"lock": LOCK})


def present(tx: Connection, change: Change) -> dict[str, Any] | None:
    """What is kept now of the day or stop that a change is about."""
    query: Any
    if change.day is not None:
        query = select(*OF_A_DAY).where(CalendarDayRow.day == day_of(change.day))
    else:
        query = select(*OF_A_STOP).where(ClockStopRow.id == (change.stop_id or 0))
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def store(
    tx: Connection, change: Change, *, by: str, person_id: int | None, now: datetime, moved: int
) -> int:
    """Makes the change and writes it down with its effect; the id of what was written down."""
    stop_id = change.stop_id
    if change.day is not None:
        _store_day(tx, day_of(change.day), change.new, by, now)
    elif change.new is None:
        raise ValueError("a stop is ended, never removed")
    else:
        stop_id = _store_stop(tx, stop_id, change.new, by, now)
    done = tx.execute(
        insert(CalendarChangeRow).values(
            at=now, by=by, person_id=person_id, stop_id=stop_id, moved=moved,
            day=day_of(change.day) if change.day else None,
            old=None if change.old is None else dict(change.old),
            new=None if change.new is None else dict(change.new),
        )
    )  # fmt: skip
    return new_id(done)


def _store_day(
    tx: Connection, day: int, new: Mapping[str, Any] | None, by: str, now: datetime
) -> None:
    tx.execute(delete(CalendarDayRow).where(CalendarDayRow.day == day))
    if new is not None:
        tx.execute(insert(CalendarDayRow).values(day=day, **new, changed_by=by, changed_at=now))


def _store_stop(
    tx: Connection, stop_id: int | None, new: Mapping[str, Any], by: str, now: datetime
) -> int:
    if stop_id is None:
        values = {**new, "created_by": by, "created_at": now}
        return new_id(tx.execute(insert(ClockStopRow).values(**values)))
    ended = new["runs_again"] is not None
    who = {"ended_by": by if ended else None, "ended_at": now if ended else None}
    tx.execute(update(ClockStopRow).where(ClockStopRow.id == stop_id).values(**new, **who))
    return stop_id


def past_change(tx: Connection, change_id: int) -> PastChange | None:
    """A change that was made, as it was written down; None where there is none of that number."""
    its = CalendarChangeRow.id == change_id
    row = tx.execute(select(CalendarChangeRow.__table__).where(its)).mappings().one_or_none()
    if row is None:
        return None
    day = date_of(row["day"]) if row["day"] else None
    change = Change(day=day, stop_id=row["stop_id"], old=row["old"], new=row["new"])
    return PastChange(id=row["id"], at=row["at"], by=row["by"], moved=row["moved"], change=change)


def keep_draft(tx: Connection, person_id: int, change: Change, now: datetime) -> int:
    """Keeps what somebody was asked to confirm, in place of what they were asked before."""
    tx.execute(delete(CalendarDraftRow).where(CalendarDraftRow.person_id == person_id))
    draft_id = secrets.randbits(DRAFT_BITS)
    row = {"person_id": person_id, "change": change.to_payload(), "created_at": now}
    tx.execute(insert(CalendarDraftRow).values(id=draft_id, **row))
    return draft_id


def take_draft(tx: Connection, draft_id: int, person_id: int) -> Change | None:
    """The change that the person confirms, once; None where it is confirmed or given up already."""
    found = tx.execute(
        delete(CalendarDraftRow)
        .where(CalendarDraftRow.id == draft_id, CalendarDraftRow.person_id == person_id)
        .returning(CalendarDraftRow.change)
    ).one_or_none()
    return None if found is None else Change.from_payload(found[0])
