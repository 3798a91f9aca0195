"""How far should a target that is due later have come by a day?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from db.records import CALENDAR_YEAR, ReportingYear, Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The days of a pace: a line from `starts` to `ends`; the goal itself decides on a day."""

    starts: date
    ends: date
    decided_on: date


def span_of(
    target: Target, day: date, reporting_year: ReportingYear = CALENDAR_YEAR
) -> Span | None:
    """The pace of a target that is due later; None where it is judged as it stands.

    Nothing is due after the target's last day: that decides what would have been due later.
    """
    over = target.valid_to or date.max
    if target.due is not None and target.starts is not None:
        due = min(target.due, over)
        return Span(starts=target.starts, ends=due, decided_on=due)
    if target.paced_months is not None:
        first, last = target.paced_months
        year = reporting_year.of(day)
        after = date(year + last // 12, last % 12 + 1, 1)
        return Span(
            starts=date(year, first, 1),
            ends=min(after - timedelta(days=1), over),
            decided_on=min(reporting_year.last_day(year), over),
        )
    return None


def pace(target: Target, day: date, reporting_year: ReportingYear = CALENDAR_YEAR) -> Fraction:
    """The per cent that a straight line from the baseline to the goal asks for on a day."""
    span = span_of(target, day, reporting_year)
    if target.goal is None or span is None:
        raise ValueError(f"{target.id} has no day by which it is due")
    whole = max(1, (span.ends - span.starts).days)
    gone = min(max((day - span.starts).days, 0), whole)
    climb = target.goal.percent - target.baseline_percent
    return target.baseline_percent + Fraction(climb * gone, whole)
