"""What does a running installation know of itself? One frozen value that the entry points build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.calendar import OfficeHours, WorkingCalendar
from alerts.judge import AgeRule
from alerts.telling.quiet import is_quiet
from db.engine import Engine
from db.intake.rules import IntakeRules
from db.records import ImportReport, Target


@dataclass(frozen=True, kw_only=True)
class House:
    engine: Engine
    zone: ZoneInfo
    district: str  # the slug of the unit that the plan is about
    targets: tuple[Target, ...]
    ages: Mapping[str, AgeRule]  # how old each source may be
    calendar: WorkingCalendar  # the settings'; working_time.in_effect has the admins' days too
    intake: IntakeRules
    archive: Path
    inbox: Path
    settle_seconds: int
    checks: tuple[time, ...]  # district times of the daily checks
    digest_from: time
    early_warning_working_days: int
    sql_folders: tuple[Path, ...]  # where a target's .sql is looked up, first match wins
    clock: Callable[[], datetime]  # only entry points (commands, daemon, bot) call it
    office_hours: OfficeHours = ()  # of a working day
    pushes_per_day: int = 3  # messages a day that a person gets unasked
    quiet_from: time = time(18)
    quiet_until: time = time(7)
    repeat_working_days: int = 3
    district_wide_percent: int = 80  # a target missed by such a share of the units,
    district_wide_units: int = 5  # and by at least so many, is one cause
    district_wide_working_days: int = 2  # for so long
    recent_days: int = 30  # the window that is shown beside a yearly rate
    redraw_days: int = 60  # after the end of its alerts a message is still drawn again
    # In Vietnamese, why a file was refused; the words are in the templates.
    refusal_words: Callable[[ImportReport], str | None] = field(default=lambda _report: None)
    # What a flag means, by language and kind.
    flag_words: Callable[[str, str], str] = field(default=lambda _language, kind: kind)
    admins: tuple[int, ...] = field(default=())  # Telegram user ids that settings.toml names

    def targets_on(self, day: date) -> tuple[Target, ...]:
        """The lines of the plans that are in force on a day."""
        return tuple(target for target in self.targets if target.holds_on(day))

    def wall_day(self, moment: datetime) -> date:
        """The district's date at an instant."""
        return moment.astimezone(self.zone).date()

    def is_quiet(self, wall: datetime) -> bool:
        """Whether nobody may be disturbed at that moment of the district's clock."""
        return is_quiet(wall, self.calendar, self.quiet_from, self.quiet_until)
