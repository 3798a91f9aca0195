"""Is the year's end reckoned as the domain reference says, exactly, and never from too little?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import WorkingCalendar, vietnamese_calendar
from alerts.forecast import (
    expected_volume,
    forecast_year,
    foresee,
    has_forecast,
    smoothed_rate,
)
from alerts.judge import late_budget, meets, needed
from alerts.pace import pace
from db.records import (
    Forecast,
    Goal,
    Reading,
    RecentCounts,
    State,
    Target,
    TargetKind,
    UnitKind,
    Verdict,
)

ABOVE_95 = Goal(operator=">", percent=95)
AT_LEAST_90 = Goal(operator=">=", percent=90)
WEEKDAYS = WorkingCalendar(first=1, last=0, days=())
ON_TIME = Target(
    id="on_time",
    item="5",
    goal=ABOVE_95,
    sources=("dossiers",),
    applies_to=frozenset({UnitKind.COMMUNE}),
    margin_points=1,
    small_sample=21,
)
SIGNED, END = date(2021, 3, 19), date(2025, 12, 31)
SCHOOLS = replace(ON_TIME, id="epayment_schools", starts=SIGNED, due=END)
PROCEDURES = replace(SCHOOLS, id="online_procedures", goal=Goal(operator=">", percent=30))


def count(numerator: int, denominator: int) -> Reading:
    return Reading(
        target="on_time", unit_id=1, field_id=2, field="Hộ tịch",
        numerator=numerator, denominator=denominator,
    )  # fmt: skip


def recent(numerator: int, denominator: int, days: int = 60) -> RecentCounts:
    return RecentCounts(numerator=numerator, denominator=denominator, working_days=days)


# --- what the domain reference works out by hand: 1.0.4 and 1.0.5 ---------------------------------


@pytest.mark.parametrize(
    ("volume", "above_95", "at_least_90"),
    [
        (10, 0, 1),
        (20, 0, 2),
        (21, 1, 2),
        (36, 1, 3),
        (40, 1, 4),
        (41, 2, 4),
        (60, 2, 6),
        (100, 4, 10),
        (400, 19, 40),
        (1000, 49, 100),
    ],
)
def test_so_many_may_be_late_in_a_year(volume: int, above_95: int, at_least_90: int) -> None:
    assert late_budget(ABOVE_95, volume) == above_95
    assert late_budget(AT_LEAST_90, volume) == at_least_90


@pytest.mark.parametrize(
    ("goal", "numerator", "denominator", "more"),
    [
        (ABOVE_95, 188, 200, 41),
        (ABOVE_95, 19, 20, 1),
        (ABOVE_95, 20, 21, 0),
        (ABOVE_95, 45, 48, 13),
        (AT_LEAST_90, 9, 10, 0),
        (AT_LEAST_90, 8, 9, 1),
        (AT_LEAST_90, 26, 30, 10),
    ],
)
def test_so_many_more_bring_the_goal_back(
    goal: Goal, numerator: int, denominator: int, more: int
) -> None:
    assert needed(goal, numerator, denominator) == more


PACE = {
    date(2021, 12, 31): ("15.60", "23.96", "4.93"),
    date(2022, 12, 31): ("35.43", "41.70", "11.19"),
    date(2023, 12, 31): ("55.27", "59.45", "17.45"),
    date(2024, 6, 30): ("65.16", "68.30", "20.58"),
    date(2024, 12, 31): ("75.16", "77.25", "23.74"),
    date(2025, 12, 31): ("95.00", "95.00", "30.00"),
}


@pytest.mark.parametrize("day", PACE, ids=str)
def test_the_line_from_the_signing_to_the_goal(day: date) -> None:
    lines = (SCHOOLS, replace(SCHOOLS, baseline_percent=10), PROCEDURES)
    assert tuple(f"{float(pace(line, day)):.2f}" for line in lines) == PACE[day]


# --- the forecast ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(ON_TIME, True, id="a yearly ratio has one"),
        pytest.param(replace(ON_TIME, goal=Goal(operator="=", percent=100)), False,
                     id="after one failure 100 % is lost, and until then it is not"),
        pytest.param(replace(ON_TIME, stock=True), False, id="a stock has no rest of the year"),
        pytest.param(SCHOOLS, False, id="what is due later is judged by its pace"),
        pytest.param(replace(ON_TIME, kind=TargetKind.MILESTONES, goal=None), False,
                     id="milestones have no rate"),
    ],
)  # fmt: skip
def test_which_targets_have_a_forecast(target: Target, expected: bool) -> None:
    assert has_forecast(target) is expected


def test_half_a_year_worked_out_by_hand() -> None:
    # 30/06/2021 with weekdays only: 132 are left. The last 60 brought 60, so 132 are to come.
    # r = (54 + 19) / (60 + 20) = 73/80; value = (117 + 132 * 73/80) / (120 + 132)
    seen = forecast_year(ON_TIME, count(117, 120), recent(54, 60), date(2021, 6, 30), WEEKDAYS)
    assert seen is not None
    assert seen.volume == 252
    assert seen.value == (117 + 132 * Fraction(73, 80)) / 252
    # One standard error: root of (73/80 * 7/80 / 80) = 0.031591...
    assert [f"{float(100 * rate):.2f}" for rate in (seen.low, seen.value, seen.high)] == [
        "92.57", "94.23", "95.88",
    ]  # fmt: skip
    # ceil(0.05 * 252) - 1 = 12 may be late, 3 are: 9 more. 132 * 7/80 = 11.55 will be; the tenth
    # of them comes after 10 * 132 / 11.55 = 114.3, by the end of the 115th working day.
    assert seen.late_budget == 9
    assert seen.unreachable_on == WEEKDAYS.add(date(2021, 6, 30), 115) == date(2021, 12, 8)


@pytest.mark.parametrize(
    ("counts", "lately", "today", "budget", "lost"),
    [
        pytest.param((200, 200), (60, 60), date(2021, 6, 30), 16, None,
                     id="nothing late: the whole allowance of 332 is left"),
        pytest.param((80, 100), (48, 60), date(2021, 6, 30), 0, date(2021, 6, 30),
                     id="more are late than the year allows: lost already"),
        pytest.param((190, 200), (57, 60), date(2021, 12, 31), 0, date(2021, 12, 31),
                     id="on the last day exactly 95 % has lost"),
        pytest.param((191, 200), (57, 60), date(2021, 12, 31), 0, None,
                     id="on the last day above 95 % has won"),
    ],
)  # fmt: skip
def test_what_is_left_of_the_allowance(
    counts: tuple[int, int], lately: tuple[int, int], today: date, budget: int, lost: date | None
) -> None:
    seen = forecast_year(ON_TIME, count(*counts), recent(*lately), today, WEEKDAYS)
    assert seen is not None
    assert (seen.late_budget, seen.unreachable_on) == (budget, lost)


def test_on_the_last_day_the_forecast_is_the_reading() -> None:
    seen = forecast_year(ON_TIME, count(96, 100), recent(9, 10), date(2021, 12, 31), WEEKDAYS)
    assert seen is not None
    assert seen.low == seen.value == seen.high == Fraction(96, 100)


@pytest.mark.parametrize(
    ("lately", "left", "expected"),
    [
        pytest.param(recent(0, 30), 100, 50, id="half an item a day"),
        pytest.param(recent(0, 1), 30, 1, id="halves are rounded up"),
        pytest.param(recent(0, 10), 0, 0, id="nothing comes after the last day"),
        pytest.param(recent(0, 3, days=0), 250, None, id="no day watched yet: nothing to say"),
        pytest.param(replace(recent(0, 60), rest_of_last_year=17), 60, 17,
                     id="last year's same months win over the run rate"),
    ],
)  # fmt: skip
def test_how_much_is_still_to_come(lately: RecentCounts, left: int, expected: int | None) -> None:
    assert expected_volume(lately, left) == expected


@pytest.mark.parametrize(
    ("counts", "lately"),
    [
        pytest.param((0, 0), (0, 0), id="nothing counted"),
        pytest.param((5, 5), (5, 5), id="no working day of the year has passed"),
    ],
)
def test_there_may_be_nothing_to_reckon_from(
    counts: tuple[int, int], lately: tuple[int, int]
) -> None:
    no_days = recent(*lately, days=0)
    calendar = vietnamese_calendar(range(2021, 2022))
    assert forecast_year(ON_TIME, count(*counts), no_days, date(2021, 1, 1), calendar) is None


def test_the_recent_rate_is_drawn_to_the_goal_while_there_is_little_of_it() -> None:
    assert smoothed_rate(ABOVE_95, recent(0, 1)) == Fraction(19, 21)
    assert smoothed_rate(ABOVE_95, recent(54, 60)) == Fraction(73, 80)
    assert smoothed_rate(AT_LEAST_90, recent(0, 0)) == Fraction(90, 100)


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(so_far=counts, lately=counts, day=st.integers(0, 364))
def test_allowance_and_value_agree_and_the_range_holds_the_value(
    so_far: tuple[int, int], lately: tuple[int, int], day: int
) -> None:
    today = date.fromordinal(date(2021, 1, 1).toordinal() + day)
    seen = forecast_year(ON_TIME, count(*so_far), recent(*lately), today, WEEKDAYS)
    assert seen is not None
    assert 0 <= seen.low <= seen.value <= seen.high <= 1
    if seen.unreachable_on is not None:
        assert not meets(ABOVE_95, seen.value.numerator, seen.value.denominator)
        assert today <= seen.unreachable_on <= date(2021, 12, 31)
        nothing_to_come = seen.volume == so_far[1]
        assert seen.low < seen.high or nothing_to_come


@given(so_far=counts, day=st.integers(0, 364))
def test_a_met_goal_that_only_the_year_itself_speaks_of_is_never_forecast_to_miss(
    so_far: tuple[int, int], day: int
) -> None:
    today = date.fromordinal(date(2021, 1, 1).toordinal() + day)
    for goal in (ABOVE_95, AT_LEAST_90):
        target = replace(ON_TIME, goal=goal, small_sample=0)
        seen = forecast_year(target, count(*so_far), recent(*so_far), today, WEEKDAYS)
        assert seen is not None
        if meets(goal, *so_far):
            assert meets(goal, seen.value.numerator, seen.value.denominator)


# --- the second step of judging -------------------------------------------------------------------

MET = Verdict(state=State.MET, reason="meets_the_goal", needed=0)
MISSED = Verdict(state=State.MISSED, reason="below_the_goal", needed=3)
AT_RISK = replace(MET, state=State.AT_RISK, reason="inside_the_margin")
TO_MISS = replace(MET, state=State.AT_RISK, reason="forecast_to_miss")


def seen(percent: int) -> Forecast:
    value = Fraction(percent, 100)
    return Forecast(
        value=value, low=value, high=value, volume=100, late_budget=0, unreachable_on=None
    )


@pytest.mark.parametrize(
    ("verdict", "denominator", "forecast", "expected"),
    [
        pytest.param(MET, 100, seen(94), TO_MISS, id="met today, missed at the year's end"),
        pytest.param(MET, 100, seen(95), TO_MISS, id="exactly on a strict goal is missed"),
        pytest.param(MET, 100, seen(96), MET, id="met today and at the year's end"),
        pytest.param(MET, 20, seen(80), MET, id="a small sample has no trend"),
        pytest.param(MET, 21, seen(80), TO_MISS, id="from the small sample on it has"),
        pytest.param(MET, 100, None, MET, id="nothing to reckon from"),
        pytest.param(MISSED, 100, seen(80), MISSED, id="what is missed stays missed"),
        pytest.param(AT_RISK, 100, seen(80), AT_RISK, id="the margin has said so already"),
    ],
)
def test_what_will_be_missed_is_at_risk(
    verdict: Verdict, denominator: int, forecast: Forecast | None, expected: Verdict
) -> None:
    assert foresee(verdict, count(denominator, denominator), ON_TIME, forecast) == expected
