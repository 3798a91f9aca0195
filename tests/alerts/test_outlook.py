"""Is of a forecast only said what changes what somebody would do?"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from alerts.outlook import FEW, Outlook, outlook, outlook_of
from db.records import Forecast, JudgedReading, Reading, State, Verdict

DAY = date(2021, 12, 8)
VALUE = Fraction(941, 1000)


def seen(
    budget: int = 3, day: date | None = None, *, volume: int = 252, lost: bool = False
) -> Forecast:
    return Forecast(
        value=VALUE, low=VALUE, high=VALUE, volume=volume, late_budget=budget,
        unreachable_on=day, lost=lost,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("forecast", "state", "reason", "small", "said"),
    [
        pytest.param(
            seen(day=DAY), State.AT_RISK, "forecast_to_miss", False,
            Outlook(numerator=941, denominator=1000, allowed=3, unreachable_on=DAY),
            id="what is at risk by its forecast says the forecast, the allowance and its day",
        ),
        pytest.param(
            seen(), State.AT_RISK, "inside_the_margin", False, Outlook(allowed=3),
            id="what is at risk by its margin has the allowance alone",
        ),
        pytest.param(
            seen(40), State.AT_RISK, "inside_the_margin", False, Outlook(allowed=40),
            id="however large it is",
        ),
        pytest.param(
            seen(3, DAY), State.AT_RISK, "inside_the_margin", True, Outlook(allowed=3),
            id="no day is read into a small sample",
        ),
        pytest.param(
            seen(FEW), State.MET, "meets_the_goal", False, Outlook(allowed=FEW),
            id="a goal that is met by a few is told so",
        ),
        pytest.param(
            seen(0), State.MET, "meets_the_goal", True, Outlook(allowed=0),
            id="where the next late one breaks the year it is said of a small sample too",
        ),
        pytest.param(
            seen(FEW + 1), State.MET, "meets_the_goal", False, None,
            id="a goal that is met with room is no news",
        ),
        pytest.param(
            seen(0, DAY), State.MISSED, "below_the_goal", False, Outlook(unreachable_on=DAY),
            id="what is missed says until when it can be mended",
        ),
        pytest.param(
            seen(2), State.MISSED, "below_the_goal", False, None,
            id="what is missed and will come back at this pace says how many it takes",
        ),
        pytest.param(
            seen(0, DAY, lost=True), State.MISSED, "below_the_goal", False, Outlook(lost=True),
            id="what is lost for the year is said to be",
        ),
        pytest.param(
            seen(0, DAY, lost=True), State.MISSED, "below_the_goal", True, Outlook(lost=True),
            id="and of a small sample too: that is why its alert is open",
        ),
        pytest.param(
            seen(0, DAY, volume=100, lost=True), State.MISSED, "below_the_goal", False, None,
            id="when nothing more is expected the state is final",
        ),
        pytest.param(
            seen(0), State.STALE, "older_than_allowed", False, None,
            id="nothing is foretold from data that are not trusted",
        ),
        pytest.param(
            None, State.AT_RISK, "inside_the_margin", False, None, id="nothing to reckon from"
        ),
    ],
)  # fmt: skip
def test_what_a_line_says_of_the_years_end(
    forecast: Forecast | None, state: State, reason: str, small: bool, said: Outlook | None
) -> None:
    assert outlook(forecast, state, reason, counted=100, small_sample=small) == said


def test_what_has_just_recovered_is_told_what_may_still_be_late() -> None:
    reading = Reading(
        target="on_time", unit_id=1, field_id=2, field="Hộ tịch", numerator=580, denominator=600
    )
    met = Verdict(state=State.MET, reason="meets_the_goal", needed=0)
    judged = JudgedReading(reading=reading, verdict=met, forecast=seen(24, volume=1600))
    assert outlook_of(judged) is None
    assert outlook_of(judged, recovered=True) == Outlook(allowed=24)
