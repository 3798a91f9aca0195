"""What was found out while one file was taken? Rejects, flags, what was dropped, which units."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from db.indicators import DAY, date_of
from db.intake.gate import Previous
from db.intake.header import Header
from db.intake.moments import parse_moment
from db.intake.numbers import parse_count, parse_yes_no
from db.intake.refusals import BadValue
from db.intake.rules import IntakeRules
from db.intake.words import SourceWords
from db.names import fold
from db.records import Doubt, Flag, Reject, ReportingYear, UnreadColumn, Workdays
from db.units import UnitIndex

KEPT_REJECTS = 1000
KEPT_FLAGS = 2000
MOST_COUNTED = 10_000_000  # what a column of counts can hold on every database
SHOWN_VALUE = 80
NEARLY = 80  # of 100: below it a heading is another one, and not the same mistyped


class Table(Protocol):
    """The data rows of a file: (row number, cells); `columns` says which cell is what."""

    @property
    def columns(self) -> dict[str, int]: ...
    def __iter__(self) -> Iterator[tuple[int, list[str]]]: ...


@dataclass(kw_only=True)
class Taking:
    """One file on its way in: what its rows may ask, and what they leave behind."""

    tx: Connection
    delivery_id: int
    day: int  # of delivery
    words: SourceWords
    rules: IntakeRules
    calendar: Workdays
    units: UnitIndex
    header: Header
    source: str
    rows: int = 0
    loaded: int = 0
    bad: int = 0
    rejects: list[Reject] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    flag_counts: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    doubts: list[Doubt] = field(default_factory=list)
    unknown_units: Counter[str] = field(default_factory=Counter)
    unknown_words: Counter[tuple[str, str]] = field(default_factory=Counter)
    units_seen: set[int] = field(default_factory=set)
    named: set[str] = field(default_factory=set)  # see comparing.Scope; else it is units_seen
    replaced: Previous | None = None  # of a list: what was known of the same before
    earlier: Callable[[], Sequence[int]] = tuple  # the files in whose place this one comes
    older: bool = False  # a newer day's delivery is in already
    period: int | None = None  # a number that files of one period share, where the rows name it
    texts: Sequence[Sequence[str]] = ()  # the header's rows as the file prints them

    @property
    def day_end(self) -> int:
        """The last moment of the day of delivery: what comes after it is in the future."""
        return self.day * DAY + 235959

    @property
    def reporting_year(self) -> ReportingYear:
        return self.calendar.reporting_year

    @property
    def year(self) -> int:
        """The reporting year of the day of delivery."""
        return self.reporting_year.of(date_of(self.day))

    def reject(self, row: int, column: str, value: str, reason: str) -> None:
        """A row whose key or own unit cannot be understood: refused, the rest is taken."""
        self.bad += 1
        if len(self.rejects) < KEPT_REJECTS:
            # Only the cell at fault is shown, and never a column that may hold a name.
            shown = value[:SHOWN_VALUE] if column in self.words.stored else ""
            self.rejects.append(
                Reject(row=row, column=self.header_text(column), value=shown, reason=reason)
            )

    def flag(self, row: int, key: str, flag: str, detail: str = "") -> None:
        """A row that is loaded but odd."""
        self.flag_counts[flag] += 1
        if len(self.flags) < KEPT_FLAGS:
            self.flags.append(Flag(row=row, key=key, flag=flag, detail=detail))

    def header_text(self, column: str) -> str:
        """How the file itself calls a column."""
        place = self.header.columns.get(column)
        for texts in reversed(self.texts):
            if place is not None and place < len(texts) and texts[place]:
                return texts[place]
        return column

    def own_unit(self, row: int, text: str) -> int | None:
        """The unit whose row it is; None after having refused the row."""
        unit_id = self.units.find_id(text)
        if unit_id is None:
            self.unknown_units[text] += 1
            near = self.units.proposals(text) if text else ()
            hint = f" (is it {' or '.join(u.slug for u in near)}?)" if near else ""
            reason = f"no unit is called '{text[:SHOWN_VALUE]}' on that day{hint}"
            self.reject(row, "unit", text, reason if text else "the unit is empty")
        return unit_id

    def who_did(self, text: str, unit_id: int, moment: int | None) -> int | None:
        """Whose it is what a unit so written did at a moment: before it began, a predecessor's.

        None where nothing says which of several.
        """
        if moment is None or unit_id not in self.units.began:
            return unit_id
        return self.units.find_then(text, unit_id, date_of(moment))

    def moment(
        self, row: int, key: str, column: str, text: str, *, hint: int | None = None,
        end_of_day: bool = False, month_first: bool = False,
    ) -> int | None:  # fmt: skip
        """A moment, or None and a flag where the cell holds none."""
        try:
            return parse_moment(text, hint=hint, end_of_day=end_of_day, month_first=month_first)
        except BadValue as bad:
            self.flag(row, key, f"bad_date:{column}", bad.reason)
            return None

    def count(self, row: int, key: str, column: str, text: str) -> int | None:
        """A whole number from 0 up, or None and a flag where the cell holds something else."""
        try:
            number = parse_count(text)
            if number is not None and not 0 <= number <= MOST_COUNTED:
                raise BadValue(f"{number} of them cannot be (write 1234)")
        except BadValue as bad:
            self.flag(row, key, f"bad_number:{column}", bad.reason)
            return None
        return number

    def yes_no(self, row: int, key: str, column: str, text: str) -> bool:
        """Yes or no; an empty cell is no, as where yes is a tick. Another word leaves a flag."""
        try:
            return bool(parse_yes_no(text))
        except BadValue as bad:
            self.flag(row, key, f"bad_yes_no:{column}", bad.reason)
            return False

    def meaning(self, row: int, key: str, table: str, text: str, flag: str) -> object:
        """What a word means by the tables, or None and a flag (and a line for settings.toml)."""
        found = self.words.tables[table].get(fold(text))
        if found is None and text:
            self.unknown_words[table, text] += 1
            self.flag(row, key, flag, text[:SHOWN_VALUE])
        return found

    def unread(self) -> tuple[UnreadColumn, ...]:
        """The columns that would be read, had not one before them the same meaning."""
        return tuple(each for each in self.header.duplicated if each.name in self.words.stored)

    def _nearly_known(self) -> Iterator[tuple[str, str]]:
        """Headings that nobody knows, each with the column that it is nearly written like.

        Most exports have columns that are none of ours, such as telephone numbers.
        """
        words = {
            word: column
            for column, headings in self.words.headers.items()
            if column in self.words.stored and column not in self.header.columns
            for word in headings
        }
        for _place, text in self.header.unknown:
            found = process.extractOne(
                fold(text[:SHOWN_VALUE]), list(words), scorer=fuzz.ratio, score_cutoff=NEARLY
            )
            if found is not None:
                yield text, words[found[0]]

    def suggestions(self) -> tuple[str, ...]:
        """Lines that an admin may add to settings.toml."""
        lines = []
        for text, _count in self.unknown_units.most_common(10):
            if text:
                near = self.units.proposals(text)
                slug = near[0].slug if near else "the_slug_of_the_unit"
                lines.append(f'[units.aliases] "{text[:SHOWN_VALUE]}" = "{slug}"')
        for (table, text), _count in self.unknown_words.most_common(10):
            if table == self.words.status_table:
                known = dict.fromkeys(map(json.dumps, self.words.tables[table].values()))
                line = f'[sources.{self.source}.statuses] "{text[:SHOWN_VALUE]}" = '
                lines.append(line + " or ".join(known))
        for text, column in self._nearly_known():
            lines.append(f'[sources.{self.source}.columns] "{text[:SHOWN_VALUE]}" = "{column}"')
        return tuple(lines)
