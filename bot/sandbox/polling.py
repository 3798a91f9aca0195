"""Which updates does a call of getUpdates bring, and when?"""

from __future__ import annotations

import asyncio

from bot.sandbox.refusals import JSON, RefusedError
from bot.sandbox.state import State

LONGEST_POLL = 50  # seconds, as Telegram
CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


class Polling:
    """The one poller that the bot may have; a newer one ends it with 409."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.newest = 0

    async def get_updates(self, parameters: JSON) -> list[JSON]:
        """Long polling: offset forgets what is older; a negative one counts from the end."""
        state = self.state
        with state.lock:
            self.newest += 1
            mine = self.newest
            if "allowed_updates" in parameters:
                state.allowed_updates = parameters["allowed_updates"]
            self.forget(parameters.get("offset", 0))
        # The older poller learns of this one here.
        state.changes.tell()
        limit = min(max(parameters.get("limit", 100), 1), 100)
        seconds = min(max(parameters.get("timeout", 0), 0), LONGEST_POLL)
        end = asyncio.get_running_loop().time() + seconds
        while True:
            with state.lock:
                if mine != self.newest:
                    raise RefusedError(409, CONFLICT)
                waiting = list(state.updates)[:limit]
                seen = state.changes.number
            left = end - asyncio.get_running_loop().time()
            if waiting or left <= 0 or state.changes.closed:
                return waiting
            await state.changes.wait(seen, left)

    def forget(self, offset: int) -> None:
        updates = self.state.updates
        if offset < 0:
            while len(updates) > -offset:
                updates.popleft()
        while offset > 0 and updates and updates[0]["update_id"] < offset:
            updates.popleft()
