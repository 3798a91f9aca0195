"""Is this installation fit to run? One line a check: what was looked at, and how it stands."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from alerts.counting import wrong_statements
from alerts.house import House
from alerts.working_time import in_effect
from bot.commands.opening import open_house
from db import migrate, organisation, read_models, units
from db.calendar_days import named_days
from db.engine import reading
from db.indicators import Moment, missing_files
from db.records import CALENDAR_YEAR
from settings import SHIPPED, Settings

ENOUGH_DISK = 500_000_000  # bytes: a year of archived exports of a district


def examine(settings: Settings) -> list[dict[str, Any]]:
    """The contract's list of checks: {"check", "ok", "detail"}."""
    house = open_house(settings)
    try:
        found: dict[str, dict[str, Any]] = {}
        for name, look in CHECKS.items():
            # One sentence for one fault: what hangs on it cannot be looked at.
            if all(found[other]["ok"] for other in NEEDS.get(name, ()) if other in found):
                found[name] = _tried(name, look, settings, house)
        return list(found.values())
    finally:
        house.engine.dispose()


Look = Callable[[Settings, House], tuple[bool, str]]


def _tried(name: str, look: Look, settings: Settings, house: House) -> dict[str, Any]:
    try:
        ok, detail = look(settings, house)
    except Exception as error:  # a check that breaks is a finding, and the others go on
        ok, detail = False, str(error).splitlines()[0]
    return {"check": name, "ok": ok, "detail": detail}


def _settings(settings: Settings, _house: House) -> tuple[bool, str]:
    return True, f"{settings.folder / 'settings.toml'}: {len(settings.targets)} targets"


def _database(_settings: Settings, house: House) -> tuple[bool, str]:
    with reading(house.engine) as tx:
        migrate.revisions(tx)  # it answers
        return True, tx.dialect.name


def _migrations(_settings: Settings, house: House) -> tuple[bool, str]:
    with reading(house.engine) as tx:
        has, wants = migrate.revisions(tx)
    return (
        has == wants,
        f"at {has}" if has == wants else f"at {has}, needs {wants}: dunghen migrate",
    )


def _organisation(_settings: Settings, house: House) -> tuple[bool, str]:
    with reading(house.engine) as tx:
        today = house.wall_day(house.clock())
        found = units.unit_by_slug(tx, house.district, today)
        count = organisation.count_units(tx)
    if found is not None and found.valid_to is not None and found.valid_to < today:
        ended = f"{found.name} ended on {found.valid_to:%d/%m/%Y}"
        return False, f"{ended}: name the unit that goes on (district.unit)"
    if found is None:
        return False, f"no unit '{house.district}' today (district.unit)"
    return True, f"{found.name}, {count} units"


def _targets(_settings: Settings, house: House) -> tuple[bool, str]:
    missing = missing_files(house.targets, house.sql_folders)
    return not missing, "; ".join(missing) or "each has its two .sql files"


def _statements(_settings: Settings, house: House) -> tuple[bool, str]:
    moment = Moment(wall=house.clock().astimezone(house.zone), calendar=house.calendar)
    faults = wrong_statements(house, moment)
    return not faults, "; ".join(faults) or "each can be run"


def _plan(_settings: Settings, house: House) -> tuple[bool, str]:
    today = house.wall_day(house.clock())
    count = len(house.targets_on(today))
    if count == 0:
        return (
            True,
            f"no plan covers {today:%d/%m/%Y}: nothing is counted on that day (see [plans])",
        )
    return True, f"{count} lines are in force"


def _templates(_settings: Settings, _house: House) -> tuple[bool, str]:
    folders = [SHIPPED / "templates" / language for language in ("vi", "en")]
    vi, en = ({path.name for path in folder.glob("*.html")} for folder in folders)
    missing = ", ".join(sorted(vi ^ en))
    return bool(vi) and not missing, missing or f"{len(vi)} messages, each in vi and en"


def _token(settings: Settings, _house: House) -> tuple[bool, str]:
    known = bool(settings.telegram.token.get_secret_value())
    return known, "set" if known else "missing: set DUNGHEN_TELEGRAM__TOKEN or telegram.token_file"


def _clock(settings: Settings, house: House) -> tuple[bool, str]:
    now = house.clock().astimezone(house.zone)
    rehearsal = " (a rehearsal: clock.start is set)" if settings.clock.start else ""
    return True, f"{now:%d/%m/%Y %H:%M} in the district{rehearsal}"


def _calendar(_settings: Settings, house: House) -> tuple[bool, str]:
    today = house.wall_day(house.clock())
    year = today.year
    with reading(house.engine) as tx:
        calendar, entered = in_effect(house, tx).calendar, len(named_days(tx, year))
    days = calendar.between(date(year - 1, 12, 31), date(year, 12, 31))
    says = f"{days} working days in {year} ({entered} days entered by hand)"
    counted, wished = calendar.reporting_year, house.calendar.reporting_year
    if counted != CALENDAR_YEAR:
        last = counted.last_day(counted.of(today))
        says += f"; the reporting year ends on {last:%d/%m/%Y}"
    if counted != wished:
        says += f"; from the next check or import on a reporting year begins on {wished}"
    return True, says


def _last_check(_settings: Settings, house: House) -> tuple[bool, str]:
    with reading(house.engine) as tx:
        newest = read_models.newest_as_of(tx)
    if newest is None:
        return True, "none yet"
    return True, f"{newest.astimezone(house.zone):%d/%m/%Y %H:%M}"


def _disk(settings: Settings, house: House) -> tuple[bool, str]:
    place = next(p for p in (house.archive, *house.archive.parents, Path()) if p.exists())
    free = shutil.disk_usage(place).free
    return free >= ENOUGH_DISK, f"{free / 1e9:.1f} GB free for {settings.archive.folder}"


CHECKS: dict[str, Look] = {
    "settings": _settings,
    "database": _database,
    "migrations": _migrations,
    "organisation": _organisation,
    "targets": _targets,
    "statements": _statements,
    "plan": _plan,
    "templates": _templates,
    "token": _token,
    "clock": _clock,
    "calendar": _calendar,
    "last check": _last_check,
    "disk": _disk,
}


NEEDS: dict[str, tuple[str, ...]] = {
    "migrations": ("database",),
    "organisation": ("database", "migrations"),
    "statements": ("database", "migrations", "organisation", "targets"),
    "calendar": ("database", "migrations"),
    "last check": ("database", "migrations"),
}


def lines_of(checks: Iterable[dict[str, Any]]) -> Iterator[str]:
    for check in checks:
        yield f"{'ok  ' if check['ok'] else 'FAIL'} {check['check']}: {check['detail']}"
