"""What happens in a day, in which order? Reads, counts, judges, records and queues; the decisions
themselves are made in the pure files beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from alerts.circumstances import Circumstances, circumstances, with_thresholds
from alerts.counting import DistrictMissing, count_all, district_unit, wrong_statements
from alerts.deciding import decide, end_uncounted
from alerts.house import House
from alerts.items import ItemsByKey, items_by_key
from alerts.known import make_known
from alerts.replay import Past, past_facts
from alerts.telling.between_checks import tell_between_checks
from alerts.telling.in_order import all_that_is_told
from alerts.telling.morning import due_soon_in
from alerts.telling.news import news_of
from alerts.telling.troubles import refused_file
from alerts.vanished import with_empty
from alerts.working_time import in_effect, keep_to_the_settings, when_at_work
from db import alert_store, calendar_days, contacts, outbox, people, shown, snapshots, units
from db.engine import Connection, DatabaseUnavailable, writing
from db.indicators import Moment
from db.intake import deliveries
from db.proving import IndicatorWrong
from db.records import (
    ImportReport,
    JudgedReading,
    Move,
    NewMessage,
    Outcome,
    Phase,
    Unit,
)  # fmt: skip

__all__ = ["CheckResult", "DistrictMissing", "run_check", "take_file"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressed:
    """A message that a check wants said: what it is, to whom, of how many alerts, and when."""

    to: str
    template: str
    alerts: int
    not_before: datetime


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
    messages: tuple[Addressed, ...] = ()  # to whom goes what


# What a check leaves open, for its answer in counts.
STAYS_OPEN = (Move.STILL_OPEN, Move.FROZEN, Move.BETTER, Move.VERIFIED, Move.HANDED_OVER)


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
    except DatabaseUnavailable as error:
        # The database is there and cannot run what a target asks: say which, not that it is away.
        if faults := wrong_statements(house, moment):
            raise IndicatorWrong("; ".join(faults)) from error
        raise
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
    keep_to_the_settings(house, tx, now)
    # An admin's change of the working days holds from the next check on, without a new start.
    house = with_thresholds(in_effect(house, tx), tx, moment.day)
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
    people = circumstances(house, tx, moment.day)
    open_now = alert_store.open_alerts(tx, for_change=True)
    ended, in_force = units.ended_on(tx, moment.day), {t.id for t in house.targets_on(moment.day)}
    fields = {number: name for name, number in snapshots.field_ids(tx).items()}
    counted = len(judged)
    judged = with_empty(judged, open_now.values(), fields, ended, in_force)
    items = items_by_key(house, facts, moment, judged, district.id, tx)
    steps = decide(judged, open_now, items, people, moment.wall, house.calendar)
    steps += end_uncounted(open_now.values(), ended, in_force)
    ids = alert_store.record_steps(tx, snapshot_id, steps, moment.wall)
    make_known(tx, steps, ids, now)
    messages = _messages(
        house, tx, facts, snapshot_id, moment, judged, items, people, now,
        district=district, late=late,
    )  # fmt: skip
    messages = outbox.not_queued(tx, messages)
    shown.forget_old(tx, now - timedelta(days=house.redraw_days))
    # Of what waits to be confirmed nothing is open yet.
    moves = [step.move for step in steps if step.phase is not Phase.PENDING]
    return CheckResult(
        as_of=moment.wall,
        readings=counted,
        opened=moves.count(Move.OPENED),
        worsened=moves.count(Move.WORSE) + moves.count(Move.REOPENED),
        resolved=moves.count(Move.RESOLVED),
        still_open=sum(moves.count(move) for move in STAYS_OPEN),
        queued=outbox.enqueue(tx, messages, now),
        messages=_addressed(tx, messages),
    )


def _addressed(tx: Connection, messages: Sequence[NewMessage]) -> tuple[Addressed, ...]:
    names = contacts.names(tx) if messages else {}
    return tuple(
        Addressed(
            to=names.get(message.person_id, ""),
            template=message.template,
            alerts=len(message.alert_ids),
            not_before=message.not_before,
        )
        for message in messages
    )


def _messages(
    house: House,
    tx: Connection,
    facts: Connection,
    snapshot_id: int,
    moment: Moment,
    judged: Sequence[JudgedReading],
    items: ItemsByKey,
    people: Circumstances,
    now: datetime,
    *,
    district: Unit,
    late: bool,
) -> tuple[NewMessage, ...]:
    """All that this check has to tell, each thing once, to whoever it concerns."""
    soon = partial(due_soon_in, house, facts, moment, people)
    news = news_of(
        house, tx, snapshot_id, moment, now, judged, items, people, soon,
        district_id=district.id, late=late,
    )  # fmt: skip
    return all_that_is_told(news, district)


def take_file(
    house: House, path: Path, day: date, now: datetime, source: str | None = None
) -> ImportReport:
    """Imports one export as delivered on that day; whoever looks after a refused file is told."""
    with writing(house.engine) as tx:
        keep_to_the_settings(house, tx, now)
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
            bindings = people.all_bindings(tx, report.day)
            told = refused_file(report, bindings, when_at_work(house, tx, now))
            tell_between_checks(tx, house, told, now)
    return report
