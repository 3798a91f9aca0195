"""What happens when nobody asks? Wakes for each check and for each file, until it is told to stop.

APScheduler is only the alarm clock. What is to be done is decided by the house's clock, which may
be a rehearsal's, and by the ledger of runs, which all daemons of one database share: however many
there are, each slot has one check. Work is done in threads that die with the process, so that no
long check can keep the process from ending; the ledger's lease then passes the slot on.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from alerts.arriving.inbox import Inbox
from alerts.attempt import Check, attempt, decide, words_of
from alerts.slots import Nothing, RunNow, newest_slot
from db.engine import DatabaseUnavailable
from db.records import ImportReport

if TYPE_CHECKING:
    from alerts.house import House

T = TypeVar("T")
log = structlog.stdlib.get_logger(__name__)


class Take(Protocol):
    """`alerts.daily.take_file`: imports one file, and records what became of it."""

    def __call__(self, house: House, path: Path, day: date, now: datetime) -> ImportReport: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """How often, and how long; in seconds."""

    watch: float = 1.0  # the house's clock is looked at: a rehearsal's may jump
    reconcile: float = 30.0  # the ledger is asked, whatever the clocks say
    sweep: float = 2.0
    hold: float = 60.0  # a check waits so long at most for files that are just being delivered
    lease: float = 60.0
    beat: float = 15.0
    rest: float = 30.0  # after a failed attempt, times its number
    stop_within: float = 5.0  # of the ten that a stop may take


async def run_daemon(
    house: House,
    stop: asyncio.Event,
    *,
    check: Check | None = None,
    take: Take | None = None,
    owner: str | None = None,
    rhythm: Rhythm = Rhythm(),
) -> None:
    """Checks and takes files until `stop`; then ends within 10 s, whatever is still running.

    `check` and `take` are run_check and take_file of alerts.daily unless given.
    """
    if check is None or take is None:
        from alerts import daily

        check, take = check or daily.run_check, take or daily.take_file
    owner = owner or f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    daemon = _Daemon(house, stop, check, take, owner, rhythm)
    scheduler = _alarm_clock(house, daemon, rhythm)
    scheduler.start()
    try:
        log.info("daemon started", owner=owner, checks=[f"{at:%H:%M}" for at in house.checks])
        await daemon.sweep_now()
        await daemon.reconcile_now()
        await stop.wait()
    finally:
        scheduler.shutdown(wait=False)
        await daemon.wind_up()
        log.info("daemon stopped", owner=owner)


def _alarm_clock(house: House, daemon: _Daemon, rhythm: Rhythm) -> AsyncIOScheduler:
    # Every wake-up would be a line of the log otherwise.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = AsyncIOScheduler(
        timezone=house.zone,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for at in sorted(set(house.checks)):
        slot = CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=house.zone)
        scheduler.add_job(daemon.reconcile_now, slot, id=f"check {at:%H:%M:%S}")
    for name, work, seconds in (
        ("watch", daemon.watch, rhythm.watch),
        ("reconcile", daemon.reconcile_now, rhythm.reconcile),
        ("sweep", daemon.sweep_now, rhythm.sweep),
    ):
        every = IntervalTrigger(seconds=seconds, timezone=house.zone)
        scheduler.add_job(work, every, id=name)
    return scheduler


class _Daemon:
    """One daemon: which work of its is under way, and what it has seen and said."""

    def __init__(
        self,
        house: House,
        stop: asyncio.Event,
        check: Check,
        take: Take,
        owner: str,
        rhythm: Rhythm,
    ) -> None:
        self._house = house
        self._stop = stop
        self._check = check
        self._take = take
        self._owner = owner
        self._rhythm = rhythm
        self._inbox = Inbox(
            house.inbox,
            owner,
            house.settle_seconds,
            refusal_words=house.refusal_words,
            flag_words=house.flag_words,
        )
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._told: dict[str, str] = {}
        self._looked_at: datetime | None = None  # the slot that `watch` saw last
        self._files_coming = True  # until the first sweep says otherwise
        self._held: tuple[datetime, float] | None = None  # the slot that waits for files, since

    # The alarm clock calls these three; they only start work, so that no wake-up is ever missed.

    async def watch(self) -> None:
        slot = newest_slot(self._house.checks, self._house.zone, self._house.clock())
        moved = slot != self._looked_at
        if (moved or self._held) and self._start("reconcile", self._reconcile):
            self._looked_at = slot

    async def reconcile_now(self) -> None:
        self._start("reconcile", self._reconcile)

    async def sweep_now(self) -> None:
        self._start("sweep", self._sweep)

    async def wind_up(self) -> None:
        """Waits for what is under way, but not for ever."""
        tasks = [task for task in self._tasks.values() if not task.done()]
        if not tasks:
            return
        _done, late = await asyncio.wait(tasks, timeout=self._rhythm.stop_within)
        for task in late:
            log.warning("work left behind, to be repeated", work=task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Starts the work unless it is under way already."""
        running = self._tasks.get(name)
        if self._stop.is_set() or (running is not None and not running.done()):
            return False
        self._tasks[name] = asyncio.create_task(self._guarded(name, work), name=name)
        return True

    async def _guarded(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """A failure is told (once, while it lasts), and never ends the daemon."""
        try:
            await work()
        except Exception as error:
            words = words_of(error)
            if self._told.get(name) != words:
                log.error("work failed", work=name, error=words)
            self._told[name] = words
        else:
            if self._told.pop(name, None):
                log.info("work goes on again", work=name)

    # --- checks ---------------------------------------------------------------------------------

    async def _reconcile(self) -> None:
        decision = await _in_thread("decide", lambda: decide(self._house))
        if isinstance(decision, Nothing):
            self._held = None
        elif not self._waits_for_files(decision.slot):
            await _in_thread("check", lambda: self._attempt(decision))

    def _waits_for_files(self, slot: datetime) -> bool:
        """A check would call stale what is being delivered right now: it waits a little."""
        if not self._files_coming:
            self._held = None
            return False
        if self._held is None or self._held[0] != slot:
            self._held = (slot, time.monotonic())
        if time.monotonic() - self._held[1] < self._rhythm.hold:
            return True
        self._held = None
        return False

    def _attempt(self, decision: RunNow) -> None:
        pace = self._rhythm
        attempt(
            self._house,
            decision,
            self._owner,
            self._check,
            lease=timedelta(seconds=pace.lease),
            rest=timedelta(seconds=pace.rest),
            beat_seconds=pace.beat,
        )

    # --- files ----------------------------------------------------------------------------------

    async def _sweep(self) -> None:
        day = self._house.wall_day(self._house.clock())

        def take(path: Path) -> ImportReport:
            self._files_coming = True
            try:
                return self._take(self._house, path, day, self._house.clock())
            except DatabaseUnavailable:
                raise  # the inbox tells it, once
            except Exception as error:
                log.error("import failed", error=words_of(error))
                raise

        swept = await _in_thread(
            "sweep", lambda: self._inbox.sweep(take, day, time.monotonic(), self._stop.is_set)
        )
        self._files_coming = swept.waiting > 0
        for trouble in swept.troubles:
            log.error("inbox trouble", trouble=trouble)
        for taken in swept.taken:
            report = taken.report
            if report is None:
                log.error("file refused: the import failed at it again and again")
                continue
            log.info(
                "file taken",
                outcome=report.outcome.value,
                source=report.source,
                rows=report.rows,
                loaded=report.loaded,
                rejects=len(report.rejects),
                delivery=report.delivery_id,
            )


async def _in_thread(name: str, work: Callable[[], T]) -> T:
    """Like asyncio.to_thread, but in a thread that does not keep a process from ending."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return  # nobody waits any more
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await answer
