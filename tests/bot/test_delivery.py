"""Queued messages reach people through whatever Telegram answers, each once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerts.digest import DigestLine, compose_digest
from alerts.house import House
from bot.sandbox.server import Fault, Sandbox
from db import calendar_days, outbox, people
from db.calendar_days import Change
from db.engine import reading, writing
from db.records import Goal, Item, Move, NewMessage, State
from db.tables import OutboxRow
from settings import Settings
from tests.bot.conftest import CHECK, HEAD, OFFICIAL, TODAY, Clock, Talk, running, soon, unit_id

GROUP = -1000000000055


def digest_payload(house: House, *, late: bool = False, unit: str = "xa_binh_khanh") -> Any:
    late_item = Item(
        key="000.02.16.H29-210316-0004", label="Đăng ký lại khai sinh", field="Hộ tịch",
        days_late=2, note="overdue_no_letter",
    )  # fmt: skip
    red = DigestLine(
        unit="UBND xã Bình Khánh", target="on_time", item_no="5", field="Hộ tịch",
        state=State.MISSED, reason="below_the_goal", numerator=45, denominator=48,
        goal=Goal(operator=">", percent=95), move=Move.OPENED, needed=13, is_new=True,
        items=(late_item,) * 5,
    )  # fmt: skip
    digest = compose_digest("UBND xã Bình Khánh", [red], TODAY, CHECK, [late_item])
    return {
        "digest": digest.to_payload(), "unit_id": unit_id(house, unit), "late": late,
        "slug": unit, "snapshot_id": 1,
    }  # fmt: skip


def queue(house: House, person_id: int, dedupe: str, payload: Any = None) -> None:
    message = NewMessage(
        person_id=person_id, template="digest", payload=payload or digest_payload(house),
        dedupe=dedupe, not_before=house.clock(),
    )  # fmt: skip
    with writing(house.engine) as tx:
        outbox.enqueue(tx, [message], house.clock())


def refusal(house: House, person_id: int, name: str) -> None:
    """A short message that can be told apart by its file's name."""
    payload = {"file": name, "source": "dossiers", "reason": "thử", "day": "2021-03-23"}
    message = NewMessage(
        person_id=person_id, template="refused_file", payload=payload, dedupe=name,
        not_before=house.clock(),
    )  # fmt: skip
    with writing(house.engine) as tx:
        outbox.enqueue(tx, [message], house.clock())


def outcomes(house: House) -> dict[str, str | None]:
    with reading(house.engine) as tx:
        rows = tx.execute(select(OutboxRow.dedupe, OutboxRow.outcome))
        return {row.dedupe: row.outcome for row in rows}


def put_back(house: House) -> bool:
    """Whether a message was tried, and is to be tried again."""
    tried = select(OutboxRow.id).where(OutboxRow.attempts == 1, OutboxRow.claimed_by.is_(None))
    with reading(house.engine) as tx:
        return tx.execute(tried).first() is not None


def settled(house: House, dedupe: str) -> Callable[[], str | None]:
    return lambda: outcomes(house).get(dedupe)


def waits_until(house: House, dedupe: str) -> datetime:
    with reading(house.engine) as tx:
        found = tx.scalar(select(OutboxRow.not_before).where(OutboxRow.dedupe == dedupe))
    assert found is not None
    return found


async def test_a_digest_reaches_the_head(talk: Talk, staff: dict[str, int]) -> None:
    queue(talk.house, staff["head"], "d1")
    message = await talk.heard(HEAD, "TÌNH HÌNH CẢI CÁCH HÀNH CHÍNH")
    text = message["text"]
    assert "Kính gửi: Lãnh đạo UBND xã Bình Khánh" in text
    assert "Số liệu đến 07:30 ngày 23/03/2021" in text
    assert "🔴 Đúng hạn theo lĩnh vực – Hộ tịch: 93,75% (45/48) – chưa đạt" in text
    assert "Cần thêm 13" in text
    assert "quá hạn 2 ngày làm việc, chưa có thư xin lỗi" in text
    assert "; 5 mục, trong đó:\n• 000" in text
    assert "gửi muộn" not in text
    assert await soon(settled(talk.house, "d1")) == "sent"


