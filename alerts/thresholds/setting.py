"""What would a threshold change, and how is it set or taken back? Looks first, then stores."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from alerts.house import House
from alerts.thresholds.in_force import InForce, value_in_force
from alerts.thresholds.kinds import THRESHOLDS, Scope, settable_options
from alerts.thresholds.looking_back import Recount, counted_anew, lived_through
from alerts.thresholds.rules import Refusal, Wish, allowed, looser, settings_value
from alerts.thresholds.simulation import Simulated
from db import thresholds, units
from db.engine import Connection
from db.names import as_seen
from db.records import Goal, Role, Target, ThresholdChange


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A change that may be made: what holds now, what would hold, and what it would have done.

    `effect` is None where the readings kept do not tell: how old a source may be, and how far ahead
    a unit is warned, open no alert of the past anew. Of an option it tells of the newest check, as
    `recount` counts it.
    """

    wish: Wish  # `new` as it is kept
    old: str
    new: str  # where the value is given back: the one that holds then
    looser: bool = False
    plan_goal: Goal | None = None
    effect: Simulated | None = None
    recount: Recount | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A change that was made, or taken back: what held before, and what holds from its day on."""

    change_id: int
    wish: Wish
    old: str
    new: str
    undone: bool = False
    plan_goal: Goal | None = None  # of an own goal: the plan's, which stays


def propose(
    tx: Connection,
    house: House,
    wish: Wish,
    roles: Collection[Role],
    now: datetime,
    *,
    look_back: bool = True,
) -> Proposal | Refusal:
    """What would become of a wish. `roles`: those held over the district."""
    today = house.wall_day(now)
    document = as_seen(wish.document or "") or None
    wish = replace(wish, reason=as_seen(wish.reason), document=document)
    wish = _of_its_only_target(house, wish)
    target = _target(house, wish.target)
    if target is None and wish.target is not None:
        return Refusal(reason="which_target", facts={"name": wish.name})
    answer = allowed(wish, target, roles, today, known_sources=house.ages.keys())
    if isinstance(answer, Refusal):
        return answer
    wish = replace(wish, new=answer.new)
    changes = thresholds.changes(tx)
    tried = (*changes, _as_change(wish, now))
    if wish.new is None and not _is_set(wish, changes):
        return Refusal(reason="not_set", facts={"name": wish.name})
    chain = units.chain(tx, wish.unit_id) if wish.unit_id is not None else ()
    old, new = (_value(house, wish, chain, each) for each in (changes, tried))
    if wish.new is not None and old == new:
        return Refusal(reason="nothing_changes", facts={"value": new})
    effect, recount, scope = None, None, THRESHOLDS[wish.name].scope
    if look_back and scope in (Scope.TARGET, Scope.ANY):
        effect = lived_through(tx, house, wish, changes, tried, now)
    elif look_back and scope is Scope.OPTION:
        effect, recount = counted_anew(tx, house, wish, changes, tried, now)
    goal = target.goal if target and wish.name == "goal" else None
    return Proposal(
        wish=wish, old=old, new=new, looser=answer.looser, plan_goal=goal, effect=effect,
        recount=recount,
    )  # fmt: skip


def carry_out(
    tx: Connection,
    house: House,
    wish: Wish,
    roles: Collection[Role],
    *,
    by: str,
    person_id: int | None,
    now: datetime,
) -> Done | Refusal:
    """Sets what was proposed, if it still may be; the ledger is told in the same transaction."""
    found = propose(tx, house, wish, roles, now, look_back=False)
    if isinstance(found, Refusal):
        return found
    change_id = thresholds.add(
        tx,
        name=wish.name, target=found.wish.target, unit_id=wish.unit_id, source=wish.source,
        old=found.old, new=found.wish.new, valid_from=wish.valid_from, reason=found.wish.reason,
        document=found.wish.document, by=by, person_id=person_id, at=now,
    )  # fmt: skip
    return Done(
        change_id=change_id,
        wish=found.wish,
        old=found.old,
        new=found.new,
        plan_goal=found.plan_goal,
    )


def take_back(
    tx: Connection,
    house: House,
    change_id: int,
    roles: Collection[Role],
    *,
    by: str,
    person_id: int | None,
    now: datetime,
) -> Done | Refusal:
    """Undoes a change: what held before it holds again, at once."""
    change = thresholds.change_by_id(tx, change_id)
    if change is None:
        return Refusal(reason="no_such_change", facts={"change": change_id})
    if Role.ADMIN not in roles and not (change.name == "goal" and Role.LEADER in roles):
        return Refusal(reason="admins_only")
    if change.undone_at is not None:
        return Refusal(reason="undone_already", facts={"change": change_id})
    wish = Wish(
        name=change.name, target=change.target, unit_id=change.unit_id, source=change.source,
        new=change.new, valid_from=max(change.valid_from, house.wall_day(now)),
        reason=change.reason, document=change.document,
    )  # fmt: skip
    changes = thresholds.changes(tx)
    left = tuple(each for each in changes if each.id != change_id)
    chain = units.chain(tx, wish.unit_id) if wish.unit_id is not None else ()
    old, new = (_value(house, wish, chain, each) for each in (changes, left))
    target = _target(house, wish.target)
    plan = target.goal if target and wish.name == "goal" else None
    # Undoing must not loosen a goal either, unless by somebody who might loosen it.
    if plan and Role.LEADER not in roles and new != old and looser(Goal.read(new), plan):
        return Refusal(reason="goal_locked", facts={"goal": plan})
    if thresholds.undo(tx, change_id, by=by, person_id=person_id, at=now) is None:
        return Refusal(reason="undone_already", facts={"change": change_id})
    return Done(change_id=change_id, wish=wish, old=old, new=new, undone=True, plan_goal=plan)


def warned_ahead(tx: Connection, house: House, unit_id: int, day: date) -> int:
    """How many working days ahead a unit is told on that day of what falls due."""
    in_force = InForce(changes=thresholds.changes(tx), day=day)
    chain = units.chain(tx, unit_id) if in_force.changes else ()
    return in_force.early_warning(house.early_warning_working_days, chain)


def value_now(house: House, wish: Wish, chain: tuple[int, ...], in_force: InForce) -> str:
    """What holds there on the day, as it would be typed."""
    return _value(house, replace(wish, valid_from=in_force.day), chain, in_force.changes)


def _value(
    house: House, wish: Wish, chain: tuple[int, ...], changes: Collection[ThresholdChange]
) -> str:
    set_to = value_in_force(
        wish.name, changes, wish.valid_from,
        target=wish.target, chain=chain, source=wish.source,
    )  # fmt: skip
    if set_to is not None:
        return set_to
    # What is set for all targets has one value in the settings, whichever target is asked.
    target = _target(house, wish.target) or next(iter(house.targets), None)
    warning = house.early_warning_working_days
    return settings_value(wish.name, target, house.ages, wish.source, warning)


def _is_set(wish: Wish, changes: Collection[ThresholdChange]) -> bool:
    """Whether there is a value of exactly this place to be given back, on the day of the wish: one
    that is to hold later is taken back by its number.
    """
    place = (wish.name, wish.target, wish.unit_id, wish.source)
    here = [
        c
        for c in changes
        if (c.name, c.target, c.unit_id, c.source) == place
        and c.undone_at is None
        and c.valid_from <= wish.valid_from
    ]
    newest = max(here, key=lambda c: (c.valid_from, c.id), default=None)
    return newest is not None and newest.new is not None


def _of_its_only_target(house: House, wish: Wish) -> Wish:
    """An option that a single target is counted by needs no name of it."""
    if wish.target is not None:
        return wish
    having = [target.id for target in house.targets if wish.name in settable_options(target)]
    return replace(wish, target=having[0]) if len(having) == 1 else wish


def _target(house: House, target_id: str | None) -> Target | None:
    return next((target for target in house.targets if target.id == target_id), None)


def _as_change(wish: Wish, now: datetime) -> ThresholdChange:
    """The wish as if it were set already, newer than all that is."""
    return ThresholdChange(
        id=2**62, name=wish.name, target=wish.target, unit_id=wish.unit_id, source=wish.source,
        old=None, new=wish.new, valid_from=wish.valid_from, reason=wish.reason, by="", at=now,
    )  # fmt: skip
