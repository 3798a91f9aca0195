"""What is said at the end of a silence, and a day before it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.counting import district_unit
from alerts.telling.lines import DigestLine
from alerts.telling.news import News, with_push
from alerts.telling.summaries import MuteEnding, Silence, compose_summary
from db import alert_store, mutes, units
from db.records import Move, Mute, NewMessage, OpenAlert


@dataclass(slots=True)
class _Meanwhile:
    """What went on under the silences that one person has to hear of."""

    mutes: list[Mute] = field(default_factory=list)
    started: dict[int, DigestLine] = field(default_factory=dict)
    still_open: dict[int, DigestLine] = field(default_factory=dict)
    ended: dict[int, DigestLine] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.started or self.still_open or self.ended)

    def without(self, alert_ids: Collection[int]) -> None:
        for kind in (self.started, self.still_open, self.ended):
            for alert_id in kind.keys() & set(alert_ids):
                del kind[alert_id]


def endings(news: News) -> tuple[NewMessage, ...]:
    """Who gave a silence is reminded a day before it ends, once; before days off, of all that ends
    before the next working day's morning. Where they have left, whoever hears of the unit now is.
    What finds no room now is tried at the next check.
    """
    messages = []
    now = news.moment.wall
    ahead = max(timedelta(days=1), _next_morning(news) - now)
    for mute in mutes.to_remind(news.tx, now, ahead=ahead):
        told = _in_charge_of(news, mute)
        if not all(news.may_push(person_id) for person_id in told):
            continue
        mutes.was_reminded(news.tx, mute.id, now)
        still = sum(mutes.covers(mute, a.unit_id, a.target, a.id) for a in news.alerts.values())
        made = MuteEnding(silence=_silence(news, mute), still_open=still)
        for person_id in told:
            with_push(news, person_id)
            messages.append(
                NewMessage(
                    person_id=person_id,
                    template="mute_ending",
                    payload={"mute_ending": made.to_payload()},
                    dedupe=f"mute_ending:{mute.id}:{mute.ends_at:%Y%m%d%H%M}:{person_id}",
                    not_before=news.now,
                )
            )
    return tuple(messages)


def _in_charge_of(news: News, mute: Mute) -> tuple[int, ...]:
    """Its author while they may hear of what it silences, else whoever hears of the unit."""
    alert = alert_store.alert_by_id(news.tx, mute.alert_id) if mute.alert_id else None
    unit_id = alert.unit_id if alert else mute.unit_id
    if unit_id is None:  # of every unit
        unit_id = district_unit(news.house, news.tx, news.day).id
    if news.people.may_still_hear(mute.by, unit_id):
        return (mute.by,)
    return news.people.hear(unit_id)


def summaries(
    news: News, told: Mapping[int, Collection[int]] | None = None, *, keep: int = 0
) -> tuple[NewMessage, ...]:
    """One summary to each person of what their silences, which are over now, kept from them.

    `told`: person -> the alerts that other messages of this check tell them of; `keep`: so many
    pushes have to be left to a person after it. What both began and ended meanwhile is told to
    nobody, an end to whoever knew of the beginning, and nothing to whoever was told since the
    silence was over. A silence whose summary finds no room is summed up at a later check.
    """
    over = mutes.ended_unsummed(news.tx, news.moment.wall)
    found: defaultdict[int, _Meanwhile] = defaultdict(_Meanwhile)
    for mute in over:
        for alert in news.alerts.values():
            if alert.id not in news.muted and _covers(mute, alert):
                _note_open(news, found, mute, alert)
        for person_id, known in news.known.items():
            for alert in (news.over[a] for a in known if a in news.over):
                still = news.people.may_still_hear(person_id, alert.unit_id)
                if _covers(mute, alert) and still:
                    _note(news, found, person_id, mute, alert)
    held: set[int] = set()
    messages = []
    for person_id, meanwhile in sorted(found.items()):
        meanwhile.without((told or {}).get(person_id, ()))
        if meanwhile.empty:
            continue
        if not news.may_push(person_id, keep=keep):
            held |= {mute.id for mute in meanwhile.mutes}
            continue
        with_push(news, person_id)
        messages.append(_message(news, person_id, meanwhile))
    for mute in over:
        if mute.id not in held:
            mutes.was_summed_up(news.tx, mute.id, news.moment.wall)
    return tuple(messages)


def _next_morning(news: News) -> datetime:
    """When the next working day's first check comes that may push."""
    day = news.moment.calendar.add(news.day, 1)
    house, zone = news.house, news.moment.wall.tzinfo
    checks = (datetime.combine(day, at, zone) for at in house.checks if at >= house.digest_from)
    pushing = (at for at in sorted(checks) if not house.is_quiet(at))
    return next(pushing, datetime.combine(day, house.digest_from, zone))


