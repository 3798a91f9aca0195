"""How is the bot's token kept out of every log line, tracebacks included?"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

HIDDEN = "<token>"
# What a token looks like, in case one turns up that is not ours.
TOKEN_LIKE = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}")
CHATTY = ("httpx", "httpcore")  # they log the address of each request, token included


class RedactingFormatter(logging.Formatter):
    """Renders a line as another formatter does, then takes the secrets out of it."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self.inner = inner
        self.secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        return redact(self.inner.format(record), self.secrets)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the secrets, and without anything that looks like a bot's token."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN).replace(secret.replace(":", "%3A"), HIDDEN)
    return TOKEN_LIKE.sub(HIDDEN, text)


def keep_out_of_logs(*secrets: str) -> None:
    """Wraps the formatter of every handler there is; call it after logging is set up."""
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    loggers = [logging.getLogger()]
    loggers += [one for one in logging.root.manager.loggerDict.values() if _has_handlers(one)]  # type: ignore[misc]
    handlers = [handler for logger in loggers for handler in logger.handlers]
    # Without any handler, logging writes through its own last one.
    for handler in [*handlers, *filter(None, [logging.lastResort])]:
        inner = handler.formatter or logging.Formatter()
        if not isinstance(inner, RedactingFormatter):
            handler.setFormatter(RedactingFormatter(inner, secrets))
        else:
            inner.secrets = tuple(dict.fromkeys((*inner.secrets, *filter(None, secrets))))


def _has_handlers(one: object) -> bool:
    return isinstance(one, logging.Logger) and bool(one.handlers)
