"""Which thresholds are there: what is each set for, within which guard, and what is proposed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from db.records import Target


class Scope(StrEnum):
    """What a threshold is set for."""

    TARGET = "target"  # a target must be named; a unit may be
    ANY = "any"  # of all targets, or of one; a unit may be named
    UNITS = "units"  # of no target; a unit may be named
    SOURCE = "source"  # a source must be named
    OPTION = "option"  # of a target that is counted by it, in all units alike


class Measure(StrEnum):
    """In what a threshold is counted; a word that templates know."""

    POINTS, CHECKS, COUNT, PERCENT = "points", "checks", "count", "percent"
    WORKING_DAYS, DAYS, LADDER = "working_days", "days", "ladder"


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """One kind of threshold, its guard (both ends count) and what a chat proposes."""

    name: str
    scope: Scope
    measure: Measure
    least: int = 0
    most: int = 0
    proposed: tuple[str, ...]


# The guards of the domain; the keys of settings.toml have the same.
THRESHOLDS: Mapping[str, Threshold] = {
    each.name: each
    for each in (
        Threshold(
            name="margin_points", scope=Scope.TARGET, measure=Measure.POINTS, least=0, most=5,
            proposed=("0", "1", "2", "3", "5"),
        ),
        Threshold(
            name="small_sample", scope=Scope.TARGET, measure=Measure.COUNT, least=1, most=200,
            proposed=("10", "21", "30", "50"),
        ),
        Threshold(
            name="pending_checks", scope=Scope.TARGET, measure=Measure.CHECKS, least=1, most=10,
            proposed=("1", "2", "3", "4"),
        ),
        Threshold(
            name="pending_working_days", scope=Scope.TARGET, measure=Measure.WORKING_DAYS,
            least=0, most=10, proposed=("0", "1", "2", "3", "5"),
        ),
        Threshold(
            name="recover_points", scope=Scope.TARGET, measure=Measure.POINTS, least=0, most=5,
            proposed=("0", "1", "2", "3"),
        ),
        Threshold(
            name="keep_open_checks", scope=Scope.TARGET, measure=Measure.CHECKS, least=1, most=10,
            proposed=("1", "2", "3", "4"),
        ),
        Threshold(name="goal", scope=Scope.TARGET, measure=Measure.PERCENT, proposed=()),
        Threshold(
            name="repeat_working_days", scope=Scope.ANY, measure=Measure.WORKING_DAYS,
            least=1, most=10, proposed=("1", "2", "3", "5", "10"),
        ),
        Threshold(
            name="escalation", scope=Scope.ANY, measure=Measure.LADDER,
            proposed=("leader 3, chairman 7", "leader 2, chairman 5", "leader 5, chairman 10"),
        ),
        Threshold(
            name="early_warning_working_days", scope=Scope.UNITS, measure=Measure.WORKING_DAYS,
            least=1, most=10, proposed=("1", "2", "3", "5"),
        ),
        # An option of .sql files is set by its own name; it counts alike in every unit.
        Threshold(
            name="idle_working_days", scope=Scope.OPTION, measure=Measure.WORKING_DAYS,
            least=1, most=30, proposed=("3", "5", "7", "10", "15"),
        ),
        Threshold(
            name="max_age_days", scope=Scope.SOURCE, measure=Measure.DAYS, least=1, most=400,
            proposed=("1", "2", "3", "5", "10", "35", "90"),
        ),
    )
}  # fmt: skip


def settable_options(target: Target) -> tuple[str, ...]:
    """The options of a target's .sql files that are thresholds."""
    of_option = (each.name for each in THRESHOLDS.values() if each.scope is Scope.OPTION)
    return tuple(name for name in of_option if name in target.options)
