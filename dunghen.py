"""The command line of Đúng Hẹn: where the floors are put together. Heavy imports wait inside."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.commands.audit_words import audit_app
from bot.commands.calendar_words import calendar_app
from bot.commands.options import (
    HERE,
    AsJson,
    CannotDo,
    OnDay,
    SettingsFile,
    UnitWords,
    WrongUse,
    ask_house,
    day_of,
    in_the_future,
    moment_of,
    say,
    settings_of,
)
from bot.commands.threshold_words import thresholds_app

if TYPE_CHECKING:
    from alerts.house import House

app = typer.Typer(
    name="dunghen",
    help="Đúng Hẹn watches how a district's offices keep the promises of its reform plan.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)

app.add_typer(audit_app, name="audit")
app.add_typer(calendar_app, name="calendar")
app.add_typer(thresholds_app, name="thresholds")


# --- the database and the files -------------------------------------------------------------------


@app.command()
def migrate(settings: SettingsFile = HERE) -> None:
    """Create or upgrade the database; a new one starts with the organisation of the settings."""
    from bot.commands.opening import opened
    from bot.commands.records import migrate as run

    loaded = settings_of(settings)
    with opened(loaded) as house:
        for line in run(house, loaded.find(loaded.district.organisation)):
            typer.echo(line)


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports to take.")],
    source: Annotated[
        str | None, typer.Option(help="The kind of the file, when its header does not tell.")
    ] = None,
    day: Annotated[str | None, typer.Option(help="The day of delivery (default: today).")] = None,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Read exports as delivered on a day; says what was taken, what was refused and why."""
    from bot.commands.opening import opened
    from bot.commands.records import import_all, import_lines
    from bot.commands.shapes import import_json

    loaded = settings_of(settings)
    if source is not None and source not in {*loaded.sources, "units"}:
        known = ", ".join(sorted({*loaded.sources, "units"}))
        raise WrongUse(f"--source {source}: no such kind of source (known: {known})")
    with opened(loaded) as house:
        today = house.wall_day(house.clock())
        delivered = day_of(day) if day is not None else today
        if delivered > today:
            raise WrongUse(in_the_future(f"--day {day}", f"today is {today.isoformat()}"))
        reports = import_all(house, files, delivered, source)
    say(as_json, import_json(reports), import_lines(reports))
    if any(report.outcome.value == "refused" for report in reports):
        raise typer.Exit(1)


