"""What is said when a silence ends or begins to end: what started, what ended, what is open?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from alerts.telling.lines import (
    A_HEAD,
    ITEMS_OF_LEADERS,
    LINES,
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
)
from alerts.telling.naming import named_once
from alerts.telling.payload import Payload

ENDED_AT_LEAST = 3  # lines that a summary keeps for what has ended


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence(Payload):
    """A mute as a message names it: of an alert, of a target, or of a unit."""

    scope: str  # alert, target, unit
    unit: str | None  # None: of every unit
    target: str | None
    field: str | None = None
    reason: str
    document: str | None = None  # an exemption's
    by: str
    ends_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MuteEnding(Payload):
    """A silence ends tomorrow: who gave it is reminded."""

    silence: Silence
    still_open: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary(Tells):
    """What started, what ended and what is still open, where it was not told one by one.

    Reasons: mute_ended, handover. (A check in quiet time tells nobody anything: the next morning's
    digest says what there is.)
    """

    reason: str
    unit_name: str
    day: date
    as_of: datetime
    since: datetime | None = None  # when the silence began
    silence: Silence | None = None  # of mute_ended
    predecessor: str = ""  # of handover: who was in charge
    started: tuple[DigestLine, ...] = ()
    still_open: tuple[DigestLine, ...] = ()
    ended: tuple[DigestLine, ...] = ()
    started_more: int = 0
    still_open_more: int = 0
    ended_more: int = 0
    more_critical: tuple[tuple[str, int], ...] = ()  # of what found no room, by target
    counted_ids: tuple[int, ...] = ()
    counted_ended_ids: tuple[int, ...] = ()

    @property
    def firing(self) -> tuple[DigestLine, ...]:
        return (*self.started, *self.still_open)

    @property
    def over(self) -> tuple[DigestLine, ...]:
        return self.ended

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.started or self.still_open or self.ended)


def compose_summary(
    reason: str,
    unit_name: str,
    today: date,
    as_of: datetime,
    *,
    started: Iterable[DigestLine] = (),
    still_open: Iterable[DigestLine] = (),
    ended: Iterable[DigestLine] = (),
    since: datetime | None = None,
    silence: Silence | None = None,
    predecessor: str = "",
) -> Summary:
    """One summary of ten lines at most; a few of them are kept for what has ended.

    What is still open is not new, whatever moved it last: it was told when it began.
    """
    started, still_open, ended = tuple(started), tuple(still_open), tuple(ended)
    several = of_several_units((*started, *still_open, *ended), unit_name)
    kinds = {
        "started": swallowed(started, unit_name),
        "still_open": swallowed((replace(x, is_new=False) for x in still_open), unit_name),
        # What was mended and what is counted no more have a heading each.
        "ended": [
            *swallowed((x for x in ended if not x.lapsed), unit_name),
            *swallowed((x for x in ended if x.lapsed), unit_name),
        ],
    }
    for_ended = min(len(kinds["ended"]), ENDED_AT_LEAST)
    room = ROWS - for_ended - A_HEAD * len({line.lapsed for line in kinds["ended"]})
    new = first_lines(kinds["started"], room, most=LINES - for_ended)
    room -= rows_of(with_few_items(new, 0))
    head = A_HEAD if new else 0
    old = first_lines(kinds["still_open"], room - head, most=LINES - for_ended - len(new))
    room -= rows_of(with_few_items(old, 0)) + (head if old else 0)
    over = first_lines(kinds["ended"], room + for_ended, most=LINES - len(new) - len(old))
    room -= max(0, len(over) - for_ended)
    new_out = left_out(kinds["started"], new)
    old_out = left_out(kinds["still_open"], old)
    over_out = left_out(kinds["ended"], over)
    short = with_few_items((*new, *old), min(room, ITEMS_OF_LEADERS) if several else room)
    short = named_once(short, set())
    return Summary(
        reason=reason,
        unit_name=unit_name,
        day=today,
        as_of=as_of,
        since=since,
        silence=silence,
        predecessor=predecessor,
        started=short[: len(new)],
        still_open=short[len(new) :],
        ended=with_few_items(over, 0),
        started_more=len(new_out),
        still_open_more=len(old_out),
        ended_more=len(over_out),
        more_critical=summed((*new_out, *old_out)),
        counted_ids=ids_of((*new_out, *old_out)),
        counted_ended_ids=ids_of(over_out),
    )
