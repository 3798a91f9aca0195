"""What happens at xã Bình Khánh? The told part of the invented world, the same for every seed.

On the morning of 23/03/2021 one dossier is overdue without a letter, civil status stands at
111/117, one mailbox is idle and one document went out on paper. Each of the next mornings changes
something; see DOSSIERS, IDLE and PAPER below, where a day is the day on which it happens and the
exports of the next working morning tell of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.demo.days import YEAR, after, working_days
from bot.demo.procedures import ALLOWANCE, BIRTH, DEATH, SINGLE, Procedure

FIRST_MORNING = date(2021, 3, 23)
PARTIAL_MORNINGS = frozenset({date(2021, 3, 29)})  # only the first page of the list was exported


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """A dossier of the story; `hour` is the time of day at which it was finished."""

    procedure: Procedure
    finished: date | None = None
    hour: tuple[int, int] = (10, 5)
    letter: date | None = None
    asked: date | None = None


def _day(text: str) -> date:
    return date.fromisoformat(f"2021-{text}")


# Day of receipt -> the dossier that became late (or waits for its citizen).
DOSSIERS: dict[date, Plot] = {
    _day("01-11"): Plot(procedure=SINGLE, finished=_day("01-15"), letter=_day("01-14")),
    _day("01-25"): Plot(procedure=SINGLE, finished=_day("02-01"), letter=_day("01-28")),
    _day("02-03"): Plot(procedure=SINGLE, finished=_day("02-09"), letter=_day("02-08")),
    _day("02-24"): Plot(procedure=SINGLE, finished=_day("03-02"), letter=_day("03-01")),
    _day("03-10"): Plot(procedure=SINGLE, finished=_day("03-16"), letter=_day("03-15")),
    # Waits for papers: paused, so neither late nor in need of a letter.
    _day("03-11"): Plot(procedure=ALLOWANCE, asked=_day("03-12")),
    # Due 19/03, open on the first morning; the letter comes on 23/03, the result on 24/03.
    _day("03-16"): Plot(procedure=SINGLE, finished=_day("03-24"), letter=_day("03-23")),
    # Due 25/03 (letter on 29/03), 30/03 (letter in time) and 07/04 (no letter till 09/04).
    _day("03-22"): Plot(procedure=ALLOWANCE, finished=_day("03-30"), letter=_day("03-29")),
    _day("03-25"): Plot(procedure=SINGLE, finished=_day("04-01"), letter=_day("03-30")),
    _day("04-02"): Plot(procedure=ALLOWANCE, finished=_day("04-12"), letter=_day("04-09")),
}

# Who of the staff (by place in the list of mailboxes) did not sign in, first and last day.
IDLE: dict[int, tuple[date, date]] = {
    1: (_day("03-15"), _day("03-23")),
    4: (_day("03-22"), _day("03-30")),
    6: (_day("04-01"), _day("04-08")),
}

# Day of sending on paper only -> the day on which the electronic copy followed.
PAPER: dict[date, date] = {_day("03-18"): _day("03-25"), _day("03-30"): _day("04-05")}


def dossiers_of(day: date) -> Iterator[Plot]:
    """What xã Bình Khánh received on a working day: a steady stream, and the story's own."""
    yield Plot(procedure=BIRTH, finished=day)
    yield Plot(procedure=SINGLE, finished=after(day, 2), hour=(15, 30))
    if day >= YEAR:
        if _place(day) % 6 == 0:
            yield Plot(procedure=DEATH, finished=day, hour=(14, 20))
        if _place(day) % 3 == 1:
            yield Plot(procedure=ALLOWANCE, finished=after(day, 2), hour=(9, 40))
    if day in DOSSIERS:
        yield DOSSIERS[day]


def _place(day: date) -> int:
    """How many working days of the year came before."""
    return len(working_days(YEAR, day))
