"""What is to be acted on, where does an alert stand, and what has a check decided?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from db.records.words import Key, Move, Phase, State, Telling

# A rate in one of these is not missed, or there is none.
AT_REST = frozenset({State.MET, State.AT_RISK, State.ON_TRACK, State.NONE, State.INFO})


def kept_by_items(state: State, good_checks: int) -> bool:
    """Of an open alert, whether its items alone keep it open.

    One whose rate is good again and waits to be sure has counted good checks.
    """
    return state in AT_REST and good_checks == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A named thing to act on. `due` is a wall moment or day as delivered; `note` a named note."""

    key: str
    label: str
    field: str | None = None
    due: int | None = None
    days_late: int | None = None
    note: str | None = None
    unit_id: int | None = None
    detail: str | None = None  # e.g. the holder's name or the handler's code
    due_again: int | None = None  # an overdue dossier's new appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One step of an escalation: whom (deputy, head, leader, chairman), after how many working days
    without an answer.
    """

    to: str
    after_working_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """How the alerts of one target in one unit live: the settings, and what admins set over them.

    A percentage point is a whole one; a check is one that moves alerts.
    """

    pending_checks: int = 1  # so many bad checks in a row open it (inclusive),
    pending_working_days: int = 0  # or that it was bad for so long (inclusive); 0: never by time
    recover_points: int = 0  # it ends only at the goal plus so many points
    keep_open_checks: int = 1  # so many good checks in a row end it
    repeat_working_days: int = 3  # told again after so long, while nothing changes
    ladder: tuple[Rung, ...] = ()
    small_sample: int = 0  # below so many a rate alone opens nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAlert:
    """An alert that has not ended, with the numbers and items of its newest step."""

    id: int
    unit_id: int
    target: str
    field_id: int | None
    opened_at: datetime  # of a pending one: its first bad check
    numerator: int
    denominator: int
    item_keys: frozenset[str] = frozenset()
    phase: Phase = Phase.OPEN
    state: State = State.MISSED  # of the reading at the newest step
    bad_checks: int = 1  # in a row, up to the newest
    good_checks: int = 0  # in a row, since the last bad one
    critical: bool = False  # it cannot wait until the morning
    waits_since: datetime | None = None  # from when on its ladder counts; None: from opened_at
    ladder: tuple[Rung, ...] = ()  # as it stood when the alert opened
    rungs_told: int = 0
    taken_by: int | None = None  # a person
    taken_at: datetime | None = None
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    claimed_keys: frozenset[str] = frozenset()
    disputed_at: datetime | None = None

    @property
    def key(self) -> Key:
        return self.unit_id, self.target, self.field_id

    @property
    def by_items(self) -> bool:
        """Whether its items alone keep it open: they are past their own day, no rate is missed."""
        return kept_by_items(self.state, self.good_checks)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What was decided about one alert: a named move with a named reason, and its items."""

    move: Move
    reason: str
    unit_id: int
    target: str
    field_id: int | None
    alert_id: int | None  # None: begins a new one
    numerator: int
    denominator: int
    state: State
    phase: Phase = Phase.OPEN  # after the step
    items: tuple[Item, ...] = ()
    new_keys: frozenset[str] = frozenset()
    gone_keys: frozenset[str] = frozenset()
    bad_checks: int = 1
    good_checks: int = 0
    critical: bool = False
    ladder: tuple[Rung, ...] = ()  # of an alert that this step opens


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a person knows of an alert: the newest telling."""

    person_id: int
    alert_id: int
    step_id: int  # the newest step that it told
    at: datetime
    kind: Telling
    ended: bool = False  # it told of the end


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where an alert stands just now, as every message that names it shows it."""

    alert_id: int
    phase: Phase
    state: State
    unit_id: int
    target: str
    field_id: int | None
    opened_at: datetime
    resolved_at: datetime | None = None
    taken_by: str | None = None  # names
    taken_at: datetime | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    disputed_at: datetime | None = None
    muted_until: datetime | None = None
    exempt_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mute:
    """A silence: of one alert, of a target (in one unit or in all), or of a whole unit.

    `document` is there for an exemption, which only a leader gives. Its start never moves.
    """

    id: int
    alert_id: int | None = None
    unit_id: int | None = None
    target: str | None = None
    reason: str
    document: str | None = None
    by: int  # a person
    by_name: str
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None  # ended before its time
    reminded_at: datetime | None = None
    summed_up_at: datetime | None = None  # its end was told


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """Days on which a person is away; both ends count. `stand_in` hears instead, if named."""

    id: int
    person_id: int
    first_day: date
    last_day: date
    stand_in: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ThresholdChange:
    """What an admin set: append-only; an undo is a change of its own kind (`undone_at`)."""

    id: int
    name: str  # which threshold, e.g. margin_points
    target: str | None  # None: of a source, or of all
    unit_id: int | None  # None: of every unit
    source: str | None
    old: str | None
    new: str | None  # None: back to the settings' own
    valid_from: date
    reason: str
    document: str | None = None
    by: str
    at: datetime
    undone_at: datetime | None = field(default=None)
