"""What is there to act on in a unit: the items of a target, and what falls due soon?"""

from __future__ import annotations

from bot.access import Visit, reply
from bot.ask import ask
from bot.buttons.callbacks import ShowDue, ShowItems
from bot.handlers.refusing import may_ask_for_items, may_see_items
from bot.handlers.units import meant_unit
from bot.questions import plan as questions
from bot.questions.plan import Found
from bot.screens import plan as screens
from bot.typed.words import unit_and_target
from db.records import Target


async def items_command(visit: Visit, words: list[str]) -> None:
    """/items [unit] [target]: the target by its id, its number in the plan, or its name."""
    targets = visit.bot_house.house.targets_on(visit.today)
    text, target = unit_and_target(words, targets)
    asked = targets if target is None else (target,)
    if not await may_ask_for_items(visit, asked):
        return
    found = await meant_unit(visit, text)
    if found is not None and await may_see_items(visit, found, asked):
        await _show(visit, found, target, page=0)


async def items_button(visit: Visit, button: ShowItems) -> None:
    found = await ask(visit.bot_house.house, questions.found_by_id, button.unit_id)
    target = visit.bot_house.renderer.targets.get(button.target)
    asked = visit.bot_house.house.targets_on(visit.today) if target is None else (target,)
    if await may_see_items(visit, found, asked):
        await _show(visit, found, target, button.page)


async def due_command(visit: Visit, words: list[str]) -> None:
    """/due [unit]: what falls due within the early-warning days."""
    if not await may_ask_for_items(visit):
        return
    found = await meant_unit(visit, " ".join(words))
    if found is not None and await may_see_items(visit, found):
        await _show_due(visit, found, page=0)


async def due_button(visit: Visit, button: ShowDue) -> None:
    found = await ask(visit.bot_house.house, questions.found_by_id, button.unit_id)
    if await may_see_items(visit, found):
        await _show_due(visit, found, button.page)


async def _show(visit: Visit, found: Found, target: Target | None, page: int) -> None:
    house, unit = visit.bot_house.house, found.unit
    if target is None:
        names = visit.bot_house.renderer.target_names(visit.language)
        everything = visit.sees_items(found.chain, found.later_chains)
        targets = [t for t in house.targets_on(visit.today) if everything or visit.keeps(t)]
        await reply(visit, screens.targets_screen(unit, targets, names, due=everything))
        return
    bindings = visit.caller.bindings
    items = await ask(house, questions.items_now, house, unit, target, visit.now, bindings)
    unknown = not items and await ask(house, questions.has_no_data, unit, target)
    await reply(visit, screens.items_screen(unit, target, items, page, no_data=unknown))


async def _show_due(visit: Visit, found: Found, page: int) -> None:
    house, unit = visit.bot_house.house, found.unit
    days, items = await ask(house, questions.due_now, house, unit, visit.now)
    await reply(visit, screens.due_screen(unit, items, days, page))
