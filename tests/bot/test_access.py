"""Who gets what: every command for every role, over the real bot."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from db import people
from db.engine import writing
from db.records import Role
from tests.bot.conftest import (
    ADMIN,
    HEAD,
    LEADER,
    NAMED_ADMIN,
    OFFICIAL,
    STEWARD,
    STRANGER,
    TODAY,
    Talk,
    add_person,
    bindings_of,
    invite,
)

REFUSED = "chưa được cấp quyền"
STRANGERS = (
    "Tài khoản chưa được đăng ký sử dụng. Đề nghị liên hệ Phòng Nội vụ để được cấp mã kích hoạt."
)
OWN = "UBND XÃ BÌNH KHÁNH"
CHOOSE = "chọn đơn vị"
ITEMS = "Việc cần xử lý: 11"
DUE = "Đến hạn trong 2 ngày làm việc (mốc công việc: 15 ngày): 1"
ALERTS = "CẢNH BÁO ĐANG MỞ"


@pytest.mark.parametrize(
    ("person", "text", "answer"),
    [
        pytest.param(HEAD, "/status", OWN, id="a head's status is of the own unit"),
        pytest.param(LEADER, "/status", "UBND HUYỆN CẦN GIỜ", id="a leader's, of the district"),
        pytest.param(OFFICIAL, "/status", CHOOSE, id="an official must name a unit"),
        pytest.param(ADMIN, "/status", CHOOSE, id="so must an admin"),
        pytest.param(STEWARD, "/status", CHOOSE, id="and a steward"),
        pytest.param(OFFICIAL, "/status xa_binh_khanh", OWN, id="who names one gets it"),
        pytest.param(STEWARD, "/tinhhinh binh khanh", OWN, id="whatever their role"),
        pytest.param(HEAD, "/status phòng nội vụ", "PHÒNG NỘI VỤ", id="a head, other units too"),
        pytest.param(HEAD, "/items apology_letters", "Thư xin lỗi", id="a head sees the items"),
        pytest.param(HEAD, "/chitiet 5", ITEMS, id="also by the plan's number"),
        pytest.param(LEADER, "/items xa_binh_khanh 5", ITEMS, id="a leader sees items below"),
        pytest.param(ADMIN, "/items xa_binh_khanh 5", ITEMS, id="an admin sees items"),
        pytest.param(OFFICIAL, "/items xa_binh_khanh 5", REFUSED, id="an official does not"),
        pytest.param(STEWARD, "/items xa_binh_khanh 5", REFUSED, id="nor does a steward"),
        pytest.param(OFFICIAL, "/items", REFUSED, id="who sees no items is not asked for a unit"),
        pytest.param(HEAD, "/items phòng nội vụ 5", REFUSED, id="nor a head of another unit"),
        pytest.param(HEAD, "/items huyen_can_gio 5", REFUSED, id="nor of the unit above"),
        pytest.param(HEAD, "/due", DUE, id="a head sees what falls due"),
        pytest.param(LEADER, "/saphan", DUE, id="a leader too"),
        pytest.param(OFFICIAL, "/due xa_binh_khanh", REFUSED, id="an official does not see it"),
        pytest.param(HEAD, "/alerts", "UBND xã Bình Khánh", id="a head's alerts are of the unit"),
        pytest.param(OFFICIAL, "/canhbao", ALERTS, id="an official's are of all units"),
        pytest.param(LEADER, "/alerts", "UBND xã Bình Khánh", id="a leader's name the unit"),
        pytest.param(OFFICIAL, "/units", "DANH SÁCH ĐƠN VỊ (69)", id="everybody sees the units"),
        pytest.param(OFFICIAL, "/donvi", "DANH SÁCH ĐƠN VỊ", id="also in Vietnamese"),
        pytest.param(STEWARD, "/help", "HƯỚNG DẪN", id="everybody gets help"),
        pytest.param(HEAD, "/trogiup", "/saphan", id="a head's help names what a head may do"),
        pytest.param(HEAD, "/language", "chọn ngôn ngữ", id="everybody may choose the language"),
        pytest.param(HEAD, "/ngonngu en", "English", id="also at once"),
        pytest.param(HEAD, "xin chào", "/trogiup", id="what is no command gets a hint"),
        pytest.param(HEAD, "/nothing", "/trogiup", id="so does a command that is none"),
        pytest.param(STRANGER, "/start", STRANGERS, id="a stranger gets one sentence"),
        pytest.param(STRANGER, "/status xa_binh_khanh", STRANGERS, id="for a status"),
        pytest.param(STRANGER, "/items xa_binh_khanh 5", STRANGERS, id="for items"),
        pytest.param(STRANGER, "/units", STRANGERS, id="for the units"),
        pytest.param(STRANGER, "/alerts", STRANGERS, id="for the alerts"),
        pytest.param(STRANGER, "/help", STRANGERS, id="for help"),
        pytest.param(STRANGER, "/language en", STRANGERS, id="for the language"),
        pytest.param(STRANGER, "xin chào", STRANGERS, id="for a greeting"),
    ],
)
async def test_who_gets_what(
    talk: Talk, staff: dict[str, int], person: int, text: str, answer: str
) -> None:
    message = await talk.say(person, text)
    assert answer in message["text"]
    if person == STRANGER:
        assert message["text"] == STRANGERS
        assert not message.get("reply_markup")
    if answer is REFUSED:
        assert "000.02.16" not in message["text"]
        assert "Mã yêu cầu: YC-" in message["text"]


async def test_a_former_head_is_a_stranger(talk: Talk, staff: dict[str, int]) -> None:
    with writing(talk.house.engine) as tx:
        people.end_bindings(tx, staff["head"], TODAY - timedelta(days=1))
    assert (await talk.say(HEAD, "/status"))["text"] == STRANGERS


async def test_an_admin_of_the_settings_needs_no_invitation(talk: Talk) -> None:
    welcome = await talk.say(NAMED_ADMIN, "/start")
    assert "Quản trị hệ thống" in welcome["text"]
    assert [b.role for b in bindings_of(talk.house, NAMED_ADMIN)] == [Role.ADMIN]


async def test_a_second_start_says_who_they_are(talk: Talk) -> None:
    token = invite(talk.house)
    first = await talk.say(HEAD, f"/start {token}")
    assert "Việc đăng ký đã hoàn tất" in first["text"]
    for text in ("/start", f"/start {token}"):
        again = await talk.say(HEAD, text, "đã được đăng ký")
        assert "UBND xã Bình Khánh" in again["text"]
    assert len(bindings_of(talk.house, HEAD)) == 1


async def test_an_invitation_works_for_one_person_only(talk: Talk) -> None:
    token = invite(talk.house)
    await talk.say(HEAD, f"/start {token}")
    refused = await talk.say(STRANGER, f"/start {token}")
    assert "đã được sử dụng" in refused["text"]
    assert "Bình Khánh" not in refused["text"]
    assert bindings_of(talk.house, STRANGER) == ()


async def test_a_head_of_two_units_is_asked_which(talk: Talk) -> None:
    add_person(talk.house, HEAD, Role.HEAD, "xa_binh_khanh")
    await talk.say(HEAD, f"/start {invite(talk.house, slug='xa_ly_nhon')}")
    message = await talk.say(HEAD, "/status", "chọn đơn vị")
    labels = [b["text"] for row in message["reply_markup"]["inline_keyboard"] for b in row]
    assert labels == ["UBND xã Bình Khánh", "UBND xã Lý Nhơn"]


async def test_a_stranger_cannot_make_the_bot_flood(talk: Talk) -> None:
    for number in range(30):
        talk.sandbox.say(STRANGER, f"/start {number}" if number % 2 else "xin chào")
        await asyncio.sleep(0.01)
    await talk.until(lambda: len(talk.from_bot(STRANGER)) >= 3)
    await asyncio.sleep(0.5)
    assert len(talk.from_bot(STRANGER)) <= 6


async def test_an_edited_message_is_not_a_new_command(talk: Talk, staff: dict[str, int]) -> None:
    edited = {
        "message_id": 5,
        "date": 1616461200,
        "edit_date": 1616461300,
        "text": "/status",
        "chat": {"id": HEAD, "type": "private", "first_name": "An"},
        "from": {"id": HEAD, "is_bot": False, "first_name": "An"},
        "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
    }
    state = talk.sandbox.state
    for kind, answers in (("edited_message", 0), ("message", 1)):
        before = len(talk.from_bot(HEAD))
        with state.lock:
            # Telegram remembers what an earlier bot allowed: past our own list of kinds.
            state.allowed_updates = []
            state.push(kind, edited)
        await talk.say(HEAD, "/help", "HƯỚNG DẪN")  # a chat is answered in order
        assert len(talk.from_bot(HEAD)) == before + answers + 1


async def test_a_past_day_is_found_and_a_wrong_day_is_said(
    talk: Talk, staff: dict[str, int]
) -> None:
    past = await talk.say(OFFICIAL, "/status xã Bình Khánh 23/03/2021")
    assert "Số liệu đến 07:30 ngày 23/03/2021" in past["text"]
    none = await talk.say(OFFICIAL, "/status xa_binh_khanh 22/03/2021")
    assert "Chưa có lần đánh giá nào của ngày 22/03/2021" in none["text"]
    wrong = await talk.say(OFFICIAL, "/status xa_binh_khanh 31/02/2021")
    assert "Ngày 31/02/2021 chưa đúng" in wrong["text"]


async def test_nothing_is_guessed(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(OFFICIAL, "/status xa_binh_kanh")
    assert "Chưa tìm thấy đơn vị xa_binh_kanh" in message["text"]
    rows = message["reply_markup"]["inline_keyboard"]
    assert 1 <= len(rows) <= 3
    await talk.press(OFFICIAL, message, "UBND xã Bình Khánh")
    await talk.until(lambda: OWN in talk.message(OFFICIAL, message["message_id"])["text"] or None)
    assert (await talk.say(OFFICIAL, "/status qqqq"))["text"].startswith("Chưa tìm thấy")


async def test_what_people_write_is_escaped(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(OFFICIAL, "/status <b>xã & phường</b>")
    assert "<b>xã & phường</b>" in message["text"]
