"""Which units came after another, and how much of it went where? Ids only: units.py names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select

from db.records import Share, UnitKind
from db.tables import UnitRow, UnitSuccessionRow

_PREDECESSOR = re.compile(r"(?P<slug>[0-9a-z_]+)(?:\s*\((?P<share>[a-z]+)\))?")


class SuccessionWrong(Exception):
    """What a list says of predecessors cannot be; the text says why and what would be right."""


def read_predecessors(text: str) -> tuple[tuple[str, Share], ...]:
    """'xa_a|xa_b(part)' -> ((xa_a, whole), (xa_b, part)). Raises SuccessionWrong."""
    found: dict[str, Share] = {}
    for piece in filter(None, (piece.strip() for piece in text.split("|"))):
        read = _PREDECESSOR.fullmatch(piece)
        share = (read["share"] or Share.WHOLE) if read else ""
        if read is None or share not in set(Share):
            raise SuccessionWrong(f"'{piece}' is no predecessor (write xa_a|xa_b|xa_c(part))")
        if read["slug"] in found:
            raise SuccessionWrong(f"'{read['slug']}' is named twice as a predecessor")
        found[read["slug"]] = Share(share)
    return tuple(found.items())


def write(tx: Connection, to_id: int, taken: Mapping[int, Share], day: date) -> None:
    """Says from whom a unit took over on its first day; what was said before is replaced."""
    tx.execute(delete(UnitSuccessionRow).where(UnitSuccessionRow.to_id == to_id))
    rows = [
        {"from_id": from_id, "to_id": to_id, "share": share.value, "day": day}
        for from_id, share in taken.items()
    ]
    if rows:
        tx.execute(insert(UnitSuccessionRow), rows)


def after(tx: Connection, unit_id: int) -> tuple[tuple[int, Share, date], ...]:
    """The unit's successors, who took the whole of it first: (id, share, first day)."""
    rows = tx.execute(
        select(UnitSuccessionRow.to_id, UnitSuccessionRow.share, UnitSuccessionRow.day)
        .where(UnitSuccessionRow.from_id == unit_id)
        .order_by(UnitSuccessionRow.share.desc(), UnitSuccessionRow.to_id)
    )
    return tuple((row.to_id, Share(row.share), row.day) for row in rows)


def all_after(tx: Connection, unit_id: int) -> tuple[int, ...]:
    """Every unit that has something of it, successors of successors too; the nearest first."""
    found: dict[int, None] = {}
    waiting = [unit_id]
    while waiting:
        for to_id, _share, _day in after(tx, waiting.pop(0)):
            if to_id not in found and to_id != unit_id:
                found[to_id] = None
                waiting.append(to_id)
    return tuple(found)


def all_heirs(tx: Connection, day: date) -> dict[str, frozenset[str]]:
    """Of each unit that was taken over by a day, the ids (as text) of all that came after it, and
    have not been taken over themselves.
    """
    rows = tx.execute(
        select(UnitSuccessionRow.from_id, UnitSuccessionRow.to_id).where(
            UnitSuccessionRow.day <= day
        )
    ).all()
    ended = {row.from_id for row in rows}
    return {
        str(unit_id): frozenset(str(heir) for heir in all_after(tx, unit_id) if heir not in ended)
        for unit_id in ended
    }


def sole_predecessors(tx: Connection, day: date) -> dict[int, int | None]:
    """Of each unit of a day that took over from others: from whom, or None where from several."""
    rows = tx.execute(
        select(UnitSuccessionRow.to_id, UnitSuccessionRow.from_id)
        .join(UnitRow, UnitRow.id == UnitSuccessionRow.to_id)
        .where(UnitRow.valid_from <= day, _not_ended(day))
    )
    found: dict[int, int | None] = {}
    for to_id, from_id in rows:
        found[to_id] = None if to_id in found else from_id
    return found


def heirs(tx: Connection, unit_ids: Iterable[int], day: date) -> dict[int, int]:
    """Who answers on a day for what ended units have left open: ended unit -> heir.

    Who took the whole of it; of a unit that was split, the parent that its successors share, until
    an export says who holds a file; of one without successors, the top of the organisation.
    """
    found = {}
    for unit_id in unit_ids:
        if (heir := _heir(tx, unit_id, day)) is not None:
            found[unit_id] = heir
    return found


def whole_heirs(tx: Connection, day: date) -> dict[int, int]:
    """Ended unit -> the unit of the day that took the whole of it, over any number of steps."""
    rows = tx.execute(
        select(UnitSuccessionRow.from_id, UnitSuccessionRow.to_id)
        .join(UnitRow, UnitRow.id == UnitSuccessionRow.to_id)
        .where(UnitSuccessionRow.share == Share.WHOLE.value, UnitRow.valid_from <= day)
    )
    step: dict[int, int] = {row.from_id: row.to_id for row in rows}
    found = {}
    for start in step:
        here, passed = step[start], {start}
        while here in step and here not in passed:
            passed.add(here)
            here = step[here]
        found[start] = here
    return found


def _heir(tx: Connection, unit_id: int, day: date) -> int | None:
    heir = whole_heirs(tx, day).get(unit_id)
    if heir is None:
        parts = [to_id for to_id, _share, first in after(tx, unit_id) if first <= day]
        parents = set(tx.scalars(select(UnitRow.parent_id).where(UnitRow.id.in_(parts))))
        heir = next(iter(parents)) if len(parents) == 1 else None
    if heir is not None and _is_valid(tx, heir, day):
        return heir
    return _top(tx, day)


def _is_valid(tx: Connection, unit_id: int, day: date) -> bool:
    here = select(UnitRow.id).where(
        UnitRow.id == unit_id, UnitRow.valid_from <= day, _not_ended(day)
    )
    return tx.scalar(here) is not None


def _top(tx: Connection, day: date) -> int | None:
    """The one city or district of the day that stands under nobody."""
    tops = tx.scalars(
        select(UnitRow.id).where(
            UnitRow.kind.in_((UnitKind.CITY.value, UnitKind.DISTRICT.value)),
            UnitRow.parent_id.is_(None), UnitRow.valid_from <= day, _not_ended(day),
        )
    ).all()  # fmt: skip
    return tops[0] if len(tops) == 1 else None


def _not_ended(day: date) -> ColumnElement[bool]:
    return or_(UnitRow.valid_to.is_(None), UnitRow.valid_to >= day)


def check_shares(tx: Connection, from_ids: Iterable[int]) -> None:
    """Raises SuccessionWrong where a unit went whole to one and yet to another."""
    for from_id in from_ids:
        shares = after(tx, from_id)
        if len(shares) > 1 and shares[0][1] is Share.WHOLE:
            ids = [from_id, *(to_id for to_id, _share, _day in shares)]
            one, *others = (tx.scalar(select(UnitRow.slug).where(UnitRow.id == i)) for i in ids)
            raise SuccessionWrong(
                f"'{one}' goes whole to one of {', '.join(map(str, others))} and yet to another"
                f" (write {one}(part) in each)"
            )
