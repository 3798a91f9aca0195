"""Can a person read, press and type on the chat page, in a real browser?"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.server import PageAction, Sandbox
from tests.bot.sandbox.browser import Browser
from tests.bot.sandbox.conftest import AN, BINH, GROUP, STRANGER, TOKEN

MORNING = datetime(2021, 3, 23, 7, 30, tzinfo=timezone(timedelta(hours=7)))
ALERT = (
    "🔴 <b>Giải quyết hồ sơ đúng hạn</b>\nXã Bình Khánh: <b>92,31 %</b> &lt; 95 %\n"
    "<blockquote expandable>Hồ sơ 0012\nHồ sơ 0033\nHồ sơ 0007\nHồ sơ 0101</blockquote>\n"
    '<script-free> /status · <a href="https://dichvucong.gov.vn/">nguồn</a>'
).replace("<script-free>", "&lt;script&gt;alert(1)&lt;/script&gt;")
KEYS = {
    "inline_keyboard": [
        [
            {"text": "Nhận việc", "callback_data": "take:1"},
            {"text": "Tạm hoãn", "callback_data": "mute:1"},
        ],
        [{"text": "Cổng dịch vụ công", "url": "https://dichvucong.gov.vn/"}],
    ]
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed: CI must look at the chat page")
        pytest.skip("chromium is not installed: the chat page was not looked at")
    with Browser(program, tmp_path_factory.mktemp("chromium")) as opened:
        opened.resize(1280, 800)
        yield opened


@pytest.fixture
def room(browser: Browser) -> Iterator[Sandbox]:
    """Three people and a group, and no complaint of the page's when the test is over."""
    go_on = threading.Event()

    def next_day(progress: Any) -> tuple[str, str]:
        progress("Đang kiểm tra 2/3…")
        go_on.wait(5)
        return "Đã sang 24/03/2021", "It is 24/03/2021 now"

    action = PageAction(id="next_day", label="Sáng hôm sau", label_en="Next day", run=next_day)
    with Sandbox(
        TOKEN,
        clock=lambda: MORNING,
        page_actions=[action],
        status_line=lambda: "07:30, 23/03/2021",
    ) as made:
        made.add_person(
            AN,
            "Nguyễn Văn An",
            language_code="vi",
            note="Chủ tịch UBND huyện",
            note_en="leader of the district",
        )
        made.add_person(BINH, "Trần Thị Bình", note="Phòng Nội vụ", started=True)
        made.add_person(STRANGER, "Lê Văn Cường")
        made.add_group(GROUP, "Tổ cải cách")
        made.next_day = go_on  # type: ignore[attr-defined]
        browser.complaints.clear()
        yield made
        browser.go("about:blank")
        assert browser.complaints == []


def api(room: Sandbox, method: str, **parameters: Any) -> Any:
    answer = httpx.post(f"{room.url}/bot{TOKEN}/{method}", json=parameters).json()
    assert answer["ok"], answer
    return answer["result"]


def text_of(browser: Browser, selector: str) -> str:
    found: str = browser.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")
    return found


def open_chat(browser: Browser, room: Sandbox, chat_id: int) -> None:
    browser.go(room.url)
    browser.wait("document.querySelectorAll('.person').length === 4")
    browser.click(f"[data-chat='{chat_id}']")
    browser.wait("!document.getElementById('chat').hidden")


def test_the_list_shows_people_roles_and_unread(browser: Browser, room: Sandbox) -> None:
    api(room, "sendMessage", chat_id=BINH, text="Còn 3 hồ sơ đến hạn")
    browser.go(room.url)
    browser.wait("document.querySelector('.count')")
    assert "Chủ tịch UBND huyện" in text_of(browser, f"[data-chat='{AN}']")
    assert "chưa mở bot" in text_of(browser, f"[data-chat='{AN}']")
    assert "Bot: Còn 3 hồ sơ đến hạn" in text_of(browser, f"[data-chat='{BINH}']")
    assert text_of(browser, f"[data-chat='{BINH}'] .count") == "1"
    assert browser.run("document.title") == "(1) Đúng Hẹn – phòng thử"
    assert "Dữ liệu giả định" in text_of(browser, ".rehearsal")
    assert text_of(browser, "#status") == "07:30, 23/03/2021"
    browser.click(f"[data-chat='{BINH}']")
    browser.wait("!document.querySelector('.count') && document.querySelector('.message')")
    assert browser.run("document.title") == "Đúng Hẹn – phòng thử"


