"""What does an admin see of the working calendar? Days, stops and changes become screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from alerts.calendar import OfficeHours
from alerts.working_time import Done, Refused
from bot.buttons.callbacks import ConfirmCalendar, ShowCalendar, UndoCalendar
from bot.screens.plan import Key, Screen
from db.calendar_days import Change, ClockStop, NamedDay
from db.indicators import date_of
from db.intake.resettling import Effect

LIST = (Key(word="calendar", button=ShowCalendar()),)


def calendar_screen(
    year: int,
    days: Sequence[NamedDay],
    stops: Sequence[tuple[ClockStop, str | None]],
    working_days: int,
    hours: OfficeHours,
) -> Screen:
    """What is otherwise than in the public calendar of a year; a stop with its unit's name."""
    turning = (
        Key(word="last_year", button=ShowCalendar(year - 1)),
        Key(word="next_year", button=ShowCalendar(year + 1)),
    )
    return Screen(
        template="calendar",
        facts={
            "year": year,
            "days": days,
            "stops": [
                {"first": stop.period[0], "last": stop.period[1], "unit": name, "stop": stop}
                for stop, name in stops
            ],
            "working_days": working_days,
            "hours": [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours],
        },
        keyboard=(turning,),
    )


def confirm_screen(change: Change, effect: Effect, draft_id: int) -> Screen:
    """What a change would move, before it is made."""
    return Screen(
        template="calendar_confirm",
        facts={**told(change), "effect": effect},
        keyboard=(
            (
                Key(word="confirm", button=ConfirmCalendar(draft_id, make=True)),
                Key(word="give_up", button=ConfirmCalendar(draft_id, make=False)),
            ),
        ),
    )


def done_screen(done: Done) -> Screen:
    undo = Key(word="undo", button=UndoCalendar(done.change_id))
    return Screen(
        template="calendar_done",
        facts={**told(done.change), "effect": done.effect},
        keyboard=((undo, *LIST),),
    )


def refused_screen(refused: Refused) -> Screen:
    return Screen(
        template="calendar_refused",
        facts={"reason": refused.reason, "day": refused.facts.get("day")},
        keyboard=(LIST,),
    )


def told(change: Change) -> dict[str, Any]:
    """A change in the words of a template: what becomes of which days, by which document."""
    either = change.new or change.old or {}
    if change.day is not None:
        what = change.new["kind"] if change.new else "removed"
        first: date = change.day
        last = first
    else:
        what = "stopped" if either["runs_again"] is None else "resumed"
        first, last = date_of(either["first_day"]), date_of(either["last_day"])
    return {"what": what, "first": first, "last": last, "document": either["document"]}
