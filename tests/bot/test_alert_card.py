"""Buttons of alerts: taken, claimed, silenced, disputed; every message follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alerts import actions
from alerts.digest import compose_digest
from alerts.house import House
from bot.buttons.callbacks import FORMS
from bot.handlers.buttons import ALERTS, SCREENS
from bot.questions.alert_card import rights_over
from bot.sandbox.server import Fault, Sandbox
from db import mutes, outbox, pace, people, redraws, thresholds
from db.engine import reading, writing
from db.records import NewMessage, Role
from db.tables import AlertStepRow, BindingRow, ReadingRow, ShownMessageRow
from settings import Settings
from tests.bot.alerting import (
    add_group,
    another_alert,
    change,
    first_alert,
    labels,
    ledger,
    line,
    phase_of,
    sent_count,
    tell_of,
    to_redraw,
)
from tests.bot.conftest import (
    ADMIN,
    CHECK,
    HEAD,
    LEADER,
    OFFICIAL,
    STEWARD,
    TODAY,
    Clock,
    Talk,
    add_person,
    running,
    soon,
    unit_id,
)

FORUM = -1_000_000_000_777
ACTIONS = ["Tiếp nhận", "Đã xử lý", "Tạm ẩn", "Số liệu chưa đúng", "Việc cần xử lý", "Cách tính"]
TAKEN = "Đã tiếp nhận: Cán bộ 11, 08:"


async def told(talk: Talk, who: str, user: int, staff: dict[str, int], *alerts: int) -> Any:
    """The message by which somebody is told of the alerts (of the first one, without names)."""
    before, sent = talk.last(user), sent_count(talk.house)
    tell_of(talk.house, staff[who], *(alerts or (first_alert(talk.house),)))
    message = await talk.heard(user, "TÌNH HÌNH", before)
    await soon(lambda: sent_count(talk.house) > sent)
    return message


async def reads(talk: Talk, chat: int, message: dict[str, Any], words: str) -> dict[str, Any]:
    """The message once it says these words."""

    def look() -> dict[str, Any] | None:
        found = talk.message(chat, message["message_id"])
        return found if words in found["text"] else None

    found: dict[str, Any] = await talk.until(look)
    return found


def shown_in(house: House, chat_id: int) -> bool:
    """Whether a message of the chat follows an alert."""
    with reading(house.engine) as tx:
        followed = select(ShownMessageRow.id).where(ShownMessageRow.chat_id == chat_id)
        return tx.execute(followed).first() is not None


async def drawn(talk: Talk) -> None:
    """Until every message shows what it is to show."""
    await soon(lambda: not to_redraw(talk.house))


def test_every_button_leads_somewhere() -> None:
    assert SCREENS.keys() | ALERTS.keys() == set(FORMS.values())


async def test_who_takes_an_alert_is_shown_to_everybody_who_has_it(
    talk: Talk, staff: dict[str, int]
) -> None:
    heads = await told(talk, "head", HEAD, staff)
    leaders = await told(talk, "leader", LEADER, staff)
    assert labels(heads) == labels(leaders) == ACTIONS
    answer = await talk.press(HEAD, heads, "Tiếp nhận")
    assert (answer["text"], answer["show_alert"]) == ("Đã ghi nhận việc tiếp nhận.", False)
    for user, message in ((HEAD, heads), (LEADER, leaders)):
        now = await reads(talk, user, message, TAKEN)
        assert labels(now) == ACTIONS[1:]
        assert "93,75%" in now["text"]
    assert phase_of(talk.house, first_alert(talk.house)) == "taken"
    assert len(talk.from_bot(HEAD)) == len(talk.from_bot(LEADER)) == 1
    assert ledger(talk.house, "taken") == [("taken", staff["head"])]


async def test_what_is_claimed_waits_for_the_data(talk: Talk, staff: dict[str, int]) -> None:
    message = await told(talk, "head", HEAD, staff)
    answer = await talk.press(HEAD, message, "Đã xử lý")
    assert "khi số liệu xác nhận" in answer["text"]
    now = await reads(talk, HEAD, message, "Báo đã xử lý: Cán bộ 11")
    assert labels(now) == ACTIONS[2:]


async def test_a_press_without_the_right_gets_a_pop_up_and_changes_nothing(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await told(talk, "head", HEAD, staff)
    with writing(talk.house.engine) as tx:  # from today on only an official
        tx.execute(
            update(BindingRow)
            .where(BindingRow.person_id == staff["head"])
            .values(role=Role.OFFICIAL.value, unit_id=None)
        )
    for label in ("Tiếp nhận", "Đã xử lý", "Tạm ẩn", "Số liệu chưa đúng"):
        answer = await talk.press(HEAD, message, label)
        assert answer["show_alert"]
        assert "chưa được phân công" in answer["text"]
    await talk.say(HEAD, "/help")  # answered once all that came before in the chat is done
    await drawn(talk)
    now = talk.message(HEAD, message["message_id"])
    assert (now["text"], labels(now), now["edited"]) == (message["text"], ACTIONS, None)
    assert phase_of(talk.house, first_alert(talk.house)) == "open"


async def test_a_press_on_an_old_message_says_that_it_is_over(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    message = await told(talk, "head", HEAD, staff)
    alert = first_alert(talk.house)
    change(talk.house, alert, phase="resolved", state="met", resolved_at=clock())
    answer = await talk.press(HEAD, message, "Tiếp nhận")
    assert (answer["text"], answer["show_alert"]) == ("Cảnh báo này đã kết thúc.", True)
    now = await reads(talk, HEAD, message, "Đã kết thúc ngày 23/03/2021")
    assert labels(now) == ["Việc cần xử lý", "Cách tính"]
    assert phase_of(talk.house, alert) == "resolved"


async def test_a_second_taker_takes_over_and_the_first_sees_it(
    talk: Talk, staff: dict[str, int]
) -> None:
    heads = await told(talk, "head", HEAD, staff)
    leaders = await told(talk, "leader", LEADER, staff)
    talk.sandbox.fail_next("editMessageText", LEADER, fault=Fault.too_many(1), times=2)
    await talk.press(HEAD, heads, "Tiếp nhận")
    answer = await talk.press(LEADER, leaders, "Tiếp nhận")  # it still stands in their message
    assert "tiếp nhận thay" in answer["text"]
    await reads(talk, HEAD, heads, "Đã tiếp nhận: Cán bộ 13")


async def test_numbers_open_cards_in_place_and_lead_back(talk: Talk, staff: dict[str, int]) -> None:
    first, second = first_alert(talk.house), another_alert(talk.house)
    message = await told(talk, "head", HEAD, staff, first, second)
    assert labels(message) == ["1", "2"]
    assert "1. " in message["text"]
    await talk.press(HEAD, message, "1")
    card = await reads(talk, HEAD, message, f"CẢNH BÁO SỐ {first} – UBND xã Bình Khánh")
    assert labels(card) == [*ACTIONS, "‹ Quay lại"]
    for words in ("Đúng hạn theo lĩnh vực – Hộ tịch: 93,75% (45/48)", "Yêu cầu: trên 95%",
                  "Từ ngày 23/03/2021", "Chưa có người tiếp nhận", "000.02.16.H29-210316-0000",
                  "và 6 mục khác", "Số liệu đến 07:30 ngày 23/03/2021"):  # fmt: skip
        assert words in card["text"]
    await talk.press(HEAD, card, "Tiếp nhận")
    card = await reads(talk, HEAD, message, TAKEN)
    assert "CẢNH BÁO SỐ" in card["text"]
    await talk.press(HEAD, card, "‹ Quay lại")
    back = await reads(talk, HEAD, message, "TÌNH HÌNH CẢI CÁCH")
    assert labels(back) == ["1", "2"]
    assert TAKEN in back["text"]
    assert "gửi muộn" not in back["text"]
    assert len(talk.from_bot(HEAD)) == 1


async def test_a_card_follows_its_own_alert(talk: Talk, staff: dict[str, int]) -> None:
    first, second = first_alert(talk.house), another_alert(talk.house)
    heads = await told(talk, "head", HEAD, staff, first, second)
    leaders = await told(talk, "leader", LEADER, staff)
    await talk.press(HEAD, heads, "2")
    other = await reads(talk, HEAD, heads, f"CẢNH BÁO SỐ {second}")
    await talk.press(LEADER, leaders, "Tiếp nhận")
    await reads(talk, LEADER, leaders, "Đã tiếp nhận")
    await drawn(talk)
    assert talk.message(HEAD, heads["message_id"])["text"] == other["text"]
    await talk.press(HEAD, other, "‹ Quay lại")
    await reads(talk, HEAD, heads, "Đã tiếp nhận: Cán bộ 13")


async def test_what_is_asked_from_a_message_comes_below_it(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await told(talk, "head", HEAD, staff)
    await talk.press(HEAD, message, "Việc cần xử lý")
    await talk.heard(HEAD, "Trang 1/2", message["message_id"])
    await talk.press(HEAD, message, "Cách tính")
    await talk.heard(HEAD, "Hộ tịch", message["message_id"] + 1)
    assert talk.message(HEAD, message["message_id"])["text"] == message["text"]


async def test_an_alert_is_silenced_listed_and_heard_again(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await told(talk, "head", HEAD, staff)
    for label, expect in (
        ("Tạm ẩn", "chọn phạm vi"),
        ("Cảnh báo này", "chọn thời hạn"),
        ("3 ngày làm việc", "chọn lý do"),
    ):
        await talk.press(HEAD, talk.message(HEAD, message["message_id"]), label)
        shown = await reads(talk, HEAD, message, expect)
        assert "Toàn bộ cảnh báo của đơn vị" not in labels(shown), "that is a leader's"
    answer = await talk.press(HEAD, shown, "Chờ cơ quan khác")
    assert answer["text"] == "Đã tạm ẩn."
    now = await reads(talk, HEAD, message, "Tạm ẩn đến 23:59 ngày 26/03")
    assert labels(now) == ACTIONS
    listed = await talk.say(HEAD, "/canhbao")
    assert "Đang tạm ẩn" in listed["text"]
    assert "chờ cơ quan khác (Cán bộ 11)" in listed["text"]
    assert "Bỏ ẩn 1" in labels(listed)
    answer = await talk.press(HEAD, listed, "Bỏ ẩn 1")
    assert answer["text"] == "Đã bỏ tạm ẩn."
    again = await reads(talk, HEAD, listed, "chưa có người tiếp nhận")
    assert "Đang tạm ẩn" not in again["text"]
    await talk.until(
        lambda: "Tạm ẩn đến" not in talk.message(HEAD, message["message_id"])["text"] or None
    )


async def test_a_menu_leads_back(talk: Talk, staff: dict[str, int]) -> None:
    message = await told(talk, "head", HEAD, staff)
    await talk.press(HEAD, message, "Tạm ẩn")
    menu = await reads(talk, HEAD, message, "chọn phạm vi")
    await talk.press(HEAD, menu, "‹ Quay lại")
    assert labels(await reads(talk, HEAD, message, "TÌNH HÌNH")) == ACTIONS


async def test_what_changed_before_a_menu_was_opened_is_not_drawn_over_it(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    message = await told(talk, "head", HEAD, staff)
    with writing(talk.house.engine) as tx:
        pace.hold_chat(tx, HEAD, clock() + timedelta(seconds=20))
        redraws.redraw(tx, first_alert(talk.house), clock())
    await talk.press(HEAD, message, "Tạm ẩn")
    menu = await reads(talk, HEAD, message, "chọn phạm vi")
    clock.move(seconds=30)
    await drawn(talk)
    assert talk.message(HEAD, message["message_id"]) == menu


async def test_a_menu_waits_for_a_sender_that_is_drawing_its_message(
    talk: Talk, staff: dict[str, int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.access.LOOKS", 1000)
    message = await told(talk, "head", HEAD, staff)
    being_drawn = {"redraw_at": clock(), "claimed_by": "x"}
    with writing(talk.house.engine) as tx:
        until = clock() + timedelta(seconds=20)
        tx.execute(update(ShownMessageRow).values(**being_drawn, claimed_until=until))
    await talk.press(HEAD, message, "Tạm ẩn")
    assert talk.message(HEAD, message["message_id"]) == message
    with writing(talk.house.engine) as tx:
        tx.execute(update(ShownMessageRow).values(claimed_by=None, claimed_until=None))
    await reads(talk, HEAD, message, "chọn phạm vi")


async def test_a_card_is_forgotten_before_another_screen_stands_there(
    talk: Talk, staff: dict[str, int]
) -> None:
    listed = await talk.say(OFFICIAL, "/alerts")
    await talk.press(OFFICIAL, listed, "1")
    card = await reads(talk, OFFICIAL, listed, "CẢNH BÁO SỐ")
    await soon(lambda: shown_in(talk.house, OFFICIAL))
    talk.sandbox.fail_next("editMessageText", OFFICIAL, fault=Fault.too_many(2))
    await talk.press(OFFICIAL, card, "Cách tính")
    await soon(lambda: not shown_in(talk.house, OFFICIAL))
    assert "CẢNH BÁO SỐ" in talk.message(OFFICIAL, listed["message_id"])["text"]
    await reads(talk, OFFICIAL, listed, "Cách tính:")


async def test_wrong_figures_reach_their_steward(talk: Talk, staff: dict[str, int]) -> None:
    message = await told(talk, "head", HEAD, staff)
    await talk.press(HEAD, message, "Số liệu chưa đúng")
    menu = await reads(talk, HEAD, message, "KIẾN NGHỊ VỀ SỐ LIỆU")
    answer = await talk.press(HEAD, menu, "Không thuộc trách nhiệm")
    assert "người phụ trách dữ liệu" in answer["text"]
    sent = await talk.heard(STEWARD, "không thuộc trách nhiệm của đơn vị")
    assert "UBND xã Bình Khánh" in sent["text"]
    now = await reads(talk, HEAD, message, "Đã có kiến nghị về số liệu")
    assert labels(now) == ACTIONS
    await talk.press(HEAD, now, "Số liệu chưa đúng")
    menu = await reads(talk, HEAD, message, "KIẾN NGHỊ VỀ SỐ LIỆU")
    again = await talk.press(HEAD, menu, "Không thuộc trách nhiệm")
    assert again["show_alert"]
    assert "Hôm nay đã có kiến nghị" in again["text"]


async def test_what_changed_while_the_bot_was_away_is_drawn_when_it_is_back(
    house: House, sandbox: Sandbox, settings: Settings, staff: dict[str, int]
) -> None:
    async with running(house, sandbox, settings.telegram, settings.limits) as talk:
        message = await told(talk, "leader", LEADER, staff)
    with writing(house.engine) as tx:
        person = people.person_by_user(tx, HEAD)
        assert person is not None
        done = actions.take(tx, house, first_alert(house), person, True, house.clock())
    assert done.reason == "taken"
    async with running(house, sandbox, settings.telegram, settings.limits) as talk:
        await reads(talk, LEADER, message, TAKEN)


async def test_what_changed_while_a_message_was_on_its_way_is_drawn(
    talk: Talk, staff: dict[str, int]
) -> None:
    talk.sandbox.fail_next("sendMessage", LEADER, fault=Fault.too_many(1), times=1)
    heads = await told(talk, "head", HEAD, staff)
    tell_of(talk.house, staff["leader"], first_alert(talk.house))
    await talk.press(HEAD, heads, "Tiếp nhận")
    await reads(talk, LEADER, await talk.heard(LEADER, "TÌNH HÌNH"), TAKEN)


async def test_a_former_heads_message_is_not_drawn_again(talk: Talk, staff: dict[str, int]) -> None:
    heads = await told(talk, "head", HEAD, staff)
    leaders = await told(talk, "leader", LEADER, staff)
    with writing(talk.house.engine) as tx:
        people.end_bindings(tx, staff["head"], TODAY - timedelta(days=1))
    await talk.press(LEADER, leaders, "Tiếp nhận")
    await reads(talk, LEADER, leaders, "Đã tiếp nhận")
    await drawn(talk)
    assert talk.message(HEAD, heads["message_id"])["edited"] is None
    answer = await talk.press(HEAD, heads, "Tiếp nhận")
    assert answer["text"].startswith("Tài khoản chưa được đăng ký")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            Fault.refusal(400, "Bad Request: message to edit not found"), id="one that is gone"
        ),
        pytest.param(Fault.refusal(400, "Bad Request: message can't be edited"), id="too old"),
        pytest.param(Fault.blocked(), id="one in a chat that takes nothing"),
    ],
)
async def test_a_message_that_cannot_be_edited_is_forgotten(
    talk: Talk, staff: dict[str, int], fault: Fault
) -> None:
    heads = await told(talk, "head", HEAD, staff)
    await told(talk, "leader", LEADER, staff)
    talk.sandbox.fail_next("editMessageText", LEADER, fault=fault)
    await talk.press(HEAD, heads, "Tiếp nhận")

    def chats() -> list[int] | None:
        with reading(talk.house.engine) as tx:
            found = list(tx.scalars(select(ShownMessageRow.chat_id)))
        return found if LEADER not in found else None

    assert await soon(chats) == [HEAD]


async def test_a_trouble_while_drawing_passes(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    heads = await told(talk, "head", HEAD, staff)
    leaders = await told(talk, "leader", LEADER, staff)
    talk.sandbox.fail_next("editMessageText", LEADER, fault=Fault.server_error(502))
    await talk.press(HEAD, heads, "Tiếp nhận")
    await soon(lambda: to_redraw(talk.house, after=clock()) == [LEADER])  # it is put off
    assert "tiếp nhận:" not in talk.message(LEADER, leaders["message_id"])["text"]
    clock.move(seconds=6)
    await reads(talk, LEADER, leaders, TAKEN)


async def test_the_ledger_has_what_arrived_and_who_saw_it_once(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await told(talk, "head", HEAD, staff)
    await told(talk, "leader", LEADER, staff)
    await talk.press(HEAD, message, "Cách tính")
    await talk.press(HEAD, message, "Tiếp nhận")
    await reads(talk, HEAD, message, TAKEN)
    seen = ledger(talk.house, "queued", "accepted", "seen")
    assert seen == [
        ("queued", staff["head"]),
        ("accepted", staff["head"]),
        ("queued", staff["leader"]),
        ("accepted", staff["leader"]),
        ("seen", staff["head"]),
    ]


async def test_a_press_is_answered_even_when_the_action_fails(
    talk: Talk, staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await told(talk, "head", HEAD, staff)

    def fail(*_given: Any) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(actions, "take", fail)
    answer = await talk.press(HEAD, message, "Tiếp nhận")
    assert answer["text"] == ""
    assert "L-" in (await talk.heard(HEAD, after=message["message_id"]))["text"]
    assert phase_of(talk.house, first_alert(talk.house)) == "open"


async def test_a_press_that_waited_too_long_still_does_what_it_says(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await told(talk, "head", HEAD, staff)
    fault = Fault.refusal(400, "Bad Request: query is too old and response timeout expired")
    talk.sandbox.fail_next("answerCallbackQuery", fault=fault)
    rows = message["reply_markup"]["inline_keyboard"]
    talk.sandbox.press(HEAD, message["message_id"], rows[0][0]["callback_data"])
    await reads(talk, HEAD, message, TAKEN)


async def test_what_was_refused_is_in_the_ledger_once_each(
    talk: Talk, staff: dict[str, int]
) -> None:
    alert = first_alert(talk.house)
    with writing(talk.house.engine) as tx:
        people.end_bindings(tx, staff["official"], TODAY - timedelta(days=1))
    talk.sandbox.fail_next("sendMessage", LEADER, fault=Fault.blocked())
    for who in ("official", "leader"):
        tell_of(talk.house, staff[who], alert)
    await soon(lambda: len(ledger(talk.house, "refused")) == 2)
    tell_of(talk.house, staff["leader"], alert, template="group")  # the chat takes nothing now
    await soon(lambda: len(ledger(talk.house, "refused")) == 3)
    assert sorted(ledger(talk.house, "refused", "accepted")) == [
        ("refused", staff["official"]),
        ("refused", staff["leader"]),
        ("refused", staff["leader"]),
    ]


async def test_the_list_opens_cards_and_names_no_pending_alert(
    talk: Talk, staff: dict[str, int]
) -> None:
    alert = first_alert(talk.house)
    another_alert(talk.house, phase="pending")
    listed = await talk.say(OFFICIAL, "/alerts")
    assert "Tổng số: 1" in listed["text"]
    assert "chưa có người tiếp nhận" in listed["text"]
    await talk.press(OFFICIAL, listed, "1")
    card = await reads(talk, OFFICIAL, listed, f"CẢNH BÁO SỐ {alert}")
    assert labels(card) == ["Cách tính", "‹ Quay lại"]
    assert "000.02.16" not in card["text"]
    change(talk.house, alert, phase="taken", taken_by=staff["head"], taken_at=talk.house.clock())
    await talk.press(OFFICIAL, card, "‹ Quay lại")
    await reads(talk, OFFICIAL, listed, "đã tiếp nhận: Cán bộ 11")


async def test_a_card_of_the_list_is_drawn_until_something_else_stands_there(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await told(talk, "head", HEAD, staff)
    listed = await talk.say(OFFICIAL, "/alerts")
    await talk.press(OFFICIAL, listed, "1")
    card = await reads(talk, OFFICIAL, listed, "CẢNH BÁO SỐ")
    await talk.press(HEAD, message, "Tiếp nhận")
    card = await reads(talk, OFFICIAL, listed, TAKEN)
    await talk.press(OFFICIAL, card, "Cách tính")
    why = await reads(talk, OFFICIAL, listed, "Cách tính:")
    await talk.press(HEAD, message, "Đã xử lý")
    await reads(talk, HEAD, message, "Báo đã xử lý")
    await drawn(talk)
    assert talk.message(OFFICIAL, listed["message_id"])["text"] == why["text"]


@pytest.mark.parametrize(
    ("person", "words", "answer"),
    [
        pytest.param(LEADER, "mien {id} 30/04/2021 45/UBND chờ bàn giao", "Đã ghi nhận việc miễn",
                     id="a leader exempts"),
        pytest.param(LEADER, "exempt #{id} 30/04/2021 45/UBND chờ", "Đã ghi nhận việc miễn",
                     id="in English too"),
        pytest.param(HEAD, "mien {id} 30/04/2021 45/UBND chờ", "chưa được phân công",
                     id="a head does not"),
        pytest.param(OFFICIAL, "mien {id} 30/04/2021 45/UBND chờ", "chưa được phân công",
                     id="nor does an official"),
        pytest.param(LEADER, "mien", "Số cảnh báo chưa đúng", id="without a number"),
        pytest.param(LEADER, "mien abc 30/04/2021 45/UBND chờ", "Số cảnh báo chưa đúng",
                     id="with a word for a number"),
        pytest.param(LEADER, "mien 999 30/04/2021 45/UBND chờ", "Không tìm thấy",
                     id="of an alert that is not there"),
        pytest.param(LEADER, "mien {id} 31/04/2021 45/UBND chờ", "Ngày kết thúc chưa đúng",
                     id="until a day that is none"),
        pytest.param(LEADER, "mien {id}", "Ngày kết thúc chưa đúng", id="without a day"),
        pytest.param(LEADER, "mien {id} 30/04/2021", "ghi số văn bản", id="without a document"),
        pytest.param(LEADER, "mien {id} 30/04/2021 45/UBND", "ghi lý do", id="without a reason"),
        pytest.param(LEADER, "mien {id} 22/03/2021 45/UBND chờ", "phải sau hôm nay",
                     id="until yesterday"),
    ],
)  # fmt: skip
async def test_a_leader_exempts_an_alert_by_a_document(
    talk: Talk, staff: dict[str, int], person: int, words: str, answer: str
) -> None:
    said = await talk.say(person, "/canhbao " + words.format(id=first_alert(talk.house)))
    assert answer in said["text"]
    listed = await talk.say(LEADER, "/canhbao", "CẢNH BÁO ĐANG MỞ")
    given = "Đã ghi nhận" in answer
    assert ("Miễn theo dõi (văn bản: 45/UBND)" in listed["text"]) is given
    assert ("tạm miễn theo dõi đến ngày 30/04/2021" in listed["text"].lower()) is given


@pytest.mark.parametrize(
    ("by", "of", "document", "person", "ends"),
    [
        pytest.param("head", "alert", None, HEAD, True, id="a head ends their own"),
        pytest.param("leader", "alert", None, HEAD, True, id="and a leader's, of one alert"),
        pytest.param("leader", "unit", None, HEAD, False, id="not a leader's of the whole unit"),
        pytest.param("leader", "unit", None, ADMIN, True, id="an admin ends that"),
        pytest.param("leader", "alert", "45/UBND", ADMIN, False, id="but no exemption"),
        pytest.param("leader", "alert", "45/UBND", HEAD, False, id="nor does a head"),
        pytest.param("leader", "alert", "45/UBND", LEADER, True, id="a leader does"),
        pytest.param("head", "alert", None, OFFICIAL, False, id="who only looks ends nothing"),
    ],
)
async def test_the_list_offers_to_end_just_what_the_person_may_end(
    talk: Talk, staff: dict[str, int], clock: Clock, by: str, of: str, document: str | None,
    person: int, ends: bool,
) -> None:  # fmt: skip
    alert = first_alert(talk.house)
    with writing(talk.house.engine) as tx:
        mute_id = mutes.add(
            tx, reason="in_hand", document=document, by=staff[by], starts_at=clock(),
            ends_at=clock() + timedelta(days=9),
            alert_id=alert if of == "alert" else None,
            unit_id=unit_id(talk.house, "xa_binh_khanh") if of == "unit" else None,
        )  # fmt: skip
    listed = await talk.say(person, "/canhbao", "Đang tạm ẩn")
    assert ("Bỏ ẩn 1" in labels(listed)) is ends
    # The action goes by the same rule.
    with writing(talk.house.engine) as tx:
        asks = people.person_by_user(tx, person)
        assert asks is not None
        held = people.bindings_of(tx, asks.id, TODAY)
        unit = unit_id(talk.house, "xa_binh_khanh")
        acts = rights_over(tx, asks.id, held, unit, TODAY).acts
        done = actions.end_mute(tx, talk.house, mute_id, asks, acts, clock())
    assert done.reason == ("mute_ended" if ends else "not_yours")


async def test_an_own_goal_is_never_said_to_be_the_plans(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    alert, unit = first_alert(talk.house), unit_id(talk.house, "xa_binh_khanh")
    change(talk.house, alert, numerator=47)
    with writing(talk.house.engine) as tx:
        tx.execute(
            update(ReadingRow)
            .where(
                ReadingRow.unit_id == unit,
                ReadingRow.target == "on_time",
                ReadingRow.denominator == 48,
            )
            .values(numerator=47, state="met", reason="meets_the_goal", needed=0)
        )
        thresholds.add(
            tx, name="goal", target="on_time", unit_id=unit, source=None, old="> 95 %",
            new="> 98 %", valid_from=TODAY, reason="x", document=None, by="x", person_id=None,
            at=clock(),
        )  # fmt: skip
    listed = await talk.say(HEAD, "/canhbao", "CẢNH BÁO ĐANG MỞ")
    own = "đạt chỉ tiêu kế hoạch; dưới ngưỡng riêng (trên 98%)"
    assert f"1. 🟡 Đúng hạn theo lĩnh vực – Hộ tịch: {own}, 97,92% (47/48)" in listed["text"]
    await talk.press(HEAD, listed, "1")
    card = await reads(talk, HEAD, listed, "CẢNH BÁO SỐ")
    assert f"🟡 Đúng hạn theo lĩnh vực – Hộ tịch: 97,92% (47/48) – {own}" in card["text"]
    assert "Yêu cầu: trên 95%; ngưỡng riêng trên 98%" in card["text"]
    status = await talk.say(HEAD, "/tinhhinh", "BÌNH KHÁNH")
    assert "(trên 95%; ngưỡng riêng trên 98%)" in status["text"]


async def test_a_leader_reads_how_many_claims_of_the_unit_were_not_true(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    alert = first_alert(talk.house)
    reasons = ("claim_not_proved", "claim_proved", "claim_not_proved")
    with writing(talk.house.engine) as tx:
        for days, reason in enumerate(reasons, start=1):
            tx.execute(
                insert(AlertStepRow).values(
                    alert_id=alert, at=clock() - timedelta(days=days), move="reopened",
                    reason=reason, numerator=45, denominator=48, new_keys=[], gone_keys=[],
                )
            )  # fmt: skip
    for person, sees in ((LEADER, True), (HEAD, False)):
        listed = await talk.say(person, "/canhbao", "CẢNH BÁO ĐANG MỞ")
        await talk.press(person, listed, "1")
        card = await reads(talk, person, listed, "CẢNH BÁO SỐ")
        assert ("Trong năm, đơn vị báo đã xử lý chưa đúng: 2/3 lần" in card["text"]) is sees


# --- groups ---------------------------------------------------------------------------------------


@pytest.fixture
def group(sandbox: Sandbox, house: House) -> Callable[[int], int]:
    """Puts the group into the forum's topic 7."""
    sandbox.add_group(FORUM, "UBND xã Bình Khánh", topics={7: "Cải cách"})
    return lambda thread: add_group(house, FORUM, thread)


