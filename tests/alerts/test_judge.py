"""Is a reading judged by the plan's words, exactly, and only when its data may be trusted?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import WorkingCalendar, vietnamese_calendar
from alerts.ending import ending_on
from alerts.judge import AgeRule, judge, late_budget, meets, needed, rate_decimals, rate_text
from db.records import Freshness, Goal, Reading, State, Target, UnitKind, Verdict

ABOVE_95 = Goal(operator=">", percent=95)
AT_LEAST_90 = Goal(operator=">=", percent=90)
ALL = Goal(operator="=", percent=100)

TODAY = date(2021, 3, 23)  # a Tuesday
WEEKDAYS = WorkingCalendar(first=1, last=0, days=())
FRESH = Freshness(source="dossiers", newest_day=TODAY)
ON_TIME = Target(
    id="on_time",
    item="5",
    goal=ABOVE_95,
    sources=("dossiers",),
    applies_to=frozenset({UnitKind.COMMUNE}),
    margin_points=1,
    small_sample=21,
)
LETTERS = replace(ON_TIME, id="apology_letters", goal=ALL, sources=("dossiers", "letters"))
AGES = {"dossiers": AgeRule(days=1), "letters": AgeRule(days=5)}


def count(numerator: int, denominator: int) -> Reading:
    return Reading(
        target="on_time",
        unit_id=1,
        field_id=2,
        field="Hộ tịch",
        numerator=numerator,
        denominator=denominator,
    )


def verdict(target: Target, numerator: int, denominator: int, *freshness: Freshness) -> Verdict:
    return judge(count(numerator, denominator), target, freshness, AGES, WEEKDAYS, TODAY)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        pytest.param(
            45,
            48,
            Verdict(state=State.MISSED, reason="below_the_goal", needed=13),
            id="45 of 48 is below 95 % and needs thirteen more",
        ),
        pytest.param(
            38,
            40,
            Verdict(state=State.MISSED, reason="exactly_on_a_strict_goal", needed=1),
            id="38 of 40 is exactly 95 %, which is not above it",
        ),
        pytest.param(
            2,
            3,
            Verdict(state=State.MISSED, reason="below_the_goal", small_sample=True, needed=18),
            id="a small sample is judged all the same",
        ),
        pytest.param(
            22,
            23,
            Verdict(state=State.AT_RISK, reason="inside_the_margin", needed=0),
            id="22 of 23 is above 95 % by less than a point",
        ),
        pytest.param(
            96,
            100,
            Verdict(state=State.MET, reason="meets_the_goal", needed=0),
            id="a whole point above is safe",
        ),
        pytest.param(
            20,
            20,
            Verdict(state=State.MET, reason="meets_the_goal", small_sample=True, needed=0),
            id="all of twenty is met and small",
        ),
        pytest.param(
            21,
            21,
            Verdict(state=State.MET, reason="meets_the_goal", needed=0),
            id="twenty-one is no longer small",
        ),
        pytest.param(
            0,
            0,
            Verdict(state=State.NONE, reason="nothing_to_count"),
            id="nothing to count is neither kept nor broken",
        ),
    ],
)
def test_a_fresh_reading_of_a_strict_goal(
    numerator: int, denominator: int, expected: Verdict
) -> None:
    assert verdict(ON_TIME, numerator, denominator, FRESH) == expected


def delivered(source: str, day: int | None, *, refused: bool = False) -> Freshness:
    newest = None if day is None else date(2021, 3, day)
    return Freshness(source=source, newest_day=newest, refused_since=refused)


@pytest.mark.parametrize(
    ("freshness", "state", "reason"),
    [
        pytest.param(
            [delivered("dossiers", 23), delivered("letters", 16)],
            State.MISSED,
            "below_the_goal",
            id="both are as young as they must be",
        ),
        pytest.param(
            [delivered("dossiers", 23)],
            State.NO_DATA,
            "never_delivered",
            id="letters were never heard of",
        ),
        pytest.param(
            [delivered("dossiers", 23), delivered("letters", None)],
            State.NO_DATA,
            "never_delivered",
            id="letters never came",
        ),
        pytest.param(
            [delivered("dossiers", 23, refused=True), delivered("letters", None)],
            State.NO_DATA,
            "never_delivered",
            id="what never came weighs more than what was refused",
        ),
        pytest.param(
            [delivered("dossiers", 23), delivered("letters", None, refused=True)],
            State.REJECTED,
            "last_file_refused",
            id="the first letters file came and was refused",
        ),
        pytest.param(
            [delivered("dossiers", 1, refused=True), delivered("letters", 23)],
            State.REJECTED,
            "last_file_refused",
            id="a refused file weighs more than old data",
        ),
        pytest.param(
            [delivered("dossiers", 23), delivered("letters", 15)],
            State.STALE,
            "older_than_allowed",
            id="the oldest source decides",
        ),
        pytest.param(
            [delivered("dossiers", 19), delivered("letters", 23)],
            State.STALE,
            "older_than_allowed",
            id="Friday's dossiers are two working days old on Tuesday",
        ),
        pytest.param(
            [delivered("dossiers", 22), delivered("letters", 23), delivered("mailboxes", 1)],
            State.MISSED,
            "below_the_goal",
            id="a source of another target does not matter",
        ),
    ],
)
def test_data_are_trusted_before_they_are_judged(
    freshness: list[Freshness], state: State, reason: str
) -> None:
    found = verdict(LETTERS, 2, 3, *freshness)
    assert (found.state, found.reason) == (state, reason)


def test_untrusted_data_have_no_number_to_reach() -> None:
    assert verdict(ON_TIME, 2, 3, delivered("dossiers", 1)).needed is None


def test_nothing_to_count_in_old_data_is_old_data() -> None:
    assert verdict(ON_TIME, 0, 0, delivered("dossiers", 1)).state is State.STALE


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        pytest.param(AgeRule(days=2), State.MET, id="two working days over a weekend"),
        pytest.param(AgeRule(days=4, in_working_days=False), State.MET, id="four days by calendar"),
        pytest.param(AgeRule(days=3, in_working_days=False), State.STALE, id="one day too old"),
    ],
)
def test_age_counts_in_working_days_or_in_days(rule: AgeRule, state: State) -> None:
    friday = [delivered("dossiers", 19)]
    found = judge(count(30, 30), ON_TIME, friday, {"dossiers": rule}, WEEKDAYS, TODAY)
    assert found.state is state


@pytest.mark.parametrize(
    ("goal", "margin", "numerator", "denominator", "state"),
    [
        pytest.param(ALL, 1, 3, 3, State.MET, id="all of them is not at risk"),
        pytest.param(ALL, 0, 2, 3, State.MISSED, id="one of three is missing"),
        pytest.param(AT_LEAST_90, 1, 9, 10, State.AT_RISK, id="exactly at least 90 % is at risk"),
        pytest.param(AT_LEAST_90, 0, 9, 10, State.MET, id="no margin, no risk"),
        pytest.param(Goal(operator=">", percent=98), 5, 50, 50, State.MET, id="no more than all"),
    ],
)
def test_the_margin(
    goal: Goal, margin: int, numerator: int, denominator: int, state: State
) -> None:
    target = replace(ON_TIME, goal=goal, margin_points=margin)
    assert verdict(target, numerator, denominator, FRESH).state is state


@pytest.mark.parametrize(
    ("goal", "numerator", "denominator", "expected"),
    [
        pytest.param(ABOVE_95, 19, 20, False, id="19 of 20 is not above 95 %"),
        pytest.param(ABOVE_95, 20, 21, True, id="20 of 21 is above 95 %"),
        pytest.param(ABOVE_95, 95004, 100000, True, id="95.004 % is above 95 %"),
        pytest.param(ABOVE_95, 94999, 100000, False, id="94.999 % is not"),
        pytest.param(AT_LEAST_90, 9, 10, True, id="exactly 90 % is at least 90 %"),
        pytest.param(AT_LEAST_90, 4, 6, False, id="4 of 6 complaints is below 90 %"),
        pytest.param(Goal(operator=">=", percent=30), 3, 10, True, id="at least 30 %"),
        pytest.param(Goal(operator=">", percent=40), 15, 48, False, id="15 of 48 online"),
        pytest.param(ALL, 52, 52, True, id="all"),
        pytest.param(ALL, 13, 14, False, id="all but one"),
    ],
)
def test_the_goal_as_worded(goal: Goal, numerator: int, denominator: int, expected: bool) -> None:
    assert meets(goal, numerator, denominator) is expected


@pytest.mark.parametrize(
    ("goal", "numerator", "denominator", "expected"),
    [
        pytest.param(ABOVE_95, 188, 200, 41, id="188 of 200 needs forty-one more"),
        pytest.param(ABOVE_95, 19, 20, 1, id="19 of 20 needs one more"),
        pytest.param(ABOVE_95, 20, 21, 0, id="20 of 21 needs none"),
        pytest.param(ABOVE_95, 45, 48, 13, id="45 of 48 needs thirteen more"),
        pytest.param(AT_LEAST_90, 9, 10, 0, id="9 of 10 needs none for at least 90 %"),
        pytest.param(AT_LEAST_90, 8, 9, 1, id="8 of 9 needs one more"),
        pytest.param(AT_LEAST_90, 26, 30, 10, id="26 of 30 needs ten more"),
        pytest.param(ALL, 2, 3, None, id="all of them cannot be reached after one failure"),
        pytest.param(ALL, 3, 3, 0, id="all of them already"),
        pytest.param(Goal(operator=">=", percent=100), 2, 3, None, id="at least all: no more"),
        pytest.param(Goal(operator=">", percent=100), 3, 3, None, id="more than all: never"),
    ],
)
def test_how_many_more_are_needed(
    goal: Goal, numerator: int, denominator: int, expected: int | None
) -> None:
    assert needed(goal, numerator, denominator) == expected


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
        (0, 0, 0),
    ],
)
def test_how_many_may_be_late_in_a_year(volume: int, above_95: int, at_least_90: int) -> None:
    assert late_budget(ABOVE_95, volume) == above_95
    assert late_budget(AT_LEAST_90, volume) == at_least_90
    assert late_budget(ALL, volume) == 0


INEXACT = st.builds(Goal, operator=st.sampled_from([">", ">="]), percent=st.integers(0, 99))
GOALS = st.one_of(INEXACT, st.just(ALL))


@st.composite
def counts(draw: st.DrawFn, largest: int = 300) -> tuple[int, int]:
    denominator = draw(st.integers(1, largest))
    return draw(st.integers(0, denominator)), denominator


@given(GOALS, counts())
def test_meets_agrees_with_fractions(goal: Goal, found: tuple[int, int]) -> None:
    rate, line = Fraction(*found), Fraction(goal.percent, 100)
    expected = {">": rate > line, ">=": rate >= line, "=": rate == line}[goal.operator]
    assert meets(goal, *found) == expected


@given(INEXACT, counts(60))
def test_needed_is_the_smallest_number_that_helps(goal: Goal, found: tuple[int, int]) -> None:
    numerator, denominator = found
    tried = 0
    while not meets(goal, numerator + tried, denominator + tried):
        tried += 1
    assert needed(goal, numerator, denominator) == tried


@given(GOALS, st.integers(1, 400))
def test_the_late_budget_is_the_most_that_holds(goal: Goal, volume: int) -> None:
    holding = [late for late in range(volume + 1) if meets(goal, volume - late, volume)]
    assert late_budget(goal, volume) == max(holding)


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "expected"),
    [
        pytest.param(2, 3, 2, "66.67", id="two thirds"),
        pytest.param(45, 48, 2, "93.75", id="exact to the second decimal"),
        pytest.param(52, 52, 2, "100.00", id="all"),
        pytest.param(0, 7, 2, "0.00", id="none of them"),
        pytest.param(1, 1600, 2, "0.06", id="a leading zero stays"),
        pytest.param(1, 20000, 2, "0.01", id="a half goes up"),
        pytest.param(95004, 100000, 3, "95.004", id="three decimals"),
        pytest.param(2, 3, 0, "67", id="no decimals, no dot"),
    ],
)
def test_a_rate_in_words(numerator: int, denominator: int, decimals: int, expected: str) -> None:
    assert rate_text(numerator, denominator, decimals) == expected


@given(counts(10_000), st.integers(0, 6))
def test_a_rate_is_rounded_exactly(found: tuple[int, int], decimals: int) -> None:
    with localcontext(prec=50):
        exact = Decimal(100 * found[0]) / found[1]
        expected = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert rate_text(*found, decimals) == str(expected)


def test_a_rate_over_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a rate over nothing"):
        rate_text(0, 0)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        pytest.param(45, 48, 2, id="two decimals tell 93.75 from 95"),
        pytest.param(95004, 100000, 3, id="95.004 would print as the goal"),
        pytest.param(94996, 100000, 3, id="94.996 would print as the goal"),
        pytest.param(19, 20, 2, id="no decimal tells exactly 95 from 95"),
        pytest.param(19001, 20001, 4, id="three decimals would still hide it"),
        pytest.param(0, 0, 2, id="nothing to print"),
    ],
)
def test_enough_decimals_to_tell_the_rate_from_the_goal(
    numerator: int, denominator: int, expected: int
) -> None:
    assert rate_decimals(numerator, denominator, ABOVE_95) == expected


INSPECTIONS = Target(
    id="inspections", item="9", goal=Goal(operator=">=", percent=30), sources=("inspections",),
    applies_to=frozenset(UnitKind), stock=True, paced_months=(2, 11),
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "done", "state"),
    [
        pytest.param(date(2021, 1, 20), 0, State.ON_TRACK, id="nobody inspects in January"),
        pytest.param(date(2021, 3, 26), 2, State.ON_TRACK, id="two of 25 are enough in March"),
        pytest.param(date(2021, 8, 2), 2, State.BEHIND, id="in August they are not"),
        pytest.param(date(2021, 12, 30), 7, State.ON_TRACK, id="a day before the end, one to go"),
        pytest.param(date(2021, 12, 31), 7, State.MISSED, id="on the last day the goal decides"),
        pytest.param(date(2021, 5, 4), 8, State.MET, id="once met it is met"),
    ],
)
def test_a_yearly_line_is_judged_by_its_pace_until_the_year_ends(
    day: date, done: int, state: State
) -> None:
    reading = Reading(
        target="inspections", unit_id=1, field_id=None, field=None, numerator=done, denominator=25
    )
    fresh = [Freshness(source="inspections", newest_day=day)]
    ages = {"inspections": AgeRule(days=35, in_working_days=False)}
    verdict = judge(reading, INSPECTIONS, fresh, ages, vietnamese_calendar(), day)
    assert verdict.state is state


DISTRICT_ENDS = date(2025, 6, 30)
SCHOOLS = Target(
    id="inspections", item="8.4", goal=Goal(operator=">", percent=95), sources=("inspections",),
    applies_to=frozenset(UnitKind), stock=True, starts=date(2021, 3, 19), due=date(2025, 12, 31),
    valid_to=date(2025, 12, 31),
)  # fmt: skip


@pytest.mark.parametrize(
    ("target", "last", "day", "done", "state"),
    [
        pytest.param(INSPECTIONS, None, date(2025, 6, 30), 6, State.ON_TRACK,
                     id="a district that goes on has its pace to November"),
        pytest.param(INSPECTIONS, DISTRICT_ENDS, date(2025, 6, 30), 7, State.MISSED,
                     id="its last day decides, with one to go"),
        pytest.param(INSPECTIONS, DISTRICT_ENDS, date(2025, 6, 30), 8, State.MET,
                     id="and is met by what is done by then"),
        pytest.param(INSPECTIONS, DISTRICT_ENDS, date(2025, 6, 29), 7, State.ON_TRACK,
                     id="the day before it is still on its way"),
        pytest.param(INSPECTIONS, DISTRICT_ENDS, date(2025, 4, 30), 2, State.BEHIND,
                     id="until then the pace leads to that day"),
        pytest.param(INSPECTIONS, None, date(2025, 4, 30), 2, State.ON_TRACK,
                     id="which would be enough by November"),
        pytest.param(INSPECTIONS, date(2025, 1, 15), date(2025, 1, 15), 0, State.MISSED,
                     id="an end before the first month of the pace"),
        pytest.param(SCHOOLS, None, date(2025, 6, 30), 22, State.ON_TRACK,
                     id="22 of 25 schools are enough half a year before the plan's end"),
        pytest.param(SCHOOLS, DISTRICT_ENDS, date(2025, 6, 30), 22, State.MISSED,
                     id="but not on the district's last day"),
        pytest.param(SCHOOLS, date(2030, 1, 1), date(2025, 12, 31), 22, State.MISSED,
                     id="an end after the plan's changes nothing"),
    ],
)  # fmt: skip
def test_the_districts_last_day_decides_what_would_be_due_later(
    target: Target, last: date | None, day: date, done: int, state: State
) -> None:
    reading = Reading(
        target="inspections", unit_id=1, field_id=None, field=None, numerator=done, denominator=25
    )
    fresh = [Freshness(source="inspections", newest_day=day)]
    ages = {"inspections": AgeRule(days=35, in_working_days=False)}
    verdict = judge(reading, ending_on(target, last), fresh, ages, vietnamese_calendar(), day)
    assert verdict.state is state
