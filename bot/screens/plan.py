"""What does a person see? Records become a screen: a template, its facts, and the buttons below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from alerts.explain import Explanation
from alerts.lately import Lately
from alerts.outlook import Outlook
from bot.buttons.callbacks import (
    Button,
    ChooseLanguage,
    ShowAlerts,
    ShowDue,
    ShowItems,
    ShowStatus,
    ShowUnits,
    ShowWhy,
)
from bot.screens.fields import Headline, headline, named, not_named, worst_first
from db.read_models import ReadingView, StatusView
from db.records import Goal, Item, PublishedYear, State, Target, Unit

PAGE = 10
FEW = 5  # failing items that an explanation names
UNITS_A_PAGE = 16  # two in a row: eight rows fit on a telephone


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One button: a name as it is, or the word whose label the language has."""

    button: Button
    word: str = ""
    name: str = ""
    number: int | None = None  # stands after the word


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    keyboard: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanLine:
    """One target of the plan with its readings, as a status lists it."""

    target: Target
    readings: tuple[ReadingView, ...]
    own_goal: Goal | None = None  # what the unit's alerts go by, beside the plan's goal
    lately: Mapping[str | None, Lately] = field(default_factory=dict)  # by field
    outlook: Mapping[str | None, Outlook] = field(default_factory=dict)  # by field
    newest: PublishedYear | None = None  # that is out, where the year's own is not

    @property
    def named(self) -> tuple[ReadingView, ...]:
        """The fields that have a line of their own."""
        return named(self.readings)

    @property
    def headline(self) -> Headline | None:
        return headline(self.readings)

    @property
    def others(self) -> tuple[tuple[State, int], ...]:
        return not_named(self.readings)


def status_screen(
    view: StatusView,
    targets: Sequence[Target],
    day: date | None,
    sees_items: bool,
    own_goals: Mapping[str, Goal] | None = None,
    lately: Mapping[tuple[str, str | None], Lately] | None = None,
    outlook: Mapping[tuple[str, str | None], Outlook] | None = None,
    newest: Mapping[str, PublishedYear] | None = None,
) -> Screen:
    """A unit's readings in the plan's order, of several fields the worst first, with what may be
    asked next; of one that has ended, who took over from it and how to ask for its past.
    `own_goals`: what its alerts go by, by target; `lately`: the last days by target and field,
    where they say more than the year;
    `outlook`: the year's end, where it changes what one would do; `newest`: by target, of those
    that wait for a year's result the newest that is out.
    """
    if view.ended_on is not None:
        return _ended_screen(view, view.ended_on)
    lines = [
        PlanLine(
            target=target,
            readings=found,
            own_goal=(own_goals or {}).get(target.id),
            lately={name: x for (of, name), x in (lately or {}).items() if of == target.id},
            outlook={name: x for (of, name), x in (outlook or {}).items() if of == target.id},
            newest=(newest or {}).get(target.id),
        )
        for target in targets
        if (found := worst_first(r for r in view.readings if r.target == target.id))
    ]
    unit = view.unit
    below = [Key(word="alerts", button=ShowAlerts(unit.id))]
    if sees_items and day is None:
        below.insert(0, Key(word="items", button=ShowItems(unit.id)))
        below.append(Key(word="due", button=ShowDue(unit.id)))
    refresh = (Key(word="refresh", button=ShowStatus(unit.id, day)),)
    return Screen(
        template="status",
        facts={"unit": unit, "as_of": view.as_of, "lines": lines, "day": day},
        keyboard=(tuple(below), refresh),
    )


def _ended_screen(view: StatusView, ended_on: date) -> Screen:
    keys = [(Key(name=s.unit.name, button=ShowStatus(s.unit.id)),) for s in view.successors]
    before = (Key(word="before", button=ShowStatus(view.unit.id, ended_on)),)
    return Screen(
        template="ended_unit",
        facts={"unit": view.unit, "ended_on": ended_on, "successors": view.successors},
        keyboard=(*keys, before),
    )


def unknown_unit_screen(text: str, proposals: Sequence[Unit], day: date | None) -> Screen:
    """Nothing is guessed: at most three proposals, each a button."""
    return Screen(
        template="unknown_unit",
        facts={"text": text[:60], "proposals": proposals},
        keyboard=tuple((Key(name=u.name, button=ShowStatus(u.id, day)),) for u in proposals),
    )


def units_screen(units: Sequence[Unit], page: int, *, asked: bool = False) -> Screen:
    """The organisation, a page at a time; `asked`: a unit was needed and none was named."""
    shown = page_of(units, page, UNITS_A_PAGE)
    keys = [Key(name=unit.name, button=ShowStatus(unit.id)) for unit in shown]
    pairs = [tuple(keys[at : at + 2]) for at in range(0, len(keys), 2)]
    return Screen(
        template="units",
        facts={"count": len(units), "asked": asked, **pages_of(units, page, UNITS_A_PAGE)},
        keyboard=(*pairs, *turning(units, page, UNITS_A_PAGE, ShowUnits)),
    )


