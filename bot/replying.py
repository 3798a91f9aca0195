"""How does a screen reach the person who asked? As a new message, or in place of the old one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.buttons.callbacks import encode
from bot.render import Renderer
from bot.screens.plan import Key, Screen

TRIES = 3
LONGEST_WAIT = 20.0  # seconds; somebody who asked does not wait longer
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
SAME_AGAIN = "message is not modified"
NO_EDIT = ("message can't be edited", "message to edit not found", "there is no text")

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


def keyboard(renderer: Renderer, language: str, screen: Screen) -> InlineKeyboardMarkup | None:
    """The buttons of a screen in a language."""
    rows = [
        [
            InlineKeyboardButton(
                _words_of(renderer, language, key), callback_data=encode(key.button)
            )
            for key in row
        ]
        for row in screen.keyboard
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _words_of(renderer: Renderer, language: str, key: Key) -> str:
    words = key.name or renderer.label(language, key.word)
    return words if key.number is None else f"{words} {key.number}"


async def send_screen(
    bot: Bot,
    renderer: Renderer,
    chat_id: int,
    language: str,
    screen: Screen,
    *,
    thread_id: int | None = None,
) -> Message:
    """Sends the screen as a new message; into a topic of a forum."""
    text = renderer.render(language, screen.template, screen.facts)
    return await patiently(
        lambda: bot.send_message(
            chat_id,
            text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(renderer, language, screen),
            link_preview_options=NO_PREVIEW,
            message_thread_id=thread_id,
        )
    )


async def replace_screen(
    bot: Bot, renderer: Renderer, query: CallbackQuery, language: str, screen: Screen
) -> Message | None:
    """Puts the screen where the pressed button stands; as a new message, which is given back,
    where that cannot be.
    """
    text = renderer.render(language, screen.template, screen.facts)
    try:
        await patiently(
            lambda: query.edit_message_text(
                text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(renderer, language, screen),
                link_preview_options=NO_PREVIEW,
            )
        )
    except BadRequest as error:
        words = str(error).lower()
        if SAME_AGAIN in words:
            return None
        if not any(known in words for known in NO_EDIT):
            raise
        return await send_screen(bot, renderer, query.from_user.id, language, screen)
    return None


async def patiently(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Makes a call, and again after a short trouble that surely did not carry it out."""
    for number in range(1, TRIES + 1):
        try:
            return await call()
        except RetryAfter as error:
            wait = error.retry_after
            seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            if number == TRIES or seconds > LONGEST_WAIT:
                raise
        except (BadRequest, TimedOut):
            raise
        except NetworkError as error:
            if number == TRIES:
                raise
            log.info("a reply meets %s; once more", error)
            seconds = 0.3 * number
        await asyncio.sleep(seconds)
    raise AssertionError("the last try returns or raises")
