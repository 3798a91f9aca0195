"""By which options is a target counted at a moment, and who has set them?"""

from __future__ import annotations

from datetime import datetime

from alerts.explain import CountedBy
from alerts.thresholds.in_force import InForce, change_in_force
from alerts.thresholds.kinds import THRESHOLDS, settable_options
from db import thresholds
from db.engine import Connection
from db.records import Target


def as_counted(tx: Connection, target: Target, wall: datetime) -> Target:
    """The target with the options that were in force at a moment of the district's clock: to be
    asked of whatever is counted, so that the numbers and their items agree.

    `tx`: of the main database; a scratch one knows no thresholds.
    """
    if not settable_options(target):
        return target
    return InForce.at(thresholds.changes(tx), wall).counted(target)


def counted_by(target: Target, in_force: InForce) -> tuple[CountedBy, ...]:
    """The options of the target that are thresholds, as they held then. `target`: the settings'."""
    found = []
    for name in settable_options(target):
        change = change_in_force(name, in_force.changes, in_force.day, target=target.id)
        found.append(
            CountedBy(
                name=name,
                measure=THRESHOLDS[name].measure,
                value=str(target.options[name]) if change is None else str(change.new),
                by=change.by if change else None,
                since=change.valid_from if change else None,
            )
        )
    return tuple(found)