def test_a_first_contact_by_a_deep_link(browser: Browser, room: Sandbox) -> None:
    browser.go(f"{room.url}/sandbox/?person={AN}&start=abc_1")
    browser.wait("document.getElementById('start')?.innerText.includes('đường dẫn mời')")
    browser.click("#start")
    browser.wait("document.querySelector('.message.mine .command')")
    assert [m["text"] for m in room.messages(AN)] == ["/start abc_1"]
    assert api(room, "getUpdates")[0]["message"]["text"] == "/start abc_1"
    browser.wait("document.getElementById('start-bar').hidden")


def test_a_message_is_drawn_from_its_entities(
    browser: Browser, room: Sandbox, tmp_path: Path
) -> None:
    api(room, "sendMessage", chat_id=BINH, text=ALERT, parse_mode="HTML", reply_markup=KEYS)
    open_chat(browser, room, BINH)
    browser.wait("document.querySelector('.message .key')")
    assert text_of(browser, ".message strong") == "Giải quyết hồ sơ đúng hạn"
    assert "<script>alert(1)</script>" in text_of(browser, ".message .text")
    assert browser.run("document.querySelectorAll('.message script').length") == 0
    assert browser.run("document.querySelector('.text a').href") == "https://dichvucong.gov.vn/"
    quote = "document.querySelector('blockquote')"
    folded = f"{quote}.scrollHeight > {quote}.clientHeight"
    assert browser.run(folded) is True
    browser.click("blockquote")
    assert browser.run(folded) is False
    browser.click(".text .command")
    browser.wait("document.querySelector('.message.mine')")
    assert room.messages(BINH)[-1]["text"] == "/status"
    picture = tmp_path / "page.png"
    browser.picture(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("show_alert", "shown"),
    [
        pytest.param(False, "#toast:not([hidden])", id="a short note passes by"),
        pytest.param(True, "#alert[open] #alert-text", id="an alert wants to be closed"),
    ],
)
def test_a_button_brings_the_bots_answer(
    browser: Browser, room: Sandbox, show_alert: bool, shown: str
) -> None:
    sent = api(room, "sendMessage", chat_id=BINH, text="Việc mới", reply_markup=KEYS)
    open_chat(browser, room, BINH)
    browser.click("[data-data='take:1']")
    browser.wait("document.querySelector('.key.busy')")
    (update,) = api(room, "getUpdates", timeout=5)
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("take:1", BINH)
    answer = {"text": "Đã ghi nhận", "show_alert": show_alert}
    api(room, "answerCallbackQuery", callback_query_id=query["id"], **answer)
    browser.wait(f"document.querySelector('{shown}')")
    assert text_of(browser, shown) == "Đã ghi nhận"
    assert browser.run("document.querySelector('.key.busy')") is None
    if show_alert:
        browser.click("#alert button")
        browser.wait("!document.getElementById('alert').open")
    api(room, "editMessageText", chat_id=BINH, message_id=sent["message_id"], text="Xong")
    browser.wait("document.querySelector('.message').innerText.includes('đã sửa')")
    assert text_of(browser, ".message .text") == "Xong"
    assert browser.run("document.querySelector('.key')") is None


