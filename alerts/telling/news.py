"""What has happened that somebody may have to hear of? Read once a check, for all people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property

from alerts.circumstances import Circumstances
from alerts.house import House
from alerts.items import ItemsByKey
from alerts.lately import TROUBLED, Lately, has_lately, worth_a_clause
from alerts.outlook import outlook_of
from alerts.remedy import actionable, by_note, owed_by, without_coming
from alerts.states import FROZEN_STATES, LAPSED_STATES
from alerts.telling.budget import may_push
from alerts.telling.held_back import inhibited_alerts, muted_alerts
from alerts.telling.lines import TO_MEND, DigestLine
from alerts.telling.need import NEWS
from alerts.telling.pushes import checks_after, is_first_from, pushes_of
from alerts.telling.reminders import Reminder, reminders
from db import alert_store, snapshots, tellings, units
from db.engine import Connection
from db.indicators import Moment
from db.queued import HEARS
from db.records import (
    Goal,
    Item,
    JudgedReading,
    Key,
    Move,
    Mute,
    OpenAlert,
    Phase,
    Reading,
    RollingCounts,
    State,
    Told,
    Verdict,
)
from db.rolling import rolling_counts

ENDS = (Move.RESOLVED, Move.DROPPED)
NOON = time(12)
DueSoon = Callable[[Sequence[int]], tuple[Item, ...]]


@dataclass(frozen=True, kw_only=True)
class News:
    """A check as its messages see it; `now` is the instant at which they are queued."""

    house: House
    tx: Connection
    snapshot_id: int
    moment: Moment
    now: datetime
    judged: Mapping[Key, JudgedReading]
    items: ItemsByKey
    people: Circumstances
    due_soon_in: DueSoon
    late: bool  # the check comes long after its time
    sends_digests: bool  # it is the day's first that may push, from schedule.digest_from on
    after_noon: bool  # it is the first such one after noon
    checks_left: int  # that may push, today after this one
    alerts: Mapping[int, OpenAlert]  # that people may hear of: all but the pending ones
    # What was missed for the first time and can be acted on: its alert waits to be confirmed, but
    # a digest tells of it.
    begun: Mapping[Key, OpenAlert]
    silent: Mapping[int, str]  # alert -> why nothing is told of it: muted, source_stale, ...
    muted: Mapping[int, tuple[Mute, ...]]  # alert -> the silences that it is under
    known: Mapping[int, Mapping[int, Told]]  # person -> alert -> what they know
    over: Mapping[int, OpenAlert]  # alerts that ended and whose end somebody may be owed
    newest: Mapping[int, tuple[int, Move]]  # alert -> its newest step worth a message
    sent_today: dict[int, int] = field(default_factory=dict)  # person -> pushes

    @property
    def day(self) -> date:
        return self.moment.day

    @cached_property
    def ids(self) -> Mapping[Key, int]:
        return {a.key: a.id for a in self.alerts.values()}

    @cached_property
    def names(self) -> Mapping[int, str]:
        return {unit.id: unit.name for unit in units.units_on(self.tx, self.day)}

    def reminders_in(self, unit_ids: Sequence[int]) -> tuple[Reminder, ...]:
        return reminders(self.house.targets, self.items, self.moment, unit_ids)

    def name(self, unit_id: int) -> str:
        return self.names.get(unit_id) or units.unit_by_id(self.tx, unit_id).name

    @property
    def quiet(self) -> bool:
        """Whether this check tells nobody anything: the next morning's digest says it."""
        return _is_quiet(self.house, self.moment, self.now)

    def may_push(self, person_id: int, *, critical: bool = True, keep: int = 0) -> bool:
        """Whether a message finds room in the person's pushes of today, `keep` of them left over.

        `critical`: it is no digest, and may be sent at any check that tells.
        """
        sent = self.sent_today.get(person_id, 0) + keep
        limit, any_time = self.house.pushes_per_day, critical or self.sends_digests
        return may_push(sent, limit, self.checks_left, critical, any_time).push

    def has_push(self, person_id: int) -> bool:
        """Whether any push of today is left to whoever is told once a day."""
        return self.sent_today.get(person_id, 0) < self.house.pushes_per_day

    def bound_units(self, person_id: int) -> tuple[int, ...]:
        """The units that the person heads or leads, or that a group is bound to, the highest
        first.
        """
        mine = [b for b in self.people.bindings if b.person_id == person_id and b.role in HEARS]
        found = dict.fromkeys(b.unit_id for b in mine if b.unit_id is not None)
        return tuple(sorted(found, key=lambda unit_id: len(self.people.chain(unit_id))))

    def read_in(self, home: int, line: DigestLine, unit_id: int) -> DigestLine:
        """The line of a unit in a message that speaks in the name of another, or of its own."""
        below = home in self.people.chain(unit_id)
        return line if below else replace(line, beside=True)

    def line(
        self, key: Key, alert: OpenAlert | None, move: Move | None, *, is_new: bool
    ) -> DigestLine:
        """What a message says of one reading and its alert."""
        judged = self.judged.get(key) or self._as_it_ended(key, alert)
        reading, verdict = judged.reading, judged.verdict
        target = self.people.line_of(reading.target)
        own = self.people.target(target.id, reading.unit_id).own_goal
        by_own = self.people.as_alerts_take_it(judged).verdict.state if own else None
        below_own = by_own in TO_MEND and verdict.state not in TO_MEND
        goal, state = (own, by_own) if below_own else (target.goal, verdict.state)
        if verdict.state in FROZEN_STATES:
            move = Move.FROZEN if alert is not None else None
        items = without_coming(self.items.get(key, ()))
        standing = alert if alert is not None and alert.id in self.alerts else None
        owed = None if move is Move.FROZEN else owed_by(standing, items)
        return DigestLine(
            unit=self.name(reading.unit_id),
            target=target.id,
            item_no=target.item,
            field=reading.field,
            state=verdict.state,
            reason=verdict.reason,
            numerator=reading.numerator,
            denominator=reading.denominator,
            goal=target.goal,
            goal_words=target.goal_words,
            answer=reading.answer,
            move=move,
            needed=verdict.needed,
            small_sample=verdict.small_sample,
            is_new=is_new,
            items=items if owed is None else owed,
            owed=by_note(owed or ()),
            alert_id=alert.id if alert else None,
            critical=standing is not None and standing.critical,
            phase=alert.phase if alert else None,
            disputed=alert is not None and alert.disputed_at is not None,
            lapsed=alert is not None and alert.id in self.over and alert.state in LAPSED_STATES,
            own_goal=own,
            alert_state=by_own,
            lately=self._lately(reading, goal, state),
            outlook=None if below_own else outlook_of(judged, recovered=move is Move.RESOLVED),
        )

    def _lately(self, reading: Reading, goal: Goal | None, state: State | None) -> Lately | None:
        """The last days of a reading, where a message names them: of what is met it does not."""
        if state not in TROUBLED:
            return None
        return worth_a_clause(goal, 0, state, reading, self.windows.get(reading.key))

    @cached_property
    def windows(self) -> Mapping[Key, RollingCounts]:
        """What the last days added to the readings that a message may have to speak of."""
        return rolling_counts(
            self.tx,
            self.moment,
            (
                judged.reading
                for key, judged in self.judged.items()
                if (judged.verdict.state in TROUBLED or key in self.ids)
                and judged.verdict.state not in FROZEN_STATES
                and judged.reading.denominator
                and has_lately(self.people.line_of(judged.reading.target))
            ),
            days=self.house.recent_days,
        )

    def _as_it_ended(self, key: Key, alert: OpenAlert | None) -> JudgedReading:
        """The last that is known of a reading that is counted no more: its unit or target has
        ended.
        """
        if alert is None:
            raise ValueError(f"there is neither a reading nor an alert of {key}")
        return JudgedReading(
            reading=Reading(
                target=alert.target,
                unit_id=alert.unit_id,
                field_id=alert.field_id,
                field=self.fields.get(alert.field_id or 0),
                numerator=alert.numerator,
                denominator=alert.denominator,
            ),
            verdict=Verdict(state=State.NOT_APPLICABLE, reason="no_longer_applies"),
        )

    @cached_property
    def fields(self) -> Mapping[int, str]:
        """The fields of procedures, by number."""
        return {number: name for name, number in snapshots.field_ids(self.tx).items()}


