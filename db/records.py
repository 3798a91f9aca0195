"""Which nouns does the house speak of? Frozen records and enums: the glossary of the project.

Two kinds of time, never mixed: an *instant* is an aware ``datetime`` (what happens in our system);
a *wall* moment is the district's clock as an export prints it, an int ``YYYYMMDDHHMMSS`` (a *day*:
``YYYYMMDD``). Vietnam has one time zone and no daylight saving, so wall moments order like time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol


class State(StrEnum):
    """The state of a reading (the contract's words)."""

    MET = "met"
    AT_RISK = "at_risk"
    MISSED = "missed"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NONE = "none"
    NO_DATA = "no_data"
    STALE = "stale"
    REJECTED = "rejected"
    UNPUBLISHED = "unpublished"
    NOT_APPLICABLE = "not_applicable"
    INFO = "info"


class UnitKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    COMMUNE = "commune"
    TOWN = "town"
    DEPARTMENT = "department"
    AGENCY = "agency"
    ONE_STOP = "one_stop"
    SCHOOL = "school"
    EXTERNAL = "external"


class TargetKind(StrEnum):
    """What a line of a plan asks for: a percentage is only one of the ways."""

    RATIO = "ratio"  # so many of so many
    GRADE = "grade"  # a published grade, at least so good
    YES_NO = "yes_no"  # in place or not; its criteria are the items
    MILESTONES = "milestones"  # things due on days; never a goal by number
    INFO = "info"  # figures without a goal


class Role(StrEnum):
    HEAD = "head"
    OFFICIAL = "official"
    LEADER = "leader"
    STEWARD = "steward"
    ADMIN = "admin"


class Outcome(StrEnum):
    """What became of a delivered file."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_REJECTS = "accepted_with_rejects"
    REFUSED = "refused"
    UNCHANGED = "unchanged"


class Move(StrEnum):
    """What a check does to an alert."""

    OPENED = "opened"
    WORSE = "worse"
    STILL_OPEN = "still_open"
    RESOLVED = "resolved"
    FROZEN = "frozen"


class Workdays(Protocol):
    """The working calendar as the records floor needs it (alerts/calendar.py has the real one)."""

    def is_working(self, day: date) -> bool: ...
    def add(self, day: date, working_days: int) -> date:
        """The day that many working days after (before, when negative)."""
        ...

    def between(self, start: date, end: date) -> int:
        """Working days in (start, end]; 0 when end <= start."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    id: int
    slug: str
    name: str
    kind: UnitKind
    parent_id: int | None = None
    code: str | None = None
    valid_from: date
    valid_to: date | None = None
    sample: bool = False


class Share(StrEnum):
    """How much of a unit its successor took over."""

    WHOLE = "whole"
    PART = "part"


@dataclass(frozen=True, kw_only=True, slots=True)
class Successor:
    """A unit that took over from one that has ended, and from which day."""

    unit: Unit
    share: Share
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """A goal as worded, e.g. ``> 95 %``; compared in exact integers (domain: exact comparison)."""

    operator: str  # one of > >= =
    percent: int

    def __str__(self) -> str:
        return f"{self.operator} {self.percent} %"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One line of a plan: what settings.toml says of it; its two .sql files are found by its id."""

    id: str
    item: str
    kind: TargetKind = TargetKind.RATIO
    goal: Goal | None  # of a ratio
    goal_text: str = ""  # the goal as worded, of every other kind
    grades: tuple[str, ...] = ()  # of a grade: worst first
    grade: str = ""  # of a grade: the least that will do
    sources: tuple[str, ...]
    applies_to: frozenset[UnitKind]
    everywhere: bool = True  # False: below the district only where there is something to count
    informs: frozenset[UnitKind] = frozenset()  # kinds of unit that see it without being judged
    per_field: bool = False
    margin_points: int = 0
    small_sample: int = 0
    stock: bool = False  # counts what exists: mending an item changes no denominator
    due: date | None = None  # reached by that day, on a pace from `starts`
    starts: date | None = None
    paced_months: tuple[int, int] | None = None  # reached in the year, at an even pace over these
    baseline_percent: int = 0
    tolerance_points: int = 5
    empty: State = State.NONE  # what nothing to count means
    plan: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    options: Mapping[str, int | str | bool] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)  # language -> name
    formula: Mapping[str, str] = field(default_factory=dict)  # language -> how it is counted

    def holds_on(self, day: date) -> bool:
        """Whether the line's plan is in force on that day."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)

    @property
    def goal_words(self) -> str:
        return self.goal_text or str(self.goal or "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Freshness:
    """How a unit stands with one source on a day; days are wall days."""

    source: str
    newest_day: date | None = None  # newest day whose content is known good
    refused_since: bool = False  # a newer delivery was refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One target counted for one unit (and field) as of an instant."""

    target: str
    unit_id: int
    field_id: int | None
    field: str | None
    numerator: int
    denominator: int
    answer: str | None = None  # of a grade: the grade; of yes/no: yes, no, on_track, behind


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    state: State
    reason: str  # a named reason, e.g. "exactly_on_the_goal"
    small_sample: bool = False
    needed: int | None = (
        None  # further on-time items until the goal holds; None: not a meaningful number
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class RecentCounts:
    """What was added to a reading lately, and in how many working days."""

    numerator: int
    denominator: int
    working_days: int
    rest_of_last_year: int | None = None  # what came from this day on a year ago; None: not known


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedCount:
    """A target counted by one of several formulas; the name is a word that templates translate."""

    name: str
    numerator: int
    denominator: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """How many facts are in no rate for one reason; a word that templates translate."""

    reason: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenSnapshot:
    """A stored snapshot: its moment, and the newest delivery that it knew."""

    id: int
    as_of: datetime
    delivery_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedReading:
    reading: Reading
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A named thing to act on. `due` is a wall moment or day as delivered; `note` a named note."""

    key: str
    label: str
    field: str | None = None
    due: int | None = None
    days_late: int | None = None
    note: str | None = None
    unit_id: int | None = None
    detail: str | None = None  # e.g. the holder's name or the handler's code


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAlert:
    id: int
    unit_id: int
    target: str
    field_id: int | None
    opened_at: datetime
    numerator: int
    denominator: int
    item_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What a check decides about one alert: a named move with a named reason and its items."""

    move: Move
    reason: str
    unit_id: int
    target: str
    field_id: int | None
    alert_id: int | None  # None: opens a new one
    numerator: int
    denominator: int
    state: State
    items: tuple[Item, ...] = ()
    new_keys: frozenset[str] = frozenset()
    gone_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reject:
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A row that was loaded but is odd; `flag` is a named reason."""

    row: int
    key: str
    flag: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What became of one delivered file (the contract's `import --json`)."""

    file: str
    source: str | None
    outcome: Outcome
    day: date
    rows: int = 0
    loaded: int = 0
    rejects: tuple[Reject, ...] = ()
    flags: tuple[Flag, ...] = ()
    flag_counts: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)  # reason -> rows left out on purpose
    suggestions: tuple[str, ...] = ()  # lines to add to settings.toml
    reason: str | None = None  # one English sentence, for terminals and logs
    reason_code: str | None = None  # the same as a word that the templates know
    reason_facts: Mapping[str, Any] = field(default_factory=dict)  # the numbers in it
    delivery_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    id: int
    user_id: int
    chat_id: int
    name: str
    language: str = "vi"


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """A role that a person holds over a unit (or a source) from a day to a day."""

    person_id: int
    role: Role
    unit_id: int | None = None
    deputy: bool = False
    source: str | None = None
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxMessage:
    """A message on its way: which template says it, with which facts, to which person."""

    id: int
    person_id: int | None
    chat_id: int
    language: str
    template: str
    payload: Mapping[str, Any]
    attempt: int
    not_before: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMessage:
    """What a decision wants said; `dedupe` makes it happen once."""

    person_id: int
    template: str
    payload: Mapping[str, Any]
    dedupe: str
    not_before: datetime


# What came of an attempt to send (made in one file of bot/delivery; settled by alerts/retry.py).
@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    message_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TryLater:
    reason: str
    after: float | None = None  # seconds the server asked us to wait; None: our own pace
    maybe_sent: bool = False  # a time-out after the request had left: outcome unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    to_chat_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    why: str
    forget_chat: bool = False  # never again to this chat (blocked, gone)


Attempt = Sent | TryLater | Moved | Refused
