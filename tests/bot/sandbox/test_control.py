"""Can tests in other processes drive the sandbox over HTTP, and nobody from elsewhere?"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.sandbox.server import PageAction, Sandbox
from bot.sandbox.state import MOST_MESSAGES
from tests.bot.sandbox.conftest import AN, GROUP, NOON, TOKEN, Call


def act(sandbox: Sandbox, name: str, **arguments: Any) -> dict[str, Any]:
    answer = httpx.post(f"{sandbox.url}/sandbox/api/{name}", json=arguments)
    result: dict[str, Any] = answer.json()
    assert (answer.status_code == 200) == result["ok"]
    return result


def look(sandbox: Sandbox, name: str, **query: Any) -> Any:
    return httpx.get(f"{sandbox.url}/sandbox/api/{name}", params=query).json()["result"]


def test_a_whole_story_over_http(sandbox: Sandbox, call: Call) -> None:
    assert act(sandbox, "add_person", id=21, first_name="Dung", note="Phòng Nội vụ")["ok"]
    assert act(sandbox, "add_group", id=-9, title="Nhóm mới")["ok"]
    said = act(sandbox, "say", person_id=21, text="/start abc")["result"]
    assert said["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    keys = {"inline_keyboard": [[{"text": "Nhận", "callback_data": "take"}]]}
    sent = call("sendMessage", chat_id=21, text="Việc", reply_markup=keys)["result"]
    pressed = act(
        sandbox, "press", person_id=21, message_id=sent["message_id"], callback_data="take"
    )
    call("answerCallbackQuery", callback_query_id=pressed["result"], text="Đã nhận")
    assert [m["text"] for m in look(sandbox, "messages", chat_id=21)] == ["/start abc", "Việc"]
    assert [a["text"] for a in look(sandbox, "answers")] == ["Đã nhận"]
    assert [r["method"] for r in look(sandbox, "requests")] == [
        "sendMessage",
        "answerCallbackQuery",
    ]
    assert TOKEN not in str(look(sandbox, "requests"))


FAULTS: dict[str, tuple[dict[str, Any], int | None]] = {
    "too many": ({"kind": "too_many", "seconds": 5}, 429),
    "blocked": ({"kind": "blocked"}, 403),
    "migrated": ({"kind": "migrated", "to": -1001}, 400),
    "refusal": ({"kind": "refusal", "code": 400, "description": "Bad Request: x"}, 400),
    "server error": ({"kind": "server_error", "status": 500}, 500),
}


@pytest.mark.parametrize(("fault", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_over_http(
    sandbox: Sandbox, call: Call, fault: dict[str, Any], code: int | None
) -> None:
    assert act(sandbox, "fail_next", fault=fault, method="sendMessage", chat_id=AN)["ok"]
    assert call("sendMessage", chat_id=AN, text="x")["error_code"] == code


def test_flood_limits_over_http(sandbox: Sandbox, call: Call) -> None:
    act(sandbox, "limit_floods", private={"most": 1, "seconds": 60})
    assert call("sendMessage", chat_id=AN, text="x")["ok"] is True
    assert call("sendMessage", chat_id=AN, text="x")["error_code"] == 429
    act(sandbox, "limit_floods", on=False)
    assert call("sendMessage", chat_id=AN, text="x")["ok"] is True


MISTAKES: dict[str, tuple[str, dict[str, Any], str]] = {
    "nobody of this number": (
        "say",
        {"person_id": 99, "text": "x"},
        "no person and no group 99: add it first",
    ),
    "a group does not speak": (
        "say",
        {"person_id": GROUP, "text": "x"},
        f"{GROUP} is a group, not a person",
    ),
    "an empty message": ("say", {"person_id": AN, "text": " "}, "the message is empty"),
    "no such message": (
        "press",
        {"person_id": AN, "message_id": 5, "callback_data": "x"},
        f"no message 5 in chat {AN}",
    ),
    "a person's number below zero": (
        "add_person",
        {"id": -1, "first_name": "x"},
        "a person's id is positive, not -1",
    ),
    "a group's number above zero": (
        "add_group",
        {"id": 1, "title": "x"},
        "a group's id is negative, not 1",
    ),
    "no such fault": (
        "fail_next",
        {"fault": {"kind": "fire"}},
        "fault.kind must be one of ['blocked', 'deactivated', 'dropped', 'kicked', 'migrated', "
        "'refusal', 'server_error', 'too_many']",
    ),
    "no such page action": ("action", {"action_id": "x"}, "no action 'x', only []"),
    "no such thing to do": ("dance", {}, "no such action"),
}


@pytest.mark.parametrize(("name", "given", "words"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistakes_are_told(sandbox: Sandbox, name: str, given: dict[str, Any], words: str) -> None:
    assert act(sandbox, name, **given) == {"ok": False, "error": words}


@pytest.mark.parametrize("chat_id", ["99", "", "An"])
def test_messages_of_nobody_are_a_mistake(sandbox: Sandbox, chat_id: str) -> None:
    answer = httpx.get(f"{sandbox.url}/sandbox/api/messages", params={"chat_id": chat_id})
    assert answer.status_code == 400
    assert "add it first" in answer.json()["error"]


def test_a_button_that_is_not_there_cannot_be_pressed(sandbox: Sandbox, call: Call) -> None:
    keys = {"inline_keyboard": [[{"text": "Nhận", "callback_data": "take"}]]}
    sent = call("sendMessage", chat_id=AN, text="x", reply_markup=keys)["result"]
    with pytest.raises(KeyError, match=r"no button 'mute', only \['take'\]"):
        sandbox.press(AN, sent["message_id"], "mute")


STRANGERS: dict[str, tuple[str, dict[str, str], int]] = {
    "the page's own name": ("GET", {}, 200),
    "localhost by name": ("GET", {"Host": "localhost:1"}, 200),
    "IPv6 loopback": ("GET", {"Host": "[::1]:1"}, 200),
    "a name that leads here": ("GET", {"Host": "evil.example"}, 403),
    "a name that looks like loopback": ("GET", {"Host": "127.0.0.1.evil.example"}, 403),
    "a post without origin": ("POST", {}, 200),
    "a post of another page": ("POST", {"Origin": "http://evil.example"}, 403),
    "a post of a page without origin": ("POST", {"Origin": "null"}, 403),
    "a post of another port": ("POST", {"Origin": "http://127.0.0.1:1"}, 403),
}


@pytest.mark.parametrize(("method", "headers", "status"), STRANGERS.values(), ids=STRANGERS.keys())
def test_only_this_machine(
    sandbox: Sandbox, method: str, headers: dict[str, str], status: int
) -> None:
    path = "/sandbox/api/answers" if method == "GET" else "/sandbox/api/clear_faults"
    answer = httpx.request(method, sandbox.url + path, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/", "/sandbox/", "/sandbox/page.js", "/sandbox/api/state"])
def test_every_page_refuses_a_foreign_name(sandbox: Sandbox, path: str) -> None:
    answer = httpx.get(sandbox.url + path, headers={"Host": "evil.example"})
    assert answer.status_code == 403


def test_no_file_beside_the_page_can_be_read(sandbox: Sandbox) -> None:
    for path in ("server.py", "../settings.py", "%2e%2e/__init__.py"):
        assert httpx.get(f"{sandbox.url}/sandbox/{path}").status_code == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])  # noqa: S104
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="listens on loopback only"):
        Sandbox(TOKEN, clock=lambda: NOON).start(host)


def test_a_chat_keeps_its_newest_messages(sandbox: Sandbox) -> None:
    for number in range(MOST_MESSAGES + 5):
        sandbox.say(AN, str(number))
    kept = sandbox.messages(AN)
    assert (len(kept), kept[0]["text"]) == (MOST_MESSAGES, "5")


def test_a_page_action_tells_its_progress_and_its_end() -> None:
    go_on = threading.Event()

    def work(progress: Any) -> str:
        progress("một nửa")
        assert go_on.wait(5)
        return "xong"

    def fail(progress: Any) -> str:
        raise ValueError("hết giấy")

    actions = [
        PageAction(id="day", label="Ngày", run=work),
        PageAction(id="bad", label="x", run=fail),
    ]
    clock = datetime(2021, 3, 23, tzinfo=UTC)
    with Sandbox(
        TOKEN, clock=lambda: clock, page_actions=actions, status_line=lambda: "07:30"
    ) as sandbox:

        def state() -> Any:
            return httpx.get(f"{sandbox.url}/sandbox/api/state").json()

        assert act(sandbox, "action", action_id="day")["ok"]
        sandbox.wait_until(lambda: sandbox.actions.text == "một nửa")
        assert (state()["actions"]["running"], state()["status"]) == ("day", "07:30")
        assert act(sandbox, "action", action_id="bad")["error"] == "day is still running"
        go_on.set()
        sandbox.wait_until(lambda: sandbox.actions.turns == 1)
        assert (state()["actions"]["running"], state()["actions"]["text"]) == (None, "xong")
        assert state()["actions"]["text_en"] == "xong", "one text is for both languages"
        act(sandbox, "action", action_id="bad")
        sandbox.wait_until(lambda: sandbox.actions.turns == 2)
        assert state()["actions"]["failed"] is True
        assert state()["actions"]["text"] == "ValueError: hết giấy"
