"""What does one person's morning message say, worst and new first, and is it due today?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Self

from db.records import Goal, Item, Move, State, Workdays

LINES = 10  # a digest is read on a telephone, standing
ITEMS = 10  # in the whole digest: with long names still one message (4096 characters)
ITEMS_OF_A_LINE = 3

TO_MEND = frozenset({State.MISSED, State.BEHIND})
UNKNOWN = frozenset({State.STALE, State.NO_DATA, State.REJECTED, State.UNPUBLISHED})
KEPT = frozenset({State.MET, State.AT_RISK, State.ON_TRACK, State.NONE})


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestLine:
    """One reading as a digest tells it. `is_new`: its alert moved since the last digest."""

    unit: str
    target: str
    item_no: str  # the plan's number, e.g. "8.1"
    field: str | None
    state: State
    reason: str
    numerator: int
    denominator: int
    goal: Goal | None  # of a ratio
    goal_words: str = ""
    answer: str | None = None  # of a grade or a yes/no line
    move: Move | None = None  # None: no alert
    needed: int | None = None
    small_sample: bool = False
    is_new: bool = False
    items: tuple[Item, ...] = ()
    items_more: int = 0  # items that the line does not name

    def to_payload(self) -> dict[str, Any]:
        """The line as JSON types; `from_payload` reads it back, equal."""
        goal = _plain(self.goal) if self.goal else None
        return _plain(self) | {"goal": goal, "items": [_plain(i) for i in self.items]}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        move = payload["move"]
        built: dict[str, Any] = {
            **payload,
            "state": State(payload["state"]),
            "move": None if move is None else Move(move),
            "goal": Goal(**payload["goal"]) if payload["goal"] else None,
            "items": tuple(Item(**item) for item in payload["items"]),
        }
        return cls(**built)


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A morning message before it has words; its lines together are at most `LINES`."""

    unit_name: str
    day: date
    as_of: datetime  # the instant of the check that it tells of
    to_mend: tuple[DigestLine, ...] = ()  # missed or behind, worst and new first
    resolved: tuple[DigestLine, ...] = ()  # alerts that ended since the last digest
    # How many lines cannot be judged. Why is told to the stewards of the sources, not to a head.
    unknown: int = 0
    kept: tuple[DigestLine, ...] = ()  # met, or nothing to count
    due_soon: tuple[Item, ...] = ()
    more: int = 0  # lines of the first three kinds that found no room
    kept_more: int = 0
    due_soon_more: int = 0
    quiet: bool = False  # all is known, nothing waits to be done and nothing was resolved

    def to_payload(self) -> dict[str, Any]:
        """The digest as JSON types; `from_payload` reads it back, equal."""
        lists = {name: [line.to_payload() for line in getattr(self, name)] for name in LINE_LISTS}
        return (
            _plain(self)
            | lists
            | {
                "day": self.day.isoformat(),
                "as_of": self.as_of.isoformat(),
                "due_soon": [_plain(item) for item in self.due_soon],
            }
        )

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        lists = {
            name: tuple(DigestLine.from_payload(line) for line in payload[name])
            for name in LINE_LISTS
        }
        built: dict[str, Any] = {
            **payload,
            **lists,
            "day": date.fromisoformat(payload["day"]),
            "as_of": datetime.fromisoformat(payload["as_of"]),
            "due_soon": tuple(Item(**item) for item in payload["due_soon"]),
        }
        return cls(**built)


LINE_LISTS = ("to_mend", "resolved", "kept")


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestDecision:
    send: bool
    reason: str


def digest_due(
    today: date, last_digest_day: date | None, has_news: bool, calendar: Workdays
) -> DigestDecision:
    """Whether a person's digest goes out today. Reasons, in the order in which they decide."""
    # Nobody is written to on a day off: the news waits for the next working day.
    if not calendar.is_working(today):
        return DigestDecision(send=False, reason="not_a_working_day")

    if last_digest_day is not None and last_digest_day >= today:
        return DigestDecision(send=False, reason="already_sent_today")

    if has_news:
        return DigestDecision(send=True, reason="news")

    # Silence must not look like a broken system: once a week it says that there is nothing.
    sunday = today - timedelta(days=today.isoweekday())
    if calendar.between(sunday, today) == 1:
        return DigestDecision(send=True, reason="weekly_all_clear")

    return DigestDecision(send=False, reason="no_news")


