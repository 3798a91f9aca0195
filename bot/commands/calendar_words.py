"""The words of `dunghen calendar`: days off, days made up for, and stopped clocks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import HERE, AsJson, SettingsFile, WrongUse, ask_house, day_of, say

if TYPE_CHECKING:
    from alerts.house import House

calendar_app = typer.Typer(
    help="Days off, days made up for, and stopped clocks.", invoke_without_command=True
)

Document = Annotated[str, typer.Option(help="The number of the document that says so.")]
NamedDay = Annotated[str, typer.Argument(metavar="DAY", help="A day: 2026-01-02 or 02/01/2026.")]
Note = Annotated[str, typer.Option(help="What else is to be known of it.")]
OnlyLook = Annotated[bool, typer.Option("--dry-run", help="Change nothing, tell what it moves.")]


@calendar_app.callback()
def calendar(ctx: typer.Context, settings: SettingsFile = HERE, as_json: AsJson = False) -> None:
    """Without a word: what is otherwise than in the public calendar of this year."""
    if ctx.invoked_subcommand is None:
        calendar_list(None, settings, as_json)
    elif as_json or settings != HERE:
        word = ctx.invoked_subcommand
        raise WrongUse(f"options come after the word (write: dunghen calendar {word} --json)")


@calendar_app.command("list")
def calendar_list(
    year: Annotated[int | None, typer.Argument(metavar="YEAR", min=1, max=9998)] = None,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """The days entered of a year, its stopped clocks, and how many days are worked."""
    from bot.commands import working_time

    def answer(house: House) -> None:
        document = working_time.calendar_of(house, year)
        say(as_json, document, working_time.calendar_lines(document))

    ask_house(settings, answer)


@calendar_app.command("off")
def calendar_off(
    day: NamedDay,
    document: Document = "",
    note: Note = "",
    dry_run: OnlyLook = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Make a working day a day off; moves open deadlines, never a first due date."""
    from bot.commands.working_time import naming

    _change(naming(day_of(day), "off", note, document), dry_run, settings, as_json)


@calendar_app.command("working")
def calendar_working(
    day: NamedDay,
    document: Document = "",
    note: Note = "",
    dry_run: OnlyLook = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Make a weekend day or holiday a working day (a Saturday made up for)."""
    from bot.commands.working_time import naming

    _change(naming(day_of(day), "working", note, document), dry_run, settings, as_json)


@calendar_app.command("remove")
def calendar_remove(
    day: NamedDay,
    dry_run: OnlyLook = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Give a day back to the public calendar."""
    from bot.commands.working_time import unnaming

    _change(unnaming(day_of(day)), dry_run, settings, as_json)


@calendar_app.command("stop")
def calendar_stop(
    first: Annotated[str, typer.Option("--from", help="The first day without a clock.")],
    last: Annotated[str, typer.Option("--to", help="The last one.")],
    reason: Annotated[str, typer.Option(help="Why no time is counted.")] = "",
    document: Document = "",
    approved_by: Annotated[str, typer.Option(help="Who has approved it.")] = "",
    unit: Annotated[str | None, typer.Option(help="Of this unit (default: of all).")] = None,
    dry_run: OnlyLook = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Stop the clock of a unit's dossiers, or of the district's, for some days."""
    from bot.commands.working_time import stopping

    change = stopping(
        day_of(first),
        day_of(last),
        unit=unit,
        reason=reason,
        document=document,
        approver=approved_by,
    )
    _change(change, dry_run, settings, as_json)


@calendar_app.command("resume")
def calendar_resume(
    stop: Annotated[int, typer.Argument(metavar="ID", help="As `calendar list` shows it.")],
    day: Annotated[
        str | None, typer.Option(help="The first day with a clock again (default: today).")
    ] = None,
    dry_run: OnlyLook = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Let a stopped clock run again before its time."""
    from bot.commands.working_time import resuming

    _change(resuming(stop, day_of(day) if day is not None else None), dry_run, settings, as_json)


def _change(change: Any, dry_run: bool, settings: Path, as_json: bool) -> None:
    from bot.commands.working_time import change_calendar, change_lines

    def answer(house: House) -> None:
        document = change_calendar(house, change, dry_run=dry_run)
        say(as_json, document, change_lines(document))

    ask_house(settings, answer)
