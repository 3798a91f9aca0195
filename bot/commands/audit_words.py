"""The words of `dunghen audit`: is the ledger of notices whole, and what stands in it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import HERE, AsJson, SettingsFile, ask_house, say

if TYPE_CHECKING:
    from alerts.house import House

audit_app = typer.Typer(
    help="The ledger of notices: who was told what, and what they did about it.",
    no_args_is_help=True,
)


@audit_app.command("verify")
def audit_verify(settings: SettingsFile = HERE, as_json: AsJson = False) -> None:
    """Walk the whole ledger; exit 1 where a row was changed, taken out or put in."""
    from bot.commands import audit

    def answer(house: House) -> None:
        document = audit.verified(house)
        say(as_json, document, audit.verified_lines(document))
        if not document["intact"]:
            raise typer.Exit(1)

    ask_house(settings, answer)


@audit_app.command("export")
def audit_export(
    unit: Annotated[str | None, typer.Option(help="Only of this unit.")] = None,
    month: Annotated[str | None, typer.Option(help="Only of this month: 2021-03.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write (default: print).")] = None,
    settings: SettingsFile = HERE,
    as_json: AsJson = False,
) -> None:
    """Export the ledger as CSV (or JSON), of one unit and month or of all."""
    from bot.commands import audit

    def answer(house: House) -> None:
        rows = audit.exported(house, unit, month)
        if out is not None:
            out.write_text(audit.as_csv(rows), encoding="utf-8", newline="")
            say(as_json, {"file": str(out), "rows": len(rows)}, [f"{out}: {len(rows)} rows"])
        else:
            say(as_json, {"rows": rows}, [audit.as_csv(rows).lstrip("\ufeff").rstrip()])
        if sentence := audit.unreadable(rows):
            typer.echo(sentence, err=True)

    ask_house(settings, answer)
