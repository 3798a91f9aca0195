"""Are the ratings of parents and pupils taken for the public schools of the district alone?"""

from __future__ import annotations

from datetime import date

import pytest

from db import organisation
from db.engine import writing
from tests.db.intake.delivering import ORGANISATION, TODAY, Desk
from tests.db.intake.made import SAMPLES

HEADER = (
    "Năm học", "Trường", "Cấp học", "Loại hình", "Số phiếu hợp lệ", "Hài lòng", "Rất hài lòng",
    "Không hài lòng", "Ngày kết thúc khảo sát",
)  # fmt: skip
COUNTS = ("100", "50", "46", "4", "28/05/2021")


@pytest.fixture
def schooled(desk: Desk) -> Desk:
    """A desk that knows the schools too."""
    lines = [
        line for line in organisation.read_organisation(ORGANISATION) if line["kind"] == "school"
    ]
    with writing(desk.engine) as tx:
        organisation.load_units(tx, lines, TODAY)
    return desk


def test_every_school_of_the_sample_is_found(schooled: Desk) -> None:
    report = schooled.take(SAMPLES / "khao_sat_gd.csv", date(2021, 6, 1))
    assert (report.source, report.outcome, report.loaded) == ("school_surveys", "accepted", 8)
    assert (report.rejects, report.flags) == ((), ())
    found = schooled.rows(
        "SELECT u.slug, v.satisfied, v.valid, v.ended, v.year FROM school_surveys v"
        " JOIN units u ON u.id = v.unit_id ORDER BY v.valid"
    )
    assert [(s["slug"], s["satisfied"], s["valid"]) for s in found] == [
        ("th_thanh_an", 28, 28), ("th_doi_lau", 54, 60), ("thcs_ly_nhon", 73, 75),
        ("mn_long_hoa", 80, 80), ("mn_binh_khanh", 118, 120), ("mn_can_thanh", 144, 150),
        ("thcs_binh_khanh", 171, 180), ("th_binh_khanh", 192, 200),
    ]  # fmt: skip
    assert {(s["ended"], s["year"]) for s in found} == {(20210528000000, 2021)}


@pytest.mark.parametrize(
    ("school", "level", "ownership", "reason"),
    [
        ("Mầm non Hoa Biển", "Mầm non", "Tư thục", "private"),
        ("Mầm non tư thục Hoa Biển", "Mầm non", "", "private"),
        ("Trường THPT Cần Thạnh", "THPT", "Công lập", "upper_secondary"),
        ("Trường THCS-THPT Thạnh An", "THCS, THPT", "", "upper_secondary"),
        ("Trường Trung học phổ thông An Nghĩa", "", "", "upper_secondary"),
    ],
    ids=[
        "a private school by its kind",
        "a private school by its name",
        "upper-secondary schools are the city's",
        "one of two levels is the city's as well",
        "spelled out",
    ],
)
def test_a_school_that_is_none_of_ours_is_left_out_and_is_no_bad_row(
    schooled: Desk, school: str, level: str, ownership: str, reason: str
) -> None:
    report = schooled.table(HEADER, ["2020-2021", school, level, ownership, *COUNTS])
    assert (report.outcome, dict(report.dropped), report.loaded) == ("accepted", {reason: 1}, 0)


@pytest.mark.parametrize(
    ("school", "year", "column", "says"),
    [
        ("Trường Tiểu học Không Có", "2020-2021", "Trường", "no unit is called"),
        ("Bình Khánh", "2020-2021", "Trường", "which is no school"),
        ("Trường Tiểu học Bình Khánh", "2021", "Năm học", "write 2020-2021"),
        ("Trường Tiểu học Bình Khánh", "2020-2022", "Năm học", "write 2020-2021"),
    ],
    ids=["a school that nobody knows", "a commune", "a calendar year", "two years"],
)
def test_a_row_that_names_no_school_or_no_school_year_is_refused(
    schooled: Desk, school: str, year: str, column: str, says: str
) -> None:
    report = schooled.table(HEADER, [year, school, "Tiểu học", "", *COUNTS])
    [reject] = report.rejects
    assert reject.column == column
    assert says in reject.reason


def test_a_survey_that_has_not_ended_is_taken_and_flagged(schooled: Desk) -> None:
    report = schooled.table(
        HEADER, ["2020-2021", "THCS Lý Nhơn", "THCS", "", "100", "50", "46", "4", ""]
    )
    assert [f.flag for f in report.flags] == ["survey_not_ended"]
    assert schooled.known("ended, year", "school_surveys", "id") == [(None, 2021)]
