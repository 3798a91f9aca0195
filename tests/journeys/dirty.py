"""How does a test show what becomes of a dirty file? Delivers it and looks at what was kept."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.db.intake.delivering import DOSSIER_HEADER, write_csv, write_table
from tests.journeys.installation import DAY, Done, Installation

Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """An installation, and a folder in which its exports are written."""

    installation: Installation
    folder: Path

    def imported(self, path: Path, day: str = DAY) -> tuple[Done, Answer]:
        done = self.installation.run("import", path, "--day", day, "--json")
        assert done.err == ""
        (file,) = done.answer["files"]
        assert done.code == int(file["outcome"] == "refused")
        return done, file

    def deliver(self, path: Path, day: str = DAY) -> Answer:
        return self.imported(path, day)[1]

    def dossiers(self, *rows: Mapping[str, str], day: str = DAY, title: str = "") -> Answer:
        path = write_table(self._next(), rows, DOSSIER_HEADER)
        if title:
            path.write_text(f"{title}\n\n{path.read_text('utf-8')}", "utf-8")
        return self.deliver(path, day)

    def table(self, *rows: Sequence[str], day: str = DAY) -> Answer:
        return self.deliver(write_csv(self._next(), rows), day)

    def _next(self) -> Path:
        return self.folder / f"export_{len(list(self.folder.iterdir()))}.csv"

    def kept(self, *columns: str, table: str = "dossiers") -> list[tuple[Any, ...]]:
        rows = self.installation.contents()[table]
        return sorted((tuple(row[c] for c in columns) for row in rows), key=repr)

    def facts(self) -> tuple[list[Any], ...]:
        """What is known of the dossiers, whichever file told it."""
        columns = ("code", "unit_id", "owner_id", "holder", "received", "due", "pause_from",
                   "finished", "returned", "status", "channel", "flags", "left_out")  # fmt: skip
        named = (self.kept("name", table=table) for table in ("fields", "procedures"))
        return self.kept(*columns), *named

    def readings(self, unit: str, target: str, at: str = f"{DAY}T07:30") -> dict[str | None, Any]:
        """Field -> (numerator, denominator) of the check at that moment."""
        self.installation.must("check", "--at", at)
        found = self.installation.answer("status", unit)["readings"]
        return {
            r["field"]: (r["numerator"], r["denominator"]) for r in found if r["target"] == target
        }

    def archived(self) -> str:
        """All that the installation's folder holds, the archive's copies unpacked."""
        parts = []
        for path in (p for p in (self.installation.folder / "var").rglob("*") if p.is_file()):
            data = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as book:
                    data = b"\n".join(book.read(name) for name in book.namelist())
            if path.suffix == ".gz":
                data = gzip.decompress(data)
            parts.append(data.decode("utf-8", "replace"))
        return "\n".join(parts)

    def everything(self) -> str:
        return repr(self.installation.contents()) + self.archived()


Story = Callable[[Office], None]


def flags(answer: Answer) -> list[tuple[str, str]]:
    return sorted((flagged["key"], flagged["flag"]) for flagged in answer["flagged"])


def told(answer: Answer) -> tuple[str, int, int]:
    return answer["outcome"], answer["rows"], answer["loaded"]
