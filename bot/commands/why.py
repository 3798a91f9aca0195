"""How did a reading come about? Asks the database, explains, and gives the contract's answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from alerts.explain import Explanation
from alerts.explaining import explanation
from alerts.house import House
from alerts.judge import rate_text
from alerts.lately import Lately
from bot.commands.answers import NotFound, field_named, target_named, unit_named
from bot.commands.shapes import forecast_json, items_json, moment_text
from db import snapshots
from db.engine import reading
from db.records import PublishedYear, SamePeriod, YearlyMean


def explanation_of(house: House, words: str, target_id: str, field: str | None) -> Explanation:
    """The reading of the newest check, explained from what the tables hold now. Raises NotFound,
    NoSuchTarget.
    """
    target = target_named(house, target_id)
    with reading(house.engine) as tx:
        if snapshots.newest_as_of(tx) is None:
            raise NotFound("no check was taken yet (run: dunghen check)")
        unit = unit_named(house, tx, words, None)
        field_id = field_named(tx, field) if field is not None else None
        found = explanation(house, tx, unit, target, field_id=field_id, field=field)
    if found is None:
        of_field = f" in the field '{field}'" if field else ""
        raise NotFound(
            f"{unit.slug} has no reading of {target_id}{of_field}"
            f" (`dunghen status {unit.slug}` lists what it has)"
        )
    return found


def why_json(why: Explanation, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "unit": why.unit.slug,
        "target": why.target.id,
        "field": why.field,
        "formula": why.target.formula.get("en", ""),
        "numerator": why.numerator,
        "denominator": why.denominator,
        "state": why.state.value if why.state else None,
        "reason": why.reason,
        "needed": why.needed,
        "left_out": [{"reason": x.reason, "count": x.count} for x in why.left_out],
        "readings": [
            {"name": x.name, "numerator": x.numerator, "denominator": x.denominator}
            for x in why.readings
        ]
        + ([_lately_json(why.lately)] if why.lately else [])
        + ([_mean_json(why.mean)] if why.mean else []),
        **_a_year_ago_json(why.a_year_ago),
        "forecast": forecast_json(why.forecast),
        **_year_json(why.year),
        **_history_json(why.history),
        "goal": why.target.goal_words,
        "threshold": why.threshold,
        "counted_by": [
            {
                "name": each.name,
                "value": each.value,
                "by": each.by or "settings",
                "since": each.since.isoformat() if each.since else None,
            }
            for each in why.counted_by
        ],
        "own_goal": str(why.target.own_goal) if why.target.own_goal else None,
        "set_by": why.set_by,
        "as_of": moment_text(why.as_of, zone),
        **items_json(why.items),
    }


def _lately_json(seen: Lately) -> dict[str, Any]:
    """What the last `days` came to stands beside the formulas, under a name of its own."""
    return {
        "name": "recent_days",
        "numerator": seen.numerator,
        "denominator": seen.denominator,
        "days": seen.days,
    }


def _mean_json(mean: YearlyMean) -> dict[str, Any]:
    """The mean of the daily rates, as one exact fraction: no count of things."""
    return {
        "name": "mean_of_the_year",
        "numerator": mean.numerator,
        "denominator": mean.denominator,
        "value": rate_text(mean.numerator, mean.denominator),
        "days": mean.days,
        "since": mean.since.isoformat(),
    }


def _history_json(years: Sequence[PublishedYear]) -> dict[str, Any]:
    """Only of what is published once a year; `kept` is null for a year that the plan is not of."""
    found = [{"year": x.year, "answer": x.answer, "kept": x.kept} for x in years]
    return {"history": found} if found else {}


def _a_year_ago_json(then: SamePeriod | None) -> dict[str, Any]:
    """Only early in a year, and where last year's count of the same day is known."""
    if then is None:
        return {}
    counts = {"numerator": then.numerator, "denominator": then.denominator}
    return {"same_period_last_year": counts | {"day": then.day.isoformat()}}


def _year_json(year: tuple[date, date] | None) -> dict[str, Any]:
    """Only where a yearly line is not counted by the calendar year."""
    if year is None:
        return {}
    return {"year": {"from": year[0].isoformat(), "to": year[1].isoformat()}}


def why_lines(document: dict[str, Any]) -> Iterator[str]:
    name = document["target"] + (f" / {document['field']}" if document["field"] else "")
    yield f"{document['unit']} {name} as of {document['as_of']}"
    yield f"formula: {document['formula'] or 'not described'}"
    if year := document.get("year"):
        yield f"counted from {year['from']} to {year['to']}"
    for option in document["counted_by"]:
        since = f" from {option['since']}" if option["since"] else ""
        yield f"{option['name']}: {option['value']} (set by {option['by']}{since})"
    if document["denominator"] is None:
        yield "no data yet"
    else:
        verdict = f": {document['state']} ({document['reason']})" if document["state"] else ""
        yield f"counted: {document['numerator']}/{document['denominator']}{verdict}"
    own = f"; alerts go by {document['own_goal']}" if document["own_goal"] else ""
    yield f"goal: {document['goal']} (set by {document['set_by']}){own}"
    if (seen := document["forecast"]) is not None:
        yield (
            f"forecast: {seen['value']} % ({seen['low']}-{seen['high']} %) of {seen['volume']} in"
            f" the whole year; {seen['late_budget']} more may fail"
        )
        if seen["unreachable_on"]:
            yield f"  out of reach from {seen['unreachable_on']}"
    for each in document.get("history", ()):
        kept = {True: " (kept)", False: " (missed)", None: ""}[each["kept"]]
        yield f"  {each['year']}: {each['answer']}{kept}"
    for count in document["readings"]:
        over = f" in {count['days']} days" if "days" in count else ""
        counts = f"{count['numerator']}/{count['denominator']}"
        if "value" in count:  # of a mean the fraction counts nothing
            counts = f"{count['value']} %"
        yield f"  {count['name']}: {counts}{over}"
    if then := document.get("same_period_last_year"):
        yield f"  until {then['day']}: {then['numerator']}/{then['denominator']}"
    for left in document["left_out"]:
        yield f"  left out: {left['count']} ({left['reason']})"
    yield f"{len(document['items'])} to act on (dunghen items names them)"
