"""Which letters of apology stand in the book of the invented district?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

from bot.demo.cases import Case
from bot.demo.offices import COMMUNES, ONE_STOP, invent_official

Row = Mapping[str, object]
COLUMNS = (
    "STT", "Số hồ sơ", "Số thư xin lỗi", "Ngày thư", "Hình thức gửi", "Lý do trễ hẹn",
    "Ngày hẹn trả lần sau", "Người ký", "Chức vụ", "Ngày gửi", "Người nhận xác nhận", "Ghi chú",
)  # fmt: skip
REASONS = (
    "Chờ xác minh nơi cư trú trước đây",
    "Thiếu nhân sự",
    "Chờ ý kiến sở",
    "Lỗi phần mềm",
    "Phải đo đạc lại",
    "Cán bộ thụ lý đi học",
)


def letter_rows(cases: tuple[Case, ...], day: date, seed: int) -> list[Row]:
    """The book on the morning of a day: the letters of this year up to yesterday, by office."""
    told = [case for case in cases if case.letter and case.letter.year == day.year]
    book = sorted(
        (c for c in told if c.letter and c.letter < day), key=lambda c: (c.letter, c.code)
    )
    signers = {
        office.number: invent_official(Random(f"{seed}-head-{office.slug}"))  # noqa: S311
        for office in (*COMMUNES, ONE_STOP)
    }
    numbers = dict.fromkeys(signers, 0)
    rows: list[Row] = []
    for case in book:
        office, written = case.office.number, case.letter
        assert written is not None  # noqa: S101
        numbers[office] += 1
        chance = Random(f"{seed}-{case.code}-letter")  # noqa: S311
        deputy = chance.random() < 0.2
        rows.append(
            {
                "STT": len(rows) + 1,
                "Số hồ sơ": case.code,
                "Số thư xin lỗi": f"{numbers[office]:02}/TXL-UBND",
                "Ngày thư": f"{written:%d/%m/%Y}",
                "Hình thức gửi": chance.choices(("Văn bản", "Tin nhắn"), (9, 1))[0],
                "Lý do trễ hẹn": chance.choice(REASONS),
                "Ngày hẹn trả lần sau": f"{case.due_again:%d/%m/%Y}" if case.due_again else "",
                "Người ký": signers[office],
                "Chức vụ": "Phó Chủ tịch" if deputy else "Chủ tịch",
                "Ngày gửi": f"{written:%d/%m/%Y}",
                "Người nhận xác nhận": chance.choice(("Có", "Có", "Không")),
                "Ghi chú": "TUQ. Chủ tịch" if deputy else "",
            }
        )
    return rows
