"""Whose dossier an apology letter is for, what it must hold, and what that does to the dossier."""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.intake.delivering import CODE, Desk, codes, dossier

HEADER = ("Số hồ sơ", "Số thư xin lỗi", "Ngày thư", "Hình thức gửi", "Lý do trễ hẹn",
          "Ngày hẹn trả lần sau", "Người ký")  # fmt: skip
GOOD = (CODE, "12/TXL", "15/03/2021", "Văn bản", "Thiếu nhân sự", "20/03/2021", "Nguyễn Văn A")
MONDAY, TUESDAY = date(2021, 3, 22), date(2021, 3, 23)
IN_TIME, TOO_LATE, INCOMPLETE, NONE = 1, 2, 3, 0


def changed(**given: str) -> tuple[str, ...]:
    names = ("code", "number", "day", "form", "reason", "due_again", "signer")
    return tuple(given.get(name, value) for name, value in zip(names, GOOD, strict=True))


@pytest.mark.parametrize(
    ("letter", "mark", "flags"),
    [
        pytest.param({}, IN_TIME, set(), id="a complete letter on the due day is in time"),
        pytest.param({"day": "16/03/2021"}, TOO_LATE, {"after_the_due_day"},
                     id="a day later it is too late, counts and is flagged"),
        pytest.param({"reason": ""}, INCOMPLETE, {"incomplete"}, id="without a reason"),
        pytest.param({"due_again": ""}, INCOMPLETE, {"incomplete"}, id="without a new date"),
        pytest.param({"signer": ""}, INCOMPLETE, {"incomplete"}, id="without a signer"),
        pytest.param({"day": ""}, INCOMPLETE, {"incomplete"}, id="without a day"),
        pytest.param({"number": ""}, INCOMPLETE, {"incomplete", "no_number"},
                     id="a written one without a number"),
        pytest.param({"number": "", "form": "Trực tiếp"}, IN_TIME, {"no_number"},
                     id="an oral apology has no number and counts"),
        pytest.param({"form": "Tin nhắn"}, IN_TIME, set(), id="by the message exchange it counts"),
        pytest.param({"form": "Zalo"}, IN_TIME, {"chat_app"}, id="a chat app is flagged"),
        pytest.param({"day": "24/03/2021"}, INCOMPLETE, {"future_date"},
                     id="dated after the day of delivery it does not count"),
        pytest.param({"code": "000.99.16.H29-210301-0001"}, NONE, {"orphan"},
                     id="for a dossier that nobody knows"),
        pytest.param({"day": "32/13/2021"}, INCOMPLETE, {"bad_date:day", "incomplete"},
                     id="with a day that is none"),
    ],
)  # fmt: skip
def test_a_letter_marks_its_dossier(
    desk: Desk, letter: dict[str, str], mark: int, flags: set[str]
) -> None:
    desk.dossiers(dossier())
    report = desk.table(HEADER, changed(**letter))
    assert (report.outcome, report.source, report.loaded) == ("accepted", "letters", 1)
    assert desk.known("letter") == [mark]
    assert {flag.flag for flag in report.flags} == flags


def test_the_best_of_several_letters_counts_and_the_second_is_flagged(desk: Desk) -> None:
    desk.dossiers(dossier())
    report = desk.table(HEADER, changed(day="18/03/2021"), changed(number="13/TXL"))
    assert [(f.row, f.flag) for f in report.flags] == [
        (2, "after_the_due_day"), (3, "second_reappointment"),
    ]  # fmt: skip
    assert desk.known("letter") == [IN_TIME]
    assert len(desk.known("number", "letters")) == 2


def test_a_letter_that_came_before_its_dossier_is_found(desk: Desk) -> None:
    assert desk.table(HEADER, GOOD, day=MONDAY).flag_counts == {"orphan": 1}
    desk.dossiers(dossier(), day=TUESDAY)
    assert desk.known("letter") == [IN_TIME]


def test_the_time_of_a_letter_is_judged_by_the_deadline_after_pauses(desk: Desk) -> None:
    desk.dossiers(dossier(paused="12/03/2021", resumed="15/03/2021"))
    desk.table(HEADER, changed(day="16/03/2021"))
    assert desk.known("letter") == [IN_TIME]


def test_a_letter_taken_again_is_brought_up_to_date(desk: Desk) -> None:
    desk.dossiers(dossier())
    desk.table(HEADER, changed(reason=""), day=MONDAY)
    assert desk.known("letter") == [INCOMPLETE]
    desk.table(HEADER, GOOD, day=TUESDAY)
    assert desk.known("letter") == [IN_TIME]
    assert desk.known("number, complete", "letters") == [("12/TXL", 1)]


def test_only_a_letter_without_a_code_is_refused(desk: Desk) -> None:
    report = desk.table(HEADER, changed(code=""), changed(code=codes(1)[0]))
    assert [(r.row, r.column) for r in report.rejects] == [(2, "Số hồ sơ")]
    assert report.loaded == 1
