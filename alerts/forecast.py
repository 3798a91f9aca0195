"""How will the year end if it goes on like this, and how much may still go wrong?

Domain reference 1.0.5. Fractions throughout: a forecast is compared with its goal as exactly as a
reading is; only the margin of the range is a root, taken to six decimals.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import isqrt

from alerts.judge import late_budget, meets
from db.records import (
    Forecast,
    Goal,
    Reading,
    RecentCounts,
    State,
    Target,
    TargetKind,
    Verdict,
    Workdays,
)

PRIOR = 20  # items at the goal's own rate that smooth a short memory
ROOT_SCALE = 10**6
JUDGED = frozenset({State.MET, State.AT_RISK, State.MISSED})


def has_forecast(target: Target) -> bool:
    """Whether a year's end can be reckoned: a yearly ratio that one failure does not yet decide."""
    return (
        target.kind is TargetKind.RATIO
        and target.goal is not None
        and target.goal.operator != "="
        and not target.stock
        and target.due is None
    )


def forecast_year(
    target: Target, reading: Reading, recent: RecentCounts, today: date, calendar: Workdays
) -> Forecast | None:
    """The year's end of a year-to-date count; None where there is nothing to reckon from.

    m items are still to come: as many as last year from this day on, where that is known, else the
    recent ones a working day for each working day left. They are on time at the recent rate,
    smoothed: (a60 + 20 x goal) / (n60 + 20). The range is one binomial standard error about it.
    """
    goal, numerator, denominator = target.goal, reading.numerator, reading.denominator
    year = calendar.reporting_year
    left = calendar.between(today, year.last_day(year.of(today)))
    more = expected_volume(recent, left)
    if goal is None or denominator == 0 or more is None:
        return None
    rate = smoothed_rate(goal, recent)
    error = _root(rate * (1 - rate) / (recent.denominator + PRIOR))
    volume = denominator + more

    def whole_year(of_the_rest: Fraction) -> Fraction:
        return (numerator + of_the_rest * more) / volume

    late, allowed = denominator - numerator, late_budget(goal, volume)
    return Forecast(
        value=whole_year(rate),
        low=whole_year(max(Fraction(0), rate - error)),
        high=whole_year(min(Fraction(1), rate + error)),
        volume=volume,
        late_budget=max(0, allowed - late),
        unreachable_on=_used_up(allowed - late, (1 - rate) * more, left, today, calendar),
        lost=late > allowed,
    )


def expected_volume(recent: RecentCounts, working_days_left: int) -> int | None:
    """How many items are still to come this year; None where no day has been watched yet."""
    if recent.rest_of_last_year is not None:
        return recent.rest_of_last_year
    if working_days_left == 0:
        return 0
    if recent.working_days == 0:
        return None
    # Halves rounded up.
    return (2 * recent.denominator * working_days_left + recent.working_days) // (
        2 * recent.working_days
    )


def smoothed_rate(goal: Goal, recent: RecentCounts) -> Fraction:
    """The recent rate, drawn to the goal while there is little to go by."""
    at_the_goal = Fraction(goal.percent * PRIOR, 100)
    return (recent.numerator + at_the_goal) / (recent.denominator + PRIOR)


def foresee(verdict: Verdict, reading: Reading, target: Target, seen: Forecast | None) -> Verdict:
    """The second step of judging: what is met today, and will not be at the year's end, is at risk.

    Below the target's small sample one item decides, and no trend is read into it.
    """
    if seen is None or target.goal is None or verdict.state is not State.MET:
        return verdict
    if reading.denominator < max(1, target.small_sample):
        return verdict
    if meets(target.goal, seen.value.numerator, seen.value.denominator):
        return verdict
    return replace(verdict, state=State.AT_RISK, reason="forecast_to_miss")


def is_lost(goal: Goal | None, reading: Reading, seen: Forecast | None) -> bool:
    """Whether more is late already than the whole year's expected volume allows."""
    if goal is None or seen is None:
        return False
    return reading.denominator - reading.numerator > late_budget(goal, seen.volume)


def _used_up(
    left_over: int, late_to_come: Fraction, days: int, today: date, calendar: Workdays
) -> date | None:
    """The working day by whose end one more is late than may be; None: not this year."""
    if left_over < 0:
        return today
    if days == 0 or late_to_come < left_over + 1:
        return None
    needed = (left_over + 1) * days / late_to_come
    return calendar.add(today, -(-needed.numerator // needed.denominator))


def _root(square: Fraction) -> Fraction:
    return Fraction(isqrt(square.numerator * ROOT_SCALE**2 // square.denominator), ROOT_SCALE)
