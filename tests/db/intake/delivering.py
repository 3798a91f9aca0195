"""How does a test deliver a file? A desk with a database, the organisation, and an archive."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from alerts.calendar import vietnamese_calendar
from db import units
from db.engine import reading, writing
from db.intake import deliveries
from db.intake.rules import IntakeRules
from db.intake.words import shipped_words
from db.records import ImportReport

NOW = datetime(2021, 3, 23, 1, 0, tzinfo=UTC)
TODAY = date(2021, 3, 23)
CALENDAR = vietnamese_calendar()
ORGANISATION = Path(__file__).parents[3] / "db" / "organisations" / "can_gio_2021.csv"
RULES = IntakeRules(words=shipped_words(), district="huyen_can_gio", office="van_phong_hdnd_ubnd")
DOSSIER_HEADER = (
    "Số hồ sơ", "Lĩnh vực", "Đơn vị tiếp nhận", "Đơn vị đang giữ", "Ngày tiếp nhận",
    "Ngày hẹn trả", "Ngày yêu cầu bổ sung", "Ngày bổ sung xong", "Ngày xử lý xong",
    "Ngày trả kết quả", "Trạng thái",
)  # fmt: skip
CODE = "000.02.16.H29-210310-0001"


def dossier(code: str = CODE, **given: str) -> dict[str, str]:
    """An open dossier of Bình Khánh, received on 10/03 and due on 15/03; headers of it change."""
    named = {"unit": "Đơn vị tiếp nhận", "holder": "Đơn vị đang giữ", "received": "Ngày tiếp nhận",
             "due": "Ngày hẹn trả", "paused": "Ngày yêu cầu bổ sung",
             "resumed": "Ngày bổ sung xong", "finished": "Ngày xử lý xong",
             "returned": "Ngày trả kết quả", "status": "Trạng thái",
             "field": "Lĩnh vực"}  # fmt: skip
    row = {
        "Số hồ sơ": code, "Lĩnh vực": "Hộ tịch", "Đơn vị tiếp nhận": "UBND xã Bình Khánh",
        "Ngày tiếp nhận": "10/03/2021 09:00", "Ngày hẹn trả": "15/03/2021 17:00",
        "Trạng thái": "Đang xử lý",
    }  # fmt: skip
    return row | {named[name]: value for name, value in given.items()}


def codes(count: int, unit: str = "02", first: int = 1) -> list[str]:
    return [f"000.{unit}.16.H29-210310-{n:04}" for n in range(first, first + count)]


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def write_table(path: Path, rows: Sequence[Mapping[str, str]], header: Sequence[str]) -> Path:
    known = list(dict.fromkeys([*header, *(name for row in rows for name in row)]))
    return write_csv(path, [known, *([row.get(name, "") for name in known] for row in rows)])


@dataclass(kw_only=True)
class Desk:
    """Takes files as the import does, and looks at what is in the tables then."""

    engine: Engine
    folder: Path
    rules: IntakeRules = RULES
    delivered: int = 0

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def take(
        self, path: Path, day: date = TODAY, source: str | None = None, *, keep: bool = True
    ) -> ImportReport:
        with writing(self.engine) as tx:
            return deliveries.take(
                tx, path, day, now=NOW, rules=self.rules, calendar=CALENDAR, source=source,
                archive=self.archive if keep else None,
            )  # fmt: skip

    def dossiers(
        self, *rows: Mapping[str, str], day: date = TODAY, title: str = ""
    ) -> ImportReport:
        self.delivered += 1
        path = write_table(self.folder / f"ho_so_{self.delivered}.csv", rows, DOSSIER_HEADER)
        if title:
            path.write_text(f"{title}\n\n{path.read_text('utf-8')}", "utf-8")
        return self.take(path, day)

    def table(self, header: Sequence[str], *rows: Sequence[str], day: date = TODAY) -> ImportReport:
        self.delivered += 1
        path = write_csv(self.folder / f"file_{self.delivered}.csv", [header, *rows])
        return self.take(path, day)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with reading(self.engine) as tx:
            return [dict(row) for row in tx.execute(text(sql)).mappings()]

    def known(self, columns: str, table: str = "dossiers", order: str = "code") -> list[Any]:
        found = self.rows(f"SELECT {columns} FROM {table} ORDER BY {order}")
        return [tuple(row.values()) if len(row) > 1 else next(iter(row.values())) for row in found]

    def unit(self, slug: str, day: date = TODAY) -> int:
        with reading(self.engine) as tx:
            found = units.unit_by_slug(tx, slug, day)
        assert found is not None, slug
        return found.id
