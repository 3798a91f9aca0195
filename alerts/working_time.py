"""Which working time is in effect, and may an admin change it so? A change moves open deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from alerts.calendar import WorkingCalendar
from alerts.house import House
from alerts.telling.quiet import hold_until
from db import calendar_days, reporting_years
from db.calendar_days import Change, ClockStop, DayKind, StopBook
from db.engine import Connection
from db.indicators import date_of, day_of
from db.intake.resettling import Effect, Touched, resettle
from db.names import as_seen
from db.past_calendar import WorkingTimeThen

LONGEST_TEXT = 200
LONGEST_STOP_DAYS = 366
A_WEEK = timedelta(days=7)
NEVER = datetime.min.replace(tzinfo=UTC)  # of what is only tried out


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Why a change cannot be: a named reason, and what its sentence needs."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A change that was made: its number in the ledger of changes, and what it moved."""

    change_id: int
    change: Change
    effect: Effect


def calendar_then(public: WorkingCalendar, then: WorkingTimeThen) -> WorkingCalendar:
    """The calendar that was in effect with those days and that reporting year."""
    return with_days(replace(public, reporting_year=then.reporting_year), then.days)


def with_days(calendar: WorkingCalendar, days: Iterable[tuple[date, DayKind]]) -> WorkingCalendar:
    """The public calendar with the days that admins have entered: theirs win."""
    days = tuple(days)
    return calendar.with_days(
        off=[day for day, kind in days if kind is DayKind.OFF],
        working=[day for day, kind in days if kind is DayKind.WORKING],
    )


def in_effect(house: House, tx: Connection) -> House:
    """The house with the calendar that holds in this transaction; changes need no new start.

    Its reporting year is the one that the stored facts are dated by, see `keep_to_the_settings`.
    """
    days = tuple((each.day, each.kind) for each in calendar_days.named_days(tx))
    then = WorkingTimeThen(days=days, reporting_year=reporting_years.in_force(tx))
    if not days and then.reporting_year == house.calendar.reporting_year:
        return house
    return replace(house, calendar=calendar_then(house.calendar, then))


def keep_to_the_settings(house: House, tx: Connection, now: datetime) -> None:
    """Dates the stored facts by the reporting year of the settings, where that was changed.

    Imports and checks begin with it; what only reads goes by what is stored.
    """
    reporting_years.keep_to(tx, house.calendar.reporting_year, now)


def when_at_work(house: House, tx: Connection, now: datetime) -> datetime:
    """`now`, or the end of the quiet time that it lies in: when somebody may be disturbed."""
    here, calendar = now.astimezone(house.zone), in_effect(house, tx).calendar
    return hold_until(here, calendar, house.quiet_from, house.quiet_until)


def late_hold(house: House, meant_for: datetime, now: datetime) -> datetime:
    """`now`, or where that is in quiet time its end: when something may be said that was meant for
    an earlier moment outside quiet time. `house`: as it is in effect. Pure.

    What was queued in quiet time was meant to be said then (its person had just asked for it); what
    is older than a week comes from a rehearsal's clock.
    """
    here, its = now.astimezone(house.zone), meant_for.astimezone(house.zone)
    if house.is_quiet(its) or here - its > A_WEEK:
        return now
    return hold_until(here, house.calendar, house.quiet_from, house.quiet_until)


# --- may it be changed so? ------------------------------------------------------------------------


def name_day(
    house: House, tx: Connection, day: date, kind: DayKind, note: str, document: str
) -> Change | Refused:
    """The change that makes a day off, or a day worked; `house` is the one of the settings."""
    change = Change(day=day, old=None, new=None)
    old = calendar_days.present(tx, change)
    new = {"kind": kind.value, "note": as_seen(note), "document": as_seen(document)}
    reason = why_not(day, new, old, house.calendar)
    return (
        Refused(reason=reason, facts={"day": day}) if reason else replace(change, old=old, new=new)
    )


def why_not(
    day: date, new: Mapping[str, Any], old: Mapping[str, Any] | None, public: WorkingCalendar
) -> str | None:
    """The named reason for which a day cannot be entered so; None: it can. Pure."""
    if not new["document"]:
        return "no_document"
    if max(len(new["document"]), len(new["note"])) > LONGEST_TEXT:
        return "text_too_long"
    if not public.knows(day):
        return "year_unknown"
    # A day both off and worked: the one entry has to be taken back first.
    if old is not None and old["kind"] != new["kind"]:
        return f"entered_{old['kind']}"
    if old == new:
        return "nothing_changes"
    works = public.is_working(day)
    if works and new["kind"] == DayKind.WORKING:
        return "already_working"
    if not works and new["kind"] == DayKind.OFF:
        return "already_off"
    return None


def unname_day(tx: Connection, day: date) -> Change | Refused:
    """The change that gives a day back to the public calendar."""
    change = Change(day=day, old=None, new=None)
    old = calendar_days.present(tx, change)
    return replace(change, old=old) if old else Refused(reason="not_entered", facts={"day": day})


