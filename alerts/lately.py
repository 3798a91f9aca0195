"""Do the last days say something that the year's rate does not? Domain reference 1.0.3, 1.0.4.

It stands beside the official numbers and decides nothing: no state, no alert and no recovery.
"""

from __future__ import annotations

from dataclasses import dataclass

from alerts.forecast import has_forecast
from alerts.judge import meets
from alerts.states import MISSED_STATES, OF_THE_GOAL
from db.indicators import Moment
from db.records import Goal, Reading, RollingCounts, State, Target

LEAST = 5  # items: fewer are no trend
PLAINLY = 5  # points between two rates on the same side of the goal
EARLY_MONTHS = (1, 2)  # until their end the same period of last year is shown
TROUBLED = MISSED_STATES | {State.AT_RISK}
KNOWN = OF_THE_GOAL | {State.NONE}  # the numbers are today's


@dataclass(frozen=True, kw_only=True, slots=True)
class Lately:
    """The counts of the last days, to be shown beside the year's.

    `turned`: they meet the goal and the year does not ("better"), or the other way round ("worse").
    """

    numerator: int
    denominator: int
    days: int
    into_last_year: bool = False
    turned: str = ""


def is_early(moment: Moment) -> bool:
    """Whether the year is so young that it is compared with last year's same days."""
    in_december = moment.calendar.reporting_year.of(moment.day) > moment.day.year
    return in_december or moment.day.month in EARLY_MONTHS


def has_lately(target: Target) -> bool:
    """Whether the difference of two checks is a rate: of the yearly ratios that have a forecast.

    Where one failure breaks the year (= 100 %) it is not: a letter that is written today for a
    dossier of spring would count without its dossier, and each failure is named anyway.
    """
    return has_forecast(target)


def lately(goal: Goal | None, year: Reading, window: RollingCounts | None) -> Lately | None:
    """The last days as an explanation shows them; None where there is nothing but the year."""
    if window is None or goal is None or not (window.denominator and year.denominator):
        return None
    if (window.numerator, window.denominator) == (year.numerator, year.denominator):
        return None
    kept = meets(goal, window.numerator, window.denominator)
    turned = ""
    if kept != meets(goal, year.numerator, year.denominator):
        turned = "better" if kept else "worse"
    return Lately(
        numerator=window.numerator,
        denominator=window.denominator,
        days=window.days,
        into_last_year=window.into_last_year,
        turned=turned,
    )


def worth_a_clause(
    goal: Goal | None, small_sample: int, state: State, year: Reading, window: RollingCounts | None
) -> Lately | None:
    """The last days where a message or a status has to name them beside the year's rate.

    Of what is missed or at risk: where the year is so young that the window reaches into the last
    one; where the last days are on the other side of the goal; where they differ plainly. Of what
    is met: where the last days alone would miss the goal, and are no small sample.
    """
    found = lately(goal, year, window)
    if found is None:
        return None
    if state is State.MET:
        enough = found.denominator >= max(1, small_sample)
        return found if found.turned == "worse" and enough else None
    if state not in TROUBLED:
        return None
    if found.into_last_year:
        return found
    if found.denominator < LEAST:
        return None
    return found if found.turned or _differs_plainly(year, found) else None


def _differs_plainly(year: Reading, recent: Lately) -> bool:
    apart = year.numerator * recent.denominator - recent.numerator * year.denominator
    return 100 * abs(apart) >= PLAINLY * year.denominator * recent.denominator
