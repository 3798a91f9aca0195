"""An .xlsx goes in, the digest comes out of Telegram, the head taps and sees the items."""

from __future__ import annotations

import asyncio
import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from alerts.daemon import Rhythm, run_daemon
from alerts.house import House
from bot.commands.opening import open_house
from bot.commands.records import migrate
from bot.sandbox.server import Sandbox
from db.engine import writing
from settings import SHIPPED, ZONE, Limits, Settings, Telegram, read_settings
from tests.bot.conftest import HEAD, TOKEN, Talk, invite, running
from tests.bot.quick import PATIENCE
from tests.db.intake.made import make_xlsx
from tests.journeys.installation import SAMPLES

QUICK = Rhythm(watch=0.1, sweep=0.1)
MORNING = datetime(2021, 3, 23, 7, 29, tzinfo=ZONE)
SLOT = datetime(2021, 3, 23, 7, 30, 5, tzinfo=ZONE)


class Clock:
    """The district's clock, which the test moves."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    shutil.copy(SHIPPED / "settings.toml", tmp_path / "settings.toml")
    read = read_settings(tmp_path / "settings.toml", {"DUNGHEN_DATABASE__URL": database_url})
    telegram = Telegram(token=SecretStr(TOKEN))
    limits = Limits(seconds_between_messages=0)
    return read.model_copy(update={"telegram": telegram, "limits": limits})


@pytest.fixture
def house(settings: Settings, clock: Clock) -> Iterator[House]:
    opened = replace(open_house(settings, clock), settle_seconds=1)
    list(migrate(opened, settings.find(settings.district.organisation)))
    yield opened
    opened.engine.dispose()


async def test_from_a_dropped_file_to_the_items_behind_a_button(
    house: House, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    rows = list(csv.reader((SAMPLES / "ho_so.csv").open(encoding="utf-8")))
    stop = asyncio.Event()
    with Sandbox(TOKEN, clock=clock) as sandbox:
        sandbox.add_person(HEAD, "Chủ tịch xã", started=True)
        async with running(house, sandbox, settings.telegram, settings.limits) as talk:
            daemon = asyncio.create_task(run_daemon(house, stop, rhythm=QUICK))
            await talk.say(HEAD, f"/start {invite(house)}", "UBND xã Bình Khánh")
            # The file grows in another place and is dropped whole, as a file server does it.
            made = make_xlsx(tmp_path / "ho_so.xlsx", rows)
            house.inbox.mkdir(parents=True, exist_ok=True)
            made.rename(house.inbox / made.name)
            taken = house.inbox / "accepted" / "2021-03-23" / made.name
            await talk.until(taken.exists)

            clock.now = SLOT
            digest = await talk.heard(HEAD, "TÌNH HÌNH CẢI CÁCH HÀNH CHÍNH")
            assert "Hộ tịch: 66,67% (2/3)" in digest["text"]
            await see_the_items(talk)
            stop.set()
            await asyncio.wait_for(daemon, PATIENCE)
    with writing(house.engine) as tx:
        sent = tx.exec_driver_sql("SELECT COUNT(*) FROM outbox WHERE outcome = 'sent'").scalar()
    assert sent == 1, "one digest, whatever moved"


async def see_the_items(talk: Talk) -> None:
    status = await talk.say(HEAD, "/status", "UBND XÃ BÌNH KHÁNH")
    await talk.press(HEAD, status, "Việc cần xử lý")
    lines = await talk.until(
        lambda: (
            (m := talk.message(HEAD, status["message_id"])) and "chọn chỉ tiêu" in m["text"] and m
        )
    )
    await talk.press(HEAD, lines, "5. Đúng hạn theo lĩnh vực")
    items = await talk.until(
        lambda: (
            (m := talk.message(HEAD, status["message_id"]))
            and "000.02.16.H29-210310-0003" in m["text"]
            and m
        )
    )
    assert "trễ 1 ngày làm việc" in items["text"]
