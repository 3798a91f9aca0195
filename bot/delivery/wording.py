"""How does a queued message look now? Its facts, how its alerts stand, and the buttons below it."""

from __future__ import annotations

from datetime import datetime

from alerts.house import House
from alerts.telling.lines import Tells
from bot.buttons.callbacks import ShowAlerts
from bot.delivery.facts import facts_of, told_by
from bot.questions.alert_card import card_of
from bot.screens import alerts as alert_screens
from bot.screens.alerts import Row
from bot.screens.plan import Key, Screen
from db import people, units
from db.engine import Connection
from db.records import OutboxMessage
from db.standings import standings


def queued_screen(
    tx: Connection, house: House, message: OutboxMessage, now: datetime, sent_at: datetime
) -> Screen:
    """The message for its person as of now; drawn again it still says when it was sent.

    Raises what a payload raises that does not fit its template.
    """
    tells = told_by(facts_of(message, sent_at))
    if tells is None:
        return Screen(template=message.template, facts=facts_of(message, sent_at))
    known = standings(tx, {*tells.alert_ids, *tells.ended_ids}, now)
    rows = _rows(tx, house, message, tells.numbered_ids, now)
    unit_id = message.payload.get("unit_id")
    if unit_id is not None and _has_more(tx, house, tells, int(unit_id)):
        rows = (*rows, (Key(word="alerts", button=ShowAlerts(int(unit_id))),))
    return Screen(template=message.template, facts=facts_of(message, sent_at, known), keyboard=rows)


def _has_more(tx: Connection, house: House, tells: Tells, unit_id: int) -> bool:
    """Whether there are alerts to open that have no button of their own below the message: what
    found no room in the text, and what a line of the unit stands for. The district's line stands
    also for what it keeps from being told, and does not say whose.
    """
    swallowed = {alert_id for line in tells.firing for alert_id in line.among_ids}
    if tells.counted_ids or swallowed:
        return True
    unit = units.unit_by_id(tx, unit_id)
    return unit.slug == house.district and any(line.unit == unit.name for line in tells.firing)


def numbered_alerts(message: OutboxMessage, now: datetime) -> tuple[int, ...]:
    """The alerts that have buttons below the message, in the order of their numbers."""
    tells = told_by(facts_of(message, now))
    return tells.numbered_ids if tells else ()


def _rows(
    tx: Connection,
    house: House,
    message: OutboxMessage,
    alert_ids: tuple[int, ...],
    now: datetime,
) -> tuple[Row, ...]:
    """Numbers that open cards; a single alert has the message to itself, and its own buttons."""
    if len(alert_ids) != 1 or message.person_id is None:
        return alert_screens.number_rows(alert_ids, message.id)
    held = people.bindings_of(tx, message.person_id, house.wall_day(now))
    card = card_of(tx, house, alert_ids[0], message.person_id, held, now)
    if card is None:
        return ()
    in_a_group = message.chat_id < 0  # as Telegram numbers chats
    return alert_screens.group_rows(card) if in_a_group else alert_screens.action_rows(card)
