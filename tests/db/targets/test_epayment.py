"""Plan items 8.3 and 8.4: is money paid electronically, at the district and at its schools?"""

from __future__ import annotations

import pytest

from bot.commands.why import explanation_of
from tests.db.targets.counted import Counted

DISTRICT = "huyen_can_gio"
OFFICE, SCHOOLS = "epayment_district", "epayment_schools"
CATALOGUE = "Mã TTHC,Tên TTHC,Lĩnh vực,Cấp thực hiện,Mức độ DVC,Có phí/lệ phí,Thanh toán trực tuyến"
DOSSIERS = "Số hồ sơ,Đơn vị tiếp nhận,Ngày tiếp nhận,Ngày hẹn trả,Trạng thái,Hình thức thanh toán"
MILESTONES = "Mã mốc,Chỉ tiêu,Nội dung công việc,Đơn vị chủ trì,Hạn hoàn thành,Ngày hoàn thành"
TAKES = "1.1,Một,Xây dựng,Cấp huyện,4,Có,Có"
TAKES_NOT = "1.1,Một,Xây dựng,Cấp huyện,4,Có,Không"
PAID = "000.00.16.H29-210301-0001,UBND huyện,{},31/12/2021,Đang xử lý,Chuyển khoản"
BY_COMMUNE = "000.02.16.H29-210301-0001,Bình Khánh,{},31/12/2021,Đang xử lý,Chuyển khoản"
IN_CASH = "000.00.16.H29-210301-0001,UBND huyện,{},31/12/2021,Đang xử lý,Tiền mặt"
PENDING = "M1,8.3,Ký hợp đồng,Văn phòng HĐND và UBND,30/06/2021,"
OVERDUE = "M1,8.3,Ký hợp đồng,Văn phòng HĐND và UBND,22/03/2021,"
DONE_LATE = "M1,8.3,Ký hợp đồng,Văn phòng HĐND và UBND,15/03/2021,20/03/2021"
OTHER_ITEM = "M1,2,Rà soát,Phòng Nội vụ,01/03/2021,"
RECENT, OLD = "23/12/2020", "22/12/2020"  # ninety and ninety-one days before 23/03/2021


@pytest.mark.parametrize(
    ("catalogue", "dossier", "milestone", "answer", "state"),
    [
        pytest.param(TAKES, PAID.format(RECENT), PENDING, "yes", "met",
                     id="offered, and used within ninety days"),
        pytest.param(TAKES, PAID.format(RECENT), OVERDUE, "yes", "met",
                     id="in place, whatever the milestones say"),
        pytest.param(TAKES, PAID.format(OLD), PENDING, "on_track", "on_track",
                     id="used too long ago"),
        pytest.param(TAKES, IN_CASH.format(RECENT), PENDING, "on_track", "on_track",
                     id="offered and paid in cash"),
        pytest.param(TAKES, BY_COMMUNE.format(RECENT), PENDING, "on_track", "on_track",
                     id="a payment at a commune is none at the district"),
        pytest.param(TAKES_NOT, PAID.format(RECENT), PENDING, "on_track", "on_track",
                     id="used though no procedure takes it"),
        pytest.param(TAKES_NOT, PAID.format(RECENT), OVERDUE, "behind", "behind",
                     id="a milestone has passed undone"),
        pytest.param(TAKES_NOT, PAID.format(RECENT), DONE_LATE, "on_track", "on_track",
                     id="a milestone done late is done"),
        pytest.param(TAKES_NOT, PAID.format(RECENT), OTHER_ITEM, "on_track", "on_track",
                     id="a milestone of another item"),
        pytest.param(TAKES.replace("huyện", "xã"), PAID.format(RECENT), PENDING, "on_track",
                     "on_track", id="a communal procedure is not the district's"),
    ],
)  # fmt: skip
def test_whether_the_district_takes_electronic_payment(
    counted: Counted, catalogue: str, dossier: str, milestone: str, answer: str, state: str
) -> None:
    counted.table("2021-03-23", CATALOGUE, catalogue)
    counted.table("2021-03-23", DOSSIERS, dossier)
    counted.table("2021-03-23", MILESTONES, milestone)
    counted.check("2021-03-23T07:30")
    found = counted.readings(DISTRICT)[OFFICE]
    assert (found["answer"], found["state"], found["goal"], found["value"]) == (
        answer, state, "yes", None,
    )  # fmt: skip


