"""How is the database opened, and how does a transaction begin and end?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.pool import NullPool

from db.private import private_file, private_folder

__all__ = [
    "Connection",
    "DatabaseAddressWrong",
    "DatabaseUnavailable",
    "Engine",
    "new_id",
    "open_engine",
    "reading",
    "writing",
]

DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


NO_SUCH_TABLE = "42P01"  # PostgreSQL's code of it


class DatabaseUnavailable(Exception):
    """The database cannot be opened or used."""


class DatabaseAddressWrong(DatabaseUnavailable):
    """database.url in the settings cannot be the address of a database."""


def open_engine(url: str, *, beside: Path | None = None) -> Engine:
    """Opens `sqlite:///file` (relative to `beside`) or `postgresql://user@host/name`.

    Raises DatabaseAddressWrong with one sentence for an address that cannot be a database's.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseAddressWrong(
            "database.url is not an address of a database"
            " (write sqlite:///var/dunghen.db or postgresql://user@host/name)"
        ) from error
    driver = DRIVERS.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise DatabaseAddressWrong(
            f"database.url names '{parsed.drivername}', which is not supported"
            " (write sqlite:///var/dunghen.db or postgresql://user@host/name)"
        )
    parsed = parsed.set(drivername=driver)
    try:
        return _open_sqlite(parsed, beside) if "sqlite" in driver else create_engine(parsed)
    except (NoSuchModuleError, OSError) as error:
        raise DatabaseUnavailable(f"database.url: {error}") from error


def _open_sqlite(parsed: Any, beside: Path | None) -> Engine:
    name = parsed.database
    options: dict[str, Any] = {}
    if name and name != ":memory:":
        path = Path(name) if Path(name).is_absolute() else (beside or Path()) / name
        private_folder(path.parent)
        private_file(path)  # an empty one is a new database; its journals have the same rights
        parsed = parsed.set(database=str(path))
        # A connection to a file costs microseconds, and a pool would hold handles open for ever.
        options["poolclass"] = NullPool
    engine = create_engine(
        parsed, connect_args={"timeout": 30, "check_same_thread": False}, **options
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late and loses updates: we begin by ourselves.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "temp_store=MEMORY",
            "cache_size=-15500",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that commits at its end, or leaves nothing behind."""
    try:
        with engine.begin() as tx:
            yield tx
    except StatementError as error:
        if (unavailable := _unavailable(error)) is None:
            raise
        raise unavailable from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the database; writes in it are lost."""
    try:
        with engine.connect().execution_options(read_only=True) as tx, tx.begin() as work:
            yield tx
            work.rollback()
    except StatementError as error:
        if (unavailable := _unavailable(error)) is None:
            raise
        raise unavailable from error


def said_by(error: StatementError) -> str:
    """What the database, or its driver, says of a fault, in one line and without any address."""
    line = str(error.orig).strip().splitlines()[0]
    return " ".join(line.partition(" (Background")[0].split())


def new_id(done: CursorResult[Any]) -> int:
    """The primary key that an INSERT of one row has given out."""
    key = done.inserted_primary_key
    if key is None:
        raise LookupError("the statement inserted no row")
    return int(key[0])


def _unavailable(error: StatementError) -> DatabaseUnavailable | None:
    """The error in one sentence, where the database cannot do what it is asked; else None.

    A statement that it does not understand is an OperationalError of SQLite, a ProgrammingError of
    PostgreSQL, and neither where a parameter is missing.
    """
    if isinstance(error, DBAPIError) and not isinstance(error, OperationalError | ProgrammingError):
        return None
    text = said_by(error)
    if "no such table" in text or getattr(error.orig, "sqlstate", None) == NO_SUCH_TABLE:
        text = "it has no tables yet (run: dunghen migrate)"
    return DatabaseUnavailable(f"the database cannot be used: {text}")
