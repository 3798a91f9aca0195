"""How is a large file read without trusting it? In a process of its own, which hands rows over.

A damaged or malicious workbook can make a parser ask for all memory, or die: it must not take the
daemon along. Beside that the second core reads while the first judges the rows.
"""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from db.intake.refusals import Limits, UnreadableFile
from db.intake.workbook import Sheet, Workbook, open_workbook

SMALL = 1_000_000  # bytes: below it a process would take longer to start than the file to read
ROWS_AT_ONCE = 500
PIPE = 1_048_576  # bytes: the reader works ahead by some thousand rows
MEMORY_BESIDE = 1_500_000_000  # bytes that a reader may take beside what it unpacks
PROJECT = Path(__file__).resolve().parents[2]
SHEET, ROWS, SHEET_END, END, REFUSED = "sheet", "rows", "sheet_end", "end", "refused"


@dataclass(frozen=True, slots=True)
class Reading:
    """A file being read; leave it with `close`, whether it was read to its end or not.

    `repairs`: the encodings that had to be set right in the sheets that were read to their end.
    """

    sheets: Iterator[Sheet]
    repairs: list[str]
    _child: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdout, self._child.stderr):
                if pipe is not None:
                    pipe.close()


def start_reading(path: Path, limits: Limits, *, small: int = SMALL) -> Reading:
    """Begins to read a file. Raises UnreadableFile, here or while the rows are walked."""
    if path.stat().st_size < small:
        book = open_workbook(path, limits=limits)
        return Reading(book.sheets, book.repairs)
    command = [sys.executable, "-m", "db.intake.apart", str(path.resolve())]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [*command, json.dumps(asdict(limits))],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd=PROJECT,
        pipesize=PIPE,
    )
    repairs: list[str] = []
    return Reading(_sheets(child, repairs), repairs, child)


def _sheets(child: subprocess.Popen[bytes], repairs: list[str]) -> Iterator[Sheet]:
    assert child.stdout is not None  # noqa: S101 - asked for above
    frames = _frames(child.stdout)
    for kind, content in frames:
        if kind == SHEET:
            yield Sheet(content[0], content[1], _rows(frames, repairs))
        elif kind == REFUSED:
            raise UnreadableFile(*content)
        elif kind == END:
            return
    raise _died()


def _rows(frames: Iterator[tuple[str, Any]], repairs: list[str]) -> Iterator[list[str]]:
    return chain.from_iterable(_batches(frames, repairs))


def _batches(frames: Iterator[tuple[str, Any]], repairs: list[str]) -> Iterator[list[list[str]]]:
    for kind, content in frames:
        if kind == ROWS:
            yield content
        elif kind == REFUSED:
            raise UnreadableFile(*content)
        elif kind == SHEET_END:
            repairs.extend(content)
            return
    raise _died()


def _died() -> UnreadableFile:
    return UnreadableFile(
        "reader_died",
        "the file asks for more memory than allowed, or breaks the reader: export it again",
    )


def _frames(pipe: IO[bytes]) -> Iterator[tuple[str, Any]]:
    while len(head := pipe.read(4)) == 4:
        body = pipe.read(int.from_bytes(head, "big"))
        yield marshal.loads(body)  # noqa: S302 - written by our own process


def _sharing_equal_cells(batch: list[list[str]]) -> list[list[str]]:
    """Equal cells as one object: it is sent once, and its hash is reckoned once over there."""
    known: dict[str, str] = {}
    return [list(map(known.setdefault, cells, cells)) for cells in batch]


def _main(path: str, limits: str) -> None:
    """The reading process."""
    bounds = Limits(**json.loads(limits))
    with suppress(ImportError, ValueError, OSError):
        import resource

        most = bounds.max_unpacked + MEMORY_BESIDE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    out = os.fdopen(1, "wb", buffering=0)

    def send(kind: str, content: Any) -> None:
        body = marshal.dumps((kind, content))
        out.write(len(body).to_bytes(4, "big") + body)

    try:
        book: Workbook = open_workbook(Path(path), limits=bounds)
        for sheet in book.sheets:
            send(SHEET, (sheet.kind, sheet.name))
            while batch := list(islice(sheet.rows, ROWS_AT_ONCE)):
                send(ROWS, _sharing_equal_cells(batch))
            send(SHEET_END, book.repairs)
        send(END, None)
    except UnreadableFile as error:
        send(REFUSED, (error.reason_code, error.message, error.facts))
    except BrokenPipeError:
        return


if __name__ == "__main__":
    _main(*sys.argv[1:])
