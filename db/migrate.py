"""How does a database get its tables? Upgrades it to the newest migration, one at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from db.engine import writing

FOLDER = Path(__file__).parent / "migrations"
LOCK = 1215_2021  # any number of our own: the advisory lock of whoever migrates


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Brings the database to the newest migration; answers (revision before, revision after)."""
    with writing(engine) as tx:
        # SQLite begins with the write lock; PostgreSQL needs one that others wait for.
        if tx.dialect.name == "postgresql":
            tx.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
        before = MigrationContext.configure(tx).get_current_revision()
        command.upgrade(_config(tx), "head")
        after = MigrationContext.configure(tx).get_current_revision()
    return before, after or ""


def upgrade_to(connection: Connection, revision: str) -> None:
    """Brings the database to one migration, not the newest: what an older release had."""
    command.upgrade(_config(connection), revision)


def revisions(connection: Connection) -> tuple[str | None, str | None]:
    """The revision that the database has, and the newest one that the code knows."""
    script = ScriptDirectory(str(FOLDER))
    return MigrationContext.configure(connection).get_current_revision(), script.get_current_head()


def differences(connection: Connection) -> None:
    """Raises alembic's complaint where the tables and the migrations have drifted apart."""
    command.check(_config(connection))


def write_revision(connection: Connection, message: str, number: str) -> None:
    """For developers: writes a migration that holds what the tables have and the database lacks."""
    command.revision(_config(connection), message=message, autogenerate=True, rev_id=number)
