"""How does the bot ask the records without stopping? In a thread, with one view of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from alerts.house import House
from db.engine import reading, writing

Answer = TypeVar("Answer")


async def ask(house: House, question: Callable[..., Answer], *args: Any, **named: Any) -> Answer:
    """`question(tx, ...)` in one consistent view of the database; what it writes is lost."""

    def work() -> Answer:
        with reading(house.engine) as tx:
            return question(tx, *args, **named)

    return await asyncio.to_thread(work)


async def tell(house: House, change: Callable[..., Answer], *args: Any, **named: Any) -> Answer:
    """`change(tx, ...)` in one transaction that commits, or leaves nothing behind."""

    def work() -> Answer:
        with writing(house.engine) as tx:
            return change(tx, *args, **named)

    return await asyncio.to_thread(work)
