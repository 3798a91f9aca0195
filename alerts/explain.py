"""Why is a reading what it is? Puts its formula, counts, rivals and left-outs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.lately import Lately
from alerts.thresholds.kinds import Measure
from db.records import (
    Forecast,
    Item,
    JudgedReading,
    LeftOut,
    NamedCount,
    PublishedYear,
    SamePeriod,
    State,
    Target,
    Unit,
    YearlyMean,
)

AS_COUNTED = "as_counted"  # the name of a target's only formula
SET_BY_PLAN = "plan"


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedBy:
    """An option that a reading was counted by; `by` and `since` None: it is the settings' own."""

    name: str
    measure: Measure
    value: str
    by: str | None = None
    since: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """One reading, or the sum over a target's fields; then no verdict decides (state None)."""

    unit: Unit
    target: Target
    field: str | None
    as_of: datetime
    numerator: int | None  # None: no data
    denominator: int | None
    state: State | None
    reason: str | None
    needed: int | None
    readings: tuple[NamedCount, ...]  # the formulas that compete, the one in use among them
    left_out: tuple[LeftOut, ...]
    threshold: int  # met within so many points of the goal is at risk
    set_by: str
    items: tuple[Item, ...]
    answer: str | None = None  # of a grade or a yes/no line
    lately: Lately | None = None  # the last days, where there is more than the year to tell
    a_year_ago: SamePeriod | None = None  # early in a year: last year's count of the same day
    forecast: Forecast | None = None  # of one reading: how the year will end
    mean: YearlyMean | None = None  # of what is judged each day
    history: tuple[PublishedYear, ...] = ()  # of what is published once a year, the newest first
    counted_by: tuple[CountedBy, ...] = ()  # the options that are thresholds
    year: tuple[date, date] | None = None  # of a yearly line, where it is not the calendar year


def explain(
    unit: Unit,
    target: Target,
    as_of: datetime,
    judged: Sequence[JudgedReading],
    competing: Sequence[NamedCount],
    left_out: Sequence[LeftOut],
    items: Sequence[Item],
    *,
    field: str | None,
    lately: Lately | None = None,
    a_year_ago: SamePeriod | None = None,
    counted_by: Sequence[CountedBy] = (),
    forecast: Forecast | None = None,
    history: Sequence[PublishedYear] = (),
    mean: YearlyMean | None = None,
    year: tuple[date, date] | None = None,
) -> Explanation:
    """`judged`: the unit's readings of the target (of one field, where one was asked for).

    A target of several fields, asked for without one, is shown as the sum of its fields, which
    decides nothing (domain reference 1.6).
    """
    known = [j.reading for j in judged if j.verdict.state is not State.NO_DATA]
    numerator = sum(reading.numerator for reading in known) if known else None
    denominator = sum(reading.denominator for reading in known) if known else None
    only = judged[0] if len(judged) == 1 else None
    own = NamedCount(name=AS_COUNTED, numerator=numerator or 0, denominator=denominator or 0)
    return Explanation(
        unit=unit,
        target=target,
        field=only.reading.field if only else field,
        as_of=as_of,
        numerator=numerator,
        denominator=denominator,
        state=only.verdict.state if only else None,
        reason=only.verdict.reason if only else None,
        needed=only.verdict.needed if only else None,
        readings=() if not known else tuple(competing) or (own,),
        left_out=tuple(left_out) if known else (),
        threshold=target.margin_points,
        set_by=SET_BY_PLAN,
        items=tuple(items),
        answer=only.reading.answer if only else None,
        lately=lately,
        a_year_ago=a_year_ago,
        counted_by=tuple(counted_by),
        forecast=forecast,
        history=tuple(history),
        mean=mean,
        year=year,
    )
