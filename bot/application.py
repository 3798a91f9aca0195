"""Which message is answered by which handler? The list of handlers is the table of contents."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from alerts.house import House
from bot.access import Visit, only_known_people
from bot.errors import tell_of_error
from bot.handlers.absence import absence_command
from bot.handlers.alerts import alerts_command
from bot.handlers.buttons import press
from bot.handlers.calendar import calendar_command
from bot.handlers.groups import let_in_or_out, moved, only_in_private, openly, start_in_group
from bot.handlers.help import help_command, language_command, unknown_command
from bot.handlers.items import due_command, items_command
from bot.handlers.people import people_command
from bot.handlers.start import start
from bot.handlers.status import status_command
from bot.handlers.thresholds import thresholds_command
from bot.handlers.units import units_command
from bot.handlers.why import why_command
from bot.house import bot_house
from bot.menu import NAMES
from bot.ordering import OneByOneInAChat
from settings import Limits, Telegram

AT_ONCE = 64  # connections: replies and deliveries together
CONNECT_SECONDS, READ_SECONDS, POOL_SECONDS = 5.0, 10.0, 5.0
POLL_SECONDS = 10  # how long Telegram waits for news in one request
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
# Only what a person newly writes to the bot itself: no groups, nothing edited, no service messages.
NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
# The same in a group, where little is answered.
IN_GROUP = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS & ~filters.StatusUpdate.ALL
MOVED = filters.UpdateType.MESSAGE & filters.StatusUpdate.MIGRATE
SHORTCUT = r"^/status_([a-z0-9_]+)(?:@\w+)?$"

Command = Callable[[Visit, list[str]], Awaitable[None]]
App = Application[Any, Any, Any, Any, Any, Any]


def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """All there is, in the order in which an update is offered to them."""
    return [
        CommandHandler("start", start, filters=NEW),
        _command("help", help_command),
        _command("status", status_command),
        MessageHandler(NEW & filters.Regex(SHORTCUT), _shortcut),
        _command("units", units_command),
        _command("items", items_command),
        _command("alerts", alerts_command),
        _command("due", due_command),
        _command("why", why_command),
        _command("calendar", calendar_command),
        _command("thresholds", thresholds_command),
        _command("absence", absence_command),
        _command("people", people_command),
        _command("language", language_command),
        CallbackQueryHandler(press),
        ChatMemberHandler(let_in_or_out, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(NEW, only_known_people(unknown_command)),
        CommandHandler("start", start_in_group, filters=IN_GROUP),
        _in_group("status", status_command),
        _in_group("units", units_command),
        _in_group("alerts", alerts_command),
        MessageHandler(IN_GROUP & filters.COMMAND, only_in_private),
        MessageHandler(MOVED, moved),
    ]


def build_application(house: House, telegram: Telegram, limits: Limits) -> App:
    """The bot, not yet connected; `telegram.base_url` may name a local server."""
    # The library's coming form of durations; without this it warns at each "429 Too Many Requests".
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    builder = (
        Application.builder()
        .token(telegram.token.get_secret_value())
        .base_url(f"{telegram.base_url}/bot")
        .base_file_url(f"{telegram.base_url}/file/bot")
        .connection_pool_size(AT_ONCE)
        .connect_timeout(CONNECT_SECONDS)
        .read_timeout(READ_SECONDS)
        .write_timeout(READ_SECONDS)
        .pool_timeout(POOL_SECONDS)
        .get_updates_connect_timeout(CONNECT_SECONDS)
        .get_updates_read_timeout(READ_SECONDS)
        .job_queue(None)
        .concurrent_updates(OneByOneInAChat())
    )
    if telegram.proxy:
        builder = builder.proxy(telegram.proxy).get_updates_proxy(telegram.proxy)
    app = builder.build()
    app.bot_data["house"] = bot_house(house, telegram, limits)
    app.add_handlers(handlers())
    app.add_error_handler(tell_of_error)
    return app


def _command(name: str, handler: Command) -> CommandHandler[Any, Any]:
    return CommandHandler([name, NAMES[name]], only_known_people(handler), filters=NEW)


def _in_group(name: str, handler: Command) -> CommandHandler[Any, Any]:
    return CommandHandler([name, NAMES[name]], openly(handler), filters=IN_GROUP)


@only_known_people
async def _shortcut(visit: Visit, _words: list[str]) -> None:
    """/status_xa_binh_khanh: can be tapped where a command with a space cannot."""
    message = visit.update.effective_message
    text = (message.text if message else "") or ""
    slug = text.partition("@")[0].removeprefix("/status_")
    await status_command(visit, [slug])
