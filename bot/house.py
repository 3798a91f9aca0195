"""What does the bot know besides the house? One frozen value that `build_application` makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from alerts.house import House
from bot.patience import Patience
from bot.render import Renderer
from db.pace import Pace
from settings import Limits, Telegram


@dataclass(frozen=True, kw_only=True)
class BotHouse:
    house: House
    renderer: Renderer
    admins: frozenset[int]  # Telegram user ids that settings.toml names
    guesses_per_hour: int
    invitation_hours: int
    attempts: int
    pace: Pace
    strangers: Patience = field(default_factory=Patience)

    def now(self) -> datetime:
        return self.house.clock()

    def today(self) -> date:
        return self.house.wall_day(self.now())


def bot_house(house: House, telegram: Telegram, limits: Limits) -> BotHouse:
    """The bot's own value, from the house and two sections of the settings."""
    return BotHouse(
        house=house,
        renderer=Renderer(house.targets, house.zone),
        admins=frozenset(telegram.admins) | frozenset(house.admins),
        guesses_per_hour=limits.guesses_per_hour,
        invitation_hours=limits.invitation_hours,
        attempts=limits.attempts,
        pace=Pace(
            per_second=limits.messages_per_second,
            between=timedelta(seconds=limits.seconds_between_messages),
        ),
    )
