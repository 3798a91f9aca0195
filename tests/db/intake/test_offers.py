"""Is the catalogue of procedures understood, and which dossiers could have come online by it?"""

from __future__ import annotations

from datetime import date

import pytest

from tests.db.intake.delivering import DOSSIER_HEADER, TODAY, Desk, dossier
from tests.db.intake.made import SAMPLES

HEADER = (
    "Mã TTHC", "Tên TTHC", "Lĩnh vực", "Cấp thực hiện", "Mức độ DVC", "Loại DVC",
    "Đủ điều kiện trực tuyến", "Có phí/lệ phí", "Thanh toán trực tuyến", "Ngày áp dụng trực tuyến",
    "Ngày hết hiệu lực",
)  # fmt: skip
CODE = "1.004873.000.00.00.H29"


def offer(code: str = CODE, **given: str) -> list[str]:
    """A procedure of the communes, offered at level 3 since March 2020; cells of it change."""
    row = {
        "code": code, "name": "Xác nhận tình trạng hôn nhân", "field": "Hộ tịch", "level": "Cấp xã",
        "service_level": "3", "service_class": "", "eligible": "Có", "has_fee": "Có",
        "takes_payment": "Không", "online_from": "01/03/2020", "ends": "",
    }  # fmt: skip
    return list((row | given).values())


def test_the_sample_is_taken_as_it_is_written(desk: Desk) -> None:
    report = desk.take(SAMPLES / "tthc.csv")
    assert (report.source, report.outcome, report.loaded) == ("procedures", "accepted", 8)
    assert (report.rejects, report.flags) == ((), ())
    assert desk.known("level, service_level, eligible, has_fee, takes_payment", "offers") == [
        ("commune", 3, 1, 0, 0), ("district", 4, 1, 1, 1), ("district", 2, 0, 1, 0),
        ("district", 3, 1, 0, 0), ("commune", 3, 1, 1, 0), ("district", 3, 1, 1, 0),
        ("commune", 2, 0, 1, 0), ("district", 2, 0, 0, 0),
    ]  # fmt: skip
    assert desk.rows("SELECT ends FROM offers WHERE code LIKE '1.004442%'") == [
        {"ends": 20221231235959}
    ]


@pytest.mark.parametrize(
    ("given", "columns", "known", "flags"),
    [
        ({"service_level": "Mức độ 4"}, "service_level, service_class", (4, None), []),
        ({"service_level": "Toàn trình"}, "service_level, service_class", (None, "full"), []),
        ({"service_level": "", "service_class": "DVCTT một phần"}, "service_level, service_class",
         (None, "partial"), []),
        ({"service_level": "Mức cao"}, "service_level, service_class", (None, None),
         ["unknown_service_level"]),
        ({"online_from": ""}, "service_level, online_from", (3, None), ["no_online_day"]),
        ({"level": "Cấp huyện, cấp xã"}, "level, eligible", ("district", 1), []),
        ({"level": "Cấp liên xã"}, "level, eligible", ("unknown", 1), ["unknown_level"]),
        ({"eligible": ""}, "level, eligible", ("commune", 0), []),
        ({"has_fee": "8.000 đồng"}, "has_fee, takes_payment", (1, 0), []),
        ({"has_fee": "0 đ"}, "has_fee, takes_payment", (0, 0), []),
        ({"has_fee": "theo quy định"}, "has_fee, takes_payment", (0, 0), ["bad_yes_no:has_fee"]),
    ],
    ids=[
        "a level in words",
        "a class in the level's column",
        "a class alone",
        "a level that nobody knows",
        "online from nobody knows when",
        "of two levels the district decides",
        "a level of authority that nobody knows",
        "no tick is no",
        "a fee in money",
        "a fee of nothing",
        "a fee that is not given",
    ],
)  # fmt: skip
def test_a_row_of_the_catalogue(
    desk: Desk, given: dict[str, str], columns: str, known: tuple[object, ...], flags: list[str]
) -> None:
    report = desk.table(HEADER, offer(**given))
    assert desk.known(columns, "offers") == [known]
    assert [f.flag for f in report.flags] == flags


def test_a_procedure_without_a_code_is_refused(desk: Desk) -> None:
    report = desk.table(HEADER, offer(""), offer())
    assert [(r.row, r.column) for r in report.rejects] == [(2, "Mã TTHC")]
    assert report.loaded == 1


def test_a_procedure_of_two_rows_counts_once_at_the_higher_level(desk: Desk) -> None:
    report = desk.table(HEADER, offer(service_level="4"), offer(service_level="2"))
    assert [f.flag for f in report.flags] == ["duplicate"]
    assert desk.known("service_level", "offers") == [4]


