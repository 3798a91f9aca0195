"""What is each person told at a check, in the morning, after noon, and in quiet time?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from db import absences, bindings, people
from db.engine import writing
from db.records import Binding, Item, Role, State
from db.tables import BindingRow
from tests.alerts.office import (
    Office,
    at,
    office,
    organised_file,
    organised_name,
    organised_url,
)
from tests.alerts.town import DISTRICT, Town

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

HERE, THERE = "xa_binh_khanh", "xa_ly_nhon"  # the second has no head
LETTERS, MAILBOXES, RATE = "apology_letters", "mailboxes", "on_time"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (f"2021-05-{day}" for day in (10, 11, 12, 13))
FRIDAY, SATURDAY = "2021-05-14", "2021-05-15"
WELL = {(s, of): State.MET for s in (HERE, THERE, DISTRICT) for of in (LETTERS, MAILBOXES)}


@pytest.fixture
def town(office: Office) -> Town:
    office.join("An", Role.HEAD, HERE)
    office.join("Bình", Role.LEADER, DISTRICT)
    return Town(office=office, states=dict(WELL), field_name="Hộ tịch")


def targets(lines: list[dict[str, Any]]) -> list[str]:
    return [line["target"] for line in lines]


def as_well(town: Town, name: str, role: Role, slug: str) -> None:
    """Somebody holds another role beside theirs."""
    given = Binding(
        person_id=town.office.joined[name], role=role, unit_id=town.units[slug],
        valid_from=date(2021, 5, 1),
    )  # fmt: skip
    with writing(town.office.engine) as tx:
        bindings.bind(tx, given, at("2021-05-01T07:00"))


def test_who_heads_two_units_reads_a_line_of_each(town: Town) -> None:
    """A unit's line stands for those of the units below it, and not for one beside it."""
    as_well(town, "An", Role.HEAD, THERE)
    town.check(f"{MONDAY}T07:30")
    town.late(HERE, "a")
    town.late(THERE, "b")
    assert town.check(f"{TUESDAY}T07:30")["An"] == ["digest"]
    digest = town.newest("An", "digest")["digest"]
    told = [(line["unit"], [i["key"] for i in line["items"]]) for line in digest["to_mend"]]
    assert told == [("UBND xã Bình Khánh", ["a"]), ("UBND xã Lý Nhơn", ["b"])]
    assert [line["among"] for line in digest["to_mend"]] == [[], []]
    assert digest["changes"]["opened"] == 2


@pytest.mark.parametrize("how", ["a role of their own", "standing in"])
def test_who_heads_a_unit_and_leads_the_district_is_told_in_its_name_or_line_by_line(
    town: Town, how: str
) -> None:
    if how == "standing in":
        with writing(town.office.engine) as tx:
            absences.set_absence(
                tx, person_id=town.office.joined["Bình"], first_day=date(2021, 5, 11),
                last_day=date(2021, 5, 14), stand_in=town.office.joined["An"],
                created_by=town.office.joined["Bình"], now=at(f"{MONDAY}T16:00"),
                today=date(2021, 5, 10),
            )  # fmt: skip
    else:
        as_well(town, "An", Role.LEADER, DISTRICT)
    town.check(f"{MONDAY}T07:30")
    for slug in (HERE, THERE, DISTRICT):
        town.late(slug, "a")
    assert town.check(f"{TUESDAY}T07:30")["An"] == ["digest"]
    digest = town.newest("An", "digest")["digest"]
    told = {line["unit"]: line["among"] for line in digest["to_mend"]}
    if how == "standing in":
        names = {"UBND xã Bình Khánh", "UBND huyện Cần Giờ", "UBND xã Lý Nhơn"}
        assert told.keys() == names
        assert not any(told.values()), "the commune's line does not count the district's"
    else:
        assert told == {"UBND huyện Cần Giờ": ["UBND xã Bình Khánh", "UBND xã Lý Nhơn"]}


@pytest.mark.parametrize("role", [Role.STEWARD, Role.OFFICIAL])
def test_a_former_head_in_another_role_hears_of_the_unit_no_more(town: Town, role: Role) -> None:
    town.check(f"{MONDAY}T07:30")
    town.late(HERE, "a")
    assert town.check(f"{TUESDAY}T07:30")["An"] == ["digest"]
    unit_id = town.units[HERE] if role is Role.OFFICIAL else None
    source = "surveys" if role is Role.STEWARD else None
    now_is = Binding(
        person_id=town.office.joined["An"], role=role, unit_id=unit_id, source=source,
        valid_from=date(2021, 5, 12),
    )  # fmt: skip
    with writing(town.office.engine) as tx:
        people.end_bindings(tx, town.office.joined["An"], date(2021, 5, 11))
        bindings.bind(tx, now_is, at(f"{WEDNESDAY}T07:00"))
    town.late(HERE)
    assert "digest" not in town.check(f"{WEDNESDAY}T07:30").get("An", [])


