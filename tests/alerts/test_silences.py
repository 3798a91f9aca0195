"""What is said when a silence ends, and before it does?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from alerts import silencing
from db import mutes, outbox, people
from db.engine import reading, writing
from db.records import NewMessage, Role, State
from tests.alerts.office import Office, at, office, organised_file, organised_name, organised_url
from tests.alerts.town import DISTRICT, Town

__all__ = ["office", "organised_file", "organised_name", "organised_url"]

HERE = "xa_binh_khanh"
LETTERS, MAILBOXES = "apology_letters", "mailboxes"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (f"2021-05-{day}" for day in (10, 11, 12, 13))
FRIDAY, NEXT_MONDAY, NEXT_TUESDAY = "2021-05-14", "2021-05-17", "2021-05-18"
WAITS = "waits_for_document"


@pytest.fixture
def town(office: Office) -> Town:
    """A commune owes a letter since Monday; whatever else is counted is well."""
    office.join("An", Role.HEAD, HERE)
    states = {(slug, of): State.MET for slug in (HERE, DISTRICT) for of in (LETTERS, MAILBOXES)}
    town = Town(office=office, states=states, field_name="Hộ tịch")
    town.late(HERE, "a")
    return town


def silenced(town: Town, until: str, moment: str = f"{MONDAY}T10:00", scope: str = "alert") -> None:
    answer = town.act(silencing.mute, moment, "An", HERE, scope, at(until), WAITS)
    assert answer == "muted"


def pushed(town: Town, moment: str, times: int) -> None:
    messages = [
        NewMessage(
            person_id=town.office.joined["An"], template="refused_file", payload={},
            dedupe=f"other:{moment}:{number}", not_before=at(moment),
        )
        for number in range(times)
    ]  # fmt: skip
    with writing(town.office.engine) as tx:
        outbox.enqueue(tx, messages, at(moment))
    town.told()


def checked(town: Town, *moments: str) -> dict[str, list[str]]:
    """Who-gets-what of each check, of An alone."""
    return {moment: town.check(moment).get("An", []) for moment in moments}


def summary(town: Town) -> dict[str, list[tuple[str, bool]]]:
    """The lines of the newest summary by kind: target, and whether it is new."""
    told: dict[str, Any] = town.newest("An", "summary")["summary"]
    kinds = ("started", "still_open", "ended")
    return {kind: [(x["target"], x["is_new"]) for x in told[kind]] for kind in kinds if told[kind]}


@pytest.mark.parametrize(
    ("until", "reminded"),
    [
        pytest.param(f"{WEDNESDAY}T09:00", f"{TUESDAY}T14:00", id="a day before it ends"),
        pytest.param("2021-05-15T17:00", f"{FRIDAY}T07:30", id="on Friday of Saturday's"),
        pytest.param(f"{NEXT_MONDAY}T07:00", f"{FRIDAY}T07:30", id="and of Monday's early one"),
        pytest.param(f"{NEXT_MONDAY}T17:00", f"{NEXT_MONDAY}T07:30", id="but not of its evening's"),
    ],
)
def test_who_gave_a_silence_is_reminded_before_it_ends(
    town: Town, until: str, reminded: str
) -> None:
    town.check(f"{MONDAY}T07:30")
    silenced(town, until)
    days = (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, "2021-05-15", NEXT_MONDAY)
    heard = checked(town, *(f"{day}T{clock}" for day in days for clock in ("07:30", "14:00")))
    assert [m for m, told in heard.items() if "mute_ending" in told] == [reminded]
    told = town.newest("An", "mute_ending")["mute_ending"]["silence"]
    assert (told["target"], told["field"]) == (LETTERS, "Hộ tịch"), "it is named with its field"


def test_where_who_gave_a_silence_has_left_whoever_hears_now_is_reminded(town: Town) -> None:
    town.office.join("Dũng", Role.HEAD, HERE, deputy=True)
    town.check(f"{MONDAY}T07:30")
    silenced(town, f"{WEDNESDAY}T09:00")
    with writing(town.office.engine) as tx:
        people.end_bindings(tx, town.office.joined["An"], date(2021, 5, 10))
    told = [town.check(f"{TUESDAY}T{clock}") for clock in ("07:30", "14:00")]
    assert [each.get("An") for each in told] == [None, None]
    assert "mute_ending" in [one for each in told for one in each.get("Dũng", [])]


def test_a_target_silenced_in_all_units_is_told_of_nowhere_until_it_ends(town: Town) -> None:
    town.office.join("Chi", Role.LEADER, DISTRICT)
    town.office.join("Dũng", Role.LEADER, DISTRICT)
    town.check(f"{MONDAY}T07:30")
    given = town.act(
        silencing.mute,
        f"{MONDAY}T10:00",
        "Chi",
        HERE,
        "everywhere",
        at(f"{WEDNESDAY}T17:00"),
        WAITS,
    )
    assert given == "muted"
    town.late(HERE, "a", "b")
    town.late(DISTRICT, "a", "b")
    assert town.check(f"{MONDAY}T14:00") == {}
    assert town.check(f"{TUESDAY}T07:30") == {}
    # Its author leaves: whoever leads the district now is reminded of its end.
    with writing(town.office.engine) as tx:
        people.end_bindings(tx, town.office.joined["Chi"], date(2021, 5, 11))
    assert town.check(f"{WEDNESDAY}T07:30") == {"Dũng": ["mute_ending"]}
    silence = town.newest("Dũng", "mute_ending")["mute_ending"]["silence"]
    assert (silence["scope"], silence["unit"], silence["target"]) == ("target", None, LETTERS)
    assert town.check(f"{WEDNESDAY}T14:00") == {}
    told = town.check(f"{THURSDAY}T07:30")
    assert [told[name].count("summary") for name in ("An", "Dũng")] == [1, 1]
    assert summary(town) == {"still_open": [(LETTERS, False)]}


def test_a_reminder_without_room_comes_at_the_next_check(town: Town) -> None:
    town.check(f"{MONDAY}T07:30")
    silenced(town, f"{WEDNESDAY}T07:00")
    pushed(town, f"{TUESDAY}T07:10", 2)
    heard = checked(town, f"{TUESDAY}T07:30", f"{TUESDAY}T14:00")
    assert list(heard.values()) == [[], ["mute_ending"]]


def test_a_summary_calls_new_only_what_is_and_the_digest_says_nothing_of_it_twice(
    town: Town,
) -> None:
    town.check(f"{MONDAY}T07:30")
    silenced(town, f"{WEDNESDAY}T17:00", scope="target")
    # Days without a word: a reminder would be due by Thursday.
    checked(town, f"{TUESDAY}T07:30", f"{WEDNESDAY}T07:30")
    assert checked(town, f"{THURSDAY}T07:30") == {f"{THURSDAY}T07:30": ["summary"]}
    assert summary(town) == {"still_open": [(LETTERS, False)]}
    told = town.newest("An", "summary")
    assert (told["slug"], told["summary"]["still_open"][0]["field"]) == (HERE, "Hộ tịch")


def test_other_news_of_the_morning_is_told_beside_the_summary(town: Town) -> None:
    town.check(f"{MONDAY}T07:30")
    silenced(town, f"{TUESDAY}T17:00")
    town.late(HERE, "m", target=MAILBOXES)
    heard = checked(town, f"{WEDNESDAY}T07:30")
    assert heard == {f"{WEDNESDAY}T07:30": ["digest", "summary"]}
    digest = town.newest("An", "digest")["digest"]
    assert [line["target"] for line in digest["to_mend"]] == [MAILBOXES]


@pytest.mark.parametrize(
    ("limit", "others", "expected"),
    [
        pytest.param(3, 0, [["digest", "summary"], []], id="both find room in the morning"),
        pytest.param(
            3, 1, [["digest"], []],
            id="the digest goes first where both find none: it tells all, and no summary is owed",
        ),
        pytest.param(2, 0, [["digest"], []], id="and so it is with two pushes a day"),
    ],
)  # fmt: skip
def test_a_summary_takes_no_room_from_the_digest(
    town: Town, limit: int, others: int, expected: list[list[str]]
) -> None:
    town.with_house(pushes_per_day=limit)
    town.check(f"{MONDAY}T07:30")
    silenced(town, f"{TUESDAY}T17:00")
    town.late(HERE, "m", target=MAILBOXES)
    pushed(town, f"{WEDNESDAY}T07:10", others)
    heard = checked(town, f"{WEDNESDAY}T07:30", f"{WEDNESDAY}T14:00")
    assert list(heard.values()) == expected
    with reading(town.office.engine) as tx:
        assert mutes.ended_unsummed(tx, at(f"{WEDNESDAY}T14:00")) == ()


def test_a_silence_that_ends_in_the_day_is_summed_up_in_the_afternoon(town: Town) -> None:
    town.check(f"{MONDAY}T07:30")
    silenced(town, f"{WEDNESDAY}T10:00")
    heard = checked(town, f"{TUESDAY}T07:30", f"{WEDNESDAY}T07:30", f"{WEDNESDAY}T14:00")
    assert [told for told in heard.values() if "summary" in told] == [["summary"]]
    assert heard[f"{WEDNESDAY}T14:00"] == ["summary"]


def test_at_the_last_check_what_cannot_wait_goes_before_the_summary(town: Town) -> None:
    town.check(f"{MONDAY}T07:30")
    silenced(town, f"{WEDNESDAY}T10:00")
    checked(town, f"{TUESDAY}T07:30", f"{WEDNESDAY}T07:30")
    pushed(town, f"{WEDNESDAY}T09:00", 1)  # the other one of the morning reminded her
    town.late(HERE, "b", target=MAILBOXES)
    heard = checked(town, f"{WEDNESDAY}T14:00", f"{THURSDAY}T07:30")
    assert heard == {f"{WEDNESDAY}T14:00": ["urgent"], f"{THURSDAY}T07:30": ["summary"]}
