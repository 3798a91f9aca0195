"""What do the offices of the invented district deliver on the morning of a day?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.demo import documents, letters, mailboxes, sheets
from bot.demo.cases import cases_until
from bot.demo.days import ENDS, YEAR, is_working
from bot.demo.dossiers import dossier_rows, first_page, is_partial

SEED = 1215


def write_exports(folder: Path, day: date, *, seed: int = SEED) -> tuple[Path, ...]:
    """Writes the files of one morning and answers their paths; none on a day off.

    The same day and seed give the same bytes, and a later day's lists hold all that an earlier
    day's held (but for the mornings of story.PARTIAL_MORNINGS). Raises ValueError outside of 2021,
    the one year that was invented.
    """
    if not YEAR <= day <= ENDS:
        raise ValueError(f"the invented district exists in {YEAR.year} only, not on {day}")
    if not is_working(day):
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{day:%Y-%m-%d}"
    cases = cases_until(day, seed)
    rows = dossier_rows(cases, day)
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
