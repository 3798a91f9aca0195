"""Who is asking, and may they? The guard before every screen; strangers learn nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatType

from alerts.audience import keeps_source, may, roles_on, sees_items
from bot.ask import ask, tell
from bot.groups import say_openly
from bot.house import BotHouse
from bot.replying import patiently, replace_screen, send_screen
from bot.screens.plan import Screen
from db import people, redraws, shown
from db.people import Caller
from db.records import Role, Target
from db.shown import Shown

DEFAULT_LANGUAGE = "vi"
HOME_ROLES = (Role.HEAD, Role.LEADER)
# A press waits a second at most for what a sender is just doing in its chat.
LOOKS = 20
BETWEEN_LOOKS = 0.05  # seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One update of a known person, with all that a screen needs to answer it."""

    bot_house: BotHouse
    caller: Caller
    update: Update
    bot: Bot
    now: datetime
    openly: bool = False  # answered in the group, for everybody to see
    pressed: Shown | None = None  # what the message of the pressed button shows, if it is an alert

    @property
    def today(self) -> date:
        return self.bot_house.house.wall_day(self.now)

    @property
    def in_a_group(self) -> bool:
        chat = self.update.effective_chat
        return chat is not None and chat.type != ChatType.PRIVATE

    @property
    def language(self) -> str:
        return self.caller.person.language

    @property
    def reference(self) -> str:
        """By which the log line of a refused request is found again."""
        return f"YC-{self.update.update_id % 10_000:04d}"

    def in_language(self, language: str) -> Visit:
        """The same visit after the person chose another language."""
        person = replace(self.caller.person, language=language)
        return replace(self, caller=replace(self.caller, person=person))

    def home_units(self) -> tuple[int, ...]:
        """The units that the person leads: what they ask about when they name none."""
        mine = [b for role in HOME_ROLES for b in self.caller.bindings if b.role is role]
        return tuple(dict.fromkeys(b.unit_id for b in mine if b.unit_id is not None))

    def may(self, action: str) -> bool:
        return may(roles_on(self.caller.bindings, self.today), action)

    def sees_items(
        self, unit_chain: Sequence[int], later_chains: Sequence[Sequence[int]] = ()
    ) -> bool:
        return self.may("items") and sees_items(
            self.caller.bindings, unit_chain, self.today, later_chains
        )

    def keeps(self, target: Target) -> bool:
        """Whether the target's items are the person's as the steward of a confidential source."""
        return keeps_source(self.caller.bindings, target.sources, self.today)


Guarded = Callable[[Update, Any], Coroutine[Any, Any, None]]


def only_known_people(handler: Callable[[Visit, list[str]], Awaitable[None]]) -> Guarded:
    """A handler of a message: called with the visit and the words after the command."""

    async def guarded(update: Update, context: Any) -> None:
        visit = await visit_of(update, context)
        if visit is None:
            await greet_stranger(update, context)
        else:
            await handler(visit, list(context.args or []))

    return guarded


async def visit_of(update: Update, context: Any) -> Visit | None:
    """The known person behind an update; None for a stranger."""
    house: BotHouse = context.bot_data["house"]
    user = update.effective_user
    if user is None:
        return None
    now = house.now()
    caller = await ask(house.house, people.caller, user.id, house.house.wall_day(now))
    if caller is None:
        return None
    return Visit(bot_house=house, caller=caller, update=update, bot=context.bot, now=now)


async def greet_stranger(update: Update, context: Any, template: str = "stranger") -> None:
    """One polite sentence, not too often; a button gets it as a pop-up."""
    house: BotHouse = context.bot_data["house"]
    user, query = update.effective_user, update.callback_query
    if user is None:
        return
    if not house.strangers.allows(user.id, house.now()):
        log.info("stranger %s asks too often: not answered", user.id)
        if query is not None:
            await patiently(query.answer)
        return
    log.info("stranger %s is sent to the office", user.id)
    if query is not None:
        text = house.renderer.plain(DEFAULT_LANGUAGE, template, {})
        await patiently(lambda: query.answer(text, show_alert=True))
        return
    screen = Screen(template=template)
    await send_screen(context.bot, house.renderer, user.id, DEFAULT_LANGUAGE, screen)


async def reply(visit: Visit, screen: Screen) -> None:
    """Answers the visit: a message with a message, a button in place.

    A queued message is a record and stays; and what somebody asks in a group is theirs alone.
    """
    asked = visit.update.effective_message
    if visit.openly and asked is not None:
        await say_openly(visit.bot, visit.bot_house.renderer, asked, visit.language, screen)
        return
    pressed = visit.pressed
    if pressed is not None and pressed.outbox_id is not None:
        await send_privately(visit, screen)
        return
    if pressed is not None:
        # Before: once it is forgotten, nobody draws the alert over the screen.
        place = await leave_alone(visit)
        if place is not None:
            await tell(visit.bot_house.house, shown.forget, *place)
    await reply_here(visit, screen)


async def leave_alone(visit: Visit) -> tuple[int, int] | None:
    """Waits until no change that came before the press can be drawn over what is put there next.
    Answers (chat, message) where the button stands; None in a group, where nothing is put.
    """
    query = visit.update.callback_query
    if query is None or query.message is None or visit.in_a_group:
        return None
    house, place = visit.bot_house, (query.message.chat.id, query.message.message_id)
    for _ in range(LOOKS):
        if await tell(house.house, redraws.leave_as_it_is, *place, house.now()):
            break
        await asyncio.sleep(BETWEEN_LOOKS)
    return place


async def reply_here(visit: Visit, screen: Screen) -> tuple[int, int]:
    """Puts the screen where the button stands, whatever stood there; in a group, into the
    presser's own chat. Answers (chat, message) where it stands now.
    """
    query = visit.update.callback_query
    if query is None or visit.in_a_group or query.message is None:
        return await send_privately(visit, screen)
    renderer = visit.bot_house.renderer
    new = await replace_screen(visit.bot, renderer, query, visit.language, screen)
    place = new or query.message
    return place.chat.id, place.message_id


async def send_privately(visit: Visit, screen: Screen) -> tuple[int, int]:
    """Sends the screen to the person alone; (chat, message)."""
    renderer, chat_id = visit.bot_house.renderer, visit.caller.person.chat_id
    sent = await send_screen(visit.bot, renderer, chat_id, visit.language, screen)
    return sent.chat.id, sent.message_id
