"""Which nouns does the house speak of? Frozen records and enums: the glossary of the project.

Two kinds of time, never mixed: an *instant* is an aware ``datetime`` (what happens in our system);
a *wall* moment is the district's clock as an export prints it, an int ``YYYYMMDDHHMMSS`` (a *day*:
``YYYYMMDD``). Vietnam has one time zone and no daylight saving, so wall moments order like time.
"""

from __future__ import annotations

from db.records.alerts import (
    Absence,
    Item,
    Mute,
    OpenAlert,
    Policy,
    Rung,
    Standing,
    Step,
    ThresholdChange,
    Told,
    kept_by_items,
)
from db.records.deliveries import (
    Flag,
    ImportReport,
    Reject,
    UnreadColumn,
)
from db.records.people import (
    Attempt,
    Binding,
    Moved,
    NewMessage,
    OutboxMessage,
    Person,
    Refused,
    Sent,
    TryLater,
)
from db.records.plan import (
    Freshness,
    Goal,
    JudgedReading,
    LeftOut,
    NamedCount,
    Reading,
    RecentCounts,
    Successor,
    TakenSnapshot,
    Target,
    Unit,
    Verdict,
)
from db.records.reporting_year import CALENDAR_YEAR, ReportingYear
from db.records.words import (
    Key,
    Move,
    Outcome,
    Phase,
    Role,
    Share,
    State,
    TargetKind,
    Telling,
    UnitKind,
    Workdays,
)

__all__ = [
    "CALENDAR_YEAR",
    "Absence",
    "Attempt",
    "Binding",
    "Flag",
    "Freshness",
    "Goal",
    "ImportReport",
    "Item",
    "JudgedReading",
    "Key",
    "LeftOut",
    "Move",
    "Moved",
    "Mute",
    "NamedCount",
    "NewMessage",
    "OpenAlert",
    "OutboxMessage",
    "Outcome",
    "Person",
    "Phase",
    "Policy",
    "Reading",
    "RecentCounts",
    "Refused",
    "Reject",
    "ReportingYear",
    "Role",
    "Rung",
    "Sent",
    "Share",
    "Standing",
    "State",
    "Step",
    "Successor",
    "TakenSnapshot",
    "Target",
    "TargetKind",
    "Telling",
    "ThresholdChange",
    "Told",
    "TryLater",
    "Unit",
    "UnitKind",
    "UnreadColumn",
    "Verdict",
    "Workdays",
    "kept_by_items",
]
