"""How is the organisation kept? Units with their dates, and the working time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.declarative import Base


class UnitRow(Base):
    """A slug or an official code is no key: both name other units after 1 July 2025."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("slug", "valid_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    code: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    sample: Mapped[bool] = mapped_column(default=False)


class UnitAliasRow(Base):
    __tablename__ = "unit_aliases"
    __table_args__ = (UniqueConstraint("unit_id", "key"), Index(None, "key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"))
    key: Mapped[str]  # folded form that look-ups compare


class UnitSuccessionRow(Base):
    """A unit that took over from another: the whole of it, or a part where it was split."""

    __tablename__ = "unit_successions"
    __table_args__ = (Index(None, "to_id"),)
    from_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    share: Mapped[str]  # whole, part
    day: Mapped[date]  # the successor's first


class FormerParentRow(Base):
    """To whom a unit that goes on belonged until a day."""

    __tablename__ = "former_parents"
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("units.id", ondelete="CASCADE"), primary_key=True
    )
    until: Mapped[date] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))


class CalendarDayRow(Base):
    """A day on which the office works, or does not, against the public calendar."""

    __tablename__ = "calendar_days"
    day: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str]  # off, working
    note: Mapped[str]
    document: Mapped[str]  # the number of the document that says so
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class ClockStopRow(Base):
    """Days that count in no dossier's time: of one unit, or (without a unit) of the district.

    From `runs_again` on the clock runs, although the stop was meant to last until `last_day`.
    """

    __tablename__ = "clock_stops"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    first_day: Mapped[int] = mapped_column(BigInteger)  # both ends inclusive
    last_day: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    document: Mapped[str]
    approved_by: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    runs_again: Mapped[int | None] = mapped_column(BigInteger)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class CalendarChangeRow(Base):
    """Each change of the two tables above: who, when, old, new. Append-only."""

    __tablename__ = "calendar_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    day: Mapped[int | None] = mapped_column(BigInteger)  # of a day of the calendar, or else
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("clock_stops.id"))
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    moved: Mapped[int]  # deadlines that it moved


class ReportingYearRow(Base):
    """By which reporting year the facts are dated since a moment; before the first row by the
    calendar year.
    """

    __tablename__ = "reporting_years"
    id: Mapped[int] = mapped_column(primary_key=True)
    begins: Mapped[str]  # its first day, MM-DD
    settled_at: Mapped[datetime]


class CalendarDraftRow(Base):
    """A change of the working time that somebody was asked to confirm; one a person."""

    __tablename__ = "calendar_drafts"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    change: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
