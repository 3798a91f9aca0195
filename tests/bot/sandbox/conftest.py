"""A sandbox on loopback for each test, and a way to speak to it over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import telegram

from bot.sandbox.server import Sandbox

TOKEN = "42:rehearsal"
NOON = datetime(2021, 3, 23, 12, 0, tzinfo=UTC)
AN, BINH, STRANGER, GROUP = 11, 12, 13, -7

Call = Callable[..., dict[str, Any]]


def furnish() -> Sandbox:
    """An and Bình have opened the bot, the stranger has not; the group has the bot in it."""
    made = Sandbox(TOKEN, clock=lambda: NOON)
    made.add_person(AN, "An", username="an", language_code="vi", started=True)
    made.add_person(BINH, "Bình", started=True)
    made.add_person(STRANGER, "Người lạ")
    made.add_group(GROUP, "Tổ cải cách hành chính")
    return made


def caller(client: httpx.Client) -> Call:
    """Calls a method of the Bot API with a JSON body; gives the whole answer."""

    def post(method: str, **parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = client.post(f"/{method}", json=parameters).json()
        return answer

    return post


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with furnish() as made:
        yield made


@pytest.fixture
def call(sandbox: Sandbox) -> Iterator[Call]:
    with httpx.Client(base_url=f"{sandbox.url}/bot{TOKEN}", timeout=30) as client:
        yield caller(client)


@pytest.fixture(scope="session")
def refused_call() -> Iterator[Call]:
    """For requests that change nothing because they are refused: one sandbox for all of them."""
    with (
        furnish() as made,
        httpx.Client(base_url=f"{made.url}/bot{TOKEN}", timeout=30) as client,
    ):
        yield caller(client)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[telegram.Bot]:
    """A real python-telegram-bot."""
    async with telegram.Bot(
        TOKEN, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot"
    ) as made:
        yield made
