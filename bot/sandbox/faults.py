"""Which request fails on demand, how, and which one comes too soon?"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.sandbox.refusals import RefusedError, forbidden, migrated, too_many_requests


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong: an answer of the Bot API, a gateway's error page, or no answer at all."""

    refused: RefusedError | None = None
    status: int = 0
    drop: bool = False
    after_accept: bool = False

    @classmethod
    def too_many(cls, seconds: int) -> Fault:
        """429 with retry_after in seconds."""
        return cls(refused=too_many_requests(seconds))

    @classmethod
    def blocked(cls) -> Fault:
        return cls(refused=forbidden("bot was blocked by the user"))

    @classmethod
    def deactivated(cls) -> Fault:
        return cls(refused=forbidden("user is deactivated"))

    @classmethod
    def kicked(cls) -> Fault:
        return cls(refused=forbidden("bot was kicked from the group chat"))

    @classmethod
    def migrated(cls, to: int) -> Fault:
        """400 with migrate_to_chat_id; the new chat is yours to add."""
        return cls(refused=migrated(to))

    @classmethod
    def refusal(cls, code: int, description: str) -> Fault:
        """Any other answer of the Bot API, its description complete."""
        return cls(refused=RefusedError(code, description))

    @classmethod
    def server_error(cls, status: int = 502) -> Fault:
        """500 in the Bot API's JSON; 502, 503, 504 as a gateway's HTML page."""
        return cls(status=status)

    @classmethod
    def dropped(cls, after_accept: bool = False) -> Fault:
        """The connection ends without an answer; with after_accept the request was carried out."""
        return cls(drop=True, after_accept=after_accept)


@dataclass(kw_only=True)
class Rule:
    """The next `times` requests of this method to this chat (None: any) fail like this."""

    fault: Fault
    method: str | None = None
    chat_id: int | None = None
    times: int = 1


class Faults:
    """The rules that are still to be carried out, in the order in which they were made."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rules: list[Rule] = []

    def add(self, rule: Rule) -> None:
        with self.lock:
            self.rules.append(rule)

    def clear(self) -> None:
        with self.lock:
            self.rules.clear()

    def take(self, method: str, chat_id: object) -> Fault | None:
        with self.lock:
            for rule in self.rules:
                if rule.method not in (None, method):
                    continue
                if rule.chat_id is not None and str(rule.chat_id) != str(chat_id):
                    continue
                rule.times -= 1
                if rule.times <= 0:
                    self.rules.remove(rule)
                return rule.fault
        return None


@dataclass(frozen=True, kw_only=True)
class FloodLimit:
    """At most `most` messages within `seconds`."""

    most: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class FloodLimits:
    """The limits that Telegram's FAQ for bots names."""

    private: FloodLimit = field(default_factory=lambda: FloodLimit(most=1, seconds=1))
    group: FloodLimit = field(default_factory=lambda: FloodLimit(most=20, seconds=60))
    overall: FloodLimit = field(default_factory=lambda: FloodLimit(most=30, seconds=1))


class Floods:
    """When the last messages went out; `limits` None takes everything."""

    def __init__(self) -> None:
        self.limits: FloodLimits | None = None
        self.sent: dict[int | None, deque[float]] = {}

    def check(self, chat_id: int, now: float) -> None:
        """Counts a message at `now` (monotonic seconds), or refuses it with 429, uncounted."""
        if self.limits is None:
            return
        own = self.limits.private if chat_id > 0 else self.limits.group
        pairs: Sequence[tuple[int | None, FloodLimit]] = (
            (chat_id, own),
            (None, self.limits.overall),
        )
        wait = max(self.wait(key, limit, now) for key, limit in pairs)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for key, _ in pairs:
            self.sent[key].append(now)

    def wait(self, key: int | None, limit: FloodLimit, now: float) -> float:
        times = self.sent.setdefault(key, deque())
        while times and times[0] <= now - limit.seconds:
            times.popleft()
        return times[0] + limit.seconds - now if len(times) >= limit.most else 0.0
