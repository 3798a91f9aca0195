"""What did a count that is taken each day come to over the year? The mean of its days."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import Connection, select

from db.indicators import Moment, date_of, day_of
from db.records import Reading, State, YearlyMean
from db.tables import ReadingRow, SnapshotRow

# On such a day nobody knew, or the numbers were those of an earlier one.
UNTRUSTED = tuple(
    state.value for state in (State.NO_DATA, State.STALE, State.REJECTED, State.UNPUBLISHED)
)


def yearly_mean(tx: Connection, moment: Moment, reading: Reading) -> YearlyMean | None:
    """The mean of the daily numerator/denominator over the working days of the reporting year until
    the moment, each by its newest trusted check; None where there was no such day.

    Exact: a mean of rates, not the rate of the sums (domain reference 1.12).
    """
    rows = tx.execute(
        select(SnapshotRow.day, ReadingRow.numerator, ReadingRow.denominator)
        .join(ReadingRow, ReadingRow.snapshot_id == SnapshotRow.id)
        .where(
            SnapshotRow.in_order,
            SnapshotRow.as_of <= moment.wall,
            SnapshotRow.day >= day_of(moment.year_begins),
            ReadingRow.unit_id == reading.unit_id,
            ReadingRow.target == reading.target,
            ReadingRow.field_id.is_(None)
            if reading.field_id is None
            else ReadingRow.field_id == reading.field_id,
            ReadingRow.denominator > 0,
            ReadingRow.state.not_in(UNTRUSTED),
        )
        .order_by(SnapshotRow.as_of)
    )
    rates = {day: Fraction(a, n) for day, a, n in rows if moment.calendar.is_working(date_of(day))}
    if not rates:
        return None
    mean = sum(rates.values(), Fraction(0)) / len(rates)
    return YearlyMean(
        numerator=mean.numerator,
        denominator=mean.denominator,
        days=len(rates),
        since=date_of(min(rates)),
    )
