"""What a dossier's rows mean from day to day: due dates, pauses, statuses, owners, duplicates."""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.intake.delivering import CODE, Desk, codes, dossier

MONDAY, TUESDAY = date(2021, 3, 22), date(2021, 3, 23)
JUDGED = "deadline, on_time, late, running, left_out"


def test_the_first_due_date_stays_and_its_move_is_flagged(desk: Desk) -> None:
    desk.dossiers(dossier(), day=MONDAY)
    moved = desk.dossiers(dossier(due="25/03/2021 17:00"), day=TUESDAY)
    assert [(f.key, f.flag) for f in moved.flags] == [(CODE, "due_moved")]
    assert desk.known("due_first, due, deadline, flags, running") == [
        (20210315170000, 20210325170000, 20210315170000, "due_moved", 1)
    ]
    desk.dossiers(
        dossier(due="25/03/2021 17:00", finished="22/03/2021", status="Đã xử lý xong"), day=TUESDAY
    )
    assert desk.known(JUDGED) == [(20210315170000, 0, 1, 0, None)], "judged by the first due date"


def test_an_older_file_that_comes_late_tells_the_first_due_date_and_nothing_else(
    desk: Desk,
) -> None:
    finished = dossier(due="25/03/2021 17:00", finished="19/03/2021 10:00", status="Đã xử lý xong")
    desk.dossiers(finished, day=TUESDAY)
    assert desk.known("on_time, late") == [(1, 0)]
    late = desk.dossiers(dossier(), dossier(codes(1, first=7)[0]), day=MONDAY)
    assert late.outcome == "accepted"
    assert desk.known("due_first, due, finished, status, late, day, first_day") == [
        (20210315170000, 20210325170000, 20210319100000, 9, 1, 20210323, 20210322),
        (20210315170000, 20210315170000, None, 4, 0, 20210322, 20210322),
    ]


def test_of_two_rows_with_one_code_the_more_advanced_status_wins(desk: Desk) -> None:
    done = dossier(finished="12/03/2021 09:00", status="Đã xử lý xong")
    other, third = codes(2, first=2)
    report = desk.dossiers(
        done,
        dossier(),
        dossier(other),
        dossier(other, finished="12/03/2021 09:00", status="Đã xử lý xong"),
        # Equally advanced: the later finish is the truth.
        dossier(third, finished="16/03/2021 09:00", status="Đã xử lý xong"),
        dossier(third, finished="12/03/2021 09:00", status="Đã xử lý xong"),
    )
    assert (report.rows, report.loaded, report.dropped) == (6, 3, {"duplicate": 3})
    assert desk.known("status, finished, on_time") == [
        (9, 20210312090000, 1), (9, 20210312090000, 1), (9, 20210316090000, 0),
    ]  # fmt: skip


def test_a_newer_file_may_take_a_status_back(desk: Desk) -> None:
    desk.dossiers(dossier(finished="12/03/2021", status="Đã xử lý xong"), day=MONDAY)
    desk.dossiers(dossier(), day=TUESDAY)
    assert desk.known(f"status, {JUDGED}") == [(4, 20210315170000, 0, 0, 1, None)]


def test_a_row_missing_from_a_later_file_is_kept(desk: Desk) -> None:
    first, second = codes(2)
    desk.dossiers(dossier(first), dossier(second), day=MONDAY)
    desk.dossiers(dossier(second), day=TUESDAY)
    assert desk.known("code, day, running") == [(first, 20210322, 1), (second, 20210323, 1)]


def test_the_same_paper_number_of_two_communes_is_two_dossiers(desk: Desk) -> None:
    report = desk.dossiers(
        dossier("123/HS"), dossier("123/HS", unit="UBND xã Lý Nhơn"), dossier("123/HS")
    )
    assert (report.loaded, report.dropped) == (2, {"duplicate": 1})
    assert desk.known("unit_id", order="unit_id") == [
        desk.unit("xa_binh_khanh"), desk.unit("xa_ly_nhon"),
    ]  # fmt: skip
    assert report.flag_counts == {"odd_code": 3}


