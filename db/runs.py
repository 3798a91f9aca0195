"""Who does which scheduled work, and is it done? The ledger of runs: one row a job and slot.

Whoever's INSERT … ON CONFLICT answers an attempt number owns the slot until its lease ends. The
effects of the work and `finish` share one transaction, and `finish` raises where the slot is no
longer ours: a run that was overtaken leaves nothing behind. Every `now` is an instant of a clock
that all owners share (the real one, even in a rehearsal), so that leases mean the same to all.
PostgreSQL must run at its default isolation (READ COMMITTED): heartbeats write while a run works.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, bindparam, or_, select, text, update

from db.tables import Instant, RunRow

ATTEMPTS = 3  # a slot that fails so often is given up, or it would block its job for ever
DETAIL_LENGTH = 500

DONE = "done"
GIVEN_UP = "given_up"  # failed or died at every attempt
OVERTAKEN = "overtaken"  # died, and a newer slot came before anybody could repeat it

Within = Callable[[Connection], None]  # what a check calls at the end of its own transaction


class LostTheRun(Exception):
    """Somebody else has taken this run over, or closed it: its effects must not be kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A line of the ledger; `finished_at` None: somebody is at it, or died at it."""

    job: str
    slot: datetime
    owner: str
    attempt: int
    lease_until: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    detail: str | None


_CLAIM = text(
    """
    INSERT INTO runs (job, slot, owner, attempt, lease_until, started_at)
    VALUES (:job, :slot, :owner, 1, :lease_until, :now)
    ON CONFLICT (job, slot) DO UPDATE
    SET owner = excluded.owner,
        attempt = runs.attempt + 1,
        lease_until = excluded.lease_until,
        started_at = excluded.started_at
    WHERE runs.finished_at IS NULL
      AND runs.lease_until < :now
      AND runs.attempt < :attempts
    RETURNING attempt
    """
).bindparams(
    bindparam("slot", type_=Instant),
    bindparam("lease_until", type_=Instant),
    bindparam("now", type_=Instant),
)


def claim(
    tx: Connection,
    job: str,
    slot: datetime,
    owner: str,
    now: datetime,
    lease: timedelta,
    attempts: int = ATTEMPTS,
) -> int | None:
    """The number of the attempt that is now `owner`'s; None where the slot is not to be had.

    Commit before working, so that others see it. None: done, given up, tried `attempts` times, or
    somebody holds a lease on it.
    """
    values = {"job": job, "slot": slot, "owner": owner, "now": now, "lease_until": now + lease}
    attempt = tx.execute(_CLAIM, {**values, "attempts": attempts}).scalar()
    return None if attempt is None else int(attempt)


def heartbeat(
    tx: Connection,
    job: str,
    slot: datetime,
    owner: str,
    attempt: int,
    now: datetime,
    lease: timedelta,
) -> bool:
    """Prolongs the lease; False where the run is not ours any more (or is finished)."""
    return _change(tx, job, slot, owner, attempt, lease_until=now + lease)


def finish(
    tx: Connection,
    job: str,
    slot: datetime,
    owner: str,
    attempt: int,
    now: datetime,
    outcome: str = DONE,
    detail: str | None = None,
) -> None:
    """Closes the slot for good, in the transaction that holds the effects.

    Raises LostTheRun where owner and attempt are not the newest: let it roll the effects back.
    """
    shown = None if detail is None else detail[:DETAIL_LENGTH]
    closing = {"finished_at": now, "lease_until": now, "outcome": outcome, "detail": shown}
    if not _change(tx, job, slot, owner, attempt, **closing):
        raise LostTheRun(f"{job} of {slot.isoformat()}: attempt {attempt} was overtaken")


def release(
    tx: Connection,
    job: str,
    slot: datetime,
    owner: str,
    attempt: int,
    again_at: datetime,
    detail: str,
) -> bool:
    """After a failure: nobody may claim the slot before `again_at`; False where it is not ours."""
    shown = detail[:DETAIL_LENGTH]
    return _change(tx, job, slot, owner, attempt, lease_until=again_at, detail=shown)


def close_expired(
    tx: Connection, job: str, newest: datetime, now: datetime, attempts: int = ATTEMPTS
) -> tuple[Run, ...]:
    """Closes runs whose owner died and that nobody is to repeat; gives them as they are now.

    That is `given_up` after `attempts` tries, `overtaken` where `newest` (a slot) is newer.
    """
    closed: list[Run] = []
    for run in expired(tx, job, now):
        outcome = GIVEN_UP if run.attempt >= attempts else OVERTAKEN
        if outcome == OVERTAKEN and run.slot >= newest:
            continue
        # Its lease is asked again: the owner may have come back to life since it was read.
        done = tx.execute(
            update(RunRow)
            .where(
                RunRow.job == job,
                RunRow.slot == run.slot,
                RunRow.attempt == run.attempt,
                RunRow.finished_at.is_(None),
                RunRow.lease_until < now,
            )
            .values(finished_at=now, outcome=outcome)
        )
        if done.rowcount == 1:
            closed.extend(_read(tx, _runs(job).where(RunRow.slot == run.slot)))
    return tuple(closed)


def expired(tx: Connection, job: str, now: datetime) -> tuple[Run, ...]:
    """The unfinished runs that nobody holds a lease on, oldest first."""
    unfinished = _runs(job).where(RunRow.finished_at.is_(None), RunRow.lease_until < now)
    return _read(tx, unfinished.order_by(RunRow.slot))


def newest_finished(tx: Connection, job: str) -> Run | None:
    """The newest slot that is closed, whatever its outcome; None before the first."""
    closed = _runs(job).where(RunRow.finished_at.is_not(None))
    found = _read(tx, closed.order_by(RunRow.slot.desc()).limit(1))
    return found[0] if found else None


def claimable(tx: Connection, job: str, slot: datetime, now: datetime) -> bool:
    """Whether a claim could succeed: asked first, because asking costs no write lock."""
    held = select(RunRow.id).where(
        RunRow.job == job,
        RunRow.slot == slot,
        or_(RunRow.finished_at.is_not(None), RunRow.lease_until >= now),
    )
    return tx.execute(held).first() is None


def _change(
    tx: Connection, job: str, slot: datetime, owner: str, attempt: int, **values: object
) -> bool:
    ours = update(RunRow).where(
        RunRow.job == job,
        RunRow.slot == slot,
        RunRow.owner == owner,
        RunRow.attempt == attempt,
        RunRow.finished_at.is_(None),
    )
    return tx.execute(ours.values(**values)).rowcount == 1


_COLUMNS = tuple(getattr(RunRow, name) for name in Run.__dataclass_fields__)


def _runs(job: str) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).where(RunRow.job == job)


def _read(tx: Connection, query: Select[tuple[object, ...]]) -> tuple[Run, ...]:
    return tuple(Run(**row) for row in tx.execute(query).mappings())
