"""Which scheduled moment is to be worked on now? Pure: the times of day, the ledger and `now`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

GRACE = timedelta(minutes=10)  # a run that starts later than this after its slot is marked late


@dataclass(frozen=True, kw_only=True, slots=True)
class RunNow:
    slot: datetime
    late: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    reason: str


def newest_slot(checks: Sequence[time], zone: tzinfo, now: datetime) -> datetime:
    """The newest slot at or before `now`, in the district's zone."""
    return max(
        (slot for slot in _around(checks, zone, now) if slot.astimezone(UTC) <= now),
        key=_instant,
    )


def slot_decision(
    newest: datetime, newest_finished: datetime | None, now: datetime, grace: timedelta = GRACE
) -> RunNow | Nothing:
    """Whether the newest slot is to be run, and why.

    newest           the newest slot, as `newest_slot` gives it (its zone tells what a day is)
    newest_finished  the newest slot that the ledger has closed; None in a new installation

    Older missed slots are never made up for: nobody wants yesterday's digest beside today's.
    """
    if newest_finished is None:
        # What an installation owed before it existed is owed to nobody.
        if newest.date() != now.astimezone(newest.tzinfo).date():
            return Nothing(reason="first_slot_is_still_to_come")
    elif newest_finished.astimezone(UTC) == newest.astimezone(UTC):
        return Nothing(reason="slot_is_done")
    elif newest_finished.astimezone(UTC) > newest.astimezone(UTC):
        return Nothing(reason="a_newer_slot_is_done")  # the clock was set back
    late = now.astimezone(UTC) - newest.astimezone(UTC) > grace
    return RunNow(slot=newest, late=late, reason="slot_was_missed" if late else "slot_is_due")


def _around(checks: Sequence[time], zone: tzinfo, now: datetime) -> Iterator[datetime]:
    today = now.astimezone(zone).date()
    for days in (-1, 0):
        for check in checks:
            yield datetime.combine(today + timedelta(days=days), check, tzinfo=zone)


def _instant(moment: datetime) -> datetime:
    # Python orders two moments of one zone by their wall time, which daylight saving can mislead.
    return moment.astimezone(UTC)