# --- quiet time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "now"),
    [
        pytest.param(f"{TUESDAY}T18:30", None, id="a check in the evening"),
        pytest.param(f"{TUESDAY}T14:00", f"{TUESDAY}T20:00", id="an afternoon's that comes late"),
        pytest.param(f"{WEDNESDAY}T06:59", None, id="one before the morning"),
    ],
)
def test_a_check_in_quiet_time_pushes_nothing_and_the_next_digest_says_it(
    town: Town, moment: str, now: str | None
) -> None:
    town.check(f"{MONDAY}T07:30")
    town.late(HERE, "a")
    assert town.check(moment, now) == {}, "not even what cannot wait"
    assert town.check(f"{WEDNESDAY}T07:30")["An"] == ["digest"]
    (line,) = town.newest("An", "digest")["digest"]["to_mend"]
    assert (line["target"], line["move"], line["is_new"]) == (LETTERS, "opened", True)


def test_the_first_check_outside_quiet_time_is_the_mornings(town: Town) -> None:
    town.with_house(digest_from=town.office.house.quiet_until.replace(hour=6))
    town.late(HERE, "a")
    assert town.check(f"{MONDAY}T06:30") == {}
    assert town.check(f"{MONDAY}T07:00")["An"] == ["digest"]


# --- what falls due today -------------------------------------------------------------------------


def due_today(town: Town, slug: str, day: str) -> None:
    item = Item(
        key=f"due in {slug}", label="Khai sinh", due=int(day.replace("-", "") + "170000"),
        unit_id=town.units[slug], note="due_today",
    )  # fmt: skip
    town.soon = (*town.soon, item)


def test_what_falls_due_today_is_told_once_after_noon(town: Town) -> None:
    town.check(f"{MONDAY}T07:30")
    due_today(town, HERE, TUESDAY)
    clocks = ("07:30", "11:00", "14:00", "15:00", "16:00")
    heard = [town.check(f"{TUESDAY}T{clock}").get("An", []) for clock in clocks]
    assert heard == [["digest"], [], ["urgent"], [], []]
    told = town.newest("An", "urgent")
    assert [item["key"] for item in told["urgent"]["due_today"]] == [f"due in {HERE}"]
    assert told["slug"] == HERE


@pytest.mark.parametrize(
    ("slug", "hears"),
    [
        pytest.param(DISTRICT, True, id="the district's own is for its leader to do"),
        pytest.param(THERE, False, id="a commune's is not, though it has no head"),
    ],
)
def test_a_leader_is_told_only_of_what_falls_due_in_their_own_unit(
    town: Town, slug: str, hears: bool
) -> None:
    town.check(f"{MONDAY}T07:30")
    due_today(town, slug, TUESDAY)
    town.check(f"{TUESDAY}T07:30")
    assert (town.check(f"{TUESDAY}T14:00").get("Bình") == ["urgent"]) is hears


@pytest.mark.parametrize(
    ("checks", "template"),
    [
        pytest.param([f"{MONDAY}T14:00", f"{TUESDAY}T07:30"], "digest", id="the next morning"),
        pytest.param([f"{MONDAY}T14:00", f"{TUESDAY}T07:30", f"{TUESDAY}T14:00"], "urgent",
                     id="in the afternoon"),
    ],
)  # fmt: skip
def test_what_gets_worse_after_it_was_confirmed_is_told_though_the_confirming_was_not(
    town: Town, checks: list[str], template: str
) -> None:
    town.late(HERE, "a", target=RATE)
    assert town.check(f"{MONDAY}T07:30")["An"] == ["digest"], "its item is told at once"
    for moment in checks[:-1]:
        assert "An" not in town.check(moment), "that it is confirmed is no news"
    town.late(HERE, "a", "b", target=RATE)
    assert town.check(checks[-1])["An"] == [template]
    told = town.newest("An", template)[template]
    lines = told["to_mend" if template == "digest" else "lines"]
    assert [(line["target"], line["move"], line["is_new"]) for line in lines] == [
        (RATE, "worse", True)
    ]


# --- reminders, and what has ended ----------------------------------------------------------------


