"""Does the whole demo work over HTTP: a digest, a question, the next morning, and a clean end?"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.demo.cast import CAST, HEAD
from bot.demo.runner import run_demo
from settings import SHIPPED, read_settings

READY_WITHIN = 90.0  # seconds; some machines are busy with other tests
MORNING_WITHIN = 60.0
STRANGER = next(player for player in CAST if not player.invitations)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=15) as answer:
        return json.load(answer)


def _post(url: str, **arguments: object) -> Any:
    request = urllib.request.Request(url, json.dumps(arguments).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer)["result"]


def _texts(url: str, person: int) -> list[str]:
    messages = _get(f"{url}/sandbox/api/messages?chat_id={person}")["result"]
    return [message["text"] for message in messages if message["from_bot"]]


async def _until(look: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while not (found := await asyncio.to_thread(look)):
        assert time.monotonic() < end, "it did not come in time"
        await asyncio.sleep(0.2)
    return found


def _ended_actions(url: str, turns: int) -> Any:
    actions = _get(f"{url}/sandbox/api/state")["actions"]
    return actions if actions["turns"] >= turns else None


async def test_a_visit_to_the_demo(tmp_path: Path) -> None:
    """A journey: the page opens, the head reads, asks, and sees the next morning."""
    settings = read_settings(SHIPPED / "settings.toml", {})
    stop = asyncio.Event()
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    said: list[str] = []
    playing = asyncio.create_task(
        run_demo(
            settings,
            folder=tmp_path / "demo",
            stop=stop,
            say=said.append,
            ready=opened.set_result,
        )
    )
    try:
        playing.add_done_callback(lambda _: opened.cancel())
        url = await asyncio.wait_for(opened, READY_WITHIN)
        assert len(said) >= 5

        # The first morning's digest is there when the page is opened.
        texts = await asyncio.to_thread(_texts, url, HEAD.id)
        (digest,) = [text for text in texts if "111/117" in text]
        assert "Bình Khánh" in digest
        assert not await asyncio.to_thread(_texts, url, STRANGER.id)

        # A typed question is answered.
        await asyncio.to_thread(
            _post, f"{url}/sandbox/api/say", person_id=HEAD.id, text="/status xa_binh_khanh"
        )
        await _until(lambda: len(_texts(url, HEAD.id)) > len(texts), 15)
        answer = (await asyncio.to_thread(_texts, url, HEAD.id))[-1]
        assert "XÃ BÌNH KHÁNH" in answer
        assert "Hộ tịch" in answer

        # The button plays the next morning, with its recovery, and tells what happened.
        heard = len(await asyncio.to_thread(_texts, url, HEAD.id))
        await asyncio.to_thread(_post, f"{url}/sandbox/api/action", action_id="next_morning")
        actions = await _until(lambda: _ended_actions(url, 1), MORNING_WITHIN)
        assert not actions["failed"], actions
        assert (
            "24/03/2021: nhận 4 tệp; xã Bình Khánh: 0 cảnh báo mới, 1 đã khắc phục"
            in actions["text"]
        )
        later = (await asyncio.to_thread(_texts, url, HEAD.id))[heard:]
        assert len(later) == 1
        assert "24/03/2021" in later[0]
        assert "24/03/2021" in _get(f"{url}/sandbox/api/state")["status"]

        # It ends at once, even in the middle of a morning.
        await asyncio.to_thread(_post, f"{url}/sandbox/api/action", action_id="next_morning")
        await asyncio.sleep(0.3)
    finally:
        stop.set()
        started = time.monotonic()
        await asyncio.wait_for(playing, 15)
    assert time.monotonic() - started < 10
    with pytest.raises(OSError):
        _get(url)


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
        await asyncio.wait_for(process.stdout.readline(), 30)
        await asyncio.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        _out, errors = await asyncio.wait_for(process.communicate(), 20)
    finally:
        if process.returncode is None:
            process.kill()
    assert time.monotonic() - started < 10
    assert (process.returncode, errors.decode()) == (0, "")