def has_news(lines: Iterable[DigestLine], due_soon: Sequence[Item] = ()) -> bool:
    """Whether anything moved since the last digest, or falls due within the early warning."""
    return bool(due_soon) or any(line.is_new for line in lines)


def compose_digest(
    unit_name: str,
    lines: Sequence[DigestLine],
    today: date,
    as_of: datetime,
    due_soon: Sequence[Item] = (),
) -> Digest:
    """One person's digest from all readings that they hear of.

    Ten lines at most: what is to be mended, then what was mended, and only then what is kept; what
    finds no room is counted, and so is what cannot be judged. Lines without a number (info, not
    applicable) are left out.
    """
    resolved = [line for line in lines if _just_resolved(line)]
    others = [line for line in lines if not _just_resolved(line)]
    kinds = {
        "to_mend": [line for line in others if line.state in TO_MEND],
        "resolved": resolved,
        "kept": [line for line in others if line.state in KEPT],
    }
    unknown = sum(line.state in UNKNOWN for line in others)
    shown: dict[str, tuple[DigestLine, ...]] = {}
    left_out: dict[str, int] = {}
    room = LINES
    for kind, found in kinds.items():
        shown[kind] = tuple(sorted(found, key=_worst_and_new_first)[:room])
        left_out[kind] = len(found) - len(shown[kind])
        room -= len(shown[kind])

    soon = sorted(due_soon, key=_soonest_first)[:ITEMS_OF_A_LINE]
    to_mend = _with_few_items(shown["to_mend"], ITEMS - len(soon))
    named = len(soon) + sum(len(line.items) for line in to_mend)
    return Digest(
        unit_name=unit_name,
        day=today,
        as_of=as_of,
        to_mend=to_mend,
        resolved=_with_few_items(shown["resolved"], 0),
        unknown=unknown,
        kept=_with_few_items(shown["kept"], ITEMS - named),
        due_soon=tuple(soon),
        more=left_out["to_mend"] + left_out["resolved"],
        kept_more=left_out["kept"],
        due_soon_more=len(due_soon) - len(soon),
        quiet=not (
            kinds["to_mend"]
            or resolved
            or unknown
            or due_soon
            or any(line.items for line in kinds["kept"])
        ),
    )


def _just_resolved(line: DigestLine) -> bool:
    return line.move is Move.RESOLVED and line.is_new


def _worst_and_new_first(line: DigestLine) -> tuple[Any, ...]:
    """What moved; then the oldest lateness; then the larger shortfall; then the plan's order.

    Of two kept lines the one nearer to its goal comes first; nothing to count comes last.
    """
    latest = max((item.days_late or 0 for item in line.items), default=0)
    shortfall = Fraction(-101)
    if line.denominator and line.goal is not None:
        shortfall = line.goal.percent - Fraction(100 * line.numerator, line.denominator)
    plan_order = [int(number) for number in re.findall(r"\d+", line.item_no)]
    return (not line.is_new, -latest, -shortfall, plan_order, line.unit, line.field or "")


def _soonest_first(item: Item) -> tuple[Any, ...]:
    return (item.due is None, _moment(item.due or 0), item.key)


def _moment(due: int) -> int:
    """A wall day among wall moments: its end, so that 22/03 17:00 comes before 22/03."""
    return due * 1_000_000 + 235959 if due < 10**8 else due


def _with_few_items(lines: Sequence[DigestLine], room: int) -> tuple[DigestLine, ...]:
    """The lines with only their first items, no more than `room` in all; the rest is counted.

    The items come most pressing first: what can still be done before what is done too late.
    """
    short = []
    for line in lines:
        items = line.items[: min(room, ITEMS_OF_A_LINE)]
        room -= len(items)
        rest = line.items_more + len(line.items) - len(items)
        short.append(replace(line, items=items, items_more=rest))
    return tuple(short)


def _plain(record: Any) -> dict[str, Any]:
    """A record's fields by name; enums of words are their words in JSON."""
    return {
        each.name: str(value) if isinstance(value, State | Move) else value
        for each in fields(record)
        for value in [getattr(record, each.name)]
    }
