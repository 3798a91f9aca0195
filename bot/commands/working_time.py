"""How does the command line show and change the working calendar?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from alerts import working_time
from alerts.house import House
from alerts.working_time import Refused, in_effect
from bot.commands.answers import unit_named
from bot.commands.shapes import moment_text
from db import calendar_days, units
from db.calendar_days import Change, DayKind
from db.engine import Connection, reading, writing

BY = "command line"

Proposal = Callable[[House, Connection], Change | Refused]

# Each reason for which a change is refused, and what would be right.
SENTENCES = {
    "no_document": "{day:%d/%m/%Y}: no document says so (add --document 'number of the document')",
    "text_too_long": "{day:%d/%m/%Y}: a text is longer than 200 characters",
    "year_unknown": "{day:%d/%m/%Y}: the public holidays of that year are not known",
    "entered_off": "{day:%d/%m/%Y} is entered as a day off (first: calendar remove {day:%Y-%m-%d})",
    "entered_working": (
        "{day:%d/%m/%Y} is entered as a working day (first: calendar remove {day:%Y-%m-%d})"
    ),
    "nothing_changes": "{day:%d/%m/%Y} is entered so already",
    "already_off": "{day:%d/%m/%Y} is a day off anyway",
    "already_working": (
        "{day:%d/%m/%Y} is a working day anyway (made up for is a weekend day or a holiday)"
    ),
    "not_entered": "{day:%d/%m/%Y} was not entered (`dunghen calendar list {day:%Y}` shows them)",
    "stop_unfounded": "a stopped clock needs --reason, --document and --approved-by",
    "stop_turned_round": "--to {last:%d/%m/%Y} lies before --from {first:%d/%m/%Y}",
    "stop_too_long": "{first:%d/%m/%Y} to {last:%d/%m/%Y} is more than 366 days",
    "no_such_stop": "there is no stop {stop_id} (`dunghen calendar list` shows them)",
    "resumed_already": "the clock runs again from {day:%d/%m/%Y} already",
    "not_within_the_stop": (
        "the clock can run again from {first:%d/%m/%Y} to {last:%d/%m/%Y}"
        " (add --day {first:%Y-%m-%d})"
    ),
    "changed_meanwhile": "somebody else has just changed it (look again: dunghen calendar list)",
}  # fmt: skip


class CalendarWrong(Exception):
    """The change cannot be; the text says why, and what would be right."""


def naming(day: date, kind: str, note: str, document: str) -> Proposal:
    def proposed(house: House, tx: Connection) -> Change | Refused:
        return working_time.name_day(house, tx, day, DayKind(kind), note, document)

    return proposed


def unnaming(day: date) -> Proposal:
    return lambda _house, tx: working_time.unname_day(tx, day)


def stopping(
    first: date, last: date, *, unit: str | None, reason: str, document: str, approver: str
) -> Proposal:
    def proposed(house: House, tx: Connection) -> Change | Refused:
        found = unit_named(house, tx, unit, None) if unit is not None else None
        whole = found is None or found.slug == house.district
        return working_time.stop_clock(
            first, last, unit_id=None if whole or found is None else found.id,
            reason=reason, document=document, approved_by=approver,
        )  # fmt: skip

    return proposed


def resuming(stop_id: int, day: date | None) -> Proposal:
    return lambda house, tx: working_time.resume_clock(
        tx, stop_id, day or house.wall_day(house.clock())
    )


def change_calendar(house: House, proposed: Proposal, *, dry_run: bool) -> dict[str, Any]:
    """Makes the change, or only tells what it would move. Raises CalendarWrong, NotFound."""
    with writing(house.engine) as tx:
        change = proposed(house, tx)
        if isinstance(change, Refused):
            raise _wrong(change)
        if dry_run:
            effect, number = working_time.effect_of(house, tx, change), None
        else:
            done = working_time.carry_out(house, tx, change, by=BY, now=house.clock())
            if isinstance(done, Refused):
                raise _wrong(done)
            effect, number = done.effect, done.change_id
    return {
        "change": number,
        "deadlines_moved": effect.moved,
        "now_on_time": effect.now_on_time,
        "now_late": effect.now_late,
    }


def _wrong(refused: Refused) -> CalendarWrong:
    return CalendarWrong(SENTENCES[refused.reason].format(**refused.facts))


def calendar_of(house: House, year: int | None) -> dict[str, Any]:
    """What is otherwise than in the public calendar of a year (default: this one)."""
    asked = year or house.wall_day(house.clock()).year
    first, last = date(asked, 1, 1), date(asked, 12, 31)
    with reading(house.engine) as tx:
        calendar = in_effect(house, tx).calendar
        days = calendar_days.named_days(tx, asked)
        stops = [
            {
                "id": stop.id,
                "unit": None if stop.unit_id is None else units.unit_by_id(tx, stop.unit_id).slug,
                "first_day": stop.first_day.isoformat(),
                "last_day": stop.last_day.isoformat(),
                "runs_again": stop.runs_again.isoformat() if stop.runs_again else None,
                "reason": stop.reason,
                "document": stop.document,
                "approved_by": stop.approved_by,
                "created_by": stop.created_by,
                "created_at": moment_text(stop.created_at, house.zone),
            }
            for stop in calendar_days.clock_stops(tx)
            if stop.first_day <= last and stop.last_day >= first
        ]
    every_day = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        "year": asked,
        "working_days": calendar.between(first - timedelta(days=1), last),
        "weekdays_off": [
            day.isoformat()
            for day in every_day
            if day.weekday() < 5 and not calendar.is_working(day)
        ],
        "weekend_days_worked": [
            day.isoformat() for day in every_day if day.weekday() >= 5 and calendar.is_working(day)
        ],
        "days": [
            {
                "day": each.day.isoformat(),
                "kind": each.kind.value,
                "note": each.note,
                "document": each.document,
                "changed_by": each.changed_by,
                "changed_at": moment_text(each.changed_at, house.zone),
            }
            for each in days
        ],
        "stops": stops,
    }


def calendar_lines(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"{document['year']}: {document['working_days']} working days"
    yield f"weekdays off: {', '.join(document['weekdays_off']) or 'none'}"
    if document["weekend_days_worked"]:
        yield f"weekend days worked: {', '.join(document['weekend_days_worked'])}"
    for day in document["days"]:
        note = f", {day['note']}" if day["note"] else ""
        said = f"{day['document']}{note}; {day['changed_by']}, {day['changed_at']}"
        yield f"entered: {day['day']} {day['kind']:8} ({said})"
    for stop in document["stops"]:
        again = f", runs again from {stop['runs_again']}" if stop["runs_again"] else ""
        yield (
            f"stop {stop['id']}: {stop['first_day']} to {stop['last_day']}{again},"
            f" {stop['unit'] or 'the whole district'}: {stop['reason']}"
            f" ({stop['document']}; approved by {stop['approved_by']})"
        )


def change_lines(document: Mapping[str, Any]) -> Iterator[str]:
    made = "would be moved" if document["change"] is None else "moved"
    yield (
        f"deadlines {made}: {document['deadlines_moved']}"
        f" (now on time: {document['now_on_time']}, now late: {document['now_late']})"
    )
