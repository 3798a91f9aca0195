"""What does one person's morning message say, worst and new first, and is it due today?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from alerts.remedy import actionable
from alerts.telling.lines import (
    A_HEAD,
    ITEMS_OF_A_LINE,
    ITEMS_OF_LEADERS,
    LINES,
    NOTHING_MOVED,
    ROWS,
    TO_MEND,
    Changes,
    DigestLine,
    Tells,
    changes_of,
    first_lines,
    ids_of,
    left_out,
    of_several_units,
    rows_of,
    summed,
    swallowed,
    with_few_items,
)
from alerts.telling.naming import items_once, named_once
from db.records import Item, Move, State, Workdays

__all__ = [
    "LINES", "TO_MEND", "Changes", "Digest", "DigestDecision", "DigestLine", "can_be_acted_on",
    "compose_digest", "digest_due", "soonest",
]  # fmt: skip

UNKNOWN = frozenset({State.STALE, State.NO_DATA, State.REJECTED, State.UNPUBLISHED})
ENDS = ("resolved", "lapsed")
SOON = 2  # items that fall due, beside what is to be mended
KEPT = frozenset({State.MET, State.AT_RISK, State.ON_TRACK, State.NONE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest(Tells):
    """A morning message before it has words; it is read without turning a page (`ROWS`)."""

    unit_name: str
    day: date
    as_of: datetime  # the instant of the check that it tells of
    to_mend: tuple[DigestLine, ...] = ()  # somebody is to act on it, worst and new first
    to_watch: tuple[DigestLine, ...] = ()  # missed, and nothing can be done or decided yet
    resolved: tuple[DigestLine, ...] = ()  # alerts that ended since the last digest
    lapsed: tuple[DigestLine, ...] = ()  # those that ended unmended: nothing is left to count
    # How many targets cannot be judged in whole. Why is told to the stewards of the sources.
    unknown: int = 0
    kept: tuple[DigestLine, ...] = ()  # met, or nothing to count
    due_soon: tuple[Item, ...] = ()
    more: int = 0  # lines to mend, to watch and ended that found no room
    kept_more: int = 0  # targets of which nothing else is said
    due_soon_more: int = 0
    reminder: bool = False  # it repeats what is open: nothing else is said
    nothing_new: bool = False  # it is sent to say so
    quiet: bool = False  # all is known, nothing waits to be done and nothing has ended
    changes: Changes = NOTHING_MOVED
    more_critical: tuple[tuple[str, int], ...] = ()  # of `more`: critical or new, by target
    counted_ids: tuple[int, ...] = ()  # the alerts to mend that are told only as a number

    @property
    def firing(self) -> tuple[DigestLine, ...]:
        return self.to_mend

    @property
    def over(self) -> tuple[DigestLine, ...]:
        return (*self.resolved, *self.lapsed)

    @property
    def alert_ids(self) -> tuple[int, ...]:
        return ids_of((*self.to_mend, *self.to_watch, *self.kept))


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


def compose_digest(
    unit_name: str,
    lines: Sequence[DigestLine],
    today: date,
    as_of: datetime,
    due_soon: Sequence[Item] = (),
    *,
    first: bool = False,
    reminder: bool = False,
    nothing_new: bool = False,
) -> Digest:
    """One person's digest from all readings that they hear of.

    What is to be mended comes first, then what was mended, what is only watched, and what is kept
    where nothing is to be mended; all of it in `ROWS` rows. What finds no room is counted; what of
    it is critical or new is named by its target. A line of the person's own unit stands for those
    of the units below it (`swallowed`); whoever hears of several units reads of few items. Lines
    without a number (info, not applicable) are left out.

    `first`: nothing was told before that could have changed. `reminder`: only what is open is
    said. `nothing_new`: it is sent to say so.
    """
    ended = [line for line in lines if _just_ended(line)]
    others = [line for line in lines if not _just_ended(line)]
    bad = [line for line in others if line.calls]
    kinds = {
        "to_mend": swallowed((x for x in bad if can_be_acted_on(x)), unit_name),
        "resolved": swallowed((x for x in ended if not x.lapsed), unit_name),
        "lapsed": swallowed((x for x in ended if x.lapsed), unit_name),
        "to_watch": swallowed((x for x in bad if not can_be_acted_on(x)), unit_name),
        "kept": swallowed((x for x in others if x.state in KEPT and not x.calls), unit_name),
    }
    if reminder:
        kinds |= {"to_watch": [], "kept": []}
    leads = of_several_units(lines, unit_name)
    soon = () if leads else soonest(due_soon)[: SOON if bad else ITEMS_OF_A_LINE]
    more_soon = len(due_soon) - len(soon)
    for_soon = (A_HEAD + len(soon) if soon else 0) + bool(more_soon)
    shown = _with_room(kinds, leads=leads, room=ROWS - for_soon)
    told = ("to_mend", "to_watch", *ENDS)
    no_room = {kind: left_out(kinds[kind], shown[kind]) for kind in told}
    named: set[str] = set()
    to_mend = named_once(shown["to_mend"], named)
    soon = items_once(soon, named)
    of_unknown = {line.target for line in others if line.state in UNKNOWN}
    return Digest(
        unit_name=unit_name,
        day=today,
        as_of=as_of,
        to_mend=to_mend,
        to_watch=shown["to_watch"],
        resolved=shown["resolved"],
        lapsed=shown["lapsed"],
        unknown=0 if reminder else len(of_unknown),
        kept=named_once(shown["kept"], named),
        due_soon=soon,
        more=sum(map(len, no_room.values())),
        kept_more=len({x.target for x in kinds["kept"]} - _targets_of(shown) - of_unknown),
        due_soon_more=more_soon,
        reminder=reminder,
        nothing_new=nothing_new,
        quiet=not (bad or ended or of_unknown or due_soon or _with_items(kinds["kept"])),
        changes=NOTHING_MOVED if first or reminder else changes_of(lines, unit_name),
        more_critical=summed(no_room["to_mend"]),
        counted_ids=ids_of(no_room["to_mend"]),
    )


def can_be_acted_on(line: DigestLine) -> bool:
    """A small sample, or what waits to be confirmed, is to be watched; its items can be mended."""
    told = line.alert_id is not None or line.critical or line.is_new
    return told or bool(actionable(line.items))


def _with_room(
    kinds: Mapping[str, Sequence[DigestLine]], *, leads: bool, room: int
) -> dict[str, tuple[DigestLine, ...]]:
    """What is shown of each kind: the lines to mend, then a few others, then the items."""
    for_ends = sum(A_HEAD + 1 for kind in ENDS if kinds[kind])
    to_mend = first_lines(kinds["to_mend"], room - for_ends)
    room -= rows_of(with_few_items(to_mend, 0))
    items = min(sum(len(line.items[:ITEMS_OF_A_LINE]) for line in to_mend), ITEMS_OF_LEADERS)
    few = LINES - len(to_mend)

    ends: dict[str, tuple[DigestLine, ...]] = {}
    for kind in ENDS:
        found = kinds[kind]
        for_ends -= A_HEAD + 1 if found else 0
        space = max(room - items, for_ends + A_HEAD + 1) - for_ends - A_HEAD
        ends[kind] = with_few_items(first_lines(found, space, most=few), 0)
        room -= rows_of(ends[kind]) + (A_HEAD if ends[kind] else 0)
        few -= len(ends[kind])

    # Green lines are for a day on which nothing is red.
    kept = [] if kinds["to_mend"] or kinds["to_watch"] else kinds["kept"]
    kept = [*_with_items(kinds["kept"]), *(line for line in kept if not line.items)]
    others: dict[str, tuple[DigestLine, ...]] = {}
    for kind, found in (("to_watch", kinds["to_watch"]), ("kept", kept)):
        head = A_HEAD if to_mend or any(ends.values()) or others.get("to_watch") else 0
        others[kind] = first_lines(found, room - items - head, most=few)
        room -= rows_of(with_few_items(others[kind], 0)) + (head if others[kind] else 0)
        few -= len(others[kind])

    allowed = min(room, ITEMS_OF_LEADERS) if leads else room
    to_mend = with_few_items(to_mend, allowed)
    allowed -= sum(len(line.items) for line in to_mend)
    return {
        "to_mend": to_mend,
        **ends,
        "to_watch": tuple(replace(x, items=(), items_more=0) for x in others["to_watch"]),
        "kept": with_few_items(others["kept"], allowed),
    }


def _with_items(lines: Iterable[DigestLine]) -> list[DigestLine]:
    """The lines that name something although their goal is met."""
    return [line for line in lines if line.items]


def _targets_of(shown: Mapping[str, Iterable[DigestLine]]) -> set[str]:
    return {line.target for lines in shown.values() for line in lines}


def _just_ended(line: DigestLine) -> bool:
    return line.move is Move.RESOLVED and line.is_new


def soonest(items: Iterable[Item]) -> tuple[Item, ...]:
    """The few items that fall due first."""
    return tuple(sorted(items, key=_soonest_first)[:ITEMS_OF_A_LINE])


def _soonest_first(item: Item) -> tuple[Any, ...]:
    return (item.due is None, _moment(item.due or 0), item.key)


def _moment(due: int) -> int:
    """A wall day among wall moments: its end, so that 22/03 17:00 comes before 22/03."""
    return due * 1_000_000 + 235959 if due < 10**8 else due
