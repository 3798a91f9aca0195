"""What do the commands answer about units, readings, items and alerts?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from alerts.ending import ended_status, usual_day
from alerts.house import House
from alerts.telling.reminders import falls_due
from alerts.thresholds.counted import as_counted
from alerts.thresholds.setting import warned_ahead
from alerts.working_time import in_effect
from bot.questions import outlook
from db import indicators, read_models, units
from db.engine import Connection, reading
from db.indicators import Moment, day_of
from db.last_good import trusted_moment
from db.names import fold
from db.read_models import AlertView, StatusView
from db.records import Forecast, Item, Phase, Standing, Target, Unit, UnitKind
from db.standings import standings


class NotFound(Exception):
    """What was asked for is not there; the text says what is."""


class NoSuchTarget(Exception):
    """No line of the plans has that id; the text names those that are near."""


def status_of(house: House, words: str, day: date | None) -> StatusView:
    """The readings of the newest check, or of the newest check of a day."""
    with reading(house.engine) as tx:
        today = house.wall_day(house.clock())
        unit = unit_named(house, tx, words, day or usual_day(house, tx, today))
        as_of = read_models.newest_as_of(tx, day_of(day) if day else None)
        if (ended := ended_status(house, tx, unit.id, day, today, as_of)) is not None:
            return ended
        if day is not None and as_of is None:
            raise NotFound(
                f"no check was taken on {day:%d/%m/%Y}"
                f" (run: dunghen check --at {day.isoformat()}T07:30)"
            )
        return read_models.status(tx, unit.id, as_of)


def forecasts_of(house: House, view: StatusView) -> dict[tuple[str, str | None], Forecast]:
    """The year's end of the readings of a status, by target and field."""
    if view.as_of is None or house.wall_day(view.as_of) == view.unit.valid_to:
        return {}
    with reading(house.engine) as tx:
        return outlook.forecasts_of(tx, house, view.unit.id, view.readings, view.as_of)


def items_of(house: House, words: str, target_id: str, field: str | None) -> tuple[Item, ...]:
    """What there is to act on as of the newest check (before the first: now)."""
    targets = {target.id: target for target in house.targets}
    if target_id != "due":
        target_named(house, target_id, also=("due",))
    with reading(house.engine) as tx:
        unit = unit_named(house, tx, words, None)
        moment = Moment(wall=_asked_moment(house, tx), calendar=in_effect(house, tx).calendar)
        whole = unit.kind is UnitKind.DISTRICT or unit.slug == house.district
        of_unit = None if whole else unit.id
        if target_id == "due":
            days = warned_ahead(tx, house, unit.id, moment.day)
            return falls_due(tx, house, moment, days, of_unit)
        trusted = trusted_moment(tx, moment.wall, unit.id, target_id)
        moment = replace(moment, wall=trusted.astimezone(house.zone))
        return indicators.items_of(
            tx,
            as_counted(tx, targets[target_id], moment.wall),
            moment,
            unit_id=of_unit,
            field_id=field_named(tx, field) if field is not None else None,
            folders=house.sql_folders,
        )


def target_named(house: House, words: str, also: Sequence[str] = ()) -> Target:
    """The target of an id. Raises NoSuchTarget; `also`: what else might have been meant."""
    targets = {target.id: target for target in house.targets}
    if (found := targets.get(words)) is not None:
        return found
    known = [*targets, *also]
    near = ", ".join(get_close_matches(words.strip().lower().replace("-", "_"), known))
    hint = f"did you mean: {near}? " if near else ""
    raise NoSuchTarget(f"there is no target '{words}' ({hint}known: {', '.join(known)})")


def field_named(tx: Connection, words: str) -> int:
    """The id of a field, with or without diacritics. Raises NotFound."""
    found = read_models.field_id(tx, fold(words))
    if found is None:
        raise NotFound(f"there is no field '{words}' in the exports so far")
    return found


def units_of(house: House, day: date | None) -> tuple[Unit, ...]:
    with reading(house.engine) as tx:
        return units.units_on(tx, day or _asked_moment(house, tx).date())