async def in_group(talk: Talk, person_id: int, *alerts: int) -> dict[str, Any]:
    tell_of(talk.house, person_id, *alerts, template="group")
    message = await talk.heard(FORUM)
    await soon(lambda: sent_count(talk.house))
    return message


async def press_in_group(talk: Talk, user: int, message: dict[str, Any], label: str) -> Any:
    data = next(
        button["callback_data"]
        for row in message["reply_markup"]["inline_keyboard"]
        for button in row
        if label in button["text"]
    )
    query = talk.sandbox.press(user, message["message_id"], data, chat_id=FORUM)
    return await talk.until(
        lambda: next((a for a in talk.sandbox.answers if a["callback_query_id"] == query), None)
    )


async def test_a_member_in_charge_takes_it_in_the_topic_for_all_to_see(
    talk: Talk, staff: dict[str, int], group: Callable[[int], int]
) -> None:
    message = await in_group(talk, group(7), first_alert(talk.house))
    assert message["thread_id"] == 7
    assert labels(message) == ["Tiếp nhận", "Đã xử lý", "Chi tiết"]
    refused = await press_in_group(talk, OFFICIAL, message, "Tiếp nhận")
    assert refused["show_alert"]
    stranger = await press_in_group(talk, 99, message, "Tiếp nhận")
    assert stranger["text"].startswith("Tài khoản chưa được đăng ký")
    assert phase_of(talk.house, first_alert(talk.house)) == "open"
    await press_in_group(talk, HEAD, message, "Tiếp nhận")
    now = await reads(talk, FORUM, message, TAKEN)
    assert labels(now) == ["Đã xử lý", "Chi tiết"]
    assert talk.from_bot(HEAD) == talk.from_bot(OFFICIAL) == []


