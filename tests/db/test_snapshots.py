"""What a snapshot counts, whether it can be taken again, and that no other is touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from db import organisation, snapshots, units
from db.engine import writing
from db.indicators import Moment
from db.records import Reading, Target
from settings import SHIPPED, ZONE, read_settings
from tests.db.intake.delivering import CALENDAR, NOW, TODAY, Desk, codes, dossier
from tests.db.intake.made import SAMPLES

TARGETS = {t.id: t for t in read_settings(SHIPPED / "settings.toml", {}).plan_targets()}
ON_TIME, LETTERS = TARGETS["on_time"], TARGETS["apology_letters"]
MORNING = datetime(2021, 3, 23, 7, 30, tzinfo=ZONE)


def take(desk: Desk, at: datetime = MORNING, targets: Sequence[Target] = (ON_TIME,)) -> int:
    with writing(desk.engine) as tx:
        return snapshots.take_snapshot(
            tx, targets, Moment(wall=at, calendar=CALENDAR), now=NOW,
            district_id=desk.unit("huyen_can_gio"),
        )  # fmt: skip


def readings(desk: Desk, number: int, target: str = "on_time") -> dict[tuple[str, str], str]:
    """'a/n' by unit and field, of those with anything counted."""
    with writing(desk.engine) as tx:
        found: tuple[Reading, ...] = snapshots.readings_of(tx, number)
        return {
            (units.unit_by_id(tx, r.unit_id).slug, r.field or ""): f"{r.numerator}/{r.denominator}"
            for r in found
            if r.target == target and r.denominator
        }


def test_the_district_counts_every_dossier_once(desk: Desk) -> None:
    done = {"finished": "12/03/2021", "status": "Đã xử lý xong"}
    first, second, third, fourth, fifth = codes(5)
    desk.dossiers(
        dossier(first, **done),
        dossier(second),
        dossier(third, unit="UBND xã Lý Nhơn", field="LĨNH VỰC HỘ TỊCH", **done),
        dossier(fourth, unit="UBND huyện", holder="Phòng TC-KH", field="Đất đai", **done),
        dossier(fifth, unit="UBND huyện", holder="Chi cục Thuế", field="Đất đai"),
    )
    assert readings(desk, take(desk)) == {
        ("xa_binh_khanh", "Hộ tịch"): "1/2",
        ("xa_ly_nhon", "Hộ tịch"): "1/1",
        ("phong_tai_chinh_ke_hoach", "Đất đai"): "1/1",
        ("huyen_can_gio", "Hộ tịch"): "2/3",
        ("huyen_can_gio", "Đất đai"): "1/2",
    }


def test_each_unit_of_the_right_kinds_has_a_reading(desk: Desk) -> None:
    number = take(desk, targets=[ON_TIME, LETTERS])
    with writing(desk.engine) as tx:
        found = snapshots.readings_of(tx, number)
        wanted = {u.id for u in units.units_on(tx, TODAY) if u.kind in ON_TIME.applies_to}
    assert {r.unit_id for r in found if r.target == "on_time"} == wanted
    assert {(r.numerator, r.denominator) for r in found} == {(0, 0)}


def test_an_open_dossier_is_overdue_from_the_minute_after_it_was_due(desk: Desk) -> None:
    desk.dossiers(dossier(due="23/03/2021 07:30"))
    assert readings(desk, take(desk)) == {}, "due at this very moment"
    later = MORNING.replace(minute=31)
    assert readings(desk, take(desk, later))["xa_binh_khanh", "Hộ tịch"] == "0/1"


def test_a_dossier_belongs_to_the_year_of_its_finish(desk: Desk) -> None:
    first, second = codes(2)
    desk.dossiers(
        dossier(first, received="20/12/2020", due="04/01/2021", finished="06/01/2021",
                status="Đã xử lý xong"),
        dossier(second, received="20/12/2020", due="28/12/2020", finished="30/12/2020",
                status="Đã xử lý xong"),
    )  # fmt: skip
    assert readings(desk, take(desk))["xa_binh_khanh", "Hộ tịch"] == "0/1"
    old_year = datetime(2020, 12, 31, 17, 0, tzinfo=ZONE)
    assert readings(desk, take(desk, old_year))["xa_binh_khanh", "Hộ tịch"] == "0/1"


def test_a_snapshot_taken_again_is_the_same_and_leaves_others_alone(desk: Desk) -> None:
    for name in ("ho_so", "thu_xin_loi"):
        desk.take(SAMPLES / f"{name}.csv")
    both = [ON_TIME, LETTERS]
    earlier = take(desk, MORNING.replace(day=22), both)
    first = take(desk, targets=both)
    before = desk.rows("SELECT snapshot_id, target, unit_id, field_id, numerator, denominator"
                       " FROM readings ORDER BY 1, 2, 3, 4")  # fmt: skip
    assert take(desk, targets=both) == first
    after = desk.rows("SELECT snapshot_id, target, unit_id, field_id, numerator, denominator"
                      " FROM readings ORDER BY 1, 2, 3, 4")  # fmt: skip
    assert after == before
    assert {row["snapshot_id"] for row in after} == {earlier, first}


def test_a_unit_that_has_ended_has_no_reading_but_counts_for_the_district(desk: Desk) -> None:
    desk.dossiers(dossier(finished="16/03/2021", status="Đã xử lý xong"))
    with writing(desk.engine) as tx:
        line = {"slug": "xa_binh_khanh", "name": "UBND xã Bình Khánh", "kind": "commune",
                "parent": "huyen_can_gio", "valid_from": "2020-01-01",
                "valid_to": "2021-03-20"}  # fmt: skip
        organisation.load_units(tx, [line], date(2021, 3, 20))
    assert readings(desk, take(desk)) == {("huyen_can_gio", "Hộ tịch"): "0/1"}
