"""After an attempt to send a message: done, again later, elsewhere, or never again?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.records import Attempt, Moved, Refused, Sent, TryLater

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=15)
# A server that says "in N seconds" counts from its own clock: a little late is not too early.
COURTESY = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    message_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveUp:
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Follow:
    """The chat has moved: send there at once."""

    chat_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """The message can never arrive; `forget_chat`: nor can any other to this chat."""

    reason: str
    forget_chat: bool


Settle = Done | Again | GiveUp | Follow | Drop


def after_attempt(
    attempt: Attempt, tries: int, limit: int, now: datetime, *, followed: bool = False
) -> Settle:
    """What to do with a message after its attempt number `tries` (1 is the first) of `limit`.

    `followed`: this attempt already went to where the chat had moved. There is no chance in it:
    the same attempt at the same moment is settled the same way.
    """
    match attempt:
        case Sent(message_id=message_id):
            return Done(message_id=message_id)

        # A chat moves once; one that moves again while we follow is leading us in a circle.
        case Moved(to_chat_id=chat_id):
            return GiveUp(reason="moved_again") if followed else Follow(chat_id=chat_id)

        case Refused(why=why, forget_chat=forget_chat):
            return Drop(reason=why, forget_chat=forget_chat)

        # Also after a time-out that may have delivered it: an alert twice is better than never.
        case TryLater(reason=reason, after=after):
            if tries >= limit:
                return GiveUp(reason=reason)
            return Again(at=now + _pause(after, tries), reason=reason)


def _pause(asked: float | None, tries: int) -> timedelta:
    """As long as the server asked; else twice as long after each try, up to the longest pause."""
    if asked is not None:
        return timedelta(seconds=max(0.0, asked)) + COURTESY
    doublings = min(max(tries, 1) - 1, 20)  # 20 is far beyond the longest pause
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