@app.command()
def check(
    at: Annotated[
        str | None, typer.Option(help="The moment, district time (default: now).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, tell what.")] = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Count every target as of a moment, move the alerts, queue the messages."""
    from alerts.daily import run_check
    from bot.commands.answers import check_lines
    from bot.commands.opening import opened
    from bot.commands.shapes import check_json

    with opened(settings_of(settings)) as house:
        now = house.clock()
        as_of = moment_of(at) if at is not None else now.replace(second=0, microsecond=0)
        if as_of > now:
            here = now.astimezone(house.zone)
            raise WrongUse(in_the_future(f"--at {at}", f"it is {here:%Y-%m-%dT%H:%M}"))
        result = run_check(house, as_of, now, dry_run=dry_run)
        answer = check_json(result, house.zone, with_messages=dry_run)
    say(as_json, answer, check_lines(answer))


@app.command()
def replay(
    day: Annotated[str, typer.Argument(metavar="DAY", help="A day: 2021-03-23.")],
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Count a past day again from the archived files; exit 1 where the stored readings differ."""
    from alerts.replay import replay_day
    from bot.commands.answers import replay_lines
    from bot.commands.opening import opened
    from bot.commands.shapes import replay_json

    with opened(settings_of(settings)) as house:
        done = replay_day(house, day_of(day), house.clock())
        document = replay_json(done, house.zone)
    say(as_json, document, replay_lines(document))
    if done.differences:
        raise CannotDo(
            f"{len(done.differences)} readings of {done.day:%d/%m/%Y} are not what the files give"
        )


# --- questions ------------------------------------------------------------------------------------


@app.command()
def status(
    unit: UnitWords, day: OnDay = None, settings: SettingsFile = HERE, as_json: AsJson = False
) -> None:
    """One unit's readings, of the newest check or of a day."""
    from bot.commands import answers
    from bot.commands.shapes import status_json

    def answer(house: House) -> None:
        view = answers.status_of(house, unit, day_of(day) if day is not None else None)
        targets = {target.id: target for target in house.targets}
        forecasts = answers.forecasts_of(house, view)
        document = status_json(view, targets, house.zone, forecasts)
        say(as_json, document, answers.status_lines(document))

    ask_house(settings, answer)


@app.command()
def items(
    unit: UnitWords,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A target's id, or: due.")],
    field: Annotated[str | None, typer.Option(help="Only this field of procedures.")] = None,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """The named things to act on."""
    from bot.commands import answers
    from bot.commands.shapes import items_json

    def answer(house: House) -> None:
        found = answers.items_of(house, unit, target, field)
        document = items_json(found)
        say(as_json, document, answers.item_lines(document))

    ask_house(settings, answer)


@app.command()
def why(
    unit: UnitWords,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A target's id.")],
    field: Annotated[str | None, typer.Option(help="Only this field of procedures.")] = None,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """How a reading came about: formula, counts, other formulas, what was left out."""
    from bot.commands.why import explanation_of, why_json, why_lines

    def answer(house: House) -> None:
        document = why_json(explanation_of(house, unit, target, field), house.zone)
        say(as_json, document, why_lines(document))

    ask_house(settings, answer)


@app.command()
def units(day: OnDay = None, settings: SettingsFile = HERE, as_json: AsJson = False) -> None:
    """The organisation on a day."""
    from bot.commands import answers
    from bot.commands.shapes import units_json

    def answer(house: House) -> None:
        document = units_json(answers.units_of(house, day_of(day) if day is not None else None))
        lines = (f"{u['slug']:30} {u['kind']:11} {u['name']}" for u in document["units"])
        say(as_json, document, lines)

    ask_house(settings, answer)


@app.command()
def alerts(
    unit: Annotated[str | None, typer.Option(help="Only this unit's.")] = None,
    ended: Annotated[bool, typer.Option("--all", help="Those that have ended too.")] = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """The open alerts."""
    from bot.commands import answers
    from bot.commands.shapes import alerts_json

    def answer(house: House) -> None:
        document = alerts_json(answers.alerts_of(house, unit, ended), house.zone)
        say(as_json, document, answers.alert_lines(document))

    ask_house(settings, answer)


# --- people ---------------------------------------------------------------------------------------


@app.command()
def invite(
    role: Annotated[str, typer.Option(help="head, official, leader, steward, admin or group.")],
    unit: Annotated[str | None, typer.Option(help="The unit of a head, leader or group.")] = None,
    deputy: Annotated[bool, typer.Option("--deputy", help="A deputy of the unit's head.")] = False,
    source: Annotated[str | None, typer.Option(help="The source of a steward.")] = None,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Print a one-time invitation link."""
    from bot.commands.opening import opened
    from bot.commands.people import invite as run

    loaded = settings_of(settings)
    with opened(loaded) as house:
        document = run(house, loaded, role=role, unit=unit, deputy=deputy, source=source)
    link = document["link"] or f"/start {document['token']}"
    say(as_json, document, (link, f"expires: {document['expires_at']}"))


# --- what runs on ---------------------------------------------------------------------------------


@app.command()
def run(settings: SettingsFile = HERE) -> None:
    """Daemon and bot in one process (the small installation)."""
    _serve(settings, daemon=True, bot=True)


@app.command()
def daemon(settings: SettingsFile = HERE) -> None:
    """The daemon alone: takes files, checks, queues messages."""
    _serve(settings, daemon=True, bot=False)


@app.command()
def bot(settings: SettingsFile = HERE) -> None:
    """The bot alone: answers people, delivers queued messages."""
    _serve(settings, daemon=False, bot=True)


def _serve(settings: Path, *, daemon: bool, bot: bool) -> None:
    from bot.commands.serving import serve

    raise typer.Exit(serve(settings_of(settings), daemon=daemon, bot=bot))


@app.command()
def doctor(settings: SettingsFile = HERE, as_json: AsJson = False) -> None:
    """Look at settings, database, migrations, templates, token, clock, calendar and free disk."""
    from bot.commands.doctor import examine, lines_of

    checks = examine(settings_of(settings))
    say(as_json, checks, lines_of(checks))
    if not all(check["ok"] for check in checks):
        raise typer.Exit(1)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The chat page's port.")] = 8155,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="The settings to rehearse with.")
    ] = None,
) -> None:
    """The whole thing on invented Cần Giờ data, in the browser: no token, no internet."""
    from bot.demo.runner import demo as run

    path = settings or Path(__file__).with_name("settings.toml")
    raise typer.Exit(run(settings_of(path), port=port))


# --- the way out ----------------------------------------------------------------------------------


def _expected() -> dict[type[BaseException], int]:
    """The situations that end a command in one sentence, and with which exit code."""
    from alerts.counting import DistrictMissing
    from alerts.replay import NothingToReplay
    from bot.commands.answers import NoSuchTarget, NotFound
    from bot.commands.thresholds import ThresholdWrong
    from bot.commands.working_time import CalendarWrong
    from db.engine import DatabaseAddressWrong, DatabaseUnavailable
    from db.indicators import IndicatorMissing
    from db.organisation import OrganisationWrong
    from db.people import InvitationWrong
    from db.proving import IndicatorWrong
    from db.scratch import ArchiveDamaged

    return {
        DatabaseAddressWrong: 2,
        InvitationWrong: 2,
        NoSuchTarget: 2,
        CalendarWrong: 2,
        ThresholdWrong: 2,
        IndicatorMissing: 2,
        IndicatorWrong: 2,
        DatabaseUnavailable: 1,
        OrganisationWrong: 1,
        DistrictMissing: 1,
        ArchiveDamaged: 1,
        NothingToReplay: 1,
        NotFound: 1,
    }


def _stop(text: str, code: int) -> NoReturn:
    for line in text.splitlines() or [""]:
        print(f"dunghen: {line}", file=sys.stderr)
    sys.exit(code)


def main() -> NoReturn:
    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except typer.Exit as done:
        sys.exit(done.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except WrongUse as error:
        _stop(str(error), 2)
    except CannotDo as error:
        _stop(str(error), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _stop(f"cannot be done: {error.strerror or error}", 1)
    except Exception as error:
        # The complaint of the command-line parser knows how to say itself in one line.
        if callable(say := getattr(error, "format_message", None)):
            _stop(" ".join(say().split()), 2)
        from settings import SettingsWrong

        if isinstance(error, SettingsWrong):
            _stop(str(error), 2)
        for situation, code in _expected().items():
            if isinstance(error, situation):
                _stop(str(error), code)
        raise


if __name__ == "__main__":
    main()
