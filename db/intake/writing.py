"""How do many rows reach a table quickly? Many to a statement on SQLite, by COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection

MOST_PARAMETERS = 16_000  # SQLite takes 32,766 in one statement
COPY_ROWS = 15_000  # fewer and larger statements cost the server less
SEEN = ("first_day", "day", "delivery_id")  # when a row was named, not what it says


@dataclass(frozen=True, kw_only=True, slots=True)
class Upsert:
    """Rows of one delivery that are added, or take the place of the row with the same key.

    `columns` begin with those of the key, and hold the day and the number of the delivery.
    `changes` are the assignments of the update (of the other columns, when empty); `newer` is the
    condition under which it happens, over `excluded` and the table itself. Of rows of one file with
    one key the greatest by `rank` stays, and of equals the last.
    """

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    changes: tuple[str, ...] = ()
    rank: tuple[str, ...] = ()

    @property
    def on_conflict(self) -> str:
        others = [f"{c} = excluded.{c}" for c in self.columns if c not in self.key]
        return (
            f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET"
            f" {', '.join(self.changes or others)} WHERE {self._newer}"
        )

    @property
    def differs(self) -> str:
        """Whether a row says anything new, in SQLite's words."""
        told = (c for c in self.columns if c not in self.key and c not in SEEN)
        return " OR ".join(f"{self.table}.{c} IS NOT excluded.{c}" for c in told)

    @property
    def _newer(self) -> str:
        """A delivery never puts older rows in the place of newer ones."""
        condition = f"excluded.day >= {self.table}.day"
        if not self.rank:
            return condition
        theirs = ", ".join(f"COALESCE(excluded.{c}, 0)" for c in self.rank)
        ours = ", ".join(f"COALESCE({self.table}.{c}, 0)" for c in self.rank)
        same_file = f"excluded.delivery_id = {self.table}.delivery_id"
        return f"{condition} AND (NOT ({same_file}) OR ({theirs}) >= ({ours}))"


def write_rows(tx: Connection, upsert: Upsert, rows: Iterable[tuple[Any, ...]]) -> int:
    """Writes all rows, in order, and answers how many there were."""
    if tx.dialect.name == "postgresql":
        return _copy(tx, upsert, iter(rows))
    return _insert_many(tx, upsert, iter(rows))


def _insert_many(tx: Connection, upsert: Upsert, rows: Iterator[tuple[Any, ...]]) -> int:
    """In one thread: the driver needs the interpreter for most of its work, so a second one only
    takes turns with the first (measured), and the reading process has the other core.
    """
    start = f"INSERT INTO {upsert.table} ({', '.join(upsert.columns)}) VALUES "
    one = f"({', '.join('?' * len(upsert.columns))})"
    always, if_different = upsert.on_conflict, f"{upsert.on_conflict} AND ({upsert.differs})"
    cursor = tx.connection.cursor()
    known = cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {upsert.table})").fetchone()[0]
    width, at_once, count = len(upsert.columns), MOST_PARAMETERS // len(upsert.columns), 0
    # Cell by cell: tuples that are let go at once cost less than those kept for a batch (measured).
    while values := list(chain.from_iterable(islice(rows, at_once))):
        here, finish = len(values) // width, always
        if known:
            starts = range(0, len(values), width)
            keys = [tuple(values[at : at + len(upsert.key)]) for at in starts]
            # Which of two rows ranks higher is asked of the table: there both must leave a mark.
            finish = always if upsert.rank and len(set(keys)) < here else if_different
        cursor.execute(f"{start}{', '.join([one] * here)} {finish}", values)
        if known and cursor.rowcount < here:
            _confirm(cursor, upsert, keys, values[:width])
        count += here
    cursor.close()
    return count


def _confirm(cursor: Any, upsert: Upsert, keys: list[tuple[Any, ...]], row: list[Any]) -> None:
    """Notes of rows that were named again unchanged when that was: no index has to be touched."""
    table = upsert.table
    seen = [row[upsert.columns.index(column)] for column in ("day", "delivery_id")]
    named = ", ".join([f"({', '.join('?' * len(upsert.key))})"] * len(keys))
    same = " AND ".join(f"{table}.{c} = named.column{n}" for n, c in enumerate(upsert.key, 1))
    cursor.execute(
        f"UPDATE {table} SET day = ?1, delivery_id = ?2 WHERE rowid IN"
        f" (SELECT {table}.rowid FROM (VALUES {named}) AS named CROSS JOIN {table} ON {same}"
        f" WHERE day <= ?1 AND delivery_id <> ?2)",
        [*seen, *chain.from_iterable(keys)],
    )


def _copy(tx: Connection, upsert: Upsert, rows: Iterator[tuple[Any, ...]]) -> int:
    """Some thousand rows at a time: COPY into a stage, and one statement from there.

    While the server works at the statement, the next rows are judged: it waits in a thread.
    """
    columns, key = ", ".join(upsert.columns), ", ".join(upsert.key)
    stage = f"stage_{upsert.table}"
    tx.exec_driver_sql(f"DROP TABLE IF EXISTS {stage}")
    tx.exec_driver_sql(
        f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS"
        f" SELECT {columns} FROM {upsert.table} WITH NO DATA"
    )
    # A statement may not touch the same row twice: of each key the best row goes on, and of equals
    # the one that was copied last.
    best = ", ".join(f"COALESCE({c}, 0) DESC" for c in upsert.rank)
    order = ", ".join(filter(None, (key, best, "ctid DESC")))
    move = (
        f"INSERT INTO {upsert.table} ({columns})"
        f" SELECT DISTINCT ON ({key}) {columns} FROM {stage} ORDER BY {order}"
        f" {upsert.on_conflict}"
    )
    count = 0
    raw: Any = tx.connection.dbapi_connection
    with raw.cursor() as cursor, ThreadPoolExecutor(1) as server:

        def take_on() -> None:
            cursor.execute(move)
            cursor.execute(f"TRUNCATE {stage}")

        moved: Future[None] | None = None
        # A COPY keeps the connection for itself, and reading rows may ask the database for names.
        while batch := list(islice(rows, COPY_ROWS)):
            if moved is not None:
                moved.result()
            with cursor.copy(f"COPY {stage} ({columns}) FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)
            moved = server.submit(take_on)
            count += len(batch)
        if moved is not None:
            moved.result()
    return count
