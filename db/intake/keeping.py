"""Which copy of a file may the archive keep: the file itself, or only its allowed part?

The file itself only when every byte of it is known to be allowed: a .csv whose header stands in
its first row, with all columns titled and allowed, and nothing but data below. Anything else may
hold what nobody may store: titles and signatures with names, columns without a title, further
sheets, the author in a workbook's properties. Then the allowed part is written while the rows pass
by, or, where it shows only at the end, in a second reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from db.intake import archive as archives
from db.intake.apart import start_reading
from db.intake.body import Body, read_table
from db.intake.kinds import Kind
from db.intake.taking import Table, Taking

HARMLESS = frozenset({"ordinal", "size", "secrecy"})  # neither stored nor worth hiding


class Keeper:
    """The copy of one file on its way into the archive; `archive` None keeps none."""

    def __init__(self, archive: Path | None, path: Path, sha256: str) -> None:
        self._archive, self._path, self._sha256 = archive, path, sha256
        self._copy: archives.RedactedCopy | None = None
        self._body: Body | None = None

    def table(self, taking: Taking, kind: Kind, body: Body, sheet_kind: str) -> Table:
        """The rows for the loader, written to the redacted copy as they pass where one is due."""
        self._body = body
        if self._archive is None:
            return body
        header = taking.header
        allowed = taking.words.stored | HARMLESS
        plain = (
            sheet_kind == "csv"
            and header.row == 1
            and not header.unknown
            and not header.duplicated
            and header.columns.keys() <= allowed
            and len(body.columns) == header.width
            and kind.hide is None
        )
        return body if plain else self._redacted(self._archive, taking, kind, body)

    def keep(self, taking: Taking, kind: Kind) -> str | None:
        """Puts the copy into its place and answers its name within the archive."""
        if self._archive is None:
            return None
        if self._copy is None and self._holds_more_than_the_table():
            self._read_again(self._archive, taking, kind)
        if self._copy is not None:
            return self._copy.keep()
        return archives.keep_whole(self._archive, self._path, self._sha256)

    def _holds_more_than_the_table(self) -> bool:
        body = self._body
        return body is None or body.wider or bool(set(body.dropped) - {"blank"})

    def drop(self) -> None:
        if self._copy is not None:
            self._copy.drop()
            self._copy = None

    def _redacted(self, archive: Path, taking: Taking, kind: Kind, body: Body) -> Table:
        columns = body.columns
        kept = {at for name, at in columns.items() if name in taking.words.stored | HARMLESS}
        masked = {columns[name] for name in kind.unstored if name in columns}
        copy = self._copy = archives.RedactedCopy(archive, self._sha256, kept, masked)
        spoken = taking.words.spoken
        copy.head(taking.header, {at: spoken[name] for name, at in columns.items()})

        def hidden(cells: list[str]) -> frozenset[int] | None:
            names = kind.hide(taking, cells, columns) if kind.hide else frozenset()
            return None if names is None else frozenset(columns[n] for n in names if n in columns)

        return _Copied(body, copy, hidden)

    def _read_again(self, archive: Path, taking: Taking, kind: Kind) -> None:
        words = taking.rules.words
        reading = start_reading(self._path, taking.rules.limits)
        try:
            for sheet in reading.sheets:
                found = read_table(
                    sheet.rows, words.synonyms, required=words.required, keys=words.keys,
                    kind=taking.source,
                )  # fmt: skip
                if found is not None:
                    for _ in self._redacted(archive, taking, kind, found[1]):
                        pass
                    return
        finally:
            reading.close()


@dataclass(frozen=True, slots=True)
class _Copied:
    """The rows of a table, each written to the redacted copy as it passes."""

    body: Body
    copy: archives.RedactedCopy
    hidden: Callable[[list[str]], frozenset[int] | None]

    @property
    def columns(self) -> dict[str, int]:
        return self.body.columns

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for row, cells in self.body:
            self.copy.add(row, cells, self.hidden(cells))
            yield row, cells
