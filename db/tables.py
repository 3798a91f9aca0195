"""How are the records kept? The tables, typed declarative; read and written only inside db/.

What an export says of time is kept as wall moments (integers, see records.py), so the indicator SQL
compares them alike on SQLite and PostgreSQL; instants of our own system are UTC timestamps.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    SmallInteger,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        str: Text,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


# --- the organisation -----------------------------------------------------------------------------


class UnitRow(Base):
    """A slug or an official code is no key: both name other units after 1 July 2025."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("slug", "valid_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    code: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    sample: Mapped[bool] = mapped_column(default=False)


class UnitAliasRow(Base):
    __tablename__ = "unit_aliases"
    __table_args__ = (UniqueConstraint("unit_id", "key"), Index(None, "key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"))
    key: Mapped[str]  # folded form that look-ups compare


class UnitSuccessionRow(Base):
    """A unit that took over from another: the whole of it, or a part where it was split."""

    __tablename__ = "unit_successions"
    __table_args__ = (Index(None, "to_id"),)
    from_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    share: Mapped[str]  # whole, part
    day: Mapped[date]  # the successor's first


class FormerParentRow(Base):
    """To whom a unit that goes on belonged until a day."""

    __tablename__ = "former_parents"
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("units.id", ondelete="CASCADE"), primary_key=True
    )
    until: Mapped[date] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))


# --- deliveries -----------------------------------------------------------------------------------


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


# --- facts ----------------------------------------------------------------------------------------


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
    """

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("code", "paper_unit_id"),
        Index(
            # As counting asks: those finished in time are one range, the late ones the next.
            "ix_dossiers_counting",
            "year",
            "on_time",
            "late",
            "unit_id",
            "field_id",
            "letter",
        ),
        Index(
            "ix_dossiers_offered",
            "year",
            "offered",
            "online",
            "unit_id",
            sqlite_where=text("offered > 0"),
            postgresql_where=text("offered > 0"),
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


# --- readings and alerts --------------------------------------------------------------------------


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
    __table_args__ = (
        UniqueConstraint("snapshot_id", "unit_id", "target", "field_id"),
        Index(None, "unit_id", "target", "snapshot_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id", ondelete="CASCADE"))
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


class AlertStepRow(Base):
    """Each move of an alert with its named reason: append-only."""

    __tablename__ = "alert_steps"
    __table_args__ = (Index(None, "alert_id"), Index(None, "snapshot_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    at: Mapped[datetime]
    move: Mapped[str]
    reason: Mapped[str]
    numerator: Mapped[int]
    denominator: Mapped[int]
    new_keys: Mapped[list[Any]] = mapped_column(default=list)
    gone_keys: Mapped[list[Any]] = mapped_column(default=list)


# --- working time ---------------------------------------------------------------------------------


class CalendarDayRow(Base):
    """A day on which the office works, or does not, against the public calendar."""

    __tablename__ = "calendar_days"
    day: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str]  # off, working
    note: Mapped[str]
    document: Mapped[str]  # the number of the document that says so
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class ClockStopRow(Base):
    """Days that count in no dossier's time: of one unit, or (without a unit) of the district.

    From `runs_again` on the clock runs, although the stop was meant to last until `last_day`.
    """

    __tablename__ = "clock_stops"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    first_day: Mapped[int] = mapped_column(BigInteger)  # both ends inclusive
    last_day: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    document: Mapped[str]
    approved_by: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    runs_again: Mapped[int | None] = mapped_column(BigInteger)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class CalendarChangeRow(Base):
    """Each change of the two tables above: who, when, old, new. Append-only."""

    __tablename__ = "calendar_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    day: Mapped[int | None] = mapped_column(BigInteger)  # of a day of the calendar, or else
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("clock_stops.id"))
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    moved: Mapped[int]  # deadlines that it moved


class CalendarDraftRow(Base):
    """A change that somebody was shown the effect of, and has not confirmed yet."""

    __tablename__ = "calendar_drafts"
    # Drawn by lot, never given out again: an old button must not confirm a newer draft.
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    change: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


# --- people and messages --------------------------------------------------------------------------


class PersonRow(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="vi")
    reachable: Mapped[bool] = mapped_column(default=True)  # False after "blocked by the user"
    joined_at: Mapped[datetime]


class BindingRow(Base):
    __tablename__ = "bindings"
    __table_args__ = (Index(None, "person_id"), Index(None, "unit_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    deputy: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class InvitationRow(Base):
    """A one-time deep link; only the hash of its token is kept."""

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    deputy: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class GuessRow(Base):
    """A wrong invitation code that somebody tried; kept for an hour."""

    __tablename__ = "guesses"
    __table_args__ = (Index(None, "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class OutboxRow(Base):
    """A message to be sent: queued in the transaction that decided it, settled when it was sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "not_before",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    template: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # sent, refused, given_up
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    last_error: Mapped[str | None]


class ChatPaceRow(Base):
    """When a chat (or, as chat 0, the whole bot) may get its next message."""

    __tablename__ = "chat_pace"
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    next_at: Mapped[datetime]


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
