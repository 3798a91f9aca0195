"""Which threshold holds for a target in a unit on a day?

What admins set goes before settings.toml, from its day on. The nearest wins: what was set for the
unit itself, then for the units above it, then for all units; in each of them what was set for the
target before what was set for all targets; and of those the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from alerts.escalation import parse_ladder
from alerts.judge import JUDGES, AgeRule
from alerts.states import OF_THE_GOAL
from alerts.thresholds.kinds import settable_options
from db.records import (
    CALENDAR_YEAR,
    Goal,
    JudgedReading,
    Policy,
    ReportingYear,
    Rung,
    Target,
    ThresholdChange,
)


def value_in_force(
    name: str,
    changes: Iterable[ThresholdChange],
    day: date,
    *,
    target: str | None = None,
    chain: Sequence[int] = (),
    source: str | None = None,
) -> str | None:
    """What admins have set that holds there on that day; None: the settings' own value holds."""
    found = change_in_force(name, changes, day, target=target, chain=chain, source=source)
    return None if found is None else found.new


def change_in_force(
    name: str,
    changes: Iterable[ThresholdChange],
    day: date,
    *,
    target: str | None = None,
    chain: Sequence[int] = (),
    source: str | None = None,
) -> ThresholdChange | None:
    """The change by which a threshold holds there on that day; None: the settings' own holds.

    What is undone holds on no day: `InForce.at` knows a moment of the past.
    """
    newest: dict[tuple[int | None, str | None], ThresholdChange] = {}
    for change in changes:
        if (
            change.name != name
            or change.undone_at is not None
            or change.valid_from > day
            or change.source != source
            or change.target not in (None, target)
            or (change.unit_id is not None and change.unit_id not in chain)
        ):
            continue
        where = (change.unit_id, change.target)
        held = newest.get(where)
        if held is None or (held.valid_from, held.id) < (change.valid_from, change.id):
            newest[where] = change
    for unit_id in (*chain, None):
        for of_target in dict.fromkeys((target, None)):
            # A value that was given back leaves the place to the next wider one.
            found = newest.get((unit_id, of_target))
            if found is not None and found.new is not None:
                return found
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class InForce:
    """All that admins have set, as it holds on one day; the settings' own where they did not."""

    changes: tuple[ThresholdChange, ...]
    day: date

    @classmethod
    def at(cls, changes: Iterable[ThresholdChange], moment: datetime) -> InForce:
        """As it held at a moment (the district's clock), though it was undone since: a check that
        is taken again comes to what it came to.
        """
        known = (
            replace(change, undone_at=None)
            for change in changes
            if change.at <= moment and (change.undone_at is None or change.undone_at > moment)
        )
        return cls(changes=tuple(known), day=moment.date())

    def counted(self, target: Target) -> Target:
        """The target with the options by which it is counted, in every unit."""
        options = {
            name: int(found)
            for name in settable_options(target)
            if (found := value_in_force(name, self.changes, self.day, target=target.id)) is not None
        }
        return replace(target, options={**target.options, **options}) if options else target

    def target(self, target: Target, chain: Sequence[int]) -> Target:
        return target_in_force(target, chain, self.changes, self.day)

    def policy(self, target: Target, chain: Sequence[int]) -> Policy:
        return policy_of(target, chain, self.changes, self.day)

    def ages(self, ages: Mapping[str, AgeRule]) -> Mapping[str, AgeRule]:
        return ages_in_force(ages, self.changes, self.day)

    def early_warning(self, default: int, chain: Sequence[int] = ()) -> int:
        return early_warning(default, chain, self.changes, self.day)


def policy_of(
    target: Target, chain: Sequence[int], changes: Sequence[ThresholdChange], day: date
) -> Policy:
    """How the alerts of a target live in a unit on a day; `chain`: the unit, then those above."""
    return _with_values(target.policy, _POLICY, target, chain, changes, day)


def target_in_force(
    target: Target, chain: Sequence[int], changes: Sequence[ThresholdChange], day: date
) -> Target:
    """The target as it is judged in a unit: its margin, its small sample, and its own goal.

    `goal` stays the plan's, whatever was set.
    """
    return _with_values(target, _TARGET, target, chain, changes, day)


def ages_in_force(
    ages: Mapping[str, AgeRule], changes: Sequence[ThresholdChange], day: date
) -> Mapping[str, AgeRule]:
    """How old each source may be; days are counted as the settings count them."""
    if not changes:
        return ages
    found = {source: value_in_force("max_age_days", changes, day, source=source) for source in ages}
    return {
        source: rule if (set_to := found[source]) is None else replace(rule, days=int(set_to))
        for source, rule in ages.items()
    }


def early_warning(
    default: int, chain: Sequence[int], changes: Sequence[ThresholdChange], day: date
) -> int:
    """How many working days ahead a unit is warned of what falls due."""
    found = value_in_force("early_warning_working_days", changes, day, chain=chain)
    return default if found is None else int(found)


def ladder_of(text: str) -> tuple[Rung, ...]:
    """A ladder as it is typed: "leader 3, chairman 7". Raises ValueError."""
    return parse_ladder([line for line in text.split(",") if line.strip()])


def ladder_text(ladder: Iterable[Rung]) -> str:
    return ", ".join(f"{rung.to} {rung.after_working_days}" for rung in ladder)


def for_alerts(
    judged: JudgedReading, target: Target, day: date, year: ReportingYear = CALENDAR_YEAR
) -> JudgedReading:
    """The reading as alerts take it: judged by the unit's own goal where it has one.

    An earlier warning where the own goal is stricter than the plan's, a later one where it is
    looser. What the reading officially is stays as it is: this is only handed to the lifecycle.
    """
    if target.own_goal is None or judged.verdict.state not in OF_THE_GOAL:
        return judged
    by_own = replace(target, goal=target.own_goal)
    verdict = JUDGES[target.kind](judged.reading, by_own, day, year)
    return replace(judged, verdict=verdict)


Thing = TypeVar("Thing", Policy, Target)
Reader = Callable[[str], Any]
# Which field of a policy, or of a target, each threshold fills, and how it is read.
_POLICY: Mapping[str, tuple[str, Reader]] = {
    "pending_checks": ("pending_checks", int),
    "pending_working_days": ("pending_working_days", int),
    "recover_points": ("recover_points", int),
    "keep_open_checks": ("keep_open_checks", int),
    "repeat_working_days": ("repeat_working_days", int),
    "small_sample": ("small_sample", int),
    "escalation": ("ladder", ladder_of),
}
_TARGET: Mapping[str, tuple[str, Reader]] = {
    "margin_points": ("margin_points", int),
    "small_sample": ("small_sample", int),
    "goal": ("own_goal", Goal.read),
}


def _with_values(
    thing: Thing,
    table: Mapping[str, tuple[str, Reader]],
    target: Target,
    chain: Sequence[int],
    changes: Sequence[ThresholdChange],
    day: date,
) -> Thing:
    values = {
        name: reader(found)
        for threshold, (name, reader) in table.items()
        if changes
        and (
            found := value_in_force(threshold, changes, day, target=target.id, chain=chain)
        ) is not None
    }  # fmt: skip
    return replace(thing, **values) if values else thing
