"""What time is it in the demo? A clock of its own that runs on and can jump to the next morning."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class DemoClock:
    """Starts at a moment and goes on at the real pace; may be asked from any thread."""

    def __init__(self, start: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._from: tuple[datetime, float] = (start, monotonic())

    def __call__(self) -> datetime:
        start, since = self._from
        return start + timedelta(seconds=self._monotonic() - since)

    def jump(self, to: datetime) -> None:
        """Goes on from `to`. Raises ValueError for a moment that is past: time runs one way."""
        if to < self():
            raise ValueError(f"the clock already shows {self():%d/%m/%Y %H:%M}, after {to}")
        self._from = (to, self._monotonic())
