"""Does getUpdates wait, confirm and conflict as at Telegram?"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest

from bot.sandbox.server import Sandbox
from tests.bot.conftest import soon
from tests.bot.sandbox.conftest import AN, BINH, GROUP, TOKEN, Call


def texts(answer: dict[str, Any]) -> list[str]:
    return [update["message"]["text"] for update in answer["result"]]


OFFSETS: dict[str, tuple[list[dict[str, Any]], list[list[str]]]] = {
    "unconfirmed updates come again": ([{}, {}], [["a", "b", "c"], ["a", "b", "c"]]),
    "an offset forgets what is older": ([{"offset": 100_002}, {}], [["b", "c"], ["b", "c"]]),
    "an offset beyond the last forgets all": ([{"offset": 100_004}, {}], [[], []]),
    "minus one keeps the last only": ([{"offset": -1}, {}], [["c"], ["c"]]),
    "minus ten keeps what there is": ([{"offset": -10}, {}], [["a", "b", "c"], ["a", "b", "c"]]),
    "a limit leaves the rest for later": (
        [{"limit": 2}, {"offset": 100_003}],
        [["a", "b"], ["c"]],
    ),
    "other kinds only, from now on": (
        [{"allowed_updates": ["callback_query"]}],
        [["a", "b", "c"]],
    ),
}


@pytest.mark.parametrize(("calls", "wanted"), OFFSETS.values(), ids=OFFSETS.keys())
def test_offsets(
    sandbox: Sandbox, call: Call, calls: list[dict[str, Any]], wanted: list[list[str]]
) -> None:
    for text in "abc":
        sandbox.say(AN, text)
    assert [texts(call("getUpdates", **given)) for given in calls] == wanted


def test_kinds_that_are_not_allowed_never_come(sandbox: Sandbox, call: Call) -> None:
    call("getUpdates", allowed_updates=["callback_query"])
    sandbox.say(AN, "unheard")
    assert call("getUpdates")["result"] == []
    call("getUpdates", allowed_updates=[])
    sandbox.say(AN, "heard")
    assert texts(call("getUpdates")) == ["heard"]


async def post(sandbox: Sandbox, **parameters: Any) -> httpx.Response:
    async with httpx.AsyncClient(timeout=20) as client:
        return await client.post(f"{sandbox.url}/bot{TOKEN}/getUpdates", json=parameters)


async def those_who_wait(sandbox: Sandbox, number: int) -> None:
    """Until so many requests wait for news."""
    await soon(lambda: len(sandbox.state.changes.waiting) == number)


async def test_a_long_poll_ends_with_the_first_update(sandbox: Sandbox) -> None:
    started = time.monotonic()
    waiting = asyncio.create_task(post(sandbox, timeout=20))
    await those_who_wait(sandbox, 1)
    assert not waiting.done()
    sandbox.say(BINH, "xin chào")
    assert texts((await waiting).json()) == ["xin chào"]
    assert time.monotonic() - started < 5


async def test_a_long_poll_without_updates_ends_in_time(sandbox: Sandbox) -> None:
    started = time.monotonic()
    assert (await post(sandbox, timeout=1)).json()["result"] == []
    assert 0.9 < time.monotonic() - started < 5


async def test_a_second_poller_ends_the_first(sandbox: Sandbox) -> None:
    first = asyncio.create_task(post(sandbox, timeout=20))
    await those_who_wait(sandbox, 1)
    second = asyncio.create_task(post(sandbox, timeout=20))
    ended = await first
    assert (ended.status_code, ended.json()["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    )
    sandbox.say(AN, "cho người thứ hai")
    assert texts((await second).json()) == ["cho người thứ hai"]


async def test_stopping_does_not_wait_for_a_long_poll(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(timeout=20) as client:
        polls = [asyncio.create_task(post(sandbox, timeout=50))]
        await those_who_wait(sandbox, 1)  # a new poll is news for the page
        page = f"{sandbox.url}/sandbox/api/state?since={sandbox.state.changes.number}"
        polls.append(asyncio.create_task(client.get(page)))
        await those_who_wait(sandbox, 2)
        started = time.monotonic()
        await asyncio.to_thread(sandbox.stop)
        assert time.monotonic() - started < 2
        answers = await asyncio.gather(*polls)
    assert [answer.status_code for answer in answers] == [200, 200]


def test_pending_updates_can_be_dropped(sandbox: Sandbox, call: Call) -> None:
    sandbox.say(AN, "cũ")
    assert call("getWebhookInfo")["result"]["pending_update_count"] == 1
    call("deleteWebhook", drop_pending_updates=True)
    assert call("getUpdates")["result"] == []


HEARD = {
    "a command": ("/status", True),
    "the bot's name": ("hỏi @dunghen_demo_bot giúp", True),
    "other talk": ("chào cả nhà", False),
}


@pytest.mark.parametrize(("text", "heard"), HEARD.values(), ids=HEARD.keys())
def test_in_a_group_the_bot_hears(sandbox: Sandbox, call: Call, text: str, heard: bool) -> None:
    sandbox.say(AN, text, chat_id=GROUP)
    assert texts(call("getUpdates")) == ([text] if heard else [])
    assert [message["text"] for message in sandbox.messages(GROUP)] == [text]
