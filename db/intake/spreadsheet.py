"""Which rows are in an .xlsx, .xls or .ods, and how does each cell read as text?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from db.intake.archive_guard import guard_archive
from db.intake.delimited import check_cells
from db.intake.encodings import clean_text, find_repair
from db.intake.refusals import Limits, UnreadableFile
from db.intake.sniff import Kind

_BATCH = 1_000
_SAMPLE_ROWS = 200
_HALF_SECOND = timedelta(microseconds=500_000)

_Found = TypeVar("_Found")


def open_spreadsheet(path: Path, kind: Kind, limits: Limits) -> CalamineWorkbook:
    """Opens the workbook after the guard has looked at it. Raises UnreadableFile."""
    if kind in ("xlsx", "ods"):
        guard_archive(path, limits)
    # Given a path, the reader would believe the name's ending instead of the content.
    with path.open("rb") as file:
        return _guarded(lambda: CalamineWorkbook.from_filelike(file), kind)


def table_sheets(book: CalamineWorkbook) -> list[str]:
    """The names of the sheets that can hold a table, the visible ones first."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    sheets.sort(key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    return [sheet.name for sheet in sheets]


def read_sheet(
    book: CalamineWorkbook,
    name: str,
    kind: Kind,
    limits: Limits,
    repairs: list[str] | None = None,
) -> Iterator[list[str]]:
    """The rows of one sheet as stripped text cells, from the sheet's first row on.

    A cell merged over several rows shows its text in each of them, as the reader's eye sees it;
    merged over columns, it shows once. Error cells (``#DIV/0!``) come as empty text.
    """
    sheet = _guarded(lambda: book.get_sheet_by_name(name), kind)
    if sheet.total_height > limits.max_rows:
        raise UnreadableFile(
            "too_many_rows",
            f"sheet '{name}' has {sheet.total_height:,} rows, more than the {limits.max_rows:,}"
            " allowed: export a shorter period",
        )
    if sheet.width > limits.max_columns:
        raise UnreadableFile(
            "too_many_columns",
            f"sheet '{name}' has {sheet.width} columns, more than the {limits.max_columns}"
            " allowed: delete what is right of the table",
        )
    rows = _text_rows(sheet, limits, repairs)
    merged = _merged_down(sheet)
    return _filled_down(rows, merged) if merged else rows


def _text_rows(
    sheet: CalamineSheet, limits: Limits, repairs: list[str] | None
) -> Iterator[list[str]]:
    rows = iter(sheet.iter_rows())
    show: Callable[[object], str] = show_cell
    before = 0
    while raw := list(islice(rows, _BATCH)):
        if before == 0:
            show = _shower(raw[:_SAMPLE_ROWS], repairs)
        batch = [list(map(show, cells)) for cells in raw]
        check_cells(batch, before, limits)
        before += len(batch)
        yield from batch


def _shower(
    sample: Sequence[Sequence[object]], repairs: list[str] | None
) -> Callable[[object], str]:
    """How to show the cells of a sheet whose first rows are these: repaired when garbled."""
    texts = [cell for cells in sample for cell in cells if isinstance(cell, str)]
    found = find_repair("\n".join(texts))
    if found is None:
        return show_cell
    name, repair = found
    if repairs is not None:
        repairs.append(name)

    def show_repaired(cell: object) -> str:
        return show_cell(repair(cell) if isinstance(cell, str) else cell)

    return show_repaired


def show_cell(cell: object) -> str:
    """One cell as an export of text would print it: ``22/03/2021 08:30``, ``12``, ``TRUE``."""
    if isinstance(cell, str):
        return cell.strip() if cell.isascii() else clean_text(cell).strip()
    shown = _SHOWN.get(cell.__class__)
    return str(cell).strip() if shown is None else shown(cell)


def _show_float(cell: float) -> str:
    # repr would write long whole numbers as 1e+16; text columns want their digits.
    return str(int(cell)) if cell.is_integer() else repr(cell)


def _show_day(cell: date) -> str:
    return f"{cell.day:02}/{cell.month:02}/{cell.year:04}"


def _show_moment(cell: datetime) -> str:
    if cell.microsecond:  # day fractions are rounded by the spreadsheet, 17:00 may be 16:59:59.9
        cell = (cell + _HALF_SECOND).replace(microsecond=0)
    day = _show_day(cell)
    if cell.second:
        return f"{day} {cell.hour:02}:{cell.minute:02}:{cell.second:02}"
    # A moment at midnight is how a spreadsheet keeps a day without an hour.
    return f"{day} {cell.hour:02}:{cell.minute:02}" if cell.hour or cell.minute else day


def _show_clock(cell: time) -> str:
    shown = f"{cell.hour:02}:{cell.minute:02}"
    return f"{shown}:{cell.second:02}" if cell.second else shown


def _show_span(cell: timedelta) -> str:
    minutes, seconds = divmod(round(cell.total_seconds()), 60)
    shown = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{shown}:{seconds:02}" if seconds else shown


_SHOWN: dict[type, Callable[..., str]] = {
    float: _show_float,
    bool: lambda cell: "TRUE" if cell else "FALSE",
    datetime: _show_moment,
    date: _show_day,
    time: _show_clock,
    timedelta: _show_span,
}


def _merged_down(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Cells merged over rows: first row -> (column, last row), columns as iter_rows has them."""
    left = sheet.start[1] if sheet.start else 0
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top and column >= left:
            found.setdefault(top, []).append((column - left, bottom))
    return found


def _filled_down(
    rows: Iterator[list[str]], merged: dict[int, list[tuple[int, int]]]
) -> Iterator[list[str]]:
    still_open: dict[int, tuple[str, int]] = {}  # column -> text, last row
    for number, cells in enumerate(rows):
        for column, (text, bottom) in list(still_open.items()):
            if number > bottom:
                del still_open[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
        for column, bottom in merged.get(number, ()):
            text = cells[column] if column < len(cells) else ""
            # A number shown once must not be counted once a row.
            if text and not text.replace(".", "").isdecimal():
                still_open[column] = (text, bottom)
        yield cells


def _guarded(action: Callable[[], _Found], kind: Kind) -> _Found:
    try:
        return action()
    except PasswordError as error:
        raise UnreadableFile(
            "encrypted", "the workbook is locked with a password: save it without one"
        ) from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(
            "corrupt",
            f"the .{kind} workbook is damaged or was cut off in transfer ({error}): send it again",
        ) from error
    except BaseException as error:
        # A reader written in Rust panics on some damaged files, outside of Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile(
            "corrupt", f"the .{kind} workbook is damaged and cannot be read: send it again"
        ) from error
