"""What of the news is one person's at a check, and in which lines is it told?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from alerts.telling.lines import DigestLine
from alerts.telling.need import Need, needs_telling
from alerts.telling.news import News
from db import alert_store
from db.records import Move, Told

NOT_SHOWN = frozenset({"muted", "district_wide"})  # of what a source withholds, the count is told


@dataclass(frozen=True, kw_only=True)
class Theirs:
    """What is one person's at a check; `known` without what they may no longer hear of."""

    person_id: int
    unit_ids: tuple[int, ...]  # the one that they are bound to comes first
    known: Mapping[int, Told]
    firing: Mapping[int, int]  # alert -> its newest step
    ended: Mapping[int, int]
    need: Need | None
    told_now: Collection[int] = ()  # alerts that another message of this check tells them of


def theirs_of(
    news: News,
    person_id: int,
    unit_ids: tuple[int, ...],
    told_now: Collection[int] = (),
    *,
    only_of: int | None = None,
) -> Theirs:
    """What the person has to be told, of the alerts of these units and of those they know of
    (`only_of`: of this unit).
    """
    either = {**news.alerts, **news.over}
    known = {
        alert_id: told
        for alert_id, told in news.known.get(person_id, {}).items()
        if alert_id in either
        and only_of in (None, either[alert_id].unit_id)
        and news.people.may_still_hear(person_id, either[alert_id].unit_id)
    }
    mine = set(unit_ids)
    firing = {
        alert.id: news.newest[alert.id][0]
        for alert in news.alerts.values()
        if alert.unit_id in mine
        and alert.id not in news.silent
        and alert.id in news.newest
        and alert.id not in told_now
    }
    # Whoever was told while it was pending learns nothing from its being confirmed.
    since = {a: known[a].step_id for a in firing if a in known and not known[a].ended}
    moves = alert_store.moves_after_step(news.tx, since)
    confirmed = {a for a, move in moves.items() if move is news.newest[a][1] is Move.OPENED}
    firing |= {a: since[a] for a in confirmed}
    ended = {
        alert_id: news.newest[alert_id][0]
        for alert_id in known
        if alert_id in news.over and alert_id in news.newest and alert_id not in told_now
    }
    last_at = max((told.at for told in known.values()), default=None)
    need = needs_telling(
        {a: t for a, t in known.items() if a not in told_now},
        firing,
        ended,
        # Whoever is told something just now is not reminded of the rest.
        last_at=news.now if told_now else last_at,
        repeat_working_days=min(
            (
                news.people.policy(
                    news.alerts[a].target, news.alerts[a].unit_id
                ).repeat_working_days
                for a in firing
            ),
            default=news.house.repeat_working_days,
        ),
        now=news.moment.wall,
        calendar=news.moment.calendar,
    )
    return Theirs(
        person_id=person_id,
        unit_ids=unit_ids,
        known=known,
        firing=firing,
        ended=ended,
        need=need,
        told_now=told_now,
    )


def lines_of(news: News, theirs: Theirs) -> tuple[DigestLine, ...]:
    """A line for each reading of the person's units, and for each end that they are owed."""
    fresh: set[int] = set()
    if theirs.need is not None and theirs.need.reason != "repeat":
        fresh = {*theirs.need.alert_ids, *theirs.need.ended_ids}
    since = {
        a: theirs.known[a].step_id if a in theirs.known else 0
        for a in (*theirs.firing, *theirs.ended)
    }
    moves = alert_store.moves_after_step(news.tx, since)
    mine, ended = set(theirs.unit_ids), {news.over[a].key: news.over[a] for a in theirs.ended}
    lines = []
    for key in news.judged:
        alert_id = news.ids.get(key)
        if key[0] not in mine or (alert_id and news.silent.get(alert_id) in NOT_SHOWN):
            continue
        if alert_id in theirs.told_now:
            continue
        alert = news.alerts[alert_id] if alert_id else ended.pop(key, None)
        move = moves.get(alert.id) if alert else None
        if alert and move is Move.OPENED and alert.id in theirs.known:
            move = news.newest[alert.id][1]  # that it began they know
        is_new = alert is not None and alert.id in fresh
        lines.append((news.line(key, alert, move, is_new=is_new), key[0]))
    lines += [
        (news.line(key, alert, Move.RESOLVED, is_new=alert.id in fresh), key[0])
        for key, alert in ended.items()
        if key not in news.ids
    ]
    home = home_of(news, theirs) if lines else 0
    return tuple(news.read_in(home, line, unit_id) for line, unit_id in lines)


def home_of(news: News, theirs: Theirs) -> int:
    """The unit in whose name the person is addressed."""
    if theirs.unit_ids:
        return theirs.unit_ids[0]
    known = {**news.alerts, **news.over}
    bound = news.bound_units(theirs.person_id)
    return bound[0] if bound else known[next(iter(theirs.known))].unit_id
