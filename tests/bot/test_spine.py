"""The shortest ways through the bot on both databases: a digest comes, an alert is taken."""

from __future__ import annotations

import pytest

from tests.bot.alerting import first_alert, labels, ledger, tell_of
from tests.bot.conftest import HEAD, LEADER, Talk, bindings_of, invite, soon
from tests.bot.test_delivery import outcomes, queue


@pytest.fixture
def database_file(database_url: str) -> str:
    return database_url


async def test_an_invited_head_joins_asks_and_gets_a_digest(talk: Talk) -> None:
    token = invite(talk.house)
    welcome = await talk.say(HEAD, f"/start {token}")
    assert "UBND xã Bình Khánh" in welcome["text"]
    [binding] = bindings_of(talk.house, HEAD)
    assert binding.role == "head"
    status = await talk.say(HEAD, "/status", "UBND XÃ BÌNH KHÁNH – năm 2021")
    assert "🔴 Hộ tịch: 93,75% (45/48) – chưa đạt" in status["text"]
    items = await talk.say(HEAD, "/chitiet đúng hạn theo lĩnh vực", "Việc cần xử lý")
    assert "000.02.16.H29-210316-0000" in items["text"]
    queue(talk.house, binding.person_id, "digest:1")
    await talk.heard(HEAD, "TÌNH HÌNH CẢI CÁCH", after=items["message_id"])
    await soon(lambda: outcomes(talk.house).get("digest:1") == "sent")


async def test_an_alert_is_taken_and_both_messages_say_so(
    talk: Talk, staff: dict[str, int]
) -> None:
    alert = first_alert(talk.house)
    for who in ("head", "leader"):
        tell_of(talk.house, staff[who], alert)
    heads, leaders = await talk.heard(HEAD), await talk.heard(LEADER)
    await soon(lambda: len(ledger(talk.house, "accepted")) == 2)
    await talk.press(HEAD, heads, "Tiếp nhận")
    for user, message in ((HEAD, heads), (LEADER, leaders)):
        number = message["message_id"]
        await soon(lambda u=user, n=number: "Đã tiếp nhận" in talk.message(u, n)["text"])  # type: ignore[misc]
        assert "Tiếp nhận" not in labels(talk.message(user, number))
    assert ledger(talk.house, "seen", "taken") == [
        ("seen", staff["head"]),
        ("taken", staff["head"]),
    ]
