"""What does the list of alerts need of the records?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import silencing
from alerts.digest import KEPT
from alerts.house import House
from alerts.telling.lines import TO_MEND
from bot.questions.alert_card import UNHEARD, field_name, rights_over
from bot.questions.thresholds import own_goals
from db import alert_store, mutes, read_models, units
from db.engine import Connection
from db.read_models import AlertView
from db.records import Binding, Goal, Mute, Standing, State, Unit
from db.standings import standings


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedAlert:
    view: AlertView
    standing: Standing
    state: State  # of the reading, by the plan's goal
    own_goal: Goal | None = None

    @property
    def below_own(self) -> bool:
        """Whether only the own goal is missed: the plan's is not."""
        return self.own_goal is not None and self.view.state in TO_MEND and self.state in KEPT


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedMute:
    """A silence with the names of what it is of, and whether the asker may end it."""

    mute: Mute
    unit: Unit | None
    target: str | None
    field: str | None = None
    may_end: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertList:
    alerts: tuple[ListedAlert, ...] = ()
    mutes: tuple[ListedMute, ...] = ()


def alert_list(
    tx: Connection,
    house: House,
    unit: Unit | None,
    person_id: int,
    bindings: Sequence[Binding],
    now: datetime,
) -> AlertList:
    """The alerts that are open and known, and the silences in force: of a unit, or of all units
    (for the district, and for nobody in particular).
    """
    everything = unit is None or unit.slug == house.district
    views = read_models.open_alerts(tx, None if everything or unit is None else [unit.id])
    stand = standings(tx, [view.id for view in views], now)
    listed = tuple(
        _listed_alert(tx, house, view, stand[view.id], now)
        for view in views
        if stand[view.id].phase not in UNHEARD
    )
    silences = [
        found
        for mute in mutes.active(tx, now)
        if (found := _listed_mute(tx, house, mute, person_id, bindings, now))
        and (everything or unit is None or found.unit is None or found.unit.id == unit.id)
    ]
    return AlertList(alerts=listed, mutes=tuple(silences))


def _listed_alert(
    tx: Connection, house: House, view: AlertView, standing: Standing, now: datetime
) -> ListedAlert:
    own, state = own_goals(tx, house, view.unit.id, now).get(view.target), view.state
    if own is not None:
        # What the alert goes by is the unit's own goal; how the plan has it the reading says.
        readings = read_models.status(tx, view.unit.id).readings
        of_plan = (r.state for r in readings if (r.target, r.field) == (view.target, view.field))
        state = next(of_plan, state)
    return ListedAlert(view=view, standing=standing, state=state, own_goal=own)


def _listed_mute(
    tx: Connection,
    house: House,
    mute: Mute,
    person_id: int,
    bindings: Sequence[Binding],
    now: datetime,
) -> ListedMute:
    unit_id, target, name = silencing.unit_of(tx, mute), mute.target, None
    if mute.alert_id is not None:
        alert = alert_store.alert_by_id(tx, mute.alert_id)
        if alert is not None:
            target, name = alert.target, field_name(tx, alert.field_id)
    acts = unit_id is not None and (
        rights_over(tx, person_id, bindings, unit_id, house.wall_day(now)).acts
    )
    return ListedMute(
        mute=mute,
        unit=units.unit_by_id(tx, unit_id) if unit_id is not None else None,
        target=target,
        field=name,
        may_end=silencing.may_end(tx, house, mute, person_id, acts, now),
    )