def test_a_reminder_says_that_it_is_one_and_only_what_is_open(town: Town) -> None:
    town.late(HERE, "a")
    town.check(f"{MONDAY}T07:30")
    assert town.newest("An", "digest")["digest"]["reminder"] is False
    for day in (TUESDAY, WEDNESDAY):
        assert "An" not in town.check(f"{day}T07:30")
    assert town.check(f"{THURSDAY}T07:30")["An"] == ["digest"]
    told = town.newest("An", "digest")["digest"]
    assert told["reminder"] is True
    assert (targets(told["to_mend"]), told["kept"]) == ([LETTERS], [])


def test_the_end_of_what_is_counted_no_more_is_told_with_its_field(town: Town) -> None:
    town.late(HERE, "a")
    town.check(f"{MONDAY}T07:30")
    for key in [key for key in town.states if key[1] == LETTERS]:
        del town.states[key]
    town.items.clear()
    of_plan = town.office.house.targets
    town.with_house(targets=tuple(target for target in of_plan if target.id != LETTERS))
    assert town.check(f"{TUESDAY}T07:30")["An"] == ["digest"]
    (line,) = town.newest("An", "digest")["digest"]["lapsed"]
    assert (line["target"], line["field"]) == (LETTERS, "Hộ tịch")


# --- who else is told -----------------------------------------------------------------------------


def test_a_group_of_two_units_is_told_of_each_end_once(town: Town) -> None:
    town.office.join("Nhóm", Role.OFFICIAL)
    holds(town.office, "Nhóm", role="group", unit_id=town.units[HERE])
    holds(town.office, "Nhóm", role="group", unit_id=town.units[THERE])
    town.late(HERE, "a")
    town.late(THERE, "b")
    assert town.check(f"{MONDAY}T07:30")["Nhóm"] == ["group", "group"]
    town.late(HERE)
    assert town.check(f"{TUESDAY}T07:30")["Nhóm"] == ["group"]
    assert town.newest("Nhóm", "group")["unit_id"] == town.units[HERE]


def test_a_group_of_many_units_is_told_within_its_pushes_what_cannot_wait_first(
    office: Office,
) -> None:
    many = (HERE, THERE, "xa_long_hoa", "xa_thanh_an")
    office.join("Nhóm", Role.OFFICIAL)
    town = Town(
        office=office, states={(s, of): State.MET for s in many for of in (LETTERS, MAILBOXES)}
    )
    for slug in many:
        holds(office, "Nhóm", role="group", unit_id=town.units[slug])
        town.states[slug, MAILBOXES] = State.MISSED
    town.late(many[-1], "a")
    town.with_house(pushes_per_day=2)

    def told(day: str) -> list[str]:
        town.check(f"{day}T07:30")
        assert "Nhóm" not in town.check(f"{day}T14:00"), "a group is told in the morning"
        slugs = {f"{number}": slug for slug, number in town.units.items()}
        names = [row["dedupe"].split(":") for row in town.messages() if row["template"] == "group"]
        return [slugs[unit] for *_, unit, of in names if of == day.replace("-", "")]

    assert told(MONDAY) == [many[-1], HERE]
    assert told(TUESDAY) == [THERE, "xa_long_hoa"], "whoever waited"
    assert told(WEDNESDAY) == [], "and nothing is told twice"
    for slug in many:
        town.states[slug, MAILBOXES] = State.MET
    town.late(many[-1])
    assert told(THURSDAY) == [HERE, many[-1]], "the end of what was told longest ago"
    assert sorted(told(FRIDAY)) == sorted([THERE, "xa_long_hoa"])


def holds(office: Office, name: str, **given: Any) -> None:
    """One more role of somebody."""
    with writing(office.engine) as tx:
        binding = {"person_id": office.joined[name], "valid_from": date(2021, 3, 1), **given}
        tx.execute(insert(BindingRow).values(**binding))


def test_one_who_looks_after_many_sources_is_told_of_all_in_one_message(office: Office) -> None:
    office.join("Sử", Role.STEWARD, source="dossiers")
    for source in ("letters", "mailboxes"):
        holds(office, "Sử", role="steward", source=source)
    town = Town(office=office, states=dict(WELL))
    assert town.check(f"{MONDAY}T07:30") == {"Sử": ["stale_source"]}
    told = [source["source"] for source in town.newest("Sử", "stale_source")["sources"]]
    assert told == ["dossiers", "letters", "mailboxes"]
    assert town.check(f"{MONDAY}T14:00") == town.check(f"{TUESDAY}T07:30") == {}, "and once"
