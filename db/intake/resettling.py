"""Which deadlines does a change of the working time move? Settles again what it may touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, text

from db.calendar_days import StopBook
from db.indicators import DAY, day_of
from db.intake.complaints import petition_due
from db.intake.letters import settle_letters
from db.intake.settling import SETTLED_COLUMNS, settle
from db.records import Workdays

PAGE = 5000

# Whose judgement can depend on the days asked about: a stop or a closed pause lies in their time.
TOUCHED = """
SELECT id, unit_id, status, received, due_first, pause_from, pause_to, earlier_pauses, finished,
       returned, day, deadline, year, on_time, late, running, left_out
FROM dossiers
WHERE id > :after AND due_first IS NOT NULL
  AND (deadline >= :first OR pause_to >= :first OR earlier_pauses IS NOT NULL)
  AND (received <= :last OR pause_from <= :last OR due_first <= :last)
  AND ({whose})
ORDER BY id LIMIT :page
"""
PAUSED = "pause_from IS NOT NULL AND (pause_to IS NOT NULL OR earlier_pauses IS NOT NULL)"
OF_UNITS = "unit_id IN :units"
CHANGE = """
UPDATE dossiers SET deadline = :deadline, year = :year, on_time = :on_time, late = :late,
       running = :running, left_out = :left_out
WHERE id = :of
"""
# A petition whose register names no due day has one reckoned in working days.
PETITIONS = """
SELECT id, received, accepted, due, deadline, decided, on_time, late
FROM complaints
WHERE kind = 'petition' AND flags LIKE '%due_reckoned%' AND due >= :first
  AND COALESCE(accepted, received) <= :last
"""
CHANGE_PETITION = """
UPDATE complaints SET due = :due, deadline = :deadline, on_time = :on_time, late = :late
WHERE id = :of
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """The days that changed, and for whom; `units` None: every unit."""

    first: date
    last: date
    units: frozenset[int] | None
    paused: bool  # dossiers of any unit with a closed pause too


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """How many dossiers (and petitions) a change moves: their deadline, and what became of them."""

    moved: int = 0
    now_on_time: int = 0
    now_late: int = 0


def resettle(
    tx: Connection, touched: Touched, calendar: Workdays, stops: StopBook, *, write: bool
) -> Effect:
    """Judges again, by the new calendar and stops, what the change may touch.

    The first due date and all else that was delivered stay as they are. `write` False only counts.
    """
    effect = Effect()
    for page in _pages(tx, touched):
        changes = []
        for old in page:
            found = settle(
                status=old["status"], received=old["received"], due_first=old["due_first"],
                pause_from=old["pause_from"], pause_to=old["pause_to"],
                finished=old["finished"] or old["returned"], day_end=old["day"] * DAY + 235959,
                calendar=calendar, stops=stops.of(old["unit_id"]), earlier=old["earlier_pauses"],
            )  # fmt: skip
            new = dict(zip(SETTLED_COLUMNS, found, strict=True))
            if any(new[name] != old[name] for name in new):
                changes.append({"of": old["id"], **new})
                effect = _added(effect, old, new)
        if write and changes:
            tx.execute(text(CHANGE), changes)
    if touched.paused:
        effect = _resettle_petitions(tx, touched, calendar, effect, write=write)
    if write and effect.moved:
        settle_letters(tx)
    return effect


def _pages(tx: Connection, touched: Touched) -> Iterator[list[dict[str, Any]]]:
    given: dict[str, Any] = {
        "first": day_of(touched.first) * DAY, "last": day_of(touched.last) * DAY + 235959,
        "page": PAGE, "after": 0,
    }  # fmt: skip
    whose = [PAUSED] if touched.paused else []
    if touched.units is None:
        whose = ["1 = 1"]
    elif touched.units:
        whose.append(OF_UNITS)
        given["units"] = sorted(touched.units)
    if not whose:
        return
    query = text(TOUCHED.format(whose=" OR ".join(f"({part})" for part in whose)))
    if "units" in given:
        query = query.bindparams(bindparam("units", expanding=True))
    while page := [dict(row) for row in tx.execute(query, given).mappings()]:
        yield page
        given["after"] = page[-1]["id"]


def _resettle_petitions(
    tx: Connection, touched: Touched, calendar: Workdays, effect: Effect, *, write: bool
) -> Effect:
    given = {"first": day_of(touched.first) * DAY, "last": day_of(touched.last) * DAY + 235959}
    changes = []
    for row in tx.execute(text(PETITIONS), given).mappings():
        old: dict[str, Any] = dict(row)
        start = old["accepted"] or old["received"]
        due = petition_due(start, calendar)
        if due == old["due"]:
            continue
        # A lawful extension stays as it was decided.
        deadline = due if old["deadline"] == old["due"] else max(due, old["deadline"])
        new = {"due": due, "deadline": deadline, "on_time": 0, "late": 0}
        if old["on_time"] or old["late"]:
            new["late"] = int(old["decided"] > deadline)
            new["on_time"] = 1 - new["late"]
        changes.append({"of": old["id"], **new})
        effect = _added(effect, old, new)
    if write and changes:
        tx.execute(text(CHANGE_PETITION), changes)
    return effect


def _added(effect: Effect, old: Mapping[str, Any], new: Mapping[str, Any]) -> Effect:
    return replace(
        effect,
        moved=effect.moved + (new["deadline"] != old["deadline"]),
        now_on_time=effect.now_on_time + (new["on_time"] > old["on_time"]),
        now_late=effect.now_late + (new["late"] > old["late"]),
    )
