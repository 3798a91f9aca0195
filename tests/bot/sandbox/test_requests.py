"""Are requests held to the Bot API's facts and limits, and refused in its words?"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.sandbox.checks import read_facts
from bot.sandbox.server import Sandbox
from tests.bot.sandbox.conftest import AN, GROUP, STRANGER, TOKEN, Call


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Nhận việc", **button}]]}


LIMITS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no such method": ("sendMesage", {}, "Not Found: method not found"),
    "no text": ("sendMessage", {"chat_id": AN}, "Bad Request: message text is empty"),
    "only white space": (
        "sendMessage",
        {"chat_id": AN, "text": " \n "},
        "Bad Request: message text is empty",
    ),
    "only an empty tag": (
        "sendMessage",
        {"chat_id": AN, "text": "<b></b>", "parse_mode": "HTML"},
        "Bad Request: message text is empty",
    ),
    "no chat": ("sendMessage", {"text": "x"}, "Bad Request: chat_id is empty"),
    "nobody there": ("sendMessage", {"chat_id": 99, "text": "x"}, "Bad Request: chat not found"),
    "no such name": ("sendMessage", {"chat_id": "@ai", "text": "x"}, "Bad Request: chat not found"),
    "one who never wrote": (
        "sendMessage",
        {"chat_id": STRANGER, "text": "x"},
        "Forbidden: bot can't initiate conversation with a user",
    ),
    "4097 units": (
        "sendMessage",
        {"chat_id": AN, "text": "x" * 4097},
        "Bad Request: message is too long",
    ),
    "2049 emoji are 4098 units": (
        "sendMessage",
        {"chat_id": AN, "text": "😀" * 2049},
        "Bad Request: message is too long",
    ),
    "another parse mode": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "parse_mode": "BBCode"},
        "Bad Request: unsupported parse_mode",
    ),
    "callback data of 65 bytes": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_markup": keyboard(callback_data="x" * 65)},
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "callback data of 33 letters of 2 bytes": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_markup": keyboard(callback_data="đ" * 33)},
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "empty callback data": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_markup": keyboard(callback_data="")},
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "a button that does nothing": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_markup": keyboard()},
        "Bad Request: can't parse inline keyboard button: "
        "Text buttons are unallowed in the inline keyboard",
    ),
    "a button without text": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_markup": {"inline_keyboard": [[{"url": "a.vn"}]]}},
        "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
    ),
    "a button to this machine": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_markup": keyboard(url="http://localhost:8000/")},
        "Bad Request: inline keyboard button URL 'http://localhost:8000/' is invalid: "
        "Wrong HTTP URL",
    ),
    "nine buttons in a row": (
        "sendMessage",
        {
            "chat_id": AN,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "a"}] * 9]},
        },
        "Bad Request: reply markup is too long",
    ),
    "markup that is no object": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_markup": "[]"},
        "Bad Request: object expected as reply markup",
    ),
    "a number that is none": (
        "deleteMessage",
        {"chat_id": AN, "message_id": "first"},
        'Bad Request: parameter "message_id" must be of type Integer',
    ),
    "a parameter misspelt": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "parsemode": "HTML"},
        'Bad Request: sendMessage has no parameter "parsemode" (refused by the sandbox only)',
    ),
    "an answer of 201 characters": (
        "answerCallbackQuery",
        {"callback_query_id": "1", "text": "x" * 201},
        "Bad Request: MESSAGE_TOO_LONG",
    ),
    "an answer to nothing": (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    "a command in capitals": (
        "setMyCommands",
        {"commands": [{"command": "Status", "description": "x"}]},
        "Bad Request: BOT_COMMAND_INVALID",
    ),
    "a command of 33 letters": (
        "setMyCommands",
        {"commands": [{"command": "a" * 33, "description": "x"}]},
        "Bad Request: BOT_COMMAND_INVALID",
    ),
    "a command without description": (
        "setMyCommands",
        {"commands": [{"command": "status", "description": ""}]},
        "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    "101 commands": (
        "setMyCommands",
        {"commands": [{"command": f"a{n}", "description": "x"} for n in range(101)]},
        "Bad Request: BOT_COMMANDS_TOO_MUCH",
    ),
    "editing nothing": (
        "editMessageText",
        {"chat_id": AN, "message_id": 1, "text": "x"},
        "Bad Request: message to edit not found",
    ),
    "deleting nothing": (
        "deleteMessage",
        {"chat_id": AN, "message_id": 1},
        "Bad Request: message to delete not found",
    ),
    "replying to nothing": (
        "sendMessage",
        {"chat_id": AN, "text": "x", "reply_parameters": {"message_id": 1}},
        "Bad Request: message to be replied not found",
    ),
    "doing what is no action": (
        "sendChatAction",
        {"chat_id": AN, "action": "sleeping"},
        "Bad Request: wrong parameter action in request",
    ),
    "no document": (
        "sendDocument",
        {"chat_id": AN},
        "Bad Request: there is no document in the request",
    ),
    "an unknown document": (
        "sendDocument",
        {"chat_id": AN, "document": "file9"},
        "Bad Request: wrong file identifier/HTTP URL specified",
    ),
}


@pytest.mark.parametrize(("method", "given", "words"), LIMITS.values(), ids=LIMITS.keys())
def test_refused(refused_call: Call, method: str, given: dict[str, Any], words: str) -> None:
    answer = refused_call(method, **given)
    assert (answer["ok"], answer["description"]) == (False, words)


ACCEPTED: dict[str, tuple[str, dict[str, Any]]] = {
    "4096 units": ("sendMessage", {"text": "x" * 4096}),
    "2048 emoji": ("sendMessage", {"text": "😀" * 2048}),
    "tags are not counted": ("sendMessage", {"text": f"<b>{'x' * 4096}</b>", "parse_mode": "html"}),
    "64 bytes of callback data": (
        "sendMessage",
        {"text": "x", "reply_markup": keyboard(callback_data="đ" * 32)},
    ),
    "a chat's number as text": ("sendMessage", {"chat_id": str(AN), "text": "x"}),
    "a keyboard as JSON in a string": (
        "sendMessage",
        {"text": "x", "reply_markup": '{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}'},
    ),
    "a keyboard below the text": (
        "sendMessage",
        {"text": "x", "reply_markup": {"keyboard": [[{"text": "Có"}, {"text": "Không"}]]}},
    ),
    "an action": ("sendChatAction", {"action": "typing"}),
}


@pytest.mark.parametrize(("method", "given"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(call: Call, method: str, given: dict[str, Any]) -> None:
    assert call(method, **{"chat_id": AN, **given})["ok"] is True


def test_a_wrong_token_is_unauthorized(sandbox: Sandbox) -> None:
    answer = httpx.post(f"{sandbox.url}/bot42:wrong/getMe")
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"json": {"chat_id": AN, "text": "một & hai"}}, id="a JSON body"),
        pytest.param({"data": {"chat_id": str(AN), "text": "một & hai"}}, id="a form"),
        pytest.param({"params": {"chat_id": AN, "text": "một & hai"}}, id="the query string"),
        pytest.param(
            {"files": {"chat_id": (None, str(AN)), "text": (None, "một & hai")}}, id="multipart"
        ),
    ],
)
def test_parameters_come_in_four_ways(sandbox: Sandbox, body: dict[str, Any]) -> None:
    answer = httpx.post(f"{sandbox.url}/bot{TOKEN}/sendMessage", **body)
    assert answer.json()["result"]["text"] == "một & hai"


def test_a_body_that_is_no_json_is_refused(sandbox: Sandbox) -> None:
    answer = httpx.post(
        f"{sandbox.url}/bot{TOKEN}/sendMessage",
        content=b"{",
        headers={"Content-Type": "application/json"},
    )
    assert answer.json()["description"] == "Bad Request: can't parse JSON-encoded request"


def test_the_same_text_again_is_not_modified(call: Call) -> None:
    sent = call(
        "sendMessage", chat_id=AN, text="<b>x</b>", parse_mode="HTML",
        reply_markup=keyboard(callback_data="a"),
    )["result"]  # fmt: skip
    same = {"chat_id": AN, "message_id": sent["message_id"], "text": "<b>x</b>"}
    markup = {"parse_mode": "HTML", "reply_markup": keyboard(callback_data="a")}
    assert call("editMessageText", **same, **markup)["description"] == (
        "Bad Request: message is not modified: specified new message content and reply markup are "
        "exactly the same as a current content and reply markup of the message"
    )
    changed = call("editMessageText", **same)["result"]
    assert changed["edit_date"]
    assert "reply_markup" not in changed
    assert "entities" not in changed


def test_removing_a_keyboard_twice_is_not_modified(call: Call) -> None:
    sent = call("sendMessage", chat_id=AN, text="x", reply_markup=keyboard(callback_data="a"))
    where = {"chat_id": AN, "message_id": sent["result"]["message_id"]}
    assert "reply_markup" not in call("editMessageReplyMarkup", **where)["result"]
    assert "not modified" in call("editMessageReplyMarkup", **where)["description"]


def test_a_persons_message_cannot_be_edited(sandbox: Sandbox, call: Call) -> None:
    said = sandbox.say(AN, "chào")
    answer = call("editMessageText", chat_id=AN, message_id=said["message_id"], text="x")
    assert answer["description"] == "Bad Request: message can't be edited"


def test_a_deleted_message_is_gone(sandbox: Sandbox, call: Call) -> None:
    sent = call("sendMessage", chat_id=AN, text="x")["result"]
    assert call("deleteMessage", chat_id=AN, message_id=sent["message_id"])["result"] is True
    assert sandbox.messages(AN) == []


def test_a_query_is_answered_once(sandbox: Sandbox, call: Call) -> None:
    sent = call("sendMessage", chat_id=AN, text="x", reply_markup=keyboard(callback_data="a"))
    query = sandbox.press(AN, sent["result"]["message_id"], "a")
    answer = {"callback_query_id": query, "text": "đ" * 200, "show_alert": True}
    assert call("answerCallbackQuery", **answer)["ok"] is True
    assert "too old" in call("answerCallbackQuery", **answer)["description"]
    assert [(a["text"], a["show_alert"]) for a in sandbox.answers] == [("đ" * 200, True)]


def test_an_expired_query_is_too_old(sandbox: Sandbox, call: Call) -> None:
    sent = call("sendMessage", chat_id=AN, text="x", reply_markup=keyboard(callback_data="a"))
    query = sandbox.press(AN, sent["result"]["message_id"], "a")
    sandbox.expire_queries()
    assert "too old" in call("answerCallbackQuery", callback_query_id=query)["description"]


def test_commands_are_kept_by_scope_and_language(call: Call) -> None:
    scope = {"type": "chat", "chat_id": AN}
    vietnamese = [{"command": "donvi", "description": "Các đơn vị"}]
    english = [{"command": "units", "description": "The units"}]
    call("setMyCommands", commands=vietnamese)
    call("setMyCommands", commands=english, scope=scope, language_code="en")
    assert call("getMyCommands")["result"] == vietnamese
    assert call("getMyCommands", scope=scope)["result"] == []
    assert call("getMyCommands", scope=scope, language_code="en")["result"] == english
    call("deleteMyCommands", scope=scope, language_code="en")
    assert call("getMyCommands", scope=scope, language_code="en")["result"] == []


@pytest.mark.parametrize(
    ("kind", "method", "given"),
    [
        pytest.param("User", "getMe", {}, id="the bot itself"),
        pytest.param("Message", "sendMessage", {"chat_id": AN, "text": "x"}, id="a message"),
        pytest.param("Message", "sendMessage", {"chat_id": GROUP, "text": "x"}, id="in a group"),
        pytest.param("ChatFullInfo", "getChat", {"chat_id": AN}, id="a person's chat"),
    ],
)
def test_answers_hold_what_the_description_requires(
    call: Call, kind: str, method: str, given: dict[str, Any]
) -> None:
    answer = call(method, **given)["result"]
    fields = {field["name"]: field for field in read_facts()["types"][kind]["fields"]}
    assert {name for name, field in fields.items() if field["required"]} <= set(answer)
    assert set(answer) <= set(fields)
