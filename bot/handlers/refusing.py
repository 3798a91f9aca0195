"""How is a request refused that the person may not make?"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.access import Visit, reply
from bot.ask import ask
from bot.questions import plan as questions
from bot.questions.plan import Found
from bot.screens import plan as screens
from db.records import Target, Unit

log = logging.getLogger(__name__)


async def may_ask_for_items(visit: Visit, targets: Sequence[Target] = ()) -> bool:
    """Whether the person sees any items at all, of all targets or as the steward of one of these;
    if not, they have been told so politely.
    """
    allowed = visit.may("items") or any(visit.keeps(target) for target in targets)
    return allowed or await _refuse(visit, None)


async def may_see_items(visit: Visit, found: Found, targets: Sequence[Target] = ()) -> bool:
    """Whether the person sees the unit's items, of all targets or as the steward of one of these;
    if not, they have been told so politely.
    """
    allowed = visit.sees_items(found.chain, found.later_chains)
    allowed = allowed or any(visit.keeps(target) for target in targets)
    return allowed or await _refuse(visit, found.unit)


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
