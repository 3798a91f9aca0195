"""Who is told of old and missing data?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from alerts.calendar import vietnamese_calendar
from alerts.judge import AgeRule
from alerts.telling.data_alarms import stale_sources
from db.records import Binding, Freshness, NewMessage, Role, Unit, UnitKind

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
    *standing: tuple[Unit, str, date | None], people: tuple[Binding, ...] = PEOPLE
) -> tuple[NewMessage, ...]:
    fresh = [(u, Freshness(source=source, newest_day=day)) for u, source, day in standing]
    return stale_sources(fresh, AGES, people, CALENDAR, TODAY, NOW)


FRIDAY, MONDAY = date(2021, 3, 19), date(2021, 3, 22)


def test_yesterdays_dossiers_are_no_news() -> None:
    assert told((DISTRICT, "dossiers", MONDAY)) == ()


def test_older_dossiers_are_told_to_their_steward_and_to_nobody_else() -> None:
    (message,) = told((DISTRICT, "dossiers", FRIDAY))
    assert message.person_id == STEWARD
    assert message.payload["working_days"] == 2


def test_without_a_steward_the_admins_are_told() -> None:
    people = (holds(ADMIN, Role.ADMIN), holds(HEAD, Role.HEAD))
    (message,) = told((DISTRICT, "dossiers", FRIDAY), people=people)
    assert message.person_id == ADMIN


def test_the_same_silence_has_the_same_name_on_the_next_day() -> None:
    first = told((DISTRICT, "dossiers", FRIDAY))
    fresh = [(DISTRICT, Freshness(source="dossiers", newest_day=FRIDAY))]
    second = stale_sources(fresh, AGES, PEOPLE, CALENDAR, date(2021, 3, 24), NOW)
    assert [m.dedupe for m in first] == [m.dedupe for m in second]


def test_a_source_that_is_old_everywhere_is_told_once_and_not_for_each_unit() -> None:
    messages = told((DISTRICT, "dossiers", FRIDAY), (COMMUNE, "dossiers", FRIDAY))
    assert [m.payload["unit"] for m in messages] == ["U10"]


def test_a_commune_that_fell_silent_is_named_where_the_others_are_fresh() -> None:
    messages = told((DISTRICT, "dossiers", TODAY), (COMMUNE, "dossiers", FRIDAY))
    assert [m.payload["unit"] for m in messages] == ["U11"]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        pytest.param(PEOPLE, [OTHER_STEWARD], id="its own steward is asked for it"),
        pytest.param(PEOPLE[2:], [], id="nobody is pestered for a source that nobody looks after"),
    ],
)
def test_a_source_that_never_came(people: tuple[Binding, ...], expected: list[int]) -> None:
    assert [m.person_id for m in told((DISTRICT, "letters", None), people=people)] == expected
