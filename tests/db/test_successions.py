"""Units over time: what took over from what, whose the files are then, and what is never added."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from db import people, successions, units
from db.engine import new_id, reading, writing
from db.organisation import OrganisationWrong, load_units, read_organisation
from db.people import InvitationWrong
from db.records import Role, Share, Unit
from db.successions import SuccessionWrong, read_predecessors
from db.tables import (
    BindingRow,
    DossierRow,
    PersonRow,
    ReadingRow,
    SnapshotRow,
    UnitAliasRow,
    UnitRow,
)
from db.units import UnitIndex, find_unit
from settings import SHIPPED
from tests.db.intake.delivering import ORGANISATION
from tests.journeys.installation import Installation, install

REARRANGED = SHIPPED / "db" / "organisations" / "can_gio_2025.csv"
LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)
NOW = datetime(2025, 7, 1, 8, tzinfo=UTC)
COMMUNE = {"kind": "commune", "name": "UBND xã"}


def load(engine: Engine, lines: list[dict[str, str]], day: date = FIRST) -> int:
    with writing(engine) as tx:
        return load_units(tx, lines, day)


@pytest.fixture
def rearranged(engine: Engine) -> Engine:
    load(engine, read_organisation(ORGANISATION), date(2021, 3, 23))
    assert load(engine, read_organisation(REARRANGED)) == 62
    return engine


# --- what a list says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("xa_a", (("xa_a", Share.WHOLE),), id="one, whole unless said"),
        pytest.param(
            "xa_a | xa_b (part)|xa_c(whole)",
            (("xa_a", Share.WHOLE), ("xa_b", Share.PART), ("xa_c", Share.WHOLE)),
            id="several, with blanks",
        ),
    ],
)
def test_predecessors_are_read(text: str, expected: tuple[tuple[str, Share], ...]) -> None:
    assert read_predecessors(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("xa_a(half)", id="a share that is none"),
        pytest.param("Xã A", id="a name in place of a slug"),
        pytest.param("xa_a|xa_a(part)", id="one named twice"),
    ],
)
def test_predecessors_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(SuccessionWrong):
        read_predecessors(text)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param(
            [{"slug": "xa_n", "succeeds": "xa_x"}], "no such unit on 30/06/2025",
            id="a predecessor that never was",
        ),
        pytest.param(
            [{"slug": "xa_n", "succeeds": "xa_old"}], "no such unit on 30/06/2025",
            id="one that ended long before",
        ),
        pytest.param(
            [{"slug": "xa_a"}], "write xa_a under succeeds", id="a slug that is still in use"
        ),
        pytest.param(
            [{"slug": "xa_n", "succeeds": "xa_a"}, {"slug": "xa_m", "succeeds": "xa_a(part)"}],
            "'xa_a' goes whole to one", id="more than the whole of one",
        ),
        pytest.param(
            [{"slug": "huyen", "valid_from": "", "valid_to": "2025-06-30", "kind": "district"}],
            "not what is under it: xa_a, xa_b", id="a parent that ends before its children",
        ),
        pytest.param(
            [{"slug": "xa_n", "valid_to": "2025-06-30"}], "would end before it begins",
            id="an end before the beginning",
        ),
        pytest.param(
            [{"slug": "xa_n", "valid_from": "", "valid_to": "2025-06-30"}], "no unit of that day",
            id="the end of a unit that is not there",
        ),
    ],
)  # fmt: skip
def test_a_wrong_list_is_refused_whole(
    engine: Engine, lines: list[dict[str, str]], words: str
) -> None:
    old = COMMUNE | {"valid_from": "2020-01-01"}
    known = [
        old | {"slug": "huyen", "kind": "district"},
        old | {"slug": "xa_a", "parent": "huyen"},
        old | {"slug": "xa_b", "parent": "huyen"},
        old | {"slug": "xa_old", "valid_to": "2022-12-31"},
    ]
    load(engine, known)
    good = {"slug": "xa_good", "valid_from": "2025-07-01"} | COMMUNE
    wrong = [COMMUNE | {"valid_from": "2025-07-01"} | line for line in lines]
    with reading(engine) as tx:
        before = tx.execute(select(UnitRow.__table__).order_by(UnitRow.id)).all()
    with pytest.raises(OrganisationWrong, match=words.replace("(", r"\(")):
        load(engine, [good, *wrong])
    with reading(engine) as tx:
        assert tx.execute(select(UnitRow.__table__).order_by(UnitRow.id)).all() == before


# --- the list of 2025 -----------------------------------------------------------------------------


def test_the_rearrangement_says_who_came_from_whom(rearranged: Engine) -> None:
    with reading(rearranged) as tx:
        slugs = {u.id: u.slug for day in (LAST, FIRST) for u in units.units_on(tx, day)}
        found = {
            unit.slug: [(s.unit.slug, s.share.value, s.day) for s in after]
            for unit in units.units_on(tx, LAST)
            if (after := units.successors_of(tx, unit.id))
        }
        assert len(slugs) == len({*slugs})
    assert found == {
        "thi_tran_can_thanh": [("xa_can_gio", "whole", FIRST)],
        "xa_binh_khanh": [("xa_binh_khanh", "whole", FIRST)],
        "xa_tam_thon_hiep": [("xa_binh_khanh", "whole", FIRST)],
        "xa_an_thoi_dong": [("xa_binh_khanh", "part", FIRST), ("xa_an_thoi_dong", "part", FIRST)],
        "xa_thanh_an": [("xa_thanh_an", "whole", FIRST)],
        "xa_long_hoa": [("xa_can_gio", "whole", FIRST)],
        "xa_ly_nhon": [("xa_an_thoi_dong", "whole", FIRST)],
    }


def test_the_list_may_be_loaded_again(rearranged: Engine) -> None:
    with reading(rearranged) as tx:
        before = [
            tx.execute(select(t.__table__).order_by(t.id)).all() for t in (UnitRow, UnitAliasRow)
        ]
    load(rearranged, read_organisation(REARRANGED), date(2025, 7, 9))
    with pytest.raises(OrganisationWrong, match="'phong_giao_duc_dao_tao' ends on 30/06/2025"):
        load(rearranged, read_organisation(ORGANISATION), date(2025, 7, 9))
    with reading(rearranged) as tx:
        assert [
            tx.execute(select(t.__table__).order_by(t.id)).all() for t in (UnitRow, UnitAliasRow)
        ] == before


def test_a_school_goes_on_under_another_parent(rearranged: Engine) -> None:
    with reading(rearranged) as tx:
        parents = []
        for day in (LAST, FIRST):
            known = {unit.id: unit for unit in units.units_on(tx, day)}
            school = next(unit for unit in known.values() if unit.slug == "mn_ly_nhon")
            parents.append((school.id, known[school.parent_id or 0].slug))
    assert parents == [(school.id, "phong_giao_duc_dao_tao"), (school.id, "xa_an_thoi_dong")]


@pytest.mark.parametrize(
    ("words", "day", "slug", "valid_from"),
    [
        pytest.param("xa_binh_khanh", LAST, "xa_binh_khanh", 2020, id="a slug on the last day"),
        pytest.param("xa_binh_khanh", FIRST, "xa_binh_khanh", 2025, id="used again the day after"),
        pytest.param("Bình Khánh", LAST, "xa_binh_khanh", 2020, id="an alias on the last day"),
        pytest.param("Bình Khánh", FIRST, "xa_binh_khanh", 2025, id="an alias the day after"),
        pytest.param("xa_tam_thon_hiep", FIRST, "xa_tam_thon_hiep", 2020, id="an ended slug"),
        pytest.param("Tam Thôn Hiệp", FIRST, "xa_tam_thon_hiep", 2020, id="an ended unit's name"),
        pytest.param("An Thới Đông", FIRST, "xa_an_thoi_dong", 2025, id="the name of a split one"),
        pytest.param("Cần Giờ", LAST, "huyen_can_gio", 2020, id="the district's short name"),
        pytest.param("Cần Giờ", FIRST, "xa_can_gio", 2025, id="which is a commune's afterwards"),
    ],
)
def test_names_mean_the_units_of_the_day(
    rearranged: Engine, words: str, day: date, slug: str, valid_from: int
) -> None:
    with reading(rearranged) as tx:
        found = find_unit(tx, words, day)
    assert isinstance(found, Unit)
    assert (found.slug, found.valid_from.year) == (slug, valid_from)


@pytest.mark.parametrize(
    ("words", "now", "done_on", "slug"),
    [
        pytest.param("UBND xã Bình Khánh", "xa_binh_khanh", FIRST, "2025", id="done since"),
        pytest.param("UBND xã Bình Khánh", "xa_binh_khanh", LAST, "2020", id="done before it was"),
        pytest.param("xã Tam Thôn Hiệp", "xa_binh_khanh", LAST, "2020", id="under the old name"),
        pytest.param("xã Cần Giờ", "xa_can_gio", LAST, None, id="by one of two: nobody knows"),
        pytest.param("xã Thạnh An", "xa_thanh_an", LAST, "2020", id="by the only predecessor"),
    ],
)
def test_what_was_done_before_a_unit_began_is_its_predecessors(
    rearranged: Engine, words: str, now: str, done_on: date, slug: str | None
) -> None:
    with reading(rearranged) as tx:
        index = UnitIndex(tx, date(2025, 7, 9))
        unit_id = index.by_slug[now].id
        assert index.find_id(words) == unit_id
        then = index.find_then(words, unit_id, done_on)
        year = str(units.unit_by_id(tx, then).valid_from.year) if then else None
    assert year == slug


def test_nothing_adds_up_a_unit_and_its_successor(rearranged: Engine) -> None:
    with reading(rearranged) as tx:
        tops = {
            slug: unit.id
            for slug, day in (("huyen_can_gio", LAST), ("tp_ho_chi_minh", FIRST))
            if (unit := units.unit_by_slug(tx, slug, day))
        }
        old, new = (
            set(tx.scalars(select(UnitRow.id).where(units.in_the_time_of(tx, unit_id))))
            for unit_id in tops.values()
        )
        for unit in units.units_on(tx, LAST):
            for after in successions.all_after(tx, unit.id):
                assert not {unit.id, after} <= old
                assert not {unit.id, after} <= new
    assert tops["huyen_can_gio"] in old - new
    assert tops["tp_ho_chi_minh"] in new - old


# --- people ---------------------------------------------------------------------------------------


def bind(engine: Engine, slug: str, until: date | None = None) -> int:
    with writing(engine) as tx:
        unit = units.unit_by_slug(tx, slug, LAST)
        assert unit is not None
        person = insert(PersonRow).values(
            user_id=7, chat_id=7, name="A", joined_at=NOW, language="vi", reachable=True
        )
        person_id = new_id(tx.execute(person))
        binding = {
            "person_id": person_id, "role": "head", "unit_id": unit.id, "deputy": False,
            "valid_from": date(2021, 1, 1), "valid_to": until,
        }  # fmt: skip
        tx.execute(insert(BindingRow).values(**binding))
    return person_id


@pytest.mark.parametrize(
    ("slug", "until", "day", "ends"),
    [
        pytest.param("xa_tam_thon_hiep", None, LAST, LAST, id="on the unit's last day it holds"),
        pytest.param("xa_tam_thon_hiep", None, FIRST, None, id="the day after it is nothing"),
        pytest.param(
            "xa_tam_thon_hiep", date(2025, 5, 1), LAST, None, id="a role that ended before"
        ),
        pytest.param("mn_ly_nhon", None, FIRST, "never", id="a school that goes on keeps its head"),
    ],
)
def test_a_role_ends_with_its_unit(
    rearranged: Engine, slug: str, until: date | None, day: date, ends: Any
) -> None:
    person_id = bind(rearranged, slug, until)
    with reading(rearranged) as tx:
        held = people.bindings_of(tx, person_id, day)
        assert people.all_bindings(tx, day) == held
        assert (people.caller(tx, 7, day) is not None) is bool(held)
    expected = {None: [], "never": [None]}.get(ends, [ends])
    assert [binding.valid_to for binding in held] == expected


def test_an_invitation_to_an_ended_unit_names_its_successor(rearranged: Engine) -> None:
    with writing(rearranged) as tx:
        unit = units.unit_by_slug(tx, "xa_tam_thon_hiep", FIRST)
        assert unit is not None
        given: dict[str, Any] = {
            "role": Role.HEAD, "unit_id": unit.id, "deputy": False, "source": None,
        }  # fmt: skip
        with pytest.raises(InvitationWrong, match=r"30/06/2025: invite .* xa_binh_khanh"):
            people.create_invitation(tx, **given, now=NOW, expires_at=NOW + timedelta(days=3))
        day_before = NOW - timedelta(days=1)
        token = people.create_invitation(
            tx, **given, now=day_before, expires_at=NOW + timedelta(days=3)
        )
        late = people.redeem(
            tx, token, user_id=8, chat_id=8, name="B", now=NOW, today=FIRST, guesses_per_hour=9
        )
        assert late == people.TurnedAway(reason="expired")


# --- files, checks and answers --------------------------------------------------------------------

HEADER = (
    "Số hồ sơ,Lĩnh vực,Đơn vị tiếp nhận,Đơn vị đang giữ,Ngày tiếp nhận,Ngày hẹn trả,"
    "Ngày xử lý xong,Trạng thái\n"
)


def export(path: Path, *rows: tuple[int, str, str]) -> Path:
    """An export whose rows are (number, unit, day of the finish or nothing)."""
    lines = []
    for number, unit, finished in rows:
        status = "Đã trả kết quả" if finished else "Đang xử lý"
        due = "04/07/2025" if number < 9 else "24/06/2025"
        lines.append(
            f"000.02.16.H29-250620-{number:04d},Hộ tịch,{unit},{unit},20/06/2025 08:00,"
            f"{due} 17:00,{finished},{status}\n"
        )
    path.write_text(HEADER + "".join(lines), "utf-8")
    return path


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Installation:
    made = install(tmp_path / "house", database_url)
    made.must("migrate")
    before = export(
        tmp_path / "june.csv",
        (1, "UBND xã Tam Thôn Hiệp", ""),
        (2, "UBND xã Bình Khánh", "24/06/2025 09:00"),
        (3, "UBND xã An Thới Đông", ""),
        (4, "UBND xã An Thới Đông", ""),
        (5, "UBND thị trấn Cần Thạnh", "25/06/2025 09:00"),
    )
    made.must("import", before, "--day", "2025-06-30")
    made.must("check", "--at", "2025-06-30T07:30")
    made.must("import", REARRANGED, "--day", "2025-07-01")
    return made


def owners(house: Installation) -> dict[int, tuple[str, int]]:
    """Of each dossier by its number: the unit in whose rate it counts, who must be the owner."""
    with house.house() as opened, reading(opened.engine) as tx:
        rows = tx.execute(select(DossierRow.code, DossierRow.unit_id, DossierRow.owner_id)).all()
        found = {}
        for code, unit_id, owner_id in rows:
            assert unit_id == owner_id
            unit = units.unit_by_id(tx, unit_id)
            found[int(code[-4:])] = (unit.slug, unit.valid_from.year)
    return found


CITY = {"DUNGHEN_DISTRICT__UNIT": "tp_ho_chi_minh"}


def test_open_files_go_to_the_heir_and_finished_ones_stay(
    house: Installation, tmp_path: Path
) -> None:
    assert owners(house) == {
        1: ("xa_binh_khanh", 2025),  # the whole of Tam Thôn Hiệp went there
        2: ("xa_binh_khanh", 2020),
        3: ("tp_ho_chi_minh", 2025),  # An Thới Đông was split: who holds it is not known yet
        4: ("tp_ho_chi_minh", 2025),
        5: ("thi_tran_can_thanh", 2020),
    }
    after = export(
        tmp_path / "july.csv",
        (1, "UBND xã Tam Thôn Hiệp", ""),  # the old name, written on
        (2, "UBND xã Bình Khánh", "24/06/2025 09:00"),
        (3, "UBND xã An Thới Đông", "03/07/2025 09:00"),
        (5, "UBND xã Cần Giờ", "25/06/2025 09:00"),
        (6, "UBND xã Cần Giờ", "27/06/2025 09:00"),
    )
    (file,) = house.answer("import", after, "--day", "2025-07-07")["files"]
    # The fourth dossier is not in the file: kept, with its heir, and flagged.
    flags = {"before_the_unit": 1, "not_in_the_file": 1}
    assert (file["outcome"], file["flag_counts"]) == ("accepted", flags)
    assert owners(house) == {
        1: ("xa_binh_khanh", 2025),
        2: ("xa_binh_khanh", 2020),
        3: ("xa_an_thoi_dong", 2025),
        4: ("tp_ho_chi_minh", 2025),
        5: ("thi_tran_can_thanh", 2020),
        6: ("xa_can_gio", 2025),  # and out of its rate: it was not there yet
    }
    house.must("check", "--at", "2025-07-08T07:30", **CITY)
    rates = {
        slug: [
            (r["numerator"], r["denominator"])
            for r in house.answer("status", slug)["readings"]
            if (r["target"], r["field"]) == ("on_time", "Hộ tịch")
        ]
        for slug in ("xa_binh_khanh", "xa_an_thoi_dong", "xa_can_gio", "tp_ho_chi_minh")
    }
    assert rates == {
        "xa_binh_khanh": [(0, 1)],
        "xa_an_thoi_dong": [(1, 1)],
        "xa_can_gio": [(0, 0)],
        "tp_ho_chi_minh": [(1, 3)],  # not the three that the district's communes had finished
    }
    keys = [item["key"][-4:] for item in house.answer("items", "xa_binh_khanh", "on_time")["items"]]
    assert keys == ["0001"]


def test_the_past_is_counted_as_it_was(house: Installation) -> None:
    assert house.answer("replay", "2025-06-30")["same"]
    house.must("check", "--at", "2025-06-30T16:00")
    status = house.answer("status", "xa_binh_khanh", "--day", "2025-06-30")
    figures = [(r["numerator"], r["denominator"]) for r in status["readings"] if r["field"]]
    assert figures == [(1, 1)]
    assert "ended_on" not in status


@pytest.mark.parametrize(
    ("clock", "ended", "successors"),
    [
        pytest.param("2025-06-30T16:00", None, None, id="on the last day it is what it was"),
        pytest.param("2025-07-01T08:00", "2025-06-30", ["xa_binh_khanh"],
                     id="the day after it has ended, though no check has come since"),
    ],
)  # fmt: skip
def test_without_a_day_a_unit_is_looked_up_by_today_once_the_district_has_ended(
    house: Installation, clock: str, ended: str | None, successors: list[str] | None
) -> None:
    answer = house.answer("status", "xa_tam_thon_hiep", DUNGHEN_CLOCK__START=clock)
    assert answer.get("ended_on") == ended
    assert bool(answer["readings"]) is (ended is None)
    assert [after["slug"] for after in answer.get("successors", [])] == (successors or [])
    past = house.answer(
        "status", "xa_tam_thon_hiep", "--day", "2025-06-30", DUNGHEN_CLOCK__START=clock
    )
    assert past["readings"]


def test_the_last_day_decides_and_a_check_that_did_not_know_it_is_replayed_as_it_was(
    tmp_path: Path, database_url: str
) -> None:
    house = install(tmp_path / "house", database_url)
    house.must("migrate")
    inspected = tmp_path / "inspected.csv"
    inspected.write_text(
        "Đơn vị được kiểm tra,Hình thức,Ngày kiểm tra,Số biên bản\n"
        "UBND xã Lý Nhơn,Định kỳ,18/03/2025,01/BB-KT\n",
        "utf-8",
    )
    house.must("import", inspected, "--day", "2025-06-30")
    house.must("check", "--at", "2025-06-30T07:30")
    house.must("import", REARRANGED, "--day", "2025-07-01")
    house.must("check", "--at", "2025-06-30T16:00")
    with house.house() as opened, reading(opened.engine) as tx:
        district = units.unit_by_slug(tx, "huyen_can_gio", LAST)
        assert district is not None
        judged = tx.scalars(
            select(ReadingRow.state)
            .join(SnapshotRow, SnapshotRow.id == ReadingRow.snapshot_id)
            .where(ReadingRow.target == "inspections", ReadingRow.unit_id == district.id)
            .order_by(SnapshotRow.as_of)
        )
        assert list(judged) == ["behind", "missed"]
    assert house.answer("replay", "2025-06-30")["same"]


def test_an_ended_unit_answers_with_its_successors(house: Installation) -> None:
    ended = house.answer("status", "xa_an_thoi_dong", "--day", "2025-06-30")
    assert "successors" not in ended
    status = house.answer("status", "xa_tam_thon_hiep", "--day", "2025-07-02")
    assert (status["ended_on"], status["readings"]) == ("2025-06-30", [])
    assert status["successors"] == [
        {"slug": "xa_binh_khanh", "name": "UBND xã Bình Khánh", "share": "whole"}
    ]


def test_the_plan_ends_with_the_district(house: Installation) -> None:
    done = house.run("check", "--at", "2025-07-02T07:30")
    assert done.code == 1
    assert "UBND huyện Cần Giờ ended on 30/06/2025 and the plan (1215" in done.err
    assert "district.unit" in done.err
    assert house.answer("status", "huyen_can_gio")["readings"]


def test_alerts_end_with_their_unit_and_its_heir_hears_of_what_is_late(
    house: Installation, tmp_path: Path
) -> None:
    late = export(tmp_path / "late.csv", (9, "UBND xã Tam Thôn Hiệp", ""))
    house.must("import", late, "--day", "2025-06-30")
    house.must("check", "--at", "2025-06-30T14:00")
    house.must("check", "--at", "2025-06-30T16:00")

    def units_of(*arguments: str) -> set[tuple[str, str]]:
        found = house.answer("alerts", *arguments)["alerts"]
        return {(a["unit"], a["state"]) for a in found if a["target"] == "on_time"}

    assert units_of() == {("huyen_can_gio", "open"), ("xa_tam_thon_hiep", "open")}
    again = export(
        tmp_path / "other.csv", (8, "UBND xã Thạnh An", ""), (7, "UBND xã Bình Khánh", "")
    )
    house.must("import", again, "--day", "2025-07-01")  # the first file since hands over the rest
    house.must("check", "--at", "2025-07-02T07:30", **CITY)
    assert units_of() == set(), "the heirs' are confirmed first"
    house.must("check", "--at", "2025-07-02T14:00", **CITY)
    assert units_of() == {("tp_ho_chi_minh", "open"), ("xa_binh_khanh", "open")}
    assert units_of("--all") - units_of() == {
        ("huyen_can_gio", "resolved"),
        ("xa_tam_thon_hiep", "resolved"),
    }
