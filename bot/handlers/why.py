"""Why is a reading what it is? Its formula, its numbers, its rivals and what was left out."""

from __future__ import annotations

from bot.access import Visit, reply
from bot.ask import ask
from bot.buttons.callbacks import ShowWhy
from bot.handlers.units import meant_unit
from bot.questions import plan as questions
from bot.questions.plan import Found
from bot.screens import plan as screens
from bot.typed.words import unit_and_target
from db.records import Target


async def why_command(visit: Visit, words: list[str]) -> None:
    """/why [unit] [target]: the target by its id, its number in the plan, or its name."""
    text, target = unit_and_target(words, visit.bot_house.house.targets_on(visit.today))
    found = await meant_unit(visit, text)
    if found is not None:
        await _show(visit, found, target, 0)


async def why_button(visit: Visit, button: ShowWhy) -> None:
    found = await ask(visit.bot_house.house, questions.found_by_id, button.unit_id)
    target = visit.bot_house.renderer.targets.get(button.target)
    await _show(visit, found, target, button.field_id)


async def _show(visit: Visit, found: Found, target: Target | None, field_id: int) -> None:
    house, unit = visit.bot_house.house, found.unit
    if target is None:
        names = visit.bot_house.renderer.target_names(visit.language)
        targets = house.targets_on(visit.today)
        await reply(visit, screens.why_targets_screen(unit, targets, names))
        return
    why, fields = await ask(house, questions.why_now, house, unit, target, field_id)
    if why is None:
        facts = {"unit": unit, "target": target.id}
        await reply(visit, screens.Screen(template="no_reading", facts=facts))
        return
    allowed = visit.sees_items(found.chain, found.later_chains)
    await reply(visit, screens.why_screen(why, fields, allowed))
