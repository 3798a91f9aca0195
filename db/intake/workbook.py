"""Which sheets and rows are in a delivered file? Any .xlsx .xls .ods .csv .html -> text cells."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from db.intake.delimited import read_delimited
from db.intake.html_table import read_html
from db.intake.refusals import Limits, UnreadableFile
from db.intake.sniff import Kind, sniff
from db.intake.spreadsheet import open_spreadsheet, read_sheet, table_sheets

__all__ = [
    "Kind",
    "Limits",
    "Sheet",
    "UnreadableFile",
    "Workbook",
    "check_kind",
    "hash_file",
    "open_workbook",
]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``rows`` can be walked once: lists of stripped NFC text, not all equally long.

    The first row is row 1 of the file. Walking may raise UnreadableFile.
    """

    kind: Kind
    name: str
    rows: Iterator[list[str]]


@dataclass(frozen=True, slots=True)
class Workbook:
    """A delivered file: what it really is, and its sheets in order, each read when asked for.

    `repairs`: the encodings that had to be set right in what was read so far.
    """

    kind: Kind
    names: tuple[str, ...]
    repairs: list[str]
    _read: Callable[[str], Iterator[list[str]]]

    @property
    def sheets(self) -> Iterator[Sheet]:
        """The sheets that hold anything. Raises UnreadableFile when there is none."""
        found = False
        for name in self.names:
            rows = _unless_blank(self._read(name))
            if rows is not None:
                found = True
                yield Sheet(self.kind, name, rows)
        if not found:
            raise UnreadableFile(
                "empty", "the file holds no rows: export it again with its header and data"
            )


def check_kind(path: Path, limits: Limits) -> Kind:
    """What the file really is, by its first bytes. Raises UnreadableFile for what is no table."""
    return sniff(path, limits)


def open_workbook(path: Path, *, limits: Limits) -> Workbook:
    """Opens a file of any kind we read, judged by its content and not by its name.

    Raises UnreadableFile with a sentence for the sender.
    """
    kind = sniff(path, limits)
    repairs: list[str] = []
    if kind == "csv":
        return Workbook(
            kind, (path.stem,), repairs, lambda _: read_delimited(path, limits, repairs)
        )
    if kind == "html":
        return Workbook(kind, (path.stem,), repairs, lambda _: read_html(path, limits, repairs))
    book = open_spreadsheet(path, kind, limits)
    names = tuple(table_sheets(book))
    return Workbook(
        kind, names, repairs, lambda name: read_sheet(book, name, kind, limits, repairs)
    )


def hash_file(path: Path) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal: the same bytes are the same delivery."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unless_blank(rows: Iterator[list[str]]) -> Iterator[list[str]] | None:
    blank: list[list[str]] = []
    for cells in rows:
        if any(cells):
            return chain(blank, (cells,), rows)
        blank.append(cells)
    return None
