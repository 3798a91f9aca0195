"""Who is told of what nobody answered, and what keeps it from them?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerts import actions, silencing
from db import mutes, outbox
from db.engine import reading, writing
from db.records import NewMessage, Role, State
from tests.alerts.office import Office, at, office, organised_file, organised_name, organised_url
from tests.alerts.town import DISTRICT, Town

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

HERE = "xa_binh_khanh"
LETTERS = "apology_letters"
DAYS = [f"2021-05-{day:02}" for day in (10, 11, 12, 13, 14, 17, 18, 19, 20, 21)]  # of work
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = DAYS[:5]
MORNING, AFTERNOON = "07:30", "14:00"
WAITS = "waits_for_document"


@pytest.fixture
def town(office: Office) -> Town:
    """A commune owes a letter since Monday; the district's own figure is well all the time."""
    office.join("An", Role.HEAD, HERE)
    office.join("Bình", Role.LEADER, DISTRICT)
    town = Town(office=office, states={(s, LETTERS): State.MET for s in (HERE, DISTRICT)})
    town.late(HERE, "a")
    return town


def days_go_by(town: Town, first: str, last: str, *clocks: str) -> dict[str, dict[str, list[str]]]:
    """Checks of working days up to and with the last; who got what at each."""
    found = {}
    for day in DAYS[DAYS.index(first) : DAYS.index(last) + 1]:
        for clock in clocks or (MORNING,):
            found[f"{day}T{clock}"] = town.check(f"{day}T{clock}")
    return found


def escalated(heard: dict[str, dict[str, list[str]]], name: str = "Bình") -> list[str]:
    return [moment for moment, told in heard.items() if "escalation" in told.get(name, [])]


def line_told(town: Town, name: str) -> dict[str, Any]:
    (line,) = town.newest(name, "escalation")["escalation"]["lines"]
    assert isinstance(line, dict)
    return line


def pushed(town: Town, name: str, moment: str, times: int) -> None:
    """Somebody got so many other messages on that day."""
    messages = [
        NewMessage(
            person_id=town.office.joined[name], template="refused_file", payload={},
            dedupe=f"other:{name}:{moment}:{number}", not_before=at(moment),
        )
        for number in range(times)
    ]  # fmt: skip
    with writing(town.office.engine) as tx:
        outbox.enqueue(tx, messages, at(moment))
    town.told()


def test_a_rung_whose_people_were_told_by_the_one_before_is_passed_without_a_word(
    town: Town,
) -> None:
    heard = days_go_by(town, MONDAY, DAYS[-1])
    assert escalated(heard) == [f"{THURSDAY}T07:30"], "the chairman is the leader who was told"
    assert town.alert(HERE).rungs_told == 2


@pytest.mark.parametrize(
    ("limit", "others", "expected"),
    [
        pytest.param(3, 0, f"{THURSDAY}T07:30", id="with room, in the morning"),
        pytest.param(2, 1, f"{THURSDAY}T14:00", id="the last push of the day is the last check's"),
        pytest.param(3, 3, f"{FRIDAY}T07:30", id="where all are used up, on the next morning"),
    ],
)
def test_what_finds_no_room_is_tried_at_each_check(
    town: Town, limit: int, others: int, expected: str
) -> None:
    town.with_house(pushes_per_day=limit)
    heard = days_go_by(town, MONDAY, WEDNESDAY, MORNING, AFTERNOON)
    pushed(town, "Bình", f"{THURSDAY}T07:10", others)
    heard |= days_go_by(town, THURSDAY, FRIDAY, MORNING, AFTERNOON)
    assert escalated(heard) == [expected]


def test_who_found_no_room_is_told_later_and_the_others_not_again(town: Town) -> None:
    town.office.join("Cúc", Role.LEADER, DISTRICT)
    heard = days_go_by(town, MONDAY, WEDNESDAY)
    pushed(town, "Cúc", f"{THURSDAY}T07:10", 3)
    heard |= days_go_by(town, THURSDAY, THURSDAY)
    assert (escalated(heard), escalated(heard, "Cúc")) == ([f"{THURSDAY}T07:30"], [])
    assert town.alert(HERE).rungs_told == 0, "the rung is not behind it"
    heard |= days_go_by(town, FRIDAY, DAYS[5])
    assert escalated(heard) == [f"{THURSDAY}T07:30"]
    assert escalated(heard, "Cúc") == [f"{FRIDAY}T07:30"]
    assert town.alert(HERE).rungs_told == 1
    assert [r["name"] for r in line_told(town, "Cúc")["reported"]] == ["Bình"]


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param(0, f"{TUESDAY}T14:00", id="at the check that found it, though an afternoon's"),
        pytest.param(3, f"{WEDNESDAY}T07:30", id="where there is no room, at the next that has"),
    ],
)
def test_a_claim_that_was_not_true_goes_a_rung_up_once(
    town: Town, others: int, expected: str
) -> None:
    days_go_by(town, MONDAY, MONDAY)
    assert town.act(actions.claim, f"{MONDAY}T16:00", "An", HERE) == "claimed_done"
    pushed(town, "Bình", f"{TUESDAY}T07:10", others)
    heard = days_go_by(town, TUESDAY, TUESDAY, AFTERNOON)
    heard |= days_go_by(town, WEDNESDAY, THURSDAY, MORNING, AFTERNOON)
    assert escalated(heard) == [expected]
    line = line_told(town, "Bình")
    assert (line["response"], line["response_by"]) == ("reopened", "An")
    assert line["false_claims"] == [1, 1]


