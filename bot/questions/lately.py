"""What did the last days, and the same days a year ago, come to? Asked beside a unit's readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.forecast import JUDGED
from alerts.house import House
from alerts.lately import Lately, has_lately, is_early, worth_a_clause
from alerts.states import OF_THE_GOAL
from alerts.thresholds.in_force import InForce
from bot.questions.outlook import forecasts_of
from db import snapshots, thresholds, units
from db.engine import Connection
from db.indicators import Moment
from db.read_models import ReadingView, StatusView
from db.records import Forecast, Goal, OpenAlert, Reading, SamePeriod, Target
from db.rolling import rolling_counts, same_period

Named = tuple[str, str | None]  # target, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What stands beside the year's rate of an alert."""

    lately: Lately | None = None  # the last days, where they say more than the year
    a_year_ago: SamePeriod | None = None  # early in a year: last year's count of the same day
    forecast: Forecast | None = None  # how the year will end by the plan's goal


NOTHING_BESIDE = Beside()


def lately_of(tx: Connection, house: House, view: StatusView) -> dict[Named, Lately]:
    """The last days of a status's readings, where they say something that the year does not."""
    if view.as_of is None:
        return {}
    set_by_admins = InForce.at(thresholds.changes(tx), view.as_of.astimezone(house.zone))
    chain = units.chain(tx, view.unit.id) if set_by_admins.changes else ()
    targets = {t.id: set_by_admins.target(t, chain) for t in house.targets if has_lately(t)}
    asked = _asked(tx, view.unit.id, view.readings, targets)
    moment = _moment(house, view.as_of)
    windows = rolling_counts(tx, moment, asked.values(), days=house.recent_days)
    found = {}
    for seen in view.readings:
        name = (seen.target, seen.field)
        if name in asked:
            target, year = targets[seen.target], asked[name]
            window = windows.get(year.key)
            said = worth_a_clause(target.goal, target.small_sample, seen.state, year, window)
            if said is not None:
                found[name] = said
    return found


def beside_the_alert(
    tx: Connection,
    house: House,
    target: Target,
    alert: OpenAlert,
    seen: ReadingView,
    as_of: datetime,
    own_goal: Goal | None,
) -> Beside:
    """What an open alert's card shows beside its reading of the newest check. `own_goal`: the
    unit's, where that alone is missed.
    """
    asked = _asked(tx, alert.unit_id, [seen], {target.id: target} if has_lately(target) else {})
    if not asked:
        return NOTHING_BESIDE
    (year,) = asked.values()
    moment = _moment(house, as_of)
    goal, state = (own_goal, alert.state) if own_goal else (target.goal, seen.state)
    window = rolling_counts(tx, moment, [year], days=house.recent_days).get(year.key)
    then = same_period(tx, moment, [year]) if is_early(moment) else {}
    return Beside(
        lately=worth_a_clause(goal, target.small_sample, state, year, window),
        a_year_ago=then.get(year.key),
        forecast=_year_end(tx, house, alert, seen, as_of) if own_goal is None else None,
    )


def _year_end(
    tx: Connection, house: House, alert: OpenAlert, seen: ReadingView, as_of: datetime
) -> Forecast | None:
    """By the plan's goal: of what misses the unit's own alone it says nothing."""
    if seen.state not in JUDGED:
        return None
    found = forecasts_of(tx, house, alert.unit_id, [seen], as_of)
    return found.get((seen.target, seen.field))


def _asked(
    tx: Connection, unit_id: int, seen: Iterable[ReadingView], targets: Mapping[str, Target]
) -> dict[Named, Reading]:
    fields = snapshots.field_ids(tx)
    return {
        (r.target, r.field): Reading(
            target=r.target,
            unit_id=unit_id,
            field_id=fields[r.field] if r.field else None,
            field=r.field,
            numerator=r.numerator,
            denominator=r.denominator,
        )
        for r in seen
        if r.target in targets and r.state in OF_THE_GOAL and r.denominator
    }


def _moment(house: House, as_of: datetime) -> Moment:
    """Only calendar days are counted: the admins' days off do not matter."""
    return Moment(wall=as_of.astimezone(house.zone), calendar=house.calendar)
