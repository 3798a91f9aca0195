"""Which months of a year does a cell mean: "Quý I/2021", "6 tháng đầu năm 2021", "T3/2021"?"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from db.intake.moments import FIRST_YEAR, LAST_YEAR
from db.intake.refusals import BadValue
from db.names import fold

MONTHS = 12


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Period:
    """Whole months of one year, both ends inclusive."""

    year: int
    first: int
    last: int

    @property
    def months(self) -> int:
        return self.last - self.first + 1

    @property
    def key(self) -> str:
        """2021, 2021-H1, 2021-Q1, 2021-03; 2021-01..09 for any other run of months."""
        if self.months == MONTHS:
            return f"{self.year}"
        if self.months == 1:
            return f"{self.year}-{self.first:02}"
        for sign, length in (("H", 6), ("Q", 3)):
            if self.months == length and self.last % length == 0:
                return f"{self.year}-{sign}{self.last // length}"
        return f"{self.year}-{self.first:02}..{self.last:02}"

    @property
    def begins(self) -> int:
        """The first moment of its first month (YYYYMMDDHHMMSS)."""
        return (self.year * 10_000 + self.first * 100 + 1) * 1_000_000

    @property
    def ends(self) -> int:
        """The last moment of its last month (YYYYMMDDHHMMSS)."""
        days = monthrange(self.year, self.last)[1]
        return (self.year * 10_000 + self.last * 100 + days) * 1_000_000 + 235959


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS = {"ba": 3, "sau": 6, "chin": 9}
_YEAR = r"(?:nam )?(?P<year>\d{4})"


def _number(text: str) -> int:
    return _ROMAN.get(text) or _WORDS.get(text) or int(text)


def _month(number: int) -> tuple[int, int]:
    return number, number


def _quarter(number: int) -> tuple[int, int]:
    return number * 3 - 2, number * 3


def _half(number: int) -> tuple[int, int]:
    return number * 6 - 5, number * 6


def _from_january(number: int) -> tuple[int, int]:
    return 1, number


def _until_december(number: int) -> tuple[int, int]:
    return MONTHS + 1 - number, MONTHS


def _whole_year(_number: int) -> tuple[int, int]:
    return 1, MONTHS


# The first form that fits the folded text decides; a form without a number means the whole year.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[int], tuple[int, int]]], ...] = tuple(
    (re.compile(form), meaning)
    for form, meaning in (
        (rf"(?:quy|q) ?(?P<n>iv|i{{1,3}}|[1-4]) {_YEAR}", _quarter),
        (rf"(?P<n>\d{{1,2}}|ba|sau|chin) ?(?:thang|t) cuoi {_YEAR}", _until_december),
        (rf"(?P<n>\d{{1,2}}|ba|sau|chin) ?(?:thang|t)(?: dau)? {_YEAR}", _from_january),
        (rf"nua dau {_YEAR}", lambda _n: (1, 6)),
        (rf"nua cuoi {_YEAR}", lambda _n: (7, 12)),
        (rf"(?:thang |thang|t ?)?(?P<n>\d{{1,2}}) {_YEAR}", _month),
        (r"(?P<year>\d{4}) q(?P<n>[1-4])", _quarter),
        (r"(?P<year>\d{4}) h(?P<n>[12])", _half),
        (r"(?P<year>\d{4}) 01 (?P<n>\d\d)", _from_january),
        (r"(?P<year>\d{4}) (?P<n>\d\d) 12", lambda n: (n, MONTHS)),
        (r"(?P<year>\d{4}) (?P<n>\d{1,2})", _month),
        (rf"(?:ca )?{_YEAR}", _whole_year),
    )
)


def parse_period(text: str) -> Period:
    """The months that a cell means; what `key` printed is understood too. Raises BadValue."""
    folded = fold(text)
    for form, meaning in _FORMS:
        if found := form.fullmatch(folded):
            parts = found.groupdict()
            year = int(parts["year"])
            first, last = meaning(_number(parts.get("n") or "0"))
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= first <= last <= MONTHS:
                return Period(year=year, first=first, last=last)
    raise BadValue(
        f"not a period: {text.strip()[:40]!r} (write Quý I/2021, Tháng 3/2021, 6 tháng đầu năm"
        " 2021 or Năm 2021)"
    )


def choose_disjoint(periods: Iterable[Period]) -> frozenset[Period]:
    """Those of one year's periods that together tell most of it and no month twice.

    The choice covers as many months as possible; of two that cover as many, the one of more and
    finer periods is taken. So four quarters stand for the year that is given beside them, while a
    year beside one quarter stands for itself and the quarter, which it contains.
    """
    known = sorted(set(periods))
    # best[m]: of the months 1 to m, how many are covered, by how many periods, and which.
    best: list[tuple[int, int, tuple[Period, ...]]] = [(0, 0, ())]
    for month in range(1, MONTHS + 1):
        options = [best[month - 1]]
        for period in known:
            if period.last == month:
                covered, count, chosen = best[period.first - 1]
                options.append((covered + period.months, count + 1, (*chosen, period)))
        best.append(max(options, key=lambda option: option[:2]))
    return frozenset(best[MONTHS][2])
