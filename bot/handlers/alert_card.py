"""What does a button below an alert open: its card, a menu, the message that told of it?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from alerts.house import House
from bot.access import Visit, leave_alone, reply_here
from bot.ask import ask, tell
from bot.buttons.callbacks import (
    BackToMessage,
    Button,
    DisputeAlert,
    EndMute,
    MuteAlert,
    MuteScope,
    ShowAlert,
    ShowAlerts,
)
from bot.delivery.wording import numbered_alerts, queued_screen
from bot.handlers.alerts import alerts_button
from bot.questions.alert_card import AlertCard, card_of
from bot.screens import alerts as alert_screens
from bot.screens.plan import Screen
from db import queued, redraws, shown
from db.engine import Connection
from db.standings import standings

# After these the pressed message is as it was.
UNCHANGED = frozenset(
    {"", "not_yours", "no_such_alert", "no_such_scope", "no_such_mute", "sent_privately"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PopUp:
    """The answer to a press: a word of the templates, or none; `loud`: it is to be closed by hand;
    `then`: what is drawn once the press is answered.
    """

    reason: str = ""
    loud: bool = False
    then: Callable[[], Awaitable[None]] | None = None


# --- to look --------------------------------------------------------------------------------------


async def card_button(visit: Visit, button: ShowAlert) -> PopUp:
    """The alert's card, in place of the list or the message that names it."""
    pressed = visit.pressed
    outbox_id = button.outbox_id or (pressed.outbox_id if pressed else 0) or 0
    return await _show_card(visit, button.alert_id, outbox_id)


async def back_button(visit: Visit, button: BackToMessage) -> PopUp:
    """From the card back to the queued message, as it reads now."""
    screen = await ask(visit.bot_house.house, _message_again, visit, button.outbox_id)
    if screen is None:
        return PopUp(reason="no_such_alert", loud=True)

    async def draw() -> None:
        place, person_id = await reply_here(visit, screen), visit.caller.person.id
        house = visit.bot_house.house
        await tell(house, shown.remember, *place, person_id, outbox_id=button.outbox_id)

    return PopUp(then=draw)


async def mute_button(visit: Visit, button: MuteAlert) -> PopUp:
    return await open_menu(
        visit, button.alert_id, lambda card: card.rights.mutes, alert_screens.mute_scope_screen
    )


async def scope_button(visit: Visit, button: MuteScope) -> PopUp:
    return await open_menu(
        visit,
        button.alert_id,
        lambda card: card.rights.mutes,
        lambda card, back: alert_screens.mute_days_screen(card, button.scope, back),
    )


async def dispute_button(visit: Visit, button: DisputeAlert) -> PopUp:
    return await open_menu(
        visit, button.alert_id, lambda card: card.rights.acts, alert_screens.dispute_screen
    )


# --- after an action ------------------------------------------------------------------------------


async def draw_again(visit: Visit, button: Button) -> None:
    """After an action: the pressed message at once; all others are drawn by whoever delivers."""
    query = visit.update.callback_query
    if query is None or query.message is None or visit.in_a_group:
        return  # what stands in a group is drawn for everybody there, not for whoever pressed
    if isinstance(button, EndMute):
        await alerts_button(visit, ShowAlerts(button.unit_id))
        return
    house, pressed, alert_id = visit.bot_house.house, visit.pressed, _alert_of(button)
    outbox_id = (pressed.outbox_id if pressed else 0) or 0
    if outbox_id and await _is_alone(visit, alert_id):
        shows = await back_button(visit, BackToMessage(outbox_id))
    else:
        shows = await _show_card(visit, alert_id, outbox_id)
    if shows.then is not None:
        await shows.then()
    # Somebody else's change may have been drawn before this older look at it arrived.
    chat_id, message_id = query.message.chat.id, query.message.message_id
    await tell(house, redraws.redraw_message, chat_id, message_id, visit.now)


