"""Is the year of a daily count the exact mean of its working days, and of nothing else?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from fractions import Fraction

import pytest
from sqlalchemy import Engine, insert

from alerts.calendar import WorkingCalendar
from db.engine import new_id, reading, writing
from db.indicators import Moment, day_of
from db.records import Reading, ReportingYear, YearlyMean
from db.tables import ReadingRow, SnapshotRow
from db.yearly_mean import yearly_mean
from settings import ZONE

WEEKDAYS = WorkingCalendar(first=1, last=0, days=())
TODAY = date(2021, 3, 24)
MON, TUE, SAT = date(2021, 3, 22), date(2021, 3, 23), date(2021, 3, 20)
Check = tuple[date, int, int, int, str]  # day, hour, numerator, denominator, state


def store(engine: Engine, checks: Sequence[Check], *, in_order: bool = True) -> None:
    with writing(engine) as tx:
        for day, hour, numerator, denominator, state in checks:
            wall = datetime.combine(day, time(hour, 30), ZONE)
            done = tx.execute(
                insert(SnapshotRow).values(
                    as_of=wall, day=day_of(day), taken_at=wall, in_order=in_order
                )
            )
            tx.execute(
                insert(ReadingRow),
                [
                    {"snapshot_id": new_id(done), "target": target, "unit_id": unit,
                     "field_id": None, "numerator": a, "denominator": denominator, "state": state}
                    for target, unit, a in (
                        ("mailboxes", 1, numerator), ("mailboxes", 2, 0), ("apology_letters", 1, 0),
                    )
                ],
            )  # fmt: skip


def mean(
    engine: Engine, today: date = TODAY, starts: tuple[int, int] = (1, 1)
) -> YearlyMean | None:
    calendar = WorkingCalendar(
        first=1, last=0, days=(), reporting_year=ReportingYear(month=starts[0], day=starts[1])
    )
    moment = Moment(wall=datetime.combine(today, time(8), ZONE), calendar=calendar)
    asked = Reading(
        target="mailboxes", unit_id=1, field_id=None, field=None, numerator=0, denominator=0
    )
    with reading(engine) as tx:
        return yearly_mean(tx, moment, asked)


@pytest.mark.parametrize(
    ("checks", "expected", "days"),
    [
        pytest.param([(MON, 7, 13, 14, "missed"), (TUE, 7, 14, 15, "missed")],
                     (Fraction(13, 14) + Fraction(14, 15)) / 2, 2,
                     id="the mean of the daily rates, not the rate of the sums"),
        pytest.param([(MON, 7, 1, 3, "missed"), (MON, 13, 3, 3, "met")], Fraction(1), 1,
                     id="of a day the newest check"),
        pytest.param([(MON, 7, 1, 2, "missed"), (MON, 13, 1, 4, "stale")], Fraction(1, 2), 1,
                     id="that could be trusted"),
        pytest.param([(MON, 7, 1, 2, "missed"), (TUE, 7, 1, 2, "stale")], Fraction(1, 2), 1,
                     id="a day whose numbers are an older one's is not counted twice"),
        pytest.param([(MON, 7, 1, 2, "missed"), (TUE, 7, 0, 0, "none")], Fraction(1, 2), 1,
                     id="a day without mailboxes is no rate"),
        pytest.param([(SAT, 7, 0, 2, "missed"), (MON, 7, 1, 2, "missed")], Fraction(1, 2), 1,
                     id="a day off is no working day"),
        pytest.param([(date(2020, 12, 31), 7, 0, 2, "missed"), (MON, 7, 1, 2, "missed")],
                     Fraction(1, 2), 1, id="last year is over"),
        pytest.param([(MON, 7, 1, 2, "missed"), (TODAY, 9, 0, 2, "missed")], Fraction(1, 2), 1,
                     id="and the future is not asked"),
    ],
)  # fmt: skip
def test_the_year_of_a_daily_count(
    engine: Engine, checks: list[Check], expected: Fraction, days: int
) -> None:
    store(engine, checks)
    found = mean(engine)
    assert found is not None
    assert Fraction(found.numerator, found.denominator) == expected
    assert found.days == days
    assert found.since == min(day for day, *_ in checks if day not in (SAT, date(2020, 12, 31)))


def test_without_a_trusted_day_there_is_no_mean(engine: Engine) -> None:
    store(engine, [(MON, 7, 0, 0, "no_data")])
    assert mean(engine) is None


def test_a_check_taken_again_for_a_past_moment_counts_nothing(engine: Engine) -> None:
    store(engine, [(MON, 7, 1, 2, "missed")])
    store(engine, [(TUE, 7, 0, 2, "missed")], in_order=False)
    assert mean(engine) == YearlyMean(numerator=1, denominator=2, days=1, since=MON)


def test_the_year_is_the_reporting_year(engine: Engine) -> None:
    store(engine, [(date(2020, 12, 16), 7, 0, 2, "missed"), (MON, 7, 1, 2, "missed")])
    found = mean(engine, starts=(12, 15))
    assert found == YearlyMean(numerator=1, denominator=4, days=2, since=date(2020, 12, 16))