async def test_what_only_some_may_see_goes_to_whoever_asked_in_the_group(
    talk: Talk, staff: dict[str, int], group: Callable[[int], int]
) -> None:
    first, second = first_alert(talk.house), another_alert(talk.house)
    message = await in_group(talk, group(7), first, second)
    assert labels(message) == ["1", "2"]
    answer = await press_in_group(talk, HEAD, message, "1")
    assert "tin nhắn riêng" in answer["text"]
    card = await talk.heard(HEAD, f"CẢNH BÁO SỐ {first}")
    assert "000.02.16" in card["text"]
    assert labels(card) == ACTIONS
    await talk.press(HEAD, card, "Tiếp nhận")
    await reads(talk, HEAD, card, TAKEN)
    await reads(talk, FORUM, message, TAKEN)
    assert "000.02.16" not in "".join(m["text"] for m in talk.from_bot(FORUM))


async def test_a_deputy_takes_what_was_sent_to_the_head(talk: Talk, staff: dict[str, int]) -> None:
    deputy = add_person(talk.house, 99, Role.HEAD, "xa_binh_khanh")
    with writing(talk.house.engine) as tx:
        tx.execute(update(BindingRow).where(BindingRow.person_id == deputy).values(deputy=True))
    heads = await told(talk, "head", HEAD, staff)
    listed = await talk.say(99, "/alerts")
    await talk.press(99, listed, "1")
    card = await reads(talk, 99, listed, "CẢNH BÁO SỐ")
    await talk.press(99, card, "Tiếp nhận")
    await reads(talk, HEAD, heads, "Đã tiếp nhận: Cán bộ 99")


