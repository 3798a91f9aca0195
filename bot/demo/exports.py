"""What do the offices of the invented district deliver on the morning of a day?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from bot.demo import documents, letters, mailboxes, sheets
from bot.demo.cases import cases_until
from bot.demo.days import ENDS, YEAR, at, is_working
from bot.demo.dossiers import dossier_rows, first_page, is_partial

SEED = 1215


def write_exports(folder: Path, day: date, *, seed: int = SEED) -> tuple[Path, ...]:
    """Writes the files of one morning and answers their paths; none on a day off.

    The same day and seed give the same bytes, and a later day's lists hold all that an earlier
    day's held (but for the mornings of story.PARTIAL_MORNINGS). Raises ValueError outside of 2021,
    the one year that was invented.
    """
    if not _is_invented(day):
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{day:%Y-%m-%d}"
    cases = cases_until(day, seed)
    rows = dossier_rows(cases, at(day, 7))
    partial = is_partial(day)

    dossiers_file = folder / f"ho_so_{stem}.xlsx"
    shown = first_page(rows) if partial else rows
    sheets.write_dossiers(dossiers_file, shown, day, whole=not partial)

    letters_file = folder / f"thu_xin_loi_{stem}.xlsx"
    book = letters.letter_rows(cases, day, seed)
    title = "SỔ THEO DÕI THƯ XIN LỖI"
    sheets.write_book(letters_file, title, letters.COLUMNS, book, day)

    mailboxes_file = folder / f"hop_thu_{stem}.csv"
    sheets.write_csv(mailboxes_file, mailboxes.COLUMNS, mailboxes.mailbox_rows(day, seed))

    documents_file = folder / f"van_ban_{stem}.xls"
    sent = documents.document_rows(day, seed)
    sheets.write_html(documents_file, "DANH SÁCH VĂN BẢN ĐI", documents.COLUMNS, sent)
    return dossiers_file, letters_file, mailboxes_file, documents_file


def write_afternoon(folder: Path, day: date, *, seed: int = SEED) -> tuple[Path, ...]:
    """Writes the one file of an afternoon, the dossiers as of 13:30; none on a day off.

    It is whole also on the mornings of story.PARTIAL_MORNINGS. Raises as write_exports does.
    """
    if not _is_invented(day):
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    now = at(day, 13, 30)
    known = (c for c in cases_until(day + timedelta(days=1), seed) if c.received <= now)
    file = folder / f"ho_so_{day:%Y-%m-%d}_1330.xlsx"
    sheets.write_dossiers(file, dossier_rows(known, now), day, whole=True)
    return (file,)


def _is_invented(day: date) -> bool:
    if not YEAR <= day <= ENDS:
        raise ValueError(f"the invented district exists in {YEAR.year} only, not on {day}")
    return is_working(day)
