"""The sample files give the answers that the domain reference works out by hand (its 4.2)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.journeys.installation import DAY, SAMPLES, Installation

FOUR = [SAMPLES / f"{name}.csv" for name in ("ho_so", "thu_xin_loi", "hop_thu", "van_ban")]
Row = tuple[str | None, int | None, int | None, str | None, str]

# unit -> target -> (field, numerator, denominator, value, state), by hand from the files.
MORNING: dict[str, dict[str, list[Row]]] = {
    "huyen_can_gio": {
        "on_time": [
            ("Bảo trợ xã hội", 0, 0, None, "none"),  # its only dossier is paused
            ("Chứng thực", 0, 0, None, "none"),  # its only dossier has no due date
            ("Hộ tịch", 2, 3, "66.67", "missed"),
            ("Xây dựng", 1, 1, "100.00", "met"),  # withdrawn before it was due
            ("Đăng ký kinh doanh", 1, 1, "100.00", "met"),
            ("Đất đai", 0, 1, "0.00", "missed"),  # open and overdue
        ],
        "apology_letters": [(None, 1, 2, "50.00", "missed")],
    },
    "xa_binh_khanh": {
        "on_time": [
            ("Bảo trợ xã hội", 0, 0, None, "none"),
            ("Hộ tịch", 2, 3, "66.67", "missed"),
        ],
        "apology_letters": [(None, 1, 1, "100.00", "met")],
    },
    "thi_tran_can_thanh": {
        "on_time": [("Chứng thực", 0, 0, None, "none")],
        "apology_letters": [(None, 0, 0, None, "none")],
    },
    "phong_tai_chinh_ke_hoach": {"on_time": [("Đăng ký kinh doanh", 1, 1, "100.00", "met")]},
    "phong_quan_ly_do_thi": {"on_time": [("Xây dựng", 1, 1, "100.00", "met")]},
    "van_phong_hdnd_ubnd": {"on_time": [(None, 0, 0, None, "none")]},
    "xa_ly_nhon": {"on_time": [(None, 0, 0, None, "none")]},
}
AT_EIGHT: dict[str, dict[str, list[Row]]] = {
    "huyen_can_gio": {
        "mailboxes": [(None, 3, 5, "60.00", "missed")],
        "electronic_documents": [(None, 3, 4, "75.00", "missed")],
    },
    "xa_binh_khanh": {
        "mailboxes": [(None, 2, 3, "66.67", "missed")],
        "electronic_documents": [(None, 2, 2, "100.00", "met")],
    },
    "xa_ly_nhon": {
        "mailboxes": [(None, 0, 1, "0.00", "missed")],
        "electronic_documents": [(None, 0, 1, "0.00", "missed")],
    },
    "thi_tran_can_thanh": {
        "mailboxes": [(None, 1, 1, "100.00", "met")],
        "electronic_documents": [(None, 0, 0, None, "none")],  # an internal one
    },
    "xa_tam_thon_hiep": {"electronic_documents": [(None, 1, 1, "100.00", "met")]},
    "xa_an_thoi_dong": {"electronic_documents": [(None, 0, 0, None, "none")]},  # to a citizen
    "xa_long_hoa": {"electronic_documents": [(None, 0, 0, None, "none")]},  # a secret one
    "phong_noi_vu": {"mailboxes": [(None, 0, 0, None, "none")]},  # on maternity leave
    "phong_tu_phap": {"mailboxes": [(None, 0, 0, None, "none")]},  # locked
    "xa_thanh_an": {"mailboxes": [(None, 0, 0, None, "none")]},  # a day old
}
LAND, MARRIAGE = "000.00.16.H29-210201-0012", "000.02.16.H29-210310-0003"
IDLE, NEVER = "ttbinh.cangio@tphcm.gov.vn", "lvcuong.cangio@tphcm.gov.vn"

# (unit, target) -> [(key, field, due, working days late, note)]
MORNING_ITEMS: dict[tuple[str, str], list[tuple[Any, ...]]] = {
    ("huyen_can_gio", "on_time"): [
        (LAND, "Đất đai", "2021-02-24T17:00", 19, "overdue_no_letter"),
        (MARRIAGE, "Hộ tịch", "2021-03-15T17:00", 1, "finished_late_with_letter"),
    ],
    ("xa_binh_khanh", "on_time"): [
        (MARRIAGE, "Hộ tịch", "2021-03-15T17:00", 1, "finished_late_with_letter")
    ],
    # Held outside the district: the office of the People's Committee has to act.
    ("van_phong_hdnd_ubnd", "on_time"): [
        (LAND, "Đất đai", "2021-02-24T17:00", 19, "overdue_no_letter")
    ],
    ("phong_tai_chinh_ke_hoach", "on_time"): [],
    ("huyen_can_gio", "apology_letters"): [
        (LAND, "Đất đai", "2021-02-24T17:00", 19, "letter_missing")
    ],
    ("xa_binh_khanh", "apology_letters"): [],
    ("huyen_can_gio", "due"): [],
}
EIGHT_ITEMS: dict[tuple[str, str], list[tuple[Any, ...]]] = {
    ("huyen_can_gio", "mailboxes"): [
        (NEVER, None, None, None, "mailbox_never_used"),
        (IDLE, None, None, 7, "mailbox_idle"),
    ],
    ("xa_binh_khanh", "mailboxes"): [(IDLE, None, None, 7, "mailbox_idle")],
    ("phong_noi_vu", "mailboxes"): [],
    ("huyen_can_gio", "electronic_documents"): [("33/BC-UBND", None, None, None, "paper_only")],
    ("xa_ly_nhon", "electronic_documents"): [("33/BC-UBND", None, None, None, "paper_only")],
    ("xa_binh_khanh", "electronic_documents"): [],
}


def readings(installation: Installation, unit: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for r in installation.answer("status", unit, "--day", DAY)["readings"]:
        row = (r["field"], r["numerator"], r["denominator"], r["value"], r["state"])
        found.setdefault(r["target"], []).append(row)
    return {target: sorted(rows, key=lambda row: row[0] or "") for target, rows in found.items()}


def items(installation: Installation, unit: str, target: str, *more: str) -> list[tuple[Any, ...]]:
    answer = installation.answer("items", unit, target, *more)["items"]
    return [(i["key"], i["field"], i["due"], i["days_late"], i["note"]) for i in answer]


def show(
    installation: Installation,
    expected: dict[str, dict[str, list[Row]]],
    named: dict[tuple[str, str], list[tuple[Any, ...]]],
) -> None:
    for unit, targets in expected.items():
        found = readings(installation, unit)
        for target, rows in targets.items():
            assert found[target] == sorted(rows, key=lambda row: row[0] or ""), (unit, target)
    for (unit, target), rows in named.items():
        assert items(installation, unit, target) == rows, (unit, target)


def test_dossiers_and_letters_as_of_half_past_seven(installation: Installation) -> None:
    files = installation.answer(
        "import", SAMPLES / "ho_so.csv", SAMPLES / "thu_xin_loi.csv", "--day", DAY
    )["files"]
    assert [(f["source"], f["outcome"], f["rows"], f["loaded"]) for f in files] == [
        ("dossiers", "accepted", 8, 8),
        ("letters", "accepted", 8, 8),
    ]
    assert [f["rejects"] for f in files] == [[], []]
    assert files[0]["flagged"] == []
    codes = {f["key"] for f in files[1]["flagged"] if f["flag"] == "orphan"}
    assert "000.99.16.H29-210301-0001" in codes, "the code that is in no list is an orphan"
    assert MARRIAGE not in codes
    assert {(f["row"], f["flag"]) for f in files[1]["flagged"]} - {
        (row, "orphan") for row in range(2, 10)
    } == {(5, "no_number"), (7, "second_reappointment"), (8, "incomplete"), (8, "chat_app")}

    check = installation.answer("check", "--at", f"{DAY}T07:30")
    assert check["as_of"] == "2021-03-23T07:30:00+07:00"
    # The district's letters; its two fields and Bình Khánh's are rates, which are confirmed first.
    assert (check["opened"], check["worsened"], check["resolved"]) == (1, 0, 0)
    show(installation, MORNING, MORNING_ITEMS)
    assert readings(installation, "huyen_can_gio")["mailboxes"] == [
        (None, None, None, None, "no_data")
    ], "a source that never came has no numbers"

    land = installation.answer("items", "van_phong_hdnd_ubnd", "on_time")["items"][0]
    assert land["label"] == "Cấp Giấy chứng nhận quyền sử dụng đất lần đầu"
    assert land["detail"] == "Chi nhánh Văn phòng đăng ký đất đai", "who holds it is named"
    for field in ("Hộ tịch", "ho tich"):
        assert [i[0] for i in items(installation, "huyen_can_gio", "on_time", "--field", field)] \
            == [MARRIAGE]  # fmt: skip


def test_mailboxes_and_documents_as_of_eight(installation: Installation) -> None:
    files = installation.answer(
        "import", SAMPLES / "hop_thu.csv", SAMPLES / "van_ban.csv", "--day", DAY
    )["files"]
    assert [(f["source"], f["outcome"], f["rows"], f["loaded"]) for f in files] == [
        ("mailboxes", "accepted", 8, 8),
        ("documents", "accepted", 8, 6),
    ]
    assert files[0]["flagged"] == []
    assert files[1]["dropped"] == {"secret": 1, "recalled": 1}
    assert {(f["row"], f["key"], f["flag"]) for f in files[1]["flagged"]} == {
        (3, "216/UBND", "not_signed"),
        (6, "41/TTr-UBND", "paper_beside"),
    }
    installation.must("check", "--at", f"{DAY}T08:00")
    show(installation, AT_EIGHT, EIGHT_ITEMS)
    assert installation.answer("items", "xa_binh_khanh", "mailboxes")["items"][0]["label"] == \
        "ttbinh.cangio", "only the local part is shown"  # fmt: skip


def test_a_unit_is_asked_for_as_people_write_it(installation: Installation) -> None:
    for words in ("xa_binh_khanh", "UBND xã Bình Khánh", "xa binh khanh", "Bình Khánh"):
        assert installation.answer("status", words) == {
            "unit": "xa_binh_khanh", "name": "UBND xã Bình Khánh", "as_of": None, "readings": [],
        }, words  # fmt: skip


def test_the_alerts_are_listed_with_their_unit_and_moment(installation: Installation) -> None:
    installation.must("import", *FOUR, "--day", DAY)
    check = installation.answer("check", "--at", f"{DAY}T07:30")
    alerts = installation.answer("alerts")["alerts"]
    assert len(alerts) == check["opened"]
    assert Counter(a["unit"] for a in alerts) == {
        "huyen_can_gio": 3, "xa_binh_khanh": 1, "xa_ly_nhon": 2,
    }  # fmt: skip
    assert {(a["level"], a["state"], a["opened_at"]) for a in alerts} == {
        ("missed", "open", "2021-03-23T07:30:00+07:00")
    }
    own = installation.answer("alerts", "--unit", "Lý Nhơn")["alerts"]
    assert {a["target"] for a in own} == {"mailboxes", "electronic_documents"}
