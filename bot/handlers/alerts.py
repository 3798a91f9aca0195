"""Which promises are not kept at the moment?"""

from __future__ import annotations

from bot import questions, screens
from bot.access import Visit, reply
from bot.ask import ask
from bot.callbacks import ShowAlerts
from bot.handlers.units import meant_unit
from db.records import Unit


async def alerts_command(visit: Visit, words: list[str]) -> None:
    """/alerts [unit]: of the person's own unit, or of all where they have none."""
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
    house = visit.bot_house.house
    alerts = await ask(house, questions.alerts_of, house, unit)
    await reply(visit, screens.alerts_screen(unit, alerts, page))
