"""Which words mean the same everywhere? The enums, and the working calendar as db needs it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Protocol

from db.records.reporting_year import ReportingYear

Key = tuple[int, str, int | None]  # unit, target, field: what a reading and its alert are of


class State(StrEnum):
    """The state of a reading (the contract's words)."""

    MET = "met"
    AT_RISK = "at_risk"
    MISSED = "missed"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NONE = "none"
    NO_DATA = "no_data"
    STALE = "stale"
    REJECTED = "rejected"
    UNPUBLISHED = "unpublished"
    NOT_APPLICABLE = "not_applicable"
    INFO = "info"


class UnitKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    COMMUNE = "commune"
    TOWN = "town"
    DEPARTMENT = "department"
    AGENCY = "agency"
    ONE_STOP = "one_stop"
    SCHOOL = "school"
    EXTERNAL = "external"


class TargetKind(StrEnum):
    """What a line of a plan asks for: a percentage is only one of the ways."""

    RATIO = "ratio"  # so many of so many
    GRADE = "grade"  # a published grade, at least so good
    YES_NO = "yes_no"  # in place or not; its criteria are the items
    MILESTONES = "milestones"  # things due on days; never a goal by number
    INFO = "info"  # figures without a goal


class Role(StrEnum):
    HEAD = "head"
    OFFICIAL = "official"
    LEADER = "leader"
    STEWARD = "steward"
    ADMIN = "admin"
    GROUP = "group"  # a unit's group chat: it is told numbers, and never asks


class Outcome(StrEnum):
    """What became of a delivered file."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_REJECTS = "accepted_with_rejects"
    REFUSED = "refused"
    UNCHANGED = "unchanged"


class Phase(StrEnum):
    """Where an alert stands in its life."""

    PENDING = "pending"  # missed, and not yet confirmed: nobody is told
    OPEN = "open"  # somebody is to act, and nobody has said that they do
    TAKEN = "taken"  # somebody said that they act
    CLAIMED = "claimed"  # somebody said that it is done: the next data prove it or not
    RESOLVED = "resolved"  # proved by data
    DROPPED = "dropped"  # it was pending and went by itself: nobody ever heard of it


class Move(StrEnum):
    """What a check, or a person, does to an alert."""

    PENDING = "pending"
    OPENED = "opened"
    WORSE = "worse"
    BETTER = "better"
    STILL_OPEN = "still_open"
    FROZEN = "frozen"
    VERIFIED = "verified"  # what was claimed is proved, though the goal is not met yet
    REOPENED = "reopened"  # what was claimed is not there
    HANDED_OVER = "handed_over"  # who had taken it is no longer in charge
    RESOLVED = "resolved"
    DROPPED = "dropped"
    # by a person
    TAKEN = "taken"
    CLAIMED = "claimed"
    DISPUTED = "disputed"


class Telling(StrEnum):
    """As what a person is told of an alert."""

    DIGEST = "digest"
    URGENT = "urgent"
    ESCALATION = "escalation"
    SUMMARY = "summary"  # after a mute or a quiet time; of a new installation; at a handover
    GROUP = "group"  # numbers only


class Workdays(Protocol):
    """The working calendar as the records floor needs it (alerts/calendar.py has the real one)."""

    @property
    def reporting_year(self) -> ReportingYear: ...
    def is_working(self, day: date) -> bool: ...
    def add(self, day: date, working_days: int) -> date:
        """The day that many working days after (before, when negative)."""
        ...

    def between(self, start: date, end: date) -> int:
        """Working days in (start, end]; 0 when end <= start."""
        ...


class Share(StrEnum):
    """How much of a unit its successor took over."""

    WHOLE = "whole"
    PART = "part"