@pytest.mark.parametrize(
    ("status", "finished", "code", "judged"),
    [
        pytest.param("Mới đăng ký", "", 1, (0, 0, 0, "not_accepted"), id="1 promises nothing yet"),
        pytest.param("Được tiếp nhận", "", 2, (0, 0, 1, None), id="2 runs"),
        pytest.param("Không được tiếp nhận", "", 3, (0, 0, 0, "not_accepted"), id="3 never counts"),
        pytest.param("Đang xử lý", "", 4, (0, 0, 1, None), id="4 runs"),
        pytest.param("Yêu cầu bổ sung giấy tờ", "", 5, (0, 0, 0, "paused"), id="5 pauses"),
        pytest.param("Chờ nộp thuế", "", 6, (0, 0, 0, "paused"), id="6 pauses"),
        pytest.param("Rút hồ sơ", "12/03/2021", 7, (1, 0, 0, None), id="7 ends the handling"),
        pytest.param("Trả lại", "16/03/2021", 8, (0, 1, 0, None), id="8 ends the handling late"),
        pytest.param("Đã xử lý xong", "15/03/2021 17:00", 9, (1, 0, 0, None),
                     id="9 at the very due moment is on time"),
        pytest.param("Đã xử lý xong", "15/03/2021 17:01", 9, (0, 1, 0, None),
                     id="9 a minute later is late"),
        pytest.param("Đã xử lý xong", "", 9, (0, 0, 0, "finish_without_date"),
                     id="9 without a date counts nowhere"),
        pytest.param("da tra ket qua", "15/03/2021", 10, (1, 0, 0, None),
                     id="10 written without diacritics"),
        pytest.param("Đang bay", "", 4, (0, 0, 1, None), id="an unknown status counts as handled"),
    ],
)  # fmt: skip
def test_a_status_decides_where_a_dossier_counts(
    desk: Desk, status: str, finished: str, code: int, judged: tuple[int | str | None, ...]
) -> None:
    report = desk.dossiers(dossier(status=status, finished=finished))
    assert desk.known("status, on_time, late, running, left_out") == [(code, *judged)]
    unknown = {"unknown_status": 1} if status == "Đang bay" else {}
    odd = {"finish_without_date": 1} if judged[-1] == "finish_without_date" else {}
    assert report.flag_counts == unknown | odd
    asked = (
        '[sources.dossiers.statuses] "Đang bay" = 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9 or 10'
    )
    assert report.suggestions == ((asked,) if unknown else ())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"returned": "16/03/2021", "finished": "12/03/2021",
                      "status": "Đã trả kết quả"}, (20210315170000, 1, 0, 0, None),
                     id="a citizen who comes late is not the unit's lateness"),
        pytest.param({"returned": "16/03/2021", "status": "Đã trả kết quả"},
                     (20210315170000, 0, 1, 0, None),
                     id="without a finish the hand-over is the finish"),
        pytest.param({"paused": "12/03/2021", "resumed": "16/03/2021", "finished": "17/03/2021",
                      "status": "Đã xử lý xong"}, (20210317170000, 1, 0, 0, None),
                     id="a closed pause of two working days moves the deadline by two"),
        pytest.param({"paused": "16/03/2021", "resumed": "18/03/2021", "finished": "17/03/2021",
                      "status": "Đã xử lý xong"}, (20210315170000, 0, 1, 0, None),
                     id="a pause after the due time heals nothing"),
        pytest.param({"paused": "16/03/2021", "status": "Chờ bổ sung"},
                     (20210315170000, 0, 0, 1, None),
                     id="a pause begun when it was late leaves it overdue"),
        pytest.param({"paused": "12/03/2021", "status": "Chờ bổ sung"},
                     (20210315170000, 0, 0, 0, "paused"), id="an open pause stops the clock"),
        pytest.param({"due": ""}, (None, 0, 0, 0, "no_due_date"), id="no due date, in no rate"),
        pytest.param({"due": "15/03/2021", "finished": "15/03/2021 23:00",
                      "status": "Đã xử lý xong"}, (20210315235959, 1, 0, 0, None),
                     id="a due day without an hour lasts to its end"),
        pytest.param({"finished": "09/03/2021", "status": "Đã xử lý xong"},
                     (20210315170000, 0, 0, 0, "impossible_order"),
                     id="a finish before the receipt counts nowhere"),
        pytest.param({"due": "09/03/2021"}, (20210309235959, 0, 0, 0, "impossible_order"),
                     id="a due date before the receipt counts nowhere"),
        pytest.param({"finished": "24/03/2021", "due": "30/03/2021", "status": "Đã xử lý xong"},
                     (20210330235959, 0, 0, 0, "future_date"),
                     id="a finish after the day of delivery counts nowhere"),
        pytest.param({"finished": "23/03/2021 23:00", "due": "30/03/2021",
                      "status": "Đã xử lý xong"}, (20210330235959, 1, 0, 0, None),
                     id="a finish late on the day of delivery counts"),
    ],
)  # fmt: skip
def test_moments_decide_where_a_dossier_counts(
    desk: Desk, given: dict[str, str], expected: tuple[int | str | None, ...]
) -> None:
    report = desk.dossiers(dossier(**given))
    assert desk.known(JUDGED) == [expected]
    told = {"impossible_order", "future_date"} & {str(expected[-1])}
    assert set(report.flag_counts) == told


