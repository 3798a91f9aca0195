"""Which dossiers does more decide than their newest row? They are settled by all that was told."""

from __future__ import annotations

from sqlalchemy import and_, literal, or_, select, text

from db.calendar_days import clock_stops, stop_book
from db.indicators import DAY
from db.intake.pauses import pauses_of, tidied
from db.intake.settling import SETTLED_COLUMNS, returned_at_the_end, settle
from db.intake.taking import Taking
from db.tables import DossierRow

MOVED, SECOND, AT_THE_END = "due_moved", "second_request", "returned_on_the_last_day"


def settle_moved(taking: Taking) -> None:
    """Settles again what more than its newest row decides: by its first due date each dossier whose
    due date was moved since, by all its pauses each that had several.
    """
    table = DossierRow.__table__
    here = table.c.delivery_id == taking.delivery_id
    moved = taking.tx.execute(
        select(table).where(
            or_(
                and_(or_(here, table.c.first_day == taking.day), table.c.due_first != table.c.due),
                and_(or_(here, literal(taking.older)), table.c.earlier_pauses.is_not(None)),
            ),
            table.c.left_out.is_distinct_from("before_the_unit"),
        )
    ).mappings()
    changes = []
    stops = stop_book(clock_stops(taking.tx))
    for old in moved.all():
        ended, earlier = old["finished"] or old["returned"], old["earlier_pauses"]
        settled = settle(
            status=old["status"], received=old["received"], due_first=old["due_first"],
            pause_from=old["pause_from"], pause_to=old["pause_to"],
            finished=ended, day_end=old["day"] * DAY + 235959,
            calendar=taking.calendar, stops=stops.of(old["unit_id"]), earlier=earlier,
        )  # fmt: skip
        new = dict(zip(SETTLED_COLUMNS, settled, strict=True))
        found = {
            MOVED: old["due_first"] != old["due"],
            SECOND: len(pauses_of(old["pause_from"], old["pause_to"], earlier)) > 1,
            AT_THE_END: returned_at_the_end(
                status=old["status"], on_time=settled[2], received=old["received"], ended=ended,
                deadline=settled[0], calendar=taking.calendar,
            ),
        }  # fmt: skip
        if old["delivery_id"] == taking.delivery_id:
            if found[MOVED]:
                taking.flag(0, old["code"], MOVED, f"{old['due_first']} -> {old['due']}")
            if found[SECOND]:
                taking.flag(0, old["code"], SECOND)
        before = [name for name in old["flags"].split() if name not in found]
        flags = " ".join([*before, *(name for name, holds in found.items() if holds)])
        kept = tidied(earlier) if earlier else None
        changes.append({"of": old["id"], "flags": flags, "earlier": kept, **new})
    if changes:
        taking.tx.execute(
            text(
                "UPDATE dossiers SET deadline = :deadline, year = :year, on_time = :on_time,"
                " late = :late, running = :running, left_out = :left_out, flags = :flags,"
                " earlier_pauses = :earlier"
                " WHERE id = :of"
            ),
            changes,
        )
