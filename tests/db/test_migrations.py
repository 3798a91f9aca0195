"""Do the migrations make the tables that the code believes in?"""

from __future__ import annotations

from sqlalchemy import Engine

from db import migrate
from db.engine import writing


def test_the_migrated_database_has_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with writing(engine) as tx:
        migrate.differences(tx)


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    before, after = migrate.upgrade(engine)
    assert before == after == "0006"
