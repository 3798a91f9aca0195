"""What happens in a day, in which order? Reads, counts, judges, records and queues; the decisions
themselves are made in the pure files beside this one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

from alerts.counting import DistrictMissing, count_all, district_unit
from alerts.data_alarms import looks_after, stale_sources
from alerts.house import House
from alerts.lifecycle import end_with_unit, next_step
from alerts.morning import ItemsByKey, Key, compose_all, due_soon_in
from alerts.replay import Past, past_facts
from alerts.working_time import in_effect
from db import alert_store, calendar_days, outbox, people, snapshots, units
from db.engine import Connection, writing
from db.freshness import FreshnessBook
from db.indicators import Moment, items_of
from db.intake import deliveries
from db.records import (
    ImportReport,
    Item,
    JudgedReading,
    Move,
    NewMessage,
    OpenAlert,
    Outcome,
    Step,
    Unit,
)  # fmt: skip

__all__ = ["CheckResult", "DistrictMissing", "run_check", "take_file"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """What a check did (the contract's `check --json`): the moment, and counts."""

    as_of: datetime
    readings: int = 0
    opened: int = 0
    worsened: int = 0
    resolved: int = 0
    still_open: int = 0
    queued: int = 0


class _OnlyLooking(Exception):
    """Ends the transaction of a dry run, so that nothing of it stays."""


def run_check(
    house: House,
    as_of: datetime,
    now: datetime,
    *,
    dry_run: bool = False,
    late: bool = False,
    within: Callable[[Connection], None] | None = None,
) -> CheckResult:
    """The whole check of one moment, in one transaction.

    A check earlier than the newest one, or on a day off, takes its snapshot and moves no alert; one
    repeated for the same moment changes nothing. A moment of a day before the newest delivery's is
    counted from the archived files, because the tables know too much.
    `within` runs at the end of the transaction (the run ledger's finish); `late` marks the digests
    of a check that comes long after its time.
    """
    moment = Moment(wall=as_of.astimezone(house.zone), calendar=house.calendar)
    result = CheckResult(as_of=as_of)
    try:
        with past_facts(house, moment) as past, writing(house.engine) as tx:
            result = _check(house, tx, past, moment, now, late=late)
            if within is not None:
                within(tx)
            if dry_run:
                raise _OnlyLooking
    except _OnlyLooking:
        pass
    return result


def _check(
    house: House,
    tx: Connection,
    past: Past | None,
    moment: Moment,
    now: datetime,
    *,
    late: bool,
) -> CheckResult:
    if (told := snapshots.told_at(tx, moment.wall)) is not None:
        return CheckResult(as_of=moment.wall, readings=len(snapshots.readings_of(tx, told)))
    # An admin's change of the working days holds from the next check on, without a new start.
    house = in_effect(house, tx)
    moment = replace(moment, calendar=house.calendar)
    newest = snapshots.newest_as_of(tx)
    district = district_unit(house, tx, moment.day)
    facts = past.facts if past else tx
    snapshot_id, judged = count_all(house, facts, moment, district.id, now, history=tx)
    if past:
        knows = past.newest_delivery
        snapshot_id = snapshots.store_snapshot(tx, moment, judged, now=now, knows=knows)
    if newest is not None and moment.wall < newest:
        return CheckResult(as_of=moment.wall, readings=len(judged))
    snapshots.mark_in_order(tx, snapshot_id)
    # On a day off nobody works and nobody exports: what fell due on Friday evening may well have
    # been done. Alerts move again with the next working day's data.
    if not house.calendar.is_working(moment.day):
        return CheckResult(as_of=moment.wall, readings=len(judged))
    items = items_by_key(house, facts, moment, judged, district.id)
    steps = decide(judged, alert_store.open_alerts(tx), items)
    steps += tuple(
        end_with_unit(alert)
        for alert in alert_store.open_alerts(tx).values()
        if units.has_ended(tx, alert.unit_id, moment.day)
    )
    alert_store.record_steps(tx, snapshot_id, steps, moment.wall)
    soon = partial(due_soon_in, house, facts, moment)
    messages = compose_all(house, tx, snapshot_id, moment, judged, items, soon, now, late=late)
    messages += _data_alarms(house, tx, moment, district, now)
    moves = [step.move for step in steps]
    return CheckResult(
        as_of=moment.wall,
        readings=len(judged),
        opened=moves.count(Move.OPENED),
        worsened=moves.count(Move.WORSE),
        resolved=moves.count(Move.RESOLVED),
        still_open=moves.count(Move.STILL_OPEN) + moves.count(Move.FROZEN),
        queued=outbox.enqueue(tx, messages, now),
    )


def _data_alarms(
    house: House, tx: Connection, moment: Moment, district: Unit, now: datetime
) -> tuple[NewMessage, ...]:
    """What the stewards are told of sources that are old or never came."""
    if moment.wall.time() < house.digest_from:
        return ()
    book = FreshnessBook(tx, moment.day, district.id)
    below = [unit for unit in units.units_on(tx, moment.day) if unit.parent_id == district.id]
    used = sorted({s for target in house.targets_on(moment.day) for s in target.sources})
    standing = [(district, book.of(source, district.id)) for source in used]
    # A unit speaks for itself only where it has ever delivered on its own.
    standing += [
        (unit, book.of(source, unit.id))
        for source in used
        for unit in below
        if book.has_own(source, unit.id)
    ]
    bindings = people.all_bindings(tx, moment.day)
    return stale_sources(standing, house.ages, bindings, house.calendar, moment.day, now)


def items_by_key(
    house: House,
    tx: Connection,
    moment: Moment,
    judged: Iterable[JudgedReading],
    district_id: int,
) -> ItemsByKey:
    """Every target's items, by whom and in which field they are to be acted on.

    One query a target: the district's own reading has them all.
    """
    asked = {j.reading.target for j in judged}
    found: defaultdict[Key, list[Item]] = defaultdict(list)
    for target in house.targets:
        if target.id not in asked:
            continue
        fields = snapshots.field_ids(tx) if target.per_field else {}
        for item in items_of(tx, target, moment, unit_id=None, folders=house.sql_folders):
            field_id = fields.get(item.field or "") if target.per_field else None
            owners = {item.unit_id or district_id, district_id}
            for owner in owners:
                found[owner, target.id, field_id].append(item)
    return {key: tuple(items) for key, items in found.items()}


def decide(
    judged: Iterable[JudgedReading],
    open_now: Mapping[Key, OpenAlert],
    items: ItemsByKey,
) -> tuple[Step, ...]:
    steps = []
    for j in judged:
        key = (j.reading.unit_id, j.reading.target, j.reading.field_id)
        step = next_step(open_now.get(key), j, items.get(key, ()))
        if step is not None:
            steps.append(step)
    return tuple(steps)


def take_file(
    house: House, path: Path, day: date, now: datetime, source: str | None = None
) -> ImportReport:
    """Imports one export as delivered on that day; whoever looks after a refused file is told."""
    with writing(house.engine) as tx:
        calendar_days.hold_still(tx, changing=False)
        report = deliveries.take(
            tx,
            path,
            day,
            now=now,
            rules=house.intake,
            calendar=in_effect(house, tx).calendar,
            archive=house.archive,
            source=source,
        )
        # A name mistyped at a terminal is nobody's news.
        if report.outcome is Outcome.REFUSED and report.reason_code != "no_file":
            outbox.enqueue(tx, _refusals(tx, report, now), now)
    return report


def _refusals(tx: Connection, report: ImportReport, now: datetime) -> tuple[NewMessage, ...]:
    """A refused file is told to the source's stewards; where there is none, to the admins."""
    told = looks_after(people.all_bindings(tx, report.day), report.source)
    return tuple(
        NewMessage(
            person_id=person_id,
            template="refused_file",
            payload={
                "file": report.file,
                "source": report.source,
                "reason": report.reason,
                "reason_code": report.reason_code,
                "reason_facts": dict(report.reason_facts),
                "day": report.day.isoformat(),
            },
            dedupe=f"refused:{report.delivery_id}:{person_id}",
            not_before=now,
        )
        for person_id in told
    )
