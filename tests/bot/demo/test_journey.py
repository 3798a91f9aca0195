"""Does the whole demo work over HTTP: digests, buttons, the next mornings, and a clean end?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.demo.cast import CAST, DEPUTY, GROUP, HEAD, LEADER
from bot.demo.runner import run_demo
from db.records import Role
from settings import SHIPPED, read_settings

READY_WITHIN = 240.0  # seconds; some machines are busy with other tests
MORNING_WITHIN = 180.0
ANSWERED_WITHIN = 60.0
STRANGER = next(player for player in CAST if not player.invitations)
STEWARD = next(p for p in CAST for each in p.invitations if each.role is Role.STEWARD)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=ANSWERED_WITHIN) as answer:
        return json.load(answer)


def _post(url: str, **arguments: object) -> Any:
    request = urllib.request.Request(url, json.dumps(arguments).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=ANSWERED_WITHIN) as answer:
        return json.load(answer)["result"]


def _texts(url: str, person: int) -> list[str]:
    messages = _get(f"{url}/sandbox/api/messages?chat_id={person}")["result"]
    return [message["text"] for message in messages if message["from_bot"]]


async def _until(look: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while not (found := await asyncio.to_thread(look)):
        assert time.monotonic() < end, "it did not come in time"
        await asyncio.sleep(0.05)
    return found


def _ended_actions(url: str, turns: int) -> Any:
    actions = _get(f"{url}/sandbox/api/state")["actions"]
    return actions if actions["turns"] >= turns else None


@contextlib.asynccontextmanager
async def _opened_demo(folder: Path) -> AsyncIterator[str]:
    """The address of a running demo; it ends within ten seconds, whatever it is doing then."""
    settings = read_settings(SHIPPED / "settings.toml", {})
    stop = asyncio.Event()
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    said: list[str] = []
    playing = asyncio.create_task(
        run_demo(
            settings,
            folder=folder / "demo",
            stop=stop,
            say=said.append,
            ready=opened.set_result,
        )
    )
    try:
        playing.add_done_callback(lambda _: opened.cancel())
        url = await asyncio.wait_for(opened, READY_WITHIN)
        assert len(said) >= 5
        yield url
    finally:
        stop.set()
        started = time.monotonic()
        await asyncio.wait_for(playing, 15)
    assert time.monotonic() - started < 10


async def _play(url: str, action: str) -> str:
    """Presses a button of the page's head and waits for its end; what it tells."""
    turns = (await asyncio.to_thread(_get, f"{url}/sandbox/api/state"))["actions"]["turns"]
    await asyncio.to_thread(_post, f"{url}/sandbox/api/action", action_id=action)
    actions = await _until(lambda: _ended_actions(url, turns + 1), MORNING_WITHIN)
    assert not actions["failed"], actions
    told: str = actions["text"]
    return told


async def _newest(url: str, chat: int, words: str) -> Any:
    """The bot's newest message in a chat that has the words, as soon as there is one."""

    def look() -> Any:
        known = _get(f"{url}/sandbox/api/messages?chat_id={chat}")["result"]
        fitting = [m for m in known if m["from_bot"] and words in m["text"]]
        return fitting[-1] if fitting else None

    return await _until(look, ANSWERED_WITHIN)


async def _press(url: str, person: int, message: Any, word: str) -> str:
    """Presses the button of this word; the bot's answer, as a pop-up shows it."""
    (data,) = [
        key["callback_data"]
        for row in message["reply_markup"]["inline_keyboard"]
        for key in row
        if key["text"] == word
    ]
    query = await asyncio.to_thread(
        _post,
        f"{url}/sandbox/api/press",
        person_id=person,
        chat_id=message["chat_id"],
        message_id=message["message_id"],
        callback_data=data,
    )

    def answer() -> Any:
        answers = _get(f"{url}/sandbox/api/answers")["result"]
        return [one for one in answers if one["callback_query_id"] == query]

    (found,) = await _until(answer, ANSWERED_WITHIN)
    text: str = found.get("text") or ""
    return text


