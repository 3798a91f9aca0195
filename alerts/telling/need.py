"""What does a person have to be told now, of all the alerts that are theirs?

The rules are those by which alerting systems keep quiet: say what is new once, say its end to
whoever heard of it, and remind only after a while.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.records import Move, Told, Workdays

# What is worth a message. That a rate rises a little every day is told with the next one.
NEWS = (Move.OPENED, Move.WORSE, Move.REOPENED, Move.HANDED_OVER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Why a message is needed, and of which alerts it has to tell; both lists are rising."""

    reason: str
    alert_ids: tuple[int, ...] = ()  # that fire: what is news, or in a reminder all of them
    ended_ids: tuple[int, ...] = ()


def needs_telling(
    known: Mapping[int, Told],
    firing: Mapping[int, int],
    ended: Mapping[int, int],
    *,
    last_at: datetime | None,
    repeat_working_days: int,
    now: datetime,
    calendar: Workdays,
) -> Need | None:
    """Whether a person is told now of their group of alerts; None: nothing is to be said.

    `known`: alert -> what they were told last. `firing`: alert -> its newest step worth telling, of
    the open alerts of theirs that nothing silences. `ended`: alert -> the step that ended it; one
    that they never heard of, or whose end they were told of, is passed over. `last_at`: when they
    were last told of any. Days are those of `now`'s time zone. Reasons, in the order in which they
    decide: first_telling, new_alert, changed, all_resolved, some_resolved, repeat.
    """
    heard = {alert_id: told for alert_id, told in known.items() if not told.ended}
    fires = tuple(sorted(firing))
    new = tuple(alert_id for alert_id in fires if alert_id not in heard)
    changed = tuple(a for a in fires if a in heard and firing[a] > heard[a].step_id)
    over = tuple(sorted(a for a in ended if a in heard and a not in firing))

    # They know of nothing: only what fires is worth a message. What began and ended before they
    # were told of it never reaches them.
    if not heard:
        return Need(reason="first_telling", alert_ids=fires) if fires else None

    # An alert has joined those that they know of.
    if new:
        return Need(reason="new_alert", alert_ids=_joined(new, changed), ended_ids=over)

    # One that they know of has moved since they were told.
    if changed:
        return Need(reason="changed", alert_ids=changed, ended_ids=over)

    # They were told of a problem: they are told of its end, however few still wait to end.
    if over:
        silent = heard.keys() - firing.keys() - ended.keys()
        all_of_them = not fires and not silent
        return Need(reason="all_resolved" if all_of_them else "some_resolved", ended_ids=over)

    # Nothing moved. A reminder needs something that still fires, and its interval in working days.
    if fires and last_at is not None and repeat_working_days > 0:
        last_day = last_at.astimezone(now.tzinfo).date()
        if calendar.between(last_day, now.date()) >= repeat_working_days:
            return Need(reason="repeat", alert_ids=fires)

    return None


def _joined(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*one, *other}))