def stop_clock(
    first: date, last: date, *, unit_id: int | None, reason: str, document: str, approved_by: str
) -> Change | Refused:
    """The change that stops the clock of a unit, or of the district, for some days."""
    texts = [as_seen(reason), as_seen(document), as_seen(approved_by)]
    if not all(texts):
        return Refused(reason="stop_unfounded")
    if max(map(len, texts)) > LONGEST_TEXT:
        return Refused(reason="text_too_long", facts={"day": first})
    if last < first:
        return Refused(reason="stop_turned_round", facts={"first": first, "last": last})
    if (last - first).days >= LONGEST_STOP_DAYS:
        return Refused(reason="stop_too_long", facts={"first": first, "last": last})
    new = {
        "unit_id": unit_id, "first_day": day_of(first), "last_day": day_of(last),
        "reason": texts[0], "document": texts[1], "approved_by": texts[2], "runs_again": None,
    }  # fmt: skip
    return Change(old=None, new=new)


def resume_clock(tx: Connection, stop_id: int, day: date) -> Change | Refused:
    """The change that lets the clock run again from a day on; its first day: it never stopped."""
    change = Change(stop_id=stop_id, old=None, new=None)
    old = calendar_days.present(tx, change)
    if old is None:
        return Refused(reason="no_such_stop", facts={"stop_id": stop_id})
    first, last = date_of(old["first_day"]), date_of(old["last_day"])
    if old["runs_again"] is not None:
        return Refused(reason="resumed_already", facts={"day": date_of(old["runs_again"])})
    if not first <= day <= last:
        return Refused(reason="not_within_the_stop", facts={"first": first, "last": last})
    return replace(change, old=old, new={**old, "runs_again": day_of(day)})


def undo(tx: Connection, change_id: int) -> Change | Refused:
    """The change that takes one back; refused where something was changed after it."""
    past = calendar_days.past_change(tx, change_id)
    if past is None:
        return Refused(reason="changed_meanwhile")
    back = replace(past.change, old=past.change.new, new=past.change.old)
    if back.stop_id is not None and back.new is None and back.old is not None:
        # A stop is never removed: it is as if the clock had run from its first day on.
        back = replace(back, new={**back.old, "runs_again": back.old["first_day"]})
    if calendar_days.present(tx, back) != back.old:
        return Refused(reason="changed_meanwhile")
    return back


# --- what it moves --------------------------------------------------------------------------------


def effect_of(house: House, tx: Connection, change: Change) -> Effect:
    """What a change would move; nothing is written."""
    return _resettle(house, tx, change, write=False)


def carry_out(
    house: House,
    tx: Connection,
    change: Change,
    *,
    by: str,
    now: datetime,
    person_id: int | None = None,
) -> Done | Refused:
    """Makes a change and settles again what it touches, in the transaction of the caller.

    Refused where the day or the stop is not any more what it was when the change was decided.
    """
    calendar_days.hold_still(tx, changing=True)
    if calendar_days.present(tx, change) != change.old:
        return Refused(reason="changed_meanwhile")
    effect = _resettle(house, tx, change, write=True)
    change_id = calendar_days.store(
        tx, change, by=by, person_id=person_id, now=now, moved=effect.moved
    )
    return Done(change_id=change_id, change=change, effect=effect)


def _resettle(house: House, tx: Connection, change: Change, *, write: bool) -> Effect:
    days = {each.day: each.kind for each in calendar_days.named_days(tx)}
    stops = calendar_days.clock_stops(tx)
    if change.day is not None:
        calendar = with_days(house.calendar, _days_after(days, change).items())
        book = calendar_days.stop_book(stops)
        touched = Touched(
            first=change.day, last=change.day, units=_stopped_units(book), paused=True
        )
        return resettle(tx, touched, calendar, book, write=write)
    book = calendar_days.stop_book(_stops_after(stops, change))
    either = change.new or change.old or {}
    unit_id = either["unit_id"]
    touched = Touched(
        first=date_of(either["first_day"]), last=date_of(either["last_day"]), paused=False,
        units=None if unit_id is None else frozenset({unit_id}),
    )  # fmt: skip
    return resettle(tx, touched, with_days(house.calendar, days.items()), book, write=write)


def _stopped_units(book: StopBook) -> frozenset[int] | None:
    """Whose deadlines hang on stops; None: everybody's."""
    return None if book.everywhere else frozenset(book.of_units)


def _days_after(days: Mapping[date, DayKind], change: Change) -> dict[date, DayKind]:
    kept = {day: kind for day, kind in days.items() if day != change.day}
    if change.new is not None and change.day is not None:
        kept[change.day] = DayKind(change.new["kind"])
    return kept


def _stops_after(stops: Iterable[ClockStop], change: Change) -> tuple[ClockStop, ...]:
    kept = [each for each in stops if change.stop_id is None or each.id != change.stop_id]
    if change.new is None:
        return tuple(kept)
    new = dict(change.new)
    again = new["runs_again"]
    for name in ("first_day", "last_day"):
        new[name] = date_of(new[name])
    new["runs_again"] = date_of(again) if again else None
    stop = ClockStop(
        id=change.stop_id or 0, created_by="", created_at=NEVER, **new
    )  # who and when decide nothing
    return (*kept, stop)
