"""How are the other facts kept that the exports tell?"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Index,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.declarative import Base


class MailboxRow(Base):
    __tablename__ = "mailboxes"
    __table_args__ = (Index(None, "unit_id"),)
    address: Mapped[str] = mapped_column(primary_key=True)
    local_part: Mapped[str]
    unit_id: Mapped[int]
    active: Mapped[int] = mapped_column(SmallInteger)
    created: Mapped[int | None] = mapped_column(BigInteger)
    last_used: Mapped[int | None] = mapped_column(BigInteger)
    absent_from: Mapped[int | None] = mapped_column(BigInteger)  # both ends inclusive
    absent_to: Mapped[int | None] = mapped_column(BigInteger)
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class DocumentRow(Base):
    """One document to one receiver; secret ones never come here."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("unit_id", "number", "issued", "receiver"),
        Index(None, "year", "unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    number: Mapped[str]
    issued: Mapped[int] = mapped_column(BigInteger)
    receiver: Mapped[str]  # folded; kept only where it is an agency
    counts: Mapped[int] = mapped_column(SmallInteger)  # 1: official, to an agency, possible
    electronic: Mapped[int] = mapped_column(SmallInteger)
    signed: Mapped[int] = mapped_column(SmallInteger)
    sent: Mapped[int | None] = mapped_column(BigInteger)
    year: Mapped[int] = mapped_column(SmallInteger)
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class ComplaintRow(Base):
    """A petition, complaint or denunciation: its register number and days, never who or what."""

    __tablename__ = "complaints"
    __table_args__ = (UniqueConstraint("number", "register_year"), Index(None, "year", "unit_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    register_year: Mapped[int] = mapped_column(SmallInteger)  # numbers begin again each year
    kind: Mapped[str]  # petition, complaint, denunciation, unknown
    unit_id: Mapped[int]
    received: Mapped[int | None] = mapped_column(BigInteger)
    accepted: Mapped[int | None] = mapped_column(BigInteger)
    due: Mapped[int | None] = mapped_column(BigInteger)
    deadline: Mapped[int | None] = mapped_column(BigInteger)  # due, or its lawful extension
    decided: Mapped[int | None] = mapped_column(BigInteger)
    year: Mapped[int] = mapped_column(SmallInteger)
    on_time: Mapped[int] = mapped_column(SmallInteger)
    late: Mapped[int] = mapped_column(SmallInteger)
    running: Mapped[int] = mapped_column(SmallInteger)
    left_out: Mapped[str | None]
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class MilestoneRow(Base):
    """A thing that a unit has promised for a day; the grades of the index are here too."""

    __tablename__ = "milestones"
    code: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str]  # the plan's number: 2, 3, 8.3; 1 for the index
    content: Mapped[str]
    unit_id: Mapped[int]
    due: Mapped[int | None] = mapped_column(BigInteger)
    done: Mapped[int | None] = mapped_column(BigInteger)
    evidence: Mapped[str | None]
    grade: Mapped[str | None]  # of the index: as published
    index_year: Mapped[int | None] = mapped_column(SmallInteger)
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class InspectionRow(Base):
    """An inspection, planned or done. A planned surprise is shown to very few."""

    __tablename__ = "inspections"
    __table_args__ = (UniqueConstraint("unit_id", "form", "occasion"), Index(None, "year"))
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    form: Mapped[str]  # periodic, surprise
    occasion: Mapped[str]  # its month or quarter as planned, else its day
    planned_from: Mapped[int | None] = mapped_column(BigInteger)
    planned_to: Mapped[int | None] = mapped_column(BigInteger)
    inspected: Mapped[int | None] = mapped_column(BigInteger)
    minutes: Mapped[str | None]
    concluded: Mapped[int | None] = mapped_column(BigInteger)
    finished: Mapped[int] = mapped_column(SmallInteger)  # 1: minutes or a conclusion are there
    covers_head: Mapped[int | None] = mapped_column(SmallInteger)
    recommendations: Mapped[int] = mapped_column(default=0)
    remedied: Mapped[int] = mapped_column(default=0)
    remedy_due: Mapped[int | None] = mapped_column(BigInteger)
    harassment_found: Mapped[int] = mapped_column(default=0)
    harassment_handled: Mapped[int] = mapped_column(default=0)
    year: Mapped[int] = mapped_column(SmallInteger)
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class SurveyRow(Base):
    """The ratings of one unit and field in one period: counts only, never a printed rate."""

    __tablename__ = "surveys"
    __table_args__ = (UniqueConstraint("period", "unit_id", "field_id"), Index(None, "year"))
    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]  # 2021, 2021-Q1, 2021-H1, 2021-03
    counts: Mapped[int] = mapped_column(SmallInteger)  # 1: no other period of the year has it too
    unit_id: Mapped[int]
    field_id: Mapped[int]
    satisfied: Mapped[int]
    neutral: Mapped[int]
    valid: Mapped[int]
    year: Mapped[int] = mapped_column(SmallInteger)
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class SchoolSurveyRow(Base):
    __tablename__ = "school_surveys"
    __table_args__ = (UniqueConstraint("school_year", "unit_id"), Index(None, "year"))
    id: Mapped[int] = mapped_column(primary_key=True)
    school_year: Mapped[str]  # 2020-2021
    unit_id: Mapped[int]  # the school
    satisfied: Mapped[int]
    valid: Mapped[int]
    ended: Mapped[int | None] = mapped_column(BigInteger)  # None: not finished
    year: Mapped[int] = mapped_column(SmallInteger)  # in which it ended
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class OfferRow(Base):
    """A procedure of the catalogue, and how it is offered online."""

    __tablename__ = "offers"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    field_id: Mapped[int]
    level: Mapped[str]  # district, commune, city, unknown
    service_level: Mapped[int | None] = mapped_column(SmallInteger)  # 1 to 4
    service_class: Mapped[str | None]  # partial, full (since 2022)
    eligible: Mapped[int] = mapped_column(SmallInteger)
    has_fee: Mapped[int] = mapped_column(SmallInteger)
    takes_payment: Mapped[int] = mapped_column(SmallInteger)
    online_from: Mapped[int | None] = mapped_column(BigInteger)
    ends: Mapped[int | None] = mapped_column(BigInteger)
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class SchoolRow(Base):
    __tablename__ = "schools"
    code: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None]  # None: not in the organisation
    name: Mapped[str]
    is_public: Mapped[int] = mapped_column(SmallInteger)
    in_use: Mapped[int] = mapped_column(SmallInteger)  # the channel is active, not only signed for
    last_period: Mapped[int | None] = mapped_column(BigInteger)  # end of the newest fee period
    transactions: Mapped[int]
    collections: Mapped[int]
    state: Mapped[str]  # in_use, suspended, signed, none, unknown
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]


class EquipmentRow(Base):
    __tablename__ = "equipment"
    __table_args__ = (UniqueConstraint("unit_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    mandatory: Mapped[int] = mapped_column(SmallInteger)
    required: Mapped[int]
    present: Mapped[int]
    working: Mapped[int] = mapped_column(SmallInteger)
    broken_since: Mapped[int | None] = mapped_column(BigInteger)  # None: works, or never had
    flags: Mapped[str] = mapped_column(default="")
    day: Mapped[int] = mapped_column(BigInteger)
    delivery_id: Mapped[int]
