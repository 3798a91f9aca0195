"""What does a person see of an alert: its card, the menus below it, the list of all?"""

from __future__ import annotations

from collections.abc import Sequence

from bot.buttons.callbacks import (
    BackToMessage,
    Button,
    ClaimAlert,
    DisputeAlert,
    DisputeAs,
    EndMute,
    MuteAlert,
    MuteScope,
    MuteUntil,
    ShowAlert,
    ShowAlerts,
    ShowItems,
    ShowStatus,
    ShowWhy,
    TakeAlert,
)
from bot.questions.alert_card import AlertCard
from bot.questions.alert_list import AlertList
from bot.screens.plan import FEW, PAGE, Key, Screen, page_of, pages_of, turning
from db.records import Phase, Unit

Row = tuple[Key, ...]

NUMBERS_A_ROW = 5
MOST_NUMBERS = 20
MOST_MUTES = 5  # of a list, below a page of alerts
MUTE_DAYS = (1, 3, 5, 10)  # working days
SCOPES = ("alert", "target", "unit", "everywhere")
MUTE_REASONS = ("in_hand", "waits_for_others", "waits_for_data")
DISPUTE_REASONS = ("old_data", "wrong_unit", "wrong_item", "wrong_sum")
TAKEN_BY_SOMEBODY = frozenset({Phase.TAKEN, Phase.CLAIMED})


def card_screen(card: AlertCard, back: Button | None) -> Screen:
    """One alert: where it stands, up to five items, and what this person may do with it."""
    return Screen(
        template="alert_card",
        facts={
            "card": card,
            "items": card.items[:FEW],
            "items_more": max(0, len(card.items) - FEW),
        },
        keyboard=(*action_rows(card), *_back(back)),
    )


def action_rows(card: AlertCard) -> tuple[Row, ...]:
    """What the person may do with an alert in its phase; of an ended one, only look closer."""
    alert, rights, phase = card.alert, card.rights, card.standing.phase
    first, second, third = [], [], []
    if not card.ended and rights.acts:
        if phase not in TAKEN_BY_SOMEBODY:
            first.append(Key(word="take", button=TakeAlert(alert.id)))
        if phase is not Phase.CLAIMED and card.can_be_done:
            first.append(Key(word="done", button=ClaimAlert(alert.id)))
    if not card.ended and rights.mutes:
        second.append(Key(word="mute", button=MuteAlert(alert.id)))
    if not card.ended and rights.acts:
        second.append(Key(word="dispute", button=DisputeAlert(alert.id)))
    if rights.sees_items:
        third.append(Key(word="items", button=ShowItems(alert.unit_id, alert.target)))
    why = ShowWhy(alert.unit_id, alert.target, alert.field_id or 0)
    third.append(Key(word="why", button=why))
    return tuple(tuple(row) for row in (first, second, third) if row)


def group_rows(card: AlertCard) -> tuple[Row, ...]:
    """Below the only alert of a group's message: everybody may press, the press is judged."""
    details = (Key(word="details", button=ShowAlert(card.alert.id)),)
    if card.ended:
        return (details,)
    take = Key(word="take", button=TakeAlert(card.alert.id))
    done = Key(word="done", button=ClaimAlert(card.alert.id))
    first = [take] if card.standing.phase not in TAKEN_BY_SOMEBODY else []
    if card.standing.phase is not Phase.CLAIMED and card.can_be_done:
        first.append(done)
    return (tuple(first), details) if first else (details,)


def number_rows(alert_ids: Sequence[int], outbox_id: int = 0, start: int = 1) -> tuple[Row, ...]:
    """A button for each numbered line of a message; it opens the alert's card."""
    keys = [
        Key(name=str(number), button=ShowAlert(alert_id, outbox_id))
        for number, alert_id in enumerate(alert_ids[:MOST_NUMBERS], start=start)
    ]
    rows = range(0, len(keys), NUMBERS_A_ROW)
    return tuple(tuple(keys[at : at + NUMBERS_A_ROW]) for at in rows)


def mute_scope_screen(card: AlertCard, back: Button) -> Screen:
    """What is to be silent? A whole unit, or all units, only for who may silence that."""
    rights = card.rights
    more = {"unit": rights.mutes_unit, "everywhere": rights.mutes_everywhere}
    scopes = [scope for scope in SCOPES if more.get(scope, True)]
    keys = [
        (Key(word=f"mute_{scope}", button=MuteScope(card.alert.id, scope)),) for scope in scopes
    ]
    return _menu("scope", card, (*keys, *_back(back)))


def mute_days_screen(card: AlertCard, scope: str, back: Button) -> Screen:
    keys = tuple(
        Key(word=f"days_{days}", button=MuteUntil(card.alert.id, scope, days)) for days in MUTE_DAYS
    )
    return _menu("days", card, (keys[:2], keys[2:], *_back(back)), scope=scope)


def mute_reason_screen(card: AlertCard, scope: str, days: int, back: Button) -> Screen:
    keys = [
        (Key(word=reason, button=MuteUntil(card.alert.id, scope, days, reason)),)
        for reason in MUTE_REASONS
    ]
    return _menu("reason", card, (*keys, *_back(back)), scope=scope, days=days)


def dispute_screen(card: AlertCard, back: Button) -> Screen:
    """What is wrong with the figures?"""
    keys = [
        (Key(word=reason, button=DisputeAs(card.alert.id, reason)),) for reason in DISPUTE_REASONS
    ]
    return Screen(template="dispute_menu", facts={"card": card}, keyboard=(*keys, *_back(back)))


def alerts_screen(unit: Unit | None, found: AlertList, page: int) -> Screen:
    """Open alerts with their numbers, and the silences in force, each with the way to end it."""
    unit_id = unit.id if unit else 0

    def turn(number: int) -> Button:
        return ShowAlerts(unit_id, number)

    shown = page_of(found.alerts, page, PAGE)
    pages = pages_of(found.alerts, page, PAGE)
    start = (pages["page"] - 1) * PAGE + 1
    rows = list(number_rows([each.view.id for each in shown], start=start))
    rows += turning(found.alerts, page, PAGE, turn)
    mutes = found.mutes[:MOST_MUTES]
    rows += [
        (Key(word="end_mute", number=number, button=EndMute(each.mute.id, unit_id)),)
        for number, each in enumerate(mutes, start=1)
        if each.may_end
    ]
    if unit:
        rows.append((Key(word="status", button=ShowStatus(unit.id)),))
    return Screen(
        template="alerts",
        facts={
            "unit": unit,
            "alerts": shown,
            "start": start,
            "mutes": mutes,
            "mutes_more": len(found.mutes) - len(mutes),
            "count": len(found.alerts),
            **pages,
        },
        keyboard=tuple(rows),
    )


def answer_screen(reason: str, *, done: bool) -> Screen:
    """What came of an action: in a pop-up, or as an answer to a command."""
    return Screen(template="alert_answer", facts={"reason": reason, "done": done})


def back_to(alert_id: int, outbox_id: int, *, alone: bool) -> Button:
    """From a menu back to where the alert's buttons stand: the queued message that tells of it
    alone, or its card.
    """
    return BackToMessage(outbox_id) if alone else ShowAlert(alert_id, outbox_id)


def _menu(step: str, card: AlertCard, keyboard: tuple[Row, ...], **more: object) -> Screen:
    facts = {"step": step, "card": card, "scope": "", "days": 0, **more}
    return Screen(template="mute_menu", facts=facts, keyboard=keyboard)


def _back(button: Button | None) -> tuple[Row, ...]:
    return ((Key(word="go_back", button=button),),) if button else ()
