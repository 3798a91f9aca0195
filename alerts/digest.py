"""What does one person's morning message say, worst and new first, and is it due today?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from alerts.telling.lines import (
    ITEMS,
    ITEMS_OF_A_LINE,
    LINES,
    NOTHING_MOVED,
    Changes,
    DigestLine,
    Tells,
    changes_of,
    first_lines,
    ids_of,
    left_out,
    summed,
    swallowed,
    with_few_items,
)
from db.records import Item, Move, State, Workdays

__all__ = [
    "ITEMS", "LINES", "Changes", "Digest", "DigestDecision", "DigestLine", "compose_digest",
    "digest_due", "has_news", "soonest",
]  # fmt: skip

TO_MEND = frozenset({State.MISSED, State.BEHIND})
UNKNOWN = frozenset({State.STALE, State.NO_DATA, State.REJECTED, State.UNPUBLISHED})
KEPT = frozenset({State.MET, State.AT_RISK, State.ON_TRACK, State.NONE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest(Tells):
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
    changes: Changes = NOTHING_MOVED
    more_critical: tuple[tuple[str, int], ...] = ()  # of `more`: critical or new, by target
    counted_ids: tuple[int, ...] = ()  # the alerts to mend that are told only as a number

    @property
    def firing(self) -> tuple[DigestLine, ...]:
        return self.to_mend

    @property
    def over(self) -> tuple[DigestLine, ...]:
        return self.resolved

    @property
    def alert_ids(self) -> tuple[int, ...]:
        return ids_of((*self.to_mend, *self.kept))


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
    finds no room is counted, and so is what cannot be judged; what of it is critical or new is
    named by its target. A line of the person's own unit stands for those of the units below it
    (`swallowed`). Lines without a number (info, not applicable) are left out.
    """
    resolved = [line for line in lines if _just_resolved(line)]
    others = [line for line in lines if not _just_resolved(line)]
    kinds = {
        "to_mend": swallowed((x for x in others if x.state in TO_MEND), unit_name),
        "resolved": swallowed(resolved, unit_name),
        "kept": swallowed((x for x in others if x.state in KEPT), unit_name),
    }
    unknown = sum(line.state in UNKNOWN for line in others)
    shown: dict[str, tuple[DigestLine, ...]] = {}
    room = LINES
    for kind, found in kinds.items():
        shown[kind] = first_lines(found, room)
        room -= len(shown[kind])
    no_room = {kind: left_out(found, shown[kind]) for kind, found in kinds.items()}

    soon = soonest(due_soon)
    to_mend = with_few_items(shown["to_mend"], ITEMS - len(soon))
    named = len(soon) + sum(len(line.items) for line in to_mend)
    return Digest(
        unit_name=unit_name,
        day=today,
        as_of=as_of,
        to_mend=to_mend,
        resolved=with_few_items(shown["resolved"], 0),
        unknown=unknown,
        kept=with_few_items(shown["kept"], ITEMS - named),
        due_soon=soon,
        more=len(no_room["to_mend"]) + len(no_room["resolved"]),
        kept_more=len(no_room["kept"]),
        due_soon_more=len(due_soon) - len(soon),
        quiet=not (
            kinds["to_mend"]
            or resolved
            or unknown
            or due_soon
            or any(line.items for line in kinds["kept"])
        ),
        changes=changes_of(lines, unit_name),
        more_critical=summed(no_room["to_mend"]),
        counted_ids=ids_of(no_room["to_mend"]),
    )


def _just_resolved(line: DigestLine) -> bool:
    return line.move is Move.RESOLVED and line.is_new


def soonest(items: Iterable[Item]) -> tuple[Item, ...]:
    """The few items that fall due first."""
    return tuple(sorted(items, key=_soonest_first)[:ITEMS_OF_A_LINE])


def _soonest_first(item: Item) -> tuple[Any, ...]:
    return (item.due is None, _moment(item.due or 0), item.key)


def _moment(due: int) -> int:
    """A wall day among wall moments: its end, so that 22/03 17:00 comes before 22/03."""
    return due * 1_000_000 + 235959 if due < 10**8 else due
