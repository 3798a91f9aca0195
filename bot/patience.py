"""May a stranger be answered just now, or would the bot be made to flood?"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

ANSWERS_AT_ONCE = 5  # to one stranger, before they wait
REGAINED_AFTER = timedelta(seconds=20)  # one more answer to a stranger
ALL_AT_ONCE = 20  # to all strangers together
ALL_REGAINED_AFTER = timedelta(milliseconds=200)
REMEMBERED = 5000  # strangers; the longest silent one is forgotten first


class Patience:
    """Counts answers in a bucket for each stranger and in one for all; forgets at a restart."""

    def __init__(self) -> None:
        self._each: OrderedDict[int, tuple[float, datetime]] = OrderedDict()
        self._all: tuple[float, datetime] | None = None

    def allows(self, user_id: int, now: datetime) -> bool:
        """Whether this stranger gets an answer now; counts it if so."""
        mine = _refilled(self._each.get(user_id), ANSWERS_AT_ONCE, REGAINED_AFTER, now)
        every = _refilled(self._all, ALL_AT_ONCE, ALL_REGAINED_AFTER, now)
        allowed = mine >= 1 and every >= 1
        self._each[user_id] = (mine - allowed, now)
        self._each.move_to_end(user_id)
        self._all = (every - allowed, now)
        if len(self._each) > REMEMBERED:
            self._each.popitem(last=False)
        return allowed


def _refilled(
    bucket: tuple[float, datetime] | None, size: int, one_after: timedelta, now: datetime
) -> float:
    if bucket is None:
        return size
    left, since = bucket
    return min(size, left + max(0.0, (now - since) / one_after))