async def test_a_late_digest_says_so(talk: Talk, staff: dict[str, int]) -> None:
    queue(talk.house, staff["head"], "d1", digest_payload(talk.house, late=True))
    assert "(gửi muộn)" in (await talk.heard(HEAD))["text"]


async def test_a_message_that_waited_for_hours_says_so(
    house: House, sandbox: Sandbox, settings: Settings, staff: dict[str, int], clock: Clock
) -> None:
    queue(house, staff["head"], "d1")
    clock.move(hours=3)
    async with running(house, sandbox, settings.telegram, settings.limits) as talk:
        assert "(gửi muộn)" in (await talk.heard(HEAD))["text"]


@pytest.mark.parametrize(
    ("fault", "at_most"),
    [
        pytest.param(Fault.too_many(1), 1, id="after 429 it is sent again, once"),
        pytest.param(Fault.server_error(500), 1, id="after an error of the server, once"),
        pytest.param(Fault.server_error(502), 1, id="after a gateway's error page, once"),
        pytest.param(Fault.dropped(), 1, id="after a connection that broke before, once"),
        pytest.param(
            Fault.dropped(after_accept=True), 2, id="after one that broke too late, twice at most"
        ),
    ],
)
async def test_a_passing_trouble_delays_a_message(
    talk: Talk, staff: dict[str, int], clock: Clock, fault: Fault, at_most: int
) -> None:
    talk.sandbox.fail_next("sendMessage", HEAD, fault=fault)
    refusal(talk.house, staff["head"], "tep.xlsx")
    await soon(lambda: put_back(talk.house))
    assert outcomes(talk.house) == {"tep.xlsx": None}
    clock.move(seconds=3)
    assert await soon(settled(talk.house, "tep.xlsx")) == "sent"
    assert 1 <= len(talk.from_bot(HEAD)) <= at_most


async def test_a_chat_under_flood_control_does_not_stop_the_others(
    talk: Talk, staff: dict[str, int]
) -> None:
    talk.sandbox.fail_next("sendMessage", HEAD, fault=Fault.too_many(30), times=9)
    refusal(talk.house, staff["head"], "a.xlsx")
    refusal(talk.house, staff["official"], "b.xlsx")
    assert await soon(settled(talk.house, "b.xlsx")) == "sent"
    assert outcomes(talk.house)["a.xlsx"] is None


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.blocked(), id="who blocked the bot is not written to again"),
        pytest.param(Fault.deactivated(), id="nor is who is no longer there"),
        pytest.param(
            Fault.refusal(400, "Bad Request: chat not found"), id="nor is a chat not found"
        ),
    ],
)
async def test_a_chat_that_takes_nothing_is_left_alone(
    talk: Talk, staff: dict[str, int], fault: Fault
) -> None:
    talk.sandbox.fail_next("sendMessage", HEAD, fault=fault)
    refusal(talk.house, staff["head"], "a.xlsx")
    assert await soon(settled(talk.house, "a.xlsx")) == "refused"
    refusal(talk.house, staff["head"], "b.xlsx")
    assert await soon(settled(talk.house, "b.xlsx")) == "refused"
    assert talk.from_bot(HEAD) == []
    assert (await talk.say(HEAD, "/start"))["text"]
    refusal(talk.house, staff["head"], "c.xlsx")
    assert await soon(settled(talk.house, "c.xlsx")) == "sent"


async def test_who_blocks_the_bot_and_comes_back_is_remembered(
    talk: Talk, staff: dict[str, int]
) -> None:
    talk.sandbox.block(HEAD)
    await soon(lambda: not reachable(talk.house))
    refusal(talk.house, staff["head"], "a.xlsx")
    assert await soon(settled(talk.house, "a.xlsx")) == "refused"
    talk.sandbox.unblock(HEAD)
    await soon(lambda: reachable(talk.house))
    refusal(talk.house, staff["head"], "b.xlsx")
    assert await soon(settled(talk.house, "b.xlsx")) == "sent"


