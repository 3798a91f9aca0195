"""How is a slot's check attempted, so that it counts exactly once? With the ledger of runs.

Leases are reckoned by the real time, slots by the house's clock: a rehearsal's clock differs
between processes, and may jump.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from alerts.counting import DistrictMissing
from alerts.slots import Nothing, RunNow, newest_slot, slot_decision
from alerts.telling.between_checks import tell_between_checks
from alerts.telling.troubles import check_failed
from alerts.working_time import when_at_work
from db import people, runs
from db.engine import DatabaseUnavailable, reading, writing

if TYPE_CHECKING:
    from alerts.house import House

JOB = "check"
log = structlog.stdlib.get_logger(__name__)


class Check(Protocol):
    """`alerts.daily.run_check`; calls `within(tx)` at the end of the transaction of its effects."""

    def __call__(
        self, house: House, as_of: datetime, now: datetime, *, late: bool, within: runs.Within
    ) -> object: ...


def decide(house: House) -> RunNow | Nothing:
    """Which slot is to be attempted now, after closing the runs that the dead left behind."""
    now, moment = _real_now(), house.clock()
    newest = newest_slot(house.checks, house.zone, moment)
    with reading(house.engine) as tx:
        dead = runs.expired(tx, JOB, now)
    if dead:
        with writing(house.engine) as tx:
            closed = runs.close_expired(tx, JOB, newest, now)
        for run in closed:
            slot = run.slot.isoformat()
            log.error("check closed undone", slot=slot, outcome=run.outcome, why=run.detail)
            if run.outcome == runs.GIVEN_UP:
                _tell_admins(house, run.slot, "died", {})
    with reading(house.engine) as tx:
        done = runs.newest_finished(tx, JOB)
        free = runs.claimable(tx, JOB, newest, now)
    decision = slot_decision(newest, done.slot if done else None, moment)
    if isinstance(decision, RunNow) and not free:
        return Nothing(reason="somebody_is_at_it")
    return decision


def attempt(
    house: House,
    decision: RunNow,
    owner: str,
    check: Check,
    *,
    lease: timedelta,
    rest: timedelta,
    beat_seconds: float,
) -> None:
    """One attempt at a slot; its effects and its end in the ledger are one transaction.

    A check that fails is logged, and may be attempted again after `rest` times the attempt's
    number; that it failed for good is told to the admins. Raises DatabaseUnavailable where not even
    that can be written.
    """
    slot = decision.slot
    with writing(house.engine) as tx:
        number = runs.claim(tx, JOB, slot, owner, _real_now(), lease)
    if number is None:
        return  # another process was quicker
    told = log.bind(slot=slot.isoformat(), attempt=number, late=decision.late)
    closed = False

    def within(tx: Any) -> None:
        nonlocal closed
        detail = "late" if decision.late else None
        runs.finish(tx, JOB, slot, owner, number, _real_now(), detail=detail)
        closed = True

    def beat() -> None:
        with writing(house.engine) as tx:
            runs.heartbeat(tx, JOB, slot, owner, number, _real_now(), lease)

    try:
        with _beating(beat, beat_seconds):
            check(house, slot, house.clock(), late=decision.late, within=within)
        if not closed:  # it had nothing to write
            with writing(house.engine) as tx:
                within(tx)
    except runs.LostTheRun:
        told.warning("check overtaken by another process, nothing of it is kept")
    except Exception as error:
        why = words_of(error)
        told.error("check failed", error=why)
        with writing(house.engine) as tx:
            runs.release(tx, JOB, slot, owner, number, _real_now() + rest * number, why)
        if isinstance(error, DistrictMissing):
            _tell_admins(house, slot, error.why, error.facts)
        elif number >= runs.ATTEMPTS:
            _tell_admins(house, slot, "failed", {"error": why})
    else:
        told.info("check done")


def _tell_admins(house: House, slot: datetime, why: str, facts: Mapping[str, Any]) -> None:
    """A check that will not be taken is told, once a day: nobody reads a log without cause."""
    now, here = house.clock(), slot.astimezone(house.zone)
    with writing(house.engine) as tx:
        bindings = people.all_bindings(tx, here.date())
        messages = check_failed(here, why, facts, bindings, when_at_work(house, tx, now))
        tell_between_checks(tx, house, messages, now)


@contextmanager
def _beating(beat: Callable[[], None], seconds: float) -> Iterator[None]:
    """Prolongs the lease while the check works."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(seconds):
            # On SQLite the check itself may hold the write lock: then nobody can overtake it.
            with suppress(Exception):  # a beat missed is no harm: the lease outlives several
                beat()

    beating = threading.Thread(target=work, name="check-beat", daemon=True)
    beating.start()
    try:
        yield
    finally:
        done.set()
        # A beat that is under way would prolong the lease that is given back next.
        beating.join()


def words_of(error: BaseException) -> str:
    """What failed, and where; without the error's message, for that may quote a person's name."""
    if isinstance(error, DatabaseUnavailable):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where


def _real_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the daemon is an entry point