def test_the_newest_list_replaces_the_procedures_of_its_authorities(desk: Desk) -> None:
    desk.table(HEADER, offer("1.1"), offer("1.2"), offer("2.1", level="Cấp huyện"))
    desk.table(HEADER, offer("1.2"), offer("1.3"), day=date(2021, 4, 1))
    assert desk.known("code", "offers") == ["1.2", "1.3", "2.1"], "the district's own list stays"
    report = desk.table(HEADER, offer("1.4"), day=date(2021, 3, 25))
    assert dict(report.dropped) == {"older_than_what_is_known": 1}
    assert desk.known("code", "offers") == ["1.2", "1.3", "2.1"]


# --- which dossiers could have come online ---

ONLINE_HEADER = (*DOSSIER_HEADER, "Mã TTHC", "Kênh tiếp nhận", "Hình thức thanh toán")


def handled(**given: str) -> dict[str, str]:
    """A finished dossier of the procedure."""
    extra = {"Mã TTHC": given.pop("procedure", CODE), "Kênh tiếp nhận": "Trực tuyến"}
    return dossier(finished="12/03/2021 10:00", status="Đã xử lý xong", **given) | extra


def deliver(desk: Desk, row: dict[str, str]) -> None:
    desk.table(ONLINE_HEADER, [row.get(name, "") for name in ONLINE_HEADER])


@pytest.mark.parametrize(
    ("row", "given", "offered"),
    [
        pytest.param({}, {}, 3, id="offered when it came in"),
        pytest.param({}, {"service_level": "4"}, 4, id="at level 4"),
        pytest.param({}, {"service_level": "2"}, 0, id="forms to download are not online"),
        pytest.param({}, {"online_from": "11/03/2021"}, 0, id="offered the day after its receipt"),
        pytest.param({}, {"online_from": "10/03/2021"}, 3, id="offered since its very day"),
        pytest.param({}, {"online_from": ""}, 3, id="offered since nobody knows when"),
        pytest.param({}, {"ends": "09/03/2021"}, 0, id="abolished before its receipt"),
        pytest.param({}, {"ends": "10/03/2021"}, 3, id="abolished at the end of its day"),
        pytest.param({}, {"code": "1.000000.000.00.00.H29"}, 0, id="another procedure"),
        pytest.param({}, {"code": "1.004873.000.00.00.h29 "}, 3, id="the code in other letters"),
        pytest.param({"finished": "", "status": "Đang xử lý"}, {}, 0, id="not resolved yet"),
        pytest.param({"due": ""}, {}, 3, id="resolved without a due date"),
        pytest.param({}, {"service_level": "Toàn trình"}, 0, id="a class says nothing of 2021"),
        pytest.param(
            {"received": "10/03/2022 09:00", "due": "15/03/2022 17:00",
             "finished": "12/03/2022 10:00"},
            {"service_level": "Toàn trình"}, 4, id="a full service in 2022",
        ),
        pytest.param(
            {"received": "10/03/2022 09:00", "due": "15/03/2022 17:00",
             "finished": "12/03/2022 10:00"},
            {"service_level": "Một phần"}, 3, id="a partial service in 2022",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", ["dossiers", "procedures"])
def test_a_dossier_that_could_have_come_online(
    desk: Desk, row: dict[str, str], given: dict[str, str], offered: int, first: str
) -> None:
    day = date(2022, 3, 23) if "2022" in row.get("received", "") else TODAY
    base = handled() | {
        {"received": "Ngày tiếp nhận", "due": "Ngày hẹn trả", "finished": "Ngày xử lý xong",
         "status": "Trạng thái"}[name]: value for name, value in row.items()
    }  # fmt: skip
    dossiers = (ONLINE_HEADER, [base.get(name, "") for name in ONLINE_HEADER])
    catalogue = (HEADER, offer(**given))
    for table in (dossiers, catalogue) if first == "dossiers" else (catalogue, dossiers):
        desk.table(table[0], table[1], day=day)
    assert desk.known("offered, online") == [(offered, 1)]


def test_a_procedure_taken_off_the_list_is_no_longer_offered(desk: Desk) -> None:
    deliver(desk, handled())
    desk.table(HEADER, offer(), offer("1.1"))
    assert desk.known("offered") == [3]
    desk.table(HEADER, offer("1.1"), day=date(2021, 3, 24))
    assert desk.known("offered") == [0]


@pytest.mark.parametrize(
    ("channel", "code", "online"),
    [("Trực tuyến", 2, 1), ("Trực tiếp", 1, 0), ("Bưu chính công ích", 3, 0), ("", None, 0)],
)
def test_the_channel_says_whether_it_came_online(
    desk: Desk, channel: str, code: int | None, online: int
) -> None:
    deliver(desk, handled() | {"Kênh tiếp nhận": channel})
    assert desk.known("channel, online") == [(code, online)]
