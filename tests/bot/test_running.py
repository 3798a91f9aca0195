"""The bot as a process: late networks, refused tokens, ends in time, and no token in any log."""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from alerts.house import House
from bot.redaction import keep_out_of_logs, redact
from bot.running import TokenMissing, TokenRefused, run_bot
from bot.sandbox.server import Fault, Sandbox
from settings import Settings
from tests.bot.conftest import HEAD, TOKEN, Talk, running, soon


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that any logger says, at the lowest level."""
    stream = io.StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


async def test_the_token_is_in_no_log_line_whatever_fails(
    house: House, sandbox: Sandbox, settings: Settings, staff: dict[str, int], log: io.StringIO
) -> None:
    async with running(house, sandbox, settings.telegram, settings.limits) as talk:
        talk.sandbox.fail_next("sendMessage", HEAD, fault=Fault.server_error(502), times=3)
        talk.sandbox.fail_next("getUpdates", fault=Fault.dropped())
        talk.sandbox.say(HEAD, "/status")
        await soon(lambda: "an answer failed" in log.getvalue())
        try:
            raise ValueError(f"{sandbox.url}/bot{TOKEN}/getMe")
        except ValueError:
            logging.getLogger("anything").exception("a traceback with %s", TOKEN)
    said = log.getvalue()
    assert "a traceback with <token>" in said
    assert "an answer failed" in said
    assert TOKEN not in said
    assert TOKEN.split(":")[1] not in said


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        pytest.param("/bot42:rehearsal/x", "/bot<token>/x", id="our own, however short"),
        pytest.param("/bot42%3Arehearsal/x", "/bot<token>/x", id="also as an address writes it"),
        pytest.param(
            "bot123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "bot<token>", id="what looks like one"
        ),
        pytest.param("7:30 and 12345:67", "7:30 and 12345:67", id="nothing else"),
    ],
)
def test_secrets_are_taken_out(text: str, clean: str) -> None:
    assert redact(text, ["42:rehearsal"]) == clean


def test_two_bots_of_one_process_hide_both_tokens(log: io.StringIO) -> None:
    keep_out_of_logs("1:first")
    keep_out_of_logs("2:second")
    logging.getLogger("x").warning("1:first 2:second")
    assert log.getvalue() == "<token> <token>\n"


async def test_a_network_that_is_late_is_waited_for(
    house: House,
    sandbox: Sandbox,
    settings: Settings,
    staff: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.running.FIRST_PAUSE", 0.1)
    sandbox.fail_next("getMe", fault=Fault.dropped())
    sandbox.fail_next("getMe", fault=Fault.server_error(502))
    async with running(house, sandbox, settings.telegram, settings.limits) as talk:
        assert (await talk.say(HEAD, "/help"))["text"]


async def test_a_stop_ends_the_bot_while_it_waits_for_the_network(
    house: House, settings: Settings
) -> None:
    stop = asyncio.Event()
    nowhere = settings.telegram.model_copy(update={"base_url": "http://127.0.0.1:9"})
    task = asyncio.create_task(run_bot(house, nowhere, settings.limits, stop))
    await asyncio.sleep(0.5)
    assert not task.done()
    stop.set()
    async with asyncio.timeout(10):
        await task


async def test_a_stop_ends_the_bot_in_time_even_when_telegram_hangs(
    house: House, sandbox: Sandbox, settings: Settings
) -> None:
    stop = asyncio.Event()
    here = settings.telegram.model_copy(update={"base_url": sandbox.url})
    task = asyncio.create_task(run_bot(house, here, settings.limits, stop))
    await soon(lambda: any(r["method"] == "getUpdates" for r in sandbox.requests))
    sandbox.fail_next(fault=Fault.dropped(), times=100)
    begun = time.monotonic()
    stop.set()
    async with asyncio.timeout(10):
        await task
    assert time.monotonic() - begun < 9


@pytest.mark.parametrize(
    ("token", "error"),
    [
        pytest.param("", TokenMissing, id="without a token the bot says how to give one"),
        pytest.param("42:other", TokenRefused, id="a token that is not known is said, not shown"),
    ],
)
async def test_a_bot_without_a_right_token_does_not_start(
    house: House, sandbox: Sandbox, settings: Settings, token: str, error: type[Exception]
) -> None:
    telegram = settings.telegram.model_copy(
        update={"base_url": sandbox.url, "token": SecretStr(token)}
    )
    with pytest.raises(error, match=r"telegram\.token") as raised:
        await run_bot(house, telegram, settings.limits, asyncio.Event())
    assert "42:other" not in str(raised.value)


async def test_an_answer_that_fails_is_regretted_with_a_reference(
    house: House,
    talk: Talk,
    staff: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    log: io.StringIO,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.screens.plan.status_screen", broken)
    message = await talk.say(HEAD, "/status", "Mã lỗi")
    reference = message["text"].rpartition("Mã lỗi: ")[2]
    assert f"{reference}: an answer failed" in log.getvalue()
    assert "ZeroDivisionError" in log.getvalue()
    assert (await talk.say(HEAD, "/help"))["text"]


async def test_a_database_that_is_away_is_regretted(
    house: House, talk: Talk, staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from db.engine import DatabaseUnavailable

    def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("the database cannot be used: away")

    monkeypatch.setattr("bot.questions.plan.status_on", away)
    assert "Mã lỗi" in (await talk.say(HEAD, "/status"))["text"]


async def test_a_flood_of_one_person_is_answered_in_order_and_does_not_block_another(
    talk: Talk, staff: dict[str, int]
) -> None:
    for _ in range(40):
        talk.sandbox.say(HEAD, "/alerts")
    talk.sandbox.say(HEAD, "/help")
    assert (await talk.say(14, "/help"))["text"]
