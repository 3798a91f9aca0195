"""What is said in a group? Numbers that everybody there may see; what is to be done is not."""

from __future__ import annotations

from dataclasses import replace

from telegram import Bot, Message

from bot.buttons.callbacks import ShowAlerts, ShowStatus, ShowUnits
from bot.render import Renderer
from bot.replying import send_screen
from bot.screens.plan import Screen

BUTTONS = (ShowStatus, ShowUnits, ShowAlerts)  # a press is answered to the presser alone


def for_everybody(screen: Screen) -> Screen:
    """The screen without the buttons that lead to items, or change something."""
    rows = (tuple(k for k in row if isinstance(k.button, BUTTONS)) for row in screen.keyboard)
    return replace(screen, keyboard=tuple(row for row in rows if row))


def topic_of(message: Message | None) -> int | None:
    """The topic of a forum in which a message stands; a thread of replies is none."""
    return message.message_thread_id if message and message.is_topic_message else None


async def say_openly(
    bot: Bot, renderer: Renderer, asked: Message, language: str, screen: Screen
) -> None:
    """Answers in the group, in the topic in which was asked."""
    screen, topic = for_everybody(screen), topic_of(asked)
    await send_screen(bot, renderer, asked.chat_id, language, screen, thread_id=topic)
