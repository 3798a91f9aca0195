"""Are dirty tables, names and dates taken as the domain reference says (its 4.3, rows 1 to 9)?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.db.intake.delivering import DOSSIER_HEADER, codes, dossier
from tests.db.intake.made import Cell, make_html, make_xls, make_xlsx
from tests.journeys.dirty import Office, Story, flags, told
from tests.journeys.installation import Installation

BINH_KHANH = "UBND xã Bình Khánh"
DONE = "Đã xử lý xong"
LETTERHEAD: list[list[Cell]] = [
    ["ỦY BAN NHÂN DÂN HUYỆN CẦN GIỜ", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ", "", "", "Độc lập - Tự do - Hạnh phúc"],
    [],
    ["", "DANH SÁCH HỒ SƠ (Từ ngày 01/01/2021 đến ngày 22/03/2021)"],
    [],
]
TWO_ROWS: list[list[Cell]] = [
    ["STT", "Số hồ sơ", "Đơn vị", "Thời gian", "", "", "Trạng thái"],
    ["", "", "", "Tiếp nhận", "Hẹn trả", "Xử lý xong", ""],
]
LETTERHEAD_TABLE: list[list[Cell]] = [*LETTERHEAD, *TWO_ROWS]


def numbered(number: int, code: str, finished: str = "", unit: str = BINH_KHANH) -> list[Cell]:
    status = DONE if finished else "Đang xử lý"
    return [number, code, unit, "10/03/2021 09:00", "15/03/2021 17:00", finished, status]


def titles_are_passed(office: Office) -> None:
    first, second = codes(2)
    rows = [*LETTERHEAD_TABLE, numbered(1, first, "12/03/2021 10:00"), numbered(2, second)]
    merged = [(3, 1, 3, 6), (5, 0, 6, 0), (5, 1, 6, 1), (5, 3, 5, 5), (5, 6, 6, 6)]
    for path in (
        make_xls(office.folder / "plain.xls", rows),
        make_xlsx(office.folder / "merged.xlsx", rows, merged=merged),
    ):
        answer = office.deliver(path)
        assert answer["source"] == "dossiers"
        assert told(answer) == ("accepted", 2, 2)
        assert office.kept("code", "received", "due", "finished", "status") == [
            (first, 20210310090000, 20210315170000, 20210312100000, 9),
            (second, 20210310090000, 20210315170000, None, 4),
        ]
    # The period printed above the table is the file's.
    assert {row[0] for row in office.kept("period_from", table="deliveries")} == {20210101}


def group_rows_fill_the_rows_below(office: Office) -> None:
    first, second, third, fourth = codes(4)
    rows: list[list[Cell]] = [
        *LETTERHEAD_TABLE,
        ["A", "UBND xã Bình Khánh"],
        ["I", "Lĩnh vực: Hộ tịch"],
        numbered(1, first, "12/03/2021 10:00", unit=""),
        numbered(2, second, "16/03/2021 10:00", unit=""),
        ["II", "Lĩnh vực: Đất đai"],
        numbered(1, third, "12/03/2021 10:00", unit=""),
        ["B", "UBND xã Lý Nhơn"],
        ["I", "Lĩnh vực: Chứng thực"],
        numbered(1, fourth, "12/03/2021 10:00", unit=""),
    ]
    merged = [(line, 1, line, 6) for line, row in enumerate(rows) if line > 6 and len(row) == 2]
    assert told(office.deliver(make_xlsx(office.folder / "groups.xlsx", rows, merged=merged))) == (
        "accepted", 4, 4,
    )  # fmt: skip
    assert office.readings("xa_binh_khanh", "on_time") == {"Hộ tịch": (1, 2), "Đất đai": (1, 1)}
    assert office.readings("xa_ly_nhon", "on_time") == {"Chứng thực": (1, 1)}


def merged_cells_fill_the_rows_they_span(office: Office) -> None:
    first, second = codes(2)
    head = ["Lĩnh vực", "Đơn vị", "Số hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả", "Trạng thái"]
    rest = ["10/03/2021", "25/03/2021", "Đang xử lý"]
    sheet: list[list[Cell]] = [
        [*head], ["Hộ tịch", BINH_KHANH, first, *rest], ["", "", second, *rest],
    ]  # fmt: skip
    page = make_html(office.folder / "rows.xls", [head, ["@", "@", first, *rest], [second, *rest]])
    text = page.read_text("utf-8")
    for value in ("Hộ tịch", BINH_KHANH):
        text = text.replace("<td>@</td>", f'<td rowspan="2">{value}</td>', 1)
    page.write_text(text, "utf-8")
    merged = [(1, 0, 2, 0), (1, 1, 2, 1)]
    for path in (make_xlsx(office.folder / "rows.xlsx", sheet, merged=merged), page):
        assert told(office.deliver(path)) == ("accepted", 2, 2)
        assert len({row[1:] for row in office.kept("code", "field_id", "unit_id")}) == 1
        assert office.kept("name", table="fields") == [("Hộ tịch",)]


def totals_are_skipped(office: Office) -> None:
    signed: list[list[Cell]] = [
        ["", "Cộng lĩnh vực Hộ tịch: 3 hồ sơ"],
        ["", "TỔNG CỘNG", 3],
        ["", "", "", "Cần Giờ, ngày 23 tháng 3 năm 2021"],
        ["NGƯỜI LẬP BIỂU", "", "", "TRƯỞNG PHÒNG"],
        ["Nguyễn Văn Bí", "", "", "Trần Thị Mật"],
    ]
    rows = [*LETTERHEAD_TABLE, *(numbered(n, code) for n, code in enumerate(codes(3), 1)), *signed]
    answer = office.deliver(make_xlsx(office.folder / "signed.xlsx", rows))
    assert told(answer) == ("accepted", 3, 3)
    assert answer["dropped"] == {"total": 2}
    assert "Nguyễn Văn Bí" not in office.everything()


def the_printed_total_checks_the_count(office: Office) -> None:
    rows = [*LETTERHEAD_TABLE, *(numbered(n, code) for n, code in enumerate(codes(3), 1))]
    answer = office.deliver(make_xlsx(office.folder / "cut.xlsx", [*rows, ["", "TỔNG CỘNG", 8]]))
    assert told(answer) == ("refused", 3, 0)
    assert "prints a total of 8 but has only 3 rows" in answer["reason"]
    assert office.kept("code") == []


def the_most_advanced_row_wins(office: Office) -> None:
    first, second, third = codes(3)
    done = {"finished": "12/03/2021 09:00", "status": DONE}
    answer = office.dossiers(
        dossier(first, **done), dossier(first),
        dossier(second), dossier(second, **done),
        dossier(third, finished="16/03/2021 09:00", status=DONE), dossier(third, **done),
    )  # fmt: skip
    assert told(answer) == ("accepted", 6, 3)
    assert answer["dropped"] == {"duplicate": 3}, "the conflicts are counted"
    assert office.kept("code", "status", "finished", "on_time") == [
        (first, 9, 20210312090000, 1),
        (second, 9, 20210312090000, 1),
        (third, 9, 20210316090000, 0),  # equally advanced: the latest time
    ]


DOCUMENT = ["215/UBND", "15/03/2021", BINH_KHANH, "Phòng Nội vụ", "Cơ quan hành chính"]
DOCUMENT_HEADER = ["Số ký hiệu", "Ngày ban hành", "Đơn vị ban hành", "Nơi nhận", "Loại nơi nhận",
                   "Hình thức gửi", "Ký số", "Trạng thái liên thông"]  # fmt: skip


def a_recalled_copy_never_overwrites(office: Office) -> None:
    sent = [*DOCUMENT, "Điện tử", "Có", "Đã nhận"]
    recalled = [*DOCUMENT, "Văn bản giấy", "Không", "Thu hồi"]
    other = ["216/UBND", *sent[1:]]
    for rows in ([sent, recalled], [recalled, other]):
        assert office.table(DOCUMENT_HEADER, *rows)["dropped"] == {"recalled": 1}
        assert office.kept("electronic", "signed", table="documents")[0] == (1, 1)
    again = office.table(DOCUMENT_HEADER, other, other, sent)
    assert (again["dropped"], flags(again)) == ({"duplicate": 1}, [("216/UBND", "duplicate")])


OF_THAT_DAY = "000.02.16.H29-210322-{:04}"
WRITTEN = [
    "44277", "44277.375", "3/22/2021", "3/22/2021 9:00 AM", "22.3.21", "22-03-2021", "2021-03-22",
    "2021-03-22T08:00", "20210322", "ngày 22 tháng 3 năm 2021", "22/3/2021 8h30",
]  # fmt: skip


def dates_of_every_sort_are_understood(office: Office) -> None:
    header = list(DOSSIER_HEADER)
    cells = [dossier(OF_THAT_DAY.format(90)).get(name, "") for name in header]
    at = header.index("Ngày tiếp nhận")
    sheet: list[list[Cell]] = [[*header], [*cells[:at], date(2021, 3, 22), *cells[at + 1 :]]]
    sheet[1][header.index("Ngày hẹn trả")] = 44280
    assert office.deliver(make_xlsx(office.folder / "dates.xlsx", sheet))["flagged"] == []
    assert office.kept("received", "due") == [(20210322000000, 20210325235959)]

    rows = [
        dossier(OF_THAT_DAY.format(n), received=written, due="25/03/2021")
        for n, written in enumerate(WRITTEN, 1)
    ]
    answer = office.dossiers(*rows)
    assert told(answer) == ("accepted", 11, 11)
    assert {flag for _, flag in flags(answer)} == {"not_in_the_file"}, "the workbook's own row"
    assert {received // 1_000_000 for (received,) in office.kept("received")} == {20210322}


def the_code_decides_between_two_orders(office: Office) -> None:
    day_first, month_first = "000.02.16.H29-210203-0001", "000.02.16.H29-210302-0001"
    due = {"due": "03/05/2021", "status": "Đang xử lý"}
    office.dossiers(
        dossier(day_first, received="03/02/2021", **due),
        dossier(month_first, received="03/02/2021", **due),
    )
    assert office.kept("received", "due") == [
        (20210203000000, 20210503235959),
        (20210302000000, 20210305235959),  # a row is in one order throughout
    ]


def a_cell_that_is_no_date_is_flagged(office: Office) -> None:
    first, second = codes(2)
    answer = office.dossiers(
        dossier(first, due="15/13/2021"), dossier(second, received="chiều qua")
    )
    assert told(answer) == ("accepted", 2, 2)
    assert flags(answer) == [(first, "bad_date:due"), (second, "bad_date:received")]
    assert office.kept("due", "received", "left_out") == [
        (20210315170000, None, None), (None, 20210310090000, "no_due_date"),
    ]  # fmt: skip


def hours_are_understood(office: Office) -> None:
    given = [
        # received, due, finished: and whether that was on time
        ("22/03/2021 11:30 SA", "22/03/2021", "22/03/2021 08:00 CH", 1),
        ("22/03/2021 12:15 SA", "22/03/2021 24:00", "22/03/2021 11:59 CH", 1),
        ("22/03/2021 07:30 SA", "22/03/2021 11:00 SA", "22/03/2021 01:30 CH", 0),
        ("22/03/2021", "22/03/2021 11:30", "22/03/2021 24:00", 0),
    ]
    answer = office.dossiers(
        *(
            dossier(OF_THAT_DAY.format(n), received=a, due=b, finished=c, status=DONE)
            for n, (a, b, c, _) in enumerate(given, 1)
        )
    )
    assert (told(answer), answer["flagged"]) == (("accepted", 4, 4), [])
    assert office.kept("code", "received", "due", "finished", "on_time") == [
        (OF_THAT_DAY.format(1), 20210322113000, 20210322235959, 20210322200000, 1),
        (OF_THAT_DAY.format(2), 20210322001500, 20210322235959, 20210322235900, 1),
        (OF_THAT_DAY.format(3), 20210322073000, 20210322110000, 20210322133000, 0),
        (OF_THAT_DAY.format(4), 20210322000000, 20210322113000, 20210322235959, 0),
    ]
    assert office.readings("xa_binh_khanh", "on_time") == {"Hộ tịch": (2, 4)}


def an_impossible_order_is_in_no_rate(office: Office) -> None:
    first, second, third = codes(3)
    answer = office.dossiers(
        dossier(first, finished="12/03/2021", status=DONE),
        dossier(second, finished="09/03/2021", status=DONE),
        dossier(third, due="09/03/2021"),
    )
    assert told(answer) == ("accepted", 3, 3)
    assert flags(answer) == [(second, "impossible_order"), (third, "impossible_order")]
    assert office.readings("xa_binh_khanh", "on_time") == {"Hộ tịch": (1, 1)}
    why = office.installation.answer("why", "xa_binh_khanh", "on_time")
    assert why["left_out"] == [{"reason": "impossible_order", "count": 2}]


def a_due_day_off_is_kept_as_printed(office: Office) -> None:
    first, second, third = codes(3)
    answer = office.dossiers(
        dossier(first, due="30/04/2021 17:00"),
        dossier(second, due="28/03/2021 17:00"),  # a Sunday
        dossier(third, due="29/03/2021 17:00"),
    )
    assert told(answer) == ("accepted", 3, 3)
    assert flags(answer) == [(first, "due_on_a_day_off"), (second, "due_on_a_day_off")]
    assert office.kept("due", "deadline", "running", "left_out") == [
        (due, due, 1, None) for due in (20210328170000, 20210329170000, 20210430170000)
    ]


SPELLINGS = {
    "xa_binh_khanh": ["UBND X.Bình Khánh", "Xa Binh Khanh", "xã  BÌNH KHÁNH", "UBND xã Bình khánh"],
    "thi_tran_can_thanh": ["TT Cần Thạnh", "UBND TT. Cần Thạnh", "Thị trấn Cần Thạnh"],
    "xa_long_hoa": ["Xã Long Hoà", "UBND xã Long Hòa"],
}


def units_are_known_in_many_spellings(office: Office) -> None:
    written = [(slug, name) for slug, names in SPELLINGS.items() for name in names]
    known = codes(len(written))
    answer = office.dossiers(
        *(dossier(code, unit=name) for code, (_, name) in zip(known, written, strict=True)),
        dossier(codes(1, first=99)[0], unit="UBND xã Bình Khanhh"),
    )
    assert told(answer) == ("accepted_with_rejects", 10, 9)
    ids = {row["id"]: row["slug"] for row in office.installation.contents()["units"]}
    assert [ids[unit] for _, unit in office.kept("code", "unit_id")] == [s for s, _ in written]
    (reject,) = answer["rejects"]
    assert (reject["row"], reject["value"]) == (11, "UBND xã Bình Khanhh")
    assert "xa_binh_khanh" in reject["reason"]
    assert answer["suggestions"] == ['[units.aliases] "UBND xã Bình Khanhh" = "xa_binh_khanh"']


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(titles_are_passed, id="1 titles, blank rows and a two-row header are passed"),
        pytest.param(group_rows_fill_the_rows_below, id="2 group rows fill the rows below them"),
        pytest.param(merged_cells_fill_the_rows_they_span, id="2 merged cells fill their rows"),
        pytest.param(totals_are_skipped, id="3 totals and the signature block are skipped"),
        pytest.param(the_printed_total_checks_the_count, id="3 the printed total checks the rows"),
        pytest.param(the_most_advanced_row_wins, id="4 of rows of one code the furthest wins"),
        pytest.param(a_recalled_copy_never_overwrites, id="4 a recalled copy never overwrites"),
        pytest.param(dates_of_every_sort_are_understood, id="5 dates of every sort are understood"),
        pytest.param(the_code_decides_between_two_orders, id="5 the code decides on the US order"),
        pytest.param(a_cell_that_is_no_date_is_flagged, id="5 a cell that is no date is flagged"),
        pytest.param(hours_are_understood, id="6 SA, CH, 24:00 and a missing hour are understood"),
        pytest.param(an_impossible_order_is_in_no_rate, id="7 an impossible order is in no rate"),
        pytest.param(a_due_day_off_is_kept_as_printed, id="8 a due day off is kept and flagged"),
        pytest.param(units_are_known_in_many_spellings, id="9 units are known in many spellings"),
    ],
)
def test_a_dirty_table_is_taken(installation: Installation, tmp_path: Path, story: Story) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    story(Office(installation=installation, folder=exports))
