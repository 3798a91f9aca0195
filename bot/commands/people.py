"""How is somebody invited? Prints a one-time link, once; only its hash is kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from alerts.house import House
from bot.commands.answers import unit_named
from bot.commands.shapes import moment_text
from bot.redaction import keep_out_of_logs
from db import people
from db.engine import writing
from db.people import InvitationWrong
from db.records import Role
from settings import Settings, Telegram

ASKING_SECONDS = 5.0


def invite(
    house: House,
    settings: Settings,
    *,
    role: str,
    unit: str | None,
    deputy: bool,
    source: str | None,
) -> dict[str, Any]:
    """The contract's answer. Raises InvitationWrong for what cannot be, NotFound for the unit."""
    try:
        wanted = Role(role)
    except ValueError:
        known = ", ".join(Role)
        raise InvitationWrong(f"--role {role}: no such role (known: {known})") from None
    if source is not None and source not in settings.sources:
        known = ", ".join(settings.sources)
        raise InvitationWrong(f"--source {source}: no such source (known: {known})")
    now = house.clock()
    expires = now + timedelta(hours=settings.limits.invitation_hours)
    with writing(house.engine) as tx:
        unit_id = None
        if unit is not None:
            # A role is for today on: the unit is the one that today's clock knows.
            unit_id = unit_named(house, tx, unit, house.wall_day(now)).id
        token = people.create_invitation(
            tx,
            role=wanted,
            unit_id=unit_id,
            deputy=deputy,
            source=source,
            now=now,
            expires_at=expires,
        )
    name = settings.telegram.username or asyncio.run(_ask_name(settings.telegram))
    return {
        "link": people.link_of(name, token, wanted) if name else None,
        "token": token,
        "expires_at": moment_text(expires, house.zone),
    }


async def _ask_name(telegram: Telegram) -> str | None:
    """The bot's name as the server knows it; None where it cannot be asked now."""
    token = telegram.token.get_secret_value()
    if not token:
        return None
    keep_out_of_logs(token)
    request = HTTPXRequest(
        connect_timeout=ASKING_SECONDS, read_timeout=ASKING_SECONDS, proxy=telegram.proxy or None
    )
    bot = Bot(token, base_url=f"{telegram.base_url}/bot", request=request)
    try:
        async with bot:
            return bot.username
    except TelegramError:
        return None
