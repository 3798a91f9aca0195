"""The shortest way through the bot on both databases: an invitation, a status, a digest."""

from __future__ import annotations

import pytest

from tests.bot.conftest import HEAD, Talk, bindings_of, invite
from tests.bot.test_delivery import outcomes, queue, soon


@pytest.fixture
def database_file(database_url: str) -> str:
    return database_url


async def test_an_invited_head_joins_asks_and_gets_a_digest(talk: Talk) -> None:
    token = invite(talk.house)
    welcome = await talk.say(HEAD, f"/start {token}")
    assert "UBND xã Bình Khánh" in welcome["text"]
    [binding] = bindings_of(talk.house, HEAD)
    assert binding.role == "head"
    status = await talk.say(HEAD, "/status")
    assert "UBND XÃ BÌNH KHÁNH – năm 2021" in status["text"]
    assert "🔴 Hộ tịch: 93,75% (45/48) – chưa đạt" in status["text"]
    items = await talk.say(HEAD, "/chitiet đúng hạn theo lĩnh vực")
    assert "000.02.16.H29-210316-0000" in items["text"]
    queue(talk.house, binding.person_id, "digest:1")
    await talk.heard(HEAD, "TÌNH HÌNH CẢI CÁCH", after=items["message_id"])
    await soon(lambda: outcomes(talk.house).get("digest:1") == "sent")
