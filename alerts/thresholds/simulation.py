"""What would have been told of late, had other thresholds held? Past readings, lived through again.

Both sides are reckoned alike, so that their difference is the threshold's. What was not kept is
left out on both: the named items of past days, and what people did about them (nobody takes an
alert here, so that escalations are the most there could have been). Data that could not be
trusted then are not trusted now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from alerts.escalation import due_rungs
from alerts.judge import JUDGES
from alerts.lifecycle import next_step
from alerts.states import FROZEN_STATES, MISSED_STATES, OF_THE_GOAL
from alerts.telling.need import NEWS, needs_telling
from alerts.vanished import with_empty
from db.records import (
    JudgedReading,
    Key,
    Move,
    OpenAlert,
    Phase,
    Policy,
    ReportingYear,
    Rung,
    Step,
    Target,
    TargetKind,
    Telling,
    Told,
    Workdays,
)

Counts = Mapping[Key, tuple[int, int]]  # numerator, denominator


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The readings of one past check; `as_of` by the district's clock.

    `tells`: it sent the day's messages.
    """

    as_of: datetime
    judged: tuple[JudgedReading, ...]
    tells: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """How targets were, or would have been, judged in a unit, and how their alerts live there.

    `counts`: where they are counted otherwise than was stored.
    """

    target: Callable[[str, int], Target]
    policy: Callable[[str, int], Policy]
    counts: Counts = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulated:
    """What would have been otherwise; units and persons by their ids, rising."""

    first: date | None  # the first day looked at; None: there are no readings to look at
    last: date | None
    starts: tuple[int, ...] = ()  # units that would have had an alert, and had none
    stops: tuple[int, ...] = ()  # units that would have had none
    alerts: tuple[int, int] = (0, 0)  # before, after
    messages: tuple[int, int] = (0, 0)
    people: tuple[tuple[int, int, int], ...] = ()  # whose messages change: person, before, after

    @property
    def changes(self) -> bool:
        """Whether anything would have been otherwise."""
        moved = self.alerts[0] != self.alerts[1] or self.messages[0] != self.messages[1]
        return moved or bool(self.starts or self.stops or self.people)


def simulate(
    checks: Sequence[Check],
    before: Side,
    after: Side,
    *,
    targets: frozenset[str],
    hears: Mapping[int, Sequence[int]],
    climbs: Callable[[int, Rung], Sequence[int]],
    calendar: Workdays,
) -> Simulated:
    """What the checks, the oldest first, would have come to on either side.

    `targets`: those whose units are counted. `hears`: unit -> the persons who are told of it.
    `climbs(unit, rung)`: whom a rung of the ladder means there. On a day off no alert moves.
    """
    worked = [check for check in checks if calendar.is_working(check.as_of.date())]
    if not worked:
        return Simulated(first=None, last=None)
    was, would = (
        _live_through(worked, side, targets, hears, climbs, calendar) for side in (before, after)
    )
    people = sorted(was.messages.keys() | would.messages.keys())
    return Simulated(
        first=worked[0].as_of.date(),
        last=worked[-1].as_of.date(),
        starts=tuple(sorted(would.units - was.units)),
        stops=tuple(sorted(was.units - would.units)),
        alerts=(was.alerts, would.alerts),
        messages=(was.messages.total(), would.messages.total()),
        people=tuple(
            (person_id, was.messages[person_id], would.messages[person_id])
            for person_id in people
            if was.messages[person_id] != would.messages[person_id]
        ),
    )


@dataclass
class _Life:
    """All alerts of one side, as they stand after the checks so far."""

    alerts_by_key: dict[Key, OpenAlert] = field(default_factory=dict)
    newest_step: dict[int, int] = field(default_factory=dict)  # alert -> the step worth telling
    ended: dict[int, tuple[int, int]] = field(default_factory=dict)  # alert -> its unit and step
    known: defaultdict[int, dict[int, Told]] = field(default_factory=lambda: defaultdict(dict))
    last_at: dict[int, datetime] = field(default_factory=dict)  # person -> when they were told
    messages: Counter[int] = field(default_factory=Counter)
    units: set[int] = field(default_factory=set)  # that had an alert of the targets
    alerts: int = 0  # of the targets
    begun: int = 0
    steps: int = 0


def _live_through(
    checks: Iterable[Check],
    side: Side,
    targets: frozenset[str],
    hears: Mapping[int, Sequence[int]],
    climbs: Callable[[int, Rung], Sequence[int]],
    calendar: Workdays,
) -> _Life:
    life = _Life()
    for check in checks:
        open_now = life.alerts_by_key.values()
        counted = {alert.target for alert in open_now}
        for judged in with_empty(check.judged, open_now, {}, (), counted):
            _move(life, side, judged, check.as_of, targets, calendar)
        if check.tells:
            _tell(life, side, hears, check.as_of, calendar)
            _climb(life, climbs, check.as_of, calendar)
    return life


