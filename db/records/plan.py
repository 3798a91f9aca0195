"""What does a plan promise, and how is it counted? Units, targets, readings and verdicts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from db.records.alerts import Policy
from db.records.words import Key, Share, State, TargetKind, UnitKind


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

    @classmethod
    def read(cls, text: str) -> Goal:
        """A goal as worded, e.g. "> 95 %". Raises ValueError."""
        found = re.fullmatch(r"\s*(>=|>|=)\s*(\d{1,3})\s*%\s*", text)
        if not found or int(found[2]) > 100:
            raise ValueError("a goal is an operator and a whole percentage")
        goal = cls(operator=found[1], percent=int(found[2]))
        if (goal.operator == "=") != (goal.percent == 100):
            raise ValueError("only 100 % is met by being equal, and nothing lies above it")
        return goal


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
    yearly_mean: bool = False  # judged each day; its year is the mean of the days
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
    policy: Policy = field(default_factory=Policy)  # how its alerts live; admins may set over it
    own_goal: Goal | None = None  # what alerts go by instead of the plan's; states never do

    def holds_on(self, day: date) -> bool:
        """Whether the line's plan is in force on that day."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.last_day is None or day <= self.last_day)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is judged: the grade of a year comes out during the next one."""
        if self.valid_to is None or self.kind is not TargetKind.GRADE:
            return self.valid_to
        return date(self.valid_to.year + 1, 12, 31)

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
    # Of a grade: the grade; of yes/no: yes, no, on_track, behind; of a line that informs: a day.
    answer: str | None = None

    @property
    def key(self) -> Key:
        return self.unit_id, self.target, self.field_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    state: State
    reason: str  # a named reason, e.g. "exactly_on_the_goal"
    small_sample: bool = False
    needed: int | None = (
        None  # further on-time items until the goal holds; None: not a meaningful number
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Rates of the whole year as fractions of 1, and what is left of the year's allowance."""

    value: Fraction
    low: Fraction
    high: Fraction
    volume: int  # items expected in the whole year
    late_budget: int  # further late ones that the year allows
    unreachable_on: date | None  # the day on which, at this pace, the allowance is used up
    lost: bool = False  # more is late already than the year allows


@dataclass(frozen=True, kw_only=True, slots=True)
class RecentCounts:
    """What was added to a reading lately, and in how many working days."""

    numerator: int
    denominator: int
    working_days: int
    rest_of_last_year: int | None = None  # what came from this day on a year ago; None: not known


@dataclass(frozen=True, kw_only=True, slots=True)
class RollingCounts:
    """What the last calendar days added to a reading; in January also to last year's."""

    numerator: int
    denominator: int
    days: int
    into_last_year: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SamePeriod:
    """What a year's count was a year ago, by the check of `day`."""

    numerator: int
    denominator: int
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class YearlyMean:
    """The mean of a year's daily rates, exactly; of so many working days, the first of them."""

    numerator: int
    denominator: int
    days: int
    since: date


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedCount:
    """A target counted by one of several formulas; the name is a word that templates translate."""

    name: str
    numerator: int
    denominator: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedYear:
    """What came out for a year; `kept`: whether it will do, None: it is no year of the plan."""

    year: int
    answer: str
    kept: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """How many facts are in no rate for one reason; a word that templates translate."""

    reason: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenSnapshot:
    """A stored snapshot: its moment, when it was taken, and the newest delivery that it knew."""

    id: int
    as_of: datetime
    taken_at: datetime
    delivery_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedReading:
    reading: Reading
    verdict: Verdict
    data_day: date | None = None  # the day of the oldest of its sources' newest good deliveries
    kept_from: datetime | None = None  # of what cannot be trusted now: the check that counted it
    forecast: Forecast | None = None  # of a check that is just taken: the year's end
