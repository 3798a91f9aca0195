"""Which unit does somebody mean, on a day? The organisation with its dates, and its look-up."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from db import successions
from db.engine import new_id
from db.names import fold, unit_keys
from db.records import Successor, Unit, UnitKind
from db.successions import SuccessionWrong
from db.tables import FormerParentRow, UnitAliasRow, UnitRow

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


def _valid(day: date) -> ColumnElement[bool]:
    return and_(UnitRow.valid_from <= day, or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= day))


def units_on(tx: Connection, day: date) -> tuple[Unit, ...]:
    """The organisation on a day, in the order of the list it came with."""
    rows = tx.execute(select(*_COLUMNS).where(_valid(day)).order_by(UnitRow.id))
    former = dict(
        tx.execute(
            select(FormerParentRow.unit_id, FormerParentRow.parent_id)
            .where(FormerParentRow.until >= day)
            .order_by(FormerParentRow.until.desc())
        ).all()
    )
    found = (_record(row) for row in rows)
    return tuple(replace(u, parent_id=former[u.id]) if u.id in former else u for u in found)


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


def has_ended(tx: Connection, unit_id: int, day: date) -> bool:
    last = unit_by_id(tx, unit_id).valid_to
    return last is not None and last < day


def chain(tx: Connection, unit_id: int) -> tuple[int, ...]:
    """The unit's id, then its parents' upwards."""
    found: list[int] = []
    current: int | None = unit_id
    while current is not None and current not in found:
        found.append(current)
        current = tx.scalar(select(UnitRow.parent_id).where(UnitRow.id == current))
    return tuple(found)


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
        ids = dict.fromkeys(names[name] for name, _score, _place in close)
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
    """Adds the units of a list, or brings known ones up to date.

    A line with `valid_from` is the unit of that slug and first day. One without it is the unit that
    has the slug on its `valid_to` (which ends it), else on the given day: what it does not say
    stays, and a new parent holds from that day on. `succeeds` names the predecessors, which end the
    day before; an empty `valid_to` never revives a unit.
    Raises OrganisationWrong for a line that cannot be understood; then nothing is loaded.
    """
    count, split = 0, set[int]()
    for number, line in enumerate(lines, start=2):
        try:
            split |= _load_line(tx, line, day)
        except (ValueError, SuccessionWrong) as error:
            raise OrganisationWrong(f"line {number}: {error}") from error
        count += 1
    try:
        successions.check_shares(tx, sorted(split))
    except SuccessionWrong as error:
        raise OrganisationWrong(str(error)) from error
    _refuse_orphans(tx)
    return count


def _load_line(tx: Connection, line: Mapping[str, str], day: date) -> set[int]:
    """One line; answers the ids of the predecessors that it names."""
    slug, given = line["slug"], line.get("valid_from")
    last = date.fromisoformat(line["valid_to"]) if line.get("valid_to") else None
    first = date.fromisoformat(given) if given else last or day
    known = _known(tx, slug, first, exactly=bool(given))
    if last is not None and (last < first or (known is None and not given)):
        what = "would end before it begins" if given else "is no unit of that day"
        raise SuccessionWrong(f"'{slug}' {what} (valid_to {last:%d/%m/%Y})")
    values: dict[str, Any] = {
        "name": line["name"], "kind": UnitKind(line["kind"]).value,
        "sample": fold(line.get("sample", "")) in _YES,
    }  # fmt: skip
    if line.get("parent"):
        parent = unit_by_slug(tx, line["parent"], first)
        if parent is None:
            raise SuccessionWrong(f"parent '{line['parent']}' is not known yet")
        values["parent_id"] = parent.id
    if line.get("code"):
        values["code"] = line["code"]
    if last is not None:
        values["valid_to"] = last
    taken = {
        _end_predecessor(tx, predecessor, slug, first): share
        for predecessor, share in successions.read_predecessors(line.get("succeeds") or "")
    }
    if known is None:
        _refuse_overlap(tx, slug, first, last)
        done = tx.execute(insert(UnitRow).values(slug=slug, valid_from=first, **values))
        unit_id = new_id(done)
    else:
        unit_id = known.id
        if not given:
            _keep_former_parent(tx, known, values.get("parent_id"), day)
        tx.execute(update(UnitRow).where(UnitRow.id == unit_id).values(**values))
    if taken:
        successions.write(tx, unit_id, taken, first)
    _add_aliases(tx, unit_id, line.get("aliases", "").split("|"))
    return set(taken)


def _known(tx: Connection, slug: str, day: date, *, exactly: bool) -> Unit | None:
    """The unit of the slug that began on the day or, not `exactly`, that there is on it."""
    when = UnitRow.valid_from == day if exactly else _valid(day)
    row = tx.execute(select(*_COLUMNS).where(UnitRow.slug == slug, when)).one_or_none()
    return _record(row) if row else None


def _end_predecessor(tx: Connection, slug: str, successor: str, first: date) -> int:
    """Ends a unit the day before its successor begins; answers its id."""
    last = first - timedelta(days=1)
    old = _known(tx, slug, last, exactly=False)
    if old is None:
        raise SuccessionWrong(
            f"'{successor}' succeeds '{slug}', but there is no such unit on {last:%d/%m/%Y}"
        )
    if old.valid_to not in (None, last):
        raise SuccessionWrong(
            f"'{successor}' succeeds '{slug}' from {first:%d/%m/%Y}, but that is valid until"
            f" {old.valid_to:%d/%m/%Y}"
        )
    tx.execute(update(UnitRow).where(UnitRow.id == old.id).values(valid_to=last))
    return old.id


def _refuse_overlap(tx: Connection, slug: str, first: date, last: date | None) -> None:
    same_time = [or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= first)]
    if last is not None:
        same_time.append(UnitRow.valid_from <= last)
    other = tx.execute(
        select(*_COLUMNS).where(UnitRow.slug == slug, *same_time).order_by(UnitRow.valid_from)
    ).first()
    if other is not None:
        raise SuccessionWrong(
            f"'{slug}' is the slug of a unit valid from {other.valid_from:%d/%m/%Y} on"
            f" (end that one, or write {slug} under succeeds)"
        )


def _keep_former_parent(tx: Connection, unit: Unit, parent_id: int | None, day: date) -> None:
    """Remembers to whom a unit belonged until the day before, where that changes."""
    until = day - timedelta(days=1)
    if parent_id in (None, unit.parent_id) or until < unit.valid_from:
        return
    mine = (FormerParentRow.unit_id == unit.id, FormerParentRow.until == until)
    if tx.scalar(select(FormerParentRow.until).where(*mine)) is None:
        row = {"unit_id": unit.id, "until": until, "parent_id": unit.parent_id}
        tx.execute(insert(FormerParentRow).values(**row))


def _refuse_orphans(tx: Connection) -> None:
    """A unit may not outlive its parent: who answers for it must be said."""
    parent = aliased(UnitRow)
    orphans = tx.execute(
        select(UnitRow.slug, parent.slug.label("parent"), parent.valid_to)
        .join(parent, parent.id == UnitRow.parent_id)
        .where(or_(UnitRow.valid_to.is_(None), UnitRow.valid_to > parent.valid_to))
        .where(parent.valid_to.is_not(None))
        .order_by(UnitRow.id)
    ).all()
    if orphans:
        named = ", ".join(row.slug for row in orphans[:PROPOSALS])
        more = f" and {len(orphans) - PROPOSALS} more" if len(orphans) > PROPOSALS else ""
        raise OrganisationWrong(
            f"'{orphans[0].parent}' ends on {orphans[0].valid_to:%d/%m/%Y}, but not what is under"
            f" it: {named}{more} (end them too, or give them another parent)"
        )


def _add_aliases(tx: Connection, unit_id: int, spellings: Iterable[str]) -> None:
    known = set(tx.scalars(select(UnitAliasRow.key).where(UnitAliasRow.unit_id == unit_id)))
    # What follows "UBND" is the unit; the bare word is the district's alias and nobody else's.
    keys = {unit_keys(spelling)[0] for spelling in spellings if fold(spelling)}
    for key in sorted(keys - known):
        tx.execute(insert(UnitAliasRow).values(unit_id=unit_id, key=key))


def count_units(tx: Connection) -> int:
    return tx.scalar(select(func.count()).select_from(UnitRow)) or 0


def ids_in_the_time_of(tx: Connection, unit_id: int) -> tuple[int, ...]:
    """The units that there were while this one was: what ended before it or began after is apart,
    so that nothing adds up a unit and its successor.
    """
    its = tx.execute(select(*_COLUMNS).where(UnitRow.id == unit_id)).one()
    same_time = [or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= its.valid_from)]
    if its.valid_to is not None:
        same_time.append(UnitRow.valid_from <= its.valid_to)
    return tuple(tx.scalars(select(UnitRow.id).where(*same_time).order_by(UnitRow.id)))
