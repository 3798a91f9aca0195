"""May somebody set a threshold so? The guards, and the lock on the plan's own goal."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from alerts.judge import AgeRule
from alerts.thresholds.in_force import ladder_of, ladder_text
from alerts.thresholds.kinds import THRESHOLDS, Measure, Scope, Threshold
from db.records import Goal, Role, Target, TargetKind

FURTHEST_DAYS = 366  # so far ahead may the day lie from which a change holds
LONGEST_TEXT = 200
# One file, and one count of all units, cannot go by what a single unit has.
OF_NO_UNIT = frozenset({Scope.SOURCE, Scope.OPTION})


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants set. `new`: None to give the value back to the settings.

    `target` and `source` are names that settings.toml knows; `unit_id` None: of all units.
    """

    name: str
    target: str | None = None
    unit_id: int | None = None
    source: str | None = None
    new: str | None
    valid_from: date
    reason: str
    document: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """The change may be made; `new` as it is kept (a goal always with its operator)."""

    new: str | None
    looser: bool = False  # a goal below the plan's: only alerts go by it


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """The change may not be made; a named reason, and what its sentence needs."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def allowed(
    wish: Wish,
    target: Target | None,
    roles: Collection[Role],
    today: date,
    *,
    known_sources: Collection[str] = (),
) -> Allowed | Refusal:
    """Whether somebody may set this. `roles` are those held over the district.

    An admin sets everything but a goal below the plan's, which is the district's leader's to set,
    with a reason and the number of a document; it never changes the official state.
    """
    threshold = THRESHOLDS.get(wish.name)
    if threshold is None:
        return Refusal(reason="no_such_threshold", facts={"name": wish.name})

    # A leader has the goal and nothing else: the rest is the daily work of admins.
    of_leader = wish.name == "goal" and Role.LEADER in roles
    if Role.ADMIN not in roles and not of_leader:
        return Refusal(reason="admins_only")
    return (
        _wrong_scope(threshold, wish, target, known_sources)
        or _wrong_day(wish, today)
        or _wrong_text(wish)
        or _value(threshold, wish, target, roles)
    )


def _wrong_scope(
    threshold: Threshold, wish: Wish, target: Target | None, known_sources: Collection[str]
) -> Refusal | None:
    scope = threshold.scope
    if scope is Scope.SOURCE and wish.source not in known_sources:
        return Refusal(reason="which_source", facts={"known": sorted(known_sources)})
    if scope is not Scope.SOURCE and wish.source is not None:
        return Refusal(reason="of_no_source", facts={"name": wish.name})
    if scope in OF_NO_UNIT and wish.unit_id is not None:
        return Refusal(reason="of_no_unit", facts={"name": wish.name})
    if scope in (Scope.TARGET, Scope.OPTION) and target is None:
        return Refusal(reason="which_target", facts={"name": wish.name})
    if scope in (Scope.UNITS, Scope.SOURCE) and target is not None:
        return Refusal(reason="of_no_target", facts={"name": wish.name})
    if target is not None and not fits(wish.name, target):
        return Refusal(reason="not_of_this_target", facts={"name": wish.name, "target": target.id})
    return None


def _wrong_day(wish: Wish, today: date) -> Refusal | None:
    # What was told already was told by the threshold of its day: the past is not rewritten.
    if wish.valid_from < today:
        return Refusal(reason="in_the_past", facts={"day": wish.valid_from})
    if wish.valid_from > today + timedelta(days=FURTHEST_DAYS):
        return Refusal(reason="too_far_ahead", facts={"day": wish.valid_from})
    return None


def _wrong_text(wish: Wish) -> Refusal | None:
    if not wish.reason.strip():
        return Refusal(reason="no_reason")
    if max(len(wish.reason), len(wish.document or "")) > LONGEST_TEXT:
        return Refusal(reason="text_too_long")
    return None


def _value(
    threshold: Threshold, wish: Wish, target: Target | None, roles: Collection[Role]
) -> Allowed | Refusal:
    if wish.new is None:
        return Allowed(new=None)
    if threshold.measure is Measure.PERCENT:
        plan = target.goal if target else None
        return (
            _own_goal(wish, plan, roles)
            if plan
            else Refusal(reason="which_target", facts={"name": wish.name})
        )
    if threshold.measure is Measure.LADDER:
        return _ladder(wish.new)
    text = wish.new.strip()
    if not (text.isascii() and text.isdecimal()) or not (
        threshold.least <= int(text) <= threshold.most
    ):
        return Refusal(
            reason="outside_the_guard",
            facts={
                "name": wish.name, "text": text, "least": threshold.least, "most": threshold.most,
            },
        )  # fmt: skip
    return Allowed(new=str(int(text)))


def _ladder(text: str) -> Allowed | Refusal:
    try:
        ladder = ladder_of(text)
    except ValueError as error:
        return Refusal(reason="no_ladder", facts={"text": text, "error": str(error)})
    days = [rung.after_working_days for rung in ladder]
    if any(later <= earlier for earlier, later in itertools.pairwise([0, *days])):
        wrong = "each rung comes later than the one before, the first after a working day"
        return Refusal(reason="no_ladder", facts={"text": text, "error": wrong})
    return Allowed(new=ladder_text(ladder))


def _own_goal(wish: Wish, plan: Goal, roles: Collection[Role]) -> Allowed | Refusal:
    try:
        goal = _typed_goal(wish.new or "", plan)
    except ValueError:
        return Refusal(reason="no_goal", facts={"text": wish.new, "goal": plan})
    if goal == plan:
        return Refusal(reason="the_plans_own", facts={"goal": plan})
    if not looser(goal, plan):
        return Allowed(new=str(goal))

    # The plan's goal is locked: who answers for the plan may be warned later, by a document.
    if Role.LEADER not in roles:
        return Refusal(reason="goal_locked", facts={"goal": plan})
    if not (wish.document or "").strip():
        return Refusal(reason="no_document", facts={"goal": plan})
    return Allowed(new=str(goal), looser=True)


def _typed_goal(text: str, plan: Goal) -> Goal:
    """A goal as worded, or a bare percentage with the plan's operator. Raises ValueError."""
    bare = text.strip().removesuffix("%").strip()
    if bare.isascii() and bare.isdecimal():
        text = f"{'=' if int(bare) == 100 else plan.operator} {bare} %"
    goal = Goal.read(text)
    if goal.percent == 0:
        raise ValueError("a goal of nothing is none")
    return goal


