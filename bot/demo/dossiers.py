"""How does the one-stop software print its dossiers on a morning, with the usual dirt?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zlib import crc32

from bot.demo import story
from bot.demo.cases import ASKED, DONE, RETURNED, WORKING, Case
from bot.demo.days import YEAR
from bot.demo.offices import DISTRICT, STORY_SLUG
from bot.demo.procedures import CIVIL_STATUS

Row = dict[str, object]
LEADING = (
    "STT", "Số hồ sơ", "Mã TTHC", "Tên thủ tục hành chính", "Đơn vị tiếp nhận", "Đơn vị đang giữ",
    "Kênh tiếp nhận",
)  # fmt: skip
TIMES = (
    "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày hẹn lại", "Ngày yêu cầu bổ sung", "Ngày bổ sung xong",
    "Ngày xử lý xong", "Ngày trả kết quả",
)  # fmt: skip
TRAILING = ("Trạng thái", "Cán bộ thụ lý")
COLUMNS = (*LEADING, *TIMES, *TRAILING)
FIELD = "Lĩnh vực"  # printed as a row above each group, as the software does
FIRST_PAGE = 500


def dossier_rows(cases: Iterable[Case], moment: datetime) -> list[Row]:
    """The list of the year up to a moment, by field and code; `FIELD` says in which group."""
    rows = [
        (case, _row(case, moment))
        for case in cases
        if not (case.finished and case.finished.date() < YEAR)
    ]
    rows.sort(key=lambda pair: pair[0].code)
    dirty = [made for case, row in rows for made in _dirtied(case, row, moment)]
    return sorted([*dirty, *_strangers(moment.date())], key=lambda row: str(row[FIELD]))


def first_page(rows: list[Row]) -> list[Row]:
    """What an export holds when somebody forgot to choose "all pages"."""
    return rows[:FIRST_PAGE]


def is_partial(day: date) -> bool:
    return day in story.PARTIAL_MORNINGS


def _row(case: Case, moment: datetime) -> Row:
    times: tuple[datetime | None, ...] = (
        case.received,
        case.due,
        case.due_again if case.letter and case.letter < moment.date() else None,
        case.asked,
        case.supplied,
        case.finished,
        case.returned if case.end == DONE else None,
    )
    # Appointments lie ahead of the morning; everything else must have happened to be printed.
    printed = [
        time if place in (1, 2) or (time and time <= moment) else None
        for place, time in enumerate(times)
    ]
    return {
        FIELD: case.procedure.field,
        "Số hồ sơ": case.code,
        "Mã TTHC": case.procedure.code,
        "Tên thủ tục hành chính": case.procedure.name,
        "Đơn vị tiếp nhận": case.office.name,
        "Đơn vị đang giữ": case.holder,
        "Kênh tiếp nhận": case.channel,
        **{
            name: f"{time:%d/%m/%Y %H:%M}" if time else ""
            for name, time in zip(TIMES, printed, strict=True)
        },
        "Trạng thái": case.status(moment),
        "Cán bộ thụ lý": case.handler,
    }


def _dirtied(case: Case, row: Row, moment: datetime) -> Iterator[Row]:
    """A few rows as people and programs spoil them; the code decides which, not the day."""
    dice = crc32(case.code.encode()) % 1000
    if case.office.spellings and dice < 60:
        row = {**row, "Đơn vị tiếp nhận": case.office.spellings[dice % len(case.office.spellings)]}
    if case.office.slug == STORY_SLUG:
        yield row
        return
    received, finished = case.received, case.finished
    if 100 <= dice < 110:
        row["Số hồ sơ"] = case.code.replace("H29-", "h29 – ") + " "
    elif 110 <= dice < 120:
        row["Ngày tiếp nhận"] = f"{received:%Y-%m-%dT%H:%M}"
    elif 120 <= dice < 130:
        half = "SA" if received.hour < 12 else "CH"
        row["Ngày tiếp nhận"] = f"{received:%d/%m/%Y %I:%M} {half}"
    elif 130 <= dice < 133 and finished and finished <= moment:
        row["Ngày trả kết quả"] = "31/02/2021"
    elif 140 <= dice < 143 and finished and finished <= moment:
        row["Ngày xử lý xong"] = "01/01/2021 08:00"  # before the receipt
    elif 150 <= dice < 153 and row["Trạng thái"] in (DONE, RETURNED):
        # Printed once for each step: the older step says that the work still goes on.
        yield {**row, "Ngày xử lý xong": "", "Ngày trả kết quả": "", "Trạng thái": WORKING}
    elif 160 <= dice < 163 and row["Trạng thái"] == ASKED:
        row["Trạng thái"] = "Chờ bổ sung hồ sơ"
    yield row


def _strangers(day: date) -> Iterator[Row]:
    """Rows unlike the others: a neighbour's, an unreadable code, an old paper number."""
    blank: Row = dict.fromkeys((FIELD, *COLUMNS), "")
    common: Row = {
        **blank,
        FIELD: CIVIL_STATUS,
        "Tên thủ tục hành chính": "Cấp bản sao trích lục hộ tịch",
        "Kênh tiếp nhận": "Trực tiếp",
        "Ngày tiếp nhận": "04/03/2021 09:00",
        "Ngày hẹn trả": "05/03/2021 17:00",
        "Ngày xử lý xong": "05/03/2021 10:00",
        "Trạng thái": DONE,
    }
    if day <= date(2021, 3, 5):
        return
    hiep_phuoc = "UBND xã Hiệp Phước"
    yield {**common, "Số hồ sơ": "000.31.17.H29-210304-0001", "Đơn vị tiếp nhận": hiep_phuoc}
    yield {**common, "Số hồ sơ": "123/HS-LN", "Đơn vị tiếp nhận": "UBND xã Lý Nhơn"}
    yield {**common, "Số hồ sơ": "2.10304E+15", "Đơn vị tiếp nhận": DISTRICT}
