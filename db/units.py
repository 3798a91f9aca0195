"""Which unit does somebody mean, on a day? The organisation with its dates, and its look-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from db import successions
from db.names import fold, proper_part, unit_keys
from db.records import Successor, Unit, UnitKind
from db.tables import DeliveryRow, FormerParentRow, UnitAliasRow, UnitRow

PROPOSALS = 3
CLOSE_ENOUGH = 66  # of 100: below it a proposal would be a guess


def record_of(row: Any) -> Unit:
    return Unit(**{**row._mapping, "kind": UnitKind(row._mapping["kind"])})


COLUMNS = (
    UnitRow.id, UnitRow.slug, UnitRow.name, UnitRow.kind, UnitRow.parent_id, UnitRow.code,
    UnitRow.valid_from, UnitRow.valid_to, UnitRow.sample,
)  # fmt: skip


def valid_on(day: date) -> ColumnElement[bool]:
    return and_(UnitRow.valid_from <= day, or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= day))


def units_on(tx: Connection, day: date) -> tuple[Unit, ...]:
    """The organisation on a day, in the order of the list it came with."""
    rows = tx.execute(select(*COLUMNS).where(valid_on(day)).order_by(UnitRow.id))
    former = dict(
        tx.execute(
            select(FormerParentRow.unit_id, FormerParentRow.parent_id)
            .where(FormerParentRow.until >= day)
            .order_by(FormerParentRow.until.desc())
        ).all()
    )
    found = (record_of(row) for row in rows)
    return tuple(replace(u, parent_id=former[u.id]) if u.id in former else u for u in found)


def unit_by_id(tx: Connection, unit_id: int) -> Unit:
    return record_of(tx.execute(select(*COLUMNS).where(UnitRow.id == unit_id)).one())


def slugs(tx: Connection) -> dict[int, str]:
    """The slug of every unit that there ever was, by its number."""
    return {row.id: row.slug for row in tx.execute(select(UnitRow.id, UnitRow.slug))}


def unit_by_slug(tx: Connection, slug: str, day: date) -> Unit | None:
    """The unit of that slug on that day; a unit that has ended answers where no newer one does."""
    rows = tx.execute(
        select(*COLUMNS).where(UnitRow.slug == slug).order_by(UnitRow.valid_from.desc())
    ).all()
    units = [record_of(row) for row in rows]
    for unit in units:
        if unit.valid_from <= day and (unit.valid_to is None or unit.valid_to >= day):
            return unit
    return next((unit for unit in units if unit.valid_to and unit.valid_to < day), None)


def ended_on(tx: Connection, day: date) -> frozenset[int]:
    """The units that have ended before a day."""
    return frozenset(tx.scalars(select(UnitRow.id).where(UnitRow.valid_to < day)))


def end_is_told(tx: Connection, last: date, knows: int | None) -> bool:
    """Whether an end is known from the deliveries up to that one (None: from all there are).

    It is told by the first list of units of its year, or by the list that the database began with.
    """
    first = tx.scalar(
        select(func.min(DeliveryRow.id)).where(
            DeliveryRow.source == "units",
            DeliveryRow.outcome.in_(("accepted", "accepted_with_rejects")),
            DeliveryRow.day > last.year * 10_000,
        )
    )
    return knows is None or first is None or first <= knows


def chain(tx: Connection, unit_id: int) -> tuple[int, ...]:
    """The unit's id, then its parents' upwards."""
    found: list[int] = []
    current: int | None = unit_id
    while current is not None and current not in found:
        found.append(current)
        current = tx.scalar(select(UnitRow.parent_id).where(UnitRow.id == current))
    return tuple(found)


def chains(tx: Connection) -> dict[int, tuple[int, ...]]:
    """The chain of every unit there ever was: its id, then its parents' upwards."""
    parents = dict(tx.execute(select(UnitRow.id, UnitRow.parent_id)).all())
    found = {}
    for unit_id in parents:
        chain_of = [unit_id]
        while (above := parents.get(chain_of[-1])) is not None and above not in chain_of:
            chain_of.append(above)
        found[unit_id] = tuple(chain_of)
    return found


def successors_of(tx: Connection, unit_id: int) -> tuple[Successor, ...]:
    """Who took over from a unit, who took the whole of it first; empty while it goes on."""
    return tuple(
        Successor(unit=unit_by_id(tx, to_id), share=share, day=day)
        for to_id, share, day in successions.after(tx, unit_id)
    )


def later_chains(tx: Connection, unit_id: int) -> tuple[tuple[int, ...], ...]:
    """The chain of each unit that has something of this one, for the question who sees its past."""
    return tuple(chain(tx, later) for later in successions.all_after(tx, unit_id))


