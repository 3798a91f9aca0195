"""The words of `dunghen thresholds`: what holds, what is set, and how it is taken back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import HERE, AsJson, SettingsFile, WrongUse, ask_house, day_of, say

if TYPE_CHECKING:
    from alerts.house import House

thresholds_app = typer.Typer(
    help="Thresholds of alerts: what holds, and what admins have set.",
    invoke_without_command=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `thresholds list` shows it.")]
Value = Annotated[
    str, typer.Argument(metavar="VALUE", help='A number, "> 97 %", or "leader 3, chairman 7".')
]
OfTarget = Annotated[str | None, typer.Option("--target", help="Of this target.")]
OfUnit = Annotated[str | None, typer.Option("--unit", help="Of this unit (default: of all).")]
OfSource = Annotated[str | None, typer.Option("--source", help="Of this source (max_age_days).")]
From = Annotated[str | None, typer.Option("--from", help="The first day (default: today).")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
Document = Annotated[str, typer.Option("--document", help="The number of the document.")]
OnlyLook = Annotated[bool, typer.Option("--dry-run", help="Change nothing, tell what it does.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before it is set.")]


@thresholds_app.callback()
def thresholds(ctx: typer.Context, settings: SettingsFile = HERE, as_json: AsJson = False) -> None:
    """Without a word: what holds today."""
    if ctx.invoked_subcommand is None:
        thresholds_list(None, None, settings, as_json)
    elif as_json or settings != HERE:
        word = ctx.invoked_subcommand
        raise WrongUse(f"options come after the word (write: dunghen thresholds {word} --json)")


@thresholds_app.command("list")
def thresholds_list(
    target: OfTarget = None,
    unit: OfUnit = None,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """What holds today, from the settings or set by an admin."""
    from bot.commands import thresholds as run

    def answer(house: House) -> None:
        rows = run.in_force(house, target, unit)
        say(as_json, rows, run.held_lines(rows))

    ask_house(settings, answer)


@thresholds_app.command("set")
def thresholds_set(
    name: Name,
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help='E.g. 2, or "leader 3, chairman 7".')
    ],
    target: OfTarget = None,
    unit: OfUnit = None,
    source: OfSource = None,
    first: From = None,
    reason: Reason = "",
    document: Document = "",
    dry_run: OnlyLook = False,
    yes: Yes = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Set a threshold; at a terminal, shows first what it would have done, and asks."""
    _change(
        name, value, target, unit, source, first, reason, document, dry_run, yes, settings, as_json
    )


@thresholds_app.command("reset")
def thresholds_reset(
    name: Name,
    target: OfTarget = None,
    unit: OfUnit = None,
    source: OfSource = None,
    first: From = None,
    reason: Reason = "",
    dry_run: OnlyLook = False,
    yes: Yes = False,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Give a threshold back: to the wider one that is set, or to the settings."""
    _change(name, None, target, unit, source, first, reason, "", dry_run, yes, settings, as_json)


@thresholds_app.command("history")
def thresholds_history(settings: SettingsFile = HERE, as_json: AsJson = False) -> None:
    """All that was ever set, newest first."""
    from bot.commands import thresholds as run

    def answer(house: House) -> None:
        rows = run.history(house)
        say(as_json, rows, run.history_lines(rows))

    ask_house(settings, answer)


@thresholds_app.command("undo")
def thresholds_undo(
    change: Annotated[int, typer.Argument(metavar="ID", help="As `thresholds history` shows it.")],
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Take a change back: what held before it holds again."""
    from bot.commands import thresholds as run

    def answer(house: House) -> None:
        row = run.undone(house, change)
        say(as_json, [row], run.change_lines(row))

    ask_house(settings, answer)


def _change(
    name: str,
    value: str | None,
    target: str | None,
    unit: str | None,
    source: str | None,
    first: str | None,
    reason: str,
    document: str,
    dry_run: bool,
    yes: bool,
    settings: Path,
    as_json: bool,
) -> None:
    from bot.commands import thresholds as run

    def answer(house: House) -> None:
        wish = run.wanted(
            house, name, value, target=target, unit=unit, source=source,
            valid_from=day_of(first) if first else None, reason=reason, document=document,
        )  # fmt: skip
        asks = sys.stdin.isatty() and not (yes or as_json)
        if dry_run or asks:
            row = run.looked_at(house, wish)
            say(as_json, [row], run.change_lines(row))
        if dry_run or (asks and not typer.confirm("Set it?")):
            return
        row = run.set_to(house, wish)
        say(as_json, [row], run.change_lines(row))

    ask_house(settings, answer)
