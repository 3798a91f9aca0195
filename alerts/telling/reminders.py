"""Which milestones come due, for whom, and from which day on are they named?

Domain reference 1.2: so many days before, its lead unit is reminded. It is a line of the digest,
never a message of its own later in the day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from alerts.house import House
from alerts.items import ItemsByKey
from alerts.remedy import COMING
from db.engine import Connection
from db.indicators import Moment, date_of, due_soon, items_of, wall_of
from db.records import Item, Target, Workdays

OPTION = "warn_days_ahead"  # of a target: a milestone so many calendar days away is named


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    item: Item
    named_from: date  # the first day on which it is named

    def is_news(self, told: date | None, today: date, days: int, calendar: Workdays) -> bool:
        """Whether it alone is worth the day's digest: it was not near when the person had the last
        one (`told`), or is due within so many working days. Between the two it waits for company.
        """
        due = date_of(self.item.due or 0)
        return told is None or told < self.named_from or calendar.between(today, due) <= days


def reminders(
    targets: Iterable[Target], items: ItemsByKey, moment: Moment, unit_ids: Collection[int]
) -> tuple[Reminder, ...]:
    """The milestones of which these units are the lead units and that come due, each once."""
    ahead = days_ahead(targets)
    found = {
        item.key: Reminder(item=item, named_from=date_of(item.due) - timedelta(days=ahead[target]))
        for (owner, target, _field), named in items.items()
        if owner in unit_ids and target in ahead
        for item in named
        if item.unit_id == owner and _is_near(item, moment) and item.due is not None
    }
    return tuple(found.values())


def falls_due(
    tx: Connection, house: House, moment: Moment, working_days: int, unit_id: int | None
) -> tuple[Item, ...]:
    """All that falls due soon of one unit, or (None) of all, asked for at once: dossiers and
    complaints within so many working days, milestones within those of their target.
    """
    ahead = days_ahead(house.targets)
    milestones = (
        item
        for target in house.targets
        if target.id in ahead
        for item in items_of(tx, target, moment, unit_id=unit_id, folders=house.sql_folders)
        if _is_near(item, moment)
    )
    return (*due_soon(tx, moment, working_days, unit_id=unit_id), *milestones)


def days_ahead(targets: Iterable[Target]) -> dict[str, int]:
    """Target -> how many calendar days ahead its milestones are named."""
    return {t.id: int(t.options[OPTION]) for t in targets if OPTION in t.options}


def _is_near(item: Item, moment: Moment) -> bool:
    """Of a source that is old the items are those of its last good check: some are due by now."""
    return item.note == COMING and item.due is not None and item.due >= wall_of(moment.wall)
