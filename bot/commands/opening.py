"""How does an entry point open the house? Settings and clock in, one frozen House out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from alerts.calendar import vietnamese_calendar
from alerts.house import House
from alerts.judge import AgeRule
from db.engine import open_engine
from db.intake.refusals import Limits
from db.intake.rules import IntakeRules
from db.intake.words import shipped_words
from db.records import ImportReport
from settings import ZONE, Settings, SettingsWrong

if TYPE_CHECKING:
    from bot.render import Renderer

MEGABYTE = 1_000_000
COMPLAINTS = "on_time_complaints"  # the line whose options say how a register is read


def clock_of(settings: Settings) -> Callable[[], datetime]:
    """The real clock, or one that started at clock.start when this was called and goes on."""
    start = settings.clock_start()
    if start is None:
        return lambda: datetime.now(ZONE)  # noqa: TID251 - an entry point's clock
    ahead = start - datetime.now(UTC)  # noqa: TID251
    return lambda: datetime.now(ZONE) + ahead  # noqa: TID251


def open_house(settings: Settings, clock: Callable[[], datetime] | None = None) -> House:
    """Raises DatabaseUnavailable where the database's address is wrong."""
    schedule, intake = settings.schedule, settings.intake
    words = shipped_words()
    for source, block in settings.sources.items():
        if not (block.columns or block.statuses):
            continue
        try:
            words = words.extended(source, columns=block.columns, statuses=block.statuses)
        except ValueError as error:
            raise SettingsWrong([f"sources.{source}: {error}"]) from None
    targets = settings.plan_targets()
    of_complaints = next((t.options for t in targets if t.id == COMPLAINTS), {})
    return House(
        engine=open_engine(settings.database.url, beside=settings.folder),
        zone=ZONE,
        district=settings.district.unit,
        targets=targets,
        ages={
            source: AgeRule(days=b.max_age_days, in_working_days=b.age_in == "working_days")
            for source, b in settings.sources.items()
        },
        calendar=vietnamese_calendar(
            days_off=schedule.calendar_extra_days_off,
            working_days=schedule.calendar_working_days,
            reporting_year=schedule.reporting_year_start,
        ),
        office_hours=schedule.office_hours,
        intake=IntakeRules(
            words=words,
            limits=Limits(
                max_bytes=intake.max_megabytes * MEGABYTE,
                max_unpacked=intake.max_unpacked_megabytes * MEGABYTE,
            ),
            aliases=settings.units.aliases,
            district=settings.district.unit,
            office=settings.district.office,
            bad_rows_percent=intake.bad_rows_percent,
            bad_rows_free=intake.bad_rows_free,
            fewer_rows_percent=intake.fewer_rows_percent,
            fewer_rows_from=intake.fewer_rows_from,
            remote=bool(of_complaints.get("remote", False)),
        ),
        archive=settings.beside(settings.archive.folder),
        inbox=settings.beside(intake.folder),
        settle_seconds=intake.settle_seconds,
        checks=schedule.checks,
        digest_from=schedule.digest_from,
        pushes_per_day=settings.alerts.pushes_per_day,
        quiet_from=settings.alerts.quiet_from,
        quiet_until=settings.alerts.quiet_until,
        repeat_working_days=settings.alerts.repeat_working_days,
        district_wide_percent=settings.alerts.district_wide_percent,
        district_wide_units=settings.alerts.district_wide_units,
        district_wide_working_days=settings.alerts.district_wide_working_days,
        recent_days=settings.alerts.recent_days,
        redraw_days=settings.alerts.redraw_days,
        early_warning_working_days=settings.limits.early_warning_working_days,
        sql_folders=(settings.folder / "targets",),
        clock=clock or clock_of(settings),
        refusal_words=_refusal_words,
        flag_words=_flag_words,
        admins=settings.telegram.admins,
    )


def _refusal_words(report: ImportReport) -> str:
    """The message's own words, for the note beside a refused file."""
    return _renderer().refusal("vi", report.reason_code, report.reason_facts, None)


def _flag_words(language: str, kind: str) -> str:
    return _renderer().flag(language, kind)


@cache
def _renderer() -> Renderer:
    from bot.render import Renderer  # most commands refuse no file: they need no templates

    return Renderer((), ZONE)


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    """A house for one command; its database is closed at the end."""
    house = open_house(settings)
    try:
        yield house
    finally:
        house.engine.dispose()
