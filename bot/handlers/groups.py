"""What does the bot answer in a group? Its invitation, numbers to known people; else nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from telegram import ChatMember, Update

from bot.access import DEFAULT_LANGUAGE, Guarded, Visit, visit_of
from bot.ask import ask, tell
from bot.groups import say_openly, topic_of
from bot.house import BotHouse
from bot.screens.plan import Screen
from db import people, units
from db.engine import Connection
from db.people import Joined
from db.records import Role, Unit

IN_THE_GROUP = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR)

log = logging.getLogger(__name__)


def openly(handler: Callable[[Visit, list[str]], Awaitable[None]]) -> Guarded:
    """The handler of a command, answered in the group; without words of the group's own unit."""

    async def guarded(update: Update, context: Any) -> None:
        visit = await visit_of(update, context)
        if visit is None or update.effective_chat is None:
            return
        words = list(context.args or [])
        if not words:
            house, group = visit.bot_house.house, update.effective_chat.id
            unit = await ask(house, _unit_of_group, group, visit)
            words = [unit.slug] if unit else []
        await handler(replace(visit, openly=True), words)

    return guarded


async def start_in_group(update: Update, context: Any) -> None:
    """/start [invitation]: the group joins; to a stranger without one nothing is said."""
    house: BotHouse = context.bot_data["house"]
    user, chat, message = update.effective_user, update.effective_chat, update.effective_message
    if user is None or chat is None or message is None:
        return
    visit, token = await visit_of(update, context), (context.args or [""])[0]
    language = visit.language if visit else DEFAULT_LANGUAGE
    if not token:
        screen = Screen(template="group_private") if visit else None
    else:
        answer = await tell(
            house.house, people.redeem, token, user_id=user.id, chat_id=chat.id,
            name=(chat.title or "")[:100], now=house.now(), today=house.today(),
            guesses_per_hour=house.guesses_per_hour, thread_id=topic_of(message),
        )  # fmt: skip
        screen = await _answer_of(house, answer, known=visit is not None)
    if screen is not None:
        await say_openly(context.bot, house.renderer, message, language, screen)


async def only_in_private(update: Update, context: Any) -> None:
    """Any other command: a known person is asked to come into the private chat."""
    message = update.effective_message
    command = (message.text or "").split(maxsplit=1)[0] if message else ""
    _, _, addressed = command.partition("@")
    if message is None or addressed.lower() not in ("", context.bot.username.lower()):
        return
    visit = await visit_of(update, context)
    if visit is not None:
        screen = Screen(template="group_private")
        await say_openly(context.bot, visit.bot_house.renderer, message, visit.language, screen)


async def moved(update: Update, context: Any) -> None:
    """The group became a supergroup of another id."""
    house: BotHouse = context.bot_data["house"]
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id is not None:
        await tell(house.house, people.move_chat, message.chat_id, message.migrate_to_chat_id)
    elif message is not None and message.migrate_from_chat_id is not None:
        await tell(house.house, people.move_chat, message.migrate_from_chat_id, message.chat_id)


async def let_in_or_out(update: Update, context: Any) -> None:
    """Somebody blocked the bot or took it back, a group removed it: nothing is sent in vain."""
    change, house = update.my_chat_member, context.bot_data["house"]
    if change is not None:
        reachable = change.new_chat_member.status in IN_THE_GROUP
        await tell(house.house, people.mark_reachable, change.chat.id, reachable)


async def _answer_of(house: BotHouse, answer: Any, *, known: bool) -> Screen | None:
    if isinstance(answer, Joined) and answer.binding.unit_id is not None:
        log.info("group %s joined (new: %s)", answer.person.id, answer.new)
        unit = await ask(house.house, units.unit_by_id, answer.binding.unit_id)
        return Screen(template="group_joined", facts={"unit": unit, "new": answer.new})
    log.info("a group's invitation is refused: %s", answer.reason)
    if not known:
        return None
    return Screen(template="invitation_refused", facts={"reason": answer.reason})


def _unit_of_group(tx: Connection, chat_id: int, visit: Visit) -> Unit | None:
    group = people.person_by_user(tx, chat_id)
    held = people.own_bindings(tx, group.id, visit.today) if group else ()
    of = {b.unit_id for b in held if b.role is Role.GROUP and b.unit_id is not None}
    return units.unit_by_id(tx, of.pop()) if len(of) == 1 else None
