"""What do all commands share? Their options, how they read a day, and how they answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from settings import Settings

SettingsFile = Annotated[Path, typer.Option("--settings", help="The settings file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]
UnitWords = Annotated[str, typer.Argument(metavar="UNIT", help="Slug, name or alias of a unit.")]
OnDay = Annotated[str | None, typer.Option("--day", help="A day: 2021-03-23 or 23/03/2021.")]
HERE = Path("settings.toml")


class CannotDo(Exception):
    """The work could not be done (exit 1); the text says why in one line."""


class WrongUse(Exception):
    """The command was used wrongly (exit 2); the text says what would be right."""


def settings_of(path: Path) -> Settings:
    from settings import read_settings

    return read_settings(path)


def day_of(text: str | None) -> Any:
    """A date as typed: ISO or the Vietnamese way."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text or "", form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise WrongUse(f"'{text}' is not a day (write 2021-03-23)")


def moment_of(text: str) -> datetime:
    from settings import ZONE

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"'{text}' is not a moment (write 2021-03-23T07:30)") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def in_the_future(option: str, now: str) -> str:
    """The complaint of a moment that has not come yet: nobody can have seen what happens then."""
    return (
        f"{option} lies in the future: {now} (leave it out for now; to rehearse a later day, start"
        " the clock there: DUNGHEN_CLOCK__START=2021-03-23T08:00)"
    )


def say(as_json: bool, document: Any, lines: Iterable[str]) -> None:
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        for line in lines:
            typer.echo(line)


def ask_house(settings: Path, answer: Any) -> None:
    from bot.commands.opening import opened

    with opened(settings_of(settings)) as house:
        answer(house)