def test_odd_rows_are_loaded_and_flagged(desk: Desk) -> None:
    first, second, third = codes(3)
    report = desk.dossiers(
        dossier(first, due="30/04/2021 17:00"),
        dossier(second, holder="Phòng Trời ơi"),
        dossier(third, due="hôm nào đó"),
    )
    assert [(f.row, f.key, f.flag) for f in report.flags] == [
        (2, first, "due_on_a_day_off"),
        (3, second, "unknown_holder"),
        (4, third, "bad_date:due"),
    ]
    assert (report.loaded, report.rejects) == (3, ())
    assert desk.known("holder, left_out") == [
        (None, None), ("Phòng Trời ơi", None), (None, "no_due_date"),
    ]  # fmt: skip


HELD = "Chi nhánh Văn phòng đăng ký đất đai"
DISTRICT, OFFICE, PLANNING = (
    "huyen_can_gio", "van_phong_hdnd_ubnd", "phong_tai_chinh_ke_hoach",
)  # fmt: skip


@pytest.mark.parametrize(
    ("received_by", "holder", "counted", "owner", "named"),
    [
        pytest.param("UBND xã Bình Khánh", "", "xa_binh_khanh", "xa_binh_khanh", None,
                     id="what a commune received is its own"),
        pytest.param("UBND xã Bình Khánh", "Phòng Tư pháp", "xa_binh_khanh", "xa_binh_khanh", None,
                     id="also while a department holds it"),
        pytest.param("UBND xã Bình Khánh", "Chi nhánh VPĐKĐĐ", "xa_binh_khanh", "xa_binh_khanh",
                     HELD, id="also while someone outside holds it, who is named"),
        pytest.param("Phòng Tư pháp", "", "phong_tu_phap", "phong_tu_phap", None,
                     id="what a department received is its own"),
        pytest.param("UBND huyện Cần Giờ", "Phòng TC-KH", PLANNING, PLANNING, None,
                     id="the district's counts for the department that holds it"),
        pytest.param("Bộ phận Một cửa", "Phòng TC-KH", PLANNING, PLANNING, None,
                     id="the one-stop's counts for the department that holds it"),
        pytest.param("UBND huyện Cần Giờ", "Chi nhánh VPĐKĐĐ", DISTRICT, OFFICE, HELD,
                     id="held outside, it counts for the district and the office acts"),
        pytest.param("UBND huyện Cần Giờ", "", DISTRICT, OFFICE, None,
                     id="held by nobody named, the office acts"),
        pytest.param("UBND huyện Cần Giờ", "Sở Gì Đó", DISTRICT, OFFICE, "Sở Gì Đó",
                     id="held by somebody unknown, the office acts and the name is kept"),
    ],
)  # fmt: skip
def test_whose_dossier_it_is(
    desk: Desk, received_by: str, holder: str, counted: str, owner: str, named: str | None
) -> None:
    desk.dossiers(dossier(unit=received_by, holder=holder))
    assert desk.known("unit_id, owner_id, holder") == [
        (desk.unit(counted), desk.unit(owner), named)
    ]


def test_a_row_whose_key_or_unit_cannot_be_understood_is_refused_alone(desk: Desk) -> None:
    report = desk.dossiers(
        *(dossier(code) for code in codes(3)),
        dossier("2.00016E+15"),
        dossier(codes(1, first=8)[0], unit="UBND xã Bình Khán"),
        dossier("", field="Chứng thực"),
    )
    assert report.outcome == "accepted_with_rejects"
    assert (report.rows, report.loaded) == (6, 3)
    assert [(r.row, r.column, r.value) for r in report.rejects] == [
        (5, "Số hồ sơ", "2.00016E+15"),
        (6, "Đơn vị tiếp nhận", "UBND xã Bình Khán"),
        (7, "Số hồ sơ", ""),
    ]
    assert "as text" in report.rejects[0].reason
    assert "xa_binh_khanh" in report.rejects[1].reason
    assert '[units.aliases] "UBND xã Bình Khán" = "xa_binh_khanh"' in report.suggestions
