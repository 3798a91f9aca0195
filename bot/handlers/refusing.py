"""How is a request refused that the person may not make?"""

from __future__ import annotations

import logging

from bot import questions, screens
from bot.access import Visit, reply
from bot.ask import ask
from bot.questions import Found
from db.records import Unit

log = logging.getLogger(__name__)


async def may_ask_for_items(visit: Visit) -> bool:
    """Whether the person sees any items at all; if not, they have been told so politely."""
    return visit.may("items") or await _refuse(visit, None)


async def may_see_items(visit: Visit, found: Found) -> bool:
    """Whether the person sees the unit's items; if not, they have been told so politely."""
    return visit.sees_items(found.chain, found.later_chains) or await _refuse(visit, found.unit)


async def _refuse(visit: Visit, unit: Unit | None) -> bool:
    log.info(
        "%s: person %s may not see the items of %s",
        visit.reference,
        visit.caller.person.id,
        unit.slug if unit else "any unit",
    )
    own = await ask(visit.bot_house.house, questions.units_by_id, visit.home_units())
    await reply(visit, screens.no_permission_screen(unit, own, visit.reference))
    return False