async def test_a_visit_to_the_demo(tmp_path: Path) -> None:
    """A journey: the page opens, the head reads, asks, and sees the next morning."""
    async with _opened_demo(tmp_path) as url:
        # The first morning's digest is there when the page is opened, and what to try.
        texts = await asyncio.to_thread(_texts, url, HEAD.id)
        (digest,) = [text for text in texts if "111/117" in text]
        assert "Bình Khánh" in digest
        assert not await asyncio.to_thread(_texts, url, STRANGER.id)
        actions = _get(f"{url}/sandbox/api/state")["actions"]
        assert "👉 Mở Nguyễn Thị Bình" in actions["text"]
        assert "👉 Open Nguyễn Thị Bình" in actions["text_en"]

        # A typed question is answered.
        await asyncio.to_thread(
            _post, f"{url}/sandbox/api/say", person_id=HEAD.id, text="/status xa_binh_khanh"
        )
        await _until(lambda: len(_texts(url, HEAD.id)) > len(texts), ANSWERED_WITHIN)
        answer = (await asyncio.to_thread(_texts, url, HEAD.id))[-1]
        assert "XÃ BÌNH KHÁNH" in answer
        assert "Hộ tịch" in answer

        # The button plays the next morning, with its recovery, and tells what happened; the
        # afternoon before it was lived through on its way, and nothing came too late.
        heard = len(await asyncio.to_thread(_texts, url, HEAD.id))
        told = await _play(url, "next_morning")
        assert (
            "24/03/2021, 07:30: nhận 4 tệp; xã Bình Khánh: 0 cảnh báo mới, 1 đã khắc phục" in told
        )
        afternoon, morning = (await asyncio.to_thread(_texts, url, HEAD.id))[heard:]
        assert "VIỆC ĐẾN HẠN HÔM NAY\n" in afternoon
        assert "24/03/2021" in morning
        assert "gửi muộn" not in afternoon + morning
        assert "24/03/2021" in _get(f"{url}/sandbox/api/state")["status"]

        # It ends at once, even in the middle of a morning.
        await asyncio.to_thread(_post, f"{url}/sandbox/api/action", action_id="next_morning")
        await asyncio.sleep(0.3)
    with pytest.raises(OSError):
        _get(url)


async def test_two_people_answer_alerts_and_the_data_have_the_last_word(tmp_path: Path) -> None:
    """A journey by buttons: taken in the group, claimed and not proved, muted, told upwards."""
    async with _opened_demo(tmp_path) as url:
        # 23/03: the deputy opens a card from the group's message, in private, and takes it.
        group = await _newest(url, GROUP.id, "TÌNH HÌNH")
        assert "210316" not in group["text"], "a group is told numbers, and no dossiers"
        assert await _press(url, DEPUTY.id, group, "1")
        card = await _newest(url, DEPUTY.id, "CẢNH BÁO SỐ")
        assert "Thư xin lỗi" in card["text"]
        assert "Đã ghi nhận" in await _press(url, DEPUTY.id, card, "Tiếp nhận")

        # Both the group's and the head's message say so, without a new one.
        taken = f"Đã tiếp nhận: {DEPUTY.name}"
        for chat in (GROUP.id, HEAD.id):
            edited = await _newest(url, chat, taken)
            assert edited["edited"]
        digest = await _newest(url, HEAD.id, "Kính gửi: Lãnh đạo UBND xã Bình Khánh")
        assert taken in digest["text"]

        # The head says that the mailbox is used again, which the data will not bear out.
        await _press(url, HEAD.id, digest, "2")
        card = await _newest(url, HEAD.id, "CẢNH BÁO SỐ")
        assert "Hộp thư công vụ" in card["text"]
        await _press(url, HEAD.id, card, "Đã xử lý")
        await _newest(url, HEAD.id, f"Báo đã xử lý: {HEAD.name}")

        # A stranger's press of the group's button changes nothing.
        group = await _newest(url, GROUP.id, "TÌNH HÌNH")
        await _press(url, STRANGER.id, group, "1")
        assert not await asyncio.to_thread(_texts, url, STRANGER.id)

        # 24/03: the letter has recovered; the claim was not true, and the district hears of it.
        assert "1 đã khắc phục" in await _play(url, "next_morning")
        digest = await _newest(url, HEAD.id, "Số liệu đến 07:30 ngày 24/03/2021\nThay đổi")
        assert "1 mở lại" in digest["text"]
        assert "(mở lại)" in digest["text"]
        report = await _newest(url, LEADER.id, "BÁO CÁO VIỆC CHẬM XỬ LÝ")
        assert "Hộp thư công vụ" in report["text"]
        assert "đã báo xử lý xong ngày 23/03" in report["text"]
        assert "Thời gian chờ" not in report["text"], "it waits since this morning"

        # The document is silenced until the end of tomorrow.
        await _press(url, HEAD.id, digest, "3")
        card = await _newest(url, HEAD.id, "CẢNH BÁO SỐ")
        assert "Văn bản điện tử" in card["text"]
        for word, then in (
            ("Tạm ẩn", "chọn phạm vi"),
            ("Cảnh báo này", "chọn thời hạn"),
            ("1 ngày làm việc", "chọn lý do"),
        ):
            await _press(url, HEAD.id, card, word)
            card = await _newest(url, HEAD.id, then)
        await _press(url, HEAD.id, card, "Đang xử lý, đã có kế hoạch")
        await _newest(url, HEAD.id, "Tạm ẩn đến 23:59 ngày 25/03")

        # 25/03: what became overdue during the day is told in the afternoon.
        await _play(url, "next_morning")
        assert "14:00: nhận 1 tệp; xã Bình Khánh: 1 cảnh báo mới" in await _play(url, "afternoon")
        urgent = await _newest(url, HEAD.id, "VIỆC CẦN XỬ LÝ NGAY")
        assert "hạn 11:00 ngày 25/03/2021" in urgent["text"]
        assert "Buổi chiều đã qua" in await _play(url, "afternoon")
        await _press(url, HEAD.id, urgent, "Số liệu chưa đúng")
        menu = await _newest(url, HEAD.id, "KIẾN NGHỊ VỀ SỐ LIỆU")
        await _press(url, HEAD.id, menu, "Đã xử lý, số liệu chưa cập nhật")
        assert HEAD.name in (await _newest(url, STEWARD.id, "KIẾN NGHỊ VỀ SỐ LIỆU"))["text"]

        # 26/03: the silence is over, and nobody has taken the document for three days.
        await _play(url, "next_morning")
        summary = await _newest(url, HEAD.id, "TỔNG HỢP SAU THỜI GIAN TẠM ẨN")
        assert "Văn bản điện tử" in summary["text"]
        assert "Vẫn chưa hoàn thành" in summary["text"]
        assert "(mới)" not in summary["text"], "it was told before the silence"
        report = await _newest(url, LEADER.id, "Số liệu đến 07:30 ngày 26/03/2021\n\n1. ")
        assert "UBND xã Bình Khánh: Văn bản điện tử" in report["text"]