def alerts_of(
    house: House, words: str | None, ended: bool
) -> tuple[tuple[AlertView, Standing], ...]:
    """The open alerts of a unit or of all, and if asked the ended ones, each with its standing.

    One that waits to be confirmed, or never was, is nobody's news.
    """
    with reading(house.engine) as tx:
        wanted = [unit_named(house, tx, words, None).id] if words is not None else None
        found = read_models.open_alerts(tx, wanted, with_resolved=ended)
        standing = standings(tx, [alert.id for alert in found], house.clock())
        return tuple(
            (alert, standing[alert.id])
            for alert in found
            if standing[alert.id].phase not in (Phase.PENDING, Phase.DROPPED)
        )


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

# The law gives complaints calendar days; all other lateness is told in working days.
IN_CALENDAR_DAYS = ("complaint_overdue", "complaint_late")


def status_lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"{document['name']} ({document['unit']})"
    if ended := document.get("ended_on"):
        yield f"ended on {ended} (before that: --day {ended})"
        for after in document["successors"]:
            yield f"  went in {after['share']} to {after['name']} ({after['slug']})"
        return
    if document["as_of"] is None:
        yield "no check yet (run: dunghen check)"
        return
    yield f"as of {document['as_of']}"
    if not document["readings"]:
        yield "nothing is counted for it on that day (`dunghen doctor` says which plan is in force)"
    for r in document["readings"]:
        name = f"{r['item']:>4} {r['target']}" + (f" / {r['field']}" if r["field"] else "")
        counts = (
            "" if r["value"] is None else f"{r['value']} % ({r['numerator']}/{r['denominator']})"
        )
        small = "  small sample" if r["small_sample"] else ""
        to_miss = r["reason"] == "forecast_to_miss" and r["forecast"]
        ahead = f"  forecast {r['forecast']['value']} %" if to_miss else ""
        yield f"{name:45} {r['state']:14} {counts:20} goal {r['goal']}{small}{ahead}"


def replay_lines(document: dict[str, Any]) -> Iterator[str]:
    counted = f"{document['day']}: {document['snapshots']} snapshots counted again"
    yield f"{counted}, {'the same' if document['same'] else 'not the same'}"
    for d in document["differences"]:
        name = d["target"] + (f" / {d['field']}" if d["field"] else "")
        yield (
            f"{d['as_of']} {d['unit']} {name}: {_figures(d['stored'])} stored,"
            f" {_figures(d['recomputed'])} from the archive"
        )


def _figures(figures: dict[str, Any] | None) -> str:
    if figures is None:
        return "nothing"
    answer = f" {figures['answer']}" if figures["answer"] else ""
    return f"{figures['numerator']}/{figures['denominator']}{answer} ({figures['state']})"


def item_lines(document: dict[str, Any]) -> Iterator[str]:
    if not document["items"]:
        yield "nothing to act on"
    for item in document["items"]:
        days = "days" if item["note"] in IN_CALENDAR_DAYS else "working days"
        late = f", {item['days_late']} {days}" if item["days_late"] else ""
        due = f", due {item['due']}" if item["due"] else ""
        field = f" ({item['field']})" if item["field"] else ""
        detail = f", {item['detail']}" if item["detail"] else ""
        yield f"{item['key']}  {item['label']}{field}: {item['note']}{due}{late}{detail}"


def check_lines(document: dict[str, Any]) -> Iterator[str]:
    """The counts of a check, and of a dry run what would go to whom."""
    for name, value in document.items():
        if name != "messages":
            yield f"{name}: {value}"
    for message in document.get("messages", ()):
        told = f", {message['alerts']} alerts" if message["alerts"] else ""
        yield f"to {message['to']}: {message['template']}{told}, from {message['not_before']}"


def alert_lines(document: dict[str, Any]) -> Iterator[str]:
    if not document["alerts"]:
        yield "no open alerts"
    for alert in document["alerts"]:
        name = alert["target"] + (f" / {alert['field']}" if alert["field"] else "")
        overdue = f" ({alert['by_items']} overdue)" if alert["by_items"] else ""
        standing = f"{alert['level']}{overdue}, {alert['state']} since {alert['opened_at']}"
        if alert["acknowledged_by"]:
            standing += f", {alert['acknowledged_by']} acts on it"
        if alert["muted_until"]:
            standing += f", muted until {alert['muted_until']}"
        yield f"#{alert['id']} {alert['unit']} {name}: {standing}"
