"""Does the ledger find what was changed in it?"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text

from db import audit, outbox
from db.engine import open_engine, reading, writing
from db.records import NewMessage
from db.tables import AlertRow, PersonRow, UnitRow

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


UNREADABLE = {
    "a detail that is no JSON": "detail = 'torn'",
    "a moment that is none": "at = 'yesterday'",
    "bytes for a word": "kind = x'00ff'",
    "half a character": """detail = '{"name": "\\ud800"}'""",
    "a byte that is no letter": "kind = CAST(x'ff' AS TEXT)",
}


@pytest.mark.parametrize("change", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_row_that_cannot_be_read_any_more_is_found(
    tmp_path: Path, sqlite_template: Path, change: str
) -> None:
    """SQLite takes anything for a value; PostgreSQL keeps such a thing out by itself."""
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    fill(engine)
    with writing(engine) as tx:
        tx.execute(text(f"UPDATE audit SET {change} WHERE id = 3"))
    with reading(engine) as tx:
        found = audit.verify(tx)
        entries = list(audit.entries(tx))
    assert (found.rows, found.intact, found.first_bad) == (2, False, 3)
    assert [entry.id for entry in entries] == [1, 2, 3, 4, 5], "none is lost"
    assert [entry.kind == audit.UNREADABLE for entry in entries] == [
        False,
        False,
        True,
        False,
        False,
    ]
    engine.dispose()


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


DISTRICT, COMMUNE, OTHER = 1, 2, 3
OF_COMMUNE, OF_OTHER = 1, 2  # alerts


@pytest.fixture
def told(engine: Engine) -> Engine:
    """Person 1 was told of both communes' alerts by messages in the district's name."""
    with writing(engine) as tx:
        tx.execute(insert(PersonRow).values(id=1, user_id=1, chat_id=1, name="An", joined_at=NOON))
        for number in (DISTRICT, COMMUNE, OTHER):
            tx.execute(
                insert(UnitRow).values(
                    id=number, slug=f"u{number}", name="U", kind="commune",
                    valid_from=NOON.date(),
                )
            )  # fmt: skip
        for number, unit_id in ((OF_COMMUNE, COMMUNE), (OF_OTHER, OTHER)):
            tx.execute(
                insert(AlertRow).values(
                    id=number, unit_id=unit_id, target="on_time", opened_at=NOON, state="missed",
                    numerator=1, denominator=2,
                )
            )  # fmt: skip
        messages = [
            NewMessage(
                person_id=1, template=template, payload={"unit_id": DISTRICT}, dedupe=template,
                not_before=NOON, alert_ids=alerts,
            )
            for template, alerts in (
                ("escalation", (OF_COMMUNE,)), ("urgent", (OF_OTHER,)), ("digest", (1, 2)),
                ("stale_source", ()),
            )
        ]  # fmt: skip
        outbox.enqueue(tx, messages, NOON)
        audit.append(tx, "accepted", NOON, unit_id=DISTRICT, outbox_id=1)
        audit.append(tx, "taken", NOON, alert_id=OF_COMMUNE)
    return engine


@pytest.mark.parametrize(
    ("unit_id", "expected"),
    [
        pytest.param(
            COMMUNE,
            ["queued 1", "queued 3", "accepted 1", "taken None"],
            id="of a commune: whoever was told of its alert, though in the district's name",
        ),
        pytest.param(OTHER, ["queued 2", "queued 3"], id="of another: what told of its own alert"),
        pytest.param(
            DISTRICT,
            ["queued 1", "queued 2", "queued 3", "queued 4", "accepted 1"],
            id="of the district: all that went out in its name",
        ),
        pytest.param(9, [], id="of a unit of which nobody was told"),
    ],
)
def test_a_units_rows_are_all_that_tell_of_its_alerts(
    told: Engine, unit_id: int, expected: list[str]
) -> None:
    with reading(told) as tx:
        found = [f"{e.kind} {e.outbox_id}" for e in audit.entries(tx, unit_id=unit_id)]
    assert found == expected
