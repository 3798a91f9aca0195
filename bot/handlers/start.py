"""Who are you? Lets people in by invitation, greets the known ones, and turns strangers away."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from telegram import Update

from alerts.telling.handover import handover
from bot.access import DEFAULT_LANGUAGE, Visit, greet_stranger, reply, visit_of
from bot.ask import ask, tell
from bot.house import BotHouse
from bot.menu import set_menu
from bot.questions import plan as questions
from bot.replying import send_screen
from bot.screens import plan as screens
from db import pace, people
from db.engine import Connection
from db.people import Joined, TurnedAway
from db.records import Role

WELCOME_FIRST = timedelta(seconds=10)  # what is queued waits so long at most for the welcome

log = logging.getLogger(__name__)


async def start(update: Update, context: Any) -> None:
    """/start [invitation]"""
    house: BotHouse = context.bot_data["house"]
    user = update.effective_user
    if user is None:
        return
    who = {"user_id": user.id, "chat_id": user.id, "name": user.full_name[:100]}
    times = {"now": house.now(), "today": house.today()}
    if user.id in house.admins:
        await tell(house.house, people.ensure_admin, **who, **times)
    token, new = (context.args or [""])[0], False
    if token:
        limit = house.guesses_per_hour
        answer = await tell(house.house, _join, house, token, **who, **times, guesses=limit)
        if not isinstance(answer, Joined):
            log.info("user %s: invitation refused: %s", user.id, answer.reason)
            await _turn_away(update, context, answer.reason)
            return
        new = answer.new
        log.info("person %s joined as %s (new: %s)", answer.person.id, answer.binding.role, new)
    visit = await visit_of(update, context)
    if visit is None:
        await greet_stranger(update, context)
        return
    await tell(house.house, people.mark_reachable, user.id, True)
    await _welcome(visit, new=new)
    if new:
        pause = house.now() + house.pace.between
        await tell(house.house, pace.hold_chat, visit.caller.person.chat_id, pause)


def _join(
    tx: Connection, house: BotHouse, token: str, *, now: datetime, guesses: int, **given: Any
) -> Joined | TurnedAway:
    """Lets somebody in; whoever takes over a unit finds what is open there."""
    answer = people.redeem(tx, token, now=now, guesses_per_hour=guesses, **given)
    if isinstance(answer, Joined) and answer.new:
        held = answer.binding
        if held.role is Role.HEAD and not held.deputy and held.unit_id is not None:
            handover(tx, house.house, answer.person.id, held.unit_id, now)
            pace.hold_chat(tx, answer.person.chat_id, now + WELCOME_FIRST)
    return answer


async def _welcome(visit: Visit, *, new: bool) -> None:
    roles = await ask(visit.bot_house.house, questions.roles_of, visit.caller)
    name = visit.caller.person.name
    await reply(visit, screens.welcome_screen(name, roles, visit.now, new))
    await set_menu(visit.bot, visit.bot_house, visit.caller, visit.today)


async def _turn_away(update: Update, context: Any, reason: str) -> None:
    """A bad invitation: a known person hears why; a stranger too, but not too often."""
    house: BotHouse = context.bot_data["house"]
    user, visit = update.effective_user, await visit_of(update, context)
    screen = screens.Screen(template="invitation_refused", facts={"reason": reason})
    if visit is not None:
        await reply(visit, screen)
    elif user is not None and house.strangers.allows(user.id, house.now()):
        await send_screen(context.bot, house.renderer, user.id, DEFAULT_LANGUAGE, screen)
