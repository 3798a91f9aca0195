"""What does a row of a list of units mean? A new list of the organisation comes like any source."""

from __future__ import annotations

from db.indicators import date_of
from db.intake.refusals import UnreadableFile
from db.intake.taking import Table, Taking
from db.organisation import OrganisationWrong, load_units

COLUMNS = (
    "slug", "name", "kind", "parent", "code", "valid_from", "valid_to", "sample", "aliases",
    "succeeds",
)  # fmt: skip


def load(taking: Taking, body: Table) -> None:
    """A list of units is taken whole or not at all: half an organisation helps nobody."""
    lines = []
    for row, cells in body:
        cells.append("")
        taking.rows += 1
        line = {c: cells[body.columns[c]] for c in COLUMNS if c in body.columns}
        for column in ("valid_from", "valid_to"):
            moment = taking.moment(row, line["slug"], column, line.get(column, ""))
            line[column] = date_of(moment).isoformat() if moment else ""
        lines.append(line)
    try:
        taking.loaded = load_units(taking.tx, lines, date_of(taking.day))
    except OrganisationWrong as error:
        raise UnreadableFile("units", f"the list of units cannot be taken: {error}") from error
