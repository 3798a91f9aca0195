"""Who is told today of what nobody below them answered? Each alert by its own ladder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.escalation import UPWARDS, due_rungs, people_of
from alerts.telling.budget import may_push
from alerts.telling.news import News, with_push
from alerts.telling.pressing import EscalationLine, Reported, compose_escalation
from db import alert_store, contacts, tellings
from db.records import Move, NewMessage, OpenAlert, Rung, Telling


@dataclass(frozen=True, kw_only=True, slots=True)
class _Owed:
    """An alert that a rung of its ladder is told of."""

    alert: OpenAlert
    rung: Rung
    line: EscalationLine


def escalations(news: News) -> tuple[NewMessage, ...]:
    """One message to each person who is above what nobody answered; the rungs are told then.

    A rung whose people hear of the unit anyway is passed without a word. What finds no room in a
    person's pushes of today is told on the next working day.
    """
    if not news.sends_digests:
        return ()
    owed: defaultdict[int, list[_Owed]] = defaultdict(list)
    passed: dict[int, int] = {}
    due = {
        alert.id: rungs
        for alert in news.alerts.values()
        if alert.id not in news.silent and (rungs := _due(news, alert))
    }
    told = tellings.tellings_of(news.tx, due)
    acts = alert_store.last_acts(news.tx, due)
    names = contacts.names(news.tx) if due else {}
    for alert_id, rungs in due.items():
        alert = news.alerts[alert_id]
        hear = set(news.people.hear(alert.unit_id))
        for rung in rungs:
            line = _line(news, alert, told.get(alert_id, ()), acts.get(alert_id), names)
            for person_id in _people(news, alert, rung, hear):
                owed[person_id].append(_Owed(alert=alert, rung=rung, line=line))
        passed[alert_id] = alert.rungs_told + len(rungs)
    messages = []
    for person_id, found in sorted(owed.items()):
        sent = news.sent_today.get(person_id, 0)
        limit, left = news.house.pushes_per_day, news.checks_left
        if not may_push(sent, limit, left, critical=True, is_morning=True).push:
            for each in found:
                passed.pop(each.alert.id, None)
            continue
        with_push(news, person_id)
        messages.append(_message(news, person_id, found))
    alert_store.rungs_were_told(news.tx, passed)
    return tuple(messages)


def _due(news: News, alert: OpenAlert) -> tuple[Rung, ...]:
    # Once, at the check that found the claim untrue: from then on its working days count again.
    reopened = (
        news.newest.get(alert.id, (0, None))[1] is Move.REOPENED
        and alert.waits_since == news.moment.wall
    )
    return due_rungs(alert, news.moment.wall, news.moment.calendar, reopened=reopened)


def _people(news: News, alert: OpenAlert, rung: Rung, hear: Collection[int]) -> tuple[int, ...]:
    chain = news.people.chain(alert.unit_id)
    found = people_of(rung, chain, news.people.bindings, news.people.absences, news.day)
    return tuple(person_id for person_id in found if person_id not in hear)


def _line(
    news: News,
    alert: OpenAlert,
    told: Sequence[tuple[int, Telling, datetime]],
    act: tuple[Move, int, datetime] | None,
    names: Mapping[int, str],
) -> EscalationLine:
    """The alert, how long it waits, who was told of it when, and what the unit said so far."""
    since = _day(news, alert.waits_since or alert.opened_at)
    move = news.newest.get(alert.id, (0, None))[1]
    answered = act if act is not None and move is Move.REOPENED else None
    return EscalationLine(
        line=news.line(_key(alert), alert, move, is_new=False),
        waited_working_days=news.moment.calendar.between(since, news.day),
        reminded=tuple(
            sorted({_day(news, at) for _person, kind, at in told if kind is not Telling.ESCALATION})
        ),
        reported=tuple(
            Reported(name=names.get(person_id, ""), day=_day(news, at))
            for person_id, kind, at in told
            if kind is Telling.ESCALATION
        ),
        response="reopened" if answered else "none",
        response_by=names.get(answered[1], "") if answered else "",
        response_at=answered[2] if answered else None,
    )


def _message(news: News, person_id: int, owed: Sequence[_Owed]) -> NewMessage:
    """All that a person is told in one message, in the name of the highest rung."""
    to = max((each.rung.to for each in owed), key=UPWARDS.index)
    bound = news.bound_units(person_id)
    home = bound[0] if bound else owed[0].alert.unit_id
    lines = {each.alert.id: each.line for each in owed}
    made = compose_escalation(news.name(home), to, list(lines.values()), news.day, news.moment.wall)
    return NewMessage(
        person_id=person_id,
        template="escalation",
        payload={"escalation": made.to_payload(), "unit_id": home, "late": news.late},
        dedupe=f"escalation:{person_id}:{news.day:%Y%m%d}",
        not_before=news.not_before,
        alert_ids=tuple(sorted(lines)),
    )


def _day(news: News, moment: datetime) -> date:
    return moment.astimezone(news.house.zone).date()


def _key(alert: OpenAlert) -> tuple[int, str, int | None]:
    return alert.unit_id, alert.target, alert.field_id
