"""When is somebody away, and who stands in? Heads and leaders say it themselves, admins for all."""

from __future__ import annotations

import logging

from alerts.working_time import when_at_work
from bot.access import Visit, reply
from bot.ask import ask, tell
from bot.buttons.people import CancelAbsence, SetAbsence, ShowAbsences
from bot.questions import people as people_questions
from bot.screens import absence as absence_screens
from bot.screens.absence import refused_screen
from bot.screens.plan import Screen
from bot.typed.absence import AbsenceWords, read_absence
from bot.typed.words import DayWrong
from db import absences, outbox, people, units
from db.absences import AbsenceRefused
from db.engine import Connection
from db.records import Absence, NewMessage, Role

ANSWERABLE = (Role.HEAD, Role.LEADER, Role.ADMIN)

log = logging.getLogger(__name__)


async def absence_command(visit: Visit, words: list[str]) -> None:
    """/absence [person's number] [first day] [last day] [who stands in]"""
    if not await _may(visit, visit.caller.person.id):
        return
    if not words:
        await absences_button(visit, ShowAbsences())
        return
    asked = read_absence(words)
    if isinstance(asked, DayWrong):
        await reply(visit, Screen(template="bad_day", facts={"text": asked.text[:20]}))
    elif asked is None:
        await reply(visit, refused_screen("not_understood"))
    elif await _may(visit, asked.person_id or visit.caller.person.id):
        house = visit.bot_house.house
        await reply(visit, await tell(house, _set_by_words, visit, asked))


async def absences_button(visit: Visit, button: ShowAbsences) -> None:
    """The days away that are not over, one's own or another's."""
    person_id = button.person_id or visit.caller.person.id
    if await _may(visit, person_id):
        house = visit.bot_house.house
        await reply(visit, await ask(house, _list, visit, person_id))


async def set_absence_button(visit: Visit, button: SetAbsence) -> None:
    if button.first is None or button.last is None:
        await reply(visit, refused_screen("not_understood"))
    elif await _may(visit, button.person_id):
        asked = Absence(
            id=0, person_id=button.person_id, first_day=button.first, last_day=button.last,
            stand_in=button.stand_in,
        )  # fmt: skip
        house = visit.bot_house.house
        await reply(visit, await tell(house, _set, visit, asked))


async def cancel_absence_button(visit: Visit, button: CancelAbsence) -> None:
    house = visit.bot_house.house
    absence = await ask(house, absences.by_id, button.absence_id)
    if absence is None:
        await reply(visit, refused_screen("gone"))
    elif await _may(visit, absence.person_id):
        await reply(visit, await tell(house, _cancel, visit, absence))


async def _may(visit: Visit, person_id: int) -> bool:
    """Whether the person may speak of the absence of that person; if not, they have been told."""
    own = person_id == visit.caller.person.id
    if visit.may("absence" if own else "people"):
        return True
    log.info("%s: person %s may not set an absence", visit.reference, visit.caller.person.id)
    await reply(visit, refused_screen("not_for_you"))
    return False


def _set_by_words(tx: Connection, visit: Visit, asked: AbsenceWords) -> Screen:
    """Writes the absence down, or asks who is meant to stand in."""
    person_id, stand_in = asked.person_id or visit.caller.person.id, None
    if asked.stand_in:
        meant = people_questions.meant_people(tx, asked.stand_in, person_id, visit.today)
        if len(meant) != 1:
            choices = meant or people_questions.colleagues(tx, person_id, visit.today)
            offered = choices[: people_questions.CHOICES]
            return absence_screens.who_screen(asked, person_id, offered, found=bool(meant))
        stand_in = meant[0].person.id
    days = {"first_day": asked.first, "last_day": asked.last}
    return _set(tx, visit, Absence(id=0, person_id=person_id, stand_in=stand_in, **days))


def _set(tx: Connection, visit: Visit, asked: Absence) -> Screen:
    today, by = visit.today, visit.caller.person.id
    absent = people.known(tx, asked.person_id, today)
    held = {numbered.binding.role for numbered in absent.bindings} if absent else set()
    if absent is None or held.isdisjoint(ANSWERABLE):
        return refused_screen("nobody_waits")
    if asked.stand_in is not None:
        other = people.known(tx, asked.stand_in, today)
        if other is None or not other.bindings or other.is_group:
            return refused_screen("no_such_stand_in")
    done = absences.set_absence(
        tx, person_id=asked.person_id, first_day=asked.first_day, last_day=asked.last_day,
        stand_in=asked.stand_in, created_by=by, now=visit.now, today=today,
    )  # fmt: skip
    if isinstance(done, AbsenceRefused):
        return refused_screen(done.reason, done)
    log.info("person %s is away from %s to %s", done.person_id, done.first_day, done.last_day)
    outbox.enqueue(tx, _told(tx, visit, done, cancelled=False), visit.now)
    return absence_screens.absence_set_screen(
        done,
        absent.person,
        people_questions.name_of(tx, done.stand_in),
        people_questions.heard_instead(tx, done, today),
    )


def _cancel(tx: Connection, visit: Visit, absence: Absence) -> Screen:
    cancelled = absences.cancel(tx, absence.id, visit.now, visit.caller.person.id)
    if cancelled is None:
        return refused_screen("gone")
    outbox.enqueue(tx, _told(tx, visit, cancelled, cancelled=True), visit.now)
    return _list(tx, visit, cancelled.person_id)


def _list(tx: Connection, visit: Visit, person_id: int) -> Screen:
    view = people_questions.person_view(tx, person_id, visit.today)
    if view is None:
        return refused_screen("gone")
    own = person_id == visit.caller.person.id
    return absence_screens.absences_screen(view, own=own)


def _told(
    tx: Connection, visit: Visit, absence: Absence, *, cancelled: bool
) -> tuple[NewMessage, ...]:
    """Whoever is concerned and did not do it themselves is told, outside quiet time: the stand-in,
    and the absent.
    """
    not_before = when_at_work(visit.bot_house.house, tx, visit.now)
    concerned = {absence.stand_in, absence.person_id} - {None, visit.caller.person.id}
    held = people.own_bindings(tx, absence.person_id, visit.today)
    named = [units.unit_by_id(tx, b.unit_id).name for b in held if b.unit_id is not None]
    payload = {
        "name": people_questions.name_of(tx, absence.person_id),
        "stand_in": people_questions.name_of(tx, absence.stand_in),
        "units": list(dict.fromkeys(named)),
        "first": absence.first_day.isoformat(),
        "last": absence.last_day.isoformat(),
        "cancelled": cancelled,
    }
    return tuple(
        NewMessage(
            person_id=person_id,
            template="absence_told",
            payload={**payload, "to_stand_in": person_id == absence.stand_in},
            dedupe=f"absence:{absence.id}:{person_id}:{int(cancelled)}",
            not_before=not_before,
        )
        for person_id in concerned
        if person_id is not None
    )
