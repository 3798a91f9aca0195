"""Who learns of an inspection that is planned as a surprise? Over the real bot, both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from alerts.daily import take_file
from bot.commands import answers
from bot.commands.shapes import items_json
from db import people
from db.engine import writing
from db.records import Role
from db.tables import BindingRow
from tests.bot.conftest import (
    ADMIN,
    HEAD,
    LEADER,
    OFFICIAL,
    START,
    STEWARD,
    STRANGER,
    TODAY,
    Talk,
    add_person,
)

SAMPLE = Path(__file__).parents[1] / "samples" / "kiem_tra.csv"  # a surprise at xã Long Hòa
KEEPER = STRANGER  # the steward of inspections
REFUSED = "chưa được cấp quyền"


@pytest.fixture
def database_file(database_url: str) -> str:
    return database_url


@pytest.fixture
def planned(talk: Talk, staff: dict[str, int]) -> Talk:
    take_file(talk.house, SAMPLE, TODAY, START)
    add_person(talk.house, KEEPER, Role.STEWARD, source="inspections")
    return talk


async def every_page(talk: Talk, person: int, text: str) -> str:
    """All that the person reads of a list, whatever the number of its pages."""
    message = await talk.say(person, text)
    read = [message["text"]]
    number = message["message_id"]
    while "Tiếp" in str(message.get("reply_markup")):
        await talk.press(person, message, "Tiếp")
        message = await talk.until(
            lambda: (m := talk.message(person, number))["text"] != read[-1] and m
        )
        read.append(message["text"])
    return "\n".join(read)


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(LEADER, id="the leader of the district reads of it"),
        pytest.param(KEEPER, id="the steward of inspections reads of it"),
    ],
)
async def test_who_plans_surprises_sees_them(planned: Talk, person: int) -> None:
    read = await every_page(planned, person, "/items huyen_can_gio inspections")
    assert "đột xuất, không công bố trước" in read
    assert "30/09/2021" in read


@pytest.mark.parametrize(
    ("person", "answer"),
    [
        pytest.param(ADMIN, "chưa kiểm tra trong năm", id="an admin sees the rest"),
        pytest.param(HEAD, REFUSED, id="a head sees none of it"),
        pytest.param(OFFICIAL, REFUSED, id="nor an official"),
        pytest.param(STEWARD, REFUSED, id="nor the steward of another source"),
    ],
)
async def test_nobody_else_does(planned: Talk, person: int, answer: str) -> None:
    read = await every_page(planned, person, "/items huyen_can_gio inspections")
    assert answer in read
    assert "đột xuất" not in read
    assert "30/09/2021" not in read


async def test_the_leader_and_the_steward_read_nothing_of_it_in_why(planned: Talk) -> None:
    for person in (LEADER, KEEPER, ADMIN):
        message = await planned.say(person, "/why huyen_can_gio inspections")
        assert "đột xuất" not in message["text"]


async def test_the_command_line_names_no_surprise(planned: Talk) -> None:
    found = items_json(answers.items_of(planned.house, "huyen_can_gio", "inspections", None))
    assert found["items"]
    assert "planned_surprise" not in {item["note"] for item in found["items"]}


async def test_the_steward_of_inspections_sees_items_of_inspections_alone(planned: Talk) -> None:
    for text in ("/items xa_binh_khanh 5", "/due xa_binh_khanh", "/items xa_binh_khanh 7"):
        refused = await planned.say(KEEPER, text)
        assert REFUSED in refused["text"]
        assert "000.02.16" not in refused["text"]
    choice = await planned.say(KEEPER, "/items huyen_can_gio", "chọn chỉ tiêu")
    labels = [b["text"] for row in choice["reply_markup"]["inline_keyboard"] for b in row]
    assert labels
    assert all(label.startswith("9. ") for label in labels)
    assert "/chitiet" in (await planned.say(KEEPER, "/help"))["text"]
    assert "/saphan" not in (await planned.say(KEEPER, "/help"))["text"]


async def test_a_button_of_a_time_as_steward_opens_no_surprise_any_more(planned: Talk) -> None:
    shown = await planned.say(KEEPER, "/items huyen_can_gio inspections")
    with writing(planned.house.engine) as tx:
        keeper = people.person_by_user(tx, KEEPER)
        assert keeper is not None
        people.end_bindings(tx, keeper.id, TODAY - timedelta(days=1))
        tx.execute(
            insert(BindingRow).values(
                person_id=keeper.id, role="official", deputy=False, valid_from=TODAY
            )
        )
    await planned.press(KEEPER, shown, "Tiếp")
    refused = await planned.until(
        lambda: (m := planned.message(KEEPER, shown["message_id"]))["text"] != shown["text"] and m
    )
    assert REFUSED in refused["text"]