def reachable(house: House) -> bool:
    with reading(house.engine) as tx:
        return HEAD in [caller.person.user_id for caller in people.callers(tx, TODAY)]


async def test_a_message_that_telegram_cannot_take_is_refused_but_the_chat_stays(
    talk: Talk, staff: dict[str, int]
) -> None:
    fault = Fault.refusal(400, "Bad Request: can't parse entities")
    talk.sandbox.fail_next("sendMessage", HEAD, fault=fault)
    refusal(talk.house, staff["head"], "a.xlsx")
    refusal(talk.house, staff["head"], "b.xlsx")
    assert await soon(settled(talk.house, "b.xlsx")) == "sent"
    assert outcomes(talk.house) == {"a.xlsx": "refused", "b.xlsx": "sent"}


async def test_a_chat_that_moved_is_followed(talk: Talk, staff: dict[str, int]) -> None:
    talk.sandbox.add_group(GROUP, "Tổ cải cách")
    talk.sandbox.fail_next("sendMessage", HEAD, fault=Fault.migrated(GROUP))
    refusal(talk.house, staff["head"], "a.xlsx")
    assert await soon(settled(talk.house, "a.xlsx")) == "sent"
    assert len(talk.from_bot(GROUP)) == 1
    with reading(talk.house.engine) as tx:
        person = people.person_by_user(tx, HEAD)
    assert person is not None
    assert person.chat_id == GROUP


