"""The daemon: one check a slot whoever runs it, files taken, failures survived, a quick end."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import partial
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, select, text, update

from alerts.attempt import attempt, decide
from alerts.calendar import WorkingCalendar
from alerts.counting import DistrictMissing
from alerts.daemon import Rhythm, run_daemon
from alerts.house import House
from alerts.slots import RunNow
from db import runs
from db.engine import DatabaseUnavailable, reading, writing
from db.records import ImportReport, Outcome
from db.tables import BindingRow, OutboxRow, PersonRow, RunRow
from tests.alerts.lives import WEEKDAYS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUICK = Rhythm(
    watch=0.02, reconcile=0.05, sweep=0.03, hold=2, lease=30, beat=0.05, rest=0.0, stop_within=2
)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


MORNING = at("2021-03-23T07:30:05")


@dataclass(kw_only=True)
class Office:
    """What the daemon needs of a House, with a clock that stands still until it is set."""

    engine: Engine
    inbox: Path
    zone: ZoneInfo = ZONE
    settle_seconds: int = 0
    checks: tuple[clock_time, ...] = (clock_time(7, 30), clock_time(14, 0))
    moment: datetime = MORNING
    calendar: WorkingCalendar = WEEKDAYS
    quiet_from: clock_time = clock_time(18)
    quiet_until: clock_time = clock_time(7)
    pushes_per_day: int = 3
    checked: list[tuple[datetime, bool]] = field(default_factory=list)
    taken: list[tuple[str, date]] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.moment

    def is_quiet(self, wall: datetime) -> bool:
        return House.is_quiet(cast(House, self), wall)

    def refusal_words(self, _report: ImportReport) -> str | None:
        return None

    def flag_words(self, _language: str, kind: str) -> str:
        return kind

    def wall_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def check(
        self, house: Any, as_of: datetime, now: datetime, *, late: bool, within: runs.Within
    ) -> None:
        with writing(self.engine) as tx:
            key = f"{as_of.astimezone(ZONE):%d %H:%M}{' late' if late else ''}"
            tx.execute(text("INSERT INTO effects (key) VALUES (:key)"), {"key": key})
            within(tx)
        self.checked.append((as_of, late))

    def take(self, house: Any, path: Path, day: date, now: datetime) -> ImportReport:
        self.taken.append((path.name, day))
        return ImportReport(file=path.name, source="x", outcome=Outcome.ACCEPTED, day=day)

    def effects(self) -> list[str]:
        with reading(self.engine) as tx:
            return list(tx.execute(text("SELECT key FROM effects ORDER BY key")).scalars())

    @asynccontextmanager
    async def at_work(
        self, check: Any = None, take: Any = None, rhythm: Rhythm = QUICK, daemons: int = 1
    ) -> AsyncIterator[None]:
        stop = asyncio.Event()
        house = cast(House, self)
        tasks = [
            asyncio.create_task(
                run_daemon(
                    house, stop, check=check or self.check, take=take or self.take, rhythm=rhythm
                )
            )
            for _ in range(daemons)
        ]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    with writing(engine) as tx:
        tx.execute(text("CREATE TABLE effects (key TEXT)"))
    return Office(engine=engine, inbox=tmp_path / "inbox")


async def until(true: Callable[[], object], within: float = 30.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


async def test_each_slot_is_checked_once_as_the_clock_goes_on(office: Office) -> None:
    async with office.at_work():
        await until(lambda: len(office.checked) == 1)
        await asyncio.sleep(0.3)
        office.moment = at("2021-03-23T14:00")
        await until(lambda: len(office.checked) == 2)
        await asyncio.sleep(0.2)
    assert office.effects() == ["23 07:30", "23 14:00"]


async def test_a_clock_that_jumps_over_days_makes_up_for_the_newest_slot_only(
    office: Office,
) -> None:
    async with office.at_work():
        await until(lambda: len(office.checked) == 1)
        office.moment = at("2021-04-09T09:00")
        await until(lambda: len(office.checked) == 2)
        await asyncio.sleep(0.2)
        office.moment = at("2021-03-30T09:00")  # and back: nothing is repeated
        await asyncio.sleep(0.2)
    assert office.checked[1] == (at("2021-04-09T07:30"), True)
    assert office.effects() == ["09 07:30 late", "23 07:30"]


async def test_a_restart_repeats_nothing_and_downtime_costs_one_late_check(office: Office) -> None:
    for _ in range(2):
        async with office.at_work():
            await until(office.effects)
            await asyncio.sleep(0.15)
    assert office.effects() == ["23 07:30"]
    office.moment = at("2021-05-01T06:00")
    for _ in range(2):
        async with office.at_work():
            await until(lambda: len(office.effects()) == 2)
            await asyncio.sleep(0.15)
    assert sorted(office.effects()) == ["23 07:30", "30 14:00 late"]


async def test_a_new_installation_waits_for_its_first_slot(office: Office) -> None:
    office.moment = at("2021-03-23T06:00")
    async with office.at_work():
        await asyncio.sleep(0.3)
        assert office.effects() == []
        office.moment = at("2021-03-23T07:30")
        await until(office.effects)
    assert office.effects() == ["23 07:30"]


async def test_five_daemons_have_one_effect_a_slot(office: Office) -> None:
    async with office.at_work(daemons=5):
        for day in range(23, 29):
            office.moment = at(f"2021-03-{day}T07:30:01")
            await until(lambda: office.moment.strftime("%d %H:%M") in office.effects())
            await asyncio.sleep(0.1)
    assert office.effects() == [f"{day} 07:30" for day in range(23, 29)]


async def test_a_failing_check_is_tried_three_times_and_the_daemon_lives_on(
    office: Office, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    tries: list[datetime] = []

    def fail(house: Any, as_of: datetime, now: datetime, **rest: Any) -> None:
        tries.append(as_of)
        if as_of == at("2021-03-23T07:30"):
            with writing(office.engine) as tx:
                tx.execute(text("INSERT INTO effects (key) VALUES ('half done')"))
                raise ValueError("Nguyễn Văn A owes a letter")
        office.check(house, as_of, now, **rest)

    def outcomes() -> list[str | None]:
        with reading(office.engine) as tx:
            return list(tx.execute(text("SELECT outcome FROM runs ORDER BY slot")).scalars())

    async with office.at_work(check=fail):
        await until(lambda: outcomes() == ["given_up"])
        await asyncio.sleep(0.2)
        assert len(tries) == 3
        office.moment = at("2021-03-23T14:00")
        await until(office.effects)
    assert office.effects() == ["23 14:00"]
    assert outcomes() == ["given_up", "done"]
    printed = caplog.text + "".join(capsys.readouterr())
    assert "check failed" in printed
    assert "ValueError at test_daemon.py" in printed
    assert "Nguyễn" not in printed, "an error's message may quote a row"


# --- a check that cannot be taken -----------------------------------------------------------------

ENDED = DistrictMissing("ended", "district_ended", name="Huyện", last_day="2021-03-22")


def of_a_failed_check(office: Office) -> list[tuple[int, dict[str, Any]]]:
    query = select(OutboxRow.person_id, OutboxRow.payload).order_by(OutboxRow.id)
    with reading(office.engine) as tx:
        return [(row.person_id, row.payload) for row in tx.execute(query)]


def an_admin_and_a_head(engine: Engine) -> None:
    with writing(engine) as tx:
        for number, role in ((1, "admin"), (2, "head")):
            values = {"id": number, "user_id": number, "chat_id": number, "name": "An"}
            tx.execute(insert(PersonRow).values(**values, joined_at=MORNING))
            tx.execute(
                insert(BindingRow).values(person_id=number, role=role, valid_from=date(2021, 1, 1))
            )


def all_are_sent(engine: Engine) -> None:
    """As by a sender: what comes later is not taken into a message that still waits."""
    with writing(engine) as tx:
        sent = {"attempts": 1, "settled_at": OutboxRow.not_before, "outcome": "sent"}
        tx.execute(update(OutboxRow).values(**sent))


@pytest.mark.parametrize(
    ("error", "why", "facts"),
    [
        pytest.param(ENDED, "district_ended", {"name": "Huyện", "last_day": "2021-03-22"},
                     id="the district has ended"),
        pytest.param(ValueError("Nguyễn Văn A"), "failed", None,
                     id="a fault of the program, at every attempt"),
    ],
)  # fmt: skip
async def test_admins_are_told_once_a_day_that_a_check_cannot_be_taken(
    office: Office, error: Exception, why: str, facts: dict[str, str] | None
) -> None:
    an_admin_and_a_head(office.engine)

    def fail(house: Any, as_of: datetime, now: datetime, **rest: Any) -> None:
        raise error

    def given_up(slots: int) -> bool:
        with reading(office.engine) as tx:
            done = tx.execute(text("SELECT 1 FROM runs WHERE outcome = 'given_up'")).all()
        return len(done) == slots

    async with office.at_work(check=fail):
        for number, slot in enumerate(("23T07:30", "23T14:00", "24T07:30"), start=1):
            office.moment = at(f"2021-03-{slot}")
            await until(partial(given_up, number))
            all_are_sent(office.engine)
    told = of_a_failed_check(office)
    assert [person_id for person_id, _ in told] == [1, 1], "an admin, on each of the two days"
    assert [payload["slot"][:16] for _, payload in told] == ["2021-03-23T07:30", "2021-03-24T07:30"]
    assert told[0][1]["why"] == why
    assert told[0][1]["why_facts"] == facts or why == "failed"
    assert "Nguyễn" not in str(told), "an error's message may quote a row"


async def test_a_fault_that_passes_is_told_to_nobody(office: Office) -> None:
    an_admin_and_a_head(office.engine)
    tries: list[datetime] = []

    def fail_twice(house: Any, as_of: datetime, now: datetime, **rest: Any) -> None:
        tries.append(as_of)
        if len(tries) < runs.ATTEMPTS:
            raise ValueError
        office.check(house, as_of, now, **rest)

    async with office.at_work(check=fail_twice):
        await until(office.effects)
    assert of_a_failed_check(office) == []


def test_a_check_that_died_at_every_attempt_is_told(office: Office) -> None:
    an_admin_and_a_head(office.engine)
    slot, now = at("2021-03-23T07:30"), datetime(2021, 3, 23, tzinfo=UTC)
    for number in range(runs.ATTEMPTS):
        with writing(office.engine) as tx:
            begun = now + timedelta(minutes=number)
            assert runs.claim(tx, "check", slot, "dead", begun, timedelta(seconds=1))
    office.moment = at("2021-03-23T22:00")
    decide(cast(House, office))
    ((person_id, payload),) = of_a_failed_check(office)
    assert (person_id, payload["why"], payload["why_facts"]) == (1, "died", {})
    with reading(office.engine) as tx:
        (held,) = tx.execute(select(OutboxRow.not_before)).scalars()
    assert held == at("2021-03-24T07:00"), "at night nobody is disturbed"


async def test_a_database_that_comes_back_is_used_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    away = threading.Event()
    away.set()

    def decide(house: Any) -> Any:
        if away.is_set():
            raise DatabaseUnavailable("the database cannot be used: it is away")
        return real(house)

    from alerts.attempt import decide as real

    monkeypatch.setattr("alerts.daemon.decide", decide)
    async with office.at_work():
        await asyncio.sleep(0.4)
        assert office.effects() == []
        away.clear()
        await until(office.effects)
        await asyncio.sleep(0.1)
    printed = capsys.readouterr().out
    assert printed.count("it is away") == 1, "told once, however often it was tried"
    assert "work goes on again" in printed


class LeaseClock:
    """The clock of the leases, which a check moves while it works."""

    def __init__(self) -> None:
        self.now = datetime(2021, 3, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def lease_clock(monkeypatch: pytest.MonkeyPatch) -> LeaseClock:
    clock = LeaseClock()
    monkeypatch.setattr("alerts.attempt._real_now", clock)
    return clock


def until_in_a_thread(true: Callable[[], object], within: float = 30.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


async def test_a_long_check_keeps_its_lease(office: Office, lease_clock: LeaseClock) -> None:
    """Longer than the lease; on SQLite it must not hold the write lock meanwhile."""
    begun: list[datetime] = []

    def prolonged() -> bool:
        with reading(office.engine) as tx:
            return runs.expired(tx, "check", lease_clock.now + timedelta(seconds=29)) == ()

    def slow(house: Any, as_of: datetime, now: datetime, **rest: Any) -> None:
        begun.append(as_of)
        for _ in range(4):
            lease_clock.pass_by(20)
            until_in_a_thread(prolonged)
            time.sleep(0.1)  # for the other to look
        office.check(house, as_of, now, **rest)

    async with office.at_work(check=slow, rhythm=QUICK, daemons=2):
        await until(office.effects)
    assert len(begun) == 1
    assert office.effects() == ["23 07:30"]


def test_a_late_heartbeat_does_not_keep_a_failed_check_from_being_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    beating = threading.Event()

    @contextmanager
    def late(engine: Engine) -> Iterator[Any]:
        if threading.current_thread().name == "check-beat":
            beating.set()
            time.sleep(0.3)
        with writing(engine) as tx:
            yield tx

    def fail(*_given: Any, **_rest: Any) -> None:
        assert beating.wait(30)
        raise ValueError

    monkeypatch.setattr("alerts.attempt.writing", late)
    slot, minute = RunNow(slot=at("2021-03-23T07:30"), late=False, reason=""), timedelta(minutes=1)
    attempt(
        cast(House, office), slot, "me", fail, lease=minute, rest=timedelta(0), beat_seconds=0.01
    )
    for thread in threading.enumerate():
        if thread.name == "check-beat":
            thread.join()
    with reading(office.engine) as tx:
        tried_again_at = tx.execute(select(RunRow.lease_until)).scalar_one()
    assert tried_again_at <= datetime.now(UTC)  # noqa: TID251  leases go by the real time


async def test_without_its_heartbeat_it_is_overtaken_and_nothing_of_it_is_kept(
    office: Office, lease_clock: LeaseClock
) -> None:
    begun: list[datetime] = []
    lost: list[datetime] = []

    def asleep(house: Any, as_of: datetime, now: datetime, **rest: Any) -> None:
        begun.append(as_of)
        if len(begun) == 1:
            lease_clock.pass_by(31)  # as in a computer that was put to sleep
            until_in_a_thread(office.effects)
        try:
            office.check(house, as_of, now, **rest)
        except runs.LostTheRun:
            lost.append(as_of)
            raise

    async with office.at_work(check=asleep, rhythm=replace(QUICK, beat=60), daemons=2):
        await until(lambda: lost)
    assert len(begun) == 2
    assert len(lost) == 1
    assert office.effects() == ["23 07:30"]


async def test_a_check_that_writes_nothing_is_done_too(office: Office) -> None:
    calls: list[datetime] = []

    def idle(house: Any, as_of: datetime, now: datetime, **rest: Any) -> None:
        calls.append(as_of)

    async with office.at_work(check=idle):
        await until(lambda: calls)
        await asyncio.sleep(0.3)
    assert len(calls) == 1


async def test_files_are_taken_on_the_district_s_day(office: Office) -> None:
    office.moment = at("2021-03-23T23:59").astimezone(UTC)
    async with office.at_work():
        await until(office.inbox.is_dir)
        (office.inbox / "hồ sơ.csv").write_text("a;b\n")
        await until((office.inbox / "accepted" / "2021-03-23" / "hồ sơ.csv").exists)
    assert office.taken == [("hồ sơ.csv", date(2021, 3, 23))]


async def test_a_late_check_waits_for_the_files_that_lie_in_the_inbox(office: Office) -> None:
    order: list[str] = []
    office.settle_seconds = 1
    office.inbox.mkdir()
    (office.inbox / "ho_so.csv").write_text("a;b\n")

    def take(house: Any, path: Path, day: date, now: datetime) -> ImportReport:
        order.append("file")
        return office.take(house, path, day, now)

    def check(*given: Any, **rest: Any) -> None:
        order.append("check")
        office.check(*given, **rest)

    async with office.at_work(check=check, take=take):
        await until(office.effects)
    assert order == ["file", "check"]


async def test_a_check_does_not_wait_for_ever_for_a_file_that_grows(office: Office) -> None:
    office.settle_seconds = 60
    office.inbox.mkdir()
    (office.inbox / "endless.csv").write_text("a;b\n")
    began = time.monotonic()
    async with office.at_work(rhythm=replace(QUICK, hold=0.5)):
        await until(office.effects)
    assert time.monotonic() - began >= 0.5
    assert office.taken == []


async def test_it_ends_soon_though_a_check_hangs(office: Office) -> None:
    hangs, over = threading.Event(), threading.Event()

    def hang(*_given: Any, **_rest: Any) -> None:
        hangs.set()
        over.wait(60)

    async with office.at_work(check=hang, rhythm=replace(QUICK, stop_within=0.3)):
        await until(hangs.is_set)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    over.set()


async def test_it_waits_for_a_check_that_is_nearly_done(office: Office) -> None:
    begun = threading.Event()

    def slow(*given: Any, **rest: Any) -> None:
        begun.set()
        time.sleep(0.5)
        office.check(*given, **rest)

    async with office.at_work(check=slow, rhythm=replace(QUICK, stop_within=30)):
        await until(begun.is_set)
    assert office.effects() == ["23 07:30"]


def test_the_process_ends_within_ten_seconds_though_a_check_hangs(tmp_path: Path) -> None:
    """With the real rhythm: threads at work must not keep the interpreter from ending."""
    code = """
