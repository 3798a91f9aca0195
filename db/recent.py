"""How much was counted lately? Differences between the stored readings of checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, select, true

from db import reporting_years
from db.indicators import Moment, date_of, day_of
from db.records import Key, Reading, RecentCounts, State
from db.tables import ReadingRow, SnapshotRow

WINDOW = 60  # working days; domain reference 1.0.5
YEAR_END = timedelta(days=11)  # a year's last check counts as its end when it is no older
ONE_DAY = timedelta(days=1)
NEAR = timedelta(days=10)  # a check so long before a day still stands for it

Counts = Mapping[Key, tuple[int, int]]
NOTHING = (0, 0)
BLIND = (State.NO_DATA.value, State.REJECTED.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Check:
    """An old check: its day, and (of the targets asked for) what it counted."""

    day: date
    counts: Counts = field(default_factory=dict)
    blind: frozenset[tuple[int, str]] = frozenset()  # (unit, target) that had no data yet


def recent_counts(
    tx: Connection,
    moment: Moment,
    readings: Iterable[Reading],
    *,
    window: int = WINDOW,
) -> dict[Key, RecentCounts]:
    """For yearly readings of a moment: what the last `window` working days have added to each.

    The newest check at least so long ago says what there was before; where the window reaches into
    last year, last year's end is added. Where no check is so old, or the counts have shrunk since
    (a correction), everything since the year began is the answer.
    """
    asked = list(readings)
    targets = sorted({reading.target for reading in asked})
    unit_ids = sorted({reading.unit_id for reading in asked})

    def check(day: date, earliest: date) -> _Check | None:
        return _newest_check(tx, moment, day, earliest, targets, unit_ids)

    today, calendar = moment.day, moment.calendar
    year = calendar.reporting_year
    start = moment.year_begins - ONE_DAY
    since = calendar.add(today, -window)
    before = check(since, year.first_day(year.of(since)))
    last_end = check(start, start - YEAR_END)
    across = since <= start
    if across and last_end is None:
        before = None
    days = calendar.between(start, today)
    if before is not None:
        added = calendar.between(before.day, last_end.day) if across and last_end else 0
        window_days = days + added if across else calendar.between(before.day, today)
    a_year_ago = year_before(today)
    then = check(a_year_ago, a_year_ago - NEAR) if last_end is not None else None

    found = {}
    for reading in asked:
        key = reading.key
        now = (reading.numerator, reading.denominator)
        rest = None
        if then is not None and last_end is not None and key in last_end.counts:
            rest = max(0, last_end.counts[key][1] - then.counts.get(key, NOTHING)[1])
        recent, working_days = now, days
        if before is not None and key[:2] not in before.blind:
            more = last_end.counts.get(key, NOTHING) if across and last_end else NOTHING
            was = before.counts.get(key, NOTHING)
            good, whole = (now[i] + more[i] - was[i] for i in (0, 1))
            if 0 <= good <= whole:
                recent, working_days = (good, whole), window_days
        found[key] = RecentCounts(
            numerator=recent[0], denominator=recent[1], working_days=working_days,
            rest_of_last_year=rest,
        )  # fmt: skip
    return found


def newest_between(
    tx: Connection, moment: Moment, earliest: date, latest: date
) -> tuple[int, date] | None:
    """The newest check taken in order between two days, and before the moment itself: its snapshot
    and its day. One that counted by another reporting year cannot be compared with.
    """
    counted_so_since = reporting_years.since(tx)
    found = tx.execute(
        select(SnapshotRow.id, SnapshotRow.day)
        .where(
            SnapshotRow.in_order, SnapshotRow.as_of < moment.wall,
            SnapshotRow.day <= day_of(latest), SnapshotRow.day >= day_of(earliest),
            true() if counted_so_since is None else SnapshotRow.taken_at >= counted_so_since,
        )
        .order_by(SnapshotRow.as_of.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip
    return None if found is None else (found.id, date_of(found.day))


def _newest_check(
    tx: Connection,
    moment: Moment,
    latest: date,
    earliest: date,
    targets: Sequence[str],
    unit_ids: Sequence[int],
) -> _Check | None:
    snapshot = newest_between(tx, moment, earliest, latest)
    if snapshot is None:
        return None
    snapshot_id, day = snapshot
    query = select(
        ReadingRow.unit_id, ReadingRow.target, ReadingRow.field_id, ReadingRow.numerator,
        ReadingRow.denominator, ReadingRow.state,
    ).where(ReadingRow.snapshot_id == snapshot_id, ReadingRow.target.in_(targets))  # fmt: skip
    if len(unit_ids) == 1:
        query = query.where(ReadingRow.unit_id == unit_ids[0])
    rows = tx.execute(query).all()
    return _Check(
        day=day,
        counts={(u, t, f): (a, n) for u, t, f, a, n, _ in rows},
        blind=frozenset((u, t) for u, t, _, _, n, state in rows if n == 0 and state in BLIND),
    )


def year_before(day: date) -> date:
    """The same day of the year before; of 29/02 the day before it."""
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - 1, day.month, 28 if leap_day else day.day)
