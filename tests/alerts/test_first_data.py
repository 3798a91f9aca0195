"""Are heads told at once of what the first data of a source show, though all units have it?"""

from __future__ import annotations

import pytest

from db.records import Role, State
from tests.alerts.office import Office, office, organised_file, organised_name, organised_url
from tests.alerts.town import DISTRICT, Town

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

COMMUNES = (
    "xa_binh_khanh", "xa_tam_thon_hiep", "xa_an_thoi_dong", "xa_thanh_an", "xa_long_hoa",
    "xa_ly_nhon",
)  # fmt: skip
ALL = (DISTRICT, *COMMUNES)
THURSDAY, FRIDAY, SATURDAY, MONDAY = "2021-04-01", "2021-04-02", "2021-04-03", "2021-04-05"


def town_of(office: Office, target: str) -> Town:
    office.join("An", Role.HEAD, "xa_binh_khanh")
    office.join("Bình", Role.LEADER, DISTRICT)
    return Town(office=office, states={(slug, target): State.NO_DATA for slug in ALL})


def everywhere(town: Town, target: str, state: State) -> None:
    town.states.update({(slug, target): state for slug in ALL})


def targets_told(town: Town, name: str) -> set[str]:
    digest = town.newest(name, "digest")["digest"]
    return {line["target"] for line in digest["to_mend"] if line["alert_id"] is not None}


@pytest.mark.parametrize(
    ("before", "first"),
    [
        pytest.param([], f"{THURSDAY}T07:30", id="the first check of all has data"),
        pytest.param(
            [(f"{THURSDAY}T07:30", State.NO_DATA)], f"{FRIDAY}T07:30",
            id="the first check was empty, the second has data",
        ),
        pytest.param(
            [(f"{SATURDAY}T07:30", State.MISSED)], f"{MONDAY}T07:30",
            id="the first with data was on a day off and moved no alert",
        ),
        pytest.param(
            [(f"{FRIDAY}T06:00", State.MISSED)], f"{FRIDAY}T07:30",
            id="the first with data came too early to tell anybody",
        ),
    ],
)  # fmt: skip
def test_what_the_first_data_show_is_told_to_each_head(
    office: Office, before: list[tuple[str, State]], first: str
) -> None:
    town = town_of(office, "mailboxes")
    for moment, state in before:
        everywhere(town, "mailboxes", state)
        town.check(moment)
    everywhere(town, "mailboxes", State.MISSED)
    assert town.check(first).get("An") == ["digest"]
    assert targets_told(town, "An") == {"mailboxes"}


def test_a_rate_that_is_confirmed_after_the_first_data_is_told_to_each_head(
    office: Office,
) -> None:
    town = town_of(office, "on_time")
    town.check(f"{THURSDAY}T07:30")
    everywhere(town, "on_time", State.MISSED)
    town.check(f"{THURSDAY}T14:00")
    assert town.check(f"{FRIDAY}T07:30")["An"] == ["digest"]
    assert targets_told(town, "An") == {"on_time"}


def test_what_befalls_all_units_later_is_told_once_for_all_of_them(office: Office) -> None:
    town = town_of(office, "mailboxes")
    everywhere(town, "mailboxes", State.MET)
    town.check(f"{THURSDAY}T07:30")
    everywhere(town, "mailboxes", State.MISSED)
    told = town.check(f"{FRIDAY}T07:30")
    assert (told.get("An"), told.get("Bình")) == (None, ["digest"])


def test_the_ladder_counts_from_when_the_unit_was_told(office: Office) -> None:
    town = town_of(office, "mailboxes")
    everywhere(town, "mailboxes", State.MET)
    town.check("2021-03-31T07:30")
    everywhere(town, "mailboxes", State.MISSED)
    town.check(f"{THURSDAY}T07:30")

    # The common cause keeps it from her until the third working day after, a Tuesday.
    for day in (FRIDAY, MONDAY):
        assert "An" not in town.check(f"{day}T07:30")
    told = town.check("2021-04-06T07:30")
    assert told["An"] == ["digest"]
    assert "escalation" not in told.get("Bình", []), "nobody had been asked to do anything"

    # The leader's rung is due three working days after she was told, a Friday.
    for day in ("2021-04-07", "2021-04-08"):
        assert "escalation" not in town.check(f"{day}T07:30").get("Bình", [])
    assert "escalation" in town.check("2021-04-09T07:30")["Bình"]
