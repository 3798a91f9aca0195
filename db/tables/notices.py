"""How is kept what people were told, what they said to it, and what they set?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.declarative import Base


class ToldRow(Base):
    """A person was told of an alert by a message: append-only; the newest is what they know."""

    __tablename__ = "told"
    __table_args__ = (
        UniqueConstraint("outbox_id", "alert_id"),
        Index(None, "alert_id", "person_id"),
        Index(None, "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    step_id: Mapped[int]  # the newest step of the alert that it told
    kind: Mapped[str]
    ended: Mapped[bool] = mapped_column(default=False, server_default="0")
    at: Mapped[datetime]


class ShownMessageRow(Base):
    """A message in a chat that shows alerts, to be drawn again when one of them changes.

    With an `alert_id` it shows that alert's card; else the queued message that it was sent as.
    """

    __tablename__ = "shown_messages"
    __table_args__ = (
        UniqueConstraint("chat_id", "message_id"),
        Index(
            "ix_shown_messages_redraw",
            "redraw_at",
            sqlite_where=text("redraw_at IS NOT NULL"),
            postgresql_where=text("redraw_at IS NOT NULL"),
        ),
        Index(None, "outbox_id"),
        Index(None, "alert_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"))
    redraw_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]


class MuteRow(Base):
    __tablename__ = "mutes"
    __table_args__ = (Index(None, "ends_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    target: Mapped[str | None]
    reason: Mapped[str]
    document: Mapped[str | None]
    by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    summed_up_at: Mapped[datetime | None]


class AbsenceRow(Base):
    __tablename__ = "absences"
    __table_args__ = (Index(None, "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    stand_in: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class ThresholdRow(Base):
    """What an admin set, from a day on: append-only but for the undo."""

    __tablename__ = "thresholds"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    target: Mapped[str | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    source: Mapped[str | None]
    old: Mapped[str | None]
    new: Mapped[str | None]  # None: back to the settings' own
    valid_from: Mapped[date]
    reason: Mapped[str]
    document: Mapped[str | None]
    by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class DraftRow(Base):
    """What somebody was asked to confirm, or is about to complete; one a person and kind."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class AuditRow(Base):
    """The ledger of notices and changes: append-only, each row chained to the one before."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "alert_id"),
        Index(None, "outbox_id"),
        Index(None, "unit_id", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # without gaps
    at: Mapped[datetime]
    kind: Mapped[str]
    person_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    alert_id: Mapped[int | None]
    outbox_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str]  # the hash of the row before
    hash: Mapped[str]
