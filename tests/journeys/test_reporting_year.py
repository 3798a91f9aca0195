"""A year that runs from 15 December: what counts in it, and what if the setting changes?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.db.intake.delivering import DOSSIER_HEADER, dossier, write_csv, write_table
from tests.journeys.installation import SAMPLES, Installation, install
from tests.journeys.organised import copied

FROM_15_DECEMBER = {"DUNGHEN_SCHEDULE__REPORTING_YEAR_START": "12-15"}
FROM_1_JANUARY: dict[str, str] = {}
DAY = "2021-01-06"
UNIT = "UBND xã Bình Khánh"
# The dated tables, and what their rows are known by on every database.
DATED = {
    "dossiers": ("code",), "complaints": ("number", "register_year"), "documents": ("number",),
    "inspections": ("unit_id", "occasion"), "school_surveys": ("unit_id",),
    "surveys": ("unit_id", "field_id", "period"),
}  # fmt: skip

# For each source one row on each side of 15 December 2020, and one of the new calendar year.
OTHERS: dict[str, Sequence[Sequence[str]]] = {
    "don_thu": [
        ("Số thụ lý", "Loại đơn", "Ngày nhận đơn", "Ngày thụ lý", "Hạn giải quyết",
         "Ngày ban hành kết quả", "Trạng thái", "Đơn vị tham mưu"),
        ("07/KN", "Khiếu nại", "02/11/2020", "06/11/2020", "06/12/2020", "14/12/2020",
         "Đã giải quyết", "Thanh tra huyện"),
        ("08/KN", "Khiếu nại", "02/11/2020", "06/11/2020", "16/12/2020", "15/12/2020",
         "Đã giải quyết", "Thanh tra huyện"),
        ("01/KN", "Khiếu nại", "04/01/2021", "04/01/2021", "03/02/2021", "",
         "Đang giải quyết", "Thanh tra huyện"),
    ],
    "van_ban": [
        ("Số ký hiệu", "Ngày ban hành", "Đơn vị ban hành", "Nơi nhận", "Loại nơi nhận",
         "Hình thức gửi", "Ký số", "Ngày gửi", "Trạng thái liên thông"),
        *((f"{n}/UBND", day, UNIT, "Phòng Nội vụ", "Cơ quan hành chính", form, "Có", day, "Đã nhận")
          for n, day, form in (("1", "14/12/2020", "Giấy"), ("2", "15/12/2020", "Điện tử"),
                               ("3", "04/01/2021", "Điện tử"))),
    ],
    "kiem_tra": [
        ("Đơn vị được kiểm tra", "Hình thức", "Thời gian dự kiến", "Ngày kiểm tra", "Số biên bản",
         "Ngày kết luận", "Kiểm tra trách nhiệm người đứng đầu"),
        ("UBND xã Bình Khánh", "Định kỳ", "Tháng 12/2020", "14/12/2020", "1", "14/12/2020", "Có"),
        ("UBND xã Lý Nhơn", "Định kỳ", "Tháng 12/2020", "15/12/2020", "2", "16/12/2020", "Có"),
        ("UBND xã Long Hòa", "Định kỳ", "Quý IV/2021", "", "", "", ""),
        ("UBND xã Thạnh An", "Định kỳ", "20/12/2021", "", "", "", ""),
    ],
    "khao_sat_gd": [
        ("Năm học", "Trường", "Cấp học", "Số phiếu hợp lệ", "Hài lòng", "Rất hài lòng",
         "Ngày kết thúc khảo sát"),
        ("2020-2021", "Trường Mầm non Bình Khánh", "Mầm non", "100", "90", "5", "18/12/2020"),
    ],
}  # fmt: skip


def deliver(made: Installation, folder: Path, **year: str) -> None:
    finished = ("14/12/2020 09:00", "15/12/2020 09:00", "31/12/2020 09:00", "05/01/2021 09:00")
    promised = ("12/12/2020 17:00", *3 * ("31/01/2021 17:00",))
    rows = [
        dossier(f"000.02.16.H29-201110-000{n}", received="10/11/2020 09:00", due=due, finished=done)
        for n, (done, due) in enumerate(zip(finished, promised, strict=True))
    ]
    # Open, and overdue since before and since after 15 December.
    rows += [
        dossier(f"000.02.16.H29-201110-001{n}", received="10/11/2020 09:00", due=due)
        for n, due in enumerate(("10/12/2020 17:00", "20/12/2020 17:00"))
    ]
    files = [write_table(folder / "ho_so.csv", rows, DOSSIER_HEADER)]
    files += [write_csv(folder / f"{name}.csv", rows) for name, rows in OTHERS.items()]
    files += [SAMPLES / "khao_sat.csv"]
    for file in files:
        made.must("import", file, "--day", DAY, **year)


def counts(made: Installation, unit: str, **year: str) -> dict[str, tuple[int, int]]:
    answer = made.answer("status", unit, **year)
    return {r["target"]: (r["numerator"], r["denominator"]) for r in answer["readings"]}


def years(made: Installation) -> dict[str, list[tuple[Any, ...]]]:
    found = made.contents()
    return {
        table: sorted((*(row[name] for name in key), row["year"]) for row in found[table])
        for table, key in DATED.items()
    }


@pytest.mark.parametrize(
    ("year", "on_time", "complaints", "documents", "inspected"),
    [
        pytest.param(FROM_1_JANUARY, (1, 1), (0, 0), (1, 1), 0, id="from 1 January"),
        # Finished on 15/12, 31/12 and 05/01, and one open and overdue since 20/12.
        pytest.param(FROM_15_DECEMBER, (3, 4), (1, 1), (2, 2), 1, id="from 15 December"),
    ],
)
def test_what_counts_in_the_year(
    installation: Installation, tmp_path: Path, year: dict[str, str], on_time: tuple[int, int],
    complaints: tuple[int, int], documents: tuple[int, int], inspected: int,
) -> None:  # fmt: skip
    deliver(installation, tmp_path, **year)
    installation.must("check", "--at", f"{DAY}T14:00", **year)
    commune = counts(installation, "xa_binh_khanh", **year)
    assert commune["on_time"] == on_time
    assert commune["electronic_documents"] == documents
    district = counts(installation, "huyen_can_gio", **year)
    assert district["on_time_complaints"] == complaints
    assert district["inspections"][0] == inspected


def test_a_change_of_the_setting_dates_everything_as_if_it_had_always_been_so(
    installation: Installation, tmp_path: Path, organised_file: Path
) -> None:
    deliver(installation, tmp_path)
    installation.must("check", "--at", f"{DAY}T07:30")
    by_january = years(installation)
    (tmp_path / "other").mkdir()
    with copied("sqlite", tmp_path / "other", "", lambda _name: organised_file) as url:
        always = install(tmp_path / "always", url)
        always.must("migrate")
        deliver(always, tmp_path, **FROM_15_DECEMBER)
        assert years(always) != by_january
        # The next check notices; what only reads before it goes by what is stored.
        assert counts(installation, "xa_binh_khanh", **FROM_15_DECEMBER)["on_time"] == (1, 1)
        installation.must("check", "--at", f"{DAY}T14:00", **FROM_15_DECEMBER)
        assert years(installation) == years(always)
        always.must("check", "--at", f"{DAY}T14:00", **FROM_15_DECEMBER)
        for unit in ("xa_binh_khanh", "huyen_can_gio"):
            assert counts(installation, unit) == counts(always, unit)
    # And back again; each check can still be replayed as it was taken.
    installation.must("check", "--at", "2021-01-07T07:30")
    assert years(installation) == by_january
    for day in (DAY, "2021-01-07"):
        assert installation.answer("replay", day)["differences"] == []


def test_the_doctor_and_why_say_from_when_to_when(
    installation: Installation, tmp_path: Path
) -> None:
    deliver(installation, tmp_path)
    installation.must("check", "--at", f"{DAY}T14:00")
    clock = {"DUNGHEN_CLOCK__START": f"{DAY}T15:00"}

    def says(**year: str) -> str:
        checks = installation.run("doctor", "--json", **clock, **year).answer
        return next(str(each["detail"]) for each in checks if each["check"] == "calendar")

    assert "year" not in installation.answer("why", "xa_binh_khanh", "on_time")
    assert "reporting year" not in says()
    assert says(**FROM_15_DECEMBER).endswith(
        "; from the next check or import on a reporting year begins on 12-15"
    )
    installation.must("check", "--at", "2021-01-07T07:30", **FROM_15_DECEMBER)
    assert says(**FROM_15_DECEMBER).endswith("; the reporting year ends on 14/12/2021")
    why = installation.must("why", "xa_binh_khanh", "on_time", **FROM_15_DECEMBER).out
    assert "counted from 2020-12-15 to 2021-12-14" in why
    # The stock of a day has no year.
    assert "year" not in installation.answer("why", "huyen_can_gio", "mailboxes")
