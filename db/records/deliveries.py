"""What became of a delivered file?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db.records.words import Outcome

REJECTED = "rejected"  # among the kinds of flags: rows that were refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Reject:
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A row that was loaded but is odd; `flag` is a named reason."""

    row: int
    key: str
    flag: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadColumn:
    """A column that says again what one before it says, which alone is read; counted from 1."""

    name: str  # the canonical one of both
    column: int
    heading: str
    read: int
    read_heading: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """What is odd about a file as a whole, though it was taken.

    `kind`: one_page (rows), repaired_text (encoding).
    """

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class OddFile:
    """A file that was taken, and how many more odd rows of each kind it has than the one before;
    refused rows are a kind of their own.
    """

    delivery_id: int
    source: str
    file: str
    day: date
    rows: int
    news: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What became of one delivered file (the contract's `import --json`)."""

    file: str
    source: str | None
    outcome: Outcome
    day: date
    rows: int = 0
    loaded: int = 0
    rejects: tuple[Reject, ...] = ()
    flags: tuple[Flag, ...] = ()
    flag_counts: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)  # reason -> rows left out on purpose
    unread: tuple[UnreadColumn, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    suggestions: tuple[str, ...] = ()  # lines to add to settings.toml
    reason: str | None = None  # one English sentence, for terminals and logs
    reason_code: str | None = None  # the same as a word that the templates know
    reason_facts: Mapping[str, Any] = field(default_factory=dict)  # the numbers in it
    delivery_id: int | None = None
