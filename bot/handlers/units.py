"""Which unit is meant, and which units are there?"""

from __future__ import annotations

from bot.access import Visit, reply
from bot.ask import ask
from bot.buttons.callbacks import ShowUnits
from bot.questions import plan as questions
from bot.questions.plan import Found
from bot.screens import plan as screens


async def units_command(visit: Visit, _words: list[str]) -> None:
    await _show(visit, page=0)


async def units_button(visit: Visit, button: ShowUnits) -> None:
    await _show(visit, page=button.page)


async def meant_unit(visit: Visit, words: str) -> Found | None:
    """The unit that a command is about; None where the answer was a question back."""
    house = visit.bot_house.house
    if words:
        found = await ask(house, questions.found_by_words, house, words, None, visit.today)
        if isinstance(found, Found):
            return found
        await reply(visit, screens.unknown_unit_screen(words, found, None))
        return None
    own = visit.home_units()
    if len(own) == 1:
        return await ask(house, questions.found_by_id, own[0])
    await ask_for_unit(visit, own)
    return None


async def ask_for_unit(visit: Visit, own: tuple[int, ...]) -> None:
    """Shows the person's own units, or all, to choose from."""
    house = visit.bot_house.house
    if own:
        choice = await ask(house, questions.units_by_id, own)
    else:
        choice = await ask(house, questions.organisation, house, visit.today)
    await reply(visit, screens.units_screen(choice, 0, asked=True))


async def _show(visit: Visit, page: int) -> None:
    house = visit.bot_house.house
    everything = await ask(house, questions.organisation, house, visit.today)
    await reply(visit, screens.units_screen(everything, page))
