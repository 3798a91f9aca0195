"""Which thresholds hold, and who sets them? An admin looks, tries, confirms and takes back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from alerts.thresholds import setting as setting_thresholds
from alerts.thresholds.rules import Refusal, Wish
from alerts.thresholds.setting import Done, Proposal
from bot.access import Visit, reply
from bot.ask import ask, tell
from bot.buttons.callbacks import ConfirmThreshold, ShowThresholds, UndoThreshold
from bot.questions import plan as questions
from bot.questions.plan import Found
from bot.questions.thresholds import (
    DRAFT,
    Saying,
    held_values,
    may_set,
    measure_of,
    names_in,
    own_values,
    roles_over_the_district,
    unit_name,
    wish_kept,
)
from bot.screens import thresholds as threshold_screens
from bot.screens.plan import Screen, unknown_unit_screen
from bot.screens.thresholds import EVERYTHING
from bot.typed.thresholds import BACK_TO_SETTINGS, Typed, read_typed
from bot.typed.words import DayWrong, read_number
from db import drafts
from db.engine import Connection

UNDO_WORDS = ("hoantac", "undo")

log = logging.getLogger(__name__)


async def thresholds_command(visit: Visit, words: list[str]) -> None:
    """/thresholds [target or source] [threshold [value [unit] [from DAY] [reason …]]]"""
    if not await _may(visit):
        return
    saying = _saying(visit)
    undone = read_number(words[1]) if len(words) == 2 and words[0] in UNDO_WORDS else None
    if undone is not None:
        await undo_button(visit, UndoThreshold(undone))
    elif not words:
        await _show(visit, ShowThresholds())
    else:
        targets = visit.bot_house.house.targets_on(visit.today)
        typed = read_typed(words, targets, saying.sources, saying.names)
        if typed is None:
            await reply(visit, _refused("not_understood"))
        elif not typed.given:
            about = typed.target or typed.source or EVERYTHING
            await _show(visit, ShowThresholds(about, typed.name))
        else:
            await _propose_typed(visit, typed)


async def thresholds_button(visit: Visit, button: ShowThresholds) -> None:
    if await _may(visit):
        await _show(visit, button)


async def confirm_button(visit: Visit, button: ConfirmThreshold) -> None:
    """Makes the change that was shown, or forgets it; either only once."""
    if not await _may(visit):
        return
    house = visit.bot_house.house
    screen = await tell(house, _confirm, visit, button)
    await (_show(visit, ShowThresholds()) if screen is None else reply(visit, screen))


async def undo_button(visit: Visit, button: UndoThreshold) -> None:
    if await _may(visit):
        house = visit.bot_house.house
        await reply(visit, await tell(house, _undo, visit, button.change_id))


async def _may(visit: Visit) -> bool:
    """Admins, and who leads the district: a looser goal is theirs to set."""
    house = visit.bot_house.house
    sets = await ask(house, may_set, house, visit.caller.person.id, visit.today)
    if visit.may("thresholds") and sets:
        return True
    log.info("%s: person %s is no admin", visit.reference, visit.caller.person.id)
    await reply(visit, Screen(template="admins_only", facts={"reference": visit.reference}))
    return False


async def _show(visit: Visit, button: ShowThresholds) -> None:
    house = visit.bot_house.house
    if button.value:
        await _propose(visit, _pressed_wish(visit, button))
    else:
        await reply(visit, await ask(house, _screen, visit, button))


async def _propose_typed(visit: Visit, typed: Typed) -> None:
    house, unit_id = visit.bot_house.house, None
    if isinstance(typed.valid_from, DayWrong):
        facts = {"text": typed.valid_from.text[:20]}
        await reply(visit, Screen(template="bad_day", facts=facts))
        return
    if typed.unit:
        found = await ask(house, questions.found_by_words, house, typed.unit, None, visit.today)
        if not isinstance(found, Found):
            await reply(visit, unknown_unit_screen(typed.unit, found, None))
            return
        unit_id = found.unit.id
    wish = Wish(
        name=typed.name, target=typed.target, unit_id=unit_id, source=typed.source,
        new=typed.value, valid_from=typed.valid_from or visit.today, reason=typed.reason,
        document=typed.document or None,
    )  # fmt: skip
    await _propose(visit, wish)


def _screen(tx: Connection, visit: Visit, button: ShowThresholds) -> Screen:
    """The list; a target's or everything's thresholds; one of them with the values proposed."""
    house, saying = visit.bot_house.house, _saying(visit)
    targets = {target.id: target for target in house.targets_on(visit.today)}
    target = targets.get(button.about)
    if not target and button.about not in (EVERYTHING, *house.ages):
        own = own_values(tx, house, visit.today)
        return threshold_screens.thresholds_screen(
            own, tuple(targets.values()), saying.targets, visit.today
        )
    # Some sources are called as their target is: the age is always the source's.
    if button.name == "max_age_days" and button.about in house.ages:
        target = None
    held = held_values(tx, house, target, visit.today)
    of_source = button.about if button.about in house.ages and not target else None
    name = button.name or ("max_age_days" if of_source else "")
    chosen = next((v for v in held if (v.name, v.source) == (name, of_source)), None)
    if chosen is None:
        return threshold_screens.held_screen(target, held, saying.names, saying.sources)
    values = [
        (value, saying.value(value, chosen.measure))
        for value in threshold_screens.proposed(target, chosen)
    ]
    return threshold_screens.values_screen(button.about, target, chosen, values)


def _pressed_wish(visit: Visit, button: ShowThresholds) -> Wish:
    of_source = button.name == "max_age_days"
    about = None if button.about == EVERYTHING else button.about
    return Wish(
        name=button.name,
        target=None if of_source else about,
        source=about if of_source else None,
        new=None if button.value in BACK_TO_SETTINGS else button.value,
        valid_from=visit.today,
        reason="",
    )


async def _propose(visit: Visit, wish: Wish) -> None:
    """Shows what the change would have done, and keeps it until it is confirmed."""
    house, person = visit.bot_house.house, visit.caller.person
    # The look back takes its time: it only reads, so that nobody waits to write meanwhile.
    seen = await ask(house, _look, visit, wish)
    if isinstance(seen, Refusal):
        await reply(visit, threshold_screens.refused_screen(seen))
        return
    found, unit, names = seen
    kept = wish_kept(found.wish)
    draft_id = await tell(house, drafts.keep, person.id, DRAFT, kept, visit.now)
    measure = measure_of(house, wish.name, wish.source)
    reasons = _saying(visit).reasons
    screen = threshold_screens.confirm_screen(
        found, measure, unit, names, reasons, draft_id, visit.today
    )
    await reply(visit, screen)


Seen = tuple[Proposal, str | None, Mapping[str, Mapping[int, str]]]


def _look(tx: Connection, visit: Visit, wish: Wish) -> Seen | Refusal:
    """The proposal, with the names of its unit and of those whom its look back counts."""
    house = visit.bot_house.house
    roles = roles_over_the_district(tx, house, visit.caller.person.id, visit.today)
    # A reason that is still to be chosen is no reason to refuse yet.
    usual = next(iter(_saying(visit).reasons.values()))
    asked = replace(wish, reason=wish.reason or usual)
    found = setting_thresholds.propose(tx, house, asked, roles, visit.now)
    if isinstance(found, Refusal):
        return found
    found = replace(found, wish=replace(found.wish, reason=wish.reason))
    return found, unit_name(tx, wish.unit_id), names_in(tx, found.effect)


def _confirm(tx: Connection, visit: Visit, button: ConfirmThreshold) -> Screen | None:
    house, person = visit.bot_house.house, visit.caller.person
    content = drafts.take(tx, button.draft_id, person.id, DRAFT)
    if not button.make:
        return None
    if content is None:
        return _refused("confirmed_already")
    # It was asked on an earlier day, maybe: then it holds from today.
    first = max(date.fromisoformat(content["valid_from"]), visit.today)
    wish = Wish(**{**content, "valid_from": first})
    chosen = _saying(visit).reasons.get(button.reason, "")
    done = setting_thresholds.carry_out(
        tx, house, replace(wish, reason=wish.reason or chosen),
        roles_over_the_district(tx, house, visit.caller.person.id, visit.today),
        by=person.name, person_id=person.id, now=visit.now,
    )  # fmt: skip
    return _answer(tx, visit, done)


def _undo(tx: Connection, visit: Visit, change_id: int) -> Screen:
    house, person = visit.bot_house.house, visit.caller.person
    roles = roles_over_the_district(tx, house, visit.caller.person.id, visit.today)
    done = setting_thresholds.take_back(
        tx, house, change_id, roles, by=person.name, person_id=person.id, now=visit.now
    )
    return _answer(tx, visit, done)


def _answer(tx: Connection, visit: Visit, done: Done | Refusal) -> Screen:
    if isinstance(done, Refusal):
        return threshold_screens.refused_screen(done)
    log.info("person %s set threshold change %s", visit.caller.person.id, done.change_id)
    measure = measure_of(visit.bot_house.house, done.wish.name, done.wish.source)
    unit = unit_name(tx, done.wish.unit_id)
    name = visit.caller.person.name
    return threshold_screens.done_screen(done, measure, unit, name, visit.today)


def _refused(reason: str, facts: Mapping[str, str] | None = None) -> Screen:
    return threshold_screens.refused_screen(Refusal(reason=reason, facts=facts or {}))


def _saying(visit: Visit) -> Saying:
    return Saying.of(visit.bot_house.renderer, visit.language)
