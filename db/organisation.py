"""How does a list of units become the organisation? Loaded whole, or refused with a reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from db import successions
from db.engine import new_id
from db.names import fold, unit_keys
from db.records import Unit, UnitKind
from db.successions import SuccessionWrong
from db.tables import FormerParentRow, UnitAliasRow, UnitRow
from db.units import COLUMNS, record_of, unit_by_slug, valid_on

NAMED = 3  # units that a complaint lists
_YES = frozenset({"yes", "co", "x", "1", "true"})


class OrganisationWrong(Exception):
    """A list of units cannot be loaded; the text says which line and why."""


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
    when = UnitRow.valid_from == day if exactly else valid_on(day)
    row = tx.execute(select(*COLUMNS).where(UnitRow.slug == slug, when)).one_or_none()
    return record_of(row) if row else None


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
        select(*COLUMNS).where(UnitRow.slug == slug, *same_time).order_by(UnitRow.valid_from)
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
        named = ", ".join(row.slug for row in orphans[:NAMED])
        more = f" and {len(orphans) - NAMED} more" if len(orphans) > NAMED else ""
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
