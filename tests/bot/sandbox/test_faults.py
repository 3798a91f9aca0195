"""Does everything go wrong that is asked to, and only then?"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.sandbox.faults import Fault, FloodLimit, FloodLimits, Floods
from bot.sandbox.refusals import RefusedError
from bot.sandbox.server import Sandbox
from tests.bot.sandbox.conftest import AN, BINH, GROUP, TOKEN, Call

ANSWERS: dict[str, tuple[Fault, dict[str, Any]]] = {
    "too many requests": (
        Fault.too_many(3),
        {
            "error_code": 429,
            "description": "Too Many Requests: retry after 3",
            "parameters": {"retry_after": 3},
        },
    ),
    "blocked": (
        Fault.blocked(),
        {"error_code": 403, "description": "Forbidden: bot was blocked by the user"},
    ),
    "an account that is no more": (
        Fault.deactivated(),
        {"error_code": 403, "description": "Forbidden: user is deactivated"},
    ),
    "kicked from the group": (
        Fault.kicked(),
        {"error_code": 403, "description": "Forbidden: bot was kicked from the group chat"},
    ),
    "migrated": (
        Fault.migrated(-1001),
        {
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": -1001},
        },
    ),
    "an error of the server": (
        Fault.server_error(500),
        {"error_code": 500, "description": "Internal Server Error"},
    ),
    "any other refusal": (
        Fault.refusal(400, "Bad Request: TOPIC_CLOSED"),
        {"error_code": 400, "description": "Bad Request: TOPIC_CLOSED"},
    ),
}


@pytest.mark.parametrize(("fault", "wanted"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_fault_once(sandbox: Sandbox, call: Call, fault: Fault, wanted: dict[str, Any]) -> None:
    sandbox.fail_next("sendMessage", AN, fault=fault)
    assert call("sendMessage", chat_id=BINH, text="another chat")["ok"] is True
    assert call("sendChatAction", chat_id=AN, action="typing")["ok"] is True
    assert call("sendMessage", chat_id=AN, text="x") == {"ok": False, **wanted}
    assert call("sendMessage", chat_id=AN, text="x")["ok"] is True
    assert len(sandbox.messages(AN)) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_answers_with_a_page(sandbox: Sandbox, status: int) -> None:
    sandbox.fail_next(fault=Fault.server_error(status))
    answer = httpx.post(f"{sandbox.url}/bot{TOKEN}/getMe")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(("after_accept", "stored"), [(False, 0), (True, 1)])
def test_a_dropped_connection(sandbox: Sandbox, after_accept: bool, stored: int) -> None:
    sandbox.fail_next("sendMessage", fault=Fault.dropped(after_accept=after_accept))
    with pytest.raises(httpx.TransportError):
        httpx.post(
            f"{sandbox.url}/bot{TOKEN}/sendMessage",
            json={"chat_id": AN, "text": "<b>x</b>", "parse_mode": "HTML"},
        )
    assert len(sandbox.messages(AN)) == stored
    assert sandbox.requests[-1]["status"] is None
    assert httpx.post(f"{sandbox.url}/bot{TOKEN}/getMe").status_code == 200


def test_a_fault_three_times_and_then_forgotten(sandbox: Sandbox, call: Call) -> None:
    sandbox.fail_next("sendMessage", fault=Fault.too_many(1), times=3)
    codes = [call("sendMessage", chat_id=AN, text="x").get("error_code") for _ in range(4)]
    assert codes == [429, 429, 429, None]
    sandbox.fail_next(fault=Fault.blocked(), times=9)
    sandbox.clear_faults()
    assert call("getMe")["ok"] is True


def test_one_who_blocks_the_bot_is_told_and_may_come_back(sandbox: Sandbox, call: Call) -> None:
    sandbox.block(AN)
    answer = call("sendMessage", chat_id=AN, text="x")
    assert answer["description"] == "Forbidden: bot was blocked by the user"
    sandbox.say(AN, "/start")
    assert call("sendMessage", chat_id=AN, text="x")["ok"] is True
    changes = [u.get("my_chat_member") for u in call("getUpdates")["result"]]
    statuses = [change["new_chat_member"]["status"] for change in changes if change]
    assert statuses == ["kicked", "member"]


def test_a_group_moves(sandbox: Sandbox, call: Call) -> None:
    new = sandbox.migrate(GROUP)
    answer = call("sendMessage", chat_id=GROUP, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    assert call("sendMessage", chat_id=new, text="x")["result"]["chat"]["type"] == "supergroup"
    told = [update["message"] for update in call("getUpdates")["result"]]
    assert [m.get("migrate_to_chat_id") for m in told] == [new, None]
    assert [m.get("migrate_from_chat_id") for m in told] == [None, GROUP]


FLOODS: dict[str, tuple[list[tuple[int, float]], list[int]]] = {
    "one a second in a private chat": ([(1, 0.0), (1, 0.5), (1, 1.0)], [0, 1, 0]),
    "another chat has its own second": ([(1, 0.0), (2, 0.0)], [0, 0]),
    "20 a minute in a group": (
        [(-1, n / 10) for n in range(21)] + [(-1, 60.0)],
        [0] * 20 + [58, 0],
    ),
    "30 a second over all": ([(n, 0.0) for n in range(1, 32)] + [(40, 1.0)], [0] * 30 + [1, 0]),
    "what was refused is not counted": ([(1, 0.0), (1, 0.9), (1, 1.0), (1, 1.9)], [0, 1, 0, 1]),
}


@pytest.mark.parametrize(("sends", "waits"), FLOODS.values(), ids=FLOODS.keys())
def test_flood_limits(sends: list[tuple[int, float]], waits: list[int]) -> None:
    floods = Floods()
    floods.limits = FloodLimits()
    found = []
    for chat_id, now in sends:
        try:
            floods.check(chat_id, now)
            found.append(0)
        except RefusedError as refused:
            found.append((refused.parameters or {})["retry_after"])
    assert found == waits


def test_floods_meet_429_on_demand_only(sandbox: Sandbox, call: Call) -> None:
    def send_twice() -> list[int | None]:
        answers = [call("sendMessage", chat_id=AN, text="x") for _ in range(2)]
        return [answer.get("error_code") for answer in answers]

    assert send_twice() == [None, None]
    sandbox.limit_floods(FloodLimits(private=FloodLimit(most=1, seconds=60)))
    assert send_twice() == [None, 429]
    sandbox.limit_floods(None)
    assert send_twice() == [None, None]
