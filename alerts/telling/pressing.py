"""What do the messages say that no one may leave lying: urgent news, and what nobody answered?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from alerts.digest import UNKNOWN, soonest
from alerts.telling.lines import (
    ITEMS,
    LINES,
    DigestLine,
    Tells,
    first_lines,
    ids_of,
    left_out,
    summed,
    swallowed,
    with_few_items,
    worst_and_new_first,
)
from alerts.telling.payload import Payload
from db.records import Item

ESCALATED = 5  # each of them has four lines of its own


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
    neither.
    """
    pressing = [x for x in lines if x.critical and x.is_new and x.state not in UNKNOWN]
    if not (pressing or due_today):
        return None
    found = swallowed(pressing, unit_name)
    shown, soon = first_lines(found, LINES), soonest(due_today)
    no_room = left_out(found, shown)
    return Urgent(
        unit_name=unit_name,
        day=today,
        as_of=as_of,
        lines=with_few_items(shown, ITEMS - len(soon)),
        due_today=soon,
        due_today_more=len(due_today) - len(soon),
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

    `response` is the unit's as of the decision: none, taken, claimed (and not proved), reopened.
    """

    line: DigestLine
    waited_working_days: int
    reminded: tuple[date, ...] = ()  # days on which the unit was told, rising
    reported: tuple[Reported, ...] = ()  # to the rungs before this one
    response: str = "none"
    response_by: str = ""
    response_at: datetime | None = None


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
    short = with_few_items([each.line for each in shown], ITEMS)
    return Escalation(
        unit_name=unit_name,
        to=to,
        day=today,
        as_of=as_of,
        lines=tuple(replace(each, line=line) for each, line in zip(shown, short, strict=True)),
        more=summed(replace(line, critical=True) for line in no_room),
        counted_ids=ids_of(no_room),
    )
