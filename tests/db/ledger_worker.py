"""One process of the ledger's trial: runs slots until all are closed, and may die or fall asleep.

python -m tests.db.ledger_worker URL OWNER SLOTS KILL_PERCENT
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from db import runs
from db.engine import open_engine, reading, writing

FIRST = datetime(2021, 3, 23, 0, 30, tzinfo=UTC)
LEASE = timedelta(seconds=0.4)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  a worker is an entry point


def _maybe_die(percent: float) -> None:
    if random.random() * 100 < percent:
        os.kill(os.getpid(), signal.SIGKILL)


def _run(engine: Engine, owner: str, slot: datetime, percent: float) -> None:
    with writing(engine) as tx:
        attempt = runs.claim(tx, "trial", slot, owner, _now(), LEASE, attempts=1000)
    if attempt is None:
        return
    _maybe_die(percent / 3)
    if random.random() < 0.04:
        time.sleep(LEASE.total_seconds() * 1.5)  # overtaken: its effect must not be kept
    try:
        with writing(engine) as tx:
            tx.execute(
                text("INSERT INTO effects (slot, owner, attempt) VALUES (:slot, :owner, :attempt)"),
                {"slot": slot.isoformat(), "owner": owner, "attempt": attempt},
            )
            time.sleep(0.005)
            _maybe_die(percent / 3)
            runs.finish(tx, "trial", slot, owner, attempt, _now())
            _maybe_die(percent / 3)
    except runs.LostTheRun:
        return  # as it should be: whoever overtook us does it


def main(url: str, owner: str, slots: int, percent: float) -> None:
    engine = open_engine(url)
    sys.stdin.read()  # ends when all are there
    wanted = [FIRST + timedelta(hours=number) for number in range(slots)]
    while True:
        with reading(engine) as tx:
            closed = tx.execute(text("SELECT slot FROM effects")).scalars().all()
        left = [slot for slot in wanted if slot.isoformat() not in set(closed)]
        if not left:
            return
        for slot in left:
            with reading(engine) as tx:
                free = runs.claimable(tx, "trial", slot, _now())
            if free:
                _run(engine, owner, slot, percent)
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
