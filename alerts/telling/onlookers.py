"""Who is told besides those who act? A unit's group chat, admins where a unit has no head, and the
stewards of silent sources.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from alerts.audience import without_head
from alerts.sources import standing_of_sources
from alerts.telling.data_alarms import stale_sources, unentered_lines
from alerts.telling.news import News, with_push
from alerts.telling.notices import compose_group, compose_unbound
from alerts.telling.theirs import lines_of, theirs_of
from db import tellings
from db.odd_files import odd_files
from db.records import NewMessage, Role, Unit

LATELY = timedelta(days=7)  # an odd file of before is no news any more
NEVER = datetime.min.replace(tzinfo=UTC)


def group_messages(news: News) -> tuple[NewMessage, ...]:
    """Each bound group chat gets the numbers of its unit on a day with news; one that is bound to
    several units gets a message of each, as many as a person may get pushes in a day: first of what
    is critical and news, then of the unit that it was told of longest ago. The others' news stay
    news, and are told on another morning.
    """
    if not news.sends_digests:
        return ()
    waiting: list[tuple[tuple[bool, datetime], NewMessage]] = []
    for binding in news.people.bindings:
        if binding.role is not Role.GROUP or binding.unit_id is None:
            continue
        unit_id, group = binding.unit_id, binding.person_id
        theirs = theirs_of(news, group, (unit_id,), only_of=unit_id)
        lines = lines_of(news, theirs)
        if theirs.need is None or not lines:
            continue
        soon = len(news.due_soon_in((unit_id,))) + len(news.reminders_in((unit_id,)))
        made = compose_group(
            news.name(unit_id),
            lines,
            news.day,
            news.moment.wall,
            soon,
            first=not theirs.known,
        )
        message = NewMessage(
            person_id=group,
            template="group",
            payload={"group": made.to_payload(), "unit_id": unit_id, "late": news.late},
            dedupe=f"group:{group}:{unit_id}:{news.day:%Y%m%d}",
            not_before=news.now,
            alert_ids=tuple(sorted({*theirs.firing, *theirs.ended})),
        )
        pressing = any(line.critical and line.is_new for line in lines)
        heard = max((told.at for told in theirs.known.values()), default=NEVER)
        waiting.append(((not pressing, heard), message))
    messages = []
    for _place, message in sorted(waiting, key=lambda each: each[0]):
        if news.has_push(message.person_id):
            with_push(news, message.person_id)
            messages.append(message)
    return tuple(messages)


def units_without_head(news: News) -> tuple[NewMessage, ...]:
    """The admins are told once a day where something is open and nobody heads the unit."""
    if not news.sends_digests:
        return ()
    open_in: defaultdict[int, int] = defaultdict(int)
    for alert in news.alerts.values():
        open_in[alert.unit_id] += 1
    headless = without_head(sorted(open_in), news.people.bindings, news.day)
    found = compose_unbound({news.name(u): open_in[u] for u in headless}, news.day)
    if found is None:
        return ()
    admins = {b.person_id for b in news.people.bindings if b.role is Role.ADMIN}
    return _with_room(
        news,
        tuple(
            NewMessage(
                person_id=admin,
                template="unbound_units",
                payload={"unbound_units": found.to_payload()},
                dedupe=f"unbound:{admin}:{news.day:%Y%m%d}",
                not_before=news.now,
            )
            for admin in sorted(admins)
        ),
    )


def silent_sources(news: News, district: Unit) -> tuple[NewMessage, ...]:
    """What the stewards are told of sources that are old or never came, and of odd files."""
    return _with_room(
        news,
        stale_sources(
            standing_of_sources(news.house, news.tx, news.moment, district),
            news.house.ages,
            news.people.bindings,
            news.moment.calendar,
            news.day,
            news.now,
            tellings.silences_told(news.tx),
            unentered_lines(news.judged.values(), news.people.targets, district, news.day),
            odd_files(news.tx, news.day - LATELY, news.day),
        ),
    )


def _with_room(news: News, messages: tuple[NewMessage, ...]) -> tuple[NewMessage, ...]:
    """Those that find room in their person's pushes of today; the others wait for another check."""
    sent = []
    for message in messages:
        if news.may_push(message.person_id):
            with_push(news, message.person_id)
            sent.append(message)
    return tuple(sent)