def targets_screen(
    unit: Unit, targets: Sequence[Target], names: Mapping[str, str], *, due: bool = True
) -> Screen:
    """Which target's items? One button each; `due`: and one for what falls due."""
    keys = [
        (Key(name=f"{t.item}. {names[t.id]}", button=ShowItems(unit.id, t.id)),)
        for t in targets
        if unit.kind in t.applies_to
    ]
    if due:
        keys.append((Key(word="due", button=ShowDue(unit.id)),))
    facts = {"unit": unit, "to_explain": False}
    return Screen(template="choose_target", facts=facts, keyboard=tuple(keys))


def items_screen(
    unit: Unit, target: Target, items: Sequence[Item], page: int, *, no_data: bool = False
) -> Screen:
    """The named things to act on, ten at a time; `no_data`: nobody knows whether there are any."""

    def turn(number: int) -> Button:
        return ShowItems(unit.id, target.id, number)

    back = (
        Key(word="why", button=ShowWhy(unit.id, target.id)),
        Key(word="other_targets", button=ShowItems(unit.id)),
        Key(word="status", button=ShowStatus(unit.id)),
    )
    return Screen(
        template="items",
        facts={
            "unit": unit,
            "target": target.id,
            "items": page_of(items, page, PAGE),
            "count": len(items),
            "no_data": no_data,
            **pages_of(items, page, PAGE),
        },
        keyboard=(*turning(items, page, PAGE, turn), back),
    )


def why_screen(why: Explanation, fields: Sequence[tuple[int, str]], sees_items: bool) -> Screen:
    """How a reading came about; of a target with several fields, each field is a button."""
    unit, target = why.unit, why.target
    keys = [Key(name=name, button=ShowWhy(unit.id, target.id, number)) for number, name in fields]
    pairs = [tuple(keys[at : at + 2]) for at in range(0, min(len(keys), UNITS_A_PAGE), 2)]
    back = [Key(word="status", button=ShowStatus(unit.id))]
    if sees_items:
        back.insert(0, Key(word="items", button=ShowItems(unit.id, target.id)))
    return Screen(
        template="why",
        facts={
            "why": why,
            "items": why.items[:FEW] if sees_items else (),
            "items_more": max(0, len(why.items) - FEW) if sees_items else 0,
        },
        keyboard=(*pairs, tuple(back)),
    )


def why_targets_screen(unit: Unit, targets: Sequence[Target], names: Mapping[str, str]) -> Screen:
    """Which line is to be explained? One button each."""
    keys = [
        (Key(name=f"{t.item}. {names[t.id]}", button=ShowWhy(unit.id, t.id)),)
        for t in targets
        if unit.kind in t.applies_to
    ]
    facts = {"unit": unit, "to_explain": True}
    return Screen(template="choose_target", facts=facts, keyboard=tuple(keys))


def due_screen(unit: Unit, items: Sequence[Item], working_days: int, page: int) -> Screen:
    """What falls due within the early warning, ten at a time."""

    def turn(number: int) -> Button:
        return ShowDue(unit.id, number)

    return Screen(
        template="due",
        facts={
            "unit": unit,
            "working_days": working_days,
            "items": page_of(items, page, PAGE),
            "count": len(items),
            **pages_of(items, page, PAGE),
        },
        keyboard=(
            *turning(items, page, PAGE, turn),
            (Key(word="status", button=ShowStatus(unit.id)),),
        ),
    )


def language_screen(names: Mapping[str, str]) -> Screen:
    keys = tuple(Key(name=name, button=ChooseLanguage(code)) for code, name in names.items())
    return Screen(template="language", keyboard=(keys,))


def no_permission_screen(unit: Unit | None, own: Sequence[Unit], reference: str) -> Screen:
    return Screen(
        template="no_permission", facts={"unit": unit, "own": own, "reference": reference}
    )


def welcome_screen(
    name: str, roles: Sequence[tuple[str, bool, Unit | None, str | None]], now: datetime, new: bool
) -> Screen:
    """Who the person is to the office: (role, deputy, unit, source) each."""
    return Screen(template="welcome", facts={"name": name, "roles": roles, "now": now, "new": new})


def page_of(things: Sequence[Any], page: int, size: int) -> Sequence[Any]:
    """The things of one page."""
    start = _inside(things, page, size) * size
    return things[start : start + size]


def _inside(things: Sequence[Any], page: int, size: int) -> int:
    """The page, or the nearest there is: a list may have become shorter since the button."""
    return max(0, min(page, (len(things) - 1) // size))


def pages_of(things: Sequence[Any], page: int, size: int) -> dict[str, int]:
    """Which page of how many it is."""
    return {"page": _inside(things, page, size) + 1, "pages": max(1, -(-len(things) // size))}


def turning(things: Sequence[Any], page: int, size: int, turn: Any) -> tuple[tuple[Key, ...], ...]:
    """The buttons to the pages before and after, where there are any."""
    here, last = _inside(things, page, size), max(0, (len(things) - 1) // size)
    keys = []
    if here > 0:
        keys.append(Key(word="back", button=turn(here - 1)))
    if here < last:
        keys.append(Key(word="forward", button=turn(here + 1)))
    return (tuple(keys),) if keys else ()
