"""How do the bot's tests lose no time? A sender that looks often, templates compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from bot.delivery import delivering

# Seconds. Patience costs nothing where all is well, and a busy machine may need it.
PATIENCE, BETWEEN_LOOKS = 30.0, 0.02


@pytest.fixture(scope="package", autouse=True)
def quick_sender() -> Iterator[None]:
    """The queue is looked at often: most of the tests' time would be waiting for the next look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivering, "IDLE", 0.1)
        patch.setattr(delivering, "BUSY", BETWEEN_LOOKS)
        yield


class Compiled(BytecodeCache):
    """Compiled templates in memory, for all renderers of a session."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="package", autouse=True)
def quick_templates() -> Iterator[None]:
    """Each test has a bot of its own: its templates are compiled once for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.render.Environment", partial(Environment, bytecode_cache=Compiled()))
        yield
