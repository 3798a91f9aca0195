"""Plan item 5: what is said of late, waiting and re-appointed dossiers? The rates stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.why import explanation_of
from db.records import Item
from tests.db.intake.delivering import DOSSIER_HEADER, dossier
from tests.db.targets.counted import Counted

CODE = "000.02.16.H29-210310-0001"
HEADER = (*DOSSIER_HEADER, "Ngày hẹn lại")
LETTERS = (
    "Số hồ sơ,Số thư xin lỗi,Ngày thư,Hình thức gửi,Lý do trễ hẹn,Ngày hẹn trả lần sau,Người ký"
)
DONE = {"finished": "16/03/2021 09:00", "status": "Đã xử lý xong"}
WAITS = {"status": "Yêu cầu bổ sung giấy tờ"}
DUE = 20210315170000


def deliver(counted: Counted, *rows: dict[str, str], day: str = "2021-03-22") -> None:
    lines = [",".join(row.get(name, "") for name in HEADER) for row in rows]
    assert counted.table(day, ",".join(HEADER), *lines).loaded == len(rows)


def letter(counted: Counted, written: str, again: str) -> None:
    row = f"{CODE},1/TXL,{written},Văn bản,Thiếu nhân sự,{again},Nguyễn Văn A"
    assert counted.table("2021-03-22", LETTERS, row).loaded == 1


def only(items: tuple[Item, ...]) -> Item:
    (item,) = items
    return item


@pytest.mark.parametrize(
    ("given", "written", "note"),
    [
        pytest.param({}, "15/03/2021", "overdue_with_letter", id="open, its letter in time"),
        pytest.param({}, "16/03/2021", "overdue_with_late_letter", id="open, its letter too late"),
        pytest.param(DONE, "15/03/2021", "finished_late_with_letter", id="done late, in time"),
        pytest.param(DONE, "16/03/2021", "finished_late_with_late_letter", id="and too late"),
    ],
)  # fmt: skip
def test_a_letter_after_the_due_day_counts_and_is_called_late(
    counted: Counted, given: dict[str, str], written: str, note: str
) -> None:
    deliver(counted, dossier(CODE, **given))
    letter(counted, written, "20/03/2021")
    counted.check("2021-03-22T07:30")
    assert only(counted.items("on_time", "xa_binh_khanh")).note == note
    assert counted.reading("xa_binh_khanh", "apology_letters") == (1, 1, "met")
    assert counted.items("apology_letters", "xa_binh_khanh") == ()


@pytest.mark.parametrize(
    ("at", "listed"),
    [
        pytest.param("2021-03-26T07:30", False, id="ten working days: not yet long"),
        pytest.param("2021-03-29T07:30", True, id="eleven: long"),
    ],
)
def test_a_pause_of_more_than_ten_working_days_is_an_item_and_in_no_number(
    counted: Counted, at: str, listed: bool
) -> None:
    deliver(counted, dossier(CODE, paused="12/03/2021", **WAITS), day=at[:10])
    counted.check(at)
    found = [(i.note, i.days_late) for i in counted.items("on_time", "xa_binh_khanh")]
    assert found == ([("supplement_long", 11)] if listed else [])
    readings = counted.readings("xa_binh_khanh")
    assert "on_time" not in readings or not readings["on_time"]["denominator"]


@pytest.mark.parametrize(
    ("given", "note"),
    [
        pytest.param(WAITS, "supplement_long", id="for supplements"),
        pytest.param({"status": "Chờ nộp thuế"}, "fee_long", id="for its fee"),
        pytest.param(WAITS | {"paused": "16/03/2021"}, "overdue",
                     id="paused when it was late already it is overdue"),
        pytest.param(WAITS | {"paused": ""}, None, id="nobody knows since when"),
        pytest.param(WAITS | {"resumed": "16/03/2021", "status": "Đang xử lý"}, "overdue",
                     id="the pause is over"),
    ],
)  # fmt: skip
def test_what_it_waits_for(counted: Counted, given: dict[str, str], note: str | None) -> None:
    deliver(counted, dossier(CODE, **({"paused": "12/03/2021"} | given)), day="2021-04-05")
    counted.check("2021-04-05T07:30")
    found = [item.note for item in counted.items("on_time", "xa_binh_khanh")]
    assert found == ([note] if note else [])


def test_overdue_ones_come_first_then_those_that_wait_then_those_that_are_done(
    counted: Counted,
) -> None:
    done, waiting, overdue = (f"000.02.16.H29-210310-000{n}" for n in (1, 2, 3))
    deliver(
        counted, dossier(done, **DONE), dossier(waiting, paused="11/03/2021", **WAITS),
        dossier(overdue), day="2021-04-05",
    )  # fmt: skip
    counted.check("2021-04-05T07:30")
    assert [item.key for item in counted.items("on_time")] == [overdue, waiting, done]


@pytest.mark.parametrize(
    ("again", "by_letter", "expected"),
    [
        pytest.param("", "", None, id="none was given"),
        pytest.param("24/03/2021 10:00", "", 20210324100000, id="the export has it"),
        pytest.param("", "25/03/2021", 20210325235959, id="only the letter has it"),
        pytest.param("24/03/2021 10:00", "25/03/2021", 20210325235959, id="the later one holds"),
        pytest.param("12/03/2021", "", None, id="one before the due day is no new one"),
    ],
)
def test_an_overdue_dossier_shows_its_new_appointment(
    counted: Counted, again: str, by_letter: str, expected: int | None
) -> None:
    deliver(counted, dossier(CODE) | {"Ngày hẹn lại": again})
    if by_letter:
        letter(counted, "15/03/2021", by_letter)
    counted.check("2021-03-22T07:30")
    item = only(counted.items("on_time", "xa_binh_khanh"))
    assert (item.due, item.days_late, item.due_again) == (DUE, 5, expected), "late by the first day"


@pytest.mark.parametrize(
    ("given", "again", "note"),
    [
        pytest.param({}, "24/03/2021", "appointment_soon", id="it falls due soon"),
        pytest.param({}, "22/03/2021 16:00", "appointment_today", id="it falls due today"),
        pytest.param({}, "22/03/2021 07:00", None, id="it has passed"),
        pytest.param({}, "20/04/2021", None, id="it is far away"),
        pytest.param(DONE, "24/03/2021", None, id="it is done"),
        pytest.param({"due": "23/03/2021"}, "24/03/2021", "due_soon",
                     id="not overdue yet: its first day is what counts"),
    ],
)  # fmt: skip
def test_a_new_appointment_is_warned_of_like_a_due_day(
    counted: Counted, given: dict[str, str], again: str, note: str | None
) -> None:
    deliver(counted, dossier(CODE, **given) | {"Ngày hẹn lại": again})
    counted.check("2021-03-22T07:30")
    found = [item.note for item in counted.due_soon("xa_binh_khanh")]
    assert found == ([note] if note else [])


@pytest.mark.parametrize(
    ("given", "portal"),
    [
        pytest.param({"finished": "19/03/2021 09:00", "status": "Đã xử lý xong"}, (0, 1),
                     id="finished in time"),
        pytest.param({}, (0, 1), id="open within its time"),
        pytest.param({"resumed": "", **WAITS}, (0, 1), id="it waits"),
        pytest.param({"paused": "12/03/2021", "resumed": "18/03/2021"}, (1, 1),
                     id="the same request with another end is one"),
    ],
)  # fmt: skip
def test_a_second_request_is_late_by_the_portals_formula_alone(
    counted: Counted, given: dict[str, str], portal: tuple[int, int]
) -> None:
    first = {"due": "18/03/2021", "paused": "12/03/2021", "resumed": "16/03/2021"}
    second = {"paused": "17/03/2021", "resumed": "19/03/2021"}
    deliver(counted, dossier(CODE, **first), day="2021-03-16")
    deliver(counted, dossier(CODE, **(first | second | given)), day="2021-03-22")
    counted.check("2021-03-22T07:30")
    found = counted.formulas("on_time", "xa_binh_khanh")
    assert found["portal_766"] == portal
    assert found["finished"] == ((1, 1) if given.get("finished") else (0, 0))
    # Where it is the formula in force, the reading is the same.
    chosen = tuple(
        replace(t, options={**t.options, "formula": "portal_766"}) if t.id == "on_time" else t
        for t in counted.house.targets
    )
    counted.house = replace(counted.house, targets=chosen)
    counted.check("2021-03-22T14:00")
    why = explanation_of(counted.house, "xa_binh_khanh", "on_time", None)
    assert (why.numerator, why.denominator) == portal