def test_commands_by_keyboard_alone(browser: Browser, room: Sandbox) -> None:
    commands = [
        {"command": "status", "description": "Tình hình"},
        {"command": "due", "description": "Sắp đến hạn"},
    ]
    api(room, "setMyCommands", commands=commands, scope={"type": "chat", "chat_id": BINH})
    browser.go(room.url)
    browser.wait("document.querySelectorAll('.person').length === 4")
    browser.run(f"document.querySelector(\"[data-chat='{BINH}']\").focus()")
    browser.key("Enter", 13)
    browser.wait("document.activeElement?.id === 'text'")
    browser.wait("document.querySelectorAll('#commands b').length === 2")
    browser.type("/d")
    browser.wait("document.querySelectorAll('#commands b').length === 1")
    assert text_of(browser, "#commands") == "/due\nSắp đến hạn"
    browser.type("ue")
    browser.key("Enter", 13)
    browser.wait("document.querySelector('.message.mine')")
    assert room.messages(BINH)[-1]["text"] == "/due"
    browser.click("#menu")
    browser.click("#commands li:first-child button")
    browser.wait("document.querySelectorAll('.message.mine').length === 2")
    assert room.messages(BINH)[-1]["text"] == "/status"


def test_speaking_in_a_group_as_somebody(browser: Browser, room: Sandbox) -> None:
    open_chat(browser, room, GROUP)
    browser.wait("document.getElementById('as').options.length === 3")
    browser.run(
        f"(() => {{ const as = document.getElementById('as'); as.value = {STRANGER};"
        "as.dispatchEvent(new Event('change')); })()"
    )
    browser.run("document.getElementById('text').focus()")
    browser.type("/status")
    browser.click("#send")
    browser.wait("document.querySelector('.message .author')")
    said = room.messages(GROUP)[-1]
    assert (said["text"], said["from_id"]) == ("/status", STRANGER)
    assert text_of(browser, ".author") == "Lê Văn Cường"


def test_a_document_is_a_chip(browser: Browser, room: Sandbox) -> None:
    httpx.post(
        f"{room.url}/bot{TOKEN}/sendDocument",
        data={"chat_id": str(BINH)},
        files={"document": ("tuần.csv", b"a;b")},
    )
    open_chat(browser, room, BINH)
    browser.wait("document.querySelector('.document')")
    assert "tuần.csv" in text_of(browser, ".document")
    link = browser.run("document.querySelector('.document').href")
    answer = httpx.get(link)
    assert (answer.content, answer.headers["content-disposition"]) == (b"a;b", "attachment")


def test_an_action_shows_its_progress_and_its_end(browser: Browser, room: Sandbox) -> None:
    browser.go(room.url)
    browser.click("[data-action='next_day']")
    browser.wait("document.getElementById('strip-text').innerText === 'Đang kiểm tra 2/3…'")
    assert browser.run("document.querySelector('.action').disabled") is True
    room.next_day.set()  # type: ignore[attr-defined]
    browser.wait("document.getElementById('strip-text').innerText === 'Đã sang 24/03/2021'")
    assert browser.run("document.querySelector('.action').disabled") is False
    browser.click("[data-language='en']")
    browser.wait("document.getElementById('strip-text').innerText === 'It is 24/03/2021 now'")
    browser.click("#strip-close")
    browser.click("[data-language='vi']")
    browser.wait("document.documentElement.lang === 'vi'")
    assert browser.run("document.getElementById('strip').hidden") is True


def test_what_was_told_before_the_page_was_opened(browser: Browser, room: Sandbox) -> None:
    room.actions.finish(("Mời bấm nút 1", "Press button 1"))
    browser.go(room.url)
    browser.wait("document.getElementById('strip-text')?.innerText === 'Mời bấm nút 1'")


