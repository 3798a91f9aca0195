"""How does the process live that runs on? Daemon and bot side by side until a signal ends them."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import structlog

from alerts.daemon import run_daemon
from alerts.house import House
from bot.commands.opening import opened
from bot.redaction import keep_out_of_logs
from bot.running import TokenMissing, TokenRefused, run_bot
from db import migrate
from db.engine import DatabaseUnavailable, reading
from settings import Settings

log = logging.getLogger(__name__)


def serve(settings: Settings, *, daemon: bool, bot: bool) -> int:
    """Runs until SIGTERM or Ctrl-C and answers 0; 1 where it could not start or a part failed."""
    _configure_logs(settings)
    try:
        with opened(settings) as house:
            if bot and not settings.telegram.token.get_secret_value():
                raise TokenMissing(TokenMissing.__doc__)
            _ready(house)
            if settings.clock.start:
                log.warning("rehearsal: the clock started at %s", settings.clock.start)
            return asyncio.run(_run(settings, house, daemon=daemon, bot=bot))
    except (TokenMissing, TokenRefused, DatabaseUnavailable) as error:
        print(f"dunghen: {error}", file=sys.stderr)
        return 2 if isinstance(error, TokenMissing) else 1
    except KeyboardInterrupt:
        return 0


def _ready(house: House) -> None:
    """Raises DatabaseUnavailable where the database lacks the tables of this version."""
    with reading(house.engine) as tx:
        has, wants = migrate.revisions(tx)
    if has != wants:
        raise DatabaseUnavailable(
            f"the database is at {has or 'no version'}, this version needs {wants}"
            " (run: dunghen migrate)"
        )


async def _run(settings: Settings, house: House, *, daemon: bool, bot: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    parts: dict[str, Coroutine[Any, Any, None]] = {}
    if daemon:
        parts["daemon"] = run_daemon(house, stop)
    if bot:
        parts["bot"] = run_bot(house, settings.telegram, settings.limits, stop)
    tasks = {asyncio.create_task(part, name=name) for name, part in parts.items()}
    log.info("started: %s", ", ".join(parts))
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    # One part that ends by itself ends the other: whoever watches the process restarts both.
    stop.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    for fault in done:
        if isinstance(fault, TokenMissing | TokenRefused | DatabaseUnavailable):
            print(f"dunghen: {fault}", file=sys.stderr)
        elif isinstance(fault, BaseException):
            log.error("ended by an error", exc_info=fault)
    return 1 if any(isinstance(fault, BaseException) for fault in done) else 0


def _configure_logs(settings: Settings) -> None:
    """Plain lines on stderr for the service manager to keep; never the token in one."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    keep_out_of_logs(settings.telegram.token.get_secret_value())
