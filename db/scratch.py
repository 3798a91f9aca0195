"""What did the tables hold on a past day? Fills a scratch database from the archived files."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from db import migrate
from db.engine import Engine, new_id, open_engine, writing
from db.handover import hand_over
from db.indicators import date_of, day_of
from db.intake import deliveries, ledger
from db.intake.archive import open_copy
from db.intake.rules import IntakeRules
from db.intake.workbook import hash_file
from db.records import Workdays
from db.tables import (
    ClockStopRow,
    DeliveryRow,
    DeliveryUnitRow,
    FieldRow,
    FormerParentRow,
    UnitAliasRow,
    UnitRow,
    UnitSuccessionRow,
)

COPIED_AS_THEY_ARE = tuple(
    row.__table__ for row in (UnitAliasRow, UnitSuccessionRow, FormerParentRow, FieldRow)
)
WHOLE = 100  # per cent: a file that was accepted once is not weighed again


class ArchiveDamaged(Exception):
    """The archived copy of a delivered file is missing or altered; the text says which."""


@contextmanager
def opened_scratch(
    main: Connection,
    *,
    day: date,
    archive: Path,
    rules: IntakeRules,
    calendar: Workdays,
    stops: Sequence[Mapping[str, Any]],
) -> Iterator[Scratch]:
    """A scratch database in a temporary folder with the organisation of `main` (and its ids), and
    with these rows of stopped clocks.
    """
    with tempfile.TemporaryDirectory(prefix="dunghen-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'scratch.db'}")
        try:
            migrate.upgrade(engine)
            with writing(engine) as tx:
                _copy_organisation(main, tx)
                if stops:
                    tx.execute(insert(ClockStopRow), [dict(stop) for stop in stops])
            yield Scratch(engine, main, Path(folder), day, archive, rules, calendar)
        finally:
            engine.dispose()


class Scratch:
    """The database of one past day: the deliveries up to that day, taken again as they came."""

    def __init__(
        self,
        engine: Engine,
        main: Connection,
        folder: Path,
        day: date,
        archive: Path,
        rules: IntakeRules,
        calendar: Workdays,
    ) -> None:
        self.engine = engine
        self.newest_delivery = 0
        self._main, self._folder, self._day = main, folder, day
        self._archive, self._calendar = archive, calendar
        # What was accepted then is accepted now: only its rows are wanted, not a second opinion.
        self._rules = replace(rules, bad_rows_percent=WHOLE, fewer_rows_percent=WHOLE)

    def take_until(self, newest_delivery: int) -> None:
        """Takes the deliveries of the day and before, up to the one with that id.

        They are taken in the order in which they came, which is the order in which the snapshots
        of the time saw them. Raises ArchiveDamaged.
        """
        table = DeliveryRow.__table__
        wanted = (
            select(table)
            .where(
                table.c.id > self.newest_delivery, table.c.id <= newest_delivery,
                table.c.day <= day_of(self._day),
            )
            .order_by(table.c.id)
        )  # fmt: skip
        rows = [dict(row) for row in self._main.execute(wanted).mappings()]
        with writing(self.engine) as tx:
            for row in rows:
                self._repeat(tx, row)
        self.newest_delivery = newest_delivery

    def _repeat(self, tx: Connection, row: dict[str, Any]) -> None:
        """The rows of a delivery, and its line of the ledger as it stands in the main database."""
        # The organisation was copied as it is; a refused or confirmed file brought no rows.
        good = row["outcome"] in ledger.GOOD and row["source"] != "units" and row["loaded"]
        delivery_id = self._take(tx, row) if good else None
        if row["source"] == "units" and row["outcome"] in ledger.GOOD:
            hand_over(tx, date_of(row["day"]))
        line = {name: value for name, value in row.items() if name != "id"}
        if delivery_id is None:
            delivery_id = new_id(tx.execute(insert(DeliveryRow).values(**line)))
        else:
            # A redacted copy has another hash, fewer rows: the ledger speaks of the file itself.
            tx.execute(update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(**line))
            tx.execute(delete(DeliveryUnitRow).where(DeliveryUnitRow.delivery_id == delivery_id))
        spoken_of = self._main.scalars(
            select(DeliveryUnitRow.unit_id).where(DeliveryUnitRow.delivery_id == row["id"])
        ).all()
        if spoken_of:
            values = [{"delivery_id": delivery_id, "unit_id": unit_id} for unit_id in spoken_of]
            tx.execute(insert(DeliveryUnitRow), values)

    def _take(self, tx: Connection, row: dict[str, Any]) -> int:
        copy = self._copy_of(row)
        try:
            report = deliveries.take(
                tx, copy, date_of(row["day"]), now=row["taken_at"], rules=self._rules,
                calendar=self._calendar, archive=None, source=row["source"],
            )  # fmt: skip
        finally:
            if copy.parent == self._folder:
                copy.unlink(missing_ok=True)
        if report.outcome not in ledger.GOOD or report.delivery_id is None:
            raise _damaged(row, f"cannot be taken again: {report.reason}")
        return report.delivery_id

    def _copy_of(self, row: dict[str, Any]) -> Path:
        if not row["archive"]:
            raise _damaged(row, "was not kept")
        try:
            copy = open_copy(self._archive, row["archive"], self._folder)
            # Of a redacted copy there is no hash; its own checksum was verified by unpacking it.
            if copy.parent != self._folder and hash_file(copy) != row["sha256"]:
                raise _damaged(row, "has been altered: its SHA-256 is not the delivered file's")
        except FileNotFoundError:
            raise _damaged(row, "is missing") from None
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(row, f"cannot be read: {error}") from error
        return copy


def _damaged(row: dict[str, Any], what: str) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"the archived copy of {row['file']} (delivered {date_of(row['day']):%d/%m/%Y}) {what}"
        f" (archive: {row['archive'] or 'none'}; put it back from a backup)"
    )


def _copy_organisation(main: Connection, scratch: Connection) -> None:
    """Units, their aliases and the fields: all under the ids that they have."""
    units: Table = UnitRow.__table__  # type: ignore[assignment]
    parents = []
    for row in main.execute(select(units)).mappings():
        # A parent may stand below its child in the list.
        scratch.execute(insert(units).values(**{**row, "parent_id": None}))
        if row["parent_id"] is not None:
            parents.append((row["id"], row["parent_id"]))
    for unit_id, parent_id in parents:
        scratch.execute(update(units).where(units.c.id == unit_id).values(parent_id=parent_id))
    for table in COPIED_AS_THEY_ARE:
        rows = [dict(row) for row in main.execute(select(table)).mappings()]
        if rows:
            scratch.execute(insert(table), rows)  # type: ignore[arg-type]