async def test_what_found_no_room_in_a_digest_is_behind_a_button(
    talk: Talk, staff: dict[str, int]
) -> None:
    alerts = [first_alert(talk.house)]
    alerts += [another_alert(talk.house, field_id=number) for number in range(3, 28)]
    tell_of(talk.house, staff["head"], *alerts)
    message = await talk.heard(HEAD, "TÌNH HÌNH CẢI CÁCH HÀNH CHÍNH")
    assert labels(message)[-1] == "Cảnh báo"
    await talk.press(HEAD, message, "Cảnh báo")
    listed = await talk.heard(HEAD, "CẢNH BÁO ĐANG MỞ", message["message_id"])
    assert "Trang 1/3" in listed["text"]


@pytest.mark.parametrize(
    "named", [True, False], ids=["the line names the commune", "its common cause keeps it untold"]
)
async def test_what_the_districts_line_swallows_is_behind_a_button(
    talk: Talk, staff: dict[str, int], named: bool
) -> None:
    swallowed = first_alert(talk.house)
    district = unit_id(talk.house, "huyen_can_gio")
    own = another_alert(talk.house, unit_id=district, target="on_time", field_id=1)
    name = "UBND huyện Cần Giờ"
    lines = [replace(line(own), unit=name), *([line(swallowed)] if named else [])]
    record = compose_digest(name, lines, TODAY, CHECK)
    assert record.numbered_ids == (own,), "the commune's has no button of its own"
    payload = {"digest": record.to_payload(), "unit_id": district, "slug": "huyen_can_gio"}
    queued = NewMessage(
        person_id=staff["leader"], template="digest", dedupe="digest", payload=payload,
        not_before=talk.house.clock(), alert_ids=record.alert_ids,
    )  # fmt: skip
    with writing(talk.house.engine) as tx:
        outbox.enqueue(tx, [queued], talk.house.clock())
    message = await talk.heard(LEADER, "TÌNH HÌNH CẢI CÁCH HÀNH CHÍNH")
    assert ("UBND xã Bình Khánh" in message["text"]) is named
    assert labels(message)[-1] == "Cảnh báo"
    await talk.press(LEADER, message, "Cảnh báo")
    listed = await talk.heard(LEADER, "CẢNH BÁO ĐANG MỞ", message["message_id"])
    assert "UBND xã Bình Khánh" in listed["text"]
    numbers = labels(listed)[: listed["text"].count("Đúng hạn theo lĩnh vực")]
    await talk.press(LEADER, listed, numbers[-1])
    await reads(talk, LEADER, listed, f"CẢNH BÁO SỐ {swallowed}")
