"""What is said at the end of a silence, and a day before it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alerts.budget import may_push
from alerts.lines import DigestLine
from alerts.news import News, with_push
from alerts.summaries import MuteEnding, Silence, compose_summary
from db import alert_store, mutes
from db.records import Move, Mute, NewMessage, OpenAlert


@dataclass(slots=True)
class _Meanwhile:
    """What went on under the silences that one person has to hear of."""

    mutes: list[Mute] = field(default_factory=list)
    started: dict[int, DigestLine] = field(default_factory=dict)
    still_open: dict[int, DigestLine] = field(default_factory=dict)
    ended: dict[int, DigestLine] = field(default_factory=dict)


def endings(news: News) -> tuple[NewMessage, ...]:
    """Who gave a silence is reminded a day before it ends, once."""
    if not news.sends_digests:
        return ()
    messages = []
    for mute in mutes.to_remind(news.tx, news.moment.wall):
        mutes.was_reminded(news.tx, mute.id, news.moment.wall)
        still = sum(mutes.covers(mute, a.unit_id, a.target, a.id) for a in news.alerts.values())
        made = MuteEnding(silence=_silence(news, mute), still_open=still)
        messages.append(
            NewMessage(
                person_id=mute.by,
                template="mute_ending",
                payload={"mute_ending": made.to_payload()},
                dedupe=f"mute_ending:{mute.id}:{mute.ends_at:%Y%m%d%H%M}",
                not_before=news.not_before,
            )
        )
    return tuple(messages)


def summaries(news: News) -> tuple[NewMessage, ...]:
    """One summary to each person of what their silences, which are over now, kept from them.

    What both began and ended meanwhile is told to nobody; an end is told to whoever knew of the
    beginning. A silence whose summary finds no room today is summed up on the next working day.
    """
    if not news.sends_digests:
        return ()
    over = mutes.ended_unsummed(news.tx, news.moment.wall)
    still_silent = {alert_id for alert_id, why in news.silent.items() if why == "muted"}
    found: defaultdict[int, _Meanwhile] = defaultdict(_Meanwhile)
    for mute in over:
        for alert in news.alerts.values():
            if alert.id not in still_silent and _covers(mute, alert):
                _note_open(news, found, mute, alert)
        for person_id, known in news.known.items():
            for alert in (news.over[a] for a in known if a in news.over):
                still = news.people.may_still_hear(person_id, alert.unit_id)
                if _covers(mute, alert) and still:
                    meanwhile = found[person_id]
                    meanwhile.mutes.append(mute)
                    meanwhile.ended[alert.id] = _line(news, alert, Move.RESOLVED)
    held: set[int] = set()
    messages = []
    for person_id, meanwhile in sorted(found.items()):
        sent, limit = news.sent_today.get(person_id, 0), news.house.pushes_per_day
        if not may_push(sent, limit, news.checks_left, critical=True, is_morning=True).push:
            held |= {mute.id for mute in meanwhile.mutes}
            continue
        with_push(news, person_id)
        messages.append(_message(news, person_id, meanwhile))
    for mute in over:
        if mute.id not in held:
            mutes.was_summed_up(news.tx, mute.id, news.moment.wall)
    return tuple(messages)


def told_now(messages: Iterable[NewMessage]) -> Mapping[int, frozenset[int]]:
    """Person -> the alerts that these messages tell them of."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for message in messages:
        found[message.person_id] |= set(message.alert_ids)
    return {person_id: frozenset(ids) for person_id, ids in found.items()}


def _note_open(news: News, found: Mapping[int, _Meanwhile], mute: Mute, alert: OpenAlert) -> None:
    """An alert that is open at the end: it began under the silence, or goes on."""
    for person_id in news.people.hear(alert.unit_id):
        meanwhile = found[person_id]
        meanwhile.mutes.append(mute)
        began = alert.opened_at >= mute.starts_at
        if began:
            meanwhile.started[alert.id] = _line(news, alert, Move.OPENED)
            continue
        # What they were told before the silence is no news to them.
        told = news.known.get(person_id, {}).get(alert.id)
        moves = alert_store.moves_after_step(news.tx, {alert.id: told.step_id if told else 0})
        meanwhile.still_open[alert.id] = _line(news, alert, moves.get(alert.id))


def _message(news: News, person_id: int, meanwhile: _Meanwhile) -> NewMessage:
    given = {mute.id: mute for mute in meanwhile.mutes}
    bound = news.bound_units(person_id)
    lines = {**meanwhile.started, **meanwhile.still_open, **meanwhile.ended}
    either = {**news.alerts, **news.over}
    home = bound[0] if bound else either[next(iter(lines))].unit_id
    made = compose_summary(
        "mute_ended",
        news.name(home),
        news.day,
        news.moment.wall,
        started=meanwhile.started.values(),
        still_open=meanwhile.still_open.values(),
        ended=meanwhile.ended.values(),
        since=min(mute.starts_at for mute in given.values()).astimezone(news.house.zone),
        silence=_silence(news, next(iter(given.values()))) if len(given) == 1 else None,
    )
    return NewMessage(
        person_id=person_id,
        template="summary",
        payload={"summary": made.to_payload(), "unit_id": home, "late": news.late},
        dedupe=f"summary:{person_id}:{'-'.join(str(number) for number in sorted(given))}",
        not_before=news.not_before,
        alert_ids=tuple(sorted(lines)),
    )


def _covers(mute: Mute, alert: OpenAlert) -> bool:
    return mutes.covers(mute, alert.unit_id, alert.target, alert.id)


def _line(news: News, alert: OpenAlert, move: Move | None) -> DigestLine:
    return news.line((alert.unit_id, alert.target, alert.field_id), alert, move, is_new=True)


def _silence(news: News, mute: Mute) -> Silence:
    alert = alert_store.alert_by_id(news.tx, mute.alert_id) if mute.alert_id else None
    unit_id = alert.unit_id if alert else mute.unit_id
    return Silence(
        scope="alert" if alert else "target" if mute.target else "unit",
        unit=news.name(unit_id) if unit_id is not None else None,
        target=alert.target if alert else mute.target,
        reason=mute.reason,
        document=mute.document,
        by=mute.by_name,
        ends_at=mute.ends_at.astimezone(news.house.zone),
    )
