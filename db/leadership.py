"""Which of several processes does a job that only one may do? A lock that ends with its process."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

try:
    import fcntl
except ImportError:  # Windows: one machine, one bot; the second start is the operator's mistake
    fcntl = None  # type: ignore[assignment]

NUMBERS = {"polling": 1215_2022}  # advisory locks of our own, by job


class Leadership:
    """Tries to be the one for a job; whoever dies or loses the database leads no more."""

    def __init__(self, engine: Engine, job: str) -> None:
        self.engine = engine
        self.job = job
        self._connection: Connection | None = None
        self._file: IO[str] | None = None
        self._alone = False  # a database in memory has one process

    def acquire(self) -> bool:
        """Whether this process leads now; asking again while it does is free."""
        if self.leads():
            return True
        if self.engine.dialect.name == "postgresql":
            return self._lock_in_database()
        return self._lock_file()

    def leads(self) -> bool:
        """Whether this process still leads (a lost connection has lost the lock)."""
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                self._connection.invalidate()
                self._connection.close()
                self._connection = None
        return self._connection is not None or self._file is not None or self._alone

    def release(self) -> None:
        """Lets somebody else lead; does nothing twice."""
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                unlock = text("SELECT pg_advisory_unlock(:number)")
                self._connection.execute(unlock, {"number": NUMBERS[self.job]})
            # The pool would keep the connection, and a connection that failed its lock.
            self._connection.invalidate()
            self._connection.close()
        if self._file is not None:
            self._file.close()
        self._connection, self._file, self._alone = None, None, False

    def _lock_in_database(self) -> bool:
        asked = text("SELECT pg_try_advisory_lock(:number)")
        try:
            connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.execute(asked, {"number": NUMBERS[self.job]}).scalar_one():
                self._connection = connection
                return True
            connection.close()
        except SQLAlchemyError:  # nobody leads a database that is away
            return False
        return False

    def _lock_file(self) -> bool:
        name = self.engine.url.database
        if fcntl is None or not name or name == ":memory:":
            self._alone = True
            return True
        file = Path(f"{name}.{self.job}").open("w", encoding="utf-8")  # noqa: SIM115
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True
