"""What do the messages say that no one may leave lying: urgent news, and what nobody answered?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from alerts.digest import UNKNOWN, soonest
from alerts.telling.lines import (
    A_HEAD,
    ITEMS_OF_A_LINE,
    ITEMS_OF_LEADERS,
    ROWS,
    DigestLine,
    Tells,
    first_lines,
    ids_of,
    left_out,
    of_several_units,
    rows_of,
    summed,
    swallowed,
    with_few_items,
    worst_and_new_first,
)
from alerts.telling.naming import items_once, named_once
from alerts.telling.payload import Payload
from db.records import Item

A_ROW_OF_ITS_OWN = 2  # how long it waits and who was told; what was answered
ESCALATION_ROWS = 14
ESCALATED = 4  # each of them has three rows of its own


@dataclass(frozen=True, kw_only=True, slots=True)
class Urgent(Tells):
    """What cannot wait until the next morning."""

    unit_name: str
    day: date
    as_of: datetime
    lines: tuple[DigestLine, ...]
    due_today: tuple[Item, ...] = ()
    due_today_more: int = 0
    more_critical: tuple[tuple[str, int], ...] = ()  # lines that found no room, by target
    counted_ids: tuple[int, ...] = ()  # their alerts

    @property
    def firing(self) -> tuple[DigestLine, ...]:
        return self.lines


def compose_urgent(
    unit_name: str,
    lines: Iterable[DigestLine],
    today: date,
    as_of: datetime,
    due_today: Sequence[Item] = (),
) -> Urgent | None:
    """The message about what is critical and news, and what falls due today; None where there is
    neither. Each line has its first item at least: it is what cannot wait.
    """
    pressing = [x for x in lines if x.critical and x.is_new and x.state not in UNKNOWN]
    if not (pressing or due_today):
        return None
    found = swallowed(pressing, unit_name)
    soon = soonest(due_today)
    more_soon = len(due_today) - len(soon)
    room = ROWS - (A_HEAD + len(soon) if soon else 0) - bool(more_soon)
    shown = first_lines(found, room - min(ITEMS_OF_A_LINE, len(found)))
    no_room = left_out(found, shown)
    items = room - rows_of(with_few_items(shown, 0))
    if of_several_units(pressing, unit_name):
        items = min(items, ITEMS_OF_LEADERS)
    named: set[str] = set()
    return Urgent(
        unit_name=unit_name,
        day=today,
        as_of=as_of,
        lines=named_once(with_few_items(shown, items), named),
        due_today=items_once(soon, named),
        due_today_more=more_soon,
        more_critical=summed(no_room),
        counted_ids=ids_of(no_room),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported(Payload):
    """Somebody above the unit who was told before, and on which day."""

    name: str
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalationLine(Payload):
    """An alert that nobody answered, with who was told of it so far.

    `response` is the unit's as of the decision: none; reopened (what it said to be done is not);
    muted (until `response_until`, for `response_reason`).
    """

    line: DigestLine
    waited_working_days: int
    reminded: tuple[date, ...] = ()  # days on which the unit was told, rising
    reported: tuple[Reported, ...] = ()  # to the rungs before this one
    response: str = "none"
    response_by: str = ""
    response_at: datetime | None = None
    response_until: datetime | None = None
    response_reason: str = ""
    false_claims: tuple[int, int] = (0, 0)  # of the unit this year: not true, of so many judged


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation(Tells):
    """What one person is told of the alerts that nobody below them answered."""

    unit_name: str  # of the person who is told
    to: str  # the rung: deputy, head, leader, chairman
    day: date
    as_of: datetime
    lines: tuple[EscalationLine, ...]
    more: tuple[tuple[str, int], ...] = ()  # lines that found no room, by target
    counted_ids: tuple[int, ...] = ()

    @property
    def firing(self) -> tuple[DigestLine, ...]:
        return tuple(each.line for each in self.lines)


def compose_escalation(
    unit_name: str, to: str, lines: Sequence[EscalationLine], today: date, as_of: datetime
) -> Escalation:
    """The longest waiting first, then worst first; what finds no room is counted by target."""
    ordered = sorted(
        lines, key=lambda each: (-each.waited_working_days, worst_and_new_first(each.line))
    )
    shown, no_room = ordered[:ESCALATED], [each.line for each in ordered[ESCALATED:]]
    rows = sum(A_ROW_OF_ITS_OWN + each.line.rows for each in shown)
    items = min(ITEMS_OF_LEADERS, ESCALATION_ROWS - rows)
    short = named_once(with_few_items([each.line for each in shown], items), set())
    return Escalation(
        unit_name=unit_name,
        to=to,
        day=today,
        as_of=as_of,
        lines=tuple(replace(each, line=line) for each, line in zip(shown, short, strict=True)),
        more=summed(replace(line, critical=True) for line in no_room),
        counted_ids=ids_of(no_room),
    )
