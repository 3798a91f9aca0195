"""How is somebody told what happens between two checks, and what of it waits?

A refused file, disputed figures, a check that failed: the first is told at once. What comes while
such a message still waits to be sent is taken into it. What finds no room in the pushes of today is
put off, all in one message: it goes out with the next check that leaves it room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.house import House
from alerts.telling.news import News, with_push
from alerts.telling.pushes import checks_after, midnight, pushes_of
from alerts.telling.quiet import hold_until
from alerts.working_time import in_effect
from db import gathering, outbox
from db.engine import Connection
from db.records import NewMessage

# What no check tells, but whatever happens between them.
TEMPLATES = ("refused_file", "dispute", "check_failed")
NO_CHECK_CAME = timedelta(hours=1)
SAID_ONCE_IN = timedelta(days=7)


def tell_between_checks(
    tx: Connection, house: House, messages: Iterable[NewMessage], now: datetime
) -> None:
    """Queues each of the messages (once, by `dedupe`), or has one that waits take it in."""
    house = in_effect(house, tx)
    for message in sorted(messages, key=lambda each: each.person_id):
        told = not outbox.not_queued(tx, [message])
        if told or gathering.was_gathered(tx, message, now - SAID_ONCE_IN):
            continue
        waiting = gathering.waiting_for(tx, message.person_id, TEMPLATES)
        room = _has_room(tx, house, message)
        if waiting and gathering.take_in(tx, waiting, message, now):
            if room and waiting.not_before > message.not_before:
                gathering.move(tx, waiting, message.not_before)
            continue
        at = message.not_before if room else _at_latest(house, message.not_before)
        outbox.enqueue(tx, [replace(message, not_before=at)], now)


def release(news: News) -> None:
    """What was put off goes out with this check where its person's pushes of today have room."""
    for waiting in gathering.put_off(news.tx, news.now, TEMPLATES):
        if news.may_push(waiting.person_id):
            gathering.move(news.tx, waiting, news.now)
            with_push(news, waiting.person_id)
        elif not news.checks_left:
            gathering.move(news.tx, waiting, _at_latest(news.house, news.now))


def _has_room(tx: Connection, house: House, message: NewMessage) -> bool:
    """Whether it leaves a push to the day's digests, where they are still to come, and one to the
    day's last check.
    """
    here = message.not_before.astimezone(house.zone)
    left = house.pushes_per_day - pushes_of(house, tx, here).get(message.person_id, 0)
    checks = checks_after(house, here)
    digests_to_come = checks == checks_after(house, midnight(house, here))
    return left > min(checks, 2 if digests_to_come else 1)


def _at_latest(house: House, after: datetime) -> datetime:
    """When it goes out by itself, should no check have been taken until then: late on the next
    working day.
    """
    here = after.astimezone(house.zone)
    day = house.calendar.add(here.date(), 1)
    late = datetime.combine(day, max(house.checks), house.zone) + NO_CHECK_CAME
    return hold_until(late, house.calendar, house.quiet_from, house.quiet_until)