# --- how it is done -------------------------------------------------------------------------------


def _alert_of(button: Button) -> int:
    alert_id: int = getattr(button, "alert_id", 0)
    return alert_id


async def _show_card(visit: Visit, alert_id: int, outbox_id: int) -> PopUp:
    house = visit.bot_house.house
    card = await ask(house, _card, house, visit, alert_id)
    if card is None:
        return PopUp(reason="no_such_alert", loud=True)
    back: Button | None = BackToMessage(outbox_id) if outbox_id else ShowAlerts(card.unit.id)
    # A group is told numbers: what only some may see goes to whoever asked.
    if visit.in_a_group:
        back, outbox_id = None, 0
    screen = alert_screens.card_screen(card, back)

    async def draw() -> None:
        place = await reply_here(visit, screen)
        await tell(house, _shows_now, *place, visit, card, outbox_id or None)

    return PopUp(reason="sent_privately" if visit.in_a_group else "", then=draw)


async def open_menu(
    visit: Visit,
    alert_id: int,
    allowed: Callable[[AlertCard], bool],
    menu: Callable[[AlertCard, Button], Screen],
) -> PopUp:
    """A menu in place of the card; whoever may not choose from it is told so at once."""
    house = visit.bot_house.house
    card = await ask(house, _card, house, visit, alert_id)
    if card is None:
        return PopUp(reason="no_such_alert", loud=True)
    if not allowed(card):
        return PopUp(reason="not_yours", loud=True)
    if card.ended:
        return PopUp(reason="already_ended", loud=True)
    outbox_id = (visit.pressed.outbox_id if visit.pressed else 0) or 0
    alone = outbox_id != 0 and await _is_alone(visit, alert_id)
    back = alert_screens.back_to(alert_id, outbox_id, alone=alone)
    screen = menu(card, back)

    async def draw() -> None:
        await leave_alone(visit)
        await reply_here(visit, screen)

    return PopUp(then=draw)


def _shows_now(
    tx: Connection,
    chat_id: int,
    message_id: int,
    visit: Visit,
    card: AlertCard,
    outbox_id: int | None,
) -> None:
    """The message shows the card from now on; what changed while it was drawn is drawn again."""
    alert_id, person_id = card.alert.id, visit.caller.person.id
    shown.remember(tx, chat_id, message_id, person_id, outbox_id=outbox_id, alert_id=alert_id)
    if standings(tx, [alert_id], visit.now).get(alert_id) != card.standing:
        redraws.redraw_message(tx, chat_id, message_id, visit.now)


async def _is_alone(visit: Visit, alert_id: int) -> bool:
    """Whether the pressed queued message tells of this alert alone, and so has its buttons."""
    pressed = visit.pressed
    if pressed is None or pressed.outbox_id is None:
        return False
    house = visit.bot_house.house
    return await ask(house, _told_alone, pressed.outbox_id, visit.now) == (alert_id,)


def _told_alone(tx: Connection, outbox_id: int, now: datetime) -> tuple[int, ...]:
    message = queued.message_by_id(tx, outbox_id)
    return numbered_alerts(message, now) if message else ()


def _card(tx: Connection, house: House, visit: Visit, alert_id: int) -> AlertCard | None:
    caller = visit.caller
    return card_of(tx, house, alert_id, caller.person.id, caller.bindings, visit.now)


def _message_again(tx: Connection, visit: Visit, outbox_id: int) -> Screen | None:
    """The queued message for whoever pressed, if it is theirs and they may still have it."""
    message = queued.message_by_id(tx, outbox_id)
    person_id = visit.caller.person.id
    if message is None or message.person_id != person_id:
        return None
    if not queued.may_have(tx, person_id, message.payload, visit.today):
        return None
    sent = queued.sent_at(tx, outbox_id) or visit.now
    return queued_screen(tx, visit.bot_house.house, message, visit.now, sent)