class UnitIndex:
    """The spellings of one day's units, for many look-ups; `aliases` are the office's own words."""

    def __init__(self, tx: Connection, day: date, aliases: Mapping[str, str] | None = None) -> None:
        self.units = {unit.id: unit for unit in units_on(tx, day)}
        self.by_slug = {unit.slug: unit for unit in self.units.values()}
        known: dict[str, set[int]] = {}
        former: dict[str, set[int]] = {}
        # The software of an office goes on writing the name of a unit that was merged.
        heirs = successions.whole_heirs(tx, day)
        ended = {unit_id: unit_by_id(tx, unit_id) for unit_id in heirs if unit_id not in self.units}
        for unit in (*self.units.values(), *ended.values()):
            names = known if unit.id in self.units else former
            for key in {*unit_keys(unit.name), fold(unit.slug)}:
                names.setdefault(key, set()).add(unit.id)
        rows = tx.execute(select(UnitAliasRow.key, UnitAliasRow.unit_id))
        for key, unit_id in rows:
            if unit_id in self.units:
                known.setdefault(key, set()).add(unit_id)
            elif unit_id in ended:
                former.setdefault(key, set()).add(unit_id)
        # A spelling that two units share names neither.
        self._ids = {key: next(iter(ids)) for key, ids in known.items() if len(ids) == 1}
        for spelling, slug in (aliases or {}).items():
            if slug in self.by_slug:
                self._ids[fold(spelling)] = self.by_slug[slug].id
        self._former = {
            key: ended[next(iter(ids))]
            for key, ids in former.items()
            if len(ids) == 1 and key not in known
        }
        self._heirs = {unit_id: heir for unit_id, heir in heirs.items() if heir in self.units}
        self._tx, self._aliases = tx, aliases
        self._predecessors = successions.sole_predecessors(tx, day)
        self.began = {
            unit_id: self.units[unit_id].valid_from
            for unit_id in self._predecessors
            if unit_id in self.units
        }
        self._before: dict[date, UnitIndex] = {}
        self._cache: dict[str, int | None] = {}

    def find_id(self, text: str) -> int | None:
        """The id of the unit so written, or None; fast for repeated spellings.

        The name of a unit that has ended names who took the whole of it.
        """
        try:
            return self._cache[text]
        except KeyError:
            found = next((self._ids[k] for k in unit_keys(text) if k in self._ids), None)
            if found is None and (ended := self.find_former(text)) is not None:
                found = self._heirs.get(ended.id)
            self._cache[text] = found
            return found

    def find_former(self, text: str) -> Unit | None:
        """The ended unit so written, where no unit of the day is; only one that was taken whole."""
        keys = unit_keys(text)
        if any(key in self._ids for key in keys):
            return None
        return next((self._former[key] for key in keys if key in self._former), None)

    def find_then(self, text: str, unit_id: int, day: date) -> int | None:
        """Whose it is what `unit_id`, so written, did on a day: before it began, a predecessor's.

        None where nothing says which of several.
        """
        began = self.began.get(unit_id)
        if began is None or day >= began:
            return unit_id
        if began not in self._before:
            last = began - timedelta(days=1)
            self._before[began] = UnitIndex(self._tx, last, self._aliases)
        before = self._before[began]
        found = before.find_id(text)
        if found is None:
            found = self._predecessors[unit_id]
        return None if found is None else before.find_then(text, found, day)

    def proposals(self, text: str) -> tuple[Unit, ...]:
        """At most three units that somebody may have meant, the nearest first."""
        key = max(unit_keys(text), key=len, default="")
        if len(key) < 4:
            return ()
        names = {k: i for k, i in self._ids.items() if len(k) >= 4}
        close = process.extract(
            key, list(names), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=12
        )
        # "xa", "phong" and the like are half of a short name: what is alike by them alone is not.
        own = proper_part(key)
        ids = dict.fromkeys(
            names[name]
            for name, _score, _place in close
            if fuzz.ratio(own, proper_part(name)) >= CLOSE_ENOUGH
        )
        return tuple(self.units[i] for i in list(ids)[:PROPOSALS])


def find_unit(
    tx: Connection, text: str, day: date, aliases: Mapping[str, str] | None = None
) -> Unit | tuple[Unit, ...]:
    """The unit that a slug, a name (with or without diacritics) or an alias names on that day.

    Where none does: at most three proposals. The slug of a unit that has ended still answers, and
    so does the name of one that was taken over whole.
    """
    slug = fold(text).replace(" ", "_")
    exact = unit_by_slug(tx, slug, day)
    if exact is not None:
        return exact
    index = UnitIndex(tx, day, aliases)
    if (ended := index.find_former(text)) is not None:
        return ended
    found = index.find_id(text)
    return index.units[found] if found is not None else index.proposals(text)


def in_the_time_of(tx: Connection, unit_id: int) -> ColumnElement[bool]:
    """Chooses the units that there were while this one was: what ended before it or began after is
    apart, so that nothing adds up a unit and its successor.
    """
    its = tx.execute(select(*COLUMNS).where(UnitRow.id == unit_id)).one()
    same_time = [or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= its.valid_from)]
    if its.valid_to is not None:
        same_time.append(UnitRow.valid_from <= its.valid_to)
    return and_(*same_time)
