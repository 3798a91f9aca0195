"""What the bot says of a unit that was rearranged, and who may still look at its past."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from alerts.house import House
from bot.render import Renderer
from bot.sandbox.markup import parse_html
from bot.screens.plan import status_screen
from db import organisation, read_models, units
from db.engine import reading, writing
from db.records import Role
from db.tables import BindingRow, PersonRow, SnapshotRow
from settings import SHIPPED, ZONE
from tests.bot.conftest import HEAD, OFFICIAL, STRANGER, Talk, add_person

FIRST = date(2025, 7, 1)
CHECK = datetime(2025, 7, 2, 7, 30, tzinfo=ZONE)


def bind(house: House, user_id: int, slug: str) -> None:
    """A head of a unit of the days since the rearrangement."""
    with writing(house.engine) as tx:
        unit = units.unit_by_slug(tx, slug, FIRST)
        assert unit is not None
        person = insert(PersonRow).values(
            user_id=user_id, chat_id=user_id, name="Chủ tịch mới", joined_at=CHECK
        )
        person_id = int(tx.execute(person).inserted_primary_key[0])  # type: ignore[index]
        tx.execute(
            insert(BindingRow).values(
                person_id=person_id, role=Role.HEAD.value, unit_id=unit.id, valid_from=FIRST
            )
        )


@pytest.fixture
def house(house: House, clock: Any) -> House:
    """The office of 2021 on the second day after the rearrangement, with a check of that day."""
    path = SHIPPED / "db" / "organisations" / "can_gio_2025.csv"
    with writing(house.engine) as tx:
        organisation.load_units(tx, organisation.read_organisation(path), FIRST)
        snapshot = {"id": 2, "as_of": CHECK, "day": 20250702, "taken_at": CHECK, "in_order": True}
        tx.execute(insert(SnapshotRow).values(**snapshot))
    clock.move(days=(date(2025, 7, 2) - date(2021, 3, 23)).days)
    add_person(house, OFFICIAL, Role.OFFICIAL)
    add_person(house, STRANGER, Role.HEAD, "xa_tam_thon_hiep")
    bind(house, HEAD, "xa_binh_khanh")
    return house


def labels(message: dict[str, Any]) -> list[str]:
    return [key["text"] for row in message["reply_markup"]["inline_keyboard"] for key in row]


@pytest.mark.parametrize(
    ("words", "says", "keys"),
    [
        pytest.param(
            "/status xa_tam_thon_hiep",
            "UBND xã Tam Thôn Hiệp đã được sắp xếp vào UBND xã Bình Khánh từ ngày 01/07/2025.",
            ["UBND xã Bình Khánh", "Số liệu trước đây"],
            id="a unit that was merged names its successor",
        ),
        pytest.param(
            "/status Tam Thôn Hiệp",
            "Số liệu trước ngày 01/07/2025: /status xa_tam_thon_hiep 30/06/2025",
            ["UBND xã Bình Khánh", "Số liệu trước đây"],
            id="by its name too, with the way to its past",
        ),
        pytest.param(
            "/status phong_noi_vu",
            "Phòng Nội vụ đã kết thúc hoạt động sau ngày 30/06/2025.",
            ["Số liệu trước đây"],
            id="a unit without a successor has ended",
        ),
    ],
)
async def test_an_ended_unit_says_where_it_went(
    talk: Talk, words: str, says: str, keys: list[str]
) -> None:
    message = await talk.say(OFFICIAL, words)
    assert says in message["text"]
    assert labels(message) == keys


async def test_a_slug_that_is_used_again_means_the_unit_of_the_day(talk: Talk) -> None:
    now = await talk.say(OFFICIAL, "/status xa_binh_khanh")
    assert "02/07/2025" in now["text"]
    assert "hoạt động đến hết ngày" not in now["text"]
    past = await talk.say(OFFICIAL, "/status xa_binh_khanh 23/03/2021")
    assert "93,75%" in past["text"]
    assert "Đơn vị hoạt động đến hết ngày 30/06/2025." in past["text"], "four years before its end"


async def test_the_buttons_lead_to_the_successor_and_to_the_past(talk: Talk) -> None:
    message = await talk.say(OFFICIAL, "/status xa_tam_thon_hiep")
    number = message["message_id"]
    await talk.press(OFFICIAL, message, "Số liệu trước đây")
    await talk.until(lambda: "30/06/2025" in talk.message(OFFICIAL, number)["text"] or None)
    again = await talk.say(OFFICIAL, "/status xa_tam_thon_hiep")
    await talk.press(OFFICIAL, again, "UBND xã Bình Khánh")
    text = await talk.until(
        lambda: (
            found
            if "BÌNH KHÁNH" in (found := talk.message(OFFICIAL, again["message_id"])["text"])
            else None
        )
    )
    assert "02/07/2025" in text


async def test_english_says_it_too(talk: Talk) -> None:
    choice = await talk.say(OFFICIAL, "/language")
    await talk.press(OFFICIAL, choice, "English")
    message = await talk.say(OFFICIAL, "/status xa_tam_thon_hiep", "became part of")
    assert "Numbers before 01/07/2025: /status xa_tam_thon_hiep 30/06/2025" in message["text"]
    assert labels(message) == ["UBND xã Bình Khánh", "Numbers of before"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param(
            "vi", "đã được sắp xếp vào UBND xã Bình Khánh (một phần), UBND xã An Thới Đông (một"
            " phần) từ ngày 01/07/2025.", id="in Vietnamese",
        ),
        pytest.param(
            "en", "became part of UBND xã Bình Khánh (in part), UBND xã An Thới Đông (in part) on"
            " 01/07/2025.", id="in English",
        ),
    ],
)  # fmt: skip
def test_a_split_unit_names_both_successors(house: House, language: str, words: str) -> None:
    with reading(house.engine) as tx:
        old = units.unit_by_slug(tx, "xa_an_thoi_dong", date(2025, 6, 30))
        assert old is not None
        view = read_models.ended_status(tx, old.id, FIRST)
    assert view is not None
    screen = status_screen(view, house.targets, None, sees_items=False)
    plain, _entities = parse_html(
        Renderer(house.targets, ZONE).render(language, screen.template, screen.facts)
    )
    assert words in plain
    assert [row[0].name for row in screen.keyboard[:2]] == [s.unit.name for s in view.successors]


async def test_the_new_head_sees_the_past_of_the_predecessors(talk: Talk) -> None:
    message = await talk.say(HEAD, "/items xa_tam_thon_hiep on_time")
    assert "chưa được cấp quyền" not in message["text"]
    assert "TAM THÔN HIỆP" in message["text"].upper()
    refused = await talk.say(HEAD, "/items xa_ly_nhon on_time")
    assert "chưa được cấp quyền" in refused["text"]


async def test_the_former_head_is_nobody(talk: Talk) -> None:
    message = await talk.say(STRANGER, "/status")
    assert "chưa được đăng ký" in message["text"]


@pytest.mark.parametrize(
    ("language", "day", "says"),
    [
        pytest.param(
            "vi", date(2025, 6, 30), "Đơn vị hoạt động đến hết ngày 30/06/2025; các chỉ tiêu năm"
            " 2025 được đánh giá đến ngày này (kết thúc do giải thể).", id="in its last year",
        ),
        pytest.param(
            "en", date(2025, 6, 30), "The unit existed until 30/06/2025; the targets of 2025 are"
            " judged up to that day (they end with the district).", id="in English",
        ),
        pytest.param(
            "vi", date(2024, 12, 31), "Đơn vị hoạt động đến hết ngày 30/06/2025.",
            id="a year that it lived to the end",
        ),
    ],
)  # fmt: skip
def test_the_year_that_ends_with_the_district_says_so(
    house: House, language: str, day: date, says: str
) -> None:
    with reading(house.engine) as tx:
        unit = units.unit_by_slug(tx, "huyen_can_gio", day)
    assert unit is not None
    as_of = datetime.combine(day, CHECK.timetz())
    view = read_models.StatusView(unit=unit, as_of=as_of)
    screen = status_screen(view, house.targets, day, sees_items=False)
    plain, _entities = parse_html(
        Renderer(house.targets, ZONE).render(language, screen.template, screen.facts)
    )
    assert says in plain
