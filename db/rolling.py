"""What did the last days add to a year's count, and what was it a year ago? Stored checks say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from db.indicators import Moment
from db.recent import NEAR, newest_between, year_before
from db.records import Key, Reading, RollingCounts, SamePeriod, State
from db.tables import ReadingRow

WINDOW = 30  # calendar days; domain reference 1.0.3
UNTRUSTED = frozenset({State.NO_DATA.value, State.STALE.value, State.REJECTED.value})

Place = tuple[int, str]  # unit, target


@dataclass(frozen=True, kw_only=True, slots=True)
class _Check:
    """An old check: its day, and what it counted of the places that it could trust."""

    day: date
    counts: Mapping[Key, tuple[int, int]]
    trusted: frozenset[Place]

    def of(self, key: Key) -> tuple[int, int] | None:
        """A field of a place that was counted, but not this field, had nothing yet."""
        return self.counts.get(key, (0, 0)) if key[:2] in self.trusted else None


def rolling_counts(
    tx: Connection,
    moment: Moment,
    readings: Iterable[Reading],
    *,
    days: int = WINDOW,
    over_fields: bool = False,
) -> dict[Key, RollingCounts]:
    """For yearly readings of a moment: what the last `days` calendar days have added to each.

    The newest check at least so long ago says what there was before, and in how many days the rest
    came; where it is one of last year's, last year's end is added. Nothing is answered where no
    check is near that day (or last year's end), where the source could not be trusted then, or
    where the counts have shrunk since (a correction). `over_fields`: the readings are sums over
    their target's fields, and have no field.
    """
    asked = list(readings)
    start, since = moment.year_begins, moment.day - timedelta(days=days)

    def check(latest: date) -> _Check | None:
        return _newest_check(tx, moment, latest, latest - NEAR, asked, over_fields)

    before = check(since) if asked else None
    if before is None:
        return {}
    into_last_year = before.day < start
    last_end = check(start - timedelta(days=1)) if into_last_year else None
    if into_last_year and last_end is None:
        return {}
    found = {}
    for reading in asked:
        was, more = before.of(reading.key), last_end.of(reading.key) if last_end else (0, 0)
        if was is None or more is None:
            continue
        good = reading.numerator + more[0] - was[0]
        whole = reading.denominator + more[1] - was[1]
        if 0 <= good <= whole:
            found[reading.key] = RollingCounts(
                numerator=good,
                denominator=whole,
                days=(moment.day - before.day).days,
                into_last_year=into_last_year,
            )
    return found


def same_period(
    tx: Connection, moment: Moment, readings: Iterable[Reading], *, over_fields: bool = False
) -> dict[Key, SamePeriod]:
    """For yearly readings of a moment: what last year's count was on the same day, by the newest
    check of that year near it; of those that had something to count then.
    """
    asked, day = list(readings), year_before(moment.day)
    year = moment.calendar.reporting_year
    earliest = max(day - NEAR, year.first_day(year.of(day)))
    then = _newest_check(tx, moment, day, earliest, asked, over_fields) if asked else None
    found = {}
    for reading in asked if then else ():
        was = then.of(reading.key) if then else None
        if then and was and was[1] > 0:
            found[reading.key] = SamePeriod(numerator=was[0], denominator=was[1], day=then.day)
    return found


def _newest_check(
    tx: Connection,
    moment: Moment,
    latest: date,
    earliest: date,
    asked: Sequence[Reading],
    over_fields: bool,
) -> _Check | None:
    snapshot = newest_between(tx, moment, earliest, latest)
    if snapshot is None:
        return None
    snapshot_id, day = snapshot
    rows = tx.execute(
        select(
            ReadingRow.unit_id, ReadingRow.target, ReadingRow.field_id, ReadingRow.numerator,
            ReadingRow.denominator, ReadingRow.state,
        ).where(
            ReadingRow.snapshot_id == snapshot_id,
            ReadingRow.unit_id.in_(sorted({reading.unit_id for reading in asked})),
            ReadingRow.target.in_(sorted({reading.target for reading in asked})),
        )
    ).all()  # fmt: skip
    counts: defaultdict[Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        key = (row.unit_id, row.target, None if over_fields else row.field_id)
        good, whole = counts[key]
        counts[key] = good + row.numerator, whole + row.denominator
    places = {(row.unit_id, row.target) for row in rows}
    untrusted = {(row.unit_id, row.target) for row in rows if row.state in UNTRUSTED}
    return _Check(day=day, counts=dict(counts), trusted=frozenset(places - untrusted))
