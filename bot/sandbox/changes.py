"""How do those who wait learn that something has happened in the sandbox?"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Changes:
    """A counter that grows with every change, and the threads and loops that wait for it."""

    def __init__(self) -> None:
        self.number = 0
        self.closed = False
        self.condition = threading.Condition()
        self.waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def tell(self) -> None:
        """Something has changed; called from any thread."""
        with self.condition:
            self.number += 1
            self.condition.notify_all()
            waiting = list(self.waiting)
        for loop, event in waiting:
            # A loop that has ended waits for nothing any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    def close(self) -> None:
        """Everybody stops waiting, now and later."""
        self.closed = True
        self.tell()

    async def wait(self, seen: int, seconds: float) -> None:
        """Returns when the counter is beyond `seen`, or after so many seconds, or on close."""
        event = asyncio.Event()
        entry = (asyncio.get_running_loop(), event)
        with self.condition:
            if self.number > seen or self.closed or seconds <= 0:
                return
            self.waiting.add(entry)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
        finally:
            with self.condition:
                self.waiting.discard(entry)

    def wait_until(self, look: Callable[[], Found | None], seconds: float) -> Found:
        """Looks after every change until something is found; TimeoutError after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            with self.condition:
                seen = self.number
            found = look()
            if found:
                return found
            with self.condition:
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"nothing was found in the sandbox within {seconds} s")
                if self.number == seen:
                    self.condition.wait(left)
