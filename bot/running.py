"""How does the bot run? Connects, however late the network is; polls if it leads; delivers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram.error import InvalidToken, NetworkError, TelegramError

from alerts.house import House
from bot.application import ALLOWED_UPDATES, POLL_SECONDS, App, build_application
from bot.delivery.delivering import deliver_until
from bot.house import BotHouse
from bot.menu import set_all_menus
from bot.redaction import keep_out_of_logs
from db.engine import DatabaseUnavailable
from db.leadership import Leadership
from settings import Limits, Telegram

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between attempts to connect
LOOK_AT_LEADERSHIP = 2.0  # seconds
END_WITHIN = 7.0  # seconds, of the ten that a stop may take

log = logging.getLogger(__name__)


class TokenRefused(Exception):
    """telegram.token is unknown at telegram.base_url (ask @BotFather for the right token)."""


class TokenMissing(Exception):
    """telegram.token is missing (set DUNGHEN_TELEGRAM__TOKEN, or telegram.token_file)."""


async def run_bot(house: House, telegram: Telegram, limits: Limits, stop: asyncio.Event) -> None:
    """Answers and delivers until `stop` is set; then ends within ten seconds.

    Raises TokenMissing, TokenRefused.
    """
    token = telegram.token.get_secret_value()
    if not token:
        raise TokenMissing(TokenMissing.__doc__)
    keep_out_of_logs(token)
    app = build_application(house, telegram, limits)
    bot_house: BotHouse = app.bot_data["house"]
    connected = False
    try:
        connected = await connect(app, stop)
    finally:
        if not connected:
            await _quietly(app.bot.shutdown())
    if not connected:
        return
    log.info("the bot is @%s", app.bot.username)
    leadership = Leadership(house.engine, "polling")
    await app.start()
    work = [
        asyncio.create_task(_repeating(lambda: poll_while_leading(app, leadership, stop), stop)),
        asyncio.create_task(_repeating(lambda: deliver_until(stop, app.bot, bot_house), stop)),
    ]
    try:
        await stop.wait()
    finally:
        await _end(app, leadership, work)


async def connect(app: App, stop: asyncio.Event) -> bool:
    """Makes the first connection, again and again while the network is late. False: stopped."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        try:
            await app.initialize()
        except InvalidToken:
            raise TokenRefused(TokenRefused.__doc__) from None
        except NetworkError as error:
            log.warning("Telegram cannot be reached yet (%s); again in %.0f s", error, pause)
        else:
            return True
        await _until(stop, pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return False


async def poll_while_leading(app: App, leadership: Leadership, stop: asyncio.Event) -> None:
    """Takes updates while this process is the one that may: two pollers would conflict for ever."""
    updater = app.updater
    if updater is None:
        return
    menus: asyncio.Task[None] | None = None
    while not stop.is_set():
        leads = await asyncio.to_thread(leadership.acquire)
        if leads and not updater.running:
            log.info("this process takes the messages")
            await updater.start_polling(
                timeout=POLL_SECONDS,
                bootstrap_retries=-1,
                allowed_updates=list(ALLOWED_UPDATES),
                error_callback=_log_polling_error,
            )
            menus = asyncio.create_task(_menus(app))
        elif not leads and updater.running:
            log.warning("another process takes the messages now")
            await updater.stop()
        await _until(stop, LOOK_AT_LEADERSHIP)
    if menus is not None:
        menus.cancel()


async def _menus(app: App) -> None:
    try:
        await set_all_menus(app.bot, app.bot_data["house"])
    except (TelegramError, DatabaseUnavailable) as error:
        log.warning("the command menus are not all set: %s", error)


async def _repeating(work: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Work that goes on after a database or network that failed for a while."""
    while not stop.is_set():
        try:
            await work()
        except (DatabaseUnavailable, TelegramError) as error:
            log.error("%s; again in %.0f s", error, LOOK_AT_LEADERSHIP)
        except Exception:
            log.exception("unexpected; again in %.0f s", LOOK_AT_LEADERSHIP)
        await _until(stop, LOOK_AT_LEADERSHIP)


async def _end(app: App, leadership: Leadership, work: list[asyncio.Task[None]]) -> None:
    """Stops everything in order, and whatever does not stop in time, at once."""
    try:
        async with asyncio.timeout(END_WITHIN):
            _done, late = await asyncio.wait(work, timeout=END_WITHIN / 2)
            for task in late:
                task.cancel()
            if app.updater is not None and app.updater.running:
                await _quietly(app.updater.stop())
            await _quietly(app.stop())
            await _quietly(app.shutdown())
    except TimeoutError:
        log.warning("something was still busy and was left")
    finally:
        leadership.release()


async def _quietly(ending: Coroutine[Any, Any, None]) -> None:
    try:
        await ending
    except (TelegramError, RuntimeError) as error:
        log.info("while ending: %s", error)


async def _until(stop: asyncio.Event, seconds: float) -> None:
    """Waits that long, or until the stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _log_polling_error(error: TelegramError) -> None:
    log.warning("taking messages: %s: %s", type(error).__name__, error)