def news_of(
    house: House,
    tx: Connection,
    snapshot_id: int,
    moment: Moment,
    now: datetime,
    judged: Sequence[JudgedReading],
    items: ItemsByKey,
    people: Circumstances,
    due_soon_in: DueSoon,
    *,
    district_id: int,
    late: bool,
) -> News:
    """All that the messages of a check are made from; its steps are recorded already."""
    standing = alert_store.open_alerts(tx)
    heard_of = {a.id: a for a in standing.values() if a.phase is not Phase.PENDING}
    known: defaultdict[int, dict[int, Told]] = defaultdict(dict)
    for (person_id, alert_id), told in tellings.known(tx).items():
        known[person_id][alert_id] = told
    gone = {alert_id for told in known.values() for alert_id in told} - {
        a.id for a in standing.values()
    }
    over = {alert.id: alert for alert in alert_store.alerts_by_id(tx, gone)}
    by_key = {j.reading.key: j for j in judged}
    muted = muted_alerts(tx, heard_of, moment)
    return News(
        house=house,
        tx=tx,
        snapshot_id=snapshot_id,
        moment=moment,
        now=now,
        judged=by_key,
        items=items,
        people=people,
        due_soon_in=due_soon_in,
        late=late,
        sends_digests=is_first_from(house.digest_from, house, tx, moment),
        after_noon=is_first_from(max(NOON, house.digest_from), house, tx, moment),
        checks_left=checks_after(house, moment.wall),
        alerts=heard_of,
        begun={
            key: a
            for key, a in standing.items()
            if a.phase is Phase.PENDING
            and a.opened_at == moment.wall
            and actionable(items.get(key, ()))
        },
        silent=inhibited_alerts(house, tx, heard_of, by_key, moment, district_id)
        | dict.fromkeys(muted, "muted"),
        muted=muted,
        known=dict(known),
        over=over,
        newest=alert_store.newest_steps(tx, heard_of, moves=NEWS)
        | alert_store.newest_steps(tx, over, moves=ENDS),
        sent_today=_sent_today(house, tx, moment, now),
    )


def _is_quiet(house: House, moment: Moment, now: datetime) -> bool:
    """Whether the check, or (no rehearsal of another day) its making, falls in quiet time."""
    here = now.astimezone(house.zone)
    return house.is_quiet(moment.wall) or (here.date() == moment.day and house.is_quiet(here))


def _sent_today(house: House, tx: Connection, moment: Moment, now: datetime) -> dict[int, int]:
    """The pushes of today; a check of another day is a rehearsal, which disturbs nobody."""
    return pushes_of(house, tx, now) if house.wall_day(now) == moment.day else {}


def with_push(news: News, person_id: int) -> None:
    """Counts one more push of today."""
    news.sent_today[person_id] = news.sent_today.get(person_id, 0) + 1
