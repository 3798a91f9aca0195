"""What a mail console's list says of each unit's mailboxes, and what a newer list replaces."""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.intake.delivering import Desk

HEADER = ("Địa chỉ thư", "Đơn vị", "Trạng thái", "Ngày tạo", "Lần đăng nhập cuối",
          "Lần gửi/nhận cuối", "Lý do vắng")  # fmt: skip
MONDAY, TUESDAY = date(2021, 3, 22), date(2021, 3, 23)
BINH_KHANH, LY_NHON = "UBND xã Bình Khánh", "UBND xã Lý Nhơn"


def box(name: str, unit: str = BINH_KHANH, **given: str) -> tuple[str, ...]:
    names = ("state", "created", "used", "sent", "absence")
    usual = {"state": "Hoạt động", "created": "02/01/2018", "used": "22/03/2021 16:40"}
    return (f"{name}@tphcm.gov.vn", unit, *((usual | given).get(n, "") for n in names))


@pytest.mark.parametrize(
    ("given", "columns", "expected"),
    [
        pytest.param({}, "active, last_used", (1, 20210322164000), id="an active one"),
        pytest.param({"state": "Khóa"}, "active, flags", (0, ""), id="a locked one"),
        pytest.param({"sent": "23/03/2021 07:00"}, "active, last_used", (1, 20210323070000),
                     id="the later of sign-in and last mail is its last use"),
        pytest.param({"used": ""}, "active, last_used", (1, None), id="never used"),
        pytest.param({"used": "24/03/2021"}, "active, last_used", (1, None),
                     id="a use in the future is none"),
        pytest.param({"absence": "Nghỉ thai sản 05/01/2021–05/07/2021"},
                     "absent_from, absent_to", (20210105000000, 20210705235959),
                     id="leave from a day to the end of a day"),
        pytest.param({"absence": "Đi học từ 05/01/2021"}, "absent_from, absent_to",
                     (20210105000000, 99991231235959), id="leave without an end"),
        pytest.param({"absence": "Nghỉ hưu"}, "active, flags, absent_from",
                     (1, "to_withdraw", None), id="who has retired is to be withdrawn"),
        pytest.param({"absence": "Không thích"}, "active, absent_from", (1, None),
                     id="a reason that excuses nobody"),
    ],
)  # fmt: skip
def test_a_row_means(
    desk: Desk, given: dict[str, str], columns: str, expected: tuple[int | str | None, ...]
) -> None:
    report = desk.table(HEADER, box("a", **given))
    assert (report.outcome, report.source) == ("accepted", "mailboxes")
    assert desk.known(columns, "mailboxes", "address") == [expected]
    told = {"24/03/2021": "future_date", "Không thích": "absence_not_recognised"}
    assert set(report.flag_counts) == {told[v] for v in given.values() if v in told}


def test_a_newer_list_replaces_the_units_that_it_names_and_no_other(desk: Desk) -> None:
    desk.table(HEADER, box("a"), box("b"), box("c", LY_NHON), day=MONDAY)
    desk.table(HEADER, box("b"), box("d"), day=TUESDAY)
    assert desk.known("local_part, day", "mailboxes", "address") == [
        ("b", 20210323), ("c", 20210322), ("d", 20210323),
    ]  # fmt: skip


def test_an_older_list_changes_nothing_and_is_told(desk: Desk) -> None:
    desk.table(HEADER, box("a"), day=TUESDAY)
    report = desk.table(HEADER, box("b"), box("c", LY_NHON), day=MONDAY)
    assert report.dropped == {"older_than_what_is_known": 1}
    assert desk.known("local_part", "mailboxes", "address") == ["a", "c"]


def test_rows_that_are_no_mailbox_or_of_nobody_are_refused_alone(desk: Desk) -> None:
    report = desk.table(HEADER, box("a"), box("b", "Phòng Lạ"), ("không có", *box("c")[1:]))
    assert [(r.row, r.column) for r in report.rejects] == [(3, "Đơn vị"), (4, "Địa chỉ thư")]
    assert desk.known("local_part", "mailboxes", "address") == ["a"]


def test_the_same_address_twice_is_one_mailbox(desk: Desk) -> None:
    report = desk.table(HEADER, box("A", used="19/03/2021"), box("a"), box("b"))
    assert (report.loaded, report.dropped) == (2, {"duplicate": 1})
    assert desk.known("address, last_used", "mailboxes", "address")[0] == (
        "a@tphcm.gov.vn", 20210322164000,
    )  # fmt: skip


def test_a_mailbox_that_moved_belongs_to_its_new_unit(desk: Desk) -> None:
    desk.table(HEADER, box("a"), box("b"), day=MONDAY)
    desk.table(HEADER, box("a", LY_NHON), day=TUESDAY)
    assert desk.known("local_part, unit_id", "mailboxes", "address") == [
        ("a", desk.unit("xa_ly_nhon")), ("b", desk.unit("xa_binh_khanh")),
    ]  # fmt: skip