def told_now(messages: Iterable[NewMessage]) -> Mapping[int, frozenset[int]]:
    """Person -> the alerts that these messages tell them of."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for message in messages:
        found[message.person_id] |= set(message.alert_ids)
    return {person_id: frozenset(ids) for person_id, ids in found.items()}


def _note_open(news: News, found: Mapping[int, _Meanwhile], mute: Mute, alert: OpenAlert) -> None:
    """An alert that is open at the end, to each who hears of it."""
    for person_id in news.people.hear(alert.unit_id):
        _note(news, found, person_id, mute, alert)


def _note(
    news: News, found: Mapping[int, _Meanwhile], person_id: int, mute: Mute, alert: OpenAlert
) -> None:
    """An alert that began under the silence, goes on, or is over; unless it was told since."""
    knows = news.known.get(person_id, {}).get(alert.id)
    told_since = knows is not None and knows.at >= (mute.ended_at or mute.ends_at)
    if told_since and alert.id in news.alerts:
        return
    meanwhile = found[person_id]
    meanwhile.mutes.append(mute)
    if alert.id in news.over:
        meanwhile.ended[alert.id] = _line(news, alert, Move.RESOLVED, is_new=True)
    elif alert.opened_at >= mute.starts_at:
        meanwhile.started[alert.id] = _line(news, alert, Move.OPENED, is_new=True)
    else:
        # What they were told before the silence is no news to them.
        moves = alert_store.moves_after_step(news.tx, {alert.id: knows.step_id if knows else 0})
        meanwhile.still_open[alert.id] = _line(news, alert, moves.get(alert.id), is_new=False)


def _message(news: News, person_id: int, meanwhile: _Meanwhile) -> NewMessage:
    given = {mute.id: mute for mute in meanwhile.mutes}
    bound = news.bound_units(person_id)
    lines = {**meanwhile.started, **meanwhile.still_open, **meanwhile.ended}
    either = {**news.alerts, **news.over}
    home = bound[0] if bound else either[next(iter(lines))].unit_id
    started, still_open, ended = (
        [news.read_in(home, line, either[alert_id].unit_id) for alert_id, line in kind.items()]
        for kind in (meanwhile.started, meanwhile.still_open, meanwhile.ended)
    )
    made = compose_summary(
        "mute_ended",
        news.name(home),
        news.day,
        news.moment.wall,
        started=started,
        still_open=still_open,
        ended=ended,
        since=min(mute.starts_at for mute in given.values()).astimezone(news.house.zone),
        silence=_silence(news, next(iter(given.values()))) if len(given) == 1 else None,
    )
    return NewMessage(
        person_id=person_id,
        template="summary",
        payload={
            "summary": made.to_payload(),
            "unit_id": home,
            "slug": units.unit_by_id(news.tx, home).slug,
            "late": news.late,
        },
        dedupe=f"summary:{person_id}:{'-'.join(str(number) for number in sorted(given))}",
        not_before=news.now,
        alert_ids=tuple(sorted(lines)),
    )


def _covers(mute: Mute, alert: OpenAlert) -> bool:
    return mutes.covers(mute, alert.unit_id, alert.target, alert.id)


def _line(news: News, alert: OpenAlert, move: Move | None, *, is_new: bool) -> DigestLine:
    return news.line(alert.key, alert, move, is_new=is_new)


def _silence(news: News, mute: Mute) -> Silence:
    alert = alert_store.alert_by_id(news.tx, mute.alert_id) if mute.alert_id else None
    unit_id = alert.unit_id if alert else mute.unit_id
    return Silence(
        scope="alert" if alert else "target" if mute.target else "unit",
        unit=news.name(unit_id) if unit_id is not None else None,
        target=alert.target if alert else mute.target,
        field=news.fields.get(alert.field_id or 0) if alert else None,
        reason=mute.reason,
        document=mute.document,
        by=mute.by_name,
        ends_at=mute.ends_at.astimezone(news.house.zone),
    )
