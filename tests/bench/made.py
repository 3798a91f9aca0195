"""What do the benchmarks read? Exports of dossiers of any length, the same each time."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

DELIVERED = datetime(2021, 3, 23, 7, 30)  # noqa: DTZ001 - the district's clock, as exports print it
FIRST = datetime(2021, 1, 4, 7, 30)  # noqa: DTZ001
HEADER = (
    "STT", "Số hồ sơ", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Đơn vị tiếp nhận",
    "Đơn vị đang giữ", "Kênh tiếp nhận", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày hẹn lại",
    "Ngày yêu cầu bổ sung", "Ngày bổ sung xong", "Ngày xử lý xong", "Ngày trả kết quả",
    "Trạng thái", "Cán bộ thụ lý",
)  # fmt: skip
UNITS = (
    "UBND xã Bình Khánh", "UBND xã Lý Nhơn", "UBND xã Long Hòa", "UBND xã Thạnh An",
    "UBND xã Tam Thôn Hiệp", "UBND xã An Thới Đông", "UBND thị trấn Cần Thạnh",
    "UBND huyện Cần Giờ",
)  # fmt: skip
HOLDERS = ("Phòng Quản lý đô thị", "Phòng Tư pháp", "Chi nhánh VPĐKĐĐ", "Phòng Kinh tế")
FIELDS = ("Hộ tịch", "Chứng thực", "Đất đai", "Xây dựng", "Bảo trợ xã hội", "Đăng ký kinh doanh")
PROCEDURES = 120


def dossiers(count: int) -> Iterator[list[str]]:
    """Rows as the one-stop software prints them; about one in twenty is late."""
    chance = random.Random(1215)
    for number in range(count):
        day = FIRST + timedelta(days=number * 78 // count, minutes=chance.randrange(560))
        due = _weekday(day + timedelta(days=chance.randrange(1, 15))).replace(hour=17, minute=0)
        unit, procedure = chance.randrange(len(UNITS)), chance.randrange(PROCEDURES)
        finished = returned = pause_from = pause_to = ""
        status = "Đang xử lý"
        if chance.random() < 0.85:
            early = chance.random() < 0.95
            end = due + timedelta(hours=chance.randrange(1, 60) * (-1 if early else 1))
            end = max(end, day)
            if end < DELIVERED:
                finished, returned = _text(end), _text(min(end + timedelta(hours=1), DELIVERED))
                status = "Đã trả kết quả"
        if chance.random() < 0.03:
            pause_from = _text(day + timedelta(minutes=20))
            pause_to = finished and pause_from
            status = status if finished else "Yêu cầu bổ sung giấy tờ"
        holder = UNITS[unit] if unit < 7 else HOLDERS[chance.randrange(len(HOLDERS))]
        yield [
            str(number + 1), f"000.{unit + 1:02}.16.H29-{day:%y%m%d}-{number % 100000:05}",
            f"1.{100000 + procedure}.000.00.00.H29", f"Thủ tục hành chính số {procedure}",
            FIELDS[procedure % len(FIELDS)], UNITS[unit], holder,
            "Trực tuyến" if chance.random() < 0.3 else "Trực tiếp", _text(day), _text(due), "",
            pause_from, pause_to, finished, returned, status, f"CB{chance.randrange(40):02}",
        ]  # fmt: skip


def _weekday(day: datetime) -> datetime:
    return day + timedelta(days=max(0, 8 - day.isoweekday()) if day.isoweekday() > 5 else 0)


def _text(moment: datetime) -> str:
    return moment.strftime("%d/%m/%Y %H:%M")


def make(folder: Path, kind: str, count: int) -> Path:
    path = folder / f"dossiers-{count}.{kind}"
    if path.exists():
        return path
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(dossiers(count))
        return path
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Hồ sơ")
        for place, row in enumerate([list(HEADER), *dossiers(count)]):
            sheet.write_row(place, 0, row)
    return path
