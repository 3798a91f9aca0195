"""What does somebody find who takes over a unit? One summary of what is open there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from alerts.house import House
from alerts.remedy import by_note, owed_by
from alerts.telling.lines import DigestLine
from alerts.telling.summaries import compose_summary
from alerts.thresholds.counted import as_counted
from alerts.thresholds.in_force import InForce
from alerts.working_time import in_effect
from db import alert_store, bindings, outbox, read_models, snapshots, thresholds, units
from db.engine import Connection
from db.indicators import Moment, items_of
from db.read_models import ReadingView
from db.records import NewMessage, OpenAlert, Phase, Target, Unit


def handover(tx: Connection, house: House, person_id: int, unit_id: int, now: datetime) -> int:
    """Queues for a unit's new head what is open in the unit; answers how many messages (0 or 1).

    The items are theirs from the first day of their role; this only says so. Nothing is said where
    nothing is open. Asked again on the same day it says nothing new.
    """
    unit, today = units.unit_by_id(tx, unit_id), house.wall_day(now)
    summary = compose_summary(
        "handover",
        unit.name,
        today,
        read_models.newest_as_of(tx) or now,
        still_open=_open_lines(tx, house, unit, now),
        predecessor=bindings.predecessor_of(tx, unit_id, person_id, today),
    )
    if summary.empty:
        return 0
    message = NewMessage(
        person_id=person_id,
        template="summary",
        payload={"summary": summary.to_payload(), "unit_id": unit_id, "slug": unit.slug},
        dedupe=f"handover:{person_id}:{unit_id}:{today:%Y%m%d}",
        not_before=now,
        alert_ids=summary.alert_ids,
    )
    return outbox.enqueue(tx, [message], now)


def _open_lines(tx: Connection, house: House, unit: Unit, now: datetime) -> tuple[DigestLine, ...]:
    """The unit's open alerts, each with its newest reading and with the items to act on."""
    targets = {target.id: target for target in house.targets}
    fields = {number: name for name, number in snapshots.field_ids(tx).items()}
    readings = {(r.target, r.field): r for r in read_models.status(tx, unit.id).readings}
    as_of = read_models.newest_as_of(tx) or now
    moment = Moment(wall=as_of.astimezone(house.zone), calendar=in_effect(house, tx).calendar)
    scope = None if unit.slug == house.district else unit.id
    set_by_admins = InForce(changes=thresholds.changes(tx), day=house.wall_day(now))
    chain = units.chain(tx, unit.id)
    lines = []
    for alert in alert_store.open_alerts(tx).values():
        target = targets.get(alert.target)
        if alert.unit_id != unit.id or alert.phase is Phase.PENDING or target is None:
            continue
        field = fields.get(alert.field_id or 0)
        items = items_of(
            tx, as_counted(tx, target, moment.wall), moment,
            unit_id=scope, field_id=alert.field_id, folders=house.sql_folders,
        )  # fmt: skip
        line = _line(unit, target, alert, field, readings.get((target.id, field)))
        owed = owed_by(alert, items)
        if owed is not None:
            line, items = replace(line, owed=by_note(owed)), owed
        own = set_by_admins.target(target, chain).own_goal
        by_own = alert.state if own else None
        lines.append(replace(line, items=items, own_goal=own, alert_state=by_own))
    return tuple(lines)


def _line(
    unit: Unit, target: Target, alert: OpenAlert, field: str | None, reading: ReadingView | None
) -> DigestLine:
    return DigestLine(
        unit=unit.name,
        target=target.id,
        item_no=target.item,
        field=field,
        state=reading.state if reading else alert.state,
        reason=reading.reason if reading else "",
        numerator=alert.numerator,
        denominator=alert.denominator,
        goal=target.goal,
        goal_words=target.goal_words,
        answer=reading.answer if reading else None,
        needed=reading.needed if reading else None,
        small_sample=bool(reading and reading.small_sample),
        alert_id=alert.id,
        critical=alert.critical,
        phase=alert.phase,
        disputed=alert.disputed_at is not None,
    )
