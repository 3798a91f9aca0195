"""What is settled about a dossier for good, once its row is known? Pure; run at import.

Rules: domain reference 1.6 (on time), 2.1 (status and clock), 2.3 (supplement time is taken off),
2.10 (stopped clocks).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from db.indicators import DAY, date_of, day_of
from db.intake.pauses import Pause, pauses_of
from db.records import Workdays

# Statuses of the National Public Service Portal.
NEW, ACCEPTED, NOT_ACCEPTED, IN_PROGRESS, SUPPLEMENT, FEE = 1, 2, 3, 4, 5, 6
WITHDRAWN, STOPPED, DONE, RETURNED = 7, 8, 9, 10
PAUSED = frozenset({SUPPLEMENT, FEE})
ENDED = frozenset({WITHDRAWN, STOPPED, DONE, RETURNED})
UNCOUNTED = frozenset({NEW, NOT_ACCEPTED})


# deadline, year, on_time, late, running, left_out: see the dossiers table. A plain tuple, because a
# million of them are made in an import.
Settled = tuple[int | None, int, int, int, int, str | None]
SETTLED_COLUMNS = ("deadline", "year", "on_time", "late", "running", "left_out")


# Days on which no clock runs: (first, last), both stopped; rising and apart, see `apart`.
Stops = tuple[tuple[date, date], ...]


def apart(stops: Iterable[tuple[date, date]]) -> Stops:
    """Periods as they were decided, each day in one only: those that meet are joined."""
    joined: list[tuple[date, date]] = []
    for first, last in sorted(stops):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        elif first <= last:
            joined.append((first, last))
    return tuple(joined)


def deadline_of(
    due: int,
    pauses: Sequence[Pause],
    calendar: Workdays,
    received: int | None = None,
    stops: Stops = (),
) -> int:
    """The due moment, moved by the working days on which the dossier's clock stood.

    These are the days of its closed pauses (rising and apart), but for those that began when the
    dossier was late already, and the days of the stops after the receipt and up to the deadline
    itself: when a stop ends, as many working days are left as there were when it began. A day
    counts once. Without a receipt no stop is known to touch the dossier.
    """
    deadline = _after_stops(due, 0, received, stops, calendar) if stops else due
    paused = 0
    for start, end in pauses:
        if end is None or start > deadline:
            continue
        days = calendar.between(date_of(start), date_of(end))
        if days == 0:
            continue
        paused += days
        if stops:
            stops = _without(stops, date_of(start), date_of(end))
            deadline = _after_stops(due, paused, received, stops, calendar)
        else:
            deadline = _later(due, paused, calendar)
    return deadline


def _later(due: int, days: int, calendar: Workdays) -> int:
    return day_of(calendar.add(date_of(due), days)) * DAY + due % DAY if days else due


def _after_stops(
    due: int, days: int, received: int | None, stops: Stops, calendar: Workdays
) -> int:
    """The due moment, `days` working days and the stopped ones later."""
    moved = _later(due, days, calendar)
    if received is None:
        return moved
    start = date_of(received)
    while True:
        # The deadline may move into a further part of a stop: until it stands still.
        until = date_of(moved)
        stood = sum(
            calendar.between(max(start, first - timedelta(days=1)), min(last, until))
            for first, last in stops
        )
        again = _later(due, days + stood, calendar)
        if again == moved:
            return moved
        moved = again


def _without(stops: Sequence[tuple[date, date]], start: date, end: date) -> Stops:
    """The stops without the days in (start, end]."""
    left = []
    for first, last in stops:
        left.append((first, min(last, start)))
        left.append((max(first, end + timedelta(days=1)), last))
    return tuple((first, last) for first, last in left if first <= last)


def settle(
    *,
    status: int,
    received: int | None,
    due_first: int | None,
    pause_from: int | None,
    pause_to: int | None,
    finished: int | None,
    day_end: int,
    calendar: Workdays,
    stops: Stops = (),
    earlier: str | None = None,
) -> Settled:
    """Judges one dossier as far as the passing of days cannot change it any more.

    `finished` is when handling ended (else the hand-over, else None); `day_end` the last moment of
    the delivery's day: a finish or receipt beyond it is impossible. `stops` are those of its unit,
    `earlier` its pauses before the one named, as they are kept (see `pauses`).
    """
    # A day that has not come yet says nothing of the year: it is looked into in that of the file.
    # (As ReportingYear.of_wall has it: written out, because an import asks a million times.)
    dated = min(finished or received or day_end, day_end)
    year = (dated + calendar.reporting_year.shift) // 10_000_000_000
    left_out = _why_left_out(status, received, due_first, finished, day_end)
    if left_out is not None or due_first is None:
        return due_first, year, 0, 0, 0, left_out
    deadline = due_first
    if stops or (pause_from is not None and (pause_to is not None or earlier)):
        pauses = pauses_of(pause_from, pause_to, earlier)
        deadline = deadline_of(due_first, pauses, calendar, received, stops)
    if finished is not None:
        return (deadline, year, 1, 0, 0, None) if finished <= deadline else (
            deadline, year, 0, 1, 0, None
        )  # fmt: skip
    # A pause stops the clock, unless it began when the dossier was already late.
    if status in PAUSED and (pause_from is None or pause_from <= deadline):
        return deadline, year, 0, 0, 0, "paused"
    return deadline, year, 0, 0, 1, None


def returned_at_the_end(
    *,
    status: int,
    on_time: int,
    received: int | None,
    ended: int | None,
    deadline: int | None,
    calendar: Workdays,
) -> bool:
    """Whether a dossier was returned within the last working day of its time, and just so on time.

    A classic way of hiding lateness (2.3). What came in on that very day had no other.
    """
    if status != STOPPED or not on_time or ended is None or deadline is None:
        return False
    last = date_of(deadline)
    if not calendar.is_working(last):
        last = calendar.add(last, -1)
    return date_of(ended) >= last and (received is None or date_of(received) < last)


def _why_left_out(
    status: int, received: int | None, due: int | None, finished: int | None, day_end: int
) -> str | None:
    # Not accepted, or not yet: nobody has promised anything.
    if status in UNCOUNTED:
        return "not_accepted"
    # Same-day procedures and the like carry no due date: listed, in no rate.
    if due is None:
        return "no_due_date"
    # What cannot have happened counts nowhere, and is looked into.
    if received is not None:
        if due < received or (finished is not None and finished < received):
            return "impossible_order"
        if received > day_end:
            return "future_date"
    if finished is None:
        return "finish_without_date" if status in ENDED else None
    return "future_date" if finished > day_end else None
