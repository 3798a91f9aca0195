"""Who is told of old and missing data?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import pytest

from alerts.calendar import vietnamese_calendar
from alerts.judge import AgeRule
from alerts.telling.data_alarms import (
    SilentSource,
    is_very_odd,
    stale_sources,
    unentered_lines,
)
from db.records import (
    Binding,
    Freshness,
    JudgedReading,
    NewMessage,
    OddFile,
    Reading,
    Role,
    State,
    Target,
    Unit,
    UnitKind,
    Verdict,
)

CALENDAR = vietnamese_calendar()
TODAY = date(2021, 3, 23)
NOW = datetime(2021, 3, 23, 0, 30, tzinfo=UTC)
AGES = {"dossiers": AgeRule(days=1), "letters": AgeRule(days=5)}
STEWARD, ADMIN, HEAD, OTHER_STEWARD = 1, 2, 3, 4


def unit(number: int, kind: UnitKind) -> Unit:
    parent = None if kind is UnitKind.DISTRICT else 10
    return Unit(
        id=number, slug=f"u{number}", name=f"U{number}", kind=kind, parent_id=parent,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip


def holds(person: int, role: Role, source: str | None = None) -> Binding:
    return Binding(person_id=person, role=role, source=source, valid_from=date(2021, 1, 1))


DISTRICT, COMMUNE = unit(10, UnitKind.DISTRICT), unit(11, UnitKind.COMMUNE)
PEOPLE = (
    holds(STEWARD, Role.STEWARD, "dossiers"),
    holds(OTHER_STEWARD, Role.STEWARD, "letters"),
    holds(ADMIN, Role.ADMIN),
    holds(HEAD, Role.HEAD),
)


def told(
    *standing: tuple[Unit, str, date | None],
    people: tuple[Binding, ...] = PEOPLE,
    today: date = TODAY,
    known: Mapping[int, Iterable[str]] | None = None,
) -> tuple[NewMessage, ...]:
    fresh = [(u, Freshness(source=source, newest_day=day)) for u, source, day in standing]
    return stale_sources(fresh, AGES, people, CALENDAR, today, NOW, known or {})


def named(messages: Iterable[NewMessage]) -> list[tuple[int, str, str]]:
    """Person, source and unit of each silence that is told."""
    return [(m.person_id, s["source"], s["unit"]) for m in messages for s in m.payload["sources"]]


def test_a_line_that_nothing_was_entered_of_is_told_to_who_keeps_the_list_once() -> None:
    people = (*PEOPLE, holds(5, Role.STEWARD, "milestones"))
    target = Target(
        id="organisation", item="2", goal=None, sources=("milestones",), applies_to=frozenset()
    )
    judged = [
        JudgedReading(
            reading=Reading(
                target="organisation", unit_id=of.id, field_id=None, field=None, numerator=0,
                denominator=0,
            ),
            verdict=Verdict(state=state, reason=reason),
        )
        for of, state, reason in (
            (DISTRICT, State.NO_DATA, "nothing_entered"), (COMMUNE, State.NONE, "nothing_to_count")
        )
    ]  # fmt: skip
    empty = unentered_lines(judged, {"organisation": target}, DISTRICT, TODAY)
    (message,) = stale_sources((), AGES, people, CALENDAR, TODAY, NOW, {}, empty)
    assert (message.person_id, message.payload["marks"]) == (
        5, ["empty:milestones:10:organisation"],
    )  # fmt: skip
    assert message.payload["sources"][0]["target"] == "organisation"
    known = {5: message.payload["marks"]}
    assert stale_sources((), AGES, people, CALENDAR, TODAY, NOW, known, empty) == ()
    assert stale_sources((), AGES, PEOPLE, CALENDAR, TODAY, NOW, {}, empty) == (), "nobody keeps it"


FRIDAY, MONDAY = date(2021, 3, 19), date(2021, 3, 22)


def test_yesterdays_dossiers_are_no_news() -> None:
    assert told((DISTRICT, "dossiers", MONDAY)) == ()


def test_older_dossiers_are_told_to_their_steward_and_to_nobody_else() -> None:
    (message,) = told((DISTRICT, "dossiers", FRIDAY))
    assert message.person_id == STEWARD
    assert [s["working_days"] for s in message.payload["sources"]] == [2]


def test_without_a_steward_the_admins_are_told() -> None:
    people = (holds(ADMIN, Role.ADMIN), holds(HEAD, Role.HEAD))
    (message,) = told((DISTRICT, "dossiers", FRIDAY), people=people)
    assert message.person_id == ADMIN


def test_somebody_who_looks_after_many_sources_gets_one_message_of_all() -> None:
    people = (holds(ADMIN, Role.ADMIN), holds(HEAD, Role.HEAD))
    old = date(2021, 3, 1)
    (message,) = told((DISTRICT, "dossiers", old), (DISTRICT, "letters", old), people=people)
    assert named([message]) == [(ADMIN, "dossiers", "U10"), (ADMIN, "letters", "U10")]


LATER = date(2021, 3, 24)
AGAIN = [
    pytest.param(
        "dossiers", FRIDAY, "stale:dossiers:10:20210319", [],
        id="what somebody was told is not told again on the next day",
    ),
    pytest.param(
        "dossiers", MONDAY, "stale:dossiers:10:20210319", [(STEWARD, "dossiers", "U10")],
        id="a file came meanwhile and is old in its turn: another silence",
    ),
    pytest.param(
        "letters", None, "missing:letters:10:never", [],
        id="that a source never came is told once",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("source", "newest", "mark", "expected"), AGAIN)
def test_a_silence_is_told_once(
    source: str, newest: date | None, mark: str, expected: list[tuple[int, str, str]]
) -> None:
    known = {STEWARD: [mark], OTHER_STEWARD: [mark]}
    found = told((DISTRICT, source, newest), today=LATER, known=known)
    assert named(found) == expected
    if not expected:
        (told_before,) = told((DISTRICT, source, newest), today=LATER)
        assert told_before.payload["marks"] == [mark], "by this mark it is known again"


def test_a_source_that_falls_silent_later_is_told_without_the_others() -> None:
    people = (holds(ADMIN, Role.ADMIN),)
    old = date(2021, 3, 1)
    found = told(
        (DISTRICT, "dossiers", FRIDAY), (DISTRICT, "letters", old), people=people,
        known={ADMIN: ["stale:dossiers:10:20210319"]},
    )  # fmt: skip
    assert named(found) == [(ADMIN, "letters", "U10")]


def test_a_source_that_is_old_everywhere_is_told_once_and_not_for_each_unit() -> None:
    messages = told((DISTRICT, "dossiers", FRIDAY), (COMMUNE, "dossiers", FRIDAY))
    assert named(messages) == [(STEWARD, "dossiers", "U10")]


def test_a_commune_that_fell_silent_is_named_where_the_others_are_fresh() -> None:
    messages = told((DISTRICT, "dossiers", TODAY), (COMMUNE, "dossiers", FRIDAY))
    assert named(messages) == [(STEWARD, "dossiers", "U11")]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        pytest.param(PEOPLE, [OTHER_STEWARD], id="its own steward is asked for it"),
        pytest.param(PEOPLE[2:], [], id="nobody is pestered for a source that nobody looks after"),
    ],
)
def test_a_source_that_never_came(people: tuple[Binding, ...], expected: list[int]) -> None:
    assert [m.person_id for m in told((DISTRICT, "letters", None), people=people)] == expected


# --- a year's result that should be out -----------------------------------------------------------

NOVU = 9
INDEX = SilentSource(
    kind="overdue", source="milestones", unit=DISTRICT, target="par_index", year=2020
)


@pytest.mark.parametrize(
    ("people", "known", "whom"),
    [
        pytest.param((holds(NOVU, Role.STEWARD, "milestones"), *PEOPLE), (), [NOVU],
                     id="whoever looks after the milestones is told"),
        pytest.param(PEOPLE, (), [ADMIN], id="where nobody does, the admins are"),
        pytest.param((holds(NOVU, Role.STEWARD, "milestones"), *PEOPLE),
                     ("overdue:milestones:10:par_index2020",), [], id="and once a year only"),
        pytest.param((holds(NOVU, Role.STEWARD, "milestones"), *PEOPLE),
                     ("overdue:milestones:10:par_index2019",), [NOVU], id="next year anew"),
    ],
)  # fmt: skip
def test_a_result_that_should_be_out_is_told_to_its_steward(
    people: tuple[Binding, ...], known: tuple[str, ...], whom: list[int]
) -> None:
    told_of = {NOVU: known}
    messages = stale_sources((), AGES, people, CALENDAR, TODAY, NOW, told_of, [INDEX])
    assert [m.person_id for m in messages] == whom
    for message in messages:
        assert message.payload["marks"] == ["overdue:milestones:10:par_index2020"]
        (one,) = message.payload["sources"]
        assert (one["kind"], one["source"], one["year"]) == ("overdue", "milestones", 2020)


# --- odd files ------------------------------------------------------------------------------------


def odd(number: int = 7, source: str = "dossiers", rows: int = 100, **news: int) -> OddFile:
    return OddFile(
        delivery_id=number, source=source, file="ho_so.csv", day=TODAY, rows=rows, news=news
    )


@pytest.mark.parametrize(
    ("file", "is_told"),
    [
        pytest.param(odd(rejected=3), False, id="three refused rows are few"),
        pytest.param(odd(rejected=4, rows=1000), True, id="four are lost rows enough"),
        pytest.param(odd(orphan=9), False, id="nine odd rows are few"),
        pytest.param(odd(orphan=6, odd_code=4), True, id="ten of a hundred are many"),
        pytest.param(odd(orphan=10, rows=200), False, id="ten of two hundred are not"),
        pytest.param(odd(orphan=11, rows=200), True, id="eleven are more than five per cent"),
    ],
)
def test_a_file_with_many_new_oddities_is_told_of(file: OddFile, is_told: bool) -> None:
    assert is_very_odd(file) is is_told


def test_an_odd_file_is_told_to_its_steward_once_and_with_what_is_old() -> None:
    fresh = [(DISTRICT, Freshness(source="dossiers", newest_day=FRIDAY))]
    file, other = odd(rejected=9, orphan=2, odd_code=3, future_date=1), odd(8, "letters", orphan=50)
    known: dict[int, list[str]] = {}
    first = stale_sources(fresh, AGES, PEOPLE, CALENDAR, TODAY, NOW, known, came=(file, other))
    assert [(m.person_id, len(m.payload["sources"]), len(m.payload["files"])) for m in first] == [
        (STEWARD, 1, 1), (OTHER_STEWARD, 0, 1),
    ]  # fmt: skip
    (told_file,) = first[0].payload["files"]
    assert told_file["counts"] == [["rejected", 9], ["odd_code", 3], ["orphan", 2]]
    assert told_file["more"]
    known = {m.person_id: m.payload["marks"] for m in first}
    again = stale_sources(fresh, AGES, PEOPLE, CALENDAR, TODAY, NOW, known, came=(file, other))
    assert again == ()


def test_an_odd_file_of_a_source_without_a_steward_is_the_admins() -> None:
    (message,) = stale_sources(
        (), AGES, PEOPLE, CALENDAR, TODAY, NOW, {}, came=(odd(source="mailboxes", rejected=5),)
    )
    assert message.person_id == ADMIN
