"""Which unit somebody means: spellings, proposals, dates of validity, lists that come later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from db import organisation, units
from db.engine import open_engine, reading, writing
from db.migrate import upgrade
from db.organisation import OrganisationWrong, load_units, read_organisation
from db.records import Unit
from db.units import UnitIndex, find_unit
from tests.db.intake.delivering import ORGANISATION
from tests.journeys.installation import Installation, install

DAY = date(2021, 3, 23)


@dataclass(frozen=True)
class District:
    """Cần Giờ with its schools, loaded once: these look-ups change nothing."""

    tx: Connection
    index: UnitIndex


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('units') / 'units.db'}")
    upgrade(engine)
    with writing(engine) as tx:
        load_units(tx, read_organisation(ORGANISATION), DAY)
    with reading(engine) as tx:
        yield District(tx, UnitIndex(tx, DAY, {"xã BK": "xa_binh_khanh"}))
    engine.dispose()


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param("UBND xã Bình Khánh", "xa_binh_khanh", id="the name"),
        pytest.param("Ủy ban nhân dân xã Bình Khánh", "xa_binh_khanh", id="the name in full"),
        pytest.param("UBND X. Bình Khánh", "xa_binh_khanh", id="a shortened word"),
        pytest.param("UBND X.Bình Khánh", "xa_binh_khanh", id="without a blank after the point"),
        pytest.param("Xa Binh Khanh", "xa_binh_khanh", id="without diacritics"),
        pytest.param("xã Bình Khánh", "xa_binh_khanh", id="marks apart from their letters"),
        pytest.param("BÌNH KHÁNH", "xa_binh_khanh", id="an alias in capitals"),
        pytest.param("xa_binh_khanh", "xa_binh_khanh", id="the slug"),
        pytest.param("xã BK", "xa_binh_khanh", id="the office's own alias"),
        pytest.param("TT Cần Thạnh", "thi_tran_can_thanh", id="TT before a place is a town"),
        pytest.param("TT Văn hóa Thể thao", "tt_van_hoa_the_thao", id="TT before a task a centre"),
        pytest.param("xã Long Hoà", "xa_long_hoa", id="the tone on the other vowel"),
        pytest.param("xã An Thới Ðông", "xa_an_thoi_dong", id="an Icelandic letter for Đ"),
        pytest.param("UBND huyện", "huyen_can_gio", id="the district's committee"),
        pytest.param("Huyện Cần Giờ", "huyen_can_gio", id="the district"),
        pytest.param("Phòng TC-KH", "phong_tai_chinh_ke_hoach", id="initials"),
        pytest.param("Phòng Tài chính - Kế hoạch", "phong_tai_chinh_ke_hoach", id="another dash"),
        pytest.param("P. Nội vụ", "phong_noi_vu", id="P. before a task is an office"),
        pytest.param("Bộ phận Một cửa", "bp_mot_cua_huyen", id="the one-stop"),
        pytest.param("Chi nhánh VPĐKĐĐ", "cn_vpdkdd", id="an office outside the district"),
        pytest.param("MN Cần Thạnh", "mn_can_thanh", id="a school by its initials"),
        pytest.param("Mầm non Cần Thạnh 2", "mn_can_thanh_2", id="a school with a number"),
        pytest.param("Trường trung học cơ sở Bình Khánh", "thcs_binh_khanh", id="a school in full"),
        pytest.param("UBND", None, id="the committee of nothing further"),
        pytest.param("", None, id="nothing"),
        pytest.param("Sở Nội vụ", None, id="an office of the city"),
    ],
)
def test_a_unit_is_found(district: District, text: str, slug: str | None) -> None:
    found = district.index.find_id(text)
    assert (found and district.index.units[found].slug) == slug


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("xã Bình Khán", "xa_binh_khanh", id="a letter too few"),
        pytest.param("xa bin khanh", "xa_binh_khanh", id="a letter too few within"),
        pytest.param("phong tai chinh ke hoac", "phong_tai_chinh_ke_hoach", id="a long name"),
        pytest.param("ly nhom", "xa_ly_nhon", id="a wrong letter"),
        pytest.param("Bộ Ngoại giao Lào", None, id="nothing like it"),
        pytest.param("UBND xã Không Có", None, id="like others by the word for a commune alone"),
        pytest.param("Phòng Ban Nào Đó", None, id="like others by the word for an office alone"),
        pytest.param("xã Bình Khánh cũ", "xa_binh_khanh", id="a word too many"),
        pytest.param("xa", None, id="too short to guess"),
    ],
)
def test_at_most_three_units_are_proposed_the_nearest_first(
    district: District, text: str, first: str | None
) -> None:
    found = find_unit(district.tx, text, DAY)
    assert isinstance(found, tuple)
    assert len(found) <= 3
    assert len({unit.id for unit in found}) == len(found)
    assert (found[0].slug if found else None) == first


def test_a_spelling_that_two_units_share_names_neither(engine: Engine) -> None:
    lines = [
        {"slug": "a", "name": "Phòng A", "kind": "department", "aliases": "Phòng|Một"},
        {"slug": "b", "name": "Phòng B", "kind": "department", "aliases": "Phòng"},
    ]
    with writing(engine) as tx:
        load_units(tx, lines, DAY)
        index = UnitIndex(tx, DAY)
        assert index.find_id("Phòng") is None
        assert index.find_id("Một") == index.by_slug["a"].id


# --- dates ----------------------------------------------------------------------------------------

OLD = {"slug": "xa_binh_khanh", "name": "UBND xã Bình Khánh", "kind": "commune", "code": "27667",
       "valid_from": "2020-01-01", "valid_to": "2025-06-30", "aliases": "Bình Khánh"}  # fmt: skip
NEW = OLD | {"name": "UBND xã Bình Khánh (mới)", "valid_from": "2025-07-01", "valid_to": ""}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        pytest.param(date(2019, 12, 31), None, id="before it began"),
        pytest.param(date(2020, 1, 1), OLD["name"], id="on its first day"),
        pytest.param(date(2025, 6, 30), OLD["name"], id="on its last day"),
        pytest.param(date(2025, 7, 1), NEW["name"], id="the day after, the new one of that slug"),
    ],
)
def test_a_slug_and_a_code_are_used_again_by_a_later_unit(
    engine: Engine, day: date, name: str | None
) -> None:
    with writing(engine) as tx:
        assert load_units(tx, [OLD, NEW], DAY) == 2
        found = units.unit_by_slug(tx, "xa_binh_khanh", day)
        assert (found.name if found else None) == name
        assert [unit.name for unit in units.units_on(tx, day)] == ([name] if name else [])
        spoken = find_unit(tx, "Bình Khánh", day)
        assert (spoken.name if isinstance(spoken, Unit) else None) == name


def test_the_slug_of_a_unit_that_has_ended_still_answers(engine: Engine) -> None:
    with writing(engine) as tx:
        load_units(tx, [OLD], DAY)
        found = find_unit(tx, "xa_binh_khanh", date(2026, 1, 1))
        assert isinstance(found, Unit)
        assert found.valid_to == date(2025, 6, 30)
        assert find_unit(tx, "Bình Khánh", date(2026, 1, 1)) == (), "its names do not"


def test_a_list_loaded_again_brings_units_up_to_date(engine: Engine) -> None:
    with writing(engine) as tx:
        load_units(tx, [OLD], DAY)
        load_units(tx, [OLD | {"name": "Mới", "aliases": "BK"}], DAY)
        (unit,) = units.units_on(tx, DAY)
        assert unit.name == "Mới"
        assert UnitIndex(tx, DAY).find_id("BK") == unit.id
        assert UnitIndex(tx, DAY).find_id("Bình Khánh") == unit.id


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param({"kind": "village"}, "line 2: 'village'", id="a kind that is none"),
        pytest.param({"valid_from": "01/01/2020"}, "line 2: ", id="a day written otherwise"),
        pytest.param({"parent": "nobody"}, "line 2: parent 'nobody'", id="an unknown parent"),
    ],
)
def test_a_wrong_line_loads_nothing(engine: Engine, line: dict[str, str], words: str) -> None:
    def load() -> None:
        with writing(engine) as tx:
            load_units(tx, [OLD | line], DAY)

    with pytest.raises(OrganisationWrong, match=words):
        load()
    with reading(engine) as tx:
        assert organisation.count_units(tx) == 0


def test_the_chain_goes_up_to_the_district(district: District) -> None:
    school = units.unit_by_slug(district.tx, "mn_can_thanh", DAY)
    assert school is not None
    slugs = [units.unit_by_id(district.tx, i).slug for i in units.chain(district.tx, school.id)]
    assert slugs == ["mn_can_thanh", "phong_giao_duc_dao_tao", "huyen_can_gio"]


# --- a later list, imported -----------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path, database_url: str) -> Installation:
    made = install(tmp_path / "house", database_url)
    made.must("migrate")
    return made


def test_a_later_list_is_imported_like_any_source(small: Installation, tmp_path: Path) -> None:
    path = tmp_path / "don_vi.csv"
    header = "slug,name,kind,parent,code,valid_from,valid_to,aliases\n"
    path.write_text(
        header
        + "xa_binh_khanh,UBND xã Bình Khánh,commune,huyen_can_gio,27667,01/01/2020,30/06/2025,\n"
        + "xa_binh_khanh,UBND xã Bình Khánh,commune,huyen_can_gio,27667,01/07/2025,,Xã mới\n",
        "utf-8",
    )
    (file,) = small.answer("import", path, "--day", "2025-07-01")["files"]
    assert (file["source"], file["outcome"], file["loaded"]) == ("units", "accepted", 2)
    before, after = (
        [u for u in small.answer("units", "--day", day)["units"] if u["slug"] == "xa_binh_khanh"]
        for day in ("2025-06-30", "2025-07-01")
    )
    assert [len(before), len(after)] == [1, 1]
    assert small.run("status", "Xã mới", "--day", "2025-06-30").code == 1

    path.write_text(header + "xa_x,UBND xã X,commune,khong_co,1,01/07/2025,,\n", "utf-8")
    again = small.run("import", path, "--day", "2025-07-02", "--json")
    assert (again.code, again.answer["files"][0]["outcome"]) == (1, "refused")
    assert "khong_co" in again.answer["files"][0]["reason"]
