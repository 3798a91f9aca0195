"""By which rules are files taken? What settings.toml says of the intake, in one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from db.intake.refusals import Limits
from db.intake.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeRules:
    words: Words
    limits: Limits = field(default_factory=Limits)
    aliases: Mapping[str, str] = field(default_factory=dict)  # the office's spellings -> slug
    district: str  # slug
    office: str  # slug of the unit that answers for what is held outside the district
    bad_rows_percent: int = 5
    bad_rows_free: int = 3
    fewer_rows_percent: int = 20
    fewer_rows_from: int = 20
    remote: bool = False  # complaints have the longer days that the law gives remote areas
