"""What came of an attempt to send? The one place where Telegram's exceptions become values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from telegram import Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from db.records import Attempt, Moved, Refused, Sent, TryLater

# Words of a BadRequest that say: this chat will never take a message.
GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
# Words that say: the chat is there, but this topic of it takes no message.
NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")
# The names of httpx's exceptions after which the request had surely not left.
NOT_SENT = frozenset({"PoolTimeout", "ConnectTimeout", "ConnectError", "ProxyError"})


async def attempt(sending: Awaitable[Message], seconds: float) -> Attempt:
    """Waits for an attempt to send, but no longer than that."""
    try:
        async with asyncio.timeout(seconds):
            message = await sending
    except TelegramError as error:
        return outcome_of(error)
    except TimeoutError:
        return TryLater(reason="no answer in time", maybe_sent=True)
    return Sent(message_id=message.message_id)


def lacks_topic(outcome: Attempt) -> bool:
    """Whether only the topic of the group is what refused the message: deleted, or closed."""
    return isinstance(outcome, Refused) and any(w in outcome.why.lower() for w in NO_TOPIC)


def outcome_of(error: TelegramError) -> Attempt:
    """The value of an exception. A BadRequest is a NetworkError too, so it comes first."""
    words = str(error)
    match error:
        case ChatMigrated():
            return Moved(to_chat_id=error.new_chat_id)
        case RetryAfter():
            after = error.retry_after
            seconds = after.total_seconds() if isinstance(after, timedelta) else float(after)
            return TryLater(reason="flood control", after=seconds)
        case Forbidden():
            return Refused(why=words, forget_chat=True)
        case BadRequest():
            gone = any(known in words.lower() for known in GONE)
            return Refused(why=words, forget_chat=gone)
        case TimedOut():
            return TryLater(reason=f"timed out: {words}", maybe_sent=_may_have_left(error))
        case _:  # the network, a server error, a conflict, a token that is not taken just now
            return TryLater(reason=words, maybe_sent=_may_have_left(error))


def _may_have_left(error: TelegramError) -> bool:
    """Whether the request may have reached the server although no answer came."""
    cause = error.__cause__
    return cause is not None and type(cause).__name__ not in NOT_SENT
