"""Does the ledger find what was changed in it?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from db import audit
from db.engine import reading, writing

NOON = datetime(2021, 3, 23, 5, tzinfo=UTC)


def fill(engine: Engine, rows: int = 5) -> None:
    with writing(engine) as tx:
        for number in range(1, rows + 1):
            at = NOON + timedelta(minutes=number, microseconds=7)
            detail = {"name": "Nguyễn Văn Ă", "number": number}
            assert audit.append(tx, "queued", at, unit_id=number % 2, detail=detail) == number


def test_an_empty_ledger_is_intact(engine: Engine) -> None:
    with reading(engine) as tx:
        assert audit.verify(tx) == audit.Verified(rows=0, intact=True)


def test_rows_that_were_only_appended_are_intact(engine: Engine) -> None:
    fill(engine)
    with reading(engine) as tx:
        found = audit.verify(tx)
    assert (found.rows, found.intact, found.first_bad) == (5, True, None)
    assert len(found.newest) == 64


CHANGES = {
    "a changed detail breaks the chain at its row": (
        """UPDATE audit SET detail = '{"number": 9}' WHERE id = 3""",
        3,
    ),
    "a changed kind breaks the chain at its row": (
        "UPDATE audit SET kind = 'seen' WHERE id = 2",
        2,
    ),
    "another person breaks the chain at its row": (
        "UPDATE audit SET person_id = 8 WHERE id = 5",
        5,
    ),
    "a row taken out breaks the chain where it stood": ("DELETE FROM audit WHERE id = 3", 3),
    "a first row taken out breaks the chain": ("DELETE FROM audit WHERE id = 1", 1),
    "a row put in breaks the chain where it stands": (
        "INSERT INTO audit (id, at, kind, detail, previous, hash) SELECT 6, at, kind, detail,"
        " previous, hash FROM audit WHERE id = 4",
        6,
    ),
    "a hash written anew breaks the chain after it": (
        "UPDATE audit SET hash = 'made up' WHERE id = 4",
        4,
    ),
}


@pytest.mark.parametrize(("statement", "first_bad"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_found(engine: Engine, statement: str, first_bad: int) -> None:
    fill(engine)
    with writing(engine) as tx:
        tx.execute(text(statement))
    with reading(engine) as tx:
        found = audit.verify(tx)
    assert (found.intact, found.first_bad, found.rows) == (False, first_bad, first_bad - 1)


def test_entries_are_of_a_time_and_a_unit(engine: Engine) -> None:
    fill(engine)
    with reading(engine) as tx:
        some = list(
            audit.entries(
                tx, NOON + timedelta(minutes=2), NOON + timedelta(minutes=5, seconds=1), unit_id=1
            )
        )
    assert [entry.id for entry in some] == [3, 5]
    assert some[0].detail["name"] == "Nguyễn Văn Ă"
    assert some[0].at == NOON + timedelta(minutes=3, microseconds=7)
