"""Plan item 7: is a letter called missing only where a book of letters has come?"""

from __future__ import annotations

import pytest

from db.records import Item
from tests.db.intake.delivering import DOSSIER_HEADER, codes, dossier
from tests.db.targets.counted import Counted

BINH_KHANH = "xa_binh_khanh"
CODE, IN_TIME = codes(2)
LETTERS = (
    "Số hồ sơ,Số thư xin lỗi,Ngày thư,Hình thức gửi,Lý do trễ hẹn,Ngày hẹn trả lần sau,Người ký"
)
OF_ANOTHER = f"{IN_TIME},1/TXL,15/03/2021,Văn bản,Thiếu,20/03/2021,Nguyễn Văn A"
INCOMPLETE = f"{CODE},2/TXL,15/03/2021,Văn bản,,20/03/2021,Nguyễn Văn A"
NOBODYS = [",3/TXL,15/03/2021,Văn bản,Thiếu,20/03/2021,Nguyễn Văn A"] * 4
DONE = "Đã xử lý xong"
MONDAY, TUESDAY = "2021-03-22", "2021-03-23"


def deliver(counted: Counted, *rows: dict[str, str]) -> None:
    lines = [",".join(row.get(name, "") for name in DOSSIER_HEADER) for row in rows]
    assert counted.table(MONDAY, ",".join(DOSSIER_HEADER), *lines).loaded == len(rows)


@pytest.fixture
def late(counted: Counted) -> Counted:
    """An overdue dossier, and one that was finished in time."""
    deliver(counted, dossier(CODE), dossier(IN_TIME, finished="12/03/2021", status=DONE))
    return counted


def notes(items: tuple[Item, ...]) -> dict[str, str | None]:
    return {item.key: item.note for item in items}


@pytest.mark.parametrize(
    ("book", "state", "letters", "on_time"),
    [
        pytest.param([], "no_data", {}, {CODE: "overdue"}, id="no book ever came"),
        pytest.param(
            NOBODYS, "rejected", {}, {CODE: "overdue"}, id="the only one that came was refused"
        ),
        pytest.param(
            [OF_ANOTHER], "missed", {CODE: "letter_missing"}, {CODE: "overdue_no_letter"},
            id="one came, and this dossier is not in it",
        ),
        pytest.param(
            [INCOMPLETE], "missed", {CODE: "letter_incomplete"}, {CODE: "overdue_no_letter"},
            id="its letter does not say why",
        ),
    ],
)  # fmt: skip
def test_nobody_is_accused_of_a_letter_where_no_book_came(
    late: Counted, book: list[str], state: str, letters: dict[str, str], on_time: dict[str, str]
) -> None:
    if book:
        late.table(MONDAY, LETTERS, *book)
    late.check(f"{MONDAY}T07:30")
    found = late.reading(BINH_KHANH, "apology_letters")
    assert found is not None
    assert found[2] == state
    assert notes(late.items("apology_letters")) == letters
    assert notes(late.items("on_time")) == on_time


def test_a_book_says_nothing_of_the_days_before_it_came(late: Counted) -> None:
    late.check(f"{MONDAY}T07:30")
    assert late.items("apology_letters") == ()
    late.table(TUESDAY, LETTERS, OF_ANOTHER)
    assert late.items("apology_letters") == (), "still as of Monday's check"
    late.check(f"{TUESDAY}T07:30")
    assert notes(late.items("apology_letters")) == {CODE: "letter_missing"}


def test_a_dossier_finished_late_is_said_to_be_late_and_no_more(counted: Counted) -> None:
    deliver(counted, dossier(CODE, finished="19/03/2021", status=DONE))
    counted.check(f"{MONDAY}T07:30")
    assert notes(counted.items("on_time")) == {CODE: "finished_late"}
    assert counted.items("apology_letters") == ()
