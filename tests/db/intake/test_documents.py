"""Which documents count, which are electronic, and which never enter the database."""

from __future__ import annotations

import pytest

from tests.db.intake.delivering import Desk

HEADER = ("Số ký hiệu", "Ngày ban hành", "Đơn vị ban hành", "Nơi nhận", "Loại nơi nhận",
          "Hình thức gửi", "Ký số", "Độ mật", "Ngày gửi", "Trạng thái liên thông",
          "Ghi chú")  # fmt: skip
NAMES = ("number", "issued", "unit", "receiver", "kind", "form", "signed", "secrecy", "sent",
         "state", "note")  # fmt: skip
USUAL = ("215/UBND", "15/03/2021", "UBND xã Bình Khánh", "Phòng Nội vụ", "Cơ quan hành chính",
         "Điện tử", "Có", "", "15/03/2021 15:02", "Đã nhận", "")  # fmt: skip
WRONG_ORDER = {"issued": "16/03/2021", "sent": "15/03/2021"}


def document(**given: str) -> tuple[str, ...]:
    return tuple(given.get(name, value) for name, value in zip(NAMES, USUAL, strict=True))


@pytest.mark.parametrize(
    ("given", "expected", "flags"),
    [
        pytest.param({}, (1, 1, 1), set(), id="signed and electronic"),
        pytest.param({"signed": "Không"}, (1, 1, 0), {"not_signed"}, id="electronic, not signed"),
        pytest.param({"form": "Văn bản giấy"}, (1, 0, 1), set(), id="on paper"),
        pytest.param({"form": "Điện tử + giấy"}, (1, 1, 1), {"paper_beside"},
                     id="electronic with paper beside it"),
        pytest.param({"kind": "Công dân"}, (0, 1, 1), set(), id="to a citizen it does not count"),
        pytest.param({"kind": "Doanh nghiệp"}, (0, 1, 1), set(), id="to a company neither"),
        pytest.param({"kind": "Cơ quan Đảng"}, (0, 1, 1), set(), id="to the Party neither"),
        pytest.param({"kind": "Nội bộ"}, (0, 1, 1), set(), id="within the office neither"),
        pytest.param({"kind": "Người ngoài hành tinh"}, (0, 1, 1), {"unknown_kind"},
                     id="to a kind of receiver that is not known"),
        pytest.param({"issued": "24/03/2021", "sent": ""}, (0, 1, 1), {"future_date"},
                     id="issued after the day of delivery"),
        pytest.param(WRONG_ORDER, (0, 1, 1), {"impossible_order"}, id="sent before it was issued"),
        pytest.param({"secrecy": "Thường"}, (1, 1, 1), set(), id="marked as ordinary"),
    ],
)  # fmt: skip
def test_a_row_means(
    desk: Desk, given: dict[str, str], expected: tuple[int, int, int], flags: set[str]
) -> None:
    report = desk.table(HEADER, document(**given))
    assert (report.outcome, report.source, report.dropped) == ("accepted", "documents", {})
    assert desk.known("counts, electronic, signed", "documents", "number") == [expected]
    assert set(report.flag_counts) == flags


@pytest.mark.parametrize(
    ("given", "known"),
    [
        pytest.param({"kind": "Nội bộ"}, (2021, ""), id="none of those that are counted"),
        pytest.param({"issued": "24/03/2022", "sent": ""}, (2021, "future_date"),
                     id="issued next year, says the list: looked into this year"),
        pytest.param(WRONG_ORDER, (2021, "impossible_order"), id="sent before it was issued"),
    ],
)  # fmt: skip
def test_what_is_in_no_rate_says_why(
    desk: Desk, given: dict[str, str], known: tuple[int, str]
) -> None:
    desk.table(HEADER, document(**given))
    assert desk.known("year, flags", "documents", "number") == [known]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param({"secrecy": "Mật"}, "secret", id="secret"),
        pytest.param({"secrecy": "Tối mật"}, "secret", id="top secret"),
        pytest.param({"secrecy": "TUYỆT MẬT"}, "secret", id="of the highest degree"),
        pytest.param({"secrecy": "???"}, "secret", id="with a mark that nobody knows"),
        pytest.param({"note": "VB MẬT"}, "secret", id="with a stamp in the note"),
        pytest.param({"note": "độ A"}, "secret", id="with a degree in the note"),
        pytest.param({"number": "12/MẬT-UBND"}, "secret", id="with a stamp in the number"),
        pytest.param({"number": "", "secrecy": "Mật"}, "secret", id="secret and without a number"),
        pytest.param({"state": "Thu hồi"}, "recalled", id="recalled"),
        pytest.param({"state": "Dự thảo"}, "recalled", id="a draft"),
    ],
)
def test_a_row_never_enters(desk: Desk, given: dict[str, str], reason: str) -> None:
    report = desk.table(HEADER, document(**given), document(number="1/UBND"))
    assert (report.dropped, report.rejects, report.flags) == ({reason: 1}, (), ())
    assert desk.known("number", "documents", "number") == ["1/UBND"]


def test_a_recalled_copy_does_not_overwrite_the_sent_one(desk: Desk) -> None:
    report = desk.table(HEADER, document(), document(state="Thu hồi", form="Văn bản giấy"))
    assert (report.loaded, report.dropped) == (1, {"recalled": 1})
    assert desk.known("electronic", "documents", "number") == [1]


def test_rows_without_number_day_or_known_unit_are_refused_alone(desk: Desk) -> None:
    bad = (document(number=""), document(issued="hôm qua"), document(unit="Sở Lạ"))
    report = desk.table(HEADER, document(), *bad)
    assert [(r.row, r.column) for r in report.rejects] == [
        (3, "Số ký hiệu"), (4, "Ngày ban hành"), (5, "Đơn vị ban hành"),
    ]  # fmt: skip
    assert report.loaded == 1


def test_the_name_of_a_private_receiver_is_not_kept(desk: Desk) -> None:
    desk.table(HEADER, document(kind="Công dân", receiver="Ông Nguyễn Văn Bí"), document())
    assert desk.known("receiver", "documents", "receiver") == ["", "phong noi vu"]
