"""What is each person told at a check: the day's digest, or what cannot wait for the next one?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from alerts.circumstances import Circumstances
from alerts.digest import compose_digest, digest_due
from alerts.house import House
from alerts.remedy import is_critical
from alerts.telling.news import News, with_push
from alerts.telling.pressing import compose_urgent
from alerts.telling.reminders import Reminder
from alerts.telling.theirs import Theirs, home_of, lines_of, theirs_of
from db import read_models, units
from db.engine import Connection
from db.indicators import Moment, due_soon
from db.records import Item, NewMessage, OpenAlert, Role


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
    """The dossiers and complaints that fall due soon in the units, as far ahead as each is warned;
    each once.
    """
    found = {
        item.key: item
        for unit_id in unit_ids
        for item in due_soon(tx, moment, _warned_ahead(house, people, unit_id), unit_id=unit_id)
    }
    return tuple(found.values())


def _warned_ahead(house: House, people: Circumstances, unit_id: int) -> int:
    usual = house.early_warning_working_days
    return people.thresholds.early_warning(usual, people.chain(unit_id))


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
    ordered: dict[int, tuple[int, ...]] = {}
    for person_id, unit_ids in sorted(found.items()):
        bound = [unit_id for unit_id in news.bound_units(person_id) if unit_id in unit_ids]
        ordered[person_id] = (*bound, *sorted(set(unit_ids) - set(bound)))
    return ordered


def _digest(news: News, theirs: Theirs, last_day: date | None) -> NewMessage | None:
    """The day's digest of one person, where one is due and they may be disturbed."""
    soon, milestones = news.due_soon_in(theirs.unit_ids), news.reminders_in(theirs.unit_ids)
    # What can be acted on is told on the first morning, though its alert waits to be confirmed.
    begun = {a.id for key, a in news.begun.items() if key[0] in theirs.unit_ids}
    lines = lines_of(news, theirs)
    # A reminder is of what is still open, and of nothing else.
    near = bool(soon) or any(_is_news(news, each, last_day) for each in milestones)
    reminder = theirs.need is not None and theirs.need.reason == "repeat" and not (near or begun)
    if reminder:
        lines = tuple(line for line in lines if line.alert_id in theirs.firing)
    # Whoever was never told anything is told once how things stand.
    greeting = last_day is None and not theirs.known and any(x.calls for x in lines)
    has_news = theirs.need is not None or near or bool(begun) or greeting
    if not reminder:
        soon = (*soon, *(each.item for each in milestones))
    due = digest_due(news.day, last_day, has_news, news.moment.calendar)
    critical = any(line.critical or line.is_new for line in lines)
    if not (due.send and (lines or soon)):
        return None
    if not (critical or news.sends_digests) or not news.may_push(theirs.person_id):
        return None
    home = home_of(news, theirs)
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


def _is_news(news: News, reminder: Reminder, last_day: date | None) -> bool:
    unit_id = reminder.item.unit_id or 0
    days = _warned_ahead(news.house, news.people, unit_id)
    return reminder.is_news(last_day, news.day, days, news.moment.calendar)


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
    home = home_of(news, theirs)
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
