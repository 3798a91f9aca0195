"""What is each person told at a check: the day's digest, or what cannot wait for the next one?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.circumstances import Circumstances
from alerts.digest import compose_digest, digest_due
from alerts.house import House
from alerts.remedy import is_critical
from alerts.telling.lines import DigestLine
from alerts.telling.need import Need, needs_telling
from alerts.telling.news import News, with_push
from alerts.telling.pressing import compose_urgent
from db import alert_store, read_models, units
from db.engine import Connection
from db.indicators import Moment, due_soon
from db.records import Item, Move, NewMessage, OpenAlert, Role, Told

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


def digests(
    news: News, told_now: Mapping[int, Collection[int]] | None = None
) -> tuple[NewMessage, ...]:
    """The digests and urgent messages that this check owes.

    `told_now`: person -> the alerts that another message of this check tells them of.
    """
    last_days = read_models.last_digests(news.tx)
    messages: list[NewMessage] = []
    for person_id, unit_ids in _audience(news).items():
        theirs = theirs_of(news, person_id, unit_ids, (told_now or {}).get(person_id, ()))
        last = last_days.get(person_id, (None, 0))[0]
        last_day = date.fromisoformat(last) if last else None
        # Whoever was never told anything gets their first digest at whatever check it is.
        morning = news.sends_digests or (last_day is None and not theirs.known)
        made = _digest(news, theirs, last_day) if morning else _urgent(news, theirs)
        if made is not None:
            with_push(news, person_id)
            messages.append(made)
    return tuple(messages)


def due_soon_in(
    house: House,
    tx: Connection,
    moment: Moment,
    people: Circumstances,
    unit_ids: Sequence[int],
) -> tuple[Item, ...]:
    """What falls due soon in the units, as far ahead as each is warned; each dossier once."""
    usual, set_by_admins = house.early_warning_working_days, people.thresholds
    found = {
        item.key: item
        for unit_id in unit_ids
        for item in due_soon(
            tx, moment, set_by_admins.early_warning(usual, people.chain(unit_id)), unit_id=unit_id
        )
    }
    return tuple(found.values())


def _audience(news: News) -> dict[int, tuple[int, ...]]:
    """Person -> the units whose news are theirs; whoever was told of an alert may be owed its end,
    though they hear of none of its unit's news.
    """
    found: defaultdict[int, list[int]] = defaultdict(list)
    groups = {b.person_id for b in news.people.bindings if b.role is Role.GROUP}
    for unit_id in sorted({unit_id for unit_id, _target, _field in news.judged}):
        for person_id in news.people.hear(unit_id):
            found[person_id].append(unit_id)
    for person_id in news.known.keys() - groups:
        found.setdefault(person_id, [])
    for person_id, unit_ids in found.items():
        bound = news.bound_units(person_id)
        others = sorted(set(unit_ids) - set(bound))
        unit_ids[:] = [*(unit_id for unit_id in bound if unit_id in unit_ids), *others]
    return {person_id: tuple(found[person_id]) for person_id in sorted(found)}


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


def _digest(news: News, theirs: Theirs, last_day: date | None) -> NewMessage | None:
    """The day's digest of one person, where one is due and they may be disturbed."""
    soon = news.due_soon_in(theirs.unit_ids)
    # What can be acted on is told on the first morning, though its alert waits to be confirmed.
    begun = {a.id for key, a in news.begun.items() if key[0] in theirs.unit_ids}
    lines = lines_of(news, theirs)
    # A reminder is of what is still open, and of nothing else.
    reminder = theirs.need is not None and theirs.need.reason == "repeat" and not (soon or begun)
    if reminder:
        lines = tuple(line for line in lines if line.alert_id in theirs.firing)
    # Whoever was never told anything is told once how things stand.
    greeting = last_day is None and not theirs.known and any(x.calls for x in lines)
    has_news = theirs.need is not None or bool(soon) or bool(begun) or greeting
    due = digest_due(news.day, last_day, has_news, news.moment.calendar)
    critical = any(line.critical or line.is_new for line in lines)
    if not (due.send and (lines or soon)):
        return None
    if not (critical or news.sends_digests) or not news.may_push(theirs.person_id):
        return None
    home = _home(news, theirs)
    digest = compose_digest(
        news.name(home),
        lines,
        news.day,
        news.moment.wall,
        soon,
        first=last_day is None and not theirs.known,
        reminder=reminder,
        nothing_new=not has_news,
    )
    return NewMessage(
        person_id=theirs.person_id,
        template="digest",
        payload={
            "digest": digest.to_payload(),
            "snapshot_id": news.snapshot_id,
            "unit_id": home,
            "slug": units.unit_by_id(news.tx, home).slug,
            "late": news.late,
        },
        dedupe=f"digest:{theirs.person_id}:{news.day:%Y%m%d}",
        not_before=news.now,
        alert_ids=tuple(sorted({*theirs.firing, *theirs.ended, *begun})),
    )


def _urgent(news: News, theirs: Theirs) -> NewMessage | None:
    """What became critical since the person heard last; and, once a day, what is still open of
    theirs and falls due today.
    """
    if not theirs.unit_ids:
        return None
    news_of_theirs = set(theirs.need.alert_ids) if theirs.need else set()
    # The district counts every unit's items: what cannot wait there is for that unit to do.
    pressing = {a for a in news_of_theirs if is_critical(_own_items(news, news.alerts[a]))}
    lines = [line for line in lines_of(news, theirs) if line.alert_id in pressing]
    home = _home(news, theirs)
    due_today = _due_today(news, theirs) if news.after_noon else ()
    urgent = compose_urgent(news.name(home), lines, news.day, news.moment.wall, due_today)
    if urgent is None or not news.may_push(theirs.person_id):
        return None
    return NewMessage(
        person_id=theirs.person_id,
        template="urgent",
        payload={
            "urgent": urgent.to_payload(),
            "unit_id": home,
            "slug": units.unit_by_id(news.tx, home).slug,
            "late": news.late,
        },
        dedupe=f"urgent:{theirs.person_id}:{news.moment.wall:%Y%m%d%H%M}",
        not_before=news.now,
        alert_ids=tuple(sorted({*urgent.alert_ids, *urgent.counted_ids})),
    )


def _due_today(news: News, theirs: Theirs) -> tuple[Item, ...]:
    """What falls due today in the units that are the person's own: what a unit below does is its
    own, though it has no head and they hear of it.
    """
    led = set(news.bound_units(theirs.person_id))
    own = {u for u in theirs.unit_ids if led.isdisjoint(news.people.chain(u)[1:])}
    today = int(f"{news.day:%Y%m%d}")
    return tuple(
        item
        for item in news.due_soon_in(sorted(own))
        if item.unit_id in own and item.due is not None and int(str(item.due)[:8]) == today
    )


def _own_items(news: News, alert: OpenAlert) -> tuple[Item, ...]:
    """The items that the alert's own unit is to act on."""
    items = news.items.get(alert.key, ())
    return tuple(item for item in items if item.unit_id in (None, alert.unit_id))


def _home(news: News, theirs: Theirs) -> int:
    """The unit in whose name the person is addressed."""
    if theirs.unit_ids:
        return theirs.unit_ids[0]
    known = {**news.alerts, **news.over}
    bound = news.bound_units(theirs.person_id)
    return bound[0] if bound else known[next(iter(theirs.known))].unit_id


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
    home = _home(news, theirs) if lines else 0
    return tuple(news.read_in(home, line, unit_id) for line, unit_id in lines)
