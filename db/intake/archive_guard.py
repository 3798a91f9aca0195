"""Is an .xlsx or .ods safe to open? Looked at part by part before any of it is held in memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from db.intake.refusals import Limits, UnreadableFile, megabytes

_BLOCK = 1_048_576
_SMALL = 1_000_000  # bytes; below it a high ratio harms nobody
_CELL = re.compile(rb'r="([A-Z]{2,3})\d+"')
_LAST_CELL = re.compile(rb'r="[A-Z]+(\d+)"(?:[^>]*[^/>])?>')
_ODS_FAR = re.compile(
    rb'number-columns-repeated="(\d+)"[^>]*(?:value-type|/>\s*<table:table-cell[^>]*value-type)'
)


def guard_archive(path: Path, limits: Limits) -> None:
    """Raises UnreadableFile for a damaged, locked or bomb-like archive, or one too wide.

    The sizes in the archive's directory may lie, so each part is also unpacked once, piece by
    piece, without keeping it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_sizes(parts, limits)
            for part in parts:
                if not part.is_dir():
                    _walk(archive, part, limits)
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise UnreadableFile(
            "corrupt",
            f"the workbook is damaged or was cut off in transfer ({error}): send it again",
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(
            "encrypted",
            "the workbook's parts are locked or packed in an unknown way: save it again as .xlsx"
            " without a password",
        ) from error


def _check_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(part.file_size for part in parts)
    if total > limits.max_unpacked:
        raise UnreadableFile(
            "zip_bomb",
            f"the workbook unpacks to {megabytes(total)}, more than the"
            f" {megabytes(limits.max_unpacked)} allowed: export a shorter period",
        )
    for part in parts:
        if part.file_size > _SMALL and part.file_size > limits.max_ratio * part.compress_size:
            raise UnreadableFile(
                "zip_bomb",
                f"the part {part.filename} of the workbook unpacks to"
                f" {part.file_size // max(1, part.compress_size)} times its size, more than the"
                f" {limits.max_ratio} times allowed: it is not an honest export",
            )


def _walk(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> None:
    name = part.filename.lower()
    is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
    is_content = name == "content.xml"
    widest = last_row = 0
    tail = b""
    # zipfile stops at the declared size and then finds the checksum wrong: a lie is BadZipFile.
    with archive.open(part) as stream:
        while data := stream.read(_BLOCK):
            if is_sheet:
                data = tail + data
                for letters in set(_CELL.findall(data)):
                    widest = max(widest, _column_number(letters))
                tail = data[-64:]
                if rows := _LAST_CELL.findall(data[-4096:]):
                    last_row = int(rows[-1])
            elif is_content:
                data = tail + data
                for repeated in _ODS_FAR.findall(data):
                    widest = max(widest, int(repeated))
                tail = data[-256:]
    if widest > limits.max_columns:
        raise UnreadableFile(
            "too_many_columns",
            f"the sheet reaches column {widest}, beyond the {limits.max_columns} allowed:"
            " delete what is right of the table",
        )
    if last_row > limits.max_rows or last_row * max(26, widest) > limits.max_grid:
        raise UnreadableFile(
            "too_many_rows",
            f"the sheet reaches row {last_row:,}, beyond what is allowed: delete what is below the"
            " table, or export a shorter period",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
