"""Buttons: what they carry, where they lead, and that each press is answered."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import callbacks
from bot.buttons.callbacks import (
    FORMS,
    LONGEST,
    BackToMessage,
    Button,
    ButtonTooLong,
    ButtonUnreadable,
    ChooseLanguage,
    ClaimAlert,
    ConfirmCalendar,
    DisputeAlert,
    DisputeAs,
    EndMute,
    MuteAlert,
    MuteScope,
    MuteUntil,
    ShowAlert,
    ShowAlerts,
    ShowCalendar,
    ShowDue,
    ShowItems,
    ShowStatus,
    ShowUnits,
    TakeAlert,
    UndoCalendar,
)
from bot.sandbox.server import Fault
from db import people
from db.engine import reading, writing
from db.people import person_by_user
from tests.bot.conftest import HEAD, OFFICIAL, TODAY, Talk, unit_id


@pytest.mark.parametrize(
    ("button", "text"),
    [
        pytest.param(ShowStatus(12), "s1:12:", id="a status"),
        pytest.param(ShowStatus(12, date(2021, 3, 23)), "s1:12:20210323", id="of a past day"),
        pytest.param(ShowItems(12), "i1:12::0", id="the targets of a unit"),
        pytest.param(ShowItems(12, "on_time", 3), "i1:12:on_time:3", id="a page of items"),
        pytest.param(ShowDue(12, 1), "d1:12:1", id="a page of what falls due"),
        pytest.param(ShowAlerts(), "a1:0:0", id="all alerts"),
        pytest.param(ShowUnits(10), "u1:10", id="the page with the 161st unit"),
        pytest.param(ChooseLanguage("en"), "l1:en", id="a language"),
        pytest.param(ShowCalendar(2026), "k1:2026", id="the calendar of a year"),
        pytest.param(ConfirmCalendar(2**62, True), f"kc1:{2**62}:1", id="a drafted change"),
        pytest.param(UndoCalendar(7), "ku1:7", id="a change taken back"),
        pytest.param(ShowAlert(7, 9), "ac1:7:9", id="the card of an alert, in a message"),
        pytest.param(TakeAlert(7), "at1:7", id="an alert taken"),
        pytest.param(ClaimAlert(7), "ad1:7", id="an alert said to be done"),
        pytest.param(MuteAlert(7), "am1:7", id="what is to be silent"),
        pytest.param(MuteScope(7, "unit"), "as1:7:unit", id="for how long"),
        pytest.param(MuteUntil(7, "unit", 5), "au1:7:unit:5:", id="and why"),
        pytest.param(MuteUntil(7, "target", 3, "waiting"), "au1:7:target:3:waiting", id="silenced"),
        pytest.param(EndMute(4), "ae1:4:0", id="no longer silent"),
        pytest.param(DisputeAlert(7), "aq1:7", id="what is wrong with the figures"),
        pytest.param(DisputeAs(7, "old_data"), "ar1:7:old_data", id="this is wrong with them"),
        pytest.param(BackToMessage(9), "ab1:9", id="back to the message"),
    ],
)
def test_a_button_is_carried_and_read_back(button: Button, text: str) -> None:
    assert callbacks.encode(button) == text
    assert callbacks.decode(text) == button


def test_a_button_that_telegram_would_refuse_is_never_made() -> None:
    with pytest.raises(ButtonTooLong, match="64 are carried"):
        callbacks.encode(ShowItems(1, "x" * 60))
    longest = ShowItems(2**31, "inspections_conduct", 9999)
    assert len(callbacks.encode(longest)) <= 64


# What a button may hold: an id of a database (none has a sign and ten digits), a day, and short
# words of ours.
NUMBERS = st.integers(min_value=-999_999_999, max_value=2**31)
KINDS: dict[Any, st.SearchStrategy[Any]] = {
    int: NUMBERS,
    bool: st.booleans(),
    str: st.text("abcdefghijklmnopqrstuvwxyz_0123456789", max_size=18),
    date | None: st.none() | st.dates(min_value=date(1000, 1, 1)),
    int | None: st.none() | NUMBERS,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: str(form.__name__))
@given(data=st.data())
def test_every_button_is_carried_and_read_back_whatever_it_holds(
    form: type[Button], data: st.DataObject
) -> None:
    hints = get_type_hints(form)
    button = form(*(data.draw(KINDS[hints[each.name]]) for each in fields(form)))
    text = callbacks.encode(button)
    assert len(text.encode()) <= LONGEST
    assert callbacks.decode(text) == button


def test_no_two_buttons_are_written_alike() -> None:
    assert len(set(FORMS.values())) == len(FORMS)
    assert not FORMS.keys() & callbacks.OLD_FORMS.keys()


def test_a_form_of_last_year_is_still_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(callbacks.OLD_FORMS, "s0", lambda unit_id: ShowStatus(int(unit_id)))
    assert callbacks.decode("s0:12") == ShowStatus(12)
    assert callbacks.decode("s0:x") is None
    assert callbacks.decode("s0:1:2") is None
    assert callbacks.encode(ShowStatus(12)) == "s1:12:"


def test_a_text_that_could_not_be_read_back_is_never_made() -> None:
    with pytest.raises(ButtonUnreadable, match=r"ShowItems.target holds 'a:b'"):
        callbacks.encode(ShowItems(1, "a:b"))


@pytest.mark.parametrize(
    "text", ["", "zz:1", "s1", "s1:x:", "s1:1:2021", "u1:1:2", "s1:1:20210231", "i1:1"]
)
def test_what_is_no_button_is_read_as_none(text: str) -> None:
    assert callbacks.decode(text) is None


def labels(message: dict[str, Any]) -> list[str]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def test_a_status_leads_to_items_alerts_and_back(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(HEAD, "/status")
    assert labels(message) == ["Việc cần xử lý", "Cảnh báo", "Sắp đến hạn", "Cập nhật"]
    number = message["message_id"]
    for label, expect in (
        ("Việc cần xử lý", "chọn chỉ tiêu"),
        ("5. Đúng hạn", "Trang 1/2"),
        ("Tiếp", "Trang 2/2"),
        ("Trước", "Trang 1/2"),
        ("Chỉ tiêu khác", "chọn chỉ tiêu"),
        ("Sắp đến hạn", "VIỆC SẮP ĐẾN HẠN"),
        ("Tình hình", "Số liệu đến"),
        ("Cảnh báo", "CẢNH BÁO ĐANG MỞ"),
    ):
        await talk.press(HEAD, talk.message(HEAD, number), label)
        await talk.until(lambda e=expect: e in talk.message(HEAD, number)["text"] or None)  # type: ignore[misc]
    assert len(talk.from_bot(HEAD)) == 1


async def test_refreshing_what_has_not_changed_is_no_error(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await talk.say(HEAD, "/status")
    answer = await talk.press(HEAD, message, "Cập nhật")
    assert not answer["show_alert"]
    assert (await talk.say(HEAD, "/help"))["text"]
    assert "Mã lỗi" not in "".join(m["text"] for m in talk.from_bot(HEAD))


async def test_an_official_sees_no_way_to_items(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(OFFICIAL, "/status xa_binh_khanh")
    assert labels(message) == ["Cảnh báo", "Cập nhật"]


async def test_rights_are_asked_again_at_each_press(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(HEAD, "/status")
    with writing(talk.house.engine) as tx:
        people.end_bindings(tx, staff["head"], TODAY - timedelta(days=1))
    answer = await talk.press(HEAD, message, "Việc cần xử lý")
    assert answer["show_alert"]
    assert answer["text"].startswith("Tài khoản chưa được đăng ký")
    assert talk.message(HEAD, message["message_id"])["text"] == message["text"]


async def test_a_button_of_an_older_form_gets_a_polite_answer(
    talk: Talk, staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await talk.say(HEAD, "/status")
    monkeypatch.setattr(callbacks, "FORMS", {})
    answer = await talk.press(HEAD, message, "Cập nhật")
    assert answer["show_alert"]
    assert "không còn hiệu lực" in answer["text"]


async def test_a_press_that_came_too_late_still_opens_its_screen(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await talk.say(HEAD, "/status")
    fault = Fault.refusal(400, "Bad Request: query is too old and response timeout expired")
    talk.sandbox.fail_next("answerCallbackQuery", fault=fault)
    data = callbacks.encode(ShowAlerts(unit_id(talk.house, "xa_binh_khanh")))
    talk.sandbox.press(HEAD, message["message_id"], data)
    await talk.until(
        lambda: "CẢNH BÁO" in talk.message(HEAD, message["message_id"])["text"] or None
    )


async def test_a_message_that_cannot_be_edited_is_answered_anew(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await talk.say(HEAD, "/status")
    fault = Fault.refusal(400, "Bad Request: message can't be edited")
    talk.sandbox.fail_next("editMessageText", fault=fault)
    await talk.press(HEAD, message, "Cảnh báo")
    assert (await talk.heard(HEAD, "CẢNH BÁO ĐANG MỞ", message["message_id"]))["text"]


async def test_the_list_of_units_is_turned_to_its_last_page(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await talk.say(OFFICIAL, "/units")
    number, seen = message["message_id"], labels(message)[:-1]
    for page in range(2, 6):
        await talk.press(OFFICIAL, talk.message(OFFICIAL, number), "Tiếp ›")
        await talk.until(
            lambda p=page: f"Trang {p}/5" in talk.message(OFFICIAL, number)["text"] or None  # type: ignore[misc]
        )
        seen += [t for t in labels(talk.message(OFFICIAL, number)) if "‹" not in t and "›" not in t]
    assert len(seen) == len(set(seen)) == 69


async def test_the_language_changes_words_and_menu(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(HEAD, "/language")
    await talk.press(HEAD, message, "English")

    def menu() -> list[str] | None:
        found = [
            [command["command"] for command in json.loads(r["params"]["commands"])]
            for r in talk.sandbox.requests
            if r["method"] == "setMyCommands" and f'"chat_id": {HEAD}' in r["params"]["scope"]
        ]
        return found[-1] if found and found[-1][0] == "status" else None

    assert "help" in await talk.until(menu)
    assert "Data as of 07:30" in (await talk.say(HEAD, "/status"))["text"]
    with reading(talk.house.engine) as tx:
        person = person_by_user(tx, HEAD)
    assert person is not None
    assert person.language == "en"


async def test_strangers_are_only_offered_start_and_help(talk: Talk) -> None:
    def menu() -> list[str] | None:
        for r in talk.sandbox.requests:
            if r["method"] == "setMyCommands" and '"default"' in r["params"]["scope"]:
                return [command["command"] for command in json.loads(r["params"]["commands"])]
        return None

    assert await talk.until(menu) == ["start", "help"]
