"""Which JSON does a command answer with? The shapes of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.daily import CheckResult
from alerts.forecast import JUDGED
from alerts.judge import rate_text
from alerts.replay import Replayed
from bot.commands.records import warnings_of
from db.read_models import AlertView, ReadingView, StatusView
from db.records import (
    Forecast,
    ImportReport,
    Item,
    JudgedReading,
    Standing,
    State,
    Target,
    TargetKind,
    Unit,
)

# A grade has no rate, and a yes/no line only criteria.
COUNTED = frozenset({TargetKind.RATIO, TargetKind.MILESTONES, TargetKind.INFO})


def moment_text(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant in the district's time, ISO 8601 with offset."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def wall_text(wall: int | None) -> str | None:
    """A wall moment as ISO 8601 without offset: the district's clock."""
    if wall is None:
        return None
    digits = f"{wall:014d}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}"


def import_json(reports: Iterable[ImportReport]) -> dict[str, Any]:
    return {
        "files": [
            {
                "file": r.file,
                "source": r.source,
                "outcome": r.outcome.value,
                "rows": r.rows,
                "loaded": r.loaded,
                "rejects": [
                    {"row": x.row, "column": x.column, "value": x.value, "reason": x.reason}
                    for x in r.rejects
                ],
                "reason": r.reason,
                "flagged": [{"row": f.row, "key": f.key, "flag": f.flag} for f in r.flags],
                "flag_counts": dict(r.flag_counts),
                "dropped": dict(r.dropped),
                "warnings": list(warnings_of(r)),
                "suggestions": list(r.suggestions),
            }
            for r in reports
        ]
    }


def check_json(
    result: CheckResult, zone: ZoneInfo, *, with_messages: bool = False
) -> dict[str, Any]:
    """The contract's `check --json`; with the messages of a dry run: what would go to whom."""
    messages = [
        {
            "to": each.to,
            "template": each.template,
            "alerts": each.alerts,
            "not_before": moment_text(each.not_before, zone),
        }
        for each in result.messages
    ]
    return ({"messages": messages} if with_messages else {}) | {
        "as_of": moment_text(result.as_of, zone),
        "readings": result.readings,
        "opened": result.opened,
        "worsened": result.worsened,
        "resolved": result.resolved,
        "still_open": result.still_open,
        "queued": result.queued,
    }


def status_json(
    view: StatusView,
    targets: Mapping[str, Target],
    zone: ZoneInfo,
    forecasts: Mapping[tuple[str, str | None], Forecast] | None = None,
) -> dict[str, Any]:
    """`forecasts`: the year's end by target and field, of the readings that have one."""
    seen = forecasts or {}
    return _ended_json(view) | {
        "unit": view.unit.slug,
        "name": view.unit.name,
        "as_of": moment_text(view.as_of, zone),
        "readings": [
            _reading_json(
                reading, targets[reading.target], seen.get((reading.target, reading.field))
            )
            for reading in view.readings
            if reading.target in targets
        ],
    }


def _ended_json(view: StatusView) -> dict[str, Any]:
    """Only of a unit that has ended by then: its last day, and who took over."""
    if view.ended_on is None:
        return {}
    return {
        "ended_on": view.ended_on.isoformat(),
        "successors": [
            {"slug": s.unit.slug, "name": s.unit.name, "share": s.share.value}
            for s in view.successors
        ],
    }


def forecast_json(seen: Forecast | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    value, low, high = (
        rate_text(rate.numerator, rate.denominator) for rate in (seen.value, seen.low, seen.high)
    )
    day = seen.unreachable_on
    return {
        "value": value,
        "low": low,
        "high": high,
        "volume": seen.volume,
        "late_budget": seen.late_budget,
        "unreachable_on": day.isoformat() if day else None,
    }


def _reading_json(reading: ReadingView, target: Target, seen: Forecast | None) -> dict[str, Any]:
    known = reading.state is not State.NO_DATA
    counted = known and reading.denominator > 0 and target.kind in COUNTED
    return {
        "target": reading.target,
        "item": target.item,
        "field": reading.field,
        "numerator": reading.numerator if known else None,
        "denominator": reading.denominator if known else None,
        "value": rate_text(reading.numerator, reading.denominator) if counted else None,
        "goal": target.goal_words,
        "answer": reading.answer if known else None,
        "state": reading.state.value,
        "reason": reading.reason,
        "small_sample": reading.small_sample,
        "needed": reading.needed,
        "forecast": forecast_json(seen) if reading.state in JUDGED else None,
    }


def replay_json(done: Replayed, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "day": done.day.isoformat(),
        "same": not done.differences,
        "snapshots": done.snapshots,
        "differences": [
            {
                "as_of": moment_text(d.as_of, zone),
                "unit": d.unit,
                "target": d.target,
                "field": d.field,
                "stored": _judged_json(d.stored),
                "recomputed": _judged_json(d.recomputed),
            }
            for d in done.differences
        ],
    }


def _judged_json(judged: JudgedReading | None) -> dict[str, Any] | None:
    if judged is None:
        return None
    return {
        "numerator": judged.reading.numerator,
        "denominator": judged.reading.denominator,
        "answer": judged.reading.answer,
        "state": judged.verdict.state.value,
    }


def items_json(items: Iterable[Item]) -> dict[str, Any]:
    return {
        "items": [
            {
                "key": item.key,
                "label": item.label,
                "field": item.field,
                "due": wall_text(item.due),
                "due_again": wall_text(item.due_again),
                "days_late": item.days_late,
                "note": item.note,
                "detail": item.detail,
            }
            for item in items
        ]
    }


def units_json(units: Iterable[Unit]) -> dict[str, Any]:
    known = list(units)
    slugs = {unit.id: unit.slug for unit in known}
    return {
        "units": [
            {
                "slug": unit.slug,
                "name": unit.name,
                "kind": unit.kind.value,
                "parent": slugs.get(unit.parent_id or 0),
                "code": unit.code,
                "sample": unit.sample,
            }
            for unit in known
        ]
    }


def alerts_json(alerts: Iterable[tuple[AlertView, Standing]], zone: ZoneInfo) -> dict[str, Any]:
    """The contract's `alerts --json`; `state` is the phase: open, taken, claimed, resolved. `level`
    is the reading's state; `by_items`: so many items are past their own day and keep it open.
    """

    return {
        "alerts": [
            {
                "id": alert.id,
                "unit": alert.unit.slug,
                "target": alert.target,
                "field": alert.field,
                "level": alert.state.value,
                "by_items": alert.item_count if alert.by_items else 0,
                "state": standing.phase.value if alert.resolved_at is None else "resolved",
                "opened_at": moment_text(alert.opened_at, zone),
                "resolved_at": moment_text(alert.resolved_at, zone),
                "acknowledged_by": standing.taken_by,
                "acknowledged_at": moment_text(standing.taken_at, zone),
                "claimed_by": standing.claimed_by,
                "disputed_at": moment_text(standing.disputed_at, zone),
                "muted_until": moment_text(standing.muted_until or standing.exempt_until, zone),
            }
            for alert, standing in alerts
        ]
    }
