"""Which rows are in a page of HTML that calls itself .xls, as many systems export?"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from db.intake.encodings import Repair, clean_text, find_encoding
from db.intake.refusals import Limits, UnreadableFile

_BLOCK = 65_536
_SILENT = {"style", "script", "title"}


class _Tables(HTMLParser):
    """Collects finished rows; a merged cell shows once, and again in each row that it spans."""

    def __init__(self, limits: Limits, repair: Repair | None) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.repair = repair
        self.rows: deque[list[str]] = deque()
        self.count = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._columns = 1  # of the open cell
        self._lines = 1
        self._below: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, text
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.end_row()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._row = []
            spans = dict(attrs)
            self._cell = []
            self._columns = _span(spans.get("colspan"), self.limits.max_columns)
            self._lines = _span(spans.get("rowspan"), self.limits.max_rows)
        elif tag in ("br", "p", "div") and self._cell is not None:
            self._cell.append(" ")
        elif tag in _SILENT:
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()
            if tag == "table":
                self._below.clear()
        elif tag in _SILENT:
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def _fill_from_above(self) -> None:
        row = self._row
        while row is not None and len(row) in self._below:
            left, text = self._below.pop(len(row))
            if left > 1:
                self._below[len(row)] = (left - 1, text)
            row.append(text)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._fill_from_above()
        text = "".join(self._cell)
        text = " ".join(clean_text(self.repair(text) if self.repair else text).split())
        if len(text) > self.limits.max_cell:
            raise UnreadableFile(
                "long_cell",
                f"a cell in row {self.count + 1} has {len(text):,} characters, more than the"
                f" {self.limits.max_cell:,} allowed",
            )
        if self._lines > 1:
            for column in range(len(self._row), len(self._row) + self._columns):
                shown = text if column == len(self._row) else ""
                self._below[column] = (self._lines - 1, shown)
        self._row.append(text)
        self._row.extend([""] * (self._columns - 1))
        self._cell = None

    def end_row(self) -> None:
        self._end_cell()
        if self._row is None:
            return
        self._fill_from_above()
        self.count += 1
        if len(self._row) > self.limits.max_columns:
            raise UnreadableFile(
                "too_many_columns",
                f"row {self.count} has {len(self._row)} columns, more than the"
                f" {self.limits.max_columns} allowed",
            )
        if self.count > self.limits.max_rows:
            raise UnreadableFile(
                "too_many_rows", f"the file has more than the {self.limits.max_rows:,} rows allowed"
            )
        self.rows.append(self._row)
        self._row = None


def read_html(path: Path, limits: Limits, repairs: list[str] | None = None) -> Iterator[list[str]]:
    """The rows of all the tables of the page, in order, as one sheet."""
    with path.open("rb") as file:
        encoding = find_encoding(file.read(_BLOCK * 4))
        if encoding.is_repaired and repairs is not None:
            repairs.append(encoding.name)
        file.seek(encoding.bom)
        decoder = codecs.getincrementaldecoder(encoding.codec)(
            "replace" if encoding.codec == "cp1258" else "strict"
        )
        tables = _Tables(limits, encoding.repair)
        data = b"-"
        while data:
            data = file.read(_BLOCK)
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                raise UnreadableFile(
                    "broken_encoding",
                    f"after row {tables.count} the page holds bytes that are not"
                    f" {encoding.codec.upper()}: it was cut off or damaged; export it again",
                ) from error
            if "\x00" in text:
                raise UnreadableFile(
                    "binary", "the page holds zero bytes: it was damaged; export it again"
                )
            tables.feed(text)
            yield from _taken(tables)
        tables.close()
        tables.end_row()
        yield from _taken(tables)
    if not tables.count:
        raise UnreadableFile(
            "empty", "the page of HTML holds no table: send an .xlsx, .xls, .ods or .csv export"
        )


def _taken(tables: _Tables) -> Iterator[list[str]]:
    while tables.rows:
        yield tables.rows.popleft()


def _span(text: str | None, most: int) -> int:
    return max(1, min(int(text), most)) if text and text.isdecimal() else 1
