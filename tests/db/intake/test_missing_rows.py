"""What becomes of a row that a later file lacks, or that has gone backwards?"""

from __future__ import annotations

from datetime import date

from db.records import ImportReport
from tests.db.intake.delivering import CODE, Desk, codes, dossier
from tests.db.intake.test_school_surveys import schooled

__all__ = ["schooled"]

MONDAY, TUESDAY, WEDNESDAY = date(2021, 3, 22), date(2021, 3, 23), date(2021, 3, 24)


def flags(report: ImportReport) -> list[tuple[str, str]]:
    return [(flag.key, flag.flag) for flag in report.flags]


def test_a_dossier_that_a_later_file_lacks_is_kept_and_flagged(desk: Desk) -> None:
    first, second, third = codes(3)
    desk.dossiers(dossier(first), dossier(second), dossier(third), day=MONDAY)
    report = desk.dossiers(dossier(first), dossier(third), day=TUESDAY)
    assert flags(report) == [(second, "not_in_the_file")]
    assert desk.known("code") == [first, second, third]


def test_it_has_vanished_when_it_is_missing_on_a_second_day_and_stays_so(desk: Desk) -> None:
    first, second, third = codes(3)
    desk.dossiers(dossier(first), dossier(second), dossier(third), day=MONDAY)
    desk.dossiers(dossier(first), dossier(third), day=TUESDAY)
    later = [dossier(first), dossier(third, field="Chứng thực")]
    assert flags(desk.dossiers(*later, day=WEDNESDAY)) == [(second, "vanished")]
    again = [*later, dossier(codes(4)[3])]
    assert flags(desk.dossiers(*again, day=WEDNESDAY)) == [(second, "vanished")]
    back = desk.dossiers(*again, dossier(second), day=date(2021, 3, 25))
    assert flags(back) == []


def test_two_files_of_one_day_are_one_absence(desk: Desk) -> None:
    first, second, third = codes(3)
    desk.dossiers(dossier(first), dossier(second), dossier(third), day=MONDAY)
    desk.dossiers(dossier(first), dossier(third), day=TUESDAY)
    again = desk.dossiers(dossier(first), dossier(third, field="Đất đai"), day=TUESDAY)
    assert flags(again) == [(second, "not_in_the_file")]


def test_another_communes_file_lacks_nothing(desk: Desk) -> None:
    desk.dossiers(dossier(CODE), day=MONDAY)
    other = dossier("000.03.16.H29-210310-0001", unit="UBND xã Lý Nhơn")
    assert flags(desk.dossiers(other, day=TUESDAY)) == []


def test_files_of_other_communes_lack_nothing_of_each_other(desk: Desk) -> None:
    two = [dossier(), dossier("000.03.16.H29-210310-0001", unit="UBND xã Lý Nhơn")]
    others = [
        dossier("000.04.16.H29-210310-0001", unit="UBND xã Thạnh An"),
        dossier("000.05.16.H29-210310-0001", unit="UBND xã Long Hòa"),
    ]
    desk.dossiers(*two, day=MONDAY)
    assert flags(desk.dossiers(*others, day=MONDAY)) == []
    assert flags(desk.dossiers(*two, dossier(codes(2)[1]), day=TUESDAY)) == []


SURVEY = ("Kỳ", "Đơn vị", "Lĩnh vực", "Số phiếu hợp lệ", "Hài lòng", "Không hài lòng")
SCHOOL_SURVEY = ("Năm học", "Trường", "Cấp học", "Số phiếu hợp lệ", "Hài lòng", "Rất hài lòng",
                 "Không hài lòng", "Ngày kết thúc khảo sát")  # fmt: skip


def test_a_row_of_a_survey_that_the_corrected_one_lacks_is_flagged(desk: Desk) -> None:
    rows = [("Quý I/2021", "UBND xã Bình Khánh", field, "58", "56", "2")
            for field in ("Hộ tịch", "Chứng thực")]  # fmt: skip
    desk.table(SURVEY, *rows, day=MONDAY)
    report = desk.table(SURVEY, rows[0], day=TUESDAY)
    assert flags(report) == [("2021-Q1 UBND xã Bình Khánh Chứng thực", "not_in_the_file")]
    other = ("Quý II/2021", *rows[0][1:])
    assert flags(desk.table(SURVEY, other, day=date(2021, 7, 1))) == [], "another quarter's"


def test_a_school_that_the_corrected_survey_lacks_is_flagged(schooled: Desk) -> None:
    rows = [("2020-2021", name, "Mầm non", "120", "60", "58", "2", "28/05/2021")
            for name in ("Trường Mầm non Bình Khánh", "Trường Mầm non Long Hòa",
                         "Trường Mầm non Cần Thạnh")]  # fmt: skip
    schooled.table(SCHOOL_SURVEY, *rows, day=date(2021, 6, 1))
    report = schooled.table(SCHOOL_SURVEY, *rows[:2], day=date(2021, 6, 2))
    assert flags(report) == [("2020-2021 Trường Mầm non Cần Thạnh", "not_in_the_file")]


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
