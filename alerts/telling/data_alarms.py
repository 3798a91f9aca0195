"""Who is told that data are missing or old? The steward of the source, never the head of a unit.

Pure: freshness, bindings and a day in, messages out. The same silence is told once: each message is
named by the source, the unit and the day of its newest data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from alerts.judge import AgeRule, too_old
from db.records import Binding, Freshness, NewMessage, Role, Unit, Workdays


def looks_after(bindings: Iterable[Binding], source: str | None) -> tuple[int, ...]:
    """The stewards of a source (or of all); where nobody is, the admins. Rising ids."""
    held = tuple(bindings)
    stewards = {b.person_id for b in held if b.role is Role.STEWARD and b.source in (None, source)}
    return tuple(sorted(stewards or {b.person_id for b in held if b.role is Role.ADMIN}))


def named_steward(bindings: Iterable[Binding], source: str) -> tuple[int, ...]:
    """Only those who look after exactly this source."""
    return tuple(
        sorted({b.person_id for b in bindings if b.role is Role.STEWARD and b.source == source})
    )


def stale_sources(
    standing: Iterable[tuple[Unit, Freshness]],
    max_age: Mapping[str, AgeRule],
    bindings: Iterable[Binding],
    calendar: Workdays,
    today: date,
    now: datetime,
) -> tuple[NewMessage, ...]:
    """The messages about old or missing data; `standing` is how each unit stands with each source.

    A unit's own silence is told only where its district's data are fresh: a whole source that is
    old is told once, not for each unit that it would have spoken of.
    """
    held = tuple(bindings)
    messages: list[NewMessage] = []
    old_everywhere: set[str] = set()
    for unit, fresh in standing:
        rule = max_age.get(fresh.source)
        if rule is None or fresh.source in old_everywhere:
            continue
        if fresh.newest_day is None:
            # Never delivered: whoever was put in charge of exactly this source may have forgotten.
            people, kind = named_steward(held, fresh.source), "missing"
            old_everywhere.add(fresh.source)
        elif too_old(fresh.newest_day, rule, calendar, today):
            people, kind = looks_after(held, fresh.source), "stale"
            if unit.parent_id is None or unit.kind == "district":
                old_everywhere.add(fresh.source)
        else:
            continue
        newest = fresh.newest_day
        age = calendar.between(newest, today) if newest else None
        mark = f"{newest:%Y%m%d}" if newest else "never"
        messages += [
            NewMessage(
                person_id=person_id,
                template="stale_source",
                payload={
                    "kind": kind,
                    "source": fresh.source,
                    "unit": unit.name,
                    "is_district": unit.kind == "district",
                    "newest": newest.isoformat() if newest else None,
                    "working_days": age,
                },
                dedupe=f"{kind}:{fresh.source}:{unit.id}:{mark}:{person_id}",
                not_before=now,
            )
            for person_id in people
        ]
    return tuple(messages)
