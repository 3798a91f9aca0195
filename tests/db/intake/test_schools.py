"""Is the list of schools and their electronic payment understood, and replaced by the newest?"""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.intake.delivering import Desk
from tests.db.intake.made import SAMPLES
from tests.db.intake.test_school_surveys import schooled

__all__ = ["schooled"]

HEADER = (
    "Mã trường", "Tên trường", "Cấp học", "Loại hình", "Kênh thanh toán điện tử",
    "Kỳ thu gần nhất", "Số giao dịch điện tử", "Tổng số lượt thu", "Tình trạng",
)  # fmt: skip


def school(**given: str) -> list[str]:
    """A public school that collects by QR; cells of it change."""
    row = {
        "code": "7978701", "name": "Trường Mầm non Bình Khánh", "level": "Mầm non",
        "ownership": "Công lập", "channel": "Chuyển khoản QR", "last_period": "T3/2021",
        "transactions": "120", "collections": "305", "state": "Đang dùng",
    }  # fmt: skip
    return list((row | given).values())


def test_the_sample_is_taken_and_the_schools_it_lacks_are_named(schooled: Desk) -> None:
    report = schooled.take(SAMPLES / "truong.csv", date(2021, 3, 31))
    assert (report.source, report.outcome, report.loaded) == ("schools", "accepted", 8)
    assert report.rejects == ()
    assert dict(report.flag_counts) == {"school_missing": 30}
    columns = "is_public, in_use, last_period, transactions, collections, state"
    assert schooled.known(columns, "schools") == [
        (1, 1, 20210331235959, 120, 305, "in_use"), (1, 1, 20210331235959, 410, 975, "in_use"),
        (1, 0, 20201231235959, 0, 0, "suspended"), (1, 0, None, 0, 238, "none"),
        (1, 1, 20210228235959, 30, 255, "in_use"), (1, 0, None, 0, 295, "signed"),
        (0, 1, 20210331235959, 58, 60, "in_use"), (1, 0, None, 0, 110, "none"),
    ]  # fmt: skip
    unknown = schooled.rows("SELECT code FROM schools WHERE unit_id IS NULL")
    assert unknown == [{"code": "7978707"}], "the private one is in no list of ours"


@pytest.mark.parametrize(
    ("given", "columns", "known", "flag"),
    [
        ({"name": "Trường Tiểu học Mới"}, "unit_id, is_public", (None, 1), "unknown_school"),
        ({"ownership": "Bán công"}, "is_public, in_use", (1, 1), "unknown_ownership"),
        ({"state": "Hỏi lại"}, "in_use, state", (0, "unknown"), "unknown_state"),
        ({"state": ""}, "in_use, state", (1, "unknown"), None),
        ({"state": "", "channel": ""}, "in_use, state", (0, "unknown"), None),
        ({"last_period": "Quý I/2021"}, "last_period, in_use", (20210331235959, 1), None),
        ({"last_period": "15/03/2021"}, "last_period, in_use", (20210315235959, 1), None),
        ({"last_period": "T12/2021"}, "last_period, in_use", (None, 1), "future_date"),
        ({"last_period": "24/03/2021"}, "last_period, in_use", (None, 1), "future_date"),
        ({"last_period": "mới đây"}, "last_period, in_use", (None, 1), "bad_date:last_period"),
        ({"transactions": "400"}, "transactions, in_use", (400, 1), "more_than_collected"),
        ({"transactions": "1.204", "collections": "2.000"}, "transactions, in_use", (1204, 1),
         None),
        ({"transactions": "#REF!"}, "transactions, in_use", (0, 1), None),
        ({"transactions": "vài"}, "transactions, in_use", (0, 1), "bad_number:transactions"),
    ],
    ids=[
        "a school that the organisation does not know is kept by its code",
        "a kind of school that nobody knows counts as public",
        "a state that nobody knows is no use",
        "without a state the channel tells",
        "without state and channel there is no use",
        "a fee period of a quarter",
        "a day of collection",
        "a fee period that begins later than the next month",
        "a day of collection that has not come",
        "a fee period that is none",
        "more payments than collections",
        "thousands",
        "a broken formula",
        "a number that is none",
    ],
)  # fmt: skip
def test_a_row_of_the_list(
    schooled: Desk,
    given: dict[str, str],
    columns: str,
    known: tuple[object, ...],
    flag: str | None,
) -> None:
    report = schooled.table(HEADER, school(**given))
    assert schooled.known(columns, "schools") == [known]
    assert report.rejects == ()
    assert {f.flag for f in report.flags} - {"school_missing"} == ({flag} if flag else set())


def test_a_row_without_a_code_is_refused_and_an_upper_secondary_school_left_out(
    schooled: Desk,
) -> None:
    report = schooled.table(
        HEADER,
        school(code=""),
        school(code="1", name="Trường THPT Cần Thạnh", level="THPT"),
        school(),
    )
    assert [(r.row, r.column) for r in report.rejects] == [(2, "Mã trường")]
    assert (dict(report.dropped), report.loaded) == ({"upper_secondary": 1}, 1)


def test_the_newest_day_replaces_the_list_and_its_files_add_up(schooled: Desk) -> None:
    schooled.table(HEADER, school(code="1"), school(code="2"), day=date(2021, 3, 1))
    schooled.table(HEADER, school(code="2"), day=date(2021, 4, 1))
    schooled.table(HEADER, school(code="3"), day=date(2021, 4, 1))
    assert schooled.known("code", "schools") == ["2", "3"]
    report = schooled.table(HEADER, school(code="4"), day=date(2021, 3, 15))
    assert dict(report.dropped) == {"older_than_what_is_known": 1}
    assert schooled.known("code", "schools") == ["2", "3"]
