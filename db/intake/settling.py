"""What is settled about a dossier for good, once its row is known? Pure; run at import.

Rules: domain reference 1.6 (on time), 2.1 (status and clock), 2.3 (supplement time is taken off).
"""

from __future__ import annotations

from db.indicators import DAY, date_of, day_of
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


def deadline_of(due: int, pause_from: int, pause_to: int, calendar: Workdays) -> int:
    """The due moment and the working days of a closed pause; one after it heals nothing."""
    if pause_from > due:
        return due
    days = calendar.between(date_of(pause_from), date_of(pause_to))
    if days == 0:
        return due
    return day_of(calendar.add(date_of(due), days)) * DAY + due % DAY


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
) -> Settled:
    """Judges one dossier as far as the calendar cannot change it any more.

    `finished` is when handling ended (else the hand-over, else None); `day_end` the last moment of
    the delivery's day: a finish or receipt beyond it is impossible.
    """
    year = (finished or received or day_end) // 10_000_000_000
    left_out = _why_left_out(status, received, due_first, finished, day_end)
    if left_out is not None or due_first is None:
        return due_first, year, 0, 0, 0, left_out
    deadline = due_first
    if pause_to is not None and pause_from is not None:
        deadline = deadline_of(due_first, pause_from, pause_to, calendar)
    if finished is not None:
        return (deadline, year, 1, 0, 0, None) if finished <= deadline else (
            deadline, year, 0, 1, 0, None
        )  # fmt: skip
    # A pause stops the clock, unless it began when the dossier was already late.
    if status in PAUSED and (pause_from is None or pause_from <= deadline):
        return deadline, year, 0, 0, 0, "paused"
    return deadline, year, 0, 0, 1, None


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
