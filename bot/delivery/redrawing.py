"""How does a message that shows an alert follow its changes? Claimed, worded anew, edited."""

from __future__ import annotations

import logging
from datetime import timedelta

from telegram import Bot, Message
from telegram.constants import ParseMode

from alerts.house import House
from bot.ask import ask, tell
from bot.buttons.callbacks import BackToMessage, Button, ShowAlerts
from bot.delivery.outcomes import attempt
from bot.delivery.wording import queued_screen
from bot.house import BotHouse
from bot.questions.alert_card import card_of
from bot.replying import NO_EDIT, NO_PREVIEW, SAME_AGAIN, keyboard
from bot.screens import alerts as alert_screens
from bot.screens.plan import Screen
from db import pace, people, queued, redraws, shown
from db.engine import Connection, DatabaseUnavailable
from db.records import Attempt, Refused, Sent, TryLater
from db.redraws import Redraw

LEASE = timedelta(seconds=40)
ATTEMPT_SECONDS = 12.0
PAUSE = timedelta(seconds=5)  # after a trouble that names no time

log = logging.getLogger(__name__)


async def claim_redraws(house: BotHouse, owner: str, limit: int) -> tuple[Redraw, ...]:
    """What is ours to draw again now."""
    if limit <= 0 or not await ask(house.house, redraws.anything_to_redraw, house.now()):
        return ()
    return await tell(
        house.house, redraws.claim_redraws, owner, house.now(), LEASE, limit,
        today=house.today(), pace=house.pace,
    )  # fmt: skip


async def redraw(bot: Bot, house: BotHouse, owner: str, claimed: Redraw) -> None:
    """One claimed message: worded for its person, edited in place, settled."""
    try:
        found = await ask(house.house, _screen, house, claimed)
        edited = None if found is None else await _edit(bot, house, claimed, *found)
    except DatabaseUnavailable:
        raise
    except Exception:
        # One message that cannot be worded must not hold up the others.
        log.exception("message %s of %s cannot be worded", claimed.message_id, claimed.chat_id)
        edited = TryLater(reason="it cannot be worded")
    log.info("message %s of %s is drawn: %s", claimed.message_id, claimed.chat_id, edited)
    await tell(house.house, _settle, house, owner, claimed, edited)


def _screen(tx: Connection, bot_house: BotHouse, claimed: Redraw) -> tuple[Screen, str] | None:
    """What the message is to show, and in which language; None where it shows nothing of ours."""
    house, now = bot_house.house, bot_house.now()
    if claimed.alert_id is not None:
        return _card(tx, house, bot_house, claimed, claimed.alert_id)
    if claimed.outbox_id is None:
        return None
    message = queued.message_by_id(tx, claimed.outbox_id)
    if message is None:
        return None
    sent = queued.sent_at(tx, message.id) or now
    return queued_screen(tx, house, message, now, sent), message.language


def _card(
    tx: Connection, house: House, bot_house: BotHouse, claimed: Redraw, alert_id: int
) -> tuple[Screen, str] | None:
    now = bot_house.now()
    person = people.person_by_id(tx, claimed.person_id)
    if person is None:
        return None
    held = people.bindings_of(tx, person.id, house.wall_day(now))
    card = card_of(tx, house, alert_id, person.id, held, now)
    if card is None:
        return None
    back: Button = ShowAlerts(card.unit.id)
    if claimed.outbox_id is not None:
        back = BackToMessage(claimed.outbox_id)
    return alert_screens.card_screen(card, back), person.language


async def _edit(
    bot: Bot, house: BotHouse, claimed: Redraw, screen: Screen, language: str
) -> Attempt:
    text = house.renderer.render(language, screen.template, screen.facts)
    markup = keyboard(house.renderer, language, screen)

    async def editing() -> Message:
        edited = await bot.edit_message_text(
            text,
            chat_id=claimed.chat_id,
            message_id=claimed.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=NO_PREVIEW,
        )
        assert isinstance(edited, Message)  # noqa: S101 (True only of an inline message)
        return edited

    return await attempt(editing(), ATTEMPT_SECONDS)


def _settle(
    tx: Connection, house: BotHouse, owner: str, claimed: Redraw, edited: Attempt | None
) -> None:
    """Writes down what came of it. What can no longer be edited is forgotten."""
    now = house.now()
    match edited:
        case Sent():
            pace.hold_chat(tx, claimed.chat_id, now + house.pace.between)
            redraws.redrawn(tx, claimed, owner)
        case Refused(why=why) if SAME_AGAIN in why.lower():
            redraws.redrawn(tx, claimed, owner)
        case Refused(why=why, forget_chat=False) if not _is_gone(why):
            redraws.try_again(tx, claimed, owner, now + PAUSE)
        case TryLater(after=after):
            wait = PAUSE if after is None else timedelta(seconds=after)
            if after is not None:
                pace.hold_chat(tx, claimed.chat_id, now + wait)
            redraws.try_again(tx, claimed, owner, now + wait)
        case _:  # nothing of ours, gone, too old, a chat that takes nothing or has moved
            shown.forget(tx, claimed.chat_id, claimed.message_id)


def _is_gone(why: str) -> bool:
    return any(known in why.lower() for known in NO_EDIT)
