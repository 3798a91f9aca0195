"""Who is away on which days, and who stands in for them?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from db import audit
from db.engine import new_id
from db.records import Absence
from db.tables import AbsenceRow

LONGEST_DAYS = 366

COLUMNS = (
    AbsenceRow.id,
    AbsenceRow.person_id,
    AbsenceRow.first_day,
    AbsenceRow.last_day,
    AbsenceRow.stand_in,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AbsenceRefused:
    """Why an absence was not written down: turned_round, over, too_long, overlaps, own_stand_in,
    stands_in_then (who is to stand in is away themselves on one of the days).
    """

    reason: str
    other: Absence | None = None  # the one that is in the way


def set_absence(
    tx: Connection,
    *,
    person_id: int,
    first_day: date,
    last_day: date,
    stand_in: int | None,
    created_by: int,
    now: datetime,
    today: date,
) -> Absence | AbsenceRefused:
    """Writes down that somebody is away from a day to a day, both included."""
    asked = Absence(
        id=0, person_id=person_id, first_day=first_day, last_day=last_day, stand_in=stand_in
    )
    refused = _refused(tx, asked, today)
    if refused is not None:
        return refused
    done = tx.execute(
        insert(AbsenceRow).values(
            person_id=person_id, first_day=first_day, last_day=last_day, stand_in=stand_in,
            created_by=created_by, created_at=now,
        )
    )  # fmt: skip
    absence = replace(asked, id=new_id(done))
    audit.append(tx, "absence_set", now, person_id=created_by, detail=_told(absence))
    return absence


def cancel(tx: Connection, absence_id: int, now: datetime, by: int | None) -> Absence | None:
    """Takes an absence back, once; from then on it never was. None where it was taken back."""
    row = tx.execute(
        update(AbsenceRow)
        .where(AbsenceRow.id == absence_id, AbsenceRow.cancelled_at.is_(None))
        .values(cancelled_at=now)
        .returning(*COLUMNS)
    ).one_or_none()
    if row is None:
        return None
    absence = Absence(**row._mapping)
    audit.append(tx, "absence_cancelled", now, person_id=by, detail=_told(absence))
    return absence


def _told(absence: Absence) -> dict[str, Any]:
    """An absence as the ledger tells it."""
    return {
        "of": absence.person_id, "first": absence.first_day.isoformat(),
        "last": absence.last_day.isoformat(), "stand_in": absence.stand_in,
    }  # fmt: skip


def by_id(tx: Connection, absence_id: int) -> Absence | None:
    """The absence, unless it was taken back."""
    found = _found(tx, AbsenceRow.id == absence_id)
    return found[0] if found else None


def on_day(tx: Connection, day: date) -> tuple[Absence, ...]:
    """Whoever is away on that day."""
    return _found(tx, _covers(day))


def of_person(tx: Connection, person_id: int, day: date) -> tuple[Absence, ...]:
    """A person's absences that are not over on that day, the first first."""
    return _found(tx, and_(AbsenceRow.person_id == person_id, AbsenceRow.last_day >= day))


def lent_to(tx: Connection, person_id: int, day: date) -> tuple[Absence, ...]:
    """The absences in which this person stands in on that day, unless they are away themselves."""
    lent = _found(tx, and_(AbsenceRow.stand_in == person_id, _covers(day)))
    if lent and _found(tx, and_(AbsenceRow.person_id == person_id, _covers(day))):
        return ()
    return lent


def _refused(tx: Connection, asked: Absence, today: date) -> AbsenceRefused | None:
    if asked.last_day < asked.first_day:
        return AbsenceRefused(reason="turned_round")
    if asked.last_day < today:
        return AbsenceRefused(reason="over")
    if (asked.last_day - asked.first_day).days >= LONGEST_DAYS:
        return AbsenceRefused(reason="too_long")
    if asked.stand_in == asked.person_id:
        return AbsenceRefused(reason="own_stand_in")
    if overlapping := _within(tx, asked.person_id, asked):
        return AbsenceRefused(reason="overlaps", other=overlapping[0])
    if asked.stand_in is not None and (away := _within(tx, asked.stand_in, asked)):
        return AbsenceRefused(reason="stands_in_then", other=away[0])
    return None


def _within(tx: Connection, person_id: int, days: Absence) -> tuple[Absence, ...]:
    return _found(
        tx,
        and_(
            AbsenceRow.person_id == person_id,
            AbsenceRow.first_day <= days.last_day,
            AbsenceRow.last_day >= days.first_day,
        ),
    )


def _covers(day: date) -> ColumnElement[bool]:
    return and_(AbsenceRow.first_day <= day, AbsenceRow.last_day >= day)


def _found(tx: Connection, which: Any) -> tuple[Absence, ...]:
    rows = tx.execute(
        select(*COLUMNS)
        .where(which, AbsenceRow.cancelled_at.is_(None))
        .order_by(AbsenceRow.first_day, AbsenceRow.id)
    )
    return tuple(Absence(**row._mapping) for row in rows)
