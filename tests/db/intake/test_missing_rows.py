"""What becomes of a row that a later file lacks, or that has gone backwards?"""

from __future__ import annotations

from datetime import date

from db.records import ImportReport
from tests.db.intake.delivering import CODE, Desk, codes, dossier

MONDAY, TUESDAY, WEDNESDAY = date(2021, 3, 22), date(2021, 3, 23), date(2021, 3, 24)


def flags(report: ImportReport) -> list[tuple[str, str]]:
    return [(flag.key, flag.flag) for flag in report.flags]


def test_a_dossier_that_a_later_file_lacks_is_kept_and_flagged(desk: Desk) -> None:
    first, second, third = codes(3)
    desk.dossiers(dossier(first), dossier(second), dossier(third), day=MONDAY)
    report = desk.dossiers(dossier(first), dossier(third), day=TUESDAY)
    assert flags(report) == [(second, "not_in_the_file")]
    assert desk.known("code") == [first, second, third]


def test_it_is_told_once_and_not_with_every_file_after(desk: Desk) -> None:
    first, second, third = codes(3)
    desk.dossiers(dossier(first), dossier(second), dossier(third), day=MONDAY)
    desk.dossiers(dossier(first), dossier(third), day=TUESDAY)
    assert flags(desk.dossiers(dossier(first), dossier(third, field="Chứng thực"),
                               day=WEDNESDAY)) == []  # fmt: skip


def test_another_communes_file_lacks_nothing(desk: Desk) -> None:
    desk.dossiers(dossier(CODE), day=MONDAY)
    other = dossier("000.03.16.H29-210310-0001", unit="UBND xã Lý Nhơn")
    assert flags(desk.dossiers(other, day=TUESDAY)) == []


def test_a_file_of_another_year_lacks_nothing(desk: Desk) -> None:
    desk.dossiers(dossier(CODE), day=date(2021, 12, 31))
    new = dossier("000.02.16.H29-220104-0001", received="04/01/2022", due="07/01/2022")
    assert flags(desk.dossiers(new, day=date(2022, 1, 5))) == []


def test_an_ended_dossier_that_is_open_again_is_flagged(desk: Desk) -> None:
    done = dossier(status="Đã trả kết quả", finished="12/03/2021 10:00")
    desk.dossiers(done, day=MONDAY)
    report = desk.dossiers(dossier(status="Đang xử lý"), day=TUESDAY)
    assert flags(report) == [(CODE, "status_backwards")]
    assert desk.known("status, flags") == [(4, "status_backwards")]


def test_one_that_is_open_again_with_another_due_date_is_told_of_both(desk: Desk) -> None:
    desk.dossiers(dossier(status="Đã trả kết quả", finished="12/03/2021 10:00"), day=MONDAY)
    report = desk.dossiers(dossier(status="Đang xử lý", due="30/03/2021 17:00"), day=TUESDAY)
    assert sorted(flags(report)) == [(CODE, "due_moved"), (CODE, "status_backwards")]


def test_a_dossier_that_goes_forward_is_no_news(desk: Desk) -> None:
    desk.dossiers(dossier(status="Đang xử lý"), day=MONDAY)
    done = dossier(status="Đã trả kết quả", finished="12/03/2021 10:00")
    assert flags(desk.dossiers(done, day=TUESDAY)) == []


def test_a_file_whose_title_names_another_year_is_taken_and_flagged(desk: Desk) -> None:
    report = desk.dossiers(
        dossier(), day=MONDAY, title="DANH SÁCH HỒ SƠ (Từ ngày 01/01/2020 đến ngày 31/12/2020)"
    )
    assert report.flag_counts == {"period_of_another_year": 1}
    assert report.loaded == 1
