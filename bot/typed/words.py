"""What did somebody write after a command? A unit's words, a day, a target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from db.names import fold
from db.records import Target

LOOKS_LIKE_A_DAY = re.compile(r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}$")
LONGEST_NUMBER = 9  # digits: what a database keeps as a row's number has no more
DAY_FORMS = (
    re.compile(r"^(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})$"),
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})$"),
)


@dataclass(frozen=True, slots=True)
class DayWrong:
    """Something written like a day that is none."""

    text: str


def read_number(text: str) -> int | None:
    """The number of an alert, a person, a change; None where it is none."""
    plain = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return int(text) if plain else None


def read_day(text: str) -> date | DayWrong | None:
    """The day that a word names (23/03/2021); None where it does not look like one."""
    if not LOOKS_LIKE_A_DAY.match(text):
        return None
    for form in DAY_FORMS:
        found = form.match(text)
        if found:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                break
    return DayWrong(text)


def unit_and_day(words: Sequence[str]) -> tuple[str, date | DayWrong | None]:
    """'xã Bình Khánh 23/03/2021' -> the unit's words and the day, if one ends them."""
    day = read_day(words[-1]) if words else None
    rest = words[:-1] if day is not None else words
    return " ".join(rest), day


def unit_and_target(words: Sequence[str], targets: Iterable[Target]) -> tuple[str, Target | None]:
    """'Bình Khánh thư xin lỗi' -> the unit's words and the target that ends them.

    A target is named by its id, its number in the plan ("7") or its name in either language.
    """
    known: dict[str, Target] = {}
    for target in targets:
        for name in (target.id, target.item, *target.names.values()):
            # Some numbers of the plan have several lines: the first is meant.
            known.setdefault(fold(name), target)
    for start in range(len(words)):
        named = known.get(fold(" ".join(words[start:])))
        if named is not None:
            return " ".join(words[:start]), named
    return " ".join(words), None
