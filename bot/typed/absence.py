"""What was written after /absence: whose days, which ones, and who stands in?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.typed.words import DayWrong, read_day, read_number
from db.names import fold

# Words around the days; a dash folds to nothing.
AROUND = frozenset({"tu", "ngay", "from", "den", "to", ""})


@dataclass(frozen=True, kw_only=True, slots=True)
class AbsenceWords:
    person_id: int | None  # None: one's own
    first: date
    last: date
    stand_in: str  # as written; empty: nobody was named


def read_absence(words: Sequence[str]) -> AbsenceWords | DayWrong | None:
    """'01/04/2021 05/04/2021 Nguyễn Văn An', after a person's number where an admin writes it.

    One day alone is the first and the last. None where no day is written where one is needed.
    """
    rest = list(words)
    person_id = read_number(rest[0]) if rest else None
    if person_id is not None:
        rest.pop(0)
    days: list[date] = []
    while rest and len(days) < 2:
        day = read_day(rest[0])
        if isinstance(day, DayWrong):
            return day
        if day is not None:
            days.append(day)
        elif fold(rest[0]) not in AROUND:
            break
        rest.pop(0)
    if not days:
        return None
    return AbsenceWords(
        person_id=person_id, first=days[0], last=days[-1], stand_in=" ".join(rest)[:100]
    )
