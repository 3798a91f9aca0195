"""How does a unit stand, now or on a past day?"""

from __future__ import annotations

from datetime import date

from bot.access import Visit, reply
from bot.ask import ask
from bot.buttons.callbacks import ShowStatus
from bot.handlers.units import ask_for_unit
from bot.questions import plan as questions
from bot.questions.lately import lately_of
from bot.questions.outlook import outlooks_of
from bot.questions.plan import Found
from bot.questions.thresholds import own_goals
from bot.screens import plan as screens
from bot.typed.words import DayWrong, unit_and_day


async def status_command(visit: Visit, words: list[str]) -> None:
    """/status [unit] [day]: the unit may be several words, the day is dd/mm/yyyy."""
    text, day = unit_and_day(words)
    if isinstance(day, DayWrong):
        await reply(visit, screens.Screen(template="bad_day", facts={"text": day.text[:20]}))
        return
    house, own = visit.bot_house.house, visit.home_units()
    if not text and len(own) != 1:
        await ask_for_unit(visit, own)
        return
    if not text:
        await _show(visit, await ask(house, questions.found_by_id, own[0]), day)
        return
    found = await ask(house, questions.found_by_words, house, text, day, visit.today)
    if isinstance(found, Found):
        await _show(visit, found, day)
    else:
        await reply(visit, screens.unknown_unit_screen(text, found, day))


async def status_button(visit: Visit, button: ShowStatus) -> None:
    found = await ask(visit.bot_house.house, questions.found_by_id, button.unit_id)
    await _show(visit, found, button.day)


async def _show(visit: Visit, found: Found, day: date | None) -> None:
    house = visit.bot_house.house
    view = await ask(house, questions.status_on, house, found.unit.id, day, visit.today)
    own = {} if day else await ask(house, own_goals, house, found.unit.id, visit.now)
    recent = await ask(house, lately_of, house, view)
    ahead = await ask(house, outlooks_of, house, view)
    newest = await ask(house, questions.newest_published, house, view)
    sees_items = visit.sees_items(found.chain, found.later_chains)
    shown = screens.status_screen(view, house.targets, day, sees_items, own, recent, ahead, newest)
    await reply(visit, shown)
