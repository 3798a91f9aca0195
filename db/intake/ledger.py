"""What is written down of a delivered file? The ledger of deliveries, with its details."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from db import successions
from db.engine import new_id
from db.indicators import date_of, day_of, used
from db.intake.comparing import Scope, are_comparable
from db.intake.taking import KEPT_FLAGS, Taking
from db.records import Outcome
from db.records.deliveries import REJECTED
from db.tables import DeliveryRow, DeliveryUnitRow, RejectRow, RowFlagRow

GOOD = (Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REJECTS)


VANISHED = "vanished"
NOT_IN_THE_FILE = "not_in_the_file"


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """A good file from before that a file is compared with."""

    id: int
    day: int
    rows: int
    flag_counts: Mapping[str, int] = field(default_factory=dict)


def delivered_before(tx: Connection, sha256: str, source: str | None, day: date) -> Any:
    """The newest good delivery of the same bytes up to that day (and of that source, if named)."""
    conditions = [
        DeliveryRow.sha256 == sha256,
        DeliveryRow.outcome.in_(GOOD),
        DeliveryRow.day <= day_of(day),
    ]
    if source:
        conditions.append(DeliveryRow.source == source)
    found = select(DeliveryRow).where(*conditions).order_by(DeliveryRow.id.desc()).limit(1)
    return tx.execute(found).mappings().one_or_none()


def has_newer(tx: Connection, source: str, day: date) -> bool:
    """Whether a good file of a later day is in already."""
    newest = tx.scalar(
        select(func.max(DeliveryRow.day)).where(
            DeliveryRow.source == source, DeliveryRow.outcome.in_(GOOD)
        )
    )
    return newest is not None and newest > day_of(day)


def comparable(
    tx: Connection, source: str, scope: Scope, day: int, *, of_any_period: bool = False
) -> tuple[Earlier, ...]:
    """The good files of that day and before that the rule of `are_comparable` allows; of the same
    period, and newest first.
    """
    asked = (
        select(
            DeliveryRow.id, DeliveryRow.day, DeliveryRow.rows, DeliveryRow.flag_counts,
            DeliveryRow.scope, DeliveryRow.named,
        )
        .where(
            DeliveryRow.source == source, DeliveryRow.outcome.in_(GOOD), DeliveryRow.day <= day
        )
        .order_by(DeliveryRow.day.desc(), DeliveryRow.id.desc())
    )  # fmt: skip
    if not of_any_period:
        asked = asked.where(DeliveryRow.period_from == scope.period_from)
    heirs = successions.all_heirs(tx, date_of(day))
    return tuple(
        Earlier(id=row.id, day=row.day, rows=row.rows, flag_counts=row.flag_counts)
        for row in tx.execute(asked)
        if (
            row.scope == scope.of
            if row.named is None
            else are_comparable(scope.named, _by_now(row.named, heirs), of_offices=scope.of_offices)
        )
    )


def _by_now(named: Iterable[str], heirs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """What a file named, where units that have ended stand for those that came after them."""
    return frozenset().union(*(heirs.get(name, {name}) for name in named))


def missing_from(
    tx: Connection, table: str, key: str, delivery_id: int, day: int, earlier: Sequence[Earlier]
) -> tuple[Counter[str], list[tuple[str, str]]]:
    """How many rows the files before had and this one has not, by flag, and the first keys of them
    with theirs: one that was missing on a day before already has vanished (domain reference 4.3,
    no. 15).

    What a file names bears its number: whatever still bears that of one before was not in this one.
    """
    found: Counter[str] = Counter()
    if not earlier:
        return found, []
    known = {file.id: file for file in earlier}
    asked = f"FROM {table} WHERE delivery_id <> :this AND delivery_id IN :earlier"
    given = {"this": delivery_id, "earlier": list(known), "at_most": KEPT_FLAGS}

    def ask(sql: str) -> Sequence[Any]:
        statement = text(sql).bindparams(bindparam("earlier", expanding=True))
        return tx.execute(statement, used(sql, given)).all()

    def flag_of(last: int) -> str:
        came = known[last]
        since = {f.day for f in earlier if (f.day, f.id) > (came.day, came.id)}
        return VANISHED if len(since | {day}) > 1 else NOT_IN_THE_FILE

    flags: dict[int, str] = {}
    for last, count in ask(f"SELECT delivery_id, COUNT(*) {asked} GROUP BY delivery_id"):
        flags[last] = flag_of(last)
        found[flags[last]] += count
    # An export of what is open alone lets thousands go in a year: they are counted, not all named.
    rows = ask(f"SELECT {key}, delivery_id {asked} ORDER BY 1 LIMIT :at_most") if found else ()
    return found, [(str(name), flags[last]) for name, last in rows]


def begin(
    tx: Connection, *, source: str | None, file: str, sha256: str, day: date, now: datetime
) -> int:
    """A new line, as refused until it is closed; answers its number."""
    values: dict[str, Any] = {
        "source": source, "file": file[:255], "sha256": sha256, "day": day_of(day),
        "fresh_day": day_of(day), "taken_at": now, "outcome": Outcome.REFUSED.value, "scope": "",
        "dropped": {}, "flag_counts": {},
    }  # fmt: skip
    return new_id(tx.execute(insert(DeliveryRow).values(**values)))


def close(
    tx: Connection,
    delivery_id: int,
    *,
    source: str | None,
    outcome: Outcome,
    reason: str | None,
    taking: Taking | None,
    scope: Scope | None,
    archive: str | None,
    fresh_day: int | None = None,
    last: Earlier | None = None,
) -> None:
    """What became of the file, with its refused and flagged rows.

    `fresh_day`: the day its content speaks for, where that is not the day of delivery. `last`: the
    file before it.
    """
    change: dict[str, Any] = {
        "source": source, "outcome": outcome.value, "reason": reason, "archive": archive,
    }  # fmt: skip
    if taking is not None and scope is not None:
        change |= {
            "rows": taking.rows, "scope": scope.of, "period_from": scope.period_from,
            "dropped": dict(taking.dropped), "flag_counts": dict(taking.flag_counts),
            "loaded": 0 if outcome is Outcome.REFUSED else taking.loaded,
            "named": sorted(scope.named),
        }  # fmt: skip
        if fresh_day is not None:
            change["fresh_day"] = fresh_day
        if outcome in GOOD:
            change["news"] = _news(tx, taking, last)
        _details(tx, delivery_id, taking, scope.units)
    tx.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**change))


def confirm(tx: Connection, same: Any, file: str, day: date, now: datetime) -> None:
    """The same bytes on a later day: what they say is confirmed, of the units that they named."""
    # What speaks of days gone by only becomes no newer.
    is_of_the_day = same["fresh_day"] == same["day"]
    values = {
        "source": same["source"], "file": file[:255], "sha256": same["sha256"],
        "day": day_of(day), "taken_at": now, "rows": same["rows"],
        "fresh_day": day_of(day) if is_of_the_day else same["fresh_day"],
        "outcome": Outcome.UNCHANGED.value, "scope": same["scope"], "dropped": {},
        "flag_counts": {}, "archive": same["archive"], "named": same["named"],
    }  # fmt: skip
    again = new_id(tx.execute(insert(DeliveryRow).values(**values)))
    of = select(DeliveryUnitRow.unit_id).where(DeliveryUnitRow.delivery_id == same["id"])
    _insert(tx, DeliveryUnitRow, again, [{"unit_id": unit_id} for unit_id in tx.scalars(of)])


def _news(tx: Connection, taking: Taking, last: Earlier | None) -> dict[str, int]:
    """Of each kind what this file has more of than the one before; what is missing was told."""
    counts = {REJECTED: taking.bad, **taking.flag_counts}
    counts.pop(VANISHED, None)
    before: dict[str, int] = {}
    if last is not None:
        rejected = select(func.count()).where(RejectRow.delivery_id == last.id)
        before = {REJECTED: tx.scalar(rejected) or 0, **last.flag_counts}
    more = {kind: count - before.get(kind, 0) for kind, count in counts.items()}
    return {kind: count for kind, count in more.items() if count > 0}


def _details(tx: Connection, delivery_id: int, taking: Taking, units: frozenset[int]) -> None:
    rejects = [
        {"row": r.row, "column": r.column, "value": r.value, "reason": r.reason}
        for r in taking.rejects
    ]
    flags = [{"row": f.row, "key": f.key, "flag": f.flag, "detail": f.detail} for f in taking.flags]
    _insert(tx, DeliveryUnitRow, delivery_id, [{"unit_id": unit} for unit in sorted(units)])
    _insert(tx, RejectRow, delivery_id, rejects)
    _insert(tx, RowFlagRow, delivery_id, flags)


def _insert(tx: Connection, table: Any, delivery_id: int, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.execute(insert(table), [{"delivery_id": delivery_id, **row} for row in rows])
