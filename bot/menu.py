"""Which commands does Telegram offer to whom? The menu of strangers, and each person's own."""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from typing import TYPE_CHECKING

from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import TelegramError

from alerts.audience import CONFIDENTIAL_SOURCES, keeps_source, may, roles_on
from bot.ask import ask
from bot.questions.thresholds import may_set
from bot.replying import patiently
from db import people
from db.people import Caller

if TYPE_CHECKING:
    from bot.house import BotHouse

# English name -> Vietnamese name, in the order of the menu.
NAMES = {
    "status": "tinhhinh",
    "items": "chitiet",
    "due": "saphan",
    "why": "giaithich",
    "alerts": "canhbao",
    "units": "donvi",
    "calendar": "lich",
    "thresholds": "nguong",
    "absence": "vangmat",
    "people": "nguoidung",
    "language": "ngonngu",
    "help": "trogiup",
}
FOR_STRANGERS = ("start", "help")
BETWEEN_CHATS = 0.1  # seconds, when every menu is set at a start

log = logging.getLogger(__name__)


async def set_menu(bot: Bot, house: BotHouse, caller: Caller, today: date) -> None:
    """Gives a person the commands that they may use, in their language; a failure is logged."""
    roles = roles_on(caller.bindings, today)
    keeps = any(keeps_source(caller.bindings, (s,), today) for s in CONFIDENTIAL_SOURCES)
    sets = await ask(house.house, may_set, house.house, caller.person.id, today)
    words = house.renderer.menu(caller.person.language)
    vietnamese = caller.person.language == "vi"
    commands = [
        BotCommand(alias if vietnamese else name, words[name])
        for name, alias in NAMES.items()
        if (may(roles, name) or (name == "items" and keeps)) and (name != "thresholds" or sets)
    ]
    scope = BotCommandScopeChat(caller.person.chat_id)
    try:
        await patiently(lambda: bot.set_my_commands(commands, scope=scope))
    except TelegramError as error:
        log.info("the menu of person %s cannot be set: %s", caller.person.id, error)


async def set_all_menus(bot: Bot, house: BotHouse) -> None:
    """At a start: the strangers' menu, then everybody's, slowly."""
    words = house.renderer.menu("vi")
    commands = [BotCommand(name, words[name]) for name in FOR_STRANGERS]
    try:
        await patiently(lambda: bot.set_my_commands(commands, scope=BotCommandScopeDefault()))
    except TelegramError as error:
        log.info("the menu of strangers cannot be set: %s", error)
    for known in await ask(house.house, people.callers, house.today()):
        # Asked again: somebody may have changed their language or role since the list was made.
        caller = await ask(house.house, people.caller, known.person.user_id, house.today())
        if caller is not None:
            await set_menu(bot, house, caller, house.today())
        await asyncio.sleep(BETWEEN_CHATS)
