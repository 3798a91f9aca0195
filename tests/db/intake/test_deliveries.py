"""What becomes of a delivered file as a whole, and what of it may never be found anywhere."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import text

from db.engine import writing
from db.intake.archive import open_copy
from tests.db.intake.delivering import (
    DOSSIER_HEADER,
    Desk,
    codes,
    dossier,
    write_csv,
    write_table,
)
from tests.db.intake.made import SAMPLES
from tests.journeys.installation import contents

MONDAY, TUESDAY = date(2021, 3, 22), date(2021, 3, 23)
MARK = "Nguyen-Van-Bi-Mat-079123456789"


def whole_archive(desk: Desk) -> str:
    """All that the archive holds, unpacked."""
    parts = []
    for path in sorted(p for p in desk.archive.rglob("*") if p.is_file()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        parts.append(data.decode("utf-8", "replace"))
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as book:
                parts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return "\n".join(parts)


def everywhere(desk: Desk) -> str:
    return repr(contents(desk.engine)) + whole_archive(desk)


# --- what may not be kept -------------------------------------------------------------------------

PEOPLE = {"Người nộp": MARK, "CCCD": MARK, "Ghi chú": MARK, "Số điện thoại": MARK}
LETTER_HEADER = ("Số hồ sơ", "Số thư xin lỗi", "Ngày thư", "Hình thức gửi", "Lý do trễ hẹn",
                 "Ngày hẹn trả lần sau", "Người ký", "Ghi chú", "Người nhận")  # fmt: skip
LETTER = (codes(1)[0], "1/TXL", "15/03/2021", "Văn bản", "Thiếu người", "20/03/2021", MARK, MARK,
          MARK)  # fmt: skip
BOX_HEADER = ("Địa chỉ thư", "Đơn vị", "Lần đăng nhập cuối", "Họ tên", "Chức vụ", "Số điện thoại")
BOX = ("a@tphcm.gov.vn", "UBND xã Bình Khánh", "22/03/2021", MARK, MARK, MARK)
DOCUMENT_HEADER = ("Số ký hiệu", "Ngày ban hành", "Đơn vị ban hành", "Nơi nhận", "Loại nơi nhận",
                   "Hình thức gửi", "Độ mật", "Trích yếu", "Ghi chú", "Người soạn")  # fmt: skip


def document(number: str, receiver: str = "Phòng Nội vụ", kind: str = "Cơ quan hành chính",
             secrecy: str = "", note: str = "") -> tuple[str, ...]:  # fmt: skip
    return (number, "15/03/2021", "UBND xã Bình Khánh", receiver, kind, "Điện tử", secrecy, MARK,
            note or MARK, MARK)  # fmt: skip


def deliver_dossiers(desk: Desk) -> Any:
    return desk.dossiers(dossier() | PEOPLE)


def deliver_letters(desk: Desk) -> Any:
    return desk.table(LETTER_HEADER, LETTER)


def deliver_mailboxes(desk: Desk) -> Any:
    return desk.table(BOX_HEADER, BOX)


def deliver_documents(desk: Desk) -> Any:
    return desk.table(DOCUMENT_HEADER, document("1/UBND"))


def deliver_secrets(desk: Desk) -> Any:
    rows = [document(MARK, MARK, secrecy="Mật"), document(MARK, MARK, note=f"{MARK} TM")]
    return desk.table(DOCUMENT_HEADER, *rows, document("1/UBND"))


def deliver_citizens(desk: Desk) -> Any:
    rows = [document("1/UBND", MARK, kind) for kind in ("Công dân", "Doanh nghiệp", "Lạ", "")]
    return desk.table(DOCUMENT_HEADER, *rows)


def deliver_two_columns_of_one_name(desk: Desk) -> Any:
    row = [dossier().get(name, "") for name in DOSSIER_HEADER]
    return desk.table((*DOSSIER_HEADER, "Trạng thái"), [*row, MARK])


def deliver_a_column_without_a_title(desk: Desk) -> Any:
    row = [dossier().get(name, "") for name in DOSSIER_HEADER]
    return desk.table((*DOSSIER_HEADER, ""), [*row, MARK])


def deliver_a_second_sheet(desk: Desk) -> Any:
    path = desk.folder / "two.xlsx"
    row = [dossier().get(name, "") for name in DOSSIER_HEADER]
    with xlsxwriter.Workbook(path) as book:
        first, second = book.add_worksheet("Hồ sơ"), book.add_worksheet("Danh bạ")
        first.write_row(0, 0, DOSSIER_HEADER)
        first.write_row(1, 0, row)
        second.write_row(0, 0, ["Họ tên", MARK])
    return desk.take(path)


def deliver_a_bad_row(desk: Desk) -> Any:
    """What is told of a refused row may not hold what may not be kept either."""
    return desk.dossiers(dossier() | PEOPLE, dossier(codes(1, first=5)[0], unit="Sở Lạ") | PEOPLE)


def deliver_a_refused_file(desk: Desk) -> Any:
    return desk.dossiers(*(dossier(code, unit="Sở Lạ") | PEOPLE for code in codes(5)))


@pytest.mark.parametrize(
    "deliver",
    [
        pytest.param(deliver_dossiers, id="of dossiers: people, numbers, remarks"),
        pytest.param(deliver_letters, id="of letters: signer, receiver, remarks"),
        pytest.param(deliver_mailboxes, id="of mailboxes: owner, position, telephone"),
        pytest.param(deliver_documents, id="of documents: subject, remarks, writer"),
        pytest.param(deliver_secrets, id="of secret documents: anything"),
        pytest.param(deliver_citizens, id="of documents to others than agencies: the receiver"),
        pytest.param(deliver_two_columns_of_one_name, id="of a column named twice: the second"),
        pytest.param(
            deliver_a_column_without_a_title,
            id="of a column without a title: all of it",
        ),
        pytest.param(deliver_a_second_sheet, id="of a workbook: the sheets beside the table"),
        pytest.param(deliver_a_bad_row, id="of a refused row: people, numbers, remarks"),
        pytest.param(deliver_a_refused_file, id="of a refused file: people, numbers, remarks"),
    ],
)
def test_what_may_not_be_kept_is_nowhere(desk: Desk, deliver: Callable[[Desk], Any]) -> None:
    report = deliver(desk)
    assert report.rows > 0, "it was read"
    assert MARK not in everywhere(desk)
    assert MARK not in repr(report)


def test_what_may_be_kept_is_kept(desk: Desk) -> None:
    desk.dossiers(dossier() | PEOPLE)
    assert "Người nộp" not in whole_archive(desk)
    for kept in ("Số hồ sơ", codes(1)[0], "UBND xã Bình Khánh", "15/03/2021 17:00"):
        assert kept in whole_archive(desk)


# --- the file as a whole --------------------------------------------------------------------------


def test_the_same_bytes_again_change_nothing(desk: Desk) -> None:
    desk.dossiers(dossier(), day=MONDAY)
    before = contents(desk.engine)
    again = desk.take(desk.folder / "ho_so_1.csv", TUESDAY)
    assert (again.outcome, again.rows, again.loaded) == ("unchanged", 1, 0)
    assert again.reason == "the same file was taken on 22/03/2021"
    assert contents(desk.engine) == before


def test_a_book_kept_by_hand_is_confirmed_by_the_same_bytes_on_a_later_day(desk: Desk) -> None:
    desk.table(LETTER_HEADER, LETTER, day=MONDAY)
    path = desk.folder / "file_1.csv"
    for day, days in ((MONDAY, [20210322]), (TUESDAY, [20210322, 20210323])):
        assert desk.take(path, day).outcome == "unchanged"
        assert desk.known("fresh_day", "deliveries", "id") == days


def test_a_refused_file_may_come_again_mended_by_settings(desk: Desk) -> None:
    rows = [dossier(code, unit="Xã BK") for code in codes(5)]
    assert desk.dossiers(*rows).outcome == "refused"
    desk.rules = type(desk.rules)(
        words=desk.rules.words, district=desk.rules.district, office=desk.rules.office,
        aliases={"xã bk": "xa_binh_khanh"},
    )  # fmt: skip
    again = desk.take(desk.folder / "ho_so_1.csv")
    assert (again.outcome, again.loaded) == ("accepted", 5)


def test_nothing_of_a_refused_file_stays_but_the_record(desk: Desk) -> None:
    desk.dossiers(dossier(), day=MONDAY)
    before = contents(desk.engine)
    bad = [dossier(code, unit="Sở Lạ", field="Mới") for code in codes(5, first=5)]
    report = desk.dossiers(*bad, dossier(codes(1, first=9)[0], field="Mới"))
    assert (report.outcome, report.loaded) == ("refused", 0)
    assert "5 of 6 rows" in (report.reason or "")
    after = contents(desk.engine)
    told = {"deliveries", "delivery_units", "rejects"}
    assert {t: r for t, r in after.items() if t not in told} == {
        t: r for t, r in before.items() if t not in told
    }
    assert desk.known("outcome, rows, loaded, archive IS NULL", "deliveries", "id")[1] == (
        "refused", 6, 0, True,
    )  # fmt: skip
    assert not list(desk.archive.rglob("*.part"))


@pytest.mark.parametrize(
    ("rows", "source", "words"),
    [
        pytest.param([["a", "b"], ["1", "2"]], None, "no header", id="no header at all"),
        pytest.param([["Số hồ sơ", "Đơn vị", "Trạng thái"], ["1", "2", "3"]], "dossiers",
                     "Ngày tiếp nhận", id="a required column is missing"),
        pytest.param([list(DOSSIER_HEADER)], None, "no rows", id="a header and nothing below"),
        pytest.param([list(BOX_HEADER), list(BOX)], "letters", "'letters'",
                     id="another kind than the one named"),
    ],
)  # fmt: skip
def test_a_file_is_refused_with_one_sentence(
    desk: Desk, rows: list[list[str]], source: str | None, words: str
) -> None:
    report = desk.take(write_csv(desk.folder / "file.csv", rows), source=source)
    assert report.outcome == "refused"
    assert words in (report.reason or "")
    assert "\n" not in (report.reason or "")
    assert desk.known("outcome, reason", "deliveries", "id") == [("refused", report.reason)]


# --- the copy replays the day ---------------------------------------------------------------------

FACTS = ("dossiers", "letters", "mailboxes", "documents")
OURS = {"id", "delivery_id", "field_id", "procedure_id"}  # numbers given out in order of arrival


def facts(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in FACTS:
        rows = desk.rows(f"SELECT * FROM {table}")
        bare = [{k: v for k, v in row.items() if k not in OURS} for row in rows]
        found[table] = sorted(bare, key=repr)
    return found


def test_the_archived_copies_give_the_same_rows_in_an_empty_database(
    desk: Desk, tmp_path: Path
) -> None:
    files = [SAMPLES / f"{name}.csv" for name in ("ho_so", "thu_xin_loi", "hop_thu", "van_ban")]
    people = write_table(tmp_path / "p.csv", [dossier(c) | PEOPLE for c in codes(4, first=11)],
                         DOSSIER_HEADER)  # fmt: skip
    reports = [desk.take(path) for path in (*files, people)]
    before = facts(desk)
    assert {table: len(rows) for table, rows in before.items()} == {
        "dossiers": 12, "letters": 8, "mailboxes": 8, "documents": 6,
    }  # fmt: skip
    kept = desk.rows("SELECT source, archive FROM deliveries ORDER BY id")
    with writing(desk.engine) as tx:
        for table in (*FACTS, "row_flags", "delivery_units", "rejects", "deliveries"):
            tx.execute(text(f"DELETE FROM {table}"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for copy, first in zip(kept, reports, strict=True):
        path = open_copy(desk.archive, copy["archive"], scratch)
        again = desk.take(path, source=copy["source"], keep=False)
        # Of a secret row not even an empty one is left to read.
        rows = first.rows - first.dropped.get("secret", 0)
        told = (again.outcome, again.rows, again.loaded)
        assert told == (first.outcome, rows, first.loaded), copy
        assert again.flag_counts == first.flag_counts
        assert {f.row for f in again.flags} == {f.row for f in first.flags}, "under the same rows"
    assert facts(desk) == before