import asyncio, sys, time
from pathlib import Path
from db.engine import open_engine
from db.migrate import upgrade
from alerts.daemon import run_daemon
from tests.alerts.test_daemon import Office
folder = Path(sys.argv[1])
office = Office(engine=open_engine(f"sqlite:///{folder}/x.db"), inbox=folder / "inbox")
upgrade(office.engine)
async def main():
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    def hang(*given, **rest):
        print("hangs", time.time(), flush=True)
        loop.call_soon_threadsafe(stop.set)
        time.sleep(100)
    await run_daemon(office, stop, check=hang, take=office.take)
asyncio.run(main())
"""
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, timeout=60, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("hangs")]
    assert time.time() - float(line.split()[1]) < 10


async def test_the_alarm_clock_has_an_alarm_for_each_check_in_the_district_s_zone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    started: list[AsyncIOScheduler] = []
    start = AsyncIOScheduler.start

    def spy(self: AsyncIOScheduler, paused: bool = False) -> None:
        started.append(self)
        start(self, paused)

    monkeypatch.setattr(AsyncIOScheduler, "start", spy)
    async with office.at_work():
        await until(lambda: started)
        jobs = {job.id: job for job in started[0].get_jobs()}
        assert set(jobs) == {"check 07:30:00", "check 14:00:00", "watch", "reconcile", "sweep"}
        for job in jobs.values():
            assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
        morning = jobs["check 07:30:00"].next_run_time
        assert (morning.hour, morning.minute, morning.utcoffset()) == (7, 30, timedelta(hours=7))
        assert logging.getLogger("apscheduler").level == logging.WARNING
