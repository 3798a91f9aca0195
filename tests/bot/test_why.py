"""/why through the running bot: the formula, the rivals, and for whom the items are."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from db.engine import new_id, writing
from db.indicators import day_of
from db.tables import ReadingRow, SnapshotRow
from tests.bot.conftest import CHECK, HEAD, OFFICIAL, Talk, unit_id


async def test_a_head_sees_how_a_line_is_counted_and_what_fails(
    talk: Talk, staff: dict[str, int]
) -> None:
    sums = await talk.say(HEAD, "/why xã Bình Khánh on_time", "Cách tính")
    assert "hồ sơ giải quyết đúng hạn" in sums["text"]
    labels = [b["text"] for row in sums["reply_markup"]["inline_keyboard"] for b in row]
    assert {"Hộ tịch", "Chứng thực", "Việc cần xử lý", "Tình hình"} <= set(labels)

    await talk.press(HEAD, sums, "Hộ tịch")
    edited = await talk.until(
        lambda: (m := talk.message(HEAD, sums["message_id"])) and "– Hộ tịch" in m["text"] and m
    )
    assert "93,75% (45/48) – chưa đạt" in edited["text"]
    assert "Các cách tính khác" in edited["text"]
    assert "chỉ tính hồ sơ đã giải quyết" in edited["text"]
    assert "000.02.16.H29-210316-0000" in edited["text"]


async def test_an_official_sees_the_formula_and_no_items(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(OFFICIAL, "/giaithich xã Bình Khánh 7", "Cách tính")
    assert "66,67% (2/3)" in message["text"]
    assert "000.02.16" not in message["text"]
    labels = [b["text"] for row in message["reply_markup"]["inline_keyboard"] for b in row]
    assert labels == ["Tình hình"]


async def test_without_a_line_the_lines_are_offered(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(HEAD, "/why", "chọn chỉ tiêu")
    labels = [b["text"] for row in message["reply_markup"]["inline_keyboard"] for b in row]
    assert "7. Thư xin lỗi" in labels


async def test_a_line_without_a_reading_says_so(talk: Talk, staff: dict[str, int]) -> None:
    message = await talk.say(HEAD, "/why xã Lý Nhơn mailboxes")
    assert "chưa có kết quả" in message["text"]


async def test_the_last_days_stand_beside_the_year_in_a_status_and_in_its_explanation(
    talk: Talk, staff: dict[str, int]
) -> None:
    """Thirty days ago it was 33 of 33: twelve of fifteen since."""
    before = CHECK - timedelta(days=30)
    with writing(talk.house.engine) as tx:
        done = tx.execute(
            insert(SnapshotRow).values(
                as_of=before, day=day_of(before.date()), taken_at=before, in_order=True
            )
        )
        tx.execute(
            insert(ReadingRow).values(
                snapshot_id=new_id(done), target="on_time", field_id=1, numerator=33,
                unit_id=unit_id(talk.house, "xa_binh_khanh"), denominator=33, state="met",
            )
        )  # fmt: skip
    clause = "30 ngày qua: 80,00% (12/15)"
    status = await talk.say(HEAD, "/status xã Bình Khánh", "Đúng hạn")
    lines = [line for line in status["text"].splitlines() if "ngày qua" in line]
    assert [line.endswith(f"liên tiếp; {clause}") for line in lines if "Hộ tịch" in line] == [True]

    sums = await talk.say(HEAD, "/why xã Bình Khánh on_time", "Cách tính")
    await talk.press(HEAD, sums, "Hộ tịch")
    edited = await talk.until(
        lambda: (m := talk.message(HEAD, sums["message_id"])) and "– Hộ tịch" in m["text"] and m
    )
    assert clause in edited["text"].splitlines()