async def test_nobody_presses_and_the_story_is_told_all_the_same(tmp_path: Path) -> None:
    """The ladder goes up by itself, weekends pass, a refused list is told to its steward."""
    async with _opened_demo(tmp_path) as url:
        told = [await _play(url, "next_morning") for _ in range(4)]
        assert [text.partition(":")[0] for text in told] == [
            "Thứ Tư 24/03/2021, 07",
            "Thứ Năm 25/03/2021, 07",
            "Thứ Sáu 26/03/2021, 07",
            "Thứ Hai 29/03/2021, 07",
        ]
        assert "(sau ngày nghỉ 27/03, 28/03): nhận 4 tệp (1 tệp bị từ chối)" in told[-1]
        report = await _newest(url, LEADER.id, "BÁO CÁO VIỆC CHẬM XỬ LÝ")
        assert "UBND xã Bình Khánh: Văn bản điện tử" in report["text"]
        assert "Chờ 3 ngày làm việc" in report["text"]
        assert "Phản hồi: chưa có" in report["text"]
        assert "500 dòng" in (await _newest(url, STEWARD.id, "KHÔNG ĐƯỢC TIẾP NHẬN"))["text"]
        assert "nhận 1 tệp;" in await _play(url, "afternoon")
        assert "2 đã khắc phục" in await _play(url, "next_morning")
        recovered = await _newest(url, HEAD.id, "Số liệu đến 07:30 ngày 30/03/2021")
        assert "Đã đạt trở lại" in recovered["text"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to catch")
@pytest.mark.parametrize("seconds", [1.5, 4.5], ids=["while it prepares", "later on"])
async def test_sigterm_ends_it_within_ten_seconds(tmp_path: Path, seconds: float) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.demo.runner import demo;"
        " from settings import SHIPPED, read_settings;"
        " sys.exit(demo(read_settings(SHIPPED / 'settings.toml', {}), 0, Path(sys.argv[1])))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(tmp_path / "demo"), cwd=SHIPPED,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), ANSWERED_WITHIN)
        await asyncio.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        _out, errors = await asyncio.wait_for(process.communicate(), 20)
    finally:
        if process.returncode is None:
            process.kill()
    assert time.monotonic() - started < 10
    assert (process.returncode, errors.decode()) == (0, "")
