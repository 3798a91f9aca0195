"""Which promises are not kept at the moment, what is silent, and what is a leader to exempt?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from alerts import actions
from alerts.actions import Done, Refused
from alerts.house import House
from bot.access import Visit, reply
from bot.ask import ask, tell
from bot.buttons.callbacks import ShowAlerts
from bot.handlers.units import meant_unit
from bot.questions import plan as questions
from bot.questions.alert_card import rights_over
from bot.questions.alert_list import alert_list
from bot.screens import alerts as alert_screens
from bot.screens.plan import Screen
from bot.typed.words import DayWrong, read_day, read_number
from db import alert_store
from db.engine import Connection
from db.names import fold
from db.records import Unit

EXEMPT = frozenset({"mien", "exempt"})
END_OF_DAY = time(23, 59)


async def alerts_command(visit: Visit, words: list[str]) -> None:
    """/alerts [unit]: of the person's own unit, or of all where they have none.

    /alerts exempt NUMBER LAST_DAY DOCUMENT REASON: a leader's.
    """
    if words and fold(words[0]) in EXEMPT:
        # A group is told numbers; what somebody decides is not said there.
        private = Screen(template="group_private")
        await (reply(visit, private) if visit.openly else _exempt(visit, words[1:]))
        return
    if not words and not visit.home_units():
        await _show(visit, None, page=0)
        return
    found = await meant_unit(visit, " ".join(words))
    if found is not None:
        await _show(visit, found.unit, page=0)


async def alerts_button(visit: Visit, button: ShowAlerts) -> None:
    unit = None
    if button.unit_id:
        found = await ask(visit.bot_house.house, questions.found_by_id, button.unit_id)
        unit = found.unit
    await _show(visit, unit, button.page)


async def _show(visit: Visit, unit: Unit | None, page: int) -> None:
    house, caller = visit.bot_house.house, visit.caller
    found = await ask(house, alert_list, house, unit, caller.person.id, caller.bindings, visit.now)
    await reply(visit, alert_screens.alerts_screen(unit, found, page))


@dataclass(frozen=True, kw_only=True, slots=True)
class Exemption:
    alert_id: int
    last_day: date
    document: str
    reason: str


def read_exemption(words: Sequence[str]) -> Exemption | str:
    """'12 30/04/2021 45/UBND-NV the office moves', or which part is wrong: number, day, document,
    reason.
    """
    number = read_number(words[0].removeprefix("#")) if words else None
    if number is None:
        return "number"
    last_day = read_day(words[1]) if len(words) > 1 else None
    if last_day is None or isinstance(last_day, DayWrong):
        return "day"
    if len(words) < 3:
        return "document"
    if len(words) < 4:
        return "reason"
    return Exemption(
        alert_id=number, last_day=last_day, document=words[2], reason=" ".join(words[3:])
    )


async def _exempt(visit: Visit, words: list[str]) -> None:
    asked = read_exemption(words)
    if isinstance(asked, str):
        await reply(visit, Screen(template="exempt_how", facts={"problem": asked}))
        return
    house = visit.bot_house.house
    done = await tell(house, _carry_out, house, visit, asked)
    screen = alert_screens.answer_screen(done.reason, done=isinstance(done, Done))
    await reply(visit, screen)


def _carry_out(tx: Connection, house: House, visit: Visit, asked: Exemption) -> Done | Refused:
    person, alert = visit.caller.person, alert_store.alert_by_id(tx, asked.alert_id)
    if alert is None:
        return Refused(reason="no_such_alert")
    rights = rights_over(tx, person.id, visit.caller.bindings, alert.unit_id, visit.today)
    ends_at = datetime.combine(asked.last_day, END_OF_DAY, tzinfo=house.zone)
    return actions.exempt(
        tx, house, asked.alert_id, person, rights.exempts, visit.now,
        asked.document, ends_at, asked.reason,
    )  # fmt: skip
