"""The ledger of runs: one owner a slot, leases that end, and effects that are kept exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from db import runs
from db.engine import open_engine, reading, writing

SLOT = datetime(2021, 3, 23, 0, 30, tzinfo=UTC)
NOW = SLOT + timedelta(seconds=2)
LEASE = timedelta(seconds=60)
LONG = os.environ.get("DUNGHEN_TEST_LONG") == "1"


def claim(engine: Engine, owner: str, now: datetime = NOW, slot: datetime = SLOT) -> int | None:
    with writing(engine) as tx:
        return runs.claim(tx, "check", slot, owner, now, LEASE)


def finish(engine: Engine, owner: str, attempt: int, slot: datetime = SLOT) -> None:
    with writing(engine) as tx:
        runs.finish(tx, "check", slot, owner, attempt, NOW)


def newest(engine: Engine) -> runs.Run | None:
    with reading(engine) as tx:
        return runs.newest_finished(tx, "check")


def test_a_slot_has_one_owner_until_its_lease_ends(engine: Engine) -> None:
    assert claim(engine, "a") == 1
    assert claim(engine, "b") is None
    assert claim(engine, "a") is None, "not even its owner gets it twice"
    assert claim(engine, "b", NOW + LEASE) is None, "at its very end the lease still holds"
    assert claim(engine, "b", NOW + LEASE + timedelta(microseconds=1)) == 2


def test_slots_and_jobs_do_not_stand_in_each_others_way(engine: Engine) -> None:
    assert claim(engine, "a") == 1
    assert claim(engine, "b", slot=SLOT + timedelta(hours=6)) == 1
    with writing(engine) as tx:
        assert runs.claim(tx, "another", SLOT, "b", NOW, LEASE) == 1


def test_a_finished_slot_is_never_claimed_again(engine: Engine) -> None:
    assert claim(engine, "a") == 1
    finish(engine, "a", 1)
    assert claim(engine, "b", NOW + timedelta(days=30)) is None
    done = newest(engine)
    assert done is not None
    assert (done.slot, done.owner, done.outcome, done.finished_at) == (SLOT, "a", "done", NOW)


def test_a_heartbeat_prolongs_the_lease_of_its_own_attempt_only(engine: Engine) -> None:
    assert claim(engine, "a") == 1
    later = NOW + timedelta(seconds=50)
    with writing(engine) as tx:
        assert runs.heartbeat(tx, "check", SLOT, "a", 1, later, LEASE)
        assert not runs.heartbeat(tx, "check", SLOT, "b", 1, later, LEASE)
        assert not runs.heartbeat(tx, "check", SLOT, "a", 2, later, LEASE)
    assert claim(engine, "b", NOW + LEASE + timedelta(seconds=1)) is None
    assert claim(engine, "b", later + LEASE + timedelta(seconds=1)) == 2
    with writing(engine) as tx:
        assert not runs.heartbeat(tx, "check", SLOT, "a", 1, later, LEASE), "it was overtaken"


@pytest.mark.parametrize(
    ("owner", "attempt"),
    [
        pytest.param("a", 1, id="the first owner, overtaken"),
        pytest.param("b", 1, id="the right owner with an old attempt"),
        pytest.param("a", 2, id="the wrong owner with the right attempt"),
    ],
)
def test_effects_of_an_overtaken_run_are_not_kept(engine: Engine, owner: str, attempt: int) -> None:
    assert claim(engine, "a") == 1
    assert claim(engine, "b", NOW + timedelta(minutes=2)) == 2

    def work() -> None:
        with writing(engine) as tx:
            tx.execute(text("INSERT INTO fields (key, name) VALUES ('k', 'effect')"))
            runs.finish(tx, "check", SLOT, owner, attempt, NOW)

    with pytest.raises(runs.LostTheRun, match="attempt"):
        work()
    with reading(engine) as tx:
        assert tx.execute(text("SELECT count(*) FROM fields")).scalar() == 0
    finish(engine, "b", 2)
    with pytest.raises(runs.LostTheRun):
        finish(engine, "b", 2)


def test_a_failed_run_rests_and_is_given_up_after_three_attempts(engine: Engine) -> None:
    now = NOW
    for attempt in (1, 2, 3):
        assert claim(engine, "a", now) == attempt
        with writing(engine) as tx:
            rest = now + timedelta(seconds=30)
            assert runs.release(tx, "check", SLOT, "a", attempt, rest, "ValueError at x.py:1")
            assert runs.close_expired(tx, "check", SLOT, now) == (), "it rests"
        assert claim(engine, "b", now + timedelta(seconds=29)) is None
        now += timedelta(seconds=31)
    assert claim(engine, "b", now) is None, "three attempts are enough"
    with writing(engine) as tx:
        (given_up,) = runs.close_expired(tx, "check", SLOT, now)
    assert (given_up.outcome, given_up.attempt) == ("given_up", 3)
    assert given_up.detail == "ValueError at x.py:1"
    assert newest(engine) == given_up, "a slot that was given up blocks nothing"
    with pytest.raises(runs.LostTheRun):
        finish(engine, "a", 3)


@pytest.mark.parametrize(
    ("attempts", "newest_hours", "waited", "outcome"),
    [
        pytest.param(1, 6, 120, "overtaken", id="a dead run before the newest slot is closed"),
        pytest.param(1, 0, 120, None, id="a dead run of the newest slot is to be repeated"),
        pytest.param(1, -6, 120, None, id="a dead run of a slot still to come stays"),
        pytest.param(3, 0, 120, "given_up", id="the third dead run of a slot is the last"),
        pytest.param(3, 6, 120, "given_up", id="given up says more than overtaken"),
        pytest.param(1, 6, 10, None, id="a living run is left alone"),
        pytest.param(3, 0, 10, None, id="a living third attempt is left alone"),
    ],
)
def test_what_becomes_of_runs_whose_owner_died(
    engine: Engine, attempts: int, newest_hours: int, waited: int, outcome: str | None
) -> None:
    start = NOW
    for attempt in range(1, attempts + 1):
        start = NOW + attempt * timedelta(minutes=5)
        assert claim(engine, f"dead {attempt}", start) == attempt
    now = start + timedelta(seconds=waited)
    with writing(engine) as tx:
        closed = runs.close_expired(tx, "check", SLOT + timedelta(hours=newest_hours), now)
        assert [run.outcome for run in closed] == ([outcome] if outcome else [])
        assert len(runs.expired(tx, "check", now)) == (1 if waited > 60 and not outcome else 0)


def test_the_newest_finished_is_the_newest_slot_and_not_the_last_to_finish(engine: Engine) -> None:
    assert newest(engine) is None
    for hours in (6, 0):
        assert claim(engine, "a", slot=SLOT + timedelta(hours=hours)) == 1
        finish(engine, "a", 1, SLOT + timedelta(hours=hours))
    done = newest(engine)
    assert done is not None
    assert done.slot == SLOT + timedelta(hours=6)


def test_asking_whether_a_slot_is_to_be_had_agrees_with_claiming_it(engine: Engine) -> None:
    def free(now: datetime) -> bool:
        with reading(engine) as tx:
            return runs.claimable(tx, "check", SLOT, now)

    assert free(NOW)
    assert claim(engine, "a") == 1
    assert not free(NOW + LEASE)
    assert free(NOW + LEASE + timedelta(seconds=1))
    finish(engine, "a", 1)
    assert not free(NOW + timedelta(days=1))


def test_of_many_that_claim_at_once_one_gets_it(engine: Engine) -> None:
    for number in range(10):
        slot = SLOT + timedelta(hours=number)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n, s=slot: claim(engine, str(n), slot=s), range(8)))
        assert sorted(answers, key=str) == [1] + [None] * 7


def test_processes_that_are_killed_leave_exactly_one_effect_per_slot(
    database_url: str, tmp_path: Path
) -> None:
    """4 processes and 30 slots; with DUNGHEN_TEST_LONG=1, 6 processes and 200 slots.

    One run in ten is killed (after the claim, between effect and finish, after the finish but
    before the commit), others sleep past their lease; the dead are replaced by new processes.
    """
    processes, slots = (6, 200) if LONG else (4, 30)
    engine = open_engine(database_url)
    with writing(engine) as tx:
        tx.execute(text("CREATE TABLE effects (slot TEXT, owner TEXT, attempt INTEGER)"))
    worker = [sys.executable, "-m", "tests.db.ledger_worker", database_url]
    root = Path(__file__).parents[2]
    living: list[subprocess.Popen[bytes]] = []
    started = killed = 0

    def start(percent: int) -> subprocess.Popen[bytes]:
        nonlocal started
        started += 1
        command = [*worker, f"owner {started}", str(slots), str(percent)]
        return subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE)

    def go(process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        process.stdin.close()  # they wait for this, so that they set out together

    try:
        # The first is alone and dies for certain: a death is always part of the trial.
        first = start(300)
        living.append(first)
        go(first)
        # On a busy machine it might come too late and find no slot to die over: it is waited for.
        killed += first.wait(timeout=120) == -signal.SIGKILL
        living = [start(10) for _ in range(processes)]
        for process in living:
            go(process)
        while living:
            process = living.pop(0)
            if process.wait(timeout=120) == -signal.SIGKILL:
                killed += 1
                living.append(start(10))
                go(living[-1])
            else:
                assert process.returncode == 0
    finally:
        for process in living:
            process.kill()
            process.wait()
    with reading(engine) as tx:
        effects = tx.execute(text("SELECT slot, count(*) FROM effects GROUP BY slot")).all()
        unfinished = tx.execute(text("SELECT count(*) FROM runs WHERE finished_at IS NULL"))
        assert unfinished.scalar() == 0
        repeated = tx.execute(text("SELECT count(*) FROM runs WHERE attempt > 1")).scalar()
    engine.dispose()
    assert len(effects) == slots
    assert {count for _slot, count in effects} == {1}
    assert killed >= 1
    assert repeated
    print(f"{started} processes, {killed} killed, {repeated} slots repeated, {slots} effects")
