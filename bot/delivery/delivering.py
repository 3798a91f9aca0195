"""How do queued messages go out? Claim, commit, render, send, settle; no request in between."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.constants import ParseMode

from alerts.house import House
from alerts.retry import Again, Done, Drop, Follow, GiveUp, Settle, after_attempt
from alerts.working_time import in_effect, late_hold
from bot.ask import ask, tell
from bot.delivery.outcomes import attempt, lacks_topic
from bot.delivery.redrawing import claim_redraws, redraw
from bot.delivery.wording import queued_screen
from bot.house import BotHouse
from bot.replying import NO_PREVIEW, keyboard
from bot.screens.plan import Screen
from db import audit, due, outbox, people, queued, redraws, shown
from db.engine import Connection, DatabaseUnavailable
from db.records import OutboxMessage, Standing
from db.standings import standings

IN_FLIGHT = 8
LEASE = timedelta(seconds=40)  # longer than an attempt, its following, and settling take
ATTEMPT_SECONDS = 12.0
IDLE, BUSY = 0.5, 0.05  # seconds between two looks at the queue
ENDING_SECONDS = 3.0

log = logging.getLogger(__name__)


async def deliver_until(stop: asyncio.Event, bot: Bot, house: BotHouse) -> None:
    """Delivers until the stop; what is on its way then gets a moment to be settled."""
    owner = uuid.uuid4().hex
    flying: set[asyncio.Task[None]] = set()
    try:
        while not stop.is_set():
            more, claimed = await _claim(house, owner, IN_FLIGHT - len(flying))
            work = [deliver(bot, house, owner, message) for message in claimed]
            # What is new goes out before what is drawn again.
            room = IN_FLIGHT - len(flying) - len(work)
            again = await claim_redraws(house, owner, room)
            work += [redraw(bot, house, owner, each) for each in again]
            for task in map(asyncio.create_task, work):
                flying.add(task)
                task.add_done_callback(flying.discard)
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({stopping}, timeout=BUSY if more or again else IDLE)
            stopping.cancel()
    finally:
        if flying:
            await asyncio.wait(flying, timeout=ENDING_SECONDS)


async def deliver(bot: Bot, house: BotHouse, owner: str, message: OutboxMessage) -> None:
    """One claimed message: render, send (following its chat once), settle."""
    screen: Screen | None = None
    try:
        now = house.now()
        screen = await ask(house.house, queued_screen, house.house, message, now, now)
        text = house.renderer.render(message.language, screen.template, screen.facts)
        markup = keyboard(house.renderer, message.language, screen)
    except DatabaseUnavailable:
        raise
    except Exception:
        # One message that cannot be worded must not hold up the others.
        log.exception("message %s (%s) cannot be worded", message.id, message.template)
        decided: Settle = Drop(reason="it cannot be worded", forget_chat=False)
    else:
        message, decided = await _send(bot, house, message, text, markup)
    log.info("message %s to person %s: %s", message.id, message.person_id, decided)
    await tell(house.house, _settle, house, owner, message, screen, decided)


async def _send(
    bot: Bot,
    house: BotHouse,
    message: OutboxMessage,
    text: str,
    markup: InlineKeyboardMarkup | None,
) -> tuple[OutboxMessage, Settle]:
    """What was decided, and the message with the chat that it went to."""
    outcome = await attempt(_sending(bot, message, text, markup), ATTEMPT_SECONDS)
    if message.thread_id is not None and lacks_topic(outcome):
        # The group is still the unit's: it reads its numbers outside the topic meanwhile.
        log.warning("message %s goes into no topic of %s: it is gone", message.id, message.chat_id)
        message = replace(message, thread_id=None)
        outcome = await attempt(_sending(bot, message, text, markup), ATTEMPT_SECONDS)
    decided = after_attempt(outcome, message.attempt, house.attempts, house.now())
    if not isinstance(decided, Follow):
        return message, decided
    if not await tell(house.house, _follow, message, decided.chat_id, house.today()):
        return message, Drop(reason="the group has joined anew", forget_chat=False)
    message = replace(message, chat_id=decided.chat_id)
    outcome = await attempt(_sending(bot, message, text, markup), ATTEMPT_SECONDS)
    return message, after_attempt(
        outcome, message.attempt, house.attempts, house.now(), followed=True
    )


def _follow(tx: Connection, message: OutboxMessage, chat_id: int, today: date) -> bool:
    """Notes where the chat went; whether the message is to follow it, and is not told there
    already to the same group as a newer member.
    """
    people.move_chat(tx, message.chat_id, chat_id)
    found = queued.message_by_id(tx, message.id)
    return (
        found is not None
        and found.person_id is not None
        and queued.may_have(tx, found.person_id, found.payload, today)
    )


async def _sending(
    bot: Bot, message: OutboxMessage, text: str, markup: InlineKeyboardMarkup | None
) -> Message:
    return await bot.send_message(
        message.chat_id,
        text,
        parse_mode=ParseMode.HTML,
        reply_markup=markup,
        message_thread_id=message.thread_id,
        link_preview_options=NO_PREVIEW,
    )


def _settle(
    tx: Connection,
    house: BotHouse,
    owner: str,
    message: OutboxMessage,
    screen: Screen | None,
    decided: Settle,
) -> None:
    """Writes down what was decided about a message."""
    now = house.now()
    match decided:
        case Done(message_id=message_id):
            if outbox.mark_sent(tx, message, now, message_id=message_id, pace=house.pace):
                _arrived(tx, message, screen, message_id, now)
        case Again(at=at, reason=reason):
            held = late_hold(in_effect(house.house, tx), message.not_before, at)
            outbox.put_back(tx, message, owner, at=at, why=reason, not_before=held)
        case GiveUp(reason=reason):
            if outbox.mark_failed(tx, message, owner, now, outcome="given_up", why=reason):
                _ledger(tx, "refused", message, now, why=reason)
        case Drop(reason=reason, forget_chat=forget_chat):
            if outbox.mark_failed(tx, message, owner, now, outcome="refused", why=reason):
                _ledger(tx, "refused", message, now, why=reason)
            if forget_chat:
                people.mark_unreachable(tx, message.chat_id)
        case Follow():
            raise AssertionError("a chat is followed before its message is settled")


def _arrived(
    tx: Connection, message: OutboxMessage, screen: Screen | None, message_id: int, now: datetime
) -> None:
    """Telegram has taken it: the ledger says so, and from now on it follows its alerts."""
    _ledger(tx, "accepted", message, now, message_id=message_id)
    known: Mapping[int, Standing] = screen.facts.get("standing", {}) if screen else {}
    if message.person_id is None or not known:
        return
    shown.remember(tx, message.chat_id, message_id, message.person_id, outbox_id=message.id)
    if standings(tx, known.keys(), now) != known:  # it changed while it was on its way
        redraws.redraw_message(tx, message.chat_id, message_id, now)


def _ledger(
    tx: Connection, kind: str, message: OutboxMessage, now: datetime, **detail: object
) -> None:
    audit.append(
        tx, kind, now, person_id=message.person_id, unit_id=message.payload.get("unit_id"),
        outbox_id=message.id, detail={"template": message.template, **detail},
    )  # fmt: skip


def _hold_late(tx: Connection, house: BotHouse, now: datetime) -> None:
    """What comes late, after an outage, disturbs nobody in quiet time."""
    here = in_effect(house.house, tx)
    held: dict[datetime, list[int]] = {}
    for outbox_id, meant_for in due.due_since(tx, now).items():
        until = late_hold(here, meant_for, now)
        if until > now:
            held.setdefault(until, []).append(outbox_id)
    for until, ids in held.items():
        due.postpone(tx, ids, now, until)


async def _claim(house: BotHouse, owner: str, limit: int) -> tuple[bool, tuple[OutboxMessage, ...]]:
    """Whether anything is due, and what of it is ours to send now."""
    if limit <= 0:
        return True, ()
    now = house.now()
    is_due, is_quiet = await ask(house.house, _look, house.house, now)
    if not is_due:
        return False, ()
    if is_quiet:
        await tell(house.house, _hold_late, house, now)
    return True, await tell(
        house.house,
        outbox.claim_due,
        owner=owner,
        now=house.now(),
        today=house.today(),
        lease=LEASE,
        limit=limit,
        pace=house.pace,
    )


def _look(tx: Connection, house: House, now: datetime) -> tuple[bool, bool]:
    """Whether anything is due, and whether it is in quiet time, of which admins may have named a
    day.
    """
    if not outbox.anything_due(tx, now):
        return False, False
    return True, in_effect(house, tx).is_quiet(now.astimezone(house.zone))
