"""Which rows are in a .csv of any encoding and delimiter? Streamed: memory does not grow."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from db.intake.encodings import Encoding, clean_text, find_encoding, may_need_cleaning
from db.intake.refusals import Limits, UnreadableFile

DELIMITERS = ",;\t|"
_BLOCK = 262_144  # bytes read at once
_BATCH = 200  # rows checked at once
_LONGEST_LINE = 16_000_000  # bytes without any line end: not a table
_SAMPLE = 65_536


@dataclass(slots=True)
class _Watch:
    """What the text read so far obliges us to do with its rows; once set, it stays."""

    measure: bool = False  # a cell may be longer than a line shows


def read_delimited(
    path: Path, limits: Limits, repairs: list[str] | None = None
) -> Iterator[list[str]]:
    """The rows of the file as stripped cells, one by one; blank lines are empty lists.

    `repairs` gets the name of an encoding that had to be set right. Raises UnreadableFile,
    also in the middle of the rows.
    """
    sample = _telling_sample(path)
    encoding = find_encoding(sample)
    if encoding.is_repaired and repairs is not None:
        repairs.append(encoding.name)
    text = _decode_sample(sample, encoding)
    delimiter = find_delimiter(text)
    watch = _Watch()
    blocks = _blocks(path, encoding, b"\n" if "\n" in text or "\r" not in text else b"\r")
    lines = chain.from_iterable(_watched_lines(blocks, watch, limits))
    return _checked_rows(csv.reader(lines, delimiter=delimiter), watch, limits)


def find_delimiter(text: str) -> str:
    """The delimiter that cuts most lines of the text into the same number of cells."""
    lines = text.splitlines()[:80]
    if lines and lines[0].lower().startswith("sep=") and lines[0][4:5] in DELIMITERS:
        return lines[0][4:5] or ","  # a line that Excel itself writes and reads

    def regularity(delimiter: str) -> int:
        widths = Counter(map(len, csv.reader(lines, delimiter=delimiter)))
        return max((count * (width - 1) for width, count in widths.items()), default=0)

    return max(DELIMITERS, key=regularity)


def _telling_sample(path: Path) -> bytes:
    """The first bytes, or when they are plain ASCII the first ones that are not."""
    with path.open("rb") as file:
        sample = first = file.read(_SAMPLE)
        while sample and sample.isascii() and b"\x00" not in sample:
            sample = file.read(_SAMPLE)
    if not sample or sample is first:
        return first
    return sample[sample.find(b"\n") + 1 :] or first


def _decode_sample(sample: bytes, encoding: Encoding) -> str:
    text = sample[encoding.bom :].decode(encoding.codec, "ignore")
    return clean_text(encoding.repair(text) if encoding.repair else text)


def _blocks(path: Path, encoding: Encoding, line_end: bytes) -> Iterator[str]:
    """Whole lines of clean text, some thousands at a time."""
    with path.open("rb", buffering=0) as file:
        file.seek(encoding.bom)
        if encoding.codec.startswith("utf-16"):
            yield from _wide_blocks(file, encoding)
            return
        line = 1
        rest = b""
        while data := file.read(_BLOCK):
            data = rest + data
            cut = data.rfind(line_end) + 1
            piece, rest = data[:cut], data[cut:]
            if len(rest) > _LONGEST_LINE:
                raise UnreadableFile(
                    "not_a_table",
                    f"line {line} goes on for more than {_LONGEST_LINE // 1_000_000} MB:"
                    " the file is not a table of rows",
                )
            if piece:
                yield _clean(piece, encoding, line)
                line += piece.count(line_end)
        if rest:
            yield _clean(rest, encoding, line)


def _clean(piece: bytes, encoding: Encoding, line: int) -> str:
    try:
        text = piece.decode(encoding.codec, encoding.errors)
    except UnicodeDecodeError as error:
        at = line + piece[: error.start].count(b"\n")
        raise UnreadableFile(
            "broken_encoding",
            f"line {at} holds bytes that are not {encoding.codec.upper()} while the rest of the"
            " file does: it was damaged or put together from two; save it again as 'CSV UTF-8'",
        ) from error
    if encoding.repair:
        return clean_text(encoding.repair(text))
    if encoding.codec != "utf-8" or may_need_cleaning(piece, text):
        return clean_text(text)
    return text


def _wide_blocks(file: io.FileIO, encoding: Encoding) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
    rest = ""
    try:
        while data := file.read(_BLOCK):
            text = rest + decoder.decode(data)
            cut = text.rfind("\n") + 1
            rest = text[cut:]
            if cut:
                text = text[:cut]
                yield clean_text(encoding.repair(text) if encoding.repair else text)
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "broken_encoding",
            "the file is UTF-16 text that was cut off or damaged: send it again",
        ) from error
    if rest:
        yield clean_text(encoding.repair(rest) if encoding.repair else rest)


def _watched_lines(blocks: Iterator[str], watch: _Watch, limits: Limits) -> Iterator[Iterator[str]]:
    """The lines of each block. Looking at whole blocks keeps the work per cell out of the rows."""
    for text in blocks:
        if "\x00" in text:
            raise UnreadableFile(
                "binary",
                "the file holds zero bytes, which no table of text has: it is another kind of file"
                " under a .csv name, or it was damaged",
            )
        if not watch.measure:
            # Without quotes a cell is never longer than its line.
            watch.measure = '"' in text or _has_longer_line(text, limits.max_cell)
        yield io.StringIO(text, newline="")


def _has_longer_line(text: str, longest: int) -> bool:
    """Whether a line is longer; hops from line end to line end, some thousands of letters apart."""
    start = 0
    while len(text) - start > longest:
        end = text.rfind("\n", start, start + longest + 1)
        if end < 0:
            return True
        start = end + 1
    return False


def _checked_rows(
    reader: Iterator[list[str]], watch: _Watch, limits: Limits
) -> Iterator[list[str]]:
    count = 0
    strip = str.strip  # cheaper for every cell than to search the text for stray blanks
    while True:
        try:
            batch = list(islice(reader, _BATCH))
        except csv.Error as error:
            raise UnreadableFile(
                "long_cell",
                f"after row {count} a cell does not end ({error}): is a quotation mark left open?",
            ) from error
        if not batch:
            return
        if max(map(len, batch)) > limits.max_columns:
            row = next(i for i, cells in enumerate(batch) if len(cells) > limits.max_columns)
            raise UnreadableFile(
                "too_many_columns",
                f"row {count + row + 1} has {len(batch[row])} columns, more than the"
                f" {limits.max_columns} allowed: delete what is right of the table",
            )
        if watch.measure:
            check_cells(batch, count, limits)
        count += len(batch)
        if count > limits.max_rows:
            raise UnreadableFile(
                "too_many_rows",
                f"the file has more than the {limits.max_rows:,} rows allowed:"
                " export a shorter period",
            )
        for cells in batch:
            yield list(map(strip, cells))


def check_cells(batch: list[list[str]], rows_before: int, limits: Limits) -> None:
    """Refuses a cell longer than the limit, naming its row and column."""
    if max(map(len, chain.from_iterable(batch)), default=0) <= limits.max_cell:
        return
    for row, cells in enumerate(batch, rows_before + 1):
        for column, cell in enumerate(cells, 1):
            if len(cell) > limits.max_cell:
                raise UnreadableFile(
                    "long_cell",
                    f"the cell in row {row}, column {column} has {len(cell):,} characters, more"
                    f" than the {limits.max_cell:,} allowed: is a quotation mark left open?",
                )
