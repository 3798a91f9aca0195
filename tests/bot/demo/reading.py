"""What stands in the demo's export files? Read from the bytes, without db.intake."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

from python_calamine import CalamineWorkbook

Row = dict[str, str]


def files_of(folder: Path, day: date) -> dict[str, Path]:
    """'ho_so', 'thu_xin_loi', 'hop_thu', 'van_ban' -> the file of that morning."""
    return {path.name.rsplit("_", 1)[0]: path for path in folder.glob(f"*_{day}.*")}


def dossiers(path: Path) -> list[Row]:
    rows: list[Row] = []
    columns: list[str] = []
    field = ""
    for cells in _sheet(path):
        if cells[0] == "STT":
            columns = cells
        elif columns and cells[7] == "Ngày tiếp nhận":
            columns = [low or high for high, low in zip(columns, cells, strict=True)]
        elif columns and cells[1].startswith("Lĩnh vực: "):
            field = cells[1].removeprefix("Lĩnh vực: ")
        elif columns and cells[3] and cells[0].isdigit():
            rows.append({**dict(zip(columns, cells, strict=True)), "Lĩnh vực": field})
    return rows


def letters(path: Path) -> list[Row]:
    table = _sheet(path)
    start = next(n for n, cells in enumerate(table) if cells[0] == "STT")
    return [dict(zip(table[start], cells, strict=True)) for cells in table[start + 1 :] if cells[0]]


def mailboxes(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def documents(path: Path) -> list[Row]:
    reader = _Cells()
    reader.feed(path.read_text("utf-8"))
    head, *rows = reader.rows
    return [dict(zip(head, cells, strict=True)) for cells in rows]


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def _sheet(path: Path) -> list[list[str]]:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return [[_text(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


@dataclass(frozen=True)
class Standing:
    """Where one office stands on a morning, counted by hand from the four files."""

    on_time: int  # of the field asked for
    counted: int
    without_letter: frozenset[str]
    idle: frozenset[str]
    on_paper: frozenset[str]


def standing(folder: Path, day: date, office: str, field: str) -> Standing:
    """`office` as most rows spell it; other spellings of it are told by the code's number."""
    files = files_of(folder, day)
    moment = datetime.combine(day, datetime.min.time()).replace(hour=7, minute=30)
    on_time = counted = 0
    late: set[str] = set()
    for row in dossiers(files["ho_so"]):
        if not row["Số hồ sơ"].startswith("000.02.") or not row["Ngày hẹn trả"]:
            continue
        due, finished = _moment(row["Ngày hẹn trả"]), row["Ngày xử lý xong"]
        paused = row["Ngày yêu cầu bổ sung"] and not row["Ngày bổ sung xong"]
        past = _moment(finished) > due if finished else moment > due and not paused
        late |= {row["Số hồ sơ"]} if past else set()
        if row["Lĩnh vực"] == field and (finished or past):
            counted += 1
            on_time += not past
    told = {row["Số hồ sơ"] for row in letters(files["thu_xin_loi"])}
    return Standing(
        on_time=on_time,
        counted=counted,
        without_letter=frozenset(late - told),
        idle=frozenset(
            row["Địa chỉ thư"]
            for row in mailboxes(files["hop_thu"])
            if row["Đơn vị"] == office and _idle_since(row, day) > 5
        ),
        on_paper=frozenset(
            row["Số ký hiệu"]
            for row in documents(files["van_ban"])
            if row["Đơn vị ban hành"] == office
            and row["Loại nơi nhận"] == "Cơ quan hành chính"
            and row["Hình thức gửi"] == "Văn bản giấy"
            and row["Độ mật"] == "Thường"
        ),
    )


def _idle_since(row: Row, day: date) -> int:
    """Weekdays since the last sign-in (the story's weeks hold no public day off)."""
    text = row["Lần đăng nhập cuối"]
    used = date.fromisoformat(text[:10]) if text[4:5] == "-" else _moment(text).date()
    days = range(used.toordinal() + 1, day.toordinal() + 1)
    return sum(date.fromordinal(n).weekday() < 5 for n in days)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M")  # noqa: DTZ007
