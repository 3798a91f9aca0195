"""How are snapshots, alerts and the ledger of runs kept?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.declarative import Base


class SnapshotRow(Base):
    __tablename__ = "snapshots"
    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[datetime] = mapped_column(unique=True)
    day: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime]
    # False: taken again for a moment before the newest check
    in_order: Mapped[bool] = mapped_column(default=False)
    delivery_id: Mapped[int] = mapped_column(default=0)  # the newest delivery that it knew


class ReadingRow(Base):
    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("snapshot_id", "unit_id", "target", "field_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    # No foreign key: its transaction has just made the snapshot, and a check costs as much again.
    snapshot_id: Mapped[int]
    target: Mapped[str]
    unit_id: Mapped[int]
    field_id: Mapped[int | None]
    numerator: Mapped[int]
    denominator: Mapped[int]
    answer: Mapped[str | None]  # of a grade or a yes/no line
    state: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    small_sample: Mapped[bool] = mapped_column(default=False)
    needed: Mapped[int | None]


class AlertRow(Base):
    """An episode: from the check that opened it to the check that resolved it."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "ix_alerts_open",
            "unit_id",
            "target",
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    target: Mapped[str]
    field_id: Mapped[int | None]
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    state: Mapped[str]  # the reading's state at the newest step
    numerator: Mapped[int]
    denominator: Mapped[int]
    item_keys: Mapped[list[Any]] = mapped_column(default=list)
    phase: Mapped[str] = mapped_column(default="open", server_default="open")
    bad_checks: Mapped[int] = mapped_column(default=1, server_default="1")  # in a row
    good_checks: Mapped[int] = mapped_column(default=0, server_default="0")
    critical: Mapped[bool] = mapped_column(default=False, server_default="0")
    waits_since: Mapped[datetime | None]  # from when on its ladder counts
    ladder: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    rungs_told: Mapped[int] = mapped_column(default=0, server_default="0")
    # Persons; no foreign keys: SQLite would have to make a table anew that others refer to.
    taken_by: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    claimed_by: Mapped[int | None]
    claimed_at: Mapped[datetime | None]
    claimed_keys: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    disputed_at: Mapped[datetime | None]


class AlertStepRow(Base):
    """Each move of an alert with its named reason: append-only. A person's has no snapshot."""

    __tablename__ = "alert_steps"
    __table_args__ = (Index(None, "alert_id"), Index(None, "snapshot_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    move: Mapped[str]
    reason: Mapped[str]
    numerator: Mapped[int]
    denominator: Mapped[int]
    new_keys: Mapped[list[Any]] = mapped_column(default=list)
    gone_keys: Mapped[list[Any]] = mapped_column(default=list)


class RunRow(Base):
    """The ledger of scheduled work: one row a job and slot, whoever did it."""

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("job", "slot"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    slot: Mapped[datetime]
    owner: Mapped[str]
    attempt: Mapped[int] = mapped_column(default=1)
    lease_until: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    detail: Mapped[str | None]
