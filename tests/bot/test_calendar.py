"""Does an admin enter, confirm and take back a day in the chat, and nobody else?"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from alerts.house import House
from db.engine import reading, writing
from tests.bot.conftest import ADMIN, HEAD, LEADER, OFFICIAL, STEWARD, Talk

# Three dossiers with a pause of two working days, 17/03 to 19/03, and so due on the 22nd.
PAUSE = """
UPDATE dossiers SET status = 4, pause_from = 20210317090000, pause_to = 20210319090000,
       deadline = 20210322170000
WHERE code LIKE '%-0000' OR code LIKE '%-0001' OR code LIKE '%-0002'
"""


@pytest.fixture
def paused(house: House, staff: dict[str, int]) -> None:
    with writing(house.engine) as tx:
        tx.execute(text(PAUSE))


def rows(talk: Talk, sql: str) -> list[tuple[Any, ...]]:
    with reading(talk.house.engine) as tx:
        return [tuple(row) for row in tx.execute(text(sql))]


def deadlines(talk: Talk) -> list[int]:
    found = rows(talk, "SELECT deadline FROM dossiers WHERE pause_to IS NOT NULL ORDER BY code")
    return [row[0] for row in found]


async def pressed(talk: Talk, message: dict[str, Any], label: str, expect: str) -> dict[str, Any]:
    number = message["message_id"]
    await talk.press(ADMIN, message, label)
    await talk.until(lambda: expect in talk.message(ADMIN, number)["text"] or None)
    return talk.message(ADMIN, number)


async def test_a_day_off_is_shown_confirmed_and_taken_back(talk: Talk, paused: None) -> None:
    message = await talk.say(ADMIN, "/lich nghi 18/03/2021 số 12/TB-UBND & phụ lục")
    assert "XÁC NHẬN" in message["text"]
    assert "Thứ Năm 18/03/2021: nghỉ (văn bản: số 12/TB-UBND & phụ lục)" in message["text"]
    assert "3 hồ sơ đổi hạn" in message["text"]
    assert deadlines(talk) == [20210322170000] * 3
    assert rows(talk, "SELECT * FROM calendar_days") == []

    message = await pressed(talk, message, "Xác nhận", "Đã cập nhật")
    assert deadlines(talk) == [20210319170000] * 3
    assert rows(talk, "SELECT DISTINCT due_first FROM dossiers WHERE pause_to IS NOT NULL") == [
        (20210318170000,)
    ]
    day = rows(talk, "SELECT day, kind, document, changed_by FROM calendar_days")
    assert day == [(20210318, "off", "số 12/TB-UBND & phụ lục", f"Cán bộ {ADMIN}")]

    await pressed(talk, message, "Hoàn tác", "trở lại lịch chung")
    assert deadlines(talk) == [20210322170000] * 3
    assert rows(talk, "SELECT * FROM calendar_days") == []
    changes = rows(talk, 'SELECT day, "by", moved, person_id FROM calendar_changes ORDER BY id')
    assert [change[:3] for change in changes] == [(20210318, f"Cán bộ {ADMIN}", 3)] * 2
    assert all(change[3] for change in changes)


async def test_a_change_given_up_changes_nothing(talk: Talk, paused: None) -> None:
    message = await talk.say(ADMIN, "/calendar off 18/03/2021 12/TB")
    await pressed(talk, message, "Bỏ qua", "LỊCH LÀM VIỆC NĂM 2021")
    assert rows(talk, "SELECT * FROM calendar_changes") == []
    assert rows(talk, "SELECT * FROM calendar_drafts") == []


async def test_only_what_was_shown_last_can_be_confirmed(talk: Talk, paused: None) -> None:
    first = await talk.say(ADMIN, "/lich nghi 18/03/2021 12/TB")
    second = await talk.say(ADMIN, "/lich nghi 19/03/2021 12/TB", "19/03/2021")
    await pressed(talk, first, "Xác nhận", "đã được xử lý hoặc đã bỏ qua")
    assert rows(talk, "SELECT * FROM calendar_days") == []
    await pressed(talk, second, "Xác nhận", "Đã cập nhật")
    assert rows(talk, "SELECT day FROM calendar_days") == [(20210319,)]


async def test_what_was_confirmed_twice_is_done_once(talk: Talk, paused: None) -> None:
    message = await talk.say(ADMIN, "/lich nghi 18/03/2021 12/TB")
    number = message["message_id"]
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    for _ in range(2):
        talk.sandbox.press(ADMIN, number, data)
    await talk.until(lambda: "đã được xử lý" in talk.message(ADMIN, number)["text"] or None)
    assert len(rows(talk, "SELECT * FROM calendar_changes")) == 1


async def test_the_list_shows_what_is_unlike_the_public_calendar(talk: Talk, paused: None) -> None:
    for words in ("nghi 02/01/2026 12/BNV", "làm bù 10/01/2026 12/BNV"):
        message = await talk.say(ADMIN, f"/lich {words}")
        await pressed(talk, message, "Xác nhận", "Đã cập nhật")
    shown = await talk.say(ADMIN, "/lich 2026")
    assert "thứ Sáu 02/01/2026: nghỉ (văn bản: 12/BNV)" in shown["text"]
    assert "thứ Bảy 10/01/2026: làm bù (văn bản: 12/BNV)" in shown["text"]
    assert "249 ngày làm việc (giờ làm việc: 07:30–11:30, 13:00–17:00)" in shown["text"]
    await pressed(talk, shown, "Năm trước", "LỊCH LÀM VIỆC NĂM 2025")


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        pytest.param("nghi 20/03/2021 12/TB", "vốn đã là ngày nghỉ", id="a Saturday is off anyway"),
        pytest.param("lambu 23/03/2021 12/TB", "vốn đã là ngày làm việc", id="a Tuesday is worked"),
        pytest.param("nghi 18/03/2021", "số văn bản", id="no document"),
        pytest.param("xoa 18/03/2021", "chưa được nhập", id="nothing to remove"),
        pytest.param("nghi 31/02/2021 12/TB", "chưa đúng", id="no such day"),
        pytest.param("ngủ 18/03/2021 12/TB", "/lich nghi", id="no such word"),
        pytest.param("nghi", "/lich nghi", id="no day at all"),
    ],
)
async def test_what_cannot_be_is_said_politely(
    talk: Talk, paused: None, words: str, expect: str
) -> None:
    message = await talk.say(ADMIN, f"/lich {words}")
    assert expect in message["text"]
    assert rows(talk, "SELECT * FROM calendar_drafts") == []


@pytest.mark.parametrize("person", [HEAD, OFFICIAL, LEADER, STEWARD])
async def test_nobody_else_sees_or_changes_the_calendar(
    talk: Talk, paused: None, person: int
) -> None:
    for words in ("/lich nghi 18/03/2021 12/TB", "/calendar"):
        message = await talk.say(person, words)
        assert message["text"].startswith("Chức năng này dành cho quản trị hệ thống.")
    assert "/lich" not in (await talk.say(person, "/help"))["text"]
    assert rows(talk, "SELECT * FROM calendar_drafts") == []


async def test_the_right_is_asked_again_when_it_is_confirmed(
    talk: Talk, paused: None, staff: dict[str, int]
) -> None:
    message = await talk.say(ADMIN, "/lich nghi 18/03/2021 12/TB")
    with writing(talk.house.engine) as tx:
        tx.execute(
            text("UPDATE bindings SET role = 'official' WHERE person_id = :who"),
            {"who": staff["admin"]},
        )
    await pressed(talk, message, "Xác nhận", "dành cho quản trị hệ thống")
    assert rows(talk, "SELECT * FROM calendar_days") == []


async def test_an_admin_is_offered_the_calendar(talk: Talk, paused: None) -> None:
    assert "/lich" in (await talk.say(ADMIN, "/help"))["text"]
