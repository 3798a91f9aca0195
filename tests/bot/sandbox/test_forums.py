"""A group with topics: where a message stands, and who presses its buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.conftest import AN, BINH

FORUM = -1_000_000_000_777
KEYS = {"inline_keyboard": [[{"text": "1", "callback_data": "x"}]]}


@pytest.fixture
def forum(sandbox: Sandbox) -> Sandbox:
    sandbox.add_group(FORUM, "UBND xã Bình Khánh", topics={7: "Cải cách hành chính"})
    return sandbox


def test_a_message_stands_in_its_topic(forum: Sandbox, call: Callable[..., Any]) -> None:
    sent = call("sendMessage", chat_id=FORUM, message_thread_id=7, text="Số liệu")["result"]
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (7, True)
    assert sent["chat"]["is_forum"] is True
    call("sendMessage", chat_id=FORUM, text="chung")
    assert [m["thread_id"] for m in forum.messages(FORUM)] == [7, None]


@pytest.mark.parametrize(
    ("chat", "thread"),
    [
        pytest.param(FORUM, 8, id="a topic that is not there"),
        pytest.param(AN, 7, id="a chat without topics"),
    ],
)
def test_a_topic_that_is_not_there_is_refused(
    forum: Sandbox, call: Callable[..., Any], chat: int, thread: int
) -> None:
    answer = call("sendMessage", chat_id=chat, message_thread_id=thread, text="x")
    assert answer["description"] == "Bad Request: message thread not found"


def test_every_member_presses_the_same_button(forum: Sandbox, call: Callable[..., Any]) -> None:
    sent = call("sendMessage", chat_id=FORUM, message_thread_id=7, text="x", reply_markup=KEYS)
    number = sent["result"]["message_id"]
    for person in (AN, BINH):
        forum.press(person, number, "x", chat_id=FORUM)
    presses = [u["callback_query"] for u in call("getUpdates")["result"]]
    assert [p["from"]["id"] for p in presses] == [AN, BINH]
    assert {p["message"]["message_thread_id"] for p in presses} == {7}


def test_a_person_writes_in_a_topic(forum: Sandbox, call: Callable[..., Any]) -> None:
    forum.say(AN, "/start", chat_id=FORUM, thread_id=7)
    [update] = call("getUpdates")["result"]
    assert update["message"]["message_thread_id"] == 7
    with pytest.raises(KeyError, match="no topic 9"):
        forum.say(AN, "/start", chat_id=FORUM, thread_id=9)


def test_only_a_supergroup_has_topics(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="supergroup"):
        sandbox.add_group(-12, "Nhóm", topics={1: "x"})
