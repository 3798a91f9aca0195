"""Who is told that data are missing or old? The steward of the source, never the head of a unit.

Pure: freshness, bindings and a day in, messages out. The same silence is told once: each has a mark
of the source, the unit and the day of its newest data, and each message keeps its marks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from alerts.judge import NOTHING_ENTERED, PUBLICATION_OVERDUE, AgeRule, too_old
from db.records import (
    Binding,
    Freshness,
    JudgedReading,
    NewMessage,
    Role,
    Target,
    Unit,
    Workdays,
)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class SilentSource:
    """A source that is old or never came, in the district or in one unit of it; or that came and
    says nothing of one target: nothing was ever entered (`empty`), or last year's result is missing
    after the day by which it is out (`overdue`).
    """

    kind: str  # stale, missing, empty, overdue
    source: str
    unit: Unit
    newest: date | None = None
    working_days: int | None = None  # the age of the newest data
    target: str = ""  # of an empty or overdue one
    year: int | None = None  # of an overdue one

    @property
    def mark(self) -> str:
        newest = f"{self.newest:%Y%m%d}" if self.newest else "never"
        about = f"{self.target}{self.year or ''}" if self.target else newest
        return f"{self.kind}:{self.source}:{self.unit.id}:{about}"

    def to_payload(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "source": self.source,
            "unit": self.unit.name,
            "is_district": self.unit.kind == "district",
            "newest": self.newest.isoformat() if self.newest else None,
            "working_days": self.working_days,
            "target": self.target,
            "year": self.year,
        }


# Reasons of the judge for which a line of the district lacks an entry in a source that came.
UNENTERED = {NOTHING_ENTERED: "empty", PUBLICATION_OVERDUE: "overdue"}


def unentered_lines(
    judged: Iterable[JudgedReading], targets: Mapping[str, Target], district: Unit, today: date
) -> tuple[SilentSource, ...]:
    """The lines of the district that wait for somebody to enter something."""
    return tuple(
        SilentSource(
            kind=kind, source=source, unit=district, target=j.reading.target,
            year=today.year - 1 if kind == "overdue" else None,
        )
        for j in judged
        if j.reading.unit_id == district.id
        and (kind := UNENTERED.get(j.verdict.reason)) is not None
        for source in targets[j.reading.target].sources
    )  # fmt: skip


# Whoever was put in charge of exactly this source may have forgotten; others never had it.
OF_THE_NAMED = frozenset({"missing", "empty"})


def stale_sources(
    standing: Iterable[tuple[Unit, Freshness]],
    max_age: Mapping[str, AgeRule],
    bindings: Iterable[Binding],
    calendar: Workdays,
    today: date,
    now: datetime,
    known: Mapping[int, Iterable[str]],
    unentered: Iterable[SilentSource] = (),
) -> tuple[NewMessage, ...]:
    """One message to each person about all old or missing data that they look after, and that they
    were not told of yet; `standing` is how each unit stands with each source, `known` the marks
    that each person was told of, `unentered` the lines that wait for an entry.
    """
    held = tuple(bindings)
    theirs: defaultdict[int, list[SilentSource]] = defaultdict(list)
    for silence in (*_silences(standing, max_age, calendar, today), *unentered):
        asked = named_steward if silence.kind in OF_THE_NAMED else looks_after
        for person_id in asked(held, silence.source):
            if silence.mark not in known.get(person_id, ()):
                theirs[person_id].append(silence)
    return tuple(
        NewMessage(
            person_id=person_id,
            template="stale_source",
            payload={
                "sources": [silence.to_payload() for silence in found],
                "marks": [silence.mark for silence in found],
            },
            dedupe=f"stale_sources:{person_id}:{now:%Y%m%d%H%M}",
            not_before=now,
        )
        for person_id, found in sorted(theirs.items())
    )


def _silences(
    standing: Iterable[tuple[Unit, Freshness]],
    max_age: Mapping[str, AgeRule],
    calendar: Workdays,
    today: date,
) -> Iterable[SilentSource]:
    """A unit's own silence is one only where its district's data are fresh: a whole source that is
    old is told once, not for each unit that it would have spoken of.
    """
    old_everywhere: set[str] = set()
    for unit, fresh in standing:
        rule, newest = max_age.get(fresh.source), fresh.newest_day
        if rule is None or fresh.source in old_everywhere:
            continue
        if newest is not None and not too_old(newest, rule, calendar, today):
            continue
        if newest is None or unit.parent_id is None or unit.kind == "district":
            old_everywhere.add(fresh.source)
        yield SilentSource(
            kind="missing" if newest is None else "stale",
            source=fresh.source,
            unit=unit,
            newest=newest,
            working_days=calendar.between(newest, today) if newest else None,
        )
