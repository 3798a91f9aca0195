"""Does whatever names idle mailboxes go by the days that an admin has set?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from alerts import actions
from alerts.house import House
from alerts.telling.handover import handover
from bot.questions.alert_card import card_of
from bot.questions.plan import items_now
from db import people, thresholds, units
from db.engine import Connection, reading, writing
from db.tables import AlertRow, MailboxRow
from tests.bot.conftest import ADMIN, CHECK, HEAD, START, TODAY, Talk, unit_id

ALERT = 71
UNIT = "xa_binh_khanh"
NINE_DAYS_AGO = 20210310_080000  # working days before the check


@pytest.fixture
def idle(house: House, staff: dict[str, int]) -> dict[str, int]:
    """A mailbox that nobody signed in to for nine working days, and the alert of it."""
    unit = unit_id(house, UNIT)
    with writing(house.engine) as tx:
        tx.execute(
            insert(MailboxRow).values(
                address="a@tphcm.gov.vn", local_part="a", unit_id=unit, active=1,
                last_used=NINE_DAYS_AGO, day=20210323, delivery_id=1,
            )
        )  # fmt: skip
        tx.execute(
            text(
                "UPDATE readings SET denominator = 1, state = 'missed', reason = 'below_the_goal'"
                " WHERE target = 'mailboxes'"
            )
        )
        tx.execute(
            insert(AlertRow).values(
                id=ALERT, unit_id=unit, target="mailboxes", opened_at=CHECK, state="missed",
                numerator=0, denominator=1, item_keys=["a@tphcm.gov.vn"],
            )
        )  # fmt: skip
    return staff


def set_to(house: House, days: str) -> None:
    with writing(house.engine) as tx:
        thresholds.add(
            tx, name="idle_working_days", target="mailboxes", unit_id=None, source=None, old="5",
            new=days, valid_from=date(2021, 3, 22), reason="sau Tết", document=None, by="Chị Hoa",
            person_id=None, at=CHECK - timedelta(days=1),
        )  # fmt: skip


def in_the_list(tx: Connection, house: House, staff: dict[str, int]) -> bool:
    unit = units.unit_by_id(tx, unit_id(house, UNIT))
    target = next(t for t in house.targets if t.id == "mailboxes")
    held = people.own_bindings(tx, staff["head"], TODAY)
    return bool(items_now(tx, house, unit, target, START, held))


def on_the_card(tx: Connection, house: House, staff: dict[str, int]) -> bool:
    held = people.own_bindings(tx, staff["head"], TODAY)
    card = card_of(tx, house, ALERT, staff["head"], held, START)
    assert card is not None
    return bool(card.items)


def may_be_claimed(tx: Connection, house: House, staff: dict[str, int]) -> bool:
    person = people.person_by_id(tx, staff["head"])
    assert person is not None
    done = actions.claim(tx, house, ALERT, person, True, START)
    return done.reason == "claimed_done"


def in_the_handover(tx: Connection, house: House, staff: dict[str, int]) -> bool:
    handover(tx, house, staff["official"], unit_id(house, UNIT), START)
    payload = str(tx.scalar(text("SELECT payload FROM outbox WHERE template = 'summary'")))
    return "mailbox_idle" in payload


@pytest.mark.parametrize(
    ("days", "is_named"),
    [
        pytest.param(None, True, id="nine days are more than the settings' five"),
        pytest.param("8", True, id="and more than eight"),
        pytest.param("10", False, id="and fewer than ten"),
    ],
)
@pytest.mark.parametrize("door", [in_the_list, on_the_card, may_be_claimed, in_the_handover])
def test_an_idle_mailbox_is_named_by_the_days_that_were_set(
    house: House,
    idle: dict[str, int],
    door: Callable[[Connection, House, dict[str, int]], bool],
    days: str | None,
    is_named: bool,
) -> None:
    if days is not None:
        set_to(house, days)
    with writing(house.engine) as tx:
        assert door(tx, house, idle) is is_named


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (None, "Ngưỡng thời gian không đăng nhập: 5 ngày làm việc (mức mặc định)"),
        (
            "10",
            "Ngưỡng thời gian không đăng nhập: 10 ngày làm việc (Chị Hoa đặt, áp dụng từ"
            " 22/03/2021)",
        ),
    ],
)
async def test_why_names_the_days_and_who_set_them(
    talk: Talk, idle: dict[str, int], days: str | None, says: str
) -> None:
    if days is not None:
        set_to(talk.house, days)
    message = await talk.say(HEAD, "/why xã Bình Khánh mailboxes", "Cách tính")
    assert says in message["text"].splitlines()


async def test_the_days_are_tried_on_the_newest_list_before_they_are_set(
    talk: Talk, idle: dict[str, int]
) -> None:
    async def pressed(message: dict[str, Any], label: str, expect: str) -> dict[str, Any]:
        await talk.press(ADMIN, message, label)
        number = message["message_id"]
        await talk.until(lambda: expect in talk.message(ADMIN, number)["text"] or None)
        return talk.message(ADMIN, number)

    message = await talk.say(ADMIN, "/nguong mailboxes", "thời gian không đăng nhập: 5 ngày")
    message = await pressed(message, "thời gian không đăng nhập", "Mức cho phép: từ 1 đến 30.")
    assert "/nguong mailboxes idle_working_days 5 từ 01/04/2021 lý do …" in message["text"]
    message = await pressed(message, "10 ngày làm việc", "XÁC NHẬN")
    said = message["text"]
    assert "Kết quả chính thức cũng được tính theo mức này kể từ ngày áp dụng." in said
    assert (
        "Đếm lại số liệu lúc 07:30 ngày 23/03/2021, toàn huyện: 0% (0/1) → 100% (1/1). Các lần"
        " kiểm tra trước đó không đếm lại được." in said
    )
    assert "1 đơn vị không còn cảnh báo: UBND xã Bình Khánh" in said
    message = await pressed(message, "Theo kết quả rà soát", "Đã cập nhật")
    assert "thời gian không đăng nhập: 5 → 10 ngày làm việc." in message["text"]
    message = await pressed(message, "Hoàn tác", "Đã hoàn tác")
    with reading(talk.house.engine) as tx:
        (change,) = thresholds.changes(tx)
    assert (change.target, change.new, change.undone_at is None) == ("mailboxes", "10", False)
