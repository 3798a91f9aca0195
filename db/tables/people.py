"""How are people kept, and the messages on their way to them?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.declarative import Base


class PersonRow(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="vi")
    reachable: Mapped[bool] = mapped_column(default=True)  # False after "blocked by the user"
    joined_at: Mapped[datetime]
    thread_id: Mapped[int | None] = mapped_column(BigInteger)  # a group's forum topic


class BindingRow(Base):
    __tablename__ = "bindings"
    __table_args__ = (Index(None, "person_id"), Index(None, "unit_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    deputy: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class InvitationRow(Base):
    """A one-time deep link; only the hash of its token is kept."""

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    deputy: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class GuessRow(Base):
    """A wrong invitation code that somebody tried; kept for an hour."""

    __tablename__ = "guesses"
    __table_args__ = (Index(None, "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class OutboxRow(Base):
    """A message to be sent: queued in the transaction that decided it, settled when it was sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "not_before",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    template: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # sent, refused, given_up
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    last_error: Mapped[str | None]


class ChatPaceRow(Base):
    """When a chat (or, as chat 0, the whole bot) may get its next message."""

    __tablename__ = "chat_pace"
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    next_at: Mapped[datetime]
