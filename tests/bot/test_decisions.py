"""Small decisions of the bot: outcomes of sending, words after a command, patience, order."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from telegram import Chat, Message, Update, User
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.outcomes import attempt, outcome_of
from bot.ordering import WAITING_IN_A_CHAT, OneByOneInAChat
from bot.patience import ALL_AT_ONCE, ANSWERS_AT_ONCE, Patience
from bot.typed.words import DayWrong, read_day, unit_and_day, unit_and_target
from db.records import Attempt, Moved, Refused, Sent, TryLater
from settings import SHIPPED, read_settings

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        pytest.param(ChatMigrated(-5), Moved(to_chat_id=-5), id="a chat that moved is followed"),
        pytest.param(
            RetryAfter(7),
            TryLater(reason="flood control", after=7.0),
            id="flood control says how long",
        ),
        pytest.param(
            RetryAfter(timedelta(seconds=8)),
            TryLater(reason="flood control", after=8.0),
            id="also as a duration",
        ),
        pytest.param(
            Forbidden("Forbidden: bot was blocked by the user"),
            Refused(why="Forbidden: bot was blocked by the user", forget_chat=True),
            id="a block is for ever",
        ),
        pytest.param(
            BadRequest("Chat not found"),
            Refused(why="Chat not found", forget_chat=True),
            id="so is a chat that is not found",
        ),
        pytest.param(
            BadRequest("Message is too long"),
            Refused(why="Message is too long"),
            id="a bad message says nothing of its chat",
        ),
        pytest.param(
            caused(TimedOut(), httpx.ReadTimeout("")),
            TryLater(reason="timed out: Timed out", maybe_sent=True),
            id="a time-out while reading may have delivered it",
        ),
        pytest.param(
            caused(TimedOut(), httpx.PoolTimeout("")),
            TryLater(reason="timed out: Timed out"),
            id="a time-out of the pool surely has not",
        ),
        pytest.param(
            caused(NetworkError("x"), httpx.ConnectError("")),
            TryLater(reason="x"),
            id="without a connection nothing was sent",
        ),
        pytest.param(
            caused(NetworkError("x"), httpx.ReadError("")),
            TryLater(reason="x", maybe_sent=True),
            id="a connection that broke may have delivered it",
        ),
        pytest.param(
            NetworkError("Bad Gateway"), TryLater(reason="Bad Gateway"), id="a gateway's error"
        ),
        pytest.param(Conflict("x"), TryLater(reason="x"), id="a conflict passes"),
        pytest.param(InvalidToken("x"), TryLater(reason="x"), id="a token may be put right"),
    ],
)
def test_an_exception_becomes_a_value(error: TelegramError, outcome: Attempt) -> None:
    assert outcome_of(error) == outcome


async def test_an_attempt_does_not_wait_for_ever() -> None:
    async def hanging() -> Message:
        await asyncio.sleep(5)
        raise AssertionError

    async def sending() -> Message:
        return Message(message_id=9, date=NOW, chat=Chat(id=1, type="private"))

    assert await attempt(hanging(), 0.02) == TryLater(reason="no answer in time", maybe_sent=True)
    assert await attempt(sending(), 1) == Sent(message_id=9)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("23/03/2021", date(2021, 3, 23), id="as an official writes it"),
        pytest.param("1/4/2021", date(2021, 4, 1), id="without noughts"),
        pytest.param("23-03-2021", date(2021, 3, 23), id="with dashes"),
        pytest.param("2021-03-23", date(2021, 3, 23), id="as a machine writes it"),
        pytest.param("31/02/2021", DayWrong("31/02/2021"), id="a day that is none"),
        pytest.param("23/03/21", DayWrong("23/03/21"), id="a year of two digits is not guessed"),
        pytest.param("Khánh", None, id="a word"),
        pytest.param("2021", None, id="a number"),
    ],
)
def test_a_day_is_read(text: str, day: date | DayWrong | None) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("words", "unit", "day"),
    [
        pytest.param("", "", None, id="nothing"),
        pytest.param("xã Bình Khánh", "xã Bình Khánh", None, id="a unit of several words"),
        pytest.param("xã Bình Khánh 23/03/2021", "xã Bình Khánh", date(2021, 3, 23), id="both"),
        pytest.param("23/03/2021", "", date(2021, 3, 23), id="a day alone"),
    ],
)
def test_a_unit_and_a_day_are_told_apart(words: str, unit: str, day: date | None) -> None:
    assert unit_and_day(words.split()) == (unit, day)


@pytest.mark.parametrize(
    ("words", "unit", "target"),
    [
        pytest.param("", "", None, id="nothing"),
        pytest.param("apology_letters", "", "apology_letters", id="a target by its id"),
        pytest.param("8.2", "", "mailboxes", id="by its number in the plan"),
        pytest.param("thư xin lỗi", "", "apology_letters", id="by its Vietnamese name"),
        pytest.param("thu xin loi", "", "apology_letters", id="without diacritics"),
        pytest.param("Apology letters", "", "apology_letters", id="by its English name"),
        pytest.param("xã Bình Khánh 5", "xã Bình Khánh", "on_time", id="after a unit"),
        pytest.param("xã Bình Khánh", "xã Bình Khánh", None, id="a unit alone"),
        pytest.param("xã Bình Khánh 99", "xã Bình Khánh 99", None, id="a number of no target"),
    ],
)
def test_a_unit_and_a_target_are_told_apart(words: str, unit: str, target: str | None) -> None:
    targets = read_settings(SHIPPED / "settings.toml", {}).plan_targets()
    found = unit_and_target(words.split(), targets)
    assert (found[0], found[1].id if found[1] else None) == (unit, target)


def test_a_stranger_is_answered_a_few_times_and_then_now_and_then() -> None:
    patience = Patience()
    assert [patience.allows(1, NOW) for _ in range(7)].count(True) == ANSWERS_AT_ONCE
    assert patience.allows(2, NOW)
    later = NOW + timedelta(seconds=20)
    assert [patience.allows(1, later) for _ in range(3)] == [True, False, False]


def test_many_strangers_together_are_answered_slowly() -> None:
    patience = Patience()
    assert [patience.allows(n, NOW) for n in range(100)].count(True) == ALL_AT_ONCE
    later = NOW + timedelta(seconds=1)
    assert [patience.allows(n, later) for n in range(200, 300)].count(True) == 5


async def test_a_chat_is_answered_in_order_and_chats_side_by_side() -> None:
    order = OneByOneInAChat()
    done: list[str] = []

    async def handle(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        done.append(name)

    def update(chat: int) -> Update:
        user = User(id=chat, is_bot=False, first_name="An")
        message = Message(
            message_id=1, date=NOW, chat=Chat(id=chat, type="private"), from_user=user
        )
        return Update(update_id=1, message=message)

    await asyncio.gather(
        order.process_update(update(1), handle("slow", 0.05)),
        order.process_update(update(1), handle("after it", 0)),
        order.process_update(update(2), handle("another chat", 0)),
        order.process_update(object(), handle("of no chat", 0)),
    )
    assert done.index("slow") < done.index("after it")
    assert done.index("another chat") < done.index("slow")
    assert len(done) == 4
    done.clear()
    flood = [order.process_update(update(1), handle(str(n), 0.001)) for n in range(60)]
    await asyncio.gather(*flood)
    assert done == [str(n) for n in range(WAITING_IN_A_CHAT)]
