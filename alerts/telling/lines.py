"""What is said of one reading, and which of many readings are said first?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from alerts.lately import Lately
from alerts.outlook import Outlook
from alerts.telling.payload import Payload
from db.records import Goal, Item, Move, Phase, State

LINES = 10  # readings of one message
ROWS = 11  # of text for readings and items: a message is read on a telephone, standing
A_HEAD = 2  # rows of a heading, with the blank one above it
ITEMS_OF_A_LINE = 3
ITEMS_OF_LEADERS = 3  # in a whole message: whoever hears of several units reads of the few worst
PARTS_OF_A_LINE = 3

TO_MEND = frozenset({State.MISSED, State.BEHIND})

BETTER = frozenset({Move.BETTER, Move.VERIFIED})


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestLine(Payload):
    """One reading as a message tells it. `is_new`: its alert moved since the last digest."""

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
    alert_id: int | None = None
    critical: bool = False  # it cannot wait
    phase: Phase | None = None
    disputed: bool = False
    lapsed: bool = False  # its alert ended unmended: nothing is left to count
    own_goal: Goal | None = None  # what the unit's alerts go by; `goal` is the plan's in any case
    alert_state: State | None = None  # by the own goal, where there is one
    lately: Lately | None = None  # the last days, where they say more than the year
    # How many items alone keep its alert open, whatever the rate says, by note; else empty.
    owed: tuple[tuple[str, int], ...] = ()
    outlook: Outlook | None = None  # the year's end, where it changes what one would do
    # Not below the unit in whose name the message speaks, whose line leaves it out: so hears who
    # heads two units, or stands in for somebody.
    beside: bool = False
    # The units below whose own lines this one swallowed, new ones first, and their alerts.
    among: tuple[str, ...] = ()
    among_new: int = 0  # so many of them, the first, are new
    among_more: int = 0  # units that the line does not name
    among_ids: tuple[int, ...] = ()
    among_alerts: tuple[int | None, ...] = ()  # of each unit that the line names, its alert

    @property
    def below_own(self) -> bool:
        """Whether the unit's own goal is missed, though the plan's is not."""
        return self.alert_state in TO_MEND and self.state not in TO_MEND

    @property
    def calls(self) -> bool:
        """Whether something is to be mended: the plan's goal is missed, or the unit's own, or what
        has a day of its own is overdue.
        """
        return self.state in TO_MEND or self.alert_state in TO_MEND or bool(self.owed)

    @property
    def rows(self) -> int:
        """How many rows of text it takes, without its items."""
        answered = self.phase in (Phase.TAKEN, Phase.CLAIMED) or self.disputed
        return 1 + bool(self.among) + answered

    @property
    def alert_ids(self) -> tuple[int, ...]:
        """The alerts that the line tells of: its own, and those of the units below."""
        return (() if self.alert_id is None else (self.alert_id,)) + self.among_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes(Payload):
    """How many alerts have moved since the last digest, and where to."""

    opened: int = 0
    worse: int = 0
    reopened: int = 0  # what was said to be done is not there
    better: int = 0  # and not yet good
    resolved: int = 0
    lapsed: int = 0  # ended unmended: nothing is left to count


NOTHING_MOVED = Changes()


class Tells(Payload):
    """A message that tells of alerts: of those that fire, and of those that are over."""

    __slots__ = ()

    counted_ids: tuple[int, ...]  # the alerts that are told only as a number

    @property
    def firing(self) -> tuple[DigestLine, ...]:
        """The lines that somebody may act on, in the order of the text."""
        return ()

    @property
    def over(self) -> tuple[DigestLine, ...]:
        """The lines that tell of an end."""
        return ()

    @property
    def alert_ids(self) -> tuple[int, ...]:
        """The alerts that a line tells of and that have not ended, each once."""
        return ids_of(self.firing)

    @property
    def ended_ids(self) -> tuple[int, ...]:
        """The alerts of whose end a line tells, each once."""
        return ids_of(self.over)

    @property
    def numbered_ids(self) -> tuple[int, ...]:
        """The alerts that have a button, in the order of the numbers in the text, from 1."""
        return tuple(line.alert_id for line in self.firing if line.alert_id is not None)

    @property
    def numbers(self) -> dict[int, int]:
        """Alert -> its number; a single alert has the message to itself and needs none."""
        if len(self.numbered_ids) < 2:
            return {}
        return {alert_id: number for number, alert_id in enumerate(self.numbered_ids, start=1)}


def changes_of(lines: Iterable[DigestLine], unit_name: str = "") -> Changes:
    """What moved, each thing once, also where a unit below shares it with its own unit's line.

    A move that a line does not call new happened before.
    """
    moved = [line for line in lines if line.is_new or line.move in BETTER]
    own = {_move_of(line) for line in moved if line.unit == unit_name}
    told = [x for x in moved if x.unit == unit_name or x.beside or _move_of(x) not in own]
    moves = Counter(line.move for line in told)
    lapsed = sum(line.move is Move.RESOLVED and line.lapsed for line in told)
    return Changes(
        opened=moves[Move.OPENED],
        worse=moves[Move.WORSE],
        reopened=moves[Move.REOPENED],
        better=sum(moves[move] for move in BETTER),
        resolved=moves[Move.RESOLVED] - lapsed,
        lapsed=lapsed,
    )


def _move_of(line: DigestLine) -> tuple[Any, ...]:
    return (line.target, line.field, line.move, line.lapsed)


def worst_and_new_first(line: DigestLine) -> tuple[Any, ...]:
    """What cannot wait; what moved; the oldest lateness; the larger shortfall; the plan's order.

    Of two kept lines the one nearer to its goal comes first; nothing to count comes last.
    """
    latest = max((item.days_late or 0 for item in line.items), default=0)
    shortfall, goal = Fraction(-101), line.own_goal if line.below_own else line.goal
    if line.denominator and goal is not None:
        shortfall = goal.percent - Fraction(100 * line.numerator, line.denominator)
    plan_order = [int(number) for number in re.findall(r"\d+", line.item_no)]
    first = (not line.critical, not line.is_new)
    return (*first, -latest, -shortfall, plan_order, line.unit, line.field or "")


def swallowed(lines: Iterable[DigestLine], unit_name: str) -> list[DigestLine]:
    """The lines without those of units below that the unit's own line of the same target and field
    stands for: that one counts them all and has all their items, so nothing is said twice.

    It names the first few of them, and is critical or new where one of them is. A line without an
    alert stands for none that has one: that one's number would be lost. Nor does one that only its
    own items keep open: it counts no other unit's.
    """
    found = list(lines)
    with_alert = {
        (x.target, x.field) for x in found if _is_below(x, unit_name) and x.alert_id is not None
    }
    own = {
        (x.target, x.field)
        for x in found
        if x.unit == unit_name
        and not x.owed
        and (x.alert_id or (x.target, x.field) not in with_alert)
    }
    parts: defaultdict[tuple[str, str | None], list[DigestLine]] = defaultdict(list)
    kept = []
    for line in found:
        if _is_below(line, unit_name) and (line.target, line.field) in own:
            parts[line.target, line.field].append(line)
        else:
            kept.append(line)
    return [
        _with_parts(line, parts[line.target, line.field]) if line.unit == unit_name else line
        for line in kept
    ]


def _is_below(line: DigestLine, unit_name: str) -> bool:
    return line.unit != unit_name and not line.beside


def _with_parts(line: DigestLine, parts: Sequence[DigestLine]) -> DigestLine:
    if not parts:
        return line
    units = {part.unit: part.is_new for part in sorted(parts, key=lambda p: (p.is_new, p.unit))}
    names = sorted(units, key=lambda unit: (not units[unit], unit))
    named = names[:PARTS_OF_A_LINE]
    alerts = {part.unit: part.alert_id for part in parts}
    return replace(
        line,
        critical=line.critical or any(part.critical for part in parts),
        is_new=line.is_new or any(part.is_new for part in parts),
        among=tuple(named),
        among_new=sum(units[unit] for unit in named),
        among_more=len(names) - len(named),
        among_ids=tuple(part.alert_id for part in parts if part.alert_id is not None),
        among_alerts=tuple(alerts[unit] for unit in named),
    )


def of_several_units(lines: Iterable[DigestLine], unit_name: str) -> bool:
    """Whether it is a leader who reads: there are lines of units below their own."""
    return any(_is_below(line, unit_name) for line in lines)


def first_lines(
    lines: Iterable[DigestLine], room: int, *, most: int = LINES
) -> tuple[DigestLine, ...]:
    """The worst and newest that so many rows of text have room for, `most` lines at most."""
    shown: list[DigestLine] = []
    for line in sorted(lines, key=worst_and_new_first)[: max(0, most)]:
        room -= line.rows
        if room < 0:
            break
        shown.append(line)
    return tuple(shown)


def rows_of(lines: Iterable[DigestLine]) -> int:
    """How many rows of text the lines take, with the items that they name."""
    return sum(line.rows + len(line.items) for line in lines)


def left_out(lines: Iterable[DigestLine], shown: Sequence[DigestLine]) -> tuple[DigestLine, ...]:
    """What found no room among the shown lines, worst and new first."""
    return tuple(sorted(lines, key=worst_and_new_first)[len(shown) :])


def summed(lines: Iterable[DigestLine]) -> tuple[tuple[str, int], ...]:
    """How many of the lines are critical or new, by target, in the plan's order of mention."""
    return tuple(Counter(line.target for line in lines if line.critical or line.is_new).items())


def ids_of(lines: Iterable[DigestLine]) -> tuple[int, ...]:
    """The alerts that the lines tell of, each once."""
    return tuple(dict.fromkeys(alert_id for line in lines for alert_id in line.alert_ids))


def with_few_items(lines: Sequence[DigestLine], room: int) -> tuple[DigestLine, ...]:
    """The lines with only their first items, no more than `room` in all; the rest is counted.

    The items come most pressing first: what can still be done before what is done too late.
    """
    short = []
    for line in lines:
        items = line.items[: max(0, min(room, ITEMS_OF_A_LINE))]
        room -= len(items)
        rest = line.items_more + len(line.items) - len(items)
        short.append(replace(line, items=items, items_more=rest))
    return tuple(short)
