"""Who is told besides those who act? A unit's group chat, and admins where a unit has no head."""

from __future__ import annotations

from collections import defaultdict

from alerts.audience import without_head
from alerts.telling.morning import lines_of, theirs_of
from alerts.telling.news import News
from alerts.telling.notices import compose_group, compose_unbound
from db.records import NewMessage, Role


def group_messages(news: News) -> tuple[NewMessage, ...]:
    """Each bound group chat gets the numbers of its unit on a day with news."""
    if not news.sends_digests:
        return ()
    messages = []
    for binding in news.people.bindings:
        if binding.role is not Role.GROUP or binding.unit_id is None:
            continue
        unit_id, group = binding.unit_id, binding.person_id
        theirs = theirs_of(news, group, (unit_id,))
        lines = lines_of(news, theirs)
        if theirs.need is None or not lines:
            continue
        soon = len(news.due_soon_in((unit_id,)))
        made = compose_group(news.name(unit_id), lines, news.day, news.moment.wall, soon)
        messages.append(
            NewMessage(
                person_id=group,
                template="group",
                payload={"group": made.to_payload(), "unit_id": unit_id, "late": news.late},
                dedupe=f"group:{group}:{unit_id}:{news.day:%Y%m%d}",
                not_before=news.not_before,
                alert_ids=tuple(sorted({*theirs.firing, *theirs.ended})),
            )
        )
    return tuple(messages)


def units_without_head(news: News) -> tuple[NewMessage, ...]:
    """The admins are told each morning where something is open and nobody heads the unit."""
    if not news.sends_digests:
        return ()
    open_in: defaultdict[int, int] = defaultdict(int)
    for alert in news.alerts.values():
        open_in[alert.unit_id] += 1
    headless = without_head(sorted(open_in), news.people.bindings, news.day)
    found = compose_unbound({news.name(u): open_in[u] for u in headless}, news.day)
    admins = {b.person_id for b in news.people.bindings if b.role is Role.ADMIN}
    return tuple(
        NewMessage(
            person_id=admin,
            template="unbound_units",
            payload={"unbound_units": found.to_payload()},
            dedupe=f"unbound:{admin}:{news.day:%Y%m%d}",
            not_before=news.not_before,
        )
        for admin in sorted(admins)
        if found is not None
    )
