"""How does the intake say no, to a whole file or to one cell, and how much is too much?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class UnreadableFile(Exception):
    """The file cannot be read as a table.

    ``reason_code`` is a stable word for programs; the message is one sentence that names what is
    wrong and what would be right.
    """

    def __init__(
        self, reason_code: str, message: str, facts: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.reason_code = reason_code
        self.message = message
        self.facts = dict(facts or {})  # the numbers and names in it, for other languages


class BadValue(ValueError):
    """The cell does not hold what its column needs; ``reason`` says what would be right."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much a delivered file may hold before it is refused unread."""

    max_bytes: int = 200_000_000
    max_unpacked: int = 2_000_000_000  # bytes, of all the parts of an .xlsx or .ods
    max_ratio: int = 200  # unpacked / packed, for parts above 1 MB
    max_rows: int = 2_000_000
    max_columns: int = 200
    max_cell: int = 10_000  # characters
    # A spreadsheet is held as a full rectangle while it is read: one stray cell at the far corner
    # of a small sheet would ask for all the memory of the machine.
    max_grid: int = 40_000_000  # rows x columns


def megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB" if count >= 1_000_000 else f"{count:,} bytes"
