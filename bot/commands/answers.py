"""What do the commands answer about units, readings, items and alerts?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from alerts.house import House
from db import indicators, read_models, units
from db.engine import Connection, reading
from db.indicators import Moment, day_of
from db.names import fold
from db.read_models import AlertView, StatusView
from db.records import Item, Unit, UnitKind


class NotFound(Exception):
    """What was asked for is not there; the text says what is."""


def status_of(house: House, words: str, day: date | None) -> StatusView:
    """The readings of the newest check, or of the newest check of a day."""
    with reading(house.engine) as tx:
        unit = unit_named(house, tx, words, day)
        as_of = read_models.newest_as_of(tx, day_of(day) if day else None)
        if day is not None and as_of is None:
            raise NotFound(
                f"no check was taken on {day:%d/%m/%Y}"
                f" (run: dunghen check --at {day.isoformat()}T07:30)"
            )
        return read_models.status(tx, unit.id, as_of)


def items_of(house: House, words: str, target_id: str, field: str | None) -> tuple[Item, ...]:
    """What there is to act on as of the newest check (before the first: now)."""
    targets = {target.id: target for target in house.targets}
    if target_id != "due" and target_id not in targets:
        known = ", ".join([*targets, "due"])
        raise NotFound(f"there is no target '{target_id}' (known: {known})")
    with reading(house.engine) as tx:
        unit = unit_named(house, tx, words, None)
        moment = Moment(wall=_asked_moment(house, tx), calendar=house.calendar)
        of_unit = None if unit.kind is UnitKind.DISTRICT else unit.id
        if target_id == "due":
            days = house.early_warning_working_days
            return indicators.due_soon(tx, moment, days, unit_id=of_unit)
        return indicators.items_of(
            tx,
            targets[target_id],
            moment,
            unit_id=of_unit,
            field_id=_field(tx, field) if field else None,
            folders=house.sql_folders,
        )


def _field(tx: Connection, words: str) -> int:
    found = read_models.field_id(tx, fold(words))
    if found is None:
        raise NotFound(f"there is no field '{words}' in the exports so far")
    return found


def units_of(house: House, day: date | None) -> tuple[Unit, ...]:
    with reading(house.engine) as tx:
        return units.units_on(tx, day or _asked_moment(house, tx).date())


def alerts_of(house: House, words: str | None, ended: bool) -> tuple[AlertView, ...]:
    with reading(house.engine) as tx:
        wanted = None if words is None else [unit_named(house, tx, words, None).id]
        return read_models.open_alerts(tx, wanted, with_resolved=ended)


def unit_named(house: House, tx: Connection, words: str, day: date | None) -> Unit:
    """The unit on the day asked for, else on the day of the newest check. Raises NotFound."""
    on = day or _asked_moment(house, tx).date()
    found = units.find_unit(tx, words, on, house.intake.aliases)
    if isinstance(found, Unit):
        return found
    near = ", ".join(unit.slug for unit in found)
    hint = f"did you mean: {near}?" if near else "`dunghen units` lists them"
    raise NotFound(f"there is no unit '{words}' on {on:%d/%m/%Y} ({hint})")


def _asked_moment(house: House, tx: Connection) -> datetime:
    return (read_models.newest_as_of(tx) or house.clock()).astimezone(house.zone)


# --- the same for people at a terminal ------------------------------------------------------------


def status_lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"{document['name']} ({document['unit']})"
    if document["as_of"] is None:
        yield "no check yet (run: dunghen check)"
        return
    yield f"as of {document['as_of']}"
    for r in document["readings"]:
        name = f"{r['item']:>4} {r['target']}" + (f" / {r['field']}" if r["field"] else "")
        counts = (
            "" if r["value"] is None else f"{r['value']} % ({r['numerator']}/{r['denominator']})"
        )
        small = "  small sample" if r["small_sample"] else ""
        yield f"{name:45} {r['state']:14} {counts:20} goal {r['goal']}{small}"


def item_lines(document: dict[str, Any]) -> Iterator[str]:
    if not document["items"]:
        yield "nothing to act on"
    for item in document["items"]:
        late = f", {item['days_late']} working days" if item["days_late"] else ""
        due = f", due {item['due']}" if item["due"] else ""
        field = f" ({item['field']})" if item["field"] else ""
        detail = f", {item['detail']}" if item["detail"] else ""
        yield f"{item['key']}  {item['label']}{field}: {item['note']}{due}{late}{detail}"


def alert_lines(document: dict[str, Any]) -> Iterator[str]:
    if not document["alerts"]:
        yield "no open alerts"
    for alert in document["alerts"]:
        name = alert["target"] + (f" / {alert['field']}" if alert["field"] else "")
        standing = f"{alert['level']}, {alert['state']} since {alert['opened_at']}"
        yield f"#{alert['id']} {alert['unit']} {name}: {standing}"
