"""How is kept what became of each delivered file?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.declarative import Base


class DeliveryRow(Base):
    """One delivered file: what it was, what became of it, where its copy lies."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "source", "day"), Index(None, "sha256"))
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str | None]
    file: Mapped[str]
    sha256: Mapped[str]
    day: Mapped[int] = mapped_column(BigInteger)  # the day on which it was delivered
    fresh_day: Mapped[int] = mapped_column(BigInteger)  # the day its content speaks for
    taken_at: Mapped[datetime]
    outcome: Mapped[str]
    reason: Mapped[str | None]
    rows: Mapped[int] = mapped_column(default=0)
    loaded: Mapped[int] = mapped_column(default=0)
    scope: Mapped[str] = mapped_column(default="")  # '*' or the id of the one unit it speaks of
    period_from: Mapped[int | None] = mapped_column(BigInteger)
    dropped: Mapped[dict[str, Any]] = mapped_column(default=dict)
    flag_counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    archive: Mapped[str | None]
    # What it is compared by, see comparing.Scope; null of a file from before this was noted.
    named: Mapped[list[Any] | None]
    # Rejected rows and flags by kind, as many more as the file before had; null of a refused file.
    news: Mapped[dict[str, Any] | None]


class DeliveryUnitRow(Base):
    """Which units a delivery speaks of, where it does not speak of the whole district."""

    __tablename__ = "delivery_units"
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)


class RejectRow(Base):
    __tablename__ = "rejects"
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), index=True
    )
    row: Mapped[int]
    column: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str]


class RowFlagRow(Base):
    """A loaded row that is odd: listed, and out of the rate where the domain says so."""

    __tablename__ = "row_flags"
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), index=True
    )
    row: Mapped[int]
    key: Mapped[str]
    flag: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
