"""What comes of a press that does something to an alert: taken, claimed, silenced, disputed?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from alerts import actions
from alerts.actions import Done, Refused
from alerts.house import House
from alerts.working_time import in_effect
from bot.access import Visit
from bot.ask import tell
from bot.buttons.callbacks import ClaimAlert, DisputeAs, EndMute, MuteUntil, TakeAlert
from bot.handlers.alert_card import PopUp, open_menu
from bot.handlers.alerts import END_OF_DAY
from bot.questions.alert_card import rights_over
from bot.screens import alerts as alert_screens
from db import alert_store, mutes
from db.engine import Connection

log = logging.getLogger(__name__)


async def take_button(visit: Visit, button: TakeAlert) -> PopUp:
    return await _act(visit, button.alert_id, _take)


async def claim_button(visit: Visit, button: ClaimAlert) -> PopUp:
    return await _act(visit, button.alert_id, _claim)


async def until_button(visit: Visit, button: MuteUntil) -> PopUp:
    """Without a reason it is asked for; with one, it is silent."""
    if not button.reason:
        return await open_menu(
            visit,
            button.alert_id,
            lambda card: card.rights.mutes,
            lambda card, back: alert_screens.mute_reason_screen(
                card, button.scope, button.working_days, back
            ),
        )
    return await _act(visit, button.alert_id, _mute, button)


async def dispute_as_button(visit: Visit, button: DisputeAs) -> PopUp:
    return await _act(visit, button.alert_id, _dispute, button.reason)


async def end_mute_button(visit: Visit, button: EndMute) -> PopUp:
    """Ends a silence of the list."""
    house = visit.bot_house.house
    done = await tell(house, _end_mute, house, visit, button.mute_id)
    log.info("person %s ends mute %s: %s", visit.caller.person.id, button.mute_id, done)
    return PopUp(reason=done.reason, loud=isinstance(done, Refused))


# --- how it is done -------------------------------------------------------------------------------


async def _act(
    visit: Visit, alert_id: int, action: Callable[..., Done | Refused], *more: object
) -> PopUp:
    house = visit.bot_house.house
    done = await tell(house, action, house, visit, alert_id, *more)
    log.info(
        "person %s, alert %s, %s: %s",
        visit.caller.person.id, alert_id, action.__name__.strip("_"), done,
    )  # fmt: skip
    return PopUp(reason=done.reason, loud=isinstance(done, Refused))


def _acts(tx: Connection, house: House, visit: Visit, alert_id: int) -> bool:
    alert = alert_store.alert_by_id(tx, alert_id)
    if alert is None:
        return False
    caller = visit.caller
    return rights_over(tx, caller.person.id, caller.bindings, alert.unit_id, visit.today).acts


def _take(tx: Connection, house: House, visit: Visit, alert_id: int) -> Done | Refused:
    may_act = _acts(tx, house, visit, alert_id)
    return actions.take(tx, house, alert_id, visit.caller.person, may_act, visit.now)


def _claim(tx: Connection, house: House, visit: Visit, alert_id: int) -> Done | Refused:
    may_act = _acts(tx, house, visit, alert_id)
    return actions.claim(tx, house, alert_id, visit.caller.person, may_act, visit.now)


def _dispute(
    tx: Connection, house: House, visit: Visit, alert_id: int, reason: str
) -> Done | Refused:
    may_act = _acts(tx, house, visit, alert_id)
    return actions.dispute(tx, house, alert_id, visit.caller.person, may_act, visit.now, reason)


def _mute(
    tx: Connection, house: House, visit: Visit, alert_id: int, button: MuteUntil
) -> Done | Refused:
    may_act = _acts(tx, house, visit, alert_id)
    day = in_effect(house, tx).calendar.add(visit.today, button.working_days)
    ends_at = datetime.combine(day, END_OF_DAY, tzinfo=house.zone)
    return actions.mute(
        tx, house, alert_id, visit.caller.person, may_act, visit.now,
        button.scope, ends_at, button.reason,
    )  # fmt: skip


def _end_mute(tx: Connection, house: House, visit: Visit, mute_id: int) -> Done | Refused:
    mute = mutes.mute_by_id(tx, mute_id)
    unit_id = mute.unit_id if mute else None
    if mute is not None and mute.alert_id is not None:
        alert = alert_store.alert_by_id(tx, mute.alert_id)
        unit_id = alert.unit_id if alert else None
    caller = visit.caller
    acts = (
        unit_id is not None
        and rights_over(tx, caller.person.id, caller.bindings, unit_id, visit.today).acts
    )
    return actions.end_mute(tx, house, mute_id, caller.person, acts, visit.now)
