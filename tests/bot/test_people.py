"""Does an admin see people, invite, end a role and revoke in the chat, and nobody else?"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import insert, text

from alerts.house import House
from alerts.telling.handover import handover
from bot.buttons import callbacks
from bot.buttons import people as people_buttons
from bot.sandbox.server import Fault
from db import people
from db.engine import reading, writing
from db.records import Role
from db.tables import BindingRow
from tests.bot.conftest import (
    ADMIN,
    HEAD,
    LEADER,
    NAMED_ADMIN,
    OFFICIAL,
    START,
    STEWARD,
    STRANGER,
    Talk,
    bindings_of,
    invite,
    soon,
    unit_id,
)

LINK = re.compile(r"https://t\.me/(\w+)\?(start|startgroup)=([\w-]+)")


def rows(talk: Talk, sql: str) -> list[tuple[Any, ...]]:
    with reading(talk.house.engine) as tx:
        return [tuple(row) for row in tx.execute(text(sql))]


def labels(message: dict[str, Any]) -> list[str]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def _offers(talk: Talk, number: int, label: str) -> bool:
    return any(label in offered for offered in labels(talk.message(ADMIN, number)))


async def pressed(
    talk: Talk, message: dict[str, Any], label: str, expect: str, person: int = ADMIN
) -> dict[str, Any]:
    number = message["message_id"]
    await talk.press(person, talk.message(person, number), label)
    await talk.until(lambda: expect in talk.message(person, number)["text"] or None)
    return talk.message(person, number)


@pytest.mark.parametrize(
    ("button", "carried"),
    [
        pytest.param(people_buttons.ShowPeople(3), "pe1:3", id="a page of people"),
        pytest.param(people_buttons.ShowPerson(12), "pp1:12", id="a person's card"),
        pytest.param(people_buttons.AskEndRole(7), "pq1:7", id="is a role to end"),
        pytest.param(people_buttons.EndRole(7), "pr1:7", id="it is"),
        pytest.param(people_buttons.AskRevoke(12), "pv1:12", id="is everything to end"),
        pytest.param(people_buttons.Revoke(12), "px1:12", id="it is, all of it"),
        pytest.param(people_buttons.InviteTo(1), "pi1:1", id="into which unit"),
        pytest.param(people_buttons.InviteAs(None), "pj1:", id="in which role, of no unit"),
        pytest.param(people_buttons.InviteSteward(), "pk1", id="of which source"),
        pytest.param(
            people_buttons.MakeInvitation("head", 2**31, True),
            f"pm1:head:{2**31}:1:", id="a deputy",
        ),
        pytest.param(
            people_buttons.MakeInvitation("steward", None, False, "school_surveys"),
            "pm1:steward::0:school_surveys", id="a steward",
        ),
        pytest.param(people_buttons.ShowAbsences(), "va1:0", id="one's own absences"),
        pytest.param(
            people_buttons.SetAbsence(12, date(2021, 4, 1), date(2021, 4, 5), None),
            "vs1:12:20210401:20210405:", id="away without a stand-in",
        ),
        pytest.param(people_buttons.CancelAbsence(5), "vc1:5", id="an absence taken back"),
    ],
)  # fmt: skip
def test_a_button_is_carried_and_read_back(button: callbacks.Button, carried: str) -> None:
    assert callbacks.encode(button) == carried
    assert callbacks.decode(carried) == button


async def test_the_list_names_units_without_a_head_first_then_people_by_unit(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await talk.say(ADMIN, "/nguoidung")
    assert "NGƯỜI DÙNG (5)" in message["text"]
    first = message["text"].splitlines()[1]
    assert first.startswith("❗ Chưa có người đứng đầu:")
    assert "Bình Khánh" not in first
    assert "Trường" not in first
    told = message["text"].splitlines()
    at = told.index("UBND xã Bình Khánh")
    assert told[at + 1] == f"• Cán bộ {HEAD} – Người đứng đầu đơn vị"
    at = told.index("UBND huyện Cần Giờ")
    assert told[at + 1] == f"• Cán bộ {LEADER} – Lãnh đạo"
    assert f"• Cán bộ {STEWARD} – Phụ trách nguồn dữ liệu: Hồ sơ một cửa" in told
    assert labels(message)[-1] == "Mời người dùng"


async def test_a_role_is_ended_after_a_question_and_the_person_is_a_stranger(
    talk: Talk, staff: dict[str, int]
) -> None:
    message = await talk.say(ADMIN, "/people")
    message = await pressed(talk, message, f"Cán bộ {HEAD}", "1. Người đứng đầu")
    assert "UBND xã Bình Khánh (từ 01/01/2021)" in message["text"]
    message = await pressed(talk, message, "Kết thúc vai trò 1", "XÁC NHẬN")
    assert len(bindings_of(talk.house, HEAD)) == 1
    message = await pressed(talk, message, "Bỏ qua", "(từ 01/01/2021)")
    message = await pressed(talk, message, "Kết thúc vai trò 1", "XÁC NHẬN")
    message = await pressed(talk, message, "Xác nhận", "Đã kết thúc vai trò")
    assert bindings_of(talk.house, HEAD) == ()
    assert "chưa được đăng ký" in (await talk.say(HEAD, "/status"))["text"]
    ended = rows(talk, "SELECT kind, person_id FROM audit")
    assert ended == [("role_ended", staff["admin"])]


async def test_a_lost_telephone_is_revoked_and_each_role_invited_again(
    talk: Talk, staff: dict[str, int]
) -> None:
    with writing(talk.house.engine) as tx:
        tx.execute(
            insert(BindingRow).values(
                person_id=staff["head"], role="official", valid_from=date(2021, 1, 1)
            )
        )
    message = await talk.say(ADMIN, "/people")
    message = await pressed(talk, message, f"Cán bộ {HEAD}", "2. Cán bộ, công chức")
    message = await pressed(talk, message, "Thu hồi tất cả", "XÁC NHẬN")
    assert message["text"].count("•") == 2
    message = await pressed(talk, message, "Xác nhận", "Đã kết thúc vai trò")
    assert bindings_of(talk.house, HEAD) == ()
    message = await pressed(talk, message, "Mời lại 1", "LỜI MỜI")
    assert "Người đứng đầu đơn vị, UBND xã Bình Khánh" in message["text"]
    found = LINK.search(message["text"])
    assert found is not None
    joined = await talk.say(STRANGER, f"/start {found[3]}")
    assert "UBND xã Bình Khánh" in joined["text"]
    assert [b.role for b in bindings_of(talk.house, STRANGER)] == [Role.HEAD]


@pytest.mark.parametrize(
    ("presses", "role", "where"),
    [
        pytest.param(["UBND xã Lý Nhơn", "Cấp phó"], "head", "Lý Nhơn", id="a deputy of a unit"),
        pytest.param(["UBND xã Lý Nhơn", "Lãnh đạo"], "leader", "Lý Nhơn", id="a leader"),
        pytest.param(["UBND xã Lý Nhơn", "Nhóm"], "group", "Lý Nhơn", id="a unit's group"),
        pytest.param(["Không theo đơn vị", "Quản trị"], "admin", "", id="another admin"),
        pytest.param(
            ["Không theo đơn vị", "Phụ trách dữ liệu", "Văn bản"], "steward", "Văn bản",
            id="a steward of a source",
        ),
    ],
)  # fmt: skip
async def test_an_invitation_is_made_in_the_chat(
    talk: Talk, staff: dict[str, int], presses: list[str], role: str, where: str
) -> None:
    message = await talk.say(ADMIN, "/people")
    message = await pressed(talk, message, "Mời người dùng", "chọn đơn vị")
    assert "❗ UBND xã Lý Nhơn" in labels(message)
    assert "❗ UBND xã Bình Khánh" not in labels(message)
    for press, following in pairwise(presses):
        number = message["message_id"]
        await talk.press(ADMIN, talk.message(ADMIN, number), press)
        await talk.until(lambda n=number, f=following: _offers(talk, n, f))  # type: ignore[misc]
    message = await pressed(talk, message, presses[-1], "LỜI MỜI")
    assert where in message["text"]
    assert "đến 08:" in message["text"]
    assert "ngày 26/03/2021" in message["text"]
    found = LINK.search(message["text"])
    assert found is not None
    assert found[1] == "dunghen_demo_bot"
    assert found[2] == ("startgroup" if role == "group" else "start")
    kept = rows(talk, "SELECT role, token_hash, source FROM invitations")
    assert [(k[0], k[2]) for k in kept] == [(role, "documents" if role == "steward" else None)]
    assert found[3] not in kept[0][1]


async def test_the_last_admin_cannot_be_removed(talk: Talk, staff: dict[str, int]) -> None:
    await talk.say(NAMED_ADMIN, "/start")
    message = await talk.say(NAMED_ADMIN, "/people")
    message = await pressed(talk, message, f"Cán bộ {ADMIN}", "1. Quản trị", NAMED_ADMIN)
    message = await pressed(talk, message, "Kết thúc vai trò 1", "XÁC NHẬN", NAMED_ADMIN)
    message = await pressed(talk, message, "Xác nhận", "Đã kết thúc vai trò", NAMED_ADMIN)
    message = await talk.say(NAMED_ADMIN, "/people", "NGƯỜI DÙNG (5)")
    message = await pressed(talk, message, f"Người {NAMED_ADMIN}", "1. Quản trị", NAMED_ADMIN)
    message = await pressed(talk, message, "Kết thúc vai trò 1", "XÁC NHẬN", NAMED_ADMIN)
    await pressed(talk, message, "Xác nhận", "quản trị cuối cùng", NAMED_ADMIN)
    assert [b.role for b in bindings_of(talk.house, NAMED_ADMIN)] == [Role.ADMIN]


async def test_a_person_who_takes_no_messages_is_marked(talk: Talk, staff: dict[str, int]) -> None:
    talk.sandbox.block(HEAD)
    sql = "SELECT reachable FROM people WHERE user_id = 11"
    await soon(lambda: rows(talk, sql) == [(0,)])
    message = await talk.say(ADMIN, "/people")
    assert f"• Cán bộ {HEAD} – Người đứng đầu đơn vị (không nhận được tin)" in message["text"]


@pytest.mark.parametrize("person", [HEAD, OFFICIAL, LEADER, STEWARD])
async def test_nobody_else_sees_or_changes_people(
    talk: Talk, staff: dict[str, int], person: int
) -> None:
    for words in ("/people", "/nguoidung"):
        message = await talk.say(person, words)
        assert message["text"].startswith("Chức năng này dành cho quản trị hệ thống.")
        assert not message["reply_markup"]
    assert "/nguoidung" not in (await talk.say(person, "/help"))["text"]


async def test_the_right_is_asked_again_at_each_press(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(ADMIN, "/people")
    message = await pressed(talk, message, f"Cán bộ {HEAD}", "1. Người đứng đầu")
    message = await pressed(talk, message, "Kết thúc vai trò 1", "XÁC NHẬN")
    with writing(talk.house.engine) as tx:
        sql = "UPDATE bindings SET role = 'official' WHERE person_id = :who"
        tx.execute(text(sql), {"who": staff["admin"]})
    await pressed(talk, message, "Xác nhận", "dành cho quản trị hệ thống")
    assert len(bindings_of(talk.house, HEAD)) == 1


@pytest.mark.parametrize(
    "has_left",
    [
        pytest.param(True, id="and whom they follow, where that person has left"),
        pytest.param(False, id="and nobody's name, where both head the unit"),
    ],
)
async def test_a_new_head_finds_what_is_open(
    talk: Talk, staff: dict[str, int], has_left: bool
) -> None:
    message = await talk.say(ADMIN, "/people")
    message = await pressed(talk, message, "Mời người dùng", "chọn đơn vị")
    message = await pressed(talk, message, "Tiếp", "Trang 2")
    while not any("UBND xã Bình Khánh" in label for label in labels(message)):
        page = int(re.findall(r"Trang (\d+)", message["text"])[0])
        message = await pressed(talk, message, "Tiếp", f"Trang {page + 1}/")
    message = await pressed(talk, message, "UBND xã Bình Khánh", "chọn vai trò")
    message = await pressed(talk, message, "Người đứng đầu", "LỜI MỜI")
    found = LINK.search(message["text"])
    assert found is not None
    if has_left:
        with writing(talk.house.engine) as tx:
            people.revoke(tx, staff["head"], now=START, today=START.date(), by=None)
    await talk.say(STRANGER, f"/start {found[3]}", "Việc đăng ký đã hoàn tất")
    sql = "SELECT o.template, p.user_id, o.dedupe FROM outbox o JOIN people p ON p.id = o.person_id"
    ((template, user_id, dedupe),) = rows(talk, sql)
    assert (template, user_id) == ("summary", STRANGER)
    assert dedupe.startswith("handover:")
    told = await talk.heard(STRANGER, "Hộ tịch")
    assert (f"Cán bộ {HEAD}" in told["text"]) is has_left


async def test_a_welcome_comes_before_what_is_handed_over_however_late_it_is(talk: Talk) -> None:
    talk.sandbox.fail_next("sendMessage", STRANGER, fault=Fault.too_many(1))
    talk.sandbox.say(STRANGER, f"/start {invite(talk.house)}")
    await talk.heard(STRANGER, "BÀN GIAO")
    first, second = talk.from_bot(STRANGER)
    assert "Việc đăng ký đã hoàn tất" in first["text"]
    assert "BÀN GIAO" in second["text"]


def test_what_is_open_is_handed_over_once_a_day(house: House, staff: dict[str, int]) -> None:
    own, other = unit_id(house, "xa_binh_khanh"), unit_id(house, "xa_ly_nhon")
    with writing(house.engine) as tx:
        assert handover(tx, house, staff["official"], other, START) == 0
        assert handover(tx, house, staff["official"], own, START) == 1
        assert handover(tx, house, staff["official"], own, START) == 0
        tx.execute(text("UPDATE alerts SET phase = 'pending'"))
        assert handover(tx, house, staff["leader"], own, START) == 0


async def test_a_deputy_takes_over_nothing(talk: Talk, staff: dict[str, int]) -> None:
    with writing(talk.house.engine) as tx:
        token = people.create_invitation(
            tx, role=Role.HEAD, unit_id=unit_id(talk.house, "xa_binh_khanh"), deputy=True,
            source=None, now=START, expires_at=START + timedelta(hours=1),
        )  # fmt: skip
    await talk.say(STRANGER, f"/start {token}", "cấp phó")
    assert rows(talk, "SELECT * FROM outbox") == []
