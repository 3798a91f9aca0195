"""Which unit does somebody mean, on a day? The organisation with its dates, and its look-up."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, and_, func, insert, or_, select, update

from db.engine import new_id
from db.names import fold, unit_keys
from db.records import Unit, UnitKind
from db.tables import UnitAliasRow, UnitRow

PROPOSALS = 3
CLOSE_ENOUGH = 66  # of 100: below it a proposal would be a guess
_YES = frozenset({"yes", "co", "x", "1", "true"})


class OrganisationWrong(Exception):
    """A list of units cannot be loaded; the text says which line and why."""


def _record(row: Any) -> Unit:
    return Unit(**{**row._mapping, "kind": UnitKind(row._mapping["kind"])})


_COLUMNS = (
    UnitRow.id, UnitRow.slug, UnitRow.name, UnitRow.kind, UnitRow.parent_id, UnitRow.code,
    UnitRow.valid_from, UnitRow.valid_to, UnitRow.sample,
)  # fmt: skip


def _valid(day: date) -> object:
    return and_(UnitRow.valid_from <= day, or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= day))


def units_on(tx: Connection, day: date) -> tuple[Unit, ...]:
    """The organisation on a day, in the order of the list it came with."""
    rows = tx.execute(select(*_COLUMNS).where(_valid(day)).order_by(UnitRow.id))  # type: ignore[arg-type]
    return tuple(_record(row) for row in rows)


def unit_by_id(tx: Connection, unit_id: int) -> Unit:
    return _record(tx.execute(select(*_COLUMNS).where(UnitRow.id == unit_id)).one())


def unit_by_slug(tx: Connection, slug: str, day: date) -> Unit | None:
    """The unit of that slug on that day; a unit that has ended answers where no newer one does."""
    rows = tx.execute(
        select(*_COLUMNS).where(UnitRow.slug == slug).order_by(UnitRow.valid_from.desc())
    ).all()
    units = [_record(row) for row in rows]
    for unit in units:
        if unit.valid_from <= day and (unit.valid_to is None or unit.valid_to >= day):
            return unit
    return next((unit for unit in units if unit.valid_to and unit.valid_to < day), None)


def chain(tx: Connection, unit_id: int) -> tuple[int, ...]:
    """The unit's id, then its parents' upwards."""
    found: list[int] = []
    current: int | None = unit_id
    while current is not None and current not in found:
        found.append(current)
        current = tx.scalar(select(UnitRow.parent_id).where(UnitRow.id == current))
    return tuple(found)


class UnitIndex:
    """The spellings of one day's units, for many look-ups; `aliases` are the office's own words."""

    def __init__(self, tx: Connection, day: date, aliases: Mapping[str, str] | None = None) -> None:
        self.units = {unit.id: unit for unit in units_on(tx, day)}
        self.by_slug = {unit.slug: unit for unit in self.units.values()}
        known: dict[str, set[int]] = {}
        for unit in self.units.values():
            for key in {*unit_keys(unit.name), fold(unit.slug)}:
                known.setdefault(key, set()).add(unit.id)
        rows = tx.execute(select(UnitAliasRow.key, UnitAliasRow.unit_id))
        for key, unit_id in rows:
            if unit_id in self.units:
                known.setdefault(key, set()).add(unit_id)
        # A spelling that two units share names neither.
        self._ids = {key: next(iter(ids)) for key, ids in known.items() if len(ids) == 1}
        for spelling, slug in (aliases or {}).items():
            if slug in self.by_slug:
                self._ids[fold(spelling)] = self.by_slug[slug].id
        self._cache: dict[str, int | None] = {}

    def find_id(self, text: str) -> int | None:
        """The id of the unit so written, or None; fast for repeated spellings."""
        try:
            return self._cache[text]
        except KeyError:
            found = next((self._ids[k] for k in unit_keys(text) if k in self._ids), None)
            self._cache[text] = found
            return found

    def proposals(self, text: str) -> tuple[Unit, ...]:
        """At most three units that somebody may have meant, the nearest first."""
        key = max(unit_keys(text), key=len, default="")
        if len(key) < 4:
            return ()
        names = {k: i for k, i in self._ids.items() if len(k) >= 4}
        close = process.extract(
            key, list(names), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=12
        )
        ids = dict.fromkeys(names[name] for name, _score, _place in close)
        return tuple(self.units[i] for i in list(ids)[:PROPOSALS])


def find_unit(
    tx: Connection, text: str, day: date, aliases: Mapping[str, str] | None = None
) -> Unit | tuple[Unit, ...]:
    """The unit that a slug, a name (with or without diacritics) or an alias names on that day.

    Where none does: at most three proposals. The slug of a unit that has ended still answers.
    """
    slug = fold(text).replace(" ", "_")
    exact = unit_by_slug(tx, slug, day)
    if exact is not None:
        return exact
    index = UnitIndex(tx, day, aliases)
    found = index.find_id(text)
    return index.units[found] if found is not None else index.proposals(text)


def read_organisation(path: Path) -> list[dict[str, str]]:
    """The lines of a list of units (CSV with a header, UTF-8). Raises OrganisationWrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [
                {k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(file)
            ]
    except (OSError, UnicodeDecodeError) as error:
        raise OrganisationWrong(f"{path}: cannot be read: {error}") from error
    if not lines or not {"slug", "name", "kind"} <= set(lines[0]):
        raise OrganisationWrong(f"{path}: needs a header with slug, name, kind, parent, valid_from")
    return lines


def load_units(tx: Connection, lines: Iterable[Mapping[str, str]], day: date) -> int:
    """Adds the units of a list, or brings known ones (same slug and first day) up to date.

    Raises OrganisationWrong for a line that cannot be understood; then nothing is loaded.
    """
    count = 0
    for number, line in enumerate(lines, start=2):
        try:
            kind = UnitKind(line["kind"])
            first = date.fromisoformat(line.get("valid_from") or day.isoformat())
            last = date.fromisoformat(line["valid_to"]) if line.get("valid_to") else None
        except ValueError as error:
            raise OrganisationWrong(f"line {number}: {error}") from error
        parent_id = None
        if line.get("parent"):
            parent = unit_by_slug(tx, line["parent"], first)
            if parent is None:
                raise OrganisationWrong(
                    f"line {number}: parent '{line['parent']}' is not known yet"
                )
            parent_id = parent.id
        values = {
            "name": line["name"], "kind": kind.value, "parent_id": parent_id,
            "code": line.get("code") or None, "valid_to": last,
            "sample": fold(line.get("sample", "")) in _YES,
        }  # fmt: skip
        same = and_(UnitRow.slug == line["slug"], UnitRow.valid_from == first)
        unit_id = tx.scalar(select(UnitRow.id).where(same))
        if unit_id is None:
            done = tx.execute(insert(UnitRow).values(slug=line["slug"], valid_from=first, **values))
            unit_id = new_id(done)
        else:
            tx.execute(update(UnitRow).where(UnitRow.id == unit_id).values(**values))
        _add_aliases(tx, unit_id, line.get("aliases", "").split("|"))
        count += 1
    return count


def _add_aliases(tx: Connection, unit_id: int, spellings: Iterable[str]) -> None:
    known = set(tx.scalars(select(UnitAliasRow.key).where(UnitAliasRow.unit_id == unit_id)))
    # What follows "UBND" is the unit; the bare word is the district's alias and nobody else's.
    keys = {unit_keys(spelling)[0] for spelling in spellings if fold(spelling)}
    for key in sorted(keys - known):
        tx.execute(insert(UnitAliasRow).values(unit_id=unit_id, key=key))


def count_units(tx: Connection) -> int:
    return tx.scalar(select(func.count()).select_from(UnitRow)) or 0


def all_ids(tx: Connection) -> tuple[int, ...]:
    return tuple(tx.scalars(select(UnitRow.id).order_by(UnitRow.id)))