def _move(
    life: _Life,
    side: Side,
    stored: JudgedReading,
    now: datetime,
    targets: frozenset[str],
    calendar: Workdays,
) -> None:
    stored = _counted_again(stored, side.counts)
    reading = stored.reading
    target = side.target(reading.target, reading.unit_id)
    judged = _judged_again(stored, target, now.date(), calendar.reporting_year)
    key = reading.key
    alert = life.alerts_by_key.get(key)
    if alert is None and judged.verdict.state not in MISSED_STATES:
        return
    policy = side.policy(reading.target, reading.unit_id)
    goal = target.own_goal or target.goal
    step = next_step(alert, judged, (), policy, now, calendar, goal=goal)
    if step is None or judged.verdict.state in FROZEN_STATES:
        return
    if alert is None:
        life.begun += 1
    moved = _after(alert, step, life.begun, now)
    life.steps += 1
    if step.move in NEWS:
        life.newest_step[moved.id] = life.steps
    if step.move is Move.OPENED and reading.target in targets:
        life.units.add(reading.unit_id)
        life.alerts += 1
    if step.phase in (Phase.RESOLVED, Phase.DROPPED):
        del life.alerts_by_key[key]
        life.ended[moved.id] = (reading.unit_id, life.steps)
    else:
        life.alerts_by_key[key] = moved


def _counted_again(stored: JudgedReading, counts: Counts) -> JudgedReading:
    """With the numbers of this side, where the data could be trusted then."""
    numbers = counts.get(stored.reading.key)
    if numbers is None or stored.verdict.state not in OF_THE_GOAL:
        return stored
    reading = replace(stored.reading, numerator=numbers[0], denominator=numbers[1])
    return replace(stored, reading=reading)


def _judged_again(
    stored: JudgedReading, target: Target, day: date, year: ReportingYear
) -> JudgedReading:
    """A rate by the thresholds of this side; what else was said of it stays."""
    judgeable = target.kind is TargetKind.RATIO and stored.verdict.state in OF_THE_GOAL
    if not judgeable:
        return stored
    by = replace(target, goal=target.own_goal or target.goal)
    return replace(stored, verdict=JUDGES[TargetKind.RATIO](stored.reading, by, day, year))


def _after(alert: OpenAlert | None, step: Step, new_id: int, at: datetime) -> OpenAlert:
    begins = alert is None or step.move is Move.OPENED
    return OpenAlert(
        id=new_id if alert is None else alert.id,
        unit_id=step.unit_id,
        target=step.target,
        field_id=step.field_id,
        # People count from when they could know of it, not from the first doubt.
        opened_at=at if alert is None or begins else alert.opened_at,
        numerator=step.numerator,
        denominator=step.denominator,
        phase=step.phase,
        state=step.state,
        bad_checks=step.bad_checks,
        good_checks=step.good_checks,
        ladder=step.ladder if alert is None or begins else alert.ladder,
        rungs_told=0 if alert is None else alert.rungs_told,
    )


def _tell(
    life: _Life,
    side: Side,
    hears: Mapping[int, Sequence[int]],
    now: datetime,
    calendar: Workdays,
) -> None:
    """The day's messages: at most one a person, of all that is theirs."""
    firing: defaultdict[int, dict[int, int]] = defaultdict(dict)
    repeat: dict[int, int] = {}
    for alert in life.alerts_by_key.values():
        if alert.phase is Phase.PENDING:
            continue
        days = side.policy(alert.target, alert.unit_id).repeat_working_days
        for person_id in hears.get(alert.unit_id, ()):
            firing[person_id][alert.id] = life.newest_step[alert.id]
            repeat[person_id] = min(days, repeat.get(person_id, days))
    over: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for alert_id, (unit_id, step_id) in life.ended.items():
        for person_id in hears.get(unit_id, ()):
            over[person_id][alert_id] = step_id
    for person_id in firing.keys() | over.keys():
        known = life.known[person_id]
        need = needs_telling(
            known,
            firing[person_id],
            over[person_id],
            last_at=life.last_at.get(person_id),
            repeat_working_days=repeat.get(person_id, 0),
            now=now,
            calendar=calendar,
        )
        if need is None:
            continue
        life.messages[person_id] += 1
        life.last_at[person_id] = now
        for alert_id in need.alert_ids:
            known[alert_id] = _told(person_id, alert_id, firing[person_id][alert_id], now)
        for alert_id in need.ended_ids:
            del known[alert_id]
    life.ended.clear()


def _told(person_id: int, alert_id: int, step_id: int, now: datetime) -> Told:
    return Told(
        person_id=person_id, alert_id=alert_id, step_id=step_id, at=now, kind=Telling.DIGEST
    )


def _climb(
    life: _Life,
    climbs: Callable[[int, Rung], Sequence[int]],
    now: datetime,
    calendar: Workdays,
) -> None:
    """The escalations of the day: one message a person, whatever comes up to them."""
    told: set[int] = set()
    for key, alert in life.alerts_by_key.items():
        rungs = due_rungs(alert, now, calendar)
        if rungs:
            behind = alert.rungs_told + len(rungs)
            life.alerts_by_key[key] = replace(alert, rungs_told=behind)
            told.update(person for rung in rungs for person in climbs(alert.unit_id, rung))
    life.messages.update(told)
