"""What do `migrate` and `import` do, and how do they tell it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from alerts.daily import take_file
from alerts.house import House
from db import migrate as migrations
from db import organisation
from db.engine import writing
from db.names import as_seen
from db.records import ImportReport, Outcome

SHOWN = 20  # rejects and flags that a terminal shows; --json has all that were kept
SHOWN_HEADING = 60  # letters of it
FEW = 3  # examples of what a file lacks
UNLIKE_BEFORE = ("due_moved", "status_backwards")  # flags of what the last file told otherwise

DOUBTS = {
    "one_page": "it has exactly {rows} rows, as a page of an export has: is that all of it?",
    "repaired_text": "the text was in {encoding} and has been set right (export it as UTF-8)",
}


def migrate(house: House, list_of_units: Path) -> Iterator[str]:
    before, after = migrations.upgrade(house.engine)
    yield f"database: {before or 'new'} -> {after}" if before != after else f"database: {after}"
    with writing(house.engine) as tx:
        if organisation.count_units(tx):
            return
        lines = organisation.read_organisation(list_of_units)
        count = organisation.load_units(tx, lines, house.wall_day(house.clock()))
        yield f"organisation: {count} units from {list_of_units.name}"


def import_all(
    house: House, files: Sequence[Path], day: date, source: str | None
) -> list[ImportReport]:
    return [take_file(house, path, day, house.clock(), source) for path in files]


def import_lines(reports: Iterable[ImportReport]) -> Iterator[str]:
    for report in reports:
        kind = f" ({report.source})" if report.source else ""
        counts = (
            "" if report.outcome is Outcome.REFUSED else f": {report.loaded} of {report.rows} rows"
        )
        reason = f": {report.reason}" if report.reason else ""
        yield f"{report.file}{kind}: {report.outcome.value}{counts}{reason}"
        for line in warnings_of(report):
            yield f"  {line}"
        for reject in report.rejects[:SHOWN]:
            yield f"  row {reject.row}, {reject.column}: {reject.reason}"
        if len(report.rejects) > SHOWN:
            yield f"  ... and {len(report.rejects) - SHOWN} more refused rows (--json lists them)"
        for name, count in sorted(report.dropped.items()):
            yield f"  left out on purpose: {count} ({name})"
        of_rows = [flag for flag in report.flags if flag.row]
        yield from _lines_without_a_row(report)
        for flag in of_rows[:SHOWN]:
            yield f"  row {flag.row}, {flag.key}: {flag.flag}"
        if len(of_rows) > SHOWN:
            yield f"  ... and more: {dict(report.flag_counts)}"
        for line in report.suggestions:
            yield f"  to settings.toml: {line}"


def warnings_of(report: ImportReport) -> Iterator[str]:
    """What is odd about the file as a whole, one sentence each."""
    for each in report.unread:
        heading, read = (as_seen(t)[:SHOWN_HEADING] for t in (each.heading, each.read_heading))
        yield (
            f"column {each.column} '{heading}' is not read: column {each.read} '{read}' says the"
            " same and comes first (rename or remove the one that is not meant)"
        )

    for doubt in report.doubts:
        yield DOUBTS[doubt.kind].format(**doubt.facts)


def _lines_without_a_row(report: ImportReport) -> Iterator[str]:
    """A line for all that a file should have had and has not, one for what it tells otherwise."""
    found: dict[str, list[str]] = {}
    for flag in report.flags:
        if not flag.row:
            found.setdefault(flag.flag, []).append(flag.key)
    for name, keys in found.items():
        count = max(len(keys), report.flag_counts.get(name, 0))
        more = ", ..." if count > FEW else ""
        what = "unlike before" if name in UNLIKE_BEFORE else "not in the file"
        yield f"  {what}: {count} ({name}): {', '.join(keys[:FEW])}{more}"
