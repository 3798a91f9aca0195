"""What does the bot say in a group? It joins by a link, tells numbers, and no stranger anything."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from alerts.house import House
from bot.commands.people import invite as command_line_invite
from db import people
from db.engine import reading
from db.people import InvitationWrong
from db.records import Role
from settings import Settings
from tests.bot.alerting import first_alert, tell_of
from tests.bot.conftest import (
    ADMIN,
    HEAD,
    OFFICIAL,
    START,
    STRANGER,
    TODAY,
    Talk,
    bindings_of,
    invite,
    soon,
)

GROUP, FORUM, TOPIC = -5, -1_000_000_000_055, 3
OWN = "UBND XÃ BÌNH KHÁNH"
PRIVATE = "Nội dung này chỉ trả lời trong trao đổi riêng với hệ thống."


def rows(talk: Talk, sql: str) -> list[tuple[Any, ...]]:
    with reading(talk.house.engine) as tx:
        return [tuple(row) for row in tx.execute(text(sql))]


@pytest.fixture
def grouped(talk: Talk, staff: dict[str, int]) -> Talk:
    talk.sandbox.add_group(GROUP, "Tổ một cửa")
    talk.sandbox.add_group(FORUM, "Cải cách hành chính", topics={TOPIC: "Bình Khánh"})
    return talk


async def said(
    talk: Talk, person: int, words: str, expect: str = "", chat_id: int = GROUP, **more: Any
) -> dict[str, Any]:
    before = talk.last(chat_id)
    talk.sandbox.say(person, words, chat_id=chat_id, **more)
    return await talk.heard(chat_id, expect, before)


async def nothing_said(talk: Talk, person: int, words: str, chat_id: int = GROUP) -> None:
    """What was written gets no answer, there or in private: a later question is answered first."""
    before, private = len(talk.from_bot(chat_id)), len(talk.from_bot(person))
    talk.sandbox.say(person, words, chat_id=chat_id)
    await talk.say(ADMIN, "/help")
    await asyncio.sleep(0.2)
    assert len(talk.from_bot(chat_id)) == before
    assert len(talk.from_bot(person)) == private


def test_the_command_line_gives_a_link_that_opens_the_choice_of_a_group(
    house: House, settings: Settings
) -> None:
    named = settings.model_copy(
        update={"telegram": settings.telegram.model_copy(update={"username": "dunghen_bot"})}
    )
    asked: dict[str, Any] = {"unit": "xa_binh_khanh", "deputy": False, "source": None}
    made = command_line_invite(house, named, role="group", **asked)
    assert made["link"] == f"https://t.me/dunghen_bot?startgroup={made['token']}"
    made = command_line_invite(house, named, role="head", **asked)
    assert made["link"] == f"https://t.me/dunghen_bot?start={made['token']}"
    with pytest.raises(InvitationWrong, match="the role group needs a unit"):
        command_line_invite(house, named, role="group", **{**asked, "unit": None})


async def test_a_group_joins_by_its_link_and_is_told_so(grouped: Talk) -> None:
    token = invite(grouped.house, Role.GROUP)
    message = await said(grouped, STRANGER, f"/start@dunghen_demo_bot {token}")
    assert "đăng ký nhận số liệu của UBND xã Bình Khánh" in message["text"]
    assert [b.role for b in bindings_of(grouped.house, GROUP)] == [Role.GROUP]
    assert bindings_of(grouped.house, STRANGER) == ()
    again = await said(grouped, STRANGER, f"/start {token}")
    assert "Nhóm này đã nhận số liệu" in again["text"]


async def test_a_group_in_a_forum_joins_with_its_topic(grouped: Talk) -> None:
    token = invite(grouped.house, Role.GROUP)
    message = await said(
        grouped, ADMIN, f"/start {token}", "đăng ký nhận", chat_id=FORUM, thread_id=TOPIC
    )
    assert message["thread_id"] == TOPIC
    assert rows(grouped, "SELECT chat_id, thread_id FROM people WHERE user_id < 0") == [
        (FORUM, TOPIC)
    ]
    status = await said(grouped, HEAD, "/status", OWN, chat_id=FORUM, thread_id=TOPIC)
    assert status["thread_id"] == TOPIC


async def test_without_its_topic_a_group_is_told_beside_it(grouped: Talk) -> None:
    token = invite(grouped.house, Role.GROUP)
    await said(grouped, ADMIN, f"/start {token}", "đăng ký", chat_id=FORUM, thread_id=TOPIC)
    ((group,),) = rows(grouped, "SELECT id FROM people WHERE user_id < 0")
    state = grouped.sandbox.state
    with state.lock:
        state.chat(FORUM).topics.clear()
    before = grouped.last(FORUM)
    tell_of(grouped.house, group, first_alert(grouped.house), template="group")
    told = await grouped.heard(FORUM, "TÌNH HÌNH CẢI CÁCH", before)
    assert told["thread_id"] is None
    await grouped.until(lambda: rows(grouped, "SELECT 1 FROM outbox WHERE outcome = 'sent'"))


async def test_a_wrong_word_is_explained_to_the_known_only_and_not_for_ever(
    grouped: Talk,
) -> None:
    await nothing_said(grouped, STRANGER, "/start wrong")
    refused = await said(grouped, HEAD, "/start wrong")
    assert "không đúng" in refused["text"]
    personal = await said(grouped, HEAD, f"/start {invite(grouped.house)}")
    assert "dành cho cá nhân" in personal["text"]
    for _ in range(4):
        await said(grouped, HEAD, "/start guess", "không đúng")
    late = await said(grouped, HEAD, f"/start {invite(grouped.house, Role.GROUP)}")
    assert "nhập sai quá nhiều lần" in late["text"]
    assert bindings_of(grouped.house, GROUP) == ()


async def test_a_groups_word_is_worth_nothing_in_private(grouped: Talk) -> None:
    token = invite(grouped.house, Role.GROUP)
    refused = await grouped.say(STRANGER, f"/start {token}")
    assert "dành cho nhóm trò chuyện" in refused["text"]
    await said(grouped, ADMIN, f"/start {token}", "đăng ký nhận số liệu")


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        pytest.param("/status xa_binh_khanh", OWN, id="a status"),
        pytest.param("/tinhhinh@dunghen_demo_bot binh khanh", OWN, id="by its other name"),
        pytest.param("/units", "DANH SÁCH ĐƠN VỊ", id="the units"),
        pytest.param("/alerts xa_binh_khanh", "Hộ tịch", id="the alerts"),
    ],
)
async def test_a_known_person_gets_numbers_and_no_way_to_items(
    grouped: Talk, words: str, expect: str
) -> None:
    message = await said(grouped, HEAD, words, expect)
    assert "000.02.16" not in message["text"]
    data = [
        button["callback_data"]
        for row in (message["reply_markup"] or {}).get("inline_keyboard", [])
        for button in row
    ]
    assert {d.partition(":")[0] for d in data} <= {"s1", "u1", "a1"}


async def test_a_press_in_a_group_is_answered_to_the_presser_alone(grouped: Talk) -> None:
    message = await said(grouped, HEAD, "/status xa_binh_khanh", OWN)
    rows_ = message["reply_markup"]["inline_keyboard"]
    data = next(b["callback_data"] for row in rows_ for b in row if b["text"] == "Cảnh báo")
    before = grouped.last(OFFICIAL)
    grouped.sandbox.press(OFFICIAL, message["message_id"], data, chat_id=GROUP)
    await grouped.heard(OFFICIAL, "CẢNH BÁO ĐANG MỞ", before)
    assert len(grouped.from_bot(GROUP)) == 1


async def test_without_words_a_group_is_told_of_its_own_unit(grouped: Talk) -> None:
    token = invite(grouped.house, Role.GROUP)
    await said(grouped, ADMIN, f"/start {token}", "đăng ký nhận")
    await said(grouped, OFFICIAL, "/status", OWN)


@pytest.mark.parametrize(
    "words",
    ["/items", "/due", "/people", "/vangmat 24/03/2021", "/start", "/help", "/language en", "/no"],
)
async def test_everything_else_belongs_into_the_private_chat(grouped: Talk, words: str) -> None:
    message = await said(grouped, HEAD, words)
    assert message["text"] == PRIVATE
    assert not message["reply_markup"]
    assert rows(grouped, "SELECT * FROM absences") == []


@pytest.mark.parametrize(
    "words", ["/status xa_binh_khanh", "/units", "/alerts", "/items", "/start", "/help", "xin chào"]
)
async def test_a_stranger_in_a_group_gets_nothing(grouped: Talk, words: str) -> None:
    await nothing_said(grouped, STRANGER, words)


async def test_what_is_said_to_others_is_not_for_the_bot(grouped: Talk) -> None:
    for words in (
        "/status@another_bot xa_binh_khanh",
        "/items@another_bot",
        "/start@another_bot x",
    ):
        await nothing_said(grouped, HEAD, words)
    await nothing_said(grouped, HEAD, "@dunghen_demo_bot xin chào")


async def test_a_group_that_becomes_a_supergroup_goes_on(grouped: Talk) -> None:
    token = invite(grouped.house, Role.GROUP)
    await said(grouped, ADMIN, f"/start {token}", "đăng ký nhận")
    new = grouped.sandbox.migrate(GROUP)
    sql = "SELECT user_id, chat_id FROM people WHERE user_id < 0"
    await soon(lambda: rows(grouped, sql) == [(new, new)])
    await said(grouped, OFFICIAL, "/status", OWN, chat_id=new)


async def test_a_group_that_puts_the_bot_out_is_told_nothing_more(grouped: Talk) -> None:
    token = invite(grouped.house, Role.GROUP)
    await said(grouped, ADMIN, f"/start {token}", "đăng ký nhận")
    state = grouped.sandbox.state
    bot = state.bot_user

    def change(old: dict[str, Any], new: dict[str, Any]) -> None:
        state.push("my_chat_member", {
            "chat": {"id": GROUP, "type": "group", "title": "Tổ một cửa"},
            "from": {"id": ADMIN, "is_bot": False, "first_name": "Người"},
            "date": int(START.timestamp()),
            "old_chat_member": {**old, "user": bot}, "new_chat_member": {**new, "user": bot},
        })  # fmt: skip

    sql = f"SELECT reachable FROM people WHERE user_id = {GROUP}"
    change({"status": "member"}, {"status": "left"})
    await soon(lambda: rows(grouped, sql) == [(0,)])
    change({"status": "left"}, {"status": "member"})
    await soon(lambda: rows(grouped, sql) == [(1,)])


async def test_a_group_never_asks_and_gets_no_menu(grouped: Talk) -> None:
    token = invite(grouped.house, Role.GROUP)
    await said(grouped, ADMIN, f"/start {token}", "đăng ký nhận")
    with reading(grouped.house.engine) as tx:
        group = people.person_by_user(tx, GROUP)
        assert group is not None
        assert group.id not in {c.person.id for c in people.callers(tx, TODAY)}
