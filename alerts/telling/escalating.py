"""Who is told today of what nobody below them answered? Each alert by its own ladder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from alerts.escalation import UPWARDS, due_rungs, people_of
from alerts.silencing import given_from_above
from alerts.telling.news import News, with_push
from alerts.telling.pressing import EscalationLine, Reported, compose_escalation
from db import alert_store, contacts, mutes, tellings
from db.records import Move, Mute, NewMessage, OpenAlert, Phase, Rung, Telling

ToldOf = tuple[int, Telling, datetime]  # person, as what, when


@dataclass(frozen=True, kw_only=True, slots=True)
class _Waiting:
    """An alert that may go up its ladder, and what is known of it."""

    alert: OpenAlert
    since: datetime  # from when on its unit could have answered
    told: tuple[ToldOf, ...]
    reopened: bool  # what its unit said to be done was not
    silences: tuple[Mute, ...]  # that its unit gave meanwhile, over or not
    act: tuple[Move, int, datetime] | None  # the unit's last

    def reported(self, person_id: int) -> bool:
        """Whether the person was told of it as somebody above, since it waits."""
        return any(
            told == person_id and kind is Telling.ESCALATION and at >= _base(self.alert)
            for told, kind, at in self.told
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Due:
    """A rung of an alert's ladder that is due, and those of its people who are to be told now."""

    of: _Waiting
    rung: Rung
    people: tuple[int, ...]


def escalations(news: News) -> tuple[NewMessage, ...]:
    """One message to each person who is above what nobody answered; the rungs are told then.

    A rung is passed without a word where all its people hear of the unit anyway, or were told by a
    rung before it. It is passed when each of them was told: whoever finds no room in their pushes
    of today is told at a later check, and the others not again.
    """
    due = [each for waiting in _waiting(news) for each in _due(news, waiting)]
    owed: defaultdict[int, list[_Due]] = defaultdict(list)
    for each in due:
        for person_id in each.people:
            owed[person_id].append(each)
    no_room = {person_id for person_id in owed if not news.may_push(person_id)}
    names = contacts.names(news.tx) if owed else {}
    claims = _false_claims(news) if owed else {}
    messages = []
    for person_id, found in sorted(owed.items()):
        if person_id in no_room:
            continue
        with_push(news, person_id)
        messages.append(_message(news, person_id, found, names, claims))
    alert_store.rungs_were_told(news.tx, _passed(due, no_room))
    return tuple(messages)


# --- what waits, and for whom ---------------------------------------------------------------------


def _waiting(news: News) -> tuple[_Waiting, ...]:
    """The alerts whose ladder counts: from when their unit was told of them first."""
    climbing = [alert for alert in news.alerts.values() if alert.ladder and _climbs(news, alert)]
    ids = [alert.id for alert in climbing]
    told, first = tellings.tellings_of(news.tx, ids), tellings.first_tellings(news.tx, ids)
    acts = alert_store.last_acts(news.tx, ids)
    reopened = alert_store.moments_of(news.tx, ids, Move.REOPENED)
    begun = min((_base(alert) for alert in climbing), default=news.moment.wall)
    silences = mutes.since(news.tx, begun, news.moment.wall)
    found = []
    for alert in climbing:
        since = first.get(alert.id)
        # Whoever silenced what they were never told of could have answered from the beginning on.
        if since is None and alert.id not in news.muted:
            continue
        covering = [m for m in silences if _covers(m, alert)]
        above = [m for m in covering if given_from_above(news.tx, news.house, m, alert.unit_id)]
        # While those above had it silenced, or exempt, nobody asked the unit for an answer.
        asked = [_over(m) for m in above if _over(m) <= news.moment.wall]
        found.append(
            _Waiting(
                alert=alert,
                since=max(_base(alert), since or alert.opened_at, *asked),
                told=told.get(alert.id, ()),
                reopened=reopened.get(alert.id) == alert.waits_since is not None,
                silences=tuple(m for m in covering if m not in above),
                act=acts.get(alert.id),
            )
        )
    return tuple(found)


def _climbs(news: News, alert: OpenAlert) -> bool:
    """Whether nothing holds it back; by a silence of their own a unit holds back nothing that is
    critical.
    """
    if alert.id not in news.silent:
        return True
    return (
        news.silent[alert.id] == "muted"
        and alert.critical
        and not any(
            given_from_above(news.tx, news.house, mute, alert.unit_id)
            for mute in news.muted[alert.id]
        )
    )


def _covers(mute: Mute, alert: OpenAlert) -> bool:
    """Whether a silence was of the alert at any time since it waits for an answer."""
    return _over(mute) > _base(alert) and mutes.covers(mute, alert.unit_id, alert.target, alert.id)


