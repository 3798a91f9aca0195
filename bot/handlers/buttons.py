"""Which screen does a pressed button open? Every press is answered, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from bot import callbacks
from bot.access import Visit, greet_stranger, visit_of
from bot.handlers.alerts import alerts_button
from bot.handlers.calendar import calendar_button, confirm_button, undo_button
from bot.handlers.help import language_button
from bot.handlers.items import due_button, items_button
from bot.handlers.status import status_button
from bot.handlers.units import units_button
from bot.handlers.why import why_button
from bot.replying import patiently

SCREENS: Mapping[type, Callable[[Visit, Any], Awaitable[None]]] = {
    callbacks.ShowStatus: status_button,
    callbacks.ShowItems: items_button,
    callbacks.ShowDue: due_button,
    callbacks.ShowWhy: why_button,
    callbacks.ShowAlerts: alerts_button,
    callbacks.ShowUnits: units_button,
    callbacks.ChooseLanguage: language_button,
    callbacks.ShowCalendar: calendar_button,
    callbacks.ConfirmCalendar: confirm_button,
    callbacks.UndoCalendar: undo_button,
}

log = logging.getLogger(__name__)


async def press(update: Update, context: Any) -> None:
    """Opens the button's screen in place of the message it stands in."""
    query = update.callback_query
    if query is None:
        return
    visit = await visit_of(update, context)
    if visit is None:
        await greet_stranger(update, context)
        return
    button = callbacks.decode(query.data or "")
    if button is None:
        text = visit.bot_house.renderer.plain(visit.language, "old_button", {})
        await answer(query, text)
        return
    # First the answer: the telephone shows that it waits until the press is answered.
    await answer(query)
    await SCREENS[type(button)](visit, button)


async def answer(query: CallbackQuery, text: str | None = None) -> None:
    """Answers the press; one that waited for too long is no error."""
    try:
        await patiently(lambda: query.answer(text, show_alert=text is not None))
    except TelegramError as error:
        log.info("a press cannot be answered: %s", error)
