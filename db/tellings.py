"""What was each person told of which alert, and how often were they disturbed today?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select

from db.records import Telling, Told
from db.tables import AlertRow, OutboxRow, ToldRow

NEVER_ARRIVED = ("refused", "given_up")


def known(tx: Connection) -> dict[tuple[int, int], Told]:
    """(person, alert) -> the newest telling, of every alert whose end somebody may still be owed.

    Left out is what was told to its end; what never arrived told nobody anything.
    """
    newest = (
        select(func.max(ToldRow.id))
        .join(OutboxRow, OutboxRow.id == ToldRow.outbox_id)
        .where(_arrives())
        .group_by(ToldRow.person_id, ToldRow.alert_id)
    )
    rows = tx.execute(
        select(
            ToldRow.person_id,
            ToldRow.alert_id,
            ToldRow.step_id,
            ToldRow.at,
            ToldRow.kind,
            ToldRow.ended,
        )
        .join(AlertRow, AlertRow.id == ToldRow.alert_id)
        .where(
            ToldRow.id.in_(newest), or_(ToldRow.ended.is_(False), AlertRow.resolved_at.is_(None))
        )
        .order_by(ToldRow.id)
    )
    return {
        (row.person_id, row.alert_id): Told(**{**row._mapping, "kind": Telling(row.kind)})
        for row in rows
    }


def record(
    tx: Connection,
    *,
    outbox_id: int,
    person_id: int,
    steps: Mapping[int, int],
    kind: Telling,
    at: datetime,
    ended: Collection[int] = (),
) -> None:
    """A queued message tells a person of alerts: `steps` is alert -> its newest step that it tells.

    `ended` are those of them of whose end it tells.
    """
    if not steps:
        return
    tx.execute(
        insert(ToldRow),
        [
            {
                "outbox_id": outbox_id,
                "person_id": person_id,
                "alert_id": alert_id,
                "step_id": step_id,
                "kind": kind.value,
                "ended": alert_id in ended,
                "at": at,
            }
            for alert_id, step_id in sorted(steps.items())
        ],
    )


def pushes_of_day(
    tx: Connection,
    start: datetime,
    end: datetime,
    *,
    put_off_after: datetime | None = None,
) -> dict[int, int]:
    """Person -> the messages that reached them, or wait to, in [start, end); those with none are
    left out.

    Counted on the day on which it may go out, not on the day on which it was decided.
    `put_off_after`: without what nobody has tried to send and is to go out after that moment.
    """
    asked = (
        select(OutboxRow.person_id, func.count().label("pushes"))
        .where(OutboxRow.not_before >= start, OutboxRow.not_before < end, _arrives())
        .group_by(OutboxRow.person_id)
    )
    if put_off_after is not None:
        tried = or_(OutboxRow.not_before <= put_off_after, OutboxRow.attempts > 0)
        asked = asked.where(tried)
    return {row.person_id: row.pushes for row in tx.execute(asked)}


def tellings_of(
    tx: Connection, alert_ids: Collection[int]
) -> dict[int, tuple[tuple[int, Telling, datetime], ...]]:
    """Alert -> (person, as what, when) of every telling of it, rising: what an escalation recites;
    an alert that nobody was told of is left out.
    """
    rows = tx.execute(
        select(ToldRow.alert_id, ToldRow.person_id, ToldRow.kind, ToldRow.at)
        .join(OutboxRow, OutboxRow.id == ToldRow.outbox_id)
        .where(ToldRow.alert_id.in_(list(alert_ids)), _arrives())
        .order_by(ToldRow.id)
    )
    found: dict[int, list[tuple[int, Telling, datetime]]] = {}
    for alert_id, person_id, kind, at in rows:
        found.setdefault(alert_id, []).append((person_id, Telling(kind), at))
    return {alert_id: tuple(times) for alert_id, times in found.items()}


def first_tellings(tx: Connection, alert_ids: Collection[int]) -> dict[int, datetime]:
    """Alert -> when those who answer for it were told of it first, or were tried to be told."""
    asked_to_act = (Telling.DIGEST.value, Telling.URGENT.value, Telling.SUMMARY.value)
    rows = tx.execute(
        select(ToldRow.alert_id, func.min(ToldRow.at).label("at"))
        .where(ToldRow.alert_id.in_(list(alert_ids)), ToldRow.kind.in_(asked_to_act))
        .group_by(ToldRow.alert_id)
    )
    return {row.alert_id: row.at for row in rows}


def silences_told(tx: Connection) -> dict[int, frozenset[str]]:
    """Person -> the marks of the silent sources and odd files that a message to them has named."""
    found: dict[int, set[str]] = {}
    rows = tx.execute(
        select(OutboxRow.person_id, OutboxRow.dedupe, OutboxRow.payload).where(
            OutboxRow.template == "stale_source"
        )
    )
    for person_id, dedupe, payload in rows:
        # A message of before named one source, and was itself named by its mark and its person.
        marks = payload.get("marks") or [dedupe.rpartition(":")[0]]
        found.setdefault(person_id, set()).update(marks)
    return {person_id: frozenset(marks) for person_id, marks in found.items()}


def _arrives() -> ColumnElement[bool]:
    """The message arrived, or still may."""
    return or_(OutboxRow.outcome.is_(None), OutboxRow.outcome.not_in(NEVER_ARRIVED))