def _over(mute: Mute) -> datetime:
    return mute.ended_at or mute.ends_at


def _base(alert: OpenAlert) -> datetime:
    """From when on an answer, or the proof of one, is waited for."""
    if alert.phase is Phase.CLAIMED and alert.claimed_at is not None:
        return alert.claimed_at
    return alert.waits_since or alert.opened_at


def _due(news: News, waiting: _Waiting) -> tuple[_Due, ...]:
    alert = waiting.alert
    # A claim that was not true goes a rung up as soon as somebody there can be told.
    owes = waiting.reopened and not any(
        kind is Telling.ESCALATION and at >= _base(alert) for _person, kind, at in waiting.told
    )
    rungs = due_rungs(
        replace(alert, waits_since=waiting.since),
        news.moment.wall,
        news.moment.calendar,
        reopened=owes,
    )
    hear = set(news.people.hear(alert.unit_id))
    return tuple(
        _Due(of=waiting, rung=rung, people=_people(news, waiting, rung, hear)) for rung in rungs
    )


def _people(news: News, waiting: _Waiting, rung: Rung, hear: Collection[int]) -> tuple[int, ...]:
    chain = news.people.chain(waiting.alert.unit_id)
    found = people_of(rung, chain, news.people.bindings, news.people.absences, news.day)
    return tuple(p for p in found if p not in hear and not waiting.reported(p))


def _passed(due: Sequence[_Due], no_room: Collection[int]) -> dict[int, int]:
    """Alert -> the rungs behind it now; a rung whose people found no room keeps those after it."""
    passed: dict[int, int] = {}
    kept: set[int] = set()
    for each in due:
        alert = each.of.alert
        if any(person_id in no_room for person_id in each.people):
            kept.add(alert.id)
        if alert.id not in kept:
            passed[alert.id] = passed.get(alert.id, alert.rungs_told) + 1
    return passed


# --- what they are told ---------------------------------------------------------------------------


def _message(
    news: News,
    person_id: int,
    owed: Sequence[_Due],
    names: Mapping[int, str],
    claims: Mapping[int, tuple[int, int]],
) -> NewMessage:
    """All that a person is told in one message, in the name of the highest rung."""
    to = max((each.rung.to for each in owed), key=UPWARDS.index)
    bound = news.bound_units(person_id)
    home = bound[0] if bound else owed[0].of.alert.unit_id
    lines = {
        each.of.alert.id: _line(
            news, each.of, person_id, names, claims.get(each.of.alert.unit_id, (0, 0))
        )
        for each in owed
    }
    made = compose_escalation(news.name(home), to, list(lines.values()), news.day, news.moment.wall)
    return NewMessage(
        person_id=person_id,
        template="escalation",
        payload={"escalation": made.to_payload(), "unit_id": home, "late": news.late},
        dedupe=f"escalation:{person_id}:{news.moment.wall:%Y%m%d%H%M}",
        not_before=news.now,
        alert_ids=tuple(sorted(lines)),
    )


def _line(
    news: News,
    waiting: _Waiting,
    person_id: int,
    names: Mapping[int, str],
    false_claims: tuple[int, int],
) -> EscalationLine:
    """The alert, how long it waits, who else was told of it when, and what the unit said so far."""
    alert, told = waiting.alert, waiting.told
    line = EscalationLine(
        line=news.line(alert.key, alert, _move(news, alert), is_new=False),
        waited_working_days=news.moment.calendar.between(_day(news, waiting.since), news.day),
        reminded=tuple(
            sorted({_day(news, at) for _person, kind, at in told if kind is not Telling.ESCALATION})
        ),
        reported=tuple(
            Reported(name=names.get(other, ""), day=_day(news, at))
            for other, kind, at in told
            if kind is Telling.ESCALATION and other != person_id
        ),
        false_claims=false_claims,
    )
    if waiting.silences:
        mute = waiting.silences[-1]
        return replace(
            line,
            response="muted",
            response_by=mute.by_name,
            response_at=mute.starts_at,
            response_until=mute.ended_at or mute.ends_at,
            response_reason=mute.reason,
        )
    if waiting.reopened and waiting.act is not None:
        _what, by, at = waiting.act
        return replace(line, response="reopened", response_by=names.get(by, ""), response_at=at)
    return line


def _move(news: News, alert: OpenAlert) -> Move | None:
    return news.newest.get(alert.id, (0, None))[1]


def _false_claims(news: News) -> Mapping[int, tuple[int, int]]:
    """Unit -> how many of its claims of this year were not true, of how many judged."""
    begins = datetime.combine(news.moment.year_begins, time(), news.house.zone)
    return alert_store.false_claims(news.tx, begins, news.moment.wall)


def _day(news: News, moment: datetime) -> date:
    return moment.astimezone(news.house.zone).date()
