"""What of a forecast helps whoever acts, in one short clause beside a rate? Domain reference 1.0.5.

The whole forecast stands in an explanation and on an alert's card; a line has only what changes
what one would do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alerts.forecast import JUDGED
from db.records import Forecast, JudgedReading, State

FEW = 5  # of a goal that is met, only an allowance of so many or fewer is worth a word


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What a line says of the year's end: a rate, the allowance, a day, or that it is lost.

    numerator/denominator: the forecast rate, where that is why the line is at risk.
    """

    lost: bool = False  # more is late already than the expected volume allows
    numerator: int | None = None
    denominator: int | None = None
    allowed: int | None = None  # so many more may be late this year
    unreachable_on: date | None = None  # at this pace the allowance is passed on that day


def outlook_of(judged: JudgedReading, *, recovered: bool = False) -> Outlook | None:
    """The clause of a reading of the check that is being told; by the plan's goal alone."""
    reading, verdict = judged.reading, judged.verdict
    return outlook(
        judged.forecast,
        verdict.state,
        verdict.reason,
        counted=reading.denominator,
        small_sample=verdict.small_sample,
        recovered=recovered,
    )


def outlook(
    seen: Forecast | None,
    state: State,
    reason: str,
    *,
    counted: int,
    small_sample: bool,
    recovered: bool = False,
) -> Outlook | None:
    """The clause of a reading that has counted so many; None where the forecast adds nothing to its
    rate and state.

    Missed: that it is lost for this year, else the day on which it will be. At risk: what may still
    be late, until which day, and the forecast where that is the reason. Met: what may still be late
    where that is little, or (`recovered`) where an alert has just ended. No trend is read into a
    small sample; and once nothing more is expected the state itself is final.
    """
    if seen is None or state not in JUDGED or seen.volume <= counted:
        return None
    day = None if small_sample else seen.unreachable_on
    if state is State.MISSED:
        if seen.lost:
            return Outlook(lost=True)
        return Outlook(unreachable_on=day) if day else None
    if state is State.MET and seen.late_budget > FEW and not recovered:
        return None
    to_miss = seen.value if reason == "forecast_to_miss" else None
    return Outlook(
        numerator=to_miss.numerator if to_miss else None,
        denominator=to_miss.denominator if to_miss else None,
        allowed=seen.late_budget,
        unreachable_on=day,
    )
