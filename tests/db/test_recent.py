"""What came in lately, by the stored checks: within a year, across a new one, at the start?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

import pytest
from sqlalchemy import Engine, insert

from alerts.calendar import WorkingCalendar
from db.engine import new_id, reading, writing
from db.indicators import Moment, day_of
from db.recent import recent_counts
from db.records import Reading, RecentCounts
from db.tables import FieldRow, ReadingRow, SnapshotRow
from settings import ZONE

WEEKDAYS = WorkingCalendar(first=1, last=0, days=())
TODAY = date(2021, 6, 30)
SINCE = WEEKDAYS.add(TODAY, -60)  # 07/04/2021
KEY = (1, "on_time", None)
Check = tuple[date, int, int]


def moment(day: date) -> Moment:
    return Moment(wall=datetime.combine(day, time(7, 30), ZONE), calendar=WEEKDAYS)


def store(
    engine: Engine, checks: Iterable[Check], *, in_order: bool = True, state: str = "met"
) -> None:
    with writing(engine) as tx:
        for day, numerator, denominator in checks:
            wall = moment(day).wall
            done = tx.execute(
                insert(SnapshotRow).values(
                    as_of=wall, day=day_of(day), taken_at=wall, in_order=in_order
                )
            )
            tx.execute(
                insert(ReadingRow).values(
                    snapshot_id=new_id(done), target="on_time", unit_id=1, field_id=None,
                    numerator=numerator, denominator=denominator, state=state,
                )
            )  # fmt: skip


def ask(engine: Engine, numerator: int, denominator: int, today: date = TODAY) -> RecentCounts:
    now = Reading(
        target="on_time", unit_id=1, field_id=None, field=None,
        numerator=numerator, denominator=denominator,
    )  # fmt: skip
    with reading(engine) as tx:
        return recent_counts(tx, moment(today), [now])[KEY]


def counts(numerator: int, denominator: int, days: int, rest: int | None = None) -> RecentCounts:
    return RecentCounts(
        numerator=numerator, denominator=denominator, working_days=days, rest_of_last_year=rest
    )


YEAR_SO_FAR = counts(95, 100, 129)  # weekdays of 2021 until 30 June


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        pytest.param([], YEAR_SO_FAR, id="a new installation: the year to date"),
        pytest.param(
            [(date(2021, 6, 1), 70, 72)], YEAR_SO_FAR, id="checks that are too young tell nothing"
        ),
        pytest.param(
            [(date(2021, 4, 1), 38, 40), (SINCE, 40, 42), (date(2021, 4, 8), 41, 44)],
            counts(55, 58, 60),
            id="the newest check at least so old",
        ),
        pytest.param(
            [(date(2021, 3, 1), 20, 21)],
            counts(75, 79, 87),
            id="an older one, over the days that there really were",
        ),
        pytest.param(
            [(SINCE, 90, 120)], YEAR_SO_FAR, id="counts that have shrunk were corrected meanwhile"
        ),
    ],
)
def test_within_one_year(engine: Engine, checks: list[Check], expected: RecentCounts) -> None:
    store(engine, checks)
    assert ask(engine, 95, 100) == expected


def test_a_check_out_of_order_and_one_without_data_are_no_witnesses(engine: Engine) -> None:
    store(engine, [(SINCE, 40, 42)], in_order=False)
    assert ask(engine, 95, 100) == YEAR_SO_FAR
    store(engine, [(date(2021, 4, 6), 0, 0)], state="no_data")
    assert ask(engine, 95, 100) == YEAR_SO_FAR


EARLY = date(2022, 1, 31)  # 21 weekdays after 31/12/2021
BEFORE = WEEKDAYS.add(EARLY, -60)


def test_across_a_new_year_the_old_years_end_is_added(engine: Engine) -> None:
    store(engine, [(BEFORE, 900, 930), (date(2021, 12, 31), 960, 995)])
    # 960 - 900 of 995 - 930 in the old year (39 weekdays after the 8th), and 20 of 20 in the new.
    assert ask(engine, 20, 20, EARLY) == counts(80, 85, 60)


def test_without_the_old_years_end_only_the_new_year_speaks(engine: Engine) -> None:
    store(engine, [(BEFORE, 900, 930), (date(2021, 12, 10), 950, 985)])
    assert ask(engine, 20, 20, EARLY) == counts(20, 20, 21)


def test_last_years_rest_is_known_where_both_days_were_checked(engine: Engine) -> None:
    store(engine, [(date(2020, 6, 29), 300, 310), (date(2020, 12, 31), 680, 700)])
    assert ask(engine, 95, 100) == counts(95, 100, 129, rest=390)


def test_last_years_rest_is_not_guessed_from_a_check_of_another_month(engine: Engine) -> None:
    store(engine, [(date(2020, 6, 1), 300, 310), (date(2020, 12, 31), 680, 700)])
    assert ask(engine, 95, 100).rest_of_last_year is None


def test_each_field_is_compared_with_itself(engine: Engine) -> None:
    with writing(engine) as tx:
        ids = [
            new_id(tx.execute(insert(FieldRow).values(key=k, name=k))) for k in ("dat", "ho tich")
        ]
        wall = moment(SINCE).wall
        done = tx.execute(
            insert(SnapshotRow).values(as_of=wall, day=day_of(SINCE), taken_at=wall, in_order=True)
        )
        tx.execute(
            insert(ReadingRow).values(
                snapshot_id=new_id(done), target="on_time", unit_id=1, field_id=ids[0],
                numerator=5, denominator=6, state="met",
            )
        )  # fmt: skip
    now = [
        Reading(target="on_time", unit_id=1, field_id=i, field="", numerator=9, denominator=10)
        for i in ids
    ]
    with reading(engine) as tx:
        found = recent_counts(tx, moment(TODAY), now)
    assert found[1, "on_time", ids[0]] == counts(4, 4, 60)
    # A field of which there was nothing then has come since.
    assert found[1, "on_time", ids[1]] == counts(9, 10, 60)
