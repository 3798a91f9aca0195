"""In which order are updates handled? One after the other in a chat, side by side across chats."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 256  # updates that are being handled or wait for their turn
WAITING_IN_A_CHAT = 30  # more than this from one chat is a flood, and is not answered

log = logging.getLogger(__name__)


class OneByOneInAChat(BaseUpdateProcessor):
    """A lock for each chat that has something to do; a chat that floods does not block others."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await coroutine
            return
        lock, waiting = self._locks.get(chat.id, (asyncio.Lock(), 0))
        if waiting >= WAITING_IN_A_CHAT:
            log.warning(
                "chat %s writes faster than it can be answered: one message skipped", chat.id
            )
            if isinstance(coroutine, Coroutine):
                coroutine.close()
            return
        self._locks[chat.id] = (lock, waiting + 1)
        try:
            async with lock:
                await coroutine
        finally:
            _, waiting = self._locks[chat.id]
            if waiting == 1:
                del self._locks[chat.id]
            else:
                self._locks[chat.id] = (lock, waiting - 1)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clean up."""
