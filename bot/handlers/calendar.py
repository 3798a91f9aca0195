"""Which days are off or made up for? An admin looks, enters a day, confirms, takes it back."""

from __future__ import annotations

import logging
from datetime import date

from alerts import working_time
from alerts.house import House
from alerts.working_time import Done, Refused
from bot.access import Visit, reply
from bot.ask import ask, tell
from bot.buttons.callbacks import ConfirmCalendar, ShowCalendar, UndoCalendar
from bot.screens import calendar as calendar_screens
from bot.screens.plan import Screen
from bot.typed.words import DayWrong, read_day
from db import calendar_days, units
from db.calendar_days import DayKind
from db.engine import Connection
from db.names import fold

# The first words after /calendar: a kind of day, or None to give the day back.
ACTIONS: dict[str, DayKind | None] = {
    "nghi": DayKind.OFF,
    "off": DayKind.OFF,
    "lambu": DayKind.WORKING,
    "lam bu": DayKind.WORKING,
    "working": DayKind.WORKING,
    "xoa": None,
    "remove": None,
}
YEARS = range(2000, 2100)

log = logging.getLogger(__name__)


async def calendar_command(visit: Visit, words: list[str]) -> None:
    """/calendar [year], /calendar nghi|lambu|xoa DAY [document]"""
    if not await _may(visit):
        return
    if not words or (words[0].isdecimal() and int(words[0]) in YEARS):
        await _show(visit, int(words[0]) if words else visit.today.year)
        return
    length = next((n for n in (2, 1) if fold(" ".join(words[:n])) in ACTIONS), 0)
    day = read_day(words[length]) if 0 < length < len(words) else None
    if isinstance(day, DayWrong):
        await reply(visit, Screen(template="bad_day", facts={"text": day.text[:20]}))
    elif day is None:
        await reply(visit, calendar_screens.refused_screen(Refused(reason="not_understood")))
    else:
        kind = ACTIONS[fold(" ".join(words[:length]))]
        document = " ".join(words[length + 1 :])
        house = visit.bot_house.house
        await reply(visit, await tell(house, _propose, house, visit, day, kind, document))


async def calendar_button(visit: Visit, button: ShowCalendar) -> None:
    if await _may(visit):
        year = button.year if button.year in YEARS else visit.today.year
        await _show(visit, year)


async def confirm_button(visit: Visit, button: ConfirmCalendar) -> None:
    """Makes the change that was shown, or forgets it; either only once."""
    if not await _may(visit):
        return
    house = visit.bot_house.house
    done = await tell(house, _confirm, house, visit, button)
    if done is None:
        await _show(visit, visit.today.year)
    else:
        await _answer(visit, done)


async def undo_button(visit: Visit, button: UndoCalendar) -> None:
    if await _may(visit):
        house = visit.bot_house.house
        await _answer(visit, await tell(house, _undo, house, visit, button.change_id))


async def _may(visit: Visit) -> bool:
    if visit.may("calendar"):
        return True
    log.info("%s: person %s is no admin", visit.reference, visit.caller.person.id)
    await reply(visit, Screen(template="admins_only", facts={"reference": visit.reference}))
    return False


async def _answer(visit: Visit, done: Done | Refused) -> None:
    if isinstance(done, Refused):
        await reply(visit, calendar_screens.refused_screen(done))
        return
    log.info(
        "person %s changed the working calendar (change %s): %s deadlines moved",
        visit.caller.person.id, done.change_id, done.effect.moved,
    )  # fmt: skip
    await reply(visit, calendar_screens.done_screen(done))


async def _show(visit: Visit, year: int) -> None:
    house = visit.bot_house.house
    await reply(visit, await ask(house, _year, house, year))


def _year(tx: Connection, house: House, year: int) -> Screen:
    calendar = working_time.in_effect(house, tx).calendar
    first, last = date(year, 1, 1), date(year, 12, 31)
    stops = [
        (stop, None if stop.unit_id is None else units.unit_by_id(tx, stop.unit_id).name)
        for stop in calendar_days.clock_stops(tx)
        if stop.period[0] <= min(stop.period[1], last) and stop.period[1] >= first
    ]
    return calendar_screens.calendar_screen(
        year,
        calendar_days.named_days(tx, year),
        stops,
        calendar.between(date(year - 1, 12, 31), last),
        house.office_hours,
    )


def _propose(
    tx: Connection, house: House, visit: Visit, day: date, kind: DayKind | None, document: str
) -> Screen:
    """Shows what the change would move, and keeps it until it is confirmed."""
    change = (
        working_time.unname_day(tx, day)
        if kind is None
        else working_time.name_day(house, tx, day, kind, "", document)
    )
    if isinstance(change, Refused):
        return calendar_screens.refused_screen(change)
    effect = working_time.effect_of(house, tx, change)
    draft_id = calendar_days.keep_draft(tx, visit.caller.person.id, change, visit.now)
    return calendar_screens.confirm_screen(change, effect, draft_id)


def _confirm(
    tx: Connection, house: House, visit: Visit, button: ConfirmCalendar
) -> Done | Refused | None:
    person = visit.caller.person
    change = calendar_days.take_draft(tx, button.draft_id, person.id)
    if not button.make:
        return None
    if change is None:
        return Refused(reason="confirmed_already")
    return working_time.carry_out(
        house, tx, change, by=person.name, person_id=person.id, now=visit.now
    )


def _undo(tx: Connection, house: House, visit: Visit, change_id: int) -> Done | Refused:
    change = working_time.undo(tx, change_id)
    if isinstance(change, Refused):
        return change
    person = visit.caller.person
    return working_time.carry_out(
        house, tx, change, by=person.name, person_id=person.id, now=visit.now
    )
