"""Who are the people, and what is on its way to them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db.records.words import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    id: int
    user_id: int
    chat_id: int
    name: str
    language: str = "vi"
    thread_id: int | None = None  # of a group: the forum topic that is told


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """A role that a person holds over a unit (or a source) from a day to a day."""

    person_id: int
    role: Role
    unit_id: int | None = None
    deputy: bool = False
    source: str | None = None
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxMessage:
    """A message on its way: which template says it, with which facts, to which person."""

    id: int
    person_id: int | None
    chat_id: int
    language: str
    template: str
    payload: Mapping[str, Any]
    attempt: int
    not_before: datetime
    thread_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMessage:
    """What a decision wants said; `dedupe` makes it happen once."""

    person_id: int
    template: str
    payload: Mapping[str, Any]
    dedupe: str
    not_before: datetime
    alert_ids: tuple[int, ...] = ()  # the alerts that it tells of: its receiver knows them then


# What came of an attempt to send (made in one file of bot/delivery; settled by alerts/retry.py).
@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    message_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TryLater:
    reason: str
    after: float | None = None  # seconds the server asked us to wait; None: our own pace
    maybe_sent: bool = False  # a time-out after the request had left: outcome unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    to_chat_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    why: str
    forget_chat: bool = False  # never again to this chat (blocked, gone)


Attempt = Sent | TryLater | Moved | Refused
