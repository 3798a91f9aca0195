"""What is a delivered file really? Judged by its first bytes and its parts, never by its name."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Literal

from db.intake.refusals import Limits, UnreadableFile, megabytes

Kind = Literal["csv", "xlsx", "xls", "ods", "html"]

SAMPLE = 65_536  # bytes
_RIGHT = "send an .xlsx, .xls, .ods or .csv export"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "a rich text document"),
    (b"MIME-Version:", "a single-file web page (.mht)"),
    (b"SQLite format 3", "a database"),
)
_ZIP_PARTS = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
)
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def sniff(path: Path, limits: Limits) -> Kind:
    """The kind of the file. Raises UnreadableFile for what is not a table, naming what it is."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile("empty", f"the file is empty (0 bytes): {_RIGHT}")
    if size > limits.max_bytes:
        raise UnreadableFile(
            "too_large",
            f"the file has {megabytes(size)}, more than the {megabytes(limits.max_bytes)} allowed:"
            " export a shorter period",
        )
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if sample.startswith(b"PK"):
        return _sniff_zip(path)
    if sample.startswith(_OLE):
        return _sniff_ole(path)
    for magic, what in _NOT_TABLES:
        # Two-letter marks also begin ordinary words ("MZ", "BM"): a binary holds a zero early.
        if sample.startswith(magic) and (len(magic) > 2 or b"\x00" in sample[:64]):
            raise UnreadableFile("not_a_table", f"the file is {what}, not a table: {_RIGHT}")
    if sample[:1] == b"\x09" and sample[1:2] in (b"\x00", b"\x02", b"\x04", b"\x08"):
        raise UnreadableFile(
            "old_excel", "the file is from an Excel older than 1997: save it again as .xlsx"
        )
    return _sniff_text(sample)


def _sniff_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                if archive.read("mimetype").strip() == _ODS_TYPE:
                    return "ods"
                raise UnreadableFile(
                    "not_a_table",
                    f"the file is an OpenDocument, but not a spreadsheet: {_RIGHT}",
                )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise UnreadableFile(
            "corrupt",
            "the file is an .xlsx, .ods or zip that is damaged or was cut off in transfer:"
            " send it again",
        ) from error
    for part, what in _ZIP_PARTS:
        if part in names:
            raise UnreadableFile("not_a_table", f"the file is {what}: save it as .xlsx")
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise UnreadableFile(
        "not_a_table", f"the file is a zip archive, not a workbook: unpack it and {_RIGHT}"
    )


def _sniff_ole(path: Path) -> Kind:
    content = path.read_bytes()
    if _wide("EncryptedPackage") in content:
        raise UnreadableFile(
            "encrypted", "the workbook is locked with a password: save it without one"
        )
    if _wide("Workbook") in content or _wide("Book") in content:
        return "xls"
    if _wide("Root Entry") not in content:  # the list of parts stands at the end as a rule
        raise UnreadableFile(
            "corrupt", "the .xls file is damaged or was cut off in transfer: send it again"
        )
    raise UnreadableFile(
        "not_a_table", f"the file is an old Office document, but not a workbook: {_RIGHT}"
    )


def _sniff_text(sample: bytes) -> Kind:
    # UTF-16 has zeros between its letters; they are dropped only to look for the marks of HTML.
    start = sample.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"").lower()
    if start.startswith(b"<") and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise UnreadableFile(
            "xml_spreadsheet", "the file is an 'XML Spreadsheet 2003': save it again as .xlsx"
        )
    if start.startswith(b"<") and (b"<table" in start or b"<html" in start or b"<!doc" in start):
        return "html"
    return "csv"


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")
