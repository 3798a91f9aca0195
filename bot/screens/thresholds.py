"""What does somebody see of the thresholds? What holds, what may be set, and what it would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from alerts.thresholds.kinds import THRESHOLDS, Measure, Scope, Threshold
from alerts.thresholds.rules import OF_NO_UNIT, Refusal, Wish
from alerts.thresholds.setting import Done, Proposal
from alerts.thresholds.simulation import Simulated
from bot.buttons.callbacks import ConfirmThreshold, ShowThresholds, UndoThreshold
from bot.screens.plan import Key, Screen
from db.records import Goal, Target

EVERYTHING = "*"  # of all targets, and of the sources
FEW = 10  # persons that a look back names
LIST = Key(word="thresholds", button=ShowThresholds())


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnValue:
    """A value that an admin has set: where it holds, and from when."""

    id: int
    name: str
    measure: Measure
    target: str | None
    unit: str | None  # the unit's name
    source: str | None
    value: str | None  # None: back to the settings' own
    valid_from: date
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldValue:
    """What holds for a target, a source or everything; `own`: an admin has set it."""

    name: str
    measure: Measure
    value: str
    own: bool
    source: str | None = None


def thresholds_screen(
    own: Sequence[OwnValue], targets: Sequence[Target], names: Mapping[str, str], today: date
) -> Screen:
    """What admins have set, and the targets to choose from."""
    keys = [(Key(name=f"{t.item}. {names[t.id]}", button=ShowThresholds(t.id)),) for t in targets]
    general = (Key(word="thresholds_general", button=ShowThresholds(EVERYTHING)),)
    facts = {"own": own, "today": today}
    return Screen(template="thresholds", facts=facts, keyboard=(general, *keys))


def held_screen(
    target: Target | None,
    held: Sequence[HeldValue],
    names: Mapping[str, str],
    sources: Mapping[str, str],
) -> Screen:
    """The thresholds of a target (None: of all targets, and of the sources), a button each."""
    about = target.id if target else EVERYTHING
    keys = [
        Key(name=sources[v.source], button=ShowThresholds(v.source, v.name))
        if v.source
        else Key(name=names[v.name], button=ShowThresholds(about, v.name))
        for v in held
    ]
    pairs = [tuple(keys[at : at + 2]) for at in range(0, len(keys), 2)]
    return Screen(
        template="thresholds_held",
        facts={"target": target, "held": held},
        keyboard=(*pairs, (LIST,)),
    )


def values_screen(
    about: str, target: Target | None, held: HeldValue, values: Sequence[tuple[str, str]]
) -> Screen:
    """What a threshold may be set to: (value, how it is written) each; others can be typed."""
    name = held.name
    keys = [
        Key(name=written, button=ShowThresholds(about, name, value))
        for value, written in values
        if value != held.value
    ]
    rows = [tuple(keys[at : at + 3]) for at in range(0, len(keys), 3)]
    if held.own:
        rows.append((Key(word="to_the_settings", button=ShowThresholds(about, name, "default")),))
    back = Key(word="to_the_list", button=ShowThresholds(EVERYTHING if held.source else about))
    return Screen(
        template="threshold_values",
        facts={
            "about": about, "target": target, "held": held, "guard": guard(THRESHOLDS[name]),
            "word": about if about != EVERYTHING else "",
            "of_units": THRESHOLDS[name].scope not in OF_NO_UNIT,
        },
        keyboard=(*rows, (back, LIST)),
    )  # fmt: skip


def guard(threshold: Threshold) -> tuple[int, int] | None:
    """The least and the most; None where the value is no number by itself."""
    if threshold.measure in (Measure.LADDER, Measure.PERCENT):
        return None
    return threshold.least, threshold.most


def proposed(target: Target | None, held: HeldValue) -> tuple[str, ...]:
    """The values that a chat proposes: of a goal, the stricter ones."""
    if held.measure is Measure.PERCENT and target and target.goal:
        higher = [target.goal.percent + more for more in (1, 2, 3)]
        return tuple(str(Goal(operator=target.goal.operator, percent=p)) for p in higher if p < 100)
    return THRESHOLDS[held.name].proposed


def confirm_screen(
    found: Proposal,
    measure: Measure,
    unit: str | None,
    names: Mapping[str, Mapping[int, str]],
    reasons: Mapping[str, str],
    draft_id: int,
    today: date,
) -> Screen:
    """Old and new, what the last weeks would have been, and the confirmation.

    `names`: of the units and the persons that the look back counts. Where no reason was written,
    one of `reasons` (word -> how it is said) is chosen by the button that confirms.
    """
    if found.wish.reason:
        make = [Key(word="confirm", button=ConfirmThreshold(draft_id, make=True))]
    else:
        make = [
            Key(name=said, button=ConfirmThreshold(draft_id, make=True, reason=word))
            for word, said in reasons.items()
        ]
    give_up = Key(word="give_up", button=ConfirmThreshold(draft_id, make=False))
    return Screen(
        template="threshold_confirm",
        facts={
            **change(found.wish, measure, found.old, found.new, unit, found.plan_goal),
            "looser": found.looser,
            "effect": _told(found.effect, names) if found.effect else None,
            "recount": found.recount,
            "today": today,
        },
        keyboard=(*((key,) for key in make), (give_up,)),
    )


def done_screen(done: Done, measure: Measure, unit: str | None, by: str, today: date) -> Screen:
    undo = () if done.undone else (Key(word="undo", button=UndoThreshold(done.change_id)),)
    return Screen(
        template="threshold_done",
        facts={
            **change(done.wish, measure, done.old, done.new, unit, done.plan_goal),
            "change_id": done.change_id,
            "undone": done.undone,
            "by": by,
            "today": today,
        },
        keyboard=((*undo, LIST),),
    )


def refused_screen(refused: Refusal) -> Screen:
    return Screen(
        template="threshold_refused",
        facts={"reason": refused.reason, "facts": dict(refused.facts)},
        keyboard=((LIST,),),
    )


def change(
    wish: Wish, measure: Measure, old: str, new: str, unit: str | None, plan_goal: Goal | None
) -> dict[str, Any]:
    """A change in the words of a template."""
    return {
        "name": wish.name, "measure": measure, "target": wish.target, "source": wish.source,
        "unit": unit, "old": old, "new": new, "valid_from": wish.valid_from,
        "reason": wish.reason, "document": wish.document, "plan_goal": plan_goal,
        # What is counted otherwise is officially so; other thresholds only move alerts.
        "official": THRESHOLDS[wish.name].scope is Scope.OPTION,
    }  # fmt: skip


def _told(effect: Simulated, names: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    units, people = names["units"], names["people"]
    return {
        "first": effect.first, "last": effect.last, "changes": effect.changes,
        "starts": [units[unit_id] for unit_id in effect.starts],
        "stops": [units[unit_id] for unit_id in effect.stops],
        "alerts": effect.alerts, "messages": effect.messages,
        "people": [(people[p], before, after) for p, before, after in effect.people[:FEW]],
        "people_more": max(0, len(effect.people) - FEW),
    }  # fmt: skip