def test_a_message_longer_than_the_screen_is_read_from_its_first_line(
    browser: Browser, room: Sandbox
) -> None:
    def top() -> float:
        found: float = browser.run(
            "(() => { const all = document.querySelectorAll('.message');"
            "return all[all.length - 1].getBoundingClientRect().top"
            " - document.getElementById('log').getBoundingClientRect().top; })()"
        )
        return found

    api(room, "sendMessage", chat_id=BINH, text="\n".join(f"Dòng {n}" for n in range(80)))
    open_chat(browser, room, BINH)
    browser.wait("document.querySelectorAll('.message').length === 1")
    assert 0 <= top() < 60
    browser.run("document.getElementById('log').scrollTop = 1e6")
    api(room, "sendMessage", chat_id=BINH, text="\n".join(f"Mới {n}" for n in range(80)))
    browser.wait("document.querySelectorAll('.message').length === 2")
    assert 0 <= top() < 60
    # Whoever has not moved since is taken along to the next one; whoever reads above is not.
    api(room, "sendMessage", chat_id=BINH, text="\n".join(f"Nữa {n}" for n in range(80)))
    browser.wait("document.querySelectorAll('.message').length === 3")
    assert 0 <= top() < 60
    browser.run("document.getElementById('log').scrollTop = 300")
    api(room, "sendMessage", chat_id=BINH, text="Tin cuối")
    browser.wait("document.querySelectorAll('.message').length === 4")
    assert browser.run("document.getElementById('log').scrollTop") == 300


def test_what_one_person_changes_is_seen_by_another_without_a_reload(
    browser: Browser, room: Sandbox
) -> None:
    """The bot redraws a message while its reader looks at it: text and buttons change in place."""
    sent = api(room, "sendMessage", chat_id=GROUP, text="Chưa có người nhận", reply_markup=KEYS)
    open_chat(browser, room, GROUP)
    browser.wait("document.querySelectorAll('.key').length === 3")
    browser.run("window.stays = true")
    room.press(AN, sent["message_id"], "take:1", chat_id=GROUP)
    (update,) = api(room, "getUpdates", timeout=5)
    assert update["callback_query"]["from"]["id"] == AN
    api(
        room,
        "editMessageText",
        chat_id=GROUP,
        message_id=sent["message_id"],
        text="Đã tiếp nhận: Nguyễn Văn An",
        reply_markup={"inline_keyboard": [KEYS["inline_keyboard"][1]]},
    )
    browser.wait("document.querySelectorAll('.key').length === 1")
    assert text_of(browser, ".message .text") == "Đã tiếp nhận: Nguyễn Văn An"
    assert "đã sửa" in text_of(browser, ".message .time")
    assert browser.run("window.stays") is True


def test_one_goes_into_a_group_as_whoever_one_was(browser: Browser, room: Sandbox) -> None:
    open_chat(browser, room, AN)
    browser.click(f"[data-chat='{GROUP}']")
    browser.wait(f"document.getElementById('as').value === '{AN}'")


def test_in_english(browser: Browser, room: Sandbox) -> None:
    open_chat(browser, room, BINH)
    browser.click("[data-language='en']")
    browser.wait("document.documentElement.lang === 'en'")
    assert text_of(browser, ".rehearsal") == "Rehearsal · invented data"
    assert text_of(browser, ".action") == "Next day"
    assert text_of(browser, f"[data-chat='{AN}'] .note") == "leader of the district"
    browser.wait("document.getElementById('log').innerText.includes('No messages yet.')")
    assert browser.run("document.getElementById('send').getAttribute('aria-label')") == "Send"
    browser.click("[data-language='vi']")
    browser.wait("document.documentElement.lang === 'vi'")


def test_on_a_phone(browser: Browser, room: Sandbox) -> None:
    api(room, "sendMessage", chat_id=BINH, text=ALERT, parse_mode="HTML", reply_markup=KEYS)
    browser.resize(390, 800)
    try:
        open_chat(browser, room, BINH)
        browser.wait("document.querySelector('.message .key')")
        assert browser.run("getComputedStyle(document.getElementById('chats')).display") == "none"
        assert browser.run("document.documentElement.scrollWidth <= 390") is True
        browser.click("#back")
        browser.wait("getComputedStyle(document.getElementById('chats')).display !== 'none'")
    finally:
        browser.resize(1280, 800)


def test_everything_the_page_says_is_said_in_both_languages() -> None:
    words = (Path(__file__).parents[3] / "bot/sandbox/words.js").read_text(encoding="utf-8")
    vietnamese, english = words.split("  en: {")
    keys = [
        {line.strip().partition(":")[0] for line in part.splitlines() if line.startswith("    ")}
        for part in (vietnamese, english)
    ]
    assert keys[0] == keys[1]
