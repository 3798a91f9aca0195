"""What happens when an answer fails? The person gets a polite sentence, the log the rest."""

from __future__ import annotations

import logging
from typing import Any

from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.access import DEFAULT_LANGUAGE
from bot.ask import ask, tell
from bot.house import BotHouse
from bot.replying import send_screen
from bot.screens.plan import Screen
from db import people
from db.engine import DatabaseUnavailable

log = logging.getLogger(__name__)


async def tell_of_error(update: object, context: Any) -> None:
    """Logs the error under a reference, and says the reference to whoever waits for an answer."""
    house: BotHouse = context.bot_data["house"]
    error: BaseException = context.error
    user = update.effective_user if isinstance(update, Update) else None
    if not isinstance(update, Update) or user is None:
        log.warning("Telegram: %s: %s", type(error).__name__, error)
        return
    reference = f"L-{update.update_id % 1_000_000:06d}"
    if isinstance(error, Forbidden):
        # A message is answered where it was written (in a group too), a press to the presser.
        chat_id = update.message.chat_id if update.message else user.id
        log.info("%s: chat %s takes no messages: %s", reference, chat_id, error)
        await tell(house.house, people.mark_unreachable, chat_id)
        return
    if isinstance(error, DatabaseUnavailable):
        log.error("%s: %s", reference, error)
    else:
        log.error("%s: an answer failed", reference, exc_info=error)
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        log.info("%s: no words of regret over a network that fails", reference)
        return
    await _apologise(house, context.bot, user.id, reference)


async def _apologise(house: BotHouse, bot: Any, user_id: int, reference: str) -> None:
    language = DEFAULT_LANGUAGE
    try:
        person = await ask(house.house, people.person_by_user, user_id)
        language = person.language if person else language
    except DatabaseUnavailable:
        person = None
    if person is None and not house.strangers.allows(user_id, house.now()):
        return
    try:
        screen = Screen(template="error", facts={"reference": reference})
        await send_screen(bot, house.renderer, user_id, language, screen)
    except TelegramError as error:
        log.info("%s: nor can that be said: %s", reference, error)
