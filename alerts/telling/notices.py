"""What do the remaining messages say: a group's numbers, units without a head, disputed figures?

And which record belongs to which template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.digest import Digest, can_be_acted_on
from alerts.telling.lines import (
    NOTHING_MOVED,
    ROWS,
    Changes,
    DigestLine,
    Tells,
    changes_of,
    first_lines,
    ids_of,
    left_out,
    swallowed,
    with_few_items,
)
from alerts.telling.payload import Payload
from alerts.telling.pressing import Escalation, Urgent
from alerts.telling.summaries import MuteEnding, Summary
from db.records import Goal, State

UNITS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Group(Tells):
    """What a unit's group chat is told: numbers, and never an item."""

    unit_name: str
    day: date
    as_of: datetime
    to_mend: tuple[DigestLine, ...] = ()  # their items are only counted
    more: int = 0
    watched: int = 0  # lines that are missed, and nothing can be done or decided yet
    kept: int = 0  # targets that are met, and in no unit missed
    due_soon: int = 0
    changes: Changes = NOTHING_MOVED
    counted_ids: tuple[int, ...] = ()

    @property
    def firing(self) -> tuple[DigestLine, ...]:
        return self.to_mend


def compose_group(
    unit_name: str,
    lines: Sequence[DigestLine],
    today: date,
    as_of: datetime,
    due_soon: int = 0,
    *,
    first: bool = False,
) -> Group:
    """The group's message of a unit: its rates, and how many items wait, never which.

    `first`: the group was never told anything, so nothing has changed for it.
    """
    calls = [line for line in lines if line.calls]
    bad = swallowed((line for line in calls if can_be_acted_on(line)), unit_name)
    shown = first_lines(bad, ROWS)
    no_room = left_out(bad, shown)
    return Group(
        unit_name=unit_name,
        day=today,
        as_of=as_of,
        to_mend=with_few_items(shown, 0),
        more=len(no_room),
        watched=sum(not can_be_acted_on(line) for line in calls),
        kept=len({x.target for x in lines if x.state is State.MET} - {x.target for x in calls}),
        due_soon=due_soon,
        changes=NOTHING_MOVED if first else changes_of(lines, unit_name),
        counted_ids=ids_of(no_room),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class UnboundUnits(Payload):
    """Units that nobody heads although something is open there; told to the admins."""

    day: date
    units: tuple[tuple[str, int], ...]  # name, open alerts
    more: int = 0


def compose_unbound(units: Mapping[str, int], today: date) -> UnboundUnits | None:
    """`units`: name -> open alerts, of those without a head; None where nothing is open."""
    waiting = sorted(((n, count) for n, count in units.items() if count), key=lambda u: (-u[1], u))
    if not waiting:
        return None
    return UnboundUnits(day=today, units=tuple(waiting[:UNITS]), more=len(waiting[UNITS:]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispute(Payload):
    """Somebody in charge says that the figures of an alert are wrong."""

    unit: str
    target: str
    field: str | None
    state: State
    reason: str  # of the reading
    numerator: int
    denominator: int
    goal: Goal | None = None
    answer: str | None = None
    small_sample: bool = False
    opened_at: datetime
    source: str
    dispute: str  # the word of the reason that was given
    by: str
    at: datetime


# A message's template, which is also the name of its record in the payload and in the facts.
NOTICES: Mapping[str, type[Payload]] = {
    "digest": Digest,
    "urgent": Urgent,
    "summary": Summary,
    "escalation": Escalation,
    "group": Group,
    "unbound_units": UnboundUnits,
    "mute_ending": MuteEnding,
    "dispute": Dispute,
}
