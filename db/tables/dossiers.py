"""How is a dossier kept, with its field, its procedure and its letters?"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Computed,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.declarative import Base

TALLY_KEY = (
    "((CAST(year AS BIGINT) * 4 + on_time + 2 * late) * 1048576 + unit_id) * 4194304"
    " + field_id * 4 + late * letter"
)
OFFERED_KEY = (
    "CASE WHEN offered > 0 THEN"
    " ((CAST(year AS BIGINT) * 8 + offered) * 2 + online) * 1048576 + unit_id END"
)


class FieldRow(Base):
    """A field of procedures (lĩnh vực), first spelling seen."""

    __tablename__ = "fields"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class ProcedureRow(Base):
    __tablename__ = "procedures"
    __table_args__ = (UniqueConstraint("code", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]


class DossierRow(Base):
    """One dossier; what is settled about it is settled at import, so that counting is cheap.

    on_time, late   1 where it is finished so (then `year` is the year of the finish)
    running         1 while it is open and its clock runs: the calendar judges it at each check
    letter          0 none, 1 complete letter, 2 complete but after the due day, 3 incomplete only
    resolved        1 where handling has ended (a dossier without a due date too)
    offered         3 or 4 where it is resolved and its procedure was offered online at that level
                    when it came in, else 0
    online, paid    1 where it was filed online; where its fee was paid electronically
    tally_key       all that the tally of dossiers groups by, in one number: the year, the outcome
    offered_key     (0 open or left out, 1 on time, 2 late), the unit, the field, the letter of a
                    late one; the year, the level, online and the unit of one that was offered. One
                    number is read, compared and grouped faster than the columns that it is made of.
                    Units and fields have 20 bits each, more than a district has of either.
    """

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("code", "paper_unit_id"),
        Index("ix_dossiers_tally_key", "tally_key"),
        Index(
            "ix_dossiers_offered_key",
            "offered_key",
            sqlite_where=text("offered_key IS NOT NULL"),
            postgresql_where=text("offered_key IS NOT NULL"),
        ),
        Index(
            "ix_dossiers_late",
            "year",
            sqlite_where=text("late = 1"),
            postgresql_where=text("late = 1"),
        ),
        Index(
            "ix_dossiers_running",
            "deadline",
            "unit_id",
            "field_id",
            "letter",
            sqlite_where=text("running = 1"),
            postgresql_where=text("running = 1"),
        ),
        Index(
            "ix_dossiers_waiting",
            "pause_from",
            sqlite_where=text("left_out = 'paused'"),
            postgresql_where=text("left_out = 'paused'"),
        ),
        Index(
            "ix_dossiers_paid",
            "received",
            sqlite_where=text("paid = 1"),
            postgresql_where=text("paid = 1"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    # 0 where the code says everything; an odd paper number is only unique within its unit
    paper_unit_id: Mapped[int] = mapped_column(default=0)
    unit_id: Mapped[int]  # whose rate it counts in
    owner_id: Mapped[int]  # who must act on it
    received_by: Mapped[int]
    holder: Mapped[str | None]  # named only where it is outside the district or unknown
    field_id: Mapped[int]
    procedure_id: Mapped[int | None]
    channel: Mapped[int | None] = mapped_column(SmallInteger)
    received: Mapped[int | None] = mapped_column(BigInteger)
    due_first: Mapped[int | None] = mapped_column(BigInteger)
    due: Mapped[int | None] = mapped_column(BigInteger)
    due_again: Mapped[int | None] = mapped_column(BigInteger)
    deadline: Mapped[int | None] = mapped_column(BigInteger)  # due_first and the closed pauses
    pause_from: Mapped[int | None] = mapped_column(BigInteger)
    pause_to: Mapped[int | None] = mapped_column(BigInteger)
    earlier_pauses: Mapped[str | None]  # those before, of the few that had several: see intake
    finished: Mapped[int | None] = mapped_column(BigInteger)
    returned: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[int] = mapped_column(SmallInteger)
    handler: Mapped[str | None]
    year: Mapped[int] = mapped_column(SmallInteger)
    on_time: Mapped[int] = mapped_column(SmallInteger)
    late: Mapped[int] = mapped_column(SmallInteger)
    running: Mapped[int] = mapped_column(SmallInteger)
    letter: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    resolved: Mapped[int] = mapped_column(SmallInteger)
    offered: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    online: Mapped[int] = mapped_column(SmallInteger)
    paid: Mapped[int] = mapped_column(SmallInteger)
    tally_key: Mapped[int] = mapped_column(BigInteger, Computed(TALLY_KEY, persisted=True))
    offered_key: Mapped[int | None] = mapped_column(
        BigInteger, Computed(OFFERED_KEY, persisted=True)
    )
    left_out: Mapped[str | None]  # why it counts nowhere
    flags: Mapped[str] = mapped_column(default="")
    first_day: Mapped[int] = mapped_column(BigInteger)  # oldest delivery day that had it
    day: Mapped[int] = mapped_column(BigInteger)  # newest
    delivery_id: Mapped[int]


class LetterRow(Base):
    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("code", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]  # the dossier's
    number: Mapped[str]  # the letter's; an oral apology has 'oral:' and its day
    written: Mapped[int | None] = mapped_column(BigInteger)
    due_again: Mapped[int | None] = mapped_column(BigInteger)
    complete: Mapped[int] = mapped_column(SmallInteger)
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]
