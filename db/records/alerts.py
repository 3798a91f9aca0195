"""What is to be acted on, and what has a check decided? Items, alerts and steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.records.words import Move, State


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A named thing to act on. `due` is a wall moment or day as delivered; `note` a named note."""

    key: str
    label: str
    field: str | None = None
    due: int | None = None
    days_late: int | None = None
    note: str | None = None
    unit_id: int | None = None
    detail: str | None = None  # e.g. the holder's name or the handler's code


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAlert:
    id: int
    unit_id: int
    target: str
    field_id: int | None
    opened_at: datetime
    numerator: int
    denominator: int
    item_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What a check decides about one alert: a named move with a named reason and its items."""

    move: Move
    reason: str
    unit_id: int
    target: str
    field_id: int | None
    alert_id: int | None  # None: opens a new one
    numerator: int
    denominator: int
    state: State
    items: tuple[Item, ...] = ()
    new_keys: frozenset[str] = frozenset()
    gone_keys: frozenset[str] = frozenset()