async def test_what_comes_late_waits_for_the_end_of_quiet_time(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    """Telegram, or the bot, was away in the afternoon; in the evening it is there again."""
    clock.move(hours=9, minutes=59, seconds=40)  # just before six of a Tuesday
    talk.sandbox.fail_next("sendMessage", HEAD, fault=Fault.too_many(60))
    refusal(talk.house, staff["head"], "tried.xlsx")
    morning = talk.house.clock().replace(hour=7, minute=0, second=0, microsecond=0)
    morning += timedelta(days=1)
    await soon(lambda: waits_until(talk.house, "tried.xlsx") == morning or None)
    message = NewMessage(
        person_id=staff["official"], template="refused_file", dedupe="waited.xlsx",
        payload={"file": "x", "source": "dossiers", "reason": "thử", "day": "2021-03-23"},
        not_before=talk.house.clock(),
    )  # fmt: skip
    clock.move(hours=1)
    with writing(talk.house.engine) as tx:
        outbox.enqueue(tx, [message], talk.house.clock())
    await soon(lambda: waits_until(talk.house, "waited.xlsx") == morning or None)
    assert (talk.from_bot(HEAD), talk.from_bot(OFFICIAL)) == ([], [])
    clock.move(hours=12, minutes=1)
    assert await soon(settled(talk.house, "tried.xlsx")) == "sent"
    assert await soon(settled(talk.house, "waited.xlsx")) == "sent"


async def test_what_comes_late_waits_on_a_day_off_that_an_admin_named(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    """The settings' calendar has the day as one to work on."""
    off = {"kind": "off", "note": "mất điện", "document": "12/TB"}
    tomorrow = TODAY + timedelta(days=1)
    with writing(talk.house.engine) as tx:
        change = Change(day=tomorrow, old=None, new=off)
        calendar_days.store(tx, change, by="An", person_id=None, now=talk.house.clock(), moved=0)
    clock.move(days=1)
    message = NewMessage(
        person_id=staff["head"], template="refused_file", dedupe="waited.xlsx",
        payload={"file": "x", "source": "dossiers", "reason": "thử", "day": "2021-03-23"},
        not_before=talk.house.clock() - timedelta(days=1),
    )  # fmt: skip
    with writing(talk.house.engine) as tx:
        outbox.enqueue(tx, [message], talk.house.clock())
    after = talk.house.clock().replace(hour=7, minute=0, second=0, microsecond=0)
    after += timedelta(days=1)
    await soon(lambda: waits_until(talk.house, "waited.xlsx") == after or None)
    assert talk.from_bot(HEAD) == []


async def test_what_is_queued_in_quiet_time_is_meant_for_it(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    clock.move(hours=12)  # 20:00: whoever joins now finds at once what is open
    refusal(talk.house, staff["head"], "a.xlsx")
    assert await soon(settled(talk.house, "a.xlsx")) == "sent"


async def test_what_cannot_be_worded_does_not_hold_up_the_rest(
    talk: Talk, staff: dict[str, int]
) -> None:
    queue(talk.house, staff["head"], "broken", {"digest": {}})
    refusal(talk.house, staff["head"], "a.xlsx")
    assert await soon(settled(talk.house, "a.xlsx")) == "sent"
    assert outcomes(talk.house)["broken"] == "refused"


async def test_a_former_head_gets_no_digest(talk: Talk, staff: dict[str, int]) -> None:
    with writing(talk.house.engine) as tx:
        people.end_bindings(tx, staff["head"], TODAY - timedelta(days=1))
    queue(talk.house, staff["head"], "d1")
    assert await soon(settled(talk.house, "d1")) == "refused"
    assert talk.from_bot(HEAD) == []


CRASHING = """
import asyncio, os, sys
from pathlib import Path
from tests.bot import conftest
from bot.commands.opening import open_house
from bot.running import run_bot
from db import outbox
from settings import SHIPPED, read_settings

database, url = sys.argv[1:]
settings = read_settings(SHIPPED / "settings.toml", {
    "DUNGHEN_DATABASE__URL": database, "DUNGHEN_TELEGRAM__BASE_URL": url,
    "DUNGHEN_TELEGRAM__TOKEN": conftest.TOKEN, "DUNGHEN_LIMITS__SECONDS_BETWEEN_MESSAGES": "0",
})
sent, mark_sent = [], outbox.mark_sent

def die_after_three(tx, message, *rest, **named):
    sent.append(message)
    if len(sent) == 3:
        os._exit(9)
    return mark_sent(tx, message, *rest, **named)

outbox.mark_sent = die_after_three
house = open_house(settings, conftest.Clock())
asyncio.run(run_bot(house, settings.telegram, settings.limits, asyncio.Event()))
"""


async def test_a_kill_between_sending_and_settling_repeats_one_message_and_loses_none(
    house: House, sandbox: Sandbox, settings: Settings, staff: dict[str, int], clock: Clock
) -> None:
    names = [f"tep-{number}.xlsx" for number in range(6)]
    for name in names:
        refusal(house, staff["head"], name)
    command = [sys.executable, "-c", CRASHING, settings.database.url, sandbox.url]
    root = Path(__file__).parents[2]
    killed = await asyncio.to_thread(
        subprocess.run, command, cwd=root, timeout=60, check=False, capture_output=True
    )
    assert killed.returncode == 9, killed.stderr
    clock.move(seconds=60)
    async with running(house, sandbox, settings.telegram, settings.limits) as talk:
        await soon(lambda: set(outcomes(house).values()) == {"sent"})
        told = Counter(name for m in talk.from_bot(HEAD) for name in names if name in m["text"])
    assert set(told) == set(names)
    assert sorted(told.values()) == [1, 1, 1, 1, 1, 2]


async def test_two_bots_over_one_database_send_each_message_once_and_one_of_them_polls(
    house: House, sandbox: Sandbox, settings: Settings, staff: dict[str, int]
) -> None:
    for number in range(10):
        refusal(house, staff["head" if number % 2 else "official"], f"tep-{number}.xlsx")
    async with (
        running(house, sandbox, settings.telegram, settings.limits) as talk,
        running(house, sandbox, settings.telegram, settings.limits),
    ):
        await soon(lambda: set(outcomes(house).values()) == {"sent"})
        assert len(talk.from_bot(HEAD)) == len(talk.from_bot(OFFICIAL)) == 5
        assert (await talk.say(HEAD, "/help"))["text"]
        polls = [r for r in sandbox.requests if r["method"] == "getUpdates"]
    assert polls
    assert 409 not in {r["status"] for r in polls}
