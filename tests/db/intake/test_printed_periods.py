"""For which day does a file speak that prints a period of its own?"""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.intake.delivering import Desk, dossier
from tests.db.intake.made import SAMPLES
from tests.db.intake.test_deliveries import LETTER, LETTER_HEADER

MONDAY, TUESDAY = date(2021, 3, 22), date(2021, 3, 23)


@pytest.mark.parametrize(
    ("until", "day", "fresh", "flags"),
    [
        pytest.param("23/03/2021", TUESDAY, 20210323, {}, id="up to the day of delivery"),
        pytest.param("31/03/2021", TUESDAY, 20210323, {}, id="up to the end of the month"),
        pytest.param("22/03/2021", TUESDAY, 20210322, {}, id="up to the evening before"),
        pytest.param("19/03/2021", MONDAY, 20210319, {}, id="up to Friday, on Monday morning"),
        pytest.param("18/03/2021", MONDAY, 20210318, {"period_over": 1}, id="up to Thursday"),
        pytest.param("28/02/2021", date(2021, 6, 1), 20210228, {"period_over": 1},
                     id="up to February, in June"),
        pytest.param("31/12/2020", TUESDAY, 20201231, {"period_of_another_year": 1},
                     id="of another year: said once"),
    ],
)  # fmt: skip
def test_a_file_speaks_for_no_day_after_its_printed_period(
    desk: Desk, until: str, day: date, fresh: int, flags: dict[str, int]
) -> None:
    title = f"DANH SÁCH HỒ SƠ (Từ ngày 01/01/{until[-4:]} đến ngày {until})"
    report = desk.dossiers(dossier(received=f"04/01/{until[-4:]}"), day=day, title=title)
    assert report.outcome == "accepted"
    assert {k: n for k, n in report.flag_counts.items() if k.startswith("period")} == flags
    assert desk.known("fresh_day", "deliveries", "id") == [fresh]


def test_a_file_without_a_title_speaks_for_the_day_of_delivery(desk: Desk) -> None:
    desk.take(SAMPLES / "ho_so.csv", TUESDAY)
    assert desk.known("fresh_day", "deliveries", "id") == [20210323]


def test_a_book_of_days_gone_by_becomes_no_newer_by_coming_again(desk: Desk) -> None:
    title = ("Từ ngày 01/01/2021 đến ngày 28/02/2021",)
    desk.table(title, LETTER_HEADER, LETTER, day=MONDAY)
    assert desk.take(desk.folder / "file_1.csv", TUESDAY).outcome == "unchanged"
    assert desk.known("fresh_day", "deliveries", "id") == [20210228, 20210228]
