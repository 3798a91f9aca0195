"""What did the last days add, and what was it a year ago: in a year, across one, after a gap?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine, insert

from alerts.calendar import WorkingCalendar
from db.engine import new_id, reading, writing
from db.indicators import Moment, day_of
from db.recent import year_before
from db.records import Reading, RollingCounts, SamePeriod
from db.rolling import rolling_counts, same_period
from db.tables import FieldRow, ReadingRow, SnapshotRow
from settings import ZONE

EVERY_DAY = WorkingCalendar(first=1, last=0, days=())
TODAY, SINCE = date(2021, 9, 30), date(2021, 8, 31)
JANUARY = date(2022, 1, 20)
Check = tuple[date, int, int, str]  # its day, counts and state


def moment(day: date) -> Moment:
    return Moment(wall=datetime.combine(day, time(7, 30), ZONE), calendar=EVERY_DAY)


def store(
    engine: Engine, checks: Iterable[Check], field_id: int | None = None, target: str = "on_time",
    *, in_order: bool = True,
) -> None:  # fmt: skip
    with writing(engine) as tx:
        for day, numerator, denominator, state in checks:
            wall = moment(day).wall
            done = tx.execute(
                insert(SnapshotRow).values(
                    as_of=wall, day=day_of(day), taken_at=wall, in_order=in_order
                )
            )
            tx.execute(
                insert(ReadingRow).values(
                    snapshot_id=new_id(done), target=target, unit_id=1, field_id=field_id,
                    numerator=numerator, denominator=denominator, state=state,
                )
            )  # fmt: skip


def counted(numerator: int, denominator: int, field_id: int | None = None) -> Reading:
    return Reading(
        target="on_time", unit_id=1, field_id=field_id, field=None,
        numerator=numerator, denominator=denominator,
    )  # fmt: skip


def ask(
    engine: Engine, now: Reading, today: date, *, days: int = 30, over_fields: bool = False
) -> RollingCounts | None:
    with reading(engine) as tx:
        asked = rolling_counts(tx, moment(today), [now], days=days, over_fields=over_fields)
    return asked.get(now.key)


def added(numerator: int, denominator: int, days: int = 30, *, into: bool = False) -> RollingCounts:
    return RollingCounts(
        numerator=numerator, denominator=denominator, days=days, into_last_year=into
    )


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        pytest.param([], None, id="a new installation knows nothing of it"),
        pytest.param(
            [(SINCE, 330, 340, "met")], added(12, 15), id="the check of that day is the difference"
        ),
        pytest.param(
            [(date(2021, 8, 28), 330, 340, "met"), (date(2021, 9, 1), 335, 345, "met")],
            added(12, 15, 33), id="the newest at least so old, over the days that there were",
        ),
        pytest.param(
            [(date(2021, 8, 21), 330, 340, "met")], added(12, 15, 40), id="ten days before is near"
        ),
        pytest.param(
            [(date(2021, 8, 20), 330, 340, "met")], None, id="eleven days before is not"
        ),
        pytest.param(
            [(date(2021, 9, 1), 330, 340, "met")], None, id="a younger check tells nothing"
        ),
        pytest.param(
            [(SINCE, 0, 0, "none")], added(342, 355), id="what had nothing to count began since"
        ),
        pytest.param(
            [(SINCE, 0, 0, "no_data")], None, id="what had no data then did not begin since"
        ),
        pytest.param([(SINCE, 330, 340, "stale")], None, id="old data are of an unknown day"),
        pytest.param([(SINCE, 330, 340, "rejected")], None, id="so are those before a bad file"),
        pytest.param(
            [(SINCE, 343, 350, "met")], None, id="fewer in time than then were corrected since"
        ),
        pytest.param(
            [(SINCE, 330, 350, "met")], None, id="more became in time than came: corrected, too"
        ),
    ],
)  # fmt: skip
def test_within_a_year(
    engine: Engine, checks: list[Check], expected: RollingCounts | None
) -> None:  # fmt: skip
    store(engine, checks)
    assert ask(engine, counted(342, 355), TODAY) == expected


def test_a_check_out_of_order_is_no_witness(engine: Engine) -> None:
    store(engine, [(SINCE, 330, 340, "met")], in_order=False)
    assert ask(engine, counted(342, 355), TODAY) is None


def test_a_check_that_did_not_count_the_line_yet_says_nothing_of_it(engine: Engine) -> None:
    """A target of a new plan: all of the year would be said to have come in these days."""
    store(engine, [(SINCE, 330, 340, "met")], target="another_line")
    assert ask(engine, counted(342, 355), TODAY) is None


@pytest.mark.parametrize(
    ("days", "since"),
    [pytest.param(7, date(2021, 9, 23), id="a week"), pytest.param(90, date(2021, 7, 2), id="90")],
)
def test_the_window_is_a_setting(engine: Engine, days: int, since: date) -> None:
    store(engine, [(since, 300, 310, "met"), (since + timedelta(days=1), 310, 320, "met")])
    assert ask(engine, counted(342, 355), TODAY, days=days) == added(42, 45, days)


@pytest.mark.parametrize(
    ("checks", "today", "expected"),
    [
        # 960 - 930 of 1000 - 960 in the old year, and 18 of 20 in the new one.
        pytest.param(
            [(date(2021, 12, 21), 930, 960, "met"), (date(2021, 12, 31), 960, 1000, "met")],
            JANUARY, added(48, 60, into=True), id="the old year's rest and the new year",
        ),
        pytest.param(
            [(date(2021, 12, 21), 930, 960, "met"), (date(2021, 12, 24), 950, 985, "met")],
            JANUARY, added(38, 45, into=True), id="an old year that ended a week early",
        ),
        pytest.param(
            [(date(2021, 12, 12), 930, 960, "met"), (date(2022, 1, 3), 1, 1, "met")],
            JANUARY, None, id="without the old year's end nobody knows",
        ),
        pytest.param(
            [(date(2021, 12, 21), 930, 960, "met"), (date(2021, 12, 31), 960, 1000, "stale")],
            JANUARY, None, id="nor where it could not be trusted",
        ),
        pytest.param(
            [(date(2021, 12, 31), 960, 1000, "met"), (date(2022, 1, 2), 0, 0, "none")],
            date(2022, 2, 1), added(18, 20), id="from the new year's first check on it is its own",
        ),
        pytest.param(
            [(date(2021, 12, 30), 955, 995, "met"), (date(2021, 12, 31), 960, 1000, "met")],
            date(2022, 2, 1), added(18, 20, 32, into=True),
            id="no check in the first days: the old year's last is where nothing was counted",
        ),
    ],
)  # fmt: skip
def test_across_a_new_year(
    engine: Engine, checks: list[Check], today: date, expected: RollingCounts | None
) -> None:
    store(engine, checks)
    assert ask(engine, counted(18, 20), today) == expected


def with_fields(engine: Engine, day: date, *counts: tuple[int, int]) -> Sequence[int]:
    """A check of a target that has a reading of each field."""
    with writing(engine) as tx:
        ids = [
            new_id(tx.execute(insert(FieldRow).values(key=str(n), name=str(n))))
            for n in range(len(counts) + 1)
        ]
        wall = moment(day).wall
        done = tx.execute(
            insert(SnapshotRow).values(as_of=wall, day=day_of(day), taken_at=wall, in_order=True)
        )
        for field_id, (a, n) in zip(ids, counts, strict=False):
            tx.execute(
                insert(ReadingRow).values(
                    snapshot_id=new_id(done), target="on_time", unit_id=1, field_id=field_id,
                    numerator=a, denominator=n, state="met",
                )
            )  # fmt: skip
    return ids


def test_each_field_is_compared_with_itself_and_a_new_one_with_nothing(engine: Engine) -> None:
    first, second, new = with_fields(engine, SINCE, (5, 6), (100, 100))
    asked = [counted(9, 11, first), counted(100, 100, second), counted(3, 4, new)]
    with reading(engine) as tx:
        found = rolling_counts(tx, moment(TODAY), asked)
    assert [found[each.key] for each in asked] == [added(4, 5), added(0, 0), added(3, 4)]


def test_a_sum_over_fields_is_compared_with_their_sum(engine: Engine) -> None:
    with_fields(engine, SINCE, (5, 6), (100, 100))
    assert ask(engine, counted(112, 115), TODAY, over_fields=True) == added(7, 9)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        pytest.param([], None, id="a first year has none before it"),
        pytest.param(
            [(date(2021, 1, 20), 45, 48, "missed"), (date(2021, 1, 21), 46, 49, "missed")],
            SamePeriod(numerator=45, denominator=48, day=date(2021, 1, 20)),
            id="the same day",
        ),
        pytest.param(
            [(date(2021, 1, 17), 45, 48, "missed")],
            SamePeriod(numerator=45, denominator=48, day=date(2021, 1, 17)),
            id="a day near before it, which is named",
        ),
        pytest.param([(date(2021, 1, 9), 45, 48, "missed")], None, id="not eleven days before it"),
        pytest.param([(date(2021, 1, 20), 0, 0, "none")], None, id="nothing to count is no rate"),
        pytest.param([(date(2021, 1, 20), 45, 48, "stale")], None, id="nor are old data"),
    ],
)
def test_a_year_ago(engine: Engine, checks: list[Check], expected: SamePeriod | None) -> None:
    store(engine, checks)
    now = counted(18, 20)
    with reading(engine) as tx:
        assert same_period(tx, moment(JANUARY), [now]).get(now.key) == expected


def test_a_year_ago_is_never_the_end_of_the_year_before_that(engine: Engine) -> None:
    store(engine, [(date(2020, 12, 31), 960, 1000, "met")])
    now = counted(3, 3)
    with reading(engine) as tx:
        assert same_period(tx, moment(date(2022, 1, 5)), [now]) == {}


@pytest.mark.parametrize(
    ("day", "before"),
    [
        pytest.param(date(2024, 2, 29), date(2023, 2, 28), id="of a leap day the day before it"),
        pytest.param(date(2025, 2, 28), date(2024, 2, 28), id="after a leap year the same day"),
    ],
)
def test_the_same_day_of_the_year_before(day: date, before: date) -> None:
    assert year_before(day) == before