def test_the_samples_are_on_track_and_name_the_procedures_without_payment(
    counted: Counted,
) -> None:
    counted.sample("tthc", "2021-03-23")
    counted.sample("moc_cong_viec", "2021-03-23")
    counted.check("2021-03-23T07:30")
    assert counted.reading(DISTRICT, OFFICE) == (1, 3, "on_track")
    assert [(i.key[:8], i.note) for i in counted.items(OFFICE)] == [
        ("1.003003", "no_epayment"), ("1.007262", "no_epayment"),
    ]  # fmt: skip
    assert counted.reading("xa_binh_khanh", OFFICE) is None


def test_without_the_milestones_nothing_can_be_said(counted: Counted) -> None:
    counted.sample("tthc", "2021-03-23")
    counted.check("2021-03-23T07:30")
    assert counted.reading(DISTRICT, OFFICE) == (None, None, "no_data")
    assert counted.readings(DISTRICT)[OFFICE]["answer"] is None, "no data, no answer"


def test_the_open_milestones_are_named_each_to_its_lead_unit(counted: Counted) -> None:
    said_done = "M4,8.3,Báo cáo,Phòng Nội vụ,01/04/2021,"
    rows = (
        OVERDUE, PENDING.replace("M1", "M2").replace("30/06", "07/04"),
        PENDING.replace("M1", "M3"), DONE_LATE.replace("M1", "M5"), OTHER_ITEM.replace("M1", "M6"),
    )  # fmt: skip
    header = f"{MILESTONES},Trạng thái"
    counted.table("2021-03-23", header, *(f"{row}," for row in rows), f"{said_done},Hoàn thành")
    counted.table("2021-03-23", CATALOGUE, TAKES_NOT)
    counted.check("2021-03-23T07:30")
    assert [(i.key, i.note, i.days_late) for i in counted.items(OFFICE)] == [
        ("M1", "milestone_overdue", 1), ("M2", "milestone_due_soon", None),
        ("M4", "milestone_without_day", None), ("1.1", "no_epayment", None),
    ]  # fmt: skip
    of_office = counted.items(OFFICE, "van_phong_hdnd_ubnd")
    assert [i.key for i in of_office] == ["M1", "M2"]


# --- schools ---

LIST = (
    "Mã trường,Tên trường,Loại hình,Kênh thanh toán điện tử,Kỳ thu gần nhất,Số giao dịch điện tử,"
    "Tổng số lượt thu,Tình trạng"
)


def test_the_sample_of_schools_counts_as_worked_out_by_hand(counted: Counted) -> None:
    counted.sample("truong", "2021-03-31")
    counted.check("2021-03-31T07:30")
    assert counted.reading(DISTRICT, SCHOOLS) == (3, 7, "on_track")
    found = counted.readings(DISTRICT)[SCHOOLS]
    assert (found["value"], found["needed"], found["small_sample"]) == ("42.86", 4, False)
    assert [(i.key, i.label, i.note) for i in counted.items(SCHOOLS)] == [
        ("7978703", "Trường THCS Bình Khánh", "school_suspended"),
        ("7978706", "Trường THCS Lý Nhơn", "school_signed_unused"),
        ("7978704", "Trường Tiểu học Doi Lầu", "school_not_started"),
        ("7978708", "Trường Tiểu học Thạnh An", "school_not_started"),
    ]
    assert [i.key for i in counted.items(SCHOOLS, "th_doi_lau")] == ["7978704"]
    why = explanation_of(counted.house, DISTRICT, SCHOOLS, None)
    assert [(x.reason, x.count) for x in why.left_out] == [("private_school", 1)]


