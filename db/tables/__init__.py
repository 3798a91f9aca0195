"""How are the records kept? The tables, typed declarative; read and written only inside db/."""

from __future__ import annotations

from db.tables.declarative import (
    Base,
    Instant,
)
from db.tables.deliveries import (
    DeliveryRow,
    DeliveryUnitRow,
    RejectRow,
    RowFlagRow,
)
from db.tables.dossiers import (
    DossierRow,
    FieldRow,
    LetterRow,
    ProcedureRow,
)
from db.tables.facts import (
    ComplaintRow,
    DocumentRow,
    EquipmentRow,
    InspectionRow,
    MailboxRow,
    MilestoneRow,
    OfferRow,
    SchoolRow,
    SchoolSurveyRow,
    SurveyRow,
)
from db.tables.notices import (
    AbsenceRow,
    AuditRow,
    DraftRow,
    MuteRow,
    ShownMessageRow,
    ThresholdRow,
    ToldRow,
)
from db.tables.organisation import (
    CalendarChangeRow,
    CalendarDayRow,
    CalendarDraftRow,
    ClockStopRow,
    FormerParentRow,
    ReportingYearRow,
    UnitAliasRow,
    UnitRow,
    UnitSuccessionRow,
)
from db.tables.people import (
    BindingRow,
    ChatPaceRow,
    GuessRow,
    InvitationRow,
    OutboxRow,
    PersonRow,
)
from db.tables.readings import (
    AlertRow,
    AlertStepRow,
    ReadingRow,
    RunRow,
    SnapshotRow,
)

__all__ = [
    "AbsenceRow",
    "AlertRow",
    "AlertStepRow",
    "AuditRow",
    "Base",
    "BindingRow",
    "CalendarChangeRow",
    "CalendarDayRow",
    "CalendarDraftRow",
    "ChatPaceRow",
    "ClockStopRow",
    "ComplaintRow",
    "DeliveryRow",
    "DeliveryUnitRow",
    "DocumentRow",
    "DossierRow",
    "DraftRow",
    "EquipmentRow",
    "FieldRow",
    "FormerParentRow",
    "GuessRow",
    "InspectionRow",
    "Instant",
    "InvitationRow",
    "LetterRow",
    "MailboxRow",
    "MilestoneRow",
    "MuteRow",
    "OfferRow",
    "OutboxRow",
    "PersonRow",
    "ProcedureRow",
    "ReadingRow",
    "RejectRow",
    "ReportingYearRow",
    "RowFlagRow",
    "RunRow",
    "SchoolRow",
    "SchoolSurveyRow",
    "ShownMessageRow",
    "SnapshotRow",
    "SurveyRow",
    "ThresholdRow",
    "ToldRow",
    "UnitAliasRow",
    "UnitRow",
    "UnitSuccessionRow",
]
