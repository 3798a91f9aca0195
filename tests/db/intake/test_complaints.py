"""The register of petitions and complaints: what is kept of a row, and what never is."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import writing
from db.intake.complaints import settle
from tests.db.intake.delivering import Desk

HEADER = (
    "Số thụ lý", "Loại đơn", "Lần", "Ngày nhận đơn", "Ngày thụ lý", "Tính chất", "Hạn giải quyết",
    "Ngày gia hạn", "Hạn sau gia hạn", "Ngày ban hành kết quả", "Trạng thái", "Đơn vị tham mưu",
)  # fmt: skip


def case(number: str = "01/KN", **given: str) -> list[str]:
    """A complaint taken on by the inspectorate on 01/03 and due on 31/03; columns of it change."""
    row = dict(zip(HEADER, (
        number, "Khiếu nại", "1", "22/02/2021", "01/03/2021", "Thường", "31/03/2021", "", "", "",
        "Đang giải quyết", "Thanh tra huyện",
    ), strict=True))  # fmt: skip
    named = {"kind": 1, "instance": 2, "received": 3, "accepted": 4, "complexity": 5, "due": 6,
             "extended": 7, "extended_due": 8, "decided": 9, "status": 10, "unit": 11}  # fmt: skip
    return list((row | {HEADER[named[name]]: value for name, value in given.items()}).values())


def flags_of(report: Any) -> list[tuple[int, str, str]]:
    return [(flag.row, flag.key, flag.flag) for flag in report.flags]


@pytest.mark.parametrize(
    ("given", "deadline"),
    [
        pytest.param({"due": ""}, 20210415235959, id="forty-five days for a first complaint"),
        pytest.param({"due": "", "complexity": "Phức tạp"}, 20210430235959,
                     id="sixty for a complex one"),
        pytest.param({"due": "", "instance": "2"}, 20210430235959, id="sixty for a second one"),
        pytest.param({"due": "", "instance": "2", "complexity": "Phức tạp"}, 20210510235959,
                     id="seventy for a complex second one"),
        pytest.param({}, 20210331235959, id="the due day of the register, where there is one"),
        pytest.param({"due": "", "kind": "Tố cáo"}, 20210331235959, id="denunciations as ever"),
    ],
)  # fmt: skip
def test_a_remote_area_has_more_days(desk: Desk, given: dict[str, str], deadline: int) -> None:
    desk.rules = replace(desk.rules, remote=True)
    desk.table(HEADER, case(**given))
    assert desk.known("deadline", "complaints", "number") == [deadline]


@pytest.mark.parametrize(
    ("given", "deadline", "flags"),
    [
        ({}, 20210331235959, []),
        (
            {"extended": "15/03/2021", "extended_due": "30/04/2021"},
            20210430235959, [],
        ),
        (
            {"due": "10/03/2021", "extended": "11/03/2021", "extended_due": "30/04/2021"},
            20210310235959, ["extension_not_lawful"],
        ),
        ({"extended_due": "30/04/2021"}, 20210331235959, ["extension_not_lawful"]),
        (
            {"extended": "24/03/2021", "extended_due": "30/04/2021"},
            20210331235959, ["extension_not_lawful"],
        ),
        (
            {"extended": "15/03/2021", "extended_due": "30/03/2021"},
            20210331235959, ["extension_not_lawful"],
        ),
        ({"due": ""}, 20210331235959, ["due_reckoned"]),
        ({"due": "", "complexity": "Phức tạp"}, 20210415235959, ["due_reckoned"]),
        ({"due": "", "instance": "2"}, 20210415235959, ["due_reckoned"]),
        ({"due": "", "instance": "Lần hai", "complexity": "Phức tạp"}, 20210430235959,
         ["due_reckoned"]),
        ({"due": "", "kind": "Tố cáo", "complexity": "Phức tạp"}, 20210331235959, ["due_reckoned"]),
        ({"due": "", "kind": "Đơn kiến nghị"}, 20210315235959, ["due_reckoned"]),
        ({"due": "", "number": "7", "kind": "Khác"}, None, ["no_due_date", "unknown_kind"]),
        ({"due": "31/02/2021", "accepted": "", "received": ""}, None,
         ["bad_date:due", "no_due_date"]),
    ],
    ids=[
        "its due day",
        "an extension decided in writing moves it",
        "one decided after the due day does not",
        "nor one that nobody dates",
        "nor one decided after the file was made",
        "nor one that ends before the due day",
        "a blank due day: thirty days for a first complaint",
        "forty-five for a complex one",
        "forty-five for a second complaint",
        "sixty for a complex second one",
        "thirty for a denunciation, whose extension must be written",
        "ten working days for a petition",
        "none where the kind is not known",
        "none where nothing tells it",
    ],
)  # fmt: skip
def test_when_a_case_is_due(
    desk: Desk, given: dict[str, str], deadline: int | None, flags: list[str]
) -> None:
    report = desk.table(HEADER, case(**given))
    assert desk.known("deadline", "complaints", "number") == [deadline]
    assert sorted(flag.flag for flag in report.flags) == flags


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Khiếu nại", "complaint"),
        ("KHIẾU NẠI lần đầu", "complaint"),
        ("Đơn khiếu nại", "complaint"),
        ("Tố cáo", "denunciation"),
        ("Đơn tố cáo", "denunciation"),
        ("Đơn kiến nghị", "petition"),
        ("Đơn phản ánh", "petition"),
        ("Phản ánh", "petition"),
        ("", "complaint"),
        ("Việc của ông A", "complaint"),
    ],
)
def test_the_kind_of_a_case(desk: Desk, words: str, kind: str) -> None:
    desk.table(HEADER, case("01/KN", kind=words))
    assert desk.known("kind", "complaints", "number") == [kind]


@pytest.mark.parametrize(
    ("status", "decided", "expected"),
    [
        ("done", 20210331, (2021, 1, 0, 0, None)),
        ("done", 20210401, (2021, 0, 1, 0, None)),
        ("open", 20210331, (2021, 1, 0, 0, None)),
        ("open", None, (2021, 0, 0, 1, None)),
        (None, None, (2021, 0, 0, 1, None)),
        ("stopped", 20210331, (2021, 1, 0, 0, None)),
        ("stopped", 20210401, (2021, 0, 0, 0, "withdrawn")),
        ("forwarded", 20210401, (2021, 0, 1, 0, None)),
        ("refused", 20210331, (2021, 1, 0, 0, None)),
        ("refused", None, (2021, 0, 0, 0, "not_accepted")),
        ("paused", None, (2021, 0, 0, 0, "paused")),
        ("done", None, (2021, 0, 0, 0, "finish_without_date")),
        ("done", 20210228, (2021, 0, 0, 0, "impossible_order")),
        ("done", 20210501, (2021, 0, 0, 0, "future_date")),
        ("done", 20220501, (2021, 0, 0, 0, "future_date")),
    ],
    ids=[
        "decided on the last day",
        "decided a day late",
        "a decision counts whatever the status says",
        "open: the calendar will judge it",
        "an unknown status is open",
        "stopped in time is in time",
        "stopped after the day is left out",
        "forwarded after the day is late",
        "returned in time is in time",
        "not taken on",
        "suspended",
        "ended, and nobody says when",
        "decided before it came",
        "decided after the file was made",
        "decided next year, says the file: looked into this year",
    ],
)
def test_what_is_settled_about_a_case(
    status: str | None, decided: int | None, expected: tuple[Any, ...]
) -> None:
    assert expected == settle(
        status=status, received=20210222000000, accepted=20210301000000, due=20210331235959,
        deadline=20210331235959, decided=decided and decided * 1_000_000,
        day_end=20210405235959,
    )  # fmt: skip


def test_a_later_file_brings_a_case_up_to_date_and_an_older_one_does_not(desk: Desk) -> None:
    desk.table(HEADER, case(), case("02/KN"), day=date(2021, 3, 22))
    desk.table(HEADER, case(decided="23/03/2021", status="Đã giải quyết"))
    desk.table(HEADER, case(status="Đang xác minh"), day=date(2021, 3, 19))
    assert desk.known("number, decided, on_time, running", "complaints", "number") == [
        ("01/KN", 20210323000000, 1, 0),
        ("02/KN", None, 0, 1),
    ]


def test_a_case_that_a_later_file_lacks_is_kept_and_flagged(desk: Desk) -> None:
    desk.table(HEADER, case(), case("02/KN"), case("03/KN", unit="Phòng Tư pháp"))
    report = desk.table(HEADER, case(), case("04/KN"), day=date(2021, 3, 24))
    assert flags_of(report) == [(0, "02/KN", "not_in_the_file")], "of the file's own unit only"
    assert len(desk.known("number", "complaints", "number")) == 4


def test_numbers_begin_again_each_year(desk: Desk) -> None:
    desk.table(HEADER, case(received="20/02/2020", accepted="02/03/2020", due="01/04/2020"))
    desk.table(HEADER, case(), day=date(2021, 3, 24))
    assert desk.known("register_year", "complaints", "register_year") == [2020, 2021]


def test_of_two_rows_with_one_number_the_decided_one_stays(desk: Desk) -> None:
    report = desk.table(
        HEADER, case(decided="12/03/2021", status="Đã giải quyết"), case(status="Đang giải quyết")
    )
    assert (report.loaded, report.dropped) == (1, {"duplicate": 1})
    assert desk.known("on_time", "complaints", "number") == [1]


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("15/Đ", "15/Đ"),
        ("Số 15/Đ", "15/Đ"),
        ("15 / ĐKN", "15/ĐKN"),
        ("7", "7"),
        ("08a/TC", "08a/TC"),
    ],
)
def test_a_register_number_as_it_is_typed(desk: Desk, number: str, kept: str) -> None:
    desk.table(HEADER, case(number))
    assert desk.known("number", "complaints", "number") == [kept]


def test_who_complains_of_what_is_kept_nowhere(desk: Desk) -> None:
    header = (*HEADER, "Người tố cáo", "Nội dung đơn", "Địa chỉ", "Ghi chú", "Điện thoại")
    private = ("Trần Thị Bí Mật", "tố ông Lê Văn X", "12 Rừng Sác", "gọi lại", "0909123456")
    report = desk.table(
        header,
        [*case("01/TC", kind="Tố cáo", status="Ông Lê Văn X xin hoãn"), *private],
        [*case("02/TC", kind="Tố cáo bà Ngô Thị Y", decided="hỏi ông Lê Văn X"), *private],
        [*case("Đơn của Trần Thị Bí Mật"), *private],
    )
    assert (report.loaded, len(report.rejects)) == (2, 1)
    assert {flag.flag for flag in report.flags} == {"unknown_status", "bad_date:decided"}
    written = [
        str(desk.rows(f"SELECT * FROM {table}"))
        for table in ("complaints", "row_flags", "rejects", "deliveries")
    ]
    told = " ".join([repr(report), *written])
    for word in ("Trần Thị", "Lê Văn", "Ngô Thị", "Rừng Sác", "gọi lại", "0909"):
        assert word not in told, word
    kept = [gzip.decompress(path.read_bytes()).decode() for path in desk.archive.rglob("*.gz")]
    assert len(kept) == 1
    assert "01/TC" in kept[0]
    for word in ("Trần Thị", "Lê Văn", "Rừng Sác", "gọi lại", "0909"):
        assert word not in kept[0], word


def test_what_the_archive_keeps_of_a_register_gives_the_same_cases(desk: Desk) -> None:
    desk.table(
        (*HEADER, "Người tố cáo"),
        [*case("01/TC", kind="Tố cáo", status="Ông Lê Văn X xin hoãn"), "Trần Thị Bí Mật"],
        [*case("02/TC", kind="Tố cáo", decided="hỏi ông X", instance="của bà Y"), ""],
        [*case("03/KN", decided="12/03/2021", status="Đã giải quyết"), ""],
    )
    columns = "number, kind, deadline, on_time, late, running, left_out"
    before = desk.known(columns, "complaints", "number")
    copy = desk.folder / "copy.csv"
    copy.write_bytes(gzip.decompress(next(desk.archive.rglob("*.gz")).read_bytes()))
    with writing(desk.engine) as tx:
        tx.execute(text("DELETE FROM complaints"))
    desk.take(copy)
    assert desk.known(columns, "complaints", "number") == before


def test_a_file_without_the_column_of_decisions_is_refused(desk: Desk) -> None:
    header = [name for name in HEADER if name != "Ngày ban hành kết quả"]
    row = [cell for name, cell in zip(HEADER, case(), strict=True) if name in header]
    report = desk.table(header, row)
    assert report.outcome == "refused"
    assert "Ngày ban hành kết quả" in (report.reason or "")
    assert desk.known("number", "complaints", "number") == []