@pytest.mark.parametrize(
    ("cells", "at", "notes"),
    [
        ("QR,T3/2021,10,20,Đang dùng", "2021-03-31T07:30", []),
        ("QR,T3/2021,10,20,Đang dùng", "2021-07-29T07:30", []),
        ("QR,T3/2021,10,20,Đang dùng", "2021-07-30T07:30", ["school_collects_nothing"]),
        ("QR,T4/2021,10,20,Đang dùng", "2021-04-01T07:30", []),
        ("QR,T4/2021,10,20,Đang dùng", "2021-03-31T07:30", []),
        ("QR,T5/2021,10,20,Đang dùng", "2021-03-31T07:30", ["school_collects_nothing"]),
        ("QR,T3/2021,0,20,Đang dùng", "2021-03-31T07:30", ["school_collects_nothing"]),
        ("QR,,10,20,Đang dùng", "2021-03-31T07:30", ["school_collects_nothing"]),
        ("QR,T3/2021,10,20,Tạm ngưng", "2021-03-31T07:30", ["school_suspended"]),
        ("QR,T3/2021,10,20,Đã ký chưa dùng", "2021-03-31T07:30", ["school_signed_unused"]),
        (",T3/2021,10,20,Chưa triển khai", "2021-03-31T07:30", ["school_not_started"]),
    ],
    ids=[
        "a period that ends today",
        "a period that ended a hundred and twenty days ago",
        "a period that ended before",
        "a period that has not ended yet",
        "the next month's fees, collected before it",
        "a period that begins later than that",
        "nobody paid by it",
        "no period was collected",
        "suspended",
        "signed and not used",
        "not begun",
    ],
)
def test_a_school_that_uses_it(counted: Counted, cells: str, at: str, notes: list[str]) -> None:
    counted.table(
        at[:10], LIST, f"1,Trường Mầm non Bình Khánh,Công lập,{cells}",
        "2,Mầm non Hoa Biển,Tư thục,QR,T3/2021,10,20,Đang dùng",
    )  # fmt: skip
    counted.check(at)
    found = counted.reading(DISTRICT, SCHOOLS)
    assert found is not None
    assert found[:2] == (int(not notes), 1), "the private school is in neither number"
    assert [i.note for i in counted.items(SCHOOLS)] == notes


@pytest.mark.parametrize(
    ("using", "at", "state"),
    [
        (0, "2021-03-31T07:30", "on_track"),
        (0, "2022-03-31T07:30", "behind"),
        (19, "2025-12-30T07:30", "on_track"),
        (18, "2025-12-30T07:30", "on_track"),
        (17, "2025-12-30T07:30", "behind"),
        (19, "2025-12-31T07:30", "missed"),
        (20, "2025-12-31T07:30", "met"),
    ],
    ids=[
        "at the beginning nobody has to",
        "a year later some should",
        "19 of 20 are on the line",
        "five points below the line are tolerated",
        "more are not",
        "on the last day 19 of 20 are exactly 95",
        "all of them",
    ],
)
def test_the_schools_by_their_pace(counted: Counted, using: int, at: str, state: str) -> None:
    month = f"{at[5:7]}/{at[:4]}"
    rows = [f"{n},Trường {n},Công lập,QR,{month},{int(n < using)},20,Đang dùng" for n in range(20)]
    counted.table(at[:10], LIST, *rows)
    counted.check(at)
    assert counted.reading(DISTRICT, SCHOOLS) == (using, 20, state)


def test_a_list_of_schools_is_good_for_sixty_days(counted: Counted) -> None:
    counted.sample("truong", "2021-03-31")
    counted.check("2021-05-28T07:30")
    assert counted.reading(DISTRICT, SCHOOLS) == (3, 7, "on_track")
    counted.check("2021-05-31T07:30")
    assert counted.reading(DISTRICT, SCHOOLS) == (3, 7, "stale")
