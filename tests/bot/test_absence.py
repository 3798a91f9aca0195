"""Does a head say when they are away and who stands in, and does everybody concerned hear it?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from bot.typed.absence import AbsenceWords, read_absence
from bot.typed.words import DayWrong
from db.engine import reading
from tests.bot.conftest import ADMIN, HEAD, LEADER, OFFICIAL, STEWARD, Clock, Talk
from tests.bot.test_people import labels, pressed

FIRST, FIFTH = date(2021, 4, 1), date(2021, 4, 5)


def rows(talk: Talk, sql: str) -> list[tuple[Any, ...]]:
    with reading(talk.house.engine) as tx:
        return [tuple(row) for row in tx.execute(text(sql))]


def written(talk: Talk) -> list[tuple[Any, ...]]:
    columns = "person_id, first_day, last_day, stand_in, created_by, cancelled_at IS NOT NULL"
    return rows(talk, f"SELECT {columns} FROM absences ORDER BY id")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("01/04/2021 05/04/2021", (None, FIRST, FIFTH, ""), id="two days"),
        pytest.param("01/04/2021", (None, FIRST, FIRST, ""), id="one day alone"),
        pytest.param(
            "01/04/2021 05/04/2021 Nguyễn Văn An", (None, FIRST, FIFTH, "Nguyễn Văn An"),
            id="and who stands in",
        ),
        pytest.param(
            "từ ngày 01/04/2021 đến ngày 05/04/2021 An", (None, FIRST, FIFTH, "An"),
            id="in whole words",
        ),
        pytest.param("12 01/04/2021 An", (12, FIRST, FIRST, "An"), id="for another person"),
        pytest.param("2021-04-01 - 2021-04-05", (None, FIRST, FIFTH, ""), id="as ISO days"),
    ],
)  # fmt: skip
def test_what_is_written_is_read(words: str, expected: tuple[Any, ...]) -> None:
    person_id, first, last, stand_in = expected
    assert read_absence(words.split()) == AbsenceWords(
        person_id=person_id, first=first, last=last, stand_in=stand_in
    )


def test_what_is_no_day_is_said() -> None:
    assert read_absence(["31/02/2021"]) == DayWrong("31/02/2021")
    assert read_absence(["01/04/2021", "31/04/2021"]) == DayWrong("31/04/2021")
    assert read_absence(["mai"]) is None
    assert read_absence(["12"]) is None
    assert read_absence([str(10**20), "01/04/2021"]) is None


async def test_a_head_is_away_and_the_stand_in_hears_and_may_act(
    talk: Talk, staff: dict[str, int]
) -> None:
    assert "chưa được cấp quyền" in (await talk.say(OFFICIAL, "/items xa_binh_khanh 5"))["text"]
    message = await talk.say(HEAD, f"/vangmat 23/03/2021 24/03/2021 can bo {OFFICIAL}")
    assert f"Cán bộ {HEAD} vắng mặt từ 23/03/2021 đến 24/03/2021" in message["text"]
    assert f"Người thay: Cán bộ {OFFICIAL}" in message["text"]
    assert f"được gửi đến: Cán bộ {OFFICIAL}." in message["text"]
    told = await talk.heard(OFFICIAL, f"thay Cán bộ {HEAD}")
    assert "UBND xã Bình Khánh" in told["text"]
    items = await talk.say(OFFICIAL, "/items xa_binh_khanh 5", "Việc cần xử lý")
    assert "000.02.16" in items["text"]
    assert written(talk) == [
        (staff["head"], "2021-03-23", "2021-03-24", staff["official"], staff["head"], 0)
    ]

    message = await talk.say(HEAD, "/absence", "VẮNG MẶT")
    assert "1. từ 23/03/2021 đến 24/03/2021" in message["text"]
    await pressed(talk, message, "Hủy 1", "Không có ngày vắng mặt", HEAD)
    await talk.heard(OFFICIAL, "không còn thay")
    refused = await talk.say(OFFICIAL, "/items xa_binh_khanh 5", "chưa được cấp quyền")
    assert "000.02.16" not in refused["text"]
    kinds = [kind for (kind,) in rows(talk, "SELECT kind FROM audit ORDER BY id")]
    assert [k for k in kinds if k.startswith("absence")] == ["absence_set", "absence_cancelled"]


async def test_what_is_written_in_the_evening_is_told_the_next_morning(
    talk: Talk, staff: dict[str, int], clock: Clock
) -> None:
    clock.move(hours=11)  # 19:00 of a Tuesday
    await talk.say(HEAD, f"/vangmat 24/03/2021 can bo {OFFICIAL}", "Đã ghi")
    ((person_id, not_before),) = rows(talk, "SELECT person_id, not_before FROM outbox")
    assert person_id == staff["official"]
    assert not_before.startswith("2021-03-24 00:00"), "seven in the district"
    assert talk.from_bot(OFFICIAL) == []
    clock.move(hours=12)
    await talk.heard(OFFICIAL, f"thay Cán bộ {HEAD}")


async def test_without_a_stand_in_the_leader_hears(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(HEAD, "/vangmat 24/03/2021")
    assert "vắng mặt ngày 24/03/2021" in message["text"]
    assert f"được gửi đến: Cán bộ {LEADER}." in message["text"]


async def test_an_unclear_name_is_asked_about(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(HEAD, "/vangmat 24/03/2021 cán bộ")
    assert "chọn người thay" in message["text"]
    assert f"Cán bộ {HEAD}" not in labels(message)
    assert written(talk) == []
    await pressed(talk, message, f"Cán bộ {STEWARD}", f"Người thay: Cán bộ {STEWARD}", HEAD)
    assert [row[3] for row in written(talk)] == [staff["steward"]]
    nobody = await talk.say(HEAD, "/vangmat 29/03/2021 Trần Văn Không", "Chưa tìm thấy")
    await pressed(talk, nobody, "Không có người thay", "29/03/2021", HEAD)
    assert [row[3] for row in written(talk)] == [staff["steward"], None]


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        pytest.param("31/02/2021", "chưa đúng", id="no such day"),
        pytest.param("mai", "/vangmat 01/04/2021", id="no day at all"),
        pytest.param("26/03/2021 24/03/2021", "bằng hoặc sau ngày đầu", id="turned round"),
        pytest.param("20/03/2021 22/03/2021", "đã qua", id="over"),
        pytest.param("24/03/2021 24/03/2023", "tối đa là 366 ngày", id="too long"),
    ],
)
async def test_what_cannot_be_is_said_politely(
    talk: Talk, staff: dict[str, int], words: str, expect: str
) -> None:
    assert expect in (await talk.say(HEAD, f"/vangmat {words}"))["text"]
    assert written(talk) == []


async def test_days_that_are_written_down_already_are_named(
    talk: Talk, staff: dict[str, int]
) -> None:
    await talk.say(HEAD, "/vangmat 24/03/2021 26/03/2021")
    again = await talk.say(HEAD, "/vangmat 26/03/2021", "trùng")
    assert "từ 24/03/2021 đến 26/03/2021" in again["text"]


async def test_an_admin_does_it_for_anybody_who_is_told(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(ADMIN, "/people")
    message = await pressed(talk, message, f"Cán bộ {HEAD}", "1. Người đứng đầu")
    message = await pressed(talk, message, "Vắng mặt", "VẮNG MẶT")
    assert f"/vangmat {staff['head']} 01/04/2021" in message["text"]
    await talk.say(ADMIN, f"/vangmat {staff['head']} 01/04/2021 cán bộ {LEADER}", "Đã ghi")
    told = await talk.heard(HEAD, "Quản trị đã ghi đồng chí vắng mặt ngày 01/04/2021")
    assert f"người thay: Cán bộ {LEADER}" in told["text"]
    await talk.heard(LEADER, "Đồng chí được cử thay")
    official = await talk.say(ADMIN, f"/vangmat {staff['official']} 01/04/2021")
    assert "Chỉ ghi vắng mặt cho" in official["text"]


@pytest.mark.parametrize("person", [OFFICIAL, STEWARD])
async def test_nobody_waits_for_an_official(talk: Talk, staff: dict[str, int], person: int) -> None:
    for words in ("", " 24/03/2021", f" {staff['head']} 24/03/2021"):
        message = await talk.say(person, f"/vangmat{words}")
        assert "dành cho người đứng đầu" in message["text"]
    assert written(talk) == []


async def test_a_head_speaks_only_for_themselves(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(HEAD, f"/vangmat {staff['leader']} 24/03/2021")
    assert "dành cho" in message["text"]
    await talk.say(LEADER, "/vangmat 24/03/2021", "Đã ghi")
    listed = await talk.say(LEADER, "/vangmat", "VẮNG MẶT")
    # The leader's own button, pressed by somebody who has it in no message of theirs.
    data = listed["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    mine = await talk.say(HEAD, "/vangmat 25/03/2021", "Đã ghi")
    state = talk.sandbox.state
    with state.lock:
        post = state.chat(HEAD).posts[mine["message_id"]]
        assert post.markup is not None
        post.markup["inline_keyboard"][0][0]["callback_data"] = data
    await talk.press_raw(HEAD, mine, data)
    await talk.until(lambda: "dành cho" in talk.message(HEAD, mine["message_id"])["text"] or None)
    assert [row[5] for row in written(talk)] == [0, 0]
