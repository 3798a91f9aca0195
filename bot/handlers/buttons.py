"""Which screen does a pressed button open? Every press is answered, whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from bot.access import BETWEEN_LOOKS, LOOKS, Visit, greet_stranger, visit_of
from bot.ask import ask, tell
from bot.buttons import callbacks
from bot.buttons import people as people_buttons
from bot.handlers import absence, alert_acts, alert_card, people, thresholds
from bot.handlers.alert_card import PopUp
from bot.handlers.alerts import alerts_button
from bot.handlers.calendar import calendar_button, confirm_button, undo_button
from bot.handlers.help import language_button
from bot.handlers.items import due_button, items_button
from bot.handlers.status import status_button
from bot.handlers.units import units_button
from bot.handlers.why import why_button
from bot.replying import patiently
from bot.screens.alerts import answer_screen
from db import audit, outbox, queued, shown
from db.engine import Connection
from db.shown import Shown

SCREENS: Mapping[type, Callable[[Visit, Any], Awaitable[None]]] = {
    callbacks.ShowStatus: status_button,
    callbacks.ShowItems: items_button,
    callbacks.ShowDue: due_button,
    callbacks.ShowWhy: why_button,
    callbacks.ShowAlerts: alerts_button,
    callbacks.ShowUnits: units_button,
    callbacks.ChooseLanguage: language_button,
    callbacks.ShowCalendar: calendar_button,
    callbacks.ConfirmCalendar: confirm_button,
    callbacks.UndoCalendar: undo_button,
    callbacks.ShowThresholds: thresholds.thresholds_button,
    callbacks.ConfirmThreshold: thresholds.confirm_button,
    callbacks.UndoThreshold: thresholds.undo_button,
    people_buttons.ShowPeople: people.people_button,
    people_buttons.ShowPerson: people.person_button,
    people_buttons.AskEndRole: people.ask_end_role_button,
    people_buttons.EndRole: people.end_role_button,
    people_buttons.AskRevoke: people.ask_revoke_button,
    people_buttons.Revoke: people.revoke_button,
    people_buttons.InviteTo: people.invite_to_button,
    people_buttons.InviteAs: people.invite_as_button,
    people_buttons.InviteSteward: people.invite_steward_button,
    people_buttons.MakeInvitation: people.make_invitation_button,
    people_buttons.ShowAbsences: absence.absences_button,
    people_buttons.SetAbsence: absence.set_absence_button,
    people_buttons.CancelAbsence: absence.cancel_absence_button,
}

# Buttons of an alert: what they did is the answer to the press.
ALERTS: Mapping[type, Callable[[Visit, Any], Awaitable[PopUp]]] = {
    callbacks.ShowAlert: alert_card.card_button,
    callbacks.BackToMessage: alert_card.back_button,
    callbacks.TakeAlert: alert_acts.take_button,
    callbacks.ClaimAlert: alert_acts.claim_button,
    callbacks.MuteAlert: alert_card.mute_button,
    callbacks.MuteScope: alert_card.scope_button,
    callbacks.MuteUntil: alert_acts.until_button,
    callbacks.EndMute: alert_acts.end_mute_button,
    callbacks.DisputeAlert: alert_card.dispute_button,
    callbacks.DisputeAs: alert_acts.dispute_as_button,
}

log = logging.getLogger(__name__)


async def press(update: Update, context: Any) -> None:
    """Opens the button's screen, or does what it says. Every press is answered, once."""
    query = update.callback_query
    if query is None:
        return
    visit = await visit_of(update, context)
    if visit is None:
        await greet_stranger(update, context)
        return
    button = callbacks.decode(query.data or "")
    if button is None:
        text = visit.bot_house.renderer.plain(visit.language, "old_button", {})
        await answer(query, text, loud=True)
        return
    if type(button) not in ALERTS:
        # First the answer: the telephone shows that it waits until the press is answered.
        await answer(query)
        await SCREENS[type(button)](await _looking(visit, query), button)
        return
    pop_up = PopUp()
    try:
        visit = await _looking(visit, query)
        pop_up = await ALERTS[type(button)](visit, button)
    finally:
        await answer(query, _words(visit, pop_up), loud=pop_up.loud)
    if pop_up.then is not None:
        await pop_up.then()
    elif pop_up.reason not in alert_card.UNCHANGED:
        await alert_card.draw_again(visit, button)


async def answer(query: CallbackQuery, text: str | None = None, *, loud: bool = False) -> None:
    """Answers the press; one that waited for too long is no error. `loud`: to be closed by hand."""
    try:
        await patiently(lambda: query.answer(text, show_alert=loud))
    except TelegramError as error:
        log.info("a press cannot be answered: %s", error)


def _words(visit: Visit, pop_up: PopUp) -> str | None:
    if not pop_up.reason:
        return None
    screen = answer_screen(pop_up.reason, done=not pop_up.loud)
    return visit.bot_house.renderer.plain(visit.language, screen.template, screen.facts)


async def _looking(visit: Visit, query: CallbackQuery) -> Visit:
    """The visit with what the pressed message shows. The first press proves that it was seen."""
    message = query.message
    if message is None:
        return visit
    house, person_id = visit.bot_house.house, visit.caller.person.id
    place = (message.chat.id, message.message_id)
    for _ in range(LOOKS):
        pressed, is_news, early = await ask(house, _pressed, *place, person_id, visit.now)
        if not early:
            break
        await asyncio.sleep(BETWEEN_LOOKS)
    if is_news and pressed is not None:
        await tell(house, _seen, pressed, person_id, visit.now)
    return replace(visit, pressed=pressed)


def _pressed(
    tx: Connection, chat_id: int, message_id: int, person_id: int, now: datetime
) -> tuple[Shown | None, bool, bool]:
    """What the message shows; whether this person had not pressed it before; whether the press may
    have come before the sender could note what the message shows.
    """
    pressed = shown.what_shows(tx, chat_id, message_id)
    if pressed is None:
        return None, False, outbox.is_on_its_way(tx, chat_id, now)
    outbox_id = pressed.outbox_id
    return pressed, outbox_id is not None and not audit.has_seen(tx, outbox_id, person_id), False


def _seen(tx: Connection, pressed: Shown, person_id: int, now: datetime) -> None:
    outbox_id = pressed.outbox_id
    if outbox_id is None or audit.has_seen(tx, outbox_id, person_id):
        return
    message = queued.message_by_id(tx, outbox_id)
    unit_id = message.payload.get("unit_id") if message else None
    audit.append(tx, "seen", now, person_id=person_id, unit_id=unit_id, outbox_id=outbox_id)
