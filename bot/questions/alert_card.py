"""What does the card of an alert need of the records, and who may do what about it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from alerts import silencing
from alerts.audience import holds_on, may_act, sees_items
from alerts.digest import KEPT
from alerts.house import House
from alerts.remedy import actionable, by_note, owed_by
from alerts.telling.lines import TO_MEND
from alerts.thresholds.counted import as_counted
from alerts.working_time import in_effect
from bot.questions.lately import NOTHING_BESIDE, Beside, beside_the_alert
from bot.questions.thresholds import own_goals
from db import (
    absences,
    alert_store,
    people,
    read_models,
    snapshots,
    units,
)
from db.engine import Connection
from db.indicators import Moment, items_of
from db.read_models import ReadingView
from db.records import (
    Binding,
    Goal,
    Item,
    OpenAlert,
    Phase,
    Role,
    Standing,
    Target,
    TargetKind,
    Unit,
)
from db.standings import standings

UNHEARD = frozenset({Phase.PENDING, Phase.DROPPED})  # of these nobody is told


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What somebody may do with the alerts of a unit."""

    acts: bool = False  # takes, says that it is done, says that the figures are wrong
    mutes: bool = False
    mutes_unit: bool = False  # all of a unit at once
    mutes_everywhere: bool = False  # its target in all units
    leads: bool = False  # of the unit or above it; a deputy does too
    exempts: bool = False
    sees_items: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertCard:
    """One alert with its newest reading, as a person may see it."""

    alert: OpenAlert
    standing: Standing
    unit: Unit
    reading: ReadingView
    as_of: datetime | None  # None: no check yet
    items: tuple[Item, ...] = ()
    # How many items alone keep it open, whatever the rate says, by note; else empty.
    owed: tuple[tuple[str, int], ...] = ()
    can_be_done: bool = False  # there is something of which one can say that it is done
    own_goal: Goal | None = None  # what the unit's alerts go by, beside the plan's goal
    beside: Beside = NOTHING_BESIDE  # the year's rate
    # For leaders: how many of the unit's claims of this year were not true, of so many judged.
    false_claims: tuple[int, int] = (0, 0)
    rights: Rights = field(default_factory=Rights)

    @property
    def ended(self) -> bool:
        return self.standing.resolved_at is not None

    @property
    def below_own(self) -> bool:
        """Whether only the own goal is missed: the plan's is not."""
        bad = not self.ended and self.alert.state in TO_MEND
        return self.own_goal is not None and bad and self.reading.state in KEPT


def rights_over(
    tx: Connection, person_id: int, bindings: Sequence[Binding], unit_id: int, today: date
) -> Rights:
    """What a person with these bindings may do with a unit's alerts on a day."""
    chain = units.chain(tx, unit_id)
    held = [binding for binding in bindings if holds_on(binding, today)]
    acts = may_act(
        people.all_bindings(tx, today),
        chain,
        today,
        absences.on_day(tx, today),
        person_id=person_id,
    )
    admin = any(binding.role is Role.ADMIN for binding in held)
    leading = [b for b in held if b.role is Role.LEADER and b.unit_id in chain]
    own = people.own_bindings(tx, person_id, today)
    return Rights(
        acts=acts,
        mutes=acts or admin,
        mutes_unit=bool(leading) or admin,
        leads=bool(leading),
        exempts=any(b in own and not b.deputy for b in leading),
        sees_items=sees_items(bindings, chain, today, units.later_chains(tx, unit_id)),
    )


def card_of(
    tx: Connection,
    house: House,
    alert_id: int,
    person_id: int,
    bindings: Sequence[Binding],
    now: datetime,
) -> AlertCard | None:
    """The card of an alert for a person; None where there is none, or nobody may hear of it."""
    alert = alert_store.alert_by_id(tx, alert_id)
    standing = standings(tx, [alert_id], now).get(alert_id)
    if alert is None or standing is None or alert.phase in UNHEARD:
        return None
    rights = replace(
        rights_over(tx, person_id, bindings, alert.unit_id, house.wall_day(now)),
        mutes_everywhere=silencing.may_silence_everywhere(tx, house, person_id, now),
    )
    unit = units.unit_by_id(tx, alert.unit_id)
    as_of = read_models.newest_as_of(tx)
    target = next((t for t in house.targets if t.id == alert.target), None)
    items: tuple[Item, ...] = ()
    if as_of is not None and target is not None and standing.resolved_at is None:
        items = _items(tx, house, unit, target, alert.field_id, as_of)
    owed = owed_by(alert, items)
    items = items if owed is None else owed
    done = bool(actionable(items)) or (target is not None and target.kind is TargetKind.YES_NO)
    card = AlertCard(
        alert=alert,
        standing=standing,
        unit=unit,
        reading=_reading(tx, alert),
        as_of=as_of,
        items=items if rights.sees_items else (),
        owed=by_note(owed or ()),
        can_be_done=done,
        own_goal=own_goals(tx, house, alert.unit_id, now).get(alert.target),
        false_claims=_false_claims(tx, house, alert.unit_id, now) if rights.leads else (0, 0),
        rights=rights,
    )
    if target is None or as_of is None or card.ended:
        return card
    own = card.own_goal if card.below_own else None
    return replace(
        card, beside=beside_the_alert(tx, house, target, alert, card.reading, as_of, own)
    )


def _false_claims(tx: Connection, house: House, unit_id: int, now: datetime) -> tuple[int, int]:
    """How many of the unit's claims since the new year were not true, and how many were judged."""
    here = Moment(wall=now.astimezone(house.zone), calendar=in_effect(house, tx).calendar)
    new_year = datetime.combine(here.year_begins, time(), house.zone)
    return alert_store.false_claims(tx, new_year, now).get(unit_id, (0, 0))


def _items(
    tx: Connection, house: House, unit: Unit, target: Target, field_id: int | None, as_of: datetime
) -> tuple[Item, ...]:
    moment = Moment(wall=as_of.astimezone(house.zone), calendar=in_effect(house, tx).calendar)
    return items_of(
        tx,
        as_counted(tx, target, moment.wall),
        moment,
        unit_id=None if unit.slug == house.district else unit.id,
        field_id=field_id,
        folders=house.sql_folders,
    )


def _reading(tx: Connection, alert: OpenAlert) -> ReadingView:
    """The alert's reading of the newest check; without one, the numbers of its newest step."""
    name = field_name(tx, alert.field_id)
    for view in read_models.status(tx, alert.unit_id).readings:
        if (view.target, view.field) == (alert.target, name):
            return view
    return ReadingView(
        target=alert.target,
        field=name,
        numerator=alert.numerator,
        denominator=alert.denominator,
        answer=None,
        state=alert.state,
        reason="",
        small_sample=False,
        needed=None,
    )


def field_name(tx: Connection, field_id: int | None) -> str | None:
    names = {number: name for name, number in snapshots.field_ids(tx).items()}
    return None if field_id is None else names.get(field_id)