def test_nobody_reads_that_they_were_told_themselves(town: Town) -> None:
    days_go_by(town, MONDAY, THURSDAY)
    town.office.join("Cúc", Role.LEADER, DISTRICT)
    assert town.act(actions.claim, f"{THURSDAY}T16:00", "An", HERE) == "claimed_done"
    heard = days_go_by(town, FRIDAY, FRIDAY)
    assert escalated(heard) == escalated(heard, "Cúc") == [f"{FRIDAY}T07:30"]
    assert line_told(town, "Bình")["reported"] == []
    assert [r["name"] for r in line_told(town, "Cúc")["reported"]] == ["Bình"]


@pytest.mark.parametrize(
    ("who", "scope", "note", "climbs"),
    [
        pytest.param(
            "An", "alert", "letter_missing", True,
            id="its head's silence keeps nothing critical from those above",
        ),
        pytest.param("An", "target", "letter_missing", True, id="nor does one of the whole target"),
        pytest.param(
            "An", "alert", "letter_too_late", False, id="what is not critical it does keep"
        ),
        pytest.param("Bình", "alert", "letter_missing", False, id="a leader's silence keeps it"),
        pytest.param("Quản", "unit", "letter_missing", False, id="and so does an admin's"),
    ],
)  # fmt: skip
def test_a_silence_and_the_ladder(
    town: Town, who: str, scope: str, note: str, climbs: bool
) -> None:
    town.office.join("Quản", Role.ADMIN)
    town.items[HERE, LETTERS] = tuple(
        replace(item, note=note) for item in town.items[HERE, LETTERS]
    )
    days_go_by(town, MONDAY, MONDAY)
    until = at(f"{DAYS[-1]}T17:00")
    assert town.act(silencing.mute, f"{MONDAY}T10:00", who, HERE, scope, until, WAITS) == "muted"
    heard = days_go_by(town, TUESDAY, FRIDAY)
    assert escalated(heard) == ([f"{THURSDAY}T07:30"] if climbs else [])
    if climbs:
        line = line_told(town, "Bình")
        assert (line["response"], line["response_by"]) == ("muted", "An")
        assert line["response_reason"] == WAITS
        assert line["response_until"].startswith(DAYS[-1])


def test_a_silence_beside_another_from_above_keeps_it(town: Town) -> None:
    days_go_by(town, MONDAY, MONDAY)
    for who in ("Bình", "An"):
        until = at(f"{DAYS[-1]}T17:00")
        town.act(silencing.mute, f"{MONDAY}T10:00", who, HERE, "alert", until, WAITS)
    assert escalated(days_go_by(town, TUESDAY, FRIDAY)) == []


@pytest.mark.parametrize("ended_by_hand", [False, True], ids=["at its end", "before its end"])
def test_after_a_silence_from_above_the_unit_has_its_working_days_anew(
    town: Town, ended_by_hand: bool
) -> None:
    days_go_by(town, MONDAY, MONDAY)
    until, document = at(f"{FRIDAY}T23:59"), "45/UBND-NV"
    town.act(silencing.exempt, f"{MONDAY}T10:00", "Bình", HERE, document, until, "moves")
    days_go_by(town, TUESDAY, WEDNESDAY)
    if ended_by_hand:
        with reading(town.office.engine) as tx:
            (given,) = mutes.active(tx, at(f"{WEDNESDAY}T10:00"))
        with writing(town.office.engine) as tx:
            mutes.end(tx, given.id, at(f"{WEDNESDAY}T10:00"))
    heard = days_go_by(town, THURSDAY, DAYS[8])
    assert escalated(heard) == [f"{DAYS[5] if ended_by_hand else DAYS[7]}T07:30"]
    assert line_told(town, "Bình")["waited_working_days"] == 3


def test_a_silence_that_is_over_is_shown_as_the_answer(town: Town) -> None:
    days_go_by(town, MONDAY, MONDAY)
    until = at(f"{WEDNESDAY}T17:00")
    town.act(silencing.mute, f"{MONDAY}T10:00", "An", HERE, "alert", until, WAITS)
    assert escalated(days_go_by(town, TUESDAY, THURSDAY)) == [f"{THURSDAY}T07:30"]
    line = line_told(town, "Bình")
    assert (line["response"], line["response_until"][:10]) == ("muted", WEDNESDAY)


def test_what_its_unit_had_silenced_before_it_began_goes_up_all_the_same(town: Town) -> None:
    days_go_by(town, MONDAY, MONDAY)
    until = at(f"{DAYS[-1]}T17:00")
    town.act(silencing.mute, f"{MONDAY}T10:00", "An", HERE, "target", until, WAITS)
    town.late(HERE)
    days_go_by(town, TUESDAY, TUESDAY)
    town.late(HERE, "b")
    heard = days_go_by(town, WEDNESDAY, DAYS[6])
    assert all("An" not in told for told in heard.values()), "she is told nothing"
    assert escalated(heard) == [f"{DAYS[5]}T07:30"], "three working days after it opened"
