"""Do the migrations make the tables that the code believes in?"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, text

from db import migrate
from db.engine import open_engine, reading, writing


def test_the_migrated_database_has_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with writing(engine) as tx:
        migrate.differences(tx)


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    before, after = migrate.upgrade(engine)
    assert before == after == "0007"


def test_a_database_of_the_first_release_keeps_its_alerts_and_steps(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with writing(engine) as tx:
        migrate.upgrade_to(tx, "0001")
        for statement in (
            "INSERT INTO snapshots (id, as_of, day, taken_at, in_order, delivery_id)"
            " VALUES (1, '2021-03-23 00:30:00', 20210323, '2021-03-23 00:30:00', 1, 1)",
            "INSERT INTO alerts (id, unit_id, target, opened_at, state, numerator, denominator,"
            " item_keys) VALUES (7, 3, 'on_time', '2021-03-23 00:30:00', 'missed', 5, 8, '[]')",
            "INSERT INTO alert_steps (id, alert_id, snapshot_id, at, move, reason, numerator,"
            " denominator, new_keys, gone_keys)"
            " VALUES (9, 7, 1, '2021-03-23 00:30:00', 'opened', 'goal_missed', 5, 8, '[]', '[]')",
            "INSERT INTO alerts (id, unit_id, target, opened_at, resolved_at, state, numerator,"
            " denominator, item_keys) VALUES (8, 3, 'on_time', '2021-03-22 00:30:00',"
            " '2021-03-23 00:30:00', 'met', 8, 8, '[]')",
        ):
            tx.execute(text(statement))
    migrate.upgrade(engine)
    with reading(engine) as tx:
        assert tx.execute(
            text("SELECT phase, bad_checks, numerator FROM alerts ORDER BY id")
        ).all() == [
            ("open", 1, 5),
            ("resolved", 1, 8),
        ]
        assert tx.execute(text("SELECT alert_id, snapshot_id FROM alert_steps")).all() == [(7, 1)]
        migrate.differences(tx)


def test_an_older_database_keeps_its_dossiers_and_they_are_counted_the_same(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with writing(engine) as tx:
        migrate.upgrade_to(tx, "0003")
        for number, outcome in enumerate(("1, 0, 2, 0", "0, 1, 2, 3", "0, 0, 0, 4"), start=1):
            tx.execute(
                text(
                    "INSERT INTO dossiers (code, paper_unit_id, unit_id, owner_id, received_by,"
                    " field_id, status, year, running, resolved, online, paid, flags, first_day,"
                    " day, delivery_id, on_time, late, letter, offered) VALUES"
                    f" ('H{number}', 0, 7, 7, 7, 5, 10, 2021, 0, 1, 1, 0, '', 1, 1, 1, {outcome})"
                )
            )
    migrate.upgrade(engine)
    year, unit, field = 2021 << 44, 7 << 22, 5 << 2
    with reading(engine) as tx:
        keys = tx.execute(
            text("SELECT code, tally_key, offered_key FROM dossiers ORDER BY code")
        ).all()
        migrate.differences(tx)
    assert keys == [
        ("H1", year + (1 << 42) + unit + field, None),
        ("H2", year + (2 << 42) + unit + field + 2, (2021 << 24) + (3 << 21) + (1 << 20) + 7),
        ("H3", year + unit + field, (2021 << 24) + (4 << 21) + (1 << 20) + 7),
    ]