def _strength(goal: Goal) -> tuple[int, bool]:
    return goal.percent, goal.operator == ">"


def looser(goal: Goal, than: Goal) -> bool:
    """Whether some rate would hold the one goal and miss the other."""
    return _strength(goal) < _strength(than)


def settings_value(
    name: str, target: Target | None, ages: Mapping[str, AgeRule], source: str | None, warning: int
) -> str:
    """What settings.toml has for a threshold, as it would be typed; of all targets: empty."""
    if name == "max_age_days":
        return str(ages[source].days) if source is not None and source in ages else ""
    if name == "early_warning_working_days":
        return str(warning)
    if target is None:
        return ""
    if THRESHOLDS[name].scope is Scope.OPTION:
        return str(target.options.get(name, ""))
    if name == "goal":
        return str(target.goal or "")
    if name == "escalation":
        return ladder_text(target.policy.ladder)
    if name in ("margin_points", "small_sample"):
        return str(getattr(target, name))
    return str(getattr(target.policy, name))


def fits(name: str, target: Target) -> bool:
    """Whether a target has such a threshold: what has no percentage has no margin and no goal, and
    an option is one of the targets that are counted by it.
    """
    scope = THRESHOLDS[name].scope
    if scope in (Scope.UNITS, Scope.SOURCE):
        return False
    if scope is Scope.OPTION:
        return name in target.options
    if target.kind in (TargetKind.MILESTONES, TargetKind.INFO):
        return False
    rated = target.kind is TargetKind.RATIO and target.goal is not None
    wavers = rated and target.goal is not None and target.goal.operator != "="
    if name in ("margin_points", "small_sample", "recover_points", "goal"):
        return wavers
    return True
