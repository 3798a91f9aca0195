"""Where is the copy of a delivered file, and what may it hold? Kept by hash, so that any day can be
computed again.

A file whose columns are all on the allow-list and that names nothing secret is kept byte for byte.
Of any other only the allowed columns and rows are kept, row by row under the same row numbers: what
must not be stored must not be stored in the archive either.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from db.intake.header import Header
from db.private import private_file, private_folder

LINES_AT_ONCE = 1000


def place_of(archive: Path, sha256: str, ending: str) -> Path:
    return archive / sha256[:2] / f"{sha256}{ending}"


def keep_whole(archive: Path, path: Path, sha256: str) -> str:
    """Copies the file; answers its name within the archive."""
    place = place_of(archive, sha256, path.suffix.lower()[:10] or ".bin")
    _write(place, lambda out: shutil.copyfile(path, out))
    return str(place.relative_to(archive))


class RedactedCopy:
    """The allowed part of a file, written while it is read; `keep` puts it into its place."""

    def __init__(
        self, archive: Path, sha256: str, columns: Iterable[int], masked: Iterable[int] = ()
    ) -> None:
        """`columns` are kept; of `masked` ones only whether they were filled."""
        self._columns = frozenset(columns)
        self._masked = frozenset(masked)
        width = max(self._columns | self._masked, default=0) + 1
        # At least two places, so that the getter answers with a tuple.
        places = [i if i in self._columns else -1 for i in range(max(width, 2))]
        self._allowed: Callable[[list[str]], tuple[str, ...]] = itemgetter(*places)
        self._lines: list[list[str]] = []
        self._archive = archive
        self._place = place_of(archive, sha256, ".csv.gz")
        private_folder(self._place.parent)
        self._part = self._place.with_name(f"{self._place.name}.{os.getpid()}.part")
        private_file(self._part)
        raw = gzip.open(self._part, "wb", compresslevel=1)  # noqa: SIM115 - closed in keep, drop
        self._file = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        self._row = 0

    def head(self, header: Header, names: Mapping[int, str]) -> None:
        """The period of the title, and one header row under the number of the file's last one."""
        if header.period:
            first, last = (f"{d % 100:02}/{d // 100 % 100:02}/{d // 10000}" for d in header.period)
            self._write(1, [f"Từ ngày {first} đến ngày {last}"])
        kept = self._columns | self._masked
        width = max(kept, default=-1) + 1
        self._write(header.last_row, [names.get(i, "") if i in kept else "" for i in range(width)])

    def add(self, row: int, cells: list[str], hidden: frozenset[int] | None) -> None:
        """One row under its number, without its hidden cells; None leaves an empty line."""
        if hidden is None:
            self._write(row, [])
            return
        cells.append("")  # what a column that is not kept shows
        kept = list(self._allowed(cells))
        for place in self._masked:
            kept[place] = "x" if cells[place] else ""
        for place in hidden:
            if place < len(kept):
                kept[place] = ""
        self._write(row, kept)

    def _write(self, row: int, cells: list[str]) -> None:
        lines = self._lines
        while self._row < row - 1:
            lines.append([])
            self._row += 1
        lines.append(cells)
        self._row = row
        if len(lines) >= LINES_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._file.write("".join(map(_csv_line, self._lines)))
        self._lines.clear()

    def keep(self) -> str:
        self._flush()
        self._file.close()
        self._part.replace(self._place)
        return str(self._place.relative_to(self._archive))

    def drop(self) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)


def _csv_line(cells: Sequence[str]) -> str:
    """One line; joining is several times faster than csv.writer, and rarely needs quotes."""
    line = ",".join(cells)
    if line.count(",") >= len(cells) or '"' in line or "\n" in line or "\r" in line:
        line = ",".join(['"' + cell.replace('"', '""') + '"' for cell in cells])
    return line + "\r\n"


def open_copy(archive: Path, name: str, folder: Path) -> Path:
    """The archived file as one that the intake reads: unpacked into a folder where needed."""
    kept = archive / name
    if kept.suffix != ".gz":
        return kept
    plain = folder / kept.stem
    with gzip.open(kept, "rb") as packed, plain.open("wb") as out:
        shutil.copyfileobj(packed, out)
    return plain


def _write(place: Path, copy: Callable[[Path], object]) -> None:
    if place.exists():
        return
    private_folder(place.parent)
    part = private_file(place.with_name(f"{place.name}.{os.getpid()}.part"))
    copy(part)
    part.replace(place)
