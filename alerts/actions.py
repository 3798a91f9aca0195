"""What does a person do to an alert? Decides whether it may be, stores it, and says it onwards.

Each action is one transaction of the caller's: the step, the messages that are to be drawn again,
the row in the ledger. None of them knows Telegram or reads the clock.
"""

from __future__ import annotations

from datetime import datetime

from alerts.answers import Done, Refused, after_claim, after_dispute, after_take
from alerts.house import House
from alerts.remedy import actionable
from alerts.silencing import end_mute, exempt, fault_of_text, mute
from alerts.telling.between_checks import tell_between_checks
from alerts.telling.data_alarms import looks_after
from alerts.telling.notices import Dispute
from alerts.thresholds.counted import as_counted
from alerts.working_time import in_effect, when_at_work
from db import alert_store, audit, people, redraws, snapshots, units
from db.engine import Connection
from db.indicators import Moment, items_of
from db.records import (
    JudgedReading,
    NewMessage,
    OpenAlert,
    Person,
    Step,
    Target,
    TargetKind,
)

__all__ = ["Done", "Refused", "claim", "dispute", "end_mute", "exempt", "mute", "take"]


def take(
    tx: Connection, house: House, alert_id: int, person: Person, may_act: bool, now: datetime
) -> Done | Refused:
    """The person says that they act on it: nobody is asked further up its ladder any more."""
    alert = alert_store.alert_by_id(tx, alert_id, for_change=True)
    if alert is None:
        return Refused(reason="no_such_alert")
    return _carry_out(tx, after_take(alert, person.id, may_act=may_act), "taken", person, now)


def claim(
    tx: Connection, house: House, alert_id: int, person: Person, may_act: bool, now: datetime
) -> Done | Refused:
    """The person says that it is done: the data of a later day prove it, or open it again."""
    alert = alert_store.alert_by_id(tx, alert_id, for_change=True)
    if alert is None:
        return Refused(reason="no_such_alert")
    decided = after_claim(alert, may_act=may_act, can_be_done=_can_be_done(tx, house, alert))
    return _carry_out(tx, decided, "claimed", person, now)


def dispute(
    tx: Connection,
    house: House,
    alert_id: int,
    person: Person,
    may_act: bool,
    now: datetime,
    reason: str,
) -> Done | Refused:
    """The person says that the figures are wrong: whoever looks after the data is told. The alert
    stays, marked. `reason` is a word that templates translate.
    """
    alert = alert_store.alert_by_id(tx, alert_id, for_change=True)
    if alert is None:
        return Refused(reason="no_such_alert")
    if faulty := fault_of_text("reason", reason):
        return Refused(reason=faulty)
    local = now.astimezone(house.zone)
    decided = after_dispute(alert, reason, local, may_act=may_act)
    done = _carry_out(tx, decided, "disputed", person, now)
    if isinstance(done, Refused):
        return done
    told = _to_stewards(tx, house, alert, person, local, reason)
    tell_between_checks(tx, house, told, now)
    return Done(reason="disputed")


# --- how it is carried out ------------------------------------------------------------------------


def _carry_out(
    tx: Connection, decided: Step | Refused, kind: str, person: Person, now: datetime
) -> Done | Refused:
    if isinstance(decided, Refused):
        return decided
    (alert_id,) = alert_store.record_steps(tx, None, (decided,), now, person_id=person.id)
    redraws.redraw(tx, alert_id, now)
    audit.append(
        tx, kind, now, person_id=person.id, unit_id=decided.unit_id, alert_id=alert_id,
        detail={"target": decided.target, "reason": decided.reason},
    )  # fmt: skip
    return Done(reason=decided.reason)


def _can_be_done(tx: Connection, house: House, alert: OpenAlert) -> bool:
    """Whether there is something to act on by the facts that are known now."""
    target = _target_of(house, alert)
    if target is None:
        return bool(alert.item_keys)
    if target.kind is TargetKind.YES_NO:
        return True
    newest = snapshots.newest_as_of(tx)
    if newest is None:
        return False
    wall = newest.astimezone(house.zone)
    moment = Moment(wall=wall, calendar=in_effect(house, tx).calendar)
    district = units.unit_by_slug(tx, house.district, moment.day)
    whole = district is not None and district.id == alert.unit_id
    items = items_of(
        tx, as_counted(tx, target, wall), moment, unit_id=None if whole else alert.unit_id,
        field_id=alert.field_id, folders=house.sql_folders,
    )  # fmt: skip
    return bool(actionable(items))


def _to_stewards(
    tx: Connection, house: House, alert: OpenAlert, person: Person, now: datetime, reason: str
) -> tuple[NewMessage, ...]:
    """One message to each person who looks after one of the target's sources.

    It names no unit by its number: a steward looks after a source, whoever's figures they are.
    """
    target, judged = _target_of(house, alert), _newest_reading(tx, alert)
    if target is None or judged is None:
        return ()
    bindings, not_before = people.all_bindings(tx, now.date()), when_at_work(house, tx, now)
    sources: dict[int, str] = {}
    for source in target.sources:
        for steward in looks_after(bindings, source):
            sources.setdefault(steward, source)
    reading, verdict = judged.reading, judged.verdict
    return tuple(
        NewMessage(
            person_id=steward,
            template="dispute",
            payload={
                "dispute": Dispute(
                    unit=units.unit_by_id(tx, alert.unit_id).name,
                    target=target.id,
                    field=reading.field,
                    state=verdict.state,
                    reason=verdict.reason,
                    numerator=reading.numerator,
                    denominator=reading.denominator,
                    goal=target.goal,
                    answer=reading.answer,
                    small_sample=verdict.small_sample,
                    opened_at=alert.opened_at.astimezone(now.tzinfo),
                    source=source,
                    dispute=reason,
                    by=person.name,
                    at=now,
                ).to_payload()
            },
            dedupe=f"dispute:{alert.id}:{now:%Y%m%d}:{steward}",
            not_before=not_before,
        )
        for steward, source in sorted(sources.items())
    )


def _newest_reading(tx: Connection, alert: OpenAlert) -> JudgedReading | None:
    """The reading of the newest check that the alert is about."""
    newest = snapshots.newest_as_of(tx)
    snapshot_id = snapshots.snapshot_at(tx, newest) if newest else None
    if snapshot_id is None:
        return None
    key = alert.key
    return next(
        (judged for judged in snapshots.judged_of(tx, snapshot_id) if judged.reading.key == key),
        None,
    )


def _target_of(house: House, alert: OpenAlert) -> Target | None:
    return next((target for target in house.targets if target.id == alert.target), None)
